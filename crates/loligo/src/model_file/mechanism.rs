//! A mechanism with parameters as keys of its table.

use loligo_mechanisms::{Description, Kind};
use toml::de::DeValue;

use super::decoder::Decoder;
use super::error::Problem;
use super::spatial;
use super::table::{At, Span, Table, describe};
use super::vary::Vary;
use crate::error::bounds;
use crate::variables::closest;
use crate::{Mechanism, ParameterRef, SpatialProfile};

/// Where a mechanism is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Painted,
    Placed,
    Artificial,
}

impl Use {
    fn fits(self, kind: Kind) -> bool {
        match self {
            Self::Painted => matches!(kind, Kind::Density | Kind::Ion),
            Self::Placed => matches!(kind, Kind::Point { .. }),
            Self::Artificial => kind == Kind::Artificial,
        }
    }

    /// Keys that are not parameters.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Painted => &["region", "mechanism"],
            Self::Placed => &["name", "mechanism", "section", "x", "waveform"],
            Self::Artificial => &["name", "count", "mechanism", "times", "stream"],
        }
    }
}

/// A parameter that differs from cell to cell.
#[derive(Clone, Debug)]
pub(crate) struct Varied {
    pub(crate) parameter: String,
    pub(crate) vary: Vary,
    pub(crate) slot: u32,
}

/// A mechanism read from the file.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) mechanism: Mechanism,
    pub(crate) varied: Vec<Varied>,
    /// Parameters that differ from segment to segment.
    pub(crate) profiles: Vec<(String, SpatialProfile)>,
}

impl Described {
    /// The parameters that differ among `count` cells, with their values.
    pub(crate) fn columns(
        &self,
        reference: impl Fn(String) -> ParameterRef,
        count: usize,
        seed: u32,
    ) -> Vec<(ParameterRef, Vec<f64>)> {
        let column = |Varied { parameter, vary, slot }: &Varied| {
            let values = (0..count).map(|index| vary.at(index, count, *slot, seed)).collect();
            (reference(parameter.clone()), values)
        };
        self.varied.iter().map(column).collect()
    }

    /// The mechanism of the `index`-th of `count` cells.
    pub(crate) fn of_cell(&self, index: usize, count: usize, seed: u32) -> Mechanism {
        let mut mechanism = self.mechanism.clone();
        for Varied { parameter, vary, slot } in &self.varied {
            mechanism.parameters.insert(parameter.clone(), vary.at(index, count, *slot, seed));
        }
        mechanism
    }
}

impl Decoder {
    /// Reads the `mechanism` of a table and its parameters; `count` cells will have it.
    pub(crate) fn mechanism(&mut self, table: &Table<'_>, wanted: Use, count: usize) -> Option<Described> {
        const MEANING: &str = "name of a mechanism, such as \"hh\" (`loligo mechanisms` lists them)";
        table.need("mechanism", MEANING, &mut self.errors);
        let name = table.text("mechanism", MEANING, &mut self.errors)?;
        let Some(found) = self.catalogue.find(name.value) else {
            let suggestion = closest(name.value, self.catalogue.iter().map(|m| m.description().name));
            let name_given = name.value.to_owned();
            let place = String::new();
            self.errors.push(name.span, Problem::Unknown { what: "mechanism", name: name_given, place, suggestion });
            return None;
        };
        let description = found.description();
        if !wanted.fits(description.kind) {
            self.errors.push(name.span, wrong_kind(description));
            return None;
        }
        let mechanism = Mechanism::new(description.name);
        let mut described = Described { mechanism, varied: Vec::new(), profiles: Vec::new() };
        for (key, value) in table.entries() {
            if !wanted.keys().contains(&key.value) {
                self.parameter(table, wanted, description, &key, &value, count, &mut described);
            }
        }
        if wanted == Use::Artificial {
            self.times_and_stream(table, description, count, &mut described.mechanism);
        }
        Some(described)
    }

    #[expect(clippy::too_many_arguments, reason = "one entry of a table and what it is read into")]
    fn parameter(
        &mut self,
        table: &Table<'_>,
        wanted: Use,
        description: &'static Description,
        key: &At<&str>,
        value: &At<&DeValue<'_>>,
        count: usize,
        described: &mut Described,
    ) {
        let find = |name: &str| description.parameters().find(|variable| variable.name == name);
        let first = find(key.value).or_else(|| find(&format!("{}[0]", key.value)));
        let Some(variable) = first else {
            if let Some(ion) = self.ion_with(key.value).filter(|ion| *ion != description.name && wanted == Use::Painted)
            {
                let told = format!(
                    "\"{0}\" belongs to the ion, not to \"{1}\"; paint the ion, too: mechanism = \"{ion}\" with the key {0}",
                    key.value, description.name
                );
                self.errors.push(key.span.clone(), Problem::Conflict(told));
                return;
            }
            let known: Vec<_> = wanted.keys().iter().copied().chain(description.parameters().map(|v| v.name)).collect();
            let mut problem = table.unknown_key(key.value, &known);
            if let Problem::UnknownKey { table, .. } = &mut problem {
                *table = format!("{table} with mechanism \"{}\"", description.name);
            }
            self.errors.push(key.span.clone(), problem);
            return;
        };
        if let (DeValue::Array(list), true) = (value.value, variable.name != key.value) {
            // `dur = [1, 2, 3]` stands for dur[0], dur[1], dur[2].
            let names: Vec<_> =
                (0..).map(|k| format!("{}[{k}]", key.value)).take_while(|name| find(name).is_some()).collect();
            if list.len() > names.len() {
                let given = format!("{} values", list.len());
                self.errors.range(value.span.clone(), key.value, given, format!("give at most {}", names.len()));
            }
            for (item, name) in list.iter().zip(names) {
                let item = At { value: item.get_ref(), span: item.span() };
                self.one_parameter(description, &name, &item, count, described);
            }
        } else if wanted == Use::Painted && spatial::is_profile(value.value) {
            let profile = spatial::read(value, &mut self.errors);
            described.profiles.extend(profile.map(|profile| (key.value.to_owned(), profile)));
        } else if variable.name == key.value {
            self.one_parameter(description, key.value, value, count, described);
        } else {
            let expected = format!("a list of numbers in {}", variable.unit);
            let problem = Problem::WrongType { key: key.value.to_owned(), expected, found: describe(value.value) };
            self.errors.push(value.span.clone(), problem);
        }
    }

    /// The ion that has a parameter of this name.
    fn ion_with(&self, parameter: &str) -> Option<&'static str> {
        let ions = self.catalogue.iter().map(|m| m.description()).filter(|description| description.kind == Kind::Ion);
        ions.filter(|ion| ion.parameters().any(|variable| variable.name == parameter)).map(|ion| ion.name).next()
    }

    fn one_parameter(
        &mut self,
        description: &'static Description,
        name: &str,
        value: &At<&DeValue<'_>>,
        count: usize,
        described: &mut Described,
    ) {
        let Some(variable) = description.parameters().find(|variable| variable.name == name) else { return };
        let vary = match value.value {
            DeValue::Boolean(truth) if variable.range == (0.0, 1.0) => Vary::Same(f64::from(u8::from(*truth))),
            _ => {
                let unit = if variable.unit == "1" { "no unit" } else { variable.unit };
                let unit = format!("{unit} ({})", variable.meaning);
                let Some(vary) = Vary::read(name, &unit, value, &mut self.errors) else { return };
                vary
            }
        };
        if !vary.fits(count, name, value.span.clone(), &mut self.errors) {
            return;
        }
        let (low, high) = variable.range;
        let slot = if matches!(vary, Vary::Same(_)) { 0 } else { self.next_slot() };
        let values = (0..count.max(1)).map(|k| vary.at(k, count, slot, self.seed));
        let outside = if let Vary::Same(value) = vary {
            (!(low..=high).contains(&value)).then_some(value)
        } else {
            values.into_iter().find(|value| !(low..=high).contains(value))
        };
        if let Some(outside) = outside {
            let remedy = format!("give a value {} {}: {}", bounds(low, high), variable.unit, variable.meaning);
            self.errors.range(value.span.clone(), name, outside, remedy);
            return;
        }
        match vary {
            Vary::Same(value) => {
                described.mechanism.parameters.insert(name.to_owned(), value);
            }
            vary => described.varied.push(Varied { parameter: name.to_owned(), vary, slot }),
        }
    }

    fn times_and_stream(
        &mut self,
        table: &Table<'_>,
        description: &'static Description,
        count: usize,
        mechanism: &mut Mechanism,
    ) {
        let replays = description.name == "VecStim";
        let draws = description.name == "NetStim";
        if let Some(times) = table.numbers("times", "times of the spikes, ms, ascending", &mut self.errors) {
            let wrong = times.value.iter().enumerate().find(|&(k, &t)| t < 0.0 || (k > 0 && t < times.value[k - 1]));
            if !replays {
                self.not_for("times", "VecStim", description, times.span);
            } else if let Some((index, t)) = wrong {
                let remedy =
                    format!("time number {} is out of order; give times of at least 0 ms, ascending", index + 1);
                self.errors.range(times.span, "times", t, remedy);
            } else {
                mechanism.times = times.value;
            }
        } else if replays {
            table.need("times", "times of the spikes, ms, ascending", &mut self.errors);
        }
        let Some(At { span, .. }) = table.get("stream") else { return };
        if draws {
            mechanism.stream = table.stream(count, &mut self.errors);
        } else {
            self.not_for("stream", "NetStim", description, span);
        }
    }

    fn not_for(&mut self, key: &str, owner: &str, description: &Description, span: Span) {
        let text = format!("\"{key}\" belongs to {owner}; a {} has none, take it out", description.name);
        self.errors.push(span, Problem::Conflict(text));
    }
}

fn wrong_kind(description: &Description) -> Problem {
    let (found, remedy) = match description.kind {
        Kind::Density | Kind::Ion => ("a density mechanism", "paint it: [[cell.paint]]"),
        Kind::Point { .. } => ("a point process", "place it at a point: [[cell.point]]"),
        Kind::Artificial => ("an artificial cell", "write [[artificial_cell]]"),
    };
    Problem::Conflict(format!("\"{}\" is {found}; {remedy}", description.name))
}
