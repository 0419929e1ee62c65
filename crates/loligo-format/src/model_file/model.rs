//! The model read from a model file.

use std::collections::HashSet;
use std::ops::Range;
use std::path::PathBuf;

use loligo::{Estimate, Network, Options, PlausibilityRule, SimulationError};

use crate::model_file::error::{IncludedFile, Problem, included_at, position};
use crate::model_file::limits;

/// A model that was read from a file, checked and ready for [`Simulation::new`](loligo::Simulation::new).
#[derive(Clone, Debug)]
pub struct Model {
    /// Cells, connections, recordings.
    pub network: Network,
    /// The options of the run.
    pub options: Options,
    /// End time of the run, ms.
    pub tstop: f64,
    /// Seed of all random numbers without a seed of their own.
    pub seed: u32,
    /// Output besides recordings and spikes.
    pub output: Output,
    /// Warnings about likely mistakes.
    pub warnings: Vec<ModelWarning>,
    /// The rules whose warnings are left out.
    pub quiet: HashSet<PlausibilityRule>,
    /// Files that it includes, morphologies, tables and mechanisms that it reads.
    pub files: Vec<PathBuf>,
    /// The file's text.
    pub text: String,
    /// The files that it includes.
    pub included: Vec<IncludedFile>,
}

/// A model that was checked and counted, not to be run: random signals of stimuli are the same at all places.
#[derive(Clone, Debug)]
pub struct Examined {
    pub(super) model: Model,
    /// Number of waveform points that a run would not share.
    pub(super) waveform_points: f64,
}

impl Examined {
    /// Cells, connections, recordings.
    pub fn network(&self) -> &Network {
        &self.model.network
    }

    /// The options of the run.
    pub fn options(&self) -> &Options {
        &self.model.options
    }

    /// End time of the run, ms.
    pub fn tstop(&self) -> f64 {
        self.model.tstop
    }

    /// Warnings about likely mistakes.
    pub fn warnings(&self) -> &[ModelWarning] {
        &self.model.warnings
    }

    /// Other files that it reads.
    pub fn files(&self) -> &[PathBuf] {
        &self.model.files
    }

    /// The file's text.
    pub fn text(&self) -> &str {
        &self.model.text
    }

    /// The files that it includes.
    pub fn included(&self) -> &[IncludedFile] {
        &self.model.included
    }

    /// Estimates the resources of a run.
    ///
    /// # Errors
    /// Options with which it cannot be run.
    pub fn estimate(&self) -> Result<Estimate, SimulationError> {
        let mut estimate = self.model.estimate()?;
        estimate.counts.waveform_points = self.waveform_points;
        estimate.memory = estimate.counts.memory();
        Ok(estimate)
    }
}

/// Output besides recordings and spikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// `true` if the highest voltage of every segment of the first cells is recorded for pictures of their shape.
    pub shape_voltage: bool,
    /// Number of steps between two samples of that voltage; 0.25 ms if not given.
    pub shape_every: usize,
    /// `true` if the cells' positions are written.
    pub positions: bool,
    /// `true` if the connections are written.
    pub connections: bool,
}

/// A likely mistake in a model that can be run.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelWarning {
    /// The message.
    pub text: String,
    /// The bytes of the file that it concerns.
    pub span: Range<usize>,
}

impl Model {
    /// Number of cells with their shape in the output.
    pub const CELLS_WITH_SHAPE: usize = 20;

    /// The reason why a run up to `tstop` would not fit into memory: too many samples or spikes of NetStims; `None` if
    /// it fits.
    pub fn too_large(&self) -> Option<Problem> {
        too_large(&self.network, &self.output, self.tstop, self.options.dt)
    }

    /// Estimates the resources of a run, including memory for the text of the file.
    ///
    /// # Errors
    /// Errors with which the network cannot be run.
    pub fn estimate(&self) -> Result<Estimate, SimulationError> {
        let mut estimate = self.network.estimate(&self.options)?;
        estimate.counts.text = self.text.len() as f64;
        estimate.memory = estimate.counts.memory();
        Ok(estimate)
    }

    /// Line and column of a byte in its file, both from 1.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        match included_at(&self.included, byte) {
            Some((file, byte)) => position(&file.text, byte),
            None => position(&self.text, byte),
        }
    }
}

/// Samples, and how to have fewer of them.
pub(crate) const MANY_SAMPLES: &str = "samples of all recordings (lengthen \"every\", or shorten \"tstop\")";

/// The reason for which a run would not fit into memory.
pub(crate) fn too_large(network: &Network, output: &Output, tstop: f64, dt: f64) -> Option<Problem> {
    let too_many = |what, count: f64, limit: u64| {
        (count > limit as f64).then(|| Problem::TooMany { what, count: count.to_string(), limit })
    };
    too_many(MANY_SAMPLES, samples(network, output, tstop / dt), limits::SAMPLES).or_else(|| {
        let what = "spikes of all NetStims (lengthen \"interval\", lower \"number\", or shorten \"tstop\")";
        too_many(what, spikes_of_net_stims(network, tstop), limits::SPIKES)
    })
}

/// Number of samples of all recordings in a run of that many steps.
fn samples(network: &Network, output: &Output, steps: f64) -> f64 {
    let samples = |every: usize| (steps / every.max(1) as f64).floor() + 1.0;
    let mut total: f64 = network.recordings.iter().map(|recording| samples(recording.every)).sum();
    if output.shape_voltage {
        let shown = network.cells.iter().take(Model::CELLS_WITH_SHAPE);
        let segments: usize = shown.flat_map(|cell| &cell.sections).map(|section| section.segments()).sum();
        total += segments as f64 * samples(output.shape_every);
    }
    total
}

/// Spikes that the NetStims of a network send until `tstop` (ms), on average.
fn spikes_of_net_stims(network: &Network, tstop: f64) -> f64 {
    let net_stims = network.artificial_cells.iter().filter(|cell| cell.mechanism.name == "NetStim");
    net_stims
        .map(|cell| {
            let parameter = |name: &str, default| cell.mechanism.parameters.get(name).copied().unwrap_or(default);
            let interval = parameter("interval", 10.0); // ms
            let interval = if interval > 0.0 { interval } else { 0.01 }; // ms, as in NEURON
            let wanted = parameter("number", 10.0).max(0.0);
            wanted.min(tstop / interval)
        })
        .sum()
}
