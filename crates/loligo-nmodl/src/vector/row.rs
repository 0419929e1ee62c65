//! Operations on rows of numbers, each a loop that the compiler turns into vector instructions.

use loligo_mechanisms::math::{Exact, ExactLanes, Math};
use loligo_mechanisms::{ROW, Row, ghk_by};

use crate::interpreter::arithmetic::{self, is_true, truth};
use crate::program::{Binary, Unary};

/// Number of a row of the working memory.
pub(crate) type RowId = u32;

/// An operand of an operation.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Row(&'a Row),
    Number(f64),
}

impl Source<'_> {
    pub(super) fn lane(self, lane: usize) -> f64 {
        match self {
            Self::Row(row) => row.0[lane],
            Self::Number(x) => x,
        }
    }

    #[inline(always)]
    fn block(self, block: usize) -> [f64; BLOCK] {
        match self {
            Self::Row(row) => row.0.as_chunks().0[block],
            Self::Number(x) => [x; BLOCK],
        }
    }
}

/// The lanes of an operation.
pub(super) struct Target<'a> {
    /// The lanes that loops of vector instructions write to: full vectors.
    pub(super) lanes: &'a mut [f64],
    /// Number of lanes that belong to instances; functions of the C library are called for these only.
    pub(super) count: usize,
}

/// Number of lanes of full vectors for some instances: a multiple of the numbers that one round of a loop processes.
pub(super) fn padded(count: usize) -> usize {
    count.next_multiple_of(BLOCK).min(ROW)
}

/// Numbers that one round of a loop processes.
const BLOCK: usize = 32;

/// The blocks of some lanes, which are full vectors.
fn blocks(lanes: &mut [f64]) -> &mut [[f64; BLOCK]] {
    lanes.as_chunks_mut().0
}

/// `to` = an expression of one operand.
macro_rules! map {
    ($to:expr, $x:expr, |$a:ident| $result:expr) => {{
        let to: &mut [f64] = $to;
        let x = &$x.0[..to.len()];
        for lane in 0..to.len() {
            let $a = x[lane];
            to[lane] = $result;
        }
    }};
}

/// `to` = an expression of two operands.
macro_rules! zip {
    ($to:expr, $x:expr, $y:expr, |$a:ident, $b:ident| $result:expr) => {
        match ($x, $y) {
            (Source::Row(x), Source::Row(y)) => {
                let to: &mut [f64] = $to;
                let (x, y) = (&x.0[..to.len()], &y.0[..to.len()]);
                for lane in 0..to.len() {
                    let ($a, $b) = (x[lane], y[lane]);
                    to[lane] = $result;
                }
            }
            (Source::Row(x), Source::Number($b)) => map!($to, x, |$a| $result),
            (Source::Number($a), Source::Row(y)) => map!($to, y, |$b| $result),
            (Source::Number($a), Source::Number($b)) => $to.fill($result),
        }
    };
}

/// Copies numbers to the first lanes; the remaining lanes get the last of them.
#[inline(always)]
pub(super) fn load(to: &mut [f64], numbers: &[f64]) {
    let count = numbers.len().min(to.len());
    to[..count].copy_from_slice(&numbers[..count]);
    let last = numbers.last().copied().unwrap_or(f64::NAN);
    to[count..].fill(last);
}

#[inline(always)]
pub(super) fn unary<M: Math>(to: Target<'_>, function: Unary, x: &Row) {
    match function {
        Unary::Negative => map!(to.lanes, x, |a| -a),
        Unary::Not => map!(to.lanes, x, |a| truth(!is_true(a))),
        Unary::IsTrue => map!(to.lanes, x, |a| truth(is_true(a))),
        Unary::Sqrt => map!(to.lanes, x, |a| a.sqrt()),
        Unary::Abs => map!(to.lanes, x, |a| a.abs()),
        Unary::Exp if M::VECTORISES => exponentials::<M>(to.lanes, Source::Row(x)),
        Unary::ExpM1 if !M::EXACT => map!(to.lanes, x, |a| M::exp_m1(a)),
        Unary::Log if !M::EXACT => {
            let (own, others) = to.lanes.split_at_mut(to.count);
            own.copy_from_slice(&x.0[..to.count]);
            others.fill(1.0);
            M::logs(to.lanes);
        }
        other => one_by_one(&mut to.lanes[..to.count], other, x),
    }
}

/// `to` = e to the power of `x`.
///
/// The results of a block are collected in an array of the function: a loop that reads tables vectorises only if it
/// cannot write to them.
#[inline(always)]
fn exponentials<M: Math>(to: &mut [f64], x: Source<'_>) {
    for (block, to) in blocks(to).iter_mut().enumerate() {
        let x = x.block(block);
        let mut results = [0.0; BLOCK];
        for lane in 0..BLOCK {
            results[lane] = M::exp(x[lane]);
        }
        *to = results;
    }
}

/// `to` = `x` to the power `y`, in blocks as [`exponentials`].
#[inline(always)]
fn powers<M: Math>(to: &mut [f64], x: Source<'_>, y: Source<'_>) {
    for (block, to) in blocks(to).iter_mut().enumerate() {
        let (x, y) = (x.block(block), y.block(block));
        let mut results = [0.0; BLOCK];
        for lane in 0..BLOCK {
            results[lane] = M::pow_in_lanes(x[lane], y[lane]);
        }
        *to = results;
    }
}

#[inline(never)]
fn one_by_one(to: &mut [f64], function: Unary, x: &Row) {
    map!(to, x, |a| arithmetic::unary(function, a));
}

#[inline(always)]
pub(super) fn binary<M: Math>(to: Target<'_>, function: Binary, x: Source<'_>, y: Source<'_>) {
    match function {
        Binary::Add => zip!(to.lanes, x, y, |a, b| a + b),
        Binary::Subtract => zip!(to.lanes, x, y, |a, b| a - b),
        Binary::Multiply => zip!(to.lanes, x, y, |a, b| a * b),
        Binary::Divide => zip!(to.lanes, x, y, |a, b| a / b),
        Binary::Less => zip!(to.lanes, x, y, |a, b| truth(a < b)),
        Binary::LessOrEqual => zip!(to.lanes, x, y, |a, b| truth(a <= b)),
        Binary::Greater => zip!(to.lanes, x, y, |a, b| truth(a > b)),
        Binary::GreaterOrEqual => zip!(to.lanes, x, y, |a, b| truth(a >= b)),
        Binary::Equal => zip!(to.lanes, x, y, |a, b| truth(a == b)),
        Binary::NotEqual => zip!(to.lanes, x, y, |a, b| truth(a != b)),
        Binary::Power if M::VECTORISES => {
            powers::<M>(to.lanes, x, y);
            let missing = &mut to.lanes[..to.count];
            if missing.iter().fold(false, |any, power| any | power.is_nan()) {
                fill_in_powers(missing, x, y);
            }
        }
        Binary::Power | Binary::Remainder | Binary::Atan2 => {
            pairs(&mut to.lanes[..to.count], function, x, y);
        }
    }
}

/// Computes the powers that are still NaN.
#[inline(never)]
fn fill_in_powers(to: &mut [f64], x: Source<'_>, y: Source<'_>) {
    for (lane, power) in to.iter_mut().enumerate().filter(|(_, power)| power.is_nan()) {
        *power = arithmetic::binary(Binary::Power, x.lane(lane), y.lane(lane));
    }
}

#[inline(never)]
fn pairs(to: &mut [f64], function: Binary, x: Source<'_>, y: Source<'_>) {
    zip!(to, x, y, |a, b| arithmetic::binary(function, a, b));
}

/// `to` = one of two rows, by a comparison of two others.
macro_rules! choose {
    ($to:expr, $rows:expr, |$a:ident, $b:ident| $is_first:expr) => {{
        let (to, [x, y, then, otherwise]): (&mut [f64], [&Row; 4]) = ($to, $rows);
        let count = to.len();
        let (x, y) = (&x.0[..count], &y.0[..count]);
        let (then, otherwise) = (&then.0[..count], &otherwise.0[..count]);
        for lane in 0..count {
            let ($a, $b) = (x[lane], y[lane]);
            let (first, second) = (then[lane], otherwise[lane]);
            to[lane] = if $is_first { first } else { second };
        }
    }};
}

/// `rows`: the condition, and the rows where it is true and where it is not.
#[inline(always)]
pub(super) fn select(to: Target<'_>, [condition, then, otherwise]: [&Row; 3]) {
    choose!(to.lanes, [condition, condition, then, otherwise], |a, _b| is_true(a));
}

/// `rows`: the two that are compared, and the rows where the comparison is true and where it is not.
#[inline(always)]
pub(super) fn choose(to: Target<'_>, comparison: Binary, rows: [&Row; 4]) {
    match comparison {
        Binary::Less => choose!(to.lanes, rows, |a, b| a < b),
        Binary::LessOrEqual => choose!(to.lanes, rows, |a, b| a <= b),
        Binary::Greater => choose!(to.lanes, rows, |a, b| a > b),
        Binary::GreaterOrEqual => choose!(to.lanes, rows, |a, b| a >= b),
        Binary::Equal => choose!(to.lanes, rows, |a, b| a == b),
        _ => choose!(to.lanes, rows, |a, b| a != b),
    }
}

/// `to` = the Goldman-Hodgkin-Katz current, with the C library's bits, in blocks as [`exponentials`].
#[inline(always)]
pub(super) fn ghk(to: Target<'_>, rows: [&Row; 4], celsius: f64) {
    if !ExactLanes::is_available() {
        return each(to, rows, |arguments| ghk_by::<Exact>(arguments, celsius));
    }
    for (block, to) in blocks(to.lanes).iter_mut().enumerate() {
        let [v, inside, outside, charge] = rows;
        let (v, inside) = (Source::Row(v).block(block), Source::Row(inside).block(block));
        let (outside, charge) = (Source::Row(outside).block(block), Source::Row(charge).block(block));
        let mut results = [0.0; BLOCK];
        for lane in 0..BLOCK {
            results[lane] = ghk_by::<ExactLanes>([v[lane], inside[lane], outside[lane], charge[lane]], celsius);
        }
        *to = results;
    }
}

/// `to` = a function of `N` rows, in each lane that belongs to an instance.
#[inline(always)]
pub(super) fn each<const N: usize>(to: Target<'_>, rows: [&Row; N], function: impl Fn([f64; N]) -> f64) {
    for (lane, to) in to.lanes[..to.count].iter_mut().enumerate() {
        *to = function(rows.map(|row| row.0[lane]));
    }
}

/// `to` -= numbers of a row from a lane on, or one number.
#[inline(always)]
pub(super) fn subtract_from(to: &mut [f64], (x, first): (Source<'_>, usize)) {
    match x {
        Source::Row(row) => to.iter_mut().zip(&row.0[first..]).for_each(|(to, x)| *to -= x),
        Source::Number(x) => to.iter_mut().for_each(|to| *to -= x),
    }
}

/// `to` += numbers of a row from a lane on, or one number.
#[inline(always)]
pub(super) fn add_to(to: &mut [f64], (x, first): (Source<'_>, usize)) {
    match x {
        Source::Row(row) => to.iter_mut().zip(&row.0[first..]).for_each(|(to, x)| *to += x),
        Source::Number(x) => to.iter_mut().for_each(|to| *to += x),
    }
}
