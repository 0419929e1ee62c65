//! Reads a configuration file and reports all errors with their places.

pub(crate) mod connections;
pub(crate) mod keys;
pub(crate) mod option_places;
pub(crate) mod options;
pub(crate) mod run;
pub(crate) mod values;

use std::path::Path;

use toml::de::DeTable;

use crate::configuration::document::parse;
use crate::configuration::error::{ConfigurationErrors, OptionError};
use crate::configuration::read::connections::{read_node_sets, read_override};
use crate::configuration::read::keys::{SONATA_REFUSED, TABLES};
use crate::configuration::read::option_places::OptionPlaces;
use crate::configuration::read::options::read_options;
use crate::configuration::read::run::{read_circuit, read_run, read_seeds};
use crate::configuration::read::values::canonical;
use crate::configuration::simulation_config::SimulationConfig;
use crate::configuration::source_text::SourceText;
use crate::model_file::error::ModelFileError;
use crate::model_file::table::{Errors, Table, invisible_characters};

/// Reads the text of a configuration; `path` is its name in messages, and its extension selects the format.
pub(super) fn read(text: &str, path: &Path) -> Result<SimulationConfig, ConfigurationErrors> {
    let fail = |errors| ConfigurationErrors { path: path.to_owned(), text: text.to_owned(), errors };
    let document = parse(text, path).map_err(fail)?;
    let mut errors = Errors::default();
    invisible_characters(&document, &mut errors);
    let config = if errors.0.is_empty() { decode(&document, path, &mut errors) } else { SimulationConfig::default() };
    let mut errors = errors.0;
    if errors.is_empty() {
        return Ok(SimulationConfig { source_text: SourceText::new(path, text), ..config });
    }
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    errors.dedup();
    let options = OptionPlaces::of(&document);
    let located = errors.into_iter().map(|ModelFileError { problem, span }| OptionError {
        option: if span.end == 0 { String::new() } else { options.at(&span).to_owned() },
        problem: problem.into(),
        span,
        given_by: None,
    });
    Err(fail(located.collect()))
}

pub(crate) fn decode(document: &DeTable<'_>, path: &Path, errors: &mut Errors) -> SimulationConfig {
    let written = Table::new(document, "the configuration", 0..0);
    let entries = canonical(&written, written.entries(), &TABLES, &SONATA_REFUSED, &[], errors);
    let document = Table::new(&entries, "the configuration", 0..0);
    document.need("circuit", "a table [circuit] with the key circuit_path", errors);
    let mut config =
        SimulationConfig { folder: path.parent().unwrap_or(Path::new("")).to_owned(), ..Default::default() };
    if let Some(table) = document.table("circuit", "[circuit]", errors) {
        config.circuit = read_circuit(&table, errors);
    }
    let run = document.table("run", "[run]", errors);
    let conditions = document.table("conditions", "[conditions]", errors);
    let seeds = document.table("seeds", "[seeds]", errors);
    config.run = read_run(run.as_ref(), conditions.as_ref(), errors);
    config.seeds = read_seeds(seeds.as_ref(), run.as_ref(), errors);
    if let Some(table) = document.table("options", "[options]", errors) {
        config.options = read_options(&table, errors);
    }
    if let Some(table) = document.table("node_sets", "[node_sets]", errors) {
        config.node_sets = read_node_sets(&table, errors);
    }
    for (index, table) in document.tables("connection_overrides", "[[connection_overrides]]", errors).iter().enumerate()
    {
        config.connection_overrides.push(read_override(table, index, errors));
    }
    config
}

/// `true` if a document is a configuration: it has a table that no model has.
pub(super) fn looks_like_configuration(text: &str) -> bool {
    let (document, _) = DeTable::parse_recoverable(text);
    TABLES.iter().any(|&name| name != "run" && document.get_ref().contains_key(name))
}
