//! Equations of a block: their unknowns, and the places of their numbers.

use std::collections::BTreeMap;

use crate::model::VariableId;
use crate::program::{Place, Range};

/// A system of linear equations.
#[derive(Debug)]
pub(super) struct LinearSystem {
    /// The first column of each state.
    pub(super) columns: BTreeMap<VariableId, u32>,
    /// The states in the order of the columns.
    pub(super) states: Vec<VariableId>,
    /// Number of unknowns.
    pub(super) unknowns: u32,
    /// Temporaries of the coefficients, row by row, each followed by its right-hand side.
    pub(super) coefficients: Range,
}

/// Residuals of a system of equations.
#[derive(Debug)]
pub(crate) struct Residuals {
    /// Temporaries of the residuals, one for each row.
    pub(super) rows: Range,
}

/// Places of the rates of change of states.
#[derive(Debug)]
pub(crate) struct Rates {
    /// The states in the order of their equations, each once for every equation that it has.
    pub(super) states: Vec<VariableId>,
    /// The place of the rate of each state.
    pub(super) places: BTreeMap<VariableId, Place>,
}
