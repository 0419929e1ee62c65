//! Values of a network that are read and set by name during a run.

use serde::{Deserialize, Serialize};

use crate::network::references::VariableRef;

/// Refers to a value of a network that a running [`Simulation`](crate::Simulation) can read and set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueRef {
    /// A voltage, or a variable or parameter of a mechanism.
    Variable(VariableRef),
    /// A weight of a connection.
    Weight {
        /// Index of the connection.
        connection: usize,
        /// Index among its weights, from 0.
        weight: usize,
    },
    /// A variable that is the same for all instances of a mechanism.
    Global {
        /// Name of the mechanism.
        mechanism: String,
        /// Name of the global.
        global: String,
    },
    /// The temperature, degC.
    Celsius,
}

impl From<VariableRef> for ValueRef {
    fn from(variable: VariableRef) -> Self {
        Self::Variable(variable)
    }
}

/// A value that is set at a given time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intervention {
    /// The time, ms: before the first step that starts at t >= `t` - dt/2.
    pub t: f64,
    /// The value to set.
    pub value: ValueRef,
    /// The new value, in its unit.
    pub to: f64,
}
