//! The text of a file, and its syntax errors.

use std::path::Path;

use loligo_io::{InputError, InputFile, USUAL_BYTES};

use crate::model_file::error::ModelFileError;
use crate::model_file::{syntax, table};

/// The syntax errors of a text that should be TOML.
pub(crate) fn toml_problems(text: &str, errors: &[toml::de::Error]) -> Vec<ModelFileError> {
    let mut found: Vec<(String, table::Span)> =
        errors.iter().map(|error| (error.message().to_owned(), error.span().unwrap_or(0..0))).collect();
    found.sort_by_key(|(_, span)| span.start);
    syntax::problems(text, "TOML", found.into_iter())
}

/// The syntax errors of a text that should be JSON.
pub(crate) fn json_problems(text: &str, message: String, span: table::Span) -> Vec<ModelFileError> {
    syntax::problems(text, "JSON", std::iter::once((message, span)))
}

/// The text of a file of limited size, or the reason why it cannot be read.
pub(crate) fn read_text(path: &Path) -> Result<String, InputError> {
    InputFile::open(path, USUAL_BYTES)?.text()
}

/// Sorts errors by place; of equal errors at one place only one is kept.
pub(super) fn in_order(mut errors: Vec<ModelFileError>) -> Vec<ModelFileError> {
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    errors.dedup();
    errors
}
