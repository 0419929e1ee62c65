//! Reads C text: statements, and the functions and constants of a file.

mod declaration;
mod expression;
mod file;
mod switch;

use super::refusal::Refusal;
use super::token::{Token, TokenKind};
use super::tree::{Expression, Statement, StatementKind};
use crate::source::Span;
pub(super) use file::{FileText, file_text};

/// The deepest nesting.
const DEEPEST: usize = 80;

/// The most operators in one chain, such as `a + b + c`.
const LONGEST: usize = 120;

type Parsed<T> = Result<T, Refusal>;

/// Reads the statements of a routine.
pub(super) fn statements_of(tokens: &[Token]) -> Parsed<Vec<Statement>> {
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let statements = parser.statements()?;
    match parser.peek() {
        None => Ok(statements),
        Some(_) => parser.fail("a \"}\" without \"{\""),
    }
}

/// Reads a single expression.
pub(super) fn expression_of(tokens: &[Token]) -> Parsed<Expression> {
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let expression = parser.expression()?;
    if parser.peek().is_some() { parser.fail("more than an expression") } else { Ok(expression) }
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t TokenKind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn peek_at(&self, ahead: usize) -> Option<&'t TokenKind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    /// The place of the next token, or of the last one at the end.
    fn span(&self) -> Span {
        let token = self.tokens.get(self.at).or(self.tokens.last());
        token.map_or_else(Span::default, |token| token.span)
    }

    fn since(&self, start: Span) -> Span {
        let last = self.at.checked_sub(1).and_then(|last| self.tokens.get(last));
        last.map_or(start, |last| start.to(last.span))
    }

    fn fail<T>(&self, reason: impl Into<String>) -> Parsed<T> {
        Err(Refusal::at(self.span(), reason))
    }

    /// Fails because the next token is not the expected one.
    fn expected<T>(&self, what: &str) -> Parsed<T> {
        self.fail(format!("C++ text in which {what} is missing"))
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(TokenKind::Sign(own)) if *own == sign)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let is_sign = self.is_sign(sign);
        self.at += usize::from(is_sign);
        is_sign
    }

    fn expect_sign(&mut self, sign: &str) -> Parsed<()> {
        if self.take_sign(sign) { Ok(()) } else { self.expected(&format!("\"{sign}\"")) }
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(TokenKind::Word(own)) if **own == *word)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_word = self.is_word(word);
        self.at += usize::from(is_word);
        is_word
    }

    /// Checks the number of the next link of a chain, whose tree is as deep as the chain is long.
    fn link(&self, number: usize) -> Parsed<()> {
        if number < LONGEST { Ok(()) } else { self.fail("a very long expression of C++") }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEEPEST {
            return self.fail("C++ text that is nested too deep");
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Statements up to the end or a closing brace.
    fn statements(&mut self) -> Parsed<Vec<Statement>> {
        let mut statements = Vec::new();
        while self.peek().is_some() && !self.is_sign("}") {
            if self.take_sign(";") {
                continue;
            }
            statements.push(self.deeper(Self::statement)?);
        }
        Ok(statements)
    }

    fn statement(&mut self) -> Parsed<Statement> {
        let start = self.span();
        let kind = self.statement_kind()?;
        Ok(Statement { kind, span: self.since(start) })
    }

    fn statement_kind(&mut self) -> Parsed<StatementKind> {
        let Some(next) = self.peek() else { return self.expected("a statement") };
        match next {
            TokenKind::Statement(statement) => {
                self.at += 1;
                return Ok(StatementKind::Nmodl(statement.clone()));
            }
            TokenKind::Sign("{") => {
                self.at += 1;
                let statements = self.statements()?;
                self.expect_sign("}")?;
                return Ok(StatementKind::Block(statements));
            }
            TokenKind::Sign(";") => {
                self.at += 1;
                return Ok(StatementKind::Block(Vec::new()));
            }
            TokenKind::Word(word) => match &**word {
                "if" => return self.conditional(),
                "while" => {
                    self.at += 1;
                    let condition = self.in_parentheses()?;
                    let body = Box::new(self.deeper(Self::statement)?);
                    return Ok(StatementKind::While { condition, body });
                }
                "do" => {
                    self.at += 1;
                    let body = Box::new(self.deeper(Self::statement)?);
                    if !self.take_word("while") {
                        return self.expected("\"while\"");
                    }
                    let condition = self.in_parentheses()?;
                    self.expect_sign(";")?;
                    return Ok(StatementKind::DoWhile { body, condition });
                }
                "for" => return self.counted(),
                "return" => {
                    self.at += 1;
                    let value = if self.is_sign(";") { None } else { Some(self.expression()?) };
                    self.expect_sign(";")?;
                    return Ok(StatementKind::Return(value));
                }
                "break" => {
                    self.at += 1;
                    self.expect_sign(";")?;
                    return Ok(StatementKind::Break);
                }
                "continue" => {
                    self.at += 1;
                    self.expect_sign(";")?;
                    return Ok(StatementKind::Continue);
                }
                "switch" => return self.switch(),
                "goto" | "try" | "case" | "default" | "struct" | "typedef" | "class" | "template" | "using" => {
                    return self.fail(format!("\"{word}\" of C++"));
                }
                _ if self.begins_declaration() => return self.declaration(),
                _ => {}
            },
            _ => {}
        }
        let expression = self.expression()?;
        // A macro that stands for a whole statement may bring its semicolon.
        if !self.take_sign(";") && self.peek().is_some() && !self.is_sign("}") {
            return self.expected("\";\"");
        }
        Ok(StatementKind::Expression(expression))
    }

    fn in_parentheses(&mut self) -> Parsed<Expression> {
        self.expect_sign("(")?;
        let expression = self.expression()?;
        self.expect_sign(")")?;
        Ok(expression)
    }

    fn conditional(&mut self) -> Parsed<StatementKind> {
        self.at += 1;
        let condition = self.in_parentheses()?;
        let then = Box::new(self.deeper(Self::statement)?);
        let otherwise = match self.take_word("else") {
            true => Some(Box::new(self.deeper(Self::statement)?)),
            false => None,
        };
        Ok(StatementKind::If { condition, then, otherwise })
    }

    fn counted(&mut self) -> Parsed<StatementKind> {
        self.at += 1;
        self.expect_sign("(")?;
        let start = if self.take_sign(";") {
            None
        } else {
            let begin = self.span();
            let kind = match self.begins_declaration() {
                true => self.declaration()?,
                false => {
                    let first = self.expression()?;
                    self.expect_sign(";")?;
                    StatementKind::Expression(first)
                }
            };
            Some(Box::new(Statement { kind, span: self.since(begin) }))
        };
        let condition = if self.is_sign(";") { None } else { Some(self.expression()?) };
        self.expect_sign(";")?;
        let step = if self.is_sign(")") { None } else { Some(self.expression()?) };
        self.expect_sign(")")?;
        let body = Box::new(self.deeper(Self::statement)?);
        Ok(StatementKind::For { start, condition, step, body })
    }
}
