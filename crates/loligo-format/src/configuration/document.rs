//! Reads the text of a configuration, TOML or JSON, as a document.

use std::path::Path;

use toml::de::DeTable;

use crate::configuration::error::OptionError;
use crate::configuration::json;
use crate::model_file::error::ModelFileError;
use crate::model_file::text::{json_problems, toml_problems};

pub(super) fn parse<'a>(text: &'a str, path: &Path) -> Result<DeTable<'a>, Vec<OptionError>> {
    let of_file = |ModelFileError { problem, span }| OptionError {
        option: String::new(),
        problem: problem.into(),
        span,
        given_by: None,
    };
    if is_json(path) {
        return json::parse(text)
            .map_err(|error| json_problems(text, error.message, error.span).into_iter().map(of_file).collect());
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(document.into_inner());
    }
    Err(toml_problems(text, &errors).into_iter().map(of_file).collect())
}

/// `true` for the path of a JSON file.
pub(super) fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}
