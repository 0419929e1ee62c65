//! Pointers: the objects that variables hold, lists of numbers, arguments.

use std::sync::Arc;

use super::number::{described, known};
use super::{Symbol, Value, Writer, Written};
use crate::syntax::{BinaryOperator, Expression, ExpressionKind, Name};
use crate::verbatim::handle::{Handle, Held};
use crate::verbatim::tree::{self, ExpressionKind as C};
use crate::verbatim::{ELEMENT, LENGTH, source_name};

impl Writer<'_> {
    /// The object that a POINTER or BBCOREPOINTER holds, or its target if NMODL uses it as a number.
    pub(super) fn object(&self, name: &Arc<str>) -> Handle {
        match self.facts.pointers.get(name) {
            Some(true) if self.held(name).is_none() => Handle::Variable(name.clone()),
            _ => Handle::Object(name.clone()),
        }
    }

    /// `&x`
    pub(super) fn address(&mut self, inner: &tree::Expression) -> Written<Value> {
        match &inner.kind {
            // `&px[i]` and the like are not numbers of a variable.
            C::Name(name) if self.symbol(name).is_none() => {
                if let Some(own) = name.strip_prefix("_p_").and_then(|own| self.facts.pointers.get_key_value(own)) {
                    return Ok(Value::Pointer(Handle::Holder(own.0.clone())));
                }
                match self.variable(name) {
                    Some(own) if self.facts.pointers.contains_key(&own) => Ok(Value::Pointer(Handle::Holder(own))),
                    Some(own) => Ok(Value::Pointer(Handle::Variable(own))),
                    None => Ok(Value::Pointer(Handle::Unknown(format!("\"{name}\"")))),
                }
            }
            C::Name(name) => match self.symbol(name) {
                Some(Symbol::Number(own, false)) => Ok(Value::Pointer(Handle::Variable(own.clone()))),
                _ => Ok(Value::Pointer(Handle::Unknown(format!("the address of \"{name}\"")))),
            },
            C::Content(pointer) => self.value(pointer),
            _ => Ok(Value::Pointer(Handle::Unknown("an address".to_owned()))),
        }
    }

    /// `*x`
    pub(super) fn content(&mut self, inner: &tree::Expression) -> Written<Value> {
        // `*getarg(1)`
        match self.value(inner)? {
            Value::Number(..) => self.refuse("it uses a number as a pointer"),
            Value::Pointer(handle) => match handle.certain() {
                Handle::Holder(name) => Ok(Value::Pointer(Handle::Object(name))),
                Handle::Variable(name) => Ok(Value::Number(self.name(&name), false)),
                Handle::Argument(number) => Ok(Value::Number(self.argument(number)?, false)),
                Handle::Elements(name) => self.list_element(&name, self.constant(0.0)),
                Handle::Weights => self.weight(0),
                other => Ok(Value::Pointer(Handle::Unknown(described(&other)))),
            },
        }
    }

    /// `x[i]`
    pub(super) fn element(&mut self, array: &tree::Expression, index: &tree::Expression) -> Written<Value> {
        if let C::Name(name) = &array.kind {
            let own = match self.symbol(name) {
                Some(Symbol::Array(own, is_whole)) => Some((own.clone(), *is_whole)),
                Some(_) => None,
                None if name.starts_with('_') => None,
                None => self
                    .variable(name)
                    .filter(|own| self.facts.variables.get(own) == Some(&true))
                    .map(|own| (own, false)),
            };
            if let Some((own, is_whole)) = own {
                let index = self.double(index)?;
                let name = Name { text: own, span: self.span };
                return Ok(Value::Number(self.expression(ExpressionKind::Element(name, Box::new(index))), is_whole));
            }
        }
        let Value::Pointer(handle) = self.value(array)? else { return self.refuse("it uses a number as an array") };
        let index = self.double(index)?;
        match handle.certain() {
            Handle::Elements(name) => self.list_element(&name, index),
            Handle::Weights => match known(&index) {
                Some(number) if number >= 0.0 => self.weight(number as usize), // a small number or no weight
                _ => self.refuse("it uses a weight by a computed number"),
            },
            Handle::Variable(name) if known(&index) == Some(0.0) => Ok(Value::Number(self.name(&name), false)),
            Handle::Argument(number) if known(&index) == Some(0.0) => Ok(Value::Number(self.argument(number)?, false)),
            other => self.refuse(format!("it uses elements of {}", described(&other))),
        }
    }

    fn list_element(&mut self, name: &Arc<str>, index: Expression) -> Written<Value> {
        self.note_held(name, Held::List);
        let list = self.name(name);
        Ok(Value::Number(self.call(ELEMENT, vec![list, index]), false))
    }

    fn weight(&mut self, number: usize) -> Written<Value> {
        match self.routine.arguments.get(number) {
            Some(name) => Ok(Value::Number(self.name(&name.clone()), false)),
            None => self.refuse(format!("it uses weight {number}, which NET_RECEIVE does not declare")),
        }
    }

    /// The number of an argument, from 1.
    pub(super) fn argument_number(&mut self, arguments: &[tree::Expression]) -> Written<usize> {
        let number = match arguments {
            [only] => known(&self.number(only)?.0),
            _ => None,
        };
        match number {
            Some(number) if (1.0..=30.0).contains(&number) && number.fract() == 0.0 => Ok(number as usize),
            _ => self.refuse("it uses an argument by a computed number"),
        }
    }

    /// The value of an argument.
    pub(super) fn argument(&mut self, number: usize) -> Written<Expression> {
        if let Some(name) = self.routine.arguments.get(number - 1) {
            return Ok(self.name(&name.clone()));
        }
        self.note_passed(number)?;
        Ok(self.name(&super::super::argument_name(number)))
    }

    /// The kind of an argument: 0 if there is none, 1 for a number, 2 for a list, 3 for a Random object.
    pub(super) fn argument_kind(&mut self, number: usize) -> Written<Expression> {
        if number <= self.routine.arguments.len() {
            return Ok(self.constant(1.0));
        }
        self.note_passed(number)?;
        Ok(self.name(&super::super::kind_name(number)))
    }

    pub(super) fn note_passed(&mut self, number: usize) -> Written<()> {
        if !self.routine.is_callable || !self.routine.arguments.is_empty() {
            return self.refuse("it uses arguments of a call");
        }
        self.passed = self.passed.max(number);
        Ok(())
    }

    /// A condition: 1 if a pointer is not null.
    pub(super) fn is_set(&mut self, handle: &Handle) -> Written<Expression> {
        match handle {
            Handle::Null => Ok(self.constant(0.0)),
            Handle::Object(name) => match self.held(name) {
                Some(Held::List) => {
                    let length = self.call(LENGTH, vec![self.name(name)]);
                    let zero = self.constant(0.0);
                    Ok(self.binary(BinaryOperator::Greater, length, zero))
                }
                Some(Held::Stream) => {
                    let zero = self.constant(0.0);
                    Ok(self.binary(BinaryOperator::NotEqual, self.name(&source_name(name)), zero))
                }
                // Nothing can be handed in, so the pointer is always null.
                None => Ok(self.constant(0.0)),
            },
            Handle::Perhaps(flag, _) => {
                let zero = self.constant(0.0);
                Ok(self.binary(BinaryOperator::NotEqual, self.name(flag), zero))
            }
            Handle::Passed(number) => {
                let kind = self.argument_kind(*number)?;
                let zero = self.constant(0.0);
                Ok(self.binary(BinaryOperator::NotEqual, kind, zero))
            }
            Handle::Elements(name) => self.is_set(&Handle::Object(name.clone())),
            Handle::Holder(_) | Handle::Argument(_) | Handle::Variable(_) | Handle::Weights => Ok(self.constant(1.0)),
            Handle::Unknown(what) => self.refuse(format!("it uses {what}")),
        }
    }

    /// `a == b` for pointers; `None` if both are numbers.
    pub(super) fn compared_pointers(
        &mut self,
        is_equal: bool,
        left: &tree::Expression,
        right: &tree::Expression,
    ) -> Written<Option<Expression>> {
        let is_null = |expression: &tree::Expression| match &expression.kind {
            C::Name(name) => matches!(&**name, "NULL" | "nullptr"),
            C::Cast(to, inner) => to.pointers > 0 && matches!(inner.kind, C::Number(0.0, true)),
            C::Number(value, is_whole) => *value == 0.0 && *is_whole,
            _ => false,
        };
        let other = match (is_null(left), is_null(right)) {
            (true, false) => right,
            (false, true) => left,
            _ => return Ok(None),
        };
        let (statements, value) = self.separately(|writer| writer.value(other))?;
        let Value::Pointer(handle) = value else { return Ok(None) };
        self.out.extend(statements);
        let is_set = self.is_set(&handle)?;
        Ok(Some(if is_equal { self.negated(is_set) } else { is_set }))
    }

    /// The number that stands for a pointer in a local variable: 0 if it is null, -k for argument k.
    pub(super) fn token(&mut self, handle: &Handle) -> Written<Expression> {
        match handle {
            Handle::Passed(number) => Ok(self.constant(-(*number as f64))),
            Handle::Perhaps(flag, _) => Ok(self.name(&flag.clone())),
            Handle::Unknown(_) => Ok(self.constant(1.0)),
            other => self.is_set(other),
        }
    }
}
