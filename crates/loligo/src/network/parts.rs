//! The parts of a network besides cells and connections.

use loligo_engine::Waveform;
use serde::{Deserialize, Serialize};

use crate::cell::mechanism::Mechanism;
use crate::network::references::{GapSide, Location, VariableRef};
use crate::shared::Shared;

/// A cell without membrane, which only processes events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArtificialCell {
    /// Its name, unique among artificial cells.
    pub name: String,
    /// Its mechanism; cells of one kind may share it.
    pub mechanism: Shared<Mechanism>,
}

/// A gap junction: a conductance between two places, of one cell or of two.
///
/// Each side has a half gap whose current g (v - vgap) leaves the cell there; vgap is the voltage of the other side
/// after the last step. The conductance should therefore be small compared with the capacitance divided by dt of either
/// side: above that the two voltages overshoot each other, and above twice that, or at an end of a section, which has
/// no capacitance, Crank-Nicolson is unstable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapJunction {
    /// Its name in the output.
    pub name: String,
    /// One side.
    pub a: Location,
    /// The other side.
    pub b: Location,
    /// Conductance, uS; at least 0.
    pub conductance: f64,
}

impl GapJunction {
    /// The place of a side.
    pub fn place(&self, side: GapSide) -> Location {
        match side {
            GapSide::A => self.a,
            GapSide::B => self.b,
        }
    }
}

/// A value copied from one variable to another: NEURON's `source_var` and `target_var`.
///
/// The value is copied after the voltages of a step have been computed, before the states are advanced and variables
/// recorded: a voltage arrives as it will be recorded, a state is that of the step before. It is also copied at t = 0
/// after the voltages are set and before the states are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transfer {
    /// The variable that is read: any variable of a cell with membrane that is not the target of a transfer.
    pub source: VariableRef,
    /// The variable that is set: a parameter of a mechanism, which no other transfer sets.
    pub target: VariableRef,
}

/// A pointer of a mechanism, and the variable to which it refers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pointer {
    /// The pointer: a variable of a mechanism on a cell.
    pub pointer: VariableRef,
    /// The variable to which it refers.
    pub target: VariableRef,
}

/// A waveform played into a variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlayedWaveform {
    /// The variable.
    pub target: VariableRef,
    /// The waveform; values in the variable's unit.
    pub waveform: Waveform,
}

/// A change of a connection's weight at a given time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightChange {
    /// Index of the connection.
    pub connection: usize,
    /// Start time, ms: the weight applies to events delivered in the step nearest to that time and later, including
    /// events already in flight.
    pub t: f64,
    /// The new (first) weight, in the weight's unit.
    pub weight: f64,
}

/// A variable to be sampled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// Its name in the output.
    pub name: String,
    /// The variable.
    pub variable: VariableRef,
    /// Number of steps between two samples; at least 1.
    pub every: usize,
}
