//! Statements.

use super::{Expression, IntegerExpression, LocalId, Place, RoutineId, VariableId};
use crate::Span;
use crate::syntax::{Arrow, BinaryOperator};

/// A statement where it stands.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// Where it stands.
    pub span: Span,
}

/// A participant of a reaction or term of a sum that is conserved.
#[derive(Clone, Debug)]
pub struct Reactant {
    /// How many take part.
    pub count: u32,
    /// Whether that number is written, even if it is 1.
    pub has_count: bool,
    /// What takes part: a state, or a variable that the reaction does not change.
    pub place: Place,
    /// Whether it is a state.
    pub is_state: bool,
}

/// A condition of WATCH.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The left side.
    pub left: Expression,
    /// `<` or `>`.
    pub operator: BinaryOperator,
    /// The right side.
    pub right: Expression,
}

/// How a block is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// A PROCEDURE, which is called.
    Call,
    /// A DERIVATIVE without METHOD, which computes rates alone.
    Rates,
    /// `cnexp`, which becomes `derivimplicit` where NEURON cannot separate a state.
    Cnexp,
    /// `derivimplicit`.
    Derivimplicit,
    /// `euler`.
    Euler,
    /// `runge`.
    Runge,
    /// `sparse`.
    Sparse,
    /// A LINEAR block.
    Linear,
    /// A NONLINEAR block.
    Newton,
}

/// SOLVE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solve {
    /// The block.
    pub routine: RoutineId,
    /// How it is solved.
    pub method: Method,
    /// Whether it is solved for its steady state.
    pub steady_state: bool,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// `x = e`
    Assign {
        /// What is assigned to.
        target: Place,
        /// The value.
        value: Expression,
    },
    /// `x' = e`, in DERIVATIVE.
    Derivative {
        /// The state.
        state: Place,
        /// The rate.
        value: Expression,
    },
    /// `~ a = b`, in LINEAR and NONLINEAR.
    Equation {
        /// The left side.
        left: Expression,
        /// The right side.
        right: Expression,
    },
    /// A reaction, in KINETIC.
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
    /// COMPARTMENT, in KINETIC.
    Compartment {
        /// The index over arrays.
        index: Option<LocalId>,
        /// The volume.
        volume: Expression,
        /// The states.
        states: Vec<VariableId>,
    },
    /// LONGITUDINAL_DIFFUSION, in KINETIC.
    Diffusion {
        /// The index over arrays.
        index: Option<LocalId>,
        /// Diffusion constant times area.
        coefficient: Expression,
        /// The states.
        states: Vec<VariableId>,
    },
    /// CONSERVE, in KINETIC.
    Conserve {
        /// The terms of the sum.
        terms: Vec<Reactant>,
        /// The total.
        total: Expression,
    },
    /// A call, whose result is not used.
    Call(Expression),
    /// A condition.
    If {
        /// The condition.
        condition: Expression,
        /// What is done where it holds.
        then: Vec<Statement>,
        /// What is done else.
        otherwise: Vec<Statement>,
    },
    /// A loop as long as a condition holds.
    While {
        /// The condition.
        condition: Expression,
        /// What is repeated.
        body: Vec<Statement>,
    },
    /// A loop that counts.
    From {
        /// The variable that counts.
        counter: LocalId,
        /// Its first value.
        from: IntegerExpression,
        /// Its last value, computed anew each time; the loop ends when the counter is larger, even with a negative step.
        to: IntegerExpression,
        /// The step.
        by: Option<IntegerExpression>,
        /// What is repeated.
        body: Vec<Statement>,
    },
    /// SOLVE in INITIAL or a PROCEDURE.
    Solve(Solve),
    /// WATCH: the conditions by their numbers, with the flags of their events.
    Watch(Vec<(u32, Expression)>),
    /// FOR_NETCONS.
    ForNetcons(Vec<Statement>),
    /// net_send: NEURON computes `t + delay` as one text.
    NetSend {
        /// The delay.
        delay: Expression,
        /// The flag.
        flag: Expression,
    },
    /// net_event.
    NetEvent(Expression),
    /// net_move.
    NetMove(Expression),
    /// state_discontinuity.
    Discontinuity {
        /// The state.
        target: Place,
        /// Its value.
        value: Expression,
    },
}
