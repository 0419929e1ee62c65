//! Slopes of currents that are linear in the voltage.

use super::graph::{Graph, Input, Node, Value};
use crate::program::{Binary, Unary};

/// The change of a current between two voltages, if it is exactly a + g v with a and g that do not depend on the voltage:
/// g times the change of the driving force.
///
/// `at` is the current at the voltage, `above` the same current at the voltage `higher`: a current that does not only
/// differ by the voltage, such as one with a memory of its last evaluation, has no such change.
///
/// The driving force is rounded at both voltages as in NEURON's numerical slope, so that most of the slope's rounding
/// error, which is 1e-11 of the slope, is the same.
pub(super) fn change(graph: &mut Graph, at: Value, above: Value, higher: Value) -> Option<Value> {
    let v = graph.add(Node::Input(Input::Voltage));
    let of_voltage = dependence(graph, v);
    let shifted = shifted(graph, at, (v, higher), &of_voltage)?;
    (*shifted.last()? == above).then_some(())?;
    Linear { graph, of_voltage, shifted }.change(at)
}

/// By value: `true` if it depends on the voltage.
fn dependence(graph: &Graph, v: Value) -> Vec<bool> {
    let mut depends = vec![false; graph.nodes().len()];
    depends[v.index()] = true;
    for (index, node) in graph.nodes().iter().enumerate() {
        node.operands(|operand| depends[index] |= depends[operand.index()]);
    }
    depends
}

/// All values up to one with the voltage replaced by a higher one.
fn shifted(graph: &mut Graph, value: Value, (v, higher): (Value, Value), of_voltage: &[bool]) -> Option<Vec<Value>> {
    let mut new: Vec<Value> = (0..=value.0).map(Value).collect();
    for index in 0..new.len() {
        if !*of_voltage.get(index)? {
            continue;
        }
        let own = Value(index as u32);
        new[index] = match own == v {
            true => higher,
            false => {
                let node = graph.node(own).map(|operand| new[operand.index()]);
                graph.add(node)
            }
        };
    }
    Some(new)
}

struct Linear<'a> {
    graph: &'a mut Graph,
    of_voltage: Vec<bool>,
    /// By value: the same at the higher voltage.
    shifted: Vec<Value>,
}

impl Linear<'_> {
    fn is_of_voltage(&self, value: Value) -> bool {
        self.of_voltage.get(value.index()).copied().unwrap_or(false)
    }

    /// The change of a value, if it does not depend on the voltage itself.
    fn change(&mut self, value: Value) -> Option<Value> {
        if !self.is_of_voltage(value) {
            return Some(self.graph.constant(0.0));
        }
        match *self.graph.node(value) {
            Node::Input(_) => self.difference(value),
            Node::Unary(Unary::Negative, x) => {
                let change = self.change(x)?;
                Some(self.graph.unary(Unary::Negative, change))
            }
            Node::Binary(function @ (Binary::Add | Binary::Subtract), x, y) => {
                let of_voltage = [x, y].map(|operand| self.is_of_voltage(operand));
                let changes = (self.change(x)?, self.change(y)?);
                match (of_voltage, function) {
                    ([true, true], _) => Some(self.graph.binary(function, changes.0, changes.1)),
                    _ if self.is_driving_force(x, y) => self.difference(value),
                    ([true, false], _) => Some(changes.0),
                    (_, Binary::Add) => Some(changes.1),
                    _ => Some(self.graph.unary(Unary::Negative, changes.1)),
                }
            }
            Node::Binary(Binary::Multiply, x, y) => match (self.is_of_voltage(x), self.is_of_voltage(y)) {
                (true, false) => self.times(x, y),
                (false, true) => self.times(y, x),
                _ => None,
            },
            Node::Binary(Binary::Divide, x, y) if !self.is_of_voltage(y) => {
                let change = self.change(x)?;
                Some(self.graph.binary(Binary::Divide, change, y))
            }
            Node::Select { condition, then, otherwise } if !self.is_of_voltage(condition) => {
                let (then, otherwise) = (self.change(then)?, self.change(otherwise)?);
                Some(self.graph.select(condition, then, otherwise))
            }
            _ => None,
        }
    }

    /// `true` for a sum or difference of the voltage itself and another value.
    fn is_driving_force(&self, x: Value, y: Value) -> bool {
        [x, y].iter().any(|&operand| matches!(self.graph.node(operand), Node::Input(Input::Voltage)))
    }

    /// The value at the higher voltage minus that at the voltage.
    fn difference(&mut self, value: Value) -> Option<Value> {
        let above = *self.shifted.get(value.index())?;
        Some(self.graph.binary(Binary::Subtract, above, value))
    }

    /// The change of x `factor`.
    fn times(&mut self, x: Value, factor: Value) -> Option<Value> {
        let change = self.change(x)?;
        Some(self.graph.binary(Binary::Multiply, change, factor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The change of a current that is made by a rule from the voltage.
    fn change_of(make: impl Fn(&mut Graph, Value) -> Value) -> (Graph, Option<Value>) {
        let mut graph = Graph::new(6.3);
        let v = graph.add(Node::Input(Input::Voltage));
        let step = graph.constant(0.001);
        let higher = graph.binary(Binary::Add, v, step);
        let (above, at) = (make(&mut graph, higher), make(&mut graph, v));
        let change = change(&mut graph, at, above, higher);
        (graph, change)
    }

    fn column(graph: &mut Graph, column: u32) -> Value {
        graph.add(Node::Input(Input::Column(column)))
    }

    #[test]
    fn an_ohmic_current_changes_by_its_conductance_times_the_change_of_the_driving_force() {
        let (mut graph, change) = change_of(|graph, v| {
            let [g, e] = [0, 1].map(|number| column(graph, number));
            let drive = graph.binary(Binary::Subtract, v, e);
            graph.binary(Binary::Multiply, g, drive)
        });
        let g = column(&mut graph, 0);
        let change = change.expect("it is linear");
        let Node::Binary(Binary::Multiply, x, y) = *graph.node(change) else { panic!("{:?}", graph.node(change)) };
        let drive = if x == g { y } else { x };
        assert!(matches!(graph.node(drive), Node::Binary(Binary::Subtract, ..)));
    }

    #[test]
    fn a_current_that_is_not_linear_has_none() {
        let (_, change) = change_of(|graph, v| graph.binary(Binary::Multiply, v, v));
        assert_eq!(change, None);
        let (_, change) = change_of(|graph, v| graph.unary(Unary::Exp, v));
        assert_eq!(change, None);
        let (_, change) = change_of(|graph, v| {
            let [g, zero] = [column(graph, 0), graph.constant(0.0)];
            let is_high = graph.binary(Binary::Less, zero, v);
            graph.select(is_high, g, v)
        });
        assert_eq!(change, None);
    }

    #[test]
    fn a_current_that_differs_otherwise_has_none() {
        let mut graph = Graph::new(6.3);
        let v = graph.add(Node::Input(Input::Voltage));
        let step = graph.constant(0.001);
        let higher = graph.binary(Binary::Add, v, step);
        let [g, other] = [0, 1].map(|number| column(&mut graph, number));
        let (at, above) = (graph.binary(Binary::Multiply, g, v), graph.binary(Binary::Multiply, other, higher));
        assert_eq!(change(&mut graph, at, above, higher), None);
    }
}
