//! The keys `cell` and `region`, which select sections of some cells.

use std::collections::BTreeSet;

use loligo::Region;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::groups::{Group, Members};
use crate::model_file::table::{At, Table};

const CELL: &str = "a cell, or some: \"ring\", \"ring[3]\", \"ring[0:8]\"";
const REGION: &str = "\"all\", or a list, section or kind (soma, axon, dendrite, apical) of sections";

/// Some cells of one group.
pub(crate) struct ChosenCells {
    pub(crate) group: usize,
    pub(crate) cells: Vec<usize>,
    /// Number of cells meant; in a rehearsal only the first exists.
    pub(crate) count: usize,
}

impl Decoder {
    /// The cells of the key "cell", or all with membrane, each once; `what` (a plural) is the thing that needs them,
    /// for messages.
    pub(crate) fn chosen_cells(&mut self, table: &Table<'_>, what: &str) -> Vec<ChosenCells> {
        let all_of = |(index, group): (usize, &Group)| match &group.members {
            Members::Cells(cells) => {
                Some(ChosenCells { group: index, cells: cells.clone().collect(), count: group.count })
            }
            Members::Artificial(_) | Members::GapJunctions(_) => None,
        };
        if !table.has("cell") {
            return self.source_map.groups.iter().enumerate().filter_map(all_of).collect();
        }
        let mut seen = BTreeSet::new();
        let mut chosen = Vec::new();
        for text in table.texts("cell", CELL, &mut self.errors).unwrap_or_default() {
            let Some((group, cells)) = self.group_and_members(text.value, &text) else { continue };
            if !matches!(self.source_map.groups[group].members, Members::Cells(_)) {
                let reason = format!("{what} need a cell with membrane; name a [[cell]]");
                self.errors.push(text.span, Problem::Location { text: text.value.to_owned(), reason });
                continue;
            }
            let count = cells.len();
            let cells = cells.iter().filter(|cell| seen.insert(*cell)).collect();
            chosen.push(ChosenCells { group, cells, count });
        }
        chosen
    }

    /// The sections of the key "region" on some cells: those of the first cell of each selection, in the cell's order,
    /// each once.
    pub(crate) fn sections_of_region(&mut self, table: &Table<'_>, chosen: &[ChosenCells]) -> Vec<Vec<usize>> {
        table.need("region", REGION, &mut self.errors);
        let names = table.texts("region", REGION, &mut self.errors).unwrap_or_default();
        let mut found = vec![false; names.len()];
        let sections_of = |ChosenCells { cells, .. }: &ChosenCells| {
            let Some(cell) = cells.first().map(|&first| &self.network.cells[first]) else { return Vec::new() };
            let mut sections = BTreeSet::new();
            for (name, found) in names.iter().zip(&mut found) {
                let known = Region::named(name.value, cell).and_then(|region| cell.sections_of(&region));
                *found |= known.as_ref().is_some_and(|sections| !sections.is_empty());
                sections.extend(known.into_iter().flatten());
            }
            sections.into_iter().collect()
        };
        let sections = chosen.iter().map(sections_of).collect();
        let is_excused =
            chosen.iter().any(|chosen| chosen.cells.is_empty() || self.source_map.groups[chosen.group].broken);
        if !is_excused && !chosen.is_empty() {
            for (name, _) in names.iter().zip(found).filter(|(_, found)| !found) {
                self.nowhere(name, chosen);
            }
        }
        sections
    }

    /// Reports a region that none of the cells has.
    fn nowhere(&mut self, name: &At<&str>, chosen: &[ChosenCells]) {
        let cells = chosen.iter().filter_map(|chosen| self.network.cells.get(*chosen.cells.first()?));
        let names: Vec<String> = cells
            .flat_map(|cell| {
                let sections = cell.sections.iter().map(|section| section.name.clone());
                cell.section_lists.keys().cloned().chain(sections)
            })
            .collect();
        let suggestion = self.suggestions.closest(name.value, names.iter().map(String::as_str).chain(Region::NAMES));
        let suggestion = suggestion.filter(|suggestion| suggestion != name.value);
        let place = match chosen {
            [one] => format!(" in cell \"{}\"", self.source_map.groups[one.group].name),
            _ => " in any of the cells".to_owned(),
        };
        let problem = Problem::Unknown { what: "region", name: name.value.to_owned(), place, suggestion };
        self.errors.push(name.span.clone(), problem);
    }
}
