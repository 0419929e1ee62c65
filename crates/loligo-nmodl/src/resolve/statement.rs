//! Statements.

use super::MeaningProblem;
use super::body::Body;
use crate::model::{
    Condition, Expression, ExpressionKind, LibraryFunction, Place, Reference, Role, RoutineKind, Statement,
    StatementKind, Table,
};
use crate::source::Span;
use crate::syntax::{self, Name, Target};
use crate::verbatim;

impl Body<'_, '_> {
    /// Resolves a statement and appends the result to a list; appends nothing if it has an error, which has been
    /// reported.
    pub(super) fn statement(&mut self, statement: &syntax::Statement, into: &mut Vec<Statement>) {
        if let Some(kind) = self.kind_of(statement, into) {
            into.push(Statement { kind, span: statement.span });
        }
    }

    fn kind_of(&mut self, statement: &syntax::Statement, into: &mut Vec<Statement>) -> Option<StatementKind> {
        use syntax::StatementKind as From;
        let span = statement.span;
        match &statement.kind {
            From::Local(variables) => {
                self.locals(variables);
                None
            }
            From::Assign { target, value } => {
                let value = self.expression(value);
                let target = self.target(target)?;
                Some(StatementKind::Assign { target, value: value? })
            }
            From::Derivative { target, order, value } => self.derivative(target, *order, value, span),
            From::Equation { .. }
            | From::Reaction { .. }
            | From::Compartment { .. }
            | From::Diffusion { .. }
            | From::Conserve { .. } => self.scheme(&statement.kind, span),
            From::Call { name, arguments } => self.call_statement(name, arguments, span),
            From::If { condition, then, otherwise } => {
                let condition = self.expression(condition);
                let then = self.block(then);
                let otherwise = otherwise.as_ref().map_or_else(Vec::new, |block| self.block(block));
                Some(StatementKind::If { condition: condition?, then, otherwise })
            }
            From::While { condition, body } => {
                let condition = self.expression(condition);
                Some(StatementKind::While { body: self.block(body), condition: condition? })
            }
            From::From { variable, from, to, by, body } => {
                let (from, by) = (self.integer(from), by.as_ref().map(|by| self.integer(by)));
                self.within(|inner| {
                    let counter = inner.local(variable.text.clone(), variable.span, None, true);
                    let to = inner.integer(to);
                    let body = inner.block(body);
                    let by = match by {
                        Some(by) => Some(by?),
                        None => None,
                    };
                    Some(StatementKind::From { counter, from: from?, to: to?, by, body })
                })
            }
            From::Solve { block, steady_state, method, if_error } => {
                if if_error.is_some() {
                    self.unsupported("IFERROR", "take it out: a solution that fails ends the run", span);
                }
                self.solve(block, *steady_state, method.as_ref(), span)
            }
            From::Conductance { conductance, ion } => {
                self.conductance(conductance, ion.as_ref(), span);
                None
            }
            From::Lag { variable, by } => self.lag(variable, by, span),
            From::Table(table) => {
                self.table(table, span);
                None
            }
            From::Watch(conditions) => self.watch(conditions, span),
            From::ForNetcons { arguments, body } => {
                self.only_in_net_receive("FOR_NETCONS", span)?;
                let expected = self.resolver.model.net_receive.as_ref().map_or(0, |receive| receive.weights);
                if arguments.len() != expected {
                    let (name, found) = ("FOR_NETCONS".to_owned(), arguments.len());
                    let expected = format!("{expected} names, one a weight of NET_RECEIVE");
                    self.report(MeaningProblem::Arguments { name, expected, found }, span);
                    return None;
                }
                self.within(|inner| {
                    inner.visited_weights(arguments);
                    Some(StatementKind::ForNetcons(inner.block(body)))
                })
            }
            From::Initial(_) => {
                // The INITIAL of NET_RECEIVE is a routine of its own.
                if self.kind != RoutineKind::NetReceive {
                    let remedy = "INITIAL stands outside all blocks, or in NET_RECEIVE";
                    self.misplaced("INITIAL", remedy, span);
                }
                None
            }
            From::Protect(inner) => {
                let before = std::mem::replace(&mut self.is_protected, true);
                self.statement(inner, into);
                self.is_protected = before;
                None
            }
            From::Verbatim(text) => {
                self.verbatim(text);
                None
            }
            From::Block(block) => {
                into.extend(self.block(block));
                None
            }
            From::Mutex | From::Broken => None,
        }
    }

    /// `LAG x BY y`: the variable `lag_x_y` receives the value that x had y ms ago.
    fn lag(&mut self, variable: &Name, by: &Name, span: Span) -> Option<StatementKind> {
        let read =
            |name: &Name| syntax::Expression { kind: syntax::ExpressionKind::Name(name.clone()), span: name.span };
        let (x, time) = (self.expression(&read(variable)), self.expression(&read(by)));
        let (x, time) = (x?, time?);
        let model = &self.resolver.model;
        let role = |value: &Expression| match value.kind {
            ExpressionKind::Read(Place { reference: Reference::Variable(id), .. }) => Some(model.variable(id).role),
            _ => None,
        };
        let (name, expected) = match (role(&x), role(&time)) {
            (None | Some(Role::Parameter | Role::Constant), _) => (variable, "a STATE or ASSIGNED variable, for LAG"),
            (_, Some(Role::Parameter | Role::Constant)) => {
                let target = Name { text: syntax::lagged_name(variable, by), span: variable.span };
                let target = self.written(&target, None)?;
                let value = Expression { kind: ExpressionKind::Library(LibraryFunction::Lag, vec![x, time]), span };
                return Some(StatementKind::Assign { target, value });
            }
            _ => (by, "a PARAMETER or CONSTANT, for BY of LAG"),
        };
        let (name, span) = (name.text.to_string(), name.span);
        self.report(MeaningProblem::WrongKind { name, found: "another name", expected }, span);
        None
    }

    pub(super) fn target(&mut self, target: &Target) -> Option<Place> {
        self.written(&target.name, target.index.as_ref())
    }

    fn unsupported(&mut self, what: &'static str, remedy: &'static str, span: Span) {
        self.report(MeaningProblem::Unsupported { what, remedy }, span);
    }

    pub(super) fn misplaced(&mut self, statement: &str, remedy: &'static str, span: Span) {
        let place = self.place_name();
        self.report(MeaningProblem::Misplaced { statement: statement.to_owned(), place, remedy }, span);
    }

    fn place_name(&self) -> &'static str {
        match self.kind {
            RoutineKind::Function => "a FUNCTION",
            RoutineKind::Procedure => "a PROCEDURE",
            RoutineKind::FunctionTable => "a FUNCTION_TABLE",
            RoutineKind::Derivative => "a DERIVATIVE block",
            RoutineKind::Kinetic => "a KINETIC block",
            RoutineKind::Linear => "a LINEAR block",
            RoutineKind::Nonlinear => "a NONLINEAR block",
            RoutineKind::Initial => "INITIAL",
            RoutineKind::Breakpoint => "BREAKPOINT",
            RoutineKind::NetReceive => "NET_RECEIVE",
            RoutineKind::ConnectionInitial => "INITIAL of NET_RECEIVE",
            RoutineKind::Stage => "BEFORE or AFTER",
            RoutineKind::Constructor => "CONSTRUCTOR",
            RoutineKind::Destructor => "DESTRUCTOR",
        }
    }

    fn only_in_net_receive(&mut self, statement: &str, span: Span) -> Option<()> {
        if matches!(self.kind, RoutineKind::NetReceive | RoutineKind::ConnectionInitial) {
            return Some(());
        }
        self.misplaced(statement, "write it in NET_RECEIVE itself", span);
        None
    }

    fn derivative(
        &mut self,
        target: &Target,
        order: usize,
        value: &syntax::Expression,
        span: Span,
    ) -> Option<StatementKind> {
        let value = self.expression(value);
        if self.kind != RoutineKind::Derivative {
            self.misplaced("a differential equation", "write it in a DERIVATIVE block", span);
            return None;
        }
        if order > 1 {
            let remedy = "write it as two equations of first order";
            self.unsupported("an equation of second or higher order", remedy, span);
            return None;
        }
        if target.index.is_some() {
            let remedy = "NEURON does not translate it; use a state of its own for each, or KINETIC";
            self.unsupported("a differential equation of an element of an array", remedy, span);
            return None;
        }
        let state = self.target(target)?;
        let is_state = |id| self.resolver.model.variable(id).role == Role::State;
        if !matches!(state.reference, Reference::Variable(id) if is_state(id)) {
            let (found, expected) = ("no state", "a state: declare it in STATE");
            let name = target.name.text.to_string();
            self.report(MeaningProblem::WrongKind { name, found, expected }, target.name.span);
            return None;
        }
        Some(StatementKind::Derivative { state, value: value? })
    }

    fn call_statement(&mut self, name: &Name, arguments: &[syntax::Expression], span: Span) -> Option<StatementKind> {
        if let Some(&id) = self.resolver.routines.get(&name.text) {
            if self.resolver.model.routine(id).kind == RoutineKind::Derivative && arguments.is_empty() {
                return self.solve_once(name, span);
            }
            let kind = self.call(name, arguments)?;
            return Some(StatementKind::Call(Expression { kind, span }));
        }
        let events = matches!(self.kind, RoutineKind::NetReceive | RoutineKind::ConnectionInitial);
        match (&*name.text, arguments) {
            ("net_send", [delay, flag]) => {
                if !events && self.kind != RoutineKind::Initial {
                    self.misplaced("net_send", "write it in INITIAL or NET_RECEIVE itself", span);
                    return None;
                }
                let (delay, flag) = (self.expression(delay), self.expression(flag));
                Some(StatementKind::NetSend { delay: delay?, flag: flag? })
            }
            (verbatim::SEND_AT, [at, flag]) => {
                let (at, flag) = (self.expression(at), self.expression(flag));
                Some(StatementKind::SendAt { at: at?, flag: flag? })
            }
            ("net_event", [time]) => {
                self.only_in_net_receive("net_event", span)?;
                Some(StatementKind::NetEvent(self.expression(time)?))
            }
            ("net_move", [time]) => {
                self.only_in_net_receive("net_move", span)?;
                Some(StatementKind::NetMove(self.expression(time)?))
            }
            ("state_discontinuity", [target, value]) => {
                let value = self.expression(value);
                let (name, index) = match &target.kind {
                    syntax::ExpressionKind::Name(name) => (name, None),
                    syntax::ExpressionKind::Element(name, index) => (name, Some(&**index)),
                    _ => {
                        let (found, expected) = ("a function", "a function of other values: first give a state");
                        let name = name.text.to_string();
                        self.report(MeaningProblem::WrongKind { name, found, expected }, target.span);
                        return None;
                    }
                };
                let target = self.written(name, index)?;
                if events {
                    let (old, modern) = ("state_discontinuity in NET_RECEIVE", "state = value");
                    self.report(MeaningProblem::OldSyntax { old, modern }, span);
                    return Some(StatementKind::Assign { target, value: value? });
                }
                self.resolver.note_discontinuity(span);
                Some(StatementKind::Discontinuity { target, value: value? })
            }
            _ => {
                let kind = self.call(name, arguments)?;
                if matches!(kind, ExpressionKind::Library(LibraryFunction::Print, _)) {
                    return None;
                }
                Some(StatementKind::Call(Expression { kind, span }))
            }
        }
    }

    fn conductance(&mut self, conductance: &Name, ion: Option<&Name>, span: Span) {
        if self.kind != RoutineKind::Breakpoint {
            return self.misplaced("CONDUCTANCE", "write it in BREAKPOINT", span);
        }
        let Some(Place { reference, .. }) = self.read(conductance, None) else { return };
        let ion = match ion {
            None => None,
            Some(name) => match self.resolver.ion(&name.text) {
                Some(ion) => Some(ion),
                None => {
                    let help = format!("add USEION {} to the NEURON block", name.text);
                    let problem = MeaningProblem::Unknown { what: "ion", name: name.text.to_string(), help };
                    return self.report(problem, name.span);
                }
            },
        };
        self.resolver.model.conductances.push((reference, ion));
    }

    fn table(&mut self, table: &syntax::Table, span: Span) {
        let arguments = self.resolver.model.routine(self.id()).arguments;
        if !matches!(self.kind, RoutineKind::Function | RoutineKind::Procedure) || arguments != 1 {
            return self.misplaced("TABLE", "a FUNCTION or PROCEDURE with one argument can have one", span);
        }
        if self.table.is_some() {
            return self.report(MeaningProblem::Second { what: "TABLE" }, span);
        }
        let mut ids = |names: &[Name]| -> Vec<_> {
            let find = |name: &Name| match self.find(name)? {
                Reference::Variable(id) => Some(id),
                _ => {
                    let (found, expected) = ("a local variable", "a variable of the mechanism");
                    let name_text = name.text.to_string();
                    self.report(MeaningProblem::WrongKind { name: name_text, found, expected }, name.span);
                    None
                }
            };
            names.iter().filter_map(find).collect()
        };
        let (variables, depends) = (ids(&table.variables), ids(&table.depends));
        for &id in &depends {
            self.resolver.variable(id).is_read = true;
        }
        let (from, to) = (self.expression(&table.from), self.expression(&table.to));
        let intervals = match usize::try_from(table.intervals.value) {
            Ok(intervals) if (1..=1 << 20).contains(&intervals) => intervals,
            _ => {
                let length = table.intervals.value;
                return self.report(MeaningProblem::Length { length }, table.intervals.span);
            }
        };
        if let (Some(from), Some(to)) = (from, to) {
            self.table = Some(Table { variables, depends, from, to, intervals, span });
        }
    }

    fn watch(&mut self, conditions: &[syntax::Condition], span: Span) -> Option<StatementKind> {
        self.only_in_net_receive("WATCH", span)?;
        let mut watched = Vec::new();
        for condition in conditions {
            let (left, right) = (self.expression(&condition.left), self.expression(&condition.right));
            let flag = self.expression(&condition.flag);
            let number = self.resolver.model.conditions.len() as u32; // at most one per byte of text
            let condition = Condition { left: left?, operator: condition.operator, right: right? };
            self.resolver.model.conditions.push(condition);
            watched.push((number, flag?));
        }
        Some(StatementKind::Watch(watched))
    }

    /// C++ text that is not understood.
    fn verbatim(&mut self, text: &syntax::Verbatim) {
        let refusal = self.resolver.translation.and_then(|translation| translation.refusals.get(&text.span));
        if let Some(verbatim::Refusal { span, reason }) = refusal {
            self.opaque.get_or_insert((*span, reason.clone()));
        }
    }
}
