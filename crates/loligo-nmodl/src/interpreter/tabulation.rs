//! Tables are made, checked and looked up by a machine.

use std::sync::Arc;

use super::fault::Fault;
use super::machine::Machine;
use crate::interpreter::tables::{Entries, MOST_VERSIONS, Tabulated, Tabulation};
use crate::program::{Place, columns};

impl Machine<'_> {
    /// The value of a table's function at x; for a procedure sets its outputs and returns 0.
    pub(super) fn look_up(&mut self, number: usize, x: f64) -> Result<f64, Fault> {
        let machine = self;
        let programs = machine.programs;
        let table = &programs.tables[number];
        if let Some(switch) = table.switch
            && machine.memory.read(switch) == Ok(0.0)
        {
            return machine.run(table.program, &[x]);
        }
        if machine.making_first.is_some_and(|order| table.order > order) && !table.per_call {
            return Ok(machine.look_up_later(number, x));
        }
        let checked = if table.per_call { None } else { machine.checked.get(number).cloned().flatten() };
        let tabulation = match checked {
            Some(tabulation) => tabulation,
            None => machine.find_or_make_table(number)?,
        };
        let position = tabulation.position(x);
        if table.outputs.is_empty() {
            return Ok(tabulation.outputs.first().map_or(f64::NAN, |entries| entries.at(position)));
        }
        for (&place, entries) in table.outputs.iter().zip(&tabulation.outputs) {
            // Outputs of verified programs can be written.
            let _ = machine.memory.write(place, entries.at(position));
        }
        Ok(0.0)
    }
}

impl Machine<'_> {
    /// The same in a table that comes after the one that is being made: as in NEURON, it has zeros, and is NaN where its
    /// argument is not finite.
    fn look_up_later(&mut self, number: usize, x: f64) -> f64 {
        let value = if x.is_finite() { 0.0 } else { f64::NAN };
        let outputs = &self.programs.tables[number].outputs;
        for &place in outputs {
            // Outputs of verified programs can be written.
            let _ = self.memory.write(place, value);
        }
        if outputs.is_empty() { value } else { 0.0 }
    }
}

impl Tabulated {
    /// The position of an argument, in intervals from the first entry: that of the first or last entry for arguments beyond.
    #[inline(always)]
    pub(super) fn position(&self, x: f64) -> f64 {
        (self.factor * (x - self.from)).clamp(0.0, self.intervals)
    }

    /// The positions of arguments.
    #[inline(always)]
    pub(crate) fn positions(&self, x: &[f64], to: &mut [f64]) {
        to.iter_mut().zip(x).for_each(|(to, &x)| *to = self.position(x));
    }

    /// The value that its computation leaves in a column, by its number among those that it changes.
    pub(crate) fn left(&self, number: usize) -> f64 {
        self.left.get(number).map_or(f64::NAN, |&(_, x)| x)
    }

    /// The values of an output at some positions.
    #[inline(always)]
    pub(crate) fn interpolate_all(&self, output: usize, positions: &[f64], to: &mut [f64]) {
        if let Some(entries) = self.outputs.get(output) {
            entries.at_all(positions, to);
        }
    }
}

impl Machine<'_> {
    /// Finds the table for the present values of its inputs, or makes it. NEURON makes a table that all instances share
    /// before it sets their voltages: these and the time are 0 then.
    pub(super) fn find_or_make_table(&mut self, number: usize) -> Result<Tabulation, Fault> {
        if self.programs.tables[number].per_call {
            return self.find_or_make(number);
        }
        let (v, t, is_for_all) = (self.memory.v, self.memory.t, self.memory.is_for_all);
        let is_first = self.tables.tables[number].versions().is_empty();
        let before = std::mem::replace(&mut self.making_first, is_first.then_some(self.programs.tables[number].order));
        (self.memory.v, self.memory.t, self.memory.is_for_all) = (0.0, 0.0, true);
        let found = self.find_or_make(number);
        (self.memory.v, self.memory.t, self.memory.is_for_all) = (v, t, is_for_all);
        self.making_first = before;
        found
    }

    /// A table that each instance checks by itself, by the bits of its inputs, if it has been made.
    pub(super) fn known_table(
        &mut self,
        number: usize,
        inputs: impl ExactSizeIterator<Item = u64> + Clone,
    ) -> Option<&Tabulation> {
        if self.recent.len() <= number {
            self.recent.resize(number + 1, None);
        }
        let recent = &mut self.recent[number];
        if !recent.as_ref().is_some_and(|(key, _)| key.iter().copied().eq(inputs.clone())) {
            let key: Vec<u64> = inputs.collect();
            let known = self.tables.tables[number].find_by_key(&key)?;
            *recent = Some((key, known));
        }
        recent.as_ref().map(|(_, tabulation)| tabulation)
    }

    fn find_or_make(&mut self, number: usize) -> Result<Tabulation, Fault> {
        let machine = self;
        let store = machine.tables;
        let stored = &store.tables[number];
        let read = |&place: &Place| machine.memory.read(place).unwrap_or(f64::NAN).to_bits();
        let key: Vec<u64> = stored.flow.inputs.iter().map(read).collect();
        let tabulation = match stored.find_by_key(&key) {
            Some(tabulation) => tabulation,
            None => {
                let made = Arc::new(machine.make(number, &stored.flow.changed)?);
                let mut versions = stored.versions();
                if versions.len() >= MOST_VERSIONS {
                    versions.clear();
                }
                versions.push((key, made.clone()));
                made
            }
        };
        if machine.programs.tables[number].per_call {
            machine.write_columns(&tabulation.left);
        }
        Ok(tabulation)
    }

    /// Makes a table; one that all instances share without changes of the present instance.
    fn make(&mut self, number: usize, changed: &[u32]) -> Result<Tabulated, Fault> {
        match self.programs.tables[number].per_call {
            true => make(self, number, changed),
            false => self.without_changes(number, changed, |machine| make(machine, number, changed)),
        }
    }

    /// Makes a table that each instance checks by itself before the present instance needs it, without changes of the
    /// instance.
    pub(super) fn make_own_table(&mut self, number: usize) -> Result<Tabulation, Fault> {
        let changed = &self.tables.tables[number].flow.changed;
        self.without_changes(number, changed, |machine| machine.find_or_make(number))
    }

    /// Makes a table, then gives the present instance the values that it had before.
    fn without_changes<T>(&mut self, number: usize, changed: &[u32], make: impl FnOnce(&mut Self) -> T) -> T {
        let columns = changed.iter().copied().chain(columns(&self.programs.tables[number].outputs));
        let before: Vec<(u32, f64)> = columns.map(|column| (column, self.memory.own(column))).collect();
        let made = make(self);
        self.write_columns(&before);
        made
    }

    /// Makes a table and gives the present instance, the model's first one, the values that its computation leaves in it, as in
    /// NEURON: outputs have those of the last entry.
    pub(super) fn make_for_all(&mut self, number: usize) -> Result<(), Fault> {
        let table = &self.programs.tables[number];
        if table.switch.is_some_and(|switch| self.memory.read(switch) == Ok(0.0)) {
            return Ok(());
        }
        let tabulation = self.find_or_make_table(number)?;
        self.write_columns(&tabulation.left);
        for (&place, entries) in table.outputs.iter().zip(&tabulation.outputs) {
            // Outputs of verified programs can be written.
            let _ = self.memory.write(place, entries.last());
        }
        Ok(())
    }

    fn write_columns(&mut self, values: &[(u32, f64)]) {
        for &(column, x) in values {
            // Columns can be written.
            let _ = self.memory.write(Place::Column(column), x);
        }
    }
}

fn make(machine: &mut Machine<'_>, number: usize, changed: &[u32]) -> Result<Tabulated, Fault> {
    let programs = machine.programs;
    let table = &programs.tables[number];
    for &place in &machine.tables.tables[number].flow.zero {
        // These can be written, since the program writes them.
        let _ = machine.memory.write(place, 0.0);
    }
    let (from, to) = (machine.run(table.from, &[])?, machine.run(table.to, &[])?);
    let distance = (to - from) / f64::from(table.intervals);
    let mut values = vec![Vec::with_capacity(table.intervals as usize + 1); table.outputs.len().max(1)];
    let mut x = from;
    for _ in 0..=table.intervals {
        let result = machine.run(table.program, &[x])?;
        if table.outputs.is_empty() {
            values[0].push(result);
        }
        for (&place, values) in table.outputs.iter().zip(&mut values) {
            values.push(machine.memory.read(place).unwrap_or(f64::NAN));
        }
        x += distance;
    }
    let left = changed.iter().map(|&column| (column, machine.memory.own(column))).collect();
    let outputs = values.iter().map(|values| Entries::new(values)).collect();
    Ok(Tabulated { from, factor: 1.0 / distance, intervals: f64::from(table.intervals), outputs, left })
}
