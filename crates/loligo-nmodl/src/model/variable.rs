//! Variables.

use std::sync::Arc;

use loligo_mechanisms::IonVariable;

use super::{IonId, VariableId};
use crate::source::Span;

/// A variable of a mechanism.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Arc<str>,
    /// Place of its declaration; empty for variables of the simulator.
    pub span: Span,
    /// Its unit as written.
    pub unit: Option<Arc<str>>,
    /// Its role.
    pub role: Role,
    /// Storage of its value.
    pub storage: Storage,
    /// `true` if it is visible from outside (RANGE or GLOBAL, states, parameters).
    pub is_public: bool,
    /// The number of elements of an array.
    pub length: Option<usize>,
    /// The value of a parameter or constant; a parameter is rounded to six digits as in NEURON.
    pub default: f64,
    /// The limits of its usual values.
    pub limits: Option<(f64, f64)>,
    /// Its ion and its role for that ion.
    pub ion: Option<(IonId, IonVariable)>,
    /// The variable with the start value of a state; `None` for a state that is an ion's concentration.
    pub start: Option<VariableId>,
    /// The variable with the rate of change of a state. Its value is kept between steps only if the text reads it.
    pub rate: Option<VariableId>,
    /// `true` if the text assigns a value to it.
    pub is_written: bool,
    /// `true` if the text uses its value.
    pub is_read: bool,
}

impl Variable {
    /// Number of its elements.
    pub fn elements(&self) -> usize {
        self.length.unwrap_or(1)
    }
}

/// Role of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// PARAMETER, except for the variables of the simulator.
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
    /// A list of numbers that the user gives, which C++ text reads.
    List,
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
    /// All of them, with names and units.
    pub const ALL: [(&'static str, Self, &'static str); 6] = [
        ("v", Self::Voltage, "mV"),
        ("t", Self::Time, "ms"),
        ("dt", Self::Step, "ms"),
        ("celsius", Self::Celsius, "degC"),
        ("diam", Self::Diameter, "um"),
        ("area", Self::Area, "um2"),
    ];
}

/// Storage of a variable's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// One value per instance.
    Instance,
    /// One value for the mechanism.
    Global,
    /// Not stored: it never changes.
    Constant,
    /// Stored in the simulator, or elsewhere in the model.
    Elsewhere,
}
