//! Errors of machine code and of its streams.

use std::io;

use thiserror::Error;

use crate::instruction_set::InstructionSet;
use crate::program::ProgramError;

/// The reason why there is no machine code for a program.
#[derive(Debug, Error)]
pub enum CodeError {
    /// The processor does not have the instructions.
    #[error("this processor does not have the instructions {0:?}")]
    InstructionSet(InstructionSet),
    /// An access of the program is out of bounds.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// More values than the stack has room for are needed at once.
    #[error("{count} values at once do not fit into the registers and the stack")]
    Values {
        /// Number of values that do not fit into registers.
        count: u32,
    },
    /// An instruction could not be encoded.
    #[error("an instruction cannot be encoded: {0}")]
    Encoding(String),
    /// The system does not allow executable memory.
    #[error("the system does not allow machine code at run time: {0}")]
    Memory(#[from] io::Error),
}

/// Streams that do not fit a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StreamError {
    /// Another number of streams than the program has.
    #[error("{given} streams for a program with {expected}")]
    Count {
        /// Number of streams that were given.
        given: usize,
        /// Number of streams of the program.
        expected: usize,
    },
    /// A stream is shorter than the number of lanes.
    #[error("a stream of {length} numbers for {lanes} lanes")]
    Length {
        /// Length of the shortest stream.
        length: usize,
        /// Number of lanes.
        lanes: usize,
    },
    /// Another number of tables than the program has.
    #[error("{given} tables for a program with {expected}")]
    Tables {
        /// Number of tables that were given.
        given: usize,
        /// Number of tables of the program.
        expected: usize,
    },
    /// A table has not [as many coefficients](crate::Program::table_length) as its functions need.
    #[error("a table with fewer or more coefficients than its functions have")]
    TableLength,
    /// Other streams have one number for all lanes than those of the program.
    #[error("other streams with one number for all lanes than those of the program")]
    Numbers,
    /// The program writes to a stream that was given for reading.
    #[error("a stream that is written was given for reading")]
    ReadOnly,
}
