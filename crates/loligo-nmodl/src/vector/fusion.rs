//! Plans in which the arithmetic between functions of the library is machine code.
//!
//! A value's stage is the number of functions on the longest way to it: the arithmetic of a stage is one piece of code, and
//! follows the functions of its stage. Arithmetic that no function needs waits for the last stage, where results go to
//! their columns without a row between.

use std::collections::{BTreeSet, HashMap};

use loligo_machine_code::{CodeError, InstructionSet};
use loligo_mechanisms::Numerics;

use super::code::{CodeWriter, Source, is_arithmetic};
use super::graph::{Graph, Input, Node, Value};
use super::plan::{Operand, Outputs, Plan, Step, step_of, visit_used};
use super::row::RowId;

/// The plan of a computation with machine code; `first_columns`: the number of each mechanism's first column.
pub(super) fn fused(
    graph: &Graph,
    outputs: &Outputs,
    first_columns: &[u32],
    (numerics, set): (Numerics, InstructionSet),
) -> Result<Plan, CodeError> {
    Fusion::new(graph, outputs, numerics).plan(outputs, (first_columns, set))
}

/// The part of a plan that computes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A number, or an input that code reads itself.
    Given,
    Arithmetic,
    /// A step of its own.
    Function,
}

struct Fusion<'a> {
    graph: &'a Graph,
    kinds: Vec<Kind>,
    /// By value: the stage in which it is computed.
    stages: Vec<usize>,
    last_stage: usize,
    is_used: Vec<bool>,
    /// By value: the last moment at which its row is read, if it needs a row.
    read_until: Vec<Option<usize>>,
    rows: HashMap<Value, RowId>,
    plan: Plan,
    /// The rows with the places and intervals of the voltages.
    located: Option<(RowId, RowId)>,
    /// Rows that are free from a moment on.
    free: Vec<(usize, RowId)>,
}

/// The moment of the functions of a stage; its arithmetic is one moment later.
fn moment(stage: usize) -> usize {
    2 * stage
}

impl<'a> Fusion<'a> {
    fn new(graph: &'a Graph, outputs: &Outputs, numerics: Numerics) -> Self {
        let nodes = graph.nodes();
        let mut is_used = vec![false; nodes.len()];
        for value in outputs.values() {
            is_used[value.index()] = true;
        }
        for index in (0..nodes.len()).rev() {
            if is_used[index] {
                visit_used(graph, Value(index as u32), |used| is_used[used.index()] = true);
            }
        }
        let kind = |node: &Node| match node {
            Node::Constant(_) | Node::Input(Input::Column(_) | Input::Voltage) => Kind::Given,
            node if is_arithmetic(node, numerics) => Kind::Arithmetic,
            _ => Kind::Function,
        };
        let kinds: Vec<Kind> = nodes.iter().map(kind).collect();
        let mut stages = vec![0; nodes.len()];
        for index in 0..nodes.len() {
            let mut stage = 0;
            visit_used(graph, Value(index as u32), |used| stage = stage.max(stages[used.index()]));
            let is_late = kinds[index] == Kind::Function && !matches!(nodes[index], Node::Input(_));
            stages[index] = stage + usize::from(is_late);
        }
        let used_stages = stages.iter().zip(&is_used).filter_map(|(&stage, is_used)| is_used.then_some(stage));
        let last_stage = used_stages.max().unwrap_or(0);
        let earliest = stages.clone();
        let mut is_needed_early = vec![false; nodes.len()];
        for index in (0..nodes.len()).rev() {
            let is_early = is_used[index] && (kinds[index] == Kind::Function || is_needed_early[index]);
            if is_early {
                visit_used(graph, Value(index as u32), |used| is_needed_early[used.index()] = true);
            }
            if kinds[index] == Kind::Arithmetic && !is_needed_early[index] {
                stages[index] = last_stage;
            }
        }
        // All functions of an interpolant are computed together: another computation takes longer than rows for them.
        let interpolant = |index: usize| match nodes[index] {
            Node::Interpolated { interpolant, .. } if is_used[index] => Some(interpolant),
            _ => None,
        };
        let early: BTreeSet<u32> =
            (0..nodes.len()).filter(|&index| stages[index] < last_stage).filter_map(interpolant).collect();
        for index in 0..nodes.len() {
            if interpolant(index).is_some_and(|interpolant| early.contains(&interpolant)) {
                stages[index] = earliest[index];
            }
        }
        let read_until = vec![None; nodes.len()];
        let (rows, plan, free) = (HashMap::new(), Plan::default(), Vec::new());
        Self { graph, kinds, stages, last_stage, is_used, read_until, rows, plan, located: None, free }
    }

    /// The moment at which a value is computed or used by its computation.
    fn moment_of(&self, index: usize) -> usize {
        moment(self.stages[index]) + usize::from(self.kinds[index] == Kind::Arithmetic)
    }

    fn read(&mut self, value: Value, until: usize) {
        let last = &mut self.read_until[value.index()];
        *last = (*last).max(Some(until));
    }

    /// Finds the values that need a row: those that functions use, and those that another piece of code uses.
    fn find_rows(&mut self, outputs: &Outputs, are_direct: bool) {
        for index in 0..self.graph.nodes().len() {
            if !self.is_used[index] {
                continue;
            }
            let user = self.moment_of(index);
            let mut read = Vec::new();
            visit_used(self.graph, Value(index as u32), |used| read.push(used));
            for used in read {
                let is_here = self.kinds[used.index()] != Kind::Function && self.moment_of(used.index()) == user;
                let is_needed = match self.kinds[index] {
                    Kind::Function => !matches!(self.graph.node(used), Node::Constant(_)),
                    _ => self.kinds[used.index()] != Kind::Given && !is_here,
                };
                if is_needed {
                    self.read(used, user);
                }
            }
        }
        let end = moment(self.last_stage) + 1;
        let is_in_last_code = |fusion: &Self, value: Value| match fusion.kinds[value.index()] {
            Kind::Given => true,
            Kind::Arithmetic => fusion.stages[value.index()] == fusion.last_stage,
            Kind::Function => false,
        };
        for value in outputs.results() {
            match are_direct {
                true if is_in_last_code(self, value) => {}
                true => self.read(value, end),
                false if self.graph.number(value).is_some() => {}
                false => self.read(value, usize::MAX),
            }
        }
        for &value in &outputs.exceptions {
            if !is_in_last_code(self, value) {
                self.read(value, end);
            }
        }
    }

    fn new_row(&mut self, now: usize, until: usize) -> RowId {
        let free = self.free.iter().position(|&(from, _)| from <= now);
        let row = match free {
            Some(index) => self.free.swap_remove(index).1,
            None => {
                self.plan.rows += 1;
                self.plan.rows as RowId - 1
            }
        };
        if until < usize::MAX {
            self.free.push((until + 1, row));
        }
        row
    }

    fn row(&mut self, value: Value) -> RowId {
        self.plan.row_of(self.graph, &mut self.rows, value)
    }

    fn plan(mut self, outputs: &Outputs, target: (&[u32], InstructionSet)) -> Result<Plan, CodeError> {
        let are_direct = outputs.exceptions.is_empty();
        self.find_rows(outputs, are_direct);
        self.load_inputs();
        self.locate_voltages();
        for stage in 0..=self.last_stage {
            if stage > 0 {
                self.add_functions(stage);
            }
            self.add_code(stage, outputs, target)?;
        }
        let operand = |value| match self.graph.number(value) {
            Some(x) => Operand::Number(x),
            None => Operand::Row(self.rows[&value]),
        };
        let is_left = |value: Value| !are_direct || self.graph.number(value).is_some();
        let columns = outputs.columns.iter().filter(|(_, value)| is_left(*value));
        self.plan.stores = columns.map(|&(column, value)| (column, operand(value))).collect();
        if !are_direct {
            let membrane = outputs.membrane.iter().map(|&(current, slope)| (operand(current), operand(slope)));
            self.plan.membrane = membrane.collect();
        }
        let spare = self.plan.codes.iter().map(|code| code.spare_rows()).max();
        self.plan.spare_rows = spare.unwrap_or(0);
        Ok(self.plan)
    }

    /// Loads the inputs that functions use.
    fn load_inputs(&mut self) {
        for (node, index) in self.graph.nodes().iter().zip(0..) {
            if let (Node::Input(input), Some(until)) = (node, self.read_until[index]) {
                let to = self.new_row(0, until);
                self.rows.insert(Value(index as u32), to);
                self.plan.steps.push(Step::Load { to, input: *input });
            }
        }
    }

    /// Finds the intervals of the voltages before all code: a lane of a vector that was stored just before is fetched slowly.
    fn locate_voltages(&mut self) {
        let mut used = self.graph.nodes().iter().zip(&self.is_used).filter(|(_, is_used)| **is_used);
        if used.any(|(node, _)| matches!(node, Node::Interpolated { .. })) {
            let (places, intervals) = (self.new_row(0, usize::MAX), self.new_row(0, usize::MAX));
            self.plan.steps.push(Step::Locate { places, intervals });
            self.located = Some((places, intervals));
        }
    }

    /// Adds the steps of a stage's functions.
    fn add_functions(&mut self, stage: usize) {
        let now = moment(stage);
        for index in 0..self.graph.nodes().len() {
            let value = Value(index as u32);
            if !self.is_used[index] || self.kinds[index] != Kind::Function || self.stages[index] != stage {
                continue;
            }
            let Some(mut step) = step_of(self.graph, value, &mut |used| self.row(used)) else { continue };
            let row = self.new_row(now, self.read_until[index].unwrap_or(now));
            if let Some(to) = step.to() {
                *to = row;
            }
            self.rows.insert(value, row);
            self.plan.steps.push(step);
        }
    }

    /// Adds the arithmetic of a stage, and in the last one that of the results.
    fn add_code(
        &mut self,
        stage: usize,
        outputs: &Outputs,
        (first_columns, set): (&[u32], InstructionSet),
    ) -> Result<(), CodeError> {
        let now = moment(stage) + 1;
        let graph = self.graph;
        let here = |fusion: &Self, index: usize| {
            fusion.is_used[index] && fusion.kinds[index] == Kind::Arithmetic && fusion.stages[index] == stage
        };
        let computed: Vec<usize> = (0..graph.nodes().len()).filter(|&index| here(self, index)).collect();
        for &index in &computed {
            if let Some(until) = self.read_until[index] {
                let row = self.new_row(now, until);
                self.rows.insert(Value(index as u32), row);
            }
        }
        let is_last = stage == self.last_stage;
        let exceptions = match is_last && !outputs.exceptions.is_empty() {
            true => {
                self.plan.rows += 1;
                Some(self.plan.rows as RowId - 1)
            }
            false => None,
        };
        let row_of = |value: Value| self.rows[&value];
        let mut writer = CodeWriter::new(graph, self.located);
        for &index in &computed {
            let value = Value(index as u32);
            writer.compute(value, &row_of);
            if self.read_until[index].is_some() {
                writer.store(Source::Row(row_of(value)), value, &row_of);
            }
        }
        if is_last && outputs.exceptions.is_empty() {
            for &(column, value) in outputs.columns.iter().filter(|(_, value)| graph.number(*value).is_none()) {
                writer.store(Source::Column(column), value, &row_of);
            }
            writer.add_to_membrane(&outputs.membrane, &row_of);
        }
        if let Some(row) = exceptions {
            writer.store_any(Source::Row(row), &outputs.exceptions, &row_of);
            self.plan.exceptions.push(Operand::Row(row));
        }
        if !writer.is_empty() {
            let code = writer.finish(first_columns, set)?;
            self.plan.steps.push(Step::Code { number: self.plan.codes.len() });
            self.plan.codes.push(code);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Binary, Unary};

    /// Of two functions of one interpolant, an exponential needs the first one; only the last result needs the second one.
    #[test]
    fn functions_of_one_interpolant_are_computed_in_one_stage() {
        let mut graph = Graph::new(6.3);
        let x = graph.add(Node::Input(Input::Voltage));
        let [first, second] =
            [0, 1].map(|function| graph.add(Node::Interpolated { interpolant: 0, function, of: 8, x }));
        let other = graph.add(Node::Interpolated { interpolant: 1, function: 0, of: 8, x });
        let column = graph.add(Node::Input(Input::Column(0)));
        let product = graph.binary(Binary::Multiply, first, column);
        let exponential = graph.unary(Unary::Exp, product);
        let sum = graph.binary(Binary::Add, exponential, second);
        let result = graph.binary(Binary::Add, sum, other);
        let outputs = Outputs { columns: vec![(0, result)], ..Outputs::default() };
        let fusion = Fusion::new(&graph, &outputs, Numerics::Exact);
        let stages = [first, second, other, result].map(|value| fusion.stages[value.index()]);
        assert_eq!(stages, [0, 0, 1, 1]);
    }
}
