//! Lumps: synapses of one node that are computed as sums, so that each costs nothing between its events.
//!
//! A mechanism [declares](Lumping) that its states decay and that its currents are linear in them. All its instances on a
//! row that share the parameters of decay and current form a *lump*, whose states are the sums of theirs: an instance of
//! the same mechanism, in a block of its own. In a step, only lumps are computed. An event is handled by the instance's
//! kernel, with the instance's states at 0: these then are the amounts that the event adds to the lump, and to the
//! instance.
//!
//! An instance keeps its own states as the values after its last event and the number of that step; their present values
//! are computed from these ([`decayed`]) when they are read, without a change of what is stored. Currents and other
//! variables that are evaluated with them depend on the voltage of the step: they are computed beside the lumps, for
//! those instances of which they are recorded (*watched* ones).
//!
//! Each lump is a *term* of its row's currents, computed as an instance. Lumps that differ in their decays alone
//! (`shared_rates.rs`), or in one parameter on which the current depends linearly, share fewer terms (`choice.rs`): an event
//! then adds a part of its amount to each of them.
//!
//! The lumps and terms of a row, and the order of sums, depend on that row alone: results are the same for any grouping of
//! cells. When a parameter is set, the row's lumps are formed again.

mod choice;
mod formed;
mod forming;
mod saved;
mod shared_rates;
mod terms;

use std::collections::{BTreeSet, HashSet};

use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{Block, Increment, Lumping, Membrane};
use smallvec::SmallVec;

use super::installed::{Evaluation, Installed, Scratch};
use super::membrane_current::Equations;
pub(super) use forming::Compilation;
use saved::Restored;
pub(super) use saved::SavedRows;
use terms::Terms;

/// The lump of an instance that is computed by itself.
const NO_LUMP: u32 = u32::MAX;

/// The lumps of a mechanism in a group.
#[derive(Clone, Debug)]
pub(super) struct Lumps {
    rule: Lumping,
    /// The instances that must be computed by themselves: others set their variables during a run.
    apart: HashSet<usize>,
    /// The lump of each instance.
    lump_of: Vec<u32>,
    /// For each instance, the number of steps after which its stored states were valid.
    since: Vec<u64>,
    /// The instances of which also currents are computed, ascending.
    watched: Vec<u32>,
    /// Rows whose lumps must be formed again.
    stale: BTreeSet<u32>,
    /// The row of each lump, ascending.
    rows: Vec<u32>,
    /// For each state and lump, the factor by which it decays in a step.
    factors: Vec<Vec<f64>>,
    /// The logarithms of the factors' magnitudes.
    logarithms: Vec<Vec<f64>>,
    terms: Terms,
    /// The state that is being restored.
    restored: Option<Restored>,
}

/// A value after `steps` steps, in each of which it is multiplied by a factor; `logarithm` is that of the factor's
/// magnitude. The relative difference from the product of the factors is below 1e-12.
#[inline]
fn decayed(value: f64, factor: f64, logarithm: impl FnOnce() -> f64, steps: u64) -> f64 {
    if steps < 1 << FEW {
        return without_subnormals(value * power(factor, steps));
    }
    let magnitude = without_subnormals(value * (steps as f64 * logarithm()).exp());
    if factor < 0.0 && steps % 2 == 1 { -magnitude } else { magnitude }
}

/// Binary digits of the numbers of steps for which factors are multiplied: this takes less time than an exponential.
const FEW: u32 = 4;

/// A factor to the power of less than 2 to the power of [`FEW`].
#[inline(always)]
fn power(factor: f64, steps: u64) -> f64 {
    let (mut square, mut power) = (factor, 1.0);
    for digit in 0..FEW {
        // All bits or none: a branch on the number of steps could not be predicted.
        let is_used = (steps >> digit & 1).wrapping_neg();
        power *= f64::from_bits(square.to_bits() & is_used | 1.0_f64.to_bits() & !is_used);
        square *= square;
    }
    power
}

/// Sets a variable of an instance; returns its former value.
#[inline(always)]
fn replaced(block: &mut Block, column: usize, instance: usize, value: f64) -> f64 {
    let former = block.value(column, instance);
    block.set(column, instance, value);
    former
}

/// Subnormal numbers make a processor slow, and have no effect.
#[inline(always)]
fn without_subnormals(x: f64) -> f64 {
    if x.abs() < f64::MIN_POSITIVE { 0.0 } else { x }
}

impl Lumps {
    /// A variable of an instance after `now` steps.
    pub(super) fn value(&self, own: &Block, column: usize, instance: usize, now: u64) -> f64 {
        let value = own.value(column, instance);
        match self.rule.states.iter().position(|&state| state == column) {
            Some(state) => self.present(value, state, instance, now),
            None => value,
        }
    }

    /// A state of an instance after `now` steps, from the value after its last event.
    #[inline]
    fn present(&self, value: f64, state: usize, instance: usize, now: u64) -> f64 {
        let steps = now.saturating_sub(self.since[instance]);
        let lump = self.lump_of[instance] as usize;
        match self.factors[state].get(lump) {
            Some(&factor) if steps > 0 => decayed(value, factor, || self.logarithms[state][lump], steps),
            // Nothing has decayed, or it has no lump.
            _ => value,
        }
    }

    /// Stores the present states of an instance.
    pub(super) fn settle(&mut self, own: &mut Block, instance: usize, now: u64) {
        for (state, &column) in self.rule.states.iter().enumerate() {
            let value = self.present(own.value(column, instance), state, instance, now);
            own.set(column, instance, value);
        }
        self.since[instance] = now;
    }

    /// True if the instance is computed in a lump.
    #[inline]
    pub(super) fn has(&self, instance: usize) -> bool {
        self.lump_of[instance] != NO_LUMP
    }

    /// Adds to an instance of a lump, and to the lump, the amounts by which an event of these weights changes the states;
    /// false if the instance has no lump, or if its kernel must receive the event.
    #[inline]
    pub(super) fn add_weights(&mut self, own: &mut Block, instance: usize, now: u64, weights: &[f64]) -> bool {
        let increments = &self.rule.increments;
        let is_known = self.has(instance)
            && !increments.is_empty()
            && increments.iter().all(|increment| increment.weight < weights.len());
        if !is_known {
            return false;
        }
        let amount = |own: &Block, Increment { weight, factor }: Increment| match factor {
            None => weights[weight],
            Some(column) => weights[weight] * own.value(column, instance),
        };
        if increments.iter().all(|&increment| amount(own, increment) == 0.0) {
            return true;
        }
        let lump = self.lump_of[instance] as usize;
        for (state, (&column, &increment)) in self.rule.states.iter().zip(increments).enumerate() {
            let added = amount(own, increment);
            let present = self.present(own.value(column, instance), state, instance, now);
            own.set(column, instance, present + added);
            self.terms.add((state, column), lump, added);
        }
        self.since[instance] = now;
        true
    }

    /// Carries out `work`, which adds to the states of an instance of a lump, and adds the same to the lump.
    #[inline(always)]
    pub(super) fn add(&mut self, own: &mut Block, instance: usize, now: u64, work: impl FnOnce(&mut Block)) {
        let before: SmallVec<[f64; 4]> =
            self.rule.states.iter().map(|&column| replaced(own, column, instance, 0.0)).collect();
        work(own);
        if self.rule.states.iter().all(|&column| own.value(column, instance) == 0.0) {
            for (&before, &column) in before.iter().zip(&self.rule.states) {
                own.set(column, instance, before);
            }
            return;
        }
        let lump = self.lump_of[instance] as usize;
        for (state, &column) in self.rule.states.iter().enumerate() {
            let present = self.present(before[state], state, instance, now);
            let added = own.value(column, instance);
            own.set(column, instance, present + added);
            self.terms.add((state, column), lump, added);
        }
        self.since[instance] = now;
    }

    /// Adds the currents of the lumps to the equations of their rows.
    pub(super) fn add_currents(
        &mut self,
        evaluation: Evaluation<'_>,
        scratch: &mut Scratch,
        equations: &mut Equations<'_>,
    ) {
        self.terms.add_currents(evaluation, scratch, equations);
    }

    /// Lets the lumps decay for one step.
    pub(super) fn advance(&mut self, lanes: Lanes) {
        self.terms.advance(&self.rule.states, lanes);
    }

    /// Computes currents and other derived variables of the watched instances; they are not added to the equations.
    pub(super) fn observe(
        &self,
        (installed, own): (&Installed, &mut Block),
        evaluation: Evaluation<'_>,
        scratch: &mut Scratch,
        now: u64,
    ) {
        for &instance in &self.watched {
            let instance = instance as usize;
            if !self.has(instance) {
                continue;
            }
            let columns = || self.rule.states.iter().enumerate();
            let stored: SmallVec<[f64; 8]> = columns().map(|(_, &column)| own.value(column, instance)).collect();
            for (state, &column) in columns() {
                own.set(column, instance, self.present(stored[state], state, instance, now));
            }
            let v = [evaluation.v[installed.rows[instance] as usize]]; // mV
            let membrane = Membrane { rhs: &mut [0.0], diagonal: &mut [0.0] };
            let alone = own.instances(instance..instance + 1, &mut scratch.kernel);
            evaluation.kernel.current(evaluation.t, &v, alone, membrane);
            for (state, &column) in columns() {
                own.set(column, instance, stored[state]);
            }
        }
    }

    /// True if the lumps' kernel has failed.
    pub(super) fn have_failed(&self) -> bool {
        self.terms.kernel.as_ref().is_some_and(|kernel| kernel.has_failed())
    }

    /// The reason why the lumps' kernel has failed, if it has.
    pub(super) fn fault(&self) -> Option<String> {
        self.terms.kernel.as_ref()?.fault()
    }

    /// True if a lump at `row` has a sum, or at voltages `v` a current, that is not finite.
    pub(super) fn is_broken_at(&mut self, row: u32, evaluation: Evaluation<'_>, scratch: &mut Scratch) -> bool {
        self.terms.is_broken_at(row, evaluation, scratch)
    }
}

#[cfg(test)]
mod tests;
