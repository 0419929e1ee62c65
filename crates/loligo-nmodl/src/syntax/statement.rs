//! Statements.

use std::sync::Arc;

use super::{BinaryOperator, Block, Count, Expression, Name};
use crate::Span;

/// A statement where it stands.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// Where it stands.
    pub span: Span,
}

/// What a value is assigned to: a variable or an element of an array.
#[derive(Clone, Debug)]
pub struct Target {
    /// The variable.
    pub name: Name,
    /// The number of the element.
    pub index: Option<Expression>,
}

/// A variable of a block.
#[derive(Clone, Debug)]
pub struct LocalVariable {
    /// Its name.
    pub name: Name,
    /// The length of an array.
    pub length: Option<Count>,
}

/// A participant of a reaction or term of a sum that is conserved.
#[derive(Clone, Debug)]
pub struct Reactant {
    /// How many take part, as it is written.
    pub count: Option<Count>,
    /// What takes part.
    pub target: Target,
}

/// The arrow of a reaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arrow {
    /// `<->`: forward and back.
    Both,
    /// `->`: away.
    Away,
    /// `<<`: a flux.
    Flux,
}

/// A condition of WATCH with the flag of its event.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The left side.
    pub left: Expression,
    /// `<` or `>`.
    pub operator: BinaryOperator,
    /// The right side.
    pub right: Expression,
    /// The flag.
    pub flag: Expression,
}

/// TABLE of a function or procedure.
#[derive(Clone, Debug)]
pub struct Table {
    /// The variables that are tabulated; none in a function.
    pub variables: Vec<Name>,
    /// The variables on which the table depends.
    pub depends: Vec<Name>,
    /// The first argument.
    pub from: Expression,
    /// The last argument.
    pub to: Expression,
    /// The number of intervals.
    pub intervals: Count,
}

/// C++ text.
#[derive(Clone, Debug)]
pub struct Verbatim {
    /// The text between VERBATIM and ENDVERBATIM.
    pub text: Arc<str>,
    /// Where the text stands.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// LOCAL.
    Local(Vec<LocalVariable>),
    /// `x = e`
    Assign {
        /// What is assigned to.
        target: Target,
        /// The value.
        value: Expression,
    },
    /// `x' = e`
    Derivative {
        /// The state.
        target: Target,
        /// The number of primes.
        order: usize,
        /// The rate.
        value: Expression,
    },
    /// `~ a = b`
    Equation {
        /// The left side.
        left: Expression,
        /// The right side.
        right: Expression,
    },
    /// `~ A + B <-> C (kf, kb)`
    Reaction {
        /// What reacts.
        left: Vec<Reactant>,
        /// The arrow.
        arrow: Arrow,
        /// What comes of it.
        right: Vec<Reactant>,
        /// The rates: two of `<->`, one of the others.
        rates: Vec<Expression>,
    },
    /// COMPARTMENT: the volume of states.
    Compartment {
        /// The name of the index over arrays.
        index: Option<Name>,
        /// The volume.
        volume: Expression,
        /// The states.
        states: Vec<Name>,
    },
    /// LONGITUDINAL_DIFFUSION: diffusion along sections.
    Diffusion {
        /// The name of the index over arrays.
        index: Option<Name>,
        /// Diffusion constant times area.
        coefficient: Expression,
        /// The states.
        states: Vec<Name>,
    },
    /// CONSERVE: a sum of states that stays the same.
    Conserve {
        /// The terms of the sum.
        terms: Vec<Reactant>,
        /// The total.
        total: Expression,
    },
    /// A call of a procedure or function whose value is not used.
    Call {
        /// Its name.
        name: Name,
        /// The arguments.
        arguments: Vec<Expression>,
    },
    /// IF, with ELSE: `else if` is an `else` whose block has one statement.
    If {
        /// The condition.
        condition: Expression,
        /// What is done where it holds.
        then: Block,
        /// What is done else.
        otherwise: Option<Block>,
    },
    /// WHILE.
    While {
        /// The condition.
        condition: Expression,
        /// What is done as long as it holds.
        body: Block,
    },
    /// FROM i = a TO b BY c.
    From {
        /// The variable that counts.
        variable: Name,
        /// Its first value.
        from: Expression,
        /// Its last value.
        to: Expression,
        /// The step.
        by: Option<Expression>,
        /// What is repeated.
        body: Block,
    },
    /// SOLVE.
    Solve {
        /// The block that is solved.
        block: Name,
        /// Whether it is solved for its steady state.
        steady_state: bool,
        /// The method, behind METHOD or STEADYSTATE.
        method: Option<Name>,
        /// What is done where it fails (IFERROR).
        if_error: Option<Block>,
    },
    /// CONDUCTANCE: a variable that is the slope of a current.
    Conductance {
        /// The variable.
        conductance: Name,
        /// The ion whose current it belongs to.
        ion: Option<Name>,
    },
    /// TABLE.
    Table(Box<Table>),
    /// WATCH.
    Watch(Vec<Condition>),
    /// FOR_NETCONS.
    ForNetcons {
        /// Names of the weights.
        arguments: Vec<Name>,
        /// What is done for each connection.
        body: Block,
    },
    /// INITIAL in NET_RECEIVE.
    Initial(Block),
    /// PROTECT: the statement behind it, alone.
    Protect(Box<Statement>),
    /// MUTEXLOCK and MUTEXUNLOCK, which mean nothing here.
    Mutex,
    /// VERBATIM.
    Verbatim(Verbatim),
    /// A block in a block.
    Block(Block),
    /// A statement that could not be read, which has been reported.
    Broken,
}
