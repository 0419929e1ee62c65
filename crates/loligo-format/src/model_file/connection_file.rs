//! The key `file` of `[[connection]]`: connections in a table of comma-separated values.

use std::collections::HashMap;

use loligo::table_rows::{Column, Row, read_rows};
use loligo::{CONNECTION_COLUMNS, Connection, SourceRef, TargetRef};

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::limits;
use crate::model_file::place::Places;
use crate::model_file::table::{At, Span, Table};

const SOURCE: usize = 0;
const TARGET: usize = 1;
const SYNAPSE: usize = 2;
const WEIGHT: usize = 3;
const DELAY: usize = 4;
const THRESHOLD: usize = 5;

/// Numbers of all connections of a table that has no column for them.
struct Common {
    weight: Option<f64>,
    delay: Option<f64>,
    threshold: Option<f64>,
}

/// The ends of connections that were read before, by their text.
#[derive(Default)]
struct KnownEnds {
    sources: HashMap<String, Option<SourceRef>>,
    targets: HashMap<String, Option<TargetRef>>,
}

impl Decoder {
    /// Reads connections from a table.
    pub(crate) fn connection_file(&mut self, table: &Table<'_>) {
        table.only(&["file", "weight", "delay", "threshold"], &mut self.errors);
        let errors = &mut self.errors;
        let common = Common {
            weight: table.number("weight", "weight of each event (uS for synapses)", "uS", errors).map(|at| at.value),
            delay: table.number("delay", "delay, ms", "ms", errors).map(|at| at.value),
            threshold: table.number("threshold", "threshold of the sources, mV", "mV", errors).map(|at| at.value),
        };
        let Some(path) = table.text("file", "path of a table of connections", errors) else { return };
        let Some(text) = self.table_text("connections", &path) else { return };
        // Only the first cells exist, of which a table says little.
        if self.rehearses {
            return;
        }
        let rows = text.lines().count().saturating_sub(1) as u64;
        let present = self.network.connections.len() as u64;
        if !self.allow(&path.span, "connections", present, rows, limits::CONNECTIONS) {
            return;
        }
        self.counts.connections += rows as f64;
        if !self.allow_memory(&path.span) {
            return;
        }
        self.source_map.spans.connections.push((self.network.connections.len(), table.span()));
        self.network.connections.reserve(rows as usize);
        let columns = CONNECTION_COLUMNS.map(|name| {
            let is_required = match name {
                "source" | "target" => true,
                "weight" => common.weight.is_none(),
                _ => false,
            };
            Column { name, is_required }
        });
        let mut known = KnownEnds::default();
        let found = read_rows(&text, &columns, |row| self.connection_of_row(row, &common, &mut known, &path.span));
        for error in found {
            let (path, reason) = (path.value.to_owned(), error.to_string());
            self.errors.push(table.span(), Problem::TableFile { what: "connections", path, reason });
        }
    }

    fn connection_of_row(&mut self, mut row: Row<'_>, common: &Common, known: &mut KnownEnds, span: &Span) {
        let source = self.source_of_row(&mut row, known, span);
        let target = self.target_of_row(&mut row, known, span);
        let weight = match common.weight {
            Some(weight) if !row.has(WEIGHT) => Some(vec![weight]),
            _ => row.numbers(WEIGHT),
        };
        let delay = if row.has(DELAY) { row.number(DELAY) } else { Some(common.delay.unwrap_or(1.0)) };
        if delay.is_some_and(|delay| delay < 0.0) {
            return row.refuse(DELAY, "give a delay of at least 0 ms".to_owned());
        }
        let threshold =
            if row.text(THRESHOLD).is_empty() { Some(common.threshold) } else { row.number(THRESHOLD).map(Some) };
        let (Some(source), Some(target), Some(weight), Some(delay), Some(threshold)) =
            (source, target, weight, delay, threshold)
        else {
            return;
        };
        let (source, target) = (Some(source), Some(target));
        self.network.connect(Connection { source, target, weight, delay, threshold, events: Vec::new() });
    }

    fn source_of_row(&mut self, row: &mut Row<'_>, known: &mut KnownEnds, span: &Span) -> Option<SourceRef> {
        if let Some(source) = known.sources.get(row.text(SOURCE)) {
            return source.clone();
        }
        let text = row.text(SOURCE).to_owned();
        let source = self.place_in_table(&text, (row, SOURCE), span).map(|places| places.source(0));
        known.sources.insert(text, source.clone());
        source
    }

    fn target_of_row(&mut self, row: &mut Row<'_>, known: &mut KnownEnds, span: &Span) -> Option<TargetRef> {
        let mut text = row.text(TARGET).to_owned();
        if !row.text(SYNAPSE).is_empty() {
            text.push('.');
            text.push_str(row.text(SYNAPSE));
        }
        if let Some(target) = known.targets.get(&text) {
            return *target;
        }
        let places = self.place_in_table(&text, (row, TARGET), span);
        let target = places.as_ref().and_then(|places| places.target(0));
        if places.is_some() && target.is_none() {
            row.refuse(TARGET, format!("\"{text}\" receives no events; name a synapse of the cell"));
        }
        known.targets.insert(text, target);
        target
    }

    /// The one place that a text in a table means; its errors become those of the table.
    fn place_in_table(&mut self, text: &str, (row, column): (&mut Row<'_>, usize), span: &Span) -> Option<Places> {
        let before = self.errors.0.len();
        let places = self.places(&At { value: text, span: span.clone() });
        for error in self.errors.0.split_off(before) {
            row.refuse(column, error.problem.to_string());
        }
        let places = places?;
        if places.len() == 1 {
            return Some(places);
        }
        row.refuse(column, format!("\"{text}\" means {} places; name one", places.len()));
        None
    }
}
