//! Machine code within a plan: a function, and the places of its numbers.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use loligo_machine_code::{
    Binary as CodeBinary, CodeError, Comparison, Function, InstructionSet, Operation, Program, Streams,
    Unary as CodeUnary, Value as CodeValue,
};
use loligo_mechanisms::math::{Interpolant, exp, exp_m1, log};
use loligo_mechanisms::{ColumnMut, ColumnView, Instances, Membrane, Numerics, OpenColumns, ROW, Row};

use super::by_bits::ByBits;
use super::formula::Formula;
use super::graph::{Graph, Input, Node, Value};
use super::members::{Bound, Given, Members, place};
use super::row::{self, RowId};
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
    program: Program,
    set: InstructionSet,
    function: Function,
    /// Functions for columns of which some, with one bit each, have one number for all instances.
    variants: ByBits<Function>,
    /// For each mechanism the columns that it uses, in ascending order.
    columns: Vec<Vec<usize>>,
    /// One bit for each of these columns that it changes.
    changed: u128,
    /// The rows that it uses, in ascending order.
    rows: Vec<RowId>,
    reads_voltage: bool,
    changes_membrane: bool,
}

/// `true` if an operation is one of machine code: arithmetic, comparisons, choices and polynomials, and in `Fast` the
/// elementary functions.
pub(super) fn is_arithmetic(node: &Node, numerics: Numerics) -> bool {
    match node {
        Node::Unary(Unary::Exp | Unary::ExpM1 | Unary::Log, _) => numerics == Numerics::Fast,
        Node::Unary(function, _) => matches!(
            function,
            Unary::Negative | Unary::Not | Unary::IsTrue | Unary::Sqrt | Unary::Abs | Unary::Floor | Unary::Ceil
        ),
        Node::Binary(function, ..) => !matches!(function, Binary::Power | Binary::Remainder | Binary::Atan2),
        Node::Select { .. } | Node::Interpolated { .. } => true,
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
    /// The rows with the positions of the voltages in their intervals, and with the intervals.
    located: Option<(RowId, RowId)>,
    stores: Vec<(Source, CodeValue)>,
}

impl<'a> CodeWriter<'a> {
    pub(super) fn new(graph: &'a Graph, located: Option<(RowId, RowId)>) -> Self {
        let (operations, sources, loads) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { graph, operations, sources, loads, values: BTreeMap::new(), located, stores: Vec::new() }
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
                    Unary::Exp => return self.by_formula(value, x, |x| exp(x)),
                    Unary::ExpM1 => return self.by_formula(value, x, |x| exp_m1(x)),
                    Unary::Log => return self.by_formula(value, x, |x| log(x)),
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
            Node::Interpolated { interpolant: table, function, of, .. } => {
                let Some((position, interval)) = self.located else { return };
                let (position, interval) = (self.load(Source::Row(position)), self.load(Source::Row(interval)));
                self.push(Operation::Polynomial { table, function, of, position, interval })
            }
            _ => return,
        };
        self.values.insert(value, computed);
    }

    /// Computes an elementary function by its formula.
    fn by_formula(&mut self, value: Value, x: CodeValue, function: impl Fn(Formula<'_>) -> Formula<'_>) {
        let operations = RefCell::new(std::mem::take(&mut self.operations));
        let result = function(Formula::new(&operations, x)).value();
        self.operations = operations.into_inner();
        self.values.insert(value, result);
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

    /// Subtracts currents from the right-hand side, one after the other, and adds their slopes to the diagonal.
    pub(super) fn add_to_membrane(&mut self, currents: &[(Value, Value)], row_of: &dyn Fn(Value) -> RowId) {
        if currents.is_empty() {
            return;
        }
        let (mut rhs, mut diagonal) = (self.load(Source::RightSide), self.load(Source::Diagonal));
        for &(current, slope) in currents {
            let (current, slope) = (self.value(current, row_of), self.value(slope, row_of));
            rhs = self.push(Operation::Binary(CodeBinary::Subtract, rhs, current));
            diagonal = self.push(Operation::Binary(CodeBinary::Add, diagonal, slope));
        }
        self.stores.extend([(Source::RightSide, rhs), (Source::Diagonal, diagonal)]);
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

    /// Translates the program; `first_columns` has the number of each mechanism's first column.
    pub(super) fn finish(self, first_columns: &[u32], set: InstructionSet) -> Result<Code, CodeError> {
        let Self { mut operations, sources: loaded, stores, .. } = self;
        let mut order: Vec<Source> = loaded.iter().chain(stores.iter().map(|(source, _)| source)).copied().collect();
        order.sort_unstable();
        order.dedup();
        let stream = |source: Source| order.partition_point(|&other| other < source) as u32;
        for operation in &mut operations {
            if let Operation::Load(number) = operation {
                *number = stream(loaded[*number as usize]);
            }
        }
        let is_changed = |source: Source| stores.iter().any(|&(changed, _)| changed == source);
        // Columns are the first streams.
        let first = order.iter().take(u128::BITS as usize).enumerate();
        let changed = first.fold(0, |bits, (place, &source)| bits | u128::from(is_changed(source)) << place);
        let mut columns = vec![Vec::new(); first_columns.len()];
        let (mut rows, mut reads_voltage, mut changes_membrane) = (Vec::new(), false, false);
        for &source in &order {
            match source {
                Source::Column(column) => {
                    let (member, column) = place(first_columns, column);
                    columns[member].push(column);
                }
                Source::Row(row) => rows.push(row),
                Source::Voltage => reads_voltage = true,
                Source::RightSide | Source::Diagonal => changes_membrane = true,
            }
        }
        let stores = stores.iter().map(|&(source, value)| (stream(source), value)).collect();
        let program = Program::new(order.len() as u32, operations, stores)?;
        let (function, variants) = (Function::of(&program, set)?, ByBits::default());
        Ok(Code { program, set, function, variants, columns, changed, rows, reads_voltage, changes_membrane })
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
        self.columns.iter().map(Vec::len).sum()
    }

    /// The columns that it uses, each as the index of its mechanism and its number there; `true` for those that it changes.
    pub(super) fn columns(&self) -> impl Iterator<Item = ((usize, usize), bool)> {
        let columns = self.columns.iter().enumerate();
        let columns = columns.flat_map(|(member, columns)| columns.iter().map(move |&column| (member, column)));
        columns.enumerate().map(|(place, column)| (column, self.changed & (1 << place) != 0))
    }

    /// The function for columns of which some have one number for all instances: one bit for each of these, of which none is
    /// [changed](Self::columns).
    fn function(&self, numbers: u128) -> Option<&Function> {
        let make = || Function::of(&self.program.with_numbers(numbers).ok()?, self.set).ok();
        match numbers {
            0 => Some(&self.function),
            _ => self.variants.get(numbers, usize::MAX, make),
        }
    }

    /// True if it can be run with columns that were found before: all are stored, and those with one number for all instances
    /// are not changed.
    pub(super) fn can_be_bound<'c>(&self, column: impl Fn((usize, usize)) -> ColumnView<'c>) -> bool {
        let mut numbers = 0;
        for (place, (of, is_changed)) in self.columns().enumerate() {
            match column(of) {
                ColumnView::Each(_) => {}
                ColumnView::Same(_) if !is_changed => numbers |= 1 << place,
                ColumnView::Same(_) | ColumnView::Discarded => return false,
            }
        }
        self.function(numbers).is_some()
    }

    /// Computes some instances, which fit into a row. Columns that are not stored for each instance are computed in
    /// `spare`, a row for each column. `list` is the code's own list of streams, if they are bound.
    #[inline(always)]
    pub(super) fn run(
        &self,
        (members, range, list): (&mut Members<'_, '_>, Range<usize>, usize),
        surroundings: Surroundings<'_>,
        spare: &mut [Box<Row>],
    ) {
        match members {
            Members::Bound(Bound { columns, .. }) => self.run_bound((columns, range, list), surroundings),
            Members::Given(Given { all, .. }) => {
                let columns = all.iter_mut().zip(&self.columns).flat_map(|(instances, columns)| {
                    let (mut all, mut next) = (instances.columns_mut(range.clone()), 0);
                    columns.iter().map(move |&column| {
                        let view = all.nth(column - next);
                        next = column + 1;
                        view.unwrap_or(ColumnMut::Discarded)
                    })
                });
                let mut streams = Streams::default();
                // One bit for each column that is computed in its spare row.
                let mut spared = 0_u128;
                for ((column, spare), place) in columns.zip(spare.iter_mut()).zip(0..) {
                    let number = match column {
                        ColumnMut::Each(values) => {
                            streams.write(values);
                            continue;
                        }
                        ColumnMut::Same(x) => x,
                        ColumnMut::Discarded => 0.0,
                    };
                    spared |= 1 << place;
                    spare.0[..range.len()].fill(number);
                    streams.write(&mut spare.0);
                }
                self.run_on(&mut streams, (range.len(), &self.function), surroundings);
                if spared & self.changed != 0 {
                    self.store_spared(spared & self.changed, (all, range), spare);
                }
            }
        }
    }

    /// Computes some instances of columns that were found before.
    #[inline(always)]
    pub(super) fn run_bound(
        &self,
        (columns, range, list): (&mut OpenColumns<'_>, Range<usize>, usize),
        surroundings: Surroundings<'_>,
    ) {
        let function = self.function(columns.numbers(list)).expect("it was made when the columns were found");
        let mut streams = Streams::default();
        columns.add_to(&mut streams, list, range.start);
        self.run_on(&mut streams, (range.len(), function), surroundings);
    }

    /// Computes `count` instances by a function; the first streams are the columns.
    #[inline(always)]
    fn run_on<'c>(
        &self,
        streams: &mut Streams<'c>,
        (count, function): (usize, &Function),
        Surroundings { v, membrane, rows, interpolants }: Surroundings<'c>,
    ) {
        let (mut all, mut next) = (rows.iter_mut(), 0);
        for &row in &self.rows {
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
        interpolants.iter().take(function.tables()).for_each(|table| streams.table(table.coefficients()));
        function.run(streams, count).expect("the streams are those that the program was made for");
    }

    /// Stores the columns that were changed in their spare rows.
    #[inline(never)]
    fn store_spared(&self, spared: u128, (members, range): (&mut [Instances<'_>], Range<usize>), spare: &[Box<Row>]) {
        for (((member, column), _), (place, spare)) in self.columns().zip(spare.iter().enumerate()) {
            if spared & (1 << place) != 0 {
                let mut one = Given { all: std::slice::from_mut(&mut members[member]), first_columns: &[0] };
                one.store(column as u32, range.clone(), (row::Source::Row(spare), 0));
            }
        }
    }
}

/// The numbers that a piece of machine code uses, other than columns.
pub(super) struct Surroundings<'a> {
    /// mV.
    pub(super) v: &'a [f64],
    pub(super) membrane: Option<Membrane<'a>>,
    /// The rows of its plan.
    pub(super) rows: &'a mut [Box<Row>],
    /// The polynomials of its plan.
    pub(super) interpolants: &'a [Interpolant],
}
