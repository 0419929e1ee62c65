//! Statements.

use std::sync::Arc;

use super::{BinaryOperator, Block, Count, Expression, Name};
use crate::source::Span;

/// A statement with its place in the text.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its kind.
    pub kind: StatementKind,
    /// Its place in the text.
    pub span: Span,
}

impl Statement {
    /// Visits the statement and those within it, in the order of the text.
    pub(crate) fn visit<'s>(&'s self, visit: &mut dyn FnMut(&'s Self)) {
        visit(self);
        match &self.kind {
            StatementKind::If { then, otherwise, .. } => {
                then.visit(visit);
                otherwise.iter().for_each(|block| block.visit(visit));
            }
            StatementKind::While { body, .. }
            | StatementKind::From { body, .. }
            | StatementKind::ForNetcons { body, .. }
            | StatementKind::Initial(body)
            | StatementKind::Block(body) => body.visit(visit),
            StatementKind::Protect(inner) => inner.visit(visit),
            _ => {}
        }
    }
}

/// The target of an assignment: a variable or an element of an array.
#[derive(Clone, Debug)]
pub struct Target {
    /// The variable.
    pub name: Name,
    /// The number of the element.
    pub index: Option<Expression>,
}

/// A variable of LOCAL.
#[derive(Clone, Debug)]
pub struct LocalVariable {
    /// Its name.
    pub name: Name,
    /// The length of an array.
    pub length: Option<Count>,
}

/// A reactant of a reaction, or a term of a conserved sum.
#[derive(Clone, Debug)]
pub struct Reactant {
    /// Its count (stoichiometric coefficient), if written.
    pub count: Option<Count>,
    /// The variable.
    pub target: Target,
}

/// The arrow of a reaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arrow {
    /// `<->`: forward and back.
    Both,
    /// `->`: forward only.
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

/// The TABLE statement of a function or procedure.
#[derive(Clone, Debug)]
pub struct Table {
    /// The tabulated variables; empty for a function.
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
    /// The place of the text.
    pub span: Span,
}

/// The name of the variable that `LAG variable BY by` declares and sets.
pub(crate) fn lagged_name(variable: &Name, by: &Name) -> Arc<str> {
    format!("lag_{}_{}", variable.text, by.text).into()
}

/// The kinds of statements.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// LOCAL.
    Local(Vec<LocalVariable>),
    /// `x = e`
    Assign {
        /// The variable or element that receives the value.
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
        /// The reactants on the left.
        left: Vec<Reactant>,
        /// The arrow.
        arrow: Arrow,
        /// The reactants on the right.
        right: Vec<Reactant>,
        /// The rates: two for `<->`, one for the others.
        rates: Vec<Expression>,
    },
    /// COMPARTMENT: the volume of states.
    Compartment {
        /// Name of the variable for the array index.
        index: Option<Name>,
        /// The volume.
        volume: Expression,
        /// The states.
        states: Vec<Name>,
    },
    /// LONGITUDINAL_DIFFUSION: diffusion along sections.
    Diffusion {
        /// Name of the variable for the array index.
        index: Option<Name>,
        /// Diffusion constant times area.
        coefficient: Expression,
        /// The states.
        states: Vec<Name>,
    },
    /// CONSERVE: a sum of states that stays constant.
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
        /// Statements to run if the condition holds.
        then: Block,
        /// Statements to run otherwise.
        otherwise: Option<Block>,
    },
    /// WHILE.
    While {
        /// The condition.
        condition: Expression,
        /// Statements to repeat while the condition holds.
        body: Block,
    },
    /// FROM i = a TO b BY c.
    From {
        /// The counter.
        variable: Name,
        /// Its first value.
        from: Expression,
        /// Its last value.
        to: Expression,
        /// The step.
        by: Option<Expression>,
        /// The statements to repeat.
        body: Block,
    },
    /// SOLVE.
    Solve {
        /// The block that is solved.
        block: Name,
        /// `true` for STEADYSTATE.
        steady_state: bool,
        /// The method, behind METHOD or STEADYSTATE.
        method: Option<Name>,
        /// Statements to run if it fails (IFERROR).
        if_error: Option<Block>,
    },
    /// CONDUCTANCE: a variable that is the slope of a current.
    Conductance {
        /// The variable.
        conductance: Name,
        /// The ion that carries the current.
        ion: Option<Name>,
    },
    /// LAG: the value of a variable in the past.
    Lag {
        /// The variable.
        variable: Name,
        /// The parameter or constant with the time between.
        by: Name,
    },
    /// TABLE.
    Table(Box<Table>),
    /// WATCH.
    Watch(Vec<Condition>),
    /// FOR_NETCONS.
    ForNetcons {
        /// Names of the weights.
        arguments: Vec<Name>,
        /// Statements to run for each connection.
        body: Block,
    },
    /// INITIAL in NET_RECEIVE.
    Initial(Block),
    /// PROTECT with the one statement that follows.
    Protect(Box<Statement>),
    /// MUTEXLOCK and MUTEXUNLOCK, which have no effect here.
    Mutex,
    /// VERBATIM.
    Verbatim(Verbatim),
    /// A block in a block.
    Block(Block),
    /// A statement with a syntax error, which has been reported.
    Broken,
}
