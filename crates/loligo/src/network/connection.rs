//! A connection: source, target, weights, delay.

use serde::{Deserialize, Serialize};

use crate::network::references::{SourceRef, TargetRef};

/// A connection: NEURON's NetCon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// The source; `None` for a connection that only delivers given [`events`](Self::events).
    pub source: Option<SourceRef>,
    /// The target; `None` for one that only detects spikes.
    pub target: Option<TargetRef>,
    /// Weight: uS for the built-in synapses.
    pub weight: Vec<f64>,
    /// Delay, ms.
    pub delay: f64,
    /// Threshold of a variable source, in the variable's unit. It belongs to the variable: all connections from it
    /// share the last one given; 10 (mV) by default.
    pub threshold: Option<f64>,
    /// Times at which events are sent to the target regardless of source and delay, ms.
    pub events: Vec<f64>,
}

impl Connection {
    /// NEURON's default threshold, mV.
    pub const DEFAULT_THRESHOLD: f64 = 10.0;

    /// Makes a connection with a weight (uS) and a delay (ms).
    pub fn new(source: SourceRef, target: TargetRef, weight: f64, delay: f64) -> Self {
        Self {
            source: Some(source),
            target: Some(target),
            weight: vec![weight],
            delay,
            threshold: None,
            events: Vec::new(),
        }
    }

    /// Sets the threshold of the source variable, in its unit.
    #[must_use]
    pub fn with_threshold(mut self, threshold: f64) -> Self {
        self.threshold = Some(threshold);
        self
    }
}
