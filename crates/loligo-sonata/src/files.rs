//! All files of a run.

use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use loligo::{Network, Recorded, Simulation, Sink, SinkError};

use crate::columns::{Elements, reports};
use crate::error::SonataError;
use crate::populations::Populations;
use crate::report::Report;
use crate::spikes::Spikes;

/// Approximate number of values and spikes that are buffered before they are written.
const ROOM: usize = 1 << 20;
/// Longest time for which they are buffered during a run.
const PATIENCE: Duration = Duration::from_millis(100);

/// Writes the recorded data of a simulation to SONATA files in a directory while it [runs](Simulation::run_into):
/// `spikes.h5`, and a report for each recorded variable, such as `report_v.h5`.
///
/// Ten times a second, and at the end of a run, the files are completed up to that time and flushed: if the run is
/// interrupted, or even killed, they are readable.
#[derive(Debug)]
pub struct SonataFiles {
    reports: Vec<(String, Report)>,
    spikes: Spikes,
    /// Index of the report of each recording, starting with the first recording.
    report_of: Vec<usize>,
    first: usize,
    written: Instant,
}

impl SonataFiles {
    /// Creates the files for the given recordings of `network`, from which `simulation` was made, and for all spikes.
    /// HDF5 files with the same names are replaced.
    ///
    /// # Errors
    /// Names that are not allowed for a population; recordings that do not exist; a file that cannot be written; an
    /// existing item with such a name that is not an HDF5 file.
    pub fn create(
        directory: &Path,
        network: &Network,
        simulation: &Simulation,
        recordings: Range<usize>,
        populations: &Populations,
    ) -> Result<Self, SonataError> {
        populations.check()?;
        let first = recordings.start;
        let mut report_of = vec![0; recordings.len()];
        let mut files = Vec::new();
        for columns in reports(network, simulation, recordings)? {
            columns.columns.iter().for_each(|column| report_of[column.recording - first] = files.len());
            let population = match columns.elements {
                Elements::ArtificialCells => &populations.artificial_cells,
                _ => &populations.cells,
            };
            let report = Report::create(directory, &columns, population, simulation.options().dt)?;
            files.push((format!("{}.h5", columns.name), report));
        }
        let spikes = Spikes::create(directory, network, simulation, populations)?;
        Ok(Self { reports: files, spikes, report_of, first, written: Instant::now() })
    }

    /// The name of the file of a recording, if it is among the given ones.
    pub fn file_of_recording(&self, recording: usize) -> Option<&str> {
        let report = *self.report_of.get(recording.checked_sub(self.first)?)?;
        Some(&self.reports[report].0)
    }
}

impl Sink for SonataFiles {
    fn take(&mut self, recorded: &Recorded) -> Result<(), SinkError> {
        let values: usize = self.reports.iter_mut().map(|(_, report)| report.take(recorded)).sum();
        let waiting = values + self.spikes.take(recorded);
        if waiting >= ROOM || self.written.elapsed() >= PATIENCE { self.finish() } else { Ok(()) }
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        for (_, report) in &mut self.reports {
            report.write()?;
        }
        self.spikes.write()?;
        self.written = Instant::now();
        Ok(())
    }
}
