//! The file from which a configuration was read, and the positions of its options.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::configuration::document::parse;
use crate::configuration::error::{ConfigurationError, ConfigurationErrors, OptionError, OptionProblem};
use crate::configuration::read::keys::{OTHER_NAMES, folded};
use crate::model_file::table::Span;

/// The file from which a configuration was read; empty for a value made in Rust (the default).
///
/// It is not part of the contents of a configuration: any two are equal.
#[derive(Clone, Default)]
pub struct SourceText {
    contents: Option<Arc<Contents>>,
    /// Options that are not from the file, as paths, and their sources.
    given_by: Vec<(String, String)>,
}

struct Contents {
    path: PathBuf,
    text: String,
}

impl PartialEq for SourceText {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for SourceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SourceText").field(&self.path()).finish()
    }
}

impl SourceText {
    pub(super) fn new(path: &Path, text: &str) -> Self {
        let contents = Arc::new(Contents { path: path.to_owned(), text: text.to_owned() });
        Self { contents: Some(contents), given_by: Vec::new() }
    }

    /// Records the source of an option that is not from the file, to be named in errors: `options.debug_conn` by
    /// `ND_DEBUG_CONN`.
    pub fn note_given_by(&mut self, option: &str, given_by: &str) {
        self.given_by.push((option.to_owned(), given_by.to_owned()));
    }

    /// The path of the file.
    pub fn path(&self) -> Option<&Path> {
        self.contents.as_ref().map(|contents| &*contents.path)
    }

    /// The text of the file.
    pub fn text(&self) -> Option<&str> {
        self.contents.as_ref().map(|contents| &*contents.text)
    }

    /// Makes one error of the faults of options, with their places if there is a file.
    pub(super) fn locate(&self, mut errors: Vec<OptionFault>) -> ConfigurationError {
        if self.contents.is_none() && self.given_by.is_empty() {
            return match errors.len() {
                1 => errors.remove(0).error,
                _ => ConfigurationError::Several(errors.into_iter().map(|fault| fault.error).collect()),
            };
        }
        let mut places = HashMap::new();
        let (path, text) = (self.path().unwrap_or(Path::new("")), self.text().unwrap_or_default());
        if let Ok(document) = parse(text, path) {
            spans(&document, "", &mut places);
        }
        for (written, named) in OTHER_NAMES {
            if let Some(span) = places.get(written).cloned() {
                places.entry(named.to_owned()).or_insert(span);
            }
        }
        let located = errors.into_iter().map(|OptionFault { option, error }| OptionError {
            span: around(&places, &option),
            given_by: self.given_by.iter().find(|(given, _)| *given == option).map(|(_, by)| by.clone()),
            option,
            problem: OptionProblem::Built(Box::new(error)),
        });
        let mut errors: Vec<OptionError> = located.collect();
        errors.sort_by_key(|error| (error.given_by.is_none(), error.span.start, error.span.end));
        ConfigurationErrors { path: path.to_owned(), text: text.to_owned(), errors }.into()
    }
}

/// A fault of an option that is found when the circuit is built.
pub(super) struct OptionFault {
    /// The option, as a path: `connection_overrides[1].source`.
    pub(super) option: String,
    pub(super) error: ConfigurationError,
}

impl OptionFault {
    pub(super) fn new(option: impl Into<String>, error: ConfigurationError) -> Self {
        Self { option: option.into(), error }
    }
}

/// The bytes of the values of all options, by their folded paths.
fn spans(table: &DeTable<'_>, outer: &str, found: &mut HashMap<String, Span>) {
    for (key, value) in table.iter() {
        let path = format!("{outer}{}", folded(key.get_ref()));
        match value.get_ref() {
            DeValue::Table(inner) => spans(inner, &format!("{path}."), found),
            DeValue::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(inner) = item.get_ref().as_table() {
                        let path = format!("{path}[{index}]");
                        spans(inner, &format!("{path}."), found);
                        found.insert(path, item.span());
                    }
                }
            }
            _ => {}
        }
        found.insert(path, value.span());
    }
}

/// The bytes of an option's value, or of the table around it if the option is not in the text by this name.
fn around(spans: &HashMap<String, Span>, option: &str) -> Span {
    let mut option = &*folded(option);
    loop {
        match (spans.get(option), option.rfind(['.', '['])) {
            (Some(span), _) => return span.clone(),
            (None, Some(end)) => option = &option[..end],
            (None, None) => return 0..0,
        }
    }
}
