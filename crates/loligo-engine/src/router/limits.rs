//! Limits beyond which a run ends with an error, and the sender named in the error.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::{Destination, Item, Route, Router};
use crate::cells::Delivery;
use crate::error::{EngineError, Sender};
use crate::inputs::Input;
use crate::options::Options;
use crate::spike::Spike;

/// Bytes for each connection that are not counted against [`Options::event_room`](crate::Options::event_room).
const ROOM_OF_CONNECTION: usize = 128;

/// Limits beyond which a run ends with an error.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    /// Memory of pending events and spikes, bytes.
    pub(super) room: usize,
    /// Events delivered in half a step.
    pub(super) deliveries: usize,
    /// Spikes and self events that an artificial cell may send in a step.
    pub(super) emissions: u32,
    /// The step, ms.
    pub(super) dt: f64,
}

impl Limits {
    pub(crate) fn of(options: &Options, connections: usize) -> Self {
        const DELIVERIES: usize = 10_000_000;
        const DELIVERIES_OF_CONNECTION: usize = 4;
        /// A hundred times the number of spikes of ten thousand neurons that all fire at the highest possible
        /// rate.
        const EMISSIONS_PER_MS: f64 = 4e5;
        const EMISSIONS: u32 = 20_000;
        Self {
            room: options.event_room.saturating_add(connections.saturating_mul(ROOM_OF_CONNECTION)),
            deliveries: DELIVERIES.max(connections.saturating_mul(DELIVERIES_OF_CONNECTION)),
            emissions: EMISSIONS.max((EMISSIONS_PER_MS * options.dt) as u32),
            dt: options.dt,
        }
    }
}

impl Router {
    /// The error of a run that was asked to stop, with the step and time reached.
    pub(crate) fn stopped(&self) -> EngineError {
        EngineError::Stopped { step: self.clock.step, t: self.clock.t }
    }

    /// Counts an event that leaves the queue at `t` (ms).
    pub(super) fn count_delivery(&mut self, t: f64) -> Result<(), EngineError> {
        /// Number of events between two readings of the system clock.
        const PACE: usize = 1024;
        self.delivered_in_step += 1;
        if self.delivered_in_step > self.limits.deliveries {
            let (sender, events) = self.busiest_source();
            return Err(EngineError::TooManyDeliveries { limit: self.limits.deliveries, t, sender, events });
        }
        match self.delivered_in_step.is_multiple_of(PACE) && self.stop.is_overdue() {
            true => Err(self.stopped()),
            false => Ok(()),
        }
    }

    /// Checks, at `t` (ms), that no mechanism of artificial cells has failed, and [what they sent](Self::check_sending).
    pub(crate) fn check(&mut self, t: f64) -> Result<(), EngineError> {
        match self.mechanism_fault(t) {
            Some(fault) => Err(fault),
            None => self.check_sending(t),
        }
    }

    /// Checks, at `t` (ms), that no artificial cell sends too many events and that pending events fit into the allowed
    /// memory.
    pub(crate) fn check_sending(&mut self, t: f64) -> Result<(), EngineError> {
        if let Some((population, instance)) = self.runaway.take() {
            let cells = &self.populations[population as usize];
            return Err(EngineError::Runaway {
                population,
                instance: cells.instances[instance as usize],
                mechanism: cells.mechanism.signature().name.clone(),
                limit: self.limits.emissions,
                t,
                in_loop: self.is_in_loop((population, instance)),
            });
        }
        let bytes = self.queue.bytes()
            + self.to_groups.bytes()
            + self.handed_out * size_of::<Delivery>()
            + self.new_spikes() * size_of::<Spike>();
        if bytes > self.limits.room {
            let (sender, events) = self.busiest_source();
            return Err(EngineError::TooManyEvents { room: self.limits.room, t, sender, events });
        }
        Ok(())
    }

    /// Describes the failure of the mechanism of an artificial cell, if one has failed.
    pub(super) fn mechanism_fault(&self, t: f64) -> Option<EngineError> {
        for (population, cells) in (0..).zip(&self.populations) {
            let Some(reason) = cells.kernel.as_ref().and_then(|kernel| kernel.fault()) else { continue };
            let is_broken = |&instance: &usize| {
                (0..cells.block.width()).any(|column| !cells.block.value(column, instance).is_finite())
            };
            let Some(instance) = (0..cells.block.len()).find(is_broken) else { continue };
            let instance = Sender::Artificial { population, instance: cells.instances[instance] };
            let mechanism = cells.mechanism.signature().name.clone();
            return Some(EngineError::MechanismFault { mechanism, reason, instance, t });
        }
        None
    }

    /// True if the spikes of an artificial cell return to it through artificial cells and
    /// connections whose delays are all shorter than a step.
    fn is_in_loop(&self, cell: (u32, u32)) -> bool {
        let mut seen = HashSet::new();
        let mut next = vec![cell];
        while let Some((population, instance)) = next.pop() {
            let Some(source) = self.populations[population as usize].sources[instance as usize] else { continue };
            for &connection in &self.fans[source as usize].connections {
                let Route { destination, delay } = self.routes[connection as usize];
                if let Destination::Artificial(input) = destination
                    && delay < self.limits.dt
                {
                    let Input { mechanism: population, instance, .. } = self.inputs.get(input);
                    if (population, instance) == cell {
                        return true;
                    }
                    if seen.insert((population, instance)) {
                        next.push((population, instance));
                    }
                }
            }
        }
        false
    }

    /// The source of most of the pending events and of the spikes not yet handed on, and their number.
    fn busiest_source(&self) -> (Option<u32>, usize) {
        let mut source_of_route: Vec<Option<u32>> = vec![None; self.routes.len()];
        for (fan, source) in self.fans.iter().zip(0..) {
            fan.connections.iter().for_each(|&route| source_of_route[route as usize] = Some(source));
        }
        let mut events = vec![0; self.fans.len()];
        let mut count = |source: Option<u32>| {
            if let Some(source) = source {
                events[source as usize] += 1;
            }
        };
        self.to_groups.waiting().for_each(|(_, route)| count(source_of_route[route as usize]));
        for (_, _, &item) in self.queue.waiting() {
            count(match item {
                Item::ToPoint { .. } => None,
                Item::Connection(route) => source_of_route[route as usize],
                Item::FanOut(source) => Some(source),
                Item::ToItself { population, instance, .. } => {
                    self.populations[population as usize].sources[instance as usize]
                }
                Item::Waveform { .. } => None,
            });
        }
        self.spikes[self.old_spikes.min(self.spikes.len())..].iter().for_each(|spike| count(Some(spike.source as u32)));
        let busiest = events.iter().zip(0..).max_by_key(|&(&events, source)| (events, Reverse(source)));
        match busiest {
            Some((&events, source)) if events > 0 => (Some(source), events),
            _ => (None, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::Clock;
    use crate::kernel_cache::KernelCache;
    use crate::stop::StopRequest;
    use crate::test_models::{Responder, artificial_cells, builtin, router};

    #[test]
    fn limits_grow_with_the_connections_and_the_step() {
        let options = Options { event_room: 1000, dt: 0.025, ..Options::default() };
        let few = Limits::of(&options, 10);
        assert_eq!((few.room, few.deliveries, few.emissions), (1000 + 128 * 10, 10_000_000, 20_000));
        let many = Limits::of(&Options { dt: 1.0, ..options.clone() }, 10_000_000);
        assert_eq!((many.deliveries, many.emissions), (40_000_000, 400_000));
        assert_eq!(Limits::of(&options, usize::MAX).room, usize::MAX);
    }

    #[test]
    fn more_deliveries_in_half_a_step_than_allowed_are_an_error() {
        let mut router = router(&[&[(0.0, Destination::Group { group: 0, input: 0 })]]);
        router.limits.deliveries = 2;
        for half_step in 0..3 {
            (0..2).for_each(|_| router.send(0, 0.0));
            router.begin_half_step(half_step);
            while router.next(0.0).expect("two are allowed in each").is_some() {}
        }
        (0..3).for_each(|_| router.send(0, 0.0));
        router.begin_half_step(9);
        let errors: Vec<_> = std::iter::repeat_with(|| router.next(0.0)).take(3).filter_map(Result::err).collect();
        assert!(matches!(errors[..], [EngineError::TooManyDeliveries { limit: 2, .. }]), "{errors:?}");
    }

    #[test]
    fn what_waits_has_room_and_the_busiest_source_is_named() {
        let to_group = Destination::Group { group: 0, input: 0 };
        let mut router = router(&[&[(5.0, to_group)], &[(5.0, to_group); 3], &[(5.0, to_group)]]);
        router.limits.room = 1000;
        assert!(router.check(0.0).is_ok());
        (0..3).for_each(|_| router.send(1, 0.0));
        (0..2).for_each(|_| router.send(2, 0.0));
        router.limits.room = 100;
        let Err(EngineError::TooManyEvents { room: 100, t, sender, events }) = router.check(1.5) else {
            panic!("eleven events and five spikes do not fit into 100 bytes");
        };
        // Three items, each for three connections, and three spikes.
        assert_eq!((t, sender, events), (1.5, Some(1), 6));
        router.limits.room = 100_000;
        assert!(router.check(1.5).is_ok());
        router.in_order_of_queue = false;
        (0..7).for_each(|_| router.queue_event(9.0, 4));
        assert_eq!(
            router.busiest_source(),
            (Some(2), 11),
            "events that are not in the order of the queue count as well"
        );
        router.limits.room = 0;
        router.rewind();
        (0..2).for_each(|_| router.queue_event(9.0, 4));
        assert!(matches!(router.check(1.5), Err(EngineError::TooManyEvents { events: 2, .. })));
    }

    #[test]
    fn what_was_handed_out_in_an_epoch_takes_room_until_the_next() {
        let mut router = router(&[&[(0.0, Destination::Group { group: 0, input: 0 })]]);
        (0..3).for_each(|_| router.queue_event(0.0, 0));
        while router.next(0.0).expect("there is room").is_some() {}
        router.limits.room = 3 * size_of::<Delivery>();
        assert!(router.check(0.0).is_ok());
        router.limits.room -= 1;
        assert!(matches!(router.check(0.0), Err(EngineError::TooManyEvents { sender: None, events: 0, .. })));
        router.begin(Clock { step: 1, t: 0.025 });
        assert!(router.check(0.0).is_ok());
    }

    #[test]
    fn of_equally_busy_sources_the_first_is_named_and_of_idle_ones_none() {
        let mut router = router(&[&[], &[], &[]]);
        assert_eq!(router.busiest_source(), (None, 0));
        [2, 1].into_iter().for_each(|source| router.send(source, 0.0));
        assert_eq!(router.busiest_source(), (Some(1), 1));
        router.old_spikes = 2;
        assert_eq!(router.busiest_source(), (None, 0), "those were handed on");
    }

    /// Two artificial cells that excite each other, one with this delay (ms), the other without delay.
    fn loop_of_two(delay: f64) -> EngineError {
        let mut router = router(&[&[(delay, Destination::Artificial(0))], &[(0.0, Destination::Artificial(1))]]);
        router.populations = vec![artificial_cells(&Responder::artificial(), 2)];
        router.populations[0].block.fill(Responder::ANSWER, Responder::SPIKES);
        router.populations[0].sources = vec![Some(1), Some(0)];
        router.inputs.add((0, 0), &[1.0, 0.0], None);
        router.inputs.add((0, 1), &[1.0, 0.0], None);
        router.compile(&Options::default(), &mut KernelCache::default()).expect("it compiles");
        router.limits = Limits { emissions: 50, ..Limits::of(&Options::default(), 2) };
        router.send(0, 0.0);
        router.begin_half_step(2);
        router.next(f64::INFINITY).expect_err("it never ends")
    }

    #[test]
    fn an_artificial_cell_that_sends_too_much_in_a_step_is_named_and_its_loop() {
        for (delay, loops) in [(0.0, true), (0.02, true), (0.025, false)] {
            let error = loop_of_two(delay);
            let EngineError::Runaway { population: 0, instance, limit: 50, in_loop, .. } = error else {
                panic!("{error:?}");
            };
            assert_eq!((instance, in_loop), (0, loops), "delay {delay} ms");
        }
    }

    #[test]
    fn a_request_to_stop_that_has_waited_too_long_is_seen_among_the_events() {
        let mut router = router(&[]);
        router.limits = Limits::of(&Options::default(), 0);
        router.begin(Clock { step: 4, t: 0.1 });
        router.stop = StopRequest::default();
        router.stop.stop();
        assert!((0..2000).all(|_| router.count_delivery(0.1).is_ok()), "it has not waited long");
        std::thread::sleep(std::time::Duration::from_millis(220));
        let stopped = EngineError::Stopped { step: 4, t: 0.1 };
        assert!((0..1024).any(|_| router.count_delivery(0.1) == Err(stopped.clone())));
        assert_eq!(router.stopped(), stopped);
    }

    #[test]
    fn activity_is_counted_step_by_step() {
        let mut router = router(&[]);
        router.populations = vec![artificial_cells(&builtin("NetStim"), 1)];
        router.populations[0].block.fill(0, 1e-6); // ms
        router.populations[0].block.fill(1, 1e9);
        router.populations[0].block.fill(2, 0.0); // ms
        router.compile(&Options::default(), &mut KernelCache::default()).expect("it is built in");
        router.limits = Limits { emissions: 100, ..Limits::of(&Options::default(), 0) };
        router.initialize_artificial_cells().expect("it sends one event");
        for step in 0..10 {
            router.begin_half_step(2 * step);
            // A spike and a self event every ns, 40 of each in a step.
            router.next(1e-6 * 40.0 * (step + 1) as f64 - 5e-7).expect("80 are allowed");
        }
        router.begin_half_step(100);
        assert!(router.next(1.0).is_err(), "thousands are not");
    }
}
