//! Lowers pointers of mechanisms.

use std::collections::HashSet;

use loligo_engine::Quantity;
use loligo_mechanisms::{Role, Variable};

use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::model_part::ModelPart;
use crate::lowering::references::is_stored;
use crate::lowering::variables::PointPlace;
use crate::network::references::VariableRef;

impl<'a> Lowering<'a> {
    /// Finds the variables to which pointers refer; every pointer of every mechanism must refer to one.
    pub(super) fn pointers(&mut self) {
        let network = self.network;
        let mut set: HashSet<Quantity> = HashSet::new();
        for (index, pointer) in network.pointers.iter().enumerate() {
            self.errors.part = ModelPart::Pointer(index);
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
            self.errors.part = ModelPart::Cell(cell);
            self.errors.push(error);
        }
    }
}
