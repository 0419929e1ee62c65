//! Incoming connections: their target instances and weights.

use std::collections::HashMap;
use std::ops::Range;

use loligo_mechanisms::Weights;

/// The target end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input {
    /// Index of the mechanism.
    pub(crate) mechanism: u32,
    pub(crate) instance: u32,
    /// Index of the first of its weights.
    first: u32,
}

/// The incoming connections of a group of cells, or of artificial cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    inputs: Vec<Input>,
    weights: Vec<f64>,
    /// By mechanism and instance, the connections to instances that visit all of their connections.
    visited: HashMap<(u32, u32), Visited>,
}

/// The connections to an instance.
#[derive(Clone, Debug, Default)]
struct Visited {
    /// Position of each source in the order of creation, ascending.
    sources: Vec<u64>,
    /// Index of the first weight of each.
    firsts: Vec<u32>,
    /// Number of weights of each.
    length: usize,
}

/// No input: for events that no connection delivered.
pub(crate) const NO_INPUT: u32 = u32::MAX;

impl Inputs {
    /// Reserves memory for this many more connections, most of which have one weight.
    pub(crate) fn reserve(&mut self, inputs: usize) {
        self.inputs.reserve_exact(inputs);
        self.weights.reserve_exact(inputs);
    }

    /// Adds the target end of a connection; connections must be added in the order in which they were created.
    /// `created` is the position of the source in the order of creation, if the instance visits all its connections.
    pub(crate) fn add(&mut self, (mechanism, instance): (u32, u32), weights: &[f64], created: Option<u64>) -> u32 {
        let first = self.weights.len() as u32;
        self.weights.extend_from_slice(weights);
        self.inputs.push(Input { mechanism, instance, first });
        if let Some(created) = created {
            let Visited { sources, firsts, length } = self.visited.entry((mechanism, instance)).or_default();
            *length = weights.len();
            let place = sources.partition_point(|&source| source <= created);
            sources.insert(place, created);
            firsts.insert(place, first);
        }
        (self.inputs.len() - 1) as u32
    }

    pub(crate) fn len(&self) -> usize {
        self.inputs.len()
    }

    #[inline]
    pub(crate) fn get(&self, input: u32) -> Input {
        self.inputs[input as usize]
    }

    #[inline]
    fn range(&self, input: u32) -> Range<usize> {
        let end = self.inputs.get(input as usize + 1).map_or(self.weights.len(), |next| next.first as usize);
        self.inputs[input as usize].first as usize..end
    }

    /// The weights of a connection.
    pub(crate) fn weights(&self, input: u32) -> &[f64] {
        &self.weights[self.range(input)]
    }

    pub(crate) fn weights_mut(&mut self, input: u32) -> &mut [f64] {
        let range = self.range(input);
        &mut self.weights[range]
    }

    /// The weights available to an instance that receives an event through an input or through [none](NO_INPUT); if it
    /// `visits` all its connections, the weights of all of them.
    #[inline]
    pub(crate) fn seen_by(&mut self, (mechanism, instance): (u32, u32), input: u32, visits: bool) -> Weights<'_> {
        let own = if input == NO_INPUT { 0..0 } else { self.range(input) };
        let visited = if visits { self.visited.get(&(mechanism, instance)) } else { None };
        match visited {
            None if own.is_empty() => Weights::none(),
            None => Weights::of_one(&mut self.weights[own]),
            Some(Visited { firsts, length, .. }) => Weights::new(&mut self.weights, own, firsts, *length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_visited_by_source_and_then_in_their_order() {
        let mut inputs = Inputs::default();
        let created = [5, 2, 5, 2];
        for (k, created) in created.into_iter().enumerate() {
            inputs.add((1, 7), &[k as f64, 0.0], Some(created));
            inputs.add((0, 7), &[9.0], None);
        }
        let mut weights = inputs.seen_by((1, 7), 2, true);
        assert_eq!(weights[0], 1.0);
        let order: Vec<f64> = (0..weights.connections()).map(|k| weights.of_connection(k)[0]).collect();
        assert_eq!(order, [1.0, 3.0, 0.0, 2.0]);
    }

    #[test]
    fn an_event_that_came_by_no_connection_has_no_weights() {
        let mut inputs = Inputs::default();
        let input = inputs.add((0, 0), &[0.5], None);
        assert_eq!(inputs.seen_by((0, 0), NO_INPUT, false).get(0), None);
        assert_eq!(inputs.seen_by((0, 0), input, false).get(0), Some(0.5));
        assert_eq!(inputs.seen_by((3, 3), NO_INPUT, true).connections(), 0);
    }
}
