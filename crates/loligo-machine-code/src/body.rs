//! The instructions of a program for one vector of lanes, with values in registers as far as there are some.

use iced_x86::{Instruction, MemoryOperand, Register};

use crate::divisions::Target;
use crate::instruction_set::InstructionSet;
use crate::program::{Binary, Operation, Program, Unary, Value};
pub(crate) use constants::Constants;
use encoding::{Encoding, FIRST_MASK_OF_COMPARISON, Source};

mod constants;
mod division;
pub(crate) mod encoding;
mod multiply_add;
mod polynomials;
mod stores;

/// Registers of the general kind, by their use in all functions.
pub(crate) mod general {
    use iced_x86::Register;

    /// The pointers of the streams, or their only numbers.
    pub(crate) const STREAMS: Register = Register::RDI;
    /// Bytes of each stream that are done.
    pub(crate) const DONE: Register = Register::R9;
    /// The constants.
    pub(crate) const CONSTANTS: Register = Register::R8;
    /// The pointer of a stream, for one access.
    pub(crate) const STREAM: Register = Register::RAX;
    /// The pointers of the tables.
    pub(crate) const TABLES: Register = Register::RCX;
    /// The pointer of a table.
    pub(crate) const TABLE: Register = Register::R10;
    /// The pointer of the stream of positions in intervals.
    pub(crate) const POSITIONS: Register = Register::R12;
    /// The pointer of the stream of intervals.
    pub(crate) const INTERVALS: Register = Register::RBX;
    /// The coefficients of a lane.
    pub(crate) const COEFFICIENTS: Register = Register::R11;
    /// The lower half of that register: the number of an interval.
    pub(crate) const INTERVAL: Register = Register::R11D;
    /// The values that do not fit into registers.
    pub(crate) const STACK: Register = Register::RSP;
}

/// A label within a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Label(pub(crate) usize);

/// A part of a body.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Item {
    Instruction(Instruction),
    Jump(Label),
    /// Jumps unless the flag for zero is set.
    JumpUnlessZero(Label),
    /// Jumps if the flag for zero is set.
    JumpIfZero(Label),
    /// The place of a label.
    Place(Label),
}

/// The instructions for a vector.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) items: Vec<Item>,
    /// Number of labels.
    pub(crate) labels: usize,
    /// Number of vectors on the stack.
    pub(crate) slots: u32,
}

/// An instruction could not be made.
pub(crate) type EncodingError = iced_x86::IcedError;

/// Makes the instructions for a full vector or, if `is_rest`, for the lanes of the mask.
pub(crate) fn body(
    program: &Program,
    target: Target,
    is_rest: bool,
    constants: &mut Constants,
) -> Result<Body, EncodingError> {
    let mut allocation = Allocation::new(program, target, is_rest, constants);
    for position in 0..program.operations().len() {
        allocation.compute(position)?;
    }
    allocation.store_the_rest()?;
    Ok(allocation.body)
}

/// The place of a value that is in use.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    register: Option<usize>,
    slot: Option<u32>,
}

/// The occupant of a register.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Occupant {
    Value(Value),
    /// A number within one operation.
    Temporary,
}

struct Allocation<'a> {
    program: &'a Program,
    encoding: &'static Encoding,
    is_rest: bool,
    constants: &'a mut Constants,
    /// By value: the operations that use it, in ascending order; a store that waits for the end counts as one more.
    uses: Vec<Vec<usize>>,
    /// By operation: the streams to which its value is stored at once.
    stores: Vec<Vec<u32>>,
    /// The stores that wait until all numbers of their stream are loaded.
    waiting: Vec<(u32, Value)>,
    places: Vec<Place>,
    /// By value: true for polynomials that were computed with others.
    is_computed: Vec<bool>,
    /// By operation: true for divisions that are made by multiplications.
    by_multiplications: Vec<bool>,
    registers: Vec<Option<Occupant>>,
    free_slots: Vec<u32>,
    body: Body,
}

impl<'a> Allocation<'a> {
    fn new(program: &'a Program, target: Target, is_rest: bool, constants: &'a mut Constants) -> Self {
        let operations = program.operations();
        let count = operations.len();
        let mut uses = vec![Vec::new(); count];
        for &(_, value) in program.stores() {
            uses[value.index()].push(count);
        }
        // From the last operation on, so that those that nothing uses are left out.
        for (position, operation) in operations.iter().enumerate().rev() {
            if !uses[position].is_empty() {
                operation.operands(|operand| {
                    if uses[operand.index()].last() != Some(&position) {
                        uses[operand.index()].push(position);
                    }
                });
            }
        }
        for uses in &mut uses {
            uses.reverse();
        }
        let mut last_load = vec![0; program.streams() as usize];
        for (operation, uses) in operations.iter().zip(&uses) {
            if let (Operation::Load(stream), Some(&last)) = (operation, uses.last()) {
                let last_of_stream = &mut last_load[*stream as usize];
                *last_of_stream = last.max(*last_of_stream);
            }
        }
        let (mut stores, mut waiting) = (vec![Vec::new(); count], Vec::new());
        for &(stream, value) in program.stores() {
            let is_computed = !operations[value.index()].is_in_memory();
            match is_computed && last_load[stream as usize] <= value.index() {
                true => stores[value.index()].push(stream),
                false => waiting.push((stream, value)),
            }
        }
        for (value, uses) in uses.iter_mut().enumerate() {
            let waits = waiting.iter().any(|(_, waiting)| waiting.index() == value);
            let is_stored_at_once = !stores[value].is_empty();
            if !waits && is_stored_at_once {
                // The store follows the operation itself.
                uses.retain(|&position| position < count);
                uses.insert(0, value);
            }
        }
        let encoding = Encoding::of(target.0);
        Self {
            program,
            encoding,
            is_rest,
            constants,
            uses,
            stores,
            waiting,
            places: vec![Place::default(); count],
            is_computed: vec![false; count],
            by_multiplications: division::by_multiplications(program, target),
            registers: vec![None; encoding.registers],
            free_slots: Vec::new(),
            body: Body::default(),
        }
    }

    fn emit(&mut self, instruction: Instruction) {
        self.body.items.push(Item::Instruction(instruction));
    }

    /// The next operation, from `position` on, that uses a value.
    fn next_use(&self, value: Value, position: usize) -> Option<usize> {
        let uses = &self.uses[value.index()];
        uses.get(uses.partition_point(|&used| used < position)).copied()
    }

    /// Frees the registers of values that no operation after `position` uses.
    fn release_registers(&mut self, position: usize) {
        for register in 0..self.registers.len() {
            if let Some(Occupant::Value(value)) = self.registers[register]
                && self.next_use(value, position + 1).is_none()
            {
                self.registers[register] = None;
                self.places[value.index()].register = None;
            }
        }
    }

    /// Frees the stack of operands that no operation after `position` uses: after the instruction that reads them.
    fn release_slots(&mut self, position: usize) {
        self.program.operations()[position].operands(|operand| {
            if self.next_use(operand, position + 1).is_none()
                && let Some(slot) = self.places[operand.index()].slot.take()
            {
                self.free_slots.push(slot);
            }
        });
    }

    /// A free register; if there is none, the value whose next use is furthest moves to the stack.
    fn free_register(&mut self, position: usize, pinned: &[usize]) -> Result<usize, EncodingError> {
        if let Some(free) = self.registers.iter().position(Option::is_none) {
            return Ok(free);
        }
        let next = |occupant: &Option<Occupant>| match occupant {
            Some(Occupant::Value(value)) => self.next_use(*value, position).unwrap_or(usize::MAX),
            _ => 0,
        };
        let candidates = self.registers.iter().enumerate();
        let candidates = candidates.filter(|(register, occupant)| {
            !pinned.contains(register) && !matches!(occupant, Some(Occupant::Temporary))
        });
        // An operation pins at most four registers, and there are more.
        let register = candidates.max_by_key(|(_, occupant)| next(occupant)).map_or(0, |(register, _)| register);
        if let Some(Occupant::Value(value)) = self.registers[register].take() {
            self.places[value.index()].register = None;
            self.keep(value, register)?;
        }
        Ok(register)
    }

    fn occupy(&mut self, register: usize, value: Value) {
        self.registers[register] = Some(Occupant::Value(value));
        self.places[value.index()].register = Some(register);
    }

    /// A register for a number within one operation.
    fn temporary(&mut self, position: usize, pinned: &[usize]) -> Result<usize, EncodingError> {
        let register = self.free_register(position, pinned)?;
        self.registers[register] = Some(Occupant::Temporary);
        Ok(register)
    }

    fn label(&mut self) -> Label {
        self.body.labels += 1;
        Label(self.body.labels - 1)
    }

    /// Copies the value of a register that is needed for something else to the stack, unless it can be read again.
    fn keep(&mut self, value: Value, register: usize) -> Result<(), EncodingError> {
        let is_elsewhere =
            self.places[value.index()].slot.is_some() || self.program.operations()[value.index()].is_in_memory();
        if is_elsewhere {
            return Ok(());
        }
        self.copy_to_stack(value, register)
    }

    fn copy_to_stack(&mut self, value: Value, register: usize) -> Result<(), EncodingError> {
        let slot = self.free_slots.pop().unwrap_or_else(|| {
            self.body.slots += 1;
            self.body.slots - 1
        });
        self.places[value.index()].slot = Some(slot);
        let instruction = self.encoding.store(self.slot(slot), register)?;
        self.emit(instruction);
        Ok(())
    }

    fn slot(&self, slot: u32) -> MemoryOperand {
        MemoryOperand::with_base_displ(general::STACK, i64::from(slot) * self.encoding.bytes)
    }

    /// The memory of a lane's numbers in a stream, after its pointer is fetched.
    fn stream(&mut self, stream: u32) -> Result<MemoryOperand, EncodingError> {
        self.emit(Instruction::with2(iced_x86::Code::Mov_r64_rm64, general::STREAM, stream_itself(stream))?);
        Ok(MemoryOperand::with_base_index(general::STREAM, general::DONE))
    }

    fn constant(&mut self, bits: u64) -> Source {
        let index = self.constants.index(bits) as i64;
        self.encoding.constant(general::CONSTANTS, index)
    }

    /// The register of a value, which is fetched if it is elsewhere.
    fn register(&mut self, value: Value, position: usize, pinned: &[usize]) -> Result<usize, EncodingError> {
        if let Some(register) = self.places[value.index()].register {
            return Ok(register);
        }
        let register = self.free_register(position, pinned)?;
        let instruction = match (self.places[value.index()].slot, self.program.operations()[value.index()]) {
            (Some(slot), _) => self.encoding.load(register, Source::Memory(self.slot(slot)))?,
            (None, Operation::Constant(bits)) => {
                let constant = self.constant(bits);
                self.encoding.load(register, constant)?
            }
            (None, Operation::LoadNumber(stream)) => self.encoding.load_number(register, stream_itself(stream))?,
            (None, Operation::Load(stream)) => {
                let memory = self.stream(stream)?;
                match self.is_rest {
                    true => self.encoding.load_rest(register, memory)?,
                    false => self.encoding.load(register, Source::Memory(memory))?,
                }
            }
            // Values are computed before they are used, and keep a place until then.
            (None, _) => self.encoding.load(register, Source::Register(register))?,
        };
        self.emit(instruction);
        self.occupy(register, value);
        Ok(register)
    }

    /// An operand that may be in memory.
    fn source(&mut self, value: Value, position: usize, pinned: &[usize]) -> Result<Source, EncodingError> {
        let place = self.places[value.index()];
        if let Some(register) = place.register {
            return Ok(Source::Register(register));
        }
        if let Some(slot) = place.slot {
            return Ok(Source::Memory(self.slot(slot)));
        }
        let is_last = self.next_use(value, position + 1).is_none();
        match self.program.operations()[value.index()] {
            Operation::Constant(bits) => Ok(self.constant(bits)),
            Operation::LoadNumber(stream) if is_last && self.encoding.broadcasts() => {
                Ok(Source::Memory(MemoryOperand { is_broadcast: true, ..stream_itself(stream) }))
            }
            Operation::Load(stream) if is_last && !self.is_rest => Ok(Source::Memory(self.stream(stream)?)),
            _ => Ok(Source::Register(self.register(value, position, pinned)?)),
        }
    }

    /// Frees the operands that are not used again, and chooses the register of the result.
    fn result(&mut self, position: usize) -> Result<usize, EncodingError> {
        self.release_registers(position);
        let register = self.free_register(position, &[])?;
        self.occupy(register, Value(position as u32));
        Ok(register)
    }

    fn compute(&mut self, position: usize) -> Result<(), EncodingError> {
        if self.uses[position].is_empty() {
            return Ok(());
        }
        let encoding = self.encoding;
        match self.program.operations()[position] {
            Operation::Load(_) | Operation::LoadNumber(_) | Operation::Constant(_) => return Ok(()),
            Operation::Polynomial { table, of, position: x, interval, .. } => {
                if !self.is_computed[position] {
                    self.polynomials(position, (table, of), (x, interval))?;
                }
            }
            Operation::Unary(function, x) => {
                let instruction = match function {
                    Unary::Negative | Unary::Absolute => {
                        /// The bit that is set in negative numbers.
                        const SIGN: u64 = 1 << 63;
                        let x = self.register(x, position, &[])?;
                        let mask = self.constant(if function == Unary::Negative { SIGN } else { !SIGN });
                        let to = self.result(position)?;
                        encoding.with_mask(function, to, x, mask)?
                    }
                    Unary::SquareRoot | Unary::Floor | Unary::Ceil => {
                        let x = self.source(x, position, &[])?;
                        let to = self.result(position)?;
                        encoding.unary(function, to, x)?
                    }
                    Unary::ShiftLeft(places) | Unary::ShiftRight(places) => {
                        let x = self.register(x, position, &[])?;
                        let to = self.result(position)?;
                        encoding.shift(to, x, (matches!(function, Unary::ShiftLeft(_)), places))?
                    }
                };
                self.emit(instruction);
            }
            Operation::MultiplyAdd(operands) => self.multiply_add(position, operands)?,
            Operation::Binary(_, x, y) if self.by_multiplications[position] => self.divide(position, x, y)?,
            Operation::Binary(function, x, y) => {
                let (x, y) = self.in_best_order(function, x, y);
                let x = self.register(x, position, &[])?;
                let y = self.source(y, position, &[x])?;
                let to = self.result(position)?;
                let instruction = encoding.binary(function, to, x, y)?;
                self.emit(instruction);
            }
            Operation::Select { comparison, x, y, then, otherwise } => {
                let x = self.register(x, position, &[])?;
                let y = self.source(y, position, &[x])?;
                let pinned = [x, y.register().unwrap_or(x)];
                let mask = match encoding.masks_are_vectors {
                    true => self.temporary(position, &pinned)?,
                    false => FIRST_MASK_OF_COMPARISON,
                };
                let instruction = encoding.compare(comparison, mask, x, y)?;
                self.emit(instruction);
                let otherwise = self.register(otherwise, position, &[])?;
                let then = self.source(then, position, &[otherwise])?;
                let to = self.result(position)?;
                let instruction = encoding.select(to, mask, then, otherwise)?;
                self.emit(instruction);
                if encoding.masks_are_vectors {
                    self.registers[mask] = None;
                }
            }
        }
        for index in 0..self.stores[position].len() {
            let stream = self.stores[position][index];
            self.store(stream, Value(position as u32), position)?;
        }
        self.release_slots(position);
        if self.next_use(Value(position as u32), position + 1).is_none() {
            self.release_registers(position);
        }
        Ok(())
    }

    /// Operands of which the second is the one in memory, where the order has no effect.
    fn in_best_order(&self, function: Binary, x: Value, y: Value) -> (Value, Value) {
        let is_in_register = |value: Value| self.places[value.index()].register.is_some();
        match function {
            Binary::Add | Binary::Multiply if !is_in_register(x) && is_in_register(y) => (y, x),
            _ => (x, y),
        }
    }
}

/// The memory of a stream's pointer, or of its only number.
fn stream_itself(stream: u32) -> MemoryOperand {
    MemoryOperand::with_base_displ(general::STREAMS, i64::from(stream) * 8)
}

/// A register of vectors by its number.
pub(crate) fn vector_register(set: InstructionSet, number: usize) -> Register {
    let first = match set {
        InstructionSet::Avx2 => Register::YMM0,
        InstructionSet::Avx512 => Register::ZMM0,
    };
    first + number as u32
}
