//! Formation of lumps: finds the instances of each row that share their parameters, and the terms of these lumps.

use std::collections::HashSet;
use std::ops::Range;

use loligo_mechanisms::{Block, CompileError, Environment};

use super::choice::{TermList, ranges_of_equal};
use super::formed::Formed;
use super::terms::{Terms, at_row};
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
            let formed = self.form((installed, own), now, area, &mut compilation);
            if formed.is_err() {
                // Some lumps have new numbers, so that none can be kept.
                self.stale.extend(&installed.rows);
            }
            formed?;
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
        let mut formed = Formed::default();
        for members in rows_of(installed) {
            let row = installed.rows[members.start];
            match stale.contains(&row) {
                true => self.form_row(row, members, (own, now), &mut formed),
                false => self.keep_row(row, members, &mut formed),
            }
        }
        installed.compute_only(|instance| self.lump_of[instance] == NO_LUMP);
        let lumps = installed.on_rows(formed.rows.clone(), area);
        let block = self.block_of(installed, own, &formed.first);
        self.factors = self.factors_of(&lumps, &block, &formed, compilation)?;
        let logarithms = |factors: &Vec<f64>| factors.iter().map(|factor| factor.abs().ln()).collect();
        self.logarithms = self.factors.iter().map(logarithms).collect();
        self.rows.clone_from(&formed.rows);
        let mut terms = TermList::new(self.rule.states.len(), self.terms.rates.clone());
        for lumps in ranges_of_equal(0..formed.rows.len(), |a, b| formed.rows[a] == formed.rows[b]) {
            match formed.former[lumps.start] {
                None => self.add_terms_of_row(lumps, own, &formed, &mut terms),
                Some(former) => {
                    let (row, former) = (formed.rows[lumps.start], former as usize);
                    terms.keep(&self.terms, row, former..former + lumps.len(), &self.rule.states);
                }
            }
        }
        let (sums, mut block) = match terms.first == formed.first {
            true => (lumps, block),
            false => (installed.on_rows(terms.rows, area), self.block_of(installed, own, &terms.first)),
        };
        for (amounts, &column) in terms.amounts.iter().zip(&self.rule.states) {
            block.column_mut(column).copy_from_slice(amounts);
        }
        let TermList { first, factors, places, places_in_range, rates, .. } = terms;
        self.terms = Terms { sums, block, kernel: None, first, factors, places, places_in_range, rates };
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

    /// The factors of decay of lumps, for each state: those of lumps that are kept are as before, others are computed by a
    /// step of the kernel.
    fn factors_of(
        &self,
        lumps: &Installed,
        block: &Block,
        formed: &Formed,
        compilation: &mut Compilation<'_>,
    ) -> Result<Vec<Vec<f64>>, CompileError> {
        let mut probe = block.clone();
        self.rule.states.iter().for_each(|&column| probe.column_mut(column).fill(1.0));
        if !block.is_empty() {
            let Compilation { cache, environment, v, scratch } = compilation;
            let kernel = cache.kernel(&*lumps.mechanism, environment, block)?;
            lumps.advance(0..probe.len(), &*kernel, 0.0, v, &mut probe, scratch);
        }
        let factors = self.rule.states.iter().zip(&self.factors).map(|(&column, before)| {
            let computed = probe.column_mut(column).iter().zip(&formed.former);
            computed.map(|(&factor, former)| former.map_or(factor, |lump| before[lump as usize])).collect()
        });
        Ok(factors.collect())
    }

    /// Forms the lumps of a row: of the instances with equal parameters, in the order of the parameters' bits.
    fn form_row(&mut self, row: u32, members: Range<usize>, (own, now): (&mut Block, u64), formed: &mut Formed) {
        for instance in members.clone() {
            self.settle(own, instance, now);
            self.lump_of[instance] = NO_LUMP;
        }
        let members: Vec<usize> = members.filter(|instance| !self.apart.contains(instance)).collect();
        let numbers: Vec<u32> = members.iter().map(|&instance| instance as u32).collect();
        let compared: Vec<usize> = self.comparison(own, &numbers).columns().collect();
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
