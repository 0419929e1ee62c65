//! Executes instructions.

use loligo_mechanisms::Emission;

use super::arithmetic::{self, is_true, truncate};
use super::fault::{Fault, FaultReason};
use super::memory::Memory;
use super::plans::Plans;
use super::random;
use super::tables::{TableStore, Tabulation};
use crate::program::{Array, Instruction, Integer, Operation, Place, ProgramId, Programs, Range, Real};
use crate::source::Span;

/// The most rounds of loops and calls of functions in one hook for one instance; more are treated as an endless loop.
const MOST_ROUNDS: u64 = 1_000_000;
/// The deepest nesting of blocks and calls; a deeper one is treated as an endless recursion.
const MOST_DEPTH: usize = 250;

/// The first registers of one call of a program.
#[derive(Clone, Copy, Debug)]
struct Frame {
    reals: usize,
    integers: usize,
}

/// Storage for registers, reused for all calls of a hook.
#[derive(Debug, Default)]
pub(super) struct Registers {
    reals: Vec<f64>,
    integers: Vec<i32>,
}

/// Runs programs for the instance that its memory is set to.
pub(super) struct Machine<'a> {
    pub(super) programs: &'a Programs,
    pub(super) plans: &'a Plans,
    pub(super) tables: &'a TableStore,
    /// Tables that were checked with the parameters of the first instance.
    pub(super) checked: Vec<Option<Tabulation>>,
    pub(super) memory: Memory<'a>,
    pub(super) registers: &'a mut Registers,
    rounds: u64,
    depth: usize,
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
        Self { programs, plans, tables, checked: Vec::new(), memory, registers, rounds: 0, depth: 0 }
    }

    /// Selects an instance and sets its voltage (mV).
    pub(super) fn turn_to(&mut self, instance: usize, v: f64) {
        self.memory.turn_to(instance, v);
        self.registers.reals.clear();
        self.registers.integers.clear();
        (self.rounds, self.depth) = (0, 0);
    }

    /// Runs a program and returns its result, 0 if it has none.
    pub(super) fn run(&mut self, id: ProgramId, arguments: &[f64]) -> Result<f64, Fault> {
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

    fn real(&self, frame: Frame, register: Real) -> f64 {
        self.registers.reals[frame.reals + register.0 as usize]
    }

    fn set(&mut self, frame: Frame, register: Real, x: f64) {
        self.registers.reals[frame.reals + register.0 as usize] = x;
    }

    fn integer(&self, frame: Frame, register: Integer) -> i32 {
        self.registers.integers[frame.integers + register.0 as usize]
    }

    fn set_integer(&mut self, frame: Frame, register: Integer, x: i32) {
        self.registers.integers[frame.integers + register.0 as usize] = x;
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
            return Err(Fault { span, reason: FaultReason::EndlessLoop { rounds: MOST_ROUNDS } });
        }
        Ok(())
    }

    fn operation(&mut self, operation: &Operation, span: Span, frame: Frame) -> Result<(), Fault> {
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
            simple => self.simple(simple, frame).map_err(|reason| Fault { span, reason }),
        }
    }

    /// Executes an instruction that has no block and calls no program.
    fn simple(&mut self, operation: &Operation, frame: Frame) -> Result<(), FaultReason> {
        match operation {
            Operation::Constant { to, value } => self.set(frame, *to, *value),
            Operation::Copy { to, x } => self.set(frame, *to, self.real(frame, *x)),
            Operation::Unary { to, function, x } => {
                self.set(frame, *to, arithmetic::unary(*function, self.real(frame, *x)));
            }
            Operation::Binary { to, function, x, y } => {
                self.set(frame, *to, arithmetic::binary(*function, self.real(frame, *x), self.real(frame, *y)));
            }
            Operation::Function { to, function, arguments } => {
                let arguments = self.some(frame, arguments);
                let celsius = self.memory.constants.celsius;
                self.set(frame, *to, arithmetic::function(*function, &arguments[..function.arguments()], celsius));
            }
            Operation::IntegerConstant { to, value } => self.set_integer(frame, *to, *value),
            Operation::IntegerCopy { to, x } => self.set_integer(frame, *to, self.integer(frame, *x)),
            Operation::IntegerBinary { to, function, x, y } => {
                let result = arithmetic::integer(*function, self.integer(frame, *x), self.integer(frame, *y));
                self.set_integer(frame, *to, result.ok_or(FaultReason::DivisionByZero)?);
            }
            Operation::Truncate { to, x } => self.set_integer(frame, *to, truncate(self.real(frame, *x))),
            Operation::Float { to, x } => self.set(frame, *to, f64::from(self.integer(frame, *x))),
            Operation::Load { to, from: Place::VisitedWeight(weight) } => {
                let x = *self.memory.visited(*weight)?;
                self.set(frame, *to, x);
            }
            Operation::Load { to, from } => {
                let x = self.memory.read(*from)?;
                self.set(frame, *to, x);
            }
            Operation::Store { to, x } => self.memory.write(*to, self.real(frame, *x))?,
            Operation::LoadElement { to, from, index } => {
                let x = match element(*from, self.integer(frame, *index))? {
                    Element::Place(place) => self.memory.read(place)?,
                    Element::Register(register) => self.real(frame, register),
                };
                self.set(frame, *to, x);
            }
            Operation::StoreElement { to, index, x } => {
                let x = self.real(frame, *x);
                match element(*to, self.integer(frame, *index))? {
                    Element::Place(place) => self.memory.write(place, x)?,
                    Element::Register(register) => self.set(frame, register, x),
                }
            }
            Operation::FunctionTable { to, table, arguments } => {
                let x: Vec<f64> = arguments.iter().map(|&argument| self.real(frame, argument)).collect();
                let table = self.memory.constants.function_tables.get(*table as usize);
                self.set(frame, *to, table.map_or(f64::NAN, |table| table.value(&x)));
            }
            Operation::Fail { message } => return Err(FaultReason::Failed { message: message.clone() }),
            Operation::Send { at, flag } => {
                let (at, flag) = (self.real(frame, *at), self.real(frame, *flag));
                let t = self.memory.t;
                if at < t {
                    return Err(FaultReason::InThePast { at, t });
                }
                self.emit(Emission::ToItself { at, flag })?;
            }
            Operation::Spike { at } => self.emit(Emission::Spike(self.real(frame, *at)))?,
            Operation::Move { at } => {
                let (at, t) = (self.real(frame, *at), self.memory.t);
                if at < t {
                    return Err(FaultReason::InThePast { at, t });
                }
                self.emit(Emission::MoveTo(at))?;
            }
            Operation::Watch { condition, flag } => {
                self.emit(Emission::Watch { condition: *condition, flag: self.real(frame, *flag) })?;
            }
            Operation::Draw { to, stream, draw, arguments } => {
                let arguments = self.some(frame, arguments);
                let x = random::draw(self.memory.stream(*stream), *draw, &arguments);
                self.set(frame, *to, x);
            }
            Operation::Lag { to, history, x, lag } => {
                let (x, lag) = (self.real(frame, *x), self.real(frame, *lag));
                let found = self.memory.lagged(*history, x, lag);
                self.set(frame, *to, found.ok_or(FaultReason::LongLag { lag })?);
            }
            Operation::ListLength { to, list } => {
                let length = self.memory.list(*list).len() as f64; // a list has fewer than 2^53 elements
                self.set(frame, *to, length);
            }
            Operation::ListElement { to, list, index } => {
                let index = self.integer(frame, *index);
                let list = self.memory.list(*list);
                let found = usize::try_from(index).ok().and_then(|index| list.get(index)).copied();
                let length = list.len() as u32; // only for the message
                self.set(frame, *to, found.ok_or(FaultReason::OutOfBounds { index, length })?);
            }
            Operation::Sequence { to, stream } => {
                let sequence = self.memory.stream(*stream).sequence() as f64; // at most 34 bits
                self.set(frame, *to, sequence);
            }
            Operation::SetSequence { stream, to } => {
                let sequence = self.real(frame, *to);
                self.memory.stream(*stream).set_sequence_wrapping(sequence);
            }
            Operation::SetIds { stream, ids } => {
                let [id1, id2, id3] = ids.map(|id| random::whole(self.real(frame, id)));
                self.memory.stream(*stream).set_ids(id1, id2, id3);
            }
            // These are executed by `operation`.
            Operation::If { .. }
            | Operation::While { .. }
            | Operation::Count { .. }
            | Operation::ForConnections { .. }
            | Operation::Call { .. }
            | Operation::Tabulated { .. }
            | Operation::Newton { .. }
            | Operation::Sparse(_)
            | Operation::Linear { .. } => {}
        }
        Ok(())
    }

    /// The first arguments of a function, four at most.
    fn some(&self, frame: Frame, arguments: &[Real]) -> [f64; 4] {
        std::array::from_fn(|number| arguments.get(number).map_or(0.0, |&argument| self.real(frame, argument)))
    }

    fn emit(&mut self, emission: Emission) -> Result<(), FaultReason> {
        let instance = self.memory.instance;
        let outbox = self.memory.event.outbox.as_mut().ok_or(FaultReason::NoEvents)?;
        outbox.push(instance, emission);
        Ok(())
    }
}

/// An element of an array.
enum Element {
    Place(Place),
    Register(Real),
}

fn element(array: Array, index: i32) -> Result<Element, FaultReason> {
    let (Array::Columns(range) | Array::Globals(range) | Array::Temporaries(range) | Array::Registers(range)) = array;
    let Range { first, length } = range;
    let within = u32::try_from(index).ok().filter(|&index| index < length);
    let number = first + within.ok_or(FaultReason::OutOfBounds { index, length })?;
    Ok(match array {
        Array::Columns(_) => Element::Place(Place::Column(number)),
        Array::Globals(_) => Element::Place(Place::Global(number)),
        Array::Temporaries(_) => Element::Place(Place::Temporary(number)),
        Array::Registers(_) => Element::Register(Real(number)),
    })
}
