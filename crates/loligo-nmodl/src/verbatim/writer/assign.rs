//! Assignments.

use std::sync::Arc;

use super::number::described;
use super::{Symbol, Value, Writer, Written};
use crate::syntax::{BinaryOperator, Expression, ExpressionKind, StatementKind, Target};
use crate::verbatim::handle::{Handle, Held};
use crate::verbatim::source_name;
use crate::verbatim::tree::{self, ExpressionKind as C, Operator};

impl Writer<'_> {
    /// `target = value`, or `target += value` and similar; the result is the new value.
    pub(super) fn assignment(
        &mut self,
        operator: Option<Operator>,
        target: &tree::Expression,
        value: &tree::Expression,
    ) -> Written<Value> {
        if let C::Name(name) = &target.kind
            && let Some(Symbol::Pointer(_, flag)) = self.symbol(name).cloned()
        {
            if operator.is_some() {
                return self.refuse("it computes with pointers");
            }
            let handle = self.pointer_value(value)?;
            self.set_pointer(name, &flag, handle.clone())?;
            return Ok(Value::Pointer(handle));
        }
        if let C::Name(name) = &target.kind
            && name.starts_with("_ion_")
        {
            return self.refuse("it assigns to a variable of an ion behind NEURON's back");
        }
        if let C::Name(name) = &target.kind
            && self.symbol(name).is_none()
            && let Some(known) = self.facts.constants.get(name)
        {
            let Some(&span) = self.facts.file_variables.get(name) else {
                return self.refuse(format!("it assigns to \"{name}\", a constant"));
            };
            self.needs.shared.insert(name.clone(), (known.value, span));
        }
        let place = match &target.kind {
            // The value of `_p_x = y` is not needed: only the variable that holds the object.
            C::Name(name) if name.starts_with("_p_") => self.address(target)?,
            _ => self.value(target)?,
        };
        match place {
            Value::Pointer(Handle::Object(name) | Handle::Holder(name)) if operator.is_none() => {
                self.hold(&name, value)
            }
            Value::Pointer(other) => self.refuse(format!("it assigns to {}", described(&other))),
            Value::Number(place, is_whole) => {
                let (mut new, new_is_whole) = match operator {
                    None => self.number(value)?,
                    Some(operator) => {
                        let (right, right_is_whole) = self.number(value)?;
                        self.combined(operator, place.clone(), is_whole, right, right_is_whole)?
                    }
                };
                if is_whole && !new_is_whole {
                    new = self.whole(new);
                }
                self.store(&place, new)?;
                Ok(Value::Number(place, is_whole))
            }
        }
    }

    fn combined(
        &self,
        operator: Operator,
        left: Expression,
        is_whole: bool,
        right: Expression,
        right_is_whole: bool,
    ) -> Written<(Expression, bool)> {
        let is_whole = is_whole && right_is_whole;
        let own = match operator {
            Operator::Add => BinaryOperator::Add,
            Operator::Subtract => BinaryOperator::Subtract,
            Operator::Multiply => BinaryOperator::Multiply,
            Operator::Divide => BinaryOperator::Divide,
            Operator::Remainder => return Ok((self.call("fmod", vec![left, right]), true)),
            _ => {
                return match self.of_bits(operator, left, right, is_whole)? {
                    Value::Number(value, is_whole) => Ok((value, is_whole)),
                    Value::Pointer(_) => self.refuse("it computes with pointers"),
                };
            }
        };
        let value = self.binary(own, left, right);
        Ok(if own == BinaryOperator::Divide && is_whole { (self.whole(value), true) } else { (value, is_whole) })
    }

    /// Assigns to a variable or an element.
    fn store(&mut self, place: &Expression, value: Expression) -> Written<()> {
        let target = match &place.kind {
            ExpressionKind::Name(name) => Target { name: name.clone(), index: None },
            ExpressionKind::Element(name, index) => Target { name: name.clone(), index: Some((**index).clone()) },
            _ => return self.refuse("it assigns to a value that cannot be changed, such as an element of a Vector"),
        };
        self.emit(StatementKind::Assign { target, value })
    }

    /// The value of an expression that must be a pointer.
    pub(super) fn pointer_value(&mut self, value: &tree::Expression) -> Written<Handle> {
        match self.value(value)? {
            Value::Pointer(handle) => Ok(handle),
            Value::Number(value, _) if super::number::known(&value) == Some(0.0) => Ok(Handle::Null),
            Value::Number(..) => Ok(Handle::Unknown("a number as a pointer".to_owned())),
        }
    }

    /// Sets a local variable that is a pointer.
    pub(super) fn set_pointer(&mut self, name: &Arc<str>, flag: &Arc<str>, handle: Handle) -> Written<()> {
        let token = self.token(&handle)?;
        self.assign_name(flag, token);
        for scope in self.scopes.iter_mut().rev() {
            if let Some(symbol) = scope.get_mut(name) {
                *symbol = Symbol::Pointer(handle, flag.clone());
                return Ok(());
            }
        }
        Ok(())
    }

    /// Hands an object to the variable that holds it.
    fn hold(&mut self, name: &Arc<str>, value: &tree::Expression) -> Written<Value> {
        if let Some(ids) = new_stream(value) {
            self.note_held(name, Held::Stream);
            let mut arguments = vec![self.name(name)];
            for id in ids {
                arguments.push(self.double(id)?);
            }
            arguments.truncate(4);
            let text = "random_setids".into();
            let call = crate::syntax::Name { text, span: self.span };
            self.emit(StatementKind::Call { name: call, arguments })?;
            // A new stream begins with its first number; identifiers alone leave the position as it is.
            let arguments = vec![self.name(name), self.constant(0.0)];
            self.emit_call("random_setseq", arguments)?;
            return self.set_source(name, 1.0);
        }
        let handle = self.pointer_value(value)?;
        match (&handle, called(value)) {
            (Handle::Passed(_), Some("nrn_random_arg")) => self.note_held(name, Held::Stream),
            (Handle::Passed(_), Some("vector_arg")) => self.note_held(name, Held::List),
            (Handle::Unknown(what), _) => return self.refuse(format!("it keeps {what} in the pointer \"{name}\"")),
            _ => {}
        }
        if self.held(name).is_none() && handle != Handle::Null {
            return self.refuse(format!("it keeps {} in the pointer \"{name}\"", described(&handle)));
        }
        if self.held(name).is_some() {
            let token = self.token(&handle)?;
            self.assign_name(&source_name(name), token);
        }
        Ok(Value::Pointer(Handle::Object(name.clone())))
    }

    fn set_source(&mut self, name: &Arc<str>, source: f64) -> Written<Value> {
        let source = self.constant(source);
        self.assign_name(&source_name(name), source);
        Ok(Value::Pointer(Handle::Object(name.clone())))
    }
}

/// An expression without casts.
fn plain(expression: &tree::Expression) -> &tree::Expression {
    match &expression.kind {
        C::Cast(_, inner) => plain(inner),
        _ => expression,
    }
}

/// The name of the called function, if the expression is a call.
fn called(expression: &tree::Expression) -> Option<&str> {
    match &plain(expression).kind {
        C::Call(name, _) => Some(name),
        _ => None,
    }
}

/// The identifiers of a new stream of Random123.
fn new_stream(expression: &tree::Expression) -> Option<&[tree::Expression]> {
    match &plain(expression).kind {
        C::Call(name, arguments) if matches!(&**name, "nrnran123_newstream" | "nrnran123_newstream3") => {
            Some(arguments)
        }
        _ => None,
    }
}
