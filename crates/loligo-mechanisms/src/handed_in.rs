//! Lists of numbers and function tables that are given to a mechanism.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A list of numbers that is given to each instance; if it is not given, it is empty.
///
/// ```
/// use loligo_mechanisms::VectorSlot;
/// let amplitudes = VectorSlot::new("amplitudes", "nA", "currents, one after the other");
/// assert!(!amplitudes.is_times && VectorSlot::times("onsets", "when they begin").is_times);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VectorSlot {
    /// Its name.
    pub name: String,
    /// Unit of its numbers.
    pub unit: Arc<str>,
    /// Its meaning, a few words.
    pub meaning: String,
    /// True if its numbers are times: at least 0 and ascending, and required if a model is read from a file.
    pub is_times: bool,
}

impl VectorSlot {
    /// A list of any finite numbers.
    pub fn new(name: &str, unit: &str, meaning: &str) -> Self {
        Self { name: name.to_owned(), unit: unit.into(), meaning: meaning.to_owned(), is_times: false }
    }

    /// A list of times (ms), at least 0 and ascending.
    pub fn times(name: &str, meaning: &str) -> Self {
        Self { is_times: true, ..Self::new(name, "ms", meaning) }
    }
}

/// A function whose values are given to a mechanism, the same for all its instances in a network, as a
/// [`FunctionTable`](crate::FunctionTable).
///
/// ```
/// use loligo_mechanisms::FunctionTableSlot;
/// let minf = FunctionTableSlot::new("minf", &["v"], "1", "steady state of m");
/// assert_eq!(minf.arguments, ["v"]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionTableSlot {
    /// Its name.
    pub name: String,
    /// Names of its arguments.
    pub arguments: Vec<String>,
    /// Unit of its values.
    pub unit: Arc<str>,
    /// Its meaning, a few words.
    pub meaning: String,
}

impl FunctionTableSlot {
    /// A function of some arguments.
    pub fn new(name: &str, arguments: &[&str], unit: &str, meaning: &str) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { name: name.to_owned(), arguments, unit: unit.into(), meaning: meaning.to_owned() }
    }

    /// The syntax of its values in a model file, for messages.
    pub fn example(&self) -> &'static str {
        match self.arguments.len() {
            1 => "{ values = [...], from = ..., to = ... }",
            2 => "{ values = [[...], ...], from = [..., ...], to = [..., ...] }",
            _ => "{ values = [[[...], ...], ...], from = [...], to = [...] }",
        }
    }
}
