//! Formation of lumps: finds the instances of each row that share their parameters.

use std::collections::HashSet;
use std::ops::Range;

use loligo_mechanisms::{Block, ColumnView};

use super::{Lumps, NO_LUMP};
use crate::cells::installed::Installed;

impl Lumps {
    /// The lumps of a mechanism, if it can have some, before they are [formed](Self::form). `apart` are the
    /// instances whose variables others set during a run.
    pub(in crate::cells) fn of(installed: &Installed, apart: HashSet<usize>) -> Option<Self> {
        let rule = installed.mechanism.lumping()?;
        let instances = installed.rows.len();
        let states = rule.states.len();
        Some(Self {
            sums: installed.on_rows(Vec::new(), &[]),
            apart,
            lump_of: vec![NO_LUMP; instances],
            since: vec![0; instances],
            watched: Vec::new(),
            stale: installed.rows.iter().copied().collect(),
            block: Block::new(installed.signature.defaults(), 0),
            kernel: None,
            factors: vec![Vec::new(); states],
            logarithms: vec![Vec::new(); states],
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
        self.stale.extend(&installed.rows);
    }

    /// True if the lumps of some rows must be formed.
    pub(in crate::cells) fn are_stale(&self) -> bool {
        !self.stale.is_empty()
    }

    /// Forms the lumps of the rows for which it is necessary, after `now` steps; `area` (um2) is that of each row. The
    /// factors of decay must be [computed](Self::compile) before the next step.
    pub(in crate::cells) fn form(&mut self, (installed, own): (&mut Installed, &mut Block), now: u64, area: &[f64]) {
        let stale = std::mem::take(&mut self.stale);
        if stale.is_empty() {
            return;
        }
        let Self { rule, .. } = &*self;
        let compared: Vec<usize> = rule.shared.iter().copied().filter(|&column| is_each(own, column)).collect();
        let mut formed = Formed::default();
        for members in rows_of(installed) {
            let row = installed.rows[members.start];
            match stale.contains(&row) {
                true => self.form_row(row, members, (own, now), &compared, &mut formed),
                false => self.keep_row(row, members, &mut formed),
            }
        }
        let Formed { rows, first, sums, factors, logarithms } = formed;
        let mut block = Block::new(installed.signature.defaults(), rows.len());
        for &column in &self.rule.shared {
            let values = first.iter().map(|&instance| own.value(column, instance as usize));
            block.column_mut(column).iter_mut().zip(values).for_each(|(to, value)| *to = value);
        }
        self.rule.derived.iter().for_each(|&column| block.discard(column));
        block.compact();
        let states = self.rule.states.len();
        for (state, &column) in self.rule.states.iter().enumerate() {
            let values = sums.iter().skip(state).step_by(states);
            block.column_mut(column).iter_mut().zip(values).for_each(|(to, &value)| *to = value);
        }
        self.sums = installed.on_rows(rows, area);
        (self.block, self.factors, self.logarithms) =
            (block, in_columns(&factors, states), in_columns(&logarithms, states));
        self.kernel = None;
        installed.compute_only(|instance| self.lump_of[instance] == NO_LUMP);
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
            lump.iter().for_each(|&instance| self.lump_of[instance] = number);
            for &column in &self.rule.states {
                formed.sums.push(lump.iter().map(|&instance| own.value(column, instance)).sum());
                // Computed later: until then, all values are those of the present step.
                formed.factors.push(f64::NAN);
                formed.logarithms.push(f64::NAN);
            }
        }
    }

    /// Keeps the lumps of a row.
    fn keep_row(&mut self, row: u32, members: Range<usize>, formed: &mut Formed) {
        let kept = self.at(row);
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
            for (state, &column) in self.rule.states.iter().enumerate() {
                formed.sums.push(self.block.value(column, lump));
                formed.factors.push(self.factors[state][lump]);
                formed.logarithms.push(self.logarithms[state][lump]);
            }
        }
    }
}

/// Lumps that are being formed; numbers are those of all states of the first lump, of the second, ...
#[derive(Default)]
struct Formed {
    rows: Vec<u32>,
    /// An instance of each lump.
    first: Vec<u32>,
    sums: Vec<f64>,
    factors: Vec<f64>,
    logarithms: Vec<f64>,
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

/// Numbers of all states of the first lump, of the second, ... as one list for each state.
fn in_columns(numbers: &[f64], states: usize) -> Vec<Vec<f64>> {
    (0..states).map(|state| numbers.iter().copied().skip(state).step_by(states.max(1)).collect()).collect()
}
