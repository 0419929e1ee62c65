//! The engine: groups of cells, the router between them, and time.

mod building;
mod delivery;
mod gathering;
mod one_by_one;
mod state;
mod values;

pub(crate) use one_by_one::OneByOne;
pub use values::Handle;

use std::sync::Arc;

use loligo_mechanisms::{Numerics, Signature, Stage};
use rayon::prelude::*;

use crate::cells::{Clock, Delivery, Detected, SPIKE_TIME_OFFSET};
use crate::communicator::Communicator;
use crate::error::EngineError;
use crate::excess::Excess;
use crate::fingerprint::Fingerprint;
use crate::kernel_cache::KernelCache;
use crate::options::Options;
use crate::profile::{Phase, Profile};
use crate::ranks::Ranks;
use crate::router::{Destination, Router};
use crate::step::Group;
use crate::stop::StopRequest;
use crate::transfer::Exchange;

/// The place of a recording's samples.
#[derive(Clone, Copy, Debug)]
enum RecorderPlace {
    Group {
        group: usize,
        recorder: usize,
    },
    Artificial(usize),
    /// In another rank; rank 0 has the part that was gathered.
    Elsewhere {
        gathered: usize,
    },
}

/// The part of another rank's recording that rank 0 has gathered.
#[derive(Clone, Debug, Default)]
struct GatheredRecording {
    samples: Vec<f64>,
    value: f64,
}

/// A blueprint divided into groups, and its state; of several ranks each has some of the cells.
#[derive(Debug)]
pub struct Engine {
    fingerprint: Fingerprint,
    options: Options,
    groups: Vec<Group>,
    router: Router,
    recorders: Vec<RecorderPlace>,
    /// The blueprint's index of each cell of this rank; everywhere below, the cells of this rank
    /// are numbered from 0.
    cells: Vec<usize>,
    estimated_costs: Vec<f64>,
    /// The group of each cell.
    group_of_cell: Vec<usize>,
    /// Events given by the user: time (ms) and route.
    events: Vec<(f64, u32)>,
    /// The point processes that send events, if these are delivered one by one.
    one_by_one: Option<OneByOne>,
    /// The next deliveries to each group.
    deliveries: Vec<Vec<Delivery>>,
    /// Carries out transfers that lead from one group to another.
    exchange: Option<Exchange>,
    /// Steps in an epoch.
    epoch: u64,
    clock: Clock,
    ranks: Ranks,
    /// Spikes of all ranks during an exchange.
    detected: Vec<Detected>,
    /// The error of this rank's router, which is sent to the other ranks at the next exchange.
    fault: Option<EngineError>,
    /// True if any rank asked for a pause in this call of `advance`.
    pause: bool,
    /// The error that ended the run, the same in all ranks.
    failure: Option<EngineError>,
    gathered: Vec<GatheredRecording>,
    /// The first unusual voltage of all ranks, as rank 0 last gathered it.
    gathered_excess: Option<Excess>,
    /// The profile of each rank, as rank 0 last gathered it.
    profiles: Vec<Profile>,
    pool: Option<Arc<rayon::ThreadPool>>,
    kernels: KernelCache,
    profile: Profile,
}

impl Engine {
    /// Number of cells of this rank that are computed exactly.
    pub fn exact_cells(&self) -> usize {
        let is_exact = |group: &&usize| self.groups[**group].cells.options.numerics == Numerics::Exact;
        self.group_of_cell.iter().filter(is_exact).count()
    }

    /// Sets the engine to t = 0: voltages, states, events, and the first samples.
    ///
    /// # Errors
    /// An endless sequence of events at t = 0.
    pub fn initialize(&mut self) -> Result<(), EngineError> {
        self.clock = Clock { step: 0, t: 0.0 };
        self.profile = Profile::new(self.options.profile);
        self.failure = None;
        self.gathered_excess = None;
        self.drain();
        self.fault = self.initialize_own().err();
        self.exchange()
    }

    fn initialize_own(&mut self) -> Result<(), EngineError> {
        self.compile_stale()?;
        self.groups.iter_mut().for_each(|group| group.cells.rewind());
        self.router.rewind();
        if let Some(points) = &mut self.one_by_one {
            points.rewind();
        }
        self.deliveries.iter_mut().for_each(Vec::clear);
        let delivered = self.deliver_now();
        self.groups.iter_mut().for_each(|group| group.cells.set_initial_voltage());
        match &mut self.exchange {
            None => self.groups.iter_mut().for_each(|group| group.cells.transfer_within()),
            Some(exchange) => {
                let values = exchange.gather(&self.groups, &mut self.ranks)?;
                self.groups.iter_mut().for_each(|group| group.cells.set_targets(values));
            }
        }
        // Returned only here, because the other ranks waited for the values.
        delivered?;
        self.groups.iter_mut().for_each(|group| group.cells.initialize());
        // Lumps depend on what the mechanisms have computed.
        self.compile_stale()?;
        self.initialize_events()?;
        self.groups.iter_mut().for_each(|group| group.cells.reach(Stage::AfterInitial, 0.0));
        self.queue_events(|t| t <= 0.0);
        self.deliver_now()?;
        self.groups.iter_mut().for_each(|group| group.cells.evaluate_initial_currents());
        self.router.record(0);
        self.deliver_now()?;
        // In NEURON a user sends events after the initialisation, which has delivered those of t = 0. The order of
        // insertion decides the order of simultaneous events.
        self.queue_events(|t| t > 0.0);
        Ok(())
    }

    /// Queues those events of the user whose time (ms) satisfies a condition.
    fn queue_events(&mut self, is_wanted: impl Fn(f64) -> bool) {
        for &(t, connection) in self.events.iter().filter(|(t, _)| is_wanted(*t)) {
            self.router.queue_event(t, connection);
        }
    }

    /// Advances by `steps` steps, or by fewer, at least one, if it is [asked to stop](Self::stop_when) or as soon as
    /// there are more spikes than [`Options::recording_room`] allows samples. Every rank makes the same number of
    /// steps.
    ///
    /// # Errors
    /// A voltage that is no longer finite, or an endless sequence of events, in any rank; results computed before
    /// remain. A request to stop in an epoch that takes long. Ranks that cannot communicate.
    pub fn advance(&mut self, steps: u64) -> Result<(), EngineError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let room = usize::try_from(steps).unwrap_or(usize::MAX).min(1 << 20);
        self.groups.iter_mut().for_each(|group| group.cells.reserve(room));
        self.router.reserve(room);
        self.router.begin_advance();
        self.pause = false;
        let compiled = self.compile_stale().err();
        self.fault = self.fault.take().or(compiled);
        let last = self.clock.step.saturating_add(steps);
        let waits_in_each_step = self.epoch == 1 && self.groups.len() > 1;
        let advanced = match self.pool.clone().filter(|_| waits_in_each_step) {
            // On a thread of the pool: otherwise this thread and those of the pool would wait for each other, asleep, in
            // each step, and a group would often change its thread.
            Some(pool) => pool.install(|| self.advance_until(last)),
            None => self.advance_until(last),
        };
        if let Err(EngineError::Stopped { step, t }) = advanced {
            self.abandon(Clock { step, t });
        }
        advanced
    }

    fn advance_until(&mut self, last: u64) -> Result<(), EngineError> {
        // The first step, or epoch, of a call is always made, even if a stop has been requested
        // before.
        while self.clock.step < last && !self.pause {
            if self.epoch == 1 {
                self.advance_in_lockstep(last)?
            } else {
                self.advance_by_epoch(self.epoch.min(last - self.clock.step))?
            }
        }
        if self.epoch == 1 { self.exchange() } else { Ok(()) }
    }

    /// Drops the results of an unfinished epoch, which began at `clock`.
    fn abandon(&mut self, clock: Clock) {
        for group in &mut self.groups {
            group.cells.cut(clock.step);
            group.cells.excess = group.cells.excess.filter(|excess| excess.t <= clock.t);
        }
        self.router.cut(clock.step, clock.t + SPIKE_TIME_OFFSET);
        self.clock = clock;
    }

    /// Lets another thread stop [`advance`](Self::advance); with several ranks, a request to any of
    /// them stops all.
    pub fn stop_when(&mut self, request: StopRequest) {
        self.router.stop = request;
    }

    /// Sets the first weight of a connection, also for its events in flight, if its target is in this rank. Does
    /// nothing if there is no such connection or it has no target.
    pub fn set_weight(&mut self, connection: usize, weight: f64) {
        let route = u32::try_from(connection).ok().and_then(|connection| self.router.route(connection));
        let weights = route.and_then(|route| self.weights_mut(route));
        if let Some(first) = weights.and_then(<[f64]>::first_mut) {
            *first = weight;
        }
    }

    /// The weights of a route's connection; `None` if it has no target or leads to another rank.
    fn weights(&self, route: u32) -> Option<&[f64]> {
        match self.router.routes.get(route as usize)?.destination {
            Destination::Group { group, input } => Some(self.groups[group as usize].cells.weights(input)),
            Destination::Artificial(input) => Some(self.router.inputs.weights(input)),
            Destination::Nowhere | Destination::Elsewhere => None,
        }
    }

    /// The weights of a route's connection, mutable; `None` if it has no target or leads to another rank.
    fn weights_mut(&mut self, route: u32) -> Option<&mut [f64]> {
        match self.router.routes[route as usize].destination {
            Destination::Group { group, input } => Some(self.groups[group as usize].cells.weights_mut(input)),
            Destination::Artificial(input) => Some(self.router.inputs.weights_mut(input)),
            Destination::Nowhere | Destination::Elsewhere => None,
        }
    }

    /// The first fault of this rank in time.
    fn first_fault(&self) -> Option<EngineError> {
        let of_groups = self.groups.iter().filter_map(|group| group.cells.fault.clone());
        EngineError::first(of_groups.chain(self.fault.clone()))
    }

    /// Makes one step in NEURON's order: spikes of all groups first, so that a spike may be delivered within its own
    /// step. A fault of the step is reported at the next exchange. Values may be read when `last` steps are made.
    fn advance_in_lockstep(&mut self, last: u64) -> Result<(), EngineError> {
        let t = self.clock.t;
        for group in &mut self.groups {
            group.cells.detect(t);
        }
        self.exchange()?;
        match &self.one_by_one {
            Some(points) => points.queue_conditions(t, &mut self.router, &mut self.groups),
            None => self.groups.iter_mut().for_each(|group| group.cells.queue_conditions(t)),
        }
        let is_last_step = self.pause || self.clock.step + 1 >= last;
        self.groups.iter_mut().for_each(|group| group.cells.is_last_step = is_last_step);
        let fault = self.finish_lockstep().err();
        // Also after a fault: what is computed next is not within a run.
        self.groups.iter_mut().for_each(|group| group.cells.is_last_step = true);
        self.fault = self.fault.take().or(fault);
        Ok(())
    }

    fn finish_lockstep(&mut self) -> Result<(), EngineError> {
        let Clock { step, t } = self.clock;
        let dt = self.options.dt;
        let middle = t + 0.5 * dt; // ms
        let end = middle + 0.5 * dt; // ms
        let start = self.profile.start();
        self.router.begin(self.clock);
        let delivered = self.deliver(middle, 2 * step);
        self.profile.stop(Phase::Exchange, start);
        match &mut self.exchange {
            // The other ranks wait for the values.
            Some(exchange) if delivered.is_err() => _ = exchange.gather(&self.groups, &mut self.ranks)?,
            None if delivered.is_err() => {}
            None => for_each(&mut self.groups, self.pool.as_deref(), |group| {
                group.cells.deliver(2 * step, middle);
                group.stepper.step(&mut group.cells, step, t);
            }),
            Some(exchange) => {
                for_each(&mut self.groups, self.pool.as_deref(), |group| {
                    group.cells.deliver(2 * step, middle);
                    group.stepper.begin_step(&mut group.cells, t);
                });
                let start = self.profile.start();
                let values = exchange.gather(&self.groups, &mut self.ranks)?;
                self.profile.stop(if self.ranks.size() > 1 { Phase::Ranks } else { Phase::Exchange }, start);
                for_each(&mut self.groups, self.pool.as_deref(), |group| {
                    group.cells.set_targets(values);
                    group.stepper.finish_step(&mut group.cells, step, end);
                });
            }
        }
        delivered?;
        let start = self.profile.start();
        self.router.record(step + 1);
        self.deliver(end, 2 * step + 1)?;
        self.profile.stop(Phase::Exchange, start);
        for group in &mut self.groups {
            group.cells.deliver(2 * step + 1, end);
            group.cells.drop_taken();
        }
        self.clock = Clock { step: step + 1, t: end };
        Ok(())
    }

    /// Advances by an epoch: the router first, since no event that a group sends during the epoch
    /// is due before its end.
    fn advance_by_epoch(&mut self, steps: u64) -> Result<(), EngineError> {
        let start = self.profile.start();
        let delivered = self.deliver_epoch(steps);
        self.profile.stop(Phase::Exchange, start);
        match delivered {
            Ok(end) => {
                let clock = std::mem::replace(&mut self.clock, end);
                let stop = self.router.stop.clone();
                let advance = |group: &mut Group| {
                    group.cells.order_deliveries();
                    group.stepper.advance(&mut group.cells, clock, steps, &stop);
                };
                for_each(&mut self.groups, self.pool.as_deref(), advance);
            }
            Err(fault) => self.fault = Some(fault),
        }
        self.exchange()
    }

    /// Sends the spikes that were detected in all ranks, ordered by time and source; a fault of any rank is the failure
    /// of all.
    fn exchange(&mut self) -> Result<(), EngineError> {
        let fault = self.first_fault();
        let mut detected = std::mem::take(&mut self.detected);
        self.groups.iter_mut().for_each(|group| group.cells.take_spikes(&mut detected));
        let start = self.profile.start();
        let pause = self.router.stop.is_requested() || self.router.new_spikes() > self.options.recording_room;
        let exchanged = self.ranks.exchange(&mut detected, fault, pause);
        self.profile.stop(Phase::Ranks, start);
        match exchanged {
            Ok(pause) => {
                self.failure = None;
                self.pause |= pause;
            }
            Err(failure) => {
                self.failure = Some(failure.clone());
                return Err(failure);
            }
        }
        let start = self.profile.start();
        detected.sort_unstable_by(|a, b| a.t.total_cmp(&b.t).then(a.source.cmp(&b.source)));
        for spike in detected.drain(..) {
            self.router.send(spike.source, spike.t);
        }
        if let Err(fault) = self.router.check(self.clock.t) {
            self.fault.get_or_insert(fault);
        }
        self.detected = detected;
        self.profile.stop(Phase::Exchange, start);
        Ok(())
    }

    /// This engine's communicator with the other ranks.
    pub fn communicator(&mut self) -> &mut dyn Communicator {
        self.ranks.communicator()
    }

    /// Number of this rank; rank 0 gathers the results.
    pub fn rank(&self) -> usize {
        self.ranks.rank()
    }

    /// Number of ranks.
    pub fn ranks(&self) -> usize {
        self.ranks.size()
    }

    /// Time, ms: the sum of half steps, rounding included.
    pub fn time(&self) -> f64 {
        self.clock.t
    }

    /// Steps made since t = 0.
    pub fn steps(&self) -> u64 {
        self.clock.step
    }

    /// Number of steps in an epoch: the steps between two exchanges of spikes.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Number of groups of this rank.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// Number of rows of all matrices of this rank.
    pub fn rows(&self) -> usize {
        self.groups.iter().map(|group| group.cells.rows()).sum()
    }

    /// The signature of the mechanism of a population of artificial cells.
    pub fn signature_of_population(&self, population: usize) -> Option<&Signature> {
        Some(self.router.populations.get(population)?.mechanism.signature())
    }
}

/// Calls `work` for every group, in parallel on the threads of `pool`.
fn for_each(groups: &mut [Group], pool: Option<&rayon::ThreadPool>, work: impl Fn(&mut Group) + Send + Sync) {
    match pool {
        Some(pool) if groups.len() > 1 => pool.install(|| groups.par_iter_mut().for_each(work)),
        _ => groups.iter_mut().for_each(work),
    }
}

/// The times of the samples of a recording every `every` steps, ms: `count` of them from t = 0, rounding included.
///
/// ```
/// let t = loligo_engine::sample_times(0.1, 1, 100_001);
/// assert_eq!(t[100_000], 9999.9999999947267); // ms, as NEURON's
/// ```
pub fn sample_times(dt: f64, every: usize, count: usize) -> Vec<f64> {
    let mut times = Vec::with_capacity(count);
    let mut t = 0.0;
    while times.len() < count {
        times.push(t);
        for _ in 0..every {
            t = t + 0.5 * dt + 0.5 * dt; // ms
        }
    }
    times
}

#[cfg(test)]
mod tests;
