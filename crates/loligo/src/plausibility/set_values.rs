//! Values that waveforms and interventions set during a run, and conductances of gap junctions.

use std::sync::Arc;

use loligo_mechanisms::Signature;

use super::cells::{extremes, look_at_value, variable_of};
use super::usual::UsualRange;
use super::{ImplausibleValue, PlausibilityRule};
use crate::lowering::model_part::ModelPart;
use crate::network::Network;
use crate::network::intervention::ValueRef;
use crate::network::references::VariableRef;

pub(super) fn look(network: &Network, found: &mut Vec<ImplausibleValue>) {
    for (index, played) in network.waveforms.iter().enumerate() {
        let location = || format!("waveform of {}", network.name_of(&played.target));
        let (lowest, highest) = extremes(played.waveform.values());
        let part = ModelPart::Waveform(index);
        found.extend(
            [lowest, highest].into_iter().find_map(|value| odd(network, &played.target, value, part, &location)),
        );
    }
    for (index, intervention) in network.interventions.iter().enumerate() {
        let ValueRef::Variable(target) = &intervention.value else { continue };
        let location = || format!("intervention at {} ms, {}", intervention.t, network.name_of(target));
        found.extend(odd(network, target, intervention.to, ModelPart::Intervention(index), &location));
    }
    for (index, junction) in network.gap_junctions.iter().enumerate() {
        const USUAL: UsualRange = UsualRange::SYNAPTIC_CONDUCTANCE;
        if !USUAL.contains(junction.conductance) {
            found.push(ImplausibleValue {
                rule: PlausibilityRule::Weight,
                part: Some(ModelPart::GapJunction(index)),
                location: format!("gap junction \"{}\"", junction.name),
                name: "conductance".to_owned(),
                value: junction.conductance,
                unit: "uS".into(),
                reason: USUAL.reason(junction.conductance, "uS"),
            });
        }
    }
}

/// The value, if it is odd for the variable.
fn odd(
    network: &Network,
    target: &VariableRef,
    value: f64,
    part: ModelPart,
    location: &dyn Fn() -> String,
) -> Option<ImplausibleValue> {
    let (signature, path) = target_of(network, target)?;
    let variable = variable_of(&signature, path)?;
    look_at_value(variable, &variable.name, value, part, location)
}

/// The signature of the mechanism whose variable is meant, and the variable's name in it.
fn target_of<'a>(network: &Network, reference: &'a VariableRef) -> Option<(Arc<Signature>, &'a str)> {
    let signature = |name: &str| network.catalogue().find(name).map(|known| Arc::clone(known.signature()));
    match reference {
        VariableRef::Point { cell, point, variable } => {
            let mechanism = &network.cells.get(*cell)?.points.get(*point)?.mechanism;
            Some((signature(&mechanism.name)?, variable))
        }
        VariableRef::Artificial { cell, variable } => {
            Some((signature(&network.artificial_cells.get(*cell)?.mechanism.name)?, variable))
        }
        // On sections a mechanism's variable has the mechanism's name after it: gnabar_hh.
        VariableRef::Section { cell, variable, .. } => network.cells.get(*cell)?.painted.iter().find_map(|painting| {
            let mechanism = &painting.mechanism.name;
            let name = variable.strip_suffix(&**mechanism)?.strip_suffix('_')?;
            Some((signature(mechanism)?, name))
        }),
        VariableRef::GapJunction { .. } => None,
    }
}
