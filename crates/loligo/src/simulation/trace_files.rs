//! Traces and spikes as tables in files that are written during a simulation.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use loligo_io::OwnKind;

use crate::network::Network;
use crate::network::references::{SourceRef, VariableRef};
use crate::simulation::Simulation;
use crate::simulation::error::SinkError;
use crate::simulation::recorded::{Recorded, Sink};

/// Approximate number of bytes that are buffered before they are written.
const BUFFER: usize = 1 << 16;

/// Interval between two checks that the files still exist.
const LOOK_AFTER: Duration = Duration::from_secs(1);

/// Tables of traces, identified by the first name in their first line.
const TRACES: OwnKind =
    OwnKind { name: "a table of traces", is_own: |bytes| [b"t,", b"t\n"].iter().any(|names| begins(bytes, *names)) };
/// The table of spikes.
const SPIKES: OwnKind = OwnKind { name: "a table of spikes", is_own: |bytes| begins(bytes, b"t,source,gid\n") };

/// The table of spike sources.
const SOURCES: OwnKind =
    OwnKind { name: "a table of sources", is_own: |bytes| begins(bytes, b"source,gid,artificial\n") };

/// `true` if a file begins with `beginning`, or contains as much of it as could be written to a full disk.
fn begins(bytes: &[u8], beginning: &[u8]) -> bool {
    bytes.starts_with(beginning) || beginning.starts_with(bytes)
}

/// Writes the samples and spikes of a simulation to files of a directory while it [runs](Simulation::run_into):
/// `spikes.csv`, and for each sampling interval `traces.csv` (the shortest) or `traces_every_K.csv` (K steps).
/// `sources.csv` lists all sources of spikes, also those without spikes.
///
/// The `gid` (global identifier of a cell) is -1 for artificial cells, which have none, so that the column has an
/// integer in every row.
///
/// Numbers are written with enough digits to read back the same bits. After each stretch of the run the files are
/// complete up to there, so that an interrupted run leaves readable files. (A process that is killed during a write can
/// leave an incomplete last line without a line break; a full disk does not.)
#[derive(Debug)]
pub struct TraceFiles {
    tables: Vec<TraceTable>,
    spikes: LineFile,
    /// The columns after the time of a spike, for each source.
    sources: Vec<String>,
    /// Time of the last check that the files still exist.
    looked: Instant,
}

/// The recordings of one interval.
#[derive(Debug)]
struct TraceTable {
    file: LineFile,
    /// Sampling interval, steps.
    every: usize,
    recordings: Vec<usize>,
}

impl TraceFiles {
    /// Makes the files, with their headers, for the recordings of `network`, from which `simulation` was made, and for
    /// all spikes. Existing tables of the same names are replaced.
    ///
    /// # Errors
    /// A file that can't be written; an existing file of such a name that is not a table of a run; recordings that do
    /// not exist.
    pub fn create(
        directory: &Path,
        network: &Network,
        simulation: &Simulation,
        recordings: Range<usize>,
    ) -> Result<Self, SinkError> {
        let absent = |recording: usize| SinkError {
            place: directory.display().to_string(),
            reason: format!("there is no recording {recording}"),
        };
        if let Some(recording) = recordings.clone().find(|&recording| {
            network.recordings.get(recording).is_none() || simulation.recording_name(recording).is_err()
        }) {
            return Err(absent(recording));
        }
        let every = |recording: usize| network.recordings[recording].every.max(1);
        let mut intervals: Vec<usize> = recordings.clone().map(every).collect();
        intervals.sort_unstable();
        intervals.dedup();
        let mut tables = Vec::new();
        for interval in intervals {
            let name = if tables.is_empty() { "traces.csv".to_owned() } else { format!("traces_every_{interval}.csv") };
            let members: Vec<usize> = recordings.clone().filter(|&recording| every(recording) == interval).collect();
            let names = members.iter().map(|&recording| simulation.recording_name(recording).unwrap_or_default());
            let file = LineFile::create(directory.join(name), TRACES, &quoted(std::iter::once("t").chain(names)))?;
            tables.push(TraceTable { file, every: interval, recordings: members });
        }
        let mut list = LineFile::create(directory.join("sources.csv"), SOURCES, "source,gid,artificial")?;
        let mut sources = Vec::with_capacity(simulation.sources().len());
        for source in simulation.sources() {
            let (name, gid, artificial) = match source {
                SourceRef::Artificial(cell) => (network.artificial_cells[*cell].name.clone(), None, Some(*cell)),
                SourceRef::Point { cell, point } => {
                    (network.name_of_point(*cell, *point), Some(network.gid(*cell)), None)
                }
                SourceRef::Variable(variable) => {
                    let gid = network.cell_of(variable).map(|cell| network.gid(cell));
                    let artificial = match variable {
                        VariableRef::Artificial { cell, .. } => Some(*cell),
                        _ => None,
                    };
                    (network.name_of(variable), gid, artificial)
                }
            };
            let number = |number: Option<String>| number.unwrap_or_else(|| "-1".to_owned());
            let source = quoted([&name[..], &number(gid.map(|gid| gid.to_string()))]);
            let artificial = number(artificial.map(|cell| cell.to_string()));
            list.line(|line| write!(line, "{source},{artificial}"))?;
            sources.push(source);
        }
        list.flush()?;
        Ok(Self {
            tables,
            sources,
            spikes: LineFile::create(directory.join("spikes.csv"), SPIKES, "t,source,gid")?,
            looked: Instant::now(),
        })
    }

    /// The kind of table that [`create`](Self::create) writes and replaces under a name.
    pub fn kind_of(name: &str) -> Option<OwnKind> {
        let every = name.strip_prefix("traces_every_").and_then(|rest| rest.strip_suffix(".csv"));
        match name {
            "spikes.csv" => Some(SPIKES),
            "sources.csv" => Some(SOURCES),
            "traces.csv" => Some(TRACES),
            _ => every.and_then(|every| every.parse::<u64>().ok()).map(|_| TRACES),
        }
    }

    /// Checks from time to time that the files still exist; without this a run could continue for days after they were
    /// removed.
    fn look_after(&mut self) -> Result<(), SinkError> {
        if self.looked.elapsed() < LOOK_AFTER {
            return Ok(());
        }
        self.looked = Instant::now();
        let mut files = self.tables.iter().map(|table| &table.file).chain([&self.spikes]);
        match files.find(|file| !loligo_io::is_at(&file.file, &file.path)) {
            Some(LineFile { path, .. }) => {
                let reason = "it has been removed, moved or replaced since the run began".to_owned();
                Err(SinkError { place: path.display().to_string(), reason })
            }
            None => Ok(()),
        }
    }

    /// The file name of the recordings with this sampling interval (steps), if there are any.
    pub fn file_of_interval(&self, every: usize) -> Option<&str> {
        self.tables.iter().find(|table| table.every == every)?.file.path.file_name()?.to_str()
    }
}

impl Sink for TraceFiles {
    fn take(&mut self, recorded: &Recorded) -> Result<(), SinkError> {
        self.look_after()?;
        for TraceTable { file, recordings, .. } in &mut self.tables {
            let samples: Vec<&[f64]> =
                recordings.iter().map(|&recording| recorded.samples(recording).unwrap_or_default()).collect();
            // After a failure some recordings may lack the last samples.
            let longest =
                recordings.iter().copied().max_by_key(|&recording| recorded.samples(recording).map(<[f64]>::len));
            let times = longest.and_then(|recording| recorded.times(recording)).unwrap_or_default();
            for (row, t) in times.iter().enumerate() {
                file.line(|line| {
                    write!(line, "{t}")?;
                    samples.iter().try_for_each(|samples| match samples.get(row) {
                        Some(value) => write!(line, ",{value}"),
                        None => write!(line, ","),
                    })
                })?;
            }
            file.flush()?;
        }
        for spike in recorded.spikes() {
            let source = &self.sources[spike.source];
            self.spikes.line(|line| write!(line, "{},{source}", spike.t))?;
        }
        self.spikes.flush()
    }
}

/// A file to which only whole lines are written.
#[derive(Debug)]
struct LineFile {
    path: PathBuf,
    file: File,
    /// Bytes in the file.
    length: u64,
    lines: Vec<u8>,
}

impl LineFile {
    fn create(path: PathBuf, kind: OwnKind, header: &str) -> Result<Self, SinkError> {
        let file = loligo_io::create(&path, kind).map_err(|error| unwritable(&path, &error))?;
        let mut created = Self { path, file, length: 0, lines: Vec::new() };
        created.line(|line| write!(line, "{header}"))?;
        created.flush()?;
        Ok(created)
    }

    /// Appends a line.
    fn line(&mut self, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Result<(), SinkError> {
        write(&mut self.lines).map_err(|error| unwritable(&self.path, &error))?;
        self.lines.push(b'\n');
        if self.lines.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// Writes the buffered lines; on a full disk as many whole lines as possible.
    fn flush(&mut self) -> Result<(), SinkError> {
        let written = self.file.write_all(&self.lines);
        match &written {
            Ok(()) => self.length += self.lines.len() as u64,
            Err(_) => self.cut_to_lines(),
        }
        self.lines.clear();
        written.map_err(|error| unwritable(&self.path, &error))
    }

    /// Removes the incomplete line that a failed write may have left.
    fn cut_to_lines(&mut self) {
        let Ok(data) = self.file.metadata() else { return };
        let written = usize::try_from(data.len().saturating_sub(self.length)).unwrap_or(usize::MAX);
        let written = &self.lines[..written.min(self.lines.len())];
        let whole = written.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        // If this also fails, readers find an incomplete line, which they skip.
        let _ = self.file.set_len(self.length + whole as u64);
    }
}

fn unwritable(path: &Path, error: &impl ToString) -> SinkError {
    SinkError { place: path.display().to_string(), reason: error.to_string() }
}

/// A line of a table, with quotes where they are needed.
fn quoted<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    // Writing to memory and converting text cannot fail.
    let written = table.write_record(fields).ok().and_then(|()| table.into_inner().ok());
    let line = written.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    line.trim_end_matches('\n').to_owned()
}
