//! Findings of the translation of a model into programs.

use crate::diagnostic::{Problem, Severity};

/// A part of a model that cannot be translated, or that behaves differently from its likely intention.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LowerProblem {
    /// C++ text that cannot be left out.
    #[error("`{name}` contains C++ text (VERBATIM) that cannot be run")]
    Verbatim {
        /// The routine.
        name: String,
    },
    /// A function that is only available in NEURON.
    #[error("`{what}` is not supported yet")]
    Unsupported {
        /// The construct.
        what: String,
    },
    /// A global of another mechanism.
    #[error("`{name}` belongs to another mechanism (EXTERNAL)")]
    External {
        /// The variable.
        name: String,
    },
    /// An opaque pointer that is read.
    #[error("`{name}` is a BBCOREPOINTER, which has no value of its own")]
    OpaquePointer {
        /// The variable.
        name: String,
    },
    /// An assignment to a variable of the simulator.
    #[error("`{name}` belongs to the simulator and cannot be changed here")]
    OwnedBySimulator {
        /// The variable.
        name: String,
    },
    /// An array without an index, or an index without an array.
    #[error("`{name}` {reason}")]
    Index {
        /// The variable.
        name: String,
        /// The fault found.
        reason: String,
    },
    /// A statement in a place where it is not allowed.
    #[error("{what} cannot be run here")]
    Misplaced {
        /// The statement.
        what: String,
    },
    /// Different numbers of equations and unknowns.
    #[error("there are {equations} equations for {unknowns} unknowns")]
    Unbalanced {
        /// Number of equations.
        equations: usize,
        /// Number of unknowns.
        unknowns: usize,
    },
    /// A system without unknowns.
    #[error("`{name}` has no states to be solved for")]
    NoUnknowns {
        /// The block.
        name: String,
    },
    /// A CONSERVE statement whose states are all used by other CONSERVE statements.
    #[error("all states of this CONSERVE are already used by other CONSERVE statements")]
    NoConservedState,
    /// A flux into a state that is given by a sum.
    #[error("`{name}` is computed by CONSERVE and cannot have a flux `<<` as well")]
    ConservedFlux {
        /// The state.
        name: String,
    },
    /// An equation that cnexp cannot split.
    #[error("this equation cannot be solved by cnexp; NEURON and Loligo solve the block by derivimplicit instead")]
    NotSeparable,
    /// An equation that cnexp solves wrongly.
    #[error(
        "this equation has a product of the state with itself, which cnexp solves as another equation, as in NEURON"
    )]
    Product,
    /// A power in an equation that cnexp solves.
    #[error("`^` in an equation that cnexp solves ends NEURON's translator")]
    PowerInCnexp,
    /// A variable that all instances share in NEURON.
    #[error(
        "`{name}` is one variable of all instances in NEURON, where each reads what the last one wrote; here each instance has \
         its own"
    )]
    Shared {
        /// The variable.
        name: String,
    },
    /// A table of values that differ from instance to instance.
    #[error("this table depends on {names}: all instances have the table of the first one in the model, as in NEURON")]
    TableInput {
        /// The parameters.
        names: String,
    },
    /// Such a table in a file that is not thread-safe.
    #[error(
        "this table depends on {names}, which is not behind DEPEND: NEURON makes one table, for the first instance; here \
         each instance has one for its own values"
    )]
    OwnTableInput {
        /// The parameters.
        names: String,
    },
    /// A table that uses one that comes later.
    #[error("this table uses that of `{name}`, which is made later: it is made with 0 for `{name}`, as in NEURON")]
    LaterTable {
        /// The function or procedure of the other table.
        name: String,
    },
    /// A table of a parameter that nothing assigns.
    #[error(
        "nothing assigns `{name}`, which has a table: NEURON sets it back to its value at the time when the table was made"
    )]
    TableOfParameter {
        /// The parameter.
        name: String,
    },
    /// Code that cannot be computed for many instances at once.
    #[error("this takes longer, since it is computed for one instance after the other: {reason}")]
    SlowCode {
        /// The reason.
        reason: String,
    },
    /// A rate that is a sum without parentheses.
    #[error("this rate is a sum: NEURON multiplies only its last term with the reactants of its flux")]
    PastedRate,
}

impl Problem for LowerProblem {
    fn severity(&self) -> Severity {
        match self {
            Self::NotSeparable | Self::SlowCode { .. } => Severity::Note,
            Self::Shared { .. }
            | Self::TableInput { .. }
            | Self::OwnTableInput { .. }
            | Self::LaterTable { .. }
            | Self::TableOfParameter { .. }
            | Self::Product
            | Self::PastedRate
            | Self::PowerInCnexp => Severity::Warning,
            _ => Severity::Error,
        }
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::Verbatim { .. } => "say it in NMODL",
            Self::External { .. } => "make it a parameter of this mechanism",
            Self::OpaquePointer { .. } => "RANDOM declares a stream of random numbers",
            Self::Unbalanced { .. } => "give as many equations as there are states in them",
            Self::NotSeparable => "METHOD derivimplicit says the same",
            Self::Product => "METHOD derivimplicit solves it",
            Self::Shared { .. } => "declare it RANGE if each instance is to have its own",
            Self::TableInput { .. } => "without TABLE, each instance has its own values",
            Self::OwnTableInput { names } => return Some(format!("add {names} to DEPEND, or declare it GLOBAL")),
            Self::LaterTable { name } => return Some(format!("put {name} before it in the file")),
            Self::TableOfParameter { name } => return Some(format!("take {name} out of TABLE")),
            Self::PowerInCnexp => "write pow(x, y)",
            Self::PastedRate => "put it in parentheses if all of it is the rate",
            Self::ConservedFlux { .. } | Self::NoConservedState => "leave out a CONSERVE",
            _ => return None,
        };
        Some(help.to_owned())
    }
}
