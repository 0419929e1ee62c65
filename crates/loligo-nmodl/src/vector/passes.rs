//! Transformations of graphs for [`Numerics::Fast`]: they change results by a few units in the last place.

use loligo_mechanisms::Numerics;

use super::graph::Graph;
use super::plan::Outputs;

/// Applies the transformations of an arithmetic.
pub(super) fn apply(numerics: Numerics, graph: Graph, outputs: Outputs) -> (Graph, Outputs) {
    match numerics {
        Numerics::Exact | Numerics::Fast => (graph, outputs),
    }
}
