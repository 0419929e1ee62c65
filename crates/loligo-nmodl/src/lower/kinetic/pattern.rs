//! The elements of a scheme's matrix that its reactions may change.

use std::collections::{BTreeMap, BTreeSet};

use super::reactants::state_of;
use crate::model::{
    IntegerExpression, IntegerOperator, LocalId, Model, Reactant, Statement, StatementKind, VariableId,
};
use crate::syntax::Arrow;

/// The most rounds of loops that are traced one by one; beyond it a loop is assumed to reach all elements of its
/// arrays.
const MOST_ROUNDS: usize = 10_000;

/// The elements of the matrix, row and column, that the statements of a block may change.
pub(super) fn pattern(
    model: &Model,
    statements: &[Statement],
    rows: &BTreeMap<VariableId, u32>,
    conserved: u32,
) -> Vec<(u32, u32)> {
    let mut tracer =
        Tracer { model, rows, conserved, sums: 0, counters: BTreeMap::new(), rounds: 0, elements: BTreeSet::new() };
    tracer.sums = tracer.count_sums(statements);
    tracer.statements(statements);
    tracer.elements.into_iter().collect()
}

struct Tracer<'a> {
    model: &'a Model,
    rows: &'a BTreeMap<VariableId, u32>,
    conserved: u32,
    /// Number of CONSERVE statements not yet visited.
    sums: u32,
    counters: BTreeMap<LocalId, i64>,
    rounds: usize,
    elements: BTreeSet<(u32, u32)>,
}

impl Tracer<'_> {
    fn count_sums(&self, statements: &[Statement]) -> u32 {
        let own = statements.iter().map(|statement| match &statement.kind {
            StatementKind::Conserve { .. } => 1,
            StatementKind::If { then, otherwise, .. } => self.count_sums(then) + self.count_sums(otherwise),
            StatementKind::While { body, .. } | StatementKind::From { body, .. } => self.count_sums(body),
            _ => 0,
        });
        own.sum()
    }

    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Reaction { left, arrow, right, .. } => self.reaction(left, *arrow, right),
                StatementKind::Conserve { terms, .. } => {
                    // The last CONSERVE of the text has row 0.
                    self.sums = self.sums.saturating_sub(1);
                    let row = self.sums;
                    let columns: Vec<u32> = terms.iter().flat_map(|term| self.rows_of(term)).collect();
                    self.elements.extend(columns.into_iter().map(|column| (row, column)));
                }
                StatementKind::If { then, otherwise, .. } => {
                    self.statements(then);
                    self.statements(otherwise);
                }
                StatementKind::While { body, .. } => self.statements(body),
                StatementKind::From { counter, from, to, by, body } => {
                    self.count(*counter, [from, to], by.as_ref(), body)
                }
                _ => {}
            }
        }
    }

    fn count(
        &mut self,
        counter: LocalId,
        [from, to]: [&IntegerExpression; 2],
        by: Option<&IntegerExpression>,
        body: &[Statement],
    ) {
        let step = by.map_or(Some(1), |by| self.number(by));
        let known = [self.number(from), self.number(to), step];
        let [Some(from), Some(to), Some(step @ 1..)] = known else {
            self.counters.remove(&counter);
            return self.statements(body);
        };
        let mut value = from;
        while value <= to {
            self.rounds += 1;
            if self.rounds > MOST_ROUNDS {
                self.counters.remove(&counter);
                return self.statements(body);
            }
            self.counters.insert(counter, value);
            self.statements(body);
            value += step;
        }
        self.counters.remove(&counter);
    }

    fn reaction(&mut self, left: &[Reactant], arrow: Arrow, right: &[Reactant]) {
        let sides: &[&[Reactant]] = match arrow {
            Arrow::Both => &[left, right],
            Arrow::Away => &[left],
            Arrow::Flux => return,
        };
        let all: Vec<u32> = left.iter().chain(right).flat_map(|reactant| self.rows_of(reactant)).collect();
        let reactants = sides.iter().flat_map(|side| side.iter());
        let columns: Vec<u32> = reactants.flat_map(|reactant| self.rows_of(reactant)).collect();
        for column in columns {
            for &row in all.iter().filter(|&&row| row >= self.conserved) {
                self.elements.insert((row, column));
            }
        }
    }

    /// The rows that a reactant may have; empty if it is no state.
    fn rows_of(&self, reactant: &Reactant) -> Vec<u32> {
        let Some((first, state)) = state_of(reactant).and_then(|state| Some((*self.rows.get(&state)?, state))) else {
            return Vec::new();
        };
        let length = self.model.variable(state).elements() as u32;
        match &reactant.place.index {
            None => (first..first + length).collect(),
            Some(index) => match self.number(index).map(u32::try_from) {
                Some(Ok(number)) if number < length => vec![first + number],
                _ => (first..first + length).collect(),
            },
        }
    }

    fn number(&self, expression: &IntegerExpression) -> Option<i64> {
        Some(match expression {
            IntegerExpression::Number(number) => *number,
            IntegerExpression::Counter(counter) => *self.counters.get(counter)?,
            IntegerExpression::Truncated(_) => return None,
            IntegerExpression::Negated(x) => self.number(x)?.checked_neg()?,
            IntegerExpression::Binary(operator, x, y) => {
                let (x, y) = (self.number(x)?, self.number(y)?);
                match operator {
                    IntegerOperator::Add => x.checked_add(y)?,
                    IntegerOperator::Subtract => x.checked_sub(y)?,
                    IntegerOperator::Multiply => x.checked_mul(y)?,
                    IntegerOperator::Divide => x.checked_div(y)?,
                }
            }
        })
    }
}
