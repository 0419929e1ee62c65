//! Turns syntax errors of a parser into messages with the remedy: decimal commas, typographic quotation marks and minus
//! signs, blanks of word processors, missing commas, units.

use loligo_io::{as_number, describe_character, is_dash, is_invisible, shortened};

use crate::model_file::error::{ModelFileError, Problem};
use crate::model_file::table::Span;

/// One error per line: a known mistake in it, or the parser's first message.
pub(crate) fn problems(
    text: &str,
    format: &'static str,
    found: impl Iterator<Item = (String, Span)>,
) -> Vec<ModelFileError> {
    let mut problems: Vec<ModelFileError> = Vec::new();
    let mut last_line = None;
    for (message, span) in found {
        let at = text.floor_char_boundary(span.start.min(text.len()));
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        if last_line.replace(start) == Some(start) {
            continue; // the rest of a line with an error
        }
        let end = start + text[start..].find('\n').unwrap_or(text.len() - start);
        let (message, span) = match slip(&text[start..end]) {
            Some((message, Span { start: from, end: to })) => (message, start + from..start + to),
            None => in_other_words(text, message, span),
        };
        let lone = message == LONE_RETURN;
        problems.push(ModelFileError { problem: Problem::Syntax { format, message }, span });
        if lone {
            break; // all other lines have the same error
        }
    }
    problems
}

const LONE_RETURN: &str = "its lines end with a carriage return alone; save it with the line ends of Windows or Unix";

/// Finds a typical mistake of word processors or national number formats in a line with an error, and its place.
fn slip(line: &str) -> Option<(String, Span)> {
    let mut quote = None;
    let mut assigned = false; // true if a value comes next
    for (at, c) in line.char_indices() {
        let here = at..at + c.len_utf8();
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => (quote, assigned) = (Some(c), false),
            (None, '#') => return None,
            (None, '=' | ':') => assigned = true,
            (None, '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚' | '‛' | '‹' | '›' | '＂') =>
            {
                return Some((format!("\"{c}\" is a quotation mark of a text program; write the plain \""), here));
            }
            (None, c) if is_dash(c) => {
                return Some((format!("\"{c}\" is not the hyphen of the keyboard; write -"), here));
            }
            (None, c) if is_invisible(c) && !matches!(c, '\t' | '\r') => {
                return Some((format!("{} stands here; write a usual blank, or nothing", describe_character(c)), here));
            }
            (None, c) if assigned && !c.is_whitespace() => {
                assigned = false;
                let rest = &line[at..];
                let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.,".contains(c)));
                let written = rest[..length.unwrap_or(rest.len())].trim_end_matches(',');
                if written.contains(',')
                    && let Some((number, why)) = as_number(written)
                {
                    return Some((format!("{written} is no number; write {number}, {why}"), at..at + written.len()));
                }
            }
            _ => {}
        }
    }
    None
}

/// The parser's message, or a more helpful one for known cases.
fn in_other_words(text: &str, message: String, span: Span) -> (String, Span) {
    let at = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.floor_char_boundary(span.end.clamp(at, text.len()));
    let rest = &text[at..];
    if message.starts_with("carriage return") {
        return (LONE_RETURN.to_owned(), span);
    }
    if message.starts_with("missing comma") {
        return ("a comma is missing here".to_owned(), span);
    }
    if message.starts_with("invalid mantissa") || message.starts_with("invalid fraction") {
        return ("a number has digits on both sides of its point; write 0.5 or 5.0".to_owned(), span);
    }
    if message.starts_with("key with no value") && rest.starts_with(':') {
        return ("a key is followed by =; write that instead of the colon".to_owned(), span);
    }
    if message.starts_with("missing assignment") {
        return ("a key is followed by = and its value".to_owned(), span);
    }
    if message.starts_with("invalid boolean") {
        return ("write true or false, in small letters".to_owned(), span);
    }
    if message.starts_with("string values must be quoted") {
        return unquoted(&text[at..end], &text[end..], span);
    }
    (message, span)
}

/// A value that is neither a number nor in quotation marks.
fn unquoted(value: &str, after: &str, span: Span) -> (String, Span) {
    let value = value.trim();
    let is_number = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite);
    if let Some((first, rest)) = value.split_once(char::is_whitespace)
        && (is_number(first) || matches!(first, "true" | "false"))
    {
        if after.trim_start().starts_with('=') {
            let end = span.start + first.len();
            return (format!("a comma is missing after {first}"), end..end);
        }
        if let Some((number, why)) = as_number(value) {
            return (format!("{value} is no number; write {number}, {why}"), span);
        }
        let rest = shortened(rest);
        return (format!("\"{rest}\" follows the number {first}; write the number alone, its unit is fixed"), span);
    }
    let lower = value.to_ascii_lowercase();
    if matches!(&*lower, "true" | "false") {
        return (format!("write {lower}, in small letters"), span);
    }
    if let Some(number) = value.strip_suffix(';').filter(|number| is_number(number)) {
        return (format!("a line has no semicolon at its end; write {number}"), span);
    }
    if let Some((number, why)) = as_number(value) {
        return (format!("{value} is no number; write {number}, {why}"), span);
    }
    (format!("\"{}\" is no number; if it is a text, put it in quotation marks", shortened(value)), span)
}
