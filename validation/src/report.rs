//! An HTML page about a comparison: a table of all models, and pictures of some.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use plotters::prelude::*;

use crate::compare::Bounds;
use crate::differential::{Candidate, Outcome};
use crate::vocabulary::{Probe, Results};

/// Most models that are drawn as pictures.
const PICTURES: usize = 24;

/// Why a report cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A file cannot be written.
    #[error("cannot write {}: {source}; check the directory and its permissions", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A picture cannot be drawn.
    #[error("cannot draw the traces of {case}: {what}")]
    Draw {
        /// The model.
        case: String,
        /// What the plotting library says.
        what: String,
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
    let page = page(facts, candidates, outcomes)?;
    std::fs::write(&path, page).map_err(fail)?;
    Ok(path)
}

fn page(facts: &[(String, String)], candidates: &[Candidate], outcomes: &[Outcome]) -> Result<String, ReportError> {
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
        html.push_str(&picture(outcome, candidates)?);
    }
    Ok(html)
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

/// Those that differ first, then those that spike, then the others; all with a voltage to show.
fn pictured(outcomes: &[Outcome]) -> Vec<&Outcome> {
    let mut shown: Vec<&Outcome> = outcomes.iter().filter(|outcome| voltages(outcome).next().is_some()).collect();
    let spikes = |outcome: &Outcome| match &outcome.expected {
        Ok(results) => results.spikes.values().any(|times| !times.is_empty()),
        Err(_) => false,
    };
    shown.sort_by_key(|outcome| (outcome.found.iter().all(|found| found.agrees), !spikes(outcome)));
    shown.truncate(PICTURES);
    shown
}

/// Indices and names of the probed voltages of an outcome, three at most.
fn voltages(outcome: &Outcome) -> impl Iterator<Item = (usize, &Probe)> {
    let traced = |results: &Results| results.t.as_ref().is_some_and(|t| t.len() > 1);
    let shown = outcome.expected.as_ref().is_ok_and(traced);
    let probes = outcome.case.probes.iter().enumerate();
    probes.filter(move |(_, probe)| shown && probe.var() == "v").take(3)
}

/// The reference wide and grey, the candidates thin over it; below, how far they are apart.
fn picture(outcome: &Outcome, candidates: &[Candidate]) -> Result<String, ReportError> {
    let mut svg = String::new();
    draw_picture(&mut svg, outcome, candidates)
        .map_err(|what| ReportError::Draw { case: outcome.case.name.clone(), what: what.to_string() })?;
    Ok(svg)
}

fn draw_picture(
    svg: &mut String,
    outcome: &Outcome,
    candidates: &[Candidate],
) -> Result<(), Box<dyn std::error::Error>> {
    const COLORS: [RGBColor; 3] = [BLUE, RED, GREEN];
    let Ok(expected) = &outcome.expected else {
        return Ok(());
    };
    let t = expected.t.as_deref().unwrap_or_default();
    let probes: Vec<usize> = voltages(outcome).map(|(index, _)| index).collect();
    let values = || {
        let traces = probes.iter().filter_map(|index| expected.probes.get(*index));
        traces.flatten().copied().filter(|v| v.is_finite())
    };
    let low = values().fold(f64::INFINITY, f64::min);
    let high = values().fold(f64::NEG_INFINITY, f64::max);
    let end = t.last().copied().unwrap_or(1.0);
    if !(low <= high && end > 0.0) {
        return Ok(());
    }
    let margin = 0.05 * (high - low) + 0.1;

    let area = SVGBackend::with_string(svg, (900, 420)).into_drawing_area();
    let (upper, lower) = area.split_vertically(280);
    let mut chart = ChartBuilder::on(&upper)
        .margin(6)
        .x_label_area_size(28)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..end, low - margin..high + margin)?;
    chart.configure_mesh().x_desc("t [ms]").y_desc("v [mV]").light_line_style(TRANSPARENT).draw()?;
    let line = |trace: &[f64]| t.iter().copied().zip(trace.iter().copied()).collect::<Vec<(f64, f64)>>();
    for (nth, index) in probes.iter().enumerate() {
        let wide = RGBColor(190, 190, 190).stroke_width(4);
        let series = chart.draw_series(LineSeries::new(line(&expected.probes[*index]), wide))?;
        if nth == 0 {
            series.label("NEURON").legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], wide));
        }
    }
    let mut apart = Vec::new();
    for (nth, (found, candidate)) in outcome.found.iter().zip(candidates).enumerate() {
        let Ok((results, _)) = &found.results else {
            continue;
        };
        let color = COLORS[nth % COLORS.len()];
        for (first, index) in probes.iter().enumerate() {
            let Some(trace) = results.probes.get(*index) else {
                continue;
            };
            let series = chart.draw_series(LineSeries::new(line(trace), color.stroke_width(1)))?;
            if first == 0 {
                series
                    .label(candidate.label.clone())
                    .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color));
            }
            let differences: Vec<f64> = expected.probes[*index]
                .iter()
                .zip(trace)
                // a logarithmic axis has no zero
                .map(|(a, b)| (a - b).abs().max(1e-17))
                .collect();
            apart.push((color, line(&differences)));
        }
    }
    chart.configure_series_labels().background_style(WHITE.mix(0.8)).border_style(BLACK).draw()?;
    let mut chart = ChartBuilder::on(&lower)
        .margin(6)
        .x_label_area_size(28)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..end, (1e-17..1e3).log_scale())?;
    chart
        .configure_mesh()
        .y_desc("difference [mV]")
        .y_labels(6)
        .y_label_formatter(&|value| format!("{value:.0e}"))
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (color, points) in apart {
        chart.draw_series(LineSeries::new(points, color.stroke_width(1)))?;
    }
    area.present()?;
    Ok(())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
