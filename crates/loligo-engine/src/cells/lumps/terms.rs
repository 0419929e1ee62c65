//! Terms of the synaptic currents: the instances that are computed in each step in place of all synapses of the lumps.

use std::ops::Range;
use std::sync::Arc;

use loligo_mechanisms::math::{Lanes, Simd, VectorLoop};
use loligo_mechanisms::{Block, Kernel};

use super::shared_rates::SharedRates;
use super::without_subnormals;
use crate::cells::installed::{Evaluation, Installed, Scratch};
use crate::cells::membrane_current::Equations;

/// The terms of a lump: one, or those of shared rates; and the same again if it is between the ends of a range of a
/// parameter on which the current depends linearly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// The first of its terms.
    pub(super) first: u32,
    /// Number of the shared rates, if there are some.
    pub(super) rates: Option<u32>,
    /// The first of the terms at the upper end of the range, and the part of an amount that belongs to them.
    pub(super) upper: Option<(u32, f64)>,
}

/// The terms of a mechanism in a group.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    /// The terms as instances of the mechanism.
    pub(super) sums: Installed,
    pub(super) block: Block,
    pub(super) kernel: Option<Arc<dyn Kernel>>,
    /// A synapse whose current each term has.
    pub(super) first: Vec<u32>,
    /// For each state and term, the factor by which it decays in a step.
    pub(super) factors: Vec<Vec<f64>>,
    /// For each lump.
    pub(super) places: Vec<Place>,
    /// For each state and lump, the place of its rate in the range of shared rates; 0 if it has a term of its own.
    pub(super) places_in_range: Vec<Vec<f64>>,
    pub(super) rates: Vec<SharedRates>,
}

impl Terms {
    /// No terms, of a mechanism with this number of states.
    pub(super) fn none(installed: &Installed, states: usize) -> Self {
        Self {
            sums: installed.on_rows(Vec::new(), &[]),
            block: Block::new(installed.signature.defaults(), 0),
            kernel: None,
            first: Vec::new(),
            factors: vec![Vec::new(); states],
            places: Vec::new(),
            places_in_range: vec![Vec::new(); states],
            rates: Vec::new(),
        }
    }

    /// Adds an amount to a state of a lump; `state` is its number, and its column.
    #[inline]
    pub(super) fn add(&mut self, (state, column): (usize, usize), lump: usize, added: f64) {
        let Place { first, rates, upper } = self.places[lump];
        let rates = rates.map(|rates| (&self.rates[rates as usize], self.places_in_range[state][lump]));
        add_at(rates, added, (first, upper), self.block.column_mut(column));
    }

    /// Adds the currents to the equations of their rows.
    pub(super) fn add_currents(
        &mut self,
        evaluation: Evaluation<'_>,
        scratch: &mut Scratch,
        equations: &mut Equations<'_>,
    ) {
        let Some(kernel) = &self.kernel else { return };
        let evaluation = Evaluation { kernel: &**kernel, ..evaluation };
        self.sums.add_currents(0..self.block.len(), evaluation, &mut self.block, scratch, equations);
    }

    /// Lets the terms decay for one step; `states` are their columns.
    pub(super) fn advance(&mut self, states: &[usize], lanes: Lanes) {
        if self.block.is_empty() {
            return;
        }
        for (factors, &column) in self.factors.iter().zip(states) {
            lanes.run(Decay { x: self.block.column_mut(column), factors });
        }
    }

    /// True if a term at `row` has a state, or at voltages `v` a current, that is not finite.
    pub(super) fn is_broken_at(&mut self, row: u32, evaluation: Evaluation<'_>, scratch: &mut Scratch) -> bool {
        let Some(kernel) = &self.kernel else { return false };
        let evaluation = Evaluation { kernel: &**kernel, ..evaluation };
        self.sums.is_broken_at(row, evaluation, &mut self.block, scratch)
    }

    /// The terms of a row.
    pub(super) fn at(&self, row: u32) -> Range<usize> {
        at_row(&self.sums.rows, row)
    }
}

/// Adds an amount to terms of shared rates, or to single ones.
#[inline]
pub(super) fn add_at(
    rates: Option<(&SharedRates, f64)>,
    amount: f64,
    (first, upper): (u32, Option<(u32, f64)>),
    terms: &mut [f64],
) {
    let mut add = |amount: f64, first: u32| match rates {
        None => terms[first as usize] += amount,
        Some((rates, place)) => rates.add(amount, place, &mut terms[first as usize..]),
    };
    match upper {
        None => add(amount, first),
        Some((upper, part)) => {
            add(amount * (1.0 - part), first);
            add(amount * part, upper);
        }
    }
}

/// The entries of a row in an ascending list of rows.
pub(super) fn at_row(rows: &[u32], row: u32) -> Range<usize> {
    rows.partition_point(|&other| other < row)..rows.partition_point(|&other| other <= row)
}

/// Multiplies every value by its own factor.
struct Decay<'a> {
    x: &'a mut [f64],
    factors: &'a [f64],
}

impl VectorLoop for Decay<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { x, factors } = self;
        let factors = &factors[..x.len()];
        for k in 0..x.len() {
            x[k] = without_subnormals(x[k] * factors[k]);
        }
    }
}
