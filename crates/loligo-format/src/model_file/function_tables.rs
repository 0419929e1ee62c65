//! `[function_tables]`: functions of mechanisms that the user gives as values.

use std::sync::Arc;

use loligo_io::closest;
use loligo_mechanisms::{Axis, FunctionTable, FunctionTableError, FunctionTableSlot};
use toml::de::DeValue;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::table::{At, Errors, Table, describe, number};

/// Largest number of arguments of a function whose values are read from nested lists.
const MOST_ARGUMENTS: usize = 8;

impl Decoder {
    /// Reads `[function_tables]`: a table for each mechanism, with the values of its functions.
    pub(crate) fn function_tables(&mut self, table: &Table<'_>) {
        self.source_map.spans.function_tables = Some(table.span());
        for (name, value) in table.entries() {
            let Some(signature) = self.signature_of(&name) else { continue };
            let DeValue::Table(entries) = value.value else {
                let expected = format!("a table, as in {} = {{ name = ... }}", name.value);
                let found = describe(value.value);
                self.errors.push(value.span, Problem::WrongType { key: name.value.to_owned(), expected, found });
                continue;
            };
            for (key, value) in Table::new(entries, TITLE, value.span).entries() {
                let Some(slot) = signature.table(key.value).map(|table| &signature.tables[table]) else {
                    let suggestion = closest(key.value, signature.tables.iter().map(|table| &table.name));
                    let (what, place) = ("function table", format!(" of {}", signature.name));
                    let unknown = Problem::Unknown { what, name: key.value.to_owned(), place, suggestion };
                    self.errors.push(key.span, unknown);
                    continue;
                };
                let span = value.span.clone();
                match function_table(slot, &value, &mut self.errors) {
                    Some(Ok(table)) => self.network.set_function_table(&*signature.name, &*slot.name, Arc::new(table)),
                    Some(Err(error)) => {
                        let text = format!("the function table \"{}\" of {}: {error}", slot.name, signature.name);
                        self.errors.push(span, Problem::Conflict(text));
                    }
                    None => {}
                }
            }
        }
    }
}

const TITLE: &str = "[function_tables]";

/// Reads the values of a function; `None` if they are invalid, which is reported.
fn function_table(
    slot: &FunctionTableSlot,
    value: &At<&DeValue<'_>>,
    errors: &mut Errors,
) -> Option<Result<FunctionTable, FunctionTableError>> {
    if let Some(constant) = number(value.value) {
        return Some(FunctionTable::constant(constant));
    }
    let unit = if &*slot.unit == "1" { "no unit" } else { &*slot.unit };
    let meaning = format!("{}({}), {unit}: {}", slot.name, slot.arguments.join(", "), slot.meaning);
    let DeValue::Table(entries) = value.value else {
        let expected = format!("{} or a number: {meaning}", slot.example());
        let found = describe(value.value);
        errors.push(value.span.clone(), Problem::WrongType { key: slot.name.clone(), expected, found });
        return None;
    };
    let table = Table::new(entries, TITLE, value.span.clone());
    table.only(&["values", "from", "to", "at"], errors);
    let excluded = table.one_of(&["at", "from"], errors).filter(|key| *key == "at").and_then(|_| table.get("to"));
    if let Some(to) = excluded {
        errors.push(to.span, Problem::Conflict("\"at\" and \"to\" exclude each other; give one of them".to_owned()));
    }
    let arguments = slot.arguments.len();
    let mut is_there = table.need("values", &meaning, errors);
    if table.has("at") {
        const POSITIONS: &str = "the arguments at which the values are, ascending";
        let (values, at) =
            (table.numbers("values", &meaning, &slot.unit, errors), table.numbers("at", POSITIONS, "", errors));
        if arguments != 1 {
            let text = format!("\"at\" is for functions of one argument; write {} = {}", slot.name, slot.example());
            errors.push(value.span.clone(), Problem::Conflict(text));
            return None;
        }
        return Some(FunctionTable::irregular(values?.value, at?.value));
    }
    let what = slot.arguments.join(" and ");
    is_there &= table.need("from", &format!("the {what} of the first value, or \"at\""), errors);
    is_there &= table.need("to", &format!("the {what} of the last value"), errors);
    if !is_there {
        return None;
    }
    let from = ends(&table, "from", arguments, errors);
    let to = ends(&table, "to", arguments, errors);
    let lists = table.get("values")?;
    let (mut values, mut sizes) = (Vec::new(), vec![None; arguments]);
    if arguments > MOST_ARGUMENTS || !flatten(&lists, &mut sizes, &mut values) {
        let depth = match arguments {
            1 => "a list of finite numbers".to_owned(),
            2 => "a list of lists of finite numbers, of equal length".to_owned(),
            more => format!("lists of finite numbers in lists, {more} deep, of equal length"),
        };
        let (key, expected, found) = ("values".to_owned(), format!("{depth}: {meaning}"), describe(lists.value));
        errors.push(lists.span, Problem::WrongType { key, expected, found });
        return None;
    }
    let ends = from?.into_iter().zip(to?);
    let axes = sizes.into_iter().zip(ends).map(|(size, (from, to))| Axis::new(size.unwrap_or(0), from, to));
    Some(FunctionTable::grid(values, axes.collect::<Vec<_>>()))
}

/// The ends of the axes: a number, or a list of one for each argument.
fn ends(table: &Table<'_>, key: &str, arguments: usize, errors: &mut Errors) -> Option<Vec<f64>> {
    if arguments == 1 {
        return table.number(key, "an argument of the function", "", errors).map(|end| vec![end.value]);
    }
    let list = table.numbers(key, "one for each argument of the function", "", errors)?;
    if list.value.len() == arguments {
        return Some(list.value);
    }
    errors.range(list.span, key, format!("{} numbers", list.value.len()), format!("give {arguments}"));
    None
}

/// Flattens nested lists; false if their sizes differ within one argument, or they contain anything but numbers.
fn flatten(value: &At<&DeValue<'_>>, sizes: &mut [Option<usize>], values: &mut Vec<f64>) -> bool {
    let Some((size, inner)) = sizes.split_first_mut() else {
        values.extend(number(value.value));
        return number(value.value).is_some();
    };
    let DeValue::Array(list) = value.value else { return false };
    *size.get_or_insert(list.len()) == list.len()
        && list.iter().all(|item| flatten(&At { value: item.get_ref(), span: item.span() }, inner, values))
}
