//! Executable memory.

use std::io;

use memmap2::{Mmap, MmapMut};

/// Instructions and constants in memory that can be read and executed, and not written.
#[derive(Debug)]
pub(crate) struct Executable {
    memory: Mmap,
    constants: usize,
}

impl Executable {
    /// Copies instructions and constants to new memory, and then gives up the right to write to it.
    pub(crate) fn new(instructions: &[u8], constants: &[u8]) -> io::Result<Self> {
        /// A vector does not cross a cache line.
        const ALIGNMENT: usize = 64;
        let start = instructions.len().next_multiple_of(ALIGNMENT);
        let mut memory = MmapMut::map_anon(start + constants.len())?;
        memory[..instructions.len()].copy_from_slice(instructions);
        memory[start..].copy_from_slice(constants);
        Ok(Self { memory: memory.make_exec()?, constants: start })
    }

    /// The first instruction.
    pub(crate) fn entry(&self) -> *const u8 {
        self.memory.as_ptr()
    }

    /// The constants.
    pub(crate) fn constants(&self) -> *const u8 {
        self.memory[self.constants..].as_ptr()
    }
}
