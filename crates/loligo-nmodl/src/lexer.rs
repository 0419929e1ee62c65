//! Splits a text into tokens.

use loligo_io::describe_character;

use crate::diagnostic::{Diagnostics, Problem, Severity};
use crate::source::{Sources, Span};
use crate::token::{SIGNS, Token, TokenKind};

/// An error in the characters of a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextProblem {
    /// A COMMENT or VERBATIM block without its end.
    #[error("{start} has no {end}")]
    NoEnd {
        /// The word that begins it.
        start: &'static str,
        /// The word that is missing.
        end: &'static str,
    },
    /// A text without its closing quote.
    #[error("this text has no closing quote")]
    OpenText,
    /// Characters that are not ASCII, which NEURON's translator refuses.
    #[error("this line has characters that are not ASCII, first \"{character}\"")]
    NotAscii {
        /// The first of them.
        character: char,
    },
    /// A character that has no meaning in NMODL.
    #[error("{} has no meaning here", described(*.character))]
    Character {
        /// The character.
        character: char,
    },
}

fn described(character: char) -> String {
    if loligo_io::is_invisible(character) { describe_character(character) } else { format!("\"{character}\"") }
}

impl Problem for TextProblem {
    fn severity(&self) -> Severity {
        match self {
            Self::NotAscii { .. } => Severity::Note,
            _ => Severity::Error,
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::NoEnd { end, .. } => format!("write {end} on a line of its own where it ends"),
            Self::OpenText => "close it with \" on the same line".to_owned(),
            Self::NotAscii { .. } => "NEURON refuses such a file; write plain letters to share it".to_owned(),
            Self::Character { character: ';' } => "take it out: statements of NMODL have no semicolons".to_owned(),
            Self::Character { character: '%' } => "for a remainder write fmod(a, b)".to_owned(),
            Self::Character { character: '#' } => "a comment begins with : or ?".to_owned(),
            Self::Character { character: '_' } => "a name begins with a letter".to_owned(),
            Self::Character { character: '&' } => "\"and\" is written &&".to_owned(),
            Self::Character { character: '|' } => "\"or\" is written ||".to_owned(),
            Self::Character { .. } => "take it out, or move it into a comment".to_owned(),
        })
    }
}

/// All tokens of a file; `file` is its number among the sources.
pub(crate) fn tokens(sources: &Sources, file: usize, diagnostics: &mut Diagnostics) -> Vec<Token> {
    let (_, text, start) = sources.file(file);
    let mut lexer = Lexer { text, start, at: 0, begins_line: true, tokens: Vec::new(), diagnostics };
    lexer.run();
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    start: u32,
    at: usize,
    begins_line: bool,
    tokens: Vec<Token>,
    diagnostics: &'a mut Diagnostics,
}

impl Lexer<'_> {
    fn run(&mut self) {
        if self.rest().starts_with('\u{feff}') {
            self.at += '\u{feff}'.len_utf8(); // a byte order mark, which some editors write at the start
        }
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\n' | '\r' => {
                    self.at += 1;
                    self.begins_line = true;
                }
                c if c.is_ascii_whitespace() || c == '\u{b}' => self.at += 1,
                ':' | '?' => self.comment(),
                '"' => self.quoted(),
                c if c.is_ascii_alphabetic() => self.word(),
                c if c.is_ascii_digit() => self.number(),
                '.' if self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number(),
                c => self.sign(c),
            }
        }
        self.push(TokenKind::End, self.at);
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn span(&self, from: usize) -> Span {
        // Positions are below the limit of the sources, which a u32 can hold.
        Span { start: self.start + from as u32, end: self.start + self.at as u32 }
    }

    /// Adds the token from byte `from` to the present position.
    fn push(&mut self, kind: TokenKind, from: usize) {
        let span = self.span(from);
        self.tokens.push(Token { kind, span, begins_line: std::mem::take(&mut self.begins_line) });
    }

    /// Moves to the end of the line; returns the start and the text of the rest of the line.
    fn line(&mut self) -> (usize, String) {
        let from = self.at;
        self.at += self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        (from, self.text[from..self.at].to_owned())
    }

    fn comment(&mut self) {
        let (from, line) = self.line();
        self.note_letters(from, &line);
    }

    fn note_letters(&mut self, from: usize, line: &str) {
        if let Some((at, character)) = line.char_indices().find(|(_, c)| !c.is_ascii()) {
            let start = self.start + (from + at) as u32;
            let span = Span { start, end: start + character.len_utf8() as u32 };
            self.diagnostics.report(TextProblem::NotAscii { character }, span);
        }
    }

    fn quoted(&mut self) {
        let from = self.at;
        self.at += 1;
        let mut escaped = false;
        let length = self.rest().find(|c| {
            let ends = c == '\n' || c == '\r' || (c == '"' && !escaped);
            escaped = c == '\\' && !escaped;
            ends
        });
        let length = length.unwrap_or(self.rest().len());
        let text = self.rest()[..length].to_owned();
        self.at += length;
        if self.rest().starts_with('"') {
            self.at += 1;
        } else {
            self.diagnostics.report(TextProblem::OpenText, self.span(from));
        }
        self.push(TokenKind::Text(text), from);
    }

    fn word(&mut self) {
        let from = self.at;
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        self.at += self.rest().find(|c| !is_part(c)).unwrap_or(self.rest().len());
        let primes = self.rest().len() - self.rest().trim_start_matches('\'').len();
        if primes > 0 {
            self.at += primes;
            return self.push(TokenKind::Primed(primes), from);
        }
        match &self.text[from..self.at] {
            "COMMENT" => {
                self.block(from, "COMMENT", "ENDCOMMENT");
                self.begins_line = true;
            }
            "VERBATIM" => {
                let text = self.block(from, "VERBATIM", "ENDVERBATIM");
                self.push(TokenKind::Verbatim(text), from);
            }
            "TITLE" => {
                let (start, title) = self.line();
                self.note_letters(start, &title);
                self.push(TokenKind::Title(title.trim().to_owned()), from);
            }
            "REPRESENTS" => {
                self.push(TokenKind::Word, from);
                self.ontology();
            }
            _ => self.push(TokenKind::Word, from),
        }
    }

    /// Reads the ontology name of an ion, such as `CHEBI:29108`, whose colon would start a comment.
    fn ontology(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
        let from = self.at;
        self.at += self.rest().find(|c: char| c.is_ascii_whitespace() || c == '}').unwrap_or(self.rest().len());
        let name = self.text[from..self.at].to_owned();
        self.push(TokenKind::Text(name), from);
    }

    /// Moves behind the word `end` and returns the text before it.
    fn block(&mut self, from: usize, start: &'static str, end: &'static str) -> String {
        let inner = self.at;
        let Some(length) = self.rest().find(end) else {
            self.diagnostics.report(TextProblem::NoEnd { start, end }, self.span(from));
            self.at = self.text.len();
            return self.text[inner..].to_owned();
        };
        self.at += length + end.len();
        self.text[inner..inner + length].to_owned()
    }

    fn number(&mut self) {
        let from = self.at;
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        self.at += digits(self.rest());
        let mut is_integer = true;
        if self.rest().starts_with('.') {
            is_integer = false;
            self.at += 1;
            self.at += digits(self.rest());
        }
        if self.rest().starts_with(['e', 'E']) {
            let exponent = &self.rest()[1..];
            let sign = usize::from(exponent.starts_with(['+', '-']));
            let count = digits(&exponent[sign..]);
            if count > 0 {
                is_integer = false;
                self.at += 1 + sign + count;
            }
        }
        // Rust's parser accepts all of these spellings, also `1.` and `.5`.
        let value = self.text[from..self.at].parse().unwrap_or(f64::NAN);
        self.push(TokenKind::Number { value, is_integer }, from);
    }

    fn sign(&mut self, c: char) {
        let from = self.at;
        if let Some(sign) = SIGNS.iter().find(|sign| self.rest().starts_with(**sign)) {
            self.at += sign.len();
            return self.push(TokenKind::Sign(sign), from);
        }
        self.at += c.len_utf8();
        self.push(TokenKind::Unknown(c), from);
    }
}
