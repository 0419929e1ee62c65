//! Pairs of sources and targets: the patterns of connections, gap junctions, transfers and pointers.

use loligo::DrawStream;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::limits;
use crate::model_file::place::Places;
use crate::model_file::table::{At, Table};

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

/// The keys that are specific to a pattern.
fn keys_of(pattern: &str) -> &'static [&'static str] {
    match pattern {
        "ring" => &["ring_size", "offset"],
        "all-to-all" => &["self_connections"],
        "random" => &["self_connections", "multiple_connections", "probability", "in_degree", "out_degree"],
        _ => &[],
    }
}

/// The numbers of source and target of a pair, of which there are at most [`limits::CELLS`].
pub(crate) type Pair = (u32, u32);

fn pair(from: usize, to: usize) -> Pair {
    (from as u32, to as u32)
}

/// One pair that stands for all, if there are any other than that of a cell with itself.
pub(crate) fn one_of(from: usize, to: usize) -> Vec<Pair> {
    if from > 0 && to > 0 && from.max(to) > 1 { vec![pair(0, 0)] } else { Vec::new() }
}

impl Decoder {
    /// The pairs of sources and targets, by index into the places.
    pub(crate) fn pairs(
        &mut self,
        table: &Table<'_>,
        pairing: &Pairing,
        sources: &Places,
        targets: &Places,
        stream: DrawStream,
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
        let (from, to) = (sources.len(), targets.len());
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
            "random" => self.random_pairs(table, sources, targets, stream),
            // "all-to-all"
            _ => {
                let possible = (from as u64).saturating_mul(to as u64);
                if !self.allow(&span, "pairs of cells", 0, possible, limits::PAIRS)
                    || !self.allow(&span, what, 0, possible, limits::CONNECTIONS)
                {
                    return None;
                }
                let own = table.truth("self_connections", "whether a cell is connected to itself", &mut self.errors);
                let own = own.is_some_and(|own| own.value);
                if self.rehearses {
                    return Some(one_of(from, to));
                }
                let is_same_kind = sources.is_artificial() == targets.is_artificial();
                let same = |a: usize, b: usize| is_same_kind && sources.at(a).0 == targets.at(b).0;
                let pairs = (0..from).flat_map(|a| (0..to).map(move |b| (a, b)));
                Some(pairs.filter(|&(a, b)| own || !same(a, b)).map(|(a, b)| pair(a, b)).collect())
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
}
