//! Runs cases of mechanisms in NMODL and writes the results for a comparison with NEURON. The mechanisms' texts and
//! NEURON's results are stored elsewhere.

mod case;
mod catalogue;

use std::fs;
use std::io::Read;
use std::path::Path;

use loligo::kernels::{Catalogue, Numerics as Profile};
use loligo_mechanisms::Signature;
use lzma_rust2::XzReader;
use serde_json::{Map, Value, json};

use crate::engines::Numerics;
use crate::loligo_simulator::LoligoSimulator;
use crate::parameter_value::ParameterValue;
use crate::simulator::SimulatorError;
use crate::vocabulary::{Parameters, Probe, Results};
use case::ModCase;

/// Numbers of cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All cases.
    pub cases: usize,
    /// The cases that ran to their end.
    pub ran: usize,
}

/// Runs all case files of a directory, with the mechanisms' texts in another directory, and writes one result file for
/// each.
///
/// # Errors
/// If a file cannot be read, parsed or written.
pub fn run(cases: &Path, sources: &Path, out: &Path, numerics: Numerics) -> Result<Counts, Box<dyn std::error::Error>> {
    fs::create_dir_all(out)?;
    let mut counts = Counts::default();
    let mut paths: Vec<_> =
        fs::read_dir(cases)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
        let Some((text, name)) = contents(&path, &name)? else { continue };
        let file: Value = serde_json::from_str(&text)?;
        let mut answers = Vec::new();
        for case in file["cases"].as_array().into_iter().flatten() {
            let answer = answer(&case["definition"], sources, numerics);
            counts.cases += 1;
            counts.ran += usize::from(answer.get("refused").is_none());
            answers.push(answer);
        }
        fs::write(out.join(name), serde_json::to_string(&json!({ "cases": answers }))?)?;
    }
    Ok(counts)
}

/// The text of a case file and the name of its result file; `None` for other files.
fn contents(path: &Path, name: &str) -> Result<Option<(String, String)>, Box<dyn std::error::Error>> {
    let mut text = String::new();
    if let Some(name) = name.strip_suffix(".xz") {
        XzReader::new(fs::File::open(path)?, false).read_to_string(&mut text)?;
        return Ok(Some((text, name.to_owned())));
    }
    if !name.ends_with(".json") {
        return Ok(None);
    }
    fs::File::open(path)?.read_to_string(&mut text)?;
    Ok(Some((text, name.to_owned())))
}

/// The result of a case: its numbers, or the reason for which it was refused.
fn answer(definition: &Value, sources: &Path, numerics: Numerics) -> Value {
    let name = definition["name"].clone();
    let outcome = ModCase::of(definition.clone()).map_err(|error| error.to_string());
    match outcome.and_then(|case| results(&case, sources, numerics)) {
        Ok((probes, spikes)) => json!({ "name": name, "probes": probes, "spikes": spikes }),
        Err(reason) => json!({ "name": name, "refused": reason }),
    }
}

/// A number in the form that the comparison reads.
fn number(x: f64) -> Value {
    if x.is_finite() {
        return Value::from(x);
    }
    // The digest of a trace distinguishes NaN of either sign.
    let text = if x.is_nan() && x.is_sign_negative() {
        "-nan"
    } else if x.is_nan() {
        "nan"
    } else if x > 0.0 {
        "inf"
    } else {
        "-inf"
    };
    Value::from(text)
}

fn results(case: &ModCase, sources: &Path, numerics: Numerics) -> Result<(Vec<Value>, Value), String> {
    let catalogue = catalogue::catalogue(case, sources)?;
    let mut runnable = case.definition.clone();
    let known: Vec<bool> = runnable.probes.iter().map(|probe| is_known(case, &catalogue, probe)).collect();
    let mut probe = known.iter();
    runnable.probes.retain(|_| probe.next().copied().unwrap_or(false));
    let densities = runnable.density.iter_mut().map(|density| (&density.mech, &mut density.params));
    let points = runnable.points.iter_mut().map(|point| (&point.kind, &mut point.params));
    let cells = runnable.art.iter_mut().map(|cell| (&cell.kind, &mut cell.params));
    for (mechanism, params) in densities.chain(points).chain(cells) {
        let signature = catalogue.find(mechanism).map(|mechanism| mechanism.signature().clone());
        let Some(signature) = signature else { continue };
        for (global, value) in globals(&signature, params) {
            runnable.globals.entry(mechanism.clone()).or_default().insert(global, value);
        }
    }
    let profile = match numerics {
        Numerics::Exact => Profile::Exact,
        Numerics::Fast => Profile::Fast,
    };
    let known_mechanisms = catalogue.clone();
    let pointers: Vec<_> = case.pointers.iter().map(|pointer| pointer.references(case)).collect();
    let simulated = LoligoSimulator::new(profile).run_with(&runnable, catalogue, |translation| {
        for (places, to) in &pointers {
            for place in places.iter().filter(|place| is_known(case, &known_mechanisms, place)) {
                let (of, to) = (translation.variable(place)?, translation.variable(to)?);
                translation.network.point_to(of, to);
            }
        }
        for call in &case.calls {
            let added = call.add_to(case, &mut translation.network);
            added.map_err(|message| SimulatorError::Refused { message })?;
        }
        Ok::<(), SimulatorError>(())
    });
    let Results { probes, spikes, .. } = simulated.map_err(|error| error.to_string())?;
    let mut found = probes.into_iter();
    let probes = known.into_iter().map(|is_known| match is_known {
        true => found.next().unwrap_or_default().into_iter().map(number).collect(),
        false => Value::Array(Vec::new()),
    });
    let spikes: Map<String, Value> = spikes.into_iter().map(|(k, times)| (k.to_string(), json!(times))).collect();
    Ok((probes.collect(), Value::Object(spikes)))
}

/// Removes the parameters that are globals of the mechanism, and returns them.
fn globals(signature: &Signature, params: &mut Parameters) -> Vec<(String, f64)> {
    let mut globals = Vec::new();
    params.retain(|name, value| match value {
        ParameterValue::Number(value) if signature.column(name).is_none() && signature.global(name).is_some() => {
            globals.push((name.clone(), *value));
            false
        }
        _ => true,
    });
    globals
}

/// `true` if the mechanism of a probe has the probe's variable. A probe without a known mechanism is left to the
/// simulation (`true`); weights cannot be recorded (`false`).
fn is_known(case: &ModCase, catalogue: &Catalogue, probe: &Probe) -> bool {
    let (variable, mechanism) = match probe {
        Probe::Object { id, var } => {
            let point = case.definition.points.iter().find(|point| point.id == *id).map(|point| &point.kind);
            let cell = case.definition.art.iter().find(|cell| cell.id == *id).map(|cell| &cell.kind);
            (var.clone(), point.or(cell).cloned())
        }
        Probe::Membrane { var, .. } => {
            let named = case.mods.iter().find_map(|file| {
                let (name, index) = match var.split_once('[') {
                    Some((name, index)) => (name, format!("[{index}")),
                    None => (var.as_str(), String::new()),
                };
                let variable = name.strip_suffix(&format!("_{}", file.name))?;
                Some((format!("{variable}{index}"), file.name.clone()))
            });
            named.map_or((var.clone(), None), |(variable, mechanism)| (variable, Some(mechanism)))
        }
        Probe::Weight { .. } => return false,
    };
    let Some(mechanism) = mechanism.and_then(|name| catalogue.find(&name)) else { return true };
    mechanism.signature().column(&variable).is_some() || matches!(probe, Probe::Object { .. } if variable == "del")
}
