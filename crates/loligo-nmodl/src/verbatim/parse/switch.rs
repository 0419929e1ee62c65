//! `switch` of C.

use std::sync::Arc;

use super::{Parsed, Parser};
use crate::source::Span;
use crate::verbatim::tree::{
    Base, Declared, Expression, ExpressionKind, Initial, Operator, Statement, StatementKind, Type,
};

/// The variable with the value that is compared; no text can contain the name.
const VALUE: &str = "value of switch";

/// The variable that is 1 once a case has been found.
const FOUND: &str = "switch has found";

/// The statements behind some labels.
struct Case {
    /// The values for which they run.
    values: Vec<Expression>,
    /// `true` if one of the labels is `default`.
    is_default: bool,
    statements: Vec<Statement>,
}

impl Parser<'_> {
    /// `switch (...) { ... }`, as a loop with one round that `break` leaves: each case is an IF, which also runs if the
    /// statements of the case before ran to their end.
    pub(super) fn switch(&mut self) -> Parsed<StatementKind> {
        let start = self.span();
        self.at += 1;
        let value = self.in_parentheses()?;
        self.expect_sign("{")?;
        let mut cases: Vec<Case> = Vec::new();
        while !self.take_sign("}") {
            self.link(cases.len())?;
            let case = self.case()?;
            cases.push(case);
        }
        let span = self.since(start);
        if cases.iter().flat_map(|case| &case.statements).any(continues) {
            return Err(crate::verbatim::refusal::Refusal::at(span, "\"continue\" in a \"switch\" of C++"));
        }
        let mut round = Vec::new();
        let all: Vec<Expression> = cases.iter().flat_map(|case| case.values.clone()).collect();
        for case in cases {
            let mut condition = named(FOUND, span);
            for value in case.values {
                condition = either(condition, is_value(value, span), span);
            }
            if case.is_default {
                let none = all.iter().fold(number(1.0, span), |none, value| {
                    let differs = ExpressionKind::Not(Box::new(is_value(value.clone(), span)));
                    binary(Operator::And, none, Expression { kind: differs, span }, span)
                });
                condition = either(condition, none, span);
            }
            let found = ExpressionKind::Assign {
                operator: None,
                target: Box::new(named(FOUND, span)),
                value: Box::new(number(1.0, span)),
            };
            let found = Statement { kind: StatementKind::Expression(Expression { kind: found, span }), span };
            let statements = std::iter::once(found).chain(case.statements).collect();
            let then = Box::new(Statement { kind: StatementKind::Block(statements), span });
            round.push(Statement { kind: StatementKind::If { condition, then, otherwise: None }, span });
        }
        let body = Box::new(Statement { kind: StatementKind::Block(round), span });
        let variables = vec![whole(VALUE, value, span), whole(FOUND, number(0.0, span), span)];
        Ok(StatementKind::Block(vec![
            Statement { kind: StatementKind::Declare { variables, is_static: false }, span },
            Statement { kind: StatementKind::DoWhile { body, condition: number(0.0, span) }, span },
        ]))
    }

    /// Labels, and the statements up to the next label.
    fn case(&mut self) -> Parsed<Case> {
        let mut case = Case { values: Vec::new(), is_default: false, statements: Vec::new() };
        loop {
            if self.take_word("case") {
                self.link(case.values.len())?;
                let value = self.label()?;
                case.values.push(value);
            } else if self.take_word("default") {
                case.is_default = true;
            } else {
                break;
            }
            self.expect_sign(":")?;
        }
        if case.values.is_empty() && !case.is_default {
            return self.expected("\"case\"");
        }
        while !self.is_word("case") && !self.is_word("default") && !self.is_sign("}") {
            if self.peek().is_none() {
                return self.expected("\"}\"");
            }
            let statement = self.deeper(Self::statement)?;
            case.statements.push(statement);
        }
        Ok(case)
    }
}

/// `true` if a statement has a `continue` for a loop around it.
fn continues(statement: &Statement) -> bool {
    match &statement.kind {
        StatementKind::Continue => true,
        StatementKind::Block(statements) => statements.iter().any(continues),
        StatementKind::If { then, otherwise, .. } => continues(then) || otherwise.as_deref().is_some_and(continues),
        _ => false,
    }
}

fn named(name: &str, span: Span) -> Expression {
    Expression { kind: ExpressionKind::Name(Arc::from(name)), span }
}

fn number(value: f64, span: Span) -> Expression {
    Expression { kind: ExpressionKind::Number(value, true), span }
}

fn binary(operator: Operator, left: Expression, right: Expression, span: Span) -> Expression {
    Expression { kind: ExpressionKind::Binary(operator, Box::new(left), Box::new(right)), span }
}

fn either(left: Expression, right: Expression, span: Span) -> Expression {
    binary(Operator::Or, left, right, span)
}

fn is_value(value: Expression, span: Span) -> Expression {
    binary(Operator::Equal, named(VALUE, span), value, span)
}

/// The declaration of a whole number.
fn whole(name: &str, value: Expression, span: Span) -> Declared {
    let own_type = Type { base: Base::Whole, pointers: 0 };
    Declared { name: Arc::from(name), span, own_type, length: None, value: Initial::Value(value) }
}
