//! Events of point processes, delivered one by one in NEURON's order of one queue.
//!
//! Otherwise a group delivers its events, and the self events of its point processes, in an order of its own
//! ([`cells::events`](crate::cells)). NEURON's order of simultaneous events is kept by `Exact`, and by any model whose
//! point processes reach others within a step or whose artificial cells take input: then each event is delivered to its
//! group when it leaves the queue, and the resulting events are queued before the next one leaves it.

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
    /// The number of each group's first point process among all.
    first_of_group: Vec<u32>,
    /// The pending self event of flag 1 of each point process.
    movable: Vec<Option<EventHandle>>,
    /// Number of conditions activated so far.
    activations: u64,
    /// Number of self events delivered in this half of a step.
    delivered: usize,
}

impl OneByOne {
    /// Numbers the point processes of all groups.
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

    /// The group of a point process, and its number within the group.
    fn group_of(&self, point: u32) -> (usize, u32) {
        let group = self.first_of_group.partition_point(|&first| first <= point) - 1; // the first one's is 0
        (group, point - self.first_of_group[group])
    }

    /// Resets to the start of a run, before any event has been sent.
    pub(super) fn rewind(&mut self) {
        self.movable.fill(None);
        self.activations = 0;
    }

    /// Sets the number of activations of restored conditions; those activated later come after
    /// them.
    pub(super) fn restore_activations(&mut self, activations: u64) {
        self.activations = activations;
    }

    /// Starts another half of a step.
    pub(super) fn begin_half_step(&mut self) {
        self.delivered = 0;
    }

    /// Delivers the events due at `t` (ms), and carries out the requested actions.
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

    /// Delivers an event to a point process, and carries out the requested actions.
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

    /// Carries out the actions requested in response to an event.
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

    /// Carries out the actions that point processes requested when they were initialised, in
    /// NEURON's order.
    pub(super) fn carry_out_first_answers(&mut self, router: &mut Router, groups: &mut [Group]) {
        let mut answers = Vec::new();
        for (index, group) in groups.iter_mut().enumerate() {
            for (installed, of_mechanism) in group.cells.take_first_answers() {
                answers.extend(of_mechanism.into_iter().map(|(instance, emission)| {
                    (group.cells.place_in_order(installed, instance), index, installed, (instance, emission))
                }));
            }
        }
        // A stable sort: the actions of one instance keep their order.
        answers.sort_by_key(|&(place, ..)| place);
        for of_instance in answers.chunk_by(|a, b| (a.1, a.2, a.3.0) == (b.1, b.2, b.3.0)) {
            let (_, index, installed, _) = of_instance[0]; // a chunk has at least one member
            let emissions: Vec<_> = of_instance.iter().map(|&(.., emission)| emission).collect();
            self.carry_out(&emissions, (index, installed), NO_INPUT, 0.0, router, groups);
        }
    }

    /// Evaluates the conditions that point processes of all groups watch at the start of a step at `t` (ms), and queues
    /// the events of those that rose above 0, in the order in which they were activated.
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

    /// The identification of a pending self event, in the blueprint's numbers.
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

    /// Restores a pending event for a sender of a group.
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

/// Carries out the actions requested by point processes of a group.
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

#[cfg(test)]
mod tests {
    use loligo_mechanisms::Numerics;

    use super::*;
    use crate::options::Options;
    use crate::test_models::{
        MIDDLE, Responder, cable, cell, connection, connections, group, passive, placed, placed_with, ring, running,
        started,
    };
    use crate::{Address, Blueprint, Engine, Quantity, Recording, Source, Target};

    fn exact() -> Options {
        Options { numerics: Numerics::Exact, group_nodes: 1, ..Options::default() }
    }

    #[test]
    fn points_are_numbered_group_by_group() {
        let responders = |count| passive(vec![placed(&Responder::point(), 1, &vec![MIDDLE; count])]);
        let groups = [responders(2), passive(Vec::new()), responders(3)]
            .map(|cell| group(started(&[cell], Options::default(), |_, _| {})));
        let points = OneByOne::new(&groups);
        assert_eq!(points.movable.len(), 5);
        let found: Vec<_> = (0..5).map(|point| points.group_of(point)).collect();
        assert_eq!(found, [(0, 0), (0, 1), (2, 0), (2, 1), (2, 2)]);
    }

    /// Cells with one responder each, which is a source and receives events of the first
    /// connections.
    fn responders(cells: usize, answer: f64, events: &[(f64, usize)]) -> Blueprint {
        let to = |cell| Some(Target::Point { cell, placed: 2, instance: 0 });
        let by_user = (0..cells as u32)
            .map(|cell| crate::Connection { weight: vec![9.0, 0.0].into(), ..connection(None, to(cell), 0.0, 9.0) });
        Blueprint { connections: connections(by_user), events: events.to_vec(), ..ring(cells, answer) }
    }

    fn spikes(engine: &Engine) -> Vec<(usize, f64)> {
        engine.spikes().iter().map(|spike| (spike.source, spike.t)).collect()
    }

    fn value(engine: &mut Engine, cell: usize, column: usize) -> f64 {
        let handle = engine.find(&Address::Membrane { cell, order: 2, column, instance: 0 }).expect("it has one");
        engine.read(handle).expect("it is this engine's")
    }

    #[test]
    fn a_point_that_spikes_reaches_another_within_the_step() {
        let mut blueprint = responders(2, Responder::SPIKES, &[(0.5, 0)]);
        let to = Some(Target::Point { cell: 1, placed: 2, instance: 0 });
        let of_first = crate::Connection { weight: vec![1.0, 0.0].into(), ..connection(Some(2), to, 0.0, 1.0) };
        blueprint.connections.push(of_first);
        for numerics in [Numerics::Exact, Numerics::Fast] {
            let mut engine = running(blueprint.clone(), Options { numerics, ..exact() });
            assert!(engine.one_by_one.is_some() && engine.epoch() == 1, "the delay is shorter than a step");
            engine.advance(20).expect("it goes on");
            assert_eq!(spikes(&engine), [(2, 0.5), (3, 0.5)]); // ms
        }
    }

    #[test]
    fn an_event_to_itself_waits_on_the_queue_and_is_moved() {
        let mut engine = running(responders(2, Responder::SENDS, &[(0.5, 1)]), exact());
        engine.advance(24).expect("it goes on");
        let answer = Address::Membrane { cell: 1, order: 2, column: Responder::ANSWER, instance: 0 };
        let answer = engine.find(&answer).expect("it has one");
        assert!(engine.set(answer, Responder::MOVES));
        engine.router.queue_event(0.75, 1);
        engine.advance(42).expect("it goes on");
        assert_eq!((value(&mut engine, 1, Responder::LOG), spikes(&engine)), (99.0, vec![]), "not at 1.5 ms");
        engine.advance(10).expect("it goes on");
        assert_eq!((value(&mut engine, 1, Responder::LOG), spikes(&engine)), (991.0, vec![(3, 1.75)]));
        assert_eq!(value(&mut engine, 1, Responder::WEIGHT), 9.0, "it comes with the weights of what it answered");
        engine.router.queue_event(2.0, 1);
        let fault = engine.advance(10);
        assert!(
            matches!(fault, Err(EngineError::Sending { fault: SendingFault::NothingToMove, t: 2.0, .. })),
            "{fault:?}"
        );
    }

    #[test]
    fn conditions_of_all_groups_are_looked_at_in_the_order_in_which_they_were_activated() {
        let mut engine = running(responders(3, Responder::WATCHES, &[(0.1, 2), (0.2, 0), (0.3, 1)]), exact());
        engine.advance(20).expect("it goes on");
        for cell in 0..3 {
            let v = engine.find(&Address::Voltage { cell, node: MIDDLE }).expect("the cell is here");
            assert!(engine.set(v, -20.0)); // mV
        }
        engine.drain();
        engine.advance(1).expect("it goes on");
        let points: Vec<usize> =
            spikes(&engine).into_iter().map(|(source, _)| source).filter(|&source| source > 2).collect();
        assert_eq!(points, [5, 3, 4]);
        assert_eq!(value(&mut engine, 0, Responder::FLAG), 3.0);
    }

    #[test]
    fn conditions_that_are_activated_after_a_restored_state_come_behind_those_in_it() {
        let blueprint = || responders(3, Responder::WATCHES, &[(0.1, 2), (0.2, 1), (0.6, 0)]);
        let mut first = running(blueprint(), exact());
        first.advance(20).expect("it goes on");
        let state = first.state().expect("it has not failed");
        let mut engine = running(blueprint(), exact());
        engine.restore(&state).expect("it is of the same model");
        engine.advance(10).expect("it goes on");
        for cell in 0..3 {
            let v = engine.find(&Address::Voltage { cell, node: MIDDLE }).expect("the cell is here");
            assert!(engine.set(v, -20.0)); // mV
        }
        engine.advance(1).expect("it goes on");
        let points = spikes(&engine).into_iter().map(|(source, _)| source).filter(|&source| source > 2);
        assert_eq!(points.collect::<Vec<_>>(), [5, 4, 3]);
    }

    /// Instances are initialised mechanism by mechanism, those at the roots of all cells first.
    #[test]
    fn the_first_answers_come_in_neurons_order() {
        let starting =
            |order, nodes: &[u32]| placed_with(&Responder::point(), order, nodes, &[(Responder::START, 0.5)]);
        let blueprint = cell(&cable(1), vec![starting(1, &[0, MIDDLE])]);
        let (cells, all) = (vec![blueprint.clone(), blueprint], [(0, 0), (0, 1), (1, 0), (1, 1)]);
        let sources = all.map(|(cell, instance)| Source::Point { cell, placed: 0, instance });
        let mut engine = running(Blueprint { cells, sources: sources.into(), ..Blueprint::default() }, exact());
        engine.advance(21).expect("it goes on");
        let order: Vec<usize> = spikes(&engine).into_iter().map(|(source, _)| source).collect();
        // NEURON's queue: the earliest stays first, the others are in the order in which they were
        // sent.
        assert_eq!(order, [0, 2, 1, 3]);
    }

    #[test]
    fn events_without_end_are_a_fault() {
        let mut blueprint = responders(1, Responder::SILENT, &[(0.1, 0)]);
        blueprint.recordings.push(Recording { quantity: Quantity::Voltage { cell: 0, node: MIDDLE }, every: 1 });
        let mut engine = running(blueprint, exact());
        let limit = most_self_events(1);
        (0..=limit).for_each(|_| _ = engine.router.queue_self_event(0.1, 0, NO_INPUT, 2.0));
        let fault = engine.advance(10);
        assert!(
            matches!(fault, Err(EngineError::Sending { fault: SendingFault::TooMany { limit: 100_000 }, .. })),
            "{fault:?}"
        );
    }
}
