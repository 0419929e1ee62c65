//! Values of a network that are read and set while it runs, by name.

use serde::{Deserialize, Serialize};

use crate::network::references::VariableRef;

/// A value of a network that a running [`Simulation`](crate::Simulation) can read and set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueRef {
    /// A voltage, or a variable or parameter of a mechanism.
    Variable(VariableRef),
    /// A weight of a connection.
    Weight {
        /// Index of the connection.
        connection: usize,
        /// Which of its weights, from 0.
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

/// A value set at a given time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intervention {
    /// When, ms: before the first step that starts at t >= `t` - dt/2.
    pub t: f64,
    /// Which value.
    pub value: ValueRef,
    /// To what, in the value's unit.
    pub to: f64,
}
