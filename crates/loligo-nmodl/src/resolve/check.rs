//! Checks for probable mistakes, after all names are resolved.

use std::collections::HashSet;

use super::{MeaningProblem, Resolver};
use loligo_mechanisms::IonVariable;

use crate::model::{
    Library, Method, Reference, Role, Routine, RoutineId, RoutineKind, Statement, StatementKind, VariableId,
};

impl Resolver<'_> {
    pub(super) fn check(&mut self) {
        self.check_verbatim();
        self.check_states();
        self.check_concentrations();
        self.check_names();
        self.check_results();
        self.check_unset();
    }

    /// The routines that can run during a simulation.
    fn reached(&self) -> HashSet<RoutineId> {
        let hooks = &self.model.hooks;
        let single = [hooks.initial, hooks.breakpoint, hooks.constructor];
        let stages = hooks.stages.iter().map(|(_, id)| *id);
        let events = self.model.net_receive.iter().flat_map(|receive| [Some(receive.receive), receive.initial]);
        let solves = self.model.solves.iter().map(|solve| solve.routine);
        let mut open: Vec<_> = single.into_iter().chain(events).flatten().chain(stages).chain(solves).collect();
        let mut reached = HashSet::new();
        while let Some(id) = open.pop() {
            if reached.insert(id) {
                open.extend(self.calls.get(&id).into_iter().flatten());
            }
        }
        reached
    }

    /// C++ text is an error in a routine that a simulation runs; other routines with C++ text cannot be called (a
    /// warning).
    fn check_verbatim(&mut self) {
        let reached = self.reached();
        let mut opaque: Vec<_> = self.opaque.drain().collect();
        opaque.sort_by_key(|(id, _)| *id);
        for (id, (span, reason)) in opaque {
            let routine = self.model.routine(id);
            let name = routine.name.to_string();
            let is_callable = matches!(routine.kind, RoutineKind::Function | RoutineKind::Procedure);
            if reached.contains(&id) {
                let routine = is_callable.then_some(name);
                self.report(MeaningProblem::Verbatim { reason, routine }, span);
            } else if routine.kind != RoutineKind::Destructor {
                self.report(MeaningProblem::VerbatimInRoutine { routine: name, reason }, span);
            }
        }
    }

    fn check_states(&mut self) {
        let is_unsolved = |variable: &&crate::model::Variable| variable.role == Role::State && !variable.is_written;
        let unsolved: Vec<_> = self
            .model
            .variables
            .iter()
            .filter(is_unsolved)
            .map(|variable| (variable.name.to_string(), variable.span))
            .collect();
        for (name, span) in unsolved {
            self.report(MeaningProblem::UnsolvedState { name }, span);
        }
    }

    /// Reports written concentrations that are no states and are assigned in BREAKPOINT and INITIAL only, in a mechanism
    /// whose BREAKPOINT solves equations.
    fn check_concentrations(&mut self) {
        let integrates = |solve: &crate::model::Solve| {
            let kind = self.model.routine(solve.routine).kind;
            matches!(kind, RoutineKind::Derivative | RoutineKind::Kinetic) && solve.method != Method::Rates
        };
        if !self.model.solves.iter().any(integrates) {
            return;
        }
        let is_elsewhere = |routine: &&Routine| !matches!(routine.kind, RoutineKind::Breakpoint | RoutineKind::Initial);
        let mut assigned = HashSet::new();
        for routine in self.model.routines.iter().filter(is_elsewhere) {
            assigned_in(&routine.body, &mut assigned);
        }
        let writes = self.model.ions.iter().flat_map(|ion| &ion.writes);
        let unsolved: Vec<_> = writes
            .filter(|(kind, _)| matches!(kind, IonVariable::Inside | IonVariable::Outside))
            .filter(|(_, id)| self.model.variable(*id).role != Role::State && !assigned.contains(id))
            .map(|(_, id)| (self.model.variable(*id).name.to_string(), self.model.variable(*id).span))
            .collect();
        for (name, span) in unsolved {
            self.report(MeaningProblem::UnsolvedConcentration { name }, span);
        }
    }

    /// Reports variables that hide functions of the language.
    fn check_names(&mut self) {
        let hidden = |variable: &&crate::model::Variable| {
            Library::find(&variable.name).is_some() && !matches!(variable.role, Role::Builtin(_))
        };
        let hidden: Vec<_> = self
            .model
            .variables
            .iter()
            .filter(hidden)
            .map(|variable| (variable.name.to_string(), variable.span))
            .collect();
        for (name, span) in hidden {
            self.report(MeaningProblem::HidesFunction { name }, span);
        }
    }
}

/// The variables that statements assign, also in their inner blocks.
fn assigned_in(statements: &[Statement], assigned: &mut HashSet<VariableId>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Assign { target, .. } => {
                if let Reference::Variable(id) = target.reference {
                    assigned.insert(id);
                }
            }
            StatementKind::If { then, otherwise, .. } => {
                assigned_in(then, assigned);
                assigned_in(otherwise, assigned);
            }
            StatementKind::While { body, .. } | StatementKind::From { body, .. } | StatementKind::ForNetcons(body) => {
                assigned_in(body, assigned);
            }
            _ => {}
        }
    }
}
