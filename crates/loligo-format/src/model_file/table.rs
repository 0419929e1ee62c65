//! Reads a TOML table: typed values with their places in the file, and errors for everything else.

use std::ops::Range;

use loligo::nmodl::units::{QuantityError, quantity};
use loligo_io::{NameError, check_name, closest, first_invisible, number_hint, plain, shortened};
use toml::de::{DeTable, DeValue};

use crate::model_file::error::{ModelFileError, Problem};

/// A range of bytes of the file.
pub(crate) type Span = Range<usize>;

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// The errors found so far.
#[derive(Debug, Default)]
pub(crate) struct Errors(pub(crate) Vec<ModelFileError>);

impl Errors {
    pub(crate) fn push(&mut self, span: Span, problem: Problem) {
        self.0.push(ModelFileError { problem, span });
    }

    pub(crate) fn range(&mut self, span: Span, key: &str, value: impl ToString, remedy: impl Into<String>) {
        let problem = Problem::OutOfRange { key: key.to_owned(), value: value.to_string(), remedy: remedy.into() };
        self.push(span, problem);
    }

    /// Reports an invalid name; returns `true` if the name is valid.
    pub(crate) fn check_name(&mut self, span: &Span, key: &str, name: &str, reserved: &'static str) -> bool {
        let refuse = |errors: &mut Self, error: NameError| {
            errors.push(span.clone(), Problem::Name { key: key.to_owned(), name: name.to_owned(), error });
        };
        check_name(name, reserved).map_err(|error| refuse(self, error)).is_ok()
    }
}

/// Reports every text and key of a document with an invisible character.
pub(crate) fn invisible_characters(document: &DeTable<'_>, errors: &mut Errors) {
    for (key, value) in document {
        invisible(key.get_ref(), &key.span(), errors);
        invisible_in(value.get_ref(), &value.span(), errors);
    }
}

fn invisible_in(value: &DeValue<'_>, span: &Span, errors: &mut Errors) {
    match value {
        DeValue::String(text) => invisible(text, span, errors),
        DeValue::Array(list) => list.iter().for_each(|item| invisible_in(item.get_ref(), &item.span(), errors)),
        DeValue::Table(table) => invisible_characters(table, errors),
        _ => {}
    }
}

fn invisible(text: &str, span: &Span, errors: &mut Errors) {
    if let Some(character) = first_invisible(text) {
        errors.push(span.clone(), Problem::Invisible { text: text.to_owned(), character });
    }
}

/// A table, and its title in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a> {
    entries: &'a DeTable<'a>,
    /// `[run]`, `[[cell.section]]`...
    pub(crate) title: &'static str,
    start: usize,
    end: usize,
}

/// The description of a value in messages.
pub(crate) fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text \"{}\"{}", shortened(text), number_hint(text)),
        DeValue::Integer(number) => format!("the whole number {}", shortened(&number.to_string())),
        DeValue::Float(number) => format!("the number {}", shortened(&number.to_string())),
        DeValue::Boolean(truth) => format!("{truth}"),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(table) if table.is_empty() => "an empty table".to_owned(),
        DeValue::Table(table) => {
            let keys: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).take(4).collect();
            let more = if table.len() > keys.len() { ", ..." } else { "" };
            format!("a table with {}{more}", shortened(&keys.join(", ")))
        }
    }
}

/// A number of either kind; `None` for anything else, infinite and not-a-number included.
pub(crate) fn number(value: &DeValue<'_>) -> Option<f64> {
    let number: f64 = match value {
        DeValue::Float(float) => float.as_str().parse().ok()?,
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => number as f64,
            // JSON's whole numbers have no limit.
            Err(_) if integer.radix() == 10 => integer.as_str().parse().ok()?,
            Err(_) => return None,
        },
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// A number in a unit: a number of either kind, or a text with a number and a unit, which is converted.
///
/// The error is `None` for anything else.
pub(crate) fn number_in(unit: &str, value: &DeValue<'_>) -> Result<f64, Option<QuantityError>> {
    match value {
        DeValue::String(text) if is_quantity(text) => match quantity(text, unit) {
            Ok(number) if number.is_finite() => Ok(number),
            Ok(_) => Err(None),
            Err(error) => Err(Some(error)),
        },
        _ => number(value).ok_or(None),
    }
}

/// `true` for a text that begins like a number and ends like a unit.
fn is_quantity(text: &str) -> bool {
    let text = text.trim();
    let ends_in_letter = text.ends_with(|c: char| c.is_alphabetic() || matches!(c, '2' | '3' | '%'));
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.'))
        && text.contains(char::is_alphabetic)
        && ends_in_letter
}

/// A whole number, at least 0.
pub(crate) fn whole(value: &DeValue<'_>) -> Option<u64> {
    match value {
        DeValue::Integer(integer) => u64::from_str_radix(integer.as_str(), integer.radix()).ok(),
        _ => None,
    }
}

fn wrong_type(key: &str, expected: &str, value: &DeValue<'_>) -> Problem {
    Problem::WrongType { key: key.to_owned(), expected: expected.to_owned(), found: describe(value) }
}

/// The error of a value that is no number in the unit expected.
pub(crate) fn no_number(key: &str, expected: &str, value: &DeValue<'_>, error: Option<QuantityError>) -> Problem {
    match error {
        Some(error) => {
            let text = value.as_str().map_or_else(String::new, shortened);
            Problem::Quantity { key: key.to_owned(), text, error }
        }
        None => wrong_type(key, expected, value),
    }
}

impl<'a> Table<'a> {
    pub(crate) fn new(entries: &'a DeTable<'a>, title: &'static str, span: Span) -> Self {
        Self { entries, title, start: span.start, end: span.end }
    }

    /// The start of the table.
    pub(crate) fn span(&self) -> Span {
        self.start..self.end
    }

    /// Reports the keys that are not among `known`.
    pub(crate) fn only(&self, known: &[&str], errors: &mut Errors) {
        for key in self.entries.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                errors.push(key.span(), self.unknown_key(key.get_ref(), known));
            }
        }
    }

    pub(crate) fn unknown_key(&self, key: &str, known: &[&str]) -> Problem {
        Problem::UnknownKey {
            table: self.title.to_owned(),
            key: key.to_owned(),
            suggestion: closest(key, known.iter().copied()),
            known: known.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    /// Keys with their spans, and values.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (At<&'a str>, At<&'a DeValue<'a>>)> + use<'a> {
        self.entries.iter().map(|(key, value)| {
            let key = At { value: key.get_ref().as_ref(), span: key.span() };
            (key, At { value: value.get_ref(), span: value.span() })
        })
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<At<&'a DeValue<'a>>> {
        self.entries.get(key).map(|value| At { value: value.get_ref(), span: value.span() })
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Reports a key that is missing.
    pub(crate) fn need(&self, key: &str, meaning: &str, errors: &mut Errors) -> bool {
        let found = self.has(key);
        if !found {
            let (key, meaning) = (key.to_owned(), meaning.to_owned());
            errors.push(self.span(), Problem::MissingKey { table: self.title.to_owned(), key, meaning });
        }
        found
    }

    fn read<T>(
        &self,
        key: &str,
        expected: &str,
        errors: &mut Errors,
        read: impl Fn(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<At<T>> {
        let At { value, span } = self.get(key)?;
        match read(value) {
            Some(value) => Some(At { value, span }),
            None => {
                errors.push(span, wrong_type(key, expected, value));
                None
            }
        }
    }

    /// A finite number in a unit; `meaning` completes "must be a number: ".
    pub(crate) fn number(&self, key: &str, meaning: &str, unit: &str, errors: &mut Errors) -> Option<At<f64>> {
        let At { value, span } = self.get(key)?;
        match number_in(unit, value) {
            Ok(value) => Some(At { value, span }),
            Err(error) => {
                errors.push(span, no_number(key, &format!("a finite number: {meaning}"), value, error));
                None
            }
        }
    }

    /// A number greater than 0 in a unit.
    pub(crate) fn positive(&self, key: &str, meaning: &str, unit: &str, errors: &mut Errors) -> Option<At<f64>> {
        let found = self.number(key, meaning, unit, errors)?;
        if found.value > 0.0 {
            return Some(found);
        }
        errors.range(found.span, key, plain(found.value), format!("give a number greater than 0: {meaning}"));
        None
    }

    /// A whole number between two bounds.
    pub(crate) fn whole(
        &self,
        key: &str,
        meaning: &str,
        bounds: std::ops::RangeInclusive<u64>,
        errors: &mut Errors,
    ) -> Option<At<u64>> {
        let At { value, span } = self.get(key)?;
        let (low, high) = (bounds.start(), bounds.end());
        if let DeValue::Integer(integer) = value {
            match whole(value).filter(|number| bounds.contains(number)) {
                Some(value) => return Some(At { value, span }),
                None => errors.range(
                    span,
                    key,
                    shortened(&integer.to_string()),
                    format!("give a whole number from {low} to {high}: {meaning}"),
                ),
            }
        } else {
            errors.push(span, wrong_type(key, &format!("a whole number: {meaning}"), value));
        }
        None
    }

    pub(crate) fn text(&self, key: &str, meaning: &str, errors: &mut Errors) -> Option<At<&'a str>> {
        self.read(key, &format!("text in quotation marks: {meaning}"), errors, DeValue::as_str)
    }

    pub(crate) fn truth(&self, key: &str, meaning: &str, errors: &mut Errors) -> Option<At<bool>> {
        self.read(key, &format!("true or false: {meaning}"), errors, DeValue::as_bool)
    }

    /// A list of finite numbers in a unit.
    pub(crate) fn numbers(&self, key: &str, meaning: &str, unit: &str, errors: &mut Errors) -> Option<At<Vec<f64>>> {
        let expected = format!("a list of finite numbers: {meaning}");
        let list = self.read(key, &expected, errors, DeValue::as_array)?;
        let mut numbers = Vec::with_capacity(list.value.len());
        for item in list.value.iter() {
            match number_in(unit, item.get_ref()) {
                Ok(number) => numbers.push(number),
                Err(error) => {
                    errors.push(item.span(), no_number(key, &expected, item.get_ref(), error));
                    return None;
                }
            }
        }
        Some(At { value: numbers, span: list.span })
    }

    /// One text or a list of texts.
    pub(crate) fn texts(&self, key: &str, meaning: &str, errors: &mut Errors) -> Option<Vec<At<&'a str>>> {
        let expected = format!("text in quotation marks or a list of such texts: {meaning}");
        let At { value, span } = self.get(key)?;
        match value {
            DeValue::String(text) => Some(vec![At { value: text.as_ref(), span }]),
            DeValue::Array(list) => {
                let mut texts = Vec::with_capacity(list.len());
                for item in list.iter() {
                    match item.get_ref().as_str() {
                        Some(text) => texts.push(At { value: text, span: item.span() }),
                        None => errors.push(item.span(), wrong_type(key, &expected, item.get_ref())),
                    }
                }
                Some(texts)
            }
            other => {
                errors.push(span, wrong_type(key, &expected, other));
                None
            }
        }
    }

    /// The key "stream": the ids of a Random123 stream, one of which is incremented from cell to cell.
    pub(crate) fn stream(&self, count: usize, errors: &mut Errors) -> Option<[u32; 3]> {
        let At { value, span } = self.get("stream")?;
        let ids = value.as_array().map(|list| list.iter().map(|id| whole(id.get_ref())).collect::<Vec<_>>());
        let ids: Option<Vec<u32>> = ids.and_then(|ids| ids.into_iter().map(|id| u32::try_from(id?).ok()).collect());
        let expected = "a list of three whole numbers from 0 to 4294967295: the ids of a Random123 stream";
        match ids.map(<[u32; 3]>::try_from) {
            Some(Ok(ids)) if ids[2].checked_add(count as u32).is_some() => return Some(ids),
            Some(Ok(ids)) => {
                let remedy = "the third id grows by one from cell to cell; give a smaller one";
                errors.range(span, "stream", ids[2], remedy);
            }
            _ if value.as_array().is_none() => {
                let expected = "a list of three whole numbers: the ids of a Random123 stream";
                errors.push(span, wrong_type("stream", expected, value));
            }
            _ => {
                let (key, expected) = ("stream".to_owned(), expected.to_owned());
                errors.push(span, Problem::WrongType { key, expected, found: "this list".to_owned() });
            }
        }
        None
    }

    /// A table within this one; `title` is its title in the file.
    pub(crate) fn table(&self, key: &str, title: &'static str, errors: &mut Errors) -> Option<Table<'a>> {
        let found = self.read(key, &format!("a table: write {title}"), errors, DeValue::as_table)?;
        Some(Table::new(found.value, title, found.span))
    }

    /// A list of tables within this one.
    pub(crate) fn tables(&self, key: &str, title: &'static str, errors: &mut Errors) -> Vec<Table<'a>> {
        let expected = format!("a list of tables: write {title}");
        let Some(list) = self.read(key, &expected, errors, DeValue::as_array) else { return Vec::new() };
        let mut tables = Vec::with_capacity(list.value.len());
        for item in list.value.iter() {
            match item.get_ref() {
                DeValue::Table(entries) => tables.push(Table::new(entries, title, item.span())),
                other => errors.push(item.span(), wrong_type(key, &expected, other)),
            }
        }
        tables
    }

    /// The one of several mutually exclusive keys that is given; more than one is an error.
    pub(crate) fn one_of(&self, keys: &[&'static str], errors: &mut Errors) -> Option<&'static str> {
        let mut given = keys.iter().copied().filter(|key| self.has(key));
        let first = given.next()?;
        if let Some(second) = given.next() {
            let span = self.get(second).map_or_else(|| self.span(), |value| value.span);
            let text = format!("\"{first}\" and \"{second}\" exclude each other; give one of them");
            errors.push(span, Problem::Conflict(text));
        }
        Some(first)
    }
}
