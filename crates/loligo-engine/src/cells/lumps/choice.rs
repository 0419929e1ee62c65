//! The choice of terms: the fewest instances whose sums are those of all lumps of a row.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::Range;

use loligo_mechanisms::{Block, ColumnView};

use super::Lumps;
use super::formed::Formed;
use super::shared_rates::{RateRange, SharedRates};
use super::terms::{Place, Terms, add_at};

/// The largest factor of decay of lumps that share rates. The factor of a shared rate is rounded, by 1e-16 at most; in as
/// many steps as an amount with this factor exists, the rounding adds up to 1e-11 of the amount.
const LARGEST_FACTOR: f64 = 1.0 - 1e-5;

/// Terms that are being formed.
pub(super) struct TermList {
    pub(super) rows: Vec<u32>,
    /// An instance whose current each term has.
    pub(super) first: Vec<u32>,
    /// For each state, one for each term.
    pub(super) amounts: Vec<Vec<f64>>,
    pub(super) factors: Vec<Vec<f64>>,
    /// For each lump.
    pub(super) places: Vec<Place>,
    /// For each state, one for each lump.
    pub(super) places_in_range: Vec<Vec<f64>>,
    pub(super) rates: Vec<SharedRates>,
}

/// Columns by which instances of a row are told apart, by what depends on them.
pub(super) struct Comparison {
    of_current: Vec<usize>,
    of_decay: Vec<usize>,
    /// The column on which currents depend linearly and of which a row has the most values, if these are more than two.
    linear: Option<usize>,
}

impl Comparison {
    /// All columns, in the order in which lumps are sorted: those with terms in common follow one another.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.of_current.iter().chain(&self.of_decay).chain(&self.linear).copied()
    }
}

/// The lumps at the ends of the range of a parameter: one if all have the same.
struct Ends {
    lumps: Vec<usize>,
    /// The parameter of all lumps from `start` on.
    values: Vec<f64>,
    start: usize,
}

impl Ends {
    /// `None` if a value, or the width of their range, is not finite.
    fn of(lumps: Range<usize>, value: impl Fn(usize) -> f64) -> Option<Self> {
        let values: Vec<f64> = lumps.clone().map(value).collect();
        let by_value = |&a: &usize, &b: &usize| values[a - lumps.start].total_cmp(&values[b - lumps.start]);
        let [lower, upper] = [lumps.clone().min_by(by_value)?, lumps.clone().max_by(by_value)?];
        let width = values[upper - lumps.start] - values[lower - lumps.start];
        let ends = if width == 0.0 { vec![lower] } else { vec![lower, upper] };
        width.is_finite().then_some(Self { lumps: ends, start: lumps.start, values })
    }

    /// The part of a lump's amount that belongs to the upper end, if there are two.
    fn part(&self, lump: usize) -> Option<f64> {
        let &[lower, upper] = &self.lumps[..] else { return None };
        let [value, lower, upper] = [lump, lower, upper].map(|lump| self.values[lump - self.start]);
        Some((value - lower) / (upper - lower))
    }
}

impl Lumps {
    /// Adds the terms of the lumps of one row.
    pub(super) fn add_terms_of_row(&self, row: Range<usize>, own: &Block, formed: &Formed, terms: &mut TermList) {
        let Comparison { of_current, of_decay, linear } = self.comparison(own, &formed.first[row.clone()]);
        let first = |lump: usize| formed.first[lump] as usize;
        let are_equal = |columns: &[usize], a: usize, b: usize| {
            columns.iter().all(|&column| own.value(column, first(a)).to_bits() == own.value(column, first(b)).to_bits())
        };
        // One that does not decay must not keep the others from sharing rates.
        let are_alike = |a, b| are_equal(&of_current, a, b) && self.has_rates(a) == self.has_rates(b);
        for lumps in ranges_of_equal(row, are_alike) {
            let ends =
                |lumps: Range<usize>| linear.and_then(|column| Ends::of(lumps, |lump| own.value(column, first(lump))));
            let decays: Vec<(Range<usize>, Option<Ends>)> =
                ranges_of_equal(lumps.clone(), |a, b| are_equal(&of_decay, a, b))
                    .map(|decay| (decay.clone(), if decay.len() > 2 { ends(decay) } else { None }))
                    .collect();
            let separate: usize =
                decays.iter().map(|(decay, ends)| ends.as_ref().map_or(decay.len(), |ends| ends.lumps.len())).sum();
            let of_class = ends(lumps.clone());
            let ranges = self.shared_ranges(lumps.clone()).filter(|_| linear.is_none() || of_class.is_some());
            let values = of_class.as_ref().map_or(1, |ends| ends.lumps.len());
            // Clearly fewer, since an event adds to all terms of shared rates.
            match ranges.filter(|&(_, count)| 2 * separate >= count.saturating_mul(3 * values)) {
                Some(ranges) => self.add_shared(lumps, ranges, of_class, formed, terms),
                None => decays.into_iter().for_each(|(decay, ends)| self.add_separate(decay, ends, formed, terms)),
            }
        }
    }

    /// Adds the terms of lumps that share rates of decay.
    fn add_shared(
        &self,
        lumps: Range<usize>,
        (ranges, count): (Vec<RateRange>, usize),
        ends: Option<Ends>,
        formed: &Formed,
        terms: &mut TermList,
    ) {
        let number = terms.rates.iter().position(|rates| rates.len() == count).unwrap_or_else(|| {
            terms.rates.push(SharedRates::new(count));
            terms.rates.len() - 1
        });
        let first = terms.first.len() as u32;
        let instances = ends.as_ref().map_or(vec![lumps.start], |ends| ends.lumps.clone());
        let places = terms.rates[number].places().to_vec();
        for instance in instances {
            for &place in &places {
                let factors = ranges.iter().map(|range| (-range.logarithm(place).exp()).exp());
                terms.push(formed.rows[lumps.start], formed.first[instance], factors);
            }
        }
        for lump in lumps {
            let upper = ends.as_ref().and_then(|ends| Some((first + count as u32, ends.part(lump)?)));
            let place = |state: usize| ranges[state].place(rate_logarithm(self.logarithms[state][lump]));
            terms.place(Place { first, rates: Some(number as u32), upper }, place, formed.amounts_of(lump));
        }
    }

    /// Adds the terms of lumps with equal decays: one for each, or those of the ends of a parameter's range.
    fn add_separate(&self, lumps: Range<usize>, ends: Option<Ends>, formed: &Formed, terms: &mut TermList) {
        let first = terms.first.len() as u32;
        let computed = ends.as_ref().map_or(lumps.clone().collect(), |ends| ends.lumps.clone());
        for &lump in &computed {
            let factors = self.factors.iter().map(|factors| factors[lump]);
            terms.push(formed.rows[lump], formed.first[lump], factors);
        }
        for (lump, number) in lumps.zip(first..) {
            let place = match &ends {
                None => Place { first: number, rates: None, upper: None },
                Some(ends) => Place { first, rates: None, upper: ends.part(lump).map(|part| (first + 1, part)) },
            };
            terms.place(place, |_| 0.0, formed.amounts_of(lump));
        }
    }

    /// The columns by which instances of a row are told apart.
    pub(super) fn comparison(&self, own: &Block, instances: &[u32]) -> Comparison {
        let each = || self.rule.shared.iter().copied().filter(|&column| is_each(own, column));
        let count = |column: usize| {
            let bits: HashSet<u64> =
                instances.iter().map(|&instance| own.value(column, instance as usize).to_bits()).collect();
            bits.len()
        };
        let counted = each().filter(|column| self.rule.linear.contains(column)).map(|column| (count(column), column));
        // Two values have two terms in any case.
        let most = counted.filter(|&(count, _)| count > 2).max_by_key(|&(count, column)| (count, Reverse(column)));
        let linear = most.map(|(_, column)| column);
        let (of_decay, of_current) =
            each().filter(|&column| Some(column) != linear).partition(|column| self.rule.decay.contains(column));
        Comparison { of_current, of_decay, linear }
    }

    /// True if all states of a lump decay at rates that can be shared.
    fn has_rates(&self, lump: usize) -> bool {
        self.factors.iter().all(|factors| factors[lump] > 0.0 && factors[lump] <= LARGEST_FACTOR)
    }

    /// The range of the rates of some lumps for each state, and the number of rates that they can share.
    fn shared_ranges(&self, lumps: Range<usize>) -> Option<(Vec<RateRange>, usize)> {
        if !lumps.clone().all(|lump| self.has_rates(lump)) {
            return None;
        }
        let ranges = self.logarithms.iter().map(|logarithms| {
            RateRange::of(logarithms[lumps.clone()].iter().map(|&logarithm| rate_logarithm(logarithm)))
        });
        let ranges: Vec<RateRange> = ranges.collect::<Option<_>>()?;
        let count = ranges.iter().map(|range| range.needed()).max()?;
        Some((ranges, count))
    }
}

impl TermList {
    /// No terms, of a mechanism with this number of states; the shared rates are those of earlier terms.
    pub(super) fn new(states: usize, rates: Vec<SharedRates>) -> Self {
        let columns = || vec![Vec::new(); states];
        Self {
            rows: Vec::new(),
            first: Vec::new(),
            amounts: columns(),
            factors: columns(),
            places: Vec::new(),
            places_in_range: columns(),
            rates,
        }
    }

    /// Adds the terms that the lumps of a row have had before; `states` are the columns of the states.
    pub(super) fn keep(&mut self, former: &Terms, row: u32, lumps: Range<usize>, states: &[usize]) {
        let terms = former.at(row);
        let (from, to) = (terms.start as u32, self.first.len() as u32);
        let moved = |term: u32| term - from + to;
        self.places.extend(former.places[lumps.clone()].iter().map(|place| Place {
            first: moved(place.first),
            upper: place.upper.map(|(upper, part)| (moved(upper), part)),
            ..*place
        }));
        self.rows.extend_from_slice(&former.sums.rows[terms.clone()]);
        self.first.extend_from_slice(&former.first[terms.clone()]);
        for (state, &column) in states.iter().enumerate() {
            self.places_in_range[state].extend_from_slice(&former.places_in_range[state][lumps.clone()]);
            self.factors[state].extend_from_slice(&former.factors[state][terms.clone()]);
            self.amounts[state].extend(terms.clone().map(|term| former.block.value(column, term)));
        }
    }

    /// Adds a term with the current of an instance.
    fn push(&mut self, row: u32, instance: u32, factors: impl Iterator<Item = f64>) {
        self.rows.push(row);
        self.first.push(instance);
        self.factors.iter_mut().zip(factors).for_each(|(all, factor)| all.push(factor));
        self.amounts.iter_mut().for_each(|amounts| amounts.push(0.0));
    }

    /// Adds a lump with its terms, and its amounts to these; `place_in_range` is that of each state.
    fn place(&mut self, place: Place, place_in_range: impl Fn(usize) -> f64, amounts: &[f64]) {
        self.places.push(place);
        for (state, &amount) in amounts.iter().enumerate() {
            let in_range = place_in_range(state);
            self.places_in_range[state].push(in_range);
            let rates = place.rates.map(|rates| (&self.rates[rates as usize], in_range));
            add_at(rates, amount, (place.first, place.upper), &mut self.amounts[state]);
        }
    }
}

/// The logarithm of a rate of decay per step, given that of the factor of a step.
fn rate_logarithm(logarithm: f64) -> f64 {
    (-logarithm).ln()
}

/// Ranges of neighbours that are equal.
pub(super) fn ranges_of_equal(
    range: Range<usize>,
    are_equal: impl Fn(usize, usize) -> bool,
) -> impl Iterator<Item = Range<usize>> {
    let mut start = range.start;
    std::iter::from_fn(move || {
        let first = start;
        if first == range.end {
            return None;
        }
        start = (first + 1..range.end).find(|&next| !are_equal(next - 1, next)).unwrap_or(range.end);
        Some(first..start)
    })
}

fn is_each(block: &Block, column: usize) -> bool {
    matches!(block.column(column), ColumnView::Each(_))
}
