//! `[[cell]]` and `[[artificial_cell]]`.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use loligo::morphology::{Attachment, End, Morphology, MorphologyError, Point, SectionKind};
use loligo::{CableError, Discretization, LEAST_CAPACITANCE, LEAST_LENGTH, Shape, arc_lengths};
use loligo_io::{InputError, plain};
use loligo_mechanisms::Role;
use toml::de::DeValue;

use super::decoder::{Decoder, Group, Members};
use super::error::Problem;
use super::limits;
use super::mechanism::{Described, Use};
use super::observe::read_waveform;
use super::parameter_file::{OwnSource, ParameterFile};
use super::table::{At, Errors, Span, Table, describe, number};
use loligo::names;
use loligo::{ArtificialCell, Cell, ModelCounts, ParameterRef, Region, Section, Shared, VariableRef, Waveform};

/// Sections of one morphology whose errors are told one by one.
const MOST_SECTIONS_NAMED: usize = 10;

const SEGMENT_KEYS: [&str; 3] = ["nseg", "max_segment_length", "d_lambda"];

/// Electrical properties and the rule for the number of segments, as far as a table gives them.
#[derive(Clone, Copy, Debug, Default)]
struct CableProperties {
    axial_resistance: Option<f64>,
    capacitance: Option<f64>,
    discretization: Option<Discretization>,
}

impl CableProperties {
    fn read(table: &Table<'_>, errors: &mut Errors) -> Self {
        let axial_resistance = table.positive("Ra", "axial resistivity, ohm cm", errors).map(|ra| ra.value);
        let capacitance = table.number("cm", "membrane capacitance, uF/cm2", errors).and_then(|cm| {
            if cm.value < LEAST_CAPACITANCE {
                let remedy = format!("give a capacitance of at least {LEAST_CAPACITANCE:e} uF/cm2 (1 is usual)");
                errors.range(cm.span, "cm", plain(cm.value), remedy);
                return None;
            }
            Some(cm.value)
        });
        let discretization = table.one_of(&SEGMENT_KEYS, errors).and_then(|key| match key {
            "nseg" => {
                let nseg = table.whole("nseg", "number of segments", 1..=32767, errors)?;
                Some(Discretization::Fixed(nseg.value as usize))
            }
            "max_segment_length" => {
                let length = table.positive(key, "the longest segment, um", errors)?;
                Some(Discretization::MaximumLength(length.value))
            }
            _ => d_lambda(table, errors),
        });
        Self { axial_resistance, capacitance, discretization }
    }

    fn apply(&self, section: &mut Section) {
        section.axial_resistance = self.axial_resistance.unwrap_or(section.axial_resistance);
        section.membrane_capacitance = self.capacitance.unwrap_or(section.membrane_capacitance);
        section.discretization = self.discretization.unwrap_or(section.discretization);
    }
}

/// Reads `d_lambda = 0.1` or `d_lambda = { fraction = 0.1, frequency = 100 }`.
fn d_lambda(table: &Table<'_>, errors: &mut Errors) -> Option<Discretization> {
    const FRACTION: &str = "fraction of the length constant, usually 0.1";
    if let Some(At { value: DeValue::Table(entries), span }) = table.get("d_lambda") {
        let inner = Table::new(entries, "d_lambda", span);
        inner.only(&["fraction", "frequency"], errors);
        inner.need("fraction", FRACTION, errors);
        let frequency = inner.positive("frequency", "Hz, usually 100", errors).map_or(100.0, |at| at.value);
        let fraction = inner.positive("fraction", FRACTION, errors)?.value;
        return Some(Discretization::DLambda { fraction, frequency });
    }
    let fraction = table.positive("d_lambda", FRACTION, errors)?.value;
    Some(Discretization::DLambda { fraction, frequency: 100.0 })
}

/// The cell that an entry describes, before it is replicated.
struct Template {
    cell: Cell,
    painted: Vec<(Region, Described)>,
    points: Vec<Described>,
    /// Waveforms on point processes: index of the point, variable, waveform, and where it stands.
    waveforms: Vec<(usize, String, Waveform, Span)>,
    /// Names of point processes that could not be read.
    lost: HashSet<String>,
    /// Whether parts whose names are not known could not be read.
    opaque: bool,
    section_spans: Vec<Span>,
    painted_spans: Vec<Span>,
    point_spans: Vec<Span>,
}

impl Decoder {
    /// Reads a `[[cell]]`.
    pub(crate) fn cell(&mut self, table: &Table<'_>) {
        const KEYS: [&str; 15] = [
            "name",
            "count",
            "parameters",
            "gid",
            "morphology",
            "section",
            "lists",
            "cable",
            "paint",
            "point",
            "Ra",
            "cm",
            "nseg",
            "max_segment_length",
            "d_lambda",
        ];
        let errors_before = self.errors.0.len();
        table.only(&KEYS, &mut self.errors);
        table.need("name", "the cell's name", &mut self.errors);
        let name = table.text("name", "the cell's name", &mut self.errors);
        let name_span = name.as_ref().map_or_else(|| table.span(), |name| name.span.clone());
        let count = table.whole("count", "how many such cells", 1..=limits::CELLS, &mut self.errors);
        let before_parameters = self.errors.0.len();
        let parameters = self.parameters(table, count.as_ref());
        // A table with errors leaves the rest of the entry sound, and has values for those that it lacks.
        let of_parameters = if parameters.is_some() { self.errors.0.len() - before_parameters } else { 0 };
        let indexed = table.has("count") || table.has("parameters");
        let rows = parameters
            .as_ref()
            .map(|parameters| At { value: parameters.read.rows as u64, span: parameters.span.clone() });
        let count = count.or(rows);
        let cells = count.as_ref().map_or(1, |count| count.value);
        let cells_span = count.map_or_else(|| name_span.clone(), |count| count.span);
        let mut template = self.template(table, name.map_or("", |name| name.value), cells as usize);
        let known_gid = table.whole("gid", "global id of the (first) cell", 0..=u64::MAX >> 1, &mut self.errors);

        let sections = template.cell.sections.len() as u64;
        let fits = self.allow_cells(&cells_span, cells)
            && self.allow(&cells_span, "sections", self.sections, sections.saturating_mul(cells), limits::SECTIONS);
        let segments = if fits { self.check_geometry(&mut template, &table.span()) } else { 0 };
        let segments = segments.saturating_mul(cells);
        let fits = fits && self.allow(&cells_span, "segments", self.segments, segments, limits::SEGMENTS);
        let waveforms = template.waveforms.len();
        let values: usize = template.waveforms.iter().map(|(_, _, waveform, _)| waveform.times().len()).sum();
        let fits = fits
            && self.count_cells(&template, cells, parameters.as_ref(), &cells_span)
            && (waveforms == 0
                || self.allow_waveforms(
                    &cells_span,
                    values.div_ceil(waveforms),
                    waveforms.saturating_mul(cells as usize),
                ));
        let count = if fits { cells as usize } else { 0 };
        let cells = self.made(count);
        self.cells += count as u64;
        self.sections += sections * count as u64;
        self.segments += segments;

        let first = self.network.cells.len();
        let broken = self.errors.0.len() > errors_before + of_parameters;
        let name = template.cell.name.clone();
        self.replicate(&template, parameters, cells, indexed);
        self.give_gids(first, cells, known_gid, &name_span);
        self.spans.sections.push(template.section_spans);
        self.spans.painted.push(template.painted_spans);
        self.spans.points.push(template.point_spans);
        let members = Members::Cells(first..first + cells);
        let group = Group {
            name,
            members,
            count,
            indexed,
            broken,
            lost: template.lost,
            opaque: template.opaque,
            hides_points: false,
        };
        self.add_group(group, name_span, table.span());
    }

    /// Counts what so many cells need in memory; false, after an error, if it is too much.
    fn count_cells(
        &mut self,
        template: &Template,
        cells: u64,
        parameters: Option<&ParameterFile>,
        span: &Span,
    ) -> bool {
        let sections = &template.cell.sections;
        let segments: Vec<f64> = sections.iter().map(|section| section.segments() as f64).collect();
        let roots = sections.iter().filter(|section| section.parent.is_none()).count();
        let compartments: f64 = segments.iter().sum();
        let nodes = compartments + (sections.len() + roots) as f64;
        let mut one = ModelCounts { compartments, nodes, ..ModelCounts::default() };
        // A mechanism that is painted twice is there once.
        let mut has: HashMap<&str, Vec<bool>> = HashMap::new();
        for (region, described) in &template.painted {
            let has = has.entry(&described.mechanism.name).or_insert_with(|| vec![false; sections.len()]);
            let painted = template.cell.sections_of(region).unwrap_or_default().into_iter();
            let new = painted.filter(|&section| !std::mem::replace(&mut has[section], true));
            let instances: f64 = new.map(|section| segments[section]).sum();
            let (states, ions) = self.states_and_ions(&described.mechanism.name);
            one.instances += instances * (1 + ions) as f64;
            one.instance_values += instances * (states + described.profiles.len()) as f64;
            one.own_values += described.varied.len() as f64;
        }
        for described in &template.points {
            one.points += 1.0;
            one.point_values += self.states_and_ions(&described.mechanism.name).0 as f64;
            one.own_values += described.varied.len() as f64;
        }
        let columns = parameters.map_or(&[][..], |file| file.read.table.columns());
        let properties = columns.iter().filter(|(parameter, _)| template.cell.section_property(parameter).is_some());
        let properties = properties.count();
        one.own_values += (columns.len() - properties) as f64;
        self.counts.add_cells(&one, cells as f64);
        // Cells with lengths or resistivities of their own are described one by one.
        let described = if properties > 0 { cells as f64 } else { 1.0 };
        let shape_points = sections.iter().map(|section| match &section.shape {
            Shape::Points(points) => points.len() as f64,
            Shape::Cylinder { .. } => 0.0,
        });
        self.counts.described_sections += described * sections.len() as f64;
        self.counts.described_shape_points += described * shape_points.sum::<f64>();
        self.counts.described_nodes += described * one.nodes;
        self.counts.described_instances += described * one.instances;
        self.counts.described_points += described * one.points;
        let played = template.waveforms.iter().map(|(_, _, waveform, _)| waveform.times().len() as f64);
        self.counts.waveform_points += played.sum::<f64>();
        self.allow_memory(span)
    }

    /// How many states and ions a mechanism has.
    fn states_and_ions(&self, mechanism: &str) -> (usize, usize) {
        self.catalogue.find(mechanism).map_or((0, 0), |mechanism| {
            let signature = mechanism.signature();
            let states = signature.columns().filter(|variable| variable.role == Role::State);
            (states.count(), signature.ions.len())
        })
    }

    fn replicate(&mut self, template: &Template, parameters: Option<ParameterFile>, cells: usize, indexed: bool) {
        let mut cell = template.cell.clone();
        let mut columns = Vec::new();
        let mut sources = Vec::new();
        let mut add = |more: Vec<(ParameterRef, Vec<f64>)>, span: &Span| {
            sources.extend(more.iter().map(|_| OwnSource::Entry(span.clone())));
            columns.extend(more);
        };
        for (index, ((region, described), span)) in template.painted.iter().zip(&template.painted_spans).enumerate() {
            cell.paint_varying(region.clone(), described.mechanism.clone(), described.profiles.clone());
            let reference = |parameter| ParameterRef::Painted { painted: index, parameter };
            add(described.columns(reference, cells, self.seed), span);
        }
        for (index, (described, span)) in template.points.iter().zip(&template.point_spans).enumerate() {
            let reference = |parameter| ParameterRef::Point { point: index, parameter };
            add(described.columns(reference, cells, self.seed), span);
        }
        if let Some(file) = &parameters {
            sources.extend((0..file.read.table.columns().len()).map(OwnSource::File));
            columns.extend_from_slice(file.read.table.columns());
        }
        let first = self.network.cells.len();
        let name = cell.name.clone();
        let name = |index: usize| if indexed { format!("{name}[{index}]") } else { name.clone() };
        let own = self.network.add_members(&cell, &columns, (0..cells).map(name));
        if own.len() < columns.len() {
            self.check_segments_of_members(first, parameters.as_ref());
        }
        self.spans.own.push(own.into_iter().map(|column| sources[column].clone()).collect());
        self.spans.parameters.push(parameters);
        for index in first..first + cells {
            for (point, variable, waveform, span) in &template.waveforms {
                self.network.play(VariableRef::point(index, *point, variable.as_str()), waveform.clone());
                self.spans.waveforms.push(span.clone());
            }
        }
    }

    /// Takes cells out again whose own lengths or resistivities make more segments than fit.
    fn check_segments_of_members(&mut self, first: usize, parameters: Option<&ParameterFile>) {
        let sections = self.network.cells[first..].iter().flat_map(|cell| &cell.sections);
        let segments = sections.fold(0u64, |sum, section| sum.saturating_add(section.segments() as u64));
        let span = parameters.map_or(0..0, |file| file.span.clone());
        if !self.allow(&span, "segments", 0, segments, limits::SEGMENTS) {
            self.network.cells.truncate(first);
        }
    }

    /// Cells without a given gid have their index.
    fn give_gids(&mut self, first: usize, cells: usize, given: Option<At<u64>>, name_span: &Span) {
        // In a rehearsal cells have other indices.
        if self.rehearses || (given.is_none() && self.network.gids.is_empty()) {
            return;
        }
        let indices = self.network.gids.len() as u64..first as u64;
        self.gids.extend(indices.clone());
        self.network.gids.extend(indices);
        let (start, span) = given.map_or((first as u64, name_span.clone()), |gid| (gid.value, gid.span));
        let own = start..start + cells as u64;
        if let Some(taken) = own.clone().find(|gid| self.gids.contains(gid)) {
            self.errors.push(span, Problem::Duplicate { what: "cells with the gid", name: taken.to_string() });
        }
        self.gids.extend(own.clone());
        self.network.gids.extend(own);
    }

    fn template(&mut self, table: &Table<'_>, name: &str, cells: usize) -> Template {
        let mut template = Template {
            cell: Cell::new(name),
            painted: Vec::new(),
            points: Vec::new(),
            waveforms: Vec::new(),
            lost: HashSet::new(),
            opaque: false,
            section_spans: Vec::new(),
            painted_spans: Vec::new(),
            point_spans: Vec::new(),
        };
        if let Some(path) = table.text("morphology", "path of an SWC or ASC file", &mut self.errors) {
            self.morphology(&path, &mut template);
            template.opaque |= template.cell.sections.is_empty();
        }
        let defaults = CableProperties::read(table, &mut self.errors);
        for section in &mut template.cell.sections {
            defaults.apply(section);
        }
        self.sections(table, &defaults, &mut template);
        if template.cell.sections.is_empty() && !table.has("morphology") && !table.has("section") {
            let text = "this cell has neither a morphology nor a [[cell.section]]; give it one of them".to_owned();
            self.errors.push(table.span(), Problem::Conflict(text));
        }
        self.lists(table, &mut template.cell);
        let mut changes = Vec::new();
        for entry in table.tables("cable", "[[cell.cable]]", &mut self.errors) {
            entry.only(&["region", "Ra", "cm", "nseg", "max_segment_length", "d_lambda"], &mut self.errors);
            let properties = CableProperties::read(&entry, &mut self.errors);
            if let Some(region) = self.region(&entry, &template.cell) {
                changes.push((template.cell.sections_of(&region).unwrap_or_default(), properties));
            }
        }
        let sections: &mut Vec<Section> = &mut template.cell.sections;
        for (indices, properties) in changes {
            indices.into_iter().for_each(|index| properties.apply(&mut sections[index]));
        }
        for entry in table.tables("paint", "[[cell.paint]]", &mut self.errors) {
            let described = self.mechanism(&entry, Use::Painted, cells);
            let region = self.region(&entry, &template.cell);
            if let (Some(region), Some(described)) = (region, described) {
                template.painted.push((region, described));
                template.painted_spans.push(entry.span());
            }
        }
        for entry in table.tables("point", "[[cell.point]]", &mut self.errors) {
            self.point(&entry, cells, &mut template);
        }
        template
    }

    fn morphology(&mut self, path: &At<&str>, template: &mut Template) {
        let mut full = self.configured.morphology_folder.as_ref().unwrap_or(&self.folder).join(path.value);
        if let Some(extension) = self.configured.morphology_extension {
            full.set_extension(extension);
        }
        self.subjects.morphologies += 1;
        self.subjects.relative_morphologies += usize::from(Path::new(path.value).is_relative());
        let refuse = |reason: String| Problem::Morphology(reason);
        match Morphology::read(&full) {
            Ok(imported) => {
                for warning in imported.warnings {
                    self.warn(path.span.clone(), format!("{}: {warning}", path.value));
                }
                template.cell.sections = Cell::of_morphology("", &imported.morphology).sections;
                template.section_spans = vec![path.span.clone(); template.cell.sections.len()];
                self.files.push(full);
            }
            Err(error) => {
                let found = !matches!(&error, MorphologyError::InFile { source, .. }
                    if matches!(**source, MorphologyError::Unreadable(InputError::System { .. })));
                let hint = if found { "" } else { "; paths are relative to the model file" };
                self.errors.push(path.span.clone(), refuse(format!("{error}{hint}")));
            }
        }
    }

    fn sections(&mut self, table: &Table<'_>, defaults: &CableProperties, template: &mut Template) {
        let entries = table.tables("section", "[[cell.section]]", &mut self.errors);
        let mut names: HashSet<String> = template.cell.sections.iter().map(|section| section.name.clone()).collect();
        let first = template.cell.sections.len();
        for entry in &entries {
            let section = self.section(entry, defaults);
            self.warn_of_coinciding_points(entry, &section);
            template.opaque |= section.name.is_empty();
            let name = entry.get("name").filter(|name| matches!(name.value, DeValue::String(_)));
            if !name.is_some_and(|At { span, .. }| {
                self.errors.check_name(&span, "name", &section.name, names::RESERVED_IN_PARTS)
            }) {
                // It has been reported.
            } else if !names.insert(section.name.clone()) {
                let span = entry.get("name").map_or_else(|| entry.span(), |name| name.span);
                self.errors.push(span, Problem::Duplicate { what: "sections", name: section.name.clone() });
            }
            template.cell.sections.push(section);
            template.section_spans.push(entry.span());
        }
        let mut attachments = Vec::with_capacity(entries.len());
        for (k, entry) in entries.iter().enumerate() {
            let attachment = self.attachment(entry, &template.cell);
            if attachment.is_none() && first + k > 0 && !entry.has("parent") {
                let section = &template.cell.sections[first + k].name;
                let text = format!("section \"{section}\" has no parent: it is not connected to the rest of the cell");
                self.warn(entry.span(), text);
            }
            attachments.push(attachment);
        }
        for (section, attachment) in template.cell.sections[first..].iter_mut().zip(attachments) {
            section.parent = attachment;
        }
    }

    fn warn_of_coinciding_points(&mut self, entry: &Table<'_>, section: &Section) {
        let Shape::Points(points) = &section.shape else { return };
        if points.len() > 1 && arc_lengths(points).last().is_some_and(|&length| length < LEAST_LENGTH) {
            let text = format!(
                "the points of section \"{}\" are at one place: it is 1e-9 um long, as in NEURON, and rounding then changes \
                 the cell's voltages by millivolts; give two different points, or L and diam",
                section.name
            );
            self.warn(entry.span(), text);
        }
    }

    fn section(&mut self, table: &Table<'_>, defaults: &CableProperties) -> Section {
        const KEYS: [&str; 13] = [
            "name",
            "kind",
            "L",
            "diam",
            "points",
            "parent",
            "parent_x",
            "child_end",
            "Ra",
            "cm",
            "nseg",
            "max_segment_length",
            "d_lambda",
        ];
        let errors = &mut self.errors;
        table.only(&KEYS, errors);
        table.need("name", "the section's name", errors);
        let name = table.text("name", "the section's name", errors).map_or("", |name| name.value);
        // What is wrong has been reported; a placeholder lets the rest be read.
        let mut section = match self.shape(table) {
            Some(Shape::Points(points)) => Section::points(name, points),
            Some(shape) => Section { shape, ..Section::cylinder(name, 1.0, 1.0) },
            None => Section::cylinder(name, 1.0, 1.0),
        };
        if let Some(kind) = table.get("kind").and_then(|value| self.kind(&value)) {
            section.kind = kind;
        }
        defaults.apply(&mut section);
        CableProperties::read(table, &mut self.errors).apply(&mut section);
        section
    }

    fn shape(&mut self, table: &Table<'_>) -> Option<Shape> {
        let errors = &mut self.errors;
        if table.has("points") {
            for key in ["L", "diam"] {
                if let Some(value) = table.get(key) {
                    let text = format!("\"points\" and \"{key}\" exclude each other; give points, or L and diam");
                    errors.push(value.span, Problem::Conflict(text));
                }
            }
            return points(table, errors).map(Shape::Points);
        }
        table.need("L", "length, um (or give \"points\")", errors);
        table.need("diam", "diameter, um (or give \"points\")", errors);
        let length = table.positive("L", "length, um", errors);
        let diameters = match table.get("diam") {
            Some(At { value: DeValue::Array(_), span }) => {
                let list = table.numbers("diam", "one diameter a segment, um", errors)?.value;
                if let Some(wrong) = list.iter().find(|&&diameter| diameter <= 0.0) {
                    errors.range(span, "diam", wrong, "give diameters greater than 0 um");
                    return None;
                }
                list
            }
            _ => vec![table.positive("diam", "diameter, um", errors)?.value],
        };
        Some(Shape::Cylinder { length: length?.value, diameters })
    }

    fn kind(&mut self, value: &At<&DeValue<'_>>) -> Option<SectionKind> {
        const EXPECTED: &str =
            "\"soma\", \"axon\", \"dendrite\", \"apical\" or a whole number (a type of the SWC format)";
        let found = match value.value {
            DeValue::String(name) => SectionKind::named(name),
            DeValue::Integer(code) => i32::from_str_radix(code.as_str(), code.radix()).ok().map(SectionKind::from_code),
            _ => None,
        };
        if found.is_none() {
            let (key, expected) = ("kind".to_owned(), EXPECTED.to_owned());
            let problem = Problem::WrongType { key, expected, found: describe(value.value) };
            self.errors.push(value.span.clone(), problem);
        }
        found
    }

    fn attachment(&mut self, table: &Table<'_>, cell: &Cell) -> Option<Attachment> {
        let parent = table.text("parent", "name of the section it is attached to", &mut self.errors);
        let parent_x = self.position(table, "parent_x", 1.0);
        let child_end = table.whole("child_end", "the end that touches the parent", 0..=1, &mut self.errors);
        for key in ["parent_x", "child_end"] {
            if let Some(value) = table.get(key).filter(|_| !table.has("parent")) {
                let text = format!("\"{key}\" needs a \"parent\"; name the section that this one is attached to");
                self.errors.push(value.span, Problem::Conflict(text));
            }
        }
        let parent = parent?;
        let Some(index) = cell.section(parent.value) else {
            self.unknown_section(&parent, cell);
            return None;
        };
        let child_end = if child_end.is_some_and(|end| end.value == 1) { End::One } else { End::Zero };
        Some(Attachment { parent: index, parent_x, child_end })
    }

    fn unknown_section(&mut self, name: &At<&str>, cell: &Cell) {
        let suggestion =
            self.suggestions.closest(name.value, cell.sections.iter().map(|section| section.name.as_str()));
        let place = format!(" in cell \"{}\"", cell.name);
        let problem = Problem::Unknown { what: "section", name: name.value.to_owned(), place, suggestion };
        self.errors.push(name.span.clone(), problem);
    }

    /// A place on a section, 0 to 1.
    pub(crate) fn position(&mut self, table: &Table<'_>, key: &str, default: f64) -> f64 {
        let meaning = "a place on the section, 0 to 1";
        let Some(x) = table.number(key, meaning, &mut self.errors) else { return default };
        if !(0.0..=1.0).contains(&x.value) {
            self.errors.range(x.span, key, plain(x.value), format!("give {meaning}"));
            return default;
        }
        x.value
    }

    fn lists(&mut self, table: &Table<'_>, cell: &mut Cell) {
        let Some(lists) = table.table("lists", "[cell.lists]", &mut self.errors) else { return };
        for (key, _) in lists.entries() {
            let Some(names) = lists.texts(key.value, "names of sections", &mut self.errors) else { continue };
            for name in names.iter().filter(|name| cell.section(name.value).is_none()) {
                self.unknown_section(name, cell);
            }
            self.errors.check_name(&key.span, "lists", key.value, names::RESERVED_IN_COLUMNS);
            if key.value == "all" {
                let text = "\"all\" means every section; give the list another name".to_owned();
                self.errors.push(key.span, Problem::Conflict(text));
                continue;
            }
            let known = names.iter().map(|name| name.value).filter(|name| cell.section(name).is_some());
            let known: Vec<_> = known.map(str::to_owned).collect();
            cell.define_list(key.value, known);
        }
    }

    /// Reads `region`: "all", a list, a section or a kind, or a list of those.
    fn region(&mut self, table: &Table<'_>, cell: &Cell) -> Option<Region> {
        const MEANING: &str = "\"all\", or a list, section or kind (soma, axon, dendrite, apical) of sections";
        table.need("region", MEANING, &mut self.errors);
        let names = table.texts("region", MEANING, &mut self.errors)?;
        let mut regions = Vec::with_capacity(names.len());
        let mut complete = true;
        for name in &names {
            match Region::named(name.value, cell) {
                Some(region) => regions.push(region),
                None => {
                    complete = false;
                    let lists = cell.section_lists.keys().map(String::as_str);
                    let sections = cell.sections.iter().map(|section| section.name.as_str());
                    let candidates = lists.chain(sections).chain(["all", "soma", "axon", "dendrite", "apical"]);
                    let suggestion = self.suggestions.closest(name.value, candidates);
                    let place = format!(" in cell \"{}\"", cell.name);
                    let problem = Problem::Unknown { what: "region", name: name.value.to_owned(), place, suggestion };
                    self.errors.push(name.span.clone(), problem);
                }
            }
        }
        if !complete {
            return None;
        }
        for (region, name) in regions.iter().zip(&names) {
            if cell.sections_of(region).is_some_and(|sections| sections.is_empty()) && !cell.sections.is_empty() {
                let text =
                    format!("cell \"{}\" has no section of region \"{}\"; nothing happens", cell.name, name.value);
                self.warn(name.span.clone(), text);
            }
        }
        if regions.len() == 1 {
            return regions.pop();
        }
        // Several: their union, in the order of the sections.
        let indices: std::collections::BTreeSet<usize> =
            regions.iter().filter_map(|region| cell.sections_of(region)).flatten().collect();
        Some(Region::Sections(indices.into_iter().map(|index| cell.sections[index].name.clone()).collect()))
    }

    fn point(&mut self, table: &Table<'_>, cells: usize, template: &mut Template) {
        let described = self.mechanism(table, Use::Placed, cells);
        const NAME: &str = "the name by which connections and recordings refer to it";
        const SECTION: &str = "name of the section it is placed on";
        table.need("name", NAME, &mut self.errors);
        table.need("section", SECTION, &mut self.errors);
        let name = table.text("name", NAME, &mut self.errors);
        let section = table.text("section", SECTION, &mut self.errors);
        let x = self.position(table, "x", 0.5);
        if let Some(name) = &name {
            if !self.errors.check_name(&name.span, "name", name.value, names::RESERVED_IN_PARTS) {
                // It has been reported.
            } else if template.cell.point(name.value).is_some() {
                let problem = Problem::Duplicate { what: "point processes", name: name.value.to_owned() };
                self.errors.push(name.span.clone(), problem);
            }
        }
        let index = section.and_then(|section| {
            let index = template.cell.section(section.value);
            if index.is_none() {
                self.unknown_section(&section, &template.cell);
            }
            index
        });
        let waveform =
            table.table("waveform", "waveform = { variable = ..., times = ..., values = ... }", &mut self.errors);
        let waveform = waveform.and_then(|inner| {
            inner.only(&["variable", "times", "values", "interpolation"], &mut self.errors);
            inner.need("variable", "the parameter it is played onto", &mut self.errors);
            let variable = inner.text("variable", "the parameter it is played onto", &mut self.errors);
            let waveform = read_waveform(&inner, &mut self.errors);
            Some((variable?.value.to_owned(), waveform?, inner.span()))
        });
        match (described, name, index) {
            (Some(described), Some(name), Some(index)) => {
                let point = template.cell.place(name.value, index, x, described.mechanism.clone());
                template.points.push(described);
                template.point_spans.push(table.span());
                template.waveforms.extend(waveform.map(|(variable, waveform, span)| (point, variable, waveform, span)));
            }
            (_, Some(name), _) => {
                template.lost.insert(name.value.to_owned());
            }
            (_, None, _) => template.opaque = true,
        }
    }

    /// Reports sections that make no sense; returns the number of segments of one cell.
    fn check_geometry(&mut self, template: &mut Template, entry: &Span) -> u64 {
        let mut sound = true;
        let mut segments = 0u64;
        // Sections of one morphology with errors.
        let mut found: Vec<(Span, usize)> = Vec::new();
        for (section, span) in template.cell.sections.iter_mut().zip(&template.section_spans) {
            segments = segments.saturating_add(section.segments() as u64);
            if let Err(error) = section.check_geometry() {
                match found.last_mut() {
                    Some((last, count)) if last == span => *count += 1,
                    _ => found.push((span.clone(), 1)),
                }
                if found.last().is_some_and(|(_, count)| *count <= MOST_SECTIONS_NAMED) {
                    let problem = Problem::Model(section.geometry_error(&template.cell.name, error));
                    self.errors.push(span.clone(), problem);
                }
                let name = std::mem::take(&mut section.name);
                *section = Section { parent: section.parent, ..Section::cylinder(name, 1.0, 1.0) };
                sound = false;
            }
        }
        for (span, count) in found.into_iter().filter(|(_, count)| *count > MOST_SECTIONS_NAMED) {
            let more = count - MOST_SECTIONS_NAMED;
            let text = format!("{more} more sections of the morphology cannot be used; mend the diameters of the file");
            self.errors.push(span, Problem::Conflict(text));
        }
        if !sound {
            return 0;
        }
        if let Err(error) = template.cell.cable() {
            let index = match error {
                CableError::Loop { section } | CableError::Parent { section, .. } => section,
                CableError::ParentPosition { section, .. } => section,
                _ => 0,
            };
            let span = template.section_spans.get(index).unwrap_or(entry).clone();
            if let Some(section) = template.cell.sections.get(index) {
                self.errors.push(span, Problem::Model(section.geometry_error(&template.cell.name, error)));
            }
            for section in &mut template.cell.sections {
                section.parent = None;
            }
        }
        segments
    }

    /// Reads an `[[artificial_cell]]`.
    pub(crate) fn artificial_cell(&mut self, table: &Table<'_>) {
        let errors_before = self.errors.0.len();
        table.need("name", "the cell's name", &mut self.errors);
        let name = table.text("name", "the cell's name", &mut self.errors);
        let name_span = name.as_ref().map_or_else(|| table.span(), |name| name.span.clone());
        let name = name.map_or("", |name| name.value);
        let count = table.whole("count", "how many such cells", 1..=limits::CELLS, &mut self.errors);
        let indexed = table.has("count");
        let cells = count.as_ref().map_or(1, |count| count.value);
        let cells_span = count.map_or_else(|| name_span.clone(), |count| count.span);
        let cells = if self.allow_cells(&cells_span, cells) { cells as usize } else { 0 };
        self.counts.artificial_cells += cells as f64;
        self.counts.artificial_descriptions += cells as f64;
        let cells = if self.allow_memory(&cells_span) { cells } else { 0 };
        let described = self.mechanism(table, Use::Artificial, cells.max(1));
        let first = self.network.artificial_cells.len();
        if let Some(described) = &described {
            let common = Shared::from(described.mechanism.clone());
            let found = self.catalogue.find(&common.name);
            let streams = found.map_or(0, |found| found.signature().streams.len() as u32);
            let draws = streams > 0 && !self.only_counts;
            for index in 0..self.made(cells) {
                let name = if indexed { format!("{name}[{index}]") } else { name.to_owned() };
                let mut mechanism = common.clone();
                if !described.varied.is_empty() {
                    mechanism = described.of_cell(index, cells, self.seed).into();
                }
                if draws {
                    mechanism.stream = Some(match mechanism.stream {
                        Some([id1, id2, id3]) => [id1, id2, id3 + index as u32],
                        None => [1, self.seed, self.streams + 1],
                    });
                    self.streams += streams;
                }
                self.network.artificial_cells.push(ArtificialCell { name, mechanism });
            }
        }
        let broken = self.errors.0.len() > errors_before;
        let end = self.network.artificial_cells.len();
        let (name, members) = (name.to_owned(), Members::Artificial(first..end));
        let count = if described.is_some() { cells } else { 0 };
        self.cells += count as u64;
        let group = Group {
            name,
            members,
            count,
            indexed,
            broken,
            lost: HashSet::new(),
            opaque: described.is_none(),
            hides_points: false,
        };
        self.add_group_of_one_part(group, name_span, table.span());
    }
}

/// Reads `points = [[x, y, z, diam], ...]`.
fn points(table: &Table<'_>, errors: &mut Errors) -> Option<Vec<Point>> {
    const EXPECTED: &str = "a list of 3-D points [x, y, z, diam], um";
    let wrong = |value: &DeValue<'_>| Problem::WrongType {
        key: "points".to_owned(),
        expected: EXPECTED.to_owned(),
        found: describe(value),
    };
    let At { value, span } = table.get("points")?;
    let DeValue::Array(list) = value else {
        errors.push(span, wrong(value));
        return None;
    };
    let mut points = Vec::with_capacity(list.len());
    for item in list.iter() {
        let numbers = item.get_ref().as_array().map(|four| four.iter().map(|n| number(n.get_ref())).collect());
        let numbers: Option<Vec<f64>> = numbers.and_then(|numbers: Vec<Option<f64>>| numbers.into_iter().collect());
        let count = item.get_ref().as_array().map(|numbers| numbers.len()).filter(|count| *count != 4);
        let Some(Ok([x, y, z, diameter])) = numbers.map(<[f64; 4]>::try_from) else {
            let mut problem = wrong(item.get_ref());
            if let (Problem::WrongType { found, .. }, Some(count)) = (&mut problem, count) {
                *found = format!("a point of {count} numbers");
            }
            errors.push(item.span(), problem);
            return None;
        };
        if diameter <= 0.0 {
            errors.range(
                item.span(),
                "points",
                diameter,
                "the fourth number is the diameter; give one greater than 0 um",
            );
            return None;
        }
        points.push(Point { x: x as f32, y: y as f32, z: z as f32, diameter: diameter as f32 });
    }
    Some(points)
}
