//! Weights of connections.

use super::usual::UsualRange;
use super::{ImplausibleValue, PlausibilityRule};
use crate::cell::mechanism::Mechanism;
use crate::lowering::model_part::ModelPart;
use crate::network::Network;
use crate::network::references::TargetRef;

/// The largest number of connections that are named.
const MOST_FOUND: usize = 10_000;

pub(super) fn look(network: &Network, found: &mut Vec<ImplausibleValue>) {
    let mut last: Option<(&str, f64)> = None;
    let before = found.len();
    for (index, connection) in network.connections.iter().enumerate() {
        let Some(mechanism) = connection.target.and_then(|target| target_mechanism(network, target)) else { continue };
        let Some(&weight) = connection.weight.first() else { continue };
        // Most connections are like the one before.
        if last.replace((&mechanism.name, weight)) == Some((&mechanism.name, weight)) {
            continue;
        }
        let Some(known) = network.catalogue().find(&mechanism.name) else { continue };
        let unit = &known.signature().weight_unit;
        let range = match &**unit {
            "uS" | "umho" | "microsiemens" => UsualRange::SYNAPTIC_CONDUCTANCE,
            _ => continue,
        };
        if range.contains(weight) {
            continue;
        }
        // Drawn weights may all differ.
        if found.len() - before == MOST_FOUND {
            break;
        }
        let reason = if weight < 0.0 {
            "a negative conductance; inhibition has a positive weight and a reversal potential below rest".to_owned()
        } else {
            range.reason(weight, unit)
        };
        found.push(ImplausibleValue {
            rule: PlausibilityRule::Weight,
            part: Some(ModelPart::Connection(index)),
            location: format!("connection {index}"),
            name: "weight".to_owned(),
            value: weight,
            unit: unit.clone(),
            reason,
        });
    }
}

fn target_mechanism(network: &Network, target: TargetRef) -> Option<&Mechanism> {
    match target {
        TargetRef::Point { cell, point } => Some(&network.cells.get(cell)?.points.get(point)?.mechanism),
        TargetRef::Artificial(cell) => Some(&network.artificial_cells.get(cell)?.mechanism),
    }
}
