//! Draws the currents of mechanisms on membranes.

use super::draft::{Draft, Kind};
use super::range::Range;
use super::scope::Role;
use super::term::{Level, Term};
use super::writer::Writer;

impl Draft<'_> {
    /// A current without an ion.
    pub(super) fn free_current(&mut self) {
        let electrode = self.kind == Kind::Point && self.dice.chance(0.15);
        let name = self.dice.pick(["i", "il", "Ix"]);
        let keyword = if electrode { "ELECTRODE_CURRENT" } else { "NONSPECIFIC_CURRENT" };
        self.neuron.push(format!("{keyword} {name}"));
        self.assigned.push(name.to_owned());
        self.record(name);
        let reversal = self.constant(Range::new(-80.0, 0.0));
        let current = if electrode { self.small_current() } else { self.ohmic(&reversal) };
        self.currents.push(format!("{name} = {current}"));
    }

    /// A conductance times a distance from a reversal potential.
    pub(super) fn ohmic(&mut self, reversal: &str) -> String {
        if self.dice.chance(0.15) {
            return self.small_current();
        }
        let largest = if self.kind == Kind::Density { 1e-3 } else { 5e-3 };
        let conductance = self.constant(Range::new(0.1 * largest, largest));
        let open = Writer::new(self.dice, &self.scope).unit(2);
        let any = Range::UNIT;
        let product = Term::atom(conductance, any).join("*", Level::Product, &open, any);
        let distance = Term::atom(format!("(v - {reversal})"), any);
        match self.dice.chance(0.8) {
            true => product.join("*", Level::Product, &distance, any).text,
            false => distance.join(" * ", Level::Product, &product, any).text,
        }
    }

    /// A current that does not move the voltage far, mA/cm2 or nA.
    fn small_current(&mut self) -> String {
        let largest = if self.kind == Kind::Density { 1e-3 } else { 0.02 };
        let scope = self.scope.only(|variable| variable.role != Role::Ion);
        Writer::new(self.dice, &scope).within(Range::new(-largest, largest), 2).text
    }
}
