//! Resolves references to variables to positions in the arrays.

use std::sync::Arc;

use loligo_engine::{Address, Blueprint, Quantity};
use loligo_io::closest;
use loligo_mechanisms::Signature;

use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::variables::{Found, at_section, names_at_section, of_point, why_absent};
use crate::network::references::VariableRef;

/// `true` if a quantity is stored as such. The voltage at an end of a section without a point process is not, if rows
/// are left out.
pub(super) fn is_stored(quantity: Quantity, blueprint: &Blueprint) -> bool {
    match quantity {
        Quantity::Voltage { cell, node } => blueprint.cells[cell].cable.nodes[node as usize].segment.is_some(),
        _ => true,
    }
}

impl<'a> Lowering<'a> {
    pub(super) fn variable(&mut self, place: &dyn Fn() -> String, reference: &VariableRef) -> Option<Found> {
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
                    return None; // a cell of invalid geometry has been reported
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
                // A side with an invalid reference has been reported.
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
                location: self.network.name_of_location(reference),
                variable: variable.clone(),
                suggestion: closest(variable, candidates),
            });
        }
        found
    }

    /// The mechanism and column of a variable.
    pub(super) fn column_of(&self, quantity: Quantity) -> Option<(&Signature, usize)> {
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

    /// The address of a quantity in a running engine.
    pub(super) fn address_of(&self, quantity: Quantity) -> Option<Address> {
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
}
