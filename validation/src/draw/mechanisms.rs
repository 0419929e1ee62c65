//! Density mechanisms.

use super::{Draft, parameters};
use crate::dice::Dice;
use crate::vocabulary::{Density, Parameters};

impl Draft {
    pub(super) fn mechanisms(&mut self) {
        for tree in 0..self.trees.len() {
            self.trees[tree].excitable = self.dice.chance(0.8);
            for (position, section) in self.trees[tree].sections.clone().into_iter().enumerate() {
                let name = self.case.sections[section].name.clone();
                let root = position == 0;
                let excitable = self.trees[tree].excitable;
                let hh = excitable && (root || self.dice.chance(0.35));
                let pas = if hh { self.dice.chance(0.3) } else { self.dice.chance(0.93) };
                if pas {
                    self.insert(&name, "pas", |dice| {
                        parameters([("g", dice.magnitude(2e-5, 1e-3)), ("e", dice.value(-75.0, -60.0))])
                    });
                }
                if hh {
                    self.insert(&name, "hh", |dice| {
                        parameters([
                            ("gnabar", dice.value(0.1, 0.2)),
                            ("gkbar", dice.value(0.02, 0.045)),
                            ("gl", dice.magnitude(1e-4, 6e-4)),
                            ("el", dice.value(-65.0, -50.0)),
                        ])
                    });
                    if self.dice.chance(0.15) {
                        self.insert(&name, "na_ion", |dice| parameters([("ena", dice.value(45.0, 60.0))]));
                    }
                    if self.dice.chance(0.15) {
                        self.insert(&name, "k_ion", |dice| parameters([("ek", dice.value(-90.0, -72.0))]));
                    }
                }
            }
        }
        if self.dice.chance(0.3) {
            self.dice.shuffle(&mut self.case.density);
        }
    }

    /// Inserts a mechanism with some of these parameters, and sometimes again with others.
    fn insert(&mut self, sec: &str, mech: &str, full: impl Fn(&mut Dice) -> Parameters) {
        let times = if self.dice.chance(0.12) { 2 } else { 1 };
        let all_named = self.dice.pick([0.0, 0.5, 1.0]);
        for _ in 0..times {
            let mut params = full(&mut self.dice);
            params.retain(|_, _| self.dice.chance(all_named));
            self.case.density.push(Density { sec: sec.into(), mech: mech.into(), params });
        }
    }
}
