//! `loligo check`.

use std::path::Path;

use loligo::{Model, ModelFile};

use crate::failure::Failure;
use crate::report;
use crate::terminal::say;

/// Checks a model and prints what it holds.
pub fn check(path: &Path) -> Result<(), Failure> {
    let model = ModelFile::load(path).map_err(Failure::Model)?;
    report::model_warnings(&model, path);
    print_summary(&model);
    let warnings = model.warnings.len();
    let noun = if warnings == 1 { "warning" } else { "warnings" };
    say!("{}: no errors, {warnings} {noun}", path.display());
    Ok(())
}

/// Prints how large a model is and how it communicates.
fn print_summary(model: &Model) {
    let network = &model.network;
    let sections: usize = network.cells.iter().map(|cell| cell.sections.len()).sum();
    let compartments: usize =
        network.cells.iter().flat_map(|cell| &cell.sections).map(|section| section.segments()).sum();
    let sending = network.connections.iter().filter(|connection| connection.source.is_some());
    let delays = sending.filter(|connection| connection.target.is_some()).map(|connection| connection.delay);
    let shortest = delays.fold(f64::INFINITY, f64::min); // ms
    let row = |name: &str, value: String| say!("{name:<18} {value}");
    row("cells", network.cells.len().to_string());
    row("artificial cells", network.artificial_cells.len().to_string());
    row("sections", sections.to_string());
    row("compartments", compartments.to_string());
    row("connections", network.connections.len().to_string());
    for (name, count) in [("gap junctions", network.gap_junctions.len()), ("transfers", network.transfers.len())] {
        if count > 0 {
            row(name, count.to_string());
        }
    }
    if shortest.is_finite() {
        let steps = (shortest / model.options.dt).floor().max(1.0);
        row("shortest delay", format!("{shortest} ms"));
        row("epoch", format!("{steps} steps between two exchanges of spikes"));
    }
    row("waveforms", network.waveforms.len().to_string());
    row("recordings", network.recordings.len().to_string());
    let steps = (model.tstop / model.options.dt).round();
    row("run", format!("{} ms in {steps} steps of {} ms", model.tstop, model.options.dt));
}
