//! Lowers artificial cells.

use std::collections::{BTreeMap, HashSet};

use loligo_engine::Population;
use loligo_mechanisms::{Block, History, Kind};
use loligo_random::Random123;

use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::known::Known;
use crate::lowering::mechanisms::{columns_of, vectors_of};
use crate::lowering::model_part::ModelPart;
use crate::names;

impl<'a> Lowering<'a> {
    pub(super) fn artificial_cells(&mut self) {
        // Populations in the order in which NEURON initialises artificial cells: by mechanism, then by creation.
        let mut members: BTreeMap<u32, (Known, Vec<usize>)> = BTreeMap::new();
        let cells = &self.network.artificial_cells;
        let mut seen = HashSet::new();
        for (index, cell) in cells.iter().enumerate() {
            self.errors.part = ModelPart::ArtificialCell(index);
            let place = || format!("artificial cell \"{}\"", cell.name);
            self.errors.name("artificial cell", &cell.name, names::check_member(&cell.name));
            if !seen.insert(cell.name.as_str()) {
                self.errors.push(ModelError::DuplicateName {
                    cell: "network".to_owned(),
                    what: "artificial cells",
                    name: cell.name.clone(),
                });
            }
            if let Some(mechanism) = self.find(&place, &cell.mechanism, |kind| kind == Kind::Artificial) {
                members.entry(mechanism.order).or_insert_with(|| (mechanism, Vec::new())).1.push(index);
            }
        }
        self.artificial = vec![None; cells.len()];
        for (known, indices) in members.into_values() {
            let Known { mechanism, globals, tables, .. } = known.clone();
            let signature = mechanism.signature();
            let mut block = Block::new(signature.defaults(), indices.len());
            block.histories = vec![History::default(); signature.histories * indices.len()];
            for (instance, &index) in indices.iter().enumerate() {
                let own = &cells[index].mechanism;
                for (column, value) in columns_of(signature, own).into_iter().enumerate() {
                    block.set(column, instance, value);
                }
                for stream in 0..signature.streams.len() {
                    self.streams += 1;
                    let given = own.stream.filter(|_| stream == 0);
                    let [id1, id2, id3] = given.unwrap_or([1, self.network.seed, self.streams]);
                    block.streams.push(Random123::new(id1, id2, id3).with_global_index(self.network.global_index));
                }
                block.vectors.extend(vectors_of(signature, own));
                self.artificial[index] = Some((self.blueprint.populations.len(), instance));
            }
            for (instance, &index) in indices.iter().enumerate() {
                self.errors.part = ModelPart::ArtificialCell(index);
                let place = || format!("artificial cell \"{}\"", cells[index].name);
                self.set_up(&place, &known, (&mut block, instance), &cells[index].mechanism.calls);
            }
            self.blueprint.populations.push(Population { mechanism, globals, tables, block });
        }
    }

    pub(super) fn check_times(&mut self, place: &dyn Fn() -> String, times: &[f64], ascending: bool) {
        let wrong = times
            .iter()
            .enumerate()
            .find(|&(k, t)| !t.is_finite() || (ascending && (*t < 0.0 || (k > 0 && *t < times[k - 1]))));
        if let Some((index, &value)) = wrong {
            self.errors.push(ModelError::Times { place: place(), index, value });
        }
    }
}
