//! Draws pictures from the output directory of a run into the same directory.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use loligo_io::{OutputError, OwnKind};
use serde_json::Value;

use crate::cells::CellShape;
use crate::csv_lines::is_cut_off;
use crate::draw::PICTURE;
use crate::error::PlotError;
use crate::legend::{Legend, population_name};
use crate::page::{Figure, PAGE, page};
use crate::raster::raster_picture;
use crate::shape::{shape_picture, v_max_picture};
use crate::summary::Summary;
use crate::table::{SpikeTable, TraceTable};
use crate::traces::{Trace, traces_picture};

/// The pictures of a run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pictures {
    /// The files written, the page last.
    pub files: Vec<PathBuf>,
    /// Data that the pictures do not show.
    pub notes: Vec<PlotNote>,
}

/// Data that pictures do not show.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlotNote {
    /// The last line of a table, which is incomplete.
    CutOff {
        /// The table.
        path: PathBuf,
    },
}

impl fmt::Display for PlotNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::CutOff { path } = self;
        let path = path.display();
        write!(f, "{path}: the last line is incomplete and left out; the run was broken off while it was written")
    }
}

/// Draws the output directory of a run and writes the pictures there, like [`draw_directory`]; returns the files
/// written, the page last.
///
/// # Errors
/// As [`draw_directory`].
pub fn plot_directory(dir: &Path) -> Result<Vec<PathBuf>, PlotError> {
    draw_directory(dir).map(|pictures| pictures.files)
}

/// Draws the output directory of a run and writes the pictures there. Missing files are skipped. The last line of a
/// table is ignored if writing it was interrupted. Pictures of an earlier call are replaced, each of them atomically.
///
/// # Errors
/// [`PlotError::NothingToPlot`] if there are no data to draw; a fault in one of the files, with its line; a file that
/// has the name of a picture and is not one of these pictures. Nothing is written before all files have been read.
pub fn draw_directory(dir: &Path) -> Result<Pictures, PlotError> {
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
    let sources = existing(dir, "sources.csv");
    let mut notes = vec![];
    for path in tables.iter().chain(&spikes).chain(&sources) {
        if is_cut_off(path)? {
            notes.push(PlotNote::CutOff { path: path.clone() });
        }
    }
    let spikes = spikes.map(|path| SpikeTable::read(&path, sources.as_deref())).transpose()?;
    let shapes = cells.as_deref().map(CellShape::read_all).transpose()?.unwrap_or_default();
    let legend = legend(&summary, &shapes);
    let recordings = summary.recordings_by_place();
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
            let facts =
                recordings.get(&(file.as_str(), name.as_str())).or_else(|| recordings.get(&("", name.as_str())));
            let (unit, cell) = facts.map_or((String::new(), None), |facts| (facts.unit.clone(), facts.cell.clone()));
            traces.push(Trace { name, cell, unit, time: time.clone(), values });
        }
    }
    let mut figures = vec![];
    let mut add = |heading: &str, file, svg: Option<String>| {
        figures.extend(svg.map(|svg| Figure { heading: heading.to_owned(), file, svg }));
    };
    add("Recordings", "traces.svg", traces_picture(&traces, None, &legend));
    if let Some(spikes) = spikes {
        let span = span.or_else(|| duration(&summary).map(|end| (0.0, end)));
        add("Spikes", "raster.svg", raster_picture(&spikes, span, &legend));
    }
    if let Some(path) = cells {
        let in_file = |source| PlotError::InFile { path: path.clone(), source: Box::new(source) };
        let shown = shapes.iter().filter(|cell| !cell.sections.is_empty()).count();
        let all = summary.facts.get("cells").and_then(Value::as_u64).filter(|all| *all > shown as u64);
        let which = all.map_or_else(String::new, |all| format!(" of the first {shown} of {all} cells"));
        add(&format!("Shape{which}"), "shape.svg", shape_picture(&shapes, &legend).map_err(in_file)?);
        let highest = v_max_picture(&shapes, &legend).map_err(in_file)?;
        add(&format!("Highest potential{which}"), "shape_v_max.svg", highest);
    }
    let name = dir
        .canonicalize()
        .ok()
        .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_else(|| dir.display().to_string());
    let page = page(&name, &summary, &figures);
    let pictures = figures.iter().map(|figure| (dir.join(figure.file), PICTURE, &figure.svg));
    let files: Vec<_> = pictures.chain([(dir.join("index.html"), PAGE, &page)]).collect();
    for (path, kind, _) in &files {
        loligo_io::check_place(path, *kind).map_err(|error| unwritable(path, error))?;
    }
    for (path, kind, content) in &files {
        let written = loligo_io::replace(path, *kind, |out| out.write_all(content.as_bytes()));
        written.map_err(|error| unwritable(path, error))?;
    }
    Ok(Pictures { files: files.into_iter().map(|(path, ..)| path).collect(), notes })
}

/// The populations of the model, in its order, and the parameters of its cells.
fn legend(summary: &Summary, cells: &[CellShape]) -> Legend {
    let mut legend = Legend::default();
    for population in &summary.populations {
        legend.add_population(&population.name, Some(population.cells));
    }
    for cell in cells {
        legend.add_population(population_name(&cell.name), None);
        legend.add_note(&cell.name, cell.parameters.iter().map(|(name, &value)| (name.as_str(), value)));
    }
    legend
}

/// The duration of the run, ms, if it is among the settings.
fn duration(summary: &Summary) -> Option<f64> {
    let settings = summary.facts.get("settings")?;
    ["tstop", "t_stop", "tstop_ms", "t_stop_ms", "duration", "duration_ms"]
        .iter()
        .find_map(|key| settings.get(key)?.as_f64())
        .filter(|t| t.is_finite())
}

fn existing(dir: &Path, name: &str) -> Option<PathBuf> {
    // A file of any kind is accepted here; reading it reports its faults.
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

fn unwritable(path: &Path, error: OutputError) -> PlotError {
    let path = path.to_owned();
    match error {
        OutputError::System { kind, reason } => {
            PlotError::Unwritable { path, source: std::io::Error::new(kind, reason) }
        }
        source => PlotError::Occupied { path, source },
    }
}

/// The kind of file that [`draw_directory`] writes and replaces under a name.
pub fn picture_kind(name: &str) -> Option<OwnKind> {
    match name {
        "traces.svg" | "raster.svg" | "shape.svg" | "shape_v_max.svg" => Some(PICTURE),
        "index.html" => Some(PAGE),
        _ => None,
    }
}
