//! Identification of the instances that send events, and of the connections that delivered these, in the blueprint's
//! numbers.

use std::collections::HashMap;

use crate::cells::{Cells, PointEvent, Watch};
use crate::inputs::NO_INPUT;
use crate::router::{Destination, Router};
use crate::state::{StateMismatch, WaitingEvent, WatchState};
use crate::step::Group;

/// An instance, identified by its cell, the number of its mechanism in the cell's order of evaluation, and its number
/// among the instances of both in the order of their nodes.
type Name = (u32, u32, u32);

/// The mechanisms of a cell, each with its index among the installed and its instances in the order of their nodes.
type CellMechanisms = Vec<(usize, Vec<usize>)>;

/// Identification of senders and of the connections of their events; cells without senders have no
/// entry.
#[derive(Debug, Default)]
pub(crate) struct EventNames {
    /// For each group with senders.
    groups: Vec<Option<GroupNames>>,
    /// The group of each cell and the places of its instances in it.
    cells: HashMap<u32, (usize, CellMechanisms)>,
}

#[derive(Debug, Default)]
struct GroupNames {
    /// By installed mechanism and instance.
    instances: Vec<Vec<Name>>,
    /// The connection of each input.
    connections: Vec<u32>,
}

impl EventNames {
    pub(crate) fn of(groups: &[Group], router: &Router) -> Self {
        let mut names = Self::default();
        for (index, group) in groups.iter().enumerate() {
            let cells = &group.cells;
            let named = (cells.senders() > 0).then(|| names.name_group(index, cells));
            names.groups.push(named);
        }
        for (route, number) in router.routes.iter().zip(0..) {
            let connection = router.connection(number);
            match route.destination {
                Destination::Nowhere | Destination::Elsewhere | Destination::Artificial(_) => {}
                Destination::Group { group, input } => {
                    if let Some(group) = &mut names.groups[group as usize] {
                        group.connections[input as usize] = connection;
                    }
                }
            }
        }
        names
    }

    fn name_group(&mut self, index: usize, group: &Cells) -> GroupNames {
        let mut named = GroupNames { instances: Vec::new(), connections: vec![0; group.inputs()] };
        for (cell, mechanisms) in group.instances_by_cell() {
            let cell = cell as u32;
            for ((installed, instances), mechanism) in mechanisms.iter().zip(0..) {
                if named.instances.len() <= *installed {
                    named.instances.resize_with(installed + 1, Vec::new);
                }
                for (&instance, number) in instances.iter().zip(0..) {
                    let own = &mut named.instances[*installed];
                    if own.len() <= instance {
                        own.resize(instance + 1, (0, 0, 0));
                    }
                    own[instance] = (cell, mechanism, number);
                }
            }
            self.cells.insert(cell, (index, mechanisms));
        }
        named
    }

    fn name(&self, group: usize, installed: u32, instance: u32) -> Name {
        let group = self.groups[group].as_ref();
        group.map_or((0, 0, 0), |group| group.instances[installed as usize][instance as usize])
    }

    /// Identifies a self event of an instance of a group, the `sent`-th of its cell.
    pub(crate) fn waiting(&self, group: usize, event: PointEvent, sent: u32, movable: bool) -> WaitingEvent {
        let (cell, mechanism, instance) = self.name(group, event.installed, event.instance);
        let connection = self.groups[group].as_ref().filter(|_| event.input != NO_INPUT);
        let connection = connection.map(|group| group.connections[event.input as usize]);
        WaitingEvent::ToPoint { cell, sent, mechanism, instance, flag: event.flag.to_bits(), connection, movable }
    }

    /// The self events of a group that are on its own queue.
    pub(crate) fn waiting_in(&self, index: usize, group: &Cells) -> Vec<(f64, WaitingEvent)> {
        let mut sent: HashMap<u32, u32> = HashMap::new();
        let events = group.waiting().map(|(t, event, movable)| {
            let (cell, ..) = self.name(index, event.installed, event.instance);
            let count = sent.entry(cell).or_default();
            *count += 1;
            (t, self.waiting(index, event, *count, movable))
        });
        events.collect()
    }

    /// The conditions watched in a group, in the order in which those of a cell were activated.
    pub(crate) fn watches_in(&self, index: usize, group: &Cells) -> Vec<WatchState> {
        let named = group.watches().iter().map(|watch| {
            let &Watch { order, installed, instance, condition, flag, above } = watch;
            let (cell, mechanism, instance) = self.name(index, installed, instance);
            WatchState { order, cell, mechanism, instance, condition, flag: flag.to_bits(), above }
        });
        named.collect()
    }

    /// The group and place of an identified instance; `None` if this rank does not have its cell.
    pub(crate) fn instance(
        &self,
        (cell, mechanism, instance): Name,
    ) -> Result<Option<(usize, u32, u32)>, StateMismatch> {
        let Some((group, mechanisms)) = self.cells.get(&cell) else { return Ok(None) };
        let found = mechanisms.get(mechanism as usize).and_then(|(installed, instances)| {
            Some((*group, *installed as u32, *instances.get(instance as usize)? as u32))
        });
        found.map(Some).ok_or(StateMismatch("the events in flight"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::test_models::{
        MIDDLE, Responder, artificial_cells, builtin, cable, cell, group, passive, placed, router, started,
    };

    /// A group of two cells with two responders each, where the second cell (number 20) has in front of them a
    /// mechanism that the first (number 10) does not have; a group without senders; and a router with a connection to
    /// each.
    fn model() -> (Vec<Group>, Router) {
        let responders = |node| placed(&Responder::point(), 5, &[node, node]);
        let first = passive(vec![responders(MIDDLE)]);
        let second =
            cell(&cable(1), vec![placed(&builtin("pas"), 0, &[1]), placed(&builtin("hh"), 3, &[1]), responders(1)]);
        let (mut cells, _) = Cells::new(0, vec![10, 20], &[first, second], Options::default());
        let sender = |sender| cells.instance_of_sender(sender);
        let (installed, instance) = sender(2);
        cells.add_input(installed as usize, instance, &[1.0, 0.0], 0);
        cells.drop_unobserved();
        let silent = started(&[passive(Vec::new())], Options::default(), |_, _| {});
        let to_group = Destination::Group { group: 0, input: 0 };
        let mut router = router(&[&[(1.0, Destination::Nowhere), (1.0, to_group), (1.0, Destination::Artificial(0))]]);
        router.populations = vec![artificial_cells(&Responder::artificial(), 1)];
        router.inputs.add((0, 0), &[1.0, 0.0], None);
        router.connections = Some(vec![100, 101, 102]);
        (vec![group(cells), group(silent)], router)
    }

    fn names() -> (EventNames, Vec<Group>) {
        let (groups, router) = model();
        (EventNames::of(&groups, &router), groups)
    }

    #[test]
    fn instances_are_named_by_their_place_on_their_cell() {
        let (names, groups) = names();
        let cells = &groups[0].cells;
        let named: Vec<_> = (0..4)
            .map(|sender| {
                let (installed, instance) = cells.instance_of_sender(sender);
                names.name(0, installed, instance)
            })
            .collect();
        assert_eq!(named, [(10, 1, 0), (10, 1, 1), (20, 2, 0), (20, 2, 1)]);
        for (sender, name) in (0..4).zip(named) {
            let (installed, instance) = cells.instance_of_sender(sender);
            assert_eq!(names.instance(name).ok(), Some(Some((0, installed, instance))));
        }
    }

    #[test]
    fn a_name_of_no_instance_is_a_misfit_and_of_another_ranks_cell_is_left() {
        let (names, _) = names();
        assert!(names.instance((10, 2, 0)).is_err() && names.instance((10, 1, 2)).is_err());
        assert_eq!(names.instance((0, 0, 0)).ok(), Some(None), "the group without senders has no names");
    }

    #[test]
    fn an_event_is_named_with_the_connection_by_which_it_came() {
        let (names, groups) = names();
        let (installed, instance) = groups[0].cells.instance_of_sender(3);
        let event = |input| PointEvent { installed, instance, flag: 2.0, input };
        let named = |input| names.waiting(0, event(input), 4, true);
        let expected = |connection| WaitingEvent::ToPoint {
            cell: 20,
            sent: 4,
            mechanism: 2,
            instance: 1,
            flag: 2.0_f64.to_bits(),
            connection,
            movable: true,
        };
        assert_eq!([named(0), named(NO_INPUT)], [expected(Some(101)), expected(None)]);
    }

    #[test]
    fn events_on_a_groups_own_queue_are_counted_cell_by_cell() {
        let (names, mut groups) = names();
        for (sender, t) in [(0, 3.0), (2, 2.0), (1, 1.0), (3, 4.0)] {
            let (installed, instance) = groups[0].cells.instance_of_sender(sender);
            groups[0].cells.restore_event(
                PointEvent { installed, instance, flag: 1.0, input: NO_INPUT },
                t,
                sender == 0,
            );
        }
        let found: Vec<_> = names
            .waiting_in(0, &groups[0].cells)
            .into_iter()
            .map(|(t, event)| match event {
                WaitingEvent::ToPoint { cell, sent, instance, movable, .. } => (t, cell, sent, instance, movable),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            found,
            [(1.0, 10, 1, 1, false), (2.0, 20, 1, 0, false), (3.0, 10, 2, 0, true), (4.0, 20, 2, 1, false)]
        );
    }

    #[test]
    fn conditions_are_named_likewise() {
        let (names, mut groups) = names();
        let (installed, instance) = groups[0].cells.instance_of_sender(2);
        groups[0].cells.restore_watch(Watch { order: 6, installed, instance, condition: 1, flag: 3.0, above: true });
        let flag = 3.0_f64.to_bits();
        let expected = WatchState { order: 6, cell: 20, mechanism: 2, instance: 0, condition: 1, flag, above: true };
        assert_eq!(names.watches_in(0, &groups[0].cells), [expected]);
    }
}
