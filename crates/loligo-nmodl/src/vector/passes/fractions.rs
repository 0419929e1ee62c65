//! Sums and quotients of quotients become one fraction, so that less is divided: a / (a + b) with a = c / (1 + x / y) and
//! b = d / (1 + y / x) has two divisions fewer than its parts.
//!
//! Only values that depend on more than the voltage change: functions of the voltage alone become polynomials.

use std::collections::HashMap;

use super::Computation;
use crate::program::{Binary, Unary};
use crate::vector::dependence::depends_on_more;
use crate::vector::graph::{Graph, Input, Node, Value};

/// The most factors above or below the line of a fraction; their product stays within the range of numbers for all values
/// that are not extreme themselves.
const MOST_FACTORS: usize = 4;
/// The largest relative difference of a result.
const TOLERANCE: f64 = 1e-12;
/// Number of random arguments for which results are compared.
const COMPARED: u64 = 64;
/// The largest voltages of these arguments, in turn, mV: usual ones, and those of a cell that is stimulated too strongly.
const LARGEST_VOLTAGES: [f64; 2] = [120.0, 1000.0];

pub(super) fn apply(computation: &Computation) -> Computation {
    let is_more = depends_on_more(&computation.graph);
    let mut fractions = Fractions::default();
    let changed = computation.rewritten(|graph, old, node| {
        let value = match node {
            Node::Unary(Unary::Negative, x) => fractions.of(x).times(&Fraction::number(-1.0)),
            Node::Binary(Binary::Multiply, x, y) => {
                fractions.of_operand(graph, x).times(&fractions.of_operand(graph, y))
            }
            Node::Binary(Binary::Divide, x, y) => {
                fractions.of_operand(graph, x).times(&fractions.of_operand(graph, y).inverse())
            }
            Node::Binary(Binary::Add, x, y) => fractions.sum(graph, (Binary::Add, x, y)),
            Node::Binary(Binary::Subtract, x, y) => fractions.sum(graph, (Binary::Subtract, x, y)),
            _ => None,
        };
        let value = value.filter(|fraction| is_more[old.index()] && !fraction.below.is_empty());
        fractions.value(graph, value, node, is_more[old.index()])
    });
    let is_better = divisions(&changed) < divisions(computation) && are_alike(computation, &changed);
    if is_better { changed } else { computation.clone() }
}

/// A constant times a product, over another one.
#[derive(Clone, Debug)]
struct Fraction {
    constant: f64,
    above: Vec<Value>,
    below: Vec<Value>,
}

impl Fraction {
    fn number(constant: f64) -> Self {
        Self { constant, above: Vec::new(), below: Vec::new() }
    }

    fn inverse(&self) -> Self {
        Self { constant: 1.0 / self.constant, above: self.below.clone(), below: self.above.clone() }
    }

    /// The product without common factors; `None` if its constant has lost digits, or it has too many factors.
    fn times(&self, other: &Self) -> Option<Self> {
        let constant = self.constant * other.constant;
        let mut above = [&self.above[..], &other.above].concat();
        let mut below = [&self.below[..], &other.below].concat();
        below.retain(|factor| match above.iter().position(|own| own == factor) {
            Some(common) => {
                above.swap_remove(common);
                false
            }
            None => true,
        });
        above.sort_unstable();
        below.sort_unstable();
        let fits = constant.is_normal() && above.len() <= MOST_FACTORS && below.len() <= MOST_FACTORS;
        fits.then_some(Self { constant, above, below })
    }
}

/// The fractions of values that have some, and the dependence of each.
#[derive(Default)]
struct Fractions {
    known: HashMap<Value, Fraction>,
    /// True for values that depend on more than the voltage.
    is_more: HashMap<Value, bool>,
}

impl Fractions {
    fn of(&self, value: Value) -> Fraction {
        self.known.get(&value).cloned().unwrap_or(Fraction { constant: 1.0, above: vec![value], below: Vec::new() })
    }

    fn of_operand(&self, graph: &Graph, value: Value) -> Fraction {
        graph.number(value).map_or_else(|| self.of(value), Fraction::number)
    }

    /// A sum or difference of fractions over their common divisors. States, to which others are added, keep their rounding.
    fn sum(&mut self, graph: &mut Graph, (function, x, y): (Binary, Value, Value)) -> Option<Fraction> {
        let is_state = |fraction: &Fraction, value| fraction.below.is_empty() && self.depends_on_more(graph, value);
        let operands = [x, y];
        let [x, y] = operands.map(|operand| self.of_operand(graph, operand));
        if is_state(&x, operands[0]) || is_state(&y, operands[1]) {
            return None;
        }
        let mut below = x.below.clone();
        let mut left = below.clone();
        for factor in &y.below {
            match left.iter().position(|own| own == factor) {
                Some(common) => _ = left.swap_remove(common),
                None => below.push(*factor),
            }
        }
        let common = Fraction { constant: 1.0, above: below.clone(), below: Vec::new() };
        let [x, y] = [x.times(&common)?, y.times(&common)?].map(|part| self.product(graph, part.constant, &part.above));
        let is_more = [x, y].iter().any(|part| self.depends_on_more(graph, *part));
        let sum = graph.binary(function, x, y);
        self.is_more.insert(sum, is_more);
        Fraction { constant: 1.0, above: vec![sum], below: Vec::new() }.times(&Fraction {
            constant: 1.0,
            above: Vec::new(),
            below,
        })
    }

    fn depends_on_more(&self, graph: &Graph, value: Value) -> bool {
        graph.number(value).is_none() && self.is_more.get(&value).copied().unwrap_or(true)
    }

    /// A product in which constants and functions of the voltage are together, as they are one function of the voltage.
    fn product(&mut self, graph: &mut Graph, constant: f64, factors: &[Value]) -> Value {
        let (more, of_voltage): (Vec<Value>, Vec<Value>) =
            factors.iter().partition(|&&factor| self.depends_on_more(graph, factor));
        let mut product = graph.constant(constant);
        for (factors, is_more) in [(of_voltage, false), (more, true)] {
            for factor in factors {
                product = graph.binary(Binary::Multiply, product, factor);
                self.is_more.insert(product, is_more);
            }
        }
        product
    }

    /// The value of a fraction, or else of a node.
    fn value(&mut self, graph: &mut Graph, fraction: Option<Fraction>, node: Node, is_more: bool) -> Value {
        let value = match &fraction {
            Some(fraction) => {
                let above = self.product(graph, fraction.constant, &fraction.above);
                let below = self.product(graph, 1.0, &fraction.below);
                graph.binary(Binary::Divide, above, below)
            }
            None => graph.add(node),
        };
        self.is_more.entry(value).or_insert(is_more);
        if let Some(fraction) = fraction {
            self.known.insert(value, fraction);
        }
        value
    }
}

/// Number of divisions of values that depend on more than the voltage.
fn divisions(computation: &Computation) -> usize {
    let is_more = depends_on_more(&computation.graph);
    let nodes = computation.graph.nodes().iter().zip(computation.needed()).zip(is_more);
    nodes
        .filter(|((node, needed), is_more)| *needed && *is_more && matches!(node, Node::Binary(Binary::Divide, ..)))
        .count()
}

/// True if the results of both are the same for some positive arguments of many magnitudes.
fn are_alike(computation: &Computation, changed: &Computation) -> bool {
    (0..COMPARED).all(|number| {
        let [expected, found] = [computation, changed].map(|computation| results(computation, number));
        let (Some(expected), Some(found)) = (expected, found) else { return false };
        expected
            .iter()
            .zip(&found)
            .all(|(expected, found)| !expected.is_finite() || (expected - found).abs() <= TOLERANCE * expected.abs())
    })
}

/// The results for arguments that are drawn by a number; `None` if they use tables.
fn results(computation: &Computation, number: u64) -> Option<Vec<f64>> {
    let largest_voltage = LARGEST_VOLTAGES[number as usize % LARGEST_VOLTAGES.len()]; // mV
    let values = computation.graph.values(|input| match input {
        Input::Voltage => largest_voltage * (2.0 * drawn(number, 0) - 1.0), // mV
        Input::Time => 1e3 * drawn(number, 1),                              // ms
        Input::Column(column) => 10.0_f64.powf(8.0 * drawn(number, u64::from(column) + 2) - 6.0),
    })?;
    Some(computation.outputs.values().map(|value| values[value.index()]).collect())
}

/// A number between 0 and 1, the same on every machine.
fn drawn(number: u64, argument: u64) -> f64 {
    // The finaliser of SplitMix64, doi:10.1145/2660193.2660195.
    let mut bits =
        (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (argument + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    for (shift, factor) in [(30, 0xbf58_476d_1ce4_e5b9), (27, 0x94d0_49bb_1331_11eb)] {
        bits = (bits ^ (bits >> shift)).wrapping_mul(factor);
    }
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::super::tests::{count, value};
    use super::*;
    use crate::vector::plan::Outputs;

    /// A computation of a column from the voltage and a concentration, which is another column.
    fn of_calcium(make: impl FnOnce(&mut Graph, Value, Value) -> Vec<Value>) -> Computation {
        let mut graph = Graph::new(6.3);
        let v = graph.add(Node::Input(Input::Voltage));
        let calcium = graph.add(Node::Input(Input::Column(9)));
        let results = make(&mut graph, v, calcium);
        let columns = results.into_iter().zip(0..).map(|(value, column)| (column, value)).collect();
        Computation { graph, outputs: Outputs { columns, ..Outputs::default() } }
    }

    /// The opening and closing rates of a potassium channel that calcium and the voltage open: 2.5 / (1 + 0.3 s / ca) and
    /// 1.5 / (1 + ca / s), with s = exp(-v / 12).
    fn rates(graph: &mut Graph, v: Value, calcium: Value) -> [Value; 2] {
        let [one, opening, closing, part, slope] = [1.0, 2.5, 1.5, 0.3, -1.0 / 12.0].map(|x| graph.constant(x));
        let exponent = graph.binary(Binary::Multiply, slope, v);
        let scale = graph.unary(Unary::Exp, exponent);
        let scaled = graph.binary(Binary::Multiply, part, scale);
        [(opening, scaled, calcium), (closing, calcium, scale)].map(|(largest, x, y)| {
            let quotient = graph.binary(Binary::Divide, x, y);
            let sum = graph.binary(Binary::Add, one, quotient);
            graph.binary(Binary::Divide, largest, sum)
        })
    }

    fn is_division(node: &Node) -> bool {
        matches!(node, Node::Binary(Binary::Divide, ..))
    }

    #[test]
    fn rates_that_depend_on_a_concentration_need_few_divisions() {
        let gate = of_calcium(|graph, v, calcium| {
            let [opening, closing] = rates(graph, v, calcium);
            let sum = graph.binary(Binary::Add, opening, closing);
            vec![graph.binary(Binary::Divide, opening, sum), sum]
        });
        let changed = apply(&gate);
        assert_eq!([count(&gate, is_division), count(&changed, is_division)], [5, 2]);
        for v in [-90.0, -65.0, 0.0, 40.0] {
            let (expected, found) = (value(&gate, v), value(&changed, v));
            assert!((expected - found).abs() <= 2e-15 * expected.abs(), "{v}: {expected} {found}");
        }
    }

    #[test]
    fn a_state_keeps_its_rounding() {
        let relaxation = of_calcium(|graph, v, calcium| {
            let [opening, closing] = rates(graph, v, calcium);
            let sum = graph.binary(Binary::Add, opening, closing);
            let steady = graph.binary(Binary::Divide, opening, sum);
            let state = graph.add(Node::Input(Input::Column(3)));
            let distance = graph.binary(Binary::Subtract, steady, state);
            vec![graph.binary(Binary::Add, state, distance)]
        });
        let changed = apply(&relaxation);
        let Computation { graph, outputs } = &changed;
        let Node::Binary(Binary::Add, x, y) = *graph.node(outputs.columns[0].1) else { panic!("it is a sum") };
        assert!([x, y].iter().any(|&value| *graph.node(value) == Node::Input(Input::Column(3))));
        assert_eq!(count(&changed, is_division), 1);
    }

    #[test]
    fn functions_of_the_voltage_and_single_quotients_stay() {
        let of_voltage = of_calcium(|graph, v, _| {
            let [opening, closing] = rates(graph, v, v);
            vec![graph.binary(Binary::Add, opening, closing)]
        });
        let simple = of_calcium(|graph, v, calcium| vec![graph.binary(Binary::Divide, v, calcium)]);
        for computation in [of_voltage, simple] {
            assert_eq!(apply(&computation).graph.nodes(), computation.graph.nodes());
        }
    }

    #[test]
    fn products_beyond_the_range_of_numbers_stay_quotients() {
        let steep = of_calcium(|graph, v, calcium| {
            let power = graph.constant(280.0);
            let steep = graph.binary(Binary::Power, calcium, power);
            let [opening, closing] = rates(graph, v, steep);
            let sum = graph.binary(Binary::Add, opening, closing);
            vec![graph.binary(Binary::Divide, opening, sum)]
        });
        assert_eq!(count(&apply(&steep), is_division), count(&steep, is_division));
    }
}
