//! Sections of cells, and the mechanisms painted and placed on them.

use std::collections::HashSet;

use loligo_cable::{Shape, arc_lengths};
use loligo_mechanisms::{Signature, Variable};

use super::usual::UsualRange;
use super::{ImplausibleValue, PlausibilityRule};
use crate::cell::mechanism::Mechanism;
use crate::cell::own_values::ParameterRef;
use crate::cell::{Cell, PaintedMechanism};
use crate::lowering::model_part::ModelPart;
use crate::network::Network;

/// Looks at each description once, and at the own values of each cell.
pub(super) fn look(network: &Network, found: &mut Vec<ImplausibleValue>) {
    let [mut sections, mut painted, mut points] = [HashSet::new(), HashSet::new(), HashSet::new()];
    for (index, cell) in network.cells.iter().enumerate() {
        if sections.insert(cell.sections.address()) {
            look_at_sections(index, cell, found);
        }
        if painted.insert(cell.painted.address()) {
            for (number, painting) in cell.painted.iter().enumerate() {
                let part = ModelPart::Painted { cell: index, painted: number };
                let location = || format!("cell \"{}\", {}", cell.name, painting.mechanism.name);
                look_at_parameters(network, &painting.mechanism, part, &location, found);
                look_at_profiles(network, cell, painting, part, &location, found);
            }
        }
        if points.insert(cell.points.address()) {
            for (number, point) in cell.points.iter().enumerate() {
                let part = ModelPart::Point { cell: index, point: number };
                let location = || format!("cell \"{}\", point process \"{}\"", cell.name, point.name);
                look_at_parameters(network, &point.mechanism, part, &location, found);
            }
        }
        look_at_own_values(network, index, cell, found);
    }
}

fn look_at_sections(index: usize, cell: &Cell, found: &mut Vec<ImplausibleValue>) {
    for (number, section) in cell.sections.iter().enumerate() {
        let (length, (_, thickest)) = match &section.shape {
            Shape::Cylinder { length, diameters } => (*length, extremes(diameters)),
            Shape::Points(points) => {
                let diameters: Vec<f64> = points.iter().map(|point| f64::from(point.diameter)).collect();
                (arc_lengths(points).last().copied().unwrap_or(0.0), extremes(&diameters))
            }
        };
        // Single points of a reconstruction may be thin; the thickest tells the unit.
        let values = [
            ("L", length, "um", UsualRange::LENGTH),
            ("diam", thickest, "um", UsualRange::DIAMETER),
            ("Ra", section.axial_resistance, "ohm cm", UsualRange::RESISTIVITY),
            ("cm", section.membrane_capacitance, "uF/cm2", UsualRange::CAPACITANCE),
        ];
        for (name, value, unit, range) in values {
            // Points at one place have a length of their own (`LEAST_LENGTH`).
            if range.contains(value) || value == 0.0 {
                continue;
            }
            found.push(ImplausibleValue {
                rule: PlausibilityRule::Section,
                part: Some(ModelPart::Section { cell: index, section: number }),
                location: format!("cell \"{}\", section \"{}\"", cell.name, section.name),
                name: name.to_owned(),
                value,
                unit: unit.into(),
                reason: range.reason(value, unit),
            });
        }
    }
}

/// Looks at the parameters that the user set.
pub(super) fn look_at_parameters(
    network: &Network,
    mechanism: &Mechanism,
    part: ModelPart,
    location: &dyn Fn() -> String,
    found: &mut Vec<ImplausibleValue>,
) {
    let Some(known) = network.catalogue().find(&mechanism.name) else { return };
    for (name, &value) in &mechanism.parameters {
        let Some(variable) = variable_of(known.signature(), name) else { continue };
        found.extend(look_at_value(variable, name, value, part, location));
    }
}

/// Looks at parameters that vary along the cell, at each segment.
fn look_at_profiles(
    network: &Network,
    cell: &Cell,
    painting: &PaintedMechanism,
    part: ModelPart,
    location: &dyn Fn() -> String,
    found: &mut Vec<ImplausibleValue>,
) {
    if painting.profiles.is_empty() {
        return;
    }
    // Errors of the cell are reported when the network is checked.
    let Some(known) = network.catalogue().find(&painting.mechanism.name) else { return };
    let Ok(segments) = cell.region(painting.region.clone()).map(|region| region.segments()) else { return };
    for (name, profile) in &painting.profiles {
        let Some(variable) = variable_of(known.signature(), name) else { continue };
        let values: Vec<f64> = segments.iter().filter_map(|place| profile.at(place)).collect();
        let (lowest, highest) = extremes(&values);
        found.extend(
            [lowest, highest].into_iter().find_map(|value| look_at_value(variable, name, value, part, location)),
        );
    }
}

fn look_at_own_values(network: &Network, index: usize, cell: &Cell, found: &mut Vec<ImplausibleValue>) {
    for (number, (parameter, value)) in cell.own.iter().enumerate() {
        let (mechanism, name) = match parameter {
            ParameterRef::Painted { painted, parameter } => {
                (cell.painted.get(*painted).map(|painting| &painting.mechanism), parameter.as_str())
            }
            ParameterRef::Point { point, parameter } => {
                (cell.points.get(*point).map(|point| &*point.mechanism), parameter.as_str())
            }
            ParameterRef::Named(path) => named(cell, path),
        };
        let known = mechanism.and_then(|mechanism| network.catalogue().find(&mechanism.name));
        let Some(variable) = known.and_then(|known| variable_of(known.signature(), name)) else { continue };
        let part = ModelPart::OwnValue { cell: index, value: number };
        found.extend(look_at_value(variable, name, value, part, &|| format!("cell \"{}\"", cell.name)));
    }
}

/// The mechanism and the parameter of a path: `soma.hh.gnabar`, `electrode.amp`.
fn named<'a>(cell: &'a Cell, path: &'a str) -> (Option<&'a Mechanism>, &'a str) {
    let Some((place, parameter)) = path.rsplit_once('.') else { return (None, path) };
    let mechanism = match place.rsplit_once('.') {
        Some((_, name)) => {
            cell.painted.iter().map(|painting| &painting.mechanism).find(|mechanism| mechanism.name == name)
        }
        None => cell.points.iter().find(|point| point.name == place).map(|point| &*point.mechanism),
    };
    (mechanism, parameter)
}

pub(super) fn look_at_value(
    variable: &Variable,
    name: &str,
    value: f64,
    part: ModelPart,
    location: &dyn Fn() -> String,
) -> Option<ImplausibleValue> {
    let range = usual_range(variable)?;
    if range.contains(value) {
        return None;
    }
    Some(ImplausibleValue {
        rule: PlausibilityRule::Parameter,
        part: Some(part),
        location: location(),
        name: name.to_owned(),
        value,
        unit: variable.unit.clone(),
        reason: range.reason(value, &variable.unit),
    })
}

/// The usual values of a parameter: those of its mechanism, else those of its unit.
fn usual_range(variable: &Variable) -> Option<UsualRange> {
    if variable.plausible != (f64::MIN, f64::MAX) {
        return Some(UsualRange::with_bounds(&variable.unit, &variable.name, variable.plausible));
    }
    let range = UsualRange::of(&variable.unit, &variable.name)?;
    // The default of a mechanism is usual for it.
    range.contains(variable.default).then_some(range)
}

pub(super) fn variable_of<'a>(signature: &'a Signature, name: &str) -> Option<&'a Variable> {
    signature.column(name).map(|column| signature.variable(column))
}

/// The smallest and the largest of some values; 0 for none.
pub(super) fn extremes(values: &[f64]) -> (f64, f64) {
    let Some(&first) = values.first() else { return (0.0, 0.0) };
    values.iter().fold((first, first), |(low, high), &value| (low.min(value), high.max(value)))
}
