//! Executes instructions.

use super::arithmetic::is_true;
use super::code::Codes;
use super::fault::{Fault, FaultReason};
use super::limits::{MOST_DEPTH, MOST_ROUNDS};
use super::memory::Memory;
use super::operation::{self, execute};
use super::plans::Plans;
use super::tables::{TableStore, Tabulation};
use crate::program::{Current, Instruction, Integer, Operation, ProgramId, Programs, Real};
use crate::source::Span;

/// The first registers of one call of a program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    reals: usize,
    integers: usize,
}

/// Storage for registers, reused for all calls of a hook.
#[derive(Debug, Default)]
pub(super) struct Registers {
    reals: Vec<f64>,
    integers: Vec<i32>,
    /// Slots of machine code that is not running.
    pub(super) slots: Vec<Vec<f64>>,
}

impl Registers {
    fn real(&self, frame: Frame, register: Real) -> f64 {
        self.reals[frame.reals + register.0 as usize]
    }

    fn set(&mut self, frame: Frame, register: Real, x: f64) {
        self.reals[frame.reals + register.0 as usize] = x;
    }

    fn integer(&self, frame: Frame, register: Integer) -> i32 {
        self.integers[frame.integers + register.0 as usize]
    }

    fn set_integer(&mut self, frame: Frame, register: Integer, x: i32) {
        self.integers[frame.integers + register.0 as usize] = x;
    }
}

/// The registers of a call in their storage.
struct Own<'r> {
    registers: &'r mut Registers,
    frame: Frame,
}

impl operation::Registers for Own<'_> {
    fn real(&self, register: Real) -> f64 {
        self.registers.real(self.frame, register)
    }

    fn set(&mut self, register: Real, x: f64) {
        self.registers.set(self.frame, register, x);
    }

    fn integer(&self, register: Integer) -> i32 {
        self.registers.integer(self.frame, register)
    }

    fn set_integer(&mut self, register: Integer, x: i32) {
        self.registers.set_integer(self.frame, register, x);
    }
}

/// Runs programs for the instance that its memory is set to.
pub(super) struct Machine<'a> {
    pub(super) programs: &'a Programs,
    pub(super) plans: &'a Plans,
    pub(super) tables: &'a TableStore,
    /// Tables that were checked with the parameters of the first instance.
    pub(super) checked: Vec<Option<Tabulation>>,
    /// The order of the table for all instances that is being made for the first time.
    pub(super) making_first: Option<u32>,
    /// Tables that instances checked last, with the values of their inputs.
    pub(super) recent: Vec<Option<(Vec<u64>, Tabulation)>>,
    pub(super) memory: Memory<'a>,
    pub(super) registers: &'a mut Registers,
    /// The programs as machine code, where there is some.
    pub(super) codes: Option<&'a Codes>,
    pub(super) rounds: u32,
    pub(super) depth: usize,
}

impl<'a> Machine<'a> {
    pub(super) fn new(
        programs: &'a Programs,
        plans: &'a Plans,
        tables: &'a TableStore,
        memory: Memory<'a>,
        registers: &'a mut Registers,
    ) -> Self {
        registers.reals.clear();
        registers.integers.clear();
        let (checked, recent) = (Vec::new(), Vec::new());
        Self {
            programs,
            plans,
            tables,
            checked,
            making_first: None,
            recent,
            memory,
            registers,
            codes: None,
            rounds: 0,
            depth: 0,
        }
    }

    /// Selects an instance and sets its voltage (mV).
    pub(super) fn turn_to(&mut self, instance: usize, v: f64) {
        self.memory.turn_to(instance, v);
        self.registers.reals.clear();
        self.registers.integers.clear();
        (self.rounds, self.depth) = (0, 0);
    }

    /// The value that a program has stored for a current or a conductance.
    pub(super) fn value(&self, current: Current) -> f64 {
        // Places in verified programs can be read.
        self.memory.read(current.place).unwrap_or(f64::NAN)
    }

    /// The sum of currents or conductances, added in their order.
    pub(super) fn sum(&self, currents: &[Current]) -> f64 {
        currents.iter().fold(0.0, |sum, &current| sum + self.value(current))
    }

    /// Runs a program and returns its result, 0 if it has none.
    pub(super) fn run(&mut self, id: ProgramId, arguments: &[f64]) -> Result<f64, Fault> {
        if let Some(code) = self.codes.and_then(|codes| codes.of(self.programs, id))
            && let Some(outcome) = self.run_code(code, arguments)
        {
            return outcome;
        }
        let frame = self.enter(id);
        let own = &mut self.registers.reals[frame.reals..];
        for (register, argument) in own.iter_mut().zip(arguments) {
            *register = *argument;
        }
        self.finish(id, frame)
    }

    fn enter(&mut self, id: ProgramId) -> Frame {
        let program = self.programs.program(id);
        let frame = Frame { reals: self.registers.reals.len(), integers: self.registers.integers.len() };
        self.registers.reals.resize(frame.reals + program.reals as usize, 0.0);
        self.registers.integers.resize(frame.integers + program.integers as usize, 0);
        frame
    }

    fn finish(&mut self, id: ProgramId, frame: Frame) -> Result<f64, Fault> {
        let program = self.programs.program(id);
        let span = program.body.first().map_or(Span::default(), |instruction| instruction.span);
        let outcome = self.count_round(span).and_then(|()| self.block(&program.body, frame));
        let result = program.result.map_or(0.0, |result| self.real(frame, result));
        self.registers.reals.truncate(frame.reals);
        self.registers.integers.truncate(frame.integers);
        outcome.map(|()| result)
    }

    /// Does some work in a call of a program whose registers are elsewhere.
    pub(super) fn with_registers(
        &mut self,
        id: ProgramId,
        registers: &mut impl operation::Registers,
        work: impl FnOnce(&mut Self, Frame) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let (reals, integers) = (self.programs.program(id).reals, self.programs.program(id).integers);
        let frame = self.enter(id);
        (0..reals).map(Real).for_each(|register| self.set(frame, register, registers.real(register)));
        (0..integers).map(Integer).for_each(|register| self.set_integer(frame, register, registers.integer(register)));
        let outcome = work(self, frame);
        (0..reals).map(Real).for_each(|register| registers.set(register, self.real(frame, register)));
        (0..integers).map(Integer).for_each(|register| registers.set_integer(register, self.integer(frame, register)));
        self.registers.reals.truncate(frame.reals);
        self.registers.integers.truncate(frame.integers);
        outcome
    }

    fn real(&self, frame: Frame, register: Real) -> f64 {
        self.registers.real(frame, register)
    }

    fn set(&mut self, frame: Frame, register: Real, x: f64) {
        self.registers.set(frame, register, x);
    }

    fn integer(&self, frame: Frame, register: Integer) -> i32 {
        self.registers.integer(frame, register)
    }

    fn set_integer(&mut self, frame: Frame, register: Integer, x: i32) {
        self.registers.set_integer(frame, register, x);
    }

    fn block(&mut self, block: &[Instruction], frame: Frame) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            let span = block.first().map_or(Span::default(), |instruction| instruction.span);
            return Err(Fault { span, reason: FaultReason::TooDeep { depth: MOST_DEPTH } });
        }
        for Instruction { operation, span } in block {
            self.operation(operation, *span, frame)?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Counts a round of a loop or a call.
    fn count_round(&mut self, span: Span) -> Result<(), Fault> {
        self.rounds += 1;
        if self.rounds > MOST_ROUNDS {
            return Err(Fault { span, reason: FaultReason::EndlessLoop { rounds: MOST_ROUNDS.into() } });
        }
        Ok(())
    }

    /// Executes an operation in a call.
    pub(super) fn operation(&mut self, operation: &Operation, span: Span, frame: Frame) -> Result<(), Fault> {
        match operation {
            Operation::If { condition, then, otherwise } => {
                let block = if is_true(self.real(frame, *condition)) { then } else { otherwise };
                self.block(block, frame)
            }
            Operation::While { test, condition, body } => loop {
                self.block(test, frame)?;
                if !is_true(self.real(frame, *condition)) {
                    return Ok(());
                }
                self.count_round(span)?;
                self.block(body, frame)?;
            },
            Operation::Count { variable, first, bounds, last, step, body } => {
                let first = self.integer(frame, *first);
                self.set_integer(frame, *variable, first);
                loop {
                    self.block(bounds, frame)?;
                    let value = self.integer(frame, *variable);
                    if value > self.integer(frame, *last) {
                        return Ok(());
                    }
                    self.count_round(span)?;
                    self.block(body, frame)?;
                    let next = self.integer(frame, *variable).wrapping_add(self.integer(frame, *step));
                    self.set_integer(frame, *variable, next);
                }
            }
            Operation::ForConnections { body } => {
                let connections = self.memory.event.weights.as_ref().map_or(0, |weights| weights.connections());
                for connection in 0..connections {
                    self.memory.event.visited = Some(connection);
                    self.block(body, frame)?;
                }
                self.memory.event.visited = None;
                Ok(())
            }
            Operation::Call { to, program, arguments } => {
                let own = self.enter(*program);
                for (number, &argument) in arguments.iter().enumerate() {
                    let x = self.real(frame, argument);
                    self.set(own, Real(number as u32), x);
                }
                let result = self.finish(*program, own)?;
                if let Some(to) = to {
                    self.set(frame, *to, result);
                }
                Ok(())
            }
            Operation::Tabulated { to, table, x } => {
                let x = self.real(frame, *x);
                let result = self.look_up(*table as usize, x)?;
                if let Some(to) = to {
                    self.set(frame, *to, result);
                }
                Ok(())
            }
            Operation::Newton { unknowns, program, residuals, .. } => {
                self.solve_by_newton(unknowns, *program, *residuals, span)
            }
            Operation::Sparse(sparse) => self.solve_sparse(sparse, span),
            Operation::Linear { unknowns, program, coefficients } => {
                self.solve_linear(unknowns, *program, *coefficients, span)
            }
            simple => {
                let mut own = Own { registers: self.registers, frame };
                execute(simple, &mut own, &mut self.memory).map_err(|reason| Fault { span, reason })
            }
        }
    }
}
