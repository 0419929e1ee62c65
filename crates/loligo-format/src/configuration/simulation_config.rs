//! A configuration as a value: which circuit is simulated, how, and with what changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::configuration::circuit::CircuitConfig;
use crate::configuration::connection_override::ConnectionOverride;
use crate::configuration::error::ConfigurationError;
use crate::configuration::find_input_file;
use crate::configuration::node_sets::NodeSet;
use crate::configuration::options::CliOptions;
use crate::configuration::read;
use crate::configuration::run::RunConfig;
use crate::configuration::seeds::RngConfig;
use crate::configuration::source_text::SourceText;
use crate::model_file::text::read_text;

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
    /// Reads a configuration file: JSON if its extension says so, else TOML.
    ///
    /// # Errors
    /// A file that cannot be read, or everything wrong with it.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ConfigurationError> {
        let path = path.as_ref();
        let unreadable = |reason| ConfigurationError::Unreadable { path: path.to_owned(), reason };
        Self::parse(&read_text(path).map_err(unreadable)?, path)
    }

    /// Reads the text of a configuration; `path` names it in messages, says by its extension whether it is JSON, and paths in
    /// it are relative to its folder.
    ///
    /// # Errors
    /// Everything wrong with it.
    pub fn parse(text: &str, path: impl AsRef<Path>) -> Result<Self, ConfigurationError> {
        // Some editors begin a file with a mark of its encoding.
        Ok(read::read(text.strip_prefix('\u{feff}').unwrap_or(text), path.as_ref())?)
    }

    /// Whether a file is a configuration rather than a model: a JSON file, or a TOML file with a table that no model has, such
    /// as `circuit`. A file that cannot be read is none.
    pub fn is_configuration(path: impl AsRef<Path>) -> bool {
        let path = path.as_ref();
        read::is_json(path) || read_text(path).is_ok_and(|text| read::looks_like_configuration(&text))
    }

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
