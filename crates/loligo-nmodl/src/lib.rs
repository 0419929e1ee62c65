//! Reads, checks and runs mechanisms in NMODL, the language of NEURON's `.mod` files, without a C++ compiler.
//!
//! The result of every stage is a value that can be printed:
//!
//! ```text
//! text ─ lexer ─ tokens ─ parser ─ syntax tree ─ resolve ─ model ─ lower ─ programs ─ interpreter
//! ```
//!
//! Programs run in the [plain interpreter](interpreter), or, for many instances at once, in the [block
//! interpreter](vector::BlockInterpreter).
//!
//! All errors of a file are reported together; each [`Diagnostic`] has its place in the text and a remedy.

mod conserved;
mod curves;
mod diagnostic;
mod files;
pub mod interpreter;
mod lexer;
mod load;
pub mod lower;
mod lumping;
mod mechanism;
pub mod model;
mod page;
mod parser;
mod print;
pub mod program;
mod reading;
mod resolve;
pub mod solve;
mod source;
pub mod syntax;
mod token;
pub mod units;
pub mod vector;
mod verbatim;

pub use curves::{Curves, nanosiemens};
pub use diagnostic::{Diagnostic, Diagnostics, Label, Problem, Severity};
pub use files::{FilesError, mod_files};
pub use lexer::TextProblem;
pub use load::{LoadError, LoadErrors, Loaded, load};
pub use loligo_mechanism_library as library;
pub use mechanism::{ProgrammedMechanism, ProgrammedMechanismError};
pub use page::page;
pub use parser::{SyntaxProblem, parse};
pub use print::print;
pub use reading::Reading;
pub use resolve::{MeaningProblem, resolve};
pub use source::{Location, SourceError, Sources, Span};
