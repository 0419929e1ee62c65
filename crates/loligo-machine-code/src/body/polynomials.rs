//! The instructions for the polynomials of a table: a function in each lane, then transposed to an instance in each lane.

use iced_x86::{Code, Instruction, MemoryOperand, Register};

use super::encoding::Source;
use super::{Allocation, EncodingError, Item, general, stream_itself};
use crate::program::{Operation, Program, Value};

/// Bytes of the coefficients of an interval.
const INTERVAL: u32 = 8 * Program::COEFFICIENTS * Program::FUNCTIONS;
/// Bytes of the coefficients of one power.
const POWER: i64 = 8 * Program::FUNCTIONS as i64;

/// The numbers of all lanes in memory.
#[derive(Clone, Copy, Debug)]
struct LanesInMemory {
    base: Register,
    index: Register,
    /// Bytes from there to the first lane.
    first: i64,
}

impl LanesInMemory {
    fn lane(self, lane: i64) -> MemoryOperand {
        let bytes = self.first + 8 * lane;
        MemoryOperand::with_base_index_scale_displ_size(self.base, self.index, 1, bytes, 1)
    }
}

impl Allocation<'_> {
    /// Computes all polynomials of a table that are used, at a position in an interval.
    pub(super) fn polynomials(
        &mut self,
        position: usize,
        table: u32,
        place: (Value, Value),
    ) -> Result<(), EncodingError> {
        let lanes = (
            self.in_memory(place.0, position, general::POSITIONS)?,
            self.in_memory(place.1, position, general::INTERVALS)?,
        );
        self.release_registers(position);
        let pointer = MemoryOperand::with_base_displ(general::TABLES, i64::from(table) * 8);
        self.emit(Instruction::with2(Code::Mov_r64_rm64, general::TABLE, pointer)?);
        let functions = self.functions(table, place);
        for (part, functions) in functions.chunks(self.encoding.lanes()).enumerate() {
            if functions.iter().any(Option::is_some) {
                self.part((position, part), lanes, functions)?;
            }
        }
        Ok(())
    }

    /// By function: the operation whose result it is, if that is used.
    fn functions(&mut self, table: u32, place: (Value, Value)) -> [Option<Value>; Program::FUNCTIONS as usize] {
        let mut functions = [None; Program::FUNCTIONS as usize];
        for (index, operation) in self.program.operations().iter().enumerate() {
            if let Operation::Polynomial { table: own, function, position, interval } = *operation
                && (own, (position, interval)) == (table, place)
                && !self.uses[index].is_empty()
                && !self.is_computed[index]
                && functions[function as usize].is_none()
            {
                functions[function as usize] = Some(Value(index as u32));
                self.is_computed[index] = true;
            }
        }
        functions
    }

    /// The place of a value in memory: in its stream, whose pointer goes to a register, or else on the stack, where it is
    /// copied if need be. A lane that is read just after a whole vector is stored waits for the store.
    fn in_memory(&mut self, value: Value, position: usize, pointer: Register) -> Result<LanesInMemory, EncodingError> {
        if let (Operation::Load(stream), false) = (self.program.operations()[value.index()], self.is_rest) {
            self.emit(Instruction::with2(Code::Mov_r64_rm64, pointer, stream_itself(stream))?);
            return Ok(LanesInMemory { base: pointer, index: general::DONE, first: 0 });
        }
        if self.places[value.index()].slot.is_none() {
            let register = self.register(value, position, &[])?;
            self.copy_to_stack(value, register)?;
        }
        let slot = self.places[value.index()].slot.map_or(0, i64::from); // it has one now
        Ok(LanesInMemory { base: general::STACK, index: Register::None, first: slot * self.encoding.bytes })
    }

    /// Finds the coefficients of an interval.
    fn find_coefficients(&mut self, interval: MemoryOperand) -> Result<(), EncodingError> {
        self.emit(Instruction::with2(Code::Movzx_r32_rm8, general::INTERVAL, interval)?);
        self.emit(Instruction::with2(Code::Shl_rm32_imm8, general::INTERVAL, INTERVAL.trailing_zeros())?);
        self.emit(Instruction::with2(Code::Add_r64_rm64, general::COEFFICIENTS, general::TABLE)?);
        Ok(())
    }

    /// Computes the functions where all lanes are in one interval: an instance in each lane, as the coefficients are the
    /// same for all.
    fn in_one_interval(
        &mut self,
        part: usize,
        (places, intervals): (LanesInMemory, LanesInMemory),
        (results, x, other): (&[usize], usize, usize),
        functions: &[Option<Value>],
    ) -> Result<(), EncodingError> {
        let encoding = self.encoding;
        self.find_coefficients(intervals.lane(0))?;
        self.emit(encoding.load(x, Source::Memory(places.lane(0)))?);
        let used = results.iter().zip(functions).zip(0..).filter(|((_, function), _)| function.is_some());
        let used: Vec<(usize, i64)> =
            used.map(|((&result, _), k)| (result, part as i64 * encoding.bytes + 8 * k)).collect();
        let coefficient =
            |first: i64, power: i64| MemoryOperand::with_base_displ(general::COEFFICIENTS, first + power * POWER);
        for &(result, first) in &used {
            self.emit(encoding.load_number(result, coefficient(first, 0))?);
        }
        for power in 1..i64::from(Program::COEFFICIENTS) {
            for &(result, first) in &used {
                for instruction in encoding.multiply_add_number((result, x, other), coefficient(first, power))? {
                    self.emit(instruction);
                }
            }
        }
        Ok(())
    }

    /// Computes as many functions as there are lanes.
    fn part(
        &mut self,
        (position, part): (usize, usize),
        (places, intervals): (LanesInMemory, LanesInMemory),
        functions: &[Option<Value>],
    ) -> Result<(), EncodingError> {
        let encoding = self.encoding;
        let mut rows = Vec::new();
        for _ in 0..encoding.lanes() {
            rows.push(self.temporary(position, &[])?);
        }
        let (mut spare, other) = (self.temporary(position, &[])?, self.temporary(position, &[])?);
        // The registers of the results.
        let (mut results, mut x) = (rows.clone(), spare);
        for &(_, first, second) in encoding.transposition() {
            (results[first], results[second], x) = (x, results[first], results[second]);
        }
        let (unequal, end) = (self.label(), self.label());
        for instruction in encoding.compare_lanes(intervals.lane(0), other, self.is_rest)? {
            self.emit(instruction);
        }
        self.body.items.push(Item::JumpUnlessZero(unequal));
        self.in_one_interval(part, (places, intervals), (&results, x, other), functions)?;
        self.body.items.extend([Item::Jump(end), Item::Place(unequal)]);
        for (&row, lane) in rows.iter().zip(0..) {
            let first = part as i64 * encoding.bytes;
            let coefficient = |power: i64| MemoryOperand::with_base_displ(general::COEFFICIENTS, first + power * POWER);
            self.find_coefficients(intervals.lane(lane))?;
            self.emit(encoding.load_number(spare, places.lane(lane))?);
            self.emit(encoding.load(row, Source::Memory(coefficient(0)))?);
            for power in 1..i64::from(Program::COEFFICIENTS) {
                self.emit(encoding.multiply_add(row, spare, Source::Memory(coefficient(power)))?);
            }
        }
        for &(exchange, first, second) in encoding.transposition() {
            let (x, y) = (rows[first], rows[second]);
            for instruction in encoding.exchanged(exchange, [spare, x], (x, y))? {
                self.emit(instruction);
            }
            (rows[first], rows[second], spare) = (spare, x, y);
        }
        self.body.items.push(Item::Place(end));
        for register in rows.iter().copied().chain([spare, other]) {
            self.registers[register] = None;
        }
        for (row, function) in rows.into_iter().zip(functions) {
            if let Some(value) = *function {
                self.occupy(row, value);
            }
        }
        Ok(())
    }
}
