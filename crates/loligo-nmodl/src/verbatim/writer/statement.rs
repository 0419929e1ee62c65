//! Statements.

use std::collections::HashMap;
use std::sync::Arc;

use super::number::known;
use super::{Exit, Symbol, Writer, Written};
use crate::syntax::{self, Block, Expression, ExpressionKind, Name, StatementKind, Target};
use crate::verbatim::constant::constant;
use crate::verbatim::handle::Handle;
use crate::verbatim::tree::{Base, Declared, Initial, Statement, StatementKind as C};

/// The most elements of a local array.
const LONGEST: f64 = 4096.0;

impl Writer<'_> {
    /// Writes a statement.
    pub(super) fn statement(&mut self, statement: &Statement) -> Written<Exit> {
        self.span = statement.span;
        match &statement.kind {
            C::Declare { variables, is_static } => {
                for variable in variables {
                    self.declaration(variable, *is_static)?;
                }
                Ok(Exit::default())
            }
            C::Expression(expression) => {
                self.effect(expression)?;
                Ok(Exit::default())
            }
            C::Block(statements) => self.braces(statements),
            C::If { condition, then, otherwise } => {
                let condition = self.condition(condition)?;
                let otherwise = otherwise.as_deref();
                self.conditional(
                    condition,
                    |writer| writer.nested(std::slice::from_ref(then)),
                    |writer| otherwise.map_or(Ok(Exit::default()), |other| writer.nested(std::slice::from_ref(other))),
                )
            }
            C::While { condition, body } => self.repeat(
                |writer| writer.condition(condition),
                |writer| writer.nested(std::slice::from_ref(body)),
                |_| Ok(()),
            ),
            C::DoWhile { body, condition } => self.repeat_first(body, condition),
            C::For { start, condition, step, body } => {
                self.for_loop(start.as_deref(), condition.as_ref(), step.as_ref(), body)
            }
            C::Return(value) => self.leave(value.as_ref()),
            C::Break => self.leave_loop(false),
            C::Continue => self.leave_loop(true),
            C::Nmodl(statement) => self.nmodl(statement),
        }
    }

    /// Statements in braces: a block of NMODL if they declare variables.
    fn braces(&mut self, statements: &[Statement]) -> Written<Exit> {
        let (written, exit) = self.separately(|writer| writer.nested(statements))?;
        if written.iter().any(|statement| matches!(statement.kind, StatementKind::Local(_))) {
            let block = self.block(written);
            self.emit(StatementKind::Block(block))?;
        } else {
            self.out.extend(written);
        }
        self.branches = None;
        Ok(exit)
    }

    /// Statements in a scope of their own.
    pub(super) fn nested(&mut self, statements: &[Statement]) -> Written<Exit> {
        self.scopes.push(HashMap::new());
        let exit = self.deeper(|writer| writer.list(statements));
        self.scopes.pop();
        exit
    }

    fn declaration(&mut self, variable: &Declared, is_static: bool) -> Written<()> {
        self.span = variable.span;
        let name = &variable.name;
        if let Some(length) = &variable.length {
            return self.array(variable, length.as_ref());
        }
        if variable.own_type.pointers > 0 {
            let flag = self.fresh_name();
            self.emit_local(&flag, None)?;
            self.declare(name.clone(), Symbol::Pointer(Handle::Null, flag.clone()));
            return match &variable.value {
                Initial::None => Ok(()),
                Initial::Value(value) => {
                    let handle = self.pointer_value(value)?;
                    self.set_pointer(name, &flag, handle)
                }
                Initial::List(_) => self.refuse("it declares a pointer with a list of values"),
            };
        }
        let is_whole = match variable.own_type.base {
            Base::Whole => true,
            Base::Double => false,
            Base::Single => return self.refuse("it uses numbers of single precision (float)"),
            Base::Void | Base::Other => {
                self.declare(name.clone(), Symbol::Other(format!("\"{name}\" of another type")));
                return Ok(());
            }
        };
        if is_static {
            return self.static_variable(variable, is_whole);
        }
        let own = self.local_name(name);
        let value = match &variable.value {
            Initial::None => None,
            Initial::Value(value) => Some(self.number(value)?),
            Initial::List(_) => return self.refuse("it declares a number with a list of values"),
        };
        self.emit_local(&own, None)?;
        self.declare(name.clone(), Symbol::Number(own.clone(), is_whole));
        if let Some((value, value_is_whole)) = value {
            let value = if is_whole && !value_is_whole { self.whole(value) } else { value };
            self.assign_name(&own, value);
        }
        Ok(())
    }

    /// A variable that keeps its value from call to call: a variable of the file.
    fn static_variable(&mut self, variable: &Declared, is_whole: bool) -> Written<()> {
        let named = |name: &str| self.facts.constants.get(name).copied();
        let value = match &variable.value {
            Initial::None => Some(0.0),
            Initial::Value(value) => constant(value, &named).map(|known| known.value),
            Initial::List(_) => None,
        };
        let name = &variable.name;
        let Some(value) = value else {
            return self.refuse(format!("\"{name}\" (static) has no fixed initial value"));
        };
        let value = if is_whole { value.trunc() } else { value };
        // Static variables of several functions may have the same name.
        let is_free = |own: &Arc<str>| self.needs.shared.get(own).is_none_or(|(_, span)| *span == variable.span);
        let names = std::iter::once(format!("static {name}"));
        let names = names.chain((2..).map(|number| format!("static {name} ({number})"))).map(Arc::from);
        let own = names.into_iter().find(is_free).unwrap_or_else(|| name.clone());
        self.needs.shared.insert(own.clone(), (value, variable.span));
        self.declare(name.clone(), Symbol::Number(own, is_whole));
        Ok(())
    }

    /// A local array. A static one is set again at every call, which is the same as long as it is not changed.
    fn array(&mut self, variable: &Declared, length: Option<&crate::verbatim::tree::Expression>) -> Written<()> {
        if !variable.own_type.is_number() {
            self.declare(variable.name.clone(), Symbol::Other(format!("the array \"{}\"", variable.name)));
            return Ok(());
        }
        let values = match &variable.value {
            Initial::None => &[][..],
            Initial::List(values) => values,
            Initial::Value(_) => return self.refuse("it declares an array with one value"),
        };
        let named = |name: &str| self.facts.constants.get(name).copied();
        let length = match length {
            Some(length) => constant(length, &named).map(|known| known.value),
            None => Some(values.len() as f64),
        };
        let length = match length {
            Some(length) if (1.0..=LONGEST).contains(&length) && length.fract() == 0.0 => length as usize,
            _ => return self.refuse(format!("the array \"{}\" has no fixed length", variable.name)),
        };
        let own = self.local_name(&variable.name);
        self.emit_local(&own, Some(length))?;
        let is_whole = variable.own_type.base == Base::Whole;
        self.declare(variable.name.clone(), Symbol::Array(own.clone(), is_whole));
        let has_values = !values.is_empty();
        for index in 0..if has_values { length } else { 0 } {
            let value = match values.get(index) {
                Some(value) => self.double(value)?,
                None => self.constant(0.0),
            };
            let index = self.constant(index as f64);
            let target = Target { name: Name { text: own.clone(), span: self.span }, index: Some(index) };
            self.emit(StatementKind::Assign { target, value })?;
        }
        Ok(())
    }

    /// IF: a condition that is known leaves one side only.
    pub(super) fn conditional(
        &mut self,
        condition: Expression,
        then: impl FnOnce(&mut Self) -> Written<Exit>,
        otherwise: impl FnOnce(&mut Self) -> Written<Exit>,
    ) -> Written<Exit> {
        match known(&condition) {
            Some(value) if !self.is_search => {
                return if value != 0.0 { then(self) } else { otherwise(self) };
            }
            _ => {}
        }
        let span = self.span;
        let before = self.scopes.clone();
        let (then, then_exit) = self.separately(then)?;
        let after_then = std::mem::replace(&mut self.scopes, before);
        let (otherwise, otherwise_exit) = self.separately(otherwise)?;
        self.join(after_then, then_exit.always, otherwise_exit.always);
        self.span = span;
        let exit = either(then_exit, otherwise_exit);
        if exit.perhaps {
            // Statements that follow may become its other side.
            let (then, otherwise) = (self.block(then), self.block(otherwise));
            self.emit(StatementKind::If { condition, then, otherwise: Some(otherwise) })?;
        } else {
            self.emit_if(condition, then, otherwise)?;
        }
        self.branches = Some((then_exit, otherwise_exit));
        Ok(exit)
    }

    /// Joins what pointers refer to after the two sides of an IF.
    fn join(&mut self, other: Vec<HashMap<Arc<str>, Symbol>>, other_ends: bool, own_ends: bool) {
        if own_ends {
            self.scopes = other;
            return;
        }
        if other_ends {
            return;
        }
        for (scope, other) in self.scopes.iter_mut().zip(other) {
            for (name, symbol) in scope.iter_mut() {
                if let (Symbol::Pointer(own, flag), Some(Symbol::Pointer(other, _))) = (&mut *symbol, other.get(name)) {
                    *symbol = Symbol::Pointer(joined(own, other, flag), flag.clone());
                }
            }
        }
    }

    pub(super) fn emit_if(
        &mut self,
        condition: Expression,
        then: Vec<syntax::Statement>,
        otherwise: Vec<syntax::Statement>,
    ) -> Written<()> {
        if then.is_empty() && otherwise.is_empty() && is_pure(&condition) {
            return Ok(());
        }
        let otherwise = if otherwise.is_empty() { None } else { Some(self.block(otherwise)) };
        let then = self.block(then);
        self.emit(StatementKind::If { condition, then, otherwise })
    }

    /// A statement of NMODL, whose blocks may contain C text.
    fn nmodl(&mut self, statement: &Arc<syntax::Statement>) -> Written<Exit> {
        self.span = statement.span;
        match &statement.kind {
            StatementKind::If { condition, then, otherwise } => {
                let then = self.read_block(then)?;
                let otherwise = otherwise.as_ref().map_or(Ok(Vec::new()), |block| self.read_block(block))?;
                let span = statement.span;
                let before = self.scopes.clone();
                let (then, then_exit) = self.separately(|writer| writer.nested(&then))?;
                let after_then = std::mem::replace(&mut self.scopes, before);
                let (otherwise, otherwise_exit) = self.separately(|writer| writer.nested(&otherwise))?;
                self.join(after_then, then_exit.always, otherwise_exit.always);
                self.span = span;
                let otherwise = if otherwise.is_empty() { None } else { Some(self.block(otherwise)) };
                let then = self.block(then);
                self.emit(StatementKind::If { condition: condition.clone(), then, otherwise })?;
                self.branches = Some((then_exit, otherwise_exit));
                Ok(either(then_exit, otherwise_exit))
            }
            StatementKind::While { condition, body } => {
                let body = self.read_block(body)?;
                self.repeat(|_| Ok(condition.clone()), |writer| writer.nested(&body), |_| Ok(()))
            }
            StatementKind::Block(body) => {
                let body = self.read_block(body)?;
                let (statements, exit) = self.separately(|writer| writer.nested(&body))?;
                let block = self.block(statements);
                self.emit(StatementKind::Block(block))?;
                Ok(exit)
            }
            StatementKind::From { variable, from, to, by, body } => {
                let body = self.inner_block(body)?;
                let (variable, from, to, by) = (variable.clone(), from.clone(), to.clone(), by.clone());
                self.emit(StatementKind::From { variable, from, to, by, body })?;
                Ok(Exit::default())
            }
            StatementKind::ForNetcons { arguments, body } => {
                let body = self.inner_block(body)?;
                self.emit(StatementKind::ForNetcons { arguments: arguments.clone(), body })?;
                Ok(Exit::default())
            }
            // INITIAL of NET_RECEIVE is a routine of its own.
            other => {
                self.emit(other.clone())?;
                Ok(Exit::default())
            }
        }
    }

    /// The block of a loop of NMODL that cannot be left early.
    fn inner_block(&mut self, body: &Block) -> Written<Block> {
        let statements = self.read_block(body)?;
        let (statements, exit) = self.separately(|writer| writer.nested(&statements))?;
        if exit.perhaps || exit.always {
            return self.refuse("it leaves a FROM loop");
        }
        Ok(self.block(statements))
    }
}

/// The ends of two sides together.
fn either(one: Exit, other: Exit) -> Exit {
    Exit {
        perhaps: one.perhaps || other.perhaps,
        always: one.always && other.always,
        returns: one.returns || other.returns,
    }
}

/// The object of a pointer that refers to one of two objects.
fn joined(own: &Handle, other: &Handle, flag: &Arc<str>) -> Handle {
    if own == other {
        return own.clone();
    }
    let inner = |handle: &Handle| match handle {
        Handle::Perhaps(_, inner) => (**inner).clone(),
        other => other.clone(),
    };
    let (own, other) = (inner(own), inner(other));
    match (&own, &other) {
        _ if own == other => Handle::Perhaps(flag.clone(), Box::new(own)),
        (Handle::Null, _) => Handle::Perhaps(flag.clone(), Box::new(other)),
        (_, Handle::Null) => Handle::Perhaps(flag.clone(), Box::new(own)),
        _ => Handle::Unknown("a pointer to one of two objects".to_owned()),
    }
}

/// `true` if an expression has no effect.
fn is_pure(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Call(name, arguments) => {
            matches!(&*name.text, super::super::WHOLE | super::super::LENGTH) && arguments.iter().all(is_pure)
        }
        ExpressionKind::Parentheses(inner) | ExpressionKind::Unary(_, inner) => is_pure(inner),
        ExpressionKind::Binary(_, left, right) => is_pure(left) && is_pure(right),
        ExpressionKind::Element(_, index) => is_pure(index),
        _ => true,
    }
}
