//! `[[connection]]`: single connections, and patterns of many connections.

use std::collections::HashMap;

use loligo::Connection;
use loligo_random::Random123;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::limits;
use crate::model_file::place::{Places, Spot};
use crate::model_file::table::{At, Table};
use crate::model_file::vary::Vary;

/// Third id of the Random123 streams that choose connections: 'c' for pairs, 'd' for fixed numbers.
const PAIR_STREAM: u32 = 99;
const DEGREE_STREAM: u32 = 100;

const FROM: &str = "what sends: \"cell.soma(0.5)\" or an artificial cell";
const TO: &str = "what receives: \"cell.synapse\" or an artificial cell";

const KEYS: [&str; 13] = [
    "from",
    "to",
    "pattern",
    "weight",
    "delay",
    "threshold",
    "events",
    "probability",
    "in_degree",
    "seed",
    "self_connections",
    "ring_size",
    "offset",
];

/// The kind of pairs of an entry, and its patterns.
pub(crate) struct Pairing {
    /// Name of the pairs in messages.
    pub(crate) what: &'static str,
    /// Name of the first of each pair.
    pub(crate) from: &'static str,
    /// Name of the second of each pair.
    pub(crate) to: &'static str,
    /// The patterns, "single" first.
    pub(crate) patterns: &'static [&'static str],
}

const EVENTS: Pairing = Pairing {
    what: "connections",
    from: "sources",
    to: "targets",
    patterns: &["single", "one-to-one", "all-to-all", "ring", "random"],
};

/// The keys that are specific to a pattern.
fn keys_of(pattern: &str) -> &'static [&'static str] {
    match pattern {
        "ring" => &["ring_size", "offset"],
        "all-to-all" => &["self_connections"],
        "random" => &["self_connections", "probability", "in_degree", "seed"],
        _ => &[],
    }
}

/// The numbers of source and target of a pair, of which there are at most [`limits::CELLS`].
pub(crate) type Pair = (u32, u32);

fn pair(from: usize, to: usize) -> Pair {
    (from as u32, to as u32)
}

/// One pair that stands for all, if there are any other than that of a cell with itself.
fn one_of(from: usize, to: usize) -> Vec<Pair> {
    if from > 0 && to > 0 && from.max(to) > 1 { vec![pair(0, 0)] } else { Vec::new() }
}

impl Decoder {
    /// Reads a `[[connection]]`.
    pub(crate) fn connection(&mut self, table: &Table<'_>) {
        table.only(&KEYS, &mut self.errors);
        self.connection_entries += 1;
        let events =
            table.numbers("events", "times at which events are sent to the target, ms", "ms", &mut self.errors);
        if !table.has("events") {
            table.need("from", FROM, &mut self.errors);
        }
        table.need("to", TO, &mut self.errors);
        let from = table.text("from", FROM, &mut self.errors).map(|text| (self.places(&text), text.span));
        let to = table.text("to", TO, &mut self.errors);
        let targets = to.and_then(|text| {
            let places = self.places(&text)?;
            let receives_nothing = match places.spot {
                Spot::Section { .. } => Some("section"),
                Spot::HalfGap(_) => Some("gap junction"),
                Spot::Point(_) | Spot::Artificial => None,
            };
            if let Some(what) = receives_nothing {
                let reason = format!("a {what} receives no events; name a point process (a synapse) of the cell");
                let problem = Problem::Location { text: text.value.to_owned(), reason };
                self.errors.push(text.span, problem);
                return None;
            }
            Some(places)
        });
        let threshold =
            table.number("threshold", "threshold of the source, mV", "mV", &mut self.errors).map(|at| at.value);
        let settings = Settings::read(table, self);
        let Some(targets) = targets else { return };
        let sources = match from {
            Some((Some(places), _)) => Some(places),
            Some((None, _)) => return,
            None if table.has("from") => return,
            None => None,
        };
        let pairs = match &sources {
            Some(sources) => self.pairs(table, &EVENTS, sources, &targets),
            None => Some((0..targets.cells.made()).map(|k| pair(0, k)).collect()),
        };
        let Some(pairs) = pairs else { return };
        let present = self.network.connections.len() as u64;
        let given = events.as_ref().map_or(0, |events| events.value.len()) as u64 + 1;
        let more = (pairs.len() as u64).saturating_mul(given);
        if !self.allow(&table.span(), "connections", present, more, limits::CONNECTIONS) {
            return;
        }
        let Some(settings) = settings else { return };
        let count = pairs.len();
        for (key, vary) in [("weight", &settings.weight.0), ("delay", &settings.delay.0)] {
            if !self.rehearses
                && !vary.fits(count, key, table.get(key).map_or(table.span(), |at| at.span), &mut self.errors)
            {
                return;
            }
        }
        self.counts.connections += count as f64;
        self.counts.more_of_connections += (more - count as u64) as f64;
        if !self.allow_memory(&table.span()) {
            return;
        }
        self.source_map.spans.connections.push((self.network.connections.len(), table.span()));
        let seed = self.seed;
        self.network.connect_many(pairs.into_iter().enumerate().map(|(k, (from, to))| {
            let (from, to) = (from as usize, to as usize);
            let mut weight = vec![settings.weight.0.at(k, count, settings.weight.1, seed)];
            weight.extend_from_slice(&settings.more_weights);
            Connection {
                source: sources.as_ref().map(|sources| sources.source(from)),
                target: targets.target(to),
                weight,
                delay: settings.delay.0.at(k, count, settings.delay.1, seed),
                threshold,
                events: events.as_ref().map_or_else(Vec::new, |events| events.value.clone()),
            }
        }));
    }

    /// The pairs of sources and targets, by index into the places.
    pub(crate) fn pairs(
        &mut self,
        table: &Table<'_>,
        pairing: &Pairing,
        sources: &Places,
        targets: &Places,
    ) -> Option<Vec<Pair>> {
        let &Pairing { what, from: of_from, to: of_to, patterns } = pairing;
        let pattern = table.text("pattern", "how cells are paired", &mut self.errors);
        let (pattern, span) = match pattern {
            Some(At { value, span }) => (value, span),
            None if table.has("pattern") => return None,
            None => ("single", table.span()),
        };
        let keys = keys_of(pattern);
        for &key in patterns.iter().flat_map(|pattern| keys_of(pattern)) {
            if let Some(value) = table.get(key).filter(|_| !keys.contains(&key) && patterns.contains(&pattern)) {
                let text = format!("\"{key}\" has no meaning for the pattern \"{pattern}\"; take it out");
                self.errors.push(value.span, Problem::Conflict(text));
            }
        }
        let (from, to) = (sources.cells.len(), targets.cells.len());
        let counts = format!("here are {from} {of_from} and {to} {of_to}");
        match pattern {
            other if !patterns.contains(&other) => {
                let suggestion = loligo_io::closest(other, patterns.iter().copied());
                let place = format!("; there are {}", patterns.join(", "));
                let problem = Problem::Unknown { what: "pattern", name: other.to_owned(), place, suggestion };
                self.errors.push(span, problem);
                None
            }
            "single" if from == 1 && to == 1 => Some(vec![pair(0, 0)]),
            "single" if self.cut_short => None,
            "single" => {
                let text = format!("{counts}; name one of each, or give a pattern: {}", patterns[1..].join(", "));
                self.errors.push(span, Problem::Conflict(text));
                None
            }
            "one-to-one" if from == to => Some((0..self.made(from)).map(|k| pair(k, k)).collect()),
            "one-to-one" if self.cut_short => None,
            "one-to-one" => {
                let text = format!("one-to-one needs as many {of_from} as {of_to}; {counts}");
                self.errors.push(span, Problem::Conflict(text));
                None
            }
            "ring" if from == to => self.ring(table, from),
            "ring" => {
                let text = format!("a ring needs as many {of_from} as {of_to}; {counts}");
                self.errors.push(table.span(), Problem::Conflict(text));
                None
            }
            // "all-to-all" and "random"
            _ => {
                let allowed =
                    self.allow(&span, "pairs of cells", 0, (from as u64).saturating_mul(to as u64), limits::PAIRS);
                if !allowed {
                    return None;
                }
                let own = table.truth("self_connections", "whether a cell is connected to itself", &mut self.errors);
                let own = own.is_some_and(|own| own.value);
                let same = |a: usize, b: usize| {
                    let artificial = |places: &Places| places.spot == Spot::Artificial;
                    artificial(sources) == artificial(targets) && sources.cells.at(a) == targets.cells.at(b)
                };
                let allowed = |a: usize, b: usize| own || !same(a, b);
                if pattern == "random" {
                    self.random(table, sources, targets, &allowed)
                } else {
                    let count = from as u64 * to as u64; // at most PAIRS
                    if !self.allow(&span, what, 0, count, limits::CONNECTIONS) {
                        return None;
                    }
                    if self.rehearses {
                        return Some(one_of(from, to));
                    }
                    let pairs = (0..from).flat_map(|a| (0..to).map(move |b| (a, b)));
                    Some(pairs.filter(|&(a, b)| allowed(a, b)).map(|(a, b)| pair(a, b)).collect())
                }
            }
        }
    }

    /// Rings of `ring_size` cells: cell k is connected to cell k + `offset` of its ring.
    fn ring(&mut self, table: &Table<'_>, from: usize) -> Option<Vec<Pair>> {
        let sizes = 1..=(from.max(1) as u64);
        let size = table.whole("ring_size", "cells in each ring", sizes, &mut self.errors);
        let offset = table.whole("offset", "how many cells on each leads to", 0..=from as u64, &mut self.errors);
        let offset = offset.map_or(1, |offset| offset.value as usize);
        let ring = size.as_ref().map_or(from.max(1), |size| size.value as usize);
        if !from.is_multiple_of(ring) {
            let span = size.map_or_else(|| table.span(), |size| size.span);
            let remedy = format!("give a divisor of {from}, the number of cells");
            self.errors.range(span, "ring_size", ring, remedy);
            return None;
        }
        Some((0..self.made(from)).map(|k| pair(k, k / ring * ring + (k % ring + offset) % ring)).collect())
    }

    /// Pairs drawn with a probability each, or a fixed number of sources for each target.
    fn random(
        &mut self,
        table: &Table<'_>,
        sources: &Places,
        targets: &Places,
        allowed: &dyn Fn(usize, usize) -> bool,
    ) -> Option<Vec<Pair>> {
        let (from, to) = (sources.cells.len(), targets.cells.len());
        let seeds = 0..=u64::from(u32::MAX);
        let seed = table.whole("seed", "seed of the draw", seeds, &mut self.errors);
        let seed = seed.map_or(self.seed, |seed| seed.value as u32);
        // The same seed gives different draws in different entries.
        let slot = self.connection_entries;
        match table.one_of(&["probability", "in_degree"], &mut self.errors) {
            Some("probability") => {
                let p = table.number("probability", "probability of each connection, 0 to 1", "", &mut self.errors)?;
                if !(0.0..=1.0).contains(&p.value) {
                    self.errors.range(p.span, "probability", loligo_io::plain(p.value), "give a number from 0 to 1");
                    return None;
                }
                let expected = (from as f64 * to as f64 * p.value * 1.1) as u64;
                if !self.allow(&p.span, "connections", 0, expected, limits::CONNECTIONS) {
                    return None;
                }
                if self.rehearses {
                    return Some(if p.value > 0.0 { one_of(from, to) } else { Vec::new() });
                }
                let mut pairs = Vec::new();
                for b in 0..to {
                    // One stream per target, one number per source.
                    let mut stream = Random123::new(b as u32, slot, PAIR_STREAM).with_global_index(seed);
                    for a in 0..from {
                        if stream.next_f64() < p.value && allowed(a, b) {
                            pairs.push(pair(a, b));
                        }
                    }
                }
                Some(pairs)
            }
            Some(_) => {
                let excluded = (0..to).map(|b| usize::from(b < from && !allowed(b, b))).max().unwrap_or(0);
                let most = from.saturating_sub(excluded) as u64;
                let meaning = "sources of each target, at most as many as there are";
                let degree = table.whole("in_degree", meaning, 0..=most, &mut self.errors)?;
                let total = degree.value.saturating_mul(to as u64);
                if !self.allow(&degree.span, "connections", 0, total, limits::CONNECTIONS) {
                    return None;
                }
                if self.rehearses {
                    return Some(if degree.value > 0 { one_of(from, to) } else { Vec::new() });
                }
                let mut pairs = Vec::with_capacity(total as usize);
                let is_same_kind = (sources.spot == Spot::Artificial) == (targets.spot == Spot::Artificial);
                // Candidates are drawn by swapping them to the front of a list, of which only the swapped entries are
                // stored.
                let mut swapped: HashMap<usize, usize> = HashMap::new();
                for b in 0..to {
                    let mut stream = Random123::new(b as u32, slot, DEGREE_STREAM).with_global_index(seed);
                    let itself =
                        sources.cells.position_of(targets.cells.at(b)).filter(|&a| is_same_kind && !allowed(a, b));
                    let candidate = |place: usize| place + usize::from(itself.is_some_and(|itself| place >= itself));
                    let count = from - usize::from(itself.is_some());
                    swapped.clear();
                    for k in 0..(degree.value as usize).min(count) {
                        let rest = count - k;
                        let choice = k + ((stream.next_f64() * rest as f64) as usize).min(rest - 1);
                        let at = |place: usize| swapped.get(&place).copied().unwrap_or_else(|| candidate(place));
                        let (chosen, first) = (at(choice), at(k));
                        swapped.insert(choice, first);
                        pairs.push(pair(chosen, b));
                    }
                }
                Some(pairs)
            }
            None => {
                let text = "a random pattern needs \"probability\" (0 to 1) or \"in_degree\" (sources of each target)";
                self.errors.push(table.span(), Problem::Conflict(text.to_owned()));
                None
            }
        }
    }

    /// Reads a `[[detector]]`: writes the spikes of a place to the output.
    pub(crate) fn detector(&mut self, table: &Table<'_>) {
        const PLACE: &str = "where spikes are looked for: \"cell.soma(0.5)\" or an artificial cell";
        table.only(&["place", "threshold"], &mut self.errors);
        table.need("place", PLACE, &mut self.errors);
        let threshold = table.number("threshold", "threshold, mV", "mV", &mut self.errors).map(|at| at.value);
        let Some(texts) = table.texts("place", PLACE, &mut self.errors) else { return };
        for text in &texts {
            let Some(places) = self.places(text) else { continue };
            let span = text.span.clone();
            let (present, more) = (self.network.connections.len() as u64, places.cells.len() as u64);
            if !self.allow(&span, "connections", present, more, limits::CONNECTIONS) {
                return;
            }
            self.counts.connections += more as f64;
            self.counts.sources += more as f64;
            if !self.allow_memory(&span) {
                return;
            }
            let artificial = places.spot == Spot::Artificial;
            let threshold = if artificial { None } else { Some(threshold.unwrap_or(Connection::DEFAULT_THRESHOLD)) };
            self.source_map.spans.connections.push((self.network.connections.len(), span.clone()));
            self.network.connect_many((0..places.cells.made()).map(|k| Connection {
                source: Some(places.source(k)),
                target: None,
                weight: vec![0.0],
                delay: 1.0,
                threshold,
                events: Vec::new(),
            }));
        }
    }
}

/// Weight and delay of a `[[connection]]`, with the slots of their draws.
struct Settings {
    weight: (Vary, u32),
    /// Further weights, for targets with several.
    more_weights: Vec<f64>,
    delay: (Vary, u32),
}

impl Settings {
    fn read(table: &Table<'_>, decoder: &mut Decoder) -> Option<Self> {
        const WEIGHT: &str = "weight of each event (uS for synapses)";
        table.need("weight", WEIGHT, &mut decoder.errors);
        let mut more_weights = Vec::new();
        let weight = match table.get("weight") {
            Some(At { value: toml::de::DeValue::Array(_), span }) => {
                let list = table.numbers("weight", WEIGHT, "uS", &mut decoder.errors)?.value;
                let Some((&first, rest)) = list.split_first() else {
                    decoder.errors.range(span, "weight", "[]", "give at least one number");
                    return None;
                };
                more_weights.extend_from_slice(rest);
                Some(Vary::Same(first))
            }
            Some(value) => Vary::read("weight", "uS", " (for synapses)", &value, &mut decoder.errors),
            None => None,
        };
        let delay = match table.get("delay") {
            Some(value) => {
                let delay = Vary::read("delay", "ms", "", &value, &mut decoder.errors);
                if let Some(Vary::Same(ms)) = delay
                    && ms < 0.0
                {
                    decoder.errors.range(value.span, "delay", loligo_io::plain(ms), "give a delay of at least 0 ms");
                    return None;
                }
                delay
            }
            None => Some(Vary::Same(1.0)),
        };
        // The lower slots are those of the cells' numbers.
        let weight_slot = (1 << 31) | (decoder.connection_entries << 1);
        let delay_slot = weight_slot | 1;
        Some(Self { weight: (weight?, weight_slot), more_weights, delay: (delay?, delay_slot) })
    }
}
