//! A configuration as a value: which circuit is simulated, how, and with what changes.

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

/// After how many names that nothing has others are not looked up: each is compared with all that there are.
pub(super) const MOST_ERRORS: usize = 100;

/// Which circuit is simulated, how, and with what changes: the configuration of a run.
///
/// Reading a file finds all its errors at once, each with its line and column. A value made in Rust is checked when it is
/// [built](Self::build).
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
    /// How it is run.
    pub run: RunConfig,
    /// Seeds.
    pub seeds: RngConfig,
    /// What is done, and how much of the circuit takes part.
    pub options: CliOptions,
    /// Groups of cells by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub node_sets: BTreeMap<String, NodeSet>,
    /// Changes of connections, in the order in which they are made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connection_overrides: Vec<ConnectionOverride>,
    /// The folder that paths are relative to: that of the file; for a value made in Rust the one in which the program runs.
    #[serde(skip)]
    pub folder: PathBuf,
    /// The file that it was read from, for the places of errors.
    #[serde(skip)]
    pub source_text: SourceText,
}

impl SimulationConfig {
    /// The path of an input file that the configuration names.
    ///
    /// # Errors
    /// A file that is neither there nor in the configuration's folder.
    pub fn find_input_file(&self, path: impl AsRef<Path>) -> Result<PathBuf, ConfigurationError> {
        find_input_file(path, &[&self.folder], None)
    }

    /// A path of an output that the configuration names: relative to its folder.
    pub fn output(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.join(path)
    }
}
