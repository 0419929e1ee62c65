//! The instructions for the polynomials of a table: a function in each lane, then transposed to an instance in each lane.
//!
//! Odd and even powers are summed apart, in steps of the square of the position; with four functions in a table of which
//! the coefficients of an odd and of an even power are one vector, both sums are one.

use iced_x86::{Code, Instruction, MemoryOperand, Register};

use super::encoding::Source;
use super::{Allocation, EncodingError, Item, general, stream_itself};
use crate::program::{Binary, Operation, Program, Value};

/// The place of a table's coefficients.
#[derive(Clone, Copy, Debug)]
struct Table {
    /// Number of its functions.
    functions: u32,
}

impl Table {
    /// Bytes of the coefficients of an interval, a power of two.
    fn interval(self) -> u32 {
        8 * Program::COEFFICIENTS * self.functions
    }

    /// The coefficient of a power, 0 for the highest one, of a function whose first coefficient is `first` bytes from the
    /// begin of an interval.
    fn coefficient(self, first: i64, power: u32) -> MemoryOperand {
        let bytes = first + i64::from(8 * self.functions * power);
        MemoryOperand::with_base_displ(general::COEFFICIENTS, bytes)
    }
}

/// Registers for the computation of polynomials.
#[derive(Clone, Copy, Debug)]
struct Temporaries {
    position: usize,
    /// The square of the position.
    square: usize,
    /// The sum of even powers.
    even: usize,
    other: usize,
}

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
        (number, functions): (u32, u32),
        place: (Value, Value),
    ) -> Result<(), EncodingError> {
        let lanes = (
            self.in_memory(place.0, position, general::POSITIONS)?,
            self.in_memory(place.1, position, general::INTERVALS)?,
        );
        self.release_registers(position);
        let pointer = MemoryOperand::with_base_displ(general::TABLES, i64::from(number) * 8);
        self.emit(Instruction::with2(Code::Mov_r64_rm64, general::TABLE, pointer)?);
        let (table, functions) = (Table { functions }, self.functions(number, place));
        for (part, functions) in functions.chunks(self.encoding.lanes()).enumerate() {
            if functions.iter().any(Option::is_some) {
                self.part((position, part), table, lanes, functions)?;
            }
        }
        Ok(())
    }

    /// By function: the operation whose result it is, if that is used.
    fn functions(&mut self, table: u32, place: (Value, Value)) -> [Option<Value>; Program::FUNCTIONS as usize] {
        let mut functions = [None; Program::FUNCTIONS as usize];
        for (index, operation) in self.program.operations().iter().enumerate() {
            if let Operation::Polynomial { table: own, function, position, interval, .. } = *operation
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
    fn find_coefficients(&mut self, table: Table, interval: MemoryOperand) -> Result<(), EncodingError> {
        self.emit(Instruction::with2(Code::Movzx_r32_rm8, general::INTERVAL, interval)?);
        self.emit(Instruction::with2(Code::Shl_rm32_imm8, general::INTERVAL, table.interval().trailing_zeros())?);
        self.emit(Instruction::with2(Code::Add_r64_rm64, general::COEFFICIENTS, general::TABLE)?);
        Ok(())
    }

    /// Takes a position from an instruction, and computes its square.
    fn take_position(&mut self, load: Instruction, temporaries: Temporaries) -> Result<(), EncodingError> {
        let Temporaries { position, square, .. } = temporaries;
        self.emit(load);
        self.emit(self.encoding.binary(Binary::Multiply, square, position, Source::Register(position))?);
        Ok(())
    }

    /// Computes the functions where all lanes are in one interval: an instance in each lane, as the coefficients are the
    /// same for all.
    fn in_one_interval(
        &mut self,
        (table, part): (Table, usize),
        (places, intervals): (LanesInMemory, LanesInMemory),
        (results, temporaries): (&[usize], Temporaries),
        functions: &[Option<Value>],
    ) -> Result<(), EncodingError> {
        let (encoding, Temporaries { position, square, even, other }) = (self.encoding, temporaries);
        self.find_coefficients(table, intervals.lane(0))?;
        self.take_position(encoding.load(position, Source::Memory(places.lane(0)))?, temporaries)?;
        let used = results.iter().zip(functions).zip(0..).filter(|((_, function), _)| function.is_some());
        for ((&odd, _), k) in used {
            let first = part as i64 * encoding.bytes + 8 * k;
            for (sum, power) in [(odd, 0), (even, 1)] {
                self.emit(encoding.load_number(sum, table.coefficient(first, power))?);
            }
            for power in 2..Program::COEFFICIENTS {
                let sum = if power % 2 == 0 { odd } else { even };
                let coefficient = table.coefficient(first, power);
                for instruction in encoding.multiply_add_number((sum, square, other), coefficient)? {
                    self.emit(instruction);
                }
            }
            self.emit(encoding.multiply_add(odd, position, Source::Register(even))?);
        }
        Ok(())
    }

    /// Computes the functions of one lane, or of a vector of both sums the sums.
    fn in_own_interval(
        &mut self,
        (table, part): (Table, usize),
        (sum, temporaries): (usize, Temporaries),
    ) -> Result<(), EncodingError> {
        let (encoding, Temporaries { position, square, even, .. }) = (self.encoding, temporaries);
        let first = part as i64 * encoding.bytes;
        let are_both = self.has_both_sums(table);
        self.emit(encoding.load(sum, Source::Memory(table.coefficient(first, 0)))?);
        if !are_both {
            self.emit(encoding.load(even, Source::Memory(table.coefficient(first, 1)))?);
        }
        for power in (2..Program::COEFFICIENTS).step_by(2) {
            self.emit(encoding.multiply_add(sum, square, Source::Memory(table.coefficient(first, power)))?);
            if !are_both {
                self.emit(encoding.multiply_add(even, square, Source::Memory(table.coefficient(first, power + 1)))?);
            }
        }
        if !are_both {
            self.emit(encoding.multiply_add(sum, position, Source::Register(even))?);
        }
        Ok(())
    }

    /// True if a vector has the coefficients of an odd and of an even power.
    fn has_both_sums(&self, table: Table) -> bool {
        self.encoding.lanes() == 2 * table.functions as usize
    }

    /// Computes as many functions as there are lanes, or all.
    fn part(
        &mut self,
        (position, part): (usize, usize),
        table: Table,
        (places, intervals): (LanesInMemory, LanesInMemory),
        functions: &[Option<Value>],
    ) -> Result<(), EncodingError> {
        let encoding = self.encoding;
        let mut rows = Vec::new();
        for _ in 0..encoding.lanes() {
            rows.push(self.temporary(position, &[])?);
        }
        let mut spare = self.temporary(position, &[])?;
        let [square, even, other] =
            [self.temporary(position, &[])?, self.temporary(position, &[])?, self.temporary(position, &[])?];
        let temporaries = |position: usize| Temporaries { position, square, even, other };
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
        self.in_one_interval((table, part), (places, intervals), (&results, temporaries(x)), functions)?;
        self.body.items.extend([Item::Jump(end), Item::Place(unequal)]);
        for (&row, lane) in rows.iter().zip(0..) {
            self.find_coefficients(table, intervals.lane(lane))?;
            self.take_position(encoding.load_number(spare, places.lane(lane))?, temporaries(spare))?;
            self.in_own_interval((table, part), (row, temporaries(spare)))?;
        }
        for &(exchange, first, second) in encoding.transposition() {
            let (x, y) = (rows[first], rows[second]);
            for instruction in encoding.exchanged(exchange, [spare, x], (x, y))? {
                self.emit(instruction);
            }
            (rows[first], rows[second], spare) = (spare, x, y);
        }
        if self.has_both_sums(table) {
            self.emit(encoding.load(spare, Source::Memory(places.lane(0)))?);
            let (odd, even) = rows.split_at(table.functions as usize);
            for ((&odd, &even), function) in odd.iter().zip(even).zip(functions) {
                if function.is_some() {
                    self.emit(encoding.multiply_add(odd, spare, Source::Register(even))?);
                }
            }
        }
        self.body.items.push(Item::Place(end));
        for register in rows.iter().copied().chain([spare, square, even, other]) {
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
