//! `[[gap_junction]]`, `[[transfer]]` and `[[pointer]]`: couplings between cells in every step.

use std::collections::HashSet;

use loligo::DrawStream;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::groups::{Group, Members};
use crate::model_file::limits;
use crate::model_file::pairing::Pairing;
use crate::model_file::place::Places;
use crate::model_file::table::{At, Table};
use crate::model_file::vary::Vary;

const SIDE: &str = "one side: a place on a section, such as \"cell.soma(0.5)\"";
const CONDUCTANCE: &str = "conductance, uS";

const PATTERNS: &[&str] = &["single", "one-to-one", "all-to-all", "ring"];
const SIDES: Pairing = Pairing { what: "gap junctions", from: "places a", to: "places b", patterns: PATTERNS };
const POINTERS: Pairing = Pairing { what: "pointers", from: "variables", to: "pointers", patterns: PATTERNS };
const VARIABLES: Pairing = Pairing { what: "transfers", from: "sources", to: "targets", patterns: PATTERNS };

impl Decoder {
    /// Reads a `[[gap_junction]]`.
    pub(crate) fn gap_junction(&mut self, table: &Table<'_>) {
        const KEYS: [&str; 8] = ["name", "a", "b", "conductance", "pattern", "self_connections", "ring_size", "offset"];
        let errors_before = self.errors.0.len();
        table.only(&KEYS, &mut self.errors);
        let name = table.text("name", "the gap junction's name", &mut self.errors);
        let [a, b] = ["a", "b"].map(|key| self.side(table, key));
        let conductance = self.conductance(table);
        let first = self.network.gap_junctions.len();
        let indexed = table.has("pattern");
        if let (Some(a), Some(b), Some(conductance)) = (a, b, conductance) {
            self.join(table, name.as_ref().map(|name| name.value), indexed, (&a, &b), &conductance);
        }
        if let Some(At { value, span }) = name {
            let broken = self.errors.0.len() > errors_before;
            let members = Members::GapJunctions(first..self.network.gap_junctions.len());
            let (count, name) = (members.range().len(), value.to_owned());
            let group = Group {
                name,
                members,
                count,
                indexed,
                broken,
                lost: HashSet::new(),
                opaque: broken,
                hides_points: false,
            };
            self.add_group_of_one_part(group, span, table.span());
        }
    }

    /// Reads the places of one side of gap junctions.
    fn side(&mut self, table: &Table<'_>, key: &'static str) -> Option<Places> {
        table.need(key, SIDE, &mut self.errors);
        let text = table.text(key, SIDE, &mut self.errors)?;
        let places = self.places(&text)?;
        if places.is_on_sections() && places.variable.is_none() {
            return Some(places);
        }
        let reason = "a gap junction joins places on sections; write \"cell.soma(0.5)\"".to_owned();
        self.errors.push(text.span, Problem::Location { text: text.value.to_owned(), reason });
        None
    }

    fn conductance(&mut self, table: &Table<'_>) -> Option<Vary> {
        table.need("conductance", CONDUCTANCE, &mut self.errors);
        let value = table.get("conductance")?;
        let conductance = Vary::read("conductance", "uS", "", &value, &mut self.errors)?;
        match conductance {
            Vary::Same(us) if us < 0.0 => {
                self.errors.range(
                    value.span,
                    "conductance",
                    loligo_io::plain(us),
                    "give a conductance of at least 0 uS",
                );
                None
            }
            conductance => Some(conductance),
        }
    }

    fn join(
        &mut self,
        table: &Table<'_>,
        name: Option<&str>,
        indexed: bool,
        (a, b): (&Places, &Places),
        conductance: &Vary,
    ) {
        let Some(mut pairs) = self.pairs(table, &SIDES, a, b, DrawStream::default()) else { return };
        if a.spots == b.spots {
            // A gap junction has no direction: of two between the same places only one is made.
            let mut joined = HashSet::new();
            pairs.retain(|&(from, to)| {
                let (from, to) = (a.at(from as usize), b.at(to as usize));
                joined.insert((from.min(to), from.max(to)))
            });
        }
        let (count, present) = (pairs.len(), self.network.gap_junctions.len() as u64);
        if !self.allow(&table.span(), SIDES.what, present, count as u64, limits::CONNECTIONS) {
            return;
        }
        let span = table.get("conductance").map_or_else(|| table.span(), |at| at.span);
        if !self.rehearses && !conductance.fits(count, "conductance", span, &mut self.errors) {
            return;
        }
        let slot = if matches!(conductance, Vary::Same(_)) { 0 } else { self.next_slot() };
        self.counts.transfers += 2.0 * count as f64;
        if !self.allow_memory(&table.span()) {
            return;
        }
        self.network.gap_junctions.reserve(count);
        self.source_map.spans.gap_junctions.reserve(count);
        for (k, (from, to)) in pairs.into_iter().enumerate() {
            let (Some(a), Some(b)) = (a.place(from as usize), b.place(to as usize)) else { continue };
            let conductance = conductance.at(k, count, slot, self.seed);
            let index = self.network.gap_junction(a, b, conductance);
            if let Some(name) = name {
                let name = if indexed { format!("{name}[{k}]") } else { name.to_owned() };
                self.network.gap_junctions[index].name = name;
            }
            self.source_map.spans.gap_junctions.push(table.span());
        }
    }

    /// Reads a `[[transfer]]`.
    pub(crate) fn transfer(&mut self, table: &Table<'_>) {
        const FROM: &str = "what is read after every step: \"cell.soma(0.5).v\" or another variable";
        const TO: &str = "the parameter that is set: \"cell.gap.vgap\"";
        table.only(&["from", "to", "pattern", "self_connections", "ring_size", "offset"], &mut self.errors);
        table.need("from", FROM, &mut self.errors);
        table.need("to", TO, &mut self.errors);
        let from = table.text("from", FROM, &mut self.errors).and_then(|text| self.variables_at(&text, Some("v")));
        let to = table.text("to", TO, &mut self.errors).and_then(|text| self.variables_at(&text, None));
        let (Some((sources, source)), Some((targets, target))) = (from, to) else { return };
        let Some(pairs) = self.pairs(table, &VARIABLES, &sources, &targets, DrawStream::default()) else { return };
        let present = self.network.transfers.len() as u64;
        if !self.allow(&table.span(), VARIABLES.what, present, pairs.len() as u64, limits::CONNECTIONS) {
            return;
        }
        self.counts.transfers += pairs.len() as f64;
        if !self.allow_memory(&table.span()) {
            return;
        }
        self.network.transfers.reserve(pairs.len());
        self.source_map.spans.transfers.reserve(pairs.len());
        for (from, to) in pairs {
            let (from, to) = (from as usize, to as usize);
            self.network.transfer(sources.variable(from, &source), targets.variable(to, &target));
            self.source_map.spans.transfers.push(table.span());
        }
    }

    /// Reads a `[[pointer]]`.
    pub(crate) fn pointer(&mut self, table: &Table<'_>) {
        const POINTER: &str = "the pointer: \"cell.synapse.vpre\"";
        const TO: &str = "the variable to which it refers: \"other.soma(0.5).v\"";
        table.only(&["pointer", "to", "pattern", "self_connections", "ring_size", "offset"], &mut self.errors);
        table.need("pointer", POINTER, &mut self.errors);
        table.need("to", TO, &mut self.errors);
        let to = table.text("to", TO, &mut self.errors).and_then(|text| self.variables_at(&text, Some("v")));
        let pointers = table.text("pointer", POINTER, &mut self.errors);
        let pointers = pointers.and_then(|text| self.variables_at(&text, None));
        let (Some((targets, target)), Some((pointers, pointer))) = (to, pointers) else { return };
        let Some(pairs) = self.pairs(table, &POINTERS, &targets, &pointers, DrawStream::default()) else { return };
        let present = self.network.pointers.len() as u64;
        if !self.allow(&table.span(), POINTERS.what, present, pairs.len() as u64, limits::CONNECTIONS) {
            return;
        }
        self.counts.transfers += pairs.len() as f64;
        if !self.allow_memory(&table.span()) {
            return;
        }
        for (to, own) in pairs {
            self.network.point_to(pointers.variable(own as usize, &pointer), targets.variable(to as usize, &target));
            self.source_map.spans.pointers.push(table.span());
        }
    }

    /// Reads the places of a variable named in the text, or of the default variable of sections.
    fn variables_at(&mut self, text: &At<&str>, of_sections: Option<&str>) -> Option<(Places, String)> {
        let places = self.places(text)?;
        let default = of_sections.filter(|_| places.is_on_sections());
        let Some(variable) = places.variable.clone().or_else(|| default.map(str::to_owned)) else {
            let problem =
                Problem::Conflict("say which variable: write it after the place, as in \"cell.gap.vgap\"".to_owned());
            self.errors.push(text.span.clone(), problem);
            return None;
        };
        Some((places, variable))
    }
}
