//! Connects the cells of a network by a pattern.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::draw_stream::{ConnectionDraw, with_repetitions};
use crate::network::Network;
use crate::network::connection::Connection;
use crate::network::positions::{Point, distance};
use crate::network::references::{SourceRef, TargetRef};
use crate::pattern::error::PatternError;
use crate::pattern::random_pattern::RandomPattern;
use crate::pattern::random_value::RandomValue;
use crate::pattern::side::{PatternCell, PatternSide};

/// A random pattern of connections, and the rules for their weights and delays.
///
/// ```
/// use loligo::prelude::*;
/// let mut cell = Cell::new("pyramidal");
/// let soma = cell.add_section(Section::soma(20.0)); // um
/// let synapse = cell.place("synapse", soma, 0.5, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
/// let mut network = Network::new();
/// let cells: Vec<usize> = (0..500).map(|k| network.add_cell(Cell { name: format!("pyramidal[{k}]"), ..cell.clone() })).collect();
/// network.place_cells(0..500, &Positions::random_in_sphere([0.0; 3], 300.0, DrawStream::new(1, 7)))?; // um
///
/// let near = ConnectionProbability::new(DistanceCurve::Gaussian { sigma: 100.0 }, 0.3); // um
/// let pattern = ConnectionPattern {
///     weight: RandomValue::lognormal(5e-4, 2e-4), // uS
///     velocity: Some(300.0),                      // um/ms
///     ..ConnectionPattern::new(RandomPattern::new(Partners::Probability(near), DrawStream::new(1, 7)))
/// };
/// let somata: Vec<_> = cells.iter().map(|&cell| SourceRef::voltage(cell, soma, 0.5)).collect();
/// let synapses: Vec<_> = cells.iter().map(|&cell| [TargetRef::Point { cell, point: synapse }]).collect();
/// let made = network.connect_pattern(&pattern, &somata, &synapses)?;
/// assert!((5_000..9_000).contains(&made.len()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionPattern {
    /// The pairs of cells.
    pub pairs: RandomPattern,
    /// Weights: uS for the built-in synapses; 0 by default.
    pub weight: RandomValue,
    /// Delays, or with a velocity their part that does not depend on distance, ms; 1 by default.
    pub delay: RandomValue,
    /// Velocity of the spikes between the positions of the cells, um/ms (1 m/s is 1000 um/ms); by default the delay
    /// does not depend on distance.
    pub velocity: Option<f64>,
    /// Threshold of the sources, in the variable's unit.
    pub threshold: Option<f64>,
}

impl ConnectionPattern {
    /// A pattern with weights of 0 and delays of 1 ms.
    pub fn new(pairs: RandomPattern) -> Self {
        let (weight, delay) = (RandomValue::Constant(0.0), RandomValue::Constant(1.0));
        Self { pairs, weight, delay, velocity: None, threshold: None }
    }
}

/// Checks a velocity, um/ms.
///
/// # Errors
/// A velocity that is not greater than 0.
pub fn check_velocity(velocity: f64) -> Result<(), PatternError> {
    if velocity > 0.0 && velocity.is_finite() {
        return Ok(());
    }
    let remedy = "give a velocity greater than 0 um/ms (1 m/s is 1000 um/ms)";
    Err(PatternError::Value { what: "velocity (um/ms)", value: velocity, remedy })
}

impl Network {
    /// Connects sources to targets by a pattern; returns the indices of the connections, targets in the outer loop.
    ///
    /// Each source is a place on its cell. Each element of `targets` has the synapses of one cell (or an artificial
    /// cell): if there are several, each connection takes one of them at random. The numbers of a connection depend on
    /// the pattern's stream and the indices of its source and target in these lists alone.
    ///
    /// # Errors
    /// Invalid numbers of the pattern; cells without positions, if these are needed; fewer cells than partners; a
    /// target without synapse. The network is then unchanged.
    pub fn connect_pattern(
        &mut self,
        pattern: &ConnectionPattern,
        sources: &[SourceRef],
        targets: &[impl AsRef<[TargetRef]>],
    ) -> Result<Range<usize>, PatternError> {
        pattern.weight.check()?;
        pattern.delay.check()?;
        pattern.velocity.map_or(Ok(()), check_velocity)?;
        let from: Vec<PatternCell> = sources.iter().map(|source| PatternCell::of_source(self, source)).collect();
        let mut to = Vec::with_capacity(targets.len());
        for (index, synapses) in targets.iter().enumerate() {
            let first = synapses.as_ref().first().ok_or(PatternError::NoSynapse { index })?;
            to.push(PatternCell::of_target(*first));
        }
        let (from, to) = (PatternSide::new(self, &from), PatternSide::new(self, &to));
        let pairs = pattern.pairs.pairs(&from, &to, u32::MAX as usize)?;
        let stream = pattern.pairs.stream;
        let flights = match pattern.velocity {
            None => None,
            Some(velocity) => Some((from.positions()?, to.positions()?, velocity)),
        };
        Ok(self.connect_many(with_repetitions(&pairs).map(|(pair, repetition)| {
            let (source, target) = (pair.0 as usize, pair.1 as usize);
            let synapses = targets[target].as_ref();
            let number = |draw, rule: &RandomValue| rule.draw(stream.of_connection(draw, pair, repetition));
            let flight =
                |(from, to, velocity): &(Vec<Point>, Vec<Point>, f64)| distance(from[source], to[target]) / velocity;
            Connection {
                source: Some(sources[source].clone()),
                target: Some(synapses[stream.synapse(pair, repetition, synapses.len())]),
                weight: vec![number(ConnectionDraw::Weight, &pattern.weight)],
                delay: number(ConnectionDraw::Delay, &pattern.delay) + flights.as_ref().map_or(0.0, flight),
                threshold: pattern.threshold,
                events: Vec::new(),
            }
        })))
    }
}
