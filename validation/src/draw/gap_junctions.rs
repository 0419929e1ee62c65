//! Half gap junctions and the transfers between them.

use super::morphology::area;
use super::{Draft, parameters};
use crate::vocabulary::{PointProcess, Probe, Transfer};

/// Conductance of half gap junctions that is about that of an hh membrane at rest [uS/um2].
const RESTING_CONDUCTANCE: f64 = 7e-6;

impl Draft {
    /// Couples places in one model of four, mostly of different trees.
    pub(super) fn gap_junctions(&mut self) {
        if self.trees.is_empty() || !self.dice.chance(0.25) {
            return;
        }
        for _ in 0..self.dice.count(1, 2 * self.trees.len()) {
            let sides = [0, 1].map(|_| {
                let tree = self.dice.count(0, self.trees.len() - 1);
                (tree, self.section_of(tree))
            });
            let area = sides.map(|(tree, _)| self.trees[tree].area).into_iter().fold(f64::INFINITY, f64::min);
            let mut symmetric = area * RESTING_CONDUCTANCE * self.dice.magnitude(0.01, 3.0);
            let alike = self.dice.chance(0.7);
            let mut places = sides.map(|(_, section)| {
                let x = self.position(self.case.sections[section].nseg);
                (self.case.sections[section].name.clone(), x)
            });
            // with extrapolated steps, a conductance above capacitance / dt causes unbounded oscillations, and an end
            // has no capacitance
            if self.case.secondorder != 0 {
                for (_, section) in sides {
                    symmetric = symmetric.min(0.1 * self.capacitive_conductance(section));
                }
                places.iter_mut().filter(|(_, x)| *x == 0.0 || *x == 1.0).for_each(|(_, x)| *x = 0.5);
            }
            for (own, other) in [(0, 1), (1, 0)] {
                // a junction in one direction only
                if !alike && self.dice.chance(0.2) {
                    continue;
                }
                let g = if alike { symmetric } else { symmetric * self.dice.uniform(0.0, 1.0) };
                let id = format!("gap{}", self.case.transfers.len());
                let (sec, x) = places[own].clone();
                let kind = "HalfGap".to_owned();
                self.case.points.push(PointProcess {
                    id: id.clone(),
                    kind,
                    sec,
                    x,
                    params: parameters([("g", g)]),
                    r123: None,
                });
                let (sec, x) = places[other].clone();
                let from = Probe::Membrane { sec, x, var: "v".into() };
                let to = Probe::Object { id, var: "vgap".into() };
                if self.dice.chance(0.3) {
                    let var = self.dice.pick(["i", "vgap"]).to_owned();
                    let probe = Probe::Object { id: format!("gap{}", self.case.transfers.len()), var };
                    self.case.probes.push(probe);
                }
                self.case.transfers.push(Transfer { from, to });
            }
        }
    }

    /// Capacitance of a segment over dt [uS].
    fn capacitive_conductance(&self, section: usize) -> f64 {
        let section = &self.case.sections[section];
        1e-5 * section.membrane_capacitance * area(section) / section.nseg as f64 / self.case.dt
    }
}
