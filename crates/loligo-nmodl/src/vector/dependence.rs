//! The kind of the values that each value of a graph depends on.

use std::collections::BTreeMap;

use super::graph::{Graph, Input, Node};
use crate::program::{Binary, Unary};

/// The kind of the values that a value depends on; `is_dear` if its computation takes longer than a polynomial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dependence {
    /// Numbers, and columns that are constants.
    Constants {
        is_dear: bool,
    },
    /// The voltage, and constants.
    Voltage {
        is_dear: bool,
    },
    More,
}

impl Dependence {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::More, _) | (_, Self::More) => Self::More,
            (Self::Constants { is_dear: own }, Self::Constants { is_dear: other }) => {
                Self::Constants { is_dear: own || other }
            }
            (
                Self::Voltage { is_dear: own } | Self::Constants { is_dear: own },
                Self::Voltage { is_dear: other } | Self::Constants { is_dear: other },
            ) => Self::Voltage { is_dear: own || other },
        }
    }

    fn through(self, node: &Node) -> Self {
        let own = is_dear_node(node);
        match self {
            Self::Constants { is_dear } => Self::Constants { is_dear: is_dear || own },
            Self::Voltage { is_dear } => Self::Voltage { is_dear: is_dear || own },
            Self::More => Self::More,
        }
    }
}

/// By value: its dependence, if some columns are constants.
pub(super) fn dependences(graph: &Graph, constants: &BTreeMap<u32, f64>) -> Vec<Dependence> {
    let mut all: Vec<Dependence> = Vec::with_capacity(graph.nodes().len());
    for node in graph.nodes() {
        let own = match node {
            Node::Constant(_) => Dependence::Constants { is_dear: false },
            Node::Input(Input::Column(column)) if constants.contains_key(column) => {
                Dependence::Constants { is_dear: false }
            }
            Node::Input(Input::Voltage) => Dependence::Voltage { is_dear: false },
            Node::Input(_)
            | Node::TablePosition { .. }
            | Node::Tabulated { .. }
            | Node::LeftByTable { .. }
            | Node::FunctionTable { .. }
            | Node::Interpolated { .. } => Dependence::More,
            other => {
                let mut of_operands = Dependence::Constants { is_dear: false };
                other.operands(|operand| of_operands = of_operands.and(all[operand.index()]));
                of_operands.through(other)
            }
        };
        all.push(own);
    }
    all
}

/// By value: true if it depends on more than constants and the voltage.
pub(super) fn depends_on_more(graph: &Graph) -> Vec<bool> {
    dependences(graph, &BTreeMap::new()).into_iter().map(|dependence| dependence == Dependence::More).collect()
}

/// `true` if an operation takes longer than a polynomial.
fn is_dear_node(node: &Node) -> bool {
    match node {
        Node::Unary(Unary::Negative | Unary::Not | Unary::IsTrue | Unary::Abs | Unary::Floor | Unary::Ceil, _) => false,
        Node::Unary(..) | Node::Function(..) => true,
        Node::Binary(function, ..) => {
            matches!(function, Binary::Divide | Binary::Power | Binary::Remainder | Binary::Atan2)
        }
        _ => false,
    }
}
