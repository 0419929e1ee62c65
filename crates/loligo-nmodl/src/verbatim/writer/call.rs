//! Calls of functions.

use std::sync::Arc;

use super::number::described;
use super::{Value, Writer, Written};
use crate::model::{Library, LibraryFunction};
use crate::source::Span;
use crate::syntax::{BinaryOperator, Expression, ExpressionKind, Name, StatementKind};
use crate::verbatim::handle::{Handle, Held};
use crate::verbatim::tree::{self, ExpressionKind as C};
use crate::verbatim::{LENGTH, SEND_AT, first_name, second_name, source_name};

/// Functions whose calls have no effect here: printing, and the memory of objects.
const WITHOUT_EFFECT: [&str; 20] = [
    "printf",
    "fprintf",
    "fflush",
    "puts",
    "fputs",
    "putchar",
    "sprintf",
    "snprintf",
    "hoc_warning",
    "Printf",
    "Fprintf",
    "free",
    "fclose",
    "hoc_obj_ref",
    "hoc_obj_unref",
    "hoc_malchk",
    "nrnran123_deletestream",
    "vector_delete",
    "notify_freed",
    "nrn_notify_when_double_freed",
];

/// `true` for a function whose call has no effect here.
fn is_without_effect(name: &str) -> bool {
    WITHOUT_EFFECT.contains(&name) || name.ends_with("printf")
}

impl Writer<'_> {
    /// A call that is a statement.
    pub(super) fn call_for_effect(
        &mut self,
        name: &Arc<str>,
        arguments: &[tree::Expression],
        span: Span,
    ) -> Written<()> {
        if is_without_effect(name) && !self.facts.routines.contains_key(name) {
            return Ok(());
        }
        self.span = span;
        match (&**name, arguments) {
            ("hoc_execerror" | "abort" | "exit" | "nrn_exit", _) => return self.fail(arguments),
            ("assert" | "nrn_assert", [condition]) => {
                let condition = self.condition(condition)?;
                let condition = self.negated(condition);
                let (then, ()) = self.separately(|writer| writer.fail(&[]))?;
                return self.emit_if(condition, then, Vec::new());
            }
            ("nrnran123_setseq", [stream, sequence, which]) => {
                let stream = self.stream(stream)?;
                let (sequence, which) = (self.double(sequence)?, self.double(which)?);
                let four = self.constant(4.0);
                let product = self.binary(BinaryOperator::Multiply, four, sequence);
                let position = self.binary(BinaryOperator::Add, product, which);
                return self.emit_call("random_setseq", vec![stream, position]);
            }
            ("nrn_random_reset", [stream]) => {
                let stream = self.stream(stream)?;
                let zero = self.constant(0.0);
                return self.emit_call("random_setseq", vec![stream, zero]);
            }
            ("net_send" | "artcell_net_send", [_, _, _, at, flag]) => {
                let (at, flag) = (self.double(at)?, self.double(flag)?);
                return self.emit_call(SEND_AT, vec![at, flag]);
            }
            ("net_event", [_, at]) => {
                let at = self.double(at)?;
                return self.emit_call("net_event", vec![at]);
            }
            _ => {}
        }
        match self.called(name, arguments)? {
            Value::Number(value, _) => match value.kind {
                ExpressionKind::Call(name, arguments) => self.emit(StatementKind::Call { name, arguments }),
                _ => Ok(()),
            },
            Value::Pointer(Handle::Unknown(what)) => self.refuse(format!("it uses {what}")),
            Value::Pointer(_) => Ok(()),
        }
    }

    pub(super) fn emit_call(&mut self, function: &str, arguments: Vec<Expression>) -> Written<()> {
        let name = Name { text: function.into(), span: self.span };
        self.emit(StatementKind::Call { name, arguments })
    }

    /// Ends the run with the texts among the arguments.
    fn fail(&mut self, arguments: &[tree::Expression]) -> Written<()> {
        let texts = arguments.iter().filter_map(|argument| match &argument.kind {
            C::Text(text) => Some(text.trim()),
            _ => None,
        });
        let text = texts.collect::<Vec<_>>().join(" ");
        let text = if text.is_empty() { "the mechanism's C++ text ends the run here".to_owned() } else { text };
        let text = self.expression(ExpressionKind::Text(text));
        self.emit_call("hoc_execerror", vec![text])
    }

    /// The value of a call.
    pub(super) fn called(&mut self, name: &Arc<str>, arguments: &[tree::Expression]) -> Written<Value> {
        if let Some(value) = self.of_routine(name, arguments)? {
            return Ok(value);
        }
        if is_without_effect(name) {
            return Ok(Value::Number(self.constant(0.0), true));
        }
        match (&**name, arguments) {
            ("ifarg", _) => {
                let number = self.argument_number(arguments)?;
                let kind = self.argument_kind(number)?;
                let zero = self.constant(0.0);
                Ok(Value::Number(self.binary(BinaryOperator::NotEqual, kind, zero), true))
            }
            ("hoc_is_double_arg", _) => self.kind_is(arguments, BinaryOperator::Equal, 1.0),
            ("hoc_is_object_arg", _) => self.kind_is(arguments, BinaryOperator::GreaterEqual, 2.0),
            ("hoc_is_str_arg" | "hoc_is_pdouble_arg", _) => Ok(Value::Number(self.constant(0.0), true)),
            ("getarg" | "hoc_getarg" | "hoc_pgetarg", _) => {
                Ok(Value::Pointer(Handle::Argument(self.argument_number(arguments)?)))
            }
            ("vector_arg" | "nrn_random_arg", _) => {
                let number = self.argument_number(arguments)?;
                self.note_passed(number)?;
                Ok(Value::Pointer(Handle::Passed(number)))
            }
            ("vector_capacity" | "vector_buffer_size", [list]) => self.list_length(list),
            ("vector_vec", [list]) => match self.list_name(list)? {
                Some(name) => Ok(Value::Pointer(Handle::Elements(name))),
                None => Ok(Value::Pointer(Handle::Null)),
            },
            ("vector_instance_px", [list, target]) => {
                let C::Address(target) = &super::pointer_target(target).kind else {
                    return self.refuse("it reads a Vector in an unusual way");
                };
                let C::Name(target) = &target.kind else { return self.refuse("it reads a Vector in an unusual way") };
                let Some(super::Symbol::Pointer(_, flag)) = self.symbol(target).cloned() else {
                    return self.refuse("it reads a Vector in an unusual way");
                };
                let handle = self.list_name(list)?.map_or(Handle::Null, Handle::Elements);
                self.set_pointer(target, &flag, handle)?;
                self.list_length(list)
            }
            ("nrn_random_pick", [stream]) => self.pick(stream),
            ("nrnran123_dblpick", [stream]) => self.draw(stream, "random_dpick", &[]),
            ("nrnran123_negexp", [stream, rest @ ..]) => self.draw(stream, "random_negexp", rest),
            ("nrnran123_normal", [stream, rest @ ..]) => self.draw(stream, "random_normal", rest),
            ("nrnran123_uniform", [stream, rest @ ..]) => self.draw(stream, "random_uniform", rest),
            ("nrnran123_ipick", [stream]) => self.draw(stream, "random_ipick", &[]),
            ("nrn_pointing", [target]) => {
                let handle = self.pointer_value(target)?;
                Ok(Value::Number(self.is_set(&handle)?, true))
            }
            ("at_time", [.., time]) => {
                let time = self.double(time)?;
                Ok(Value::Number(self.call("at_time", vec![time]), true))
            }
            ("fmax" | "fmin" | "max" | "min" | "MAX" | "MIN", [x, y]) => {
                self.extreme(matches!(&**name, "fmax" | "max" | "MAX"), x, y)
            }
            ("trunc", [x]) => {
                let x = self.double(x)?;
                Ok(Value::Number(self.whole(x), false))
            }
            ("isnan" | "std::isnan", [x]) => {
                let x = self.double(x)?;
                let x = self.kept(x)?;
                Ok(Value::Number(self.binary(BinaryOperator::NotEqual, x.clone(), x), true))
            }
            _ => self.of_library(name, arguments),
        }
    }

    /// A call of a function of the mechanism, in NMODL or in C.
    fn of_routine(&mut self, name: &Arc<str>, arguments: &[tree::Expression]) -> Written<Option<Value>> {
        let short = name.strip_suffix(&*self.facts.mechanism).and_then(|short| short.strip_suffix('_'));
        let named = [Some(&**name), short];
        let routine = named.into_iter().flatten().find_map(|name| self.facts.routines.get_key_value(name));
        if let Some((own, &(expected, _))) = routine {
            if arguments.len() != expected {
                return self.refuse(format!("it calls \"{own}\" with {} arguments", arguments.len()));
            }
            let own = own.clone();
            let values = self.doubles(arguments)?;
            return Ok(Some(Value::Number(self.call(&own, values), false)));
        }
        if let Some(function) = self.facts.functions.get(name) {
            let is_number = |declared: &tree::Declared| declared.own_type.is_number() && declared.length.is_none();
            if arguments.len() != function.arguments.len() || !function.arguments.iter().all(is_number) {
                return self.refuse(format!("it calls \"{name}\" with pointers"));
            }
            let values = self.doubles(arguments)?;
            self.needs.functions.insert(name.clone());
            let is_whole = function.result.base == tree::Base::Whole;
            return Ok(Some(Value::Number(self.call(name, values), is_whole)));
        }
        if let Some(refusal) = self.facts.unread.get(name) {
            return self.refuse(format!("it calls \"{name}\", {}", refusal.reason));
        }
        Ok(None)
    }

    fn doubles(&mut self, arguments: &[tree::Expression]) -> Written<Vec<Expression>> {
        let mut values: Vec<Expression> = Vec::new();
        for argument in arguments {
            let (statements, value) = self.separately(|writer| writer.double(argument))?;
            if !statements.is_empty() {
                for value in &mut values {
                    *value = self.kept(value.clone())?;
                }
                self.out.extend(statements);
            }
            values.push(value);
        }
        Ok(values)
    }

    /// A mathematical function, or a random number of NMODL.
    fn of_library(&mut self, name: &Arc<str>, arguments: &[tree::Expression]) -> Written<Value> {
        use LibraryFunction as F;
        let library = Library::find(name).filter(|library| {
            let is_other = matches!(
                library.function,
                F::Print
                    | F::Fail
                    | F::Pointing
                    | F::RandomNegexp
                    | F::RandomUniform
                    | F::RandomNormal
                    | F::RandomIpick
                    | F::RandomDpick
                    | F::RandomSetseq
                    | F::RandomSetids
                    | F::RandomGetseq
            );
            !is_other && (library.least..=library.most).contains(&arguments.len())
        });
        if library.is_none() {
            return Ok(Value::Pointer(Handle::Unknown(format!("\"{name}\" of C++"))));
        }
        let is_whole_function = &**name == "abs";
        let mut values = Vec::new();
        let mut is_whole = is_whole_function;
        for argument in arguments {
            let (statements, (value, argument_is_whole)) = self.separately(|writer| writer.number(argument))?;
            is_whole &= argument_is_whole;
            if !statements.is_empty() {
                for value in &mut values {
                    *value = self.kept(Expression::clone(value))?;
                }
                self.out.extend(statements);
            }
            values.push(value);
        }
        Ok(Value::Number(self.call(name, values), is_whole))
    }

    fn extreme(&mut self, is_largest: bool, x: &tree::Expression, y: &tree::Expression) -> Written<Value> {
        let ((x, x_is_whole), (y, y_is_whole)) = (self.number(x)?, self.number(y)?);
        let (x, y) = (self.kept(x)?, self.kept(y)?);
        let result = self.fresh_name();
        self.emit_local(&result, None)?;
        let operator = if is_largest { BinaryOperator::Less } else { BinaryOperator::Greater };
        let condition = self.binary(operator, x.clone(), y.clone());
        let then = self.assigned(&result, y);
        let otherwise = self.assigned(&result, x);
        self.emit_if(condition, then, otherwise)?;
        Ok(Value::Number(self.name(&result), x_is_whole && y_is_whole))
    }

    fn kind_is(&mut self, arguments: &[tree::Expression], operator: BinaryOperator, kind: f64) -> Written<Value> {
        let number = self.argument_number(arguments)?;
        let own = self.argument_kind(number)?;
        let kind = self.constant(kind);
        Ok(Value::Number(self.binary(operator, own, kind), true))
    }

    /// The variable that holds a list; `None` for a null pointer, which has no elements.
    fn list_name(&mut self, list: &tree::Expression) -> Written<Option<Arc<str>>> {
        let handle = self.pointer_value(list)?;
        match (&handle, handle.holder()) {
            (_, Some(name)) => {
                let name = name.clone();
                self.note_held(&name, Held::List);
                if self.held(&name) == Some(Held::List) || self.is_search {
                    Ok(Some(name))
                } else {
                    self.refuse(format!("it uses \"{name}\" as a Vector"))
                }
            }
            (Handle::Null, None) => Ok(None),
            _ => self.refuse(format!("it uses {} as a Vector", described(&handle))),
        }
    }

    fn list_length(&mut self, list: &tree::Expression) -> Written<Value> {
        match self.list_name(list)? {
            Some(name) => Ok(Value::Number(self.call(LENGTH, vec![self.name(&name)]), true)),
            None => Ok(Value::Number(self.constant(0.0), true)),
        }
    }

    /// The variable that holds a stream.
    fn stream(&mut self, stream: &tree::Expression) -> Written<Expression> {
        self.stream_name(stream).map(|name| self.name(&name))
    }

    fn stream_name(&mut self, stream: &tree::Expression) -> Written<Arc<str>> {
        let handle = self.pointer_value(stream)?;
        let Some(name) = handle.holder().cloned() else {
            return self.refuse(format!("it draws random numbers from {}", described(&handle)));
        };
        self.note_held(&name, Held::Stream);
        if self.held(&name) == Some(Held::Stream) || self.is_search {
            Ok(name)
        } else {
            self.refuse(format!("it draws random numbers from \"{name}\""))
        }
    }

    fn draw(&mut self, stream: &tree::Expression, function: &str, rest: &[tree::Expression]) -> Written<Value> {
        let mut arguments = vec![self.stream(stream)?];
        arguments.extend(self.doubles(rest)?);
        let value = self.call(function, arguments);
        Ok(Value::Number(value, function == "random_ipick"))
    }

    /// A number of the distribution of a Random object.
    fn pick(&mut self, stream: &tree::Expression) -> Written<Value> {
        let name = self.stream_name(stream)?;
        let result = self.fresh_name();
        self.emit_local(&result, None)?;
        let (first, second) = (self.name(&first_name(&name)), self.name(&second_name(&name)));
        let exponential = self.call("random_negexp", vec![self.name(&name), first.clone()]);
        let uniform = self.call("random_uniform", vec![self.name(&name), first, second]);
        let three = self.constant(3.0);
        let condition = self.binary(BinaryOperator::Equal, self.name(&source_name(&name)), three);
        let then = self.assigned(&result, exponential);
        let otherwise = self.assigned(&result, uniform);
        self.emit_if(condition, then, otherwise)?;
        Ok(Value::Number(self.name(&result), false))
    }
}
