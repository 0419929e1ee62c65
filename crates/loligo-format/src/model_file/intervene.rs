//! `[[intervention]]`: values that are set during the run.

use loligo::ValueRef;
use toml::de::DeValue;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::limits;
use crate::model_file::table::{At, Span, Table, describe, number};

const TIME: &str = "when, ms";
const SET: &str = "what is set, and to what: set = { \"cell.soma(0.5).gnabar_hh\" = 0.06, celsius = 20.0 }";

impl Decoder {
    /// Reads an `[[intervention]]`: the keys of the tables `set` and `globals` name values.
    pub(crate) fn intervention(&mut self, table: &Table<'_>) {
        table.only(&["t", "set", "globals"], &mut self.errors);
        table.need("t", TIME, &mut self.errors);
        let t = table.number("t", TIME, "ms", &mut self.errors);
        if !table.has("globals") {
            table.need("set", SET, &mut self.errors);
        }
        let mut wanted: Vec<(ValueRef, f64, Span)> = Vec::new();
        if let Some(entries) = self.table_of(table, "set") {
            for (key, to) in entries {
                let Some(values) = self.values_named(&At { value: key.value.as_str(), span: key.span.clone() }) else {
                    continue;
                };
                wanted.extend(values.into_iter().map(|value| (value, to, key.span.clone())));
            }
        }
        wanted.extend(self.globals_in(table));
        let present = self.network.interventions.len() as u64;
        if !self.allow(&table.span(), "interventions", present, wanted.len() as u64, limits::CONNECTIONS) {
            return;
        }
        let Some(t) = t else { return };
        for (value, to, span) in wanted {
            self.network.intervene(t.value, value, to);
            self.source_map.spans.interventions.push(span);
        }
    }

    /// The entries of a table of numbers.
    fn table_of(&mut self, table: &Table<'_>, key: &'static str) -> Option<Vec<(At<String>, f64)>> {
        let At { value, span } = table.get(key)?;
        let DeValue::Table(entries) = value else {
            let (key, expected, found) = (key.to_owned(), SET.to_owned(), describe(value));
            self.errors.push(span, Problem::WrongType { key, expected, found });
            return None;
        };
        Some(self.numbers_of(&Table::new(entries, "set", span)))
    }

    fn numbers_of(&mut self, table: &Table<'_>) -> Vec<(At<String>, f64)> {
        let mut numbers = Vec::new();
        for (key, value) in table.entries() {
            match number(value.value) {
                Some(to) => numbers.push((At { value: key.value.to_owned(), span: key.span }, to)),
                None => {
                    let (expected, found) = ("a number".to_owned(), describe(value.value));
                    self.errors.push(value.span, Problem::WrongType { key: key.value.to_owned(), expected, found });
                }
            }
        }
        numbers
    }

    /// `globals = { hh = { name = 1.0 } }`: globals of mechanisms, with their new values.
    fn globals_in(&mut self, table: &Table<'_>) -> Vec<(ValueRef, f64, Span)> {
        let Some(At { value, span }) = table.get("globals") else { return Vec::new() };
        let expected = "tables of numbers, as in globals = { ca_ion = { cao0 = 1.5 } }".to_owned();
        let DeValue::Table(mechanisms) = value else {
            let found = describe(value);
            self.errors.push(span, Problem::WrongType { key: "globals".to_owned(), expected, found });
            return Vec::new();
        };
        let mut all = Vec::new();
        for (name, value) in Table::new(mechanisms, "globals", span).entries() {
            let DeValue::Table(globals) = value.value else {
                let (key, found) = (name.value.to_owned(), describe(value.value));
                self.errors.push(value.span, Problem::WrongType { key, expected: expected.clone(), found });
                continue;
            };
            let numbers = self.numbers_of(&Table::new(globals, "globals", value.span));
            let global = |global| ValueRef::Global { mechanism: name.value.to_owned(), global };
            all.extend(numbers.into_iter().map(|(key, to)| (global(key.value), to, key.span)));
        }
        all
    }

    /// The values named by a text: the temperature, or a variable at one or several places.
    fn values_named(&mut self, text: &At<&str>) -> Option<Vec<ValueRef>> {
        if text.value == "celsius" {
            return Some(vec![ValueRef::Celsius]);
        }
        let places = self.places(text)?;
        let Some(variable) = &places.variable else {
            let problem =
                Problem::Conflict("say which variable: write it after the place, \"cell.synapse.e\"".to_owned());
            self.errors.push(text.span.clone(), problem);
            return None;
        };
        let values = (0..places.made()).map(|k| ValueRef::Variable(places.variable(k, variable)));
        Some(values.collect())
    }
}
