//! The model of a mechanism: what its text means. Names have become numbers, and everything has been checked.

mod expression;
mod ion;
mod library;
mod routine;
mod statement;
mod variable;

use std::sync::Arc;

pub use expression::{Expression, ExpressionKind, IntegerExpression, IntegerOperator, Place, Reference};
pub use ion::{Current, Ion};
pub use library::{Library, LibraryFunction};
pub use routine::{Local, NetReceive, Routine, RoutineKind, Table};
pub use statement::{Condition, Method, Reactant, Solve, Statement, StatementKind};
pub use variable::{Builtin, Role, Storage, Variable};

use crate::Span;

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

/// What a mechanism is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On membrane (SUFFIX).
    Density,
    /// At a point (POINT_PROCESS).
    Point,
    /// An artificial cell.
    Artificial,
    /// Functions and global variables alone (SUFFIX nothing).
    Nothing,
}

/// When a mechanism is run, by the numbers of its routines.
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

/// All of a mechanism.
#[derive(Clone, Debug)]
pub struct Model {
    /// Its name.
    pub name: Arc<str>,
    /// What it is.
    pub kind: Kind,
    /// The text behind TITLE.
    pub title: String,
    /// Its variables: those that the text declares, those that the simulator has (`v`, `t`), and the start values of states.
    pub variables: Vec<Variable>,
    /// The ions that it uses, in the order of the text.
    pub ions: Vec<Ion>,
    /// Its functions, procedures and blocks.
    pub routines: Vec<Routine>,
    /// When it is run.
    pub hooks: Hooks,
    /// What BREAKPOINT solves, in the order of the text; the state phase does this.
    pub solves: Vec<Solve>,
    /// What its instances do with events.
    pub net_receive: Option<NetReceive>,
    /// The conditions of WATCH, by their numbers.
    pub conditions: Vec<Condition>,
    /// Its currents, in the order in which the NEURON block names them, which is the order of their sum.
    pub currents: Vec<Current>,
    /// The variables of CONDUCTANCE, of the mechanism or local ones of BREAKPOINT, with their ions, in the order of the text.
    pub conductances: Vec<(Reference, Option<IonId>)>,
    /// Its states in the order in which NEURON numbers them: by the first letter, and within it the later the name first
    /// occurs, the earlier.
    pub state_order: Vec<VariableId>,
    /// Why NEURON does not run it in threads, which decides when tables are made anew; `None` if it does.
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

    /// The number of the variable of that name.
    pub fn find(&self, name: &str) -> Option<VariableId> {
        let position = self.variables.iter().position(|variable| &*variable.name == name)?;
        Some(VariableId(position as u32)) // there are fewer variables than bytes of text
    }

    /// The number of the routine of that name.
    pub fn find_routine(&self, name: &str) -> Option<RoutineId> {
        let position = self.routines.iter().position(|routine| &*routine.name == name)?;
        Some(RoutineId(position as u32)) // likewise
    }
}
