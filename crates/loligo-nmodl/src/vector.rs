//! Computes hooks for many instances at once, each operation as a loop over a row of numbers.
//!
//! ```text
//! programs ─ translate ─ graph ─ passes (Fast) ─ plan ─ run
//! ```
//!
//! A hook that cannot be translated, for example because it sends events, runs in the plain
//! [interpreter](crate::interpreter). In `Exact` all results have the bits of the plain interpreter.

mod graph;
mod hook;
mod kernel;
mod passes;
mod plan;
mod row;
mod run;
mod scheme;
mod translate;

pub use kernel::BlockInterpreter;
