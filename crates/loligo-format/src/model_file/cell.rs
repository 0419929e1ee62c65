//! `[[cell]]` and `[[artificial_cell]]`.

use std::collections::{HashMap, HashSet};

use loligo::{ArtificialCell, Cell, ModelCounts, ParameterRef, Region, Section, Shape, Shared, VariableRef, Waveform};
use loligo_mechanisms::Role;

use crate::model_file::cable_properties::CableProperties;
use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::groups::{Group, Members};
use crate::model_file::limits;
use crate::model_file::mechanism::{Described, Use};
use crate::model_file::parameter_file::{OwnSource, ParameterFile};
use crate::model_file::placement::Placement;
use crate::model_file::pruning;
use crate::model_file::table::{At, Span, Table};

/// The cell described by an entry, before it is replicated.
pub(super) struct Template {
    pub(super) cell: Cell,
    pub(super) painted: Vec<(Region, Described)>,
    pub(super) points: Vec<PointEntry>,
    /// Waveforms on point processes: index of the point, variable, waveform, and place in the text.
    pub(super) waveforms: Vec<(usize, String, Waveform, Span)>,
    /// Names of point processes that could not be read.
    pub(super) lost: HashSet<String>,
    /// `true` if parts with unknown names could not be read.
    pub(super) opaque: bool,
    pub(super) section_spans: Vec<Span>,
    pub(super) painted_spans: Vec<Span>,
    pub(super) point_spans: Vec<Span>,
}

/// The point processes of a `[[cell.point]]`.
pub(super) struct PointEntry {
    pub(super) described: Described,
    /// The index of the first of them, and their number.
    pub(super) first: usize,
    pub(super) count: usize,
    /// The region and the rule, if each cell of the entry has its own places.
    pub(super) scattered: Option<(Region, Placement)>,
}

impl Decoder {
    /// Reads a `[[cell]]`.
    pub(crate) fn cell(&mut self, table: &Table<'_>) {
        const KEYS: [&str; 17] = [
            "include",
            "name",
            "count",
            "positions",
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
        let known: Vec<&str> = KEYS.into_iter().chain(pruning::KEYS).collect();
        table.only(&known, &mut self.errors);
        table.need("name", "the cell's name", &mut self.errors);
        let name = table.text("name", "the cell's name", &mut self.errors);
        let name_span = name.as_ref().map_or_else(|| table.span(), |name| name.span.clone());
        let count = table.whole("count", "how many such cells", 1..=limits::CELLS, &mut self.errors);
        let before_parameters = self.errors.0.len();
        let parameters = self.parameters(table, count.as_ref());
        // Errors in the table do not affect the rest of the entry; missing values have placeholders.
        let of_parameters = if parameters.is_some() { self.errors.0.len() - before_parameters } else { 0 };
        let indexed = table.has("count") || table.has("parameters");
        let rows = parameters
            .as_ref()
            .map(|parameters| At { value: parameters.read.rows as u64, span: parameters.span.clone() });
        let count = count.or(rows);
        let cells = count.as_ref().map_or(1, |count| count.value);
        let cells_span = count.map_or_else(|| name_span.clone(), |count| count.span);
        let mut template = self.template(table, name.map_or("", |name| name.value), cells as usize);
        let positions = self.positions(table);
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
        if let Some(given) = positions.filter(|given| count > 0 && self.positions_fit(given, count))
            && !self.rehearses
        {
            let placed = self.network.place_cells(first..first + cells, &given.rule);
            self.refuse_positions(&given.span, placed);
        }
        self.source_map.spans.sections.push(template.section_spans);
        self.source_map.spans.painted.push(template.painted_spans);
        self.source_map.spans.points.push(template.point_spans);
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

    /// Counts the memory of a number of cells; false, after an error, if it is too much.
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
        // A mechanism that is painted twice on a section exists there once.
        let mut has: HashMap<&str, Vec<bool>> = HashMap::new();
        for (region, described) in &template.painted {
            let has = has.entry(&described.mechanism.name).or_insert_with(|| vec![false; sections.len()]);
            let painted = template.cell.sections_of(region).unwrap_or_default().into_iter();
            let new = painted.filter(|&section| !std::mem::replace(&mut has[section], true));
            let instances: f64 = new.map(|section| segments[section]).sum();
            let (states, ions) = self.states_and_ions(&described.mechanism.name);
            one.instances += instances * (1 + ions) as f64;
            one.vectors += instances * self.vectors_of(&described.mechanism.name) as f64;
            one.instance_values += instances * (states + described.profiles.len()) as f64;
            one.own_values += described.varied.len() as f64;
        }
        let mut scattered_points = 0.0;
        for PointEntry { described, count, scattered, .. } in &template.points {
            let count = *count as f64;
            one.points += count;
            one.vectors += count * self.vectors_of(&described.mechanism.name) as f64;
            one.point_values += count * self.states_and_ions(&described.mechanism.name).0 as f64;
            one.own_values += count * described.varied.len() as f64;
            scattered_points += if scattered.is_some() { one.points } else { 0.0 };
        }
        let columns = parameters.map_or(&[][..], |file| file.read.table.columns());
        let properties = columns.iter().filter(|(parameter, _)| template.cell.section_property(parameter).is_some());
        let properties = properties.count();
        one.own_values += (columns.len() - properties) as f64;
        self.counts.add_cells(&one, cells as f64);
        // Cells with their own lengths, resistivities or places each have their own description.
        let described = if properties > 0 || scattered_points > 0.0 { cells as f64 } else { 1.0 };
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

    /// The numbers of states and ions of a mechanism.
    fn states_and_ions(&self, mechanism: &str) -> (usize, usize) {
        self.catalogue.find(mechanism).map_or((0, 0), |mechanism| {
            let signature = mechanism.signature();
            let states = signature.columns().filter(|variable| variable.role == Role::State);
            (states.count(), signature.ions.len())
        })
    }

    /// The number of lists of numbers of each instance of a mechanism.
    fn vectors_of(&self, mechanism: &str) -> usize {
        self.catalogue.find(mechanism).map_or(0, |mechanism| mechanism.signature().vectors.len())
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
            add(described.columns(reference, cells, (0, 1), self.seed), span);
        }
        for PointEntry { described, first, count, .. } in &template.points {
            for k in 0..*count {
                let reference = |parameter| ParameterRef::Point { point: first + k, parameter };
                add(described.columns(reference, cells, (k, *count), self.seed), &template.point_spans[first + k]);
            }
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
        self.source_map.spans.own.push(own.into_iter().map(|column| sources[column].clone()).collect());
        self.source_map.spans.parameters.push(parameters);
        self.scatter(template, first, cells);
        for index in first..first + cells {
            for (point, variable, waveform, span) in &template.waveforms {
                self.network.play(VariableRef::point(index, *point, variable.as_str()), waveform.clone());
                self.source_map.spans.waveforms.push(span.clone());
            }
        }
    }

    /// Moves the point processes of entries with own places on all cells but the first, which has its own already.
    fn scatter(&mut self, template: &Template, first: usize, cells: usize) {
        for PointEntry { first: first_point, scattered, .. } in &template.points {
            let Some((region, placement)) = scattered else { continue };
            // The same selection was made when the entry was read.
            let Ok(selection) = placement.select(&template.cell, region.clone()) else { continue };
            for k in 1..cells {
                let places = placement.places(&selection, k, |_| Vec::new()).unwrap_or_default();
                let points = &mut self.network.cells[first + k].points;
                for (point, place) in points.iter_mut().skip(*first_point).zip(places) {
                    (point.section, point.x) = place.into();
                }
            }
        }
    }

    /// Removes cells whose own lengths or resistivities give more segments than the limit.
    fn check_segments_of_members(&mut self, first: usize, parameters: Option<&ParameterFile>) {
        let sections = self.network.cells[first..].iter().flat_map(|cell| &cell.sections);
        let segments = sections.fold(0u64, |sum, section| sum.saturating_add(section.segments() as u64));
        let span = parameters.map_or(0..0, |file| file.span.clone());
        if !self.allow(&span, "segments", 0, segments, limits::SEGMENTS) {
            self.network.cells.truncate(first);
        }
    }

    /// Gives gids to cells; cells without a given gid have their index.
    fn give_gids(&mut self, first: usize, cells: usize, given: Option<At<u64>>, name_span: &Span) {
        // In a rehearsal the indices of cells are different.
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
        if !template.opaque {
            self.prune(table, &mut template.cell);
            let entry = template.section_spans.first().cloned();
            template.section_spans = entry.map_or_else(Vec::new, |entry| vec![entry; template.cell.sections.len()]);
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
        let positions = self.positions(table);
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
        if let Some(given) = positions.filter(|given| end > first && self.positions_fit(given, cells))
            && !self.rehearses
        {
            let placed = self.network.place_artificial_cells(first..end, &given.rule);
            self.refuse_positions(&given.span, placed);
        }
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
