//! Findings in the syntax of a file.

use std::path::PathBuf;

use crate::diagnostic::{Problem, Severity};
use crate::source::SourceError;

/// An error or a doubtful construct in the syntax of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxProblem {
    /// An unexpected token.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// Description of the allowed token.
        expected: String,
        /// Description of the token found.
        found: String,
    },
    /// A block that does not end before the next one begins.
    #[error("the block that begins here has no \"}}\" before {next}")]
    Unclosed {
        /// The word with which the next block begins.
        next: String,
        /// A comment in the block with a brace.
        comment: Option<String>,
    },
    /// A word that begins no block.
    #[error("\"{word}\" begins no block")]
    UnknownBlock {
        /// The word.
        word: String,
        /// A similar word, or a replacement.
        suggestion: Option<String>,
    },
    /// A reserved word used as a name.
    #[error("{word} is a word of the language, not a name")]
    Reserved {
        /// The word.
        word: String,
    },
    /// A missing comma between two names.
    #[error("a comma is missing before \"{name}\"")]
    MissingComma {
        /// The second name.
        name: String,
    },
    /// Brackets, blocks or operators that are nested too deeply.
    #[error("this is nested too deeply, or has too many operators in a row")]
    TooDeep,
    /// LOCAL after another statement.
    #[error("LOCAL is not the first statement of its block")]
    LateLocal,
    /// A second LOCAL.
    #[error("the block has a second LOCAL")]
    SecondLocal,
    /// An included file that cannot be read.
    #[error("the file {} cannot be included: {error}", path.display())]
    Include {
        /// Its path.
        path: PathBuf,
        /// The reason.
        error: SourceError,
    },
    /// A file that includes itself, or too many included files.
    #[error("too many files are included, or a file includes itself")]
    TooManyIncludes,
    /// A statement in the wrong place.
    #[error("{statement} cannot stand here")]
    Misplaced {
        /// The statement.
        statement: &'static str,
        /// The remedy.
        remedy: &'static str,
    },
    /// A statement that has no effect here.
    #[error("{statement} means nothing in a simulation with fixed steps")]
    WithoutEffect {
        /// The statement.
        statement: &'static str,
    },
    /// An invalid unit, or an expression that is parsed as a unit.
    #[error("\"({text})\" behind the number is taken for its unit, and does not change the value")]
    NumberInUnit {
        /// The text in parentheses.
        text: String,
    },
    /// A construct that is not part of NMODL.
    #[error("{construct} is not part of NMODL")]
    Foreign {
        /// Its description.
        construct: &'static str,
        /// The replacement to write.
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
            Self::Unclosed { comment: None, .. } => Some("close it with }".to_owned()),
            Self::Unclosed { comment: Some(comment), .. } => {
                Some(format!("close it with }} on a line of its own: that of \"{comment}\" belongs to the comment"))
            }
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
