//! The weights of the incoming connections of an instance.

use std::ops::{Index, IndexMut, Range};

/// The weights available to an instance when it receives an event: those of the connection that delivered the event,
/// and of all other incoming connections.
///
/// ```
/// use loligo_mechanisms::Weights;
/// let mut numbers = [0.5, 3.0, 0.25, 7.0]; // two connections of two weights
/// let mut weights = Weights::new(&mut numbers, 2..4, &[0, 2], 2);
/// weights[1] += 1.0;
/// for connection in 0..weights.connections() {
///     weights.of_connection(connection)[0] *= 2.0;
/// }
/// assert_eq!(numbers, [1.0, 3.0, 0.5, 8.0]);
/// ```
#[derive(Debug)]
pub struct Weights<'a> {
    all: &'a mut [f64],
    own: Range<usize>,
    firsts: &'a [u32],
    length: usize,
}

impl<'a> Weights<'a> {
    /// The weights of a connection at `own` in `all`. Each incoming connection of the instance has `length` weights;
    /// `firsts` are the indices of their first ones.
    pub fn new(all: &'a mut [f64], own: Range<usize>, firsts: &'a [u32], length: usize) -> Self {
        Self { all, own, firsts, length }
    }

    /// The weights of one connection, for mechanisms that read no others.
    pub fn of_one(own: &'a mut [f64]) -> Self {
        let length = own.len();
        Self::new(own, 0..length, &[], length)
    }

    /// No connection and no weights.
    pub fn none() -> Self {
        Self::new(&mut [], 0..0, &[], 0)
    }

    /// The weights of the connection that delivered the event; empty if there is none.
    pub fn own(&mut self) -> &mut [f64] {
        &mut self.all[self.own.clone()]
    }

    /// A weight of the connection that delivered the event; `None` without a connection or such a
    /// weight.
    pub fn get(&self, weight: usize) -> Option<f64> {
        self.all[self.own.clone()].get(weight).copied()
    }

    /// Number of incoming connections of the instance, for mechanisms that
    /// [visit](crate::Signature::visits_connections) them.
    pub fn connections(&self) -> usize {
        self.firsts.len()
    }

    /// The weights of an incoming connection of the instance: ordered by the creation of the sources, and for one
    /// source by the creation of the connections (FOR_NETCONS in NMODL).
    ///
    /// # Panics
    /// If the index is not below the number of [connections](Self::connections).
    pub fn of_connection(&mut self, connection: usize) -> &mut [f64] {
        let first = self.firsts[connection] as usize;
        &mut self.all[first..first + self.length]
    }
}

impl Index<usize> for Weights<'_> {
    type Output = f64;

    fn index(&self, weight: usize) -> &f64 {
        &self.all[self.own.clone()][weight]
    }
}

impl IndexMut<usize> for Weights<'_> {
    fn index_mut(&mut self, weight: usize) -> &mut f64 {
        &mut self.all[self.own.clone()][weight]
    }
}
