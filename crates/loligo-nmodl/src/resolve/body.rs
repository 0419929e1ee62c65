//! The names that are visible in a routine while its statements are resolved.

use std::collections::HashMap;
use std::sync::Arc;

use super::{MeaningProblem, Resolver};
use crate::diagnostic::Problem;
use crate::model::{
    IntegerExpression, Local, LocalId, Place, Reference, Role, RoutineId, RoutineKind, Statement, Storage, Table,
};
use crate::source::Span;
use crate::syntax::{Block, Declaration, Expression, LocalVariable, Name};

/// A routine whose statements are being resolved.
pub(super) struct Body<'r, 'a> {
    pub resolver: &'r mut Resolver<'a>,
    pub kind: RoutineKind,
    pub locals: Vec<Local>,
    pub result: Option<LocalId>,
    pub fluxes: Option<[LocalId; 2]>,
    pub table: Option<Table>,
    /// C++ text that cannot be left out, with the reason.
    pub opaque: Option<(Span, String)>,
    /// The routines that it calls or solves.
    pub calls: Vec<RoutineId>,
    /// Names of blocks, the innermost last.
    scopes: Vec<HashMap<Arc<str>, Reference>>,
    /// `true` within PROTECT.
    pub is_protected: bool,
    id: RoutineId,
}

impl<'r, 'a> Body<'r, 'a> {
    pub(super) fn new(resolver: &'r mut Resolver<'a>, id: RoutineId, kind: RoutineKind) -> Self {
        let mut body = Self {
            resolver,
            kind,
            locals: Vec::new(),
            result: None,
            fluxes: None,
            table: None,
            opaque: None,
            calls: Vec::new(),
            scopes: vec![HashMap::new()],
            is_protected: false,
            id,
        };
        if kind == RoutineKind::Kinetic {
            let fluxes = ["f_flux", "b_flux"].map(|name| body.local(name.into(), Span::default(), None, false));
            body.fluxes = Some(fluxes);
        }
        body
    }

    /// Declares the arguments and the result.
    pub(super) fn arguments(&mut self, arguments: &[Declaration], name: &Arc<str>) {
        let are_weights = matches!(self.kind, RoutineKind::NetReceive | RoutineKind::ConnectionInitial);
        for (number, argument) in arguments.iter().enumerate() {
            let Name { text, span } = argument.name.clone();
            if are_weights {
                self.name(text, Reference::Weight(number as u32)); // at most one per byte of text
            } else {
                self.local(text, span, None, false);
            }
        }
        if are_weights {
            self.name("flag".into(), Reference::Flag);
        }
        if self.kind == RoutineKind::Function {
            let span = self.resolver.model.routine(self.id).span;
            // An argument with the function's name hides the result.
            self.scopes.insert(0, HashMap::new());
            let id = LocalId(self.locals.len() as u32); // at most one per byte of text
            self.locals.push(Local { name: name.clone(), span, length: None, is_counter: false });
            self.scopes[0].insert(name.clone(), Reference::Local(id));
            self.result = Some(id);
        }
    }

    /// The routine's number.
    pub(super) fn id(&self) -> RoutineId {
        self.id
    }

    fn name(&mut self, text: Arc<str>, reference: Reference) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(text, reference);
        }
    }

    /// Declares a local variable in the innermost block.
    pub(super) fn local(&mut self, name: Arc<str>, span: Span, length: Option<usize>, is_counter: bool) -> LocalId {
        let id = LocalId(self.locals.len() as u32); // at most one per byte of text
        self.name(name.clone(), Reference::Local(id));
        self.locals.push(Local { name, span, length, is_counter });
        id
    }

    /// Declares the variables of LOCAL.
    pub(super) fn locals(&mut self, variables: &[LocalVariable]) {
        for variable in variables {
            let length = variable.length.as_ref().map(|count| match usize::try_from(count.value) {
                Ok(length) if (1..=1 << 16).contains(&length) => length,
                _ => {
                    self.report(MeaningProblem::Length { length: count.value }, count.span);
                    1
                }
            });
            self.local(variable.name.text.clone(), variable.name.span, length, false);
        }
    }

    /// Resolves a part that has its own scope of names.
    pub(super) fn within<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(HashMap::new());
        let read = read(self);
        self.scopes.pop();
        read
    }

    /// Declares the names of FOR_NETCONS for the weights of the visited connection.
    pub(super) fn visited_weights(&mut self, names: &[Name]) {
        for (number, name) in names.iter().enumerate() {
            self.name(name.text.clone(), Reference::VisitedWeight(number as u32)); // at most one per byte of text
        }
    }

    pub(super) fn report(&mut self, problem: impl Problem + 'static, span: Span) {
        self.resolver.report(problem, span);
    }

    /// The target of a name.
    pub(super) fn find(&mut self, name: &Name) -> Option<Reference> {
        if let Some(&reference) = self.scopes.iter().rev().find_map(|scope| scope.get(&name.text)) {
            return Some(reference);
        }
        if let Some(&id) = self.resolver.variables.get(&name.text) {
            return Some(Reference::Variable(id));
        }
        if self.resolver.is_in_verbatim(&name.text) {
            self.opaque.get_or_insert((name.span, format!("it uses \"{}\" of C++ text", name.text)));
            return None;
        }
        let locals = self.scopes.iter().flat_map(|scope| scope.keys().map(|known| &**known));
        let help = self.resolver.help_on_variable(&name.text, locals);
        self.report(MeaningProblem::Unknown { what: "variable", name: name.text.to_string(), help }, name.span);
        None
    }

    /// The number of elements, if the reference is an array.
    fn length(&self, reference: Reference) -> Option<usize> {
        match reference {
            Reference::Variable(id) => self.resolver.model.variable(id).length,
            Reference::Local(id) => self.locals[id.0 as usize].length,
            Reference::Weight(_) | Reference::VisitedWeight(_) | Reference::Flag => None,
        }
    }

    /// A variable, or an element of an array.
    pub(super) fn place(&mut self, name: &Name, index: Option<&Expression>) -> Option<Place> {
        let reference = self.find(name)?;
        let length = self.length(reference);
        if length.is_some() != index.is_some() {
            let problem = MeaningProblem::Index { name: name.text.to_string(), is_array: length.is_some() };
            self.report(problem, name.span);
            return None;
        }
        let index = match index {
            Some(index) => Some(Box::new(self.integer(index)?)),
            None => None,
        };
        if let (Some(IntegerExpression::Number(number)), Some(length)) = (index.as_deref(), length) {
            let index = *number;
            if usize::try_from(index).map_or(true, |index| index >= length) {
                self.report(MeaningProblem::NoElement { name: name.text.to_string(), index, length }, name.span);
                return None;
            }
        }
        Some(Place { reference, index })
    }

    /// A place that is read.
    pub(super) fn read(&mut self, name: &Name, index: Option<&Expression>) -> Option<Place> {
        let place = self.place(name, index)?;
        if let Reference::Variable(id) = place.reference {
            self.resolver.variable(id).is_read = true;
        }
        Some(place)
    }

    /// A place that is assigned to.
    pub(super) fn written(&mut self, name: &Name, index: Option<&Expression>) -> Option<Place> {
        let place = self.place(name, index)?;
        match place.reference {
            Reference::Variable(id) => {
                let is_protected = self.is_protected;
                let variable = self.resolver.variable(id);
                variable.is_written = true;
                if variable.role == Role::Constant {
                    // NEURON's constants are variables of the file, which instances share.
                    (variable.role, variable.storage) = (Role::FileLocal, Storage::Global);
                    self.report(MeaningProblem::ChangedConstant { name: name.text.to_string() }, name.span);
                } else if !is_protected {
                    self.resolver.note_global_write(id, name.span);
                }
            }
            Reference::Local(id) if self.locals[id.0 as usize].is_counter => {
                let what = "the counter of FROM";
                self.report(MeaningProblem::NotAssignable { name: name.text.to_string(), what }, name.span);
                return None;
            }
            _ => {}
        }
        Some(place)
    }

    /// Resolves the statements of a block in a scope of their own.
    pub(super) fn block(&mut self, block: &Block) -> Vec<Statement> {
        self.within(|body| {
            let mut statements = Vec::new();
            for statement in &block.statements {
                body.statement(statement, &mut statements);
            }
            statements
        })
    }
}
