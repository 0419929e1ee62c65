//! Lowers mechanisms of cells: painted on regions, placed at points.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use loligo_cable::Cable;
use loligo_io::closest;
use loligo_mechanisms::{Kind, Role, SetUpCall, Signature, Variable};

use crate::cell::mechanism::Mechanism;
use crate::cell::region::Region;
use crate::cell::segments::segment_places;
use crate::cell::spatial_profile::SpatialProfile;
use crate::cell::{Cell, PaintedMechanism};
use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::known::{Instance, Known};
use crate::lowering::model_part::ModelPart;

pub(super) fn wrong_kind(place: String, signature: &Signature) -> ModelError {
    let (found, remedy) = match signature.kind {
        Kind::Density | Kind::Ion => ("a density mechanism", "paint it on a region"),
        Kind::Point { .. } => ("a point process", "place it at a point of a section"),
        Kind::Artificial => ("an artificial cell", "add it to the network's artificial cells"),
    };
    ModelError::WrongKind { place, name: signature.name.clone(), found, remedy }
}

/// The values of all columns: the defaults, and the values given by the user.
pub(super) fn columns_of(signature: &Signature, mechanism: &Mechanism) -> Vec<f64> {
    let mut columns: Vec<f64> = signature.defaults().collect();
    for (parameter, &value) in &mechanism.parameters {
        if let Some(column) = signature.column(parameter) {
            columns[column] = value;
        }
    }
    columns
}

/// The lists of numbers: those given by the user, the others empty.
pub(super) fn vectors_of(signature: &Signature, mechanism: &Mechanism) -> impl Iterator<Item = Arc<[f64]>> {
    signature.vectors.iter().map(|vector| mechanism.vectors.get(&vector.name).cloned().unwrap_or_default())
}

/// The values of a density mechanism's columns on a section.
#[derive(Clone)]
pub(super) struct SectionColumns {
    pub(super) uniform: Vec<f64>,
    /// Columns that differ from segment to segment, from the 0 end.
    pub(super) by_segment: BTreeMap<usize, Vec<f64>>,
    /// The lists of numbers given by the user.
    pub(super) vectors: Vec<Arc<[f64]>>,
    /// Procedures that are called before the run.
    pub(super) calls: Rc<[SetUpCall]>,
}

impl SectionColumns {
    fn of(signature: &Signature) -> Self {
        let vectors = vec![Arc::default(); signature.vectors.len()];
        Self { uniform: signature.defaults().collect(), by_segment: BTreeMap::new(), vectors, calls: Rc::default() }
    }
}

impl<'a> Lowering<'a> {
    /// Finds a mechanism of an expected kind and checks its parameters.
    pub(super) fn find(
        &mut self,
        place: &dyn Fn() -> String,
        mechanism: &Mechanism,
        expected: fn(Kind) -> bool,
    ) -> Option<Known> {
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

    pub(super) fn check_parameter(
        &mut self,
        place: &dyn Fn() -> String,
        signature: &Signature,
        parameter: &str,
        value: f64,
    ) {
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

    pub(super) fn check_range(
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

    /// Collects the density mechanisms: the paintings of one mechanism at one place are merged, and the later one
    /// applies.
    pub(super) fn painted(
        &mut self,
        cell_index: usize,
        cell: &Cell,
        cable: Option<&Cable>,
        instances: &mut Vec<Instance>,
    ) {
        let is_density = |kind| matches!(kind, Kind::Density | Kind::Ion);
        // By the order of evaluation: the mechanism, and the columns' values of each section.
        let mut painted: BTreeMap<u32, (Known, Vec<Option<SectionColumns>>)> = BTreeMap::new();
        for (index, painting) in cell.painted.iter().enumerate() {
            self.errors.part = ModelPart::Painted { cell: cell_index, painted: index };
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
            if !painting.mechanism.calls.is_empty() {
                let calls: Rc<[SetUpCall]> = painting.mechanism.calls.as_slice().into();
                for &section in &sections {
                    let columns = values[section].get_or_insert_with(|| SectionColumns::of(signature));
                    columns.calls = Rc::clone(&calls);
                }
            }
            if !painting.profiles.is_empty() {
                self.profiles(cell, cable, painting, signature, &sections, values);
            }
        }
        let Some(cable) = cable else { return };
        for (mechanism, values) in painted.into_values() {
            for (section, columns) in values.into_iter().enumerate() {
                let Some(SectionColumns { uniform, by_segment, vectors, calls }) = columns else { continue };
                let uniform = Rc::new(uniform);
                instances.extend(cable.segment_nodes(section).map(|node| {
                    let mut columns = Rc::clone(&uniform);
                    if let (false, Some(segment)) = (by_segment.is_empty(), cable.nodes[node as usize].segment) {
                        let own = Rc::make_mut(&mut columns);
                        for (&column, values) in &by_segment {
                            own[column] = values[segment as usize];
                        }
                    }
                    let (vectors, mechanism, calls) = (vectors.clone(), mechanism.clone(), Rc::clone(&calls));
                    Instance { node, created: 0, columns, vectors, mechanism, point: None, stream: None, calls }
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

    pub(super) fn placed(
        &mut self,
        cell_index: usize,
        cell: &Cell,
        cable: Option<&Cable>,
        instances: &mut Vec<Instance>,
    ) {
        for (index, point) in cell.points.iter().enumerate() {
            self.errors.part = ModelPart::Point { cell: cell_index, point: index };
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
            self.ions_for_point(mechanism.signature(), node, instances);
            let (point, calls) = (Some(index), point.mechanism.calls.as_slice().into());
            instances.push(Instance { node, created: index, columns, vectors, mechanism, point, stream, calls });
        }
    }

    /// The ions that a point process uses are where it stands, too.
    fn ions_for_point(&self, signature: &Signature, node: u32, instances: &mut Vec<Instance>) {
        for ion in signature.ions.iter().filter_map(|ion| self.known(&ion.ion)) {
            let is_there = |instance: &Instance| instance.mechanism.order == ion.order && instance.node == node;
            // From the end: several point processes of a node often follow each other.
            if !instances.iter().rev().any(is_there) {
                let columns = Rc::new(ion.signature().defaults().collect());
                let (vectors, mechanism, calls) = (Vec::new(), ion, Rc::default());
                let (point, stream) = (None, None);
                instances.push(Instance { node, created: 0, columns, vectors, mechanism, point, stream, calls });
            }
        }
    }
}
