//! The registers that a program may read before it has set them: these are 0.

use std::collections::BTreeSet;

use super::instruction::{Array, Instruction, Integer, Operation, Range, Real};
use super::programs::Program;

/// Some registers of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegisterSet {
    /// Those for numbers.
    pub reals: BTreeSet<Real>,
    /// Those for whole numbers.
    pub integers: BTreeSet<Integer>,
}

/// The registers that a program may read before it has set them, on any path.
pub fn read_before_set(program: &Program) -> RegisterSet {
    let mut search = Search { set: RegisterSet::default(), found: RegisterSet::default() };
    search.set.reals.extend((0..program.arguments).map(Real));
    search.block(&program.body);
    search.reads(program.result);
    search.found
}

struct Search {
    /// Set on every path so far.
    set: RegisterSet,
    found: RegisterSet,
}

impl Search {
    fn reads(&mut self, registers: impl IntoIterator<Item = Real>) {
        let unset = registers.into_iter().filter(|register| !self.set.reals.contains(register));
        self.found.reals.extend(unset);
    }

    fn reads_whole(&mut self, registers: impl IntoIterator<Item = Integer>) {
        let unset = registers.into_iter().filter(|register| !self.set.integers.contains(register));
        self.found.integers.extend(unset);
    }

    fn sets(&mut self, register: Real) {
        self.set.reals.insert(register);
    }

    fn sets_whole(&mut self, register: Integer) {
        self.set.integers.insert(register);
    }

    fn block(&mut self, block: &[Instruction]) {
        block.iter().for_each(|instruction| self.operation(&instruction.operation));
    }

    /// A block that may be left out.
    fn sometimes(&mut self, block: &[Instruction]) -> RegisterSet {
        let before = self.set.clone();
        self.block(block);
        std::mem::replace(&mut self.set, before)
    }

    fn operation(&mut self, operation: &Operation) {
        match operation {
            Operation::Constant { to, .. } | Operation::Load { to, .. } | Operation::Sequence { to, .. } => {
                self.sets(*to);
            }
            Operation::Copy { to, x } | Operation::Unary { to, x, .. } => {
                self.reads([*x]);
                self.sets(*to);
            }
            Operation::Binary { to, x, y, .. } | Operation::Lag { to, x, lag: y, .. } => {
                self.reads([*x, *y]);
                self.sets(*to);
            }
            Operation::Function { to, arguments, .. }
            | Operation::FunctionTable { to, arguments, .. }
            | Operation::Draw { to, arguments, .. } => {
                self.reads(arguments.iter().copied());
                self.sets(*to);
            }
            Operation::IntegerConstant { to, .. } => self.sets_whole(*to),
            Operation::IntegerCopy { to, x } => {
                self.reads_whole([*x]);
                self.sets_whole(*to);
            }
            Operation::IntegerBinary { to, x, y, .. } => {
                self.reads_whole([*x, *y]);
                self.sets_whole(*to);
            }
            Operation::Truncate { to, x } => {
                self.reads([*x]);
                self.sets_whole(*to);
            }
            Operation::Float { to, x } => {
                self.reads_whole([*x]);
                self.sets(*to);
            }
            Operation::LoadElement { to, from, index } => {
                self.reads_whole([*index]);
                self.reads(elements(*from));
                self.sets(*to);
            }
            Operation::StoreElement { to, index, x } => {
                self.reads_whole([*index]);
                self.reads([*x]);
                // The other elements keep their values.
                self.reads(elements(*to));
            }
            Operation::Store { x, .. } => self.reads([*x]),
            Operation::If { condition, then, otherwise } => {
                self.reads([*condition]);
                let then = self.sometimes(then);
                let otherwise = self.sometimes(otherwise);
                self.set.reals.extend(then.reals.intersection(&otherwise.reals));
                self.set.integers.extend(then.integers.intersection(&otherwise.integers));
            }
            Operation::While { test, condition, body } => {
                self.block(test);
                self.reads([*condition]);
                self.sometimes(body);
            }
            Operation::Count { variable, first, bounds, last, step, body } => {
                self.reads_whole([*first]);
                self.sets_whole(*variable);
                self.block(bounds);
                self.reads_whole([*last, *step]);
                self.sometimes(body);
            }
            Operation::ForConnections { body } => {
                self.sometimes(body);
            }
            Operation::Call { to, arguments, .. } => {
                self.reads(arguments.iter().copied());
                to.iter().for_each(|to| self.sets(*to));
            }
            Operation::Tabulated { to, x, .. } => {
                self.reads([*x]);
                to.iter().for_each(|to| self.sets(*to));
            }
            Operation::ListLength { to, .. } => self.sets(*to),
            Operation::ListElement { to, index, .. } => {
                self.reads_whole([*index]);
                self.sets(*to);
            }
            Operation::Send { at, flag } => self.reads([*at, *flag]),
            Operation::Spike { at: x }
            | Operation::Move { at: x }
            | Operation::Watch { flag: x, .. }
            | Operation::SetSequence { to: x, .. } => self.reads([*x]),
            Operation::SetIds { ids, .. } => self.reads(*ids),
            Operation::Fail { .. } | Operation::Newton { .. } | Operation::Sparse(_) | Operation::Linear { .. } => {}
        }
    }
}

/// The registers of an array in registers.
fn elements(array: Array) -> impl Iterator<Item = Real> {
    let range = if let Array::Registers(range) = array { range } else { Range::default() };
    range.numbers().map(|number| Real(number as u32))
}
