//! The values that a hook computes, as a graph without repetitions.

use std::collections::HashMap;

use crate::interpreter::arithmetic::{self, is_true};
use crate::program::{Binary, Function, Unary};

/// Number of a value in a [`Graph`]. Its operands have smaller numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Value(pub(crate) u32);

impl Value {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A number that a hook finds at its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Input {
    /// A column of the instance.
    Column(u32),
    /// The voltage at the instance, mV.
    Voltage,
    /// Time, ms.
    Time,
}

/// The computation of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// A number, by its bits.
    Constant(u64),
    Input(Input),
    Unary(Unary, Value),
    Binary(Binary, Value, Value),
    /// `then` where the condition is not 0 (NaN is not 0), elsewhere `otherwise`.
    Select {
        condition: Value,
        then: Value,
        otherwise: Value,
    },
    Function(Function, Vec<Value>),
    /// The position of an argument in a table, in intervals.
    TablePosition {
        table: u32,
        x: Value,
    },
    /// An output of a table at a position, by its number; 0 for the table of a function.
    Tabulated {
        table: u32,
        output: u32,
        at: Value,
    },
    /// The value that the computation of a table leaves in a column, by its number among those that it changes.
    LeftByTable {
        table: u32,
        number: u32,
    },
    /// The value of a function that is given as a table.
    FunctionTable {
        table: u32,
        arguments: Vec<Value>,
    },
    /// A function of the voltage by polynomials: its number in one of the hook's interpolants, which has space for `of`
    /// functions.
    Interpolated {
        interpolant: u32,
        function: u32,
        of: u32,
        x: Value,
    },
}

impl Node {
    /// Calls `visit` for each operand.
    pub(crate) fn operands(&self, mut visit: impl FnMut(Value)) {
        match self {
            Self::Constant(_) | Self::Input(_) | Self::LeftByTable { .. } => {}
            Self::Unary(_, x)
            | Self::TablePosition { x, .. }
            | Self::Tabulated { at: x, .. }
            | Self::Interpolated { x, .. } => visit(*x),
            Self::Binary(_, x, y) => [*x, *y].into_iter().for_each(visit),
            Self::Select { condition, then, otherwise } => [*condition, *then, *otherwise].into_iter().for_each(visit),
            Self::Function(_, arguments) | Self::FunctionTable { arguments, .. } => {
                arguments.iter().copied().for_each(visit);
            }
        }
    }

    /// The same computation with each operand replaced.
    #[must_use]
    pub(crate) fn map(&self, mut new: impl FnMut(Value) -> Value) -> Self {
        match self {
            Self::Constant(bits) => Self::Constant(*bits),
            Self::Input(input) => Self::Input(*input),
            Self::LeftByTable { table, number } => Self::LeftByTable { table: *table, number: *number },
            Self::Unary(function, x) => Self::Unary(*function, new(*x)),
            Self::Binary(function, x, y) => Self::Binary(*function, new(*x), new(*y)),
            Self::Select { condition, then, otherwise } => {
                Self::Select { condition: new(*condition), then: new(*then), otherwise: new(*otherwise) }
            }
            Self::Function(function, arguments) => {
                Self::Function(*function, arguments.iter().map(|&argument| new(argument)).collect())
            }
            Self::TablePosition { table, x } => Self::TablePosition { table: *table, x: new(*x) },
            Self::Tabulated { table, output, at } => Self::Tabulated { table: *table, output: *output, at: new(*at) },
            Self::FunctionTable { table, arguments } => {
                let arguments = arguments.iter().map(|&argument| new(argument)).collect();
                Self::FunctionTable { table: *table, arguments }
            }
            Self::Interpolated { interpolant, function, of, x } => {
                Self::Interpolated { interpolant: *interpolant, function: *function, of: *of, x: new(*x) }
            }
        }
    }
}

/// Values in an order in which they can be computed; equal computations are one value.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    known: HashMap<Node, Value>,
    /// Temperature, degC.
    celsius: f64,
}

impl Graph {
    pub(crate) fn new(celsius: f64) -> Self {
        Self { nodes: Vec::new(), known: HashMap::new(), celsius }
    }

    /// Temperature, degC.
    pub(crate) fn celsius(&self) -> f64 {
        self.celsius
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(crate) fn node(&self, value: Value) -> &Node {
        &self.nodes[value.index()]
    }

    /// By value: `true` for the given values and all that they need.
    pub(super) fn used_by(&self, values: impl IntoIterator<Item = Value>) -> Vec<bool> {
        let mut used = vec![false; self.nodes.len()];
        for value in values {
            used[value.index()] = true;
        }
        for index in (0..used.len()).rev() {
            if used[index] {
                self.nodes[index].operands(|operand| used[operand.index()] = true);
            }
        }
        used
    }

    /// All values for given inputs; `None` if they use tables.
    pub(crate) fn values(&self, input: impl Fn(Input) -> f64) -> Option<Vec<f64>> {
        let mut values: Vec<f64> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let of = |value: Value| values[value.index()];
            values.push(match node {
                Node::Constant(bits) => f64::from_bits(*bits),
                Node::Input(own) => input(*own),
                Node::Unary(function, x) => arithmetic::unary(*function, of(*x)),
                Node::Binary(function, x, y) => arithmetic::binary(*function, of(*x), of(*y)),
                Node::Select { condition, then, otherwise } => {
                    of(if is_true(of(*condition)) { *then } else { *otherwise })
                }
                Node::Function(function, arguments) => {
                    let arguments: Vec<f64> = arguments.iter().map(|&argument| of(argument)).collect();
                    arithmetic::function(*function, &arguments, self.celsius)
                }
                _ => return None,
            });
        }
        Some(values)
    }

    pub(crate) fn constant(&mut self, x: f64) -> Value {
        self.insert(Node::Constant(x.to_bits()))
    }

    /// The number, if the value is a constant.
    pub(crate) fn number(&self, value: Value) -> Option<f64> {
        match self.node(value) {
            Node::Constant(bits) => Some(f64::from_bits(*bits)),
            _ => None,
        }
    }

    pub(crate) fn unary(&mut self, function: Unary, x: Value) -> Value {
        self.add(Node::Unary(function, x))
    }

    pub(crate) fn binary(&mut self, function: Binary, x: Value, y: Value) -> Value {
        self.add(Node::Binary(function, x, y))
    }

    pub(crate) fn select(&mut self, condition: Value, then: Value, otherwise: Value) -> Value {
        self.add(Node::Select { condition, then, otherwise })
    }

    /// Adds a computation, or finds an equal one. Results keep all bits, except those of NaN.
    pub(crate) fn add(&mut self, node: Node) -> Value {
        match node {
            Node::Unary(function, x) => self.simplified_unary(function, x),
            Node::Binary(function, x, y) => self.simplified_binary(function, x, y),
            Node::Select { condition, then, otherwise } => self.simplified_select(condition, then, otherwise),
            Node::Function(function, arguments) => {
                let numbers: Option<Vec<f64>> = arguments.iter().map(|&argument| self.number(argument)).collect();
                match numbers {
                    Some(numbers) => self.constant(arithmetic::function(function, &numbers, self.celsius)),
                    None => self.insert(Node::Function(function, arguments)),
                }
            }
            other => self.insert(other),
        }
    }

    fn insert(&mut self, node: Node) -> Value {
        if let Some(&known) = self.known.get(&node) {
            return known;
        }
        let value = Value(self.nodes.len() as u32);
        self.nodes.push(node.clone());
        self.known.insert(node, value);
        value
    }

    fn simplified_unary(&mut self, function: Unary, x: Value) -> Value {
        if let Some(number) = self.number(x) {
            return self.constant(arithmetic::unary(function, number));
        }
        match (function, self.node(x)) {
            (Unary::Negative, Node::Unary(Unary::Negative, inner)) => *inner,
            (Unary::IsTrue, Node::Binary(compared, ..)) if compared.is_comparison() => x,
            (Unary::IsTrue, Node::Unary(Unary::Not | Unary::IsTrue, _)) => x,
            _ => self.insert(Node::Unary(function, x)),
        }
    }

    fn simplified_binary(&mut self, function: Binary, x: Value, y: Value) -> Value {
        match (function, self.number(x), self.number(y)) {
            (_, Some(x), Some(y)) => return self.constant(arithmetic::binary(function, x, y)),
            (Binary::Multiply | Binary::Divide, _, Some(1.0)) => return x,
            (Binary::Multiply, Some(1.0), _) => return y,
            (Binary::Subtract, _, Some(zero)) if zero.to_bits() == 0 => return x,
            (Binary::Multiply, _, Some(-1.0)) | (Binary::Divide, _, Some(-1.0)) => {
                return self.unary(Unary::Negative, x);
            }
            (Binary::Multiply, Some(-1.0), _) => return self.unary(Unary::Negative, y),
            // The reciprocal is a number of the same kind, so that both operations round the same product.
            (Binary::Divide, _, Some(divisor)) if is_power_of_two(divisor) => {
                let reciprocal = self.constant(1.0 / divisor);
                return self.binary(Binary::Multiply, x, reciprocal);
            }
            _ => {}
        }
        // x + y and y + x are one value.
        let (x, y) = match function {
            Binary::Add | Binary::Multiply if y < x => (y, x),
            _ => (x, y),
        };
        self.insert(Node::Binary(function, x, y))
    }

    fn simplified_select(&mut self, condition: Value, then: Value, otherwise: Value) -> Value {
        if then == otherwise {
            return then;
        }
        if let Some(number) = self.number(condition) {
            return if is_true(number) { then } else { otherwise };
        }
        match *self.node(condition) {
            Node::Unary(Unary::Not, inner) => self.select(inner, otherwise, then),
            Node::Unary(Unary::IsTrue, inner) => self.select(inner, then, otherwise),
            _ => self.insert(Node::Select { condition, then, otherwise }),
        }
    }
}

/// `true` for powers of two whose reciprocal is a normal number, too.
fn is_power_of_two(x: f64) -> bool {
    let reciprocal = 1.0 / x;
    const MANTISSA: u64 = (1 << 52) - 1;
    x.is_normal() && reciprocal.is_normal() && x.to_bits() & MANTISSA == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_computations_are_one_value() {
        let mut graph = Graph::new(6.3);
        let v = graph.add(Node::Input(Input::Voltage));
        let t = graph.add(Node::Input(Input::Time));
        let sums = [graph.binary(Binary::Add, v, t), graph.binary(Binary::Add, t, v)];
        assert_eq!(sums[0], sums[1]);
        let differences = [graph.binary(Binary::Subtract, v, t), graph.binary(Binary::Subtract, t, v)];
        assert_ne!(differences[0], differences[1]);
    }

    #[test]
    fn constants_are_computed_and_neutral_operations_left_out() {
        let mut graph = Graph::new(6.3);
        let v = graph.add(Node::Input(Input::Voltage));
        let [one, half, two, zero] = [1.0, 0.5, 2.0, 0.0].map(|x| graph.constant(x));
        assert_eq!(graph.binary(Binary::Power, two, two), graph.constant(4.0));
        assert_eq!(graph.binary(Binary::Multiply, v, one), v);
        assert_eq!(graph.binary(Binary::Divide, v, two), graph.binary(Binary::Multiply, v, half));
        assert_ne!(graph.binary(Binary::Add, v, zero), v, "-0 + 0 is 0");
        let less = graph.binary(Binary::Less, v, one);
        let not = graph.unary(Unary::Not, less);
        assert_eq!(graph.select(not, v, one), graph.select(less, one, v));
    }
}
