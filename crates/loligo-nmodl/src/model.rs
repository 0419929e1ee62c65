//! The model of a mechanism: the meaning of its text, checked, with names replaced by numbers.

mod expression;
mod ion;
mod library;
mod routine;
mod statement;
mod variable;

use std::sync::Arc;

use crate::source::Span;
pub use expression::{Expression, ExpressionKind, IntegerExpression, IntegerOperator, Place, Reference};
pub use ion::{Current, Ion};
pub use library::{Library, LibraryFunction};
pub use routine::{Local, NetReceive, Routine, RoutineKind, Table};
pub use statement::{Condition, Method, Reactant, Solve, Statement, StatementKind};
pub use variable::{Builtin, Role, Storage, Variable};

/// An object that the user hands in to a variable: a list of numbers, or a stream of random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldObject {
    /// The list or stream.
    pub object: VariableId,
    /// The variable with its origin: 0 if there is none, -k while it is argument k of a call.
    pub source: VariableId,
    /// The variables with the parameters of the distribution of a Random object.
    pub parameters: [Option<VariableId>; 2],
}

/// Number of a variable in [`Model::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariableId(pub u32);

/// Number of a routine in [`Model::routines`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoutineId(pub u32);

/// Number of a local variable in [`Routine::locals`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalId(pub u32);

/// Number of an ion in [`Model::ions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IonId(pub u32);

/// The kind of a mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On membrane (SUFFIX).
    Density,
    /// At a point (POINT_PROCESS).
    Point,
    /// An artificial cell.
    Artificial,
    /// Functions and global variables only (SUFFIX nothing).
    Nothing,
}

/// The routines that run at certain times, by their numbers.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    /// INITIAL.
    pub initial: Option<RoutineId>,
    /// BREAKPOINT, without its SOLVE statements.
    pub breakpoint: Option<RoutineId>,
    /// BEFORE and AFTER, in the order of the text.
    pub stages: Vec<(crate::syntax::Event, RoutineId)>,
    /// CONSTRUCTOR.
    pub constructor: Option<RoutineId>,
    /// DESTRUCTOR.
    pub destructor: Option<RoutineId>,
}

/// The model of a mechanism.
#[derive(Clone, Debug)]
pub struct Model {
    /// Its name.
    pub name: Arc<str>,
    /// Its kind.
    pub kind: Kind,
    /// The text behind TITLE.
    pub title: String,
    /// Its variables: those declared in the text, those of the simulator (`v`, `t`), and the start values of states.
    pub variables: Vec<Variable>,
    /// The ions that it uses, in the order of the text.
    pub ions: Vec<Ion>,
    /// Its functions, procedures and blocks.
    pub routines: Vec<Routine>,
    /// The routines that run at certain times.
    pub hooks: Hooks,
    /// The SOLVE statements of BREAKPOINT, in the order of the text; they run in the state phase.
    pub solves: Vec<Solve>,
    /// The handling of events, if it has NET_RECEIVE.
    pub net_receive: Option<NetReceive>,
    /// The conditions of WATCH, by their numbers.
    pub conditions: Vec<Condition>,
    /// Its currents, in the order of the NEURON block. They are added in this order.
    pub currents: Vec<Current>,
    /// The variables of CONDUCTANCE (of the mechanism, or local to BREAKPOINT) with their ions, in the order of the
    /// text.
    pub conductances: Vec<(Reference, Option<IonId>)>,
    /// Its states in the order in which NEURON numbers them: by the first letter; of states with the same first letter,
    /// the one whose name first occurs later in the text comes first.
    pub state_order: Vec<VariableId>,
    /// The lists and streams that the user hands in to variables.
    pub held: Vec<HeldObject>,
    /// The reason for which NEURON does not run it in threads; `None` if NEURON does. It decides when tables are made
    /// again, the step of `derivimplicit` for a steady state, and if a `sparse` step that does not converge ends the
    /// run.
    pub thread_unsafe: Option<(&'static str, Span)>,
}

impl Model {
    /// A variable by its number.
    pub fn variable(&self, id: VariableId) -> &Variable {
        &self.variables[id.0 as usize]
    }

    /// A routine by its number.
    pub fn routine(&self, id: RoutineId) -> &Routine {
        &self.routines[id.0 as usize]
    }

    /// An ion by its number.
    pub fn ion(&self, id: IonId) -> &Ion {
        &self.ions[id.0 as usize]
    }

    /// The number of the variable with a name.
    pub fn find(&self, name: &str) -> Option<VariableId> {
        let position = self.variables.iter().position(|variable| &*variable.name == name)?;
        Some(VariableId(position as u32)) // there are fewer variables than bytes of text
    }

    /// The number of the routine with a name.
    pub fn find_routine(&self, name: &str) -> Option<RoutineId> {
        let position = self.routines.iter().position(|routine| &*routine.name == name)?;
        Some(RoutineId(position as u32)) // likewise
    }
}
