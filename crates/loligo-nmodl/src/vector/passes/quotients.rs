//! Simplifies quotients: division by a constant becomes multiplication, quotients of quotients lose common divisors, and
//! constant factors and signs are
//! collected, and the logarithm of a quotient with a constant above is a difference.

use super::Computation;
use crate::program::{Binary, Unary};
use crate::vector::graph::{Graph, Node, Value};

pub(super) fn apply(computation: &Computation) -> Computation {
    computation.rewritten(|graph, _, node| match node {
        Node::Binary(Binary::Divide, x, y) => divide(graph, x, y),
        Node::Binary(Binary::Multiply, x, y) => multiply(graph, x, y),
        Node::Unary(Unary::Negative, x) => scale(graph, -1.0, x),
        Node::Unary(Unary::Log, x) => logarithm(graph, x),
        Node::Binary(Binary::Add, x, y) if graph.number(x) == Some(0.0) => y,
        Node::Binary(Binary::Add, x, y) if graph.number(y) == Some(0.0) => x,
        other => graph.add(other),
    })
}

/// x y.
fn multiply(graph: &mut Graph, x: Value, y: Value) -> Value {
    match (graph.number(x), graph.number(y)) {
        (Some(factor), _) => scale(graph, factor, y),
        (_, Some(factor)) => scale(graph, factor, x),
        _ => match (negated(graph, x), negated(graph, y)) {
            (Some(x), Some(y)) => multiply(graph, x, y),
            _ => graph.binary(Binary::Multiply, x, y),
        },
    }
}

/// log(x): of a positive constant over a value a difference.
fn logarithm(graph: &mut Graph, x: Value) -> Value {
    if let Node::Binary(Binary::Divide, above, below) = *graph.node(x)
        && let Some(constant) = graph.number(above).filter(|constant| *constant > 0.0 && constant.is_normal())
    {
        let (constant, below) = (graph.constant(constant.ln()), graph.unary(Unary::Log, below));
        return graph.binary(Binary::Subtract, constant, below);
    }
    graph.unary(Unary::Log, x)
}

/// The value of which a value is the negative.
fn negated(graph: &Graph, value: Value) -> Option<Value> {
    match *graph.node(value) {
        Node::Unary(Unary::Negative, inner) => Some(inner),
        _ => None,
    }
}

/// The constant factor of a value, and the rest.
fn factor(graph: &Graph, value: Value) -> (f64, Value) {
    match *graph.node(value) {
        Node::Unary(Unary::Negative, inner) => (-1.0, inner),
        Node::Binary(Binary::Multiply, x, y) => match (graph.number(x), graph.number(y)) {
            (Some(factor), _) => (factor, y),
            (_, Some(factor)) => (factor, x),
            _ => (1.0, value),
        },
        _ => (1.0, value),
    }
}

/// `by` x.
fn scale(graph: &mut Graph, by: f64, x: Value) -> Value {
    let (own, rest) = factor(graph, x);
    let product = by * own;
    // A product of constants that loses digits keeps its order.
    let (by, x) = if own != 1.0 && product.is_normal() { (product, rest) } else { (by, x) };
    if let Node::Binary(Binary::Divide, dividend, divisor) = *graph.node(x)
        && let Some(dividend) = graph.number(dividend)
        && (by * dividend).is_normal()
    {
        let dividend = graph.constant(by * dividend);
        return graph.binary(Binary::Divide, dividend, divisor);
    }
    let by = graph.constant(by);
    graph.binary(Binary::Multiply, by, x)
}

/// x / y.
fn divide(graph: &mut Graph, x: Value, y: Value) -> Value {
    if let Some(divisor) = graph.number(y) {
        let reciprocal = 1.0 / divisor;
        return match reciprocal.is_normal() {
            true => scale(graph, reciprocal, x),
            false => graph.binary(Binary::Divide, x, y),
        };
    }
    // Constant factors of both.
    let ((above, x_rest), (below, y_rest)) = (factor(graph, x), factor(graph, y));
    let ratio = above / below;
    if ratio != 1.0 && ratio.is_normal() {
        let quotient = divide(graph, x_rest, y_rest);
        return scale(graph, ratio, quotient);
    }
    let parts = |value| match *graph.node(value) {
        Node::Binary(Binary::Divide, above, below) => Some((above, below)),
        _ => None,
    };
    match (parts(x), parts(y)) {
        // (a / b) / (c / b)
        (Some((a, b)), Some((c, other))) if b == other => divide(graph, a, c),
        // (x b) / c
        (_, Some((c, b))) if graph.number(c).is_some() => {
            let product = multiply(graph, x, b);
            divide(graph, product, c)
        }
        _ => graph.binary(Binary::Divide, x, y),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{count, of_voltage, value};
    use super::*;

    #[test]
    fn the_logarithm_of_a_constant_over_a_value_is_a_difference() {
        let quotient = |above: f64| {
            of_voltage(|graph, v| {
                let above = graph.constant(above);
                let quotient = graph.binary(Binary::Divide, above, v);
                graph.unary(Unary::Log, quotient)
            })
        };
        let is_division = |node: &Node| matches!(node, Node::Binary(Binary::Divide, ..));
        let difference = apply(&quotient(0.00043));
        assert_eq!(count(&difference, is_division), 0);
        assert!((value(&difference, 1e-4) - 4.3_f64.ln()).abs() < 1e-14);
        assert_eq!(value(&difference, 0.0), f64::INFINITY);
        assert_eq!(count(&apply(&quotient(-0.00043)), is_division), 1);
    }
}
