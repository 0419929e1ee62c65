//! Checks of names given by users, and safe output of foreign text to a terminal, a table or a
//! picture.

use std::fmt::{self, Write};

use thiserror::Error;

/// The reason why a name cannot be used, and the remedy.
///
/// Names are used in headers of columns, in places such as `ring[3].soma(0.5)`, in messages and in pictures: a
/// spreadsheet must not interpret them as formulas, nor a terminal as commands.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameError {
    /// The name is empty.
    #[error("it is empty; give a name")]
    Empty,
    /// The name has a character that is invisible or affects other text.
    #[error("it holds {}, which cannot be seen; take it out", describe_character(*.character))]
    Invisible {
        /// The character.
        character: char,
    },
    /// The name has a character with a special meaning in a place.
    #[error("it holds \"{character}\", which has a meaning in places; give a name without {}", listed(.reserved))]
    Reserved {
        /// The character.
        character: char,
        /// All such characters.
        reserved: &'static str,
    },
    /// The name begins with a character that makes it a formula.
    #[error("it begins with \"{character}\", which a spreadsheet takes for a formula; begin with another character")]
    Formula {
        /// The character.
        character: char,
    },
    /// The name begins or ends with a blank.
    #[error("it begins or ends with a blank; take that out")]
    Blank,
}

/// Checks a name: only visible characters and the blank U+0020, none of `reserved`, no blank at an end, and not `=`,
/// `+`, `-` or `@` at the beginning.
///
/// ```
/// use loligo_io::{NameError, check_name};
/// assert_eq!(check_name("layer 5, große Zelle", ".()"), Ok(()));
/// assert_eq!(check_name("=1+1", ".()"), Err(NameError::Formula { character: '=' }));
/// assert_eq!(check_name("a\u{1b}[31m", ".()"), Err(NameError::Invisible { character: '\u{1b}' }));
/// ```
///
/// # Errors
/// The first fault in it.
pub fn check_name(name: &str, reserved: &'static str) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if let Some(character) = first_invisible(name) {
        return Err(NameError::Invisible { character });
    }
    if let Some(character) = name.chars().find(|&c| reserved.contains(c)) {
        return Err(NameError::Reserved { character, reserved });
    }
    if name.starts_with(' ') || name.ends_with(' ') {
        return Err(NameError::Blank);
    }
    match name.chars().next().filter(|&c| "=+-@".contains(c)) {
        Some(character) => Err(NameError::Formula { character }),
        None => Ok(()),
    }
}

/// The first character of a text that is invisible or affects other text: control characters, direction marks, blanks
/// other than U+0020, unassigned characters.
pub fn first_invisible(text: &str) -> Option<char> {
    text.chars().find(|&c| is_invisible(c))
}

/// True if a character is invisible or affects other text.
pub fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    // Characters that Rust escapes within a text.
    let mut text = [b'a'; 5];
    let length = c.encode_utf8(&mut text[1..]).len();
    let text = str::from_utf8(&text[..=length]).unwrap_or_default(); // a character encoded is UTF-8
    text.escape_debug().count() > 2
}

/// The description of a character that is invisible.
pub fn describe_character(c: char) -> String {
    let name = match c {
        '\0' => "a zero byte",
        '\u{7}' => "a bell",
        '\u{8}' => "a backspace",
        '\t' => "a tab",
        '\n' => "a newline",
        '\r' => "a carriage return",
        '\u{1b}' => "an escape character",
        '\u{a0}' => "a no-break space",
        '\u{ad}' => "a soft hyphen",
        '\u{feff}' => "a byte order mark",
        '\u{200b}' => "a zero-width space",
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "a mark that turns the direction of text"
        }
        '\u{2028}' | '\u{2029}' => "a line separator",
        c if c.is_control() => "a control character",
        c if c.is_whitespace() => "an unusual space",
        _ => "a character without a picture",
    };
    format!("{name} (U+{:04X})", u32::from(c))
}

fn listed(reserved: &str) -> String {
    reserved.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

/// A text that prints its invisible characters as `\u{1b}`; tabs and newlines remain.
///
/// ```
/// assert_eq!(loligo_io::visible("a\u{1b}[2J\u{202e}b").to_string(), r"a\u{1b}[2J\u{202e}b");
/// assert_eq!(loligo_io::visible(std::path::Path::new("a\u{7}.swc").display()).to_string(), r"a\u{7}.swc");
/// ```
pub fn visible<T: fmt::Display>(text: T) -> Visible<T> {
    Visible(text)
}

/// The result of [`visible`].
#[derive(Clone, Copy, Debug)]
pub struct Visible<T>(T);

impl<T: fmt::Display> fmt::Display for Visible<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Filter(f), "{}", self.0)
    }
}

struct Filter<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Filter<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        // A no-break space is harmless if only the appearance matters.
        let is_blank = |c: char| c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}');
        let hidden = |c: char| !matches!(c, '\n' | '\t') && !is_blank(c) && is_invisible(c);
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| hidden(c)) {
            write!(self.0, "{}{}", &rest[..at], c.escape_unicode())?;
            rest = &rest[at + c.len_utf8()..];
        }
        self.0.write_str(rest)
    }
}

/// A text with the same number of bytes, in which every invisible character except tabs and newlines is replaced: for
/// excerpts in which positions are counted in bytes.
pub fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for c in text.chars() {
        match c.len_utf8() {
            _ if !is_invisible(c) || matches!(c, '\n' | '\t' | '\r') => masked.push(c),
            1 => masked.push('?'),
            2 => masked.push('\u{b7}'),
            3 => masked.push('\u{fffd}'),
            _ => masked.push('\u{1f7d9}'),
        }
    }
    masked
}
