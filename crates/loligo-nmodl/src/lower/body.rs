//! A program under construction.

use std::rc::Rc;

use super::equations::{LinearSystem, Rates, Residuals};
use super::kinetic::Scheme;
use crate::model::RoutineId;
use crate::program::{Block, Instruction, Integer, Operation, Place, Program, Real};
use crate::source::Span;

/// The register or registers of a local variable.
#[derive(Clone, Copy, Debug)]
pub(super) enum Register {
    /// A number.
    Real(Real),
    /// The counter of a FROM loop.
    Counter(Integer),
    /// An array: consecutive registers.
    Array(crate::program::Range),
}

/// Translation of the equations of a block.
#[derive(Clone, Debug, Default)]
pub(super) enum Mode {
    /// The block has no equations.
    #[default]
    Plain,
    /// Each equation advances its state by one step at its place in the text.
    Cnexp,
    /// Equations store rates of change.
    Rates(Rc<Rates>),
    /// Reactions add to the elements of a matrix.
    Kinetic(Rc<Scheme>),
    /// Reactions add to rates of change.
    KineticRates(Rc<Scheme>),
    /// Equations become rows of coefficients.
    Linear(Rc<LinearSystem>),
    /// Equations become residuals.
    Nonlinear(Rc<Residuals>),
}

/// Phase in which a program runs, as far as it affects the meaning of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Phase {
    /// Any phase.
    #[default]
    Any,
    /// In the body of BREAKPOINT, during the evaluation of currents.
    Current,
    /// In a function that BREAKPOINT calls and that uses the kept voltage instead of the present one.
    KeptVoltage,
}

/// A program under construction.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// The routine that it is made from.
    pub(super) routine: Option<RoutineId>,
    pub(super) phase: Phase,
    pub(super) mode: Mode,
    /// The registers of the routine's local variables.
    pub(super) locals: Vec<Register>,
    /// The register with the row of the next equation, if the row depends on loops.
    pub(super) row: Option<Integer>,
    /// The row of the next equation otherwise.
    pub(super) next_row: u32,
    /// The source text of the instructions that are now added.
    pub(super) span: Span,
    reals: u32,
    integers: u32,
    /// Unfinished blocks, the outermost first; there is always at least one.
    open: Vec<Block>,
}

impl Body {
    pub(super) fn new(routine: Option<RoutineId>, phase: Phase, mode: Mode) -> Self {
        Self { routine, phase, mode, open: vec![Block::new()], ..Self::default() }
    }

    pub(super) fn emit(&mut self, operation: Operation) {
        let span = self.span;
        if let Some(block) = self.open.last_mut() {
            block.push(Instruction { operation, span });
        }
    }

    /// Begins a block within the present one.
    pub(super) fn begin(&mut self) {
        self.open.push(Block::new());
    }

    /// Ends the block that was begun last and returns it.
    pub(super) fn end(&mut self) -> Block {
        self.open.pop().unwrap_or_default()
    }

    /// Allocates a register for a number.
    pub(super) fn real(&mut self) -> Real {
        self.reals += 1;
        Real(self.reals - 1)
    }

    /// Allocates consecutive registers for numbers.
    pub(super) fn array(&mut self, length: u32) -> crate::program::Range {
        let first = self.reals;
        self.reals = self.reals.saturating_add(length);
        crate::program::Range { first, length }
    }

    /// Allocates a register for a whole number.
    pub(super) fn integer(&mut self) -> Integer {
        self.integers += 1;
        Integer(self.integers - 1)
    }

    pub(super) fn constant(&mut self, value: f64) -> Real {
        let to = self.real();
        self.emit(Operation::Constant { to, value });
        to
    }

    pub(super) fn whole(&mut self, value: i32) -> Integer {
        let to = self.integer();
        self.emit(Operation::IntegerConstant { to, value });
        to
    }

    pub(super) fn load(&mut self, from: Place) -> Real {
        let to = self.real();
        self.emit(Operation::Load { to, from });
        to
    }

    pub(super) fn store(&mut self, to: Place, x: Real) {
        self.emit(Operation::Store { to, x });
    }

    pub(super) fn unary(&mut self, function: crate::program::Unary, x: Real) -> Real {
        let to = self.real();
        self.emit(Operation::Unary { to, function, x });
        to
    }

    pub(super) fn binary(&mut self, function: crate::program::Binary, x: Real, y: Real) -> Real {
        let to = self.real();
        self.emit(Operation::Binary { to, function, x, y });
        to
    }

    pub(super) fn integer_binary(
        &mut self,
        function: crate::program::IntegerBinary,
        x: Integer,
        y: Integer,
    ) -> Integer {
        let to = self.integer();
        self.emit(Operation::IntegerBinary { to, function, x, y });
        to
    }

    /// Finishes the program.
    pub(super) fn finish(mut self, name: String, arguments: u32, result: Option<Real>) -> Program {
        Program { name, arguments, result, reals: self.reals, integers: self.integers, body: self.end() }
    }
}
