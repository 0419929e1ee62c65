//! Powers with a whole exponent become products, other powers of or to a constant become exponentials.

use super::Computation;
use crate::program::{Binary, Unary};
use crate::vector::graph::{Graph, Node, Value};

/// The largest exponent that becomes products.
const LARGEST: f64 = 16.0;

pub(super) fn apply(computation: &Computation) -> Computation {
    computation.rewritten(|graph, _, node| match node {
        Node::Binary(Binary::Power, x, y) => power(graph, x, y),
        other => graph.add(other),
    })
}

fn power(graph: &mut Graph, x: Value, y: Value) -> Value {
    match (graph.number(x), graph.number(y)) {
        (None, Some(0.5)) => graph.unary(Unary::Sqrt, x),
        (None, Some(exponent)) if exponent.fract() == 0.0 && (1.0..=LARGEST).contains(&exponent.abs()) => {
            let product = product(graph, x, exponent.abs() as u32);
            if exponent > 0.0 {
                return product;
            }
            let one = graph.constant(1.0);
            graph.binary(Binary::Divide, one, product)
        }
        (None, Some(exponent)) if exponent.is_finite() && exponent.fract() != 0.0 => {
            let logarithm = graph.unary(Unary::Log, x);
            let exponent = graph.binary(Binary::Multiply, y, logarithm);
            graph.unary(Unary::Exp, exponent)
        }
        (Some(base), None) if base > 0.0 && base.is_finite() => {
            let logarithm = graph.constant(base.ln());
            let exponent = graph.binary(Binary::Multiply, logarithm, y);
            graph.unary(Unary::Exp, exponent)
        }
        _ => graph.binary(Binary::Power, x, y),
    }
}

/// x to a power of at least 1, by squares.
fn product(graph: &mut Graph, x: Value, exponent: u32) -> Value {
    if exponent == 1 {
        return x;
    }
    let half = product(graph, x, exponent / 2);
    let square = graph.binary(Binary::Multiply, half, half);
    if exponent.is_multiple_of(2) { square } else { graph.binary(Binary::Multiply, square, x) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::passes::tests::{count, of_voltage, value};

    #[test]
    fn powers_keep_their_values() {
        for (exponent, v) in [(3.0, -0.7), (4.0, 0.7), (-2.0, 1.7), (7.0, 0.3), (0.5, 2.0), (2.5, 3.0), (16.0, 1.1)] {
            let exact = of_voltage(|graph, v| {
                let exponent = graph.constant(exponent);
                graph.binary(Binary::Power, v, exponent)
            });
            let fast = apply(&exact);
            let (expected, found) = (value(&exact, v), value(&fast, v));
            assert!((expected - found).abs() <= 2e-15 * expected.abs(), "{v} ^ {exponent}: {expected} {found}");
            let left = count(&fast, |node| matches!(node, Node::Binary(Binary::Power, ..)));
            assert_eq!(left, 0);
        }
        let exact = of_voltage(|graph, v| {
            let base = graph.constant(2.3);
            graph.binary(Binary::Power, base, v)
        });
        assert!((value(&apply(&exact), 1.37) - 2.3_f64.powf(1.37)).abs() < 1e-15);
    }
}
