//! Lowers gap junctions and transfers.

use std::collections::HashSet;
use std::rc::Rc;

use loligo_cable::Cable;
use loligo_engine::{Quantity, Transfer};
use loligo_mechanisms::Role;

use crate::cell::Cell;
use crate::cell::mechanism::builtin::HalfGap;
use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::known::Instance;
use crate::lowering::mechanisms::{columns_of, vectors_of};
use crate::lowering::model_part::ModelPart;
use crate::names;
use crate::network::Network;
use crate::network::parts::GapJunction;
use crate::network::references::{GapSide, Location, VariableRef};

/// The sides of gap junctions on each cell, in order of creation; empty if there are none.
pub(super) fn sides_of_cells(network: &Network) -> Vec<Vec<(usize, GapSide)>> {
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

impl<'a> Lowering<'a> {
    /// Adds the sides of gap junctions that are on a cell, after its point processes; sides with invalid references are
    /// reported with their junctions.
    pub(super) fn half_gaps_on(
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
            let (point, calls) = (Some(created), Rc::default());
            instances.push(Instance { node, created, columns, vectors, mechanism, point, stream: None, calls });
        }
    }

    pub(super) fn gap_junctions(&mut self) {
        let network = self.network;
        self.blueprint.transfers.reserve_exact(2 * network.gap_junctions.len() + network.transfers.len());
        for (index, junction) in network.gap_junctions.iter().enumerate() {
            self.errors.part = ModelPart::GapJunction(index);
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

    pub(super) fn transfers(&mut self) {
        let network = self.network;
        let mut targets: HashSet<Quantity> = self.blueprint.transfers.iter().map(|transfer| transfer.target).collect();
        let mut sources = Vec::new();
        for (index, transfer) in network.transfers.iter().enumerate() {
            self.errors.part = ModelPart::Transfer(index);
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
            self.errors.part = ModelPart::Transfer(index);
            self.errors.push(ModelError::NotTransferable {
                place: format!("transfer {index}"),
                variable: network.name_of(&network.transfers[index].source),
                reason: "is itself the target of a transfer; transfer from where that one starts",
            });
        }
    }
}
