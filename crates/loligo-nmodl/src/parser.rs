//! Parses tokens into a syntax tree. After an error it continues with the next statement, entry or block.

mod declaration;
mod expression;
mod file;
mod kinetic;
mod neuron;
mod problem;
mod statement;
mod unit;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::{Diagnostics, Problem};
use crate::lexer::TextProblem;
use crate::source::{Sources, Span};
use crate::syntax::{Count, LocalVariable, Name};
use crate::token::{Token, TokenKind, is_reserved};
pub use file::parse;
pub use problem::SyntaxProblem;

/// A syntax error that has been reported.
#[derive(Debug)]
struct Failed;

type Parsed<T> = Result<T, Failed>;

/// The deepest nesting of brackets and blocks.
const DEEPEST: usize = 150;

struct Parser<'a> {
    sources: &'a mut Sources,
    tokens: Vec<Token>,
    at: usize,
    diagnostics: &'a mut Diagnostics,
    /// Names of whole numbers, from DEFINE.
    defined: HashMap<Arc<str>, i64>,
    /// Names in the order of their first occurrence.
    names: Vec<Name>,
    known: HashSet<Arc<str>>,
    depth: usize,
    units_off: Vec<Span>,
    /// The variables that LAG declares.
    lagged: Vec<LocalVariable>,
    /// The token before which an unclosed block has been reported.
    unclosed_before: Option<usize>,
    /// `true` if a missing brace at the end of the file has been reported.
    lacks_brace: bool,
}

impl Parser<'_> {
    fn token(&self) -> &Token {
        // The last token is the end of the file, which is never consumed.
        &self.tokens[self.at]
    }

    fn kind(&self) -> &TokenKind {
        &self.token().kind
    }

    fn following(&self, count: usize) -> &TokenKind {
        &self.tokens[(self.at + count).min(self.tokens.len() - 1)].kind
    }

    fn span(&self) -> Span {
        self.token().span
    }

    /// The span of the previous token.
    fn last_span(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].span
    }

    /// The span from `start` to the previous token.
    fn since(&self, start: Span) -> Span {
        start.to(self.last_span().max(start))
    }

    fn text(&self) -> &str {
        self.sources.text(self.span())
    }

    fn next(&mut self) -> Token {
        let token = self.token().clone();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    fn is_end(&self) -> bool {
        *self.kind() == TokenKind::End
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.kind(), TokenKind::Sign(found) if *found == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        *self.kind() == TokenKind::Word && self.text() == word
    }

    fn is_name(&self) -> bool {
        *self.kind() == TokenKind::Word && !is_reserved(self.text())
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    /// Consumes UNITSOFF or UNITSON, if it is the next token.
    fn take_units_switch(&mut self) -> bool {
        let span = self.span();
        if self.take_word("UNITSOFF") {
            self.units_off.push(Span { start: span.start, end: u32::MAX });
            return true;
        }
        let found = self.take_word("UNITSON");
        if let (true, Some(last)) = (found, self.units_off.last_mut()) {
            last.end = last.end.min(span.end);
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn report(&mut self, problem: impl Problem + 'static, span: Span) {
        self.diagnostics.report(problem, span);
    }

    /// Reports the next token as an error; `expected` names what is allowed here.
    fn expected<T>(&mut self, expected: &str) -> Parsed<T> {
        let span = self.span();
        if self.is_end() && std::mem::replace(&mut self.lacks_brace, true) {
            return Err(Failed);
        }
        match self.kind() {
            TokenKind::Unknown(character) => {
                let character = *character;
                self.report(TextProblem::Character { character }, span);
            }
            _ => {
                let found = self.found();
                self.report(SyntaxProblem::Expected { expected: expected.to_owned(), found }, span);
            }
        }
        Err(Failed)
    }

    /// Description of the next token, for messages.
    fn found(&self) -> String {
        match self.kind() {
            TokenKind::End => "the end of the file".to_owned(),
            TokenKind::Text(_) => "a text".to_owned(),
            TokenKind::Title(_) => "TITLE".to_owned(),
            TokenKind::Verbatim(_) => "VERBATIM".to_owned(),
            _ => format!("\"{}\"", self.text()),
        }
    }

    fn expect_sign(&mut self, sign: &str) -> Parsed<Span> {
        match self.is_sign(sign) {
            true => Ok(self.next().span),
            false => self.expected(&format!("\"{sign}\"")),
        }
    }

    fn expect_word(&mut self, word: &str) -> Parsed<Span> {
        match self.is_word(word) {
            true => Ok(self.next().span),
            false => self.expected(word),
        }
    }

    fn name(&mut self, what: &str) -> Parsed<Name> {
        if *self.kind() == TokenKind::Word && is_reserved(self.text()) {
            let (word, span) = (self.text().to_owned(), self.span());
            self.report(SyntaxProblem::Reserved { word }, span);
            return Err(Failed);
        }
        if *self.kind() != TokenKind::Word {
            return self.expected(what);
        }
        let span = self.next().span;
        Ok(self.name_at(span))
    }

    /// The name at a span of the text, without primes.
    fn name_at(&mut self, span: Span) -> Name {
        let text: Arc<str> = self.sources.text(span).trim_end_matches('\'').into();
        let name = Name { text, span };
        if self.known.insert(name.text.clone()) {
            self.names.push(name.clone());
        }
        name
    }

    /// Names separated by commas; a missing comma is reported.
    fn names(&mut self, what: &str) -> Parsed<Vec<Name>> {
        let mut names = vec![self.name(what)?];
        loop {
            if self.take_sign(",") {
                names.push(self.name(what)?);
            } else if self.is_name() && !self.token().begins_line {
                let (name, span) = (self.text().to_owned(), self.span());
                self.report(SyntaxProblem::MissingComma { name }, span);
                names.push(self.name(what)?);
            } else {
                return Ok(names);
            }
        }
    }

    /// Names in braces, with or without commas between them.
    fn names_in_braces(&mut self, what: &str) -> Parsed<Vec<Name>> {
        self.expect_sign("{")?;
        let mut names = Vec::new();
        while !self.take_sign("}") {
            names.push(self.name(what)?);
            self.take_sign(",");
        }
        Ok(names)
    }

    /// A whole number, or a name that DEFINE has set to one.
    fn count(&mut self, what: &str) -> Parsed<Count> {
        let span = self.span();
        let value = match self.kind() {
            TokenKind::Number { value, is_integer: true } if *value < 9e15 => *value as i64,
            TokenKind::Word => match self.defined.get(self.text()) {
                Some(&value) => value,
                None => return self.expected(what),
            },
            _ => return self.expected(what),
        };
        self.next();
        Ok(Count { value, span })
    }

    /// Parses a nested construct.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEEPEST {
            let span = self.span();
            self.report(SyntaxProblem::TooDeep, span);
            return Err(Failed);
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// After an error: skips the rest of the line and the blocks that begin on it, but not the brace that closes the
    /// current block.
    fn skip_line(&mut self) {
        let mut open = 0_usize;
        let mut first = true;
        while !self.is_end() {
            if open == 0 && self.token().begins_line && !std::mem::take(&mut first) {
                return;
            }
            first = false;
            if self.is_sign("{") {
                open += 1;
            } else if self.is_sign("}") {
                if open == 0 {
                    return;
                }
                open -= 1;
            }
            self.next();
        }
    }
}
