//! The errors of a large model before it is built.
//!
//! An error of an entry is mostly that of each of its cells: a rehearsal reads the file with one cell for each entry, and finds it
//! in little memory. Counts stay what they are. What it finds is found in the whole model, too; what depends on the other
//! cells (a value of the thousandth, gids) is looked for in the whole model, when a rehearsal finds nothing.

use std::collections::HashMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::decoder::{Decoder, Members};
use super::error::{ModelFileError, Problem};
use super::place::Chosen;
use super::table::number;
use crate::{ArtificialCell, Cell, ModelError, OwnValues};

/// From how many cells of one entry on there is a rehearsal.
const LARGE: f64 = 1000.0;

/// Copies of the first cells of groups, for other cells that entries name.
#[derive(Debug, Default)]
pub(crate) struct StandIns {
    /// By group and number of the member.
    index: HashMap<(usize, usize), usize>,
    group_of_cell: HashMap<usize, usize>,
    group_of_artificial_cell: HashMap<usize, usize>,
}

impl StandIns {
    pub(crate) fn group_of_cell(&self, cell: usize) -> Option<usize> {
        self.group_of_cell.get(&cell).copied()
    }

    pub(crate) fn group_of_artificial_cell(&self, cell: usize) -> Option<usize> {
        self.group_of_artificial_cell.get(&cell).copied()
    }
}

/// Whether an entry has many cells.
pub(crate) fn is_worthwhile(document: &DeTable<'_>) -> bool {
    let lists = ["cell", "artificial_cell"].into_iter().filter_map(|key| document.get(key)?.get_ref().as_array());
    lists.flat_map(|entries| entries.iter()).any(|entry| {
        let count = entry.get_ref().as_table().and_then(|entry| entry.get("count"));
        count.and_then(|count: &toml::Spanned<DeValue<'_>>| number(count.get_ref())).is_some_and(|count| count > LARGE)
    })
}

/// The errors that one cell of each entry shows.
pub(crate) fn errors(mut decoder: Decoder, document: &DeTable<'_>) -> Vec<ModelFileError> {
    decoder.rehearses = true;
    super::decode(&mut decoder, document);
    decoder.check_network();
    let mut errors = decoder.errors.0;
    // Of a pattern one pair is made, that of the first with the first, which need not be in it.
    errors.retain(|error| !matches!(error.problem, Problem::Model(ModelError::JoinsItself { .. })));
    errors
}

impl Decoder {
    /// How many of so many parts are made.
    pub(crate) fn made(&self, count: usize) -> usize {
        if self.rehearses { count.min(1) } else { count }
    }

    /// Some members of a group, for which one stands: the group's first if all are meant, else a copy with the name of the first
    /// of them, so that what is said of some is not taken for all.
    pub(crate) fn rehearsed(&mut self, group: usize, indices: Range<usize>, step: usize) -> Chosen {
        let members = self.groups[group].members.clone();
        let (count, first) = (indices.len().div_ceil(step.max(1)), members.range().start);
        if members.range().is_empty() || count == self.groups[group].count {
            return Chosen::rehearsed(first, count);
        }
        let key = (group, indices.start);
        let name = format!("{}[{}]", self.groups[group].name, indices.start);
        let index = match (self.stand_ins.index.get(&key), members) {
            (Some(&index), _) => index,
            (None, Members::Cells(_)) => {
                // Its own values are looked at where they belong.
                let cell = Cell { name, own: OwnValues::default(), ..self.network.cells[first].clone() };
                let index = self.network.add_cell(cell);
                self.stand_ins.group_of_cell.insert(index, group);
                index
            }
            (None, Members::Artificial(_)) if indices.start > 0 => {
                let mechanism = self.network.artificial_cells[first].mechanism.clone();
                self.network.artificial_cells.push(ArtificialCell { name, mechanism });
                let index = self.network.artificial_cells.len() - 1;
                self.stand_ins.group_of_artificial_cell.insert(index, group);
                index
            }
            (None, _) => first,
        };
        self.stand_ins.index.insert(key, index);
        Chosen::rehearsed(index, count)
    }
}
