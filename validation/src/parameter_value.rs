//! The value of a parameter: a number, or all elements of an array.

use serde::{Deserialize, Serialize};

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParameterValue {
    /// One number.
    Number(f64),
    /// All elements of an array.
    Array(Vec<f64>),
}

impl From<f64> for ParameterValue {
    fn from(value: f64) -> Self {
        ParameterValue::Number(value)
    }
}
