//! Events of point processes, delivered one by one in NEURON's order of one queue.
//!
//! Elsewhere a group delivers what it is given, and what its point processes send themselves, in an order of its own
//! ([`cells::events`](crate::cells)). `Exact` keeps NEURON's order of ties, and so does a model whose point processes reach others
//! within a step or whose artificial cells take input: then each event is given to its group when it leaves the queue, and
//! the answers go onto the queue before the next one leaves it.

use loligo_events::EventHandle;
use loligo_mechanisms::Emission;

use crate::cells::{PointEvent, most_self_events};
use crate::emissions::{Carrier, carry_out};
use crate::error::{EngineError, SendingFault};
use crate::event_names::EventNames;
use crate::inputs::NO_INPUT;
use crate::router::{Due, Router};
use crate::state::WaitingEvent;
use crate::step::Group;

/// The point processes of all groups that send events.
#[derive(Debug, Default)]
pub(crate) struct OneByOne {
    /// The number of each group's first point among all.
    first_of_group: Vec<u32>,
    /// The waiting self event of flag 1 of each.
    movable: Vec<Option<EventHandle>>,
    /// Conditions activated so far.
    activations: u64,
    /// Self events delivered in this half of a step.
    delivered: usize,
}

impl OneByOne {
    /// Numbers the points of all groups.
    pub(super) fn new(groups: &[Group]) -> Self {
        let mut points = 0;
        let first_of_group = groups.iter().map(|group| {
            let first = points;
            points += group.cells.senders();
            first
        });
        let first_of_group = first_of_group.collect();
        Self { first_of_group, movable: vec![None; points as usize], ..Self::default() }
    }

    /// The group of a point, and its number among the group's.
    fn group_of(&self, point: u32) -> (usize, u32) {
        let group = self.first_of_group.partition_point(|&first| first <= point) - 1; // the first one's is 0
        (group, point - self.first_of_group[group])
    }

    /// Nothing has been sent yet.
    pub(super) fn rewind(&mut self) {
        self.movable.fill(None);
        self.activations = 0;
    }

    /// Conditions are watched again; those activated later come behind them.
    pub(super) fn restore_activations(&mut self, activations: u64) {
        self.activations = activations;
    }

    /// Another half of a step begins.
    pub(super) fn begin_half_step(&mut self) {
        self.delivered = 0;
    }

    /// Delivers what is due at `t` (ms), and carries out the answers.
    pub(super) fn deliver(
        &mut self,
        (t, due): (f64, Due),
        router: &mut Router,
        groups: &mut [Group],
    ) -> Result<(), EngineError> {
        match due {
            Due::Waveform { group, player } => {
                groups[group as usize].cells.play_step(player, t);
                Ok(())
            }
            Due::Event { group, input } => {
                let event = groups[group as usize].cells.event_of_input(input);
                self.give(group as usize, event, t, router, groups)
            }
            Due::ToPoint { point, input, flag } => {
                let (group, sender) = self.group_of(point);
                if flag == 1.0 {
                    self.movable[point as usize] = None;
                }
                let cells = &mut groups[group].cells;
                let (installed, instance) = cells.instance_of_sender(sender);
                self.delivered += 1;
                let limit = most_self_events(self.movable.len());
                if self.delivered > limit {
                    cells.fault_of_sender(installed, instance, SendingFault::TooMany { limit }, t);
                }
                self.give(group, PointEvent { installed, instance, flag, input }, t, router, groups)
            }
        }
    }

    /// Gives an event to a point process, and carries out its answers.
    fn give(
        &mut self,
        group: usize,
        event: PointEvent,
        t: f64,
        router: &mut Router,
        groups: &mut [Group],
    ) -> Result<(), EngineError> {
        groups[group].cells.receive(event, t);
        self.carry_out_answers(group, event, t, router, groups);
        groups[group].cells.fault.clone().map_or(Ok(()), Err)
    }

    /// Carries out the answers to an event.
    pub(super) fn carry_out_answers(
        &mut self,
        group: usize,
        event: PointEvent,
        t: f64,
        router: &mut Router,
        groups: &mut [Group],
    ) {
        if let Some(answers) = groups[group].cells.take_answers() {
            self.carry_out(&answers, (group, event.installed), event.input, t, router, groups);
            groups[group].cells.return_answers(answers);
        }
    }

    fn carry_out(
        &mut self,
        answers: &[(u32, Emission)],
        (index, installed): (usize, u32),
        input: u32,
        t: f64,
        router: &mut Router,
        groups: &mut [Group],
    ) {
        let group = &mut groups[index];
        let carrier = &mut OfPoints { points: self, router, index, group, installed, input };
        if let Err((instance, fault)) = carry_out(answers.iter().copied(), t, carrier) {
            groups[index].cells.fault_of_sender(installed, instance, fault, t);
        }
    }

    /// Carries out what point processes answered when they were initialised, in NEURON's order.
    pub(super) fn carry_out_first_answers(&mut self, router: &mut Router, groups: &mut [Group]) {
        let mut answers = Vec::new();
        for (index, group) in groups.iter_mut().enumerate() {
            for (installed, of_mechanism) in group.cells.take_first_answers() {
                answers.extend(of_mechanism.into_iter().map(|(instance, emission)| {
                    (group.cells.place_in_order(installed, instance), index, installed, (instance, emission))
                }));
            }
        }
        // Stable: the answers of one instance keep their order.
        answers.sort_by_key(|&(place, ..)| place);
        for of_instance in answers.chunk_by(|a, b| (a.1, a.2, a.3.0) == (b.1, b.2, b.3.0)) {
            let (_, index, installed, _) = of_instance[0]; // a chunk has at least one member
            let emissions: Vec<_> = of_instance.iter().map(|&(.., emission)| emission).collect();
            self.carry_out(&emissions, (index, installed), NO_INPUT, 0.0, router, groups);
        }
    }

    /// Looks at the conditions that point processes of all groups watch at the start of a step at `t` (ms), and queues the
    /// events of those that rose above 0, in the order in which they were activated.
    pub(super) fn queue_conditions(&self, t: f64, router: &mut Router, groups: &mut [Group]) {
        let mut risen: Vec<(u64, u32, f64)> = Vec::new();
        for (group, first) in groups.iter_mut().zip(&self.first_of_group) {
            for (order, PointEvent { installed, instance, flag, .. }) in group.cells.look_at_conditions() {
                risen.extend(group.cells.sender(installed, instance).map(|sender| (order, first + sender, flag)));
            }
        }
        risen.sort_by_key(|&(order, ..)| order);
        for (_, point, flag) in risen {
            router.queue_self_event(t, point, NO_INPUT, flag);
        }
    }

    /// The name of a self event that waits on the queue.
    pub(crate) fn name_of(
        &self,
        (point, input, flag): (u32, u32, f64),
        handle: EventHandle,
        groups: &[Group],
        names: &EventNames,
    ) -> WaitingEvent {
        let (group, sender) = self.group_of(point);
        let (installed, instance) = groups[group].cells.instance_of_sender(sender);
        let movable = self.movable[point as usize] == Some(handle);
        names.waiting(group, PointEvent { installed, instance, flag, input }, 0, movable)
    }

    /// Puts back an event that waited for a sender of a group.
    pub(super) fn restore_event(
        &mut self,
        (group, sender): (usize, u32),
        event: PointEvent,
        t: f64,
        movable: bool,
        router: &mut Router,
    ) {
        let point = self.first_of_group[group] + sender;
        let handle = router.queue_self_event(t, point, event.input, event.flag);
        if movable {
            self.movable[point as usize] = Some(handle);
        }
    }
}

/// Carries out the answers of point processes of a group.
struct OfPoints<'a> {
    points: &'a mut OneByOne,
    router: &'a mut Router,
    /// The group's index.
    index: usize,
    group: &'a mut Group,
    installed: u32,
    input: u32,
}

impl OfPoints<'_> {
    /// The number of an instance among all point processes that send events.
    fn point(&self, instance: u32) -> Option<u32> {
        Some(self.points.first_of_group[self.index] + self.group.cells.sender(self.installed, instance)?)
    }
}

impl Carrier for OfPoints<'_> {
    fn spike(&mut self, instance: u32, at: f64) {
        if let Some(source) = self.group.cells.source_of(self.installed, instance) {
            self.router.send(source, at);
        }
    }

    fn send(&mut self, instance: u32, at: f64, flag: f64) {
        let Some(point) = self.point(instance) else { return };
        let handle = self.router.queue_self_event(at, point, self.input, flag);
        if flag == 1.0 {
            self.points.movable[point as usize] = Some(handle);
        }
    }

    fn reschedule(&mut self, instance: u32, at: f64) -> bool {
        let handle = self.point(instance).and_then(|point| self.points.movable[point as usize]);
        handle.is_some_and(|handle| self.router.reschedule(handle, at))
    }

    fn watch(&mut self, instance: u32, condition: u32, flag: f64, is_first: bool) -> bool {
        self.points.activations += 1;
        let order = self.points.activations;
        self.group.cells.watch((self.installed, instance), condition, flag, is_first, order);
        true
    }
}
