//! The arithmetic of solvers, in NEURON's order of operations.
//!
//! What is solved is given by [`Equations`], so that every way to run programs uses the same solvers.

mod lu;
mod newton;
mod simultaneous;
mod sparse;

pub use newton::{Equations, NewtonError, newton};
pub use simultaneous::solve_simultaneous;
pub use sparse::{Elimination, Scheme, SparseError, steady_state, step};

/// Below this a pivot makes a matrix singular.
const LEAST_PIVOT: f64 = 1e-20;
