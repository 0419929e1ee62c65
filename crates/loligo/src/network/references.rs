//! References to parts of a network, by index: variables, sources and targets of connections, places.

use serde::{Deserialize, Serialize};

/// Refers to a variable in the network, by indices of cell, section and point process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableRef {
    /// A variable at a position of a section: `v` (mV), `i_cap` (mA/cm2), `i_membrane_` (nA), `i_membrane` (mA/cm2),
    /// `ina`, `ena`, `m_hh`, `i_pas`...
    ///
    /// At an end (0 or 1) `v` and `i_membrane_` are those of the end, all other variables those of the nearest segment.
    /// `i_membrane_` is the current that leaves the cell through the segment's membrane, as in NEURON with
    /// `CVode.use_fast_imem`: with the capacitive current and point processes, without electrodes (IClamp, SEClamp,
    /// VClamp). It is computed at the voltage at the end of the step, with Crank-Nicolson in the middle of the step. An
    /// end has one only if it has point processes. At t = 0 it is the current of the electrodes. `i_membrane` is the
    /// same per area.
    Section {
        /// Index of the cell.
        cell: usize,
        /// Index of the section.
        section: usize,
        /// Position, 0 to 1.
        x: f64,
        /// Name of the variable, as in NEURON.
        variable: String,
    },
    /// A variable of a point process: `i`, `g`...
    Point {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's point processes.
        point: usize,
        /// Name of the variable.
        variable: String,
    },
    /// A variable of an artificial cell: `m`...
    Artificial {
        /// Index among the artificial cells.
        cell: usize,
        /// Name of the variable.
        variable: String,
    },
    /// A variable of one side of a gap junction: `i`, `vgap`, `g`.
    GapJunction {
        /// Index of the gap junction.
        junction: usize,
        /// The side.
        side: GapSide,
        /// Name of the variable.
        variable: String,
    },
}

impl VariableRef {
    /// The variable's name at its location.
    pub fn name(&self) -> &str {
        match self {
            Self::Section { variable, .. }
            | Self::Point { variable, .. }
            | Self::Artificial { variable, .. }
            | Self::GapJunction { variable, .. } => variable,
        }
    }

    /// The membrane potential at a place, mV.
    pub fn voltage(cell: usize, section: usize, x: f64) -> Self {
        Self::section(cell, section, x, "v")
    }

    /// A variable at a place of a section.
    pub fn section(cell: usize, section: usize, x: f64, variable: impl Into<String>) -> Self {
        Self::Section { cell, section, x, variable: variable.into() }
    }

    /// A variable of a point process.
    pub fn point(cell: usize, point: usize, variable: impl Into<String>) -> Self {
        Self::Point { cell, point, variable: variable.into() }
    }

    /// A variable of an artificial cell.
    pub fn artificial(cell: usize, variable: impl Into<String>) -> Self {
        Self::Artificial { cell, variable: variable.into() }
    }

    /// A variable of one side of a gap junction.
    pub fn gap_junction(junction: usize, side: GapSide, variable: impl Into<String>) -> Self {
        Self::GapJunction { junction, side, variable: variable.into() }
    }
}

/// The source of a connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceRef {
    /// A variable that rises above a threshold.
    Variable(VariableRef),
    /// An artificial cell, by its index.
    Artificial(usize),
    /// A point process that sends events.
    Point {
        /// Index of the cell.
        cell: usize,
        /// Index of the point process.
        point: usize,
    },
}

impl SourceRef {
    /// The membrane potential at a place.
    pub fn voltage(cell: usize, section: usize, x: f64) -> Self {
        Self::Variable(VariableRef::voltage(cell, section, x))
    }

    /// `true` if it is an artificial cell, or a variable of one.
    pub fn is_artificial(&self) -> bool {
        matches!(self, Self::Artificial(_) | Self::Variable(VariableRef::Artificial { .. }))
    }
}

/// The target of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetRef {
    /// A point process.
    Point {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's point processes.
        point: usize,
    },
    /// An artificial cell, by its index.
    Artificial(usize),
}

/// A position on a section, by indices.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Index of the cell.
    pub cell: usize,
    /// Index of the section.
    pub section: usize,
    /// Position on the section, 0 to 1.
    pub x: f64,
}

impl Location {
    /// Makes a reference to position `x` (0 to 1) of a section of a cell.
    pub fn new(cell: usize, section: usize, x: f64) -> Self {
        Self { cell, section, x }
    }
}

/// One of the two sides of a gap junction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapSide {
    /// The side at `a`.
    A,
    /// The side at `b`.
    B,
}
