//! Decides if NEURON runs a mechanism in threads. This changes when its tables are made again and where globals are
//! stored.

use super::{MeaningProblem, Resolver};
use crate::model::{Kind, LibraryFunction, Method, Role, RoutineKind, Statement, StatementKind, Storage, VariableId};
use crate::source::Span;
use crate::syntax::{File, ItemKind, StatementKind as WrittenKind, Verbatim};

impl Resolver<'_> {
    /// Records a reason that THREADSAFE overrides.
    fn note_unsafe(&mut self, reason: &'static str, span: Span) {
        if !self.neuron.thread_safe {
            self.model.thread_unsafe.get_or_insert((reason, span));
        }
    }

    pub(super) fn note_global_write(&mut self, id: VariableId, span: Span) {
        let variable = self.model.variable(id);
        let is_global = variable.storage == Storage::Global && variable.role != Role::FileLocal;
        if is_global {
            self.note_unsafe("a GLOBAL is assigned to", span);
        }
    }

    pub(super) fn note_call(&mut self, function: LibraryFunction, span: Span) {
        use LibraryFunction as F;
        if matches!(function, F::Exprand | F::Normrand | F::Poisrand | F::ScopRandom | F::SetSeed) {
            self.note_unsafe("random numbers are drawn from one stream for all", span);
            if function != F::SetSeed && !std::mem::replace(&mut self.draws_from_one_generator, true) {
                self.report(MeaningProblem::OwnGenerator, span);
            }
        }
    }

    pub(super) fn note_discontinuity(&mut self, span: Span) {
        self.note_unsafe("state_discontinuity stands outside NET_RECEIVE", span);
    }

    /// Finds the remaining reasons, after all bodies are resolved.
    pub(super) fn decide_threads(&mut self, file: &File) {
        for list in [&self.neuron.pointer, &self.neuron.bbcore_pointer, &self.neuron.external] {
            if let (Some(name), false) = (list.first(), self.neuron.thread_safe) {
                self.model.thread_unsafe.get_or_insert(("it has a POINTER or EXTERNAL", name.span));
            }
        }
        if let Some(span) = first_verbatim(file) {
            self.note_unsafe("it has a VERBATIM block", span);
        }
        let mut reason = None;
        let solves = self.model.solves.iter();
        let inner = self.model.routines.iter().flat_map(|routine| solves_of(&routine.body));
        for solve in solves.copied().chain(inner) {
            let kind = self.model.routine(solve.routine).kind;
            let is_unsafe = match solve.method {
                Method::Linear | Method::Newton | Method::Runge => true,
                Method::Euler => kind == RoutineKind::Kinetic,
                _ => false,
            };
            if is_unsafe {
                reason = Some(("its method of solution is not made for threads", solve.span));
            }
        }
        if self.model.kind == Kind::Nothing {
            reason = Some(("it is no mechanism", Span::default()));
        }
        let file_local = self.model.variables.iter().find(|variable| variable.role == Role::FileLocal);
        if let (Kind::Artificial, Some(variable)) = (self.model.kind, file_local) {
            reason = Some(("it is an artificial cell with a LOCAL outside its blocks", variable.span));
        }
        self.model.thread_unsafe = reason.or(self.model.thread_unsafe);
    }
}

fn solves_of(statements: &[Statement]) -> Vec<crate::model::Solve> {
    let mut solves = Vec::new();
    for statement in statements {
        match &statement.kind {
            StatementKind::Solve(solve) => solves.push(*solve),
            StatementKind::If { then, otherwise, .. } => {
                solves.extend(solves_of(then));
                solves.extend(solves_of(otherwise));
            }
            StatementKind::While { body, .. } | StatementKind::From { body, .. } => solves.extend(solves_of(body)),
            _ => {}
        }
    }
    solves
}

fn first_verbatim(file: &File) -> Option<Span> {
    all_verbatim(file).first().map(|verbatim| verbatim.span)
}

/// The texts of all VERBATIM blocks.
pub(super) fn verbatim_texts(file: &File) -> String {
    all_verbatim(file).iter().flat_map(|verbatim| [&*verbatim.text, "\n"]).collect()
}

fn all_verbatim(file: &File) -> Vec<&Verbatim> {
    let mut found = Vec::new();
    for item in &file.items {
        if let ItemKind::Verbatim(verbatim) = &item.kind {
            found.push(verbatim);
        } else if let Some(body) = item.kind.body() {
            body.visit(&mut |statement| {
                if let WrittenKind::Verbatim(verbatim) = &statement.kind {
                    found.push(verbatim);
                }
            });
        }
    }
    found
}
