//! Named groups of cells.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use loligo::Network;
use loligo_io::closest;
use serde::{Deserialize, Serialize};

use crate::configuration::error::ConfigurationError;

/// A cell of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A cell with membrane, by its index.
    Cell(usize),
    /// An artificial cell, by its index.
    Artificial(usize),
}

/// The contents of a node set, in one of SONATA's forms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NodeSet {
    /// Names of other node sets, of populations, or of cells such as `ring[3]`.
    Names(Vec<String>),
    /// Gids of cells with membrane.
    Gids(Vec<u64>),
    /// Some cells of a population, numbered from 0; all if not given.
    Population {
        /// The population: the name of an entry of the circuit.
        population: String,
        /// The numbers of its cells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node_id: Option<Vec<usize>>,
    },
}

/// Finds the nodes of a network by the names of node sets, populations and cells.
///
/// A population is the cells made by one entry of the circuit: the cells `ring[0]`, `ring[1]`... are the population
/// `ring`. The name `All`, and the empty name, mean all nodes, unless a node set has the name `All`. As in neurodamus,
/// `ring:half` means the nodes of the set `half` that are in the population `ring`, and `ring:` the whole population.
///
/// A set may have the name of a population; within its own list the name means the population: `a = ["a", "b[0]"]`.
#[derive(Clone, Debug)]
pub struct NodeNames {
    sets: BTreeMap<String, NodeSet>,
    populations: BTreeMap<String, Vec<Node>>,
    cells: BTreeMap<String, Node>,
    gids: BTreeMap<u64, Node>,
}

/// A name that cannot be resolved.
pub(super) struct Unresolved {
    /// The set whose list has the error; `None` for a name that no set lists.
    pub(super) within: Option<String>,
    name: String,
    reason: String,
}

impl From<Unresolved> for ConfigurationError {
    fn from(Unresolved { name, reason, .. }: Unresolved) -> Self {
        Self::NodeSet { name, reason }
    }
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
    /// [`ConfigurationError::NodeSet`] for an unknown name, or a set that contains itself or an unknown name.
    pub fn nodes(&self, name: &str) -> Result<BTreeSet<Node>, ConfigurationError> {
        Ok(self.resolve(name)?)
    }

    /// The nodes of a name, or the error and its place.
    pub(super) fn resolve(&self, name: &str) -> Result<BTreeSet<Node>, Unresolved> {
        if name.is_empty() {
            return Ok(self.cells.values().copied().collect());
        }
        if !self.knows(name)
            && let Some((population, set)) = name.split_once(':')
            && let Some(members) = self.populations.get(population)
        {
            let members = members.iter().copied().collect();
            return if set.is_empty() { Ok(members) } else { Ok(&members & &self.resolve_set(set)?) };
        }
        self.resolve_set(name)
    }

    fn resolve_set(&self, name: &str) -> Result<BTreeSet<Node>, Unresolved> {
        let (mut nodes, mut errors) = (BTreeSet::new(), Vec::new());
        self.collect(name, &mut HashSet::new(), &mut nodes, &mut errors);
        if errors.is_empty() { Ok(nodes) } else { Err(errors.remove(0)) }
    }

    /// The errors of the sets, about `limit` at most.
    pub(super) fn check(&self, limit: usize) -> Vec<Unresolved> {
        let (mut done, mut errors) = (HashSet::new(), Vec::new());
        for set in self.sets.keys() {
            if errors.len() < limit && !done.contains(set.as_str()) {
                self.collect(set, &mut done, &mut BTreeSet::new(), &mut errors);
            }
        }
        errors
    }

    /// Adds the nodes of a name, except those of sets in `done`; adds errors, too.
    ///
    /// Nested sets are visited without recursion, each once, at any depth of nesting.
    fn collect<'a>(
        &'a self,
        name: &'a str,
        done: &mut HashSet<&'a str>,
        nodes: &mut BTreeSet<Node>,
        errors: &mut Vec<Unresolved>,
    ) {
        let mut open = HashSet::from([name]);
        let mut path: Vec<(&str, &[String])> = Vec::new();
        match self.add(name, None, nodes, errors) {
            Some(members) => path.push((name, members)),
            None => {
                done.insert(name);
            }
        }
        while let Some((set, rest)) = path.last_mut() {
            let set = *set;
            let Some((member, others)) = rest.split_first() else {
                open.remove(set);
                done.insert(set);
                path.pop();
                continue;
            };
            *rest = others;
            let is_itself = member == set && !self.is_set_alone(member);
            if done.contains(member.as_str()) {
                continue;
            }
            if !is_itself && open.contains(member.as_str()) {
                let around = path.iter().map(|(outer, _)| *outer).skip_while(|outer| outer != member);
                let reason = format!("it contains itself, by way of {}", listed(around));
                errors.push(Unresolved { within: Some(member.clone()), name: member.clone(), reason });
            } else if let Some(members) = self.add(member, Some(set), nodes, errors) {
                open.insert(member);
                path.push((member, members));
            } else if !is_itself {
                done.insert(member);
            }
        }
    }

    /// `true` if a set, a population or a cell has the name.
    fn knows(&self, name: &str) -> bool {
        self.sets.contains_key(name) || !self.is_set_alone(name)
    }

    /// `true` if neither a population nor a cell has the name.
    fn is_set_alone(&self, name: &str) -> bool {
        !self.populations.contains_key(name) && !self.cells.contains_key(name)
    }

    /// Adds the nodes that a name means by itself (`within`: in the list of that set); returns the names that it lists.
    fn add(
        &self,
        name: &str,
        within: Option<&str>,
        nodes: &mut BTreeSet<Node>,
        errors: &mut Vec<Unresolved>,
    ) -> Option<&[String]> {
        let mut refuse = |within: Option<&str>, reason| {
            errors.push(Unresolved { within: within.map(str::to_owned), name: name.to_owned(), reason });
        };
        match self.sets.get(name).filter(|_| within != Some(name)) {
            Some(NodeSet::Names(names)) => return Some(names),
            Some(set) => {
                if let Err(reason) = self.add_numbered(set, nodes) {
                    refuse(Some(name), reason);
                }
            }
            None => {
                if let Some(members) = self.populations.get(name) {
                    nodes.extend(members);
                } else if let Some(&node) = self.cells.get(name) {
                    nodes.insert(node);
                } else if name == "All" {
                    nodes.extend(self.cells.values());
                } else {
                    refuse(within, self.missing(name));
                }
            }
        }
        None
    }

    /// Adds the nodes of gids, or of a population; or returns the reason why there are none.
    fn add_numbered(&self, set: &NodeSet, nodes: &mut BTreeSet<Node>) -> Result<(), String> {
        match set {
            NodeSet::Names(_) => {}
            NodeSet::Gids(gids) => {
                for gid in gids {
                    nodes.insert(*self.gids.get(gid).ok_or_else(|| format!("no cell has the gid {gid}"))?);
                }
            }
            NodeSet::Population { population, node_id } => {
                let Some(members) = self.populations.get(population) else {
                    let known = listed(self.populations.keys().map(String::as_str));
                    let meant = closest(population, self.populations.keys().map(String::as_str));
                    let meant = meant.map_or(format!("there are {known}"), |name| format!("did you mean \"{name}\"?"));
                    return Err(format!("there is no population \"{population}\"; {meant}"));
                };
                let Some(ids) = node_id else {
                    nodes.extend(members);
                    return Ok(());
                };
                for &id in ids {
                    let node = members.get(id).ok_or_else(|| {
                        let count = members.len();
                        format!("\"{population}\" has {count} cells, no cell {id}; they are counted from 0")
                    })?;
                    nodes.insert(*node);
                }
            }
        }
        Ok(())
    }

    /// The error message for an unknown name.
    fn missing(&self, name: &str) -> String {
        let population = population_of(name);
        if let Some(members) = self.populations.get(population) {
            let (count, last) = (members.len(), members.len() - 1);
            return match count {
                1 => format!("there is none; \"{population}\" is a single cell, without a number"),
                _ => format!("there is none; there are {population}[0] to {population}[{last}]"),
            };
        }
        let known = self.sets.keys().chain(self.populations.keys()).map(String::as_str);
        match closest(name, known.clone()) {
            Some(meant) => format!("there is none; did you mean \"{meant}\"?"),
            None => format!("there is none; there are {}", listed(known)),
        }
    }
}

/// The first few of some names.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 10;
    let mut names = names.peekable();
    let shown: Vec<&str> = names.by_ref().take(SHOWN).collect();
    let more = if names.peek().is_some() { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The population of a cell: its name without its number.
pub(super) fn population_of(cell: &str) -> &str {
    cell.split_once('[').map_or(cell, |(population, _)| population)
}
