//! Statements.

use super::{Expression, IntegerExpression, LocalId, Place, RoutineId, VariableId};
use crate::source::Span;
use crate::syntax::{Arrow, BinaryOperator};

/// A statement with its place in the text.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its kind.
    pub kind: StatementKind,
    /// Its place in the text.
    pub span: Span,
}

/// A reactant of a reaction, or a term of a conserved sum.
#[derive(Clone, Debug)]
pub struct Reactant {
    /// Its count (stoichiometric coefficient).
    pub count: u32,
    /// `true` if the count is written, even if it is 1.
    pub has_count: bool,
    /// A state, or a variable that the reaction does not change.
    pub place: Place,
    /// `true` for a state.
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

/// The method that solves a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// A PROCEDURE, which is called.
    Call,
    /// A DERIVATIVE block without METHOD, which only computes rates.
    Rates,
    /// `cnexp`; replaced by `derivimplicit` where NEURON cannot split an equation.
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

/// A SOLVE statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solve {
    /// The block.
    pub routine: RoutineId,
    /// Its method.
    pub method: Method,
    /// `true` for STEADYSTATE.
    pub steady_state: bool,
    /// Its place in the text.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// `x = e`
    Assign {
        /// The variable or element that receives the value.
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
        /// The reactants on the left.
        left: Vec<Reactant>,
        /// The arrow.
        arrow: Arrow,
        /// The reactants on the right.
        right: Vec<Reactant>,
        /// The rates: two for `<->`, one for the others.
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
    /// A call whose result is not used.
    Call(Expression),
    /// An IF statement.
    If {
        /// The condition.
        condition: Expression,
        /// Statements to run if the condition holds.
        then: Vec<Statement>,
        /// Statements to run otherwise.
        otherwise: Vec<Statement>,
    },
    /// A loop that runs while a condition holds.
    While {
        /// The condition.
        condition: Expression,
        /// The statements to repeat.
        body: Vec<Statement>,
    },
    /// A FROM loop.
    From {
        /// Its counter.
        counter: LocalId,
        /// Its first value.
        from: IntegerExpression,
        /// Its last value, computed again before each round; the loop ends when the counter is larger, even with a
        /// negative step.
        to: IntegerExpression,
        /// The step.
        by: Option<IntegerExpression>,
        /// The statements to repeat.
        body: Vec<Statement>,
    },
    /// SOLVE in INITIAL or a PROCEDURE.
    Solve(Solve),
    /// WATCH: numbers of the conditions with the flags of their events.
    Watch(Vec<(u32, Expression)>),
    /// FOR_NETCONS.
    ForNetcons(Vec<Statement>),
    /// net_send; NEURON computes `t + delay` as one text, without parentheses.
    NetSend {
        /// The delay.
        delay: Expression,
        /// The flag.
        flag: Expression,
    },
    /// A self event at a time, not after a delay.
    SendAt {
        /// The time.
        at: Expression,
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
