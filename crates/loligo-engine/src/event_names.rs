//! Names, in the blueprint's numbers, of the instances that send events, and of the connections by which these came.

use std::collections::HashMap;

use crate::cells::{Cells, PointEvent, Watch};
use crate::inputs::NO_INPUT;
use crate::router::{Destination, Router};
use crate::state::{Misfit, WaitingEvent, WatchState};
use crate::step::Group;

/// An instance by its cell, the number of its mechanism among the cell's in the order of evaluation, and its number among
/// the instances of both in the order of their nodes.
type Name = (u32, u32, u32);

/// The mechanisms of a cell, each with its index among the installed and its instances in the order of their nodes.
type CellMechanisms = Vec<(usize, Vec<usize>)>;

/// Names of what senders are and of what their events came by; cells without senders have none.
#[derive(Debug, Default)]
pub(crate) struct EventNames {
    /// For each group with senders.
    groups: Vec<Option<GroupNames>>,
    /// The connection of each input of an artificial cell.
    artificial: Vec<u32>,
    /// The group of each cell and where its instances are in it.
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
        let mut names = Self { artificial: vec![0; router.inputs.len()], ..Self::default() };
        for (index, group) in groups.iter().enumerate() {
            let cells = &group.cells;
            let named = (cells.senders() > 0).then(|| names.name_group(index, cells));
            names.groups.push(named);
        }
        for (route, number) in router.routes.iter().zip(0..) {
            let connection = router.connection(number);
            match route.destination {
                Destination::Nowhere | Destination::Elsewhere => {}
                Destination::Group { group, input } => {
                    if let Some(group) = &mut names.groups[group as usize] {
                        group.connections[input as usize] = connection;
                    }
                }
                Destination::Artificial(input) => names.artificial[input as usize] = connection,
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

    /// The connection of an input of an artificial cell, if there is an input.
    pub(crate) fn connection_of_artificial(&self, input: u32) -> Option<u32> {
        (input != NO_INPUT).then(|| self.artificial[input as usize])
    }

    fn name(&self, group: usize, installed: u32, instance: u32) -> Name {
        let group = self.groups[group].as_ref();
        group.map_or((0, 0, 0), |group| group.instances[installed as usize][instance as usize])
    }

    /// The name of an event that an instance of a group sent itself, the `sent`-th of its cell.
    pub(crate) fn waiting(&self, group: usize, event: PointEvent, sent: u32, movable: bool) -> WaitingEvent {
        let (cell, mechanism, instance) = self.name(group, event.installed, event.instance);
        let connection = self.groups[group].as_ref().filter(|_| event.input != NO_INPUT);
        let connection = connection.map(|group| group.connections[event.input as usize]);
        WaitingEvent::ToPoint { cell, sent, mechanism, instance, flag: event.flag.to_bits(), connection, movable }
    }

    /// The events that the senders of a group sent themselves and that it keeps on its own queue.
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

    /// The conditions watched in a group: in the order in which those of a cell were activated.
    pub(crate) fn watches_in(&self, index: usize, group: &Cells) -> Vec<WatchState> {
        let named = group.watches().iter().map(|watch| {
            let &Watch { order, installed, instance, condition, flag, above } = watch;
            let (cell, mechanism, instance) = self.name(index, installed, instance);
            WatchState { order, cell, mechanism, instance, condition, flag: flag.to_bits(), above }
        });
        named.collect()
    }

    /// The group and place of a named instance; `None` if its cell is not here.
    pub(crate) fn instance(&self, (cell, mechanism, instance): Name) -> Result<Option<(usize, u32, u32)>, Misfit> {
        let Some((group, mechanisms)) = self.cells.get(&cell) else { return Ok(None) };
        let found = mechanisms.get(mechanism as usize).and_then(|(installed, instances)| {
            Some((*group, *installed as u32, *instances.get(instance as usize)? as u32))
        });
        found.map(Some).ok_or(Misfit("the events in flight"))
    }
}
