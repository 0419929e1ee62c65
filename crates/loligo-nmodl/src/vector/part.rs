//! A hook's computation, to be joined with those of other mechanisms.

use std::collections::BTreeSet;

use super::graph::{Input, Node};
use super::passes::Computation;

/// The computation of a hook, for instances in which some columns have certain values.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) computation: Computation,
    pub(super) assumed: Vec<(u32, f64)>,
    /// Columns that are computed but not stored.
    pub(super) unobserved: BTreeSet<u32>,
}

impl Part {
    /// `false` if the hook needs tables, or the plain interpreter for some instances.
    pub(super) fn can_be_joined(&self) -> bool {
        let is_table = |node: &Node| {
            matches!(node, Node::TablePosition { .. } | Node::Tabulated { .. } | Node::FunctionTable { .. })
        };
        self.computation.outputs.exceptions.is_empty() && !self.computation.graph.nodes().iter().any(is_table)
    }

    /// One more than the largest number of a column.
    pub(super) fn width(&self) -> u32 {
        let inputs = self.computation.graph.nodes().iter().filter_map(|node| match node {
            Node::Input(Input::Column(column)) => Some(*column),
            _ => None,
        });
        let outputs = self.computation.outputs.columns.iter().map(|&(column, _)| column);
        let assumed = self.assumed.iter().map(|&(column, _)| column);
        inputs.chain(outputs).chain(assumed).max().map_or(0, |last| last + 1)
    }
}
