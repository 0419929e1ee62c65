//! Quotients with the same divisor share its reciprocal.

use super::Computation;
use crate::program::Binary;
use crate::vector::graph::Node;

pub(super) fn apply(computation: &Computation) -> Computation {
    let mut quotients = vec![0_u32; computation.graph.nodes().len()];
    for (node, needed) in computation.graph.nodes().iter().zip(computation.needed()) {
        if let (true, Node::Binary(Binary::Divide, _, divisor)) = (needed, node) {
            quotients[divisor.index()] += 1;
        }
    }
    computation.rewritten(|graph, old, node| match (node, computation.graph.node(old)) {
        (Node::Binary(Binary::Divide, x, y), Node::Binary(_, _, divisor)) if quotients[divisor.index()] > 1 => {
            let one = graph.constant(1.0);
            let reciprocal = graph.binary(Binary::Divide, one, y);
            graph.binary(Binary::Multiply, x, reciprocal)
        }
        (node, _) => graph.add(node),
    })
}
