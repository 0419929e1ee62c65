//! The spike file.

use std::path::{Path, PathBuf};

use hdf5::{Dataset, File, H5Type};
use loligo::{Network, Recorded, Simulation, SourceRef};
use ndarray::ArrayView1;

use crate::error::{SonataError, unwritable};
use crate::layout::{check_presence, create_file, set_units};
use crate::populations::Populations;

/// Number of spikes in a chunk.
const CHUNK: usize = 1 << 10;

/// The sort order of a population's spikes.
#[derive(Clone, Copy, H5Type)]
#[repr(u8)]
#[expect(dead_code, reason = "the type in the file lists all orders")]
enum Sorting {
    #[hdf5(rename = "none")]
    None = 0,
    #[hdf5(rename = "by_id")]
    ById = 1,
    #[hdf5(rename = "by_time")]
    ByTime = 2,
}

/// A spike file that is written during a run.
#[derive(Debug)]
pub(crate) struct Spikes {
    path: PathBuf,
    file: File,
    populations: Vec<Population>,
    /// For each source the index of its population, and its node id.
    nodes: Vec<(usize, u64)>,
}

/// The spikes of the cells, or of the artificial cells.
#[derive(Debug)]
struct Population {
    timestamps: Dataset,
    node_ids: Dataset,
    count: usize,
    /// Time, ms, and node.
    waiting: (Vec<f64>, Vec<u64>),
}

impl Spikes {
    /// Creates the file in a directory. There is a population of artificial cells only if such cells can spike.
    pub fn create(
        directory: &Path,
        network: &Network,
        simulation: &Simulation,
        names: &Populations,
    ) -> Result<Self, SonataError> {
        let nodes: Vec<(usize, u64)> = simulation.sources().iter().map(|source| node(network, source)).collect();
        let mut populations = vec![&names.cells[..]];
        if nodes.iter().any(|&(population, _)| population == 1) {
            populations.push(&names.artificial_cells);
        }
        let path = directory.join("spikes.h5");
        let file = create_file(&path)?;
        let populations = create(&file, &populations).map_err(unwritable(&path))?;
        Ok(Self { path, file, populations, nodes })
    }

    /// Takes the spikes of one batch of the run; returns the number of buffered ones.
    pub fn take(&mut self, recorded: &Recorded) -> usize {
        for spike in recorded.spikes() {
            let (population, node) = self.nodes[spike.source];
            let (times, nodes) = &mut self.populations[population].waiting;
            times.push(spike.t);
            nodes.push(node);
        }
        self.populations.iter().map(|population| population.waiting.0.len()).sum()
    }

    /// Writes the buffered spikes.
    pub fn write(&mut self) -> Result<(), SonataError> {
        check_presence(&self.path)?;
        self.write_spikes().map_err(unwritable(&self.path))
    }

    fn write_spikes(&mut self) -> hdf5::Result<()> {
        let mut is_changed = false;
        for population in &mut self.populations {
            let (times, nodes) = &mut population.waiting;
            if times.is_empty() {
                continue;
            }
            let new = population.count..population.count + times.len();
            grow(&population.timestamps, &new, times)?;
            grow(&population.node_ids, &new, nodes)?;
            times.clear();
            nodes.clear();
            population.count = new.end;
            is_changed = true;
        }
        if is_changed { self.file.flush() } else { Ok(()) }
    }
}

fn grow<T: H5Type>(dataset: &Dataset, new: &std::ops::Range<usize>, values: &[T]) -> hdf5::Result<()> {
    dataset.resize(new.end)?;
    dataset.write_slice(ArrayView1::from(values), new.clone())
}

/// Population and node id of a source.
fn node(network: &Network, source: &SourceRef) -> (usize, u64) {
    match source {
        // A variable without a cell belongs to an artificial cell.
        SourceRef::Variable(variable) => match network.cell_of(variable) {
            Some(cell) => (0, cell as u64),
            None => (1, 0),
        },
        SourceRef::Artificial(cell) => (1, *cell as u64),
        SourceRef::Point { cell, .. } => (0, *cell as u64),
    }
}

fn create(file: &File, names: &[&str]) -> hdf5::Result<Vec<Population>> {
    let spikes = file.create_group("spikes")?;
    let mut populations = Vec::new();
    for name in names {
        let group = spikes.create_group(name)?;
        // Created one directly after the other, so that their headers are adjacent and their sizes are written
        // together: libsonata rejects a population whose datasets differ in length.
        let timestamps = group.new_dataset::<f64>().chunk(CHUNK).shape(0..).create("timestamps")?;
        let node_ids = group.new_dataset::<u64>().chunk(CHUNK).shape(0..).create("node_ids")?;
        set_units(&timestamps, "ms")?;
        group.new_attr::<Sorting>().create("sorting")?.write_scalar(&Sorting::ByTime)?;
        populations.push(Population { timestamps, node_ids, count: 0, waiting: Default::default() });
    }
    file.flush()?;
    Ok(populations)
}
