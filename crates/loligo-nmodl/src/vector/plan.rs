//! The steps in which the values of a graph are computed, with the rows of numbers that they use.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use loligo_mechanisms::ROW;
use loligo_mechanisms::math::FUNCTIONS;

use super::code::Code;
use super::graph::{Graph, Input, Node, Value};
use super::row::RowId;
use crate::program::{Binary, Function, Unary};

/// An operand of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operand {
    Row(RowId),
    Number(f64),
}

/// The computation of one row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Load {
        to: RowId,
        input: Input,
    },
    Unary {
        to: RowId,
        function: Unary,
        x: RowId,
    },
    Binary {
        to: RowId,
        function: Binary,
        x: Operand,
        y: Operand,
    },
    /// `then` where the comparison is true.
    Choose {
        to: RowId,
        comparison: Binary,
        x: RowId,
        y: RowId,
        then: RowId,
        otherwise: RowId,
    },
    /// `then` where the condition is not 0.
    Select {
        to: RowId,
        condition: RowId,
        then: RowId,
        otherwise: RowId,
    },
    Function {
        to: RowId,
        function: Function,
        arguments: [RowId; MOST_ARGUMENTS],
    },
    /// The positions of arguments in a table, in intervals.
    TablePosition {
        to: RowId,
        table: u32,
        x: RowId,
    },
    Tabulated {
        to: RowId,
        table: u32,
        output: u32,
        at: RowId,
    },
    LeftByTable {
        to: RowId,
        table: u32,
        number: u32,
    },
    FunctionTable {
        to: RowId,
        table: u32,
        arguments: [RowId; MOST_ARGUMENTS],
        count: usize,
    },
    /// The interval of each voltage in interpolants, and its position there.
    Locate {
        places: RowId,
        intervals: RowId,
    },
    /// All functions of an interpolant.
    Interpolate {
        to: [RowId; FUNCTIONS],
        interpolant: u32,
        places: RowId,
        intervals: RowId,
    },
    /// A piece of machine code, by its number in the plan.
    Code {
        number: usize,
    },
}

/// The most arguments of a function in a plan.
pub(crate) const MOST_ARGUMENTS: usize = 4;

/// The results of a hook.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outputs {
    pub(crate) columns: Vec<(u32, Value)>,
    /// The currents that are subtracted from the right-hand side of the membrane's equations one after the other, each with
    /// its slope.
    pub(crate) membrane: Vec<(Value, Value)>,
    /// Values that must be 0: the results of an instance with another value have no meaning.
    pub(crate) exceptions: Vec<Value>,
}

impl Outputs {
    /// All values that are needed.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value> + '_ {
        self.results().chain(self.exceptions.iter().copied())
    }

    /// The values of columns and of the membrane's equations.
    pub(crate) fn results(&self) -> impl Iterator<Item = Value> + '_ {
        let membrane = self.membrane.iter().flat_map(|&(current, slope)| [current, slope]);
        self.columns.iter().map(|&(_, value)| value).chain(membrane)
    }

    /// The same results without some columns.
    #[must_use]
    pub(crate) fn without(&self, unobserved: &BTreeSet<u32>) -> Self {
        let mut outputs = self.clone();
        outputs.columns.retain(|(column, _)| !unobserved.contains(column));
        outputs
    }

    /// The same results with each value replaced.
    #[must_use]
    pub(crate) fn map(&self, mut new: impl FnMut(Value) -> Value) -> Self {
        let columns = self.columns.iter().map(|&(column, value)| (column, new(value))).collect();
        let membrane = self.membrane.iter().map(|&(current, slope)| (new(current), new(slope))).collect();
        Self { columns, membrane, exceptions: self.exceptions.iter().map(|&value| new(value)).collect() }
    }
}

/// A hook as steps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// Rows that hold one number in all lanes.
    pub(crate) numbers: Vec<(RowId, f64)>,
    pub(crate) steps: Vec<Step>,
    /// Columns that are stored after all steps.
    pub(crate) stores: Vec<(u32, Operand)>,
    pub(crate) membrane: Vec<(Operand, Operand)>,
    /// Instances for which one of these is not 0 are left to the plain interpreter, with those of the same rows.
    pub(crate) exceptions: Vec<Operand>,
    /// Number of rows.
    pub(crate) rows: usize,
    /// The pieces of machine code.
    pub(crate) codes: Vec<Code>,
    /// Rows that these need in addition.
    pub(crate) spare_rows: usize,
}

impl Plan {
    /// Plans the computation of results.
    pub(crate) fn of(graph: &Graph, outputs: &Outputs) -> Self {
        let mut planner = Planner::new(graph, outputs);
        for index in 0..graph.nodes().len() {
            planner.compute(Value(index as u32));
        }
        let mut plan = planner.plan;
        let operand = |value| match graph.number(value) {
            Some(x) => Operand::Number(x),
            None => Operand::Row(planner.rows[&value]),
        };
        plan.stores = outputs.columns.iter().map(|&(column, value)| (column, operand(value))).collect();
        plan.exceptions = outputs.exceptions.iter().map(|&value| operand(value)).collect();
        plan.membrane = outputs.membrane.iter().map(|&(current, slope)| (operand(current), operand(slope))).collect();
        plan
    }
}

impl Plan {
    /// The columns that are loaded into rows.
    pub(super) fn inputs(&self) -> impl Iterator<Item = u32> {
        self.steps.iter().filter_map(|step| match step {
            Step::Load { input: Input::Column(column), .. } => Some(*column),
            _ => None,
        })
    }

    /// The numbers of the tables that it uses.
    pub(super) fn tables(&self) -> impl Iterator<Item = u32> {
        self.steps.iter().filter_map(|step| match step {
            Step::TablePosition { table, .. } | Step::LeftByTable { table, .. } => Some(*table),
            _ => None,
        })
    }

    /// True if it is machine code alone, after the intervals of the voltages are found.
    pub(super) fn is_code(&self) -> bool {
        let is_code = |step: &Step| matches!(step, Step::Locate { .. } | Step::Code { .. });
        let has_results = !self.membrane.is_empty() || !self.exceptions.is_empty();
        self.numbers.is_empty() && !has_results && self.steps.iter().all(is_code)
    }

    /// Number of instances of `count` that are computed at a time, at least one: so few that their rows stay in the
    /// first-level cache.
    pub(super) fn batch(&self, count: usize) -> usize {
        /// Numbers of all rows, half of the cache.
        const NUMBERS: usize = 3072;
        /// For fewer instances, calls take longer than the computation.
        const LEAST: usize = 128;
        match count {
            0..=LEAST => LEAST,
            _ => (NUMBERS / self.rows.max(1) / LEAST * LEAST).clamp(LEAST, ROW),
        }
    }

    /// The row of a value among those known. A constant gets a row that keeps it in all lanes: steps write only to rows that
    /// are new when the step is planned, so that it is never a free one.
    pub(super) fn row_of(&mut self, graph: &Graph, known: &mut HashMap<Value, RowId>, value: Value) -> RowId {
        *known.entry(value).or_insert_with(|| {
            self.rows += 1;
            let row = self.rows as RowId - 1;
            self.numbers.push((row, graph.number(value).unwrap_or(f64::NAN)));
            row
        })
    }
}

struct Planner<'a> {
    graph: &'a Graph,
    /// By value: the number of the last value that uses it; 0 if none does. Results are used after all values.
    last_use: Vec<usize>,
    rows: HashMap<Value, RowId>,
    free: Vec<RowId>,
    /// The functions of each interpolant that are used.
    interpolated: BTreeMap<u32, Vec<(usize, Value)>>,
    /// The rows with the places and intervals of the voltages.
    located: Option<(RowId, RowId)>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn new(graph: &'a Graph, outputs: &Outputs) -> Self {
        let count = graph.nodes().len();
        let mut last_use = vec![0; count];
        for value in outputs.values() {
            last_use[value.index()] = count;
        }
        for index in (0..count).rev() {
            if last_use[index] > 0 {
                visit_used(graph, Value(index as u32), |used| {
                    last_use[used.index()] = last_use[used.index()].max(index);
                });
            }
        }
        let mut interpolated: BTreeMap<u32, Vec<(usize, Value)>> = BTreeMap::new();
        for (node, number) in graph.nodes().iter().zip(0..) {
            if let Node::Interpolated { interpolant, function, .. } = node
                && last_use[number as usize] > 0
            {
                interpolated.entry(*interpolant).or_default().push((*function as usize, Value(number)));
            }
        }
        let (rows, free, located, plan) = (HashMap::new(), Vec::new(), None, Plan::default());
        Self { graph, last_use, rows, free, interpolated, located, plan }
    }

    fn new_row(&mut self) -> RowId {
        self.free.pop().unwrap_or_else(|| {
            self.plan.rows += 1;
            self.plan.rows as RowId - 1
        })
    }

    fn row(&mut self, value: Value) -> RowId {
        self.plan.row_of(self.graph, &mut self.rows, value)
    }

    fn compute(&mut self, value: Value) {
        let graph = self.graph;
        let node = graph.node(value);
        if self.last_use[value.index()] == 0 || matches!(node, Node::Constant(_)) {
            return;
        }
        if let Node::Interpolated { interpolant, .. } = node {
            return self.interpolate(*interpolant);
        }
        let Some(mut step) = step_of(graph, value, &mut |used| self.row(used)) else { return };
        // A step may write to the row of an operand that is not used later: its result goes to a spare row first.
        visit_used(graph, value, |used| {
            if self.last_use[used.index()] == value.index()
                && graph.number(used).is_none()
                && let Some(row) = self.rows.remove(&used)
            {
                self.free.push(row);
            }
        });
        let row = self.new_row();
        if let Some(to) = step.to() {
            *to = row;
        }
        self.rows.insert(value, row);
        self.plan.steps.push(step);
    }

    /// Computes all functions of an interpolant with the first of them.
    fn interpolate(&mut self, interpolant: u32) {
        let Some(functions) = self.interpolated.remove(&interpolant) else { return };
        let (places, intervals) = match self.located {
            Some(rows) => rows,
            None => {
                let (places, intervals) = (self.new_row(), self.new_row());
                self.plan.steps.push(Step::Locate { places, intervals });
                *self.located.insert((places, intervals))
            }
        };
        let to: [RowId; FUNCTIONS] = std::array::from_fn(|_| self.new_row());
        for (function, row) in to.into_iter().enumerate() {
            match functions.iter().find(|(own, _)| *own == function) {
                Some(&(_, value)) => {
                    self.rows.insert(value, row);
                }
                None => self.free.push(row),
            }
        }
        self.plan.steps.push(Step::Interpolate { to, interpolant, places, intervals });
    }
}

/// The step that computes a value of its own, without the row of its result; `row` gives the rows of operands.
pub(super) fn step_of(graph: &Graph, value: Value, row: &mut dyn FnMut(Value) -> RowId) -> Option<Step> {
    let operand = |value: Value, row: &mut dyn FnMut(Value) -> RowId| match graph.number(value) {
        Some(x) => Operand::Number(x),
        None => Operand::Row(row(value)),
    };
    let arguments = |values: &[Value], row: &mut dyn FnMut(Value) -> RowId| {
        let mut rows = [0; MOST_ARGUMENTS];
        for (to, &value) in rows.iter_mut().zip(values) {
            *to = row(value);
        }
        rows
    };
    Some(match graph.node(value) {
        Node::Constant(_) | Node::Interpolated { .. } => return None,
        Node::Input(input) => Step::Load { to: 0, input: *input },
        Node::Unary(function, x) => Step::Unary { to: 0, function: *function, x: row(*x) },
        Node::Binary(function, x, y) => {
            Step::Binary { to: 0, function: *function, x: operand(*x, row), y: operand(*y, row) }
        }
        Node::Select { condition, then, otherwise } => {
            let (then, otherwise) = (row(*then), row(*otherwise));
            match *graph.node(*condition) {
                Node::Binary(comparison, x, y) if comparison.is_comparison() => {
                    Step::Choose { to: 0, comparison, x: row(x), y: row(y), then, otherwise }
                }
                _ => Step::Select { to: 0, condition: row(*condition), then, otherwise },
            }
        }
        Node::Function(function, values) => {
            Step::Function { to: 0, function: *function, arguments: arguments(values, row) }
        }
        Node::TablePosition { table, x } => Step::TablePosition { to: 0, table: *table, x: row(*x) },
        Node::Tabulated { table, output, at } => {
            Step::Tabulated { to: 0, table: *table, output: *output, at: row(*at) }
        }
        Node::LeftByTable { table, number } => Step::LeftByTable { to: 0, table: *table, number: *number },
        Node::FunctionTable { table, arguments: values } => {
            Step::FunctionTable { to: 0, table: *table, arguments: arguments(values, row), count: values.len() }
        }
    })
}

/// Calls `visit` for the values that the step of a value uses: the operands, or those of the comparison that decides.
pub(super) fn visit_used(graph: &Graph, value: Value, mut visit: impl FnMut(Value)) {
    match *graph.node(value) {
        Node::Select { condition, then, otherwise } => {
            [then, otherwise].into_iter().for_each(&mut visit);
            match *graph.node(condition) {
                Node::Binary(comparison, x, y) if comparison.is_comparison() => [x, y].into_iter().for_each(visit),
                _ => visit(condition),
            }
        }
        ref node => node.operands(visit),
    }
}

impl Step {
    /// The row of the result of a step that has one.
    pub(super) fn to(&mut self) -> Option<&mut RowId> {
        match self {
            Self::Locate { .. } | Self::Interpolate { .. } | Self::Code { .. } => None,
            Self::Load { to, .. }
            | Self::Unary { to, .. }
            | Self::Binary { to, .. }
            | Self::Choose { to, .. }
            | Self::Select { to, .. }
            | Self::Function { to, .. }
            | Self::TablePosition { to, .. }
            | Self::Tabulated { to, .. }
            | Self::LeftByTable { to, .. }
            | Self::FunctionTable { to, .. } => Some(to),
        }
    }
}
