//! An HTML report of a comparison: a table of all models, and pictures of some.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use loligo_plot::{Legend, Trace, traces_picture};

use crate::compare::Bounds;
use crate::differential::{Candidate, Outcome};
use crate::vocabulary::{Probe, Results};

/// Largest number of models that are drawn as pictures.
const PICTURES: usize = 24;

/// The reason why a report cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A file cannot be written.
    #[error("cannot write {}: {source}; check the directory and its permissions", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
}

/// Writes `index.html` into `directory`. `facts` are versions and commands, name and text.
///
/// # Errors
/// If the page cannot be drawn or written.
pub fn write(
    directory: &Path,
    facts: &[(String, String)],
    candidates: &[Candidate],
    outcomes: &[Outcome],
) -> Result<PathBuf, ReportError> {
    let path = directory.join("index.html");
    let fail = |source| ReportError::Write { path: path.clone(), source };
    std::fs::create_dir_all(directory).map_err(fail)?;
    let page = page(facts, candidates, outcomes);
    std::fs::write(&path, page).map_err(fail)?;
    Ok(path)
}

fn page(facts: &[(String, String)], candidates: &[Candidate], outcomes: &[Outcome]) -> String {
    let mut html = String::from(
        "<!doctype html><meta charset=\"utf-8\"><title>Loligo and NEURON</title><style>\
         body{font:15px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}\
         table{border-collapse:collapse;font-variant-numeric:tabular-nums}\
         td,th{padding:.15em .8em;border-bottom:1px solid #ddd;text-align:left}\
         .out{background:#fdd}</style><h1>Loligo and NEURON</h1><table>",
    );
    for (name, text) in facts {
        // writing to a String cannot fail
        let _ = write!(html, "<tr><th>{}<td>{}", escape(name), escape(text));
    }
    html.push_str("</table>");
    for (index, candidate) in candidates.iter().enumerate() {
        let agree = outcomes.iter().filter(|outcome| agrees(outcome, index)).count();
        let _ = write!(
            html,
            "<p>{}: {agree} of {} models within the bounds ({}).",
            escape(&candidate.label),
            outcomes.len(),
            match candidate.bounds {
                Bounds::Exact => "every bit the same",
                Bounds::Fast => "1e-9 mV, the same spikes",
            }
        );
    }
    html.push_str("<h2>Models</h2><table><tr><th>model<th>steps<th>spikes");
    for candidate in candidates {
        let label = escape(&candidate.label);
        let _ = write!(html, "<th>{label}: ULP<th>|dv| [mV]<th>spikes [ms]<th>out of bounds");
    }
    for outcome in outcomes {
        table_row(&mut html, outcome, candidates);
    }
    html.push_str("</table><h2>Traces</h2>");
    for outcome in pictured(outcomes) {
        let _ = write!(html, "<h3>{}</h3>", escape(&outcome.case.name));
        html.push_str(&picture(outcome, candidates));
    }
    html
}

fn agrees(outcome: &Outcome, candidate: usize) -> bool {
    outcome.found.get(candidate).is_some_and(|found| found.agrees)
}

fn table_row(html: &mut String, outcome: &Outcome, candidates: &[Candidate]) {
    let name = escape(&outcome.case.name);
    match &outcome.expected {
        Ok(results) => {
            let spikes: usize = results.spikes.values().map(Vec::len).sum();
            let _ = write!(html, "<tr><td>{name}<td>{}<td>{spikes}", results.n_fadvance);
        }
        Err(error) => {
            let _ = write!(html, "<tr class=out><td>{name}<td colspan=2>{}", escape(&error.to_string()));
        }
    }
    for (found, candidate) in outcome.found.iter().zip(candidates) {
        let class = if found.agrees { "" } else { " class=out" };
        match &found.results {
            Ok((_, comparison)) => {
                let out: Vec<_> = comparison.summary(candidate.bounds).iter().map(|line| escape(line)).collect();
                let _ = write!(
                    html,
                    "<td{class}>{}<td{class}>{:.1e}<td{class}>{:.1e}<td{class}>{}",
                    comparison.ulps(),
                    comparison.voltage(),
                    comparison.spike_time(),
                    out.join("<br>")
                );
            }
            Err(error) => {
                let _ = write!(html, "<td{class} colspan=4>{}", escape(&error.to_string()));
            }
        }
    }
}

/// Models that differ first, then those that spike, then the others; all with a voltage to draw.
fn pictured(outcomes: &[Outcome]) -> Vec<&Outcome> {
    let mut shown: Vec<&Outcome> = outcomes.iter().filter(|outcome| voltages_of(outcome).next().is_some()).collect();
    let spikes = |outcome: &Outcome| match &outcome.expected {
        Ok(results) => results.spikes.values().any(|times| !times.is_empty()),
        Err(_) => false,
    };
    shown.sort_by_key(|outcome| (outcome.found.iter().all(|found| found.agrees), !spikes(outcome)));
    shown.truncate(PICTURES);
    shown
}

/// Indices and names of the probed voltages of an outcome, three at most.
fn voltages_of(outcome: &Outcome) -> impl Iterator<Item = (usize, &Probe)> {
    let traced = |results: &Results| results.t.as_ref().is_some_and(|t| t.len() > 1);
    let shown = outcome.expected.as_ref().is_ok_and(traced);
    let probes = outcome.case.probes.iter().enumerate();
    probes.filter(move |(_, probe)| shown && probe.var() == "v").take(3)
}

/// Voltages of the reference and of the candidates; below, their differences. Empty if there is nothing to draw.
fn picture(outcome: &Outcome, candidates: &[Candidate]) -> String {
    let Ok(expected) = &outcome.expected else { return String::new() };
    let time: Arc<[f64]> = expected.t.as_deref().unwrap_or_default().into();
    let trace = |label: &str, place: &str, unit: &str, values: Vec<f64>| Trace {
        name: format!("{label}.{place}"),
        unit: unit.to_owned(),
        time: time.clone(),
        values,
        ..Trace::default()
    };
    let mut voltages = Vec::new();
    let mut apart = Vec::new();
    for (index, probe) in voltages_of(outcome) {
        let Some(reference) = expected.probes.get(index) else { continue };
        let place = probe.to_string();
        voltages.push(trace("NEURON", &place, "mV", reference.clone()));
        for (found, candidate) in outcome.found.iter().zip(candidates) {
            let Ok((results, _)) = &found.results else { continue };
            let Some(values) = results.probes.get(index) else { continue };
            voltages.push(trace(&candidate.label, &place, "mV", values.clone()));
            // Equal values have no logarithm of their difference: they are gaps.
            let logarithms = reference.iter().zip(values).map(|(a, b)| (a - b).abs().log10());
            apart.push(trace(&candidate.label, &place, "log10 of mV apart", logarithms.collect()));
        }
    }
    let mut legend = Legend::default();
    std::iter::once("NEURON")
        .chain(candidates.iter().map(|candidate| candidate.label.as_str()))
        .for_each(|label| legend.add_population(label, None));
    // One picture: traces of another unit get a panel of their own.
    traces_picture(&[voltages, apart].concat(), None, &legend).unwrap_or_default()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
