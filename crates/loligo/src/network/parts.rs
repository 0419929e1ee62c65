//! The parts of a network besides cells and connections.

use loligo_engine::Waveform;
use serde::{Deserialize, Serialize};

use crate::cell::mechanism::Mechanism;
use crate::network::references::{GapSide, Location, VariableRef};
use crate::shared::Shared;

/// A cell that lives by events alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArtificialCell {
    /// Its name, unique among artificial cells.
    pub name: String,
    /// What it is; cells of one kind may share it.
    pub mechanism: Shared<Mechanism>,
}

/// A gap junction: a conductance between two places, of one cell or of two.
///
/// On each side is a half gap whose current g (v - vgap) leaves the cell there; vgap is the voltage of the other side after
/// the last step. A conductance should therefore be small compared with the capacitance over dt of either side: with more
/// the two voltages overshoot each other, and with more than twice as much, or at an end of a section, which has no
/// capacitance, Crank-Nicolson is unstable.
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

/// A value carried from one variable to another: NEURON's `source_var` and `target_var`.
///
/// The target gets what the source is when the voltages of a step have been computed, before its states are advanced and
/// variables recorded: a voltage arrives as it will be recorded, a state is that of the step before. It also gets what the
/// source is at t = 0 when the voltages are set, before the states are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transfer {
    /// What is read: any variable of a cell with membrane, but no target of a transfer.
    pub source: VariableRef,
    /// What is set: a parameter of a mechanism, by one transfer.
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

/// A waveform played onto a variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlayedWaveform {
    /// The variable.
    pub target: VariableRef,
    /// The waveform; values in the variable's unit.
    pub waveform: Waveform,
}

/// A weight that a connection has from some time on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightChange {
    /// Index of the connection.
    pub connection: usize,
    /// From when on, ms: it counts for events delivered in the step nearest to that time and later, those in flight included.
    pub t: f64,
    /// Its (first) weight from then on, in the weight's unit.
    pub weight: f64,
}

/// A variable to be sampled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// Its name in the output.
    pub name: String,
    /// The variable.
    pub variable: VariableRef,
    /// Every how many steps; at least 1.
    pub every: usize,
}
