//! Procedures that are called before a run: the key `calls` of a mechanism.

use loligo::{Argument, Mechanism, RandomDistribution, SetUpCall};
use toml::de::DeValue;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::table::{At, describe, number};

/// The form of the key, for messages.
const EXPECTED: &str = "a list of calls, each with the name of a procedure and its arguments: numbers, lists of numbers, or streams of \
                        random numbers, e.g. [[\"setRNG\", 1, 2, 3], [\"play\", [6.0, 11.0]], \
                        [\"noise\", { random123 = [1, 2, 3], negexp = 1.0 }]]";

impl Decoder {
    /// Reads the calls.
    pub(super) fn calls(&mut self, value: &At<&DeValue<'_>>, mechanism: &mut Mechanism) {
        let Some(list) = value.value.as_array() else { return self.no_call(value.value, value.span.clone()) };
        for call in list.iter() {
            let read = call.get_ref().as_array().and_then(|parts| {
                let mut parts = parts.iter();
                let procedure = parts.next()?.get_ref().as_str()?.to_owned();
                let arguments: Option<Vec<Argument>> = parts.map(|part| argument(part.get_ref())).collect();
                Some(SetUpCall { procedure, arguments: arguments? })
            });
            match read {
                Some(call) => mechanism.calls.push(call),
                None => self.no_call(call.get_ref(), call.span()),
            }
        }
    }

    fn no_call(&mut self, found: &DeValue<'_>, span: crate::model_file::table::Span) {
        let (key, expected, found) = ("calls".to_owned(), EXPECTED.to_owned(), describe(found));
        self.errors.push(span, Problem::WrongType { key, expected, found });
    }
}

/// An argument; `None` if it is none.
fn argument(value: &DeValue<'_>) -> Option<Argument> {
    let numbers = |value: &DeValue<'_>| -> Option<Vec<f64>> {
        value.as_array()?.iter().map(|item| number(item.get_ref())).collect()
    };
    if let Some(number) = number(value) {
        return Some(Argument::Number(number));
    }
    if let Some(numbers) = numbers(value) {
        return Some(Argument::List(numbers.into()));
    }
    let table = value.as_table()?;
    let ids = numbers(table.get("random123")?.get_ref())?;
    let is_id = |id: &&f64| id.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(*id);
    let [id1, id2, id3] = ids.iter().filter(is_id).map(|&id| id as u32).collect::<Vec<_>>().try_into().ok()?;
    let distribution = match (table.get("negexp"), table.get("uniform"), table.len()) {
        (Some(mean), None, 2) => RandomDistribution::Negexp { mean: number(mean.get_ref())? },
        (None, Some(limits), 2) => {
            let [low, high] = numbers(limits.get_ref())?.try_into().ok()?;
            RandomDistribution::Uniform { low, high }
        }
        (None, None, 1) => RandomDistribution::Uniform { low: 0.0, high: 1.0 },
        _ => return None,
    };
    Some(Argument::Stream { ids: [id1, id2, id3], distribution })
}
