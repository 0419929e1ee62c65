//! What can be wrong with the syntax of a file.

use std::path::PathBuf;

use crate::{Problem, Severity, SourceError};

/// What is wrong with the syntax of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxProblem {
    /// Something else stands where something is needed.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What is needed.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// A word that begins no block.
    #[error("\"{word}\" begins no block")]
    UnknownBlock {
        /// The word.
        word: String,
        /// A word that may be meant, or what to write instead.
        suggestion: Option<String>,
    },
    /// A word of the language in the place of a name.
    #[error("{word} is a word of the language, not a name")]
    Reserved {
        /// The word.
        word: String,
    },
    /// Two names without a comma between them.
    #[error("a comma is missing before \"{name}\"")]
    MissingComma {
        /// The second name.
        name: String,
    },
    /// Brackets within brackets, blocks within blocks, or operators in a row.
    #[error("this is nested too deeply, or has too many operators in a row")]
    TooDeep,
    /// LOCAL behind another statement.
    #[error("LOCAL is not the first statement of its block")]
    LateLocal,
    /// A second LOCAL.
    #[error("the block has a second LOCAL")]
    SecondLocal,
    /// A file that is included and cannot be read.
    #[error("the file {} cannot be included: {error}", path.display())]
    Include {
        /// Its path.
        path: PathBuf,
        /// Why.
        error: SourceError,
    },
    /// A file that includes itself, or very many.
    #[error("too many files are included, or a file includes itself")]
    TooManyIncludes,
    /// A statement that is only possible elsewhere.
    #[error("{statement} cannot stand here")]
    Misplaced {
        /// The statement.
        statement: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A statement that changes nothing here.
    #[error("{statement} means nothing in a simulation with fixed steps")]
    WithoutEffect {
        /// The statement.
        statement: &'static str,
    },
    /// A unit that NEURON would not allow, or an expression that is taken for a unit.
    #[error("\"({text})\" behind the number is taken for its unit, and does not change the value")]
    NumberInUnit {
        /// The text in parentheses.
        text: String,
    },
    /// Something that NEURON's language has not.
    #[error("{construct} is not part of NMODL")]
    Foreign {
        /// What it is.
        construct: &'static str,
        /// What to write instead.
        remedy: &'static str,
    },
}

impl Problem for SyntaxProblem {
    fn severity(&self) -> Severity {
        match self {
            Self::WithoutEffect { .. } => Severity::Note,
            Self::NumberInUnit { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::Expected { .. } => None,
            Self::UnknownBlock { suggestion, .. } => suggestion.as_ref().map(|word| format!("write {word}")),
            Self::Reserved { .. } => Some("choose another name".to_owned()),
            Self::MissingComma { .. } => Some("separate names with commas".to_owned()),
            Self::TooDeep => Some("compute parts of it in variables or functions of their own".to_owned()),
            Self::LateLocal => Some("move it to the beginning of the block".to_owned()),
            Self::SecondLocal => Some("list all names behind one LOCAL".to_owned()),
            Self::Include { .. } => Some("paths are relative to the folder of the including file".to_owned()),
            Self::TooManyIncludes => Some("include each file once".to_owned()),
            Self::Misplaced { remedy, .. } | Self::Foreign { remedy, .. } => Some((*remedy).to_owned()),
            Self::WithoutEffect { .. } => None,
            Self::NumberInUnit { text } => Some(format!("to multiply, write * ({text})")),
        }
    }
}
