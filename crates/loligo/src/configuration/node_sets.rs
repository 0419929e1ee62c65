//! Names of groups of cells.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ConfigurationError;
use crate::Network;
use crate::variables::closest;

/// A cell of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A cell with membrane, by its index.
    Cell(usize),
    /// An artificial cell, by its index.
    Artificial(usize),
}

/// What a node set consists of, in one of SONATA's forms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NodeSet {
    /// Names of other node sets, of populations, or of cells such as `ring[3]`.
    Names(Vec<String>),
    /// Gids of cells with membrane.
    Gids(Vec<u64>),
    /// Some cells of a population, counted from 0; all if not given.
    Population {
        /// The population: the name of an entry of the circuit.
        population: String,
        /// Which of its cells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node_id: Option<Vec<usize>>,
    },
}

/// The nodes of a network by the names of node sets, populations and cells.
///
/// A population is what one entry of the circuit makes: the cells `ring[0]`, `ring[1]`... are the population `ring`. The name
/// `All` means all nodes, unless a node set has it.
#[derive(Clone, Debug)]
pub struct NodeNames {
    sets: BTreeMap<String, NodeSet>,
    populations: BTreeMap<String, Vec<Node>>,
    cells: BTreeMap<String, Node>,
    gids: BTreeMap<u64, Node>,
}

impl NodeNames {
    /// The names of a network's populations and cells, and those of node sets.
    pub fn new(network: &Network, sets: BTreeMap<String, NodeSet>) -> Self {
        let mut names = Self { sets, populations: BTreeMap::new(), cells: BTreeMap::new(), gids: BTreeMap::new() };
        let cells = network.cells.iter().enumerate().map(|(index, cell)| (&cell.name, Node::Cell(index)));
        let artificial = network.artificial_cells.iter().enumerate();
        let artificial = artificial.map(|(index, cell)| (&cell.name, Node::Artificial(index)));
        for (name, node) in cells.chain(artificial) {
            names.populations.entry(population_of(name).to_owned()).or_default().push(node);
            names.cells.insert(name.clone(), node);
        }
        names.gids = (0..network.cells.len()).map(|index| (network.gid(index), Node::Cell(index))).collect();
        names
    }

    /// The nodes of a name.
    ///
    /// # Errors
    /// [`ConfigurationError::NodeSet`] for a name that nothing has, or a set that contains itself or what does not exist.
    pub fn nodes(&self, name: &str) -> Result<BTreeSet<Node>, ConfigurationError> {
        self.nodes_within(name, &mut Vec::new())
    }

    fn nodes_within<'a>(
        &'a self,
        name: &'a str,
        outer: &mut Vec<&'a str>,
    ) -> Result<BTreeSet<Node>, ConfigurationError> {
        let refuse = |reason: String| Err(ConfigurationError::NodeSet { name: name.to_owned(), reason });
        if let Some(set) = self.sets.get(name).filter(|_| !outer.contains(&name)) {
            outer.push(name);
            let nodes = self.nodes_of(name, set, outer);
            outer.pop();
            return nodes;
        }
        if let Some(nodes) = self.populations.get(name) {
            return Ok(nodes.iter().copied().collect());
        }
        if let Some(&node) = self.cells.get(name) {
            return Ok(BTreeSet::from([node]));
        }
        if self.sets.contains_key(name) {
            return refuse(format!("it contains itself, by way of {}", outer.join(", ")));
        }
        if name == "All" {
            return Ok(self.cells.values().copied().collect());
        }
        let known = self.sets.keys().chain(self.populations.keys()).map(String::as_str);
        match closest(name, known.clone()) {
            Some(meant) => refuse(format!("there is none; did you mean \"{meant}\"?")),
            None => refuse(format!("there is none; there are {}", known.collect::<Vec<_>>().join(", "))),
        }
    }

    fn nodes_of<'a>(
        &'a self,
        name: &str,
        set: &'a NodeSet,
        outer: &mut Vec<&'a str>,
    ) -> Result<BTreeSet<Node>, ConfigurationError> {
        let refuse = |reason: String| ConfigurationError::NodeSet { name: name.to_owned(), reason };
        match set {
            NodeSet::Names(names) => {
                let mut nodes = BTreeSet::new();
                for name in names {
                    nodes.append(&mut self.nodes_within(name, outer)?);
                }
                Ok(nodes)
            }
            NodeSet::Gids(gids) => {
                let node =
                    |gid: &u64| self.gids.get(gid).copied().ok_or_else(|| refuse(format!("no cell has the gid {gid}")));
                gids.iter().map(node).collect()
            }
            NodeSet::Population { population, node_id } => {
                let Some(members) = self.populations.get(population) else {
                    let known = self.populations.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                    return Err(refuse(format!("there is no population \"{population}\"; there are {known}")));
                };
                let Some(ids) = node_id else { return Ok(members.iter().copied().collect()) };
                let node = |&id: &usize| {
                    let count = members.len();
                    let reason = || refuse(format!("\"{population}\" has {count} cells, no cell {id}"));
                    members.get(id).copied().ok_or_else(reason)
                };
                ids.iter().map(node).collect()
            }
        }
    }
}

/// The population of a cell: its name without its number.
pub(super) fn population_of(cell: &str) -> &str {
    cell.split_once('[').map_or(cell, |(population, _)| population)
}
