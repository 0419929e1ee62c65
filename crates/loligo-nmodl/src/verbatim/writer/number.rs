//! Expressions with a number as value.

use std::sync::Arc;

use super::{Symbol, Value, Writer, Written};
use crate::syntax::{BinaryOperator, Expression, ExpressionKind, UnaryOperator};
use crate::verbatim::constant::Constant;
use crate::verbatim::handle::Handle;
use crate::verbatim::tree::{self, Base, ExpressionKind as C, Operator};
use crate::verbatim::{AND, EXCLUSIVE_OR, OR, SHIFT_LEFT, SHIFT_RIGHT};

impl Writer<'_> {
    /// The value of an expression. Statements that must run before are appended to the list.
    pub(super) fn value(&mut self, expression: &tree::Expression) -> Written<Value> {
        let before = std::mem::replace(&mut self.span, expression.span);
        let value = self.value_here(expression);
        self.span = before;
        value
    }

    /// The value of an expression that must be a number; `true` if it is a whole number.
    pub(super) fn number(&mut self, expression: &tree::Expression) -> Written<(Expression, bool)> {
        match self.value(expression)? {
            Value::Number(value, is_whole) => Ok((value, is_whole)),
            Value::Pointer(handle) => {
                self.span = expression.span;
                self.refuse(format!("it uses {} as a number", described(&handle)))
            }
        }
    }

    /// A number of type double: a whole number as it is.
    pub(super) fn double(&mut self, expression: &tree::Expression) -> Written<Expression> {
        Ok(self.number(expression)?.0)
    }

    fn value_here(&mut self, expression: &tree::Expression) -> Written<Value> {
        match &expression.kind {
            C::Number(0.0, true) => Ok(Value::Number(self.constant(0.0), true)),
            C::Number(value, is_whole) => Ok(Value::Number(self.literal(*value, *is_whole), *is_whole)),
            C::Text(_) => Ok(Value::Pointer(Handle::Unknown("a text".to_owned()))),
            C::Name(name) => self.named(name),
            C::Call(name, arguments) => self.called(name, arguments),
            C::Index(array, index) => self.element(array, index),
            C::Field => Ok(Value::Pointer(Handle::Unknown("a field of a structure".to_owned()))),
            C::Negate(inner) => {
                let (value, is_whole) = self.number(inner)?;
                Ok(Value::Number(self.unary(UnaryOperator::Negate, value), is_whole))
            }
            C::Not(inner) => {
                let condition = self.condition(inner)?;
                Ok(Value::Number(self.negated(condition), true))
            }
            C::Complement(inner) => {
                let (value, is_whole) = self.number(inner)?;
                // -1 has all bits set.
                let all = self.constant(-1.0);
                self.of_bits(Operator::BitExclusiveOr, value, all, is_whole)
            }
            C::Address(inner) => self.address(inner),
            C::Content(inner) => self.content(inner),
            C::Step { target, is_up, is_before } => self.step(target, *is_up, *is_before),
            C::Assign { operator, target, value } => self.assignment(*operator, target, value),
            C::Binary(operator, left, right) => self.operation(*operator, left, right),
            C::Choice(condition, then, otherwise) => self.choice(condition, then, otherwise),
            C::Cast(to, inner) => self.cast(to, inner),
        }
    }

    fn literal(&self, value: f64, is_whole: bool) -> Expression {
        let number = self.constant(value);
        match number.kind {
            // `3.` is not a whole number for the warnings of NMODL.
            ExpressionKind::Number(inner) => {
                self.expression(ExpressionKind::Number(crate::syntax::Number { is_integer: is_whole, ..inner }))
            }
            _ => number,
        }
    }

    fn named(&mut self, name: &Arc<str>) -> Written<Value> {
        match self.symbol(name).cloned() {
            Some(Symbol::Number(own, is_whole)) => return Ok(Value::Number(self.name(&own), is_whole)),
            Some(Symbol::Array(..)) => return Ok(Value::Pointer(Handle::Unknown(format!("the array \"{name}\"")))),
            Some(Symbol::Pointer(handle, _)) => return Ok(Value::Pointer(handle)),
            Some(Symbol::Other(what)) => return Ok(Value::Pointer(Handle::Unknown(what))),
            None => {}
        }
        match &**name {
            "NULL" | "nullptr" => return Ok(Value::Pointer(Handle::Null)),
            "true" => return Ok(Value::Number(self.constant(1.0), true)),
            // The variable step of NEURON is never active.
            "false" | "cvode_active_" => return Ok(Value::Number(self.constant(0.0), true)),
            "M_PI" => return Ok(Value::Number(self.constant(std::f64::consts::PI), false)),
            "M_E" => return Ok(Value::Number(self.constant(std::f64::consts::E), false)),
            "INFINITY" => return Ok(Value::Number(self.constant(f64::INFINITY), false)),
            "_args" | "_pargs" if self.routine.has_weights => return Ok(Value::Pointer(Handle::Weights)),
            "_lflag" if self.routine.has_weights => return Ok(Value::Number(self.name(&"flag".into()), false)),
            _ => {}
        }
        if let Some(own) = name.strip_prefix("_l").filter(|own| self.routine.locals.contains(*own)) {
            return Ok(Value::Number(self.name(&own.into()), false));
        }
        if let Some(own) = name.strip_prefix("_p_").and_then(|own| self.facts.pointers.get_key_value(own)) {
            return Ok(Value::Pointer(self.object(&own.0.clone())));
        }
        if let Some(own) = name.strip_prefix("_ion_").and_then(|own| self.facts.variables.get_key_value(own)) {
            return Ok(Value::Number(self.name(&own.0.clone()), false));
        }
        if let Some(&Constant { value, is_whole }) = self.facts.constants.get(name) {
            let is_changed = self.needs.shared.contains_key(name);
            return Ok(Value::Number(if is_changed { self.name(name) } else { self.constant(value) }, is_whole));
        }
        match self.variable(name) {
            Some(own) if self.facts.variables.get(&own) == Some(&true) => {
                Ok(Value::Pointer(Handle::Unknown(format!("the array \"{own}\" without an index"))))
            }
            Some(own) => Ok(Value::Number(self.name(&own), false)),
            None => Ok(Value::Pointer(Handle::Unknown(format!("\"{name}\"")))),
        }
    }

    /// The variable of the mechanism with a name, which may have the mechanism's name behind it.
    pub(super) fn variable(&self, name: &str) -> Option<Arc<str>> {
        let short = name.strip_suffix(&*self.facts.mechanism).and_then(|short| short.strip_suffix('_'));
        let variables = &self.facts.variables;
        [Some(name), short].into_iter().flatten().find_map(|name| Some(variables.get_key_value(name)?.0.clone()))
    }

    fn operation(&mut self, operator: Operator, left: &tree::Expression, right: &tree::Expression) -> Written<Value> {
        let own = match operator {
            Operator::And | Operator::Or => return self.logic(operator == Operator::And, left, right),
            Operator::Comma => {
                self.effect(left)?;
                return self.value(right);
            }
            Operator::Equal | Operator::NotEqual => {
                // Everything runs in what NEURON calls its first thread.
                if is_thread(left) && is_thread(right) {
                    let holds = operator == Operator::Equal;
                    return Ok(Value::Number(self.constant(f64::from(u8::from(holds))), true));
                }
                if let Some(condition) = self.compared_pointers(operator == Operator::Equal, left, right)? {
                    return Ok(Value::Number(condition, true));
                }
                if operator == Operator::Equal { BinaryOperator::Equal } else { BinaryOperator::NotEqual }
            }
            Operator::Less => BinaryOperator::Less,
            Operator::Greater => BinaryOperator::Greater,
            Operator::LessEqual => BinaryOperator::LessEqual,
            Operator::GreaterEqual => BinaryOperator::GreaterEqual,
            Operator::Add => BinaryOperator::Add,
            Operator::Subtract => BinaryOperator::Subtract,
            Operator::Multiply => BinaryOperator::Multiply,
            Operator::Divide => BinaryOperator::Divide,
            Operator::Remainder => {
                let ((x, _), (y, _)) = self.both(left, right)?;
                return Ok(Value::Number(self.call("fmod", vec![x, y]), true));
            }
            _ => {
                let ((x, x_is_whole), (y, y_is_whole)) = self.both(left, right)?;
                return self.of_bits(operator, x, y, x_is_whole && y_is_whole);
            }
        };
        let ((x, x_is_whole), (y, y_is_whole)) = self.both(left, right)?;
        let is_whole = x_is_whole && y_is_whole;
        let value = self.binary(own, x, y);
        Ok(match own {
            BinaryOperator::Divide if is_whole => Value::Number(self.whole(value), true),
            BinaryOperator::Add | BinaryOperator::Subtract | BinaryOperator::Multiply | BinaryOperator::Divide => {
                Value::Number(value, is_whole)
            }
            _ => Value::Number(value, true),
        })
    }

    /// An operation on the bits of whole numbers.
    pub(super) fn of_bits(&self, operator: Operator, x: Expression, y: Expression, are_whole: bool) -> Written<Value> {
        if !are_whole {
            return self.refuse("it uses an operator on the bits of a number that is not whole");
        }
        let function = match operator {
            Operator::BitAnd => AND,
            Operator::BitOr => OR,
            Operator::BitExclusiveOr => EXCLUSIVE_OR,
            Operator::ShiftLeft => SHIFT_LEFT,
            Operator::ShiftRight => SHIFT_RIGHT,
            _ => return self.refuse("it uses an unusual operator"),
        };
        Ok(Value::Number(self.call(function, vec![x, y]), true))
    }

    /// The values of two operands; the first keeps its value if the second runs statements.
    fn both(
        &mut self,
        left: &tree::Expression,
        right: &tree::Expression,
    ) -> Written<((Expression, bool), (Expression, bool))> {
        let (x, x_is_whole) = self.number(left)?;
        let (statements, y) = self.separately(|writer| writer.number(right))?;
        let x = if statements.is_empty() { x } else { self.kept(x)? };
        self.out.extend(statements);
        Ok(((x, x_is_whole), y))
    }

    /// A value that later statements do not change.
    pub(super) fn kept(&mut self, value: Expression) -> Written<Expression> {
        if matches!(value.kind, ExpressionKind::Number(_)) {
            return Ok(value);
        }
        let name = self.fresh_name();
        self.emit_local(&name, None)?;
        self.assign_name(&name, value);
        Ok(self.name(&name))
    }

    fn logic(&mut self, is_and: bool, left: &tree::Expression, right: &tree::Expression) -> Written<Value> {
        let x = self.condition(left)?;
        // A side that decides alone: the other may contain what does not exist here.
        match known(&x) {
            Some(value) if !self.is_search && (value != 0.0) != is_and => {
                return Ok(Value::Number(self.constant(f64::from(u8::from(!is_and))), true));
            }
            Some(value) if !self.is_search && (value != 0.0) == is_and => {
                return Ok(Value::Number(self.condition(right)?, true));
            }
            _ => {}
        }
        let (statements, y) = self.separately(|writer| writer.condition(right))?;
        let operator = if is_and { BinaryOperator::And } else { BinaryOperator::Or };
        if statements.is_empty() {
            return Ok(Value::Number(self.binary(operator, x, y), true));
        }
        let result = self.fresh_name();
        self.emit_local(&result, None)?;
        let zero = self.constant(0.0);
        let x = self.binary(BinaryOperator::NotEqual, x, zero);
        self.assign_name(&result, x);
        let (then, ()) = self.separately(|writer| {
            writer.out.extend(statements);
            let zero = writer.constant(0.0);
            let y = writer.binary(BinaryOperator::NotEqual, y, zero);
            writer.assign_name(&result, y);
            Ok(())
        })?;
        let decided = self.name(&result);
        let condition = if is_and { decided } else { self.negated(decided) };
        self.emit_if(condition, then, Vec::new())?;
        Ok(Value::Number(self.name(&result), true))
    }

    /// The condition of an IF: a number, or 1 for a pointer that is not null.
    pub(super) fn condition(&mut self, expression: &tree::Expression) -> Written<Expression> {
        match self.value(expression)? {
            Value::Number(value, _) => Ok(value),
            Value::Pointer(handle) => self.is_set(&handle),
        }
    }

    /// `!condition`, computed if it is constant.
    pub(super) fn negated(&self, condition: Expression) -> Expression {
        match known(&condition) {
            Some(value) => self.constant(f64::from(u8::from(value == 0.0))),
            None => self.unary(UnaryOperator::Not, condition),
        }
    }

    fn choice(
        &mut self,
        condition: &tree::Expression,
        then: &tree::Expression,
        otherwise: &tree::Expression,
    ) -> Written<Value> {
        let condition = self.condition(condition)?;
        let result = self.fresh_name();
        self.emit_local(&result, None)?;
        let mut side = |value: &tree::Expression| {
            self.separately(|writer| {
                let (value, is_whole) = writer.number(value)?;
                writer.assign_name(&result, value);
                Ok(is_whole)
            })
        };
        let (then, then_is_whole) = side(then)?;
        let (otherwise, otherwise_is_whole) = side(otherwise)?;
        self.emit_if(condition, then, otherwise)?;
        Ok(Value::Number(self.name(&result), then_is_whole && otherwise_is_whole))
    }

    fn cast(&mut self, to: &tree::Type, inner: &tree::Expression) -> Written<Value> {
        let value = self.value(inner)?;
        match value {
            Value::Number(value, is_whole) if to.pointers == 0 => match to.base {
                Base::Whole => Ok(Value::Number(if is_whole { value } else { self.whole(value) }, true)),
                Base::Double => Ok(Value::Number(value, false)),
                Base::Void => Ok(Value::Number(value, is_whole)),
                Base::Single => self.refuse("it uses numbers of single precision (float)"),
                Base::Other => Ok(Value::Pointer(Handle::Unknown("a value of another type".to_owned()))),
            },
            Value::Number(value, _) if known(&value) == Some(0.0) => Ok(Value::Pointer(Handle::Null)),
            Value::Number(..) => Ok(Value::Pointer(Handle::Unknown("a number as a pointer".to_owned()))),
            // `(void**)(&space)`: the variable holds an object.
            Value::Pointer(Handle::Variable(name)) if to.pointers > 1 => Ok(Value::Pointer(Handle::Holder(name))),
            Value::Pointer(handle) => Ok(Value::Pointer(handle)),
        }
    }

    fn step(&mut self, target: &tree::Expression, is_up: bool, is_before: bool) -> Written<Value> {
        let one = tree::Expression { kind: C::Number(1.0, true), span: target.span };
        let operator = if is_up { Operator::Add } else { Operator::Subtract };
        if is_before {
            return self.assignment(Some(operator), target, &one);
        }
        let (before, is_whole) = self.number(target)?;
        let before = self.kept(before)?;
        self.assignment(Some(operator), target, &one)?;
        Ok(Value::Number(before, is_whole))
    }

    /// Runs an expression for its effect.
    pub(super) fn effect(&mut self, expression: &tree::Expression) -> Written<()> {
        match &expression.kind {
            // The value before the step is not needed.
            C::Step { target, is_up, .. } => self.step(target, *is_up, true).map(|_| ()),
            C::Binary(Operator::Comma, left, right) => {
                self.effect(left)?;
                self.effect(right)
            }
            C::Cast(_, inner) => self.effect(inner),
            C::Call(name, arguments) => self.call_for_effect(name, arguments, expression.span),
            _ => self.value(expression).map(|_| ()),
        }
    }
}

/// The value of an expression that is a number.
pub(super) fn known(expression: &Expression) -> Option<f64> {
    match &expression.kind {
        ExpressionKind::Number(number) => Some(number.value),
        _ => None,
    }
}

/// `true` for the thread of an instance, and the first thread.
fn is_thread(expression: &tree::Expression) -> bool {
    matches!(&expression.kind, C::Name(name) if matches!(&**name, "_nt" | "nrn_threads"))
}

/// A description of a pointer, for messages.
pub(super) fn described(handle: &Handle) -> String {
    match handle {
        Handle::Null => "a null pointer".to_owned(),
        Handle::Object(name) | Handle::Holder(name) => format!("the pointer \"{name}\""),
        Handle::Elements(name) => format!("the numbers of \"{name}\""),
        Handle::Passed(number) => format!("argument {number}, an object,"),
        Handle::Argument(number) => format!("the address of argument {number}"),
        Handle::Variable(name) => format!("the address of \"{name}\""),
        Handle::Weights => "the weights of a connection".to_owned(),
        Handle::Perhaps(_, inner) => described(inner),
        Handle::Unknown(what) => what.clone(),
    }
}
