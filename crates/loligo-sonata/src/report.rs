//! A report file: the samples of one variable at many places.

use std::path::{Path, PathBuf};

use hdf5::{Dataset, File};
use loligo::Recorded;
use ndarray::ArrayView2;

use crate::columns::ReportColumns;
use crate::error::{SonataError, unwritable};
use crate::layout::{check_presence, create_file, fixed, set_units};

/// Largest number of values and of rows in a chunk; one batch of a run has some hundred rows.
const CHUNK: (usize, usize) = (1 << 16, 1 << 10);
/// Largest difference between libsonata's sum of intervals and the end, ms, without an additional row; half of its own
/// tolerance.
const TOLERANCE: f64 = 5e-7;

/// A report that is written during a run.
#[derive(Debug)]
pub(crate) struct Report {
    path: PathBuf,
    file: File,
    data: Dataset,
    time: Dataset,
    recordings: Vec<usize>,
    /// The step, and the interval between samples, ms.
    dt: f64,
    interval: f64,
    /// Time of the first sample, ms.
    start: Option<f64>,
    /// Number of rows in the file.
    rows: usize,
    /// The end time in the file, ms.
    stop: f64,
    /// The sum of intervals with which libsonata counts the rows, ms.
    counted: f64,
    /// Samples that are not yet in the file, row by row.
    waiting: Vec<f32>,
    /// Time up to which all samples have been received, ms.
    until: f64,
}

impl Report {
    /// Creates the file in a directory. `dt` in ms.
    pub fn create(directory: &Path, columns: &ReportColumns, population: &str, dt: f64) -> Result<Self, SonataError> {
        let path = directory.join(format!("{}.h5", columns.name));
        let interval = dt * columns.every as f64;
        let file = create_file(&path)?;
        let (data, time) = create(&file, columns, population, interval).map_err(unwritable(&path))?;
        Ok(Self {
            path,
            file,
            data,
            time,
            recordings: columns.columns.iter().map(|column| column.recording).collect(),
            dt,
            interval,
            start: None,
            rows: 0,
            stop: 0.0,
            counted: 0.0,
            waiting: Vec::new(),
            until: 0.0,
        })
    }

    /// Takes the samples of one batch of the run; returns the number of buffered values.
    pub fn take(&mut self, recorded: &Recorded) -> usize {
        self.until = recorded.until();
        let samples: Vec<&[f64]> =
            self.recordings.iter().map(|&recording| recorded.samples(recording).unwrap_or_default()).collect();
        // After a failed run some recordings may lack the last samples.
        let rows = samples.iter().map(|samples| samples.len()).min().unwrap_or(0);
        if self.start.is_none() && rows > 0 {
            self.start = recorded.times(self.recordings[0]).and_then(|times| times.first().copied());
            self.counted = self.start.unwrap_or(0.0);
        }
        self.waiting.reserve(rows * samples.len());
        for row in 0..rows {
            self.waiting.extend(samples.iter().map(|samples| samples[row] as f32));
        }
        self.waiting.len()
    }

    /// Writes the buffered samples, except one at the very end: a row represents the time after it.
    pub fn write(&mut self) -> Result<(), SonataError> {
        check_presence(&self.path)?;
        let Some(start) = self.start else { return Ok(()) };
        let columns = self.recordings.len();
        let samples = self.waiting.len() / columns;
        let last = start + self.interval * (self.rows + samples).saturating_sub(1) as f64;
        let is_at_end = samples > 0 && last > self.until - self.dt / 2.0;
        let rows = samples - usize::from(is_at_end);
        self.write_rows(start, rows, !is_at_end).map_err(unwritable(&self.path))?;
        self.waiting.drain(..rows * columns);
        Ok(())
    }

    /// Writes the rows first and then their end time: if the writer is killed, a reader finds all rows that correspond
    /// to the times. `is_within`: the known time does not reach the row after these.
    fn write_rows(&mut self, start: f64, rows: usize, is_within: bool) -> hdf5::Result<()> {
        if rows > 0 {
            let columns = self.recordings.len();
            let all = self.rows + rows;
            self.data.resize((all, columns))?;
            let values = ArrayView2::from_shape((rows, columns), &self.waiting[..rows * columns]);
            let values = values.map_err(|error| error.to_string())?;
            self.data.write_slice(values, (self.rows..all, ..))?;
            self.file.flush()?;
            self.rows = all;
            (0..rows).for_each(|_| self.counted += self.interval);
        }
        let end = start + self.interval * self.rows as f64;
        let end = if (self.counted - end).abs() > TOLERANCE { self.counted } else { end };
        let stop = if is_within { self.until.min(end) } else { end };
        if stop != self.stop {
            self.time.write_raw(&[start, stop, self.interval])?;
            self.file.flush()?;
            self.stop = stop;
        }
        Ok(())
    }
}

fn create(
    file: &File,
    ReportColumns { unit, columns, .. }: &ReportColumns,
    population: &str,
    interval: f64,
) -> hdf5::Result<(Dataset, Dataset)> {
    let group = file.create_group("report")?.create_group(population)?;
    let width = columns.len().clamp(1, CHUNK.0);
    let height = (CHUNK.0 / width).clamp(1, CHUNK.1);
    let data = group.new_dataset::<f32>().chunk((height, width)).shape((0.., columns.len())).create("data")?;
    set_units(&data, unit)?;

    let mapping = group.create_group("mapping")?;
    let mut nodes: Vec<u64> = Vec::new();
    let mut pointers: Vec<u64> = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        if nodes.last() != Some(&column.node) {
            nodes.push(column.node);
            pointers.push(place as u64);
        }
    }
    pointers.push(columns.len() as u64);
    let node_ids = fixed(&mapping, "node_ids", &nodes)?;
    node_ids.new_attr::<u8>().create("sorted")?.write_scalar(&1_u8)?;
    fixed(&mapping, "index_pointers", &pointers)?;
    fixed(&mapping, "element_ids", &columns.iter().map(|column| column.element).collect::<Vec<u32>>())?;
    fixed(&mapping, "element_pos", &columns.iter().map(|column| column.position).collect::<Vec<f32>>())?;
    let time = fixed(&mapping, "time", &[0.0, 0.0, interval])?;
    set_units(&time, "ms")?;
    file.flush()?;
    Ok((data, time))
}
