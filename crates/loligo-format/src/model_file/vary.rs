//! A number that may differ from cell to cell.

use loligo::RandomValue;
use loligo::random::Random123;
use loligo_io::plain;
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
    /// Drawn for each.
    Random(RandomValue),
}

/// The kinds of numbers that vary.
const KINDS: [&str; 6] = ["values", "linear", "uniform", "normal", "lognormal", "exponential"];

impl Vary {
    /// Reads `0.1`, `"0.1 nA"`, or one of the tables `{ values = [..] }`, `{ linear = [a, b] }`, `{ uniform = [a, b] }`,
    /// `{ normal = [mean, sd] }`, `{ lognormal = [mean, sd] }` and `{ exponential = mean }`, the last three also with the
    /// bounds `min` and `max`.
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
        let known: Vec<&str> = KINDS.into_iter().chain(["min", "max"]).collect();
        table.only(&known, errors);
        let Some(kind) = table.one_of(&KINDS, errors) else {
            // Errors in the table have been reported, key by key.
            if !KINDS.iter().any(|kind| table.has(kind)) && table.entries().all(|(key, _)| known.contains(&key.value)) {
                let text =
                    format!("\"{key}\" is a table without a rule; give a number, or one of {}", KINDS.join(", "));
                errors.push(value.span.clone(), Problem::Conflict(text));
            }
            return None;
        };
        let meaning = format!("{named}{meaning}");
        let is_bounded = matches!(kind, "normal" | "lognormal" | "exponential");
        let bounds = ["min", "max"].map(|bound| table.get(bound).map(|at| at.span));
        if let Some(span) = bounds.iter().flatten().next().filter(|_| !is_bounded) {
            let text = format!("\"min\" and \"max\" have no meaning for \"{kind}\"; take them out");
            errors.push(span.clone(), Problem::Conflict(text));
            return None;
        }
        let random = if kind == "exponential" {
            RandomValue::exponential(table.positive(kind, &format!("the mean, {meaning}"), unit, errors)?.value)
        } else {
            let list = table.numbers(kind, &meaning, unit, errors)?;
            if kind == "values" {
                return Some(Self::Values(list.value));
            }
            let Ok([first, second]) = <[f64; 2]>::try_from(list.value.as_slice()) else {
                errors.range(list.span, kind, format!("{} numbers", list.value.len()), "give two numbers");
                return None;
            };
            match kind {
                "linear" => return Some(Self::Linear([first, second])),
                "uniform" => RandomValue::uniform(first, second),
                _ if second < 0.0 => {
                    errors.range(list.span, kind, plain(second), "give a standard deviation of at least 0");
                    return None;
                }
                "normal" => RandomValue::normal(first, second),
                _ if first <= 0.0 => {
                    errors.range(list.span, kind, plain(first), "give a mean greater than 0");
                    return None;
                }
                _ => RandomValue::lognormal(first, second),
            }
        };
        let mut bound = |key| match table.has(key) {
            true => table.number(key, &meaning, unit, errors).map(|bound| Some(bound.value)),
            false => Some(None),
        };
        let (low, high) = (bound("min")?, bound("max")?);
        let random = match (low, high) {
            (None, None) => random,
            _ => random.between(low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)),
        };
        match random.check() {
            Ok(()) => Some(Self::Random(random)),
            Err(error) => {
                errors.push(value.span.clone(), Problem::Conflict(format!("\"{key}\": {error}")));
                None
            }
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
        self.of(index, count, || Random123::new(index as u32, slot, STREAM).with_global_index(seed))
    }

    /// The number of the `index`-th of `count` parts, drawn from a stream of its own.
    pub(crate) fn of(&self, index: usize, count: usize, stream: impl FnOnce() -> Random123) -> f64 {
        match self {
            Self::Same(value) => *value,
            Self::Values(values) => values.get(index).copied().unwrap_or(f64::NAN), // lengths have been checked
            Self::Linear([first, last]) => first + (last - first) * (index as f64 / (count.max(2) - 1) as f64),
            Self::Random(random) => random.draw(stream()),
        }
    }
}
