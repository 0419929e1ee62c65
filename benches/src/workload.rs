//! The workloads by name.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use loligo::prelude::*;
use serde::Serialize;

use crate::ring::{self, Topology};
use crate::{Bombardment, Kinetics, WorkloadError, detailed_cell, ensemble};

/// Number of cells of the ensemble: odd, so that they do not fill vectors evenly.
const ENSEMBLE_CELLS: usize = 1003;

/// A workload whose speed is compared with other simulators'.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Workload {
    /// 16 rings of 8 cells, some 2,200 compartments, 100 ms.
    RingDefault,
    /// 64 rings of 8 cells, some 26,000 compartments, 20 ms.
    RingMedium,
    /// 256 rings of 16 cells, some 200,000 compartments, 10 ms.
    RingLarge,
    /// One cell of realistic shape, 1,000 ms.
    Detailed,
    /// 1,003 cells of 64 compartments, 20 ms.
    Ensemble,
    /// 8 cells of 101 compartments with 10,000 `ExpSyn` each, of one kinetics on a node, 100 ms.
    Synapses,
    /// The same with 24 kinetics on a node.
    SynapsesMixed,
    /// The same with a decay time of its own for each synapse.
    SynapsesDrawn,
    /// The same with probabilistic synapses in NMODL.
    SynapsesProbabilistic,
}

/// The data that a simulator needs to build and run a workload.
///
/// The models of the published comparisons are made from files that are not part of the project and are searched for in
/// `../shared/reference`. If they are absent, an equivalent model is used: random trees, a synthetic cell.
#[derive(Clone, Debug, Serialize)]
pub struct Description {
    /// Duration of the run, ms.
    pub tstop: f64,
    /// True if this is the published model, false if it is an equivalent one.
    pub published: bool,
    /// The model.
    pub model: Model,
}

/// The model of a workload.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// Rings of cells.
    Ring(Topology),
    /// A cell of this morphology file.
    Detailed(PathBuf),
    /// A number of cells of one shape.
    Ensemble(usize),
    /// Cells with ten thousand synapses each.
    Synapses(Bombardment),
}

impl Workload {
    /// The description of the workload.
    ///
    /// # Errors
    /// A topology file that cannot be read.
    pub fn describe(self) -> Result<Description, WorkloadError> {
        match self {
            Self::RingDefault => describe_ring("topo_default.json", 100.0, || Topology::draw(16, 8, 16, 11..=21, 1)),
            Self::RingMedium => describe_ring("topo_medium.json", 20.0, || Topology::draw(64, 8, 64, 33..=65, 1)),
            Self::RingLarge => describe_ring("topo_large.json", 10.0, || Topology::draw(256, 16, 512, 33..=65, 1)),
            Self::Detailed => {
                let published = reference("morphologies/c91662.swc");
                let morphology = published.clone().unwrap_or_else(|| project("morphologies/pyramidal_l5.swc"));
                let model = Model::Detailed(morphology);
                Ok(Description { tstop: 1000.0, published: published.is_some(), model })
            }
            Self::Ensemble => Ok(Description { tstop: 20.0, published: true, model: Model::Ensemble(ENSEMBLE_CELLS) }),
            Self::Synapses => Ok(describe_synapses(Kinetics::One)),
            Self::SynapsesMixed => Ok(describe_synapses(Kinetics::Mixed)),
            Self::SynapsesDrawn => Ok(describe_synapses(Kinetics::Drawn)),
            Self::SynapsesProbabilistic => Ok(describe_synapses(Kinetics::Probabilistic)),
        }
    }
}

impl Model {
    /// The network; `table` as in [`Hh`].
    ///
    /// # Errors
    /// A morphology, or a mechanism, that cannot be read.
    pub fn network(&self, table: bool) -> Result<Network, WorkloadError> {
        match self {
            Self::Ring(topology) => Ok(ring::network(topology, table)),
            Self::Detailed(morphology) => detailed_cell(morphology, table),
            Self::Ensemble(cells) => Ok(ensemble(*cells, table)),
            Self::Synapses(bombardment) => Ok(bombardment.network(table)?),
        }
    }
}

fn describe_ring(file: &str, tstop: f64, draw: impl FnOnce() -> Topology) -> Result<Description, WorkloadError> {
    let published = reference(&format!("ringtest/{file}"));
    let topology = published.as_deref().map_or_else(|| Ok(draw()), Topology::read)?;
    Ok(Description { tstop, published: published.is_some(), model: Model::Ring(topology) })
}

fn describe_synapses(kinetics: Kinetics) -> Description {
    Description { tstop: 100.0, published: true, model: Model::Synapses(Bombardment::of(kinetics)) }
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn reference(path: &str) -> Option<PathBuf> {
    Some(project("../shared/reference").join(path)).filter(|path| path.exists())
}
