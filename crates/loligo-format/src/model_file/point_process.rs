//! `[[cell.point]]`: point processes of a cell; regions by name.

use loligo::{Cell, Region, names};

use crate::model_file::cell::Template;
use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::mechanism::Use;
use crate::model_file::observe::read_waveform;
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
        if regions.len() == 1 {
            return regions.pop();
        }
        // Several regions: their union, in the order of the sections.
        let indices: std::collections::BTreeSet<usize> =
            regions.iter().filter_map(|region| cell.sections_of(region)).flatten().collect();
        Some(Region::Sections(indices.into_iter().map(|index| cell.sections[index].name.clone()).collect()))
    }

    pub(super) fn point(&mut self, table: &Table<'_>, cells: usize, template: &mut Template) {
        let described = self.mechanism(table, Use::Placed, cells);
        const NAME: &str = "the name by which connections and recordings refer to it";
        const SECTION: &str = "name of the section it is placed on";
        table.need("name", NAME, &mut self.errors);
        table.need("section", SECTION, &mut self.errors);
        let name = table.text("name", NAME, &mut self.errors);
        let section = table.text("section", SECTION, &mut self.errors);
        let x = self.position(table, "x", 0.5);
        if let Some(name) = &name {
            if !self.errors.check_name(&name.span, "name", name.value, names::RESERVED_IN_PARTS) {
                // The error has been reported.
            } else if template.cell.point(name.value).is_some() {
                let problem = Problem::Duplicate { what: "point processes", name: name.value.to_owned() };
                self.errors.push(name.span.clone(), problem);
            }
        }
        let index = section.and_then(|section| {
            let index = template.cell.section(section.value);
            if index.is_none() {
                self.unknown_section(&section, &template.cell);
            }
            index
        });
        let waveform =
            table.table("waveform", "waveform = { variable = ..., times = ..., values = ... }", &mut self.errors);
        let waveform = waveform.and_then(|inner| {
            inner.only(&["variable", "times", "values", "interpolation"], &mut self.errors);
            inner.need("variable", "the parameter it is played onto", &mut self.errors);
            let variable = inner.text("variable", "the parameter it is played onto", &mut self.errors);
            let waveform = read_waveform(&inner, &mut self.errors);
            Some((variable?.value.to_owned(), waveform?, inner.span()))
        });
        match (described, name, index) {
            (Some(described), Some(name), Some(index)) => {
                let point = template.cell.place(name.value, index, x, described.mechanism.clone());
                template.points.push(described);
                template.point_spans.push(table.span());
                template.waveforms.extend(waveform.map(|(variable, waveform, span)| (point, variable, waveform, span)));
            }
            (_, Some(name), _) => {
                template.lost.insert(name.value.to_owned());
            }
            (_, None, _) => template.opaque = true,
        }
    }
}
