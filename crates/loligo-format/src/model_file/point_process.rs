//! `[[cell.point]]`: point processes of a cell; regions by name.

use loligo::{Cell, Region, names};

use crate::model_file::cell::{PointEntry, Template};
use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::limits;
use crate::model_file::mechanism::Use;
use crate::model_file::observe::read_waveform;
use crate::model_file::placement::{self, Placed, Placement};
use crate::model_file::table::Table;

impl Decoder {
    /// Reads `region`: "all", a list, a section or a kind, or a list of those.
    pub(super) fn region(&mut self, table: &Table<'_>, cell: &Cell) -> Option<Region> {
        const MEANING: &str = "\"all\", or a list, section or kind (soma, axon, dendrite, apical) of sections";
        table.need("region", MEANING, &mut self.errors);
        let names = table.texts("region", MEANING, &mut self.errors)?;
        let mut regions = Vec::with_capacity(names.len());
        let mut complete = true;
        for name in &names {
            match Region::named(name.value, cell) {
                Some(region) => regions.push(region),
                None => {
                    complete = false;
                    let lists = cell.section_lists.keys().map(String::as_str);
                    let sections = cell.sections.iter().map(|section| section.name.as_str());
                    let candidates = lists.chain(sections).chain(Region::NAMES);
                    let suggestion = self.suggestions.closest(name.value, candidates);
                    let place = format!(" in cell \"{}\"", cell.name);
                    let problem = Problem::Unknown { what: "region", name: name.value.to_owned(), place, suggestion };
                    self.errors.push(name.span.clone(), problem);
                }
            }
        }
        if !complete {
            return None;
        }
        for (region, name) in regions.iter().zip(&names) {
            if cell.sections_of(region).is_some_and(|sections| sections.is_empty()) && !cell.sections.is_empty() {
                let text =
                    format!("cell \"{}\" has no section of region \"{}\"; nothing happens", cell.name, name.value);
                self.warn(name.span.clone(), text);
            }
        }
        Some(Region::union(regions, cell))
    }

    /// Reads a `[[cell.point]]`: one point process on a section, or those of a region or a table of places.
    pub(super) fn point(&mut self, table: &Table<'_>, cells: usize, template: &mut Template) {
        const NAME: &str = "the name by which connections and recordings refer to it";
        table.need("name", NAME, &mut self.errors);
        let name = table.text("name", NAME, &mut self.errors);
        if let Some(name) = &name {
            if !self.errors.check_name(&name.span, "name", name.value, names::RESERVED_IN_PARTS) {
                // The error has been reported.
            } else if !template.cell.points_named(name.value).is_empty() {
                let problem = Problem::Duplicate { what: "point processes", name: name.value.to_owned() };
                self.errors.push(name.span.clone(), problem);
            }
        }
        let by_region = ["region", placement::TABLE].into_iter().any(|key| table.has(key));
        let spots = if by_region {
            self.spots_of_region(table, &template.cell, cells)
        } else {
            self.spot_on_section(table, &template.cell)
        };
        let count = spots.as_ref().map_or(1, |spots| spots.places.len());
        let described = self.mechanism(table, Use::Placed, cells.saturating_mul(count));
        let waveform =
            table.table("waveform", "waveform = { variable = ..., times = ..., values = ... }", &mut self.errors);
        let waveform = waveform.and_then(|inner| {
            inner.only(&["variable", "times", "values", "interpolation"], &mut self.errors);
            inner.need("variable", "the parameter it is played onto", &mut self.errors);
            let variable = inner.text("variable", "the parameter it is played onto", &mut self.errors);
            let waveform = read_waveform(&inner, &mut self.errors);
            Some((variable?.value.to_owned(), waveform?, inner.span()))
        });
        match (described, name, spots) {
            (Some(described), Some(name), Some(Spots { places, numbered, scattered })) => {
                let mechanism = described.mechanism.clone();
                let first = template.cell.points.len();
                match places[..] {
                    [(section, x)] if !numbered => _ = template.cell.place(name.value, section, x, mechanism),
                    _ => _ = template.cell.place_many(name.value, places, mechanism),
                }
                template.points.push(PointEntry { described, first, count, scattered });
                template.point_spans.extend(vec![table.span(); count]);
                if let Some((variable, waveform, span)) = waveform {
                    let played = |point| (point, variable.clone(), waveform.clone(), span.clone());
                    template.waveforms.extend((first..first + count).map(played));
                }
            }
            (_, Some(name), _) => {
                template.lost.insert(name.value.to_owned());
            }
            (_, None, _) => template.opaque = true,
        }
    }

    /// The place of the keys "section" and "x".
    fn spot_on_section(&mut self, table: &Table<'_>, cell: &Cell) -> Option<Spots> {
        const SECTION: &str =
            "name of the section it is placed on; or give a region with \"count\", \"density\" or \"at\"";
        table.need("section", SECTION, &mut self.errors);
        let section = table.text("section", SECTION, &mut self.errors);
        let x = self.position(table, "x", 0.5);
        let section = section?;
        let index = cell.section(section.value);
        if index.is_none() {
            self.unknown_section(&section, cell);
        }
        Some(Spots { places: vec![(index?, x)], numbered: false, scattered: None })
    }

    /// The places of the keys "region" and others, or of a table.
    fn spots_of_region(&mut self, table: &Table<'_>, cell: &Cell, cells: usize) -> Option<Spots> {
        for key in ["section", "x"] {
            if let Some(value) = table.get(key) {
                let text =
                    format!("\"{key}\" and \"region\" (or \"places\") both say where it is; leave one of them out");
                self.errors.push(value.span, Problem::Conflict(text));
                return None;
            }
        }
        if let (true, Some(value)) = (table.has(placement::TABLE), table.get("region")) {
            let text = "a table of places names its sections; leave \"region\" out".to_owned();
            self.errors.push(value.span, Problem::Conflict(text));
            return None;
        }
        let region = if table.has("region") { self.region(table, cell) } else { Some(Region::All) };
        let placement = self.placement(table, Placed::Points);
        let (region, placement) = (region?, placement?);
        if placement.is_everywhere() {
            let text = "say at how many places of the region: count = 100, density = 0.1 (per um), or at = 200.0 (um from the soma), \"tips\" or \"branch points\"";
            self.errors.push(table.span(), Problem::Conflict(text.to_owned()));
            return None;
        }
        let found = placement
            .select(cell, region.clone())
            .and_then(|selection| placement.places(&selection, 0, |_| Vec::new()));
        let places = match found {
            Ok(places) => places,
            // A cell without sections has errors of its own.
            Err(_) if cell.sections.is_empty() => return None,
            Err(reason) => {
                self.errors.push(placement.span.clone(), Problem::Conflict(reason));
                return None;
            }
        };
        let all = (places.len() as u64).saturating_mul(cells as u64);
        if !self.allow(&placement.span, "point processes", self.points, all, limits::POINTS) {
            return None;
        }
        self.points += all;
        let places = places.into_iter().map(Into::into).collect();
        let numbered = !placement.is_single();
        let scattered = (placement.is_own && cells > 1).then_some((region, placement));
        Some(Spots { places, numbered, scattered })
    }
}

/// The places of an entry's point processes on a cell.
struct Spots {
    places: Vec<(usize, f64)>,
    /// `true` if the point processes are named `name[0]`, `name[1]`...
    numbered: bool,
    /// The rule, if each cell has its own places.
    scattered: Option<(Region, Placement)>,
}
