//! Lowers cells that share a description: the description once, then the own values of each cell.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use loligo_cable::Cable;
use loligo_engine::{CellBlueprint, Placed, VariablePlace};
use loligo_io::{Suggestions, closest};
use loligo_mechanisms::{Kind, Role, Signature};

use crate::cell::Cell;
use crate::cell::own_values::ParameterRef;
use crate::cell::region::Region;
use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::known::Known;
use crate::lowering::model_part::ModelPart;
use crate::lowering::template::{Extent, OwnParameters, Parameter, Template, WithSides};
use crate::lowering::variables::PointPlace;
use crate::network::references::GapSide;

impl Lowering<'_> {
    /// Lowers a cell whose description has been lowered, with its own values.
    pub(super) fn cell_like(&mut self, index: usize, cell: &Cell, template: &mut Template) {
        if !template.is_sound {
            self.points.push(Arc::clone(&template.points));
            let (cable, placed) = (Arc::clone(&template.cable), Arc::clone(&template.placed));
            return self.blueprint.cells.push(CellBlueprint {
                cable,
                placed,
                own: Vec::new(),
                voltage_is_set: false,
                first_stream: 0,
            });
        }
        let is_known = |(parameters, _): &&OwnParameters| {
            let own = cell.own.parameters();
            own.is_shared_with(parameters) || **own == **parameters
        };
        let parameters = match template.parameters.take().filter(|known| is_known(&known)) {
            Some(known) => known,
            None => self.own_parameters(index, cell, template),
        };
        let parameters = template.parameters.insert(parameters).1.as_slice();
        let values = parameters.iter().zip(cell.own.values().iter().copied()).enumerate();
        let own = values.filter_map(|(k, (parameter, value))| Some((k, (parameter.as_ref()?, value))));
        let (indices, own): (Vec<usize>, Vec<(&Parameter, f64)>) = own.unzip();
        for (k, &(parameter, value)) in indices.into_iter().zip(&own) {
            self.errors.part = ModelPart::OwnValue { cell: index, value: k };
            let signature = parameter.mechanism.signature();
            let place = || match parameter.extent {
                Extent::Nodes(_) => format!("cell \"{}\"", cell.name),
                Extent::Point(point) => {
                    format!("cell \"{}\", point process \"{}\"", cell.name, cell.points[point].name)
                }
            };
            self.check_parameter(&place, signature, &signature.column_name(parameter.column), value);
        }
        let cable = Arc::clone(&template.cable);
        self.compartments += template.segments;
        let sides = self.sides_of_cell.get_mut(index).map(std::mem::take).unwrap_or_default();
        if !sides.is_empty() {
            let network = self.network;
            let place_of = |&(junction, side): &(usize, GapSide)| {
                let junction = &network.gap_junctions[junction];
                let at = junction.place(side);
                (at.section, at.x, junction.conductance)
            };
            let wanted: Vec<_> = sides.iter().map(place_of).collect();
            let known = template.with_sides.take().filter(|known| own.is_empty() && known.sides == wanted);
            let known = known.unwrap_or_else(|| {
                let (placed, mut points) = self.mechanisms_of_its_own(index, cell, &cable, &sides, &own);
                let places_of_sides = points.split_off(cell.points.len());
                WithSides { sides: wanted, placed: placed.into(), points: points.into(), places_of_sides }
            });
            for (&(junction, side), &place) in sides.iter().zip(&known.places_of_sides) {
                self.half_gaps[junction][side as usize] = place;
            }
            self.points.push(Arc::clone(&known.points));
            let first_stream = self.streams_of_next_cell(&known.placed);
            self.blueprint.cells.push(CellBlueprint {
                cable,
                placed: Arc::clone(&known.placed),
                own: Vec::new(),
                voltage_is_set: false,
                first_stream,
            });
            template.with_sides = own.is_empty().then_some(known);
        } else {
            let own = own.iter().map(|&(parameter, value)| (Arc::clone(&parameter.places), value)).collect();
            self.points.push(Arc::clone(&template.points));
            let first_stream = self.streams_of_next_cell(&template.placed);
            self.blueprint.cells.push(CellBlueprint {
                cable,
                placed: Arc::clone(&template.placed),
                own,
                voltage_is_set: false,
                first_stream,
            });
        }
    }

    /// The number of random streams before those of the next cell, which has these mechanisms.
    fn streams_of_next_cell(&mut self, placed: &[Placed]) -> u32 {
        let first = self.streams_of_cells;
        let own: usize = placed.iter().map(|placed| placed.block.streams.len()).sum();
        self.streams_of_cells = first.wrapping_add(own as u32);
        first
    }

    /// Places the mechanisms of a cell with gap junctions separately; returns also the positions of its point
    /// processes, followed by those of the sides of gap junctions.
    fn mechanisms_of_its_own(
        &mut self,
        index: usize,
        cell: &Cell,
        cable: &Cable,
        sides: &[(usize, GapSide)],
        own: &[(&Parameter, f64)],
    ) -> (Vec<Placed>, Vec<Option<PointPlace>>) {
        let mut instances = Vec::new();
        self.painted(index, cell, Some(cable), &mut instances);
        self.placed(index, cell, Some(cable), &mut instances);
        for instance in &mut instances {
            for (parameter, value) in own {
                if parameter.is_of(instance) {
                    Rc::make_mut(&mut instance.columns)[parameter.column] = *value;
                }
            }
        }
        self.half_gaps_on(cell, sides, Some(cable), &mut instances);
        self.gather(instances, cell.points.len() + sides.len(), cable)
    }

    /// Finds the parameters for which the cell has own values; reports those that its description lacks.
    fn own_parameters(&mut self, index: usize, cell: &Cell, template: &Template) -> OwnParameters {
        let mut found = Vec::new();
        let owners = Owners::of(cell, cell.own.parameters());
        for (k, reference) in cell.own.parameters().iter().enumerate() {
            self.errors.part = ModelPart::OwnValue { cell: index, value: k };
            match self.own_parameter(cell, template, reference, &owners) {
                Ok(parameter) => found.push(Some(parameter)),
                Err(reason) => {
                    found.push(None);
                    let (cell, path) = (cell.name.clone(), reference.to_string());
                    self.errors.push(ModelError::UnknownPath { cell, path, reason });
                }
            }
        }
        (cell.own.parameters().clone(), found)
    }

    /// Finds a parameter, or returns the reason why there is none.
    fn own_parameter(
        &mut self,
        cell: &Cell,
        template: &Template,
        reference: &ParameterRef,
        owners: &Owners<'_>,
    ) -> Result<Parameter, String> {
        let suggestions = &mut self.suggestions;
        let (extent, mechanism, name) = match reference {
            ParameterRef::Painted { painted, parameter } => {
                let painting = cell.painted.get(*painted).ok_or_else(|| format!("there is no painting {painted}"))?;
                let sections = owners.sections_set_by(cell, *painted, parameter);
                (
                    Extent::Nodes(nodes_of(&template.cable, &sections)),
                    painting.mechanism.name.as_str(),
                    parameter.as_str(),
                )
            }
            ParameterRef::Point { point, parameter } => point_parameter(cell, *point, parameter)?,
            ParameterRef::Named(path) => {
                let (place, parameter) = path.rsplit_once('.').ok_or_else(how_to_write)?;
                match (cell.point(place), place.rsplit_once('.')) {
                    (Some(point), _) => point_parameter(cell, point, parameter)?,
                    (None, Some((region, mechanism))) => {
                        let sections = sections_named(cell, region, suggestions)?;
                        (Extent::Nodes(nodes_of(&template.cable, &sections)), mechanism, parameter)
                    }
                    (None, None) => return Err(why_not_of_section(cell, place, parameter, suggestions)),
                }
            }
        };
        let Some(found) = self.known(mechanism) else {
            let names = self.catalogue.iter().map(|m| m.signature().name.as_str());
            return Err(format!("there is no mechanism \"{mechanism}\"{}", did_you_mean(closest(mechanism, names))));
        };
        let column = column_of(found.signature(), name)?;
        let places = places_of(template, &found, column, &extent);
        let is_region = matches!(reference, ParameterRef::Named(_));
        if places.is_empty() && is_region {
            return Err(format!("no such section has \"{mechanism}\"; paint it there"));
        }
        Ok(Parameter { extent, mechanism: found, column, places })
    }
}

fn how_to_write() -> String {
    "write \"region.mechanism.parameter\", \"point_process.parameter\", or \"region.L\" (diam, Ra, cm)".to_owned()
}

fn did_you_mean(suggestion: Option<String>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}

fn point_parameter<'a>(cell: &'a Cell, point: usize, parameter: &'a str) -> Result<(Extent, &'a str, &'a str), String> {
    let found = cell.points.get(point).ok_or_else(|| format!("there is no point process {point}"))?;
    Ok((Extent::Point(point), &found.mechanism.name, parameter))
}

fn column_of(signature: &Signature, parameter: &str) -> Result<usize, String> {
    let is_parameter = |column: &usize| signature.variable(*column).role == Role::Parameter;
    signature.column(parameter).filter(is_parameter).ok_or_else(|| {
        let suggestion = closest(parameter, signature.parameter_names());
        format!("\"{}\" has no parameter \"{parameter}\"{}", signature.name, did_you_mean(suggestion))
    })
}

fn sections_named(cell: &Cell, region: &str, suggestions: &mut Suggestions) -> Result<Vec<usize>, String> {
    let found = Region::named(region, cell).and_then(|region| cell.sections_of(&region));
    found.filter(|sections| !sections.is_empty()).ok_or_else(|| {
        let sections = cell.sections.iter().map(|section| section.name.as_str());
        let lists = cell.section_lists.keys().map(String::as_str);
        let suggestion =
            suggestions.closest(region, sections.chain(lists).chain(Region::NAMES).filter(|name| *name != region));
        format!("there is no section, list or kind of sections \"{region}\"{}", did_you_mean(suggestion))
    })
}

/// The reason why `place.parameter` is neither of a point process nor a property of sections.
fn why_not_of_section(cell: &Cell, place: &str, parameter: &str, suggestions: &mut Suggestions) -> String {
    if let Err(reason) = sections_named(cell, place, suggestions) {
        let points = cell.points.iter().map(|point| point.name.as_str());
        return suggestions
            .closest(place, points)
            .map_or(reason, |point| format!("did you mean \"{point}.{parameter}\"?"));
    }
    match parameter {
        "L" | "diam" => format!("\"{place}\" has 3-D points, which give its length and diameters"),
        _ => how_to_write(),
    }
}

/// For each parameter that is set by paintings: the last painting that sets it, section by section.
struct Owners<'a>(HashMap<(&'a str, &'a str), Vec<usize>>);

impl<'a> Owners<'a> {
    /// Marks a section without such a painting.
    const NONE: usize = usize::MAX;

    fn of(cell: &'a Cell, parameters: &'a [ParameterRef]) -> Self {
        let mut owners: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for reference in parameters {
            if let ParameterRef::Painted { painted, parameter } = reference
                && let Some(painting) = cell.painted.get(*painted)
            {
                let of_none = || vec![Self::NONE; cell.sections.len()];
                owners.entry((&painting.mechanism.name, parameter)).or_insert_with(of_none);
            }
        }
        if owners.is_empty() {
            return Self(owners);
        }
        let mut of_mechanism: HashMap<&str, Vec<&str>> = HashMap::new();
        for &(mechanism, parameter) in owners.keys() {
            of_mechanism.entry(mechanism).or_default().push(parameter);
        }
        for (index, painting) in cell.painted.iter().enumerate() {
            let Some(parameters) = of_mechanism.get(&*painting.mechanism.name) else { continue };
            let set: Vec<&str> = parameters.iter().copied().filter(|parameter| painting.sets(parameter)).collect();
            let sections = if set.is_empty() { None } else { cell.sections_of(&painting.region) };
            for (parameter, section) in
                set.iter().flat_map(|&parameter| sections.iter().flatten().map(move |&section| (parameter, section)))
            {
                if let Some(owners) = owners.get_mut(&(&*painting.mechanism.name, parameter)) {
                    owners[section] = index;
                }
            }
        }
        Self(owners)
    }

    /// The sections whose value of a parameter comes from a painting: those on which no later painting sets it.
    fn sections_set_by(&self, cell: &Cell, painted: usize, parameter: &str) -> Vec<usize> {
        let painting = &cell.painted[painted];
        let mut sections = cell.sections_of(&painting.region).unwrap_or_default();
        if let Some(owners) = self.0.get(&(&*painting.mechanism.name, parameter)) {
            // A painting need not set the parameter for which its cells have own values.
            sections.retain(|&section| owners[section] == Self::NONE || owners[section] <= painted);
        }
        sections
    }
}

fn nodes_of(cable: &Cable, sections: &[usize]) -> Vec<u32> {
    let mut nodes: Vec<u32> = sections.iter().flat_map(|&section| cable.segment_nodes(section)).collect();
    nodes.sort_unstable();
    nodes
}

fn places_of(template: &Template, mechanism: &Known, column: usize, extent: &Extent) -> Arc<[VariablePlace]> {
    match extent {
        Extent::Point(point) => {
            // Every point process of a description without errors has a place.
            let place = template.points[*point].map(|(placed, instance)| VariablePlace { placed, column, instance });
            place.into_iter().collect()
        }
        Extent::Nodes(nodes) => {
            let is_meant = |placed: &Placed| {
                let kind = placed.mechanism.signature().kind;
                placed.order == mechanism.order && matches!(kind, Kind::Density | Kind::Ion)
            };
            let placed = template.placed.iter().enumerate().filter(|(_, placed)| is_meant(placed));
            let places = placed.flat_map(|(index, placed)| {
                let instance = |node: &u32| placed.nodes.binary_search(node).ok();
                let instances: Vec<usize> = nodes.iter().filter_map(instance).collect();
                instances.into_iter().map(move |instance| VariablePlace { placed: index, column, instance })
            });
            places.collect()
        }
    }
}
