//! The check that every access of procedures is within bounds.

use thiserror::Error;

use super::{Condition, Slot, Statement};

/// Procedures that call each other, without recursion, and work on the same slots. The last one is run.
#[derive(Clone, Debug)]
pub struct Procedures {
    slots: u32,
    bodies: Vec<Vec<Statement>>,
}

/// A reference of a procedure to something that does not exist, or a size above its limit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProcedureError {
    /// A slot that does not exist.
    #[error("slot {slot}: the procedures have {count}")]
    Slot {
        /// The slot.
        slot: u64,
        /// Number of slots.
        count: u32,
    },
    /// A call of a procedure that does not come before.
    #[error("procedure {called} is called by procedure {caller}: only earlier ones can be called")]
    Call {
        /// The procedure that is called.
        called: u32,
        /// The procedure that calls it.
        caller: u32,
    },
    /// There is no procedure.
    #[error("there is no procedure to run")]
    Empty,
    /// A size above its limit.
    #[error("{count} {what}: at most {most} are possible")]
    Size {
        /// The items that are counted.
        what: &'static str,
        /// Their number.
        count: usize,
        /// The largest number.
        most: usize,
    },
}

impl Procedures {
    /// The most slots.
    pub const MOST_SLOTS: u32 = 1 << 20;
    /// The most procedures.
    pub const MOST_PROCEDURES: usize = 1 << 10;
    /// The most statements of all procedures.
    pub const MOST_STATEMENTS: usize = 1 << 16;
    /// The deepest nesting of statements.
    pub const MOST_NESTED: usize = 256;

    /// Procedures on a number of slots. Each may call those before it; the last one is run.
    ///
    /// # Errors
    /// If a procedure refers to a slot that does not exist, or to a procedure that does not come before it; if there is none, or
    /// too many or too much.
    pub fn new(slots: u32, bodies: Vec<Vec<Statement>>) -> Result<Self, ProcedureError> {
        if bodies.is_empty() {
            return Err(ProcedureError::Empty);
        }
        at_most("slots", slots as usize, Self::MOST_SLOTS as usize)?;
        at_most("procedures", bodies.len(), Self::MOST_PROCEDURES)?;
        let mut check = Check { slots, statements: 0, procedure: 0 };
        for (procedure, body) in bodies.iter().enumerate() {
            check.procedure = procedure as u32;
            check.block(body, 0)?;
        }
        Ok(Self { slots, bodies })
    }

    /// Number of slots.
    pub fn slots(&self) -> u32 {
        self.slots
    }

    /// The statements of each procedure.
    pub fn bodies(&self) -> &[Vec<Statement>] {
        &self.bodies
    }
}

fn at_most(what: &'static str, count: usize, most: usize) -> Result<(), ProcedureError> {
    if count <= most { Ok(()) } else { Err(ProcedureError::Size { what, count, most }) }
}

struct Check {
    slots: u32,
    /// Statements so far.
    statements: usize,
    /// The procedure that is checked.
    procedure: u32,
}

impl Check {
    fn block(&mut self, block: &[Statement], depth: usize) -> Result<(), ProcedureError> {
        at_most("nested statements", depth, Procedures::MOST_NESTED)?;
        self.statements += block.len();
        at_most("statements", self.statements, Procedures::MOST_STATEMENTS)?;
        block.iter().try_for_each(|statement| self.statement(statement, depth))
    }

    fn slots<const N: usize>(&self, slots: [Slot; N]) -> Result<(), ProcedureError> {
        let beyond = slots.into_iter().find(|slot| slot.0 >= self.slots);
        beyond.map_or(Ok(()), |slot| Err(ProcedureError::Slot { slot: slot.0.into(), count: self.slots }))
    }

    fn elements(&self, first: Slot, length: u32) -> Result<(), ProcedureError> {
        let end = u64::from(first.0) + u64::from(length);
        let fits = end <= self.slots.into();
        if fits { Ok(()) } else { Err(ProcedureError::Slot { slot: end - 1, count: self.slots }) }
    }

    fn statement(&mut self, statement: &Statement, depth: usize) -> Result<(), ProcedureError> {
        match *statement {
            Statement::Constant { to, .. } | Statement::WholeConstant { to, .. } => self.slots([to]),
            Statement::Copy { to, x }
            | Statement::Unary { to, x, .. }
            | Statement::CallOfOne { to, x, .. }
            | Statement::WholeCopy { to, x }
            | Statement::Truncate { to, x }
            | Statement::Float { to, x } => self.slots([to, x]),
            Statement::Binary { to, x, y, .. }
            | Statement::Compare { to, x, y, .. }
            | Statement::CallOfTwo { to, x, y, .. }
            | Statement::WholeBinary { to, x, y, .. }
            | Statement::WholeDivide { to, x, y, .. } => self.slots([to, x, y]),
            Statement::LoadElement { to: x, first, length, index, .. }
            | Statement::StoreElement { x, first, length, index, .. } => {
                self.slots([x, index])?;
                self.elements(first, length)
            }
            Statement::If { condition, ref then, ref otherwise } => {
                self.slots([condition])?;
                self.block(then, depth + 1)?;
                self.block(otherwise, depth + 1)
            }
            Statement::While { ref test, condition, ref body, .. } => {
                match condition {
                    Condition::True(x) => self.slots([x])?,
                    Condition::AtMost(x, y) => self.slots([x, y])?,
                }
                self.block(test, depth + 1)?;
                self.block(body, depth + 1)
            }
            Statement::Call { procedure, .. } if procedure < self.procedure => Ok(()),
            Statement::Call { procedure, .. } => {
                Err(ProcedureError::Call { called: procedure, caller: self.procedure })
            }
            Statement::Host { .. } | Statement::Stop { .. } => Ok(()),
        }
    }
}
