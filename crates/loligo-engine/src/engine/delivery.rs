//! From the router to the groups: what is due is given to them, one by one or half a step at a time.

use super::Engine;
use crate::cells::{Arrival, Clock, Delivery};
use crate::error::EngineError;
use crate::router::{Destination, Due};

impl Engine {
    /// Initialises what events need at t = 0: what point processes answered when they were initialised, the artificial cells,
    /// then all connections in the order of their creation.
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

    /// Delivers what is due at the present time.
    pub(super) fn deliver_now(&mut self) -> Result<(), EngineError> {
        let Clock { step, t } = self.clock;
        self.deliver(t, 2 * step)?;
        for group in &mut self.groups {
            group.cells.deliver(2 * step, t);
            group.cells.drop_taken();
        }
        Ok(())
    }

    /// Takes what is due until `until` (ms) from the router: artificial cells have it at once, groups too if events are
    /// delivered one by one; else it is given to them, to be delivered at `tick`.
    pub(super) fn deliver(&mut self, until: f64, tick: u64) -> Result<(), EngineError> {
        let taken = self.take_due(until, tick);
        for (group, deliveries) in self.groups.iter_mut().zip(&mut self.deliveries) {
            group.cells.give(deliveries);
        }
        if !self.in_order_of_queue {
            self.groups.iter_mut().for_each(|group| group.cells.order_deliveries());
        }
        taken
    }

    /// Takes what is due in an epoch from the router and gives it to the groups, unordered; returns the clock at its end.
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
                // Groups keep what their point processes send themselves.
                Due::ToPoint { .. } => continue,
            };
            deliveries[group as usize].push(Delivery { tick, t, arrival });
        }
        Ok(())
    }
}
