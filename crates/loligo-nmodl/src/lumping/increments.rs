//! The amounts that an event adds to states, if they are weights, or weights times variables.

use std::collections::{BTreeMap, BTreeSet};

use loligo_mechanisms::Increment;

use crate::program::{Binary, Operation, Place, ProgramId, Programs};

/// A number in the program of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    /// A variable of the instance that is not one of the states, by its column.
    Variable(u32),
    Amount(Increment),
    /// A state, by its column, and what was added to it.
    State(u32, Option<Increment>),
}

impl Number {
    fn plus(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::State(state, None), Self::Amount(amount)) | (Self::Amount(amount), Self::State(state, None)) => {
                Some(Self::State(state, Some(amount)))
            }
            _ => None,
        }
    }

    fn times(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Variable(column), Self::Amount(Increment { weight, factor: None }))
            | (Self::Amount(Increment { weight, factor: None }), Self::Variable(column)) => {
                Some(Self::Amount(Increment { weight, factor: Some(column as usize) }))
            }
            _ => None,
        }
    }
}

/// The amount that an event adds to each of the states, in their order; `None` if the program does anything else.
pub(super) fn increments(programs: &Programs, receive: ProgramId, states: &BTreeSet<u32>) -> Option<Vec<Increment>> {
    let mut registers = BTreeMap::new();
    let mut stored = BTreeMap::new();
    for instruction in &programs.program(receive).body {
        match &instruction.operation {
            Operation::Copy { to, x } => _ = registers.insert(*to, *registers.get(x)?),
            Operation::Load { to, from } => {
                let number = match *from {
                    Place::Weight(weight) => Number::Amount(Increment { weight: weight as usize, factor: None }),
                    Place::Column(column) if states.contains(&column) => {
                        stored.get(&column).copied().unwrap_or(Number::State(column, None))
                    }
                    Place::Column(column) => Number::Variable(column),
                    _ => return None,
                };
                registers.insert(*to, number);
            }
            Operation::Binary { to, function, x, y } => {
                let (x, y) = (*registers.get(x)?, *registers.get(y)?);
                let number = match function {
                    Binary::Add => x.plus(y)?,
                    Binary::Multiply => x.times(y)?,
                    _ => return None,
                };
                registers.insert(*to, number);
            }
            Operation::Store { to: Place::Column(column), x } => {
                let number = *registers.get(x)?;
                match number {
                    Number::State(state, Some(_)) if state == *column => _ = stored.insert(*column, number),
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
    let added = |state| match stored.get(state) {
        Some(Number::State(_, added)) => *added,
        _ => None,
    };
    states.iter().map(added).collect()
}
