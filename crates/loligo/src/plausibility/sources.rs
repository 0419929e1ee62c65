//! Clamps that are never on, and artificial cells that never send an event.

use std::collections::HashSet;

use super::cells::look_at_parameters;
use super::{ImplausibleValue, PlausibilityRule};
use crate::cell::mechanism::Mechanism;
use crate::lowering::model_part::ModelPart;
use crate::network::Network;
use crate::network::references::{TargetRef, VariableRef};

pub(super) fn look(network: &Network, tstop: Option<f64>, found: &mut Vec<ImplausibleValue>) {
    clamps(network, found);
    let triggered: HashSet<usize> = network
        .connections
        .iter()
        .filter_map(|connection| match connection.target {
            Some(TargetRef::Artificial(cell)) => Some(cell),
            _ => None,
        })
        .collect();
    let mut known = HashSet::new();
    for (index, cell) in network.artificial_cells.iter().enumerate() {
        if !known.insert(cell.mechanism.address()) {
            continue;
        }
        let part = ModelPart::ArtificialCell(index);
        let location = || format!("artificial cell \"{}\"", cell.name);
        look_at_parameters(network, &cell.mechanism, part, &location, found);
        if cell.mechanism.name == "NetStim" {
            let odd = odd_spike_train(&cell.mechanism, tstop, triggered.contains(&index));
            found.extend(odd.into_iter().map(|(name, value, unit, reason)| ImplausibleValue {
                rule: PlausibilityRule::Source,
                part: Some(part),
                location: location(),
                name: name.to_owned(),
                value,
                unit: unit.into(),
                reason,
            }));
        }
    }
}

/// Clamps without duration. The durations of a clamp may also be played or be the cell's own.
fn clamps(network: &Network, found: &mut Vec<ImplausibleValue>) {
    let mut varied: HashSet<(usize, usize)> = HashSet::new();
    for played in &network.waveforms {
        if let VariableRef::Point { cell, point, variable } = &played.target
            && variable.starts_with("dur")
        {
            varied.insert((*cell, *point));
        }
    }
    let mut known = HashSet::new();
    for (index, cell) in network.cells.iter().enumerate() {
        let has_own_durations = cell.own.iter().any(|(parameter, _)| parameter.to_string().contains("dur"));
        if has_own_durations || !known.insert(cell.points.address()) {
            continue;
        }
        for (number, point) in cell.points.iter().enumerate() {
            let durations: &[&str] = match &*point.mechanism.name {
                "IClamp" => &["dur"],
                "SEClamp" => &["dur1", "dur2", "dur3"],
                "VClamp" => &["dur[0]", "dur[1]", "dur[2]"],
                _ => continue,
            };
            let is_on = |name: &&str| point.mechanism.parameters.get(*name).is_some_and(|&duration| duration > 0.0);
            if durations.iter().any(is_on) || varied.contains(&(index, number)) {
                continue;
            }
            found.push(ImplausibleValue {
                rule: PlausibilityRule::Duration,
                part: Some(ModelPart::Point { cell: index, point: number }),
                location: format!("cell \"{}\", point process \"{}\"", cell.name, point.name),
                name: durations[0].to_owned(),
                value: 0.0,
                unit: "ms".into(),
                reason: format!("the {} is never on; give a duration", point.mechanism.name),
            });
        }
    }
}

/// The parameters with which a NetStim sends nothing in a run, or not what they say.
fn odd_spike_train(
    mechanism: &Mechanism,
    tstop: Option<f64>,
    is_triggered: bool,
) -> Vec<(&'static str, f64, &'static str, String)> {
    let set = |name: &str| mechanism.parameters.get(name).copied();
    let mut odd = Vec::new();
    if let Some(noise) = set("noise").filter(|noise| !(0.0..=1.0).contains(noise)) {
        odd.push(("noise", noise, "1", "noise is a fraction from 0 (regular) to 1 (Poisson)".to_owned()));
    }
    if let Some(interval) = set("interval").filter(|&interval| interval <= 0.0) {
        odd.push((
            "interval",
            interval,
            "ms",
            "spikes without an interval; give the mean time between them".to_owned(),
        ));
    }
    if let Some(number) = set("number").filter(|&number| number < 1.0 && !is_triggered) {
        odd.push(("number", number, "1", "no spike is sent; give the number of spikes".to_owned()));
    }
    match set("start") {
        // A negative start is NEURON's way to wait for an event.
        Some(start) if start < 0.0 && !is_triggered => {
            let reason = "no spike is sent unless an event arrives, and nothing is connected to it";
            odd.push(("start", start, "ms", reason.to_owned()));
        }
        Some(start) if tstop.is_some_and(|tstop| start > tstop) => {
            let tstop = loligo_io::plain(tstop.unwrap_or_default());
            odd.push(("start", start, "ms", format!("the run ends before, at {tstop} ms; no spike is sent")));
        }
        _ => {}
    }
    odd
}
