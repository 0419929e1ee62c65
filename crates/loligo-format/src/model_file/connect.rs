//! `[[connection]]`: single connections, and patterns of many connections.

use loligo::{Connection, DrawStream, PatternSide, with_repetitions};

use crate::model_file::connection_numbers::{ConnectionNumbers, Flights};
use crate::model_file::decoder::Decoder;
use crate::model_file::limits;
use crate::model_file::pairing::Pairing;
use crate::model_file::random_pairs::pattern_cells;
use crate::model_file::table::Table;

const FROM: &str = "what sends: \"cell.soma(0.5)\" or an artificial cell";

const KEYS: [&str; 18] = [
    "file",
    "from",
    "to",
    "synapse",
    "pattern",
    "weight",
    "delay",
    "velocity",
    "threshold",
    "events",
    "probability",
    "in_degree",
    "out_degree",
    "seed",
    "self_connections",
    "multiple_connections",
    "ring_size",
    "offset",
];

const EVENTS: Pairing = Pairing {
    what: "connections",
    from: "sources",
    to: "targets",
    patterns: &["single", "one-to-one", "all-to-all", "ring", "random"],
};

impl Decoder {
    /// Reads a `[[connection]]`.
    pub(crate) fn connection(&mut self, table: &Table<'_>) {
        self.connection_entries += 1;
        if table.has("file") {
            return self.connection_file(table);
        }
        table.only(&KEYS, &mut self.errors);
        let events =
            table.numbers("events", "times at which events are sent to the target, ms", "ms", &mut self.errors);
        if !table.has("events") {
            table.need("from", FROM, &mut self.errors);
        }
        let from = table.text("from", FROM, &mut self.errors).map(|text| (self.places(&text), text.span));
        let targets = self.targets(table);
        let threshold =
            table.number("threshold", "threshold of the source, mV", "mV", &mut self.errors).map(|at| at.value);
        let numbers = ConnectionNumbers::read(table, self);
        let stream = DrawStream::new(self.connection_entries, self.seed_of(table));
        let Some(targets) = targets else { return };
        let sources = match from {
            Some((Some(places), _)) => Some(places),
            Some((None, _)) => return,
            None if table.has("from") => return,
            None => None,
        };
        let pairs = match &sources {
            Some(sources) => self.pairs(table, &EVENTS, sources, targets.cells(), stream),
            None => Some((0..targets.cells().made() as u32).map(|k| (0, k)).collect()),
        };
        let Some(pairs) = pairs else { return };
        let present = self.network.connections.len() as u64;
        let given = events.as_ref().map_or(0, |events| events.value.len()) as u64 + 1;
        let more = (pairs.len() as u64).saturating_mul(given);
        if !self.allow(&table.span(), "connections", present, more, limits::CONNECTIONS) {
            return;
        }
        let Some(numbers) = numbers else { return };
        let count = pairs.len();
        if !self.rehearses && !numbers.fit(count, table, self) {
            return;
        }
        self.counts.connections += count as f64;
        self.counts.more_of_connections += (more - count as u64) as f64;
        if !self.allow_memory(&table.span()) {
            return;
        }
        let flights = match &sources {
            Some(sources) if !self.rehearses => {
                let (of_sources, of_targets) = (pattern_cells(sources), pattern_cells(targets.cells()));
                let side = |cells| PatternSide::new(&self.network, cells);
                numbers.flights(&pairs, &side(&of_sources), &side(&of_targets))
            }
            _ => Ok(Flights::default()),
        };
        let flights = match flights {
            Ok(flights) => flights,
            Err(error) => {
                let span = table.get("velocity").map_or(table.span(), |velocity| velocity.span);
                return self.refuse_pattern(span, error);
            }
        };
        self.source_map.spans.connections.push((self.network.connections.len(), table.span()));
        self.network.connect_many(with_repetitions(&pairs).enumerate().map(|(k, (pair, repetition))| Connection {
            source: sources.as_ref().map(|sources| sources.source(pair.0 as usize)),
            target: targets.target(stream, pair, repetition),
            weight: numbers.weights((k, count), stream, (pair, repetition)),
            delay: numbers.delay((k, count), stream, (pair, repetition), &flights),
            threshold,
            events: events.as_ref().map_or_else(Vec::new, |events| events.value.clone()),
        }));
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
            let (present, more) = (self.network.connections.len() as u64, places.len() as u64);
            if !self.allow(&span, "connections", present, more, limits::CONNECTIONS) {
                return;
            }
            self.counts.connections += more as f64;
            self.counts.sources += more as f64;
            if !self.allow_memory(&span) {
                return;
            }
            let artificial = places.is_artificial();
            let threshold = if artificial { None } else { Some(threshold.unwrap_or(Connection::DEFAULT_THRESHOLD)) };
            self.source_map.spans.connections.push((self.network.connections.len(), span.clone()));
            self.network.connect_many((0..places.made()).map(|k| Connection {
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
