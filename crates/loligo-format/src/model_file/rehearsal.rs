//! Finds the errors of a large model before it is built.
//!
//! An error of an entry is mostly an error of each of its cells. A rehearsal reads the file with one cell for each
//! entry, and finds such an error with little memory. Counts are those of the file. Every error that it finds is also
//! an error of the whole model. Errors that depend on the other cells (a value of the thousandth cell, gids) are found
//! in the whole model, if a rehearsal finds none.

use std::ops::Range;

use loligo::{ArtificialCell, Cell, ModelError, OwnValues};
use toml::de::{DeTable, DeValue};

use crate::model_file::chosen::Chosen;
use crate::model_file::decoder::Decoder;
use crate::model_file::document::decode_document;
use crate::model_file::error::{ModelFileError, Problem};
use crate::model_file::groups::Members;
use crate::model_file::table::number;

/// Number of cells of one entry above which there is a rehearsal.
const LARGE: f64 = 1000.0;

/// `true` if an entry has many cells.
pub(crate) fn is_worthwhile(document: &DeTable<'_>) -> bool {
    let lists = ["cell", "artificial_cell"].into_iter().filter_map(|key| document.get(key)?.get_ref().as_array());
    lists.flat_map(|entries| entries.iter()).any(|entry| {
        let count = entry.get_ref().as_table().and_then(|entry| entry.get("count"));
        count.and_then(|count: &toml::Spanned<DeValue<'_>>| number(count.get_ref())).is_some_and(|count| count > LARGE)
    })
}

/// The errors that are found with one cell per entry.
pub(crate) fn errors(mut decoder: Decoder, document: &DeTable<'_>) -> Vec<ModelFileError> {
    decoder.rehearses = true;
    decode_document(&mut decoder, document);
    decoder.check_network();
    let mut errors = decoder.errors.0;
    // For a pattern the pair of the first cells is made, which the pattern need not contain.
    errors.retain(|error| !matches!(error.problem, Problem::Model(ModelError::JoinsItself { .. })));
    errors
}

impl Decoder {
    /// Number of parts that are made, of `count`.
    pub(crate) fn made(&self, count: usize) -> usize {
        if self.rehearses { count.min(1) } else { count }
    }

    /// Selects members of a group, represented by one: the group's first if all are selected, else a copy with the name
    /// of the first selected one, so that entries for some members are not applied to all.
    pub(crate) fn rehearsed(&mut self, group: usize, indices: Range<usize>, step: usize) -> Chosen {
        let members = self.source_map.groups[group].members.clone();
        let (count, first) = (indices.len().div_ceil(step.max(1)), members.range().start);
        if members.range().is_empty() || count == self.source_map.groups[group].count {
            return Chosen::rehearsed(first, count);
        }
        let key = (group, indices.start);
        let name = format!("{}[{}]", self.source_map.groups[group].name, indices.start);
        let index = match (self.source_map.stand_ins.index.get(&key), members) {
            (Some(&index), _) => index,
            (None, Members::Cells(_)) => {
                // Its own values are checked with the first cell.
                let cell = Cell { name, own: OwnValues::default(), ..self.network.cells[first].clone() };
                let index = self.network.add_cell(cell);
                self.source_map.stand_ins.group_of_cell.insert(index, group);
                index
            }
            (None, Members::Artificial(_)) if indices.start > 0 => {
                let mechanism = self.network.artificial_cells[first].mechanism.clone();
                self.network.artificial_cells.push(ArtificialCell { name, mechanism });
                let index = self.network.artificial_cells.len() - 1;
                self.source_map.stand_ins.group_of_artificial_cell.insert(index, group);
                index
            }
            (None, _) => first,
        };
        self.source_map.stand_ins.index.insert(key, index);
        Chosen::rehearsed(index, count)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn rehearse(text: &str, folder: &Path) -> Vec<ModelFileError> {
        let document = DeTable::parse(text).expect("TOML");
        errors(Decoder::new(folder), document.get_ref())
    }

    #[test]
    fn sound_models_stay_sound() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples"));
        let mut models = 0;
        for entry in std::fs::read_dir(folder).expect("examples") {
            let path = entry.expect("an example").path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let text = std::fs::read_to_string(&path).expect("a text");
                if crate::ModelFile::parse(&text, &path).is_ok() {
                    models += 1;
                    assert_eq!(rehearse(&text, folder), [], "{}", path.display());
                }
            }
        }
        assert!(models > 5, "{models} examples");
    }

    /// Cases without errors: members that are distinguished by number, lists of one number for each, gids, and pairs
    /// without that of the first cells.
    #[test]
    fn members_that_differ_stay_sound() {
        let text = r#"
            [run]
            tstop = 1.0
            [[cell]]
            name = "c"
            count = 4
            gid = 3
            section = [{ name = "soma", L = 20.0, diam = 20.0 }]
            point = [
                { name = "syn", section = "soma", mechanism = "ExpSyn", tau = { values = [1.0, 2.0, 3.0, 4.0] } },
                { name = "gap", section = "soma", mechanism = "HalfGap" },
            ]
            [[cell]]
            name = "d"
            section = [{ name = "soma", L = 20.0, diam = 20.0 }]
            gid = 4_000
            [[artificial_cell]]
            name = "n"
            count = 4
            mechanism = "NetStim"
            interval = { values = [1.0, 2.0, 3.0, 4.0] }
            [[stimulus]]
            cell = "c[0:2]"
            region = "soma"
            name = "first"
            shape = [{ type = "pulse", amp = 0.1, duration = 1.0 }]
            [[stimulus]]
            cell = "c[2:4]"
            region = "soma"
            name = "first"
            shape = [{ type = "pulse", amp = 0.1, duration = 1.0 }]
            [[stimulus]]
            cell = "c[3]"
            region = "soma"
            name = "second"
            shape = [{ type = "noise", mean = 0.1, variance = 1e-3, duration = 1.0 }]
            [[stimulus]]
            region = "soma"
            name = "third"
            shape = [{ type = "pulse", amp = 0.1, duration = 1.0 }]
            [[gap_junction]]
            name = "ring"
            pattern = "ring"
            a = "c.soma(0.5)"
            b = "c.soma(0.5)"
            conductance = { values = [1e-4, 1e-4, 1e-4, 2e-4] }
            [[gap_junction]]
            pattern = "all-to-all"
            a = "c[0:2].soma(0.5)"
            b = "c[0:2].soma(0.5)"
            conductance = 1e-4
            [[transfer]]
            pattern = "ring"
            from = "c.soma(0.5).v"
            to = "c.gap.vgap"
            [[connection]]
            pattern = "random"
            in_degree = 1
            from = "n[1:4]"
            to = "c[3:4].syn"
            weight = 0.1
            delay = 1.0
            [[connection]]
            pattern = "ring"
            from = "n"
            to = "c.syn"
            weight = { values = [1.0, 2.0, 3.0, 4.0] }
            delay = 1.0
            [[detector]]
            place = ["n[0]", "n[2]", "c[1].soma(0.5)"]
            [[record]]
            place = ["c[0].soma(0.5)", "c[1].soma(0.5)", "c[2:4].soma(0.5)", "d.soma(0.5)"]
            [[record]]
            cell = ["c[1:3]", "d"]
            region = "soma"
            variable = "i_membrane_"
            [[record]]
            place = ["c[3].second.i", "c[2].first.i", "c.third.i", "ring[3].a.i", "ring[0].b.i"]
        "#;
        if let Err(errors) = crate::ModelFile::parse(text, "model.toml") {
            panic!("{errors}");
        }
        assert_eq!(rehearse(text, Path::new("")), []);
    }
}
