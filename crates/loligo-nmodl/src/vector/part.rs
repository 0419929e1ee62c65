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
        let unobserved = self.unobserved.iter().copied();
        inputs.chain(outputs).chain(assumed).chain(unobserved).max().map_or(0, |last| last + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::passes::tests::of_voltage;

    /// Columns of several mechanisms are numbered in a row: none of a part may have a number of the next part.
    #[test]
    fn columns_that_another_hook_computes_count() {
        let computation = of_voltage(|_, v| v);
        let part = Part { computation, assumed: vec![(2, 1.0)], unobserved: [7].into() };
        assert_eq!(part.width(), 8);
    }
}
