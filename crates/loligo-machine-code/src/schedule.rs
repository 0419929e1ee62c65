//! The order in which a program's operations are computed: long chains beside other work.
//!
//! A processor computes operations out of their order, but only some hundreds of instructions ahead. A chain in which each
//! operation waits for the one before, such as an exponential and a division, should therefore not stand at one place: its
//! parts are put between operations that do not depend on it.

use std::collections::{BTreeMap, BinaryHeap};

use crate::instruction_set::InstructionSet;
use crate::program::{Binary, Operation, Program, Unary, Value};

/// Time in halves of a processor's cycle.
type Time = u32;

/// The limits within which parts of a chain are computed before the operations in front of them.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// The most values that wait to be used.
    values: usize,
    /// The longest time from the computation of a part until its operands are known.
    ahead: Time,
}

impl Limits {
    /// The limits measured to be best: with AVX-512 on Zen 5, with AVX2 on Zen 3 (`docs/performance.md`). AVX2's registers
    /// are full with the functions of a table, but a store and a load for a value cost less than to wait for a chain at its
    /// end.
    fn of(set: InstructionSet) -> Self {
        match set {
            InstructionSet::Avx2 => Self { values: 15, ahead: 200 },
            InstructionSet::Avx512 => Self { values: 22, ahead: 120 },
        }
    }
}

/// A program with the same results whose operations have a better order for a processor. Operations that nothing uses are
/// left out.
pub(crate) fn scheduled(program: &Program, set: InstructionSet) -> Program {
    let units = Units::of(program);
    let order = units.order(Limits::of(set));
    let operations = program.operations();
    let is_in_memory = |&(_, operation): &(usize, &Operation)| operation.is_in_memory();
    let in_memory = operations.iter().enumerate().filter(is_in_memory).map(|(index, _)| index);
    let computed = order.iter().flat_map(|&unit| units.all[unit].operations.iter().copied());
    let mut new = vec![Value(0); operations.len()];
    let mut sorted = Vec::with_capacity(operations.len());
    for index in in_memory.chain(computed) {
        new[index] = Value(sorted.len() as u32);
        sorted.push(operations[index].map(|operand| new[operand.index()]));
    }
    program.with_order(sorted, |value| new[value.index()])
}

/// Operations that are computed at once: one, or all polynomials of a table at one place.
#[derive(Debug, Default)]
struct Unit {
    operations: Vec<usize>,
    is_table: bool,
    /// The units that it needs, each once.
    operands: Vec<usize>,
    /// The units that need it.
    users: Vec<usize>,
    cost: Cost,
    /// Time from its begin to the end of the longest chain that it begins.
    tail: Time,
}

#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    /// Time in which nothing else can be computed.
    work: Time,
    /// Time until its result is known.
    latency: Time,
}

impl Cost {
    /// About those of a processor with two units for vector arithmetic and for loads.
    fn of(operation: Operation) -> Self {
        let (work, latency) = match operation {
            Operation::Load(_) | Operation::LoadNumber(_) | Operation::Constant(_) => (0, 0),
            Operation::Polynomial { of, .. } => (14 * of, 14 * of + 20),
            Operation::Binary(Binary::Divide, ..) => (16, 28),
            Operation::Unary(Unary::SquareRoot, _) => (24, 40),
            Operation::Unary(Unary::Floor | Unary::Ceil, _) | Operation::Select { .. } => (2, 8),
            Operation::Unary(..) | Operation::Binary(Binary::And | Binary::Or | Binary::AddBits, ..) => (1, 2),
            Operation::Binary(..) | Operation::MultiplyAdd(_) => (1, 8),
        };
        Self { work, latency }
    }
}

struct Units {
    /// In the order of the program.
    all: Vec<Unit>,
}

impl Units {
    fn of(program: &Program) -> Self {
        let operations = program.operations();
        let mut is_used = vec![false; operations.len()];
        for (_, value) in program.stores() {
            is_used[value.index()] = true;
        }
        for (index, operation) in operations.iter().enumerate().rev() {
            if is_used[index] {
                operation.operands(|operand| is_used[operand.index()] = true);
            }
        }
        let (mut all, mut tables) = (Vec::<Unit>::new(), BTreeMap::new());
        // By operation.
        let mut unit_of = vec![usize::MAX; operations.len()];
        for (index, &operation) in operations.iter().enumerate() {
            if !is_used[index] || operation.is_in_memory() {
                continue;
            }
            let next = all.len();
            let unit = match operation {
                Operation::Polynomial { table, position, interval, .. } => {
                    *tables.entry((table, position, interval)).or_insert(next)
                }
                _ => next,
            };
            if unit == next {
                let mut operands = Vec::new();
                operation.operands(|operand| operands.push(unit_of[operand.index()]));
                operands.retain(|&operand| operand != usize::MAX);
                operands.sort_unstable();
                operands.dedup();
                operands.iter().for_each(|&operand: &usize| all[operand].users.push(next));
                let is_table = matches!(operation, Operation::Polynomial { .. });
                all.push(Unit { operands, is_table, cost: Cost::of(operation), ..Unit::default() });
            }
            all[unit].operations.push(index);
            unit_of[index] = unit;
        }
        for unit in (0..all.len()).rev() {
            let longest = all[unit].users.iter().map(|&user| all[user].tail).max().unwrap_or(0);
            all[unit].tail = all[unit].cost.latency + longest;
        }
        Self { all }
    }

    /// The units in an order of their computation: that of the program, but for operations that begin a chain which takes
    /// longer than all the work that is left. These come as early as they can, as long as few values are waiting to be used.
    /// Tables, whose results take many registers, keep their order.
    fn order(&self, limits: Limits) -> Vec<usize> {
        let count = self.all.len();
        let (mut now, mut work_left) = (0, self.all.iter().map(|unit| unit.cost.work).sum::<Time>());
        let (mut order, mut next) = (Vec::with_capacity(count), 0);
        let mut ends: Vec<Option<Time>> = vec![None; count];
        let mut missing: Vec<usize> = self.all.iter().map(|unit| unit.operands.len()).collect();
        let mut unread: Vec<usize> = self.all.iter().map(|unit| unit.users.len()).collect();
        let mut ready: BinaryHeap<(Time, usize)> = BinaryHeap::new();
        let can_be_early = |&unit: &usize| !self.all[unit].is_table;
        let without_operands = (0..count).filter(|&unit| missing[unit] == 0).filter(can_be_early);
        ready.extend(without_operands.map(|unit| (self.all[unit].tail, unit)));
        let mut values = 0;
        while order.len() < count {
            let begin = |unit: usize| self.all[unit].operands.iter().filter_map(|&operand| ends[operand]).max();
            let mut early = None;
            while let Some(&(tail, unit)) = ready.peek() {
                if ends[unit].is_some() {
                    ready.pop();
                    continue;
                }
                let is_urgent = tail > work_left && begin(unit).is_none_or(|begin| begin <= now + limits.ahead);
                early = (is_urgent && values < limits.values).then_some(unit);
                break;
            }
            let unit = early.unwrap_or_else(|| {
                while ends[next].is_some() {
                    next += 1;
                }
                next
            });
            let Unit { operations, operands, users, cost, .. } = &self.all[unit];
            ends[unit] = Some(begin(unit).unwrap_or(0).max(now) + cost.latency);
            order.push(unit);
            now += cost.work;
            work_left -= cost.work;
            values += if users.is_empty() { 0 } else { operations.len() };
            for &operand in operands {
                unread[operand] -= 1;
                if unread[operand] == 0 {
                    values -= self.all[operand].operations.len();
                }
            }
            for &user in users {
                missing[user] -= 1;
                if missing[user] == 0 && can_be_early(&user) {
                    ready.push((self.all[user].tail, user));
                }
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two tables, and after them a chain of additions; the sum of each is stored.
    fn tables_and_chain(length: u32) -> Program {
        let mut operations = vec![Operation::Load(0), Operation::Load(1), Operation::Load(2)];
        let mut stores = Vec::new();
        for table in 0..2 {
            let first = operations.len() as u32;
            let (position, interval) = (Value(0), Value(1));
            operations.extend([0, 1].map(|function| Operation::Polynomial {
                table,
                function,
                of: 8,
                position,
                interval,
            }));
            operations.push(Operation::Binary(Binary::Add, Value(first), Value(first + 1)));
            stores.push((3 + table, Value(first + 2)));
        }
        let mut last = Value(2);
        for _ in 0..length {
            operations.push(Operation::Binary(Binary::Add, last, Value(2)));
            last = Value(operations.len() as u32 - 1);
        }
        stores.push((5, last));
        Program::new(6, operations, stores).expect("operands come before they are used")
    }

    /// The kinds of the operations that are computed: tables, additions of their functions, and the chain.
    fn kinds(program: &Program) -> String {
        let operations = program.operations();
        let kind = |operation: &Operation| match *operation {
            Operation::Polynomial { .. } => Some('t'),
            Operation::Binary(_, x, _) if matches!(operations[x.index()], Operation::Polynomial { .. }) => Some('a'),
            Operation::Binary(..) => Some('c'),
            _ => None,
        };
        operations.iter().filter_map(kind).collect()
    }

    #[test]
    fn a_long_chain_is_computed_beside_tables() {
        let before = tables_and_chain(60);
        assert_eq!(kinds(&before), format!("ttatta{}", "c".repeat(60)));
        for set in [InstructionSet::Avx2, InstructionSet::Avx512] {
            let after = scheduled(&before, set);
            let kinds = kinds(&after);
            assert!(kinds.starts_with('c'), "{set:?}: {kinds}");
            let between = kinds.split("tt").nth(1).expect("there are two tables");
            assert!(between.matches('c').count() > 10, "{set:?}: {kinds}");
            let stored: Vec<u32> = after.stores().iter().map(|&(stream, _)| stream).collect();
            assert_eq!(stored, [3, 4, 5]);
            assert_eq!((after.streams(), after.tables()), (6, 2));
        }
    }

    #[test]
    fn other_operations_keep_their_order() {
        let after = scheduled(&tables_and_chain(5), InstructionSet::Avx512);
        assert_eq!(kinds(&after), "ttattccccca", "no chain is longer than a table");
        let units = Units::of(&tables_and_chain(60));
        let order = units.order(Limits { values: 0, ahead: 120 });
        assert!(order.is_sorted(), "no value may wait");
    }

    #[test]
    fn operations_that_nothing_uses_are_left_out() {
        let operations = vec![
            Operation::Load(0),
            Operation::Unary(Unary::SquareRoot, Value(0)),
            Operation::Unary(Unary::Negative, Value(0)),
        ];
        let program = Program::new(2, operations, vec![(1, Value(2))]).expect("operands come before they are used");
        let after = scheduled(&program, InstructionSet::Avx2);
        assert_eq!(after.operations(), [Operation::Load(0), Operation::Unary(Unary::Negative, Value(0))]);
        assert_eq!(after.stores(), [(1, Value(1))]);
    }
}
