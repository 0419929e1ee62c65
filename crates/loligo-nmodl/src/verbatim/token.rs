//! Tokens of C text, and of the NMODL statements between C texts.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::Statement;

/// A token with its place in the text.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

/// The kinds of tokens.
#[derive(Clone, Debug)]
pub(super) enum TokenKind {
    /// A name or a word of the language.
    Word(Arc<str>),
    /// A number; `true` if it is a whole number.
    Number(f64, bool),
    /// A text in quotes.
    Text(Arc<str>),
    /// An operator or a separator.
    Sign(&'static str),
    /// A line of the preprocessor, without its `#`; `true` behind the name of a macro that a parenthesis follows at once.
    Directive(Vec<Token>, bool),
    /// A statement of NMODL that stands between two C texts.
    Statement(Arc<Statement>),
    /// A character that C does not have.
    Unknown(char),
}

impl Token {
    pub(super) fn is_sign(&self, sign: &str) -> bool {
        matches!(self.kind, TokenKind::Sign(own) if own == sign)
    }

    pub(super) fn word(&self) -> Option<&Arc<str>> {
        match &self.kind {
            TokenKind::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// The operators and separators, the longest first.
const SIGNS: [&str; 46] = [
    "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=",
    "%=", "&=", "|=", "^=", "::", "{", "}", "(", ")", "[", "]", ";", ",", "<", ">", "+", "-", "*", "/", "%", "=", "!",
    "&", "|", "^", "~", "?", ":",
];

/// Splits C text into tokens; `start` is the place of its first byte.
pub(super) fn tokens(text: &str, start: u32) -> Vec<Token> {
    let mut lexer = Lexer { text, start, at: 0 };
    let mut tokens = Vec::new();
    let mut begins_line = true;
    while let Some(skipped_line) = lexer.skip_blanks() {
        begins_line |= skipped_line;
        if begins_line && lexer.rest().starts_with('#') {
            let token = lexer.directive();
            tokens.push(token);
        } else {
            let token = lexer.token();
            tokens.push(token);
        }
        begins_line = false;
    }
    tokens
}

struct Lexer<'t> {
    text: &'t str,
    start: u32,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn span(&self, from: usize) -> Span {
        // A source has at most 4 MiB.
        Span { start: self.start + from as u32, end: self.start + self.at as u32 }
    }

    /// Skips blanks and comments; `true` if a line ended, `None` at the end of the text.
    fn skip_blanks(&mut self) -> Option<bool> {
        let mut line = false;
        loop {
            let rest = self.rest();
            let length = if rest.starts_with("//") {
                rest.find(['\n', '\r']).unwrap_or(rest.len())
            } else if let Some(inner) = rest.strip_prefix("/*") {
                inner.find("*/").map_or(rest.len(), |end| end + 4)
            } else if rest.starts_with('\\') {
                1
            } else {
                let first = rest.chars().next()?;
                if !first.is_whitespace() {
                    return Some(line);
                }
                line |= matches!(first, '\n' | '\r');
                first.len_utf8()
            };
            self.at += length;
        }
    }

    /// A line of the preprocessor; a backslash at its end joins the next line.
    fn directive(&mut self) -> Token {
        let from = self.at;
        self.at += 1;
        let inner = self.at;
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(['\n', '\r']) else {
                self.at = self.text.len();
                break;
            };
            self.at += end;
            if !rest[..end].ends_with('\\') {
                break;
            }
            self.at += if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        }
        let text = &self.text[inner..self.at];
        let parts = tokens_of_line(text, self.start + inner as u32);
        // `#define f(x)` is a macro with arguments, `#define f (x)` is not.
        let has_arguments = match (parts.first(), parts.get(1), parts.get(2)) {
            (Some(define), Some(name), Some(open)) => {
                define.word().is_some_and(|word| &**word == "define")
                    && open.is_sign("(")
                    && name.span.end == open.span.start
            }
            _ => false,
        };
        Token { kind: TokenKind::Directive(parts, has_arguments), span: self.span(from) }
    }

    fn token(&mut self) -> Token {
        let (from, rest) = (self.at, self.rest());
        let first = rest.chars().next().unwrap_or('\0'); // the caller has found a character
        let kind = if first.is_ascii_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            self.at += length;
            TokenKind::Word(rest[..length].into())
        } else if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            self.number()
        } else if first == '"' || first == '\'' {
            self.quoted(first)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            self.at += sign.len();
            TokenKind::Sign(sign)
        } else if first == '.' {
            self.at += 1;
            TokenKind::Sign(".")
        } else {
            self.at += first.len_utf8();
            TokenKind::Unknown(first)
        };
        Token { kind, span: self.span(from) }
    }

    fn number(&mut self) -> TokenKind {
        let rest = self.rest();
        let word = |c: char| !c.is_ascii_alphanumeric() && c != '.';
        let mut length = rest.find(word).unwrap_or(rest.len());
        let is_hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
        let has_exponent = !is_hexadecimal && rest[..length].ends_with(['e', 'E']);
        if has_exponent && rest[length..].starts_with(['+', '-']) {
            let exponent = &rest[length + 1..];
            length += 1 + exponent.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(exponent.len());
        }
        self.at += length;
        let digits = rest[..length].trim_end_matches(['u', 'U', 'l', 'L']);
        if is_hexadecimal {
            let value = u64::from_str_radix(&digits[2..], 16);
            return value.map_or(TokenKind::Unknown('0'), |value| TokenKind::Number(value as f64, true));
        }
        if let Ok(value) = digits.parse::<u64>() {
            let is_octal = digits.len() > 1 && digits.starts_with('0');
            let value = if is_octal { u64::from_str_radix(digits, 8).unwrap_or(value) } else { value };
            return TokenKind::Number(value as f64, true);
        }
        if let Some(single) = digits.strip_suffix(['f', 'F']) {
            return match single.parse::<f32>() {
                Ok(value) => TokenKind::Number(f64::from(value), false),
                Err(_) => TokenKind::Unknown('f'),
            };
        }
        digits.parse::<f64>().map_or(TokenKind::Unknown('.'), |value| TokenKind::Number(value, false))
    }

    fn quoted(&mut self, quote: char) -> TokenKind {
        let inner = &self.rest()[1..];
        let mut escaped = false;
        let end = inner.find(|c: char| {
            let ends = (c == quote && !escaped) || c == '\n';
            escaped = c == '\\' && !escaped;
            ends
        });
        let end = end.unwrap_or(inner.len());
        let text = &inner[..end];
        self.at += 1 + end + usize::from(inner[end..].starts_with(quote));
        match (quote, text.chars().next()) {
            ('\'', Some(c)) => TokenKind::Number(f64::from(u32::from(c)), true),
            _ => TokenKind::Text(text.into()),
        }
    }
}

fn tokens_of_line(text: &str, start: u32) -> Vec<Token> {
    let mut lexer = Lexer { text, start, at: 0 };
    let mut tokens = Vec::new();
    while lexer.skip_blanks().is_some() {
        let token = lexer.token();
        tokens.push(token);
    }
    tokens
}
