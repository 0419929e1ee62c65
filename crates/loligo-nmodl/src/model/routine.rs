//! Routines: functions, procedures, and the blocks of equations and statements.

use std::sync::Arc;

use super::{Expression, LocalId, RoutineId, Statement, VariableId};
use crate::Span;

/// A function, procedure or block.
#[derive(Clone, Debug)]
pub struct Routine {
    /// Its name; of a block without name the word that it begins with.
    pub name: Arc<str>,
    /// Where its head stands.
    pub span: Span,
    /// What it is.
    pub kind: RoutineKind,
    /// How many arguments it has: the first of its local variables. Those of NET_RECEIVE are
    /// [weights](super::Reference::Weight).
    pub arguments: usize,
    /// Its local variables, those of inner blocks included.
    pub locals: Vec<Local>,
    /// The local variable with the result of a function; what falls off the end of a procedure is 0.
    pub result: Option<LocalId>,
    /// The local variables `f_flux` and `b_flux` of a KINETIC block.
    pub fluxes: Option<[LocalId; 2]>,
    /// Its statements.
    pub body: Vec<Statement>,
    /// Its table.
    pub table: Option<Table>,
    /// C++ text in it that cannot be left out; such a routine cannot be run.
    pub opaque: Option<Span>,
}

/// What a routine is.
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
    /// Where it is declared.
    pub span: Span,
    /// The number of elements of an array.
    pub length: Option<usize>,
    /// Whether FROM counts with it.
    pub is_counter: bool,
}

/// TABLE of a routine.
#[derive(Clone, Debug)]
pub struct Table {
    /// The variables that are tabulated; none in a function, whose result is.
    pub variables: Vec<VariableId>,
    /// The variables on which the table depends.
    pub depends: Vec<VariableId>,
    /// The first argument.
    pub from: Expression,
    /// The last argument.
    pub to: Expression,
    /// The number of intervals.
    pub intervals: usize,
    /// Where it stands.
    pub span: Span,
}

/// What instances do with events.
#[derive(Clone, Debug)]
pub struct NetReceive {
    /// What is done with an event.
    pub receive: RoutineId,
    /// How a connection is prepared for a run.
    pub initial: Option<RoutineId>,
    /// How many weights a connection has.
    pub weights: usize,
}
