//! Synapses, stimuli, clamps and counters on the membrane.

use std::f64::consts::PI;

use super::{Draft, STRONG_SYNAPSE, parameters};
use crate::parameter_value::ParameterValue;
use crate::vocabulary::{Parameters, PointProcess, Section};

/// Current for each area of a tree that is about sufficient for spikes [nA/um2].
const RHEOBASE: f64 = 1.2e-4;

impl Draft {
    pub(super) fn point_processes(&mut self) {
        for tree in 0..self.trees.len() {
            if self.dice.chance(0.6) {
                let root = self.trees[tree].sections[0];
                let mut params = self.current_step(tree, root, 1.5, 5.0);
                if self.dice.chance(0.5) {
                    params.insert("dur".into(), 1e9.into());
                }
                self.add_point("IClamp", root, 0.5, params);
            }
            if self.dice.chance(0.7) {
                let section = self.section_of(tree);
                self.add_synapse(section);
            }
            let mut clamps = 0;
            for _ in 0..self.dice.count(0, self.size.points()) {
                self.add_any_point(tree, &mut clamps);
            }
        }
    }

    pub(super) fn section_of(&mut self, tree: usize) -> usize {
        let sections = &self.trees[tree].sections;
        sections[self.dice.count(0, sections.len() - 1)]
    }

    fn add_any_point(&mut self, tree: usize, clamps: &mut usize) {
        let section = self.section_of(tree);
        let x = self.position(self.case.sections[section].nseg);
        // several on one node
        let (section, x) = match self.case.points.last() {
            Some(last) if self.dice.chance(0.25) => {
                match self.case.sections.iter().position(|section| section.name == last.sec) {
                    Some(index) if self.trees[tree].sections.contains(&index) => (index, last.x),
                    _ => (section, x),
                }
            }
            _ => (section, x),
        };
        let kind = self.dice.weighted([
            (2.0, "IClamp"),
            (1.0, "MembraneCurrentSource"),
            (3.0, "ExpSyn"),
            (3.0, "Exp2Syn"),
            (1.5, "AlphaSynapse"),
            (1.0, "SEClamp"),
            (0.5, "ConductanceSource"),
            (0.8, "VClamp"),
            (1.2, "APCount"),
        ]);
        let area = self.trees[tree].area;
        let params = match kind {
            "IClamp" | "MembraneCurrentSource" => self.current_step(tree, section, 0.1, 1.5),
            "ExpSyn" | "Exp2Syn" => self.synapse(kind),
            "AlphaSynapse" => {
                let onset = self.time();
                let dice = &mut self.dice;
                parameters([
                    ("onset", onset),
                    ("tau", dice.magnitude(0.1, 5.0)),
                    ("gmax", area * STRONG_SYNAPSE * dice.magnitude(0.05, 2.0)),
                    ("e", dice.pick([0.0, -10.0, -80.0])),
                ])
            }
            "APCount" => parameters([("thresh", self.dice.value(-50.0, 10.0))]),
            // a second voltage clamp on a tree would conflict with the first
            _ if *clamps > 0 => return,
            clamp => {
                *clamps += 1;
                self.voltage_clamp(clamp)
            }
        };
        self.add_point(kind, section, x, params);
    }

    fn add_synapse(&mut self, section: usize) {
        let kind = self.dice.pick(["ExpSyn", "Exp2Syn"]);
        let x = self.position(self.case.sections[section].nseg);
        let params = self.synapse(kind);
        self.add_point(kind, section, x, params);
    }

    pub(super) fn add_point(&mut self, kind: &str, section: usize, x: f64, params: Parameters) {
        self.case.points.push(PointProcess {
            id: format!("p{}", self.case.points.len()),
            kind: kind.into(),
            sec: self.case.sections[section].name.clone(),
            x,
            params,
            r123: None,
        });
    }

    fn synapse(&mut self, kind: &str) -> Parameters {
        let dice = &mut self.dice;
        let e = dice.weighted([(6.0, 0.0), (1.0, -80.0), (1.0, -70.0), (1.0, -7.3)]);
        if kind == "ExpSyn" {
            let mut params = parameters([("tau", dice.magnitude(0.2, 8.0)), ("e", e)]);
            params.retain(|_, _| dice.chance(0.9));
            return params;
        }
        let tau2 = dice.magnitude(0.5, 20.0);
        let ratio = match dice.count(0, 19) {
            0 => 1.0,
            1 => 0.99995,
            2 => dice.uniform(1.0, 3.0),
            _ => dice.magnitude(0.01, 0.9),
        };
        let mut params = parameters([("tau1", ratio * tau2), ("tau2", tau2), ("e", e)]);
        params.retain(|_, _| dice.chance(0.95));
        params
    }

    /// A current step, as a random multiple, between `least` and `most`, of the current that is
    /// about sufficient for spikes.
    fn current_step(&mut self, tree: usize, section: usize, least: f64, most: f64) -> Parameters {
        let delay = self.time();
        let delay = if self.dice.chance(0.05) { -1.0 } else { delay };
        let dur = match self.dice.count(0, 9) {
            0 => 1e9,
            1 => 0.0,
            2 => self.case.dt * self.dice.count(1, 40) as f64,
            3 => self.case.dt * (self.dice.count(0, 40) as f64 + 0.5),
            _ => self.dice.value(0.3, self.case.tstop.max(1.0)),
        };
        let dice = &mut self.dice;
        let sign = if dice.chance(0.15) { -0.4 } else { 1.0 };
        let wanted = dice.magnitude(least, most) * RHEOBASE * self.trees[tree].area;
        // the end of a thin section alone would reach extreme voltages
        let limit = 25.0 / axial_resistance(&self.case.sections[section]);
        parameters([("delay", delay), ("dur", dur), ("amp", sign * wanted.min(limit))])
    }

    fn voltage_clamp(&mut self, kind: &str) -> Parameters {
        let durations: [f64; 3] = std::array::from_fn(|_| {
            let steps = self.dice.count(0, 200) as f64;
            if self.dice.chance(0.3) { steps * self.case.dt } else { self.dice.value(0.0, 6.0) }
        });
        let dice = &mut self.dice;
        let levels: [f64; 3] = std::array::from_fn(|_| dice.weighted([(1.0, -65.0), (1.0, -80.0), (2.0, 99.0)]))
            .map(|level| if level == 99.0 { dice.value(-90.0, 20.0) } else { level });
        if matches!(kind, "SEClamp" | "ConductanceSource") {
            let mut params = parameters([
                ("dur1", durations[0]),
                ("dur2", durations[1]),
                ("dur3", durations[2]),
                ("amp1", levels[0]),
                ("amp2", levels[1]),
                ("amp3", levels[2]),
                ("rs", dice.magnitude(0.05, 20.0)),
            ]);
            params.retain(|name, _| name == "amp1" || dice.chance(0.95));
            return params;
        }
        let mut params = parameters([]);
        if dice.chance(0.5) {
            params.insert("dur".into(), ParameterValue::Array(durations.to_vec()));
            params.insert("amp".into(), ParameterValue::Array(levels.to_vec()));
        } else {
            for (k, (duration, level)) in durations.into_iter().zip(levels).enumerate() {
                params.insert(format!("dur[{k}]"), duration.into());
                params.insert(format!("amp[{k}]"), level.into());
            }
        }
        // with extrapolated steps, a slow amplifier oscillates without bound
        let tau2 = if self.case.secondorder == 0 { dice.pick([0.0, 0.001]) } else { 0.0 };
        for (name, value) in [
            ("gain", dice.magnitude(1e3, 1e5)),
            ("rstim", dice.magnitude(0.3, 5.0)),
            ("tau1", dice.magnitude(1e-3, 0.05)),
            ("tau2", tau2),
        ] {
            if dice.chance(0.4) {
                params.insert(name.into(), value.into());
            }
        }
        params
    }

    /// A time within the run (ms), often on a step or half a step.
    pub(super) fn time(&mut self) -> f64 {
        let dice = &mut self.dice;
        let steps = (self.case.tstop / self.case.dt) as usize;
        match dice.count(0, 9) {
            0 => 0.0,
            1 | 2 => dice.count(0, steps) as f64 * self.case.dt,
            3 | 4 => (dice.count(0, steps) as f64 + 0.5) * self.case.dt,
            5 => dice.value(0.0, self.case.tstop).round(),
            _ => dice.uniform(0.0, 0.8 * self.case.tstop),
        }
    }
}

/// Approximate axial resistance from end to end (MOhm).
fn axial_resistance(section: &Section) -> f64 {
    0.01 * section.axial_resistivity * section.length / (PI * section.diam * section.diam / 4.0)
}
