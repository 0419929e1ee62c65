//! Transformations of graphs for [`Numerics::Fast`], which change results by some units in the last place.
//!
//! Currents only get [`constant_field`] and [`powers`]: their rounding errors, divided by 0.001 mV, are part of NEURON's
//! conductances, so that currents keep the order of their operations.

mod constant_field;
mod differences;
mod exponentials;
mod fractions;
mod powers;
mod quotients;
mod reciprocals;

use loligo_mechanisms::Numerics;

use super::graph::{Graph, Node, Value};
use super::plan::Outputs;

/// A graph with the results that are computed with it.
#[derive(Clone, Debug)]
pub(super) struct Computation {
    pub(super) graph: Graph,
    pub(super) outputs: Outputs,
}

impl Computation {
    /// Applies the transformations of an arithmetic.
    #[must_use]
    pub(super) fn transformed(self, numerics: Numerics) -> Self {
        if numerics == Numerics::Exact {
            return self;
        }
        let arithmetic = powers::apply(&constant_field::apply(&self));
        if !arithmetic.outputs.membrane.is_empty() {
            return arithmetic;
        }
        let simplified = differences::apply(&fractions::apply(&quotients::apply(&arithmetic)));
        reciprocals::apply(&exponentials::apply(&simplified))
    }

    /// Makes each value again by a rule, which is given the new graph, the value's present number, and its computation
    /// from new values.
    #[must_use]
    fn rewritten(&self, mut rule: impl FnMut(&mut Graph, Value, Node) -> Value) -> Self {
        let mut graph = Graph::new(self.graph.celsius());
        let mut new: Vec<Value> = Vec::with_capacity(self.graph.nodes().len());
        for (node, number) in self.graph.nodes().iter().zip(0..) {
            let node = node.map(|operand| new[operand.index()]);
            new.push(rule(&mut graph, Value(number), node));
        }
        Self { graph, outputs: self.outputs.map(|value| new[value.index()]) }
    }

    /// By value: `true` if the results need it.
    pub(super) fn needed(&self) -> Vec<bool> {
        self.graph.used_by(self.outputs.values())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::program::{Binary, Unary};
    use crate::vector::graph::Input;

    /// A computation of one column from the voltage.
    pub(in crate::vector) fn of_voltage(make: impl FnOnce(&mut Graph, Value) -> Value) -> Computation {
        let mut graph = Graph::new(6.3);
        let v = graph.add(Node::Input(Input::Voltage));
        let result = make(&mut graph, v);
        Computation { graph, outputs: Outputs { columns: vec![(0, result)], ..Outputs::default() } }
    }

    /// Number of operations of a kind that the results need.
    pub(super) fn count(computation: &Computation, is_counted: impl Fn(&Node) -> bool) -> usize {
        let needed = computation.needed();
        computation.graph.nodes().iter().zip(needed).filter(|(node, needed)| *needed && is_counted(node)).count()
    }

    /// The value of the column where all inputs are `v`, such as a voltage (mV).
    pub(super) fn value(computation: &Computation, v: f64) -> f64 {
        let values = computation.graph.values(|_| v).expect("it uses no tables");
        values[computation.outputs.columns[0].1.index()]
    }

    /// The formula of a gate of which both rates are exponentials, advanced by cnexp as NEURON writes it.
    #[test]
    fn a_gate_needs_few_divisions() {
        let gate = of_voltage(|graph, v| {
            let rate = |graph: &mut Graph, offset: f64, scale: f64| {
                let [offset, scale] = [offset, scale].map(|x| graph.constant(x));
                let sum = graph.binary(Binary::Add, v, offset);
                let negative = graph.unary(Unary::Negative, sum);
                let quotient = graph.binary(Binary::Divide, negative, scale);
                graph.unary(Unary::Exp, quotient)
            };
            let (alpha, beta) = (rate(graph, 65.0, 20.0), rate(graph, 35.0, -10.0));
            let sum = graph.binary(Binary::Add, alpha, beta);
            let (one, minus, dt) = (graph.constant(1.0), graph.constant(-1.0), graph.constant(0.025));
            let tau = graph.binary(Binary::Divide, one, sum);
            let inf = graph.binary(Binary::Divide, alpha, sum);
            let slope = graph.binary(Binary::Divide, minus, tau);
            let exponent = graph.binary(Binary::Multiply, dt, slope);
            let factor = graph.unary(Unary::Exp, exponent);
            let part = graph.binary(Binary::Subtract, one, factor);
            let drive = graph.binary(Binary::Divide, inf, tau);
            let drive = graph.unary(Unary::Negative, drive);
            let target = graph.binary(Binary::Divide, drive, slope);
            let distance = graph.binary(Binary::Subtract, target, v);
            let change = graph.binary(Binary::Multiply, part, distance);
            graph.binary(Binary::Add, v, change)
        });
        let fast = gate.clone().transformed(Numerics::Fast);
        let is_division = |node: &Node| matches!(node, Node::Binary(Binary::Divide, ..));
        assert_eq!([count(&gate, is_division), count(&fast, is_division)], [7, 1]);
        for v in [-90.0, -65.0, 0.0, 40.0] {
            let (exact, fast) = (value(&gate, v), value(&fast, v));
            assert!((exact - fast).abs() <= 1e-15 * exact.abs(), "{v} mV: {exact} {fast}");
        }
    }
}
