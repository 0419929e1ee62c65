//! Blocks and the whole file.

use super::{
    Count, Declaration, LocalVariable, Name, NeuronEntry, ParameterEntry, StateEntry, Statement, Unit, UnitEntry,
    Verbatim,
};
use crate::source::Span;

/// Statements in braces.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Statement>,
    /// Their place in the text, braces included.
    pub span: Span,
}

impl Block {
    /// Visits all statements, those within others too, in the order of the text.
    pub(crate) fn visit<'s>(&'s self, visit: &mut dyn FnMut(&'s Statement)) {
        self.statements.iter().for_each(|statement| statement.visit(visit));
    }
}

/// The head and body of a FUNCTION, a PROCEDURE, or NET_RECEIVE.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Its name; for NET_RECEIVE that word.
    pub name: Name,
    /// Its arguments with their units.
    pub arguments: Vec<Declaration>,
    /// The unit of its result.
    pub unit: Option<Unit>,
    /// Its statements; empty for a FUNCTION_TABLE.
    pub body: Block,
}

/// The times of BEFORE and AFTER blocks.
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

/// A block or line of a file, with its place in the text.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its kind.
    pub kind: ItemKind,
    /// Its first word.
    pub head: Span,
    /// Its place in the text.
    pub span: Span,
}

/// The kinds of blocks and lines.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// TITLE: the rest of the line.
    Title(String),
    /// DEFINE.
    Define(Name, Count),
    /// INCLUDE; the blocks of the included file follow.
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
    /// INDEPENDENT, which has no effect.
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

impl ItemKind {
    /// The statements of a block that runs.
    pub(crate) fn body(&self) -> Option<&Block> {
        match self {
            Self::Initial(body)
            | Self::Breakpoint(body)
            | Self::Derivative(_, body)
            | Self::Kinetic(_, body)
            | Self::Linear(_, body)
            | Self::Nonlinear(_, body)
            | Self::Discrete(_, body)
            | Self::At(_, body)
            | Self::Constructor(body)
            | Self::Destructor(body) => Some(body),
            Self::Function(procedure) | Self::Procedure(procedure) | Self::NetReceive(procedure) => {
                Some(&procedure.body)
            }
            _ => None,
        }
    }
}

/// The contents of a file and of the files that it includes, in order.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The blocks and lines.
    pub items: Vec<Item>,
    /// Every name at its first occurrence, in the order of the text. NEURON numbers states by this order.
    pub names: Vec<Name>,
    /// The spans between UNITSOFF and UNITSON, in which units are not checked.
    pub units_off: Vec<Span>,
}
