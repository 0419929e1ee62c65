//! `[globals]`: variables that are the same for all instances of a mechanism.

use loligo_io::{bounds, closest};
use toml::de::DeValue;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::table::{Table, describe, no_number, number_in};

impl Decoder {
    /// Reads `[globals]`: a table for each mechanism, with values of its globals.
    pub(crate) fn globals(&mut self, table: &Table<'_>) {
        self.source_map.spans.globals = Some(table.span());
        for (name, value) in table.entries() {
            let Some(signature) = self.signature_of(&name) else { continue };
            let DeValue::Table(entries) = value.value else {
                let expected = format!("a table, as in {} = {{ name = 1.0 }}", name.value);
                let found = describe(value.value);
                self.errors.push(value.span, Problem::WrongType { key: name.value.to_owned(), expected, found });
                continue;
            };
            for (key, value) in Table::new(entries, "[globals]", value.span).entries() {
                let Some(global) = signature.global(key.value).map(|global| &signature.globals[global]) else {
                    let suggestion = closest(key.value, signature.globals.iter().map(|global| &global.name));
                    let (what, place) = ("global", format!(" of {}", signature.name));
                    self.errors
                        .push(key.span, Problem::Unknown { what, name: key.value.to_owned(), place, suggestion });
                    continue;
                };
                let given = match number_in(&global.unit, value.value) {
                    Ok(given) => given,
                    Err(error) => {
                        let expected = format!("a number in {} ({})", global.unit, global.meaning);
                        self.errors.push(value.span, no_number(key.value, &expected, value.value, error));
                        continue;
                    }
                };
                let (low, high) = global.range;
                if (low..=high).contains(&given) {
                    self.network.set_global(&*signature.name, key.value, given);
                } else {
                    let remedy = format!("give a value {} {}: {}", bounds(low, high), global.unit, global.meaning);
                    self.errors.range(value.span, key.value, given, remedy);
                }
            }
        }
    }
}
