//! Loops, and statements that leave a routine or a loop.

use super::{Exit, Writer, Written};
use crate::syntax::{self, BinaryOperator, Expression, StatementKind};
use crate::verbatim::tree::{self, Statement};

/// The reason with which an attempt without flags ends.
pub(super) const NEEDS_FLAGS: &str = "it returns in the middle of its statements";

impl Writer<'_> {
    /// Writes statements one after the other. Those behind a statement that may end the routine or a round run only if
    /// it has not.
    pub(super) fn list(&mut self, statements: &[Statement]) -> Written<Exit> {
        for (number, statement) in statements.iter().enumerate() {
            self.branches = None;
            let exit = match self.statement(statement) {
                // Text that is not understood may never run: what follows it is searched, too.
                Err(_) if self.is_search => continue,
                written => written?,
            };
            let branches = self.branches.take();
            let rest = &statements[number + 1..];
            if exit.always || (exit.perhaps && rest.is_empty()) {
                return Ok(exit);
            }
            if !exit.perhaps {
                continue;
            }
            let (written, rest_exit) = self.separately(|writer| writer.deeper(|writer| writer.list(rest)))?;
            let exit = Exit { perhaps: true, always: rest_exit.always, returns: exit.returns || rest_exit.returns };
            if !written.is_empty() {
                self.run_unless_left(branches, written)?;
            }
            return Ok(exit);
        }
        Ok(Exit::default())
    }

    /// Appends statements that run only if the statement before has not left the list; `branches` are the ends of its
    /// two sides if it is an IF.
    fn run_unless_left(&mut self, branches: Option<(Exit, Exit)>, rest: Vec<syntax::Statement>) -> Written<()> {
        if let (Some((own, other)), Some(StatementKind::If { then, otherwise, .. })) =
            (branches, self.out.last_mut().map(|last| &mut last.kind))
        {
            if own.always && !other.perhaps {
                let span = then.span;
                let otherwise = otherwise.get_or_insert_with(|| syntax::Block { statements: Vec::new(), span });
                otherwise.statements.extend(rest);
                return Ok(());
            }
            if other.always && !own.perhaps {
                then.statements.extend(rest);
                return Ok(());
            }
        }
        let innermost = self.loops.last().map(|(_, round)| round.clone());
        let Some(flag) = innermost.or_else(|| self.returned.clone()) else { return self.refuse(NEEDS_FLAGS) };
        let zero = self.constant(0.0);
        let is_unset = self.binary(BinaryOperator::Equal, self.name(&flag), zero);
        self.emit_if(is_unset, rest, Vec::new())
    }

    /// `return`
    pub(super) fn leave(&mut self, value: Option<&tree::Expression>) -> Written<Exit> {
        if !self.routine.can_end_early {
            return self.refuse("it returns from a block");
        }
        if let Some(value) = value {
            match self.routine.result.clone() {
                Some(result) => {
                    let (value, is_whole) = self.number(value)?;
                    let value = if self.routine.result_is_whole && !is_whole { self.whole(value) } else { value };
                    self.assign_name(&result, value);
                }
                None => self.effect(value)?,
            }
        }
        if let Some(returned) = self.returned.clone() {
            let one = self.constant(1.0);
            self.assign_name(&returned, one);
            for (ended, round) in self.loops.clone() {
                let one = self.constant(1.0);
                self.assign_name(&ended, one.clone());
                self.assign_name(&round, one);
            }
        } else if self.loop_depth > 0 {
            return self.refuse(NEEDS_FLAGS);
        }
        Ok(Exit { perhaps: true, always: true, returns: true })
    }

    /// `break` and `continue`
    pub(super) fn leave_loop(&mut self, goes_on: bool) -> Written<Exit> {
        if self.returned.is_none() {
            return self.refuse(NEEDS_FLAGS);
        }
        let Some((ended, round)) = self.loops.last().cloned() else {
            return self.refuse("it leaves a loop outside a loop");
        };
        let one = self.constant(1.0);
        if !goes_on {
            self.assign_name(&ended, one.clone());
        }
        self.assign_name(&round, one);
        Ok(Exit { perhaps: true, always: true, returns: false })
    }

    /// A loop: `after` runs at the end of each round, also after `continue`.
    pub(super) fn repeat(
        &mut self,
        condition: impl FnOnce(&mut Self) -> Written<Expression>,
        body: impl FnOnce(&mut Self) -> Written<Exit>,
        after: impl FnOnce(&mut Self) -> Written<()>,
    ) -> Written<Exit> {
        let span = self.span;
        let has_flags = self.returned.is_some();
        let flags = if has_flags { Some((self.new_local(0.0)?, self.new_local(0.0)?)) } else { None };
        let (before_condition, condition) = self.separately(condition)?;
        self.loops.extend(flags.clone());
        self.loop_depth += 1;
        let before = self.pointers();
        let outcome = self.separately(body);
        self.loop_depth -= 1;
        if has_flags {
            self.loops.pop();
        }
        let (mut round, exit) = outcome?;
        if self.pointers() != before {
            return self.refuse("it changes a pointer in a loop");
        }
        self.span = span;
        let (step, ()) = self.separately(after)?;
        let is_left = exit.perhaps || exit.always;
        match &flags {
            Some((ended, rest)) if is_left => {
                let zero = self.constant(0.0);
                let reset = self.assigned(rest, zero.clone());
                round.splice(0..0, reset);
                let goes_on = self.binary(BinaryOperator::Equal, self.name(ended), zero);
                let (step, ()) = self.separately(|writer| writer.emit_if(goes_on, step, Vec::new()))?;
                round.extend(step);
            }
            _ => round.extend(step),
        }
        let not_ended = flags.filter(|_| is_left).map(|(ended, _)| {
            let zero = self.constant(0.0);
            self.binary(BinaryOperator::Equal, self.name(&ended), zero)
        });
        if before_condition.is_empty() {
            let condition = match not_ended {
                Some(not_ended) => self.binary(BinaryOperator::And, not_ended, condition),
                None => condition,
            };
            let body = self.block(round);
            self.emit(StatementKind::While { condition, body })?;
        } else {
            // The condition needs statements: they run at the start of each round.
            let again = self.new_local(1.0)?;
            let zero = self.constant(0.0);
            let stop = self.assigned(&again, zero);
            let (checked, ()) = self.separately(|writer| {
                writer.out.extend(before_condition);
                writer.emit_if(condition, round, stop)
            })?;
            let condition = self.name(&again);
            let condition = match not_ended {
                Some(not_ended) => self.binary(BinaryOperator::And, not_ended, condition),
                None => condition,
            };
            let body = self.block(checked);
            self.emit(StatementKind::While { condition, body })?;
        }
        // Only a return, not the end of a loop, leaves the statements around the loop.
        Ok(Exit { perhaps: exit.returns, always: false, returns: exit.returns })
    }

    /// The objects of the visible pointers.
    fn pointers(&self) -> Vec<std::collections::BTreeMap<std::sync::Arc<str>, crate::verbatim::handle::Handle>> {
        let pointers = self.scopes.iter().map(|scope| {
            let own = scope.iter().filter_map(|(name, symbol)| match symbol {
                super::Symbol::Pointer(handle, _) => Some((name.clone(), handle.clone())),
                _ => None,
            });
            own.collect()
        });
        pointers.collect()
    }

    /// `do ... while (...)`: the first round runs in any case.
    pub(super) fn repeat_first(&mut self, body: &Statement, condition: &tree::Expression) -> Written<Exit> {
        let again = self.new_local(1.0)?;
        let value = self.name(&again);
        let result = again.clone();
        self.repeat(
            |_| Ok(value),
            |writer| writer.nested(std::slice::from_ref(body)),
            |writer| {
                let condition = writer.condition(condition)?;
                writer.assign_name(&result, condition);
                Ok(())
            },
        )
    }

    pub(super) fn for_loop(
        &mut self,
        start: Option<&Statement>,
        condition: Option<&tree::Expression>,
        step: Option<&tree::Expression>,
        body: &Statement,
    ) -> Written<Exit> {
        self.scopes.push(std::collections::HashMap::new());
        let written = self.separately(|writer| {
            if let Some(start) = start {
                writer.statement(start)?;
            }
            writer.repeat(
                |writer| match condition {
                    Some(condition) => writer.condition(condition),
                    None => Ok(writer.constant(1.0)),
                },
                |writer| writer.nested(std::slice::from_ref(body)),
                |writer| step.map_or(Ok(()), |step| writer.effect(step)),
            )
        });
        self.scopes.pop();
        let (statements, exit) = written?;
        let block = self.block(statements);
        self.emit(StatementKind::Block(block))?;
        Ok(exit)
    }
}
