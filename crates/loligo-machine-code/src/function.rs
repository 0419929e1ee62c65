//! Functions in machine code, and the streams that they work on.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::Arc;

use crate::divisions::Divisions;
use crate::error::{CodeError, StreamError};
use crate::instruction_set::InstructionSet;
#[cfg(target_arch = "x86_64")]
use crate::memory::Executable;
use crate::program::Program;

/// A program as machine code.
#[derive(Clone, Debug)]
pub struct Function {
    #[cfg(target_arch = "x86_64")]
    code: Arc<Executable>,
    set: InstructionSet,
    streams: usize,
    tables: usize,
    /// One bit for each stream that is written.
    writes: u128,
}

/// The streams and tables of a call, each in the order of their numbers.
#[derive(Debug)]
pub struct Streams<'a> {
    /// Those of the first `count` streams are set.
    pointers: [MaybeUninit<*mut f64>; Program::MOST_STREAMS as usize],
    count: usize,
    tables: [MaybeUninit<*const f64>; Program::MOST_TABLES as usize],
    count_of_tables: usize,
    are_tables_whole: bool,
    shortest: usize,
    /// One bit for each stream that must not be written.
    read_only: u128,
    borrowed: PhantomData<&'a mut [f64]>,
}

impl Default for Streams<'_> {
    #[inline]
    fn default() -> Self {
        Self {
            pointers: [MaybeUninit::uninit(); Program::MOST_STREAMS as usize],
            count: 0,
            tables: [MaybeUninit::uninit(); Program::MOST_TABLES as usize],
            count_of_tables: 0,
            are_tables_whole: true,
            shortest: usize::MAX,
            read_only: 0,
            borrowed: PhantomData,
        }
    }
}

impl<'a> Streams<'a> {
    /// Adds a stream that is read. Streams beyond [`Program::MOST_STREAMS`] are counted only.
    #[inline]
    pub fn read(&mut self, numbers: &'a [f64]) {
        if self.count < u128::BITS as usize {
            self.read_only |= 1 << self.count;
        }
        self.push(numbers.as_ptr().cast_mut(), numbers.len());
    }

    /// Adds a stream that may be read and written.
    #[inline]
    pub fn write(&mut self, numbers: &'a mut [f64]) {
        self.push(numbers.as_mut_ptr(), numbers.len());
    }

    /// Adds a table of coefficients, [`Program::TABLE`] of them. Tables beyond [`Program::MOST_TABLES`] are counted only.
    #[inline]
    pub fn table(&mut self, coefficients: &'a [f64]) {
        if let Some(table) = self.tables.get_mut(self.count_of_tables) {
            table.write(coefficients.as_ptr());
        }
        self.count_of_tables += 1;
        self.are_tables_whole &= coefficients.len() == Program::TABLE;
    }

    #[inline]
    fn push(&mut self, numbers: *mut f64, length: usize) {
        if let Some(pointer) = self.pointers.get_mut(self.count) {
            pointer.write(numbers);
        }
        self.count += 1;
        self.shortest = self.shortest.min(length);
    }
}

impl Function {
    /// Translates a program, with [the faster divisions](Divisions::fastest), or finds the code that an earlier call made of
    /// an equal one.
    ///
    /// # Errors
    /// If the processor does not have the instructions, the program needs too many values at once, or the system does
    /// not allow executable memory.
    pub fn of(program: &Program, set: InstructionSet) -> Result<Self, CodeError> {
        Self::with(program, set, Divisions::fastest())
    }

    /// The same as [`of`](Self::of), with divisions of one kind.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    #[cfg(target_arch = "x86_64")]
    pub fn with(program: &Program, set: InstructionSet, divisions: Divisions) -> Result<Self, CodeError> {
        if !set.is_available() {
            return Err(CodeError::InstructionSet(set));
        }
        let target = (set, divisions);
        let code = crate::cache::code(program, target, || crate::assembly::executable(program, target))?;
        let writes = program.stores().iter().fold(0, |writes, (stream, _)| writes | 1_u128 << stream);
        Ok(Self { code, set, streams: program.streams() as usize, tables: program.tables() as usize, writes })
    }

    /// There is no machine code for this processor.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn with(_: &Program, set: InstructionSet, _: Divisions) -> Result<Self, CodeError> {
        Err(CodeError::InstructionSet(set))
    }

    /// Number of tables.
    pub fn tables(&self) -> usize {
        self.tables
    }

    /// Computes the first `lanes` numbers of the streams.
    ///
    /// # Errors
    /// If the streams and tables are not those of the program, or shorter.
    #[inline]
    pub fn run(&self, streams: &mut Streams<'_>, lanes: usize) -> Result<(), StreamError> {
        if streams.count != self.streams {
            return Err(StreamError::Count { given: streams.count, expected: self.streams });
        }
        if streams.shortest < lanes {
            return Err(StreamError::Length { length: streams.shortest, lanes });
        }
        if streams.count_of_tables != self.tables {
            return Err(StreamError::Tables { given: streams.count_of_tables, expected: self.tables });
        }
        if !streams.are_tables_whole {
            return Err(StreamError::TableLength);
        }
        if self.writes & streams.read_only != 0 {
            return Err(StreamError::ReadOnly);
        }
        #[cfg(target_arch = "x86_64")]
        self.call(streams, lanes);
        Ok(())
    }

    #[cfg(target_arch = "x86_64")]
    fn call(&self, streams: &Streams<'_>, lanes: usize) {
        /// Streams, bytes of full vectors in each, rest (mask or its address; 0 for none), tables, constants.
        type Entry = unsafe extern "sysv64" fn(*const *mut f64, usize, usize, *const *const f64, *const u8);
        /// Masks of one to three lanes of AVX2, from the third last number back.
        const MASKS: [i64; 7] = [-1, -1, -1, 0, 0, 0, 0];
        let (width, rest) = (self.set.lanes(), lanes % self.set.lanes());
        let bytes = (lanes - rest) * size_of::<f64>();
        let rest = match self.set {
            InstructionSet::Avx512 => (1 << rest) - 1,
            InstructionSet::Avx2 if rest == 0 => 0,
            InstructionSet::Avx2 => MASKS[width - 1 - rest..].as_ptr().expose_provenance(),
        };
        // SAFETY: the memory holds the instructions of `assembly::executable`, which begin with an entry of this type
        // and use only instructions that `of` found to be available. They read and write `lanes` numbers of each stream,
        // write only to those in `writes`, and read up to `Program::TABLE` coefficients of each table; `run` checked that
        // there are as many pointers, that every stream and table is so long and that those are borrowed for writing. The
        // mask and the constants outlive the call.
        unsafe {
            let entry = std::mem::transmute::<*const u8, Entry>(self.code.entry());
            let tables = streams.tables.as_ptr().cast();
            entry(streams.pointers.as_ptr().cast(), bytes, rest, tables, self.code.constants());
        }
    }
}
