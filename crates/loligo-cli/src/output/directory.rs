//! The output directory: checked, locked, and cleared of the files of an earlier run.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use loligo::TraceFiles;
use loligo_io::{HDF5, OwnKind};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::terminal::complain;

/// The copy of the model; it is replaced only when the run begins, so that the copy itself can be run.
pub(super) const MODEL: &str = "model.toml";

/// The copy of the configuration, and true for the JSON form.
pub(super) const CONFIGURATION: [(&str, bool); 2] = [("configuration.toml", false), ("configuration.json", true)];

pub(super) const SUMMARY: &str = "summary.json";

pub(super) const CELLS: &str = "cells.json";

pub(super) const POSITIONS: &str = "positions.csv";

pub(super) const CONNECTIONS: &str = "connections.csv";

/// Locked while a run writes to the directory. The file remains, but the lock ends with the process.
const LOCK: &str = ".loligo.lock";

/// Summaries, recognised by their first and most specific keys.
const SUMMARY_KIND: OwnKind = OwnKind {
    name: "the summary of a run",
    is_own: |bytes| {
        let has = |key: &[u8]| bytes.windows(key.len()).any(|part| part == key);
        bytes.starts_with(b"{") && has(b"\"version\"") && has(b"\"status\"") && has(b"\"model_hash\"")
    },
};

/// Any file with this name in the output directory of a run; the content is not checked.
const COPY_KIND: OwnKind = OwnKind { name: "a copy of a model", is_own: |_| true };

const CELLS_KIND: OwnKind = OwnKind { name: "the cells of a run", is_own: |bytes| bytes.starts_with(b"[") };

const POSITIONS_KIND: OwnKind =
    OwnKind { name: "the positions of a run's cells", is_own: |bytes| bytes.starts_with(b"cell,x,y,z\n") };

/// A table of the connections of a network.
pub const CONNECTIONS_KIND: OwnKind = OwnKind {
    name: "the connections of a run",
    is_own: |bytes| bytes.starts_with(b"source,target,synapse,weight,delay,threshold\n"),
};

/// A directory that receives the output of this run and is locked against others.
pub struct OutputDirectory {
    path: PathBuf,
    /// The lock ends when the file is closed.
    _lock: File,
}

impl OutputDirectory {
    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The kind of file that a run writes and replaces under a name.
    pub fn kind_of(name: &str) -> Option<OwnKind> {
        let is_report = name == "spikes.h5" || (name.starts_with("report_") && name.ends_with(".h5"));
        match name {
            SUMMARY => Some(SUMMARY_KIND),
            CELLS => Some(CELLS_KIND),
            POSITIONS => Some(POSITIONS_KIND),
            CONNECTIONS => Some(CONNECTIONS_KIND),
            MODEL => Some(COPY_KIND),
            _ if CONFIGURATION.iter().any(|(copy, _)| *copy == name) => Some(COPY_KIND),
            _ if is_report => Some(HDF5),
            _ => TraceFiles::kind_of(name).or_else(|| loligo_plot::picture_kind(name)),
        }
    }

    /// True if a run writes a file of this name.
    pub fn writes(name: &str) -> bool {
        name == LOCK || Self::kind_of(name).is_some()
    }

    /// Checks that a run can write to a directory, which may not exist yet. Nothing is changed.
    ///
    /// A file with the name of an output is replaced only in a directory that has the summary of a run, and only if its
    /// content is of the kind that a run writes under that name; all other files are kept.
    pub fn check(path: &Path) -> Result<(), Failure> {
        loligo_io::check_folder(path).map_err(|error| Failure::output(path, error))?;
        if !path.exists() {
            return Ok(());
        }
        let refuse = |error| Failure::output(path, error);
        let entries = fs::read_dir(path).map_err(refuse)?.collect::<io::Result<Vec<_>>>().map_err(refuse)?;
        // Looked at after the list was made: another run may begin meanwhile, and its summary is its first file.
        let summary = path.join(SUMMARY);
        let is_of_a_run = summary.is_file() && loligo_io::check_place(&summary, SUMMARY_KIND).is_ok();
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(kind) = Self::kind_of(&name) else { continue };
            if !is_of_a_run {
                let reason = format!("it holds a {name} that no run wrote; give another directory with --out");
                return Err(Failure::output(path, reason));
            }
            loligo_io::check_place(entry.path(), kind).map_err(|error| Failure::output(&entry.path(), error))?;
        }
        Ok(())
    }

    /// The start time (ms) of the run that wrote to a directory, if there is one.
    pub fn start_of_run(path: &Path) -> Option<f64> {
        #[derive(Deserialize)]
        struct Start {
            /// Missing in summaries of earlier versions.
            #[serde(default)]
            start: f64,
        }
        let path = path.join(SUMMARY);
        loligo_io::check_place(&path, SUMMARY_KIND).ok()?;
        let start: Start = serde_json::from_reader(BufReader::new(File::open(path).ok()?)).ok()?;
        Some(start.start)
    }

    /// [Checks](Self::check) a directory, creates it if necessary, and locks it against other runs. Its contents
    /// remain until [`clear`](Self::clear).
    pub fn open(path: &Path) -> Result<Self, Failure> {
        Self::check(path)?;
        fs::create_dir_all(path).map_err(|error| Failure::output(path, error))?;
        Ok(Self { path: path.to_owned(), _lock: lock(path)? })
    }

    /// Removes the files of an earlier run, except those that identify the run; these are replaced later.
    pub(super) fn clear(&self) -> Result<(), Failure> {
        // Checked again, because building the model may have taken some time.
        Self::check(&self.path)?;
        let entries = fs::read_dir(&self.path).map_err(|error| Failure::output(&self.path, error))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let stays = name == SUMMARY || Self::kind_of(&name).is_none_or(|kind| kind.name == COPY_KIND.name);
            if !stays {
                self.remove(&name)?;
            } else if loligo_io::is_partial(&name) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                // Left by a killed run; a failure to remove it is harmless.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// Removes a file of an earlier run, if it exists.
    pub(super) fn remove(&self, name: &str) -> Result<(), Failure> {
        let path = self.path.join(name);
        let kind = Self::kind_of(name).unwrap_or(COPY_KIND);
        loligo_io::remove(&path, kind).map_err(|error| Failure::output(&path, error))
    }

    /// Writes a file that becomes visible only when it is complete.
    pub(super) fn file(
        &self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let path = self.path.join(name);
        let kind = Self::kind_of(name).unwrap_or(COPY_KIND);
        loligo_io::replace(&path, kind, write).map_err(|error| Failure::output(&path, error))
    }

    pub(super) fn json(&self, name: &str, value: &impl Serialize) -> Result<(), Failure> {
        self.file(name, |out| {
            serde_json::to_writer_pretty(&mut *out, value)?;
            writeln!(out)
        })
    }
}

/// Locks a directory against other runs, until the file is closed.
fn lock(directory: &Path) -> Result<File, Failure> {
    let path = directory.join(LOCK);
    let refuse = |error: io::Error| Failure::output(&path, error);
    if path.symlink_metadata().is_ok_and(|data| !data.is_file()) {
        return Err(Failure::output(&path, "this is the name of a file that a run makes; remove what has it"));
    }
    // Not truncated: it contains the id of the process that has locked it.
    let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(refuse)?;
    match file.try_lock() {
        Ok(()) => {
            // Used in the message below; the lock works without it.
            let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        }
        Err(TryLockError::WouldBlock) => {
            let process = fs::read_to_string(&path).unwrap_or_default();
            let process = process.trim();
            let process = if process.is_empty() { String::new() } else { format!(" (process {process})") };
            let reason =
                format!("another run writes to it{process}; wait for its end, or give another directory with --out");
            return Err(Failure::output(directory, reason));
        }
        Err(TryLockError::Error(error)) => {
            complain!(
                "warning: {} cannot be locked ({error}); start no other run into it meanwhile",
                directory.display()
            );
        }
    }
    Ok(file)
}
