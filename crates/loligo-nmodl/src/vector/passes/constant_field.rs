//! Currents by the constant-field equation as arithmetic, so that their functions of the voltage can be interpolated.

use loligo_mechanisms::{FARADAY, thermal_voltage};

use super::Computation;
use crate::program::{Binary, Function, Unary};
use crate::vector::graph::{Graph, Node, Value};

pub(super) fn apply(computation: &Computation) -> Computation {
    let celsius = computation.graph.celsius();
    computation.rewritten(|graph, _, node| match node {
        Node::Function(Function::Ghk, arguments) => match *arguments {
            [v, inside, outside, charge] => current(graph, [v, inside, outside, charge], celsius),
            _ => graph.add(Node::Function(Function::Ghk, arguments)),
        },
        node => graph.add(node),
    })
}

/// The operations of [`ghk`](loligo_mechanisms::ghk).
fn current(graph: &mut Graph, [v, inside, outside, charge]: [Value; 4], celsius: f64) -> Value {
    let [thermal_voltage, milli, faraday] = [thermal_voltage(celsius), 0.001, FARADAY].map(|x| graph.constant(x));
    let numerator = graph.binary(Binary::Multiply, charge, v);
    let x = graph.binary(Binary::Divide, numerator, thermal_voltage); // 1
    let ratio = ratio_to_exp(graph, x);
    let out = graph.binary(Binary::Multiply, outside, ratio); // mM
    let negative = graph.unary(Unary::Negative, x);
    let ratio = ratio_to_exp(graph, negative);
    let within = graph.binary(Binary::Multiply, inside, ratio); // mM
    let scaled = graph.binary(Binary::Multiply, milli, charge);
    let per_concentration = graph.binary(Binary::Multiply, scaled, faraday);
    let difference = graph.binary(Binary::Subtract, within, out);
    graph.binary(Binary::Multiply, per_concentration, difference) // mA/cm2
}

/// x / (exp(x) - 1), with its limit at 0.
fn ratio_to_exp(graph: &mut Graph, x: Value) -> Value {
    let [one, two, small] = [1.0, 2.0, 1e-4].map(|x| graph.constant(x));
    let exponential = graph.unary(Unary::Exp, x);
    let divisor = graph.binary(Binary::Subtract, exponential, one);
    let ratio = graph.binary(Binary::Divide, x, divisor);
    let half = graph.binary(Binary::Divide, x, two);
    let limit = graph.binary(Binary::Subtract, one, half);
    let magnitude = graph.unary(Unary::Abs, x);
    let is_small = graph.binary(Binary::Less, magnitude, small);
    graph.select(is_small, limit, ratio)
}

#[cfg(test)]
mod tests {
    use loligo_mechanisms::ghk;

    use super::*;
    use crate::vector::passes::tests::{of_voltage, value};

    #[test]
    fn the_current_is_that_of_the_function() {
        let (inside, outside, charge) = (1e-4, 2.0, 2.0); // mM, mM
        let computation = of_voltage(|graph, v| {
            let arguments = [inside, outside, charge].map(|x| graph.constant(x));
            graph.add(Node::Function(Function::Ghk, [&[v][..], &arguments].concat()))
        });
        let current = apply(&computation);
        for v in [-80.0, -1e-4, 0.0, 12.5] {
            let expected = ghk(v, inside, outside, charge, 6.3); // mA/cm2
            assert!((value(&current, v) / expected - 1.0).abs() < 1e-14, "at {v} mV");
        }
    }
}
