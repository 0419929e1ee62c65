//! The pattern "random": probabilities, also by distance, and numbers of partners.

use loligo::{
    ConnectionProbability, DistanceCurve, DrawStream, Partners, PatternCell, PatternError, PatternSide, RandomPattern,
};
use loligo_io::plain;
use toml::de::DeValue;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::limits;
use crate::model_file::pairing::{Pair, one_of};
use crate::model_file::place::Places;
use crate::model_file::table::{At, Span, Table};

const TITLE: &str = "probability = { ... }";
const CURVES: [&str; 4] = ["gaussian", "exponential", "step", "linear"];

impl Decoder {
    /// Pairs drawn with a probability each, or a number of partners for each source or target.
    pub(crate) fn random_pairs(
        &mut self,
        table: &Table<'_>,
        sources: &Places,
        targets: &Places,
        stream: DrawStream,
    ) -> Option<Vec<Pair>> {
        let (from, to) = (sources.len(), targets.len());
        let errors_before = self.errors.0.len();
        let own = table.truth("self_connections", "whether a cell is connected to itself", &mut self.errors);
        let multiple = table.truth("multiple_connections", "whether a pair is connected repeatedly", &mut self.errors);
        let by_distance = matches!(table.get("probability"), Some(At { value: DeValue::Table(_), .. }));
        let keys: &[&'static str] =
            if by_distance { &["in_degree", "out_degree"] } else { &["probability", "in_degree", "out_degree"] };
        let key = table.one_of(keys, &mut self.errors);
        let probability = self.probability(table);
        let self_connections = own.is_some_and(|own| own.value);
        let multiple_connections = multiple.as_ref().is_some_and(|multiple| multiple.value);
        let (partners, span) = match key {
            Some(key @ ("in_degree" | "out_degree")) => {
                let (candidates, choosers) = if key == "in_degree" { (from, to) } else { (to, from) };
                // A cell's own places are not among its candidates.
                let own = if key == "in_degree" { sources.per_cell() } else { targets.per_cell() };
                let excluded = if self_connections || !self.share_cells(sources, targets) { 0 } else { own };
                let most = if multiple_connections {
                    limits::CONNECTIONS
                } else {
                    (candidates - excluded.min(candidates)) as u64
                };
                let meaning = if key == "in_degree" {
                    "sources of each target, at most as many as there are"
                } else {
                    "targets of each source, at most as many as there are"
                };
                let degree = table.whole(key, meaning, 0..=most, &mut self.errors)?;
                let total = degree.value.saturating_mul(choosers as u64);
                if !self.allow(&degree.span, "connections", 0, total, limits::CONNECTIONS) {
                    return None;
                }
                let count = degree.value as usize;
                (if key == "in_degree" { Partners::InDegree(count) } else { Partners::OutDegree(count) }, degree.span)
            }
            _ => {
                let Some(At { value: probability, span }) = &probability else {
                    if !table.has("probability") {
                        let text = "a random pattern needs \"probability\" (0 to 1), \"in_degree\" (sources of each \
                                    target) or \"out_degree\" (targets of each source)";
                        self.errors.push(table.span(), Problem::Conflict(text.to_owned()));
                    }
                    return None;
                };
                if let Some(multiple) = multiple.filter(|multiple| multiple.value) {
                    let text = "\"multiple_connections\" needs \"in_degree\" or \"out_degree\"; a probability connects \
                                each pair at most once";
                    self.errors.push(multiple.span, Problem::Conflict(text.to_owned()));
                    return None;
                }
                if !probability.needs_positions() && !self.allow_pairs(span, from, to, probability.maximum) {
                    return None;
                }
                (Partners::Probability(*probability), span.clone())
            }
        };
        if self.errors.0.len() > errors_before {
            return None;
        }
        let preference = probability.filter(|_| by_distance && key.is_some()).map(|at| at.value);
        let pattern = RandomPattern { partners, preference, self_connections, multiple_connections, stream };
        if self.rehearses {
            let none = matches!(pattern.partners, Partners::InDegree(0) | Partners::OutDegree(0))
                || matches!(pattern.partners, Partners::Probability(probability) if probability.maximum == 0.0);
            return Some(if none { Vec::new() } else { one_of(from, to) });
        }
        let (of_sources, of_targets) = (pattern_cells(sources), pattern_cells(targets));
        let side = |cells| PatternSide::new(&self.network, cells);
        match pattern.pairs(&side(&of_sources), &side(&of_targets), limits::CONNECTIONS as usize) {
            Ok(pairs) => Some(pairs),
            Err(error) => {
                self.refuse_pattern(span, error);
                None
            }
        }
    }

    /// Reports the fault of a pattern.
    pub(crate) fn refuse_pattern(&mut self, span: Span, error: PatternError) {
        self.cut_short |= matches!(error, PatternError::TooMany { .. } | PatternError::TooManyPairs { .. });
        self.errors.push(span, Problem::Conflict(error.to_string()));
    }

    /// `true` if some cell is on both sides.
    fn share_cells(&self, sources: &Places, targets: &Places) -> bool {
        sources.is_artificial() == targets.is_artificial() && sources.cells.overlaps(&targets.cells)
    }

    /// `true` if all pairs can be looked at, and the connections that are expected can be made.
    fn allow_pairs(&mut self, span: &Span, from: usize, to: usize, probability: f64) -> bool {
        let pairs = (from as u64).saturating_mul(to as u64);
        let expected = (pairs as f64 * probability * 1.1) as u64;
        self.allow(span, "pairs of cells", 0, pairs, limits::PAIRS)
            && self.allow(span, "connections", 0, expected, limits::CONNECTIONS)
    }

    /// Reads `probability = 0.1` or `probability = { gaussian = 100.0, max = 0.3, cutoff = 500.0 }`.
    fn probability(&mut self, table: &Table<'_>) -> Option<At<ConnectionProbability>> {
        const NUMBER: &str = "probability of each connection, 0 to 1, or a table that gives it by distance";
        let At { value, span } = table.get("probability")?;
        let DeValue::Table(entries) = value else {
            let number = table.number("probability", NUMBER, "1", &mut self.errors)?;
            if !(0.0..=1.0).contains(&number.value) {
                self.errors.range(number.span, "probability", plain(number.value), "give a number from 0 to 1");
                return None;
            }
            return Some(At { value: number.value.into(), span });
        };
        let table = Table::new(entries, TITLE, span.clone());
        let known: Vec<&str> = CURVES.into_iter().chain(["max", "cutoff"]).collect();
        table.only(&known, &mut self.errors);
        let maximum = table.number("max", "the probability at distance 0, 0 to 1", "1", &mut self.errors);
        if table.has("max") && maximum.is_none() {
            return None;
        }
        let maximum_span = maximum.as_ref().map_or_else(|| span.clone(), |maximum| maximum.span.clone());
        let maximum = maximum.map_or(1.0, |maximum| maximum.value);
        if !(0.0..=1.0).contains(&maximum) {
            self.errors.range(maximum_span, "max", plain(maximum), "give a number from 0 to 1");
            return None;
        }
        let curve = table.one_of(&CURVES, &mut self.errors);
        let curve = match curve {
            Some(key) => {
                let width = table.positive(key, "a distance, um", "um", &mut self.errors)?.value;
                match key {
                    "gaussian" => DistanceCurve::Gaussian { sigma: width },
                    "exponential" => DistanceCurve::Exponential { length: width },
                    "step" => DistanceCurve::Step { radius: width },
                    _ => DistanceCurve::Linear { radius: width },
                }
            }
            None => {
                let text = format!("a probability by distance needs one of the keys {}", CURVES.join(", "));
                self.errors.push(span, Problem::Conflict(text));
                return None;
            }
        };
        let mut probability = ConnectionProbability::new(curve, maximum);
        if table.has("cutoff") {
            let cutoff = "the distance beyond which no cells are connected, um";
            probability = probability.up_to(table.positive("cutoff", cutoff, "um", &mut self.errors)?.value);
        }
        Some(At { value: probability, span })
    }
}

/// The cells of places, one for each place.
pub(crate) fn pattern_cells(places: &Places) -> Vec<PatternCell> {
    let kind = if places.is_artificial() { PatternCell::Artificial } else { PatternCell::Cell };
    (0..places.len()).map(|k| kind(places.at(k).0)).collect()
}
