//! Routines: functions, procedures, and the blocks of equations and statements.

use std::sync::Arc;

use super::{Expression, LocalId, RoutineId, Statement, VariableId};
use crate::source::Span;

/// A function, procedure or block.
#[derive(Clone, Debug)]
pub struct Routine {
    /// Its name; for a block without a name, its first word.
    pub name: Arc<str>,
    /// The place of its head in the text.
    pub span: Span,
    /// Its kind.
    pub kind: RoutineKind,
    /// Number of its arguments, which are the first local variables. The arguments of NET_RECEIVE are
    /// [weights](super::Reference::Weight).
    pub arguments: usize,
    /// Its local variables, including those of inner blocks.
    pub locals: Vec<Local>,
    /// The local variable with the result of a function; a procedure returns 0.
    pub result: Option<LocalId>,
    /// The local variables `f_flux` and `b_flux` of a KINETIC block.
    pub fluxes: Option<[LocalId; 2]>,
    /// Its statements.
    pub body: Vec<Statement>,
    /// Its table.
    pub table: Option<Table>,
    /// Number of arguments that a user may leave out and that may be objects, for a procedure in C++ that takes such
    /// arguments. Its declared arguments are their values, then their kinds: 0 for none, 1 for a number, 2 for a list,
    /// 3 for a Random object.
    pub passed: Option<usize>,
    /// C++ text that cannot be left out; a routine with such text cannot be run.
    pub opaque: Option<Span>,
}

/// The kind of a routine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoutineKind {
    /// FUNCTION.
    Function,
    /// PROCEDURE.
    Procedure,
    /// FUNCTION_TABLE, which has no body.
    FunctionTable,
    /// DERIVATIVE.
    Derivative,
    /// KINETIC.
    Kinetic,
    /// LINEAR.
    Linear,
    /// NONLINEAR.
    Nonlinear,
    /// INITIAL.
    Initial,
    /// BREAKPOINT.
    Breakpoint,
    /// NET_RECEIVE.
    NetReceive,
    /// INITIAL in NET_RECEIVE.
    ConnectionInitial,
    /// BEFORE or AFTER.
    Stage,
    /// CONSTRUCTOR.
    Constructor,
    /// DESTRUCTOR.
    Destructor,
}

/// A local variable.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name.
    pub name: Arc<str>,
    /// Place of its declaration.
    pub span: Span,
    /// The number of elements of an array.
    pub length: Option<usize>,
    /// `true` for the counter of a FROM loop.
    pub is_counter: bool,
}

/// The TABLE statement of a routine.
#[derive(Clone, Debug)]
pub struct Table {
    /// The tabulated variables; empty for a function, whose result is tabulated.
    pub variables: Vec<VariableId>,
    /// The variables on which the table depends.
    pub depends: Vec<VariableId>,
    /// The first argument.
    pub from: Expression,
    /// The last argument.
    pub to: Expression,
    /// The number of intervals.
    pub intervals: usize,
    /// Its place in the text.
    pub span: Span,
}

/// The handling of events by instances.
#[derive(Clone, Debug)]
pub struct NetReceive {
    /// The routine that runs at an event.
    pub receive: RoutineId,
    /// The routine that prepares a connection for a run.
    pub initial: Option<RoutineId>,
    /// Number of weights of a connection.
    pub weights: usize,
    /// The unit of the first weight; empty if none is written.
    pub weight_unit: Arc<str>,
}
