//! The circuit of a configuration.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The circuit to simulate: neurodamus's `CircuitConfig`.
///
/// Paths are relative to the configuration's folder. Options for features that Loligo lacks are not here; in a file
/// they are an error with the reason.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CircuitConfig {
    /// The model file; required.
    pub circuit_path: PathBuf,
    /// The cells with membrane that are simulated: a node set, a population, or a cell such as `ring[3]`; all if not
    /// given.
    ///
    /// Connections, gap junctions, waveforms and recordings of other cells are removed with them; artificial cells
    /// stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circuit_target: Option<String>,
    /// The folder of the model's morphology files; replaces the model file's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub morphology_path: Option<PathBuf>,
    /// The format of the morphology files; replaces their extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub morphology_type: Option<MorphologyType>,
    /// The number of the circuit in the random streams of spontaneous release, at most 65535.
    pub population_id: u16,
}

impl CircuitConfig {
    /// Makes the circuit of a model file.
    pub fn new(circuit_path: impl Into<PathBuf>) -> Self {
        Self { circuit_path: circuit_path.into(), ..Self::default() }
    }
}

/// The format of morphology files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MorphologyType {
    /// Neurolucida text, `.asc`.
    Asc,
    /// `.swc`
    Swc,
    /// HDF5, version 1 of the Blue Brain format, `.h5`.
    H5,
}

impl MorphologyType {
    /// The file extension.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Swc => "swc",
            Self::H5 => "h5",
        }
    }
}
