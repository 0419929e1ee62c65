//! The numerical solvers, in NEURON's order of operations.
//!
//! Traits such as [`Equations`] define the problem, so that every way to run programs uses the same solvers.

mod lu;
mod newton;
mod simultaneous;
mod sparse;

pub(crate) use newton::{
    CHANGE as NEWTON_CHANGE, CHANGE_FOR_DERIVATIVES, RESIDUAL as NEWTON_RESIDUAL, STEP as NEWTON_STEP,
};
pub use newton::{Equations, NewtonError, newton};
pub use simultaneous::solve_simultaneous;
pub(crate) use sparse::CHANGE as SPARSE_CHANGE;
pub use sparse::{Elimination, Scheme, SparseError, steady_state, step};

/// A smaller pivot means that the matrix is singular.
pub(crate) const LEAST_PIVOT: f64 = 1e-20;
