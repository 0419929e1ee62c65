//! The contents of `summary.json`, which describes a run.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::draw::clean;
use crate::error::PlotError;
use crate::json::read_json;

/// One recording of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecordingFacts {
    /// Name: the header of its column.
    pub name: String,
    /// Name of its cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// Unit, such as `mV`.
    #[serde(default)]
    pub unit: String,
    /// File that holds it.
    #[serde(default)]
    pub file: String,
    /// Number of steps from one sample to the next.
    #[serde(default)]
    pub every: Option<f64>,
}

/// One population of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PopulationFacts {
    /// Its name.
    pub name: String,
    /// Number of its cells.
    #[serde(default)]
    pub cells: usize,
}

/// The contents of `summary.json`. The named fields may be missing; all others are shown unchanged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The recordings.
    #[serde(default)]
    pub recordings: Vec<RecordingFacts>,
    /// The populations.
    #[serde(default)]
    pub populations: Vec<PopulationFacts>,
    /// Everything else: status, version, model, settings, compartments, steps, wall time.
    #[serde(flatten)]
    pub facts: Map<String, Value>,
}

impl Summary {
    /// Reads `summary.json`.
    ///
    /// # Errors
    /// If the file cannot be read or does not have this form.
    pub fn read(path: &Path) -> Result<Self, PlotError> {
        read_json(path)
    }

    /// The descriptions of recordings, by file (empty if it is not known) and name.
    pub fn recordings_by_place(&self) -> HashMap<(&str, &str), &RecordingFacts> {
        self.recordings.iter().map(|facts| ((facts.file.as_str(), facts.name.as_str()), facts)).collect()
    }

    /// A fact as text, if it is a word or a number.
    pub fn fact(&self, key: &str) -> Option<String> {
        self.facts.get(key).and_then(plain)
    }

    /// The facts to show, as tables: a heading (empty for the first), then label and value.
    ///
    /// Model and status are omitted: they are in the heading of the page.
    pub fn tables(&self) -> Vec<(String, Vec<(String, String)>)> {
        const FIRST: [&str; 13] = [
            "version",
            "cells",
            "artificial_cells",
            "sections",
            "compartments",
            "connections",
            "event_trains",
            "detectors",
            "watched_cells",
            "watched_artificial_cells",
            "steps",
            "spikes",
            "artificial_spikes",
        ];
        let mut keys: Vec<&String> = self.facts.keys().collect();
        keys.sort_by_key(|key| {
            let place = FIRST.iter().position(|first| first == key);
            (place.unwrap_or(FIRST.len()), key.as_str())
        });
        let mut run = vec![];
        let mut others = vec![];
        for key in keys {
            match &self.facts[key] {
                Value::Object(map) => {
                    let mut rows = vec![];
                    flatten("", map, &mut rows);
                    if !rows.is_empty() {
                        others.push((heading(key), rows));
                    }
                }
                _ if matches!(key.as_str(), "model" | "status") => {}
                // Not 0, because the number is not known.
                Value::Null if key == "spikes" => run.push(row(key, "not recorded".to_owned())),
                value => run.extend(plain(value).map(|text| row(key, text))),
            }
        }
        // Settings come first, as they are needed more often than the rest.
        others.sort_by_key(|(heading, _)| heading != "Settings");
        let mut tables = vec![(String::new(), run)];
        tables.retain(|(_, rows)| !rows.is_empty());
        tables.extend(others);
        tables
    }
}

/// Objects within objects become rows with their path.
fn flatten(prefix: &str, map: &Map<String, Value>, rows: &mut Vec<(String, String)>) {
    for (key, value) in map {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}, {key}") };
        match value {
            Value::Object(inner) if path.len() < 200 => flatten(&path, inner, rows),
            value => rows.extend(plain(value).map(|text| row(&path, text))),
        }
    }
}

/// Label and value; a unit at the end of the key goes to the value.
fn row(key: &str, value: String) -> (String, String) {
    const UNITS: [(&str, &str); 12] = [
        ("_ms", "ms"),
        ("_us", "µs"),
        ("_s", "s"),
        ("_seconds", "s"),
        ("_mV", "mV"),
        ("_mv", "mV"),
        ("_um", "µm"),
        ("_nA", "nA"),
        ("_celsius", "°C"),
        ("_degC", "°C"),
        ("_mb", "MB"),
        ("_bytes", "bytes"),
    ];
    let numeric = value.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '\u{2212}');
    for (suffix, unit) in UNITS {
        if let (true, Some(bare)) = (numeric, key.strip_suffix(suffix)) {
            return (heading(bare), format!("{value} {unit}"));
        }
    }
    (heading(key), value)
}

fn heading(key: &str) -> String {
    let words = key.replace('_', " ");
    let mut chars = words.chars();
    match chars.next() {
        Some(first) if words.len() > 2 => first.to_uppercase().chain(chars).collect(),
        _ => words,
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Object(_) => None,
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.into()),
        Value::Number(number) => Some(match (number.as_u64(), number.as_f64()) {
            (Some(whole), _) => grouped(whole),
            (None, Some(real)) if real.abs() >= 1.0 && (real * 1e4).fract() != 0.0 => {
                format!("{real:.3}")
            }
            _ => {
                let text = number.to_string();
                text.strip_suffix(".0").unwrap_or(&text).to_owned()
            }
        }),
        // Numbers contain thin spaces, which other text may not contain.
        Value::String(text) => Some(clean(text)).filter(|t| !t.is_empty()),
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().filter_map(plain).collect();
            match texts.len() {
                0 => None,
                1..=12 => Some(texts.join(", ")),
                more => Some(format!("{}, … ({more} in all)", texts[..10].join(", "))),
            }
        }
    }
}

/// 1234567 as 1 234 567, with thin spaces.
fn grouped(whole: u64) -> String {
    let digits = whole.to_string();
    if digits.len() <= 4 {
        return digits;
    }
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_readable() {
        let summary: Summary = serde_json::from_str(
            r#"{"wall_time_s": 1.2345678, "steps": 4000000, "settings": {"dt_ms": 0.025, "v": {"init_mV": -65.0}},
                "status": "complete", "recordings": [{"name": "a.v", "unit": "mV"}], "odd": null, "spikes": null}"#,
        )
        .unwrap();
        let tables = summary.tables();
        let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            tables[0].1,
            [text("Steps", "4\u{2009}000\u{2009}000"), text("Spikes", "not recorded"), text("Wall time", "1.235 s")]
        );
        assert_eq!(tables[1].0, "Settings");
        assert_eq!(tables[1].1, [text("dt", "0.025 ms"), text("V, init", "-65 mV")]);
        assert_eq!(summary.fact("status").as_deref(), Some("complete"));
        assert_eq!(summary.recordings_by_place()[&("", "a.v")].unit, "mV");
    }
}
