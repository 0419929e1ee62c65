//! A mechanism with parameters as keys of its table.

use std::sync::Arc;

use loligo::{Mechanism, ParameterRef, SpatialProfile};
use loligo_io::{bounds, closest};
use loligo_mechanisms::{Kind, Role, Signature, Variable, VectorSlot};
use toml::de::DeValue;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::table::{At, Span, Table, describe};
use crate::model_file::vary::Vary;
use crate::model_file::{placement, spatial};

/// The key of procedures that are called before the run.
const CALLS: &str = "calls";

/// The place of a mechanism in the file.
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

    /// Keys of a table that are not parameters.
    fn keys(self, table: &Table<'_>) -> Vec<&'static str> {
        match self {
            Self::Painted => vec!["region", "mechanism"],
            Self::Placed => {
                let mut keys =
                    vec!["name", "mechanism", "section", "x", "waveform", "stream", "region", placement::TABLE];
                // Without a region these may be parameters.
                if table.has("region") {
                    keys.extend(placement::KEYS);
                }
                keys
            }
            Self::Artificial => vec!["name", "count", "positions", "mechanism", "stream"],
        }
    }
}

/// A parameter that varies from cell to cell.
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
    /// Parameters that vary from segment to segment.
    pub(crate) profiles: Vec<(String, SpatialProfile)>,
}

impl Described {
    /// The parameters that vary among `cells` cells, with their values, for the `k`-th of `each` instances on each cell.
    pub(crate) fn columns(
        &self,
        reference: impl Fn(String) -> ParameterRef,
        cells: usize,
        (k, each): (usize, usize),
        seed: u32,
    ) -> Vec<(ParameterRef, Vec<f64>)> {
        let column = |Varied { parameter, vary, slot }: &Varied| {
            let value = |cell: usize| vary.at(cell * each + k, cells * each, *slot, seed);
            let values = (0..cells).map(value).collect();
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
    /// The signature of the mechanism of that name; reports an unknown name, unless files of mechanisms have errors.
    pub(super) fn signature_of(&mut self, name: &At<&str>) -> Option<Arc<Signature>> {
        if let Some(found) = self.catalogue.find(name.value) {
            return Some(Arc::clone(found.signature()));
        }
        if self.lacks_mechanisms {
            return None;
        }
        let suggestion = closest(name.value, self.catalogue.iter().map(|m| m.signature().name.as_str()));
        let (name_given, place) = (name.value.to_owned(), self.other_mechanisms(suggestion.is_none()));
        let unknown = Problem::Unknown { what: "mechanism", name: name_given, place, suggestion };
        self.errors.push(name.span.clone(), unknown);
        None
    }

    /// The mechanisms that there are, and the way to bring others; empty unless `wanted`.
    fn other_mechanisms(&self, wanted: bool) -> String {
        if !wanted {
            return String::new();
        }
        const SHOWN: usize = 30;
        let mut names: Vec<&str> = self.catalogue.iter().map(|mechanism| &*mechanism.signature().name).collect();
        if names.len() > SHOWN {
            names.truncate(SHOWN);
            names.push("...");
        }
        let names = names.join(", ");
        format!("; there are {names}; mechanisms = [\"mods/\"] at the top of the file brings those of .mod files")
    }

    /// Reads the `mechanism` of a table and its parameters, for `count` instances.
    pub(crate) fn mechanism(&mut self, table: &Table<'_>, wanted: Use, count: usize) -> Option<Described> {
        const MEANING: &str = "name of a mechanism, such as \"hh\" (`loligo mechanisms` lists them)";
        table.need("mechanism", MEANING, &mut self.errors);
        let name = table.text("mechanism", MEANING, &mut self.errors)?;
        let signature = &*self.signature_of(&name)?;
        if !wanted.fits(signature.kind) {
            self.errors.push(name.span, wrong_kind(signature));
            return None;
        }
        let mechanism = Mechanism::new(signature.name.clone());
        let mut described = Described { mechanism, varied: Vec::new(), profiles: Vec::new() };
        let keys = wanted.keys(table);
        for (key, value) in table.entries() {
            let is_calls = key.value == CALLS && !signature.procedures.is_empty() && signature.column(CALLS).is_none();
            if is_calls {
                self.calls(&value, &mut described.mechanism);
            } else if !keys.contains(&key.value) {
                self.parameter(table, wanted, signature, &key, &value, count, &mut described);
            }
        }
        for times in signature.vectors.iter().filter(|vector| vector.is_times) {
            table.need(&times.name, &meaning_of(times), &mut self.errors);
        }
        match wanted {
            Use::Artificial => self.stream_of_artificial_cell(table, signature, count, &mut described.mechanism),
            Use::Placed => self.stream_of_point(table, signature, count, &mut described.mechanism),
            Use::Painted if !signature.streams.is_empty() => self.network.seed = self.seed,
            Use::Painted => {}
        }
        Some(described)
    }

    #[expect(clippy::too_many_arguments, reason = "one entry of a table and what it is read into")]
    fn parameter(
        &mut self,
        table: &Table<'_>,
        wanted: Use,
        signature: &Signature,
        key: &At<&str>,
        value: &At<&DeValue<'_>>,
        count: usize,
        described: &mut Described,
    ) {
        if let Some(slot) = signature.vector(key.value).map(|vector| &signature.vectors[vector]) {
            return self.vector(table, slot, &mut described.mechanism);
        }
        let is_parameter = |variable: &&Variable| variable.role == Role::Parameter;
        let whole = signature.variables.iter().filter(is_parameter).find(|variable| variable.name == key.value);
        let element = || signature.column(key.value).map(|column| signature.variable(column)).filter(is_parameter);
        let Some(variable) = whole.or_else(element) else {
            if let Some(ion) = self.ion_with(key.value).filter(|ion| *ion != signature.name && wanted == Use::Painted) {
                let told = format!(
                    "\"{0}\" belongs to the ion, not to \"{1}\"; paint the ion, too: mechanism = \"{ion}\" with the key {0}",
                    key.value, signature.name
                );
                self.errors.push(key.span.clone(), Problem::Conflict(told));
                return;
            }
            if let Some(owner) = self.taker_of(key.value, wanted) {
                return self.not_for(key.value, &owner, signature, key.span.clone());
            }
            let vectors = signature.vectors.iter().map(|vector| vector.name.clone());
            let own: Vec<String> = signature.parameter_names().chain(vectors).collect();
            let known: Vec<_> = own.iter().map(String::as_str).chain(wanted.keys(table)).collect();
            let mut problem = table.unknown_key(key.value, &known);
            if let Problem::UnknownKey { table, .. } = &mut problem {
                *table = format!("{table} with mechanism \"{}\"", signature.name);
            }
            self.errors.push(key.span.clone(), problem);
            return;
        };
        let is_array = |variable: &Variable| variable.length > 1;
        if let (DeValue::Array(list), true) = (value.value, whole.is_some_and(is_array)) {
            // `dur = [1, 2, 3]` stands for dur[0], dur[1], dur[2].
            let names: Vec<_> = (0..variable.length).map(|k| format!("{}[{k}]", key.value)).collect();
            if list.len() > names.len() {
                let given = format!("{} values", list.len());
                self.errors.range(value.span.clone(), key.value, given, format!("give at most {}", names.len()));
            }
            for (item, name) in list.iter().zip(names) {
                let item = At { value: item.get_ref(), span: item.span() };
                self.one_parameter(signature, &name, &item, count, described);
            }
        } else if wanted == Use::Painted && spatial::is_profile(value.value) {
            let profile = spatial::read(value, &mut self.errors);
            described.profiles.extend(profile.map(|profile| (key.value.to_owned(), profile)));
        } else if !whole.is_some_and(is_array) {
            self.one_parameter(signature, key.value, value, count, described);
        } else {
            let expected = format!("a list of numbers in {}", variable.unit);
            let problem = Problem::WrongType { key: key.value.to_owned(), expected, found: describe(value.value) };
            self.errors.push(value.span.clone(), problem);
        }
    }

    /// The ion that has a parameter of this name.
    fn ion_with(&self, parameter: &str) -> Option<String> {
        let mut ions = self.catalogue.iter().map(|m| m.signature()).filter(|signature| signature.kind == Kind::Ion);
        ions.find(|ion| ion.parameter_names().any(|name| name == parameter)).map(|ion| ion.name.clone())
    }

    fn one_parameter(
        &mut self,
        signature: &Signature,
        name: &str,
        value: &At<&DeValue<'_>>,
        count: usize,
        described: &mut Described,
    ) {
        let Some(variable) = signature.column(name).map(|column| signature.variable(column)) else { return };
        let vary = match value.value {
            DeValue::Boolean(truth) if variable.range == (0.0, 1.0) => Vary::Same(f64::from(u8::from(*truth))),
            _ => {
                let meaning = format!(" ({})", variable.meaning);
                let Some(vary) = Vary::read(name, &variable.unit, &meaning, value, &mut self.errors) else { return };
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

    /// Reads a list of numbers.
    fn vector(&mut self, table: &Table<'_>, slot: &VectorSlot, mechanism: &mut Mechanism) {
        let Some(list) = table.numbers(&slot.name, &meaning_of(slot), &slot.unit, &mut self.errors) else { return };
        let is_wrong = |&(k, &t): &(usize, &f64)| t < 0.0 || (k > 0 && t < list.value[k - 1]);
        if let Some((index, t)) = list.value.iter().enumerate().find(is_wrong).filter(|_| slot.is_times) {
            let remedy = format!("time number {} is out of order; give times of at least 0 ms, ascending", index + 1);
            self.errors.range(list.span, &slot.name, t, remedy);
        } else {
            mechanism.vectors.insert(slot.name.clone(), list.value.into());
        }
    }

    /// A mechanism for the same use that has a list of numbers of this name.
    fn taker_of(&self, vector: &str, wanted: Use) -> Option<String> {
        let mut fitting = self.catalogue.iter().map(|m| m.signature()).filter(|signature| wanted.fits(signature.kind));
        fitting.find(|signature| signature.vector(vector).is_some()).map(|signature| signature.name.clone())
    }

    fn stream_of_artificial_cell(
        &mut self,
        table: &Table<'_>,
        signature: &Signature,
        count: usize,
        mechanism: &mut Mechanism,
    ) {
        let Some(At { span, .. }) = table.get("stream") else { return };
        if !signature.streams.is_empty() {
            mechanism.stream = table.stream(count, &mut self.errors);
        } else {
            self.not_for("stream", "NetStim", signature, span);
        }
    }

    /// Reads the ids of a point process's random stream; by default each of many point processes has its own stream.
    fn stream_of_point(&mut self, table: &Table<'_>, signature: &Signature, count: usize, mechanism: &mut Mechanism) {
        if !signature.streams.is_empty() {
            // Streams without given ids depend on the file's seed.
            self.network.seed = self.seed;
        }
        let Some(At { span, .. }) = table.get("stream") else { return };
        if signature.streams.is_empty() {
            self.not_for("stream", "a point process that draws random numbers", signature, span);
        } else if count > 1 {
            let text = "all point processes of this entry would draw the same numbers; leave \"stream\" out, and each has a stream of its own";
            self.errors.push(span, Problem::Conflict(text.to_owned()));
        } else {
            mechanism.stream = table.stream(count, &mut self.errors);
        }
    }

    fn not_for(&mut self, key: &str, owner: &str, signature: &Signature, span: Span) {
        let text = format!("\"{key}\" belongs to {owner}; a {} has none, take it out", signature.name);
        self.errors.push(span, Problem::Conflict(text));
    }
}

/// The meaning of a list of numbers with its unit.
fn meaning_of(slot: &VectorSlot) -> String {
    let unit = if &*slot.unit == "1" { "no unit" } else { &*slot.unit };
    format!("{}, {unit}{}", slot.meaning, if slot.is_times { ", ascending" } else { "" })
}

fn wrong_kind(signature: &Signature) -> Problem {
    let (found, remedy) = match signature.kind {
        Kind::Density | Kind::Ion => ("a density mechanism", "paint it: [[cell.paint]]"),
        Kind::Point { .. } => ("a point process", "place it at a point: [[cell.point]]"),
        Kind::Artificial => ("an artificial cell", "write [[artificial_cell]]"),
    };
    Problem::Conflict(format!("\"{}\" is {found}; {remedy}", signature.name))
}
