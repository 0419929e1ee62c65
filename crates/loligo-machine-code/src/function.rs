//! Functions in machine code.

use std::sync::Arc;

use crate::divisions::Divisions;
use crate::error::{CodeError, StreamError};
use crate::instruction_set::InstructionSet;
#[cfg(target_arch = "x86_64")]
use crate::memory::Executable;
use crate::program::Program;
#[cfg(target_arch = "x86_64")]
use crate::streams::Stream;
use crate::streams::Streams;

/// A program as machine code.
#[derive(Clone, Debug)]
pub struct Function {
    #[cfg(target_arch = "x86_64")]
    code: Arc<Executable>,
    set: InstructionSet,
    streams: usize,
    tables: usize,
    /// One bit for each table of eight functions, and of four.
    tables_by_functions: [u32; 2],
    /// One bit for each stream that is written.
    writes: u128,
    /// One bit for each stream with one number for all lanes.
    numbers: u128,
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
        let (streams, tables) = (program.streams() as usize, program.tables() as usize);
        let (tables_by_functions, numbers) = (program.tables_by_functions(), program.numbers());
        Ok(Self { code, set, streams, tables, tables_by_functions, writes, numbers })
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
        let [eight, four] = self.tables_by_functions;
        let [given_eight, given_four] = streams.tables_by_functions;
        if eight & !given_eight != 0 || four & !given_four != 0 {
            return Err(StreamError::TableLength);
        }
        if streams.numbers != self.numbers {
            return Err(StreamError::Numbers);
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
        type Entry = unsafe extern "sysv64" fn(*const Stream, usize, usize, *const *const f64, *const u8);
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
        // and use only instructions that `of` found to be available. They take the streams in `numbers` as numbers and the
        // others as pointers, read and write `lanes` numbers of each of these, write only to those in `writes`, and read up
        // to `Program::table_length` coefficients of each table in `tables_by_functions`; `run` checked that there are as many
        // streams of each kind, that every stream and table is so long and that those are borrowed for writing. The mask and
        // the constants outlive the call.
        unsafe {
            let entry = std::mem::transmute::<*const u8, Entry>(self.code.entry());
            let tables = streams.tables.as_ptr().cast();
            entry(streams.streams.as_ptr().cast(), bytes, rest, tables, self.code.constants());
        }
    }
}
