//! From a network with names to a blueprint with indices, and every error found on the way.

pub(crate) mod globals;
mod handed_in;
mod own_values;
pub(crate) mod variables;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use loligo_cable::{Cable, CableError};
use loligo_engine::{Address, Blueprint, ConnectionCensus, Placed, Population, Quantity, Source, Target, Transfer};
use loligo_io::{NameError, check_name};
use loligo_io::{Suggestions, closest};
use loligo_mechanisms::{Block, Catalogue, FunctionTable, FunctionTableSlot, Kind, Role, Signature, Variable};
use loligo_random::Random123;
use own_values::{Template, TemplateKey, key_of};
use smallvec::SmallVec;

use crate::cell::mechanism::Mechanism;
use crate::cell::mechanism::builtin::HalfGap;
use crate::cell::region::Region;
use crate::cell::segments::segment_places;
use crate::cell::spatial_profile::SpatialProfile;
use crate::cell::{Cell, PaintedMechanism};
use crate::error::ModelError;
use crate::lowering::globals::address_of_global;
use crate::lowering::variables::{Found, PointPlace, at_section, names_at_section, of_point, why_absent};
use crate::names;
use crate::network::Network;
use crate::network::connection::Connection;
use crate::network::intervention::{Intervention, ValueRef};
use crate::network::parts::GapJunction;
use crate::network::references::{GapSide, Location, SourceRef, TargetRef, VariableRef};

/// A blueprint, and what its indices mean to the user.
pub(crate) struct Lowered {
    pub(crate) blueprint: Blueprint,
    /// Unit of each recording.
    pub(crate) recording_units: Vec<Arc<str>>,
    /// The variable or artificial cell that each source is.
    pub(crate) sources: Vec<SourceRef>,
    /// The source of each of the connections' starts.
    pub(crate) source_of_start: Vec<Option<usize>>,
    /// Segments of all cells.
    pub(crate) compartments: usize,
    /// The population and instance that each artificial cell is.
    pub(crate) artificial: Vec<Option<(usize, usize)>>,
    /// The value of each intervention.
    pub(crate) interventions: Vec<Address>,
}

/// The most errors that are kept of a network; a description, and the like of a million cells, is reported once.
pub(crate) const ERRORS_KEPT: usize = 10_000;

/// Checks and lowers a network.
pub(crate) fn lower(network: &Network) -> Result<Lowered, Vec<(ModelPart, ModelError)>> {
    let mut errors = Vec::new();
    let mut report = |origin, error| {
        if errors.len() < ERRORS_KEPT {
            errors.push((origin, error));
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

/// Checks a network without keeping what it becomes, which may be many times larger; errors are reported one by one.
pub(crate) fn inspect(
    network: &Network,
    report: &mut dyn FnMut(ModelPart, ModelError),
) -> (Blueprint, ConnectionCensus) {
    let mut lowering = Lowering::of(network, false, report);
    lowering.run();
    (lowering.blueprint, lowering.census)
}

/// degC.
const ABSOLUTE_ZERO: f64 = -273.15;

/// Finds a variable of a cell, number `cell` of a network of which `parts` has the gap junctions: where it would be if the cell had index
/// 0; `None` if it follows from the step.
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

/// What tells one source from another.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum SourceKey {
    Variable(Quantity),
    Point { cell: usize, placed: usize, instance: usize },
    Artificial { population: usize, instance: usize },
}

/// The part of a network that an error is about, by its indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModelPart {
    /// A cell as a whole.
    Cell(usize),
    /// A section.
    Section {
        /// Index of the cell.
        cell: usize,
        /// Index of the section.
        section: usize,
    },
    /// A painted mechanism.
    Painted {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's paintings.
        painted: usize,
    },
    /// A point process.
    Point {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's point processes.
        point: usize,
    },
    /// A value that a cell has of its own.
    OwnValue {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's own values.
        value: usize,
    },
    /// An artificial cell.
    ArtificialCell(usize),
    /// A connection.
    Connection(usize),
    /// A gap junction.
    GapJunction(usize),
    /// A transfer.
    Transfer(usize),
    /// A pointer.
    Pointer(usize),
    /// The values of globals.
    Globals,
    /// The function tables.
    FunctionTables,
    /// A value that is set while the network runs.
    Intervention(usize),
    /// A waveform.
    Waveform(usize),
    /// A recording.
    Recording(usize),
}

/// Takes errors, each with the part of the network that is being lowered.
struct Errors<'a> {
    origin: ModelPart,
    count: usize,
    report: &'a mut dyn FnMut(ModelPart, ModelError),
}

impl Errors<'_> {
    fn push(&mut self, error: ModelError) {
        self.count += 1;
        (self.report)(self.origin, error);
    }

    fn extend(&mut self, errors: impl IntoIterator<Item = ModelError>) {
        errors.into_iter().for_each(|error| self.push(error));
    }

    /// Reports a name that cannot be used.
    fn name(&mut self, what: &'static str, name: &str, checked: Result<(), NameError>) {
        if let Err(error) = checked {
            self.push(ModelError::Name { what, name: name.to_owned(), error });
        }
    }

    fn len(&self) -> usize {
        self.count
    }
}

struct Lowering<'a> {
    network: &'a Network,
    catalogue: &'a Catalogue,
    /// The catalogue's mechanisms by name.
    mechanisms: HashMap<&'a str, Known>,
    errors: Errors<'a>,
    blueprint: Blueprint,
    /// Whether connections are put into the blueprint; else they are only counted.
    keeps_connections: bool,
    census: ConnectionCensus,
    /// Where each cell's point processes went.
    points: Vec<Arc<[Option<PointPlace>]>>,
    /// Descriptions lowered so far.
    templates: HashMap<TemplateKey, Template>,
    compartments: usize,
    /// Where each artificial cell went: population and instance.
    artificial: Vec<Option<(usize, usize)>>,
    /// The mechanisms, by their order of evaluation, whose function tables have been looked at.
    with_tables: HashSet<u32>,
    /// The sides of gap junctions that each cell has.
    sides_of_cell: Vec<Vec<(usize, GapSide)>>,
    /// Where the two sides of each gap junction went.
    half_gaps: Vec<[Option<PointPlace>; 2]>,
    /// Random streams given to artificial cells so far.
    streams: u32,
    /// Random streams of all artificial cells and of the cells with membrane so far.
    streams_of_cells: u32,
    suggestions: Suggestions,
    sources: Vec<SourceRef>,
    source_index: HashMap<SourceKey, usize>,
    source_of_start: Vec<Option<usize>>,
    recording_units: Vec<Arc<str>>,
    interventions: Vec<Address>,
}

/// A mechanism of the catalogue, and its place in the order of evaluation.
#[derive(Clone)]
struct Known {
    mechanism: Arc<dyn loligo_mechanisms::Mechanism>,
    /// Values of its globals.
    globals: Arc<[f64]>,
    /// Its function tables; one that is not set is 0.
    tables: Arc<[Arc<FunctionTable>]>,
    order: u32,
}

impl Known {
    fn signature(&self) -> &Signature {
        self.mechanism.signature()
    }
}

/// The mechanisms of a network's catalogue by name, with the network's values of their globals and their function tables.
fn known_mechanisms(network: &Network) -> HashMap<&str, Known> {
    let in_order = network.catalogue().in_order_of_evaluation().into_iter().zip(0..);
    let known = in_order.map(|(mechanism, order)| {
        let signature = mechanism.signature();
        let given = network.globals.get(&signature.name);
        let value =
            |global: &Variable| given.and_then(|given| given.get(&global.name)).copied().unwrap_or(global.default);
        let globals = signature.globals.iter().map(value).collect();
        let given = network.function_tables.get(&signature.name);
        let table =
            |slot: &FunctionTableSlot| given.and_then(|given| given.get(&slot.name)).cloned().unwrap_or_default();
        let tables = signature.tables.iter().map(table).collect();
        (signature.name.as_str(), Known { mechanism: Arc::clone(mechanism), globals, tables, order })
    });
    known.collect()
}

/// The instances of a mechanism on a cell while they are being collected: node, order of creation, values of all columns.
struct Instance {
    node: u32,
    created: usize,
    /// Most instances of a section have the same.
    columns: Rc<Vec<f64>>,
    /// The lists of numbers that are handed in.
    vectors: Vec<Arc<[f64]>>,
    mechanism: Known,
    point: Option<usize>,
    /// Ids of its first random stream, if they are given.
    stream: Option<[u32; 3]>,
}

/// The values of a density mechanism's columns on a section.
#[derive(Clone)]
struct SectionColumns {
    uniform: Vec<f64>,
    /// Columns that differ from segment to segment, from the 0 end.
    by_segment: BTreeMap<usize, Vec<f64>>,
    /// The lists of numbers that are handed in.
    vectors: Vec<Arc<[f64]>>,
}

impl SectionColumns {
    fn of(signature: &Signature) -> Self {
        let vectors = vec![Arc::default(); signature.vectors.len()];
        Self { uniform: signature.defaults().collect(), by_segment: BTreeMap::new(), vectors }
    }
}

impl<'a> Lowering<'a> {
    fn of(network: &'a Network, keeps_connections: bool, report: &'a mut dyn FnMut(ModelPart, ModelError)) -> Self {
        Self {
            network,
            catalogue: network.catalogue(),
            mechanisms: known_mechanisms(network),
            errors: Errors { origin: ModelPart::Cell(0), count: 0, report },
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

    fn cell(&mut self, index: usize, cell: &Cell) {
        self.errors.origin = ModelPart::Cell(index);
        self.errors.name("cell", &cell.name, names::check_member(&cell.name));
        let key = key_of(cell);
        let mut template = self.templates.remove(&key).unwrap_or_else(|| self.template(index, cell));
        self.cell_like(index, cell, &mut template);
        self.templates.insert(key, template);
    }

    /// Lowers the description of a cell. One with errors becomes a template that serves what refers to its cells.
    fn template(&mut self, index: usize, cell: &Cell) -> Template {
        let errors_before = self.errors.len();
        self.check_names(cell);
        let cable = match cell.cable() {
            Ok(cable) if cell.sections.is_empty() => {
                self.errors.push(ModelError::NoSections { cell: cell.name.clone() });
                cable
            }
            Ok(cable) => {
                self.membrane_errors(index, cell, &cable);
                cable
            }
            Err(error) => {
                self.geometry_errors(index, cell, error);
                Cable::build(&[]).unwrap_or_else(|_| unreachable!("no sections, no errors"))
            }
        };
        let mut instances = Vec::new();
        // A cell of broken geometry has no nodes to put anything on, but its mechanisms are still checked.
        let broken = self.errors.len() > errors_before;
        self.painted(index, cell, (!broken).then_some(&cable), &mut instances);
        self.placed(index, cell, (!broken).then_some(&cable), &mut instances);
        let (placed, points) = self.gather(instances, cell.points.len());
        Template::new(cable, placed, points, self.errors.len() == errors_before)
    }

    fn check_names(&mut self, cell: &Cell) {
        let parts = cell.sections.iter().map(|section| ("section", &section.name));
        let parts = parts.chain(cell.points.iter().map(|point| ("point process", &point.name)));
        for (what, name) in parts {
            self.errors.name(what, name, check_name(name, names::RESERVED_IN_PARTS));
        }
        for name in cell.section_lists.keys() {
            self.errors.name("section list", name, check_name(name, names::RESERVED_IN_COLUMNS));
        }
        let mut check = |what: &'static str, names: &mut dyn Iterator<Item = &String>| {
            let mut seen = HashSet::new();
            let twice = names.filter(|name| !seen.insert(name.as_str())).cloned().collect::<Vec<_>>();
            self.errors.extend(twice.into_iter().map(|name| ModelError::DuplicateName {
                cell: cell.name.clone(),
                what,
                name,
            }));
        };
        check("sections", &mut cell.sections.iter().map(|section| &section.name));
        check("point processes", &mut cell.points.iter().map(|point| &point.name));
    }

    /// Reports sections that have no membrane, or none that can be charged.
    fn membrane_errors(&mut self, cell_index: usize, cell: &Cell, cable: &Cable) {
        for (index, (section, geometry)) in cell.sections.iter().zip(&cable.geometry).enumerate() {
            if let Err(error) = geometry.check_membrane(index, &section.shape, section.membrane_capacitance) {
                self.errors.origin = ModelPart::Section { cell: cell_index, section: index };
                self.errors.push(section.geometry_error(&cell.name, error));
            }
        }
    }

    /// Reports the errors of every section, not only the first.
    fn geometry_errors(&mut self, cell_index: usize, cell: &Cell, first: CableError) {
        let mut errors = Vec::new();
        for (index, section) in cell.sections.iter().enumerate() {
            if let Err(error) = section.check_geometry() {
                errors.push((index, error));
            }
            if let Some(attachment) = &section.parent {
                if attachment.parent >= cell.sections.len() {
                    errors.push((index, CableError::Parent { section: index, parent: attachment.parent }));
                }
                if !(0.0..=1.0).contains(&attachment.parent_x) {
                    errors.push((index, CableError::ParentPosition { section: index, x: attachment.parent_x }));
                }
            }
        }
        if errors.is_empty() {
            errors.push((first.section(), first));
        }
        for (index, error) in errors {
            self.errors.origin = ModelPart::Section { cell: cell_index, section: index };
            self.errors.push(cell.sections[index].geometry_error(&cell.name, error));
        }
    }

    /// Finds a mechanism of an expected kind and checks its parameters.
    fn find(&mut self, place: &dyn Fn() -> String, mechanism: &Mechanism, expected: fn(Kind) -> bool) -> Option<Known> {
        let Some(found) = self.known(&mechanism.name) else {
            let names = self.catalogue.iter().map(|m| m.signature().name.as_str());
            let suggestion = closest(&mechanism.name, names);
            self.errors.push(ModelError::UnknownMechanism { place: place(), name: mechanism.name.clone(), suggestion });
            return None;
        };
        let signature = found.signature();
        if !expected(signature.kind) {
            self.errors.push(wrong_kind(place(), signature));
            return None;
        }
        for (parameter, &value) in &mechanism.parameters {
            self.check_parameter(place, signature, parameter, value);
        }
        for (vector, values) in &mechanism.vectors {
            self.check_vector(place, signature, vector, values);
        }
        if !signature.tables.is_empty() && self.with_tables.insert(found.order) {
            self.check_tables(place, signature);
        }
        Some(found)
    }

    fn check_parameter(&mut self, place: &dyn Fn() -> String, signature: &Signature, parameter: &str, value: f64) {
        let column = signature.column(parameter);
        let Some(variable) = column.map(|column| signature.variable(column)).filter(|v| v.role == Role::Parameter)
        else {
            self.errors.push(ModelError::UnknownParameter {
                place: place(),
                mechanism: signature.name.clone(),
                parameter: parameter.to_owned(),
                suggestion: closest(parameter, signature.parameter_names()),
            });
            return;
        };
        self.check_range(place, signature, parameter, variable, value);
    }

    fn check_range(
        &mut self,
        place: &dyn Fn() -> String,
        signature: &Signature,
        parameter: &str,
        variable: &Variable,
        value: f64,
    ) {
        let (low, high) = variable.range;
        if !(low..=high).contains(&value) {
            self.errors.push(ModelError::ParameterRange {
                place: place(),
                mechanism: signature.name.clone(),
                parameter: parameter.to_owned(),
                value,
                unit: variable.unit.to_string(),
                low,
                high,
            });
        }
    }

    /// Collects the density mechanisms: parameters of one mechanism at one place add up, the later one counts.
    fn painted(&mut self, cell_index: usize, cell: &Cell, cable: Option<&Cable>, instances: &mut Vec<Instance>) {
        let is_density = |kind| matches!(kind, Kind::Density | Kind::Ion);
        // By the order of evaluation: the mechanism, and for each section the columns' values.
        let mut painted: BTreeMap<u32, (Known, Vec<Option<SectionColumns>>)> = BTreeMap::new();
        for (index, painting) in cell.painted.iter().enumerate() {
            self.errors.origin = ModelPart::Painted { cell: cell_index, painted: index };
            let place = || format!("cell \"{}\"", cell.name);
            let found = self.find(&place, &painting.mechanism, is_density);
            let sections = self.sections_of(cell, &painting.region);
            let (Some(mechanism), Some(sections)) = (found, sections) else { continue };
            let signature = mechanism.signature();
            for ion in signature.ions.iter().filter_map(|ion| self.known(&ion.ion)) {
                let entry = painted.entry(ion.order);
                let (ion, values) = entry.or_insert_with(|| (ion, vec![None; cell.sections.len()]));
                for &section in &sections {
                    values[section].get_or_insert_with(|| SectionColumns::of(ion.signature()));
                }
            }
            let entry = painted.entry(mechanism.order);
            let (_, values) = entry.or_insert_with(|| (mechanism.clone(), vec![None; cell.sections.len()]));
            for &section in &sections {
                let columns = values[section].get_or_insert_with(|| SectionColumns::of(signature));
                for (parameter, &value) in &painting.mechanism.parameters {
                    if let Some(column) = signature.column(parameter) {
                        columns.uniform[column] = value;
                        columns.by_segment.remove(&column);
                    }
                }
                for (name, values) in &painting.mechanism.vectors {
                    if let Some(vector) = signature.vector(name) {
                        columns.vectors[vector] = Arc::clone(values);
                    }
                }
            }
            if !painting.profiles.is_empty() {
                self.profiles(cell, cable, painting, signature, &sections, values);
            }
        }
        let Some(cable) = cable else { return };
        for (mechanism, values) in painted.into_values() {
            for (section, columns) in values.into_iter().enumerate() {
                let Some(SectionColumns { uniform, by_segment, vectors }) = columns else { continue };
                let uniform = Rc::new(uniform);
                instances.extend(cable.segment_nodes(section).map(|node| {
                    let mut columns = Rc::clone(&uniform);
                    if let (false, Some(segment)) = (by_segment.is_empty(), cable.nodes[node as usize].segment) {
                        let own = Rc::make_mut(&mut columns);
                        for (&column, values) in &by_segment {
                            own[column] = values[segment as usize];
                        }
                    }
                    let (vectors, mechanism) = (vectors.clone(), mechanism.clone());
                    Instance { node, created: 0, columns, vectors, mechanism, point: None, stream: None }
                }));
            }
        }
    }

    /// Sets the parameters of a painting that differ from segment to segment.
    fn profiles(
        &mut self,
        cell: &Cell,
        cable: Option<&Cable>,
        painting: &PaintedMechanism,
        signature: &Signature,
        sections: &[usize],
        values: &mut [Option<SectionColumns>],
    ) {
        let places = cable.map(|cable| segment_places(cell, cable, sections.iter().copied())).unwrap_or_default();
        for (parameter, profile) in &painting.profiles {
            let variable = signature.column(parameter).map(|column| (column, signature.variable(column)));
            let Some((column, variable)) = variable.filter(|(_, variable)| variable.role == Role::Parameter) else {
                let place = || format!("cell \"{}\"", cell.name);
                self.check_parameter(&place, signature, parameter, 0.0);
                continue;
            };
            for on_section in places.chunk_by(|a, b| a.section == b.section) {
                let section = on_section[0].section; // a chunk has at least one member
                let name = &cell.sections[section].name;
                let given = match profile {
                    SpatialProfile::Segments(segments) => segments.get(&section).map_or(0, Vec::len),
                    _ => on_section.len(),
                };
                if given != on_section.len() {
                    self.errors.push(ModelError::SegmentCount {
                        cell: cell.name.clone(),
                        section: name.clone(),
                        parameter: parameter.clone(),
                        given,
                        segments: on_section.len(),
                    });
                    break;
                }
                let found: Vec<f64> = on_section.iter().map(|at| profile.at(at).unwrap_or(f64::NAN)).collect();
                let (low, high) = variable.range;
                if let Some(wrong) = found.iter().position(|value| !(low..=high).contains(value)) {
                    let place = || format!("cell \"{}\" at {name}({})", cell.name, on_section[wrong].x);
                    self.check_parameter(&place, signature, parameter, found[wrong]);
                    break;
                }
                if let Some(columns) = &mut values[section] {
                    columns.by_segment.insert(column, found);
                }
            }
        }
    }

    fn sections_of(&mut self, cell: &Cell, region: &Region) -> Option<Vec<usize>> {
        let found = cell.sections_of(region);
        if found.is_none() {
            self.errors.push(cell.unknown_region(region));
        }
        found
    }

    fn placed(&mut self, cell_index: usize, cell: &Cell, cable: Option<&Cable>, instances: &mut Vec<Instance>) {
        for (index, point) in cell.points.iter().enumerate() {
            self.errors.origin = ModelPart::Point { cell: cell_index, point: index };
            let place = || format!("cell \"{}\", point process \"{}\"", cell.name, point.name);
            let found = self.find(&place, &point.mechanism, |kind| matches!(kind, Kind::Point { .. }));
            if point.section >= cell.sections.len() {
                self.errors.push(ModelError::Missing { place: place(), what: "section", index: point.section });
                continue;
            }
            if !(0.0..=1.0).contains(&point.x) {
                self.errors.push(ModelError::Position { place: place(), x: point.x });
                continue;
            }
            let (Some(mechanism), Some(cable)) = (found, cable) else { continue };
            let columns = Rc::new(columns_of(mechanism.signature(), &point.mechanism));
            let node = cable.node_at(point.section, point.x);
            let vectors = vectors_of(mechanism.signature(), &point.mechanism).collect();
            let stream = point.mechanism.stream;
            instances.push(Instance { node, created: index, columns, vectors, mechanism, point: Some(index), stream });
        }
    }

    /// Adds the sides of gap junctions that are on a cell, after its point processes; those that lead nowhere are reported
    /// with their junctions.
    fn half_gaps_on(
        &mut self,
        cell: &Cell,
        sides: &[(usize, GapSide)],
        cable: Option<&Cable>,
        instances: &mut Vec<Instance>,
    ) {
        let (Some(mechanism), Some(cable)) = (self.known("HalfGap"), cable) else { return };
        for (k, &(junction, side)) in sides.iter().enumerate() {
            let junction = &self.network.gap_junctions[junction];
            let Location { section, x, .. } = junction.place(side);
            if section >= cell.sections.len() || !(0.0..=1.0).contains(&x) {
                continue;
            }
            let half = HalfGap { g: junction.conductance, ..Default::default() }.into();
            let columns = Rc::new(columns_of(mechanism.signature(), &half));
            let vectors = vectors_of(mechanism.signature(), &half).collect();
            let created = cell.points.len() + k;
            let node = cable.node_at(section, x);
            let mechanism = mechanism.clone();
            let point = Some(created);
            instances.push(Instance { node, created, columns, vectors, mechanism, point, stream: None });
        }
    }

    /// Checks the values given to globals.
    fn globals(&mut self) {
        let network = self.network;
        self.errors.origin = ModelPart::Globals;
        for (name, values) in &network.globals {
            let place = || "globals".to_owned();
            let Some(known) = self.known(name) else {
                let names = self.catalogue.iter().map(|m| m.signature().name.as_str());
                let suggestion = closest(name, names);
                self.errors.push(ModelError::UnknownMechanism { place: place(), name: name.clone(), suggestion });
                continue;
            };
            for (parameter, &value) in values {
                let signature = known.signature();
                let Some(global) = signature.global(parameter).map(|global| &signature.globals[global]) else {
                    self.errors.push(ModelError::UnknownParameter {
                        place: place(),
                        mechanism: name.clone(),
                        parameter: parameter.clone(),
                        suggestion: closest(parameter, signature.globals.iter().map(|global| &global.name)),
                    });
                    continue;
                };
                self.check_range(&place, signature, parameter, global, value);
            }
        }
    }

    fn gids(&mut self) {
        if self.network.gids.is_empty() {
            return;
        }
        let cells = &self.network.cells;
        let mut cell_of = HashMap::with_capacity(cells.len());
        for (index, cell) in cells.iter().enumerate() {
            let gid = self.network.gid(index);
            if let Some(first) = cell_of.insert(gid, index) {
                self.errors.origin = ModelPart::Cell(index);
                let (first, second) = (cells[first].name.clone(), cell.name.clone());
                self.errors.push(ModelError::DuplicateGid { gid, first, second });
            }
        }
    }

    fn artificial_cells(&mut self) {
        // Populations in the order in which NEURON initialises artificial cells: by mechanism, then by creation.
        let mut members: BTreeMap<u32, (Known, Vec<usize>)> = BTreeMap::new();
        let cells = &self.network.artificial_cells;
        let mut seen = HashSet::new();
        for (index, cell) in cells.iter().enumerate() {
            self.errors.origin = ModelPart::ArtificialCell(index);
            let place = || format!("artificial cell \"{}\"", cell.name);
            self.errors.name("artificial cell", &cell.name, names::check_member(&cell.name));
            if !seen.insert(cell.name.as_str()) {
                self.errors.push(ModelError::DuplicateName {
                    cell: "network".to_owned(),
                    what: "artificial cells",
                    name: cell.name.clone(),
                });
            }
            if let Some(mechanism) = self.find(&place, &cell.mechanism, |kind| kind == Kind::Artificial) {
                members.entry(mechanism.order).or_insert_with(|| (mechanism, Vec::new())).1.push(index);
            }
        }
        self.artificial = vec![None; cells.len()];
        for (mechanism, indices) in members.into_values() {
            let Known { mechanism, globals, tables, .. } = mechanism;
            let signature = mechanism.signature();
            let mut block = Block::new(signature.defaults(), indices.len());
            for (instance, &index) in indices.iter().enumerate() {
                let own = &cells[index].mechanism;
                for (column, value) in columns_of(signature, own).into_iter().enumerate() {
                    block.set(column, instance, value);
                }
                for stream in 0..signature.streams.len() {
                    self.streams += 1;
                    let given = own.stream.filter(|_| stream == 0);
                    let [id1, id2, id3] = given.unwrap_or([1, self.network.seed, self.streams]);
                    block.streams.push(Random123::new(id1, id2, id3).with_global_index(self.network.global_index));
                }
                block.vectors.extend(vectors_of(signature, own));
                self.artificial[index] = Some((self.blueprint.populations.len(), instance));
            }
            self.blueprint.populations.push(Population { mechanism, globals, tables, block });
        }
    }

    fn check_times(&mut self, place: &dyn Fn() -> String, times: &[f64], ascending: bool) {
        let wrong = times
            .iter()
            .enumerate()
            .find(|&(k, t)| !t.is_finite() || (ascending && (*t < 0.0 || (k > 0 && *t < times[k - 1]))));
        if let Some((index, &value)) = wrong {
            self.errors.push(ModelError::Times { place: place(), index, value });
        }
    }

    fn connections(&mut self) {
        let network = self.network;
        self.source_of_start = vec![None; network.connections.start_count()];
        for (index, connection) in network.connections.iter().enumerate() {
            self.errors.origin = ModelPart::Connection(index);
            let place = || format!("connection {index}");
            if !(connection.delay >= 0.0 && connection.delay.is_finite()) {
                self.errors.push(ModelError::Value {
                    place: place(),
                    what: "delay (ms)",
                    value: connection.delay,
                    remedy: "give a delay of at least 0 ms",
                });
            }
            if let Some(&value) = connection.weight.iter().find(|weight| !weight.is_finite()) {
                let remedy = "give a finite weight";
                self.errors.push(ModelError::Value { place: place(), what: "weight", value, remedy });
            }
            self.check_times(&place, connection.events, false);
            let source = connection.source.and_then(|source| self.source_of(&place, index, source));
            if let (Some(source), Some(threshold)) = (source, connection.threshold) {
                self.set_threshold(&place, source, threshold);
            }
            let target = connection.target.and_then(|target| self.target(&place, target));
            let mut weight = SmallVec::from_slice(connection.weight);
            let weights = target.map_or(1, |(_, weights)| weights).max(1);
            if target.is_some() && weight.len() > weights {
                self.errors.push(ModelError::Value {
                    place: place(),
                    what: "number of weights",
                    value: weight.len() as f64,
                    remedy: "give at most as many as the target takes, which is one for the built-in synapses",
                });
            }
            weight.resize(weights, 0.0);
            let lowered = loligo_engine::Connection {
                source: source.map(|source| source as u32),
                target: target.map(|(target, _)| target),
                delay: connection.delay,
                weight,
            };
            if self.keeps_connections {
                self.blueprint.connections.push(lowered);
            } else {
                self.census.count(&lowered, &self.blueprint.sources);
            }
            self.blueprint.events.extend(connection.events.iter().map(|&t| (t, index)));
        }
    }

    /// The source of a connection, found once for all that start there.
    fn source_of(&mut self, place: &dyn Fn() -> String, connection: usize, source: &SourceRef) -> Option<usize> {
        let start = self.network.connections.starts()[connection] as usize;
        if self.source_of_start[start].is_none() {
            self.source_of_start[start] = self.source(place, source);
        }
        self.source_of_start[start]
    }

    fn gap_junctions(&mut self) {
        let network = self.network;
        self.blueprint.transfers.reserve_exact(2 * network.gap_junctions.len() + network.transfers.len());
        for (index, junction) in network.gap_junctions.iter().enumerate() {
            self.errors.origin = ModelPart::GapJunction(index);
            let place = || format!("gap junction {index}");
            self.errors.name("gap junction", &junction.name, names::check_member(&junction.name));
            let GapJunction { a, b, conductance, .. } = *junction;
            if !(conductance >= 0.0 && conductance.is_finite()) {
                self.errors.push(ModelError::Value {
                    place: place(),
                    what: "conductance (uS)",
                    value: conductance,
                    remedy: "give a conductance of at least 0 uS",
                });
            }
            let voltage = |at: Location| VariableRef::voltage(at.cell, at.section, at.x);
            let sources = [a, b].map(|at| self.variable(&place, &voltage(at)).map(|found| found.quantity));
            let [Some(of_a), Some(of_b)] = sources else { continue };
            if of_a == of_b {
                let name = network.name_of(&voltage(a));
                let segment = name.strip_suffix(".v").unwrap_or(&name).to_owned();
                self.errors.push(ModelError::JoinsItself { place: place(), segment });
                continue;
            }
            for (source, target) in [(of_b, GapSide::A), (of_a, GapSide::B)] {
                let target = VariableRef::gap_junction(index, target, "vgap");
                if let Some(target) = self.variable(&place, &target) {
                    self.blueprint.transfers.push(Transfer { source, target: target.quantity });
                }
            }
        }
    }

    fn transfers(&mut self) {
        let network = self.network;
        let mut targets: HashSet<Quantity> = self.blueprint.transfers.iter().map(|transfer| transfer.target).collect();
        let mut sources = Vec::new();
        for (index, transfer) in network.transfers.iter().enumerate() {
            self.errors.origin = ModelPart::Transfer(index);
            let place = || format!("transfer {index}");
            let refuse = |variable: &VariableRef, reason| ModelError::NotTransferable {
                place: place(),
                variable: network.name_of(variable),
                reason,
            };
            let source = self.variable(&place, &transfer.source);
            let target = self.variable(&place, &transfer.target);
            let (Some(source), Some(target)) = (source, target) else { continue };
            let artificial = |quantity| matches!(quantity, Quantity::Artificial { .. });
            if artificial(source.quantity) {
                let reason = "can't be transferred; transfer a variable of a cell with membrane";
                self.errors.push(refuse(&transfer.source, reason));
            } else if target.role != Role::Parameter || artificial(target.quantity) {
                let reason = "can't be the target of a transfer; transfer to a parameter of a mechanism";
                self.errors.push(refuse(&transfer.target, reason));
            } else if !targets.insert(target.quantity) {
                let reason = "is the target of another transfer, too; leave one of them out";
                self.errors.push(refuse(&transfer.target, reason));
            } else {
                sources.push((index, source.quantity));
                self.blueprint.transfers.push(Transfer { source: source.quantity, target: target.quantity });
            }
        }
        for (index, _) in sources.into_iter().filter(|(_, source)| targets.contains(source)) {
            self.errors.origin = ModelPart::Transfer(index);
            self.errors.push(ModelError::NotTransferable {
                place: format!("transfer {index}"),
                variable: network.name_of(&network.transfers[index].source),
                reason: "is itself the target of a transfer; transfer from where that one starts",
            });
        }
    }

    /// Finds the variables to which pointers refer; every pointer of every mechanism refers to one.
    fn pointers(&mut self) {
        let network = self.network;
        let mut set: HashSet<Quantity> = HashSet::new();
        for (index, pointer) in network.pointers.iter().enumerate() {
            self.errors.origin = ModelPart::Pointer(index);
            let place = || format!("pointer {index}");
            let own = self.variable(&place, &pointer.pointer);
            let target = self.variable(&place, &pointer.target);
            let (Some(own), Some(target)) = (own, target) else { continue };
            let refuse = |variable: &VariableRef, reason| ModelError::NotPointable {
                place: place(),
                variable: network.name_of(variable),
                reason,
            };
            let written = own.role == Role::Pointer { written: true };
            if !matches!(own.role, Role::Pointer { .. }) {
                let reason = "is no pointer; name a variable that its mechanism declares as one";
                self.errors.push(refuse(&pointer.pointer, reason));
            } else if !matches!(target.quantity, Quantity::Voltage { .. } | Quantity::Membrane { .. }) {
                let reason = "can't be pointed to; point to a voltage or to a variable of a mechanism on a cell";
                self.errors.push(refuse(&pointer.target, reason));
            } else if matches!(target.role, Role::Pointer { .. }) {
                let reason = "is a pointer itself; point to where that one leads";
                self.errors.push(refuse(&pointer.target, reason));
            } else if !set.insert(own.quantity) {
                let reason = "is pointed to two variables; leave one of them out";
                self.errors.push(refuse(&pointer.pointer, reason));
            } else if written && !is_stored(target.quantity, &self.blueprint) {
                let reason = "can't be changed through a pointer: this end of a section has no membrane of its own";
                self.errors.push(refuse(&pointer.target, reason));
            } else {
                let pointer = loligo_engine::Pointer { pointer: own.quantity, target: target.quantity };
                self.blueprint.pointers.push(pointer);
            }
        }
        self.unset_pointers(&set);
    }

    /// Reports pointers of mechanisms that refer to nothing.
    fn unset_pointers(&mut self, set: &HashSet<Quantity>) {
        let network = self.network;
        let is_pointer = |variable: &Variable| matches!(variable.role, Role::Pointer { .. });
        if !self.mechanisms.values().any(|known| known.signature().variables.iter().any(is_pointer)) {
            return;
        }
        let mut without: Vec<(usize, ModelError)> = Vec::new();
        for (cell, blueprint) in self.blueprint.cells.iter().enumerate() {
            for (placed, own) in blueprint.placed.iter().enumerate() {
                let signature = own.mechanism.signature();
                let pointers = signature.columns().enumerate().filter(|(_, variable)| is_pointer(variable));
                for (column, _) in pointers {
                    let lacks =
                        |&instance: &usize| !set.contains(&Quantity::Membrane { cell, placed, column, instance });
                    if let Some(instance) = (0..own.nodes.len()).find(lacks) {
                        let at: PointPlace = (placed, instance);
                        let point = self.points[cell].iter().position(|place| *place == Some(at));
                        let name = point.and_then(|point| network.cells[cell].points.get(point));
                        without.push((
                            cell,
                            ModelError::UnsetPointer {
                                cell: network.cells[cell].name.clone(),
                                owner: name.map_or_else(|| signature.name.clone(), |point| point.name.clone()),
                                pointer: signature.column_name(column),
                            },
                        ));
                    }
                }
            }
        }
        for (cell, error) in without {
            self.errors.origin = ModelPart::Cell(cell);
            self.errors.push(error);
        }
    }

    fn source(&mut self, place: &dyn Fn() -> String, source: &SourceRef) -> Option<usize> {
        let key = match source {
            SourceRef::Variable(variable) => SourceKey::Variable(self.variable(place, variable)?.quantity),
            SourceRef::Artificial(cell) => {
                let (population, instance) = self.artificial_place(place, *cell)?;
                SourceKey::Artificial { population, instance }
            }
            SourceRef::Point { cell, point } => {
                let (placed, instance) = self.point_place(place, *cell, *point)?;
                let signature = self.blueprint.cells[*cell].placed[placed].mechanism.signature();
                if !signature.sends_events {
                    self.errors.push(ModelError::SendsNoEvents {
                        place: place(),
                        source_name: self.network.cells[*cell].points[*point].name.clone(),
                        mechanism: signature.name.clone(),
                    });
                    return None;
                }
                SourceKey::Point { cell: *cell, placed, instance }
            }
        };
        if let Some(&index) = self.source_index.get(&key) {
            return Some(index);
        }
        let index = self.sources.len();
        self.source_index.insert(key, index);
        self.sources.push(source.clone());
        self.blueprint.sources.push(match key {
            SourceKey::Variable(quantity) => Source::Crossing { quantity, threshold: Connection::DEFAULT_THRESHOLD },
            SourceKey::Artificial { population, instance } => Source::Artificial { population, instance },
            SourceKey::Point { cell, placed, instance } => Source::Point { cell, placed, instance },
        });
        Some(index)
    }

    fn set_threshold(&mut self, place: &dyn Fn() -> String, source: usize, given: f64) {
        if !given.is_finite() {
            let remedy = "give a finite threshold";
            self.errors.push(ModelError::Value { place: place(), what: "threshold", value: given, remedy });
        }
        if let Source::Crossing { threshold, .. } = &mut self.blueprint.sources[source] {
            *threshold = given;
        }
    }

    /// Finds a target, and how many weights it takes.
    fn target(&mut self, place: &dyn Fn() -> String, target: TargetRef) -> Option<(Target, usize)> {
        let (name, signature, found) = match target {
            TargetRef::Point { cell, point } => {
                let (placed, instance) = self.point_place(place, cell, point)?;
                let signature = self.blueprint.cells[cell].placed[placed].mechanism.signature();
                let name = &self.network.cells[cell].points[point].name;
                let [cell, placed, instance] = [cell, placed, instance].map(|index| index as u32);
                (name, signature, Target::Point { cell, placed, instance })
            }
            TargetRef::Artificial(cell) => {
                let (population, instance) = self.artificial_place(place, cell)?;
                let signature = self.blueprint.populations[population].mechanism.signature();
                let name = &self.network.artificial_cells[cell].name;
                let [population, instance] = [population, instance].map(|index| index as u32);
                (name, signature, Target::Artificial { population, instance })
            }
        };
        if signature.weights == 0 {
            self.errors.push(ModelError::TakesNoEvents {
                place: place(),
                target: name.clone(),
                mechanism: signature.name.clone(),
            });
            return None;
        }
        Some((found, signature.weights))
    }

    fn point_place(&mut self, place: &dyn Fn() -> String, cell: usize, point: usize) -> Option<PointPlace> {
        let Some(points) = self.points.get(cell) else {
            self.errors.push(ModelError::Missing { place: place(), what: "cell", index: cell });
            return None;
        };
        let Some(found) = points.get(point) else {
            self.errors.push(ModelError::Missing { place: place(), what: "point process", index: point });
            return None;
        };
        // A point process that was refused has been reported.
        *found
    }

    fn artificial_place(&mut self, place: &dyn Fn() -> String, cell: usize) -> Option<(usize, usize)> {
        let Some(found) = self.artificial.get(cell) else {
            self.errors.push(ModelError::Missing { place: place(), what: "artificial cell", index: cell });
            return None;
        };
        // An artificial cell that was refused has been reported.
        *found
    }

    fn variable(&mut self, place: &dyn Fn() -> String, reference: &VariableRef) -> Option<Found> {
        let (found, variable, candidates) = match reference {
            VariableRef::Section { cell, section, x, variable } => {
                let Some(blueprint) = self.blueprint.cells.get(*cell) else {
                    self.errors.push(ModelError::Missing { place: place(), what: "cell", index: *cell });
                    return None;
                };
                if *section >= self.network.cells[*cell].sections.len() {
                    self.errors.push(ModelError::Missing { place: place(), what: "section", index: *section });
                    return None;
                }
                if !(0.0..=1.0).contains(x) {
                    self.errors.push(ModelError::Position { place: place(), x: *x });
                    return None;
                }
                if blueprint.cable.is_empty() {
                    return None; // a cell of broken geometry has been reported
                }
                let end = blueprint.cable.node_at(*section, *x);
                // Ends have no membrane: a mechanism's variable there is that of the nearest segment.
                let node = blueprint.cable.node_at(*section, x.clamp(1e-12, 1.0 - 1e-12));
                let found = at_section(*cell, blueprint, end, node, variable);
                if let (None, Some(instead)) = (&found, why_absent(blueprint, node, variable)) {
                    let place = format!("{}: {}", place(), self.network.name_of(reference));
                    self.errors.push(ModelError::AbsentVariable { place, variable: variable.clone(), instead });
                    return None;
                }
                // Names are for messages only, and there may be millions of variables.
                let names = if found.is_none() { names_at_section(blueprint, node) } else { Vec::new() };
                (found, variable, names)
            }
            VariableRef::Point { cell, point, variable } => {
                let point_place = self.point_place(place, *cell, *point)?;
                let blueprint = &self.blueprint.cells[*cell];
                let signature = blueprint.placed[point_place.0].mechanism.signature();
                let names = signature.column_names().collect();
                (of_point(*cell, blueprint, point_place, variable), variable, names)
            }
            VariableRef::Artificial { cell, variable } => {
                let (population, instance) = self.artificial_place(place, *cell)?;
                let signature = self.blueprint.populations[population].mechanism.signature();
                let found = signature.column(variable).map(|column| Found {
                    quantity: Quantity::Artificial { population, column, instance },
                    unit: Arc::clone(&signature.variable(column).unit),
                    role: signature.variable(column).role,
                });
                (found, variable, signature.column_names().collect::<Vec<_>>())
            }
            VariableRef::GapJunction { junction, side, variable } => {
                let Some(half_gaps) = self.half_gaps.get(*junction) else {
                    self.errors.push(ModelError::Missing { place: place(), what: "gap junction", index: *junction });
                    return None;
                };
                // A side that leads nowhere has been reported.
                let point_place = half_gaps[*side as usize]?;
                let cell = self.network.gap_junctions[*junction].place(*side).cell;
                let blueprint = &self.blueprint.cells[cell];
                let signature = blueprint.placed[point_place.0].mechanism.signature();
                let names = signature.column_names().collect();
                (of_point(cell, blueprint, point_place, variable), variable, names)
            }
        };
        if found.is_none() {
            self.errors.push(ModelError::UnknownVariable {
                place: format!("{}: {}", place(), self.network.name_of(reference)),
                variable: variable.clone(),
                suggestion: closest(variable, candidates),
            });
        }
        found
    }

    fn waveforms(&mut self) {
        let network = self.network;
        self.blueprint.waveforms.reserve_exact(network.waveforms.len());
        for (index, played) in network.waveforms.iter().enumerate() {
            self.errors.origin = ModelPart::Waveform(index);
            let place = || format!("waveform {index}");
            self.check_times(&place, played.waveform.times(), false);
            let Some(found) = self.variable(&place, &played.target) else { continue };
            if found.role != Role::Parameter || matches!(found.quantity, Quantity::Artificial { .. }) {
                self.errors.push(ModelError::NotPlayable { place: place(), variable: network.name_of(&played.target) });
                continue;
            }
            self.blueprint.waveforms.push((found.quantity, played.waveform.clone()));
        }
    }

    /// Finds the values that are set while the network runs.
    fn interventions(&mut self) {
        let network = self.network;
        for (index, Intervention { t, value, to }) in network.interventions.iter().enumerate() {
            self.errors.origin = ModelPart::Intervention(index);
            let place = || format!("intervention at {} ms", loligo_io::plain(*t));
            let wrong = |what, value, remedy| ModelError::Value { place: place(), what, value, remedy };
            if !t.is_finite() {
                self.errors.push(wrong("time (ms)", *t, "give a finite time"));
            }
            if !to.is_finite() {
                self.errors.push(wrong("value", *to, "give a finite value"));
            }
            let found = match value {
                ValueRef::Celsius => {
                    if to.is_nan() || *to <= ABSOLUTE_ZERO {
                        self.errors.push(wrong("celsius (degC)", *to, "give a temperature above absolute zero"));
                    }
                    Some(Address::Celsius)
                }
                ValueRef::Global { mechanism, global } => match address_of_global(self.catalogue, mechanism, global) {
                    Ok(address) => {
                        if let Some((found, variable)) = self.known(mechanism).and_then(|known| {
                            let variable = known.signature().globals.iter().find(|own| own.name == *global)?.clone();
                            Some((known, variable))
                        }) {
                            self.check_range(&place, found.signature(), global, &variable, *to);
                        }
                        Some(address)
                    }
                    Err(error) => {
                        self.errors.push(error);
                        None
                    }
                },
                &ValueRef::Weight { connection, weight } => {
                    let own = network.connections.get(connection);
                    let target = own.and_then(|own| own.target).and_then(|target| self.target(&place, target));
                    let weights = own.map(|own| target.map_or(own.weight.len(), |(_, weights)| weights));
                    let (what, index) = if weights.is_none() { ("connection", connection) } else { ("weight", weight) };
                    if weights.is_none_or(|weights| weight >= weights) {
                        self.errors.push(ModelError::Missing { place: place(), what, index });
                    }
                    Some(Address::Weight { connection, weight })
                }
                ValueRef::Variable(variable) => self.variable(&place, variable).and_then(|found| {
                    let address = self.address_of(found.quantity);
                    let role_is_own = matches!(found.role, Role::Parameter | Role::State | Role::Assigned);
                    if let Some((signature, column)) = self.column_of(found.quantity) {
                        let (parameter, variable) = (signature.column_name(column), signature.variable(column).clone());
                        let signature = signature.clone();
                        self.check_range(&place, &signature, &parameter, &variable, *to);
                    }
                    if address.is_none() || !role_is_own {
                        let (value, reason) = (network.name_of(variable), "follows from the step and can't be set");
                        self.errors.push(ModelError::NotSettable { value, reason });
                    }
                    address
                }),
            };
            if let Some(Address::Voltage { cell, .. }) = found
                && let Some(own) = self.blueprint.cells.get_mut(cell)
            {
                own.voltage_is_set = true;
            }
            self.interventions.extend(found);
        }
    }

    /// The mechanism and column of a variable.
    fn column_of(&self, quantity: Quantity) -> Option<(&Signature, usize)> {
        match quantity {
            Quantity::Membrane { cell, placed, column, .. } => {
                Some((self.blueprint.cells[cell].placed[placed].mechanism.signature(), column))
            }
            Quantity::Artificial { population, column, .. } => {
                Some((self.blueprint.populations[population].mechanism.signature(), column))
            }
            _ => None,
        }
    }

    /// Where a quantity is in a running engine.
    fn address_of(&self, quantity: Quantity) -> Option<Address> {
        Some(match quantity {
            Quantity::Voltage { cell, node } => Address::Voltage { cell, node },
            Quantity::Membrane { cell, placed, column, instance } => {
                let order = self.blueprint.cells[cell].placed[placed].order;
                Address::Membrane { cell, order, column, instance }
            }
            Quantity::Artificial { population, column, instance } => {
                Address::Artificial { population, column, instance }
            }
            Quantity::CapacitiveCurrent { .. }
            | Quantity::MembraneCurrent { .. }
            | Quantity::MembraneCurrentDensity { .. } => return None,
        })
    }

    fn recordings(&mut self) {
        let network = self.network;
        self.blueprint.recordings.reserve_exact(network.recordings.len());
        for (index, recording) in network.recordings.iter().enumerate() {
            self.errors.origin = ModelPart::Recording(index);
            let place = || format!("recording \"{}\"", recording.name);
            self.errors.name("recording", &recording.name, check_name(&recording.name, names::RESERVED_IN_COLUMNS));
            if recording.every == 0 {
                self.errors.push(ModelError::Value {
                    place: place(),
                    what: "every (steps)",
                    value: 0.0,
                    remedy: "give 1 for every step",
                });
            }
            if let Some(found) = self.variable(&place, &recording.variable) {
                let every = recording.every;
                self.blueprint.recordings.push(loligo_engine::Recording { quantity: found.quantity, every });
                self.recording_units.push(found.unit);
            }
        }
    }
}

/// The sides of gap junctions on each cell, in order of creation; nothing where there are none.
fn sides_of_cells(network: &Network) -> Vec<Vec<(usize, GapSide)>> {
    if network.gap_junctions.is_empty() {
        return Vec::new();
    }
    let mut sides = vec![Vec::new(); network.cells.len()];
    for (index, junction) in network.gap_junctions.iter().enumerate() {
        for side in [GapSide::A, GapSide::B] {
            if let Some(of_cell) = sides.get_mut(junction.place(side).cell) {
                of_cell.push((index, side));
            }
        }
    }
    sides
}

fn wrong_kind(place: String, signature: &Signature) -> ModelError {
    let (found, remedy) = match signature.kind {
        Kind::Density | Kind::Ion => ("a density mechanism", "paint it on a region"),
        Kind::Point { .. } => ("a point process", "place it at a point of a section"),
        Kind::Artificial => ("an artificial cell", "add it to the network's artificial cells"),
    };
    ModelError::WrongKind { place, name: signature.name.clone(), found, remedy }
}

/// The values of all columns: the defaults, and what the user gave.
fn columns_of(signature: &Signature, mechanism: &Mechanism) -> Vec<f64> {
    let mut columns: Vec<f64> = signature.defaults().collect();
    for (parameter, &value) in &mechanism.parameters {
        if let Some(column) = signature.column(parameter) {
            columns[column] = value;
        }
    }
    columns
}

/// The lists of numbers that are handed in: empty ones, and those that the user gave.
fn vectors_of(signature: &Signature, mechanism: &Mechanism) -> impl Iterator<Item = Arc<[f64]>> {
    signature.vectors.iter().map(|vector| mechanism.vectors.get(&vector.name).cloned().unwrap_or_default())
}

/// Whether a quantity is stored as it is; the voltage at an end of a section that nothing stands on is not, where rows are left out.
fn is_stored(quantity: Quantity, blueprint: &Blueprint) -> bool {
    match quantity {
        Quantity::Voltage { cell, node } => blueprint.cells[cell].cable.nodes[node as usize].segment.is_some(),
        _ => true,
    }
}

impl Lowering<'_> {
    /// Sorts instances into blocks: by mechanism, then node, and of several point processes at a node the last created first.
    fn gather(&self, mut instances: Vec<Instance>, points: usize) -> (Vec<Placed>, Vec<Option<PointPlace>>) {
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
            let Known { mechanism, globals, tables, order } = members[0].mechanism.clone(); // a chunk has at least one member
            let signature = mechanism.signature();
            let mut block = Block::new(signature.defaults(), members.len());
            for column in 0..block.width() {
                block.fill(column, members[0].columns[column]);
                for (instance, member) in members.iter().enumerate() {
                    block.set(column, instance, member.columns[column]);
                }
            }
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
            block.compact();
            let nodes = members.iter().map(|member| member.node).collect();
            placed.push(Placed { mechanism, order, globals, tables, nodes, block, numbered_streams });
        }
        (placed, places)
    }
}

/// The number on the cell, from 1, of the first random stream of each instance: in the order in which instances were created, those of
/// density mechanisms first.
fn first_streams(instances: &[Instance]) -> Vec<u32> {
    let streams = |instance: &Instance| instance.mechanism.signature().streams.len() as u32;
    let mut first = vec![0; instances.len()];
    let mut in_order: Vec<usize> = (0..instances.len()).filter(|&index| streams(&instances[index]) > 0).collect();
    in_order.sort_by_key(|&index| (instances[index].point.is_some(), instances[index].created));
    let mut next = 1;
    for index in in_order {
        first[index] = next;
        next += streams(&instances[index]);
    }
    first
}
