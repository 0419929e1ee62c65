//! The engine: groups of cells, the post office between them, and time.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use loligo_mechanisms::Context;
use rayon::prelude::*;

use crate::blueprint::{Blueprint, CellBlueprint, Connections, Quantity, Source, Target, Transfer};
use crate::communicator::{Alone, Communicator};
use crate::cost::step_of;
use crate::coupling::{Coupling, Unit};
use crate::distribution::ranks_of;
use crate::epoch::Epoch;
use crate::error::EngineError;
use crate::group::{Clock, Detected, Group, LocalQuantity, Places};
use crate::options::{Distribution, Options};
use crate::post_office::{ArtificialCells, ArtificialRecorder, Destination, Fan, Input, PostOffice, Route, Timetable};
use crate::profile::{Phase, Profile};
use crate::ranks::{Ranks, RecordingResult, Results};
use crate::share::Share;
use crate::shared_tables::SharedTables;
use crate::spike::Spike;
use crate::transfer::Exchange;

/// Added to the time at which a variable is seen above its threshold, ms: NEURON's spike time.
const SPIKE_TIME_OFFSET: f64 = 1e-10;

/// Where a recording's samples are.
#[derive(Clone, Copy, Debug)]
enum RecorderPlace {
    Group {
        group: usize,
        recorder: usize,
    },
    Artificial(usize),
    /// In another rank; rank 0 has what was gathered of it.
    Elsewhere {
        gathered: usize,
    },
}

/// What rank 0 has gathered of a recording of another rank.
#[derive(Clone, Debug, Default)]
struct GatheredRecording {
    samples: Vec<f64>,
    value: f64,
}

/// A blueprint lowered to groups, and its state; of several ranks each has some of the cells.
#[derive(Debug)]
pub struct Engine {
    options: Options,
    groups: Vec<Group>,
    office: PostOffice,
    recorders: Vec<RecorderPlace>,
    /// This rank's cells, as the blueprint numbers them; everywhere below they are numbered from 0.
    cells: Vec<usize>,
    estimated_costs: Vec<f64>,
    /// For each cell its group, and until all is built where its mechanisms went.
    group_of_cell: Vec<usize>,
    places: Vec<Places>,
    first_cell: Vec<usize>,
    /// Events given by the user: time (ms) and route.
    events: Vec<(f64, u32)>,
    /// Whether events of one instant are delivered in the order in which they were queued, NEURON's, rather than sorted.
    in_order_of_queue: bool,
    /// Carries transfers where they lead from one group to another.
    exchange: Option<Exchange>,
    /// Steps in an epoch.
    epoch: u64,
    clock: Clock,
    ranks: Ranks,
    /// Spikes of all ranks while they are sent.
    detected: Vec<Detected>,
    /// Why the post office of this rank can't go on; the other ranks are yet to hear of it.
    fault: Option<EngineError>,
    /// Why the run can't go on, as all ranks know.
    failure: Option<EngineError>,
    gathered: Vec<GatheredRecording>,
    /// The profile of each rank, as rank 0 last heard of it.
    profiles: Vec<Profile>,
    pool: Option<rayon::ThreadPool>,
    profile: Profile,
}

impl Engine {
    /// Lowers a blueprint to groups of cells; [`initialize`](Self::initialize) comes next.
    ///
    /// # Errors
    /// Threads that can't be started.
    pub fn new(blueprint: Blueprint, options: Options) -> Result<Self, EngineError> {
        Self::with_communicator(blueprint, options, Box::new(Alone))
    }

    /// The same as one of several ranks, each of which is given the same blueprint and computes some of its cells.
    ///
    /// # Errors
    /// Threads that can't be started, ranks that differ or can't speak to each other.
    pub fn with_communicator(
        blueprint: Blueprint,
        options: Options,
        communicator: Box<dyn Communicator>,
    ) -> Result<Self, EngineError> {
        let mut ranks = Ranks::new(communicator);
        let pool = start_threads(options.threads);
        ranks.exchange(&mut Vec::new(), pool.as_ref().err().cloned())?;
        let coupling = Coupling::of(&blueprint.cells, &blueprint.transfers, &options);
        let rank_of_cell = ranks_of(&options.distribution, &blueprint.cells, &coupling.units, ranks.size());
        let fingerprints = ranks.communicator().tell_all(&fingerprint(&blueprint, &options, &rank_of_cell))?;
        if let Some(rank) = fingerprints.iter().position(|&other| other != fingerprints[0]) {
            return Err(EngineError::RanksDiffer { rank });
        }
        let epoch = Epoch::of(&blueprint, coupling.lockstep, &options);
        let share = Share::of(&blueprint, epoch, &coupling.units, &rank_of_cell, ranks.rank(), ranks.size());
        let Blueprint { cells, populations, sources, connections, transfers, waveforms, recordings, events } =
            blueprint;
        let mut engine = Self {
            exchange: None,
            epoch: epoch.steps,
            in_order_of_queue: share.all_events,
            groups: Vec::new(),
            office: PostOffice::default(),
            recorders: Vec::with_capacity(recordings.len()),
            group_of_cell: Vec::with_capacity(share.cells.len()),
            places: Vec::with_capacity(share.cells.len()),
            first_cell: Vec::new(),
            events: Vec::new(),
            clock: Clock { step: 0, t: 0.0 },
            profile: Profile::new(options.profile),
            pool: pool?,
            // Every group keeps a copy, and the cells are dealt out.
            options: Options { distribution: Distribution::default(), ..options },
            cells: share.cells.clone(),
            estimated_costs: share.cells.iter().map(|&cell| step_of(&cells[cell])).collect(),
            ranks,
            detected: Vec::new(),
            fault: None,
            failure: None,
            gathered: Vec::new(),
            profiles: Vec::new(),
        };
        let mut cells: Vec<Option<CellBlueprint>> = cells.into_iter().map(Some).collect();
        engine.form_groups(share.cells.iter().filter_map(|&cell| cells[cell].take()).collect(), &share.units);
        drop(cells);
        engine.add_transfers(&transfers, &share);
        engine.office.populations = populations
            .into_iter()
            .enumerate()
            .map(|(index, population)| {
                let instances = share.instances(index);
                ArtificialCells {
                    mechanism: population.mechanism,
                    block: population.block.reordered(instances),
                    sources: vec![None; instances.len()],
                    movable: vec![None; instances.len()],
                }
            })
            .collect();
        engine.office.reported = (0..sources.len()).map(|source| share.reports_source(source)).collect();
        let source_count = sources.len();
        for (index, source) in sources.into_iter().enumerate() {
            engine.add_source(index as u32, source, &share);
        }
        engine.add_connections(connections, source_count, events, &share);
        for (quantity, waveform) in waveforms {
            engine.add_waveform(quantity, waveform, &share);
        }
        for recording in recordings {
            engine.add_recording(recording.quantity, recording.every.max(1), &share);
        }
        engine.groups.iter_mut().for_each(Group::settle);
        let mut tables = SharedTables::default();
        engine.groups.iter_mut().for_each(|group| group.share_tables(&mut tables));
        // Everything has been found.
        engine.places = Vec::new();
        Ok(engine)
    }

    fn form_groups(&mut self, cells: Vec<CellBlueprint>, mut units: &[Unit]) {
        let nodes: usize = units.iter().map(|unit| unit.size).sum();
        let wanted = nodes_of_group(nodes, &self.options);
        let mut cells = cells.into_iter();
        let mut first_cell = 0;
        while !units.is_empty() {
            let (own, rest) = units.split_at(units_of_group(units, wanted, self.options.group_nodes));
            let (count, numerics) = (own.iter().map(|unit| unit.cells).sum(), own[0].numerics);
            units = rest;
            let members: Vec<_> = cells.by_ref().take(count).collect();
            let options = Options { numerics, ..self.options.clone() };
            let (group, places) =
                Group::new(first_cell, self.cells[first_cell..first_cell + count].into(), &members, options);
            self.group_of_cell.extend(std::iter::repeat_n(self.groups.len(), count));
            self.places.extend(places);
            self.first_cell.push(first_cell);
            self.groups.push(group);
            first_cell += count;
        }
    }

    /// Finds the group of a quantity of one of the blueprint's cells, and the quantity in it, if the cell is here.
    fn locate(&mut self, quantity: Quantity, share: &Share) -> Option<(usize, LocalQuantity)> {
        let quantity = share.quantity(quantity)?;
        let group = self.group_of_cell[quantity.cell()?];
        let first = self.first_cell[group];
        let last = self.first_cell.get(group + 1).copied().unwrap_or(self.places.len());
        let local = self.groups[group].locate(quantity, &self.places[first..last])?;
        Some((group, local))
    }

    fn add_source(&mut self, index: u32, source: Source, share: &Share) {
        match source {
            Source::Artificial { population, instance } => {
                if let Some(own) = share.instance(population, instance) {
                    self.office.populations[population].sources[own] = Some(index);
                }
            }
            Source::Crossing { quantity, threshold } => {
                if let Some((group, local)) = self.locate(quantity, share) {
                    self.groups[group].add_detector(index, local, threshold);
                }
            }
        }
    }

    /// Adds the connections that concern this rank, and the user's events on them.
    fn add_connections(&mut self, connections: Connections, sources: usize, events: Vec<(f64, usize)>, share: &Share) {
        // Made to measure: vectors that grow may take twice what they hold.
        let mut fan_sizes = vec![0; sources];
        let mut entries = vec![0; self.groups.len()];
        let mut routes = 0;
        for connection in connections.iter().filter(|connection| share.keeps(connection)) {
            routes += 1;
            if let Some(source) = connection.source {
                fan_sizes[source as usize] += 1;
            }
            if let Some(Target::Point { cell, .. }) = connection.target
                && let Some(cell) = share.cell(cell as usize)
            {
                entries[self.group_of_cell[cell]] += 1;
            }
        }
        self.office.routes.reserve_exact(routes);
        self.office.fans = fan_sizes.into_iter().map(Fan::with_capacity).collect();
        self.groups.iter_mut().zip(entries).for_each(|(group, entries)| group.reserve_entries(entries));
        let mut route_of: HashMap<usize, Option<u32>> = events.iter().map(|&(_, index)| (index, None)).collect();
        for (index, connection) in connections.into_iter().enumerate().filter(|(_, c)| share.keeps(c)) {
            let route = self.office.routes.len() as u32;
            if let Some(own) = route_of.get_mut(&index) {
                *own = Some(route);
            }
            if let Some(source) = connection.source {
                self.office.fans[source as usize].connections.push(route);
            }
            let destination = self.destination(connection.target, &connection.weight, share);
            self.office.routes.push(Route { destination, delay: connection.delay });
        }
        self.events = events.into_iter().filter_map(|(t, index)| Some((t, (*route_of.get(&index)?)?))).collect();
    }

    fn destination(&mut self, target: Option<Target>, weight: &[f64], share: &Share) -> Destination {
        match target {
            None => Destination::Nowhere,
            Some(Target::Point { cell, placed, instance }) => {
                let Some(cell) = share.cell(cell as usize) else { return Destination::Elsewhere };
                let group = self.group_of_cell[cell];
                let (installed, ref instances) = self.places[cell][placed as usize];
                let entry = self.groups[group].add_entry(installed, instances[instance as usize], weight);
                Destination::Group { group: group as u32, entry }
            }
            Some(Target::Artificial { population, instance }) => {
                self.office.inputs.push(Input { population, instance, weight: weight.to_vec() });
                Destination::Artificial((self.office.inputs.len() - 1) as u32)
            }
        }
    }

    /// Tells the groups what to read and what to set: each by itself, or all by way of an exchange if a transfer leads from
    /// one to another, or from one rank to another.
    fn add_transfers(&mut self, transfers: &[Transfer], share: &Share) {
        let mut number_of: HashMap<Quantity, u32> = HashMap::new();
        // Of each source its rank, and if that is this one its group and number in it.
        let (mut rank_of_source, mut place_of_source) = (Vec::new(), Vec::new());
        let mut targets = Vec::new();
        let mut between_ranks = false;
        for transfer in transfers {
            let number = *number_of.entry(transfer.source).or_insert_with(|| {
                let here = self.locate(transfer.source, share);
                place_of_source.push(here.map(|(group, local)| (group, self.groups[group].add_source(local))));
                rank_of_source.push(share.rank_of(transfer.source));
                (rank_of_source.len() - 1) as u32
            });
            between_ranks |= share.rank_of(transfer.source) != share.rank_of(transfer.target);
            if let Some(target) = self.locate(transfer.target, share) {
                targets.push((number, target));
            }
        }
        let own_number = |number: u32, group: usize| {
            place_of_source[number as usize].filter(|&(from, _)| from == group).map(|(_, own)| own)
        };
        let crosses = between_ranks || targets.iter().any(|&(number, (to, _))| own_number(number, to).is_none());
        for (number, (group, local)) in targets {
            let own = own_number(number, group).filter(|_| !crosses);
            self.groups[group].add_target(local, own.unwrap_or(number));
        }
        self.exchange = crosses.then(|| {
            let group_of_source: Vec<_> = place_of_source.iter().map(|place| place.map(|(group, _)| group)).collect();
            let told = between_ranks.then_some(&rank_of_source[..]);
            Exchange::new(&group_of_source, self.groups.len(), told, self.ranks.size())
        });
    }

    fn add_waveform(&mut self, quantity: Quantity, waveform: crate::Waveform, share: &Share) {
        let times = waveform.times().to_vec();
        let place = self.locate(quantity, share);
        if place.is_some() || share.all_events {
            let player = place.map(|(group, local)| (group as u32, self.groups[group].add_player(local, waveform)));
            self.office.timetables.push(Timetable { times, player });
        }
    }

    fn add_recording(&mut self, quantity: Quantity, every: usize, share: &Share) {
        let here = match quantity {
            Quantity::Artificial { population, column, instance } if share.reports_instance(population, instance) => {
                share.instance(population, instance).map(|instance| {
                    let samples = Vec::new();
                    self.office.recorders.push(ArtificialRecorder { population, column, instance, every, samples });
                    RecorderPlace::Artificial(self.office.recorders.len() - 1)
                })
            }
            _ => self.locate(quantity, share).map(|(group, local)| RecorderPlace::Group {
                group,
                recorder: self.groups[group].add_recorder(local, every),
            }),
        };
        let place = here.unwrap_or_else(|| {
            self.gathered.push(GatheredRecording { samples: Vec::new(), value: f64::NAN });
            RecorderPlace::Elsewhere { gathered: self.gathered.len() - 1 }
        });
        self.recorders.push(place);
    }

    /// Goes to t = 0: voltages, states, events, and the first samples.
    ///
    /// # Errors
    /// Events without end at t = 0.
    pub fn initialize(&mut self) -> Result<(), EngineError> {
        self.clock = Clock { step: 0, t: 0.0 };
        self.profile = Profile::new(self.options.profile);
        self.failure = None;
        self.drain();
        self.fault = self.initialize_own().err();
        self.exchange()
    }

    fn initialize_own(&mut self) -> Result<(), EngineError> {
        self.groups.iter_mut().for_each(Group::rewind);
        self.office.rewind();
        let delivered = self.deliver_now();
        self.groups.iter_mut().for_each(Group::set_initial_voltage);
        match &mut self.exchange {
            None => self.groups.iter_mut().for_each(Group::transfer_within),
            Some(exchange) => {
                let values = exchange.gather(&self.groups, &mut self.ranks)?;
                self.groups.iter_mut().for_each(|group| group.set_targets(values));
            }
        }
        // Only now: the other ranks waited for the values.
        delivered?;
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
            self.office.queue_event(t, connection);
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
        self.order_inboxes();
        for group in &mut self.groups {
            group.deliver(2 * step);
            group.tidy_inbox();
        }
        Ok(())
    }

    fn order_inboxes(&mut self) {
        if !self.in_order_of_queue {
            self.groups.iter_mut().for_each(Group::order_inbox);
        }
    }

    /// Advances by `steps` steps.
    ///
    /// # Errors
    /// A voltage that is no longer finite, events without end, in whichever rank; what was computed until then stays. Ranks
    /// that can't speak to each other.
    pub fn advance(&mut self, steps: u64) -> Result<(), EngineError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let room = usize::try_from(steps).unwrap_or(usize::MAX).min(1 << 20);
        self.groups.iter_mut().for_each(|group| group.reserve(room));
        self.office.reserve(room);
        let mut left = steps;
        while left > 0 {
            let steps = left.min(self.epoch);
            if self.epoch == 1 {
                self.advance_in_lockstep()?
            } else {
                self.advance_by_epoch(steps)?
            }
            left -= steps;
        }
        if self.epoch == 1 { self.exchange() } else { Ok(()) }
    }

    /// The fault of this rank that came first.
    fn first_fault(&self) -> Option<EngineError> {
        let of_groups = self.groups.iter().filter_map(|group| group.fault.clone());
        EngineError::first(of_groups.chain(self.fault.clone()))
    }

    /// One step in NEURON's order: spikes of all groups first, so that one may be delivered within its own step. A fault of
    /// the step shows at the next exchange.
    fn advance_in_lockstep(&mut self) -> Result<(), EngineError> {
        let t = self.clock.t;
        for group in &mut self.groups {
            group.detect(t);
        }
        self.exchange()?;
        self.fault = self.finish_lockstep().err();
        Ok(())
    }

    fn finish_lockstep(&mut self) -> Result<(), EngineError> {
        let Clock { step, t } = self.clock;
        let dt = self.options.dt;
        let end = t + 0.5 * dt + 0.5 * dt; // ms
        let start = self.profile.start();
        let delivered = self.office.deliver(t + 0.5 * dt, 2 * step, &mut self.groups);
        self.profile.stop(Phase::Exchange, start);
        self.order_inboxes();
        match &mut self.exchange {
            // The other ranks wait for the values.
            Some(exchange) if delivered.is_err() => _ = exchange.gather(&self.groups, &mut self.ranks)?,
            None if delivered.is_err() => {}
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
                let values = exchange.gather(&self.groups, &mut self.ranks)?;
                self.profile.stop(if self.ranks.size() > 1 { Phase::Ranks } else { Phase::Exchange }, start);
                for_each(&mut self.groups, self.pool.as_ref(), |group| {
                    group.set_targets(values);
                    group.finish_step(step, end);
                });
            }
        }
        delivered?;
        let start = self.profile.start();
        self.office.record(step + 1);
        self.office.deliver(end, 2 * step + 1, &mut self.groups)?;
        self.profile.stop(Phase::Exchange, start);
        self.order_inboxes();
        for group in &mut self.groups {
            group.deliver(2 * step + 1);
            group.tidy_inbox();
        }
        self.clock = Clock { step: step + 1, t: end };
        Ok(())
    }

    /// An epoch: the post office first, since nothing that a group sends in it is due before its end.
    fn advance_by_epoch(&mut self, steps: u64) -> Result<(), EngineError> {
        let start = self.profile.start();
        let delivered = self.deliver_epoch(steps);
        self.profile.stop(Phase::Exchange, start);
        match delivered {
            Ok(end) => {
                let clock = std::mem::replace(&mut self.clock, end);
                let advance = |group: &mut Group| {
                    group.order_inbox();
                    group.advance(clock, steps);
                };
                for_each(&mut self.groups, self.pool.as_ref(), advance);
            }
            Err(fault) => self.fault = Some(fault),
        }
        self.exchange()
    }

    /// Puts into the inboxes what is due in an epoch; returns the clock at its end.
    fn deliver_epoch(&mut self, steps: u64) -> Result<Clock, EngineError> {
        let dt = self.options.dt;
        let Clock { mut step, mut t } = self.clock;
        for _ in 0..steps {
            self.office.deliver(t + 0.5 * dt, 2 * step, &mut self.groups)?;
            self.office.record(step + 1);
            t = t + 0.5 * dt + 0.5 * dt; // ms
            self.office.deliver(t, 2 * step + 1, &mut self.groups)?;
            step += 1;
        }
        Ok(Clock { step, t })
    }

    /// Sends the spikes that were detected in all ranks, in the order of time and of the sources; a fault of any rank is the
    /// failure of all.
    fn exchange(&mut self) -> Result<(), EngineError> {
        let fault = self.first_fault();
        let mut detected = std::mem::take(&mut self.detected);
        self.groups.iter_mut().for_each(|group| detected.append(&mut group.detected));
        let start = self.profile.start();
        let exchanged = self.ranks.exchange(&mut detected, fault);
        self.profile.stop(Phase::Ranks, start);
        self.failure = exchanged.err();
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let start = self.profile.start();
        detected.sort_unstable_by(|a, b| a.t.total_cmp(&b.t).then(a.source.cmp(&b.source)));
        for spike in detected.drain(..) {
            self.office.send(spike.source, spike.t + SPIKE_TIME_OFFSET);
        }
        self.detected = detected;
        self.profile.stop(Phase::Exchange, start);
        Ok(())
    }

    /// Gives rank 0 the spikes and samples of all ranks since they were last [drained](Self::drain), which comes next. With
    /// one rank nothing is to be done.
    ///
    /// # Errors
    /// Ranks that can't speak to each other.
    pub fn gather(&mut self) -> Result<(), EngineError> {
        if self.ranks.size() == 1 {
            return Ok(());
        }
        let is_root = self.ranks.rank() == 0;
        let mut own = Results { profile: self.profile(), ..Results::default() };
        if !is_root {
            own.spikes.extend_from_slice(&self.office.spikes);
            for recording in 0..self.recorders.len() {
                if matches!(self.recorders[recording], RecorderPlace::Elsewhere { .. }) {
                    continue;
                }
                let samples = self.samples(recording).to_vec();
                own.recordings.push(RecordingResult { recording, samples, value: self.value(recording) });
            }
        }
        self.profiles.clear();
        for results in self.ranks.gather(&own)? {
            self.profiles.push(results.profile);
            self.office.spikes.extend(results.spikes);
            for RecordingResult { recording, samples, value } in results.recordings {
                if let Some(&RecorderPlace::Elsewhere { gathered }) = self.recorders.get(recording) {
                    self.gathered[gathered].samples.extend(samples);
                    self.gathered[gathered].value = value;
                }
            }
        }
        Ok(())
    }

    /// Forgets the spikes and samples so far, and keeps the room for others: once somebody has taken them, in every rank.
    pub fn drain(&mut self) {
        self.groups.iter_mut().for_each(Group::drain);
        self.office.drain();
        self.gathered.iter_mut().for_each(|recording| recording.samples.clear());
    }

    /// Time that each cell has taken so far, s, in every rank for all cells: costs for another
    /// [distribution](Distribution::LongestProcessingTimeFirst). The time of a group of cells is divided among them as was
    /// estimated; with [`Options::group_nodes`] = 1 every cell is a group. All zero unless [`Options::profile`] asks for
    /// measurements.
    ///
    /// # Errors
    /// Ranks that can't speak to each other.
    pub fn measured_costs(&mut self) -> Result<Vec<f64>, EngineError> {
        let mut estimated = vec![0.0; self.groups.len()];
        for (&group, cost) in self.group_of_cell.iter().zip(&self.estimated_costs) {
            estimated[group] += cost;
        }
        let measured = |group: usize| self.groups[group].profile.total().as_secs_f64();
        let costs = self.group_of_cell.iter().zip(&self.estimated_costs);
        let own: Vec<(usize, f64)> = costs
            .zip(&self.cells)
            .map(|((&group, cost), &cell)| (cell, measured(group) * cost / estimated[group].max(f64::MIN_POSITIVE)))
            .collect();
        let mut all: Vec<(usize, f64)> = self.ranks.communicator().tell_all(&own)?.into_iter().flatten().collect();
        all.sort_by_key(|&(cell, _)| cell);
        Ok(all.into_iter().map(|(_, cost)| cost).collect())
    }

    /// This engine's line to the other ranks.
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

    /// Steps in an epoch: for so long the groups do not hear of each other.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Number of groups of this rank's cells.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// Rows of all matrices of this rank.
    pub fn rows(&self) -> usize {
        self.groups.iter().map(Group::rows).sum()
    }

    /// Spikes of this rank since they were last [drained](Self::drain), in the order in which they were sent; in rank 0 also
    /// those that it [gathered](Self::gather), in any order.
    pub fn spikes(&self) -> &[Spike] {
        &self.office.spikes
    }

    /// Samples of a recording since they were last [drained](Self::drain), the very first at t = 0. Those of another rank's
    /// cells are what rank 0 has [gathered](Self::gather), and none elsewhere.
    pub fn samples(&self, recording: usize) -> &[f64] {
        match self.recorders[recording] {
            RecorderPlace::Group { group, recorder } => self.groups[group].samples(recorder),
            RecorderPlace::Artificial(recorder) => &self.office.recorders[recorder].samples,
            RecorderPlace::Elsewhere { gathered } => &self.gathered[gathered].samples,
        }
    }

    /// The present value of a recorded variable; of another rank's cells as last [gathered](Self::gather), or NaN.
    pub fn value(&self, recording: usize) -> f64 {
        match self.recorders[recording] {
            RecorderPlace::Group { group, recorder } => self.groups[group].recorded_value(recorder),
            RecorderPlace::Artificial(recorder) => self.office.recorded_value(recorder),
            RecorderPlace::Elsewhere { gathered } => self.gathered[gathered].value,
        }
    }

    /// Time that this rank spent in each phase, summed over threads.
    pub fn profile(&self) -> Profile {
        let mut sum = self.profile;
        self.groups.iter().for_each(|group| sum.merge(&group.profile));
        sum
    }

    /// The profile of every rank, as rank 0 has [gathered](Self::gather) them; of one rank its own.
    pub fn profiles(&self) -> Vec<Profile> {
        if self.ranks.size() == 1 { vec![self.profile()] } else { self.profiles.clone() }
    }
}

fn start_threads(threads: usize) -> Result<Option<rayon::ThreadPool>, EngineError> {
    if threads <= 1 {
        return Ok(None);
    }
    let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    built.map(Some).map_err(|error| EngineError::Threads { threads, reason: error.to_string() })
}

/// What all ranks must have been given alike, in short.
fn fingerprint(blueprint: &Blueprint, options: &Options, rank_of_cell: &[u32]) -> u64 {
    let Blueprint { cells, populations, sources, connections, transfers, waveforms, recordings, events } = blueprint;
    let mut hasher = DefaultHasher::new();
    let counts = [
        cells.len(),
        cells.iter().map(|cell| cell.cable.len()).sum(),
        populations.iter().map(|population| population.block.len()).sum(),
        sources.len(),
        connections.len(),
        transfers.len(),
        waveforms.len(),
        recordings.len(),
        events.len(),
    ];
    counts.hash(&mut hasher);
    let numbers = [options.dt, options.v_init, options.celsius];
    numbers.map(f64::to_bits).hash(&mut hasher);
    (options.second_order as u8, options.numerics as u8).hash(&mut hasher);
    rank_of_cell.hash(&mut hasher);
    hasher.finish()
}

/// Does some work on every group, on as many threads as there are.
fn for_each(groups: &mut [Group], pool: Option<&rayon::ThreadPool>, work: impl Fn(&mut Group) + Send + Sync) {
    match pool {
        Some(pool) if groups.len() > 1 => pool.install(|| groups.par_iter_mut().for_each(work)),
        _ => groups.iter_mut().for_each(work),
    }
}

/// Nodes in a group, about: every thread's share in equal parts that fit the cache.
///
/// Several groups a thread even out the threads' work, but small groups leave lanes of the processor empty: a thread whose
/// cells are few has one group.
fn nodes_of_group(nodes: usize, options: &Options) -> usize {
    const SMALL: usize = 4096;
    const GROUPS_OF_THREAD: usize = 4;
    let most = options.group_nodes.max(1);
    if options.threads <= 1 {
        return most;
    }
    let of_thread = nodes.div_ceil(options.threads);
    let groups = of_thread.div_ceil(most).max((of_thread / SMALL).clamp(1, GROUPS_OF_THREAD));
    of_thread.div_ceil(groups)
}

/// How many of the next units, of which there is at least one, make a group of about `wanted` nodes, at most `most`: units that
/// share their arithmetic, in eights unless they are the last, since cells of one shape are solved eight at a time.
fn units_of_group(units: &[Unit], wanted: usize, most: usize) -> usize {
    const LANES: usize = 8;
    let alike = units.iter().take_while(|unit| unit.numerics == units[0].numerics).count();
    let sizes: Vec<usize> = units[..alike]
        .iter()
        .scan(0, |size, unit| {
            *size += unit.size;
            Some(*size)
        })
        .take_while(|&size| size <= most)
        .collect();
    let fit = sizes.partition_point(|&size| size <= wanted);
    let eights = if fit < LANES { fit } else { fit.next_multiple_of(LANES) };
    let count = match sizes.len() {
        possible if eights <= possible => eights,
        possible if possible == alike => alike,
        _ if fit < LANES => fit,
        _ => fit - fit % LANES,
    };
    count.max(1)
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
mod tests {
    use loligo_mechanisms::Numerics;

    use super::*;

    fn units(count: usize, size: usize) -> Vec<Unit> {
        vec![Unit { cells: 1, size, numerics: Numerics::Fast }; count]
    }

    /// The sizes of groups, in units.
    fn groups(mut units: &[Unit], threads: usize, group_nodes: usize) -> Vec<usize> {
        let options = Options { threads, group_nodes, ..Options::default() };
        let wanted = nodes_of_group(units.iter().map(|unit| unit.size).sum(), &options);
        let mut groups = Vec::new();
        while !units.is_empty() {
            let count = units_of_group(units, wanted, group_nodes);
            groups.push(count);
            units = &units[count..];
        }
        groups
    }

    #[test]
    fn threads_get_groups_of_about_one_size_in_eights() {
        assert_eq!(groups(&units(128, 20), 2, 8192), [64, 64]);
        assert_eq!(groups(&units(1003, 73), 2, 8192), [[104; 9].as_slice(), &[67]].concat());
        assert_eq!(groups(&units(1003, 73), 1, 8192), [[112; 8].as_slice(), &[107]].concat());
    }

    #[test]
    fn cells_that_are_too_large_are_groups_of_their_own() {
        assert_eq!(groups(&units(3, 10_000), 1, 8192), [1, 1, 1]);
        assert_eq!(groups(&units(5, 1), 7, 1), [1; 5]);
    }

    #[test]
    fn arithmetics_are_not_mixed() {
        let mut mixed = units(6, 10);
        mixed[4].numerics = Numerics::Exact;
        assert_eq!(groups(&mixed, 1, 8192), [4, 1, 1]);
    }
}
