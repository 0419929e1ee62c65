//! Reads types of values that occur in several tables of a configuration.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::configuration::read::keys::{Refused, folded};
use crate::model_file::error::Problem;
use crate::model_file::table::{At, Errors, Span, Table, describe, number, whole};

/// A value from a list of names, ignoring case.
pub(super) fn choice<T>(
    table: &Table<'_>,
    key: &str,
    meaning: &str,
    errors: &mut Errors,
    read: &dyn Fn(&str) -> Result<T, String>,
) -> Option<T> {
    let At { value, span } = table.text(key, meaning, errors)?;
    match read(&value.to_lowercase()) {
        Ok(choice) => Some(choice),
        Err(remedy) => {
            errors.range(span, key, format!("\"{value}\""), remedy);
            None
        }
    }
}

/// `true`, `false`, or the texts on, off, true and false, ignoring case, as on neurodamus's command line.
pub(super) fn truth(table: &Table<'_>, key: &str, default: bool, errors: &mut Errors) -> bool {
    const MEANING: &str = "whether it is done";
    let Some(text) = table.get(key).and_then(|at| at.value.as_str()) else {
        return table.truth(key, MEANING, errors).map_or(default, |at| at.value);
    };
    match text.to_lowercase().as_str() {
        "on" | "true" => true,
        "off" | "false" => false,
        _ => table.truth(key, MEANING, errors).map_or(default, |at| at.value),
    }
}

/// A list of names: a list, or one text separated by commas, as on neurodamus's command line.
pub(super) fn names<'a>(table: &Table<'a>, key: &str, meaning: &str, errors: &mut Errors) -> Option<Vec<At<&'a str>>> {
    let texts = table.texts(key, meaning, errors)?;
    if table.get(key).is_some_and(|at| at.value.as_array().is_some()) {
        return Some(texts);
    }
    let divided = |At { value, span }: At<&'a str>| {
        value.split(',').map(str::trim).map(move |name| At { value: name, span: span.clone() })
    };
    Some(texts.into_iter().flat_map(divided).filter(|name| !name.value.is_empty()).collect())
}

/// A list of whole numbers, at least 0.
pub(super) fn wholes(key: &str, list: &At<&DeValue<'_>>, expected: &str, errors: &mut Errors) -> Option<Vec<u64>> {
    let mut wrong = |value: &DeValue<'_>, span: Span| {
        let (key, expected) = (key.to_owned(), expected.to_owned());
        errors.push(span, Problem::WrongType { key, expected, found: describe(value) });
        None
    };
    let Some(items) = list.value.as_array() else { return wrong(list.value, list.span.clone()) };
    let mut numbers = Vec::with_capacity(items.len());
    for item in items.iter() {
        match whole(item.get_ref()) {
            Some(number) => numbers.push(number),
            None => return wrong(item.get_ref(), item.span()),
        }
    }
    Some(numbers)
}

/// A table without entries.
pub(super) fn nothing(title: &'static str) -> Table<'static> {
    static EMPTY: std::sync::LazyLock<DeTable<'static>> = std::sync::LazyLock::new(DeTable::new);
    Table::new(&EMPTY, title, 0..0)
}

/// The entries of an optional table.
pub(super) fn entries_of<'a>(table: Option<&Table<'a>>) -> Vec<Entry<'a>> {
    table.into_iter().flat_map(Table::entries).collect()
}

/// An entry of a table.
pub(super) type Entry<'a> = (At<&'a str>, At<&'a DeValue<'a>>);

/// Entries under Loligo's names, without those that stand for a missing value; `table` names them in messages.
pub(super) fn canonical<'a>(
    table: &Table<'_>,
    written: impl Iterator<Item = Entry<'a>>,
    known: &[&'static str],
    refused: &[Refused],
    others: &[(&str, &'static str)],
    errors: &mut Errors,
) -> DeTable<'a> {
    let mut entries = DeTable::new();
    for (key, value) in written {
        let wanted = folded(key.value);
        let names = known.iter().copied().chain(refused.iter().map(|&(name, _)| name));
        let own = names.clone().find(|name| folded(name) == wanted);
        let name = own.or_else(|| others.iter().find(|(other, _)| folded(other) == wanted).map(|&(_, name)| name));
        let Some(name) = name else {
            let names: Vec<&str> = names.collect();
            let mut problem = table.unknown_key(key.value, &names);
            if let Problem::UnknownKey { known: listed, .. } = &mut problem {
                *listed = known.iter().map(|&name| name.to_owned()).collect();
            }
            errors.push(key.span, problem);
            continue;
        };
        if value.value.as_str() == Some("<NONE>") {
            continue;
        }
        if let Some(&(_, reason)) = refused.iter().find(|(refused, _)| *refused == name) {
            if !asks_for_nothing(name, value.value) {
                errors.push(key.span, Problem::Refused { key: key.value.to_owned(), reason });
            }
            continue;
        }
        if entries.contains_key(name) {
            errors.push(key.span, Problem::Duplicate { what: "values for", name: name.to_owned() });
            continue;
        }
        entries.insert(Spanned::new(key.span, name.into()), Spanned::new(value.span, value.value.clone()));
    }
    entries
}

/// `true` if the value of an option for a missing feature is off, none or 0, which is the case anyway.
fn asks_for_nothing(key: &str, value: &DeValue<'_>) -> bool {
    match value {
        DeValue::String(text) => {
            let text = text.to_lowercase();
            matches!(&*text, "" | "off" | "false" | "none" | "0") || (key == "build_model" && text == "auto")
        }
        DeValue::Boolean(truth) => !truth,
        DeValue::Integer(_) if key == "modelbuilding_steps" && whole(value) == Some(1) => true,
        DeValue::Array(items) => items.is_empty(),
        DeValue::Table(entries) => entries.is_empty(),
        other => number(other) == Some(0.0),
    }
}
