//! Lowers a network with names to a blueprint with indices, and reports all errors found.

pub(crate) mod artificial_cells;
pub(crate) mod cells;
pub(crate) mod connections;
pub(crate) mod errors;
pub(crate) mod gap_junctions;
pub(crate) mod geometry;
pub(crate) mod globals;
pub(crate) mod handed_in;
pub(crate) mod interventions;
pub(crate) mod known;
pub(crate) mod mechanisms;
pub(crate) mod model_part;
pub(crate) mod own_values;
pub(crate) mod pointers;
pub(crate) mod recordings;
pub(crate) mod references;
pub(crate) mod set_up;
pub(crate) mod template;
pub(crate) mod variables;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use loligo_cable::Cable;
use loligo_engine::{Address, Blueprint, ConnectionCensus, Placed};
use loligo_io::Suggestions;
use loligo_mechanisms::{Block, Catalogue, HeldKind, History, Signature};
use loligo_random::Random123;

pub(super) use crate::lowering::model_part::ModelPart;

use crate::cell::Cell;
use crate::error::ModelError;
use crate::lowering::connections::SourceKey;
use crate::lowering::errors::Errors;
use crate::lowering::gap_junctions::sides_of_cells;
use crate::lowering::geometry::geometry_at;
use crate::lowering::known::{Instance, Known, first_streams, known_mechanisms};
use crate::lowering::template::{Template, TemplateKey};
use crate::lowering::variables::PointPlace;
use crate::network::Network;
use crate::network::parts::GapJunction;
use crate::network::references::{GapSide, Location, SourceRef, VariableRef};

/// A blueprint, and the meaning of its indices in the network.
pub(crate) struct Lowered {
    pub(crate) blueprint: Blueprint,
    /// Unit of each recording.
    pub(crate) recording_units: Vec<Arc<str>>,
    /// The variable or artificial cell of each source.
    pub(crate) sources: Vec<SourceRef>,
    /// The source of each of the connections' starts.
    pub(crate) source_of_start: Vec<Option<usize>>,
    /// Number of segments of all cells.
    pub(crate) compartments: usize,
    /// The population and instance of each artificial cell.
    pub(crate) artificial: Vec<Option<(usize, usize)>>,
    /// The address of the value of each intervention.
    pub(crate) interventions: Vec<Address>,
}

/// The largest number of errors that is kept of a network. A description is reported once, even if a million cells
/// share it.
pub(crate) const ERRORS_KEPT: usize = 10_000;

/// Checks and lowers a network.
pub(crate) fn lower(network: &Network) -> Result<Lowered, Vec<(ModelPart, ModelError)>> {
    let mut errors = Vec::new();
    let mut report = |part, error| {
        if errors.len() < ERRORS_KEPT {
            errors.push((part, error));
        }
    };
    let mut lowering = Lowering::of(network, true, &mut report);
    lowering.run();
    let Lowering {
        blueprint, recording_units, sources, source_of_start, compartments, artificial, interventions, ..
    } = lowering;
    if errors.is_empty() {
        Ok(Lowered { blueprint, recording_units, sources, source_of_start, compartments, artificial, interventions })
    } else {
        Err(errors)
    }
}

/// Checks a network without keeping the blueprint, which may be many times larger; errors are reported one by one.
pub(crate) fn inspect(
    network: &Network,
    report: &mut dyn FnMut(ModelPart, ModelError),
) -> (Blueprint, ConnectionCensus) {
    let mut lowering = Lowering::of(network, false, report);
    lowering.run();
    (lowering.blueprint, lowering.census)
}

/// In degC.
const ABSOLUTE_ZERO: f64 = -273.15;

/// Finds a variable of a cell, number `cell` of a network of which `parts` has the gap junctions: its address for a
/// cell of index 0; `None` if it follows from the step.
pub(crate) fn find_on_cell(
    parts: &Network,
    cell: usize,
    description: &Cell,
    variable: &VariableRef,
) -> Result<Option<Address>, Vec<ModelError>> {
    let mut alone = parts.without_cells();
    let mut variable = variable.clone();
    let elsewhere = |place: &Location| Location { cell: if place.cell == cell { 0 } else { usize::MAX }, ..*place };
    let here = parts.gap_junctions.iter().enumerate();
    let here = here.filter(|(_, junction)| junction.a.cell == cell || junction.b.cell == cell);
    let (indices, junctions): (Vec<usize>, Vec<GapJunction>) = here
        .map(|(index, own)| (index, GapJunction { a: elsewhere(&own.a), b: elsewhere(&own.b), ..own.clone() }))
        .unzip();
    alone.gap_junctions = junctions.into();
    match &mut variable {
        VariableRef::Section { cell, .. } | VariableRef::Point { cell, .. } | VariableRef::Artificial { cell, .. } => {
            *cell = 0;
        }
        VariableRef::GapJunction { junction, .. } => {
            *junction = indices.iter().position(|index| index == junction).unwrap_or(usize::MAX);
        }
    }
    alone.cells.push(description.clone());
    let mut errors = Vec::new();
    let mut report = |_, error| errors.push(error);
    let mut lowering = Lowering::of(&alone, true, &mut report);
    lowering.cell(0, description);
    let found = lowering.variable(&|| "a value".to_owned(), &variable);
    let found = found.map(|found| lowering.address_of(found.quantity));
    found.ok_or(errors)
}

pub(crate) struct Lowering<'a> {
    network: &'a Network,
    catalogue: &'a Catalogue,
    /// The catalogue's mechanisms by name.
    mechanisms: HashMap<&'a str, Known>,
    errors: Errors<'a>,
    blueprint: Blueprint,
    /// `true` if connections are put into the blueprint; else they are only counted.
    keeps_connections: bool,
    census: ConnectionCensus,
    /// Positions of each cell's point processes in the blueprint.
    points: Vec<Arc<[Option<PointPlace>]>>,
    /// Descriptions lowered so far.
    templates: HashMap<TemplateKey, Template>,
    compartments: usize,
    /// Position of each artificial cell in the blueprint: population and instance.
    artificial: Vec<Option<(usize, usize)>>,
    /// The mechanisms whose function tables have been checked, by their order of evaluation.
    with_tables: HashSet<u32>,
    /// The sides of gap junctions of each cell.
    sides_of_cell: Vec<Vec<(usize, GapSide)>>,
    /// Positions of the two sides of each gap junction in the blueprint.
    half_gaps: Vec<[Option<PointPlace>; 2]>,
    /// Number of random streams given to artificial cells so far.
    streams: u32,
    /// Number of random streams of all artificial cells and of the cells with membrane so far.
    streams_of_cells: u32,
    suggestions: Suggestions,
    sources: Vec<SourceRef>,
    source_index: HashMap<SourceKey, usize>,
    source_of_start: Vec<Option<usize>>,
    recording_units: Vec<Arc<str>>,
    interventions: Vec<Address>,
}

impl<'a> Lowering<'a> {
    fn of(network: &'a Network, keeps_connections: bool, report: &'a mut dyn FnMut(ModelPart, ModelError)) -> Self {
        Self {
            network,
            catalogue: network.catalogue(),
            mechanisms: known_mechanisms(network),
            errors: Errors { part: ModelPart::Cell(0), count: 0, report },
            blueprint: Blueprint::default(),
            keeps_connections,
            census: ConnectionCensus::default(),
            points: Vec::with_capacity(network.cells.len()),
            artificial: Vec::with_capacity(network.artificial_cells.len()),
            with_tables: HashSet::new(),
            sides_of_cell: sides_of_cells(network),
            half_gaps: vec![[None; 2]; network.gap_junctions.len()],
            streams: 0,
            streams_of_cells: 0,
            suggestions: Suggestions::default(),
            sources: Vec::new(),
            source_index: HashMap::new(),
            source_of_start: Vec::new(),
            recording_units: Vec::with_capacity(network.recordings.len()),
            interventions: Vec::with_capacity(network.interventions.len()),
            templates: HashMap::new(),
            compartments: 0,
        }
    }

    fn run(&mut self) {
        let network = self.network;
        self.blueprint.cells.reserve_exact(network.cells.len());
        let streams = |name: &str| self.mechanisms.get(name).map_or(0, |known| known.signature().streams.len());
        let of_artificial_cells = network.artificial_cells.iter().map(|cell| streams(&cell.mechanism.name));
        self.streams_of_cells = of_artificial_cells.sum::<usize>() as u32;
        for (index, cell) in network.cells.iter().enumerate() {
            self.cell(index, cell);
        }
        self.globals();
        self.function_tables();
        self.gids();
        self.artificial_cells();
        self.connections();
        self.gap_junctions();
        self.transfers();
        self.pointers();
        self.waveforms();
        self.interventions();
        self.recordings();
    }

    /// The mechanism of that name.
    fn known(&self, name: &str) -> Option<Known> {
        self.mechanisms.get(name).cloned()
    }
}

/// `true` if a call has set the identifiers of a stream of an instance.
fn is_given_by_call(signature: &Signature, block: &Block, instance: usize, stream: usize) -> bool {
    signature.held.iter().any(|held| {
        let is_it = matches!(held.object, HeldKind::Stream { stream: own, .. } if own == stream);
        is_it && block.value(held.source, instance) != 0.0
    })
}

impl Lowering<'_> {
    /// Sorts instances into blocks: by mechanism, then node; of several point processes at a node the last created
    /// comes first.
    fn gather(
        &mut self,
        mut instances: Vec<Instance>,
        points: usize,
        cable: &Cable,
    ) -> (Vec<Placed>, Vec<Option<PointPlace>>) {
        let key = |instance: &Instance| {
            let newest_first = std::cmp::Reverse(instance.created);
            (instance.mechanism.order, instance.node, newest_first)
        };
        instances.sort_by_key(key);
        let first_streams = first_streams(&instances);
        let mut placed: Vec<Placed> = Vec::new();
        let mut places = vec![None; points];
        let same = |a: &Instance, b: &Instance| a.mechanism.order == b.mechanism.order;
        let mut first = 0;
        for members in instances.chunk_by(same) {
            let known = members[0].mechanism.clone(); // a chunk has at least one member
            let Known { mechanism, globals, tables, order } = known.clone();
            let signature = mechanism.signature();
            let mut block = Block::new(signature.defaults(), members.len());
            for column in 0..block.width() {
                block.fill(column, members[0].columns[column]);
                for (instance, member) in members.iter().enumerate() {
                    block.set(column, instance, member.columns[column]);
                }
            }
            for &(what, column) in &signature.geometry {
                for (instance, member) in members.iter().enumerate() {
                    block.set(column, instance, geometry_at(cable, member.node, what));
                }
            }
            block.histories = vec![History::default(); signature.histories * members.len()];
            let mut numbered_streams = Vec::new();
            for (instance, member) in members.iter().enumerate() {
                block.vectors.extend_from_slice(&member.vectors);
                if let Some(point) = member.point {
                    places[point] = Some((placed.len(), instance));
                }
                for stream in 0..signature.streams.len() {
                    let given = member.stream.filter(|_| stream == 0);
                    if given.is_none() {
                        numbered_streams.push(block.streams.len());
                    }
                    let [id1, id2, id3] =
                        given.unwrap_or([1, self.network.seed, first_streams[first + instance] + stream as u32]);
                    block.streams.push(Random123::new(id1, id2, id3).with_global_index(self.network.global_index));
                }
            }
            first += members.len();
            for (instance, member) in members.iter().enumerate() {
                let place = || "a cell".to_owned();
                self.set_up(&place, &known, (&mut block, instance), &member.calls);
            }
            let is_given = |stream: usize| {
                let (instance, number) =
                    (stream / signature.streams.len().max(1), stream % signature.streams.len().max(1));
                is_given_by_call(signature, &block, instance, number)
            };
            numbered_streams.retain(|&stream| !is_given(stream));
            block.compact();
            let nodes = members.iter().map(|member| member.node).collect();
            placed.push(Placed { mechanism, order, globals, tables, nodes, block, numbered_streams });
        }
        (placed, places)
    }
}
