//! Construction of an engine from a blueprint.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Engine, GatheredRecording, OneByOne, RecorderPlace};
use crate::blueprint::{
    Blueprint, CellBlueprint, Connections, Pointer, Population, Quantity, Source, Target, Transfer,
};
use crate::cells::{Cells, Clock, LocalQuantity, Places};
use crate::census::ConnectionCensus;
use crate::communicator::{Alone, Communicator};
use crate::cost::step_of;
use crate::coupling::{Coupling, Unit};
use crate::distribution::ranks_of;
use crate::epoch::Epoch;
use crate::error::EngineError;
use crate::fingerprint::{Fingerprint, digest_of};
use crate::kernel_cache::KernelCache;
use crate::options::{Distribution, Options};
use crate::profile::Profile;
use crate::ranks::Ranks;
use crate::router::{
    Activity, ArtificialCells, ArtificialRecorder, Destination, Fan, Limits, Route, Router, Timetable,
};
use crate::share::Share;
use crate::step::{FixedStep, Group};
use crate::transfer::Exchange;
use crate::usual_values::usual_values;
use crate::waveform::Waveform;

mod first_instances;

impl Engine {
    /// Divides a blueprint into groups of cells; [`initialize`](Self::initialize) must follow.
    ///
    /// # Errors
    /// Threads that cannot be started.
    pub fn new(blueprint: Blueprint, options: Options) -> Result<Self, EngineError> {
        Self::with_communicator(blueprint, options, Box::new(Alone))
    }

    /// The same as one of several ranks; each is given the same blueprint and computes some of its cells.
    ///
    /// # Errors
    /// Threads that cannot be started, ranks with different blueprints or options, ranks that
    /// cannot communicate.
    pub fn with_communicator(
        blueprint: Blueprint,
        options: Options,
        communicator: Box<dyn Communicator>,
    ) -> Result<Self, EngineError> {
        let mut ranks = Ranks::new(communicator);
        let pool = start_threads(options.threads);
        ranks.exchange(&mut Vec::new(), pool.as_ref().err().cloned(), false)?;
        let coupling = Coupling::of(&blueprint, &options);
        let rank_of_cell = ranks_of(&options.distribution, &blueprint.cells, &coupling.units, ranks.size());
        let fingerprint = Fingerprint::of(&blueprint, &options);
        let given = (fingerprint, options.v_init.to_bits(), blueprint.recordings.len(), digest_of(&rank_of_cell));
        let given = ranks.communicator().tell_all(&given)?;
        if let Some(rank) = given.iter().position(|&other| other != given[0]) {
            return Err(EngineError::RanksDiffer { rank });
        }
        let epoch = Epoch::of(&ConnectionCensus::of(&blueprint), coupling.lockstep, &options);
        let share = Share::of(&blueprint, epoch, &coupling.units, &rank_of_cell, ranks.rank(), ranks.size());
        let one_by_one = epoch.keeps_order_of_queue() && blueprint.cells.iter().any(CellBlueprint::sends_events);
        let usual = usual_values(&blueprint);
        let Blueprint { cells, populations, sources, connections, transfers, pointers, waveforms, recordings, events } =
            blueprint;
        let mut building = Building {
            groups: Vec::new(),
            router: Router::default(),
            recorders: Vec::with_capacity(recordings.len()),
            gathered: Vec::new(),
            group_of_cell: Vec::with_capacity(share.cells.len()),
            places: Vec::with_capacity(share.cells.len()),
            first_cell: Vec::new(),
            events: Vec::new(),
            exchange: None,
            // Every group keeps a copy of the options, and needs no distribution: the cells have
            // already been distributed.
            options: Options { distribution: Distribution::default(), ..options },
            ranks: ranks.size(),
            share: &share,
        };
        let estimated_costs = share.cells.iter().map(|&cell| step_of(&cells[cell])).collect();
        let mut cells: Vec<Option<CellBlueprint>> = cells.into_iter().map(Some).collect();
        building.form_groups(share.cells.iter().filter_map(|&cell| cells[cell].take()).collect());
        drop(cells);
        building.add_first_instances(&usual);
        building.add_transfers(transfers);
        building.add_pointers(pointers);
        building.add_populations(populations);
        building.router.reported = (0..sources.len()).map(|source| share.reports_source(source)).collect();
        let source_count = sources.len();
        for (index, source) in sources.into_iter().enumerate() {
            building.add_source(index as u32, source);
        }
        building.router.in_order_of_queue = share.all_events;
        building.router.limits = Limits::of(&building.options, connections.len());
        building.add_connections(connections, source_count, events);
        for ((quantity, waveform), index) in waveforms.into_iter().zip(0..) {
            building.add_waveform(index, quantity, waveform);
        }
        for recording in recordings {
            building.add_recording(recording.quantity, recording.every.max(1));
        }
        let Building { groups, router, recorders, gathered, group_of_cell, events, exchange, options, .. } = building;
        let groups: Vec<Group> = groups.into_iter().map(group_of).collect();
        let mut engine = Self {
            fingerprint,
            exchange,
            epoch: epoch.steps,
            one_by_one: one_by_one.then(|| OneByOne::new(&groups)),
            deliveries: vec![Vec::new(); groups.len()],
            groups,
            router,
            recorders,
            group_of_cell,
            events,
            clock: Clock { step: 0, t: 0.0 },
            profile: Profile::new(options.profile),
            pool: pool?.map(Arc::new),
            kernels: KernelCache::new(usual),
            options,
            estimated_costs,
            ranks,
            detected: Vec::new(),
            fault: None,
            pause: false,
            failure: None,
            gathered,
            profiles: Vec::new(),
            gathered_excess: None,
            cells: share.cells,
        };
        engine.compile_stale()?;
        Ok(engine)
    }
}

/// A group of cells whose observed variables have all been added, with its stepper.
fn group_of(mut cells: Cells) -> Group {
    cells.drop_unobserved();
    Group { cells, stepper: Box::new(FixedStep) }
}

/// An engine under construction, with the places of the cells and their mechanisms.
struct Building<'a> {
    groups: Vec<Cells>,
    router: Router,
    recorders: Vec<RecorderPlace>,
    gathered: Vec<GatheredRecording>,
    /// For each cell its group, and the places of its mechanisms.
    group_of_cell: Vec<usize>,
    places: Vec<Places>,
    /// The first cell of each group.
    first_cell: Vec<usize>,
    events: Vec<(f64, u32)>,
    exchange: Option<Exchange>,
    options: Options,
    /// Number of ranks.
    ranks: usize,
    share: &'a Share<'a>,
}

impl Building<'_> {
    fn form_groups(&mut self, cells: Vec<CellBlueprint>) {
        let mut units = &self.share.units[..];
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
            let numbers = self.share.cells[first_cell..first_cell + count].into();
            let (group, places) = Cells::new(first_cell, numbers, &members, options);
            self.group_of_cell.extend(std::iter::repeat_n(self.groups.len(), count));
            self.places.extend(places);
            self.first_cell.push(first_cell);
            self.groups.push(group);
            first_cell += count;
        }
    }

    /// Finds the group of a quantity of one of the blueprint's cells, and the quantity in it, if this rank has the
    /// cell.
    fn locate(&mut self, quantity: Quantity) -> Option<(usize, LocalQuantity)> {
        let quantity = self.share.quantity(quantity)?;
        let group = self.group_of_cell[quantity.cell()?];
        let first = self.first_cell[group];
        let last = self.first_cell.get(group + 1).copied().unwrap_or(self.places.len());
        let local = self.groups[group].locate(quantity, &self.places[first..last])?;
        Some((group, local))
    }

    fn add_populations(&mut self, populations: Vec<Population>) {
        let share = self.share;
        let populations = populations.into_iter().enumerate().map(|(index, population)| {
            let instances = share.instances(index);
            ArtificialCells {
                mechanism: population.mechanism,
                globals: population.globals,
                tables: population.tables,
                kernel: None,
                kernel_is_stale: true,
                block: population.block.reordered(instances),
                instances: instances.iter().map(|&instance| instance as u32).collect(),
                sources: vec![None; instances.len()],
                movable: vec![None; instances.len()],
                activity: vec![Activity::default(); instances.len()],
            }
        });
        self.router.populations = populations.collect();
    }

    fn add_source(&mut self, index: u32, source: Source) {
        match source {
            Source::Artificial { population, instance } => {
                if let Some(own) = self.share.instance(population, instance) {
                    self.router.populations[population].sources[own] = Some(index);
                }
            }
            Source::Crossing { quantity, threshold } => {
                let reports = self.share.reports_source(index as usize);
                if let Some((group, local)) = self.locate(quantity).filter(|_| reports) {
                    self.groups[group].add_detector(index, local, threshold);
                }
            }
            Source::Point { cell, placed, instance } => {
                if let Some(own) = self.share.cell(cell) {
                    let (installed, ref instances) = self.places[own][placed];
                    let instance = instances[instance];
                    self.groups[self.group_of_cell[own]].add_source_point(installed, instance, index);
                }
            }
        }
    }

    /// Adds the connections that this rank needs, and the user's events on them.
    fn add_connections(&mut self, connections: Connections, sources: usize, events: Vec<(f64, usize)>) {
        // Allocated with the exact size: a growing vector may take twice the memory of its
        // elements.
        let mut fan_sizes = vec![0; sources];
        let mut inputs = vec![0; self.groups.len()];
        let mut routes = 0;
        for connection in connections.iter().filter(|connection| self.share.keeps(connection)) {
            routes += 1;
            if let Some(source) = connection.source {
                fan_sizes[source as usize] += 1;
            }
            if let Some(Target::Point { cell, .. }) = connection.target
                && let Some(cell) = self.share.cell(cell as usize)
            {
                inputs[self.group_of_cell[cell]] += 1;
            }
        }
        self.router.routes.reserve_exact(routes);
        self.router.connections = (routes < connections.len()).then(|| Vec::with_capacity(routes));
        self.router.fans = fan_sizes.into_iter().map(Fan::with_capacity).collect();
        self.groups.iter_mut().zip(inputs).for_each(|(group, inputs)| group.reserve_inputs(inputs));
        let mut route_of: HashMap<usize, Option<u32>> = events.iter().map(|&(_, index)| (index, None)).collect();
        let mut created = CreationOrder::default();
        for (index, connection) in connections.into_iter().enumerate() {
            let created = created.of(connection.source);
            if !self.share.keeps(&connection) {
                continue;
            }
            let route = self.router.routes.len() as u32;
            if let Some(own) = route_of.get_mut(&index) {
                *own = Some(route);
            }
            if let Some(source) = connection.source {
                self.router.fans[source as usize].connections.push(route);
            }
            let destination = self.destination(connection.target, &connection.weight, created);
            if let Some(connections) = &mut self.router.connections {
                connections.push(index as u32);
            }
            self.router.routes.push(Route { destination, delay: connection.delay });
        }
        self.events = events.into_iter().filter_map(|(t, index)| Some((t, (*route_of.get(&index)?)?))).collect();
    }

    /// The destination of a connection; `created` is the position of its source in the order of
    /// creation.
    fn destination(&mut self, target: Option<Target>, weight: &[f64], created: u64) -> Destination {
        match target {
            None => Destination::Nowhere,
            Some(Target::Point { cell, placed, instance }) => {
                let Some(cell) = self.share.cell(cell as usize) else { return Destination::Elsewhere };
                let group = self.group_of_cell[cell];
                let (installed, ref instances) = self.places[cell][placed as usize];
                let input = self.groups[group].add_input(installed, instances[instance as usize], weight, created);
                Destination::Group { group: group as u32, input }
            }
            Some(Target::Artificial { population, instance }) => {
                let mechanism = &self.router.populations[population as usize].mechanism;
                let created = mechanism.signature().visits_connections.then_some(created);
                Destination::Artificial(self.router.inputs.add((population, instance), weight, created))
            }
        }
    }

    /// Adds the variables that transfers read and set. Transfers are made within each group, or through an exchange if
    /// one leads from one group or rank to another.
    fn add_transfers(&mut self, transfers: Vec<Transfer>) {
        // Allocated with the exact size, as for connections.
        let mut number_of: HashMap<Quantity, u32> = HashMap::with_capacity(transfers.len());
        // For each source its rank and, if that is this rank, its group and its number there.
        let mut rank_of_source = Vec::with_capacity(transfers.len());
        let mut place_of_source = Vec::with_capacity(transfers.len());
        let mut targets = Vec::with_capacity(transfers.len());
        let mut between_ranks = false;
        for transfer in transfers {
            let number = *number_of.entry(transfer.source).or_insert_with(|| {
                let here = self.locate(transfer.source);
                place_of_source.push(here.map(|(group, local)| (group, self.groups[group].add_source(local))));
                rank_of_source.push(self.share.rank_of(transfer.source));
                (rank_of_source.len() - 1) as u32
            });
            between_ranks |= self.share.rank_of(transfer.source) != self.share.rank_of(transfer.target)
                || (self.share.is_replicated(transfer.target) && !self.share.is_replicated(transfer.source));
            if let Some(target) = self.locate(transfer.target) {
                targets.push((number, target));
            }
        }
        drop(number_of);
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
            Exchange::new(&group_of_source, self.groups.len(), told, self.ranks)
        });
    }

    fn add_pointers(&mut self, pointers: Vec<Pointer>) {
        for Pointer { pointer, target } in pointers {
            let (pointer, target) = (self.locate(pointer), self.locate(target));
            // Cells joined by a pointer are in one group.
            if let (Some((group, pointer)), Some((other, target))) = (pointer, target)
                && group == other
            {
                self.groups[group].add_pointer(pointer, target);
            }
        }
    }

    fn add_waveform(&mut self, index: u32, quantity: Quantity, waveform: Waveform) {
        let times = waveform.shared_times();
        let place = self.locate(quantity);
        if place.is_some() || self.share.all_events {
            let player = place.map(|(group, local)| (group as u32, self.groups[group].add_player(local, waveform)));
            self.router.timetables.push(Timetable { waveform: index, times, player });
        }
    }

    fn add_recording(&mut self, quantity: Quantity, every: usize) {
        let here = match quantity {
            Quantity::Artificial { population, column, instance }
                if self.share.reports_instance(population, instance) =>
            {
                self.share.instance(population, instance).map(|instance| {
                    let samples = Vec::new();
                    self.router.recorders.push(ArtificialRecorder { population, column, instance, every, samples });
                    RecorderPlace::Artificial(self.router.recorders.len() - 1)
                })
            }
            _ => {
                let reports = quantity.cell().is_some_and(|cell| self.share.reports_cell(cell));
                let here = self.locate(quantity).filter(|_| reports);
                here.map(|(group, local)| RecorderPlace::Group {
                    group,
                    recorder: self.groups[group].add_recorder(local, every),
                })
            }
        };
        let place = here.unwrap_or_else(|| {
            self.gathered.push(GatheredRecording { samples: Vec::new(), value: f64::NAN });
            RecorderPlace::Elsewhere { gathered: self.gathered.len() - 1 }
        });
        self.recorders.push(place);
    }
}

/// The order in which the sources of connections were created. Connections without a source share one position, that of
/// the first of them.
#[derive(Default)]
struct CreationOrder {
    /// Sources created so far.
    sources: u32,
    of_none: Option<u64>,
}

impl CreationOrder {
    /// The position of the source of the next connection.
    fn of(&mut self, source: Option<u32>) -> u64 {
        match source {
            Some(source) => {
                self.sources = self.sources.max(source + 1);
                2 * u64::from(source) + 1
            }
            None => *self.of_none.get_or_insert(2 * u64::from(self.sources)),
        }
    }
}

fn start_threads(threads: usize) -> Result<Option<rayon::ThreadPool>, EngineError> {
    if threads <= 1 {
        return Ok(None);
    }
    let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    built.map(Some).map_err(|error| EngineError::Threads { threads, reason: error.to_string() })
}

/// Approximate number of nodes in a group: each thread's share, divided into equal parts that fit
/// into the cache.
///
/// Several groups for each thread balance the load, but small groups do not fill the vector lanes of the processor: a
/// thread with few cells has one group.
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

/// The number of units, at least one, that form the next group of about `wanted` nodes. They use the
/// same arithmetic and are taken in multiples of eight, except for the last, since cells of one shape are solved eight
/// at a time. A group has at most `most` nodes, but for a rest of up to a quarter of a group, which is not a group of its
/// own: with few cells, calls take longer than the computation.
fn units_of_group(units: &[Unit], wanted: usize, most: usize) -> usize {
    const LANES: usize = 8;
    let alike = units.iter().take_while(|unit| unit.numerics == units[0].numerics).count();
    let rest: usize = units[..alike].iter().map(|unit| unit.size).sum();
    if rest <= wanted.saturating_add(wanted / 4) {
        return alike;
    }
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

#[cfg(test)]
mod tests;
