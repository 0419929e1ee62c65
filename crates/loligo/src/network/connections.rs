//! The connections of a network, stored in few bytes each.

use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};

use indexmap::IndexSet;
use serde::{Deserialize, Serialize};

use crate::network::connection::Connection;
use crate::network::references::{SourceRef, TargetRef, VariableRef};
use crate::shared::Shared;

/// The connections of a network, in order of creation.
///
/// A connection with one weight and no events of its own takes 28 bytes; its source is stored once for all connections
/// that start there.
///
/// ```
/// use loligo::prelude::*;
/// let mut network = Network::new();
/// let targets = (0..1000).map(|point| TargetRef::Point { cell: 1, point });
/// let source = SourceRef::voltage(0, 0, 0.5);
/// network.connect_many(targets.map(|target| Connection::new(source.clone(), target, 1e-3, 1.0))); // uS, ms
/// network.connections.update(999, |last| last.delay = 2.0); // ms
/// let delays: Vec<f64> = network.connections.iter().map(|connection| connection.delay).collect();
/// assert_eq!([delays[0], delays[999]], [1.0, 2.0]);
/// ```
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Connection>", into = "Vec<Connection>")]
pub struct Connections {
    starts: IndexSet<Start>,
    /// The start of each connection, or [`NOWHERE`].
    start: Shared<Vec<u32>>,
    target: Vec<PackedTarget>,
    weight: Vec<f64>,
    delay: Vec<f64>,
    extras: BTreeMap<usize, Extras>,
}

/// A borrowed connection of [`Connections`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConnectionView<'a> {
    /// The source.
    pub source: Option<&'a SourceRef>,
    /// The target.
    pub target: Option<TargetRef>,
    /// Weight: uS for the built-in synapses.
    pub weight: &'a [f64],
    /// Delay, ms.
    pub delay: f64,
    /// Its threshold, if one was given.
    pub threshold: Option<f64>,
    /// Times at which events are sent to the target regardless of source and delay, ms.
    pub events: &'a [f64],
}

/// Numbers of [`Connections`] by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectionCounts {
    /// From a source to a target.
    pub connections: usize,
    /// Without a source: they deliver given events.
    pub event_trains: usize,
    /// Without a target: they detect the spikes of a source.
    pub detectors: usize,
}

impl From<ConnectionView<'_>> for Connection {
    fn from(view: ConnectionView<'_>) -> Self {
        Self {
            source: view.source.cloned(),
            target: view.target,
            weight: view.weight.to_vec(),
            delay: view.delay,
            threshold: view.threshold,
            events: view.events.to_vec(),
        }
    }
}

/// The source of connections, with the threshold given there.
#[derive(Clone, Debug)]
struct Start {
    source: SourceRef,
    threshold: Option<f64>,
}

impl Start {
    /// All that distinguishes one from another, numbers as bits.
    fn parts(&self) -> (u8, usize, usize, u64, &str, Option<u64>) {
        let threshold = self.threshold.map(f64::to_bits);
        match &self.source {
            SourceRef::Artificial(cell) => (0, *cell, 0, 0, "", threshold),
            SourceRef::Point { cell, point } => (5, *cell, *point, 0, "", threshold),
            SourceRef::Variable(VariableRef::Section { cell, section, x, variable }) => {
                (1, *cell, *section, x.to_bits(), variable, threshold)
            }
            SourceRef::Variable(VariableRef::Point { cell, point, variable }) => {
                (2, *cell, *point, 0, variable, threshold)
            }
            SourceRef::Variable(VariableRef::Artificial { cell, variable }) => (3, *cell, 0, 0, variable, threshold),
            SourceRef::Variable(VariableRef::GapJunction { junction, side, variable }) => {
                (4, *junction, *side as usize, 0, variable, threshold)
            }
        }
    }
}

impl PartialEq for Start {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Start {}

impl Hash for Start {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

/// Properties of the few connections that have not exactly one weight, have events, or have a target of large indices.
#[derive(Clone, Debug)]
struct Extras {
    target: Option<TargetRef>,
    weight: Vec<f64>,
    events: Vec<f64>,
}

/// The start of a connection without source.
const NOWHERE: u32 = u32::MAX;

/// A target in eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PackedTarget {
    cell: u32,
    point: u32,
}

impl PackedTarget {
    const NONE: Self = Self { cell: u32::MAX, point: u32::MAX };
    const IN_EXTRAS: Self = Self { cell: u32::MAX, point: u32::MAX - 1 };
    /// The value of `point` for the target of an artificial cell.
    const ARTIFICIAL: u32 = u32::MAX;

    fn pack(target: Option<TargetRef>) -> Self {
        let small = |index: usize| u32::try_from(index).ok().filter(|&index| index < u32::MAX - 1);
        let packed = match target {
            None => return Self::NONE,
            Some(TargetRef::Point { cell, point }) => small(cell).zip(small(point)),
            Some(TargetRef::Artificial(cell)) => small(cell).map(|cell| (cell, Self::ARTIFICIAL)),
        };
        packed.map_or(Self::IN_EXTRAS, |(cell, point)| Self { cell, point })
    }

    fn unpack(self) -> Option<TargetRef> {
        let (cell, point) = (self.cell as usize, self.point as usize);
        match self {
            Self::NONE => None,
            Self { point: Self::ARTIFICIAL, .. } => Some(TargetRef::Artificial(cell)),
            Self { .. } => Some(TargetRef::Point { cell, point }),
        }
    }
}

impl Connections {
    /// The number of connections.
    pub fn len(&self) -> usize {
        self.start.len()
    }

    /// `true` if there are none.
    pub fn is_empty(&self) -> bool {
        self.start.is_empty()
    }

    /// The number of connections of each kind.
    pub fn counts(&self) -> ConnectionCounts {
        let mut counts = ConnectionCounts::default();
        for connection in self.iter() {
            match (connection.source, connection.target) {
                (Some(_), Some(_)) => counts.connections += 1,
                (None, _) => counts.event_trains += 1,
                (Some(_), None) => counts.detectors += 1,
            }
        }
        counts
    }

    /// The connection of that index.
    pub fn get(&self, index: usize) -> Option<ConnectionView<'_>> {
        (index < self.len()).then(|| self.view(index))
    }

    /// All, in order of creation.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = ConnectionView<'_>> {
        (0..self.len()).map(|index| self.view(index))
    }

    fn view(&self, index: usize) -> ConnectionView<'_> {
        let start = self.starts.get_index(self.start[index] as usize);
        let target = self.target[index];
        let extras = (target == PackedTarget::IN_EXTRAS).then(|| &self.extras[&index]);
        ConnectionView {
            source: start.map(|start| &start.source),
            target: extras.map_or_else(|| target.unpack(), |extras| extras.target),
            weight: extras.map_or(std::slice::from_ref(&self.weight[index]), |extras| &extras.weight),
            delay: self.delay[index],
            threshold: start.and_then(|start| start.threshold),
            events: extras.map_or(&[], |extras| &extras.events),
        }
    }

    /// Adds a connection; returns its index.
    pub fn push(&mut self, connection: Connection) -> usize {
        let index = self.len();
        self.start.push(NOWHERE);
        self.target.push(PackedTarget::NONE);
        self.weight.push(0.0);
        self.delay.push(0.0);
        self.set(index, connection);
        index
    }

    /// Changes a connection; nothing happens if there is none of that index.
    pub fn update(&mut self, index: usize, change: impl FnOnce(&mut Connection)) {
        let Some(view) = self.get(index) else { return };
        let mut connection = Connection::from(view);
        change(&mut connection);
        self.set(index, connection);
    }

    /// Changes every connection, in order of creation.
    pub fn update_all(&mut self, mut change: impl FnMut(usize, &mut Connection)) {
        for index in 0..self.len() {
            self.update(index, |connection| change(index, connection));
        }
    }

    fn set(&mut self, index: usize, connection: Connection) {
        let Connection { source, target, weight, delay, threshold, events } = connection;
        self.start[index] = match source {
            // There are fewer starts than connections, of which 4 thousand million do not fit into memory.
            Some(source) => self.starts.insert_full(Start { source, threshold }).0 as u32,
            None => NOWHERE,
        };
        self.delay[index] = delay;
        self.weight[index] = weight.first().copied().unwrap_or(0.0);
        self.target[index] = PackedTarget::pack(target);
        if weight.len() != 1 || !events.is_empty() || self.target[index] == PackedTarget::IN_EXTRAS {
            self.target[index] = PackedTarget::IN_EXTRAS;
            self.extras.insert(index, Extras { target, weight, events });
        } else if !self.extras.is_empty() {
            self.extras.remove(&index);
        }
    }

    /// Reserves memory for more connections.
    pub fn reserve(&mut self, more: usize) {
        self.start.reserve(more);
        self.target.reserve(more);
        self.weight.reserve(more);
        self.delay.reserve(more);
    }

    /// The number of the start of each connection: no two have the same source and threshold.
    pub fn starts(&self) -> &Shared<Vec<u32>> {
        &self.start
    }

    /// For each start the number of its source: starts of one source that differ in the threshold have the same.
    pub fn source_numbers(&self) -> Vec<usize> {
        let mut known = HashMap::with_capacity(self.starts.len());
        let numbers = self.starts.iter().map(|start| {
            let (kind, a, b, x, variable, _) = start.parts();
            let next = known.len();
            *known.entry((kind, a, b, x, variable)).or_insert(next)
        });
        numbers.collect()
    }

    /// Source and threshold that a connection was given.
    pub fn start_of(&self, index: usize) -> (Option<&SourceRef>, Option<f64>) {
        let start = self.start.get(index).and_then(|&start| self.starts.get_index(start as usize));
        (start.map(|start| &start.source), start.and_then(|start| start.threshold))
    }

    /// The number of different starts.
    pub(crate) fn start_count(&self) -> usize {
        self.starts.len()
    }
}

impl Extend<Connection> for Connections {
    fn extend<I: IntoIterator<Item = Connection>>(&mut self, connections: I) {
        let connections = connections.into_iter();
        self.reserve(connections.size_hint().0);
        connections.for_each(|connection| {
            self.push(connection);
        });
    }
}

impl From<Vec<Connection>> for Connections {
    fn from(list: Vec<Connection>) -> Self {
        let mut connections = Self::default();
        connections.extend(list);
        connections
    }
}

impl From<Connections> for Vec<Connection> {
    fn from(connections: Connections) -> Self {
        connections.iter().map(Connection::from).collect()
    }
}

impl PartialEq for Connections {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Connections of every kind, including unusual ones.
    fn odd() -> Vec<Connection> {
        let source = || SourceRef::voltage(3, 0, 0.5);
        let target = TargetRef::Point { cell: 7, point: 11 };
        let huge = [u32::MAX as usize - 2, u32::MAX as usize - 1, u32::MAX as usize, usize::MAX];
        let mut list = vec![
            Connection::new(source(), target, 0.5, 1.0),
            Connection::new(source(), target, -0.0, f64::INFINITY).with_threshold(-20.0),
            Connection::new(source(), TargetRef::Artificial(2), 0.5, 1.0).with_threshold(-0.0),
            Connection { target: None, ..Connection::new(source(), target, 0.0, 1.0) },
            Connection { source: None, events: vec![1.0, 3.0], ..Connection::new(source(), target, 0.5, 1.0) },
            Connection { weight: vec![1.0, 2.0], ..Connection::new(SourceRef::Artificial(0), target, 0.0, 1.0) },
            Connection { weight: vec![], target: None, ..Connection::new(source(), target, 0.0, 1.0) },
        ];
        for index in huge {
            list.push(Connection::new(source(), TargetRef::Artificial(index), 0.5, 1.0));
            list.push(Connection::new(
                SourceRef::Artificial(index),
                TargetRef::Point { cell: index, point: 0 },
                1.0,
                1.0,
            ));
            list.push(Connection::new(source(), TargetRef::Point { cell: 0, point: index }, 1.0, 1.0));
        }
        list
    }

    #[test]
    fn what_comes_out_is_what_was_put_in() {
        let list = odd();
        let connections = Connections::from(list.clone());
        assert_eq!(Vec::from(connections.clone()), list);
        assert!(connections.get(list.len()).is_none());
        let counts = connections.counts();
        assert_eq!((counts.event_trains, counts.detectors, counts.connections), (1, 2, list.len() - 3));
        assert_eq!(connections.start_count(), 3 + 4 + 1);
    }

    #[test]
    fn a_connection_may_become_any_other() {
        let list = odd();
        for (from, to) in (0..list.len()).flat_map(|from| list.iter().map(move |to| (from, to))) {
            let mut connections = Connections::from(list.clone());
            connections.update(from, |connection| *connection = to.clone());
            let expected = list.iter().enumerate().map(|(k, own)| if k == from { to.clone() } else { own.clone() });
            assert_eq!(Vec::from(connections), expected.collect::<Vec<_>>());
        }
    }
}
