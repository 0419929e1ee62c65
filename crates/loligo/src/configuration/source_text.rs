//! The file that a configuration was read from, and where its options stand.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::ConfigurationError;
use super::error::{ConfigurationErrors, OptionError, OptionProblem};
use super::read::{folded, parse};
use crate::model_file::table::Span;

/// The file that a configuration was read from; nothing for a value made in Rust (the default).
///
/// It is no part of what a configuration says: any two are equal.
#[derive(Clone, Default)]
pub struct SourceText(Option<Arc<Contents>>);

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
        Self(Some(Arc::new(Contents { path: path.to_owned(), text: text.to_owned() })))
    }

    /// The path of the file.
    pub fn path(&self) -> Option<&Path> {
        self.0.as_ref().map(|contents| &*contents.path)
    }

    /// What is in the file.
    pub fn text(&self) -> Option<&str> {
        self.0.as_ref().map(|contents| &*contents.text)
    }

    /// One error of some that belong to options: with their places if there is a file.
    pub(super) fn locate(&self, mut errors: Vec<OptionFault>) -> ConfigurationError {
        let Some(contents) = &self.0 else {
            return match errors.len() {
                1 => errors.remove(0).error,
                _ => ConfigurationError::Several(errors.into_iter().map(|fault| fault.error).collect()),
            };
        };
        let mut places = HashMap::new();
        if let Ok(document) = parse(&contents.text, &contents.path) {
            spans(&document, "", &mut places);
        }
        let located = errors.into_iter().map(|OptionFault { option, error }| OptionError {
            span: around(&places, &option),
            option,
            problem: OptionProblem::Built(Box::new(error)),
        });
        let mut errors: Vec<OptionError> = located.collect();
        errors.sort_by_key(|error| (error.span.start, error.span.end));
        ConfigurationErrors { path: contents.path.clone(), text: contents.text.clone(), errors }.into()
    }
}

/// What is wrong with an option that shows only when the circuit is built.
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

/// The bytes of the values of all options, by their paths without what differs in writing.
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

/// The bytes of an option's value, or of what is around it where it is not given by this name.
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
