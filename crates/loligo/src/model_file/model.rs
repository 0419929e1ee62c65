//! What a model file says.

use std::ops::Range;
use std::path::PathBuf;

use crate::{Network, Options};

/// A model that was read from a file, checked and ready for [`Simulation::new`](crate::Simulation::new).
#[derive(Clone, Debug)]
pub struct Model {
    /// Cells, connections, recordings.
    pub network: Network,
    /// How it is run.
    pub options: Options,
    /// When the run ends, ms.
    pub tstop: f64,
    /// Seed of all random numbers that have no seed of their own.
    pub seed: u32,
    /// What is written besides recordings and spikes.
    pub output: Output,
    /// What its author should look at.
    pub warnings: Vec<ModelWarning>,
    /// Morphology files that it reads, in the order of the file.
    pub files: Vec<PathBuf>,
    /// The file's text.
    pub text: String,
}

/// What is written besides recordings and spikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// Whether the highest voltage of every segment of the first cells is kept for pictures of their shape.
    pub shape_voltage: bool,
    /// Steps between two looks at that voltage; a quarter of a ms if not given.
    pub shape_every: usize,
}

/// Something that can be run, but may not be what was meant.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelWarning {
    /// What it is.
    pub text: String,
    /// The bytes of the file that it is about.
    pub span: Range<usize>,
}

impl Model {
    /// How many cells have their shape in the output.
    pub const CELLS_WITH_SHAPE: usize = 20;
    /// Samples of all recordings, at most.
    pub const MAX_SAMPLES: u64 = super::limits::SAMPLES;

    /// How many samples all recordings will hold, 8 bytes each; a file that asks for more than
    /// [`MAX_SAMPLES`](Self::MAX_SAMPLES) is refused.
    pub fn samples(&self) -> u64 {
        samples(&self.network, &self.output, self.tstop / self.options.dt)
    }

    /// Line and column of a byte of the file, both from 1.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        super::error::position(&self.text, byte)
    }
}

/// Samples of all recordings in a run of so many steps.
pub(crate) fn samples(network: &Network, output: &Output, steps: f64) -> u64 {
    let samples = |every: usize| (steps / every.max(1) as f64) as u64 + 1;
    let recorded = network.recordings.iter().map(|recording| samples(recording.every));
    let mut total = recorded.fold(0u64, u64::saturating_add);
    if output.shape_voltage {
        let shown = network.cells.iter().take(Model::CELLS_WITH_SHAPE);
        let segments: usize = shown.flat_map(|cell| &cell.sections).map(|section| section.segments()).sum();
        total = total.saturating_add((segments as u64).saturating_mul(samples(output.shape_every)));
    }
    total
}
