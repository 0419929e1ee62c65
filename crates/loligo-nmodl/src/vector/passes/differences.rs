//! Differences of an exponential and 1 keep their digits where the exponential is near 1.
//!
//! The part of the distance to its steady state that a slow gate covers in a step is such a difference; without its
//! rounding errors, which are a larger part of it the slower the gate, it is a smooth function of the voltage.

use super::Computation;
use crate::program::{Binary, Unary};
use crate::vector::graph::{Graph, Node, Value};

pub(super) fn apply(computation: &Computation) -> Computation {
    computation.rewritten(|graph, _, node| match node {
        Node::Binary(Binary::Subtract, x, y) => match (graph.number(x), exponent(graph, y)) {
            (Some(1.0), Some(exponent)) => {
                let difference = graph.unary(Unary::ExpM1, exponent);
                graph.unary(Unary::Negative, difference)
            }
            _ => match (exponent(graph, x), graph.number(y)) {
                (Some(exponent), Some(1.0)) => graph.unary(Unary::ExpM1, exponent),
                _ => graph.binary(Binary::Subtract, x, y),
            },
        },
        other => graph.add(other),
    })
}

/// The exponent of a value that is an exponential.
fn exponent(graph: &Graph, value: Value) -> Option<Value> {
    match *graph.node(value) {
        Node::Unary(Unary::Exp, exponent) => Some(exponent),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{count, of_voltage, value};
    use super::*;

    #[test]
    fn differences_near_0_keep_their_digits() {
        let gate = of_voltage(|graph, v| {
            let (scale, one) = (graph.constant(1e-7), graph.constant(1.0));
            let exponent = graph.binary(Binary::Multiply, scale, v);
            let exponential = graph.unary(Unary::Exp, exponent);
            graph.binary(Binary::Subtract, one, exponential)
        });
        let simplified = apply(&gate);
        assert_eq!(count(&simplified, |node| matches!(node, Node::Unary(Unary::ExpM1, _))), 1);
        assert_eq!(value(&simplified, -65.0), 6.4999788750457704e-6);
    }
}
