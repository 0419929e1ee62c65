//! Blocks, and the file that they make.

use super::{
    Count, Declaration, LocalVariable, Name, NeuronEntry, ParameterEntry, StateEntry, Statement, Unit, UnitEntry,
    Verbatim,
};
use crate::Span;

/// Statements in braces.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Statement>,
    /// Where they stand, braces included.
    pub span: Span,
}

/// The head and body of a FUNCTION, a PROCEDURE, or NET_RECEIVE.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Its name; of NET_RECEIVE that word.
    pub name: Name,
    /// Its arguments with their units.
    pub arguments: Vec<Declaration>,
    /// The unit of its result.
    pub unit: Option<Unit>,
    /// Its statements; none of a FUNCTION_TABLE.
    pub body: Block,
}

/// The moments of BEFORE and AFTER.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// BEFORE INITIAL
    BeforeInitial,
    /// AFTER INITIAL
    AfterInitial,
    /// BEFORE BREAKPOINT
    BeforeBreakpoint,
    /// AFTER SOLVE
    AfterSolve,
    /// BEFORE STEP
    BeforeStep,
}

/// A block or line of a file where it stands.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// The word that it begins with.
    pub head: Span,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of blocks and lines.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// TITLE: the rest of the line.
    Title(String),
    /// DEFINE.
    Define(Name, Count),
    /// INCLUDE, whose file's blocks follow.
    Include(String),
    /// NEURON.
    Neuron(Vec<NeuronEntry>),
    /// UNITS.
    Units(Vec<UnitEntry>),
    /// PARAMETER.
    Parameter(Vec<ParameterEntry>),
    /// CONSTANT.
    Constant(Vec<ParameterEntry>),
    /// ASSIGNED.
    Assigned(Vec<Declaration>),
    /// STATE.
    State(Vec<StateEntry>),
    /// INDEPENDENT, which means nothing.
    Independent(Vec<Name>),
    /// LOCAL outside all blocks.
    Local(Vec<LocalVariable>),
    /// INITIAL.
    Initial(Block),
    /// BREAKPOINT.
    Breakpoint(Block),
    /// DERIVATIVE.
    Derivative(Name, Block),
    /// KINETIC.
    Kinetic(Name, Block),
    /// LINEAR.
    Linear(Name, Block),
    /// NONLINEAR.
    Nonlinear(Name, Block),
    /// DISCRETE.
    Discrete(Name, Block),
    /// FUNCTION.
    Function(Procedure),
    /// PROCEDURE.
    Procedure(Procedure),
    /// FUNCTION_TABLE.
    FunctionTable(Procedure),
    /// NET_RECEIVE.
    NetReceive(Procedure),
    /// BEFORE or AFTER.
    At(Event, Block),
    /// CONSTRUCTOR.
    Constructor(Block),
    /// DESTRUCTOR.
    Destructor(Block),
    /// VERBATIM.
    Verbatim(Verbatim),
}

/// All of a file, and of those that it includes, in order.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The blocks and lines.
    pub items: Vec<Item>,
    /// Every name of the file where it first occurs, in the order of the text: NEURON numbers states by it.
    pub names: Vec<Name>,
    /// The stretches between UNITSOFF and UNITSON, in which units are not checked.
    pub units_off: Vec<Span>,
}
