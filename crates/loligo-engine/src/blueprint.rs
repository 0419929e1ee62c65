//! The input of the engine: cells as arrays, connections as indices.

use std::collections::BTreeMap;
use std::sync::Arc;

use loligo_cable::Cable;
use loligo_mechanisms::{Block, FunctionTable, Mechanism};
use smallvec::SmallVec;

use crate::waveform::Waveform;

/// A complete model in numbers, without names.
#[derive(Clone, Debug, Default)]
pub struct Blueprint {
    /// The cells with membrane.
    pub cells: Vec<CellBlueprint>,
    /// The cells without membrane: one entry for each artificial mechanism, in the order in which they
    /// are initialised.
    pub populations: Vec<Population>,
    /// The sources of spikes, in order of creation: simultaneous spikes are sent in this order.
    pub sources: Vec<Source>,
    /// Connections in order of creation.
    pub connections: Connections,
    /// Values copied from one variable to another in every step.
    pub transfers: Vec<Transfer>,
    /// Variables that refer to others, one for every pointer of every mechanism.
    pub pointers: Vec<Pointer>,
    /// Waveforms played onto variables, in order of creation.
    pub waveforms: Vec<(Quantity, Waveform)>,
    /// The variables that are sampled.
    pub recordings: Vec<Recording>,
    /// Events given by the user: time (ms) and index of the connection, in the order in which they are queued.
    pub events: Vec<(f64, usize)>,
}

/// A cell: its tree and the mechanisms on it, both shared with the cells that are equal to it.
#[derive(Clone, Debug)]
pub struct CellBlueprint {
    /// The tree of nodes.
    pub cable: Arc<Cable>,
    /// The mechanisms on it.
    pub placed: Arc<Vec<Placed>>,
    /// Values in which this cell differs from `placed`, each with all the places to which it applies; a later entry
    /// overrides an earlier one.
    pub own: Vec<(Arc<[VariablePlace]>, f64)>,
    /// True if voltages of this cell are set between steps.
    pub voltage_is_set: bool,
    /// Offset added to the third id of its [numbered](Placed::numbered_streams) random streams.
    pub first_stream: u32,
}

impl CellBlueprint {
    /// True if a point process on it sends events.
    pub(crate) fn sends_events(&self) -> bool {
        self.placed.iter().any(|placed| placed.mechanism.signature().sends_events)
    }
}

/// Position of a variable of an instance in a cell's `placed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariablePlace {
    /// Index into `placed`.
    pub placed: usize,
    /// Column of the block.
    pub column: usize,
    /// Instance of the block.
    pub instance: usize,
}

/// The instances of one mechanism on one cell.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The mechanism.
    pub mechanism: Arc<dyn Mechanism>,
    /// Position in the order in which mechanisms are evaluated: the same for this mechanism everywhere in the
    /// blueprint, and different from that of every other mechanism.
    pub order: u32,
    /// Values of the mechanism's globals, the same everywhere in the blueprint.
    pub globals: Arc<[f64]>,
    /// Function tables of the mechanism, the same everywhere in the blueprint.
    pub tables: Arc<[Arc<FunctionTable>]>,
    /// The node of each instance, ascending; of several instances at one node the last created comes first.
    pub nodes: Vec<u32>,
    /// Their variables.
    pub block: Block,
    /// The random streams of the block whose third id is their number on the cell. Cells that share this description
    /// thereby have streams of their own.
    pub numbered_streams: Vec<usize>,
}

/// All instances of one artificial mechanism, in order of creation.
#[derive(Clone, Debug)]
pub struct Population {
    /// The mechanism.
    pub mechanism: Arc<dyn Mechanism>,
    /// Values of the mechanism's globals.
    pub globals: Arc<[f64]>,
    /// Its function tables.
    pub tables: Arc<[Arc<FunctionTable>]>,
    /// Their variables.
    pub block: Block,
}

/// A variable of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Membrane potential at a node, mV.
    Voltage {
        /// Index of the cell.
        cell: usize,
        /// Index of the node in the cell.
        node: u32,
    },
    /// Capacitive current at a node, mA/cm2.
    CapacitiveCurrent {
        /// Index of the cell.
        cell: usize,
        /// Index of the node in the cell.
        node: u32,
    },
    /// Current through the membrane at a node, nA, positive outwards; includes the capacitive current and excludes that
    /// of electrodes: NEURON's `i_membrane_` (`CVode.use_fast_imem`).
    MembraneCurrent {
        /// Index of the cell.
        cell: usize,
        /// Index of the node in the cell.
        node: u32,
    },
    /// Current through the membrane at a node per area, mA/cm2; in nA at a node without area.
    MembraneCurrentDensity {
        /// Index of the cell.
        cell: usize,
        /// Index of the node in the cell.
        node: u32,
    },
    /// A variable of a mechanism on a cell.
    Membrane {
        /// Index of the cell.
        cell: usize,
        /// Index into the cell's `placed`.
        placed: usize,
        /// Column of the block.
        column: usize,
        /// Instance of the block.
        instance: usize,
    },
    /// A variable of an artificial cell.
    Artificial {
        /// Index into `populations`.
        population: usize,
        /// Column of the block.
        column: usize,
        /// Instance of the block.
        instance: usize,
    },
}

impl Quantity {
    /// The index of the cell with membrane to which it belongs.
    pub(crate) fn cell(&self) -> Option<usize> {
        match *self {
            Self::Voltage { cell, .. }
            | Self::CapacitiveCurrent { cell, .. }
            | Self::MembraneCurrent { cell, .. }
            | Self::MembraneCurrentDensity { cell, .. }
            | Self::Membrane { cell, .. } => Some(cell),
            Self::Artificial { .. } => None,
        }
    }
}

/// A source of spikes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    /// A variable that rises above a threshold.
    Crossing {
        /// The variable.
        quantity: Quantity,
        /// The threshold, in the variable's unit.
        threshold: f64,
    },
    /// A point process that sends spikes.
    Point {
        /// Index of the cell.
        cell: usize,
        /// Index into the cell's `placed`.
        placed: usize,
        /// Instance of the block.
        instance: usize,
    },
    /// An artificial cell.
    Artificial {
        /// Index into `populations`.
        population: usize,
        /// Instance of the population's block.
        instance: usize,
    },
}

/// The target of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A point process.
    Point {
        /// Index of the cell.
        cell: u32,
        /// Index into the cell's `placed`.
        placed: u32,
        /// Instance of the block.
        instance: u32,
    },
    /// An artificial cell.
    Artificial {
        /// Index into `populations`.
        population: u32,
        /// Instance of the population's block.
        instance: u32,
    },
}

/// A connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// Index into `sources`; `None` for a connection that only carries the user's events.
    pub source: Option<u32>,
    /// The target; `None` for a connection that only observes its source.
    pub target: Option<Target>,
    /// Delay, ms.
    pub delay: f64,
    /// Weights: as many as the target takes, at least one.
    pub weight: SmallVec<[f64; 1]>,
}

/// Connections in order of creation, in packed form. They are stored in pieces, and each piece is freed as soon as it
/// has been read, because two copies of all connections may not fit into memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connections {
    pieces: Vec<Vec<PackedConnection>>,
    /// The weights of the connections that have several.
    weights: BTreeMap<usize, SmallVec<[f64; 1]>>,
    length: usize,
}

/// A connection of one weight in 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct PackedConnection {
    delay: f64,
    weight: f64,
    /// [`NONE`](Self::NONE) for a connection without source.
    source: u32,
    target: [u32; 3],
}

impl PackedConnection {
    /// Marks an absent index. So many items of any kind do not fit into memory, so it is never a
    /// valid index.
    const NONE: u32 = u32::MAX;

    fn pack(connection: &Connection) -> Self {
        let target = match connection.target {
            None => [Self::NONE; 3],
            Some(Target::Point { cell, placed, instance }) => [cell, placed, instance],
            Some(Target::Artificial { population, instance }) => [population, instance, Self::NONE],
        };
        let weight = connection.weight.first().copied().unwrap_or_default();
        Self { delay: connection.delay, weight, source: connection.source.unwrap_or(Self::NONE), target }
    }

    fn unpack(self, weights: Option<&SmallVec<[f64; 1]>>) -> Connection {
        let target = match self.target {
            [Self::NONE, Self::NONE, Self::NONE] => None,
            [population, instance, Self::NONE] => Some(Target::Artificial { population, instance }),
            [cell, placed, instance] => Some(Target::Point { cell, placed, instance }),
        };
        let weight = weights.cloned().unwrap_or_else(|| SmallVec::from_slice(&[self.weight]));
        let source = (self.source != Self::NONE).then_some(self.source);
        Connection { source, target, delay: self.delay, weight }
    }
}

impl Connections {
    const PIECE: usize = 1 << 14;

    /// Adds a connection.
    pub fn push(&mut self, connection: Connection) {
        if self.length.is_multiple_of(Self::PIECE) {
            self.pieces.push(Vec::with_capacity(if self.length == 0 { 0 } else { Self::PIECE }));
        }
        if let Some(last) = self.pieces.last_mut() {
            last.push(PackedConnection::pack(&connection));
            if connection.weight.len() != 1 {
                self.weights.insert(self.length, connection.weight);
            }
            self.length += 1;
        }
    }

    /// Number of connections.
    pub fn len(&self) -> usize {
        self.length
    }

    /// True if there is no connection.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// All connections, by value.
    pub fn iter(&self) -> impl Iterator<Item = Connection> {
        let weights = |index: usize| self.weights.get(&index);
        self.pieces.iter().flatten().enumerate().map(move |(index, packed)| packed.unpack(weights(index)))
    }
}

impl IntoIterator for Connections {
    type Item = Connection;
    type IntoIter = IntoConnections;

    fn into_iter(self) -> IntoConnections {
        let pieces = self.pieces.into_iter().flatten().enumerate();
        IntoConnections { pieces, weights: self.weights }
    }
}

/// An iterator that consumes connections and frees their memory.
#[derive(Debug)]
pub struct IntoConnections {
    pieces: std::iter::Enumerate<std::iter::Flatten<std::vec::IntoIter<Vec<PackedConnection>>>>,
    weights: BTreeMap<usize, SmallVec<[f64; 1]>>,
}

impl Iterator for IntoConnections {
    type Item = Connection;

    fn next(&mut self) -> Option<Connection> {
        let (index, packed) = self.pieces.next()?;
        Some(packed.unpack(self.weights.get(&index)))
    }
}

/// A variable of a mechanism that refers to another variable of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// The variable that refers to `target`; it belongs to a mechanism on a cell.
    pub pointer: Quantity,
    /// The variable to which `pointer` refers; it belongs to a cell with membrane.
    pub target: Quantity,
}

/// A value copied from one variable to another: once when the voltages have been set at the start of a run, and in
/// every step after the voltages and before the states are advanced. All sources are read before any target is set.
///
/// The target is a variable of a mechanism on a cell that no other transfer sets or reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The variable that is read: any quantity of a cell with membrane.
    pub source: Quantity,
    /// The variable that is set.
    pub target: Quantity,
}

/// A variable to be sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The variable.
    pub quantity: Quantity,
    /// Sampling interval, in steps.
    pub every: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_come_out_as_they_were_put_in() {
        let targets = [
            None,
            Some(Target::Point { cell: 3, placed: 2, instance: 1 }),
            Some(Target::Artificial { population: 1, instance: 7 }),
        ];
        let weights: [&[f64]; 4] = [&[0.5], &[-0.0], &[1.0, 2.0, 3.0], &[]];
        let mut list = Vec::new();
        for source in [None, Some(0), Some(9)] {
            for target in targets {
                list.extend(weights.map(|weight| Connection { source, target, delay: 1.5, weight: weight.into() }));
            }
        }
        let mut connections = Connections::default();
        list.iter().cloned().for_each(|connection| connections.push(connection));
        assert_eq!(connections.len(), list.len());
        assert_eq!(connections.iter().collect::<Vec<_>>(), list);
        assert_eq!(connections.into_iter().collect::<Vec<_>>(), list);
        assert_eq!(std::mem::size_of::<PackedConnection>(), 32);
    }
}
