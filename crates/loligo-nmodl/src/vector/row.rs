//! Operations on rows of numbers, each a loop that the compiler turns into vector instructions.

use loligo_mechanisms::math::Math;
use loligo_mechanisms::{ROW, Row};

use crate::interpreter::arithmetic::{self, is_true, truth};
use crate::program::{Binary, Unary};

/// Groups of eight numbers: the part of a row that is in use.
pub(super) type Groups = [[f64; 8]];

/// An operand of an operation.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Row(&'a Row),
    Number(f64),
}

/// `to` = an expression of one operand, in all lanes of some groups.
macro_rules! map {
    ($to:expr, $x:expr, |$a:ident| $result:expr) => {{
        let to: &mut Groups = $to;
        let x: &Groups = &$x[..to.len()];
        for group in 0..to.len() {
            for lane in 0..8 {
                let $a = x[group][lane];
                to[group][lane] = $result;
            }
        }
    }};
}

/// `to` = an expression of two operands, in all lanes of some groups.
macro_rules! zip {
    ($to:expr, $x:expr, $y:expr, |$a:ident, $b:ident| $result:expr) => {
        match ($x, $y) {
            (Source::Row(x), Source::Row(y)) => {
                let to: &mut Groups = $to;
                let (x, y): (&Groups, &Groups) = (&x[..to.len()], &y[..to.len()]);
                for group in 0..to.len() {
                    for lane in 0..8 {
                        let ($a, $b) = (x[group][lane], y[group][lane]);
                        to[group][lane] = $result;
                    }
                }
            }
            (Source::Row(x), Source::Number($b)) => map!($to, x, |$a| $result),
            (Source::Number($a), Source::Row(y)) => map!($to, y, |$b| $result),
            (Source::Number($a), Source::Number($b)) => ($to).as_flattened_mut().fill($result),
        }
    };
}

#[inline(always)]
pub(super) fn fill(to: &mut Groups, x: f64) {
    to.as_flattened_mut().fill(x);
}

/// Copies numbers to the first lanes; the remaining lanes get the last of them.
#[inline(always)]
pub(super) fn load(to: &mut Groups, numbers: &[f64]) {
    let lanes = to.as_flattened_mut();
    let count = numbers.len().min(lanes.len());
    lanes[..count].copy_from_slice(&numbers[..count]);
    let last = numbers.last().copied().unwrap_or(f64::NAN);
    lanes[count..].fill(last);
}

#[inline(always)]
pub(super) fn unary<M: Math>(to: &mut Groups, function: Unary, x: &Row) {
    match function {
        Unary::Negative => map!(to, x, |a| -a),
        Unary::Not => map!(to, x, |a| truth(!is_true(a))),
        Unary::IsTrue => map!(to, x, |a| truth(is_true(a))),
        Unary::Exp => map!(to, x, |a| M::exp(a)),
        Unary::Log => map!(to, x, |a| M::log(a)),
        Unary::Sqrt => map!(to, x, |a| a.sqrt()),
        Unary::Abs => map!(to, x, |a| a.abs()),
        other => one_by_one(to, other, x),
    }
}

#[inline(never)]
fn one_by_one(to: &mut Groups, function: Unary, x: &Row) {
    map!(to, x, |a| arithmetic::unary(function, a));
}

#[inline(always)]
pub(super) fn binary(to: &mut Groups, function: Binary, x: Source<'_>, y: Source<'_>) {
    match function {
        Binary::Add => zip!(to, x, y, |a, b| a + b),
        Binary::Subtract => zip!(to, x, y, |a, b| a - b),
        Binary::Multiply => zip!(to, x, y, |a, b| a * b),
        Binary::Divide => zip!(to, x, y, |a, b| a / b),
        Binary::Less => zip!(to, x, y, |a, b| truth(a < b)),
        Binary::LessOrEqual => zip!(to, x, y, |a, b| truth(a <= b)),
        Binary::Greater => zip!(to, x, y, |a, b| truth(a > b)),
        Binary::GreaterOrEqual => zip!(to, x, y, |a, b| truth(a >= b)),
        Binary::Equal => zip!(to, x, y, |a, b| truth(a == b)),
        Binary::NotEqual => zip!(to, x, y, |a, b| truth(a != b)),
        Binary::Power | Binary::Remainder | Binary::Atan2 => pairs(to, function, x, y),
    }
}

#[inline(never)]
fn pairs(to: &mut Groups, function: Binary, x: Source<'_>, y: Source<'_>) {
    zip!(to, x, y, |a, b| arithmetic::binary(function, a, b));
}

/// The rows of a selection: the one where the condition is true, and the other.
pub(super) type Branches<'a> = (&'a Row, &'a Row);

#[inline(always)]
pub(super) fn select(to: &mut Groups, condition: &Row, branches: Branches<'_>) {
    choose_if(to, condition, condition, branches, |a, _| is_true(a));
}

#[inline(always)]
pub(super) fn choose(to: &mut Groups, comparison: Binary, (x, y): (&Row, &Row), branches: Branches<'_>) {
    match comparison {
        Binary::Less => choose_if(to, x, y, branches, |a, b| a < b),
        Binary::LessOrEqual => choose_if(to, x, y, branches, |a, b| a <= b),
        Binary::Greater => choose_if(to, x, y, branches, |a, b| a > b),
        Binary::GreaterOrEqual => choose_if(to, x, y, branches, |a, b| a >= b),
        Binary::Equal => choose_if(to, x, y, branches, |a, b| a == b),
        _ => choose_if(to, x, y, branches, |a, b| a != b),
    }
}

#[inline(always)]
fn choose_if(to: &mut Groups, x: &Row, y: &Row, (then, otherwise): Branches<'_>, is_first: impl Fn(f64, f64) -> bool) {
    let count = to.len();
    let (x, y, then, otherwise) = (&x[..count], &y[..count], &then[..count], &otherwise[..count]);
    for group in 0..count {
        for lane in 0..8 {
            let (first, second) = (then[group][lane], otherwise[group][lane]);
            to[group][lane] = if is_first(x[group][lane], y[group][lane]) { first } else { second };
        }
    }
}

/// `to` -= numbers of a row, or one number.
#[inline(always)]
pub(super) fn subtract_from(to: &mut [f64], x: Source<'_>) {
    match x {
        Source::Row(row) => to.iter_mut().zip(row.as_flattened()).for_each(|(to, x)| *to -= x),
        Source::Number(x) => to.iter_mut().for_each(|to| *to -= x),
    }
}

/// `to` += numbers of a row, or one number.
#[inline(always)]
pub(super) fn add_to(to: &mut [f64], x: Source<'_>) {
    match x {
        Source::Row(row) => to.iter_mut().zip(row.as_flattened()).for_each(|(to, x)| *to += x),
        Source::Number(x) => to.iter_mut().for_each(|to| *to += x),
    }
}

/// Number of groups that hold `count` lanes.
pub(super) fn groups(count: usize) -> usize {
    count.min(ROW).div_ceil(8)
}
