//! Draws the use of ions.

use super::draft::{Draft, Kind};
use super::range::Range;
use super::scope::Role;
use super::writer::Writer;

impl Draft<'_> {
    /// A USEION statement and what belongs to it.
    pub(super) fn ion(&mut self, name: &'static str) {
        let valence = match name {
            "Mg" => " VALENCE 2",
            "xx" => " VALENCE -1.5",
            _ => "",
        };
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        let (current, reversal) = (format!("i{name}"), format!("e{name}"));
        let (inside, outside) = (format!("{name}i"), format!("{name}o"));
        match self.dice.count(0, 5) {
            0 | 1 => {
                self.ion_variable(&reversal, Range::new(-400.0, 400.0), Role::Ion, &mut reads);
                self.ion_current(&current, &reversal, &mut writes);
            }
            2 => {
                self.ion_variable(&inside, Range::new(0.0, 200.0), Role::Concentration, &mut reads);
                if self.dice.chance(0.4) {
                    self.ion_variable(&outside, Range::new(0.0, 200.0), Role::Concentration, &mut reads);
                }
                if self.dice.chance(0.5) {
                    self.ion_variable(&reversal, Range::new(-400.0, 400.0), Role::Ion, &mut reads);
                    self.ion_current(&current, &reversal, &mut writes);
                }
            }
            3 => {
                let constant = self.constant(Range::new(-90.0, 60.0));
                self.ion_current(&current, &constant, &mut writes);
            }
            4 if self.kind == Kind::Density => {
                self.ion_variable(&current, Range::new(-50.0, 50.0), Role::Ion, &mut reads);
                self.pool(&inside, &mut reads, &mut writes);
                if self.dice.chance(0.5) {
                    // Its own current is a part of the sum that it reads. Nothing else may depend on the sum: NEURON computes
                    // currents twice for their slope, and the second time the variable has the mechanism's own.
                    self.scope = self.scope.only(|variable| variable.text != current);
                    let constant = self.constant(Range::new(-90.0, 60.0));
                    self.write_current(&current, &constant, &mut writes);
                }
            }
            4 => self.ion_variable(&current, Range::new(-50.0, 50.0), Role::Ion, &mut reads),
            _ => {
                writes.push(reversal.clone());
                self.assigned.push(reversal.clone());
                let value = self.writer().within(Range::new(-100.0, 60.0), 2).text;
                self.initial.push(format!("{reversal} = {value}"));
                self.breakpoint.push(format!("{reversal} = {value}"));
            }
        }
        let part = |keyword: &str, names: &[String]| match names {
            [] => String::new(),
            names => format!(" {keyword} {}", names.join(", ")),
        };
        self.neuron.push(format!("USEION {name}{}{}{valence}", part("READ", &reads), part("WRITE", &writes)));
    }

    fn ion_variable(&mut self, name: &str, range: Range, role: Role, reads: &mut Vec<String>) {
        reads.push(name.to_owned());
        // a value in PARAMETER is ignored
        match self.dice.chance(0.2) {
            true => self.parameters.push(format!("{name} = 3")),
            false => self.assigned.push(name.to_owned()),
        }
        self.scope.add(name, range, role);
    }

    fn ion_current(&mut self, name: &str, reversal: &str, writes: &mut Vec<String>) {
        self.assigned.push(name.to_owned());
        self.write_current(name, reversal, writes);
    }

    fn write_current(&mut self, name: &str, reversal: &str, writes: &mut Vec<String>) {
        writes.push(name.to_owned());
        if self.dice.chance(0.5) {
            self.record(name);
        }
        let current = self.ohmic(reversal);
        self.currents.push(format!("{name} = {current}"));
    }

    /// A concentration that is a state and follows a level.
    fn pool(&mut self, name: &str, reads: &mut Vec<String>, writes: &mut Vec<String>) {
        if self.dice.chance(0.4) {
            reads.push(name.to_owned());
        }
        writes.push(name.to_owned());
        let level = Writer::plain(self.dice, &self.scope).within(Range::new(1e-4, 0.01), 2).enclosed().text;
        self.states.push(name.to_owned());
        self.pools.push((name.to_owned(), level));
        self.scope.add(name, Range::new(0.0, 200.0), Role::Concentration);
    }
}
