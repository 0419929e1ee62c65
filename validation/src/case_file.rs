//! Case files: models of the vocabulary with the results of a simulator.
//!
//! A file is `{"generated_with": simulator, "cases": [{"definition": .., "results": ..}, ..]}`. An
//! error names the case and the key.

use std::path::{Path, PathBuf};

use loligo_io::{InputError, InputFile, visible};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::vocabulary::{Definition, Results};

/// Cases, and the simulator that ran them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CaseFile {
    /// The simulator that made the results, with its version.
    pub generated_with: String,
    /// The cases in the order of the file.
    pub cases: Vec<Case>,
}

/// One model and its results.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Case {
    /// The model.
    pub definition: Definition,
    /// The results of a simulator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Results>,
    /// The reason why there are no results, if a simulator failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The reason why a case file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseFileError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", visible(path.display()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason and the remedy.
        source: InputError,
    },
    /// The file cannot be written.
    #[error("cannot write {}: {source}; check the path and its permissions", visible(path.display()))]
    Access {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// The file is not JSON.
    #[error("{}: not JSON: {source}", visible(path.display()))]
    Json {
        /// The file.
        path: PathBuf,
        /// Line, column and expected content.
        source: serde_json::Error,
    },
    /// The file is JSON, but not a list of cases.
    #[error(
        "{}: {what}; a case file is {{\"generated_with\": text, \"cases\": [{{\"definition\": ..}}]}}",
        visible(path.display())
    )]
    Layout {
        /// The file.
        path: PathBuf,
        /// The fault.
        what: String,
    },
    /// A case does not follow the vocabulary.
    #[error("{}: case {index} ({name}), {key}: {what}", visible(path.display()))]
    Case {
        /// The file.
        path: PathBuf,
        /// Index of the case.
        index: usize,
        /// Its name.
        name: String,
        /// The key with the fault: `definition.sections[2].nseg`.
        key: String,
        /// The fault.
        what: String,
    },
}

/// Largest number of bytes read from a case file: 4 GiB.
const MOST_BYTES: u64 = 4 << 30;

/// The part of a case file that is read.
#[derive(Clone, Copy, PartialEq)]
enum Extent {
    Everything,
    Definitions,
}

impl CaseFile {
    /// Reads a case file.
    ///
    /// # Errors
    /// If the file cannot be read, or anything in it does not follow the vocabulary.
    pub fn read(path: &Path) -> Result<CaseFile, CaseFileError> {
        CaseFile::parse(&text_of(path)?, path)
    }

    /// Reads the definitions of a case file and ignores everything else.
    ///
    /// # Errors
    /// If the file cannot be read, or a definition does not follow the vocabulary.
    pub fn read_definitions(path: &Path) -> Result<CaseFile, CaseFileError> {
        CaseFile::parse_as(&text_of(path)?, path, Extent::Definitions)
    }

    /// Reads a case file from text; `path` is for messages.
    ///
    /// # Errors
    /// If anything does not follow the vocabulary.
    pub fn parse(text: &str, path: &Path) -> Result<CaseFile, CaseFileError> {
        CaseFile::parse_as(text, path, Extent::Everything)
    }

    fn parse_as(text: &str, path: &Path, extent: Extent) -> Result<CaseFile, CaseFileError> {
        let layout = |what: String| CaseFileError::Layout { path: path.into(), what };
        let document: Value =
            serde_json::from_str(text).map_err(|source| CaseFileError::Json { path: path.into(), source })?;
        let Value::Object(document) = document else {
            return Err(layout("the file is not an object".into()));
        };
        let mut file = CaseFile::default();
        let mut cases = None;
        for (key, value) in document {
            match (key.as_str(), value) {
                ("generated_with", Value::String(text)) => file.generated_with = text,
                ("generated_with", Value::Null) => {}
                ("cases", Value::Array(list)) => cases = Some(list),
                _ if extent == Extent::Definitions => {}
                (key, _) => return Err(layout(format!("unknown or malformed key {key:?}"))),
            }
        }
        let cases = cases.ok_or_else(|| layout("there are no cases".into()))?;
        for (index, value) in cases.into_iter().enumerate() {
            file.cases.push(Case::from_value(value, index, path, extent)?);
        }
        Ok(file)
    }

    /// Writes the file as JSON in one line.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), CaseFileError> {
        let text = serde_json::to_string(self).map_err(|source| CaseFileError::Json { path: path.into(), source })?;
        std::fs::write(path, text).map_err(|source| CaseFileError::Access { path: path.into(), source })
    }
}

impl Case {
    fn from_value(value: Value, index: usize, path: &Path, extent: Extent) -> Result<Case, CaseFileError> {
        let name = value
            .pointer("/definition/name")
            .and_then(Value::as_str)
            .map_or_else(|| format!("case-{index}"), str::to_owned);
        let at = |key: &str, what: String| CaseFileError::Case {
            path: path.into(),
            index,
            name: name.clone(),
            key: key.into(),
            what,
        };
        let Value::Object(entries) = value else {
            return Err(at("case", "not an object".into()));
        };
        let (mut definition, mut results, mut error) = (None, None, None);
        for (key, value) in entries {
            match (key.as_str(), value) {
                ("definition", value) => {
                    definition = Some(typed::<Definition>(value, "definition", &at)?);
                }
                _ if extent == Extent::Definitions => {}
                ("results" | "error", Value::Null) => {}
                ("results", value) => results = Some(typed::<Results>(value, "results", &at)?),
                ("error", Value::String(text)) => error = Some(text),
                (key, _) => return Err(at(key, "unknown or malformed key".into())),
            }
        }
        let mut definition = definition.ok_or_else(|| at("definition", "missing: add one".into()))?;
        definition.name = name;
        Ok(Case { definition, results, error })
    }
}

/// Converts `value` to a `T`, or returns an error with the position of the fault in it.
fn typed<T: DeserializeOwned>(
    value: Value,
    key: &str,
    at: &impl Fn(&str, String) -> CaseFileError,
) -> Result<T, CaseFileError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let inner = error.path().to_string();
        let place = if inner == "." { key.to_owned() } else { format!("{key}.{inner}") };
        at(&place, error.inner().to_string())
    })
}

fn text_of(path: &Path) -> Result<String, CaseFileError> {
    let text = InputFile::open(path, MOST_BYTES).and_then(InputFile::text);
    text.map_err(|source| CaseFileError::Unreadable { path: path.into(), source })
}
