//! Draws statements.

use super::layout::block;
use super::range::Range;
use super::scope::{Role, Scope};
use super::writer::Writer;
use crate::dice::Dice;

/// Names of LOCAL variables; they may hide variables of the file.
const LOCALS: [&str; 8] = ["x", "y", "loc", "tau", "K1", "k1", "A", "inf"];

/// Draws the statements of a block, with LOCAL variables that are assigned first.
pub(super) fn body(dice: &mut Dice, scope: &Scope, count: usize, depth: usize) -> Vec<String> {
    let mut scope = scope.clone();
    let mut statements = Vec::new();
    let mut locals: Vec<&str> = Vec::new();
    for _ in 0..dice.count(0, 2) {
        let name = dice.pick(LOCALS);
        let is_argument = scope.arguments.iter().any(|argument| argument == name);
        // Statements that follow the drawn ones may name elements of arrays of the file.
        let is_array =
            scope.variables.iter().any(|variable| variable.text.split_once('[').is_some_and(|at| at.0 == name));
        let is_function = scope.functions.iter().any(|function| function.name == name);
        if !locals.contains(&name) && !is_argument && !is_array && !is_function {
            locals.push(name);
        }
    }
    if !locals.is_empty() {
        statements.push(format!("LOCAL {}", locals.join(", ")));
    }
    // They hide variables of their names from here on, and have no value until they are assigned.
    scope = scope.only(|variable| !locals.iter().any(|&name| variable.text.split('[').next() == Some(name)));
    for name in locals {
        let range = dice.pick([Range::UNIT, Range::new(-10.0, 10.0)]);
        let value = Writer::new(dice, &scope).changing(range, 2);
        statements.push(format!("{name} = {}", value.text));
        scope.add(name, range, Role::Local);
    }
    scope.arguments.clear();
    for _ in 0..count {
        statements.push(statement(dice, &scope, depth));
    }
    statements
}

/// Draws a statement; `depth` bounds the nesting.
pub(super) fn statement(dice: &mut Dice, scope: &Scope, depth: usize) -> String {
    match dice.count(0, 9) {
        0 | 1 if depth > 0 => condition(dice, scope, depth - 1),
        2 if depth > 0 => counted(dice, scope, depth - 1),
        3 if depth > 0 => while_loop(dice, scope, depth - 1),
        4 if !scope.procedures.is_empty() => call(dice, scope),
        _ => assignment(dice, scope),
    }
}

pub(super) fn assignment(dice: &mut Dice, scope: &Scope) -> String {
    let mut writer = Writer::new(dice, scope);
    let Some((target, range)) = writer.target() else { return call(dice, scope) };
    format!("{target} = {}", writer.changing(range, 3).text)
}

fn call(dice: &mut Dice, scope: &Scope) -> String {
    match dice.one_of(&scope.procedures).cloned() {
        Some((name, None)) => format!("{name}()"),
        Some((name, Some(range))) => format!("{name}({})", Writer::new(dice, scope).within(range, 2).text),
        None => "printf(\"\")".into(),
    }
}

fn condition(dice: &mut Dice, scope: &Scope, depth: usize) -> String {
    let words = dice.pick([("IF", "ELSE"), ("if", "else")]);
    let test = Writer::new(dice, scope).any(2).text;
    let count = dice.count(1, 2);
    let then = body(dice, scope, count, depth);
    let mut text = block(dice, &format!("{} ({test})", words.0), &then);
    if dice.chance(0.3) {
        let test = Writer::new(dice, scope).any(2).text;
        let other = body(dice, scope, 1, depth);
        text.push_str(&block(dice, &format!(" {} {} ({test})", words.1, words.0), &other));
    }
    if dice.chance(0.6) {
        let other = body(dice, scope, 1, depth);
        text.push_str(&block(dice, &format!(" {}", words.1), &other));
    }
    text
}

/// A FROM loop.
fn counted(dice: &mut Dice, scope: &Scope, depth: usize) -> String {
    let name = dice.pick(["i", "ii", "n1"]);
    let (from, to) = dice.pick([("0", "2"), ("1", "3"), ("0", "3 BY 2"), ("3", "1"), ("0", "5/2"), ("1", "1")]);
    let scope = scope.only(|variable| variable.text != name);
    let mut inner = scope.clone();
    inner.add(name, Range::new(0.0, 3.0), Role::Known);
    let count = dice.count(1, 2);
    let statements = body(dice, &inner, count, depth);
    block(dice, &format!("FROM {name} = {from} TO {to}"), &statements)
}

/// A WHILE loop with a LOCAL counter, in a block of its own.
fn while_loop(dice: &mut Dice, scope: &Scope, depth: usize) -> String {
    let mut inner = scope.only(|variable| variable.text != "turn");
    inner.add("turn", Range::new(0.0, 4.0), Role::Known);
    let mut statements = body(dice, &inner, 1, depth);
    statements.push("turn = turn + 1".into());
    let word = dice.pick(["WHILE", "while"]);
    let turns = block(dice, &format!("{word} (turn < 4)"), &statements);
    block(dice, "IF (1)", &["LOCAL turn".into(), "turn = 0".into(), turns])
}
