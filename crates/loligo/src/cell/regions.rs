//! Finds the sections that a region selects in a cell.

use std::collections::BTreeSet;

use loligo_io::closest;
use loligo_morphology::SectionKind;

use crate::cell::Cell;
use crate::cell::region::Region;
use crate::cell::section::Section;
use crate::error::ModelError;

impl Region {
    /// Names of regions that have a meaning in every cell.
    pub const NAMES: [&str; 5] = ["all", "soma", "axon", "dendrite", "apical"];

    /// The region that a text names in a cell: `all`, or the name of a list of sections, of a section, or of a kind
    /// (`soma`, `axon`, `dendrite` or `dend`, `apical` or `apic`, `type 5`), in this order; `None` if it is none of
    /// these.
    pub fn named(name: &str, cell: &Cell) -> Option<Self> {
        if name == "all" {
            return Some(Self::All);
        }
        if cell.section_lists.contains_key(name) {
            return Some(Self::List(name.to_owned()));
        }
        if cell.section(name).is_some() {
            return Some(Self::section_named(name));
        }
        let custom = || name.strip_prefix("type ")?.parse().ok().map(SectionKind::from_code);
        SectionKind::named(name).or_else(custom).map(Self::Kind)
    }

    /// The union of regions, with the sections in the order of the cell; a single region stays as it is.
    pub fn union(mut regions: Vec<Self>, cell: &Cell) -> Self {
        if regions.len() == 1 {
            return regions.remove(0);
        }
        let indices: BTreeSet<usize> = regions.iter().filter_map(|region| cell.sections_of(region)).flatten().collect();
        Self::sections_named(indices.into_iter().map(|index| cell.sections[index].name.as_str()))
    }
}

impl Cell {
    /// The indices of a region's sections; `None` if it names a section or list that the cell lacks.
    pub fn sections_of(&self, region: &Region) -> Option<Vec<usize>> {
        match region {
            Region::All => Some(self.all().collect()),
            Region::Kind(kind) => Some(self.of_kind(*kind)),
            Region::Sections(names) => names.iter().map(|name| self.section(name)).collect(),
            Region::List(list) => self.section_lists.get(list)?.iter().map(|name| self.section(name)).collect(),
            Region::Named(name) => self.sections_of(&Region::named(name, self)?),
        }
    }

    /// Changes every section of a region; false if the region names a section or list that the cell lacks.
    pub fn for_each_section(&mut self, region: &Region, mut change: impl FnMut(&mut Section)) -> bool {
        let Some(indices) = self.sections_of(region) else { return false };
        for index in indices {
            change(&mut self.sections[index]);
        }
        true
    }

    /// The reason why a region has no sections.
    pub(crate) fn unknown_region(&self, region: &Region) -> ModelError {
        let unknown_section = |name: &&String| self.section(name).is_none();
        let (what, name) = match region {
            Region::List(list) => match self.section_lists.get(list) {
                None => ("section list", Some(list)),
                Some(names) => ("section", names.iter().find(unknown_section)),
            },
            Region::Sections(names) => ("section", names.iter().find(unknown_section)),
            Region::Named(name) => match self.section_lists.get(name) {
                None => ("region", Some(name)),
                Some(names) => ("section", names.iter().find(unknown_section)),
            },
            Region::All | Region::Kind(_) => ("section", None),
        };
        let name = name.cloned().unwrap_or_default();
        let sections = || self.sections.iter().map(|section| section.name.as_str());
        let lists = || self.section_lists.keys().map(String::as_str);
        let suggestion = match what {
            "section" => closest(&name, sections()),
            "region" => closest(&name, lists().chain(sections()).chain(Region::NAMES)),
            _ => closest(&name, lists()),
        };
        ModelError::UnknownRegion { cell: self.name.clone(), what, name, suggestion }
    }
}
