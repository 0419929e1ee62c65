//! The instructions of each set for an operation on vectors.

use iced_x86::{Code, Instruction, MemoryOperand, Register};

use super::{EncodingError, vector_register};
use crate::instruction_set::InstructionSet;
use crate::program::{Binary, Comparison, Unary};

/// The register with the lanes of the rest: `k1`, or the last vector register.
pub(crate) const REST_MASK: Register = Register::K1;
/// Number of the mask register for comparisons.
/// Its successor is free too.
pub(super) const FIRST_MASK_OF_COMPARISON: usize = 2;

/// An operand of an instruction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    Register(usize),
    Memory(MemoryOperand),
}

impl Source {
    pub(super) fn register(self) -> Option<usize> {
        match self {
            Self::Register(register) => Some(register),
            Self::Memory(_) => None,
        }
    }
}

/// Two instructions that exchange numbers of two vectors: steps of the transposition of as many vectors as they have lanes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Exchange {
    /// The even lanes of both vectors, and the odd lanes of both.
    Lanes,
    /// The first halves of both vectors, and the second halves; with AVX-512 the even quarters, and the odd ones.
    Parts,
}

/// The exchanges that transpose four vectors, each with the numbers of two vectors.
static TRANSPOSE_FOUR: [(Exchange, usize, usize); 4] =
    [(Exchange::Lanes, 0, 1), (Exchange::Lanes, 2, 3), (Exchange::Parts, 0, 2), (Exchange::Parts, 1, 3)];

/// Those that transpose eight vectors.
static TRANSPOSE_EIGHT: [(Exchange, usize, usize); 12] = [
    (Exchange::Lanes, 0, 1),
    (Exchange::Lanes, 2, 3),
    (Exchange::Lanes, 4, 5),
    (Exchange::Lanes, 6, 7),
    (Exchange::Parts, 0, 2),
    (Exchange::Parts, 1, 3),
    (Exchange::Parts, 4, 6),
    (Exchange::Parts, 5, 7),
    (Exchange::Parts, 0, 4),
    (Exchange::Parts, 1, 5),
    (Exchange::Parts, 2, 6),
    (Exchange::Parts, 3, 7),
];

/// An instruction set as its instructions' codes.
#[derive(Debug)]
pub(super) struct Encoding {
    set: InstructionSet,
    /// Number of vector registers for values.
    pub(super) registers: usize,
    /// Bytes of a vector.
    pub(super) bytes: i64,
    /// Copies of a constant in memory.
    pub(super) copies_of_constants: usize,
    /// True if comparisons write to vector registers.
    pub(super) masks_are_vectors: bool,
    load: Code,
    load_constant: Code,
    store: Code,
    arithmetic: [Code; 4],
    /// Or, the sum of whole numbers.
    of_bits: [Code; 2],
    /// To the left, to the right.
    shifts: [Code; 2],
    square_root: Code,
    round: Code,
    exclusive_or: Code,
    and: Code,
    compare: Code,
    select: Code,
    load_number: Code,
    multiply_add: Code,
    add_product: Code,
    exchange_lanes: [Code; 2],
    exchange_parts: (Code, [u32; 2]),
}

static AVX2: Encoding = Encoding {
    set: InstructionSet::Avx2,
    registers: 15, // the last one has the mask of the rest
    bytes: 32,
    copies_of_constants: 4,
    masks_are_vectors: true,
    load: Code::VEX_Vmovupd_ymm_ymmm256,
    load_constant: Code::VEX_Vmovupd_ymm_ymmm256,
    store: Code::VEX_Vmovupd_ymmm256_ymm,
    arithmetic: [
        Code::VEX_Vaddpd_ymm_ymm_ymmm256,
        Code::VEX_Vsubpd_ymm_ymm_ymmm256,
        Code::VEX_Vmulpd_ymm_ymm_ymmm256,
        Code::VEX_Vdivpd_ymm_ymm_ymmm256,
    ],
    of_bits: [Code::VEX_Vorpd_ymm_ymm_ymmm256, Code::VEX_Vpaddq_ymm_ymm_ymmm256],
    shifts: [Code::VEX_Vpsllq_ymm_ymm_imm8, Code::VEX_Vpsrlq_ymm_ymm_imm8],
    square_root: Code::VEX_Vsqrtpd_ymm_ymmm256,
    round: Code::VEX_Vroundpd_ymm_ymmm256_imm8,
    exclusive_or: Code::VEX_Vxorpd_ymm_ymm_ymmm256,
    and: Code::VEX_Vandpd_ymm_ymm_ymmm256,
    compare: Code::VEX_Vcmppd_ymm_ymm_ymmm256_imm8,
    select: Code::VEX_Vblendvpd_ymm_ymm_ymmm256_ymm,
    load_number: Code::VEX_Vbroadcastsd_ymm_m64,
    multiply_add: Code::VEX_Vfmadd213pd_ymm_ymm_ymmm256,
    add_product: Code::VEX_Vfmadd231pd_ymm_ymm_ymmm256,
    exchange_lanes: [Code::VEX_Vunpcklpd_ymm_ymm_ymmm256, Code::VEX_Vunpckhpd_ymm_ymm_ymmm256],
    exchange_parts: (Code::VEX_Vperm2f128_ymm_ymm_ymmm256_imm8, [0x20, 0x31]),
};

static AVX512: Encoding = Encoding {
    set: InstructionSet::Avx512,
    registers: 32,
    bytes: 64,
    copies_of_constants: 1,
    masks_are_vectors: false,
    load: Code::EVEX_Vmovupd_zmm_k1z_zmmm512,
    load_constant: Code::EVEX_Vbroadcastsd_zmm_k1z_xmmm64,
    store: Code::EVEX_Vmovupd_zmmm512_k1z_zmm,
    arithmetic: [
        Code::EVEX_Vaddpd_zmm_k1z_zmm_zmmm512b64_er,
        Code::EVEX_Vsubpd_zmm_k1z_zmm_zmmm512b64_er,
        Code::EVEX_Vmulpd_zmm_k1z_zmm_zmmm512b64_er,
        Code::EVEX_Vdivpd_zmm_k1z_zmm_zmmm512b64_er,
    ],
    of_bits: [Code::EVEX_Vporq_zmm_k1z_zmm_zmmm512b64, Code::EVEX_Vpaddq_zmm_k1z_zmm_zmmm512b64],
    shifts: [Code::EVEX_Vpsllq_zmm_k1z_zmmm512b64_imm8, Code::EVEX_Vpsrlq_zmm_k1z_zmmm512b64_imm8],
    square_root: Code::EVEX_Vsqrtpd_zmm_k1z_zmmm512b64_er,
    round: Code::EVEX_Vrndscalepd_zmm_k1z_zmmm512b64_imm8_sae,
    exclusive_or: Code::EVEX_Vpxorq_zmm_k1z_zmm_zmmm512b64,
    and: Code::EVEX_Vpandq_zmm_k1z_zmm_zmmm512b64,
    compare: Code::EVEX_Vcmppd_kr_k1_zmm_zmmm512b64_imm8_sae,
    select: Code::EVEX_Vblendmpd_zmm_k1z_zmm_zmmm512b64,
    load_number: Code::EVEX_Vbroadcastsd_zmm_k1z_xmmm64,
    multiply_add: Code::EVEX_Vfmadd213pd_zmm_k1z_zmm_zmmm512b64_er,
    add_product: Code::EVEX_Vfmadd231pd_zmm_k1z_zmm_zmmm512b64_er,
    exchange_lanes: [Code::EVEX_Vunpcklpd_zmm_k1z_zmm_zmmm512b64, Code::EVEX_Vunpckhpd_zmm_k1z_zmm_zmmm512b64],
    exchange_parts: (Code::EVEX_Vshuff64x2_zmm_k1z_zmm_zmmm512b64_imm8, [0b10_00_10_00, 0b11_01_11_01]),
};

impl Encoding {
    pub(super) fn of(set: InstructionSet) -> &'static Self {
        match set {
            InstructionSet::Avx2 => &AVX2,
            InstructionSet::Avx512 => &AVX512,
        }
    }

    /// True if operations read one number in memory for all lanes.
    pub(super) fn broadcasts(&self) -> bool {
        self.copies_of_constants == 1
    }

    /// Numbers in a vector.
    pub(super) fn lanes(&self) -> usize {
        self.set.lanes()
    }

    /// The exchanges, each of two vectors, that transpose as many vectors as they have lanes.
    pub(super) fn transposition(&self) -> &'static [(Exchange, usize, usize)] {
        match self.set {
            InstructionSet::Avx2 => &TRANSPOSE_FOUR,
            InstructionSet::Avx512 => &TRANSPOSE_EIGHT,
        }
    }

    /// The instructions of an exchange; the first writes to the first register of `to`, which is neither `x` nor `y`.
    pub(super) fn exchanged(
        &self,
        exchange: Exchange,
        to: [usize; 2],
        (x, y): (usize, usize),
    ) -> Result<[Instruction; 2], EncodingError> {
        let (x, y, [first, second]) = (self.vector(x), self.vector(y), to.map(|to| self.vector(to)));
        Ok(match exchange {
            Exchange::Lanes => {
                let [even, odd] = self.exchange_lanes;
                [Instruction::with3(even, first, x, y)?, Instruction::with3(odd, second, x, y)?]
            }
            Exchange::Parts => {
                let (code, [low, high]) = self.exchange_parts;
                [Instruction::with4(code, first, x, y, low)?, Instruction::with4(code, second, x, y, high)?]
            }
        })
    }

    /// Fetches one number for all lanes.
    pub(super) fn load_number(&self, to: usize, memory: MemoryOperand) -> Result<Instruction, EncodingError> {
        Instruction::with2(self.load_number, self.vector(to), memory)
    }

    /// `to` = `to` times `x` plus `y`, rounded once.
    pub(super) fn multiply_add(&self, to: usize, x: usize, y: Source) -> Result<Instruction, EncodingError> {
        self.of_two(self.multiply_add, to, x, y)
    }

    /// `to` += `x` times `y`, rounded once.
    pub(super) fn add_product(&self, to: usize, x: usize, y: Source) -> Result<Instruction, EncodingError> {
        self.of_two(self.add_product, to, x, y)
    }

    /// The bits of `x`, moved by some places.
    pub(super) fn shift(
        &self,
        to: usize,
        x: usize,
        (is_left, places): (bool, u8),
    ) -> Result<Instruction, EncodingError> {
        let [left, right] = self.shifts;
        let code = if is_left { left } else { right };
        Instruction::with3(code, self.vector(to), self.vector(x), u32::from(places))
    }

    /// Compares all lanes of a vector in memory, or those of the rest, with its first one: clears the flag for zero if one is
    /// not equal. Uses a register.
    pub(super) fn compare_lanes(
        &self,
        memory: MemoryOperand,
        register: usize,
        is_rest: bool,
    ) -> Result<Vec<Instruction>, EncodingError> {
        const NOT_EQUAL: u32 = 4;
        let (vector, general) = (self.vector(register), Register::EAX);
        if self.set == InstructionSet::Avx512 {
            let mask = Register::K0 + FIRST_MASK_OF_COMPARISON as u32;
            let first = Source::Memory(MemoryOperand { is_broadcast: true, ..memory });
            let load = self.load(register, Source::Memory(memory))?;
            let mut compare = self.compare_numbers(mask, register, first, NOT_EQUAL)?;
            if is_rest {
                compare.set_op_mask(REST_MASK);
            }
            return Ok(vec![load, compare, Instruction::with2(Code::VEX_Kortestw_kr_kr, mask, mask)?]);
        }
        let mut instructions = vec![
            self.load_number(register, memory)?,
            Instruction::with3(Code::VEX_Vpcmpeqq_ymm_ymm_ymmm256, vector, vector, memory)?,
        ];
        if is_rest {
            // The lanes of the rest that are not equal.
            let rest = self.vector(self.registers);
            instructions.push(Instruction::with3(Code::VEX_Vandnpd_ymm_ymm_ymmm256, vector, vector, rest)?);
        }
        let all_equal = if is_rest { 0 } else { 0b1111 };
        instructions.push(Instruction::with2(Code::VEX_Vmovmskpd_r32_ymm, general, vector)?);
        instructions.push(Instruction::with2(Code::Cmp_rm32_imm8, general, all_equal)?);
        Ok(instructions)
    }

    /// Compares whole numbers without a sign, of AVX-512.
    pub(super) fn compare_numbers(
        &self,
        mask: Register,
        x: usize,
        y: Source,
        predicate: u32,
    ) -> Result<Instruction, EncodingError> {
        const COMPARE: Code = Code::EVEX_Vpcmpuq_kr_k1_zmm_zmmm512b64_imm8;
        match y {
            Source::Register(y) => Instruction::with4(COMPARE, mask, self.vector(x), self.vector(y), predicate),
            Source::Memory(y) => Instruction::with4(COMPARE, mask, self.vector(x), y, predicate),
        }
    }

    /// `to` = `to` times `x` plus one number in memory, rounded once; uses the register `other` without AVX-512.
    pub(super) fn multiply_add_number(
        &self,
        (to, x, other): (usize, usize, usize),
        number: MemoryOperand,
    ) -> Result<Vec<Instruction>, EncodingError> {
        if self.broadcasts() {
            let number = MemoryOperand { is_broadcast: true, ..number };
            return Ok(vec![self.multiply_add(to, x, Source::Memory(number))?]);
        }
        let (to, x, vector) = (self.vector(to), self.vector(x), self.vector(other));
        Ok(vec![self.load_number(other, number)?, Instruction::with3(self.multiply_add, to, x, vector)?])
    }

    fn vector(&self, number: usize) -> Register {
        vector_register(self.set, number)
    }

    /// The constant number `index` of those at `base`, for all lanes.
    pub(super) fn constant(&self, base: Register, index: i64) -> Source {
        let place = index * 8 * self.copies_of_constants as i64;
        let mut memory = MemoryOperand::with_base_displ(base, place);
        memory.is_broadcast = self.broadcasts();
        Source::Memory(memory)
    }

    /// Fetches a vector, or a constant for all lanes.
    pub(super) fn load(&self, to: usize, from: Source) -> Result<Instruction, EncodingError> {
        match from {
            Source::Register(from) => Instruction::with2(self.load, self.vector(to), self.vector(from)),
            Source::Memory(memory) if memory.is_broadcast => {
                // The instruction itself copies the number to all lanes.
                let memory = MemoryOperand { is_broadcast: false, ..memory };
                Instruction::with2(self.load_constant, self.vector(to), memory)
            }
            Source::Memory(memory) => Instruction::with2(self.load, self.vector(to), memory),
        }
    }

    pub(super) fn store(&self, memory: MemoryOperand, from: usize) -> Result<Instruction, EncodingError> {
        Instruction::with2(self.store, memory, self.vector(from))
    }

    /// Fetches the lanes of the rest; the others become 0.
    pub(super) fn load_rest(&self, to: usize, memory: MemoryOperand) -> Result<Instruction, EncodingError> {
        match self.set {
            InstructionSet::Avx2 => Instruction::with3(
                Code::VEX_Vmaskmovpd_ymm_ymm_m256,
                self.vector(to),
                self.vector(self.registers),
                memory,
            ),
            InstructionSet::Avx512 => {
                let mut instruction = Instruction::with2(self.load, self.vector(to), memory)?;
                instruction.set_op_mask(REST_MASK);
                instruction.set_zeroing_masking(true);
                Ok(instruction)
            }
        }
    }

    pub(super) fn store_rest(&self, memory: MemoryOperand, from: usize) -> Result<Instruction, EncodingError> {
        match self.set {
            InstructionSet::Avx2 => {
                let mask = self.vector(self.registers);
                Instruction::with3(Code::VEX_Vmaskmovpd_m256_ymm_ymm, memory, mask, self.vector(from))
            }
            InstructionSet::Avx512 => {
                let mut instruction = self.store(memory, from)?;
                instruction.set_op_mask(REST_MASK);
                Ok(instruction)
            }
        }
    }

    /// An instruction with two operands, of which the second may be in memory.
    pub(super) fn of_two(&self, code: Code, to: usize, x: usize, y: Source) -> Result<Instruction, EncodingError> {
        match y {
            Source::Register(y) => Instruction::with3(code, self.vector(to), self.vector(x), self.vector(y)),
            Source::Memory(y) => Instruction::with3(code, self.vector(to), self.vector(x), y),
        }
    }

    pub(super) fn binary(
        &self,
        function: Binary,
        to: usize,
        x: usize,
        y: Source,
    ) -> Result<Instruction, EncodingError> {
        let code = match function {
            Binary::Add => self.arithmetic[0],
            Binary::Subtract => self.arithmetic[1],
            Binary::Multiply => self.arithmetic[2],
            Binary::Divide => self.arithmetic[3],
            Binary::And => self.and,
            Binary::Or => self.of_bits[0],
            Binary::AddBits => self.of_bits[1],
        };
        self.of_two(code, to, x, y)
    }

    /// The negative by a mask with the sign, the absolute value by one without it.
    pub(super) fn with_mask(
        &self,
        function: Unary,
        to: usize,
        x: usize,
        mask: Source,
    ) -> Result<Instruction, EncodingError> {
        let code = if function == Unary::Negative { self.exclusive_or } else { self.and };
        self.of_two(code, to, x, mask)
    }

    /// A square root, or a number rounded to a whole one.
    pub(super) fn unary(&self, function: Unary, to: usize, x: Source) -> Result<Instruction, EncodingError> {
        /// Rounding to the whole number below or above, without an exception for numbers that are not whole.
        const DOWN: u32 = 8 | 1;
        const UP: u32 = 8 | 2;
        let to = self.vector(to);
        match (function, x) {
            (Unary::SquareRoot, Source::Register(x)) => Instruction::with2(self.square_root, to, self.vector(x)),
            (Unary::SquareRoot, Source::Memory(x)) => Instruction::with2(self.square_root, to, x),
            (_, x) => {
                let direction = if function == Unary::Floor { DOWN } else { UP };
                match x {
                    Source::Register(x) => Instruction::with3(self.round, to, self.vector(x), direction),
                    Source::Memory(x) => Instruction::with3(self.round, to, x, direction),
                }
            }
        }
    }

    /// Compares two vectors; `mask` is the number of a mask register or, with AVX2, of a vector register.
    pub(super) fn compare(
        &self,
        comparison: Comparison,
        mask: usize,
        x: usize,
        y: Source,
    ) -> Result<Instruction, EncodingError> {
        // Only "not equal" is true of NaN; none raises an exception for it.
        let predicate = match comparison {
            Comparison::Equal => 0x00,
            Comparison::NotEqual => 0x04,
            Comparison::Less => 0x11,
            Comparison::LessOrEqual => 0x12,
            Comparison::GreaterOrEqual => 0x1d,
            Comparison::Greater => 0x1e,
        };
        let to = match self.masks_are_vectors {
            true => self.vector(mask),
            false => Register::K0 + mask as u32,
        };
        match y {
            Source::Register(y) => Instruction::with4(self.compare, to, self.vector(x), self.vector(y), predicate),
            Source::Memory(y) => Instruction::with4(self.compare, to, self.vector(x), y, predicate),
        }
    }

    /// `then` in the lanes of the mask, elsewhere `otherwise`.
    pub(super) fn select(
        &self,
        to: usize,
        mask: usize,
        then: Source,
        otherwise: usize,
    ) -> Result<Instruction, EncodingError> {
        if !self.masks_are_vectors {
            let mut instruction = self.of_two(self.select, to, otherwise, then)?;
            instruction.set_op_mask(Register::K0 + mask as u32);
            return Ok(instruction);
        }
        let (to, otherwise, mask) = (self.vector(to), self.vector(otherwise), self.vector(mask));
        match then {
            Source::Register(then) => Instruction::with4(self.select, to, otherwise, self.vector(then), mask),
            Source::Memory(then) => Instruction::with4(self.select, to, otherwise, then, mask),
        }
    }
}
