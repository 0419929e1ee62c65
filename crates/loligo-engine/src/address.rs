//! Where values of a running engine are, by the blueprint's numbers.

use loligo_mechanisms::Identity;

/// A value of a running engine, by the blueprint's numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// Membrane potential at a node, mV.
    Voltage {
        /// Index of the cell.
        cell: usize,
        /// Index of the node in the cell.
        node: u32,
    },
    /// A variable of a mechanism on a cell.
    Membrane {
        /// Index of the cell.
        cell: usize,
        /// The mechanism's place in the order of evaluation.
        order: u32,
        /// Column of the block.
        column: usize,
        /// Number of the instance among the cell's.
        instance: usize,
    },
    /// A variable of an artificial cell.
    Artificial {
        /// Index into `populations`.
        population: usize,
        /// Column of the block.
        column: usize,
        /// Instance of the block.
        instance: usize,
    },
    /// A weight of a connection.
    Weight {
        /// Index of the connection.
        connection: usize,
        /// Which of its weights.
        weight: usize,
    },
    /// A variable that is the same for all instances of a mechanism.
    Global {
        /// The mechanism.
        mechanism: Identity,
        /// Its place among the globals of the signature.
        global: usize,
    },
    /// Temperature, degC.
    Celsius,
}

/// The outcome of a call of a procedure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Called {
    /// The value that it returned; NaN if another rank has the instance.
    Result(f64),
    /// The mechanism has no such procedure, or the handle leads to no instance of one.
    NoProcedure,
    /// It has another number of arguments.
    WrongArguments {
        /// How many it has.
        expected: usize,
    },
}
