//! Finds local variables and results that are read before they have a value.

use std::collections::HashSet;

use super::{MeaningProblem, Resolver};
use crate::diagnostic::Diagnostics;
use crate::model::{
    Expression, ExpressionKind, IntegerExpression, LocalId, Place, Reference, Routine, RoutineKind, Statement,
    StatementKind,
};
use crate::source::Span;

impl Resolver<'_> {
    /// Reports functions that never set their result.
    pub(super) fn check_results(&mut self) {
        let mut missing = Vec::new();
        for routine in &self.model.routines {
            if let (RoutineKind::Function, Some(result), None) = (routine.kind, routine.result, routine.opaque) {
                let mut flow = Flow::new(routine);
                flow.statements(&routine.body);
                if !flow.perhaps.contains(&result) {
                    missing.push((routine.name.to_string(), routine.span));
                }
            }
        }
        for (name, span) in missing {
            self.report(MeaningProblem::NoResult { name }, span);
        }
    }

    /// Reports local variables that may be read before they have a value.
    pub(super) fn check_unset(&mut self) {
        for routine in &self.model.routines {
            if routine.opaque.is_some() {
                continue;
            }
            let mut flow = Flow::new(routine);
            flow.statements(&routine.body);
            flow.report(routine, self.diagnostics);
        }
    }
}

/// The local variables that have values at a point of the program.
struct Flow<'m> {
    routine: &'m Routine,
    /// Those with a value on all paths.
    surely: HashSet<LocalId>,
    /// Those with a value on some path.
    perhaps: HashSet<LocalId>,
    /// The first read without a certain value, for each variable; `true` if it has a value on some path.
    unset: Vec<(LocalId, Span, bool)>,
}

impl<'m> Flow<'m> {
    fn new(routine: &'m Routine) -> Self {
        let is_block = matches!(routine.kind, RoutineKind::NetReceive | RoutineKind::ConnectionInitial);
        let arguments = if is_block { 0 } else { routine.arguments as u32 };
        let mut surely: HashSet<LocalId> = (0..arguments).map(LocalId).collect();
        surely.extend(routine.fluxes.into_iter().flatten());
        Self { routine, perhaps: surely.clone(), surely, unset: Vec::new() }
    }

    fn report(self, routine: &Routine, diagnostics: &mut Diagnostics) {
        for (id, span, perhaps) in self.unset {
            let name = routine.locals[id.0 as usize].name.to_string();
            diagnostics.report(MeaningProblem::Unset { name, perhaps }, span);
        }
    }

    fn set(&mut self, id: LocalId) {
        self.surely.insert(id);
        self.perhaps.insert(id);
    }

    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.statement(&statement.kind);
        }
    }

    fn statement(&mut self, kind: &StatementKind) {
        match kind {
            StatementKind::Assign { target, value } | StatementKind::Discontinuity { target, value } => {
                self.read(value);
                self.index(target);
                if let Reference::Local(id) = target.reference {
                    self.set(id);
                }
            }
            StatementKind::Derivative { value, .. }
            | StatementKind::NetEvent(value)
            | StatementKind::NetMove(value) => {
                self.read(value);
            }
            StatementKind::Equation { left, right } => {
                self.read(left);
                self.read(right);
            }
            StatementKind::Reaction { rates, .. } => rates.iter().for_each(|rate| self.read(rate)),
            StatementKind::Compartment { index, volume: value, .. }
            | StatementKind::Diffusion { index, coefficient: value, .. } => {
                index.iter().for_each(|&id| self.set(id));
                self.read(value);
            }
            StatementKind::Conserve { total, .. } => self.read(total),
            StatementKind::Call(call) => self.read(call),
            StatementKind::If { condition, then, otherwise } => {
                self.read(condition);
                let before = self.surely.clone();
                self.statements(then);
                let after_then = std::mem::replace(&mut self.surely, before);
                self.statements(otherwise);
                self.surely.retain(|id| after_then.contains(id));
            }
            StatementKind::While { condition, body } => {
                self.read(condition);
                let before = self.surely.clone();
                self.statements(body);
                self.surely = before;
            }
            StatementKind::From { counter, from, to, by, body } => {
                self.integer(from);
                self.set(*counter);
                self.integer(to);
                by.iter().for_each(|by| self.integer(by));
                let has_no_turn =
                    matches!((from, to), (IntegerExpression::Number(from), IntegerExpression::Number(to)) if from > to);
                let before = self.surely.clone();
                self.statements(body);
                if has_no_turn {
                    self.surely = before;
                }
            }
            StatementKind::Watch(conditions) => conditions.iter().for_each(|(_, flag)| self.read(flag)),
            StatementKind::ForNetcons(body) => {
                let before = self.surely.clone();
                self.statements(body);
                self.surely = before;
            }
            StatementKind::NetSend { delay, flag } | StatementKind::SendAt { at: delay, flag } => {
                self.read(delay);
                self.read(flag);
            }
            StatementKind::Solve(_) => {}
        }
    }

    fn place(&mut self, place: &Place, span: Span) {
        self.index(place);
        let Reference::Local(id) = place.reference else { return };
        let known = self.surely.contains(&id) || self.unset.iter().any(|(unset, ..)| *unset == id);
        // A function that reads its own result first relies on an initial 0, which C++ does not guarantee.
        if !known && self.routine.locals[id.0 as usize].length.is_none() {
            self.unset.push((id, span, self.perhaps.contains(&id)));
        }
    }

    fn index(&mut self, place: &Place) {
        if let Some(index) = &place.index {
            self.integer(index);
        }
    }

    fn integer(&mut self, integer: &IntegerExpression) {
        match integer {
            IntegerExpression::Number(_) | IntegerExpression::Counter(_) => {}
            IntegerExpression::Truncated(value) => self.read(value),
            IntegerExpression::Negated(inner) => self.integer(inner),
            IntegerExpression::Binary(_, left, right) => {
                self.integer(left);
                self.integer(right);
            }
        }
    }

    fn read(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Read(place) => self.place(place, expression.span),
            ExpressionKind::Call(_, arguments) | ExpressionKind::Library(_, arguments) => {
                arguments.iter().for_each(|argument| self.read(argument));
            }
            ExpressionKind::Parentheses(inner) | ExpressionKind::Unary(_, inner) => self.read(inner),
            ExpressionKind::Binary(_, left, right) => {
                self.read(left);
                self.read(right);
            }
            ExpressionKind::Number { .. } | ExpressionKind::Text(_) => {}
        }
    }
}
