//! What is allowed before a run ends with an error, and who is to be named in it.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::{Destination, Item, Route, Router};
use crate::cells::Delivery;
use crate::error::EngineError;
use crate::inputs::Input;
use crate::options::Options;
use crate::spike::Spike;

/// Bytes for each connection that are not counted against [`Options::event_room`](crate::Options::event_room).
const ROOM_OF_CONNECTION: usize = 128;

/// What is allowed before a run ends with an error.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    /// Bytes of events and spikes that wait.
    pub(super) room: usize,
    /// Events delivered in half a step.
    pub(super) deliveries: usize,
    /// Spikes and events to itself that an artificial cell may send in a step.
    pub(super) emissions: u32,
    /// The step, ms.
    pub(super) dt: f64,
}

impl Limits {
    pub(crate) fn of(options: &Options, connections: usize) -> Self {
        const DELIVERIES: usize = 10_000_000;
        const DELIVERIES_OF_CONNECTION: usize = 4;
        /// A hundred times as many spikes as ten thousand neurons send that are all as fast as neurons can be.
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
    /// That the run was asked to stop where it is.
    pub(crate) fn stopped(&self) -> EngineError {
        EngineError::Stopped { step: self.clock.step, t: self.clock.t }
    }

    /// Counts an event that leaves the queue at `t` (ms).
    pub(super) fn count_delivery(&mut self, t: f64) -> Result<(), EngineError> {
        /// Events between two looks at the clock.
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

    /// Whether an artificial cell sends too much, or there is no room for what waits, at `t` (ms).
    pub(crate) fn check(&mut self, t: f64) -> Result<(), EngineError> {
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
        let bytes =
            self.queue.bytes() + self.handed_out * size_of::<Delivery>() + self.new_spikes() * size_of::<Spike>();
        if bytes > self.limits.room {
            let (sender, events) = self.busiest_source();
            return Err(EngineError::TooManyEvents { room: self.limits.room, t, sender, events });
        }
        Ok(())
    }

    /// Whether an artificial cell's spikes come back to it within steps, by way of others.
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

    /// The source of most of the events that wait and of the spikes that were not handed on, and how many are its.
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
