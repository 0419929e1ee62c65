//! Addresses of values in a running engine, in the indices of the blueprint.

use loligo_mechanisms::Identity;

/// The address of a value in a running engine, in the indices of the blueprint.
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
        /// Position of the mechanism in the order of evaluation.
        order: u32,
        /// Column of the block.
        column: usize,
        /// Index of the instance among those of the cell.
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
        /// Index of the weight among those of the connection.
        weight: usize,
    },
    /// A variable that is the same for all instances of a mechanism.
    Global {
        /// The mechanism.
        mechanism: Identity,
        /// Index among the globals of the signature.
        global: usize,
    },
    /// Temperature, degC.
    Celsius,
}

/// Result of calling a procedure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Called {
    /// The value that the procedure returned; NaN if the instance is in another rank.
    Result(f64),
    /// The mechanism has no such procedure, or the handle does not refer to an instance of a
    /// mechanism.
    NoProcedure,
    /// The procedure takes another number of arguments.
    WrongArguments {
        /// Number of arguments that the procedure takes.
        expected: usize,
    },
}
