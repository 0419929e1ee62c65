//! The numerical solvers, in NEURON's order of operations.
//!
//! Traits such as [`Equations`] define the problem, so that every way to run programs uses the same solvers.

mod lu;
mod newton;
mod simultaneous;
mod sparse;

pub use newton::{Equations, NewtonError, newton};
pub use simultaneous::solve_simultaneous;
pub use sparse::{Elimination, Scheme, SparseError, steady_state, step};

/// A smaller pivot means that the matrix is singular.
pub(crate) const LEAST_PIVOT: f64 = 1e-20;
