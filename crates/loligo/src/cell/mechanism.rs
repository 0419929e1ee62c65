//! A mechanism with its parameters.

pub mod builtin;

use std::collections::BTreeMap;
use std::sync::Arc;

use loligo_mechanisms::{Argument, SetUpCall};
use serde::{Deserialize, Serialize};

/// A mechanism by name, with the parameters that differ from its defaults.
///
/// The structs of [`mechanisms`](crate::mechanisms) convert into it; `Mechanism::new("pas").with("g", 5e-4)` makes the
/// same one by name.
///
/// ```
/// use loligo::prelude::*;
/// let leak = Mechanism::new("pas").with("g", 1e-4).with("e", -65.0); // S/cm2, mV
/// assert_eq!(leak, Pas { g: 1e-4, e: -65.0 }.into());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mechanism {
    /// Its name in the catalogue.
    pub name: String,
    /// Parameters by name, in the units of the catalogue.
    #[serde(default)]
    pub parameters: BTreeMap<String, f64>,
    /// Ids of its Random123 stream, for mechanisms that draw random numbers; by default (1,
    /// [`seed`](crate::Network::seed), k) for the k-th of the network. If it has several streams, these are the ids of
    /// the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<[u32; 3]>,
    /// Lists of numbers given by the user, by name; copies share them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vectors: BTreeMap<String, Arc<[f64]>>,
    /// Procedures that are called before the run, in this order, for mechanisms whose procedures hand in numbers, lists
    /// of numbers or streams of random numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<SetUpCall>,
}

impl Mechanism {
    /// A mechanism with its defaults.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            parameters: BTreeMap::new(),
            stream: None,
            vectors: BTreeMap::new(),
            calls: Vec::new(),
        }
    }

    /// Sets a parameter.
    #[must_use]
    pub fn with(mut self, parameter: impl Into<String>, value: f64) -> Self {
        self.parameters.insert(parameter.into(), value);
        self
    }

    /// Sets a list of numbers, in the unit of the catalogue; all instances of a density mechanism on a painted region
    /// share it.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let replay = Mechanism::new("VecStim").vector("times", [1.0, 2.5]); // ms
    /// assert_eq!(replay, VecStim { times: vec![1.0, 2.5] }.into());
    /// ```
    #[must_use]
    pub fn vector(mut self, name: impl Into<String>, values: impl Into<Arc<[f64]>>) -> Self {
        self.vectors.insert(name.into(), values.into());
        self
    }

    /// Adds a call of a procedure before the run; the instances of a density mechanism all make it.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// use loligo::Argument;
    /// let replay = Mechanism::new("Replay").call("play", [Argument::List([1.0, 2.5].into())]); // ms
    /// assert_eq!(replay.calls[0].procedure, "play");
    /// ```
    #[must_use]
    pub fn call<A: Into<Argument>>(
        mut self,
        procedure: impl Into<String>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        self.calls.push(SetUpCall::new(procedure, arguments));
        self
    }

    /// Sets the ids of its random stream.
    #[must_use]
    pub fn with_stream(mut self, ids: [u32; 3]) -> Self {
        self.stream = Some(ids);
        self
    }
}
