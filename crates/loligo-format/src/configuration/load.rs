//! Reads configurations from files.

use std::path::Path;

use crate::configuration::document::is_json;
use crate::configuration::error::ConfigurationError;
use crate::configuration::read;
use crate::configuration::simulation_config::SimulationConfig;
use crate::model_file::text::read_text;

impl SimulationConfig {
    /// Reads a configuration file: JSON if it has that extension, else TOML.
    ///
    /// # Errors
    /// A file that cannot be read, or all its errors.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ConfigurationError> {
        let path = path.as_ref();
        let unreadable = |reason| ConfigurationError::Unreadable { path: path.to_owned(), reason };
        Self::parse(&read_text(path).map_err(unreadable)?, path)
    }

    /// Reads the text of a configuration. `path` is its name in messages, its extension selects JSON or TOML, and paths
    /// in the text are relative to its folder.
    ///
    /// # Errors
    /// All its errors.
    pub fn parse(text: &str, path: impl AsRef<Path>) -> Result<Self, ConfigurationError> {
        // Some editors write a byte order mark at the start of a file.
        Ok(read::read(text.strip_prefix('\u{feff}').unwrap_or(text), path.as_ref())?)
    }

    /// `true` if a file is a configuration rather than a model: a JSON file, or a TOML file with a table that no model
    /// has, such as `circuit`. `false` for a file that cannot be read.
    pub fn is_configuration(path: impl AsRef<Path>) -> bool {
        let path = path.as_ref();
        is_json(path) || read_text(path).is_ok_and(|text| read::looks_like_configuration(&text))
    }
}
