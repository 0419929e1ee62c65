//! Errors of a model file, with their places.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use loligo::nmodl::units::QuantityError;
use loligo::{MemoryPart, ModelError};
use loligo_io::{InputError, NameError, describe_character, shortened, visible};
use thiserror::Error;

/// An error of a model file; every message includes the remedy.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// The text is not valid in the file's format.
    #[error("this is not {format}: {}", visible(message))]
    Syntax {
        /// TOML or JSON.
        format: &'static str,
        /// The parser's message.
        message: String,
    },
    /// A key that the table does not have.
    #[error("{table} has no key \"{key}\"; {}", known_keys(.suggestion, .known))]
    UnknownKey {
        /// The table, as in the file.
        table: String,
        /// The key given.
        key: String,
        /// The closest existing key.
        suggestion: Option<String>,
        /// All keys of the table.
        known: Vec<String>,
    },
    /// A required key is missing.
    #[error("{table} needs the key \"{key}\": {meaning}")]
    MissingKey {
        /// The table, as in the file.
        table: String,
        /// The key.
        key: String,
        /// Its meaning, with its unit.
        meaning: String,
    },
    /// A value of another type.
    #[error("\"{key}\" must be {expected}, not {found}")]
    WrongType {
        /// The key.
        key: String,
        /// The expected value, with its unit.
        expected: String,
        /// The value found.
        found: String,
    },
    /// A text with a number and a unit that cannot be converted to the unit of the value.
    #[error("\"{key}\" = \"{text}\": {error}")]
    Quantity {
        /// The key.
        key: String,
        /// The text.
        text: String,
        /// The fault found in it.
        error: QuantityError,
    },
    /// A value outside the valid range.
    #[error("\"{key}\" = {value}; {remedy}")]
    OutOfRange {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// The remedy.
        remedy: String,
    },
    /// A name that does not exist.
    #[error("there is no {what} \"{name}\"{place}{}", did_you_mean(.suggestion))]
    Unknown {
        /// The kind of part: "cell", "section"...
        what: &'static str,
        /// The name given.
        name: String,
        /// The place where it was looked up, empty or beginning with a blank.
        place: String,
        /// The closest existing name.
        suggestion: Option<String>,
    },
    /// A name that is already in use.
    #[error("there are two {what} \"{name}\"; give each its own name")]
    Duplicate {
        /// The kind of parts.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A name that cannot be used.
    #[error("\"{key}\" = \"{}\": {error}", visible(shortened(.name)))]
    Name {
        /// The key.
        key: String,
        /// The name given.
        name: String,
        /// The fault found in it, and the remedy.
        error: NameError,
    },
    /// A text or key with an invisible character.
    #[error("the text \"{}\" holds {}, which cannot be seen; take it out", visible(shortened(.text)), describe_character(*.character))]
    Invisible {
        /// The text.
        text: String,
        /// The character.
        character: char,
    },
    /// A key for a feature that Loligo lacks.
    #[error("\"{key}\": {reason}")]
    Refused {
        /// The key.
        key: String,
        /// The missing feature, and the remedy.
        reason: &'static str,
    },
    /// Keys that contradict each other or do not fit the other keys.
    #[error("{0}")]
    Conflict(String),
    /// A place that cannot be read.
    #[error("\"{text}\" is no place: {reason}")]
    Location {
        /// The text given.
        text: String,
        /// The fault found in it.
        reason: String,
    },
    /// A number above a limit of Loligo.
    #[error("{what}: {count}; at most {limit} are taken, to protect this computer's memory")]
    TooMany {
        /// The kind of parts.
        what: &'static str,
        /// The number requested.
        count: String,
        /// The limit.
        limit: u64,
    },
    /// More than fits into memory, by a count that is made before anything is built.
    #[error("{}", too_large(*.needed, *.limit, .parts))]
    TooLarge {
        /// Memory needed so far, bytes.
        needed: f64,
        /// Memory available, bytes.
        limit: f64,
        /// The parts that need it, the largest first.
        parts: Vec<MemoryPart>,
    },
    /// A morphology that cannot be read.
    #[error("the morphology cannot be used: {0}")]
    Morphology(String),
    /// A mechanism in NMODL that cannot be used, with all that is wrong in its file.
    #[error("a mechanism cannot be used:\n{0}")]
    Mechanism(String),
    /// A table of parameters, positions or connections that cannot be used.
    #[error("the {what} in \"{path}\" cannot be used: {reason}")]
    TableFile {
        /// Its contents: "parameters", "positions", "connections".
        what: &'static str,
        /// The file, by its name in the model.
        path: String,
        /// The fault found.
        reason: String,
    },
    /// A value of a table of parameters that is invalid in the model.
    #[error("{path}:{line}:{column}: {error}")]
    ParameterValue {
        /// The file, by its name in the model.
        path: String,
        /// Line in it, from 1.
        line: usize,
        /// Column in it, from 1.
        column: usize,
        /// The fault found.
        error: ModelError,
    },
    /// An error that the check of the network has found.
    #[error("{}", without_number(.0))]
    Model(ModelError),
}

/// The text of an error without the number of its connection, transfer or similar part, which the place in the file
/// replaces.
fn without_number(error: &ModelError) -> String {
    let numbered = ["connection ", "gap junction ", "transfer ", "waveform "];
    let text = visible(error).to_string();
    match text.split_once(": ") {
        Some((place, rest)) if numbered.iter().any(|what| place.starts_with(what)) => rest.to_owned(),
        _ => text,
    }
}

fn too_large(needed: f64, limit: f64, parts: &[MemoryPart]) -> String {
    const SHOWN: usize = 3;
    let worth_telling = parts.iter().take(SHOWN).filter(|part| part.bytes >= 0.1 * needed);
    let told: Vec<String> = worth_telling.map(|part| format!("{} for {}", bytes(part.bytes), part.what)).collect();
    let remedy = parts.first().map_or("make it smaller", |part| part.remedy);
    format!(
        "the model needs about {} of memory, and this computer has {}: {}; {remedy}, or run it on a computer with more memory",
        bytes(needed),
        bytes(limit),
        told.join(", ")
    )
}

/// A number of bytes with a unit, two digits.
fn bytes(bytes: f64) -> String {
    let (value, unit) = if bytes < 1e9 { (bytes / 1e6, "MB") } else { (bytes / 1e9, "GB") };
    if value < 10.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

fn did_you_mean(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}

fn known_keys(suggestion: &Option<String>, known: &[String]) -> String {
    match suggestion {
        Some(name) => format!("did you mean \"{name}\"?"),
        None => format!("its keys are {}", known.join(", ")),
    }
}

/// An error, and the bytes of the file that it concerns.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelFileError {
    /// The error.
    pub problem: Problem,
    /// Its place: a range of bytes of the file.
    pub span: Range<usize>,
}

/// A file that a model includes.
#[derive(Clone, Debug, PartialEq)]
pub struct IncludedFile {
    /// Its path.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The number that stands for its first byte in spans: beyond the text of the model and of the files before it.
    pub start: usize,
}

/// The file that a byte belongs to, if it is not the model itself, with the byte in it.
pub fn included_at(included: &[IncludedFile], byte: usize) -> Option<(&IncludedFile, usize)> {
    let after = included.partition_point(|file| file.start <= byte);
    let file = &included[after.checked_sub(1)?];
    Some((file, byte - file.start))
}

/// All errors of a model file, in the order of the file.
///
/// `Display` writes one line per error: `file:line:column: message`.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelFileErrors {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The files that it includes.
    pub included: Vec<IncludedFile>,
    /// The errors.
    pub errors: Vec<ModelFileError>,
}

impl ModelFileErrors {
    /// Line and column of a byte in its file, both from 1; columns count characters.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        match included_at(&self.included, byte) {
            Some((file, byte)) => position(&file.text, byte),
            None => position(&self.text, byte),
        }
    }
}

/// Line and column of a byte of a text, both from 1; columns count characters.
pub fn position(text: &str, byte: usize) -> (usize, usize) {
    Positions::of(text).at(byte)
}

/// Finds lines and columns of many bytes of a text, in ascending order, in one pass.
#[derive(Clone, Debug)]
pub struct Positions<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
    column: usize,
}

impl<'a> Positions<'a> {
    /// Starts at the beginning of a text.
    pub fn of(text: &'a str) -> Self {
        Self { text, byte: 0, line: 1, column: 1 }
    }

    /// Line and column of a byte, both from 1; columns count characters.
    pub fn at(&mut self, byte: usize) -> (usize, usize) {
        let byte = self.text.floor_char_boundary(byte);
        if byte < self.byte {
            *self = Self::of(self.text);
        }
        let between = &self.text[self.byte..byte];
        match between.rsplit_once('\n') {
            Some((before, line)) => {
                self.line += before.bytes().filter(|&b| b == b'\n').count() + 1;
                self.column = line.chars().count() + 1;
            }
            None => self.column += between.chars().count(),
        }
        self.byte = byte;
        (self.line, self.column)
    }
}

impl fmt::Display for ModelFileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut positions = Positions::of(&self.text);
        for (k, error) in self.errors.iter().enumerate() {
            let byte = error.span.start;
            let (path, (line, column)) = match included_at(&self.included, byte) {
                Some((file, byte)) => (&file.path, position(&file.text, byte)),
                None => (&self.path, positions.at(byte)),
            };
            let separator = if k == 0 { "" } else { "\n" };
            write!(f, "{separator}{}:{line}:{column}: {}", visible(path.display()), error.problem)?;
        }
        Ok(())
    }
}

impl std::error::Error for ModelFileErrors {}

/// The reason why a model file cannot be loaded.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read {}: {reason}", visible(path.display()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason, and the remedy.
        reason: InputError,
    },
    /// The file has errors.
    #[error(transparent)]
    Invalid(#[from] ModelFileErrors),
}
