//! Lumps in the state of a run.

use std::collections::BTreeMap;

use loligo_mechanisms::Block;

use super::Lumps;
use crate::cells::installed::Installed;
use crate::state::{LumpedState, StateMismatch};

/// The sums of lumps that are being restored: for each row those of all states of the first lump, of the second, ...
#[derive(Debug, Default)]
pub(in crate::cells) struct SavedRows(BTreeMap<u32, Vec<f64>>);

impl Lumps {
    /// The state of some instances of a cell, in this order; all lumps have been formed.
    pub(in crate::cells) fn saved(&self, installed: &Installed, instances: &[usize]) -> LumpedState {
        let rows = rows_in_order(installed, instances);
        let sums = rows.map(|row| {
            let states = |lump| self.rule.states.iter().map(move |&column| self.block.value(column, lump));
            self.at(row).flat_map(states).collect()
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

    /// Sets the lumps after `now` steps, whose instances have been restored.
    pub(in crate::cells) fn restore(
        &mut self,
        (installed, own): (&mut Installed, &mut Block),
        now: u64,
        area: &[f64],
        saved: SavedRows,
    ) -> Result<(), StateMismatch> {
        if self.since.iter().any(|&since| since > now) {
            return Err(StateMismatch("the times of events"));
        }
        let since = self.since.clone();
        // Formed as they were before, from stored parameters; stored states must not be changed by this.
        self.since.fill(now);
        self.stale.extend(&installed.rows);
        self.form((installed, own), now, area);
        self.since = since;
        for (row, sums) in saved.0 {
            let lumps = self.at(row);
            if sums.len() != lumps.len() * self.rule.states.len() {
                return Err(StateMismatch("the sums of synapses"));
            }
            for (lump, sums) in lumps.zip(sums.chunks(self.rule.states.len().max(1))) {
                for (&column, &sum) in self.rule.states.iter().zip(sums) {
                    self.block.set(column, lump, sum);
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
