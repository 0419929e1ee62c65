//! The tokens of an ASC file.

use crate::error::MorphologyError;
use crate::number::leading_number;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind<'a> {
    Number(f64),
    Open,
    Close,
    Comma,
    Bar,
    SpineOpen,
    SpineClose,
    /// `Set`, which begins a set of objects.
    Set,
    /// `RGB`, which is followed by a colour in brackets.
    Rgb,
    /// Text in quotation marks.
    Text(&'a str),
    Label(&'a str),
    /// A character that is not part of the grammar.
    Other(char),
    End,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub kind: Kind<'a>,
    /// Line, from 1.
    pub line: usize,
}

/// All tokens, followed by one `End`.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, MorphologyError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line_end = if text.contains('\n') { '\n' } else { '\r' };
    let mut tokens = Vec::new();
    let mut line = 0;
    for text in text.split(line_end) {
        line += 1;
        let mut rest = text.trim();
        while let Some(first) = rest.chars().next() {
            // NEURON's reader ignores the rest of a line from `@` on.
            if first == ';' || first == '@' {
                break;
            }
            let (kind, after) = token(first, rest, line)?;
            tokens.push(Token { kind, line });
            rest = after.trim_start();
        }
    }
    tokens.push(Token { kind: Kind::End, line });
    Ok(tokens)
}

/// The token at the start of `rest`, and the remaining text of the line.
fn token(first: char, rest: &str, line: usize) -> Result<(Kind<'_>, &str), MorphologyError> {
    if let Some((number, after)) = leading_number(rest) {
        // `leading_number` returns only text that can be parsed; otherwise the character is
        // reported.
        let kind = number.parse().map_or(Kind::Other(first), Kind::Number);
        return Ok((kind, after));
    }
    let sign = match first {
        '(' => Some(Kind::Open),
        ')' => Some(Kind::Close),
        ',' => Some(Kind::Comma),
        '|' => Some(Kind::Bar),
        '<' => Some(Kind::SpineOpen),
        '>' => Some(Kind::SpineClose),
        _ => None,
    };
    let after = &rest[first.len_utf8()..];
    if let Some(kind) = sign {
        return Ok((kind, after));
    }
    // NEURON's reader recognises these words also at the start of a longer one.
    for (word, kind) in [("set", Kind::Set), ("Set", Kind::Set), ("SET", Kind::Set), ("RGB", Kind::Rgb)] {
        if let Some(after) = rest.strip_prefix(word) {
            return Ok((kind, after));
        }
    }
    if first == '"' {
        let (text, after) = after.split_once('"').ok_or(MorphologyError::UnclosedString { line })?;
        return Ok((Kind::Text(text), after));
    }
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    if length > 0 {
        let (label, after) = rest.split_at(length);
        return Ok((Kind::Label(label), after));
    }
    Ok((Kind::Other(first), after))
}
