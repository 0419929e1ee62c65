//! Waveforms played onto parameters.

use super::{Draft, parameters};
use crate::vocabulary::{Play, number};

impl Draft {
    pub(super) fn plays(&mut self) {
        if self.case.points.is_empty() || !self.dice.chance(0.4) {
            return;
        }
        for _ in 0..self.dice.count(1, 2) {
            let index = self.dice.count(0, self.case.points.len() - 1);
            let point = &self.case.points[index];
            let (target, kind) = (point.id.clone(), point.kind.clone());
            let amplitude = number(&point.params, "amp").unwrap_or(0.1).abs();
            let peak = number(&point.params, "gmax").unwrap_or(1e-3);
            let rise = number(&point.params, "tau1").unwrap_or(0.1);
            let (var, low, high) = match kind.as_str() {
                "IClamp" | "MembraneCurrentSource" => ("amp", -0.3 * amplitude, amplitude),
                "ExpSyn" => self.dice.pick([("tau", 0.5, 8.0), ("e", -80.0, 0.0)]),
                // a decay faster than the rise would make the conductance negative
                "Exp2Syn" => self.dice.pick([("tau2", 1.2 * rise, 1.2 * rise + 8.0), ("e", -80.0, 0.0)]),
                "SEClamp" | "ConductanceSource" => {
                    self.dice.pick([("amp1", -90.0, 0.0), ("rs", 0.5, 20.0), ("amp2", -80.0, 0.0)])
                }
                "AlphaSynapse" => ("gmax", 0.0, peak),
                "VClamp" => ("amp[0]", -80.0, 0.0),
                _ => continue,
            };
            let continuous = self.dice.chance(0.5);
            let mut t = Vec::new();
            for _ in 0..self.dice.count(1, 7) {
                t.push(match t.last() {
                    // a jump
                    Some(last) if continuous && self.dice.chance(0.15) => *last,
                    _ => self.time(),
                });
            }
            t.sort_by(f64::total_cmp);
            let mut y: Vec<f64> = t.iter().map(|_| self.dice.value(low, high)).collect();
            // beyond its end a continuous waveform continues with its last slope
            if let (true, Some(last)) = (continuous, y.last().copied()) {
                t.push(t.last().copied().unwrap_or_default() + 1.0);
                y.push(last);
            }
            if matches!(kind.as_str(), "IClamp" | "MembraneCurrentSource") && self.dice.chance(0.8) {
                self.case.points[index].params = parameters([("delay", 0.0), ("dur", 1e9)]);
            }
            self.case.plays.push(Play { target, var: var.into(), t, y, continuous });
        }
    }
}
