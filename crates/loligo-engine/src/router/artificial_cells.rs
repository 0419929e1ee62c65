//! Artificial cells: they have no membrane, and process events at the time of delivery.

use std::sync::Arc;

use loligo_events::EventHandle;
use loligo_mechanisms::{Block, CompileError, Event, FunctionTable, History, Identity, Kernel, Mechanism};

use super::{Item, Router};
use crate::emissions::{Carrier, carry_out};
use crate::error::{EngineError, Sender};
use crate::globals::set_global;
use crate::inputs::{Input, Inputs, NO_INPUT};
use crate::kernel_cache::KernelCache;
use crate::options::Options;

/// The number of spikes and events that an artificial cell sent in the last step in which it sent
/// any.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Activity {
    step: u64,
    emissions: u32,
}

/// The instances of an artificial mechanism.
#[derive(Clone, Debug)]
pub(crate) struct ArtificialCells {
    pub(crate) mechanism: Arc<dyn Mechanism>,
    pub(crate) globals: Arc<[f64]>,
    pub(crate) tables: Arc<[Arc<FunctionTable>]>,
    /// `None` until they are [compiled](Router::compile).
    pub(crate) kernel: Option<Arc<dyn Kernel>>,
    /// True if values have changed since it was compiled.
    pub(crate) kernel_is_stale: bool,
    pub(crate) block: Block,
    /// The blueprint's number of each instance, ascending.
    pub(crate) instances: Vec<u32>,
    /// The source number of each instance, if connections or records start at it.
    pub(crate) sources: Vec<Option<u32>>,
    /// The pending self event of flag 1 of each instance.
    pub(crate) movable: Vec<Option<EventHandle>>,
    pub(crate) activity: Vec<Activity>,
}

/// A sampled variable of an artificial cell.
#[derive(Clone, Debug)]
pub(crate) struct ArtificialRecorder {
    pub(crate) population: usize,
    pub(crate) column: usize,
    pub(crate) instance: usize,
    pub(crate) every: usize,
    pub(crate) samples: Vec<f64>,
}

/// An event with its target, an artificial cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addressed {
    pub(super) population: u32,
    pub(super) instance: u32,
    pub(super) input: u32,
    pub(super) flag: f64,
}

impl Addressed {
    /// The event that a connection delivers.
    pub(super) fn of_input(inputs: &Inputs, input: u32) -> Self {
        let Input { mechanism: population, instance, .. } = inputs.get(input);
        Self { population, instance, input, flag: 0.0 }
    }
}

impl Router {
    /// Compiles the mechanisms of the artificial cells that have not been compiled or whose values have
    /// changed since.
    pub(crate) fn compile(&mut self, options: &Options, cache: &mut KernelCache) -> Result<(), CompileError> {
        for cells in self.populations.iter_mut().filter(|cells| cells.kernel_is_stale) {
            let environment = options.environment(false, &cells.globals, &cells.tables);
            cells.kernel = Some(cache.kernel(&*cells.mechanism, &environment, &cells.block)?);
            cells.kernel_is_stale = false;
        }
        Ok(())
    }

    /// The globals of a mechanism of artificial cells.
    pub(crate) fn globals_of(&self, mechanism: Identity) -> Option<&[f64]> {
        self.globals().find(|(own, _)| *own == mechanism).map(|(_, globals)| globals)
    }

    /// The globals of all mechanisms of artificial cells that have some.
    pub(crate) fn globals(&self) -> impl Iterator<Item = (Identity, &[f64])> {
        let with_globals = self.populations.iter().filter(|cells| !cells.globals.is_empty());
        with_globals.map(|cells| (cells.mechanism.identity(), &*cells.globals))
    }

    /// Sets a global of a mechanism of artificial cells.
    pub(crate) fn set_global(&mut self, mechanism: Identity, global: usize, value: f64) {
        for cells in self.populations.iter_mut().filter(|cells| cells.mechanism.identity() == mechanism) {
            cells.kernel_is_stale |= set_global(&mut cells.globals, global, value);
        }
    }

    /// Initialises the artificial cells at t = 0, population by population.
    pub(crate) fn initialize_artificial_cells(&mut self) -> Result<(), EngineError> {
        for population in 0..self.populations.len() {
            let ArtificialCells { kernel, block, movable, .. } = &mut self.populations[population];
            movable.fill(None);
            block.histories.iter_mut().for_each(History::clear);
            if let Some(kernel) = kernel {
                self.outbox.first = 0;
                kernel.initialize(0.0, &[], block.instances(0..block.len(), &mut self.scratch), &mut self.outbox);
            }
            self.carry_out_answers(population, NO_INPUT, 0.0)?;
        }
        Ok(())
    }

    /// Prepares a connection to an artificial cell for the start of a run.
    pub(crate) fn initialize_connection(&mut self, input: u32) -> Result<(), EngineError> {
        let population = self.inputs.get(input).mechanism as usize;
        if self.populations[population].mechanism.signature().initializes_connections {
            return self.call_receiver(Addressed::of_input(&self.inputs, input), 0.0, true);
        }
        self.inputs.weights_mut(input).iter_mut().skip(1).for_each(|weight| *weight = 0.0);
        Ok(())
    }

    /// Delivers an event to an artificial cell and carries out the requested actions.
    pub(super) fn call_receiver(
        &mut self,
        event: Addressed,
        t: f64,
        connection_is_new: bool,
    ) -> Result<(), EngineError> {
        let Addressed { population, instance, input, flag } = event;
        let cells = &mut self.populations[population as usize];
        if let Some(kernel) = &cells.kernel {
            self.outbox.first = instance;
            let own = cells.block.instances(instance as usize..instance as usize + 1, &mut self.scratch);
            let mut no_voltage = f64::NAN;
            let visits = cells.mechanism.signature().visits_connections;
            let weights = self.inputs.seen_by((population, instance), input, visits);
            let event = Event { t, v: &mut no_voltage, flag, weights };
            match connection_is_new {
                true => kernel.initialize_connection(event, own, &mut self.outbox),
                false => kernel.receive(event, own, &mut self.outbox),
            }
            if kernel.fault().is_some()
                && let Some(fault) = self.mechanism_fault(t)
            {
                return Err(fault);
            }
        }
        self.carry_out_answers(population as usize, input, t)
    }

    /// Carries out the actions that artificial cells of a population requested in response to an
    /// event from an input.
    fn carry_out_answers(&mut self, population: usize, input: u32, t: f64) -> Result<(), EngineError> {
        if self.outbox.emissions.is_empty() {
            return Ok(());
        }
        let mut emissions = std::mem::take(&mut self.outbox.emissions);
        let carrier = &mut OfArtificialCells { router: self, population, input };
        let carried_out = carry_out(emissions.drain(..), t, carrier);
        self.outbox.emissions = emissions;
        carried_out.map_err(|(instance, fault)| {
            let cells = &self.populations[population];
            let instance = cells.instances[instance as usize];
            let sender = Sender::Artificial { population: population as u32, instance };
            EngineError::Sending { sender, mechanism: cells.mechanism.signature().name.clone(), fault, t }
        })
    }

    fn count_emission(&mut self, population: usize, instance: u32) {
        let activity = &mut self.populations[population].activity[instance as usize];
        if activity.step != self.step {
            *activity = Activity { step: self.step, emissions: 0 };
        }
        activity.emissions += 1;
        if activity.emissions > self.limits.emissions {
            self.runaway.get_or_insert((population as u32, instance));
        }
    }

    pub(crate) fn recorded_value(&self, recorder: usize) -> f64 {
        let ArtificialRecorder { population, column, instance, .. } = self.recorders[recorder];
        self.populations[population].block.value(column, instance)
    }

    /// Takes the samples that are due after `step` steps.
    pub(crate) fn record(&mut self, step: u64) {
        self.recorded = step;
        for recorder in 0..self.recorders.len() {
            if step.is_multiple_of(self.recorders[recorder].every as u64) {
                let value = self.recorded_value(recorder);
                self.recorders[recorder].samples.push(value);
            }
        }
    }

    /// Reserves memory for the samples of `steps` more steps.
    pub(crate) fn reserve(&mut self, steps: usize) {
        for recorder in &mut self.recorders {
            recorder.samples.reserve(steps / recorder.every + 1);
        }
    }

    /// Drops the samples and spikes so far.
    pub(crate) fn drain(&mut self) {
        self.spikes.clear();
        self.old_spikes = 0;
        for recorder in &mut self.recorders {
            recorder.samples.clear();
        }
    }
}

/// Carries out the actions requested by artificial cells.
struct OfArtificialCells<'a> {
    router: &'a mut Router,
    population: usize,
    input: u32,
}

impl Carrier for OfArtificialCells<'_> {
    fn spike(&mut self, instance: u32, at: f64) {
        self.router.count_emission(self.population, instance);
        if let Some(source) = self.router.populations[self.population].sources[instance as usize] {
            self.router.send(source, at);
        }
    }

    fn send(&mut self, instance: u32, at: f64, flag: f64) {
        self.router.count_emission(self.population, instance);
        let item = Item::ToItself { population: self.population as u32, instance, input: self.input, flag };
        let handle = self.router.queue.insert(at, item);
        if flag == 1.0 {
            self.router.populations[self.population].movable[instance as usize] = Some(handle);
        }
    }

    fn reschedule(&mut self, instance: u32, at: f64) -> bool {
        let handle = self.router.populations[self.population].movable[instance as usize];
        handle.is_some_and(|handle| self.router.queue.reschedule(handle, at))
    }

    fn watch(&mut self, _: u32, _: u32, _: f64, _: bool) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::SendingFault;
    use crate::router::{Destination, Limits};
    use crate::test_models::{Responder, artificial_cells, router};

    /// Two responders with this answer, each with a connection of weight 9 that starts at the source of its
    /// number.
    fn responders(answer: f64) -> Router {
        let mut router = router(&[&[(0.0, Destination::Artificial(0))], &[(0.0, Destination::Artificial(1))]]);
        router.populations = vec![artificial_cells(&Responder::artificial(), 2)];
        router.populations[0].block.fill(Responder::ANSWER, answer);
        for instance in 0..2 {
            router.inputs.add((0, instance), &[9.0, 5.0], None);
        }
        router.compile(&Options::default(), &mut KernelCache::default()).expect("they compile");
        router.limits = Limits::of(&Options::default(), 2);
        router.initialize_artificial_cells().expect("they send nothing impossible");
        router
    }

    fn deliver(router: &mut Router, until: f64) -> Result<(), EngineError> {
        router.next(until).map(|due| assert!(due.is_none(), "there are no groups"))
    }

    fn value(router: &Router, column: usize) -> f64 {
        router.populations[0].block.value(column, 1)
    }

    #[test]
    fn an_event_to_itself_comes_with_its_flag_and_weights_and_is_moved_while_it_waits() {
        let mut router = responders(Responder::SENDS);
        router.send(1, 0.0);
        deliver(&mut router, 0.9).expect("it sends");
        assert!(router.populations[0].movable[1].is_some() && router.populations[0].movable[0].is_none());
        router.populations[0].block.fill(Responder::ANSWER, Responder::MOVES);
        router.send(1, 0.5);
        deliver(&mut router, 1.4).expect("it moves");
        assert_eq!(value(&router, Responder::LOG), 99.0, "not at 1 ms");
        deliver(&mut router, 1.5).expect("its own event comes");
        assert_eq!((value(&router, Responder::LOG), value(&router, Responder::WEIGHT)), (991.0, 9.0));
        assert!(router.populations[0].movable[1].is_none());
        router.send(1, 2.0);
        let Err(EngineError::Sending { sender, fault, t, .. }) = deliver(&mut router, 2.0) else {
            panic!("nothing waits that could be moved");
        };
        assert_eq!(
            (sender, fault, t),
            (Sender::Artificial { population: 0, instance: 1 }, SendingFault::NothingToMove, 2.0,)
        );
    }

    #[test]
    fn an_artificial_cell_has_no_condition_to_watch() {
        let mut router = responders(Responder::WATCHES);
        router.send(0, 0.0);
        let fault = deliver(&mut router, 0.0);
        assert!(matches!(fault, Err(EngineError::Sending { fault: SendingFault::NothingToWatch, .. })), "{fault:?}");
    }

    #[test]
    fn what_it_sends_at_the_start_comes_by_no_connection() {
        let mut router = responders(Responder::SILENT);
        router.populations[0].block.set(Responder::START, 1, 0.25); // ms
        router.initialize_artificial_cells().expect("they send");
        deliver(&mut router, 0.25).expect("one event");
        assert_eq!((value(&router, Responder::LOG), value(&router, Responder::WEIGHT)), (2.0, -1.0));
        assert_eq!(router.populations[0].block.value(Responder::EVENTS, 0), 0.0);
    }

    #[test]
    fn weights_behind_the_first_become_0_at_the_start_of_a_run() {
        let mut router = responders(Responder::SILENT);
        router.initialize_connection(0).expect("it sends nothing");
        assert_eq!((router.inputs.weights(0), router.inputs.weights(1)), (&[9.0, 0.0][..], &[9.0, 5.0][..]));
    }

    #[test]
    fn an_artificial_cell_may_send_as_much_as_its_limit_in_each_step() {
        let mut router = responders(Responder::SILENT);
        router.limits.emissions = 3;
        for step in 1..4 {
            router.begin_half_step(2 * step);
            (0..3).for_each(|_| router.count_emission(0, 1));
            router.count_emission(0, 0);
        }
        assert_eq!(router.check(0.0), Ok(()));
        router.count_emission(0, 1);
        let runaway = router.check(0.0);
        assert!(
            matches!(runaway, Err(EngineError::Runaway { instance: 1, limit: 3, in_loop: false, .. })),
            "{runaway:?}"
        );
    }

    #[test]
    fn variables_are_recorded_at_their_intervals() {
        let mut router = responders(Responder::SILENT);
        let samples = Vec::new();
        let column = Responder::EVENTS;
        router.recorders.push(ArtificialRecorder { population: 0, column, instance: 1, every: 2, samples });
        for step in 0..=5 {
            router.record(step);
            router.send(1, step as f64);
            deliver(&mut router, step as f64).expect("one event");
        }
        assert_eq!((&router.recorders[0].samples[..], router.recorded_value(0)), (&[0.0, 2.0, 4.0][..], 6.0));
        router.cut(3, 3.0);
        assert_eq!(router.recorders[0].samples, [0.0, 2.0]);
        router.reserve(10);
        assert!(router.recorders[0].samples.capacity() >= 8);
        router.drain();
        assert!(router.recorders[0].samples.is_empty() && router.spikes.is_empty());
    }

    #[test]
    fn a_changed_global_has_its_mechanism_compiled_anew() {
        let mut router = responders(Responder::SILENT);
        let identity = router.populations[0].mechanism.identity();
        router.set_global(identity, 0, 0.0);
        router.set_global(Identity(0), 0, 1.0);
        router.set_global(identity, 7, 1.0);
        assert!(!router.populations[0].kernel_is_stale);
        router.set_global(identity, 0, 1.0);
        assert!(router.populations[0].kernel_is_stale);
        assert_eq!((router.globals_of(identity), router.globals_of(Identity(0))), (Some(&[1.0][..]), None));
        router.compile(&Options::default(), &mut KernelCache::default()).expect("it compiles");
        assert!(!router.populations[0].kernel_is_stale);
    }

    #[test]
    fn only_another_bit_pattern_is_a_change() {
        let mut globals: Arc<[f64]> = [0.0, 1.0].into();
        assert!(!set_global(&mut globals, 0, 0.0) && !set_global(&mut globals, 2, 5.0));
        assert!(set_global(&mut globals, 0, -0.0) && globals[0].is_sign_negative());
        assert!(set_global(&mut globals, 1, f64::NAN) && !set_global(&mut globals, 1, f64::NAN));
    }
}
