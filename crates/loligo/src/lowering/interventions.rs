//! Lowers interventions: values that are set at given times.

use loligo_engine::Address;
use loligo_mechanisms::Role;

use crate::error::ModelError;
use crate::lowering::globals::address_of_global;
use crate::lowering::model_part::ModelPart;
use crate::lowering::{ABSOLUTE_ZERO, Lowering};
use crate::network::intervention::{Intervention, ValueRef};

impl<'a> Lowering<'a> {
    /// Finds the values that are set during the run.
    pub(super) fn interventions(&mut self) {
        let network = self.network;
        for (index, Intervention { t, value, to }) in network.interventions.iter().enumerate() {
            self.errors.part = ModelPart::Intervention(index);
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
}
