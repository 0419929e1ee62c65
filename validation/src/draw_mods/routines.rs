//! Draws FUNCTIONs, PROCEDUREs and tables.

use super::draft::{Draft, Kind};
use super::layout::block;
use super::range::Range;
use super::scope::{Function, Role};
use super::statements::body;
use super::writer::Writer;

/// Names of arguments; they may hide variables of the file.
const ARGUMENTS: [&str; 6] = ["x", "v", "tau", "y", "K1", "a"];

impl Draft<'_> {
    /// A FUNCTION with one or two arguments.
    pub(super) fn function(&mut self) {
        let name = self.names.variable(self.dice);
        let smooth = self.dice.chance(0.6);
        let range = self.dice.pick([Range::UNIT, Range::new(-20.0, 20.0), Range::new(0.1, 5.0)]);
        let count = self.dice.count(1, 2);
        let mut arguments: Vec<(&str, Range)> = Vec::new();
        // what is assigned elsewhere would depend on the order of evaluation of a statement
        let mut scope = self.scope.only(|variable| variable.role != Role::State);
        for _ in 0..count {
            let argument = self.dice.pick(ARGUMENTS);
            if arguments.iter().all(|(known, _)| *known != argument) {
                let range = self.dice.pick([Range::UNIT, Range::new(-100.0, 100.0)]);
                scope = scope.with_local(argument, range);
                arguments.push((argument, range));
            }
        }
        let table = smooth && arguments.len() == 1 && self.can_have_tables() && self.dice.chance(0.3);
        let mut statements = Vec::new();
        if table {
            scope = scope.only(|variable| matches!(variable.role, Role::Constant | Role::Known | Role::Local));
            statements.push(self.table("", arguments[0].1));
        }
        let mut writer = Writer::new(self.dice, &scope);
        writer.smooth = smooth;
        let value = writer.within(range, 3).text;
        statements.push(format!("{name} = {value}"));
        if !smooth {
            let local = scope.only(|variable| variable.role != Role::Assigned);
            let mut own = local.clone();
            own.add(&name, range, Role::Local);
            own.procedures.clear();
            statements.extend((0..self.dice.count(0, 2)).map(|_| super::statements::statement(self.dice, &own, 1)));
        }
        let list: Vec<String> =
            arguments.iter().map(|(name, _)| format!("{name}{}", self.dice.pick(["", "", " (mV)"]))).collect();
        let unit = self.dice.pick(["", "", " (1)", " (/ms)"]);
        let text = block(self.dice, &format!("FUNCTION {name}({}){unit}", list.join(", ")), &statements);
        self.routines.push(text);
        let arguments = arguments.into_iter().map(|(_, range)| range).collect();
        self.scope.functions.push(Function { name, arguments, range, smooth: smooth && !table });
    }

    /// NEURON does not make the tables of artificial cells: all their values are 0.
    fn can_have_tables(&self) -> bool {
        self.kind != Kind::Artificial
    }

    /// The TABLE statement of a function or procedure with an argument of this range.
    fn table(&mut self, variables: &str, range: Range) -> String {
        let depend = if self.dice.chance(0.6) { " DEPEND celsius" } else { "" };
        let (from, to) = if self.dice.chance(0.8) { (range.low, 0.9 * range.high) } else { (range.high, range.low) };
        let count = self.dice.pick([7, 50, 200]);
        format!("TABLE{variables}{depend} FROM {from} TO {to} WITH {count}")
    }

    /// A PROCEDURE, without arguments or with one.
    pub(super) fn procedure(&mut self) {
        let name = self.names.variable(self.dice);
        let mut argument = None;
        let mut scope = self.scope.clone();
        if self.dice.chance(0.5) {
            // a name that no variable of the file has: TABLE lists variables that an argument would hide
            let (own, range) = (self.dice.pick(["x", "v", "y", "a"]), Range::new(-100.0, 100.0));
            scope = scope.with_local(own, range);
            scope.arguments.push(own.to_owned());
            argument = Some((own, range));
        }
        let statements = match argument {
            Some((own, range)) if self.can_have_tables() && self.dice.chance(0.4) => {
                self.first_calls.push(format!("{name}(12.5)"));
                self.tabulated(own, range)
            }
            _ => {
                let count = self.dice.count(1, 3);
                body(self.dice, &scope, count, 2)
            }
        };
        let list = argument.map_or("", |(own, _)| own);
        let text = block(self.dice, &format!("PROCEDURE {name}({list})"), &statements);
        self.routines.push(text);
        self.scope.procedures.push((name, argument.map(|(_, range)| range)));
    }

    /// Statements that tabulate one or two variables.
    fn tabulated(&mut self, argument: &str, range: Range) -> Vec<String> {
        let variables: Vec<(String, Range)> = (0..self.dice.count(1, 2))
            .map(|_| {
                let range = self.dice.pick([Range::UNIT, Range::new(-50.0, 50.0)]);
                (self.assigned(range), range)
            })
            .collect();
        let constants = self
            .scope
            .only(|variable| matches!(variable.role, Role::Constant | Role::Known) && variable.text != argument);
        let scope = constants.with_local(argument, range);
        let list: Vec<&str> = variables.iter().map(|(name, _)| name.as_str()).collect();
        let mut statements = vec![self.table(&format!(" {}", list.join(", ")), range)];
        for (name, range) in &variables {
            statements.push(format!("{name} = {}", Writer::new(self.dice, &scope).within(*range, 3).text));
        }
        statements
    }
}
