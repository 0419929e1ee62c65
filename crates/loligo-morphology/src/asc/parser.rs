//! Reads tokens one after the other.

use crate::asc::lexer::{Kind, Token};
use crate::asc::objects::Objects;
use crate::error::MorphologyError;
use crate::warning::Warning;

pub(super) struct Parser<'t, 'w> {
    pub(super) tokens: &'t [Token<'t>],
    pub(super) position: usize,
    pub(super) objects: Objects,
    pub(super) warnings: &'w mut Vec<Warning>,
    /// Lines of tree points with a diameter of zero.
    pub(super) zero_diameters: Vec<usize>,
    pub(super) duplicates: Vec<usize>,
}

impl<'t> Parser<'t, '_> {
    /// The token `ahead` positions after the current one; beyond the end, the last one, which is
    /// `End`.
    pub(super) fn peek(&self, ahead: usize) -> Kind<'t> {
        self.tokens[(self.position + ahead).min(self.tokens.len() - 1)].kind
    }

    pub(super) fn current(&self) -> Kind<'t> {
        self.peek(0)
    }

    pub(super) fn line(&self) -> usize {
        self.tokens[self.position].line
    }

    pub(super) fn advance(&mut self) {
        self.position = (self.position + 1).min(self.tokens.len() - 1);
    }

    pub(super) fn skip_comma(&mut self) {
        if self.current() == Kind::Comma {
            self.advance();
        }
    }

    pub(super) fn expected(&self, expected: &'static str) -> MorphologyError {
        let found = match self.current() {
            Kind::Number(number) => number.to_string(),
            Kind::Open => "(".into(),
            Kind::Close => ")".into(),
            Kind::Comma => ",".into(),
            Kind::Bar => "|".into(),
            Kind::SpineOpen => "<".into(),
            Kind::SpineClose => ">".into(),
            Kind::Set => "Set".into(),
            Kind::Rgb => "RGB".into(),
            Kind::Text(text) => format!("\"{}\"", text.chars().take(40).collect::<String>()),
            Kind::Label(label) => label.chars().take(40).collect(),
            Kind::Other(other) => other.to_string(),
            Kind::End => "the end of the file".into(),
        };
        MorphologyError::Syntax { line: self.line(), expected, found }
    }

    pub(super) fn number(&mut self) -> Result<f64, MorphologyError> {
        let Kind::Number(number) = self.current() else {
            return Err(self.expected("a number"));
        };
        if !(number as f32).is_finite() {
            return Err(MorphologyError::NotFinite {
                line: self.line(),
                quantity: "coordinate or diameter",
                value: number,
            });
        }
        self.advance();
        Ok(number)
    }

    /// Skips the bracket at the current token and all that it encloses.
    pub(super) fn skip_block(&mut self) -> Result<(), MorphologyError> {
        let line = self.line();
        let mut depth = 0_usize;
        loop {
            match self.current() {
                Kind::Open => depth += 1,
                Kind::Close => depth -= 1,
                Kind::End => return Err(MorphologyError::UnclosedBracket { line }),
                _ => {}
            }
            self.advance();
            if depth == 0 {
                return Ok(());
            }
        }
    }
}
