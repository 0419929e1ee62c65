//! Exponentials of the voltage with the same slope share one exponential.

use std::collections::HashMap;

use super::Computation;
use crate::program::{Binary, Unary};
use crate::vector::graph::{Graph, Input, Node, Value};

/// The largest magnitude of the voltage for which shared exponentials must stay within the range of exponentials, mV.
const LARGEST_VOLTAGE: f64 = 1000.0;
/// The largest magnitude of an exponent that is shared: beyond 700, exponentials are limited.
const LARGEST_EXPONENT: f64 = 690.0;
/// The largest exponent of the ratio of two exponentials that are shared.
const LARGEST_DISTANCE: f64 = 100.0;

pub(super) fn apply(computation: &Computation) -> Computation {
    // By the bits of the slope: the first exponential, and its exponent at 0 mV.
    let mut first: HashMap<u64, (Value, f64)> = HashMap::new();
    computation.rewritten(|graph, _, node| {
        let Node::Unary(Unary::Exp, x) = node else { return graph.add(node) };
        let (slope, offset) = match of_voltage(graph, x) {
            Some((slope, offset)) if slope != 0.0 => (slope, offset),
            _ => return graph.add(node),
        };
        if slope.abs() * LARGEST_VOLTAGE + offset.abs() > LARGEST_EXPONENT {
            return graph.add(node);
        }
        if let Some(&(shared, own)) = first.get(&slope.to_bits())
            && (offset - own).abs() <= LARGEST_DISTANCE
        {
            let factor = graph.constant((offset - own).exp());
            return graph.binary(Binary::Multiply, shared, factor);
        }
        if let Some(&(shared, own)) = first.get(&(-slope).to_bits())
            && (offset + own).abs() <= LARGEST_DISTANCE
        {
            let factor = graph.constant((offset + own).exp());
            return graph.binary(Binary::Divide, factor, shared);
        }
        let value = graph.add(node);
        first.insert(slope.to_bits(), (value, offset));
        value
    })
}

/// A value as slope * v + offset, if it has that form.
fn of_voltage(graph: &Graph, value: Value) -> Option<(f64, f64)> {
    match *graph.node(value) {
        Node::Input(Input::Voltage) => Some((1.0, 0.0)),
        Node::Unary(Unary::Negative, x) => of_voltage(graph, x).map(|(slope, offset)| (-slope, -offset)),
        Node::Binary(function, x, y) => match (function, graph.number(x), graph.number(y)) {
            (Binary::Add, None, Some(number)) => of_voltage(graph, x).map(|(slope, offset)| (slope, offset + number)),
            (Binary::Add, Some(number), None) => of_voltage(graph, y).map(|(slope, offset)| (slope, offset + number)),
            (Binary::Subtract, None, Some(number)) => {
                of_voltage(graph, x).map(|(slope, offset)| (slope, offset - number))
            }
            (Binary::Subtract, Some(number), None) => {
                of_voltage(graph, y).map(|(slope, offset)| (-slope, number - offset))
            }
            (Binary::Multiply, None, Some(number)) => {
                of_voltage(graph, x).map(|(slope, offset)| (slope * number, offset * number))
            }
            (Binary::Multiply, Some(number), None) => {
                of_voltage(graph, y).map(|(slope, offset)| (slope * number, offset * number))
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::passes::tests::{count, of_voltage, value};

    #[test]
    fn exponentials_of_one_slope_are_computed_once() {
        let exact = of_voltage(|graph, v| {
            let exponential = |graph: &mut Graph, offset: f64, slope: f64| {
                let [offset, slope] = [offset, slope].map(|x| graph.constant(x));
                let sum = graph.binary(Binary::Add, v, offset);
                let product = graph.binary(Binary::Multiply, sum, slope);
                graph.unary(Unary::Exp, product)
            };
            let (a, b) = (exponential(graph, 40.0, 0.1), exponential(graph, 55.0, 0.1));
            let (c, d) = (exponential(graph, 20.0, -0.1), exponential(graph, 20.0, 0.125));
            let (ab, cd) = (graph.binary(Binary::Add, a, b), graph.binary(Binary::Add, c, d));
            graph.binary(Binary::Add, ab, cd)
        });
        let fast = apply(&exact);
        let exponentials = |computation| count(computation, |node| matches!(node, Node::Unary(Unary::Exp, _)));
        assert_eq!([exponentials(&exact), exponentials(&fast)], [4, 2]);
        for v in [-300.0, -65.0, 20.0, 300.0] {
            let (exact, fast) = (value(&exact, v), value(&fast, v));
            assert!((exact - fast).abs() <= 1e-14 * exact, "{v} mV: {exact} {fast}");
        }
    }
}
