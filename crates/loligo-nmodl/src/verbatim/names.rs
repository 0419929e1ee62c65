//! The names of variables that statements of NMODL use.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::syntax::{
    Block, Expression, ExpressionKind, Item, ItemKind, Name, NeuronEntry, Statement, StatementKind, Target, UnitEntry,
};

/// The names of variables in the blocks of a file.
pub(super) fn used_names(items: &[Item]) -> HashSet<Arc<str>> {
    let mut names = Names::default();
    for item in items {
        if let Some(body) = item.kind.body() {
            names.block(body);
        }
    }
    names.0
}

/// The variables that a file declares; `true` for an array.
pub(super) fn declared_names(items: &[Item]) -> HashMap<Arc<str>, bool> {
    let mut declared = HashMap::new();
    let mut add = |name: &Name, is_array: bool| {
        let known = declared.entry(name.text.clone()).or_insert(false);
        *known |= is_array;
    };
    for item in items {
        match &item.kind {
            ItemKind::Assigned(list) => list.iter().for_each(|entry| add(&entry.name, entry.length.is_some())),
            ItemKind::Parameter(list) | ItemKind::Constant(list) => {
                list.iter().for_each(|entry| add(&entry.declaration.name, entry.declaration.length.is_some()));
            }
            ItemKind::State(list) => {
                list.iter().for_each(|entry| add(&entry.declaration.name, entry.declaration.length.is_some()));
            }
            ItemKind::Units(list) => list.iter().for_each(|entry| match entry {
                UnitEntry::Factor { name, .. } | UnitEntry::Constant { name, .. } => add(name, false),
                UnitEntry::Alias { .. } => {}
            }),
            ItemKind::Local(list) => list.iter().for_each(|local| add(&local.name, local.length.is_some())),
            ItemKind::Define(name, _) => add(name, false),
            ItemKind::Neuron(entries) => entries.iter().for_each(|entry| match entry {
                NeuronEntry::UseIon(ion) => ion.reads.iter().chain(&ion.writes).for_each(|name| add(name, false)),
                NeuronEntry::NonspecificCurrent(names)
                | NeuronEntry::ElectrodeCurrent(names)
                | NeuronEntry::Pointer(names)
                | NeuronEntry::BbcorePointer(names)
                | NeuronEntry::External(names) => names.iter().for_each(|name| add(name, false)),
                _ => {}
            }),
            _ => {}
        }
    }
    declared
}

#[derive(Default)]
struct Names(HashSet<Arc<str>>);

impl Names {
    fn block(&mut self, block: &Block) {
        block.statements.iter().for_each(|statement| self.statement(statement));
    }

    fn target(&mut self, target: &Target) {
        self.0.insert(target.name.text.clone());
        target.index.iter().for_each(|index| self.expression(index));
    }

    fn statement(&mut self, statement: &Statement) {
        use StatementKind as S;
        match &statement.kind {
            S::Assign { target, value } | S::Derivative { target, value, .. } => {
                self.target(target);
                self.expression(value);
            }
            S::Equation { left, right } => {
                self.expression(left);
                self.expression(right);
            }
            S::Reaction { left, right, rates, .. } => {
                left.iter().chain(right).for_each(|reactant| self.target(&reactant.target));
                rates.iter().for_each(|rate| self.expression(rate));
            }
            S::Compartment { volume, .. } => self.expression(volume),
            S::Diffusion { coefficient, .. } => self.expression(coefficient),
            S::Conserve { terms, total } => {
                terms.iter().for_each(|term| self.target(&term.target));
                self.expression(total);
            }
            S::Call { arguments, .. } => arguments.iter().for_each(|argument| self.expression(argument)),
            S::If { condition, then, otherwise } => {
                self.expression(condition);
                self.block(then);
                otherwise.iter().for_each(|block| self.block(block));
            }
            S::While { condition, body } => {
                self.expression(condition);
                self.block(body);
            }
            S::From { from, to, by, body, .. } => {
                [Some(from), Some(to), by.as_ref()].into_iter().flatten().for_each(|bound| self.expression(bound));
                self.block(body);
            }
            S::Watch(conditions) => {
                for condition in conditions {
                    for side in [&condition.left, &condition.right, &condition.flag] {
                        self.expression(side);
                    }
                }
            }
            S::ForNetcons { body, .. } | S::Initial(body) | S::Block(body) => self.block(body),
            S::Protect(inner) => self.statement(inner),
            S::Lag { variable, by } => self.0.extend([variable.text.clone(), by.text.clone()]),
            S::Local(_)
            | S::Solve { .. }
            | S::Conductance { .. }
            | S::Table(_)
            | S::Mutex
            | S::Verbatim(_)
            | S::Broken => {}
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Name(name) | ExpressionKind::Rate(name) => {
                self.0.insert(name.text.clone());
            }
            ExpressionKind::Element(name, index) => {
                self.0.insert(name.text.clone());
                self.expression(index);
            }
            ExpressionKind::Call(_, arguments) => arguments.iter().for_each(|argument| self.expression(argument)),
            ExpressionKind::Parentheses(inner) | ExpressionKind::Unary(_, inner) => self.expression(inner),
            ExpressionKind::Binary(_, left, right) => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::Number(_) | ExpressionKind::Text(_) | ExpressionKind::Missing => {}
        }
    }
}
