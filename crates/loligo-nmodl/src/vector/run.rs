//! Runs a plan for some instances.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use loligo_mechanisms::math::{FUNCTIONS, Interpolant, Math, Simd, VectorLoop, locate};
use loligo_mechanisms::{ColumnView, FunctionTable, Instances, Membrane, ROW, Row};

use super::code::Surroundings;
use super::graph::Input;
use super::members::{Given, Members};
use super::plan::{Operand, Plan, Step};
use super::row::{self, RowId, Source, Target};
use crate::interpreter::arithmetic;
use crate::interpreter::tables::Tabulation;
use crate::program::Function;

/// A plan with the instances that it is run for.
pub(super) struct Run<'a, 'b, M, P> {
    pub(super) plan: &'a Plan,
    /// The plan's polynomials.
    pub(super) interpolants: &'a [Interpolant],
    pub(super) members: Members<'a, 'b>,
    /// Voltages of the instances, mV; there are none for artificial cells.
    pub(super) v: &'a [f64],
    /// Time, ms.
    pub(super) t: f64,
    pub(super) membrane: Option<Membrane<'a>>,
    pub(super) memory: Memory<'a>,
    /// Computes the hook in the plain interpreter.
    pub(super) plain: P,
    pub(super) profile: PhantomData<M>,
}

/// Working memory and tables.
pub(super) struct Memory<'a> {
    /// The plan's rows, one more, and those that its machine code needs.
    pub(super) rows: &'a mut [Box<Row>],
    /// The tables that the plan uses, by their number.
    pub(super) tables: &'a [Option<Tabulation>],
    pub(super) function_tables: &'a [Arc<FunctionTable>],
    /// Temperature, degC.
    pub(super) celsius: f64,
}

impl<M: Math, P: FnMut(&[f64], Instances<'_>, Option<Membrane<'_>>)> VectorLoop for Run<'_, '_, M, P> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let count = self.members.len();
        let Memory { rows, tables, function_tables, celsius } = self.memory;
        let batch = self.plan.batch(count);
        for &(row, x) in &self.plan.numbers {
            rows[row as usize].0[..row::padded(count.min(batch))].fill(x);
        }
        // The result of a step goes to a row that no other step uses, which then takes the place of the step's row.
        let Some((rows, [spare, spare_of_code @ ..])) = rows.split_at_mut_checked(self.plan.rows) else { return };
        let mut next = 0;
        while next < count {
            let start = next;
            next += batch;
            let part = Part { start, count: (count - start).min(batch), v: self.v, t: self.t };
            let padded = row::padded(part.count);
            // Polynomials are computed for eight voltages at a time.
            let eights = part.count.next_multiple_of(8);
            for step in &self.plan.steps {
                match *step {
                    Step::Locate { places, intervals } => {
                        let (places, intervals) = two(rows, places, intervals);
                        locate_eights(part.of(self.v), &mut places.0, &mut intervals.0);
                    }
                    Step::Interpolate { to, interpolant, places, intervals } => {
                        let interpolant = &self.interpolants[interpolant as usize];
                        interpolate(simd, interpolant, rows, (places, intervals), to, eights);
                    }
                    Step::Code { number } => {
                        let lanes = start..start + part.count;
                        let (v, rows, interpolants) = (part.of(self.v), &mut *rows, self.interpolants);
                        let membrane = self.membrane.as_mut().map(|membrane| part_of(membrane, lanes.clone()));
                        let members = (&mut self.members, lanes, number);
                        let surroundings = Surroundings { v, membrane, rows, interpolants };
                        self.plan.codes[number].run(members, surroundings, &mut *spare_of_code);
                    }
                    _ => {
                        let to = Target { lanes: &mut spare.0[..padded], count: part.count };
                        let members = &mut self.members;
                        let row = compute::<M>(step, to, rows, (&part, members), (tables, function_tables, celsius));
                        std::mem::swap(spare, &mut rows[row as usize]);
                    }
                }
            }
            let lanes = start..start + part.count;
            let exceptions = &self.plan.exceptions;
            let has_exceptions = exceptions.iter().any(|&x| is_true_in_any(source(rows, x), lanes.len()));
            let is_exception =
                |lane: usize| exceptions.iter().any(|&x| arithmetic::is_true(source(rows, x).lane(lane)));
            let mut first = 0;
            while first < lanes.len() {
                let is_left = has_exceptions && is_exception(first);
                let end = match has_exceptions {
                    true => (first..lanes.len()).find(|&lane| is_exception(lane) != is_left).unwrap_or(lanes.len()),
                    false => lanes.len(),
                };
                let own = start + first..start + end;
                let mut membrane = self.membrane.as_mut().map(|membrane| part_of(membrane, own.clone()));
                match &mut self.members {
                    // Plans for several mechanisms have no exceptions.
                    Members::Given(Given { all: [instances], .. }) if is_left => {
                        (self.plain)(self.v.get(own.clone()).unwrap_or(&[]), instances.part(own), membrane);
                        first = end;
                        continue;
                    }
                    Members::Given(given) => {
                        for &(column, x) in &self.plan.stores {
                            if matches!(x, Operand::Row(_)) || !self.plan.exceptions.is_empty() {
                                given.store(column, own.clone(), (source(rows, x), first));
                            }
                        }
                    }
                    Members::Bound(_) => {}
                }
                if let Some(membrane) = &mut membrane {
                    for &(current, slope) in &self.plan.membrane {
                        row::subtract_from(membrane.rhs, (source(rows, current), first));
                        row::add_to(membrane.diagonal, (source(rows, slope), first));
                    }
                }
                first = end;
            }
        }
        // A number for all instances is stored once, so that its column keeps one value.
        let Members::Given(mut given) = self.members else { return };
        for &(column, x) in &self.plan.stores {
            if let (Operand::Number(x), true) = (x, self.plan.exceptions.is_empty()) {
                given.fill(column, x);
            }
        }
    }
}

/// The equations of some instances.
pub(super) fn part_of<'a>(membrane: &'a mut Membrane<'_>, lanes: Range<usize>) -> Membrane<'a> {
    Membrane { rhs: &mut membrane.rhs[lanes.clone()], diagonal: &mut membrane.diagonal[lanes] }
}

/// Finds the intervals of voltages (mV); those after them, up to a multiple of eight, get that of the last one. Returns true if
/// all are covered.
#[inline(always)]
pub(super) fn locate_eights(v: &[f64], places: &mut [f64; ROW], intervals: &mut [f64; ROW]) -> bool {
    let is_covered = locate(v, places, intervals);
    let end = v.len().next_multiple_of(8);
    for row in [places, intervals] {
        let last = v.len().checked_sub(1).map_or(0.0, |last| row[last]);
        row[v.len()..end].fill(last);
    }
    is_covered
}

/// Two different rows.
#[inline(always)]
pub(super) fn two(rows: &mut [Box<Row>], first: RowId, second: RowId) -> (&mut Row, &mut Row) {
    let (low, high) = rows.split_at_mut(first.max(second) as usize);
    match first < second {
        true => (&mut low[first as usize], &mut high[0]),
        false => (&mut high[0], &mut low[second as usize]),
    }
}

#[inline(always)]
fn interpolate<S: Simd>(
    simd: S,
    interpolant: &Interpolant,
    rows: &mut [Box<Row>],
    (places, intervals): (RowId, RowId),
    to: [RowId; FUNCTIONS],
    count: usize,
) {
    let [a, b, c, d, e, f, g, h] = to;
    let used = [places, intervals, a, b, c, d, e, f, g, h];
    let mut all = [0; FUNCTIONS + 2];
    for (index, row) in all.iter_mut().zip(used) {
        *index = row as usize;
    }
    let Ok([places, intervals, a, b, c, d, e, f, g, h]) = rows.get_disjoint_mut(all) else { return };
    let located = (&places.0[..count], &intervals.0[..count]);
    let values = [&mut a.0, &mut b.0, &mut c.0, &mut d.0, &mut e.0, &mut f.0, &mut g.0, &mut h.0];
    interpolant.evaluate_at(simd, located, values);
}

/// Instances that fit into a row.
struct Part<'a> {
    start: usize,
    count: usize,
    v: &'a [f64],
    t: f64,
}

impl Part<'_> {
    #[inline(always)]
    fn load(&self, to: &mut [f64], input: Input, members: &mut Members<'_, '_>) {
        match input {
            Input::Time => to.fill(self.t),
            Input::Voltage => row::load(to, self.of(self.v)),
            Input::Column(column) => match members.input(column, self.start..self.start + self.count) {
                ColumnView::Each(values) => row::load(to, values),
                ColumnView::Same(x) => to.fill(x),
                ColumnView::Discarded => to.fill(0.0),
            },
        }
    }

    /// The numbers of these instances.
    #[inline(always)]
    fn of<'v>(&self, values: &'v [f64]) -> &'v [f64] {
        values.get(self.start..self.start + self.count).unwrap_or(&[])
    }
}

#[inline(always)]
fn source(rows: &[Box<Row>], operand: Operand) -> Source<'_> {
    match operand {
        Operand::Row(row) => Source::Row(&rows[row as usize]),
        Operand::Number(x) => Source::Number(x),
    }
}

/// Computes a step and returns the number of its row.
#[inline(always)]
fn compute<M: Math>(
    step: &Step,
    into: Target<'_>,
    rows: &[Box<Row>],
    (part, members): (&Part<'_>, &mut Members<'_, '_>),
    (tables, function_tables, celsius): (&[Option<Tabulation>], &[Arc<FunctionTable>], f64),
) -> RowId {
    let row = |id: RowId| &*rows[id as usize];
    match *step {
        Step::Load { to, input } => {
            part.load(into.lanes, input, members);
            to
        }
        Step::Unary { to, function, x } => {
            row::unary::<M>(into, function, row(x));
            to
        }
        Step::Binary { to, function, x, y } => {
            row::binary::<M>(into, function, source(rows, x), source(rows, y));
            to
        }
        Step::Choose { to, comparison, x, y, then, otherwise } => {
            row::choose(into, comparison, [row(x), row(y), row(then), row(otherwise)]);
            to
        }
        Step::Select { to, condition, then, otherwise } => {
            row::select(into, [row(condition), row(then), row(otherwise)]);
            to
        }
        Step::Function { to, function: Function::Ghk, arguments } => {
            row::ghk(into, arguments.map(row), celsius);
            to
        }
        Step::Function { to, function, arguments } => {
            let count = function.arguments();
            row::each(into, arguments.map(row), |x| arithmetic::function(function, &x[..count], celsius));
            to
        }
        Step::TablePosition { to, table, x } => {
            match &tables[table as usize] {
                Some(table) => table.positions(&row(x).0, into.lanes),
                None => into.lanes.fill(f64::NAN), // tables in use are checked before
            }
            to
        }
        Step::Tabulated { to, table, output, at } => {
            if let Some(table) = &tables[table as usize] {
                table.interpolate_all(output as usize, &row(at).0, into.lanes);
            }
            to
        }
        Step::LeftByTable { to, table, number } => {
            let table = tables[table as usize].as_ref();
            into.lanes.fill(table.map_or(f64::NAN, |table| table.left(number as usize)));
            to
        }
        Step::FunctionTable { to, table, arguments, count } => {
            match function_tables.get(table as usize) {
                Some(table) => row::each(into, arguments.map(row), |x| table.value(&x[..count])),
                None => into.lanes.fill(f64::NAN),
            }
            to
        }
        // These have several results.
        Step::Locate { places: to, .. } | Step::Interpolate { places: to, .. } => to,
        // Code has none of its own.
        Step::Code { .. } => 0,
    }
}

/// `true` if a value is not 0 in one of the first lanes.
fn is_true_in_any(x: Source<'_>, count: usize) -> bool {
    match x {
        Source::Row(row) => row.0[..count].iter().any(|&x| arithmetic::is_true(x)),
        Source::Number(x) => arithmetic::is_true(x),
    }
}
