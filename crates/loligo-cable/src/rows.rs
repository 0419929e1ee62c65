//! Selection of the nodes of a cable that need a row in the matrix.
//!
//! A node without area has no membrane current: between two neighbours it is a voltage divider, at a dead end it has
//! its neighbour's voltage. Without rows for such nodes the solution differs only by rounding, and a section of one
//! segment then takes about one row rather than two.

use crate::cable::{Cable, NO_PARENT};
use crate::hines::Coupling;

/// The place of a node's voltage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RowPlace {
    /// In a row of its own.
    Row(u32),
    /// A dead end: the voltage is that of its neighbour's row.
    Beside(u32),
    /// A node between two rows: the weighted mean of their voltages.
    Between {
        /// The first row.
        first: u32,
        /// The second row.
        second: u32,
        /// Weight of the first row, 0 to 1; the second has the rest.
        share: f64,
    },
}

/// The rows of a cable's matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The node of each row, in the order of the nodes.
    pub nodes: Vec<u32>,
    /// For each node of the cable, the place of its voltage.
    pub places: Vec<RowPlace>,
    /// Couplings between rows, from the roots to the leaves.
    pub couplings: Vec<Coupling>,
}

impl Rows {
    /// A row for every node: NEURON's matrix.
    pub fn all(cable: &Cable) -> Self {
        let nodes = 0..cable.len() as u32;
        Self {
            places: nodes.clone().map(RowPlace::Row).collect(),
            couplings: nodes
                .clone()
                .filter(|&node| cable.parent[node as usize] != NO_PARENT)
                .map(|node| Coupling {
                    row: node,
                    parent: cable.parent[node as usize],
                    to_parent: cable.to_parent[node as usize],
                    from_parent: cable.from_parent[node as usize],
                })
                .collect(),
            nodes: nodes.collect(),
        }
    }

    /// Rows only for nodes with area, branch points and nodes with a point process (`occupied`, one
    /// entry for each node).
    pub fn needed(cable: &Cable, occupied: &[bool]) -> Self {
        let count = cable.len();
        let mut tree = Tree::of(cable);
        let passive = |node: usize| cable.nodes[node].segment.is_none() && !occupied[node];
        let mut kept = vec![true; count];
        // Starts from the leaves, so that a node next to a removed dead end can become a dead end
        // itself.
        for node in (0..count).rev().filter(|&node| passive(node)) {
            kept[node] = !tree.bypass(node);
        }
        let mut row_of = vec![u32::MAX; count];
        let mut nodes = Vec::new();
        for node in 0..count {
            if kept[node] {
                row_of[node] = nodes.len() as u32;
                nodes.push(node as u32);
            }
        }
        let places = (0..count).map(|node| tree.place(node, &row_of)).collect();
        let coupling = |&node: &u32| {
            let parent = tree.parent[node as usize];
            let conductance = tree.conductance[node as usize]; // uS
            (parent != NO_PARENT).then(|| Coupling {
                row: row_of[node as usize],
                parent: row_of[parent as usize],
                to_parent: -1e2 * conductance / cable.area[parent as usize], // S/cm2
                from_parent: -1e2 * conductance / cable.area[node as usize], // S/cm2
            })
        };
        let couplings = nodes.iter().filter_map(coupling).collect();
        Self { nodes, places, couplings }
    }
}

/// The result of the selection for a node.
#[derive(Clone, Copy)]
enum Fate {
    Kept,
    DeadEnd { neighbour: u32 },
    Divider { first: u32, second: u32, share: f64 },
}

/// The tree during the removal of nodes.
struct Tree {
    parent: Vec<u32>,
    /// Conductance to the parent, uS.
    conductance: Vec<f64>,
    children: Vec<Vec<u32>>,
    fate: Vec<Fate>,
}

impl Tree {
    fn of(cable: &Cable) -> Self {
        let count = cable.len();
        let mut children = vec![Vec::new(); count];
        for (node, &parent) in cable.parent.iter().enumerate() {
            if parent != NO_PARENT {
                children[parent as usize].push(node as u32);
            }
        }
        let conductance = cable.from_parent.iter().zip(&cable.area).map(|(b, area)| -b * area / 1e2).collect();
        Self { parent: cable.parent.clone(), conductance, children, fate: vec![Fate::Kept; count] }
    }

    /// Removes a node with at most two neighbours; returns false if it has more.
    fn bypass(&mut self, node: usize) -> bool {
        let parent = self.parent[node];
        match (parent, self.children[node].as_slice()) {
            (NO_PARENT, &[]) => return false,
            (NO_PARENT, &[child]) => {
                self.parent[child as usize] = NO_PARENT;
                self.fate[node] = Fate::DeadEnd { neighbour: child };
            }
            (NO_PARENT, &[first, second]) => {
                self.join(node, first, self.conductance[first as usize], second);
                self.parent[first as usize] = NO_PARENT;
                self.children[first as usize].push(second);
            }
            (_, &[]) => {
                self.children[parent as usize].retain(|&child| child as usize != node);
                self.fate[node] = Fate::DeadEnd { neighbour: parent };
            }
            (_, &[child]) => {
                self.join(node, parent, self.conductance[node], child);
                let siblings = &mut self.children[parent as usize];
                siblings.retain(|&sibling| sibling as usize != node);
                siblings.push(child);
            }
            _ => return false,
        }
        true
    }

    /// Makes `upper` the parent of `lower` after `node` between them is removed; `conductance` (uS)
    /// couples `node` to `upper`.
    fn join(&mut self, node: usize, upper: u32, conductance: f64, lower: u32) {
        let below = self.conductance[lower as usize]; // uS
        let share = conductance / (conductance + below);
        self.conductance[lower as usize] = conductance * below / (conductance + below); // uS
        self.parent[lower as usize] = upper;
        self.fate[node] = Fate::Divider { first: upper, second: lower, share };
    }

    fn place(&self, node: usize, row_of: &[u32]) -> RowPlace {
        match self.fate[node] {
            Fate::Kept => RowPlace::Row(row_of[node]),
            Fate::DeadEnd { neighbour } => RowPlace::Beside(row_of[neighbour as usize]),
            Fate::Divider { first, second, share } => {
                RowPlace::Between { first: row_of[first as usize], second: row_of[second as usize], share }
            }
        }
    }
}
