//! Lumps in the state of a run.

use std::collections::BTreeMap;

use super::Lumps;
use crate::cells::installed::Installed;
use crate::state::{LumpedState, StateMismatch};

/// The states of terms that are being restored: for each row those of all states of the first term, of the second, ...
#[derive(Clone, Debug, Default)]
pub(in crate::cells) struct SavedRows(BTreeMap<u32, Vec<f64>>);

/// The state of lumps that is taken once they have been formed.
#[derive(Clone, Debug)]
pub(super) struct Restored {
    since: Vec<u64>,
    saved: SavedRows,
}

impl Lumps {
    /// The state of some instances of a cell, in this order; all lumps have been formed.
    pub(in crate::cells) fn saved(&self, installed: &Installed, instances: &[usize]) -> LumpedState {
        let rows = rows_in_order(installed, instances);
        let sums = rows.map(|row| {
            let states = |term| self.rule.states.iter().map(move |&column| self.terms.block.value(column, term));
            self.terms.at(row).flat_map(states).collect()
        });
        LumpedState { since: instances.iter().map(|&instance| self.since[instance]).collect(), sums: sums.collect() }
    }

    /// Takes the state of some instances of a cell, whose variables have been restored; the sums are kept for
    /// [`restore`](Self::restore).
    pub(in crate::cells) fn take(
        &mut self,
        (installed, instances): (&Installed, &[usize]),
        state: &LumpedState,
        saved: &mut SavedRows,
    ) -> Result<(), StateMismatch> {
        let rows: Vec<u32> = rows_in_order(installed, instances).collect();
        if state.since.len() != instances.len() || state.sums.len() != rows.len() {
            return Err(StateMismatch("the synapses of a cell"));
        }
        instances.iter().zip(&state.since).for_each(|(&instance, &since)| self.since[instance] = since);
        for (row, sums) in rows.into_iter().zip(&state.sums) {
            saved.0.insert(row, sums.clone());
        }
        Ok(())
    }

    /// Has the lumps formed as they were after `now` steps, from the stored parameters of their instances, which have been
    /// restored; after that, [`finish_restoring`](Self::finish_restoring) is to be called.
    pub(in crate::cells) fn restore(
        &mut self,
        installed: &Installed,
        now: u64,
        saved: SavedRows,
    ) -> Result<(), StateMismatch> {
        if self.since.iter().any(|&since| since > now) {
            return Err(StateMismatch("the times of events"));
        }
        // Stored states must not be changed when lumps are formed.
        let since = std::mem::replace(&mut self.since, vec![now; installed.rows.len()]);
        self.restored = Some(Restored { since, saved });
        self.stale.extend(&installed.rows);
        Ok(())
    }

    /// Sets the terms to the restored state.
    pub(in crate::cells) fn finish_restoring(&mut self) -> Result<(), StateMismatch> {
        let Some(Restored { since, saved }) = self.restored.take() else { return Ok(()) };
        self.since = since;
        for (row, sums) in saved.0 {
            let terms = self.terms.at(row);
            if sums.len() != terms.len() * self.rule.states.len() {
                return Err(StateMismatch("the sums of synapses"));
            }
            for (term, sums) in terms.zip(sums.chunks(self.rule.states.len().max(1))) {
                for (&column, &sum) in self.rule.states.iter().zip(sums) {
                    self.terms.block.set(column, term, sum);
                }
            }
        }
        Ok(())
    }
}

/// The rows of instances that are sorted by row, or by node.
fn rows_in_order(installed: &Installed, instances: &[usize]) -> impl Iterator<Item = u32> {
    let mut rows: Vec<u32> = instances.iter().map(|&instance| installed.rows[instance]).collect();
    rows.dedup();
    rows.into_iter()
}
