//! A configuration as a value: the circuit, the run, and the changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::configuration::circuit::CircuitConfig;
use crate::configuration::connection_override::ConnectionOverride;
use crate::configuration::error::ConfigurationError;
use crate::configuration::input_file::find_input_file;
use crate::configuration::node_sets::NodeSet;
use crate::configuration::options::CliOptions;
use crate::configuration::run::RunConfig;
use crate::configuration::seeds::RngConfig;
use crate::configuration::source_text::SourceText;

/// Number of unknown names after which no further ones are looked up, because each is compared with all existing names.
pub(super) const MOST_ERRORS: usize = 100;

/// The configuration of a run: the circuit, the settings of the run, and the changes of the circuit.
///
/// Reading a file reports all its errors at once, each with its line and column. A value made in Rust is checked when
/// it is [built](Self::build).
///
/// ```
/// use loligo_format::configuration::SimulationConfig;
///
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
/// let config = SimulationConfig::load(format!("{folder}/ring_configuration.toml"))?;
/// let circuit = config.build()?;
/// assert_eq!(circuit.model.options.celsius, 6.3); // degC, the ring's
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulationConfig {
    /// The circuit.
    pub circuit: CircuitConfig,
    /// Settings of the run.
    pub run: RunConfig,
    /// Generator and seeds.
    pub seeds: RngConfig,
    /// Actions of the run, and the part of the circuit that is used.
    pub options: CliOptions,
    /// Named groups of cells.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub node_sets: BTreeMap<String, NodeSet>,
    /// Changes of connections, in the order in which they are made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connection_overrides: Vec<ConnectionOverride>,
    /// The folder that paths are relative to: that of the file; for a value made in Rust the current folder.
    #[serde(skip)]
    pub folder: PathBuf,
    /// The file from which it was read, for the places of errors.
    #[serde(skip)]
    pub source_text: SourceText,
}

impl SimulationConfig {
    /// The path of an input file named in the configuration.
    ///
    /// # Errors
    /// A file that exists neither at its path nor in the configuration's folder.
    pub fn find_input_file(&self, path: impl AsRef<Path>) -> Result<PathBuf, ConfigurationError> {
        find_input_file(path, &[&self.folder], None)
    }

    /// The path of an output named in the configuration: relative to its folder.
    pub fn output(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.join(path)
    }
}
