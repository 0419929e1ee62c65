//! Functions, procedures and blocks: first adds all names, then resolves the bodies.

use std::sync::Arc;

use super::body::Body;
use super::{MeaningProblem, Resolver};
use crate::diagnostic::Diagnostic;
use crate::model::{Hooks, NetReceive, Routine, RoutineId, RoutineKind};
use crate::source::Span;
use crate::syntax::{Block, File, Item, ItemKind, Name, Procedure, StatementKind};

/// A routine whose body is not yet resolved.
pub(super) struct Head<'f> {
    id: RoutineId,
    body: &'f Block,
    arguments: &'f [crate::syntax::Declaration],
}

impl Resolver<'_> {
    /// Adds all routines, so that each can be called from anywhere.
    pub(super) fn heads<'f>(&mut self, file: &'f File) -> Vec<Head<'f>> {
        file.items.iter().filter_map(|item| self.head(item)).flatten().collect()
    }

    fn head<'f>(&mut self, item: &'f Item) -> Option<Vec<Head<'f>>> {
        use RoutineKind as Kind;
        let none: &[_] = &[];
        let procedure = |kind, procedure: &'f Procedure| {
            (kind, procedure.name.clone(), &procedure.body, procedure.arguments.as_slice())
        };
        let block =
            |kind, word: &str, block: &'f Block| (kind, Name { text: word.into(), span: item.head }, block, none);
        if let ItemKind::Breakpoint(body) = &item.kind {
            self.note_methods(&body.statements);
        }
        let (kind, name, body, arguments) = match &item.kind {
            ItemKind::Function(function) => procedure(Kind::Function, function),
            ItemKind::Procedure(other) => procedure(Kind::Procedure, other),
            ItemKind::FunctionTable(table) => procedure(Kind::FunctionTable, table),
            ItemKind::NetReceive(receive) => procedure(Kind::NetReceive, receive),
            ItemKind::Derivative(name, body) => (Kind::Derivative, name.clone(), body, none),
            ItemKind::Kinetic(name, body) => (Kind::Kinetic, name.clone(), body, none),
            ItemKind::Linear(name, body) => (Kind::Linear, name.clone(), body, none),
            ItemKind::Nonlinear(name, body) => (Kind::Nonlinear, name.clone(), body, none),
            ItemKind::Discrete(..) => {
                let remedy = "write it as a PROCEDURE that BREAKPOINT solves; in NEURON a DISCRETE block also moves the time by a step";
                self.report(MeaningProblem::Unsupported { what: "DISCRETE", remedy }, item.head);
                return None;
            }
            ItemKind::Initial(body) => block(Kind::Initial, "INITIAL", body),
            ItemKind::Breakpoint(body) => block(Kind::Breakpoint, "BREAKPOINT", body),
            ItemKind::At(_, body) => block(Kind::Stage, "BEFORE or AFTER", body),
            ItemKind::Constructor(body) => block(Kind::Constructor, "CONSTRUCTOR", body),
            ItemKind::Destructor(body) => {
                if self.model.kind == crate::model::Kind::Density {
                    self.report(MeaningProblem::Destructor, item.head);
                }
                block(Kind::Destructor, "DESTRUCTOR", body)
            }
            _ => return None,
        };
        if let Some(id) = self.earlier(kind) {
            return Some(vec![Head { id, body, arguments }]);
        }
        let id = self.add_routine(kind, &name, arguments.len())?;
        let mut heads = vec![Head { id, body, arguments }];
        self.hook(item, kind, id, &mut heads);
        Some(heads)
    }

    /// The earlier block of the same kind, which a second INITIAL or BREAKPOINT continues.
    fn earlier(&self, kind: RoutineKind) -> Option<RoutineId> {
        match kind {
            RoutineKind::Initial => self.model.hooks.initial,
            RoutineKind::Breakpoint => self.model.hooks.breakpoint,
            _ => None,
        }
    }

    /// Records the methods with which BREAKPOINT solves blocks; such blocks can also be called.
    fn note_methods(&mut self, statements: &[crate::syntax::Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Solve { block, method, .. } => {
                    let method = method.as_ref().map(|method| method.text.clone());
                    self.methods.insert(block.text.clone(), method);
                }
                StatementKind::If { then, otherwise, .. } => {
                    self.note_methods(&then.statements);
                    otherwise.iter().for_each(|block| self.note_methods(&block.statements));
                }
                _ => {}
            }
        }
    }

    /// Records the time at which a routine runs.
    fn hook<'f>(&mut self, item: &'f Item, kind: RoutineKind, id: RoutineId, heads: &mut Vec<Head<'f>>) {
        let Hooks { initial, breakpoint, stages, constructor, destructor } = &mut self.model.hooks;
        let (slot, what) = match (&item.kind, kind) {
            (ItemKind::At(event, _), _) => return stages.push((*event, id)),
            (_, RoutineKind::Initial) => (initial, "INITIAL"),
            (_, RoutineKind::Breakpoint) => (breakpoint, "BREAKPOINT"),
            (_, RoutineKind::Constructor) => (constructor, "CONSTRUCTOR"),
            (_, RoutineKind::Destructor) => (destructor, "DESTRUCTOR"),
            (ItemKind::NetReceive(procedure), _) => return self.net_receive(procedure, id, item.head, heads),
            _ => return,
        };
        if slot.replace(id).is_some() {
            self.report(MeaningProblem::Second { what }, item.head);
        }
    }

    fn net_receive<'f>(&mut self, procedure: &'f Procedure, receive: RoutineId, at: Span, heads: &mut Vec<Head<'f>>) {
        if self.model.net_receive.is_some() {
            self.report(MeaningProblem::Second { what: "NET_RECEIVE" }, at);
        }
        let weights = procedure.arguments.len();
        let inner = procedure.body.statements.iter().find_map(|statement| match &statement.kind {
            StatementKind::Initial(block) => Some((block, statement.span)),
            _ => None,
        });
        let initial = inner.and_then(|(body, span)| {
            let name = Name { text: "INITIAL in NET_RECEIVE".into(), span };
            let id = self.add_routine(RoutineKind::ConnectionInitial, &name, weights)?;
            heads.push(Head { id, body, arguments: &procedure.arguments });
            Some(id)
        });
        let unit = procedure.arguments.first().and_then(|weight| weight.unit.as_ref());
        let weight_unit = unit.map_or_else(|| "".into(), |unit| Arc::clone(&unit.text));
        self.model.net_receive = Some(NetReceive { receive, initial, weights, weight_unit });
    }

    fn add_routine(&mut self, kind: RoutineKind, name: &Name, arguments: usize) -> Option<RoutineId> {
        let Name { text, span } = name.clone();
        let id = RoutineId(self.model.routines.len() as u32); // at most one per byte of text
        if is_named(kind) {
            if let Some(&first) = self.routines.get(&text) {
                let first = self.model.routine(first).span;
                let problem = MeaningProblem::Duplicate { name: text.to_string() };
                self.diagnostics.push(Diagnostic::new(problem, span).and(first, "first declared here"));
                return None;
            }
            if let Some(&variable) = self.variables.get(&text) {
                let variable = self.model.variable(variable).span;
                let problem = MeaningProblem::VariableAndFunction { name: text.to_string() };
                self.diagnostics.push(Diagnostic::new(problem, span).and(variable, "the variable is declared here"));
            }
            self.routines.insert(text.clone(), id);
        }
        let passed = self.translation.and_then(|translation| translation.set_up.get(&text).copied());
        self.model.routines.push(Routine {
            name: text,
            span,
            kind,
            arguments,
            locals: Vec::new(),
            result: None,
            fluxes: None,
            body: Vec::new(),
            table: None,
            passed,
            opaque: None,
        });
        Some(id)
    }

    /// Resolves the bodies of the routines.
    pub(super) fn bodies(&mut self, heads: Vec<Head<'_>>) {
        for Head { id, body, arguments } in heads {
            let routine = self.model.routine(id);
            let (kind, name): (_, Arc<str>) = (routine.kind, routine.name.clone());
            // A second INITIAL or BREAKPOINT continues the first one.
            let earlier = routine.locals.clone();
            let mut resolved = Body::new(self, id, kind);
            resolved.locals.extend(earlier);
            resolved.arguments(arguments, &name);
            let statements = resolved.block(body);
            let Body { locals, result, fluxes, table, opaque, calls, .. } = resolved;
            self.calls.entry(id).or_default().extend(calls);
            if let Some((span, reason)) = &opaque {
                self.opaque.entry(id).or_insert_with(|| (*span, reason.clone()));
            }
            let routine = &mut self.model.routines[id.0 as usize];
            routine.body.extend(statements);
            routine.locals = locals;
            routine.result = result;
            routine.fluxes = fluxes;
            routine.table = table;
            routine.opaque = routine.opaque.or(opaque.map(|(span, _)| span));
        }
    }
}

/// `true` if routines of a kind have names.
fn is_named(kind: RoutineKind) -> bool {
    matches!(
        kind,
        RoutineKind::Function
            | RoutineKind::Procedure
            | RoutineKind::FunctionTable
            | RoutineKind::Derivative
            | RoutineKind::Kinetic
            | RoutineKind::Linear
            | RoutineKind::Nonlinear
    )
}
