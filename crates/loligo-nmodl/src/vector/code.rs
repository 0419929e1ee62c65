//! Machine code within a plan: a function, and the places of its numbers.

use std::collections::BTreeMap;

use loligo_machine_code::{
    Binary as CodeBinary, CodeError, Comparison, Function, InstructionSet, Operation, Program, Streams,
    Unary as CodeUnary, Value as CodeValue,
};
use loligo_mechanisms::{ColumnMut, Instances, Membrane, ROW, Row};

use super::graph::{Graph, Input, Node, Value};
use super::plan::RowId;
use super::row;
use super::run::store;
use crate::program::{Binary, Unary};

/// The numbers of a stream, in the order of the streams of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Source {
    /// A column of the instances.
    Column(u32),
    /// A row of the working memory.
    Row(RowId),
    /// The voltages, mV.
    Voltage,
    /// The right-hand sides of the membrane's equations.
    RightSide,
    /// Their diagonal elements.
    Diagonal,
}

/// Operations of a plan as machine code.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    function: Function,
    /// The columns that it uses in ascending order; `true` for those that it changes.
    columns: Vec<(u32, bool)>,
    /// The rows, likewise.
    rows: Vec<(RowId, bool)>,
    reads_voltage: bool,
    changes_membrane: bool,
}

/// `true` if an operation is one of machine code: arithmetic, comparisons and choices.
pub(super) fn is_arithmetic(node: &Node) -> bool {
    match node {
        Node::Unary(function, _) => matches!(
            function,
            Unary::Negative | Unary::Not | Unary::IsTrue | Unary::Sqrt | Unary::Abs | Unary::Floor | Unary::Ceil
        ),
        Node::Binary(function, ..) => {
            !matches!(function, Binary::Power | Binary::Remainder | Binary::Atan2)
        }
        Node::Select { .. } => true,
        _ => false,
    }
}

/// Writes the program of a piece of machine code.
pub(super) struct CodeWriter<'a> {
    graph: &'a Graph,
    operations: Vec<Operation>,
    /// Loads have the number of their source instead of that of a stream until all sources are known.
    sources: Vec<Source>,
    loads: BTreeMap<Source, CodeValue>,
    values: BTreeMap<Value, CodeValue>,
    stores: Vec<(Source, CodeValue)>,
}

impl<'a> CodeWriter<'a> {
    pub(super) fn new(graph: &'a Graph) -> Self {
        let (operations, sources, loads) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { graph, operations, sources, loads, values: BTreeMap::new(), stores: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.stores.is_empty()
    }

    fn push(&mut self, operation: Operation) -> CodeValue {
        self.operations.push(operation);
        CodeValue(self.operations.len() as u32 - 1)
    }

    fn number(&mut self, x: f64) -> CodeValue {
        self.push(Operation::Constant(x.to_bits()))
    }

    fn load(&mut self, source: Source) -> CodeValue {
        if let Some(&known) = self.loads.get(&source) {
            return known;
        }
        self.sources.push(source);
        let value = self.push(Operation::Load(self.sources.len() as u32 - 1));
        self.loads.insert(source, value);
        value
    }

    /// A value that is computed here, or else is a constant, an input, or in its row.
    fn value(&mut self, value: Value, row_of: &dyn Fn(Value) -> RowId) -> CodeValue {
        if let Some(&known) = self.values.get(&value) {
            return known;
        }
        let found = match *self.graph.node(value) {
            Node::Constant(bits) => self.push(Operation::Constant(bits)),
            Node::Input(Input::Column(column)) => self.load(Source::Column(column)),
            Node::Input(Input::Voltage) => self.load(Source::Voltage),
            _ => self.load(Source::Row(row_of(value))),
        };
        self.values.insert(value, found);
        found
    }

    /// Computes an [arithmetic](is_arithmetic) value.
    pub(super) fn compute(&mut self, value: Value, row_of: &dyn Fn(Value) -> RowId) {
        let computed = match *self.graph.node(value) {
            Node::Unary(function, x) => {
                let x = self.value(x, row_of);
                let simple = |function| Operation::Unary(function, x);
                let operation = match function {
                    Unary::Negative => simple(CodeUnary::Negative),
                    Unary::Sqrt => simple(CodeUnary::SquareRoot),
                    Unary::Abs => simple(CodeUnary::Absolute),
                    Unary::Floor => simple(CodeUnary::Floor),
                    Unary::Ceil => simple(CodeUnary::Ceil),
                    Unary::Not => self.truth(Comparison::Equal, x, None),
                    _ => self.truth(Comparison::NotEqual, x, None),
                };
                self.push(operation)
            }
            Node::Binary(function, x, y) => {
                let (x, y) = (self.value(x, row_of), self.value(y, row_of));
                let operation = match (arithmetic(function), comparison(function)) {
                    (Some(function), _) => Operation::Binary(function, x, y),
                    (None, comparison) => self.truth(comparison.unwrap_or(Comparison::NotEqual), x, Some(y)),
                };
                self.push(operation)
            }
            Node::Select { condition, then, otherwise } => {
                let compared = match *self.graph.node(condition) {
                    Node::Binary(function, x, y) => comparison(function).map(|comparison| (comparison, x, y)),
                    _ => None,
                };
                let (comparison, x, y) = match compared {
                    Some((comparison, x, y)) => (comparison, self.value(x, row_of), self.value(y, row_of)),
                    None => (Comparison::NotEqual, self.value(condition, row_of), self.number(0.0)),
                };
                let (then, otherwise) = (self.value(then, row_of), self.value(otherwise, row_of));
                self.push(Operation::Select { comparison, x, y, then, otherwise })
            }
            _ => return,
        };
        self.values.insert(value, computed);
    }

    /// 1 if a comparison with `y`, or with 0, is true, else 0.
    fn truth(&mut self, comparison: Comparison, x: CodeValue, y: Option<CodeValue>) -> Operation {
        let (zero, one) = (self.number(0.0), self.number(1.0));
        Operation::Select { comparison, x, y: y.unwrap_or(zero), then: one, otherwise: zero }
    }

    pub(super) fn store(&mut self, to: Source, value: Value, row_of: &dyn Fn(Value) -> RowId) {
        let value = self.value(value, row_of);
        self.stores.push((to, value));
    }

    /// Subtracts the current from the right-hand side, and adds its slope to the diagonal.
    pub(super) fn add_to_membrane(&mut self, current: Value, slope: Value, row_of: &dyn Fn(Value) -> RowId) {
        let changes = [
            (Source::RightSide, CodeBinary::Subtract, current),
            (Source::Diagonal, CodeBinary::Add, slope),
        ];
        for (source, function, value) in changes {
            let (old, value) = (self.load(source), self.value(value, row_of));
            let new = self.push(Operation::Binary(function, old, value));
            self.stores.push((source, new));
        }
    }

    /// Stores 1 where one of the values is not 0, else 0.
    pub(super) fn store_any(&mut self, to: Source, values: &[Value], row_of: &dyn Fn(Value) -> RowId) {
        let (zero, one) = (self.number(0.0), self.number(1.0));
        let mut any = zero;
        for &value in values {
            let x = self.value(value, row_of);
            any = self.push(Operation::Select {
                comparison: Comparison::NotEqual,
                x,
                y: zero,
                then: one,
                otherwise: any,
            });
        }
        self.stores.push((to, any));
    }

    /// Translates the program.
    pub(super) fn finish(self, set: InstructionSet) -> Result<Code, CodeError> {
        let Self { mut operations, sources: mut loaded, stores, .. } = self;
        let order = {
            let mut all: Vec<Source> = loaded.iter().chain(stores.iter().map(|(source, _)| source)).copied().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let stream = |source: Source| order.partition_point(|&other| other < source) as u32;
        for operation in &mut operations {
            if let Operation::Load(number) = operation {
                *number = stream(loaded[*number as usize]);
            }
        }
        loaded.clear();
        let is_changed = |source: Source| stores.iter().any(|&(changed, _)| changed == source);
        let (mut columns, mut rows, mut reads_voltage, mut changes_membrane) = (Vec::new(), Vec::new(), false, false);
        for &source in &order {
            match source {
                Source::Column(column) => columns.push((column, is_changed(source))),
                Source::Row(row) => rows.push((row, is_changed(source))),
                Source::Voltage => reads_voltage = true,
                Source::RightSide | Source::Diagonal => changes_membrane = true,
            }
        }
        let stores = stores.iter().map(|&(source, value)| (stream(source), value)).collect();
        let program = Program::new(order.len() as u32, operations, stores)?;
        Ok(Code { function: Function::of(&program, set)?, columns, rows, reads_voltage, changes_membrane })
    }
}

fn arithmetic(function: Binary) -> Option<CodeBinary> {
    match function {
        Binary::Add => Some(CodeBinary::Add),
        Binary::Subtract => Some(CodeBinary::Subtract),
        Binary::Multiply => Some(CodeBinary::Multiply),
        Binary::Divide => Some(CodeBinary::Divide),
        _ => None,
    }
}

fn comparison(function: Binary) -> Option<Comparison> {
    match function {
        Binary::Less => Some(Comparison::Less),
        Binary::LessOrEqual => Some(Comparison::LessOrEqual),
        Binary::Greater => Some(Comparison::Greater),
        Binary::GreaterOrEqual => Some(Comparison::GreaterOrEqual),
        Binary::Equal => Some(Comparison::Equal),
        Binary::NotEqual => Some(Comparison::NotEqual),
        _ => None,
    }
}

/// Voltages of artificial cells.
static NO_VOLTAGE: [f64; ROW] = [f64::NAN; ROW];

impl Code {
    /// Rows that it needs in addition to those of the plan: one for each column.
    pub(super) fn spare_rows(&self) -> usize {
        self.columns.len()
    }

    /// Computes some instances, which fit into a row. Columns that are not stored for each instance are computed in
    /// `spare`, a row for each column.
    pub(super) fn run(
        &self,
        instances: &mut Instances<'_>,
        v: &[f64],
        membrane: Option<Membrane<'_>>,
        rows: &mut [Box<Row>],
        spare: &mut [Box<Row>],
    ) {
        let count = instances.len();
        let mut streams = Streams::default();
        // One bit for each column that is changed in its spare row.
        let mut spared = 0_u128;
        let (mut columns, mut next) = (instances.columns_mut(), 0);
        for ((&(column, is_changed), spare), place) in self.columns.iter().zip(spare.iter_mut()).zip(0..) {
            let number = match columns.nth((column - next) as usize) {
                Some(ColumnMut::Each(values)) => {
                    streams.write(values);
                    next = column + 1;
                    continue;
                }
                Some(ColumnMut::Same(x)) => x,
                _ => 0.0,
            };
            next = column + 1;
            spared |= u128::from(is_changed) << place;
            spare.0[..count].fill(number);
            streams.write(&mut spare.0);
        }
        let (mut all, mut next) = (rows.iter_mut(), 0);
        for &(row, _) in &self.rows {
            if let Some(row) = all.nth((row - next) as usize) {
                streams.write(&mut row.0);
            }
            next = row + 1;
        }
        if self.reads_voltage {
            streams.read(if v.len() < count { &NO_VOLTAGE } else { v });
        }
        if let (true, Some(Membrane { rhs, diagonal })) = (self.changes_membrane, membrane) {
            streams.write(rhs);
            streams.write(diagonal);
        }
        self.function.run(streams, count).expect("the streams are those that the program was made for");
        if spared != 0 {
            self.store_spared(spared, instances, spare);
        }
    }

    /// Stores the columns that were changed in their spare rows.
    #[inline(never)]
    fn store_spared(&self, spared: u128, instances: &mut Instances<'_>, spare: &[Box<Row>]) {
        for ((&(column, _), spare), place) in self.columns.iter().zip(spare).zip(0..) {
            if spared & (1 << place) != 0 {
                store(instances, column as usize, row::Source::Row(spare));
            }
        }
    }
}
