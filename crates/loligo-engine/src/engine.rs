//! The engine: groups of cells, the post office between them, and time.

use std::collections::HashMap;

use loligo_mechanisms::{Context, Numerics};
use rayon::prelude::*;

use crate::blueprint::{Blueprint, Quantity, Source, Target, Transfer};
use crate::coupling::{Coupling, Unit};
use crate::error::EngineError;
use crate::group::{Clock, Group, LocalQuantity, Places};
use crate::options::Options;
use crate::post_office::{ArtificialCells, ArtificialRecorder, Destination, Fan, PostOffice, Route, Timetable};
use crate::profile::{Phase, Profile};
use crate::shared_tables::SharedTables;
use crate::spike::Spike;
use crate::transfer::Exchange;

/// Added to the time at which a variable is seen above its threshold, ms: NEURON's spike time.
const SPIKE_TIME_OFFSET: f64 = 1e-10;

/// Where a recording's samples are.
#[derive(Clone, Copy, Debug)]
enum RecorderPlace {
    Group { group: usize, recorder: usize },
    Artificial(usize),
}

/// A blueprint lowered to groups, and its state.
#[derive(Debug)]
pub struct Engine {
    options: Options,
    groups: Vec<Group>,
    office: PostOffice,
    recorders: Vec<RecorderPlace>,
    /// For each cell its group, and where its mechanisms went.
    group_of_cell: Vec<usize>,
    places: Vec<Places>,
    first_cell: Vec<usize>,
    events: Vec<(f64, usize)>,
    /// Carries transfers where they lead from one group to another.
    exchange: Option<Exchange>,
    /// Steps in an epoch.
    epoch: u64,
    clock: Clock,
    pool: Option<rayon::ThreadPool>,
    profile: Profile,
}

impl Engine {
    /// Lowers a blueprint to groups of cells; [`initialize`](Self::initialize) comes next.
    ///
    /// # Errors
    /// Threads that can't be started.
    pub fn new(blueprint: Blueprint, options: Options) -> Result<Self, EngineError> {
        let Blueprint { cells, populations, sources, connections, transfers, waveforms, recordings, events } =
            blueprint;
        let coupling = Coupling::of(&cells, &transfers, &options);
        let pool = match options.threads {
            0 | 1 => None,
            threads => {
                let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                Some(built.map_err(|error| EngineError::Threads { threads, reason: error.to_string() })?)
            }
        };
        let mut engine = Self {
            exchange: None,
            epoch: if coupling.lockstep { 1 } else { epoch_steps(&sources, &connections, &options) },
            groups: Vec::new(),
            office: PostOffice::default(),
            recorders: Vec::with_capacity(recordings.len()),
            group_of_cell: Vec::with_capacity(cells.len()),
            places: Vec::with_capacity(cells.len()),
            first_cell: Vec::new(),
            events,
            clock: Clock { step: 0, t: 0.0 },
            profile: Profile::new(options.profile),
            pool,
            options,
        };
        engine.form_groups(cells, coupling.units);
        engine.add_transfers(&transfers);
        engine.office.populations = populations
            .into_iter()
            .map(|population| {
                let count = population.block.len();
                ArtificialCells {
                    mechanism: population.mechanism,
                    block: population.block,
                    sources: vec![None; count],
                    movable: vec![None; count],
                }
            })
            .collect();
        engine.office.fans = vec![Fan::default(); sources.len()];
        for (index, source) in sources.into_iter().enumerate() {
            engine.add_source(index as u32, source);
        }
        for (index, connection) in connections.into_iter().enumerate() {
            if let Some(source) = connection.source {
                engine.office.fans[source].connections.push(index as u32);
            }
            let destination = engine.destination(connection.target, &connection.weight);
            engine.office.routes.push(Route { destination, delay: connection.delay, weight: connection.weight });
        }
        for (quantity, waveform) in waveforms {
            engine.add_waveform(quantity, waveform);
        }
        for recording in recordings {
            engine.add_recording(recording.quantity, recording.every.max(1));
        }
        engine.groups.iter_mut().for_each(Group::settle);
        Ok(engine)
    }

    fn form_groups(&mut self, cells: Vec<crate::CellBlueprint>, units: Vec<Unit>) {
        let nodes: usize = units.iter().map(|unit| unit.nodes).sum();
        let limit = group_limit(nodes, &self.options);
        let mut cells = cells.into_iter();
        let mut units = units.into_iter().peekable();
        let mut first_cell = 0;
        while let Some(Unit { cells: mut count, nodes: mut size, numerics }) = units.next() {
            let fits = |unit: &Unit, size: usize| size + unit.nodes <= limit && unit.numerics == numerics;
            while let Some(unit) = units.next_if(|unit| fits(unit, size)) {
                size += unit.nodes;
                count += unit.cells;
            }
            let members = cells.by_ref().take(count).collect();
            let options = Options { numerics, ..self.options.clone() };
            let (group, places) = Group::new(first_cell, members, options);
            self.group_of_cell.extend(std::iter::repeat_n(self.groups.len(), count));
            self.places.extend(places);
            self.first_cell.push(first_cell);
            self.groups.push(group);
            first_cell += count;
        }
    }

    /// Finds the group of a quantity of a cell, and the quantity in it.
    fn locate(&mut self, quantity: Quantity) -> Option<(usize, LocalQuantity)> {
        let group = self.group_of_cell[quantity.cell()?];
        let first = self.first_cell[group];
        let last = self.first_cell.get(group + 1).copied().unwrap_or(self.places.len());
        let local = self.groups[group].locate(quantity, &self.places[first..last])?;
        Some((group, local))
    }

    fn add_source(&mut self, index: u32, source: Source) {
        match source {
            Source::Artificial { population, instance } => {
                self.office.populations[population].sources[instance] = Some(index);
            }
            Source::Crossing { quantity, threshold } => {
                if let Some((group, local)) = self.locate(quantity) {
                    self.groups[group].add_detector(index, local, threshold);
                }
            }
        }
    }

    fn destination(&mut self, target: Option<Target>, weight: &[f64]) -> Destination {
        match target {
            None => Destination::Nowhere,
            Some(Target::Point { cell, placed, instance }) => {
                let group = self.group_of_cell[cell];
                let (installed, ref instances) = self.places[cell][placed];
                let entry = self.groups[group].add_entry(installed, instances[instance], weight);
                Destination::Group { group: group as u32, entry }
            }
            Some(Target::Artificial { population, instance }) => {
                Destination::Artificial { population: population as u32, instance: instance as u32 }
            }
        }
    }

    /// Tells the groups what to read and what to set: each by itself, or all by way of an exchange if a transfer leads from
    /// one to another.
    fn add_transfers(&mut self, transfers: &[Transfer]) {
        let mut number_of: HashMap<Quantity, (usize, u32, u32)> = HashMap::new();
        let mut group_of_source = Vec::new();
        let mut targets = Vec::with_capacity(transfers.len());
        for transfer in transfers {
            let known = number_of.get(&transfer.source).copied();
            let source = known.or_else(|| {
                let (group, local) = self.locate(transfer.source)?;
                let own = self.groups[group].add_source(local);
                let number = group_of_source.len() as u32;
                group_of_source.push(group);
                number_of.insert(transfer.source, (group, own, number));
                Some((group, own, number))
            });
            if let (Some(source), Some(target)) = (source, self.locate(transfer.target)) {
                targets.push((source, target));
            }
        }
        let crosses = targets.iter().any(|((from, _, _), (to, _))| from != to);
        for ((_, own, number), (group, local)) in targets {
            self.groups[group].add_target(local, if crosses { number } else { own });
        }
        self.exchange = crosses.then(|| Exchange::new(&group_of_source, self.groups.len()));
    }

    fn add_waveform(&mut self, quantity: Quantity, waveform: crate::Waveform) {
        let times = waveform.times().to_vec();
        if let Some((group, local)) = self.locate(quantity) {
            let player = self.groups[group].add_player(local, waveform);
            self.office.timetables.push(Timetable { times, group: group as u32, player });
        }
    }

    fn add_recording(&mut self, quantity: Quantity, every: usize) {
        let place = if let Quantity::Artificial { population, column, instance } = quantity {
            let samples = Vec::new();
            self.office.recorders.push(ArtificialRecorder { population, column, instance, every, samples });
            RecorderPlace::Artificial(self.office.recorders.len() - 1)
        } else {
            // Every other quantity belongs to a cell and is found.
            let Some((group, local)) = self.locate(quantity) else { return };
            RecorderPlace::Group { group, recorder: self.groups[group].add_recorder(local, every) }
        };
        self.recorders.push(place);
    }

    /// Goes to t = 0: voltages, states, events, and the first samples.
    ///
    /// # Errors
    /// Events without end at t = 0.
    pub fn initialize(&mut self) -> Result<(), EngineError> {
        self.clock = Clock { step: 0, t: 0.0 };
        self.profile = Profile::new(self.options.profile);
        self.groups.iter_mut().for_each(Group::rewind);
        self.office.rewind();
        self.deliver_now()?;
        let mut tables = SharedTables::default();
        self.groups.iter_mut().for_each(|group| group.share_tables(&mut tables));
        self.groups.iter_mut().for_each(Group::set_initial_voltage);
        match &mut self.exchange {
            None => self.groups.iter_mut().for_each(Group::transfer_within),
            Some(exchange) => {
                let values = exchange.gather(&self.groups);
                self.groups.iter_mut().for_each(|group| group.set_targets(values));
            }
        }
        self.groups.iter_mut().for_each(Group::initialize);
        self.office.initialize(&Context {
            t: 0.0,
            dt: self.options.dt,
            celsius: self.options.celsius,
            numerics: self.options.numerics,
            lanes: self.options.lanes,
            current_slopes: false,
        });
        for &(t, connection) in &self.events {
            self.office.queue_event(t, connection as u32);
        }
        self.deliver_now()?;
        self.groups.iter_mut().for_each(Group::evaluate_initial_currents);
        self.office.record(0);
        self.deliver_now()
    }

    /// Delivers what is due at the present time.
    fn deliver_now(&mut self) -> Result<(), EngineError> {
        let Clock { step, t } = self.clock;
        self.office.deliver(t, 2 * step, &mut self.groups)?;
        for group in &mut self.groups {
            group.deliver(2 * step);
            group.tidy_inbox();
        }
        Ok(())
    }

    /// Advances by `steps` steps.
    ///
    /// # Errors
    /// A voltage that is no longer finite, events without end. What was computed until then stays.
    pub fn advance(&mut self, steps: u64) -> Result<(), EngineError> {
        for group in &mut self.groups {
            group.reserve(usize::try_from(steps).unwrap_or(usize::MAX).min(1 << 20));
        }
        let mut left = steps;
        while left > 0 {
            let steps = left.min(self.epoch);
            if self.epoch == 1 {
                self.advance_in_lockstep()?
            } else {
                self.advance_by_epoch(steps)?
            }
            left -= steps;
            if let Some(fault) = self.first_fault() {
                return Err(fault);
            }
        }
        Ok(())
    }

    /// The fault that came first in time; of several in one step that of the first cell.
    fn first_fault(&self) -> Option<EngineError> {
        let time = |fault: &EngineError| match fault {
            EngineError::NonFinite { t, .. } | EngineError::EventStorm { t, .. } => *t,
            EngineError::Threads { .. } => 0.0,
        };
        let faults = self.groups.iter().filter_map(|group| group.fault.as_ref());
        faults.min_by(|a, b| time(a).total_cmp(&time(b))).cloned()
    }

    /// One step in NEURON's order: spikes of all groups first, so that one may be delivered within its own step.
    fn advance_in_lockstep(&mut self) -> Result<(), EngineError> {
        let Clock { step, t } = self.clock;
        let dt = self.options.dt;
        let end = t + 0.5 * dt + 0.5 * dt; // ms
        for group in &mut self.groups {
            group.detect(step, t);
        }
        let start = self.profile.start();
        self.send_detected();
        self.office.deliver(t + 0.5 * dt, 2 * step, &mut self.groups)?;
        self.profile.stop(Phase::Exchange, start);
        match &mut self.exchange {
            None => for_each(&mut self.groups, self.pool.as_ref(), |group| {
                group.deliver(2 * step);
                group.step(step, t);
            }),
            Some(exchange) => {
                for_each(&mut self.groups, self.pool.as_ref(), |group| {
                    group.deliver(2 * step);
                    group.begin_step(t);
                });
                let start = self.profile.start();
                let values = exchange.gather(&self.groups);
                self.profile.stop(Phase::Exchange, start);
                for_each(&mut self.groups, self.pool.as_ref(), |group| {
                    group.set_targets(values);
                    group.finish_step(step, end);
                });
            }
        }
        let start = self.profile.start();
        self.office.record(step + 1);
        self.office.deliver(end, 2 * step + 1, &mut self.groups)?;
        for group in &mut self.groups {
            group.deliver(2 * step + 1);
            group.tidy_inbox();
        }
        self.profile.stop(Phase::Exchange, start);
        self.clock = Clock { step: step + 1, t: end };
        Ok(())
    }

    /// An epoch: the post office first, since nothing that a group sends in it is due before its end.
    fn advance_by_epoch(&mut self, steps: u64) -> Result<(), EngineError> {
        let clock = self.clock;
        let dt = self.options.dt;
        let start = self.profile.start();
        let Clock { mut step, mut t } = clock;
        for _ in 0..steps {
            self.office.deliver(t + 0.5 * dt, 2 * step, &mut self.groups)?;
            self.office.record(step + 1);
            t = t + 0.5 * dt + 0.5 * dt; // ms
            self.office.deliver(t, 2 * step + 1, &mut self.groups)?;
            step += 1;
        }
        self.profile.stop(Phase::Exchange, start);
        for_each(&mut self.groups, self.pool.as_ref(), |group| group.advance(clock, steps));
        let start = self.profile.start();
        self.send_detected();
        self.profile.stop(Phase::Exchange, start);
        self.clock = Clock { step, t };
        Ok(())
    }

    /// Sends the spikes that the groups detected, step by step and within a step in the order of the sources.
    fn send_detected(&mut self) {
        if self.groups.iter().all(|group| group.detected.is_empty()) {
            return;
        }
        let mut detected: Vec<_> = self.groups.iter_mut().flat_map(|group| group.detected.drain(..)).collect();
        detected.sort_by_key(|spike| (spike.step, spike.source));
        for spike in detected {
            self.office.send(spike.source, spike.t + SPIKE_TIME_OFFSET);
        }
    }

    /// Time, ms: the sum of half steps, rounding included.
    pub fn time(&self) -> f64 {
        self.clock.t
    }

    /// Steps made since t = 0.
    pub fn steps(&self) -> u64 {
        self.clock.step
    }

    /// Steps in an epoch: for so long the groups do not hear of each other.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Number of groups of cells.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// Rows of all matrices.
    pub fn rows(&self) -> usize {
        self.groups.iter().map(Group::rows).sum()
    }

    /// Spikes so far, in the order in which they were sent.
    pub fn spikes(&self) -> &[Spike] {
        &self.office.spikes
    }

    /// Samples of a recording, the first at t = 0.
    pub fn samples(&self, recording: usize) -> &[f64] {
        match self.recorders[recording] {
            RecorderPlace::Group { group, recorder } => self.groups[group].samples(recorder),
            RecorderPlace::Artificial(recorder) => &self.office.recorders[recorder].samples,
        }
    }

    /// The present value of a recorded variable.
    pub fn value(&self, recording: usize) -> f64 {
        match self.recorders[recording] {
            RecorderPlace::Group { group, recorder } => self.groups[group].recorded_value(recorder),
            RecorderPlace::Artificial(recorder) => self.office.recorded_value(recorder),
        }
    }

    /// Time spent in each phase, summed over threads.
    pub fn profile(&self) -> Profile {
        let mut sum = self.profile;
        self.groups.iter().for_each(|group| sum.merge(&group.profile));
        sum
    }
}

/// Does some work on every group, on as many threads as there are.
fn for_each(groups: &mut [Group], pool: Option<&rayon::ThreadPool>, work: impl Fn(&mut Group) + Send + Sync) {
    match pool {
        Some(pool) if groups.len() > 1 => pool.install(|| groups.par_iter_mut().for_each(work)),
        _ => groups.iter_mut().for_each(work),
    }
}

/// Nodes in a group, at most.
///
/// Several groups a thread even out the threads' work, but small groups leave lanes of the processor empty: a thread whose
/// cells are few has one group.
fn group_limit(nodes: usize, options: &Options) -> usize {
    const SMALL: usize = 4096;
    const GROUPS_PER_THREAD: usize = 4;
    let a_thread = nodes.div_ceil(options.threads.max(1));
    let limit = if options.threads > 1 { a_thread.div_ceil(GROUPS_PER_THREAD).max(SMALL.min(a_thread)) } else { nodes };
    options.group_nodes.min(limit)
}

/// The number of steps for which no group needs to hear of another.
///
/// A spike is seen at the start of a step, at t + 1e-10; it must not be due within the epoch. Artificial cells that take
/// input see ties of one instant in the order in which events were queued, and `Exact` sums rounding errors in that
/// order: there every step is an epoch.
fn epoch_steps(sources: &[Source], connections: &[crate::Connection], options: &Options) -> u64 {
    /// Nothing to wait for: an epoch is only bounded by the wish to report progress.
    const LONGEST: f64 = 4096.0;
    let takes_input = connections.iter().any(|c| matches!(c.target, Some(Target::Artificial { .. })));
    let crossing = |c: &&crate::Connection| {
        c.target.is_some() && c.source.is_some_and(|s| matches!(sources.get(s), Some(Source::Crossing { .. })))
    };
    if options.numerics == Numerics::Exact || takes_input {
        return 1;
    }
    let shortest = connections.iter().filter(crossing).map(|c| c.delay).fold(f64::INFINITY, f64::min);
    let steps = (shortest / options.dt).ceil() - 1.0;
    steps.clamp(1.0, LONGEST) as u64
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
