//! Checks a list of connection overrides.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use thiserror::Error;

use crate::configuration::connection_conflict::ConnectionConflict;
use crate::configuration::connection_override::ConnectionOverride;
use crate::configuration::error::ConfigurationError;
use crate::configuration::node_sets::{Node, NodeNames};

/// A likely mistake in a list of connection overrides; the circuit can still be built.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ConnectionWarning {
    /// An assignment to a variable that is not a parameter of the synapse.
    #[error(
        "connection override \"{block}\" sets the global {}: no synapse has {}; move temperature and initial voltage \
         to [run], other globals to the circuit",
        named("variable", .variables), if .variables.len() == 1 { "it" } else { "them" }
    )]
    GlobalVariable {
        /// The override.
        block: String,
        /// The variables that it sets.
        variables: Vec<String>,
    },
    /// Several overrides of some connections; the first in this list that gives a value takes precedence.
    #[error("connection overrides follow each other on some connections, the last first: {}", chain(.0))]
    OverrideChain(
        /// The overrides, from the newest to the first.
        Vec<ChainLink>,
    ),
    /// An override of weight 0, and no later one gives its connections a weight.
    #[error(
        "connection override \"{block}\" has weight 0 and no later one gives all its connections a weight: \
         those that get none are not made"
    )]
    NotInstantiated {
        /// The override.
        block: String,
    },
    /// A delayed override of connections that exist from the start.
    #[error(
        "connection override \"{block}\" begins at {delay} ms, but overrides no connections of weight 0: \
         they have their former weight until then"
    )]
    NothingToOverride {
        /// The override.
        block: String,
        /// Its start time, ms.
        delay: f64,
    },
    /// An override that concerns no connection.
    #[error("connection override \"{block}\" does nothing: the circuit has no connections from \"{from}\" to \"{to}\"")]
    NoConnections {
        /// The override.
        block: String,
        /// Its source.
        from: String,
        /// Its target.
        to: String,
    },
}

/// One of several overrides of the same connections.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainLink {
    /// The override.
    pub block: String,
    /// The weight that it gives.
    pub weight: Option<f64>,
    /// The rate of spontaneous release that it gives, Hz.
    pub spont_minis: Option<f64>,
    /// The parameters that it sets.
    pub variables: Vec<String>,
}

impl fmt::Display for ChainLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut values = Vec::new();
        values.extend(self.weight.map(|weight| format!("weight {weight}")));
        values.extend(self.spont_minis.map(|rate| format!("minis at {rate} Hz")));
        if !self.variables.is_empty() {
            values.push(format!("sets {}", self.variables.join(", ")));
        }
        let values = if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) };
        write!(f, "\"{}\"{values}", self.block)
    }
}

fn named(noun: &str, names: &[String]) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("{noun}{plural} {}", names.join(", "))
}

fn chain(links: &[ChainLink]) -> String {
    const SHOWN: usize = 12;
    let shown = links.iter().take(SHOWN).map(ChainLink::to_string).collect::<Vec<_>>().join(" <- ");
    match links.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} <- {more} more"),
    }
}

/// Warnings and conflicts found by [`check_connections_configure`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionReport {
    /// Likely mistakes.
    pub warnings: Vec<ConnectionWarning>,
    /// Contradictions with which the circuit can't be built.
    pub conflicts: Vec<ConnectionConflict>,
}

/// The source and target nodes of an override.
pub(super) struct Pathway<'a> {
    pub(super) block: &'a ConnectionOverride,
    pub(super) sources: BTreeSet<Node>,
    pub(super) targets: BTreeSet<Node>,
}

impl Pathway<'_> {
    fn overlaps(&self, other: &Self) -> bool {
        let mut ends = [(&self.sources, &other.sources), (&self.targets, &other.targets)];
        // The smaller sets first: they are more likely to be disjoint.
        ends.sort_by_key(|(own, other)| own.len() + other.len());
        ends.into_iter().all(|(own, other)| own.intersection(other).next().is_some())
    }

    /// `true` if all connections of `other` also belong to this one.
    fn covers(&self, other: &Self) -> bool {
        self.sources.is_superset(&other.sources) && self.targets.is_superset(&other.targets)
    }
}

/// Checks a list of connection overrides: `check_connections_configure` of
/// [neurodamus](https://github.com/openbraininstitute/neurodamus).
///
/// Two overrides overlap if they share a source and a target.
///
/// 1. Assignments to global variables give a warning.
/// 2. Chains of overrides without delay are listed: each overrides the last one before it with which it shares a source
///    and a target.
/// 3. Overrides of weight 0 to which no other gives a weight cause a warning: their connections are not made.
/// 4. Overrides of weight 0 that a delayed one covers only in part are conflicts.
/// 5. Delayed overrides that concern no connections of weight 0 give a warning.
///
/// # Errors
/// [`ConfigurationError::NodeSet`] for an unknown source or target; [`ConfigurationError::Several`] for several.
///
/// ```
/// use std::collections::BTreeMap;
/// use loligo_format::configuration::{ConnectionOverride, ConnectionWarning, NodeNames, check_connections_configure};
/// use loligo::{Cell, Network};
///
/// let mut network = Network::new();
/// network.add_cell(Cell::new("basket"));
/// network.add_cell(Cell::new("pyramidal"));
/// let silent = ConnectionOverride {
///     name: "silent".into(), source: "basket".into(), target: "pyramidal".into(), weight: Some(0.0),
///     ..ConnectionOverride::default()
/// };
/// let report = check_connections_configure(&[silent], &NodeNames::new(&network, BTreeMap::new()))?;
/// assert_eq!(report.warnings, [ConnectionWarning::NotInstantiated { block: "silent".into() }]);
/// # Ok::<(), loligo_format::configuration::ConfigurationError>(())
/// ```
pub fn check_connections_configure(
    overrides: &[ConnectionOverride],
    names: &NodeNames,
) -> Result<ConnectionReport, ConfigurationError> {
    let mut errors = Vec::new();
    let mut nodes = |name| names.nodes(name).map_err(|error| errors.push(error)).unwrap_or_default();
    let pathways: Vec<Pathway<'_>> = overrides
        .iter()
        .map(|block| Pathway { block, sources: nodes(&block.source), targets: nodes(&block.target) })
        .collect();
    match errors.len() {
        0 => Ok(check(&pathways)),
        1 => Err(errors.remove(0)),
        _ => Err(ConfigurationError::Several(errors)),
    }
}

/// Checks overrides with resolved nodes.
pub(super) fn check(pathways: &[Pathway<'_>]) -> ConnectionReport {
    let mut report = ConnectionReport::default();
    for Pathway { block, .. } in pathways {
        let variables = block.globals();
        if !variables.is_empty() {
            report.warnings.push(ConnectionWarning::GlobalVariable { block: block.name.clone(), variables });
        }
    }
    let (delayed, at_start): (Vec<&Pathway<'_>>, Vec<_>) =
        pathways.iter().partition(|pathway| pathway.block.delay > 0.0);
    // For each override without delay: the previous one that it overrides, and if later ones give all its connections a
    // weight.
    let mut overridden: Vec<Option<usize>> = Vec::with_capacity(at_start.len());
    let mut covered = vec![false; at_start.len()];
    for (index, pathway) in at_start.iter().enumerate() {
        overridden.push(at_start[..index].iter().rposition(|before| pathway.overlaps(before)));
        if pathway.block.weight.is_some_and(|weight| weight != 0.0) {
            for (before, covered) in at_start[..index].iter().zip(&mut covered) {
                *covered |= before.block.silences() && pathway.covers(before);
            }
        }
    }
    // Overrides of weight 0 that a delayed one covers in part, and the first such delayed one.
    let mut partly = BTreeMap::new();
    for later in delayed {
        let mut finds = false;
        for (index, before) in at_start.iter().enumerate() {
            if !before.block.silences() || !later.overlaps(before) {
                continue;
            }
            finds = true;
            if later.covers(before) {
                covered[index] = true;
            } else {
                partly.entry(index).or_insert(later.block);
            }
        }
        if !finds {
            let (block, delay) = (later.block.name.clone(), later.block.delay);
            report.warnings.push(ConnectionWarning::NothingToOverride { block, delay });
        }
    }
    report.warnings.extend(chains(&at_start, &overridden));
    for (index, pathway) in at_start.iter().enumerate() {
        if !pathway.block.silences() || covered[index] {
            continue;
        }
        let block = pathway.block.name.clone();
        match partly.get(&index) {
            Some(by) => report.conflicts.push(ConnectionConflict::PartialOverride { block, by: by.name.clone() }),
            None => report.warnings.push(ConnectionWarning::NotInstantiated { block }),
        }
    }
    report
}

/// Chains of overrides, from the newest one to the first one or to one that is already in a chain.
fn chains(pathways: &[&Pathway<'_>], overridden: &[Option<usize>]) -> Vec<ConnectionWarning> {
    let mut told = BTreeSet::new();
    let mut chains = Vec::new();
    for newest in (0..pathways.len()).rev() {
        if told.contains(&newest) || overridden[newest].is_none() {
            continue;
        }
        let mut links = Vec::new();
        let mut next = Some(newest);
        while let Some(index) = next {
            let block = pathways[index].block;
            links.push(ChainLink {
                block: block.name.clone(),
                weight: block.weight,
                spont_minis: block.spont_minis,
                variables: block.assigned(),
            });
            // If a chain reaches an override that is already listed, the rest is listed there.
            next = overridden[index].filter(|_| told.insert(index));
        }
        chains.push(ConnectionWarning::OverrideChain(links));
    }
    chains
}
