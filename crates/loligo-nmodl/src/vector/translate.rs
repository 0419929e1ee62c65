//! Translates the programs of a hook to a graph: functions are inlined, loops unrolled, branches become selections.

use std::collections::{BTreeMap, BTreeSet};

use loligo_mechanisms::Environment;

use super::graph::{Graph, Input, Node, Value};
use super::plan::MOST_ARGUMENTS;
use crate::interpreter::arithmetic::{self, is_true, truncate};
use crate::program::{
    Array, Binary, Instruction, Integer, Operation, Place, Program, ProgramId, Programs, Real, Unary,
};
use crate::source::Span;

/// The most instructions that the translation of a hook executes.
const MOST_INSTRUCTIONS: usize = 200_000;
/// The deepest nesting of blocks and calls.
const MOST_DEPTH: usize = 100;

/// The reason why a hook cannot be computed for many instances at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Obstacle {
    #[error("events or connections")]
    Events,
    #[error("numbers of a random stream")]
    Random,
    #[error("past values of variables")]
    History,
    #[error("a message that ends the run")]
    Fail,
    #[error("a loop or an index that depends on the instance")]
    OfInstance,
    #[error("a table that depends on a variable that the same code changes")]
    TableInput,
    #[error("linear equations, or the equilibrium of a kinetic scheme")]
    Solver,
    #[error("programs that are too long, or call themselves")]
    TooLong,
    #[error("an index out of bounds or a division by 0")]
    Fault,
}

/// Values that are the same for all instances as long as a kernel is used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// Values of the mechanism's globals.
    pub(crate) globals: &'a [f64],
    /// The step, ms.
    pub(crate) dt: f64,
    /// Temperature, degC.
    pub(crate) celsius: f64,
    pub(crate) second_order: bool,
    /// Columns with the value that they have in all instances for which the plan is made.
    pub(crate) columns: &'a BTreeMap<u32, f64>,
}

impl<'a> Known<'a> {
    /// The values of an environment, and those of some columns.
    pub(crate) fn of(environment: &'a Environment, columns: &'a BTreeMap<u32, f64>) -> Self {
        let Environment { ref globals, dt, celsius, second_order, .. } = *environment;
        Self { globals, dt, celsius, second_order, columns }
    }
}

/// The numbers that the code of a hook can change, at one point of the code.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) places: BTreeMap<Place, Value>,
    /// The registers of all calls under way.
    reals: Vec<Value>,
    /// `None` for a number that depends on the instance.
    integers: Vec<Option<i32>>,
}

#[derive(Clone, Copy)]
pub(super) struct Frame {
    reals: usize,
    integers: usize,
}

/// The translation of one hook.
pub(crate) struct Translation<'a> {
    pub(crate) graph: Graph,
    pub(super) programs: &'a Programs,
    known: Known<'a>,
    pub(super) state: State,
    is_shifted: bool,
    /// Values that must be 0: an instance with another value is computed by the plain interpreter.
    exceptions: Vec<Value>,
    pub(super) instructions: usize,
    /// The place of the instruction that is executed.
    pub(super) span: Span,
    depth: usize,
}

impl<'a> Translation<'a> {
    pub(crate) fn new(programs: &'a Programs, known: Known<'a>) -> Self {
        let graph = Graph::new(known.celsius);
        let state = State::default();
        Self {
            graph,
            programs,
            known,
            state,
            is_shifted: false,
            exceptions: Vec::new(),
            instructions: 0,
            span: Span::default(),
            depth: 0,
        }
    }

    /// Runs a program of a hook at voltage `v`; `is_shifted` says that currents are evaluated at v + 0.001 mV.
    pub(crate) fn run_hook(&mut self, id: ProgramId, v: Value, is_shifted: bool) -> Result<(), Obstacle> {
        self.state.places.insert(Place::Voltage, v);
        self.state.places.remove(&Place::Time);
        self.is_shifted = is_shifted;
        self.run(id, &[]).map(|_| ())
    }

    /// Lets the plain interpreter compute the hook where a value is not 0.
    pub(super) fn leave_to_plain_if(&mut self, condition: Value) {
        self.exceptions.push(condition);
    }

    /// The values that are not 0 where the plain interpreter must compute the hook.
    pub(crate) fn exceptions(&self) -> Vec<Value> {
        let constant = |value: &&Value| self.graph.number(**value) != Some(0.0);
        let mut exceptions: Vec<Value> = self.exceptions.iter().filter(constant).copied().collect();
        exceptions.sort_unstable();
        exceptions.dedup();
        exceptions
    }

    /// The columns that the code has written, with their values.
    pub(crate) fn columns(&self) -> Vec<(u32, Value)> {
        let columns = self.state.places.iter().filter_map(|(&place, &value)| match place {
            Place::Column(column) if *self.graph.node(value) != Node::Input(Input::Column(column)) => {
                Some((column, value))
            }
            _ => None,
        });
        columns.collect()
    }

    /// Sets a column.
    pub(crate) fn set_column(&mut self, column: u32, value: Value) {
        self.state.places.insert(Place::Column(column), value);
    }

    /// The value at a place.
    pub(crate) fn read(&mut self, place: Place) -> Result<Value, Obstacle> {
        match self.state.places.get(&place) {
            Some(&value) => Ok(value),
            None => self.initial(place),
        }
    }

    /// The value at a place that the code has not written.
    fn initial(&mut self, place: Place) -> Result<Value, Obstacle> {
        let number = match place {
            Place::Column(column) => match self.known.columns.get(&column) {
                Some(&number) => number,
                None => return Ok(self.graph.add(Node::Input(Input::Column(column)))),
            },
            Place::Voltage => return Ok(self.graph.add(Node::Input(Input::Voltage))),
            Place::Time => return Ok(self.graph.add(Node::Input(Input::Time))),
            Place::Global(global) => self.known.globals[global as usize],
            Place::Temporary(_) => 0.0,
            Place::Step => self.known.dt,
            Place::Celsius => self.known.celsius,
            Place::SecondOrder => arithmetic::truth(self.known.second_order),
            Place::ShiftedEvaluation => arithmetic::truth(self.is_shifted),
            Place::Flag | Place::Weight(_) | Place::VisitedWeight(_) => return Err(Obstacle::Events),
        };
        Ok(self.graph.constant(number))
    }

    pub(super) fn write(&mut self, place: Place, value: Value) -> Result<(), Obstacle> {
        match place {
            Place::Weight(_) | Place::VisitedWeight(_) => return Err(Obstacle::Events),
            // Verified programs do not write these.
            Place::Global(_) | Place::Celsius | Place::Flag | Place::SecondOrder | Place::ShiftedEvaluation => {}
            _ => {
                self.state.places.insert(place, value);
            }
        }
        Ok(())
    }

    /// Runs a program and returns its result, 0 if it has none.
    pub(super) fn run(&mut self, id: ProgramId, arguments: &[Value]) -> Result<Value, Obstacle> {
        let Program { reals, integers, result, body, .. } = self.programs.program(id);
        let frame = Frame { reals: self.state.reals.len(), integers: self.state.integers.len() };
        let zero = self.graph.constant(0.0);
        self.state.reals.extend_from_slice(arguments);
        self.state.reals.resize(frame.reals + *reals as usize, zero);
        self.state.integers.resize(frame.integers + *integers as usize, Some(0));
        self.block(body, frame)?;
        let result = result.map_or(zero, |result| self.real(frame, result));
        self.state.reals.truncate(frame.reals);
        self.state.integers.truncate(frame.integers);
        Ok(result)
    }

    pub(super) fn real(&self, frame: Frame, register: Real) -> Value {
        self.state.reals[frame.reals + register.0 as usize]
    }

    fn set(&mut self, frame: Frame, register: Real, value: Value) {
        self.state.reals[frame.reals + register.0 as usize] = value;
    }

    fn integer(&self, frame: Frame, register: Integer) -> Option<i32> {
        self.state.integers[frame.integers + register.0 as usize]
    }

    fn set_integer(&mut self, frame: Frame, register: Integer, x: Option<i32>) {
        self.state.integers[frame.integers + register.0 as usize] = x;
    }

    fn some(&self, frame: Frame, registers: &[Real]) -> Vec<Value> {
        registers.iter().map(|&register| self.real(frame, register)).collect()
    }

    pub(super) fn block(&mut self, block: &[Instruction], frame: Frame) -> Result<(), Obstacle> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(Obstacle::TooLong);
        }
        for instruction in block {
            self.instructions += 1;
            if self.instructions > MOST_INSTRUCTIONS {
                return Err(Obstacle::TooLong);
            }
            self.span = instruction.span;
            self.operation(&instruction.operation, frame)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn operation(&mut self, operation: &Operation, frame: Frame) -> Result<(), Obstacle> {
        match operation {
            Operation::Constant { to, value } => {
                let value = self.graph.constant(*value);
                self.set(frame, *to, value);
            }
            Operation::Copy { to, x } => self.set(frame, *to, self.real(frame, *x)),
            Operation::Unary { to, function, x } => {
                let value = self.graph.unary(*function, self.real(frame, *x));
                self.set(frame, *to, value);
            }
            Operation::Binary { to, function, x, y } => {
                let value = self.graph.binary(*function, self.real(frame, *x), self.real(frame, *y));
                self.set(frame, *to, value);
            }
            Operation::Function { to, function, arguments } => {
                let arguments = self.some(frame, &arguments[..function.arguments()]);
                let value = self.graph.add(Node::Function(*function, arguments));
                self.set(frame, *to, value);
            }
            Operation::FunctionTable { arguments, .. } if arguments.len() > MOST_ARGUMENTS => {
                return Err(Obstacle::TooLong);
            }
            Operation::FunctionTable { to, table, arguments } => {
                let arguments = self.some(frame, arguments);
                let value = self.graph.add(Node::FunctionTable { table: *table, arguments });
                self.set(frame, *to, value);
            }
            Operation::Load { to, from } => {
                let value = self.read(*from)?;
                self.set(frame, *to, value);
            }
            Operation::Store { to, x } => self.write(*to, self.real(frame, *x))?,
            Operation::If { condition, then, otherwise } => self.branch(frame, *condition, then, otherwise)?,
            Operation::While { test, condition, body } => {
                self.block(test, frame)?;
                self.repeat(test, *condition, body, frame)?;
            }
            Operation::Count { variable, first, bounds, last, step, body } => {
                self.set_integer(frame, *variable, self.integer(frame, *first));
                loop {
                    self.block(bounds, frame)?;
                    let value = self.integer(frame, *variable).ok_or(Obstacle::OfInstance)?;
                    if value > self.integer(frame, *last).ok_or(Obstacle::OfInstance)? {
                        break;
                    }
                    self.count_round()?;
                    self.block(body, frame)?;
                    let (value, step) = (self.integer(frame, *variable), self.integer(frame, *step));
                    let next = value.zip(step).map(|(value, step)| value.wrapping_add(step));
                    self.set_integer(frame, *variable, next);
                }
            }
            Operation::Call { to, program, arguments } => {
                let arguments = self.some(frame, arguments);
                let result = self.run(*program, &arguments)?;
                if let Some(to) = to {
                    self.set(frame, *to, result);
                }
            }
            Operation::Tabulated { to, table, x } => {
                let result = self.look_up(*table, self.real(frame, *x))?;
                if let Some(to) = to {
                    self.set(frame, *to, result);
                }
            }
            Operation::Fail { .. } => return Err(Obstacle::Fail),
            Operation::Sparse(sparse) => self.solve_scheme(sparse)?,
            Operation::Newton { unknowns, program, residuals, pivots } => {
                self.solve_by_newton((unknowns, pivots), *program, *residuals)?;
            }
            Operation::Linear { .. } => return Err(Obstacle::Solver),
            Operation::ForConnections { .. }
            | Operation::Send { .. }
            | Operation::Spike { .. }
            | Operation::Move { .. }
            | Operation::Watch { .. } => return Err(Obstacle::Events),
            Operation::Lag { .. } => return Err(Obstacle::History),
            Operation::Draw { .. }
            | Operation::Sequence { .. }
            | Operation::SetSequence { .. }
            | Operation::SetIds { .. } => return Err(Obstacle::Random),
            whole => self.whole_number(whole, frame)?,
        }
        Ok(())
    }

    /// Executes an instruction that uses whole numbers.
    fn whole_number(&mut self, operation: &Operation, frame: Frame) -> Result<(), Obstacle> {
        match operation {
            Operation::IntegerConstant { to, value } => self.set_integer(frame, *to, Some(*value)),
            Operation::IntegerCopy { to, x } => self.set_integer(frame, *to, self.integer(frame, *x)),
            Operation::IntegerBinary { to, function, x, y } => {
                let operands = self.integer(frame, *x).zip(self.integer(frame, *y));
                let (x, y) = operands.ok_or(Obstacle::OfInstance)?;
                let result = arithmetic::integer(*function, x, y).ok_or(Obstacle::Fault)?;
                self.set_integer(frame, *to, Some(result));
            }
            Operation::Truncate { to, x } => {
                let number = self.graph.number(self.real(frame, *x));
                self.set_integer(frame, *to, number.map(truncate));
            }
            Operation::Float { to, x } => {
                let x = self.integer(frame, *x).ok_or(Obstacle::OfInstance)?;
                let value = self.graph.constant(f64::from(x));
                self.set(frame, *to, value);
            }
            Operation::LoadElement { to, from, index } => {
                let value = match self.element(*from, *index, frame)? {
                    (place, None) => self.read(place)?,
                    (_, Some(register)) => self.real(frame, register),
                };
                self.set(frame, *to, value);
            }
            Operation::StoreElement { to, index, x } => {
                let value = self.real(frame, *x);
                match self.element(*to, *index, frame)? {
                    (place, None) => self.write(place, value)?,
                    (_, Some(register)) => self.set(frame, register, value),
                }
            }
            // An instruction that is added later runs in the plain interpreter.
            _ => return Err(Obstacle::OfInstance),
        }
        Ok(())
    }

    /// The place of an element of an array, or its register.
    fn element(&self, array: Array, index: Integer, frame: Frame) -> Result<(Place, Option<Real>), Obstacle> {
        let index = self.integer(frame, index).ok_or(Obstacle::OfInstance)?;
        let (Array::Columns(range) | Array::Globals(range) | Array::Temporaries(range) | Array::Registers(range)) =
            array;
        let within = u32::try_from(index).ok().filter(|&index| index < range.length).ok_or(Obstacle::Fault)?;
        let number = range.first + within;
        Ok(match array {
            Array::Columns(_) => (Place::Column(number), None),
            Array::Globals(_) => (Place::Global(number), None),
            Array::Temporaries(_) => (Place::Temporary(number), None),
            Array::Registers(_) => (Place::Temporary(number), Some(Real(number))),
        })
    }

    pub(super) fn count_round(&mut self) -> Result<(), Obstacle> {
        self.instructions += 1;
        if self.instructions > MOST_INSTRUCTIONS { Err(Obstacle::TooLong) } else { Ok(()) }
    }

    /// Translates both branches and selects between the numbers that they leave.
    fn branch(
        &mut self,
        frame: Frame,
        condition: Real,
        then: &[Instruction],
        otherwise: &[Instruction],
    ) -> Result<(), Obstacle> {
        let condition = self.real(frame, condition);
        self.choose(condition, |own| own.block(then, frame), |own| own.block(otherwise, frame))
    }

    /// Translates both of two ways to go on, and selects between the numbers that they leave.
    pub(super) fn choose(
        &mut self,
        condition: Value,
        then: impl FnOnce(&mut Self) -> Result<(), Obstacle>,
        otherwise: impl FnOnce(&mut Self) -> Result<(), Obstacle>,
    ) -> Result<(), Obstacle> {
        if let Some(number) = self.graph.number(condition) {
            return if is_true(number) { then(self) } else { otherwise(self) };
        }
        let (before, exceptions) = (self.state.clone(), self.exceptions.len());
        then(self)?;
        let after_then = std::mem::replace(&mut self.state, before);
        let exceptions_of_then = self.exceptions.len();
        otherwise(self)?;
        let never = self.graph.constant(0.0);
        for number in exceptions..self.exceptions.len() {
            let own = self.exceptions[number];
            let (then, otherwise) = if number < exceptions_of_then { (own, never) } else { (never, own) };
            self.exceptions[number] = self.graph.select(condition, then, otherwise);
        }
        let places: BTreeSet<Place> = after_then.places.keys().chain(self.state.places.keys()).copied().collect();
        for place in places {
            let then = match after_then.places.get(&place) {
                Some(&value) => value,
                None => self.initial(place)?,
            };
            let otherwise = self.read(place)?;
            let value = self.graph.select(condition, then, otherwise);
            self.state.places.insert(place, value);
        }
        for (own, after) in self.state.reals.iter_mut().zip(after_then.reals) {
            *own = self.graph.select(condition, after, *own);
        }
        for (own, after) in self.state.integers.iter_mut().zip(after_then.integers) {
            *own = own.filter(|own| after == Some(*own));
        }
        Ok(())
    }

    /// The value with a function applied.
    pub(crate) fn binary(&mut self, function: Binary, x: Value, y: Value) -> Value {
        self.graph.binary(function, x, y)
    }

    /// The negative value if `is_negative`, otherwise the value.
    pub(crate) fn signed(&mut self, is_negative: bool, x: Value) -> Value {
        if is_negative { self.graph.unary(Unary::Negative, x) } else { x }
    }
}
