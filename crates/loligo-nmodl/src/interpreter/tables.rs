//! Tables of functions and procedures (TABLE in NMODL).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smallvec::SmallVec;

use crate::program::{Place, Programs, TableFlow};

/// The most versions of a table that are kept, for instances with different parameters.
pub(super) const MOST_VERSIONS: usize = 32;

/// The values of functions at equidistant arguments.
#[derive(Debug)]
pub(crate) struct Tabulated {
    pub(super) from: f64,
    /// Intervals per unit of the argument.
    pub(super) factor: f64,
    /// Number of intervals.
    pub(super) intervals: f64,
    pub(super) outputs: Vec<Entries>,
    /// Values that the computation of the table has written to other columns.
    pub(super) left: Vec<(u32, f64)>,
}

/// The values of a function at all arguments.
#[derive(Debug)]
pub(super) struct Entries {
    /// Each value with the difference of the next one, 0 for the last.
    pairs: Vec<[f64; 2]>,
    /// True if no value is infinite, NaN or -0: then x + 0 is x.
    is_usual: bool,
}

impl Entries {
    pub(super) fn new(values: &[f64]) -> Self {
        let next = values.iter().skip(1).chain(values.last());
        let pairs = values.iter().zip(next).map(|(&value, next)| [value, next - value]).collect();
        let is_usual = values.iter().all(|x| x.is_finite() && x.to_bits() != (-0.0_f64).to_bits());
        Self { pairs, is_usual }
    }

    /// The value for the last argument.
    pub(super) fn last(&self) -> f64 {
        self.pairs.last().map_or(f64::NAN, |pair| pair[0])
    }

    /// The interpolated value at a position from 0 to the number of intervals, or NaN.
    pub(super) fn at(&self, position: f64) -> f64 {
        let below = position.floor();
        match self.pairs.get(whole(below)) {
            _ if position.is_nan() => position,
            Some(&[value, _]) if position == 0.0 || position >= (self.pairs.len() - 1) as f64 => value,
            Some(&[value, difference]) => value + (position - below) * difference,
            None => f64::NAN, // there is none
        }
    }

    /// The interpolated values at some positions.
    #[inline(always)]
    pub(super) fn at_all(&self, positions: &[f64], to: &mut [f64]) {
        if !self.is_usual {
            to.iter_mut().zip(positions).for_each(|(to, &position)| *to = self.at(position));
            return;
        }
        let Some(first) = self.pairs.first() else { return };
        for (to, &position) in to.iter_mut().zip(positions) {
            let below = position.floor();
            // NaN may have any entry, and stays NaN.
            let &[value, difference] = self.pairs.get(whole(below)).unwrap_or(first);
            *to = value + (position - below) * difference;
        }
    }
}

/// A whole number from 0 to 2^32 - 1.
#[inline(always)]
fn whole(x: f64) -> usize {
    const TWO_TO_52: f64 = 4_503_599_627_370_496.0;
    (x + TWO_TO_52).to_bits() as u32 as usize // the last bits are those of the whole number
}

/// A shared table.
pub(crate) type Tabulation = Arc<Tabulated>;

/// The tables of a kernel, made when first needed, one version for each set of values on which they depend.
#[derive(Debug, Default)]
pub(super) struct TableStore {
    pub(super) tables: Vec<Stored>,
}

#[derive(Debug)]
pub(super) struct Stored {
    pub(super) flow: TableFlow,
    /// Tables with the values of their inputs, by bits.
    pub(super) versions: Mutex<Vec<(Vec<u64>, Tabulation)>>,
}

/// The tables that a hook uses, by their number.
pub(crate) type TablesInUse = SmallVec<[Option<Tabulation>; 4]>;

impl Stored {
    /// The table for the values of its inputs, if it has been made.
    pub(super) fn find(&self, value: impl Fn(Place) -> f64) -> Option<Tabulation> {
        let fits = |key: &[u64]| self.flow.inputs.iter().zip(key).all(|(&place, bits)| value(place).to_bits() == *bits);
        self.versions().iter().find(|(key, _)| fits(key)).map(|(_, tabulation)| tabulation.clone())
    }

    /// The same, by the bits of the values.
    pub(super) fn find_by_key(&self, key: &[u64]) -> Option<Tabulation> {
        self.versions().iter().find(|(own, _)| own == key).map(|(_, tabulation)| tabulation.clone())
    }

    /// The tables made so far.
    pub(super) fn versions(&self) -> MutexGuard<'_, Vec<(Vec<u64>, Tabulation)>> {
        // A thread that panicked with the lock had only read or pushed, so the versions are still valid.
        self.versions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TableStore {
    pub(super) fn new(programs: &Programs) -> Self {
        let stored = |table| Stored { flow: TableFlow::of(programs, table), versions: Mutex::default() };
        Self { tables: programs.tables.iter().map(stored).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_between_arguments_are_interpolated() {
        for values in [[1.0, 3.0, 2.0], [1.0, 3.0, f64::INFINITY], [-0.0, 3.0, 2.0]] {
            let entries = Entries::new(&values);
            let positions = [0.0, 0.25, 1.0, 1.5, 2.0, f64::NAN];
            let mut all = [0.0; 6];
            entries.at_all(&positions, &mut all);
            let between = values[1] + 0.5 * (values[2] - values[1]);
            // As in NEURON: NaN at a value before an infinite one.
            let second = 3.0 + 0.0 * (values[2] - 3.0);
            let expected = [values[0], values[0] + 0.25 * (3.0 - values[0]), second, between, values[2]];
            for (k, &expected) in expected.iter().enumerate() {
                let is_same = |x: f64| x.to_bits() == expected.to_bits() || (x.is_nan() && expected.is_nan());
                assert!(is_same(all[k]) && is_same(entries.at(positions[k])), "{values:?} at {}", positions[k]);
            }
            assert!(all[5].is_nan() && entries.at(f64::NAN).is_nan());
        }
    }
}
