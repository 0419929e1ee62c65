//! Variables.

use std::sync::Arc;

use loligo_mechanisms::IonVariable;

use super::{IonId, VariableId};
use crate::Span;

/// A variable of a mechanism.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Arc<str>,
    /// Where it is declared; of the simulator's own variables nothing.
    pub span: Span,
    /// Its unit, as it is written.
    pub unit: Option<Arc<str>>,
    /// What it is.
    pub role: Role,
    /// Where its value is kept.
    pub storage: Storage,
    /// Whether it can be seen from outside (RANGE or GLOBAL, states, parameters).
    pub is_public: bool,
    /// The number of elements of an array.
    pub length: Option<usize>,
    /// The value of a parameter or constant; NEURON's six digits of a parameter.
    pub default: f64,
    /// The values that are usual.
    pub limits: Option<(f64, f64)>,
    /// The ion that it belongs to, and what it is there.
    pub ion: Option<(IonId, IonVariable)>,
    /// The variable with the value at which a state starts; none of a state that is an ion's concentration.
    pub start: Option<VariableId>,
    /// The variable with the rate of change of a state, which is kept from one step to the next only if something reads it.
    pub rate: Option<VariableId>,
    /// Whether the text assigns it a value.
    pub is_written: bool,
    /// Whether the text uses its value.
    pub is_read: bool,
}

impl Variable {
    /// The number of its elements.
    pub fn elements(&self) -> usize {
        self.length.unwrap_or(1)
    }
}

/// What a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// PARAMETER, but for what the simulator owns.
    Parameter,
    /// ASSIGNED, and variables of ions.
    Assigned,
    /// STATE.
    State,
    /// CONSTANT, and the constants of UNITS.
    Constant,
    /// LOCAL outside all blocks.
    FileLocal,
    /// POINTER.
    Pointer,
    /// BBCOREPOINTER.
    BbcorePointer,
    /// RANDOM: a stream of random numbers.
    Random,
    /// EXTERNAL: a global variable of another mechanism.
    External,
    /// The rate of change of a state (`x'`).
    Rate,
    /// A variable of the simulator.
    Builtin(Builtin),
}

/// Variables of the simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Builtin {
    /// `v`: the voltage, mV.
    Voltage,
    /// `t`: the time, ms.
    Time,
    /// `dt`: the step, ms.
    Step,
    /// `celsius`: the temperature, degC.
    Celsius,
    /// `diam`: the diameter, um.
    Diameter,
    /// `area`: the area of the segment, um2.
    Area,
}

impl Builtin {
    /// All of them with names and units.
    pub const ALL: [(&'static str, Self, &'static str); 6] = [
        ("v", Self::Voltage, "mV"),
        ("t", Self::Time, "ms"),
        ("dt", Self::Step, "ms"),
        ("celsius", Self::Celsius, "degC"),
        ("diam", Self::Diameter, "um"),
        ("area", Self::Area, "um2"),
    ];
}

/// Where the value of a variable is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// With each instance.
    Instance,
    /// Once for the mechanism.
    Global,
    /// Nowhere: it never changes.
    Constant,
    /// In the simulator, or elsewhere in the model.
    Elsewhere,
}
