//! What may be wrong with a list of connection overrides.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use thiserror::Error;

use crate::configuration::connection_conflict::ConnectionConflict;
use crate::configuration::connection_override::ConnectionOverride;
use crate::configuration::error::ConfigurationError;
use crate::configuration::node_sets::{Node, NodeNames};

/// What may be wrong with a list of connection overrides, though the circuit can be built.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ConnectionWarning {
    /// An assignment to something that is no parameter of the synapse.
    #[error(
        "connection override \"{block}\" sets the global {}: no synapse has {}; move temperature and initial voltage \
         to [run], other globals to the circuit",
        named("variable", .variables), if .variables.len() == 1 { "it" } else { "them" }
    )]
    GlobalVariable {
        /// The override.
        block: String,
        /// What it sets.
        variables: Vec<String>,
    },
    /// Several overrides of some connections, of which the first listed counts where it gives a value.
    #[error("connection overrides follow each other on some connections, the last first: {}", chain(.0))]
    OverrideChain(
        /// The overrides, from the newest to the first.
        Vec<ChainLink>,
    ),
    /// An override of weight 0 that no later one gives a weight.
    #[error(
        "connection override \"{block}\" has weight 0 and no later one gives all its connections a weight: \
         those that get none are not made"
    )]
    NotInstantiated {
        /// The override.
        block: String,
    },
    /// A delayed override of connections that were there from the start.
    #[error(
        "connection override \"{block}\" begins at {delay} ms, but overrides no connections of weight 0: \
         they have their former weight until then"
    )]
    NothingToOverride {
        /// The override.
        block: String,
        /// When it begins, ms.
        delay: f64,
    },
    /// An override of no connection at all.
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

/// What [`check_connections_configure`] finds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionReport {
    /// What the author should look at.
    pub warnings: Vec<ConnectionWarning>,
    /// What can't be built.
    pub conflicts: Vec<ConnectionConflict>,
}

/// The two ends of an override.
pub(super) struct Pathway<'a> {
    pub(super) block: &'a ConnectionOverride,
    pub(super) sources: BTreeSet<Node>,
    pub(super) targets: BTreeSet<Node>,
}

impl Pathway<'_> {
    fn overlaps(&self, other: &Self) -> bool {
        let mut ends = [(&self.sources, &other.sources), (&self.targets, &other.targets)];
        // The smaller ones first: they are sooner found to be apart.
        ends.sort_by_key(|(own, other)| own.len() + other.len());
        ends.into_iter().all(|(own, other)| own.intersection(other).next().is_some())
    }

    /// Whether all connections of `other` belong to it, too.
    fn covers(&self, other: &Self) -> bool {
        self.sources.is_superset(&other.sources) && self.targets.is_superset(&other.targets)
    }
}

/// Checks a list of connection overrides: neurodamus's `check_connections_configure`.
///
/// Two overrides overlap if they share a source and a target.
///
/// 1. Assignments to global variables are warned of.
/// 2. Chains of overrides that count from the start are listed: each overrides the last one before it with which it shares
///    a source and a target.
/// 3. Overrides of weight 0 that none gives a weight are warned of: their connections are not made.
/// 4. Overrides of weight 0 that a delayed one covers only in part are conflicts.
/// 5. Delayed overrides of no connections of weight 0 are warned of.
///
/// # Errors
/// [`ConfigurationError::NodeSet`] for a source or target that nothing has; [`ConfigurationError::Several`] for several.
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

/// Checks overrides whose ends are known.
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
    // Of each from the start: which one before it it overrides, and whether later ones give all its connections a weight.
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
    // Those of weight 0 that a delayed one covers in part, and the first that does.
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

/// Chains of overrides, from the newest on, down to the first override or to one of a chain before.
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
            // Where a chain joins one that has been told, the rest is known.
            next = overridden[index].filter(|_| told.insert(index));
        }
        chains.push(ConnectionWarning::OverrideChain(links));
    }
    chains
}
