//! Delivery from the router to the groups: due events are handed over one by one, or half a step at
//! a time.

use super::Engine;
use crate::cells::{Arrival, Clock, Delivery};
use crate::error::EngineError;
use crate::router::{Destination, Due};

impl Engine {
    /// Initialises events at t = 0: first the actions that point processes requested when they were initialised, then
    /// the artificial cells, then all connections in the order of their creation.
    pub(super) fn initialize_events(&mut self) -> Result<(), EngineError> {
        let Self { router, groups, one_by_one, .. } = self;
        router.decide_fans();
        match one_by_one {
            Some(points) => points.carry_out_first_answers(router, groups),
            None => groups.iter_mut().for_each(|group| group.cells.carry_out_first_answers()),
        }
        router.initialize_artificial_cells()?;
        for route in 0..router.routes.len() {
            match router.routes[route].destination {
                Destination::Nowhere | Destination::Elsewhere => {}
                Destination::Artificial(input) => router.initialize_connection(input)?,
                Destination::Group { group, input } => {
                    let index = group as usize;
                    groups[index].cells.initialize_connection(input);
                    match one_by_one {
                        None => groups[index].cells.carry_out_answers_to(input),
                        Some(points) => {
                            let event = groups[index].cells.event_of_input(input);
                            points.carry_out_answers(index, event, 0.0, router, groups);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Delivers the events due at the present time.
    pub(super) fn deliver_now(&mut self) -> Result<(), EngineError> {
        let Clock { step, t } = self.clock;
        self.deliver(t, 2 * step)?;
        for group in &mut self.groups {
            group.cells.deliver(2 * step, t);
            group.cells.drop_taken();
        }
        Ok(())
    }

    /// Takes the events due until `until` (ms) from the router. Artificial cells receive theirs at once, and so do
    /// groups if events are delivered one by one; otherwise groups get them for delivery at `tick`.
    pub(super) fn deliver(&mut self, until: f64, tick: u64) -> Result<(), EngineError> {
        let taken = self.take_due(until, tick);
        for (group, deliveries) in self.groups.iter_mut().zip(&mut self.deliveries) {
            group.cells.give(deliveries);
        }
        if !self.router.in_order_of_queue {
            self.groups.iter_mut().for_each(|group| group.cells.order_deliveries());
        }
        taken
    }

    /// Takes the events due in an epoch from the router and hands them to the groups, unordered; returns the clock at
    /// its end.
    pub(super) fn deliver_epoch(&mut self, steps: u64) -> Result<Clock, EngineError> {
        let dt = self.options.dt;
        let Clock { mut step, mut t } = self.clock;
        self.router.begin(self.clock);
        let mut taken = Ok(());
        for _ in 0..steps {
            taken = self.take_due(t + 0.5 * dt, 2 * step);
            if taken.is_err() {
                break;
            }
            self.router.record(step + 1);
            t = t + 0.5 * dt + 0.5 * dt; // ms
            taken = self.take_due(t, 2 * step + 1);
            if taken.is_err() {
                break;
            }
            step += 1;
        }
        for (group, deliveries) in self.groups.iter_mut().zip(&mut self.deliveries) {
            group.cells.give(deliveries);
        }
        taken.map(|()| Clock { step, t })
    }

    fn take_due(&mut self, until: f64, tick: u64) -> Result<(), EngineError> {
        let Self { router, groups, one_by_one, deliveries, .. } = self;
        router.begin_half_step(tick);
        if let Some(points) = one_by_one {
            points.begin_half_step();
            while let Some(due) = router.next(until)? {
                points.deliver(due, router, groups)?;
            }
            return Ok(());
        }
        while let Some((t, due)) = router.next(until)? {
            let (group, arrival) = match due {
                Due::Event { group, input } => (group, Arrival::Event(input)),
                Due::Waveform { group, player } => (group, Arrival::Waveform(player)),
                // Groups queue the self events of their point processes.
                Due::ToPoint { .. } => continue,
            };
            deliveries[group as usize].push(Delivery { tick, t, arrival });
        }
        while let Some((t, group, input)) = router.next_to_group(until)? {
            deliveries[group as usize].push(Delivery { tick, t, arrival: Arrival::Event(input) });
        }
        router.check_sending(until)
    }
}

#[cfg(test)]
mod tests {
    use loligo_mechanisms::Numerics;

    use super::*;
    use crate::options::Options;
    use crate::test_models::{Responder, connection, connections, ring, running};
    use crate::{Address, Blueprint, Target, Waveform};

    fn value(engine: &mut Engine, order: u32, column: usize) -> f64 {
        let address = Address::Membrane { cell: 0, order, column, instance: 0 };
        let handle = engine.find(&address).expect("the model has it");
        engine.read(handle).expect("it is this engine's")
    }

    /// A cell whose responder receives the user's events at these times (ms), of weight 9, through its first
    /// connection.
    fn with_events(times: &[f64]) -> Blueprint {
        let to = Some(Target::Point { cell: 0, placed: 2, instance: 0 });
        let connections =
            connections([9.0, 1.0].map(|weight| crate::Connection {
                weight: vec![weight, 0.0].into(),
                ..connection(None, to, 1.0, weight)
            }));
        let events = times.iter().map(|&t| (t, 0)).collect();
        Blueprint { connections, events, ..ring(1, Responder::SILENT) }
    }

    #[test]
    fn an_event_is_delivered_in_the_half_of_the_step_in_which_it_is_due() {
        for numerics in [Numerics::Fast, Numerics::Exact] {
            // Exactly in the middle and just after it; exactly at the end and just after it.
            for (t, due) in [(0.0, 0), (0.0125, 1), (0.0126, 1), (0.025, 1), (0.0251, 2)] {
                let mut engine = running(with_events(&[t]), Options { numerics, ..Options::default() });
                let mut seen = vec![value(&mut engine, 2, Responder::EVENTS)];
                for _ in 0..2 {
                    engine.advance(1).expect("it goes on");
                    seen.push(value(&mut engine, 2, Responder::EVENTS));
                }
                let first = seen.iter().position(|&events| events == 1.0);
                assert_eq!(first, Some(due), "{t} ms, {numerics:?}");
            }
        }
    }

    #[test]
    fn deliveries_have_the_tick_of_their_half_step() {
        let mut engine = running(with_events(&[0.01, 0.02, 0.03, 0.06]), Options::default());
        let end = engine.deliver_epoch(2).expect("there are few events");
        assert_eq!((end.step, end.t), (2, 0.05)); // ms
        assert!(engine.deliveries.iter().all(Vec::is_empty), "all are given to the group");
        for (tick, events) in [(0, 1.0), (1, 2.0), (2, 3.0), (9, 3.0)] {
            engine.groups[0].cells.deliver(tick, 0.0);
            assert_eq!(value(&mut engine, 2, Responder::EVENTS), events, "tick {tick}");
        }
    }

    #[test]
    fn artificial_cells_are_sampled_between_the_halves_of_the_last_step_of_an_interval() {
        for numerics in [Numerics::Fast, Numerics::Exact] {
            // In the first half of step 2, or in its second.
            for (t, expected) in [(0.06, [0.0, 1.0, 1.0]), (0.07, [0.0, 0.0, 1.0])] {
                let mut blueprint = with_events(&[]);
                blueprint.populations = vec![crate::test_models::population(&Responder::artificial(), 1)];
                blueprint.populations[0].block.fill(Responder::START, t);
                let quantity = crate::Quantity::Artificial { population: 0, column: Responder::EVENTS, instance: 0 };
                blueprint.recordings = vec![crate::Recording { quantity, every: 3 }];
                let mut engine = running(blueprint, Options { numerics, ..Options::default() });
                engine.advance(6).expect("it goes on");
                assert_eq!(engine.samples(0), Some(&expected[..]), "{t} ms, {numerics:?}");
            }
        }
    }

    #[test]
    fn of_one_instant_a_waveform_comes_before_events() {
        // The waveform changes the responder's answer to that of an event.
        let answer = crate::Quantity::Membrane { cell: 0, placed: 2, column: Responder::ANSWER, instance: 0 };
        let waveforms = vec![(answer, Waveform::steps(vec![0.5], vec![Responder::SPIKES]))];
        let mut engine = running(Blueprint { waveforms, ..with_events(&[0.5]) }, Options::default());
        engine.advance(30).expect("it goes on");
        assert_eq!(engine.spikes().iter().map(|spike| spike.t).collect::<Vec<_>>(), [0.5]);
    }

    #[test]
    fn connections_are_initialised_in_the_order_of_their_creation_and_lose_what_they_had_learnt() {
        let mut engine = running(with_events(&[]), Options::default());
        let second = engine.find(&Address::Weight { connection: 1, weight: 1 }).expect("it has two weights");
        assert!(engine.set(second, 5.0));
        engine.initialize().expect("it starts anew");
        assert_eq!(engine.read(second), Some(0.0));
    }
}
