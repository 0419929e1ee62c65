//! A hook's computation, to be joined with those of other mechanisms.

use std::collections::BTreeSet;

use super::graph::{Input, Node};
use super::passes::Computation;

/// The computation of a hook, for instances in which some columns have certain values.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) computation: Computation,
    /// These columns, in ascending order, with their values.
    pub(super) assumed: Vec<(u32, f64)>,
    /// The computation for instances of which none has all these values; `None` if there are no such values.
    pub(super) general: Option<Computation>,
    /// Columns that are computed but not stored.
    pub(super) unobserved: BTreeSet<u32>,
}

impl Part {
    /// The computation for instances with the assumed values, or without, if it can be joined: `None` if it needs tables, or
    /// the plain interpreter for some instances.
    pub(super) fn joinable(&self, has_assumed_values: bool) -> Option<&Computation> {
        let is_table = |node: &Node| {
            matches!(
                node,
                Node::TablePosition { .. }
                    | Node::Tabulated { .. }
                    | Node::LeftByTable { .. }
                    | Node::FunctionTable { .. }
            )
        };
        let computation = if has_assumed_values { Some(&self.computation) } else { self.general.as_ref() };
        computation.filter(|own| own.outputs.exceptions.is_empty() && !own.graph.nodes().iter().any(is_table))
    }

    /// One more than the largest number of a column.
    pub(super) fn width(&self) -> u32 {
        let computations = || std::iter::once(&self.computation).chain(&self.general);
        let inputs = computations().flat_map(|own| own.graph.nodes()).filter_map(|node| match node {
            Node::Input(Input::Column(column)) => Some(*column),
            _ => None,
        });
        let outputs = computations().flat_map(|own| &own.outputs.columns).map(|&(column, _)| column);
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
        let part = Part { computation, assumed: vec![(2, 1.0)], general: None, unobserved: [7].into() };
        assert_eq!(part.width(), 8);
    }
}
