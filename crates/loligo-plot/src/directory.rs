//! From the output directory of a run to pictures in the same directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use crate::cells::CellShape;
use crate::error::PlotError;
use crate::page::{Figure, page};
use crate::raster::raster_picture;
use crate::shape::{shape_picture, v_max_picture};
use crate::summary::Summary;
use crate::table::{SpikeTable, TraceTable};
use crate::traces::{Trace, traces_picture};

/// Draws what is in the output directory of a run and writes the pictures there; gives the files
/// written. Files that are not there are skipped.
///
/// # Errors
/// [`PlotError::NothingToPlot`] if there is nothing to draw from; otherwise what is wrong with
/// one of the files, with its line. Nothing is written before all files have been read.
pub fn plot_directory(dir: &Path) -> Result<Vec<PathBuf>, PlotError> {
    let tables = trace_files(dir)?;
    let spikes = existing(dir, "spikes.csv");
    let cells = existing(dir, "cells.json");
    if tables.is_empty() && spikes.is_none() && cells.is_none() {
        return Err(PlotError::NothingToPlot { dir: dir.into() });
    }
    let summary = match existing(dir, "summary.json") {
        Some(path) => Summary::read(&path)?,
        None => Summary::default(),
    };
    let mut traces = vec![];
    let mut span: Option<(f64, f64)> = None;
    for path in tables {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let table = TraceTable::read(&path)?;
        if let (Some(&first), Some(&last)) = (table.time.first(), table.time.last()) {
            span = Some(span.map_or((first, last), |(a, b)| (a.min(first), b.max(last))));
        }
        let time: Arc<[f64]> = table.time.into();
        for (name, values) in table.columns {
            traces.push(Trace { unit: summary.unit(&file, &name).to_owned(), name, time: time.clone(), values });
        }
    }
    let mut figures = vec![];
    let mut add = |heading: &str, file, svg: Option<String>| {
        figures.extend(svg.map(|svg| Figure { heading: heading.to_owned(), file, svg }));
    };
    let spikes = spikes.map(|path| SpikeTable::read(&path)).transpose()?;
    add("Recordings", "traces.svg", traces_picture(&traces, None));
    if let Some(spikes) = spikes {
        let span = span.or_else(|| duration(&summary).map(|end| (0.0, end)));
        add("Spikes", "raster.svg", raster_picture(&spikes, span));
    }
    if let Some(path) = cells {
        let in_file = |source| PlotError::InFile { path: path.clone(), source: Box::new(source) };
        let cells = CellShape::read_all(&path)?;
        let all = summary.facts.get("cells").and_then(Value::as_u64).filter(|all| *all > cells.len() as u64);
        let which = all.map_or_else(String::new, |all| format!(" of the first {} of {all} cells", cells.len()));
        add(&format!("Shape{which}"), "shape.svg", shape_picture(&cells).map_err(in_file)?);
        add(&format!("Highest potential{which}"), "shape_v_max.svg", v_max_picture(&cells).map_err(in_file)?);
    }
    let mut written = vec![];
    for figure in &figures {
        written.push(write(dir.join(figure.file), &figure.svg)?);
    }
    let name = dir
        .canonicalize()
        .ok()
        .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_else(|| dir.display().to_string());
    written.push(write(dir.join("index.html"), &page(&name, &summary, &figures))?);
    Ok(written)
}

/// How long the run was, ms, if the settings say so.
fn duration(summary: &Summary) -> Option<f64> {
    let settings = summary.facts.get("settings")?;
    ["tstop", "t_stop", "tstop_ms", "t_stop_ms", "duration", "duration_ms"]
        .iter()
        .find_map(|key| settings.get(key)?.as_f64())
        .filter(|t| t.is_finite())
}

fn existing(dir: &Path, name: &str) -> Option<PathBuf> {
    // Whatever it is, reading it says what is wrong with it.
    Some(dir.join(name)).filter(|path| path.symlink_metadata().is_ok())
}

/// `traces.csv` and `traces_every_K.csv`, in order of K.
fn trace_files(dir: &Path) -> Result<Vec<PathBuf>, PlotError> {
    let unreadable = |error: std::io::Error| PlotError::Unreadable { path: dir.into(), source: error.into() };
    let mut files: Vec<(u64, PathBuf)> = vec![];
    for entry in dir.read_dir().map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let every = if name == "traces.csv" {
            Some(0)
        } else {
            name.strip_prefix("traces_every_").and_then(|rest| rest.strip_suffix(".csv")).and_then(|k| k.parse().ok())
        };
        if let Some(every) = every {
            files.push((every, path));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, path)| path).collect())
}

fn write(path: PathBuf, content: &str) -> Result<PathBuf, PlotError> {
    match std::fs::write(&path, content) {
        Ok(()) => Ok(path),
        Err(source) => Err(PlotError::Unwritable { path, source }),
    }
}
