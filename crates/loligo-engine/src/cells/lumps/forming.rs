//! Formation of lumps: finds the instances of each row that share their parameters, and the terms of these lumps.

use std::collections::HashSet;
use std::ops::Range;

use loligo_mechanisms::{Block, ColumnView, CompileError, Environment};

use super::shared_rates::{RateRange, SharedRates};
use super::terms::{Place, Terms, at_row};
use super::{Lumps, NO_LUMP};
use crate::cells::installed::{Installed, Scratch};
use crate::kernel_cache::KernelCache;

/// The conditions under which kernels are compiled.
pub(in crate::cells) struct Compilation<'a> {
    pub(in crate::cells) cache: &'a mut KernelCache,
    pub(in crate::cells) environment: Environment,
    /// Voltages of all rows, mV.
    pub(in crate::cells) v: &'a [f64],
    pub(in crate::cells) scratch: &'a mut Scratch,
}

impl Lumps {
    /// The lumps of a mechanism, if it can have some, before they are [formed](Self::form). `apart` are the
    /// instances whose variables others set during a run.
    pub(in crate::cells) fn of(installed: &Installed, apart: HashSet<usize>) -> Option<Self> {
        let rule = installed.mechanism.lumping()?;
        let instances = installed.rows.len();
        let states = rule.states.len();
        Some(Self {
            apart,
            lump_of: vec![NO_LUMP; instances],
            since: vec![0; instances],
            watched: Vec::new(),
            stale: installed.rows.iter().copied().collect(),
            rows: Vec::new(),
            factors: vec![Vec::new(); states],
            logarithms: vec![Vec::new(); states],
            terms: Terms::none(installed, states),
            restored: None,
            rule,
        })
    }

    /// Also computes the derived variables of an instance, if `column` is one of these.
    pub(in crate::cells) fn watch(&mut self, column: usize, instance: usize) {
        if self.rule.derived.contains(&column)
            && let Err(place) = self.watched.binary_search(&(instance as u32))
        {
            self.watched.insert(place, instance as u32);
        }
    }

    /// Prepares for a change of a variable of an instance after `now` steps: its lump is formed again if it depends on the
    /// variable.
    pub(in crate::cells) fn change(
        &mut self,
        (installed, own): (&Installed, &mut Block),
        column: usize,
        instance: usize,
        now: u64,
    ) {
        if self.rule.states.contains(&column) || self.rule.shared.contains(&column) {
            self.change_any((installed, own), instance, now);
        }
    }

    /// The same for a change of any of an instance's variables.
    pub(in crate::cells) fn change_any(
        &mut self,
        (installed, own): (&Installed, &mut Block),
        instance: usize,
        now: u64,
    ) {
        self.settle(own, instance, now);
        self.stale.insert(installed.rows[instance]);
    }

    /// Prepares for a change of all factors after `now` steps.
    pub(in crate::cells) fn change_all(&mut self, (installed, own): (&Installed, &mut Block), now: u64) {
        (0..self.lump_of.len()).for_each(|instance| self.settle(own, instance, now));
        self.stale.extend(&installed.rows);
    }

    /// Prepares for a new run, whose initial states are stored.
    pub(in crate::cells) fn start(&mut self, installed: &Installed) {
        self.since.fill(0);
        self.restored = None;
        self.stale.extend(&installed.rows);
    }

    /// Compiles the kernel of the terms, after the lumps of the rows for which it is necessary have been formed again, as
    /// after `now` steps; `area` (um2) is that of each row.
    pub(in crate::cells) fn compile(
        &mut self,
        (installed, own): (&mut Installed, &mut Block),
        now: u64,
        area: &[f64],
        mut compilation: Compilation<'_>,
    ) -> Result<(), CompileError> {
        if !self.stale.is_empty() {
            self.form((installed, own), now, area, &mut compilation)?;
        }
        let Terms { sums, block, kernel, .. } = &mut self.terms;
        if !block.is_empty() {
            *kernel = Some(compilation.cache.kernel(&*sums.mechanism, &compilation.environment, block)?);
        }
        Ok(())
    }

    fn form(
        &mut self,
        (installed, own): (&mut Installed, &mut Block),
        now: u64,
        area: &[f64],
        compilation: &mut Compilation<'_>,
    ) -> Result<(), CompileError> {
        let stale = std::mem::take(&mut self.stale);
        // Lumps with equal currents follow one another.
        let (of_decay, of_current): (Vec<usize>, Vec<usize>) = self
            .rule
            .shared
            .iter()
            .filter(|&&column| is_each(own, column))
            .partition(|&&column| self.rule.decay.contains(&column));
        let compared: Vec<usize> = of_current.iter().chain(&of_decay).copied().collect();
        let mut formed = Formed::default();
        for members in rows_of(installed) {
            let row = installed.rows[members.start];
            match stale.contains(&row) {
                true => self.form_row(row, members, (own, now), &compared, &mut formed),
                false => self.keep_row(row, members, &mut formed),
            }
        }
        installed.compute_only(|instance| self.lump_of[instance] == NO_LUMP);
        let lumps = installed.on_rows(formed.rows.clone(), area);
        let block = self.block_of(installed, own, &formed.first);
        let (factors, logarithms) = self.decays_of(&lumps, &block, &formed, compilation)?;
        (self.rows, self.factors, self.logarithms) = (formed.rows.clone(), factors, logarithms);
        let has_equal_current = |a: u32, b: u32| {
            let [a, b] = [a, b].map(|lump| formed.first[lump as usize] as usize);
            of_current.iter().all(|&column| own.value(column, a).to_bits() == own.value(column, b).to_bits())
        };
        let mut terms = TermList::new(self.rule.states.len());
        let numbers: Vec<u32> = (0..formed.rows.len() as u32).collect();
        for row in numbers.chunk_by(|&a, &b| formed.rows[a as usize] == formed.rows[b as usize]) {
            let before = terms.first.len();
            for lumps in row.chunk_by(|&a, &b| has_equal_current(a, b)) {
                self.add_terms(lumps[0] as usize..lumps[0] as usize + lumps.len(), &formed, &mut terms);
            }
            let row = formed.rows[row[0] as usize];
            if !stale.contains(&row) {
                for (amounts, &column) in terms.amounts.iter_mut().zip(&self.rule.states) {
                    let kept = self.terms.at(row).map(|term| self.terms.block.value(column, term));
                    amounts[before..].iter_mut().zip(kept).for_each(|(amount, kept)| *amount = kept);
                }
            }
        }
        let is_shared = terms.places.iter().any(|place| place.rates.is_some());
        let (sums, mut block) = match is_shared {
            false => (lumps, block),
            true => (installed.on_rows(terms.rows, area), self.block_of(installed, own, &terms.first)),
        };
        for (amounts, &column) in terms.amounts.iter().zip(&self.rule.states) {
            block.column_mut(column).copy_from_slice(amounts);
        }
        let TermList { factors, places, places_in_range, rates, .. } = terms;
        self.terms = Terms { sums, block, kernel: None, factors, places, places_in_range, rates };
        Ok(())
    }

    /// Instances with the shared parameters of some of the synapses, and states that are 0.
    fn block_of(&self, installed: &Installed, own: &Block, instances: &[u32]) -> Block {
        let mut block = Block::new(installed.signature.defaults(), instances.len());
        for &column in &self.rule.shared {
            let values = instances.iter().map(|&instance| own.value(column, instance as usize));
            block.column_mut(column).iter_mut().zip(values).for_each(|(to, value)| *to = value);
        }
        self.rule.derived.iter().for_each(|&column| block.discard(column));
        block.compact();
        self.rule.states.iter().for_each(|&column| block.column_mut(column).fill(0.0));
        block
    }

    /// The factors of decay of lumps, for each state, and the logarithms of their magnitudes: those that are kept are as
    /// before, others are computed by a step of the kernel.
    fn decays_of(
        &self,
        lumps: &Installed,
        block: &Block,
        formed: &Formed,
        compilation: &mut Compilation<'_>,
    ) -> Result<(Vec<Vec<f64>>, Vec<Vec<f64>>), CompileError> {
        let mut probe = block.clone();
        self.rule.states.iter().for_each(|&column| probe.column_mut(column).fill(1.0));
        if !block.is_empty() {
            let Compilation { cache, environment, v, scratch } = compilation;
            let kernel = cache.kernel(&*lumps.mechanism, environment, block)?;
            lumps.advance(0..probe.len(), &*kernel, 0.0, v, &mut probe, scratch);
        }
        let decays = self.rule.states.iter().zip(self.factors.iter().zip(&self.logarithms));
        let decays = decays.map(|(&column, (former_factors, former_logarithms))| {
            let factors = probe.column_mut(column).iter().zip(&formed.former);
            let decay = factors.map(|(&factor, former)| match former {
                Some(lump) => (former_factors[*lump as usize], former_logarithms[*lump as usize]),
                None => (factor, factor.abs().ln()),
            });
            decay.unzip()
        });
        Ok(decays.unzip())
    }

    /// Adds the terms of lumps of one row with equal currents: one for each, or those of shared rates if these are fewer.
    fn add_terms(&self, lumps: Range<usize>, formed: &Formed, terms: &mut TermList) {
        let states = self.rule.states.len();
        let row = formed.rows[lumps.start];
        let Some((ranges, count)) = self.shared_ranges(lumps.clone()) else {
            for lump in lumps {
                terms.places.push(Place { first: terms.first.len() as u32, rates: None });
                terms.rows.push(row);
                terms.first.push(formed.first[lump]);
                for state in 0..states {
                    terms.places_in_range[state].push(0.0);
                    terms.factors[state].push(self.factors[state][lump]);
                    terms.amounts[state].push(formed.amounts[lump * states + state]);
                }
            }
            return;
        };
        let number = terms.rates.iter().position(|rates| rates.len() == count).unwrap_or_else(|| {
            terms.rates.push(SharedRates::new(count));
            terms.rates.len() - 1
        });
        let first = terms.first.len();
        let place = Place { first: first as u32, rates: Some(number as u32) };
        terms.places.extend(lumps.clone().map(|_| place));
        terms.rows.extend((0..count).map(|_| row));
        terms.first.extend((0..count).map(|_| formed.first[lumps.start]));
        let rates = &terms.rates[number];
        for (state, range) in ranges.into_iter().enumerate() {
            let factor = |&place: &f64| (-range.logarithm(place).exp()).exp();
            terms.factors[state].extend(rates.places().iter().map(factor));
            terms.amounts[state].extend((0..count).map(|_| 0.0));
            for lump in lumps.clone() {
                let place = range.place(rate_logarithm(self.logarithms[state][lump]));
                terms.places_in_range[state].push(place);
                rates.add(formed.amounts[lump * states + state], place, &mut terms.amounts[state][first..]);
            }
        }
    }

    /// The range of the rates of some lumps for each state, and the number of rates that they can share; `None` if these
    /// are not clearly fewer than the lumps, since an event adds to all of them.
    fn shared_ranges(&self, lumps: Range<usize>) -> Option<(Vec<RateRange>, usize)> {
        let ranges = self.factors.iter().zip(&self.logarithms).map(|(factors, logarithms)| {
            // A factor of 1 or more has a rate without logarithm, as one of 0 has.
            let is_positive = factors[lumps.clone()].iter().all(|&factor| factor > 0.0);
            let rates = logarithms[lumps.clone()].iter().map(|&logarithm| rate_logarithm(logarithm));
            RateRange::of(rates).filter(|_| is_positive)
        });
        let ranges: Vec<RateRange> = ranges.collect::<Option<_>>()?;
        let count = ranges.iter().map(|range| range.needed()).max()?;
        (2 * lumps.len() >= count.saturating_mul(3)).then_some((ranges, count))
    }

    /// Forms the lumps of a row: of the instances with equal parameters, in the order of the parameters' bits.
    fn form_row(
        &mut self,
        row: u32,
        members: Range<usize>,
        (own, now): (&mut Block, u64),
        compared: &[usize],
        formed: &mut Formed,
    ) {
        for instance in members.clone() {
            self.settle(own, instance, now);
            self.lump_of[instance] = NO_LUMP;
        }
        let members: Vec<usize> = members.filter(|instance| !self.apart.contains(instance)).collect();
        let bits = members.iter().flat_map(|&instance| compared.iter().map(move |&column| (instance, column)));
        let bits: Vec<u64> = bits.map(|(instance, column)| own.value(column, instance).to_bits()).collect();
        let key = |place: usize| &bits[place * compared.len()..(place + 1) * compared.len()];
        let mut places: Vec<usize> = (0..members.len()).collect();
        places.sort_by(|&a, &b| key(a).cmp(key(b))); // stable
        for lump in places.chunk_by(|&a, &b| key(a) == key(b)) {
            let lump: Vec<usize> = lump.iter().map(|&place| members[place]).collect();
            let number = formed.rows.len() as u32;
            formed.rows.push(row);
            formed.first.push(lump[0] as u32);
            formed.former.push(None);
            lump.iter().for_each(|&instance| self.lump_of[instance] = number);
            for &column in &self.rule.states {
                formed.amounts.push(lump.iter().map(|&instance| own.value(column, instance)).sum());
            }
        }
    }

    /// Keeps the lumps of a row.
    fn keep_row(&mut self, row: u32, members: Range<usize>, formed: &mut Formed) {
        let kept = at_row(&self.rows, row);
        let number = formed.rows.len() as u32;
        let mut first = vec![NO_LUMP; kept.len()];
        for instance in members {
            if self.lump_of[instance] != NO_LUMP {
                let within = self.lump_of[instance] as usize - kept.start;
                first[within] = first[within].min(instance as u32);
                self.lump_of[instance] = number + within as u32;
            }
        }
        for (lump, first) in kept.zip(first) {
            formed.rows.push(row);
            formed.first.push(first);
            formed.former.push(Some(lump as u32));
            // The row's terms are kept.
            formed.amounts.extend(self.rule.states.iter().map(|_| 0.0));
        }
    }
}

/// The logarithm of a rate of decay per step, given that of the factor of a step.
fn rate_logarithm(logarithm: f64) -> f64 {
    (-logarithm).ln()
}

/// Lumps that are being formed.
#[derive(Default)]
struct Formed {
    rows: Vec<u32>,
    /// An instance of each lump.
    first: Vec<u32>,
    /// The number that a lump had before, if it is kept.
    former: Vec<Option<u32>>,
    /// The sums of all states of the first lump, of the second, ...; 0 for those that are kept.
    amounts: Vec<f64>,
}

/// Terms that are being formed.
struct TermList {
    rows: Vec<u32>,
    /// An instance whose current each term has.
    first: Vec<u32>,
    /// For each state, one for each term.
    amounts: Vec<Vec<f64>>,
    factors: Vec<Vec<f64>>,
    /// For each lump.
    places: Vec<Place>,
    /// For each state, one for each lump.
    places_in_range: Vec<Vec<f64>>,
    rates: Vec<SharedRates>,
}

impl TermList {
    fn new(states: usize) -> Self {
        let columns = || vec![Vec::new(); states];
        Self {
            rows: Vec::new(),
            first: Vec::new(),
            amounts: columns(),
            factors: columns(),
            places: Vec::new(),
            places_in_range: columns(),
            rates: Vec::new(),
        }
    }
}

fn is_each(block: &Block, column: usize) -> bool {
    matches!(block.column(column), ColumnView::Each(_))
}

/// The instances on each row.
fn rows_of(installed: &Installed) -> Vec<Range<usize>> {
    let mut start = 0;
    let rows = installed.rows.chunk_by(|a, b| a == b);
    rows.map(|row| {
        start += row.len();
        start - row.len()..start
    })
    .collect()
}
