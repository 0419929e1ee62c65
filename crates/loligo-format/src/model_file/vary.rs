//! A number that may differ from cell to cell.

use loligo_random::Random123;
use toml::de::DeValue;

use crate::model_file::error::Problem;
use crate::model_file::table::{At, Errors, Table, no_number, number_in};

/// Third id of the Random123 streams of drawn numbers: 'v'.
const STREAM: u32 = 118;

/// A number, or the rule by which it varies from one cell to the next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Vary {
    /// The same for all.
    Same(f64),
    /// One for each.
    Values(Vec<f64>),
    /// From the first value to the last in equal steps.
    Linear([f64; 2]),
    /// Drawn from a uniform distribution between two bounds.
    Uniform([f64; 2]),
    /// Drawn from a normal distribution of a mean and a standard deviation.
    Normal([f64; 2]),
}

impl Vary {
    /// Reads `0.1`, `"0.1 nA"`, `{ values = [..] }`, `{ linear = [a, b] }`, `{ uniform = [a, b] }` or `{ normal = [mean, sd] }`.
    pub(crate) fn read(
        key: &str,
        unit: &str,
        meaning: &str,
        value: &At<&DeValue<'_>>,
        errors: &mut Errors,
    ) -> Option<Self> {
        let named = if unit == "1" { "no unit" } else { unit };
        let DeValue::Table(entries) = value.value else {
            return match number_in(unit, value.value) {
                Ok(number) => Some(Self::Same(number)),
                Err(error) => {
                    let expected = format!("a finite number in {named}{meaning}");
                    errors.push(value.span.clone(), no_number(key, &expected, value.value, error));
                    None
                }
            };
        };
        let table = Table::new(entries, "a number that varies", value.span.clone());
        const KINDS: [&str; 4] = ["values", "linear", "uniform", "normal"];
        table.only(&KINDS, errors);
        let Some(kind) = table.one_of(&KINDS, errors) else {
            // Errors in the table have been reported, key by key.
            if entries.is_empty() {
                let text = format!("\"{key}\" is an empty table; give a number, or one of {}", KINDS.join(", "));
                errors.push(value.span.clone(), Problem::Conflict(text));
            }
            return None;
        };
        let list = table.numbers(kind, &format!("{named}{meaning}"), unit, errors)?;
        if kind == "values" {
            return Some(Self::Values(list.value));
        }
        let Ok(pair) = <[f64; 2]>::try_from(list.value.as_slice()) else {
            errors.range(list.span, kind, format!("{} numbers", list.value.len()), "give two numbers");
            return None;
        };
        match kind {
            "linear" => Some(Self::Linear(pair)),
            "uniform" => Some(Self::Uniform(pair)),
            _ if pair[1] < 0.0 => {
                errors.range(list.span, kind, loligo_io::plain(pair[1]), "give a standard deviation of at least 0");
                None
            }
            _ => Some(Self::Normal(pair)),
        }
    }

    /// Reports a list whose length is not `count`.
    pub(crate) fn fits(&self, count: usize, key: &str, span: super::table::Span, errors: &mut Errors) -> bool {
        match self {
            Self::Values(values) if values.len() != count => {
                let given = format!("{} values", values.len());
                errors.range(span, key, given, format!("give {count}, one for each"));
                false
            }
            _ => true,
        }
    }

    /// The number of the `index`-th of `count` cells; `slot` distinguishes the numbers drawn in one file.
    pub(crate) fn at(&self, index: usize, count: usize, slot: u32, seed: u32) -> f64 {
        let stream = || Random123::new(index as u32, slot, STREAM).with_global_index(seed);
        match self {
            Self::Same(value) => *value,
            Self::Values(values) => values.get(index).copied().unwrap_or(f64::NAN), // lengths have been checked
            Self::Linear([first, last]) => first + (last - first) * (index as f64 / (count.max(2) - 1) as f64),
            Self::Uniform([low, high]) => stream().uniform(*low, *high),
            Self::Normal([mean, deviation]) => stream().normal(*mean, *deviation),
        }
    }
}
