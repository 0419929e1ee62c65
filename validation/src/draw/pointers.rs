//! Targets for the pointers of mechanisms.

use super::Draft;
use crate::vocabulary::{PointProcess, Pointer, Probe, number};

impl Draft {
    /// Sets the target of every pointer, in its own tree or in another.
    pub(super) fn pointers(&mut self) {
        for index in 0..self.case.points.len() {
            let point = self.case.points[index].clone();
            let (var, to) = match point.kind.as_str() {
                "gradsyn" => ("vpre", self.voltage()),
                "statesyn" => ("x", self.state(&point)),
                "modulator" => {
                    let (to, value) = self.parameter();
                    self.case.points[index].params.insert("base".into(), value.into());
                    ("target", to)
                }
                _ => continue,
            };
            self.case.pointers.push(Pointer { of: point.id, var: var.into(), to });
        }
        if self.dice.chance(0.3) {
            self.dice.shuffle(&mut self.case.pointers);
        }
    }

    /// A voltage at any place.
    pub(super) fn voltage(&mut self) -> Probe {
        let section = self.dice.count(0, self.case.sections.len() - 1);
        let x = self.position(self.case.sections[section].nseg);
        Probe::Membrane { sec: self.case.sections[section].name.clone(), x, var: "v".into() }
    }

    /// A voltage at any place except the ends of sections, where a pointer may not change it.
    fn voltage_of_membrane(&mut self) -> Probe {
        let section = self.dice.count(0, self.case.sections.len() - 1);
        Probe::Membrane { x: self.inside(section), sec: self.case.sections[section].name.clone(), var: "v".into() }
    }

    /// A variable of about 1 or less: a gate, an activation or a conductance of any mechanism; or else a parameter of
    /// its own.
    fn state(&mut self, own: &PointProcess) -> Probe {
        let mut all = Vec::new();
        for section in 0..self.case.sections.len() {
            let sec = self.case.sections[section].name.clone();
            let x = self.inside(section);
            let has = |mech: &str| self.case.density.iter().any(|d| d.sec == sec && d.mech == mech);
            let vars = [
                ("hh", "m_hh"),
                ("hh", "n_hh"),
                ("hh", "gnabar_hh"),
                ("cahva", "m_cahva"),
                ("cahva", "h_cahva"),
                ("skca", "z_skca"),
                ("cadpump", "cai"),
                ("cahva", "cai"),
                ("cahva", "ica"),
                ("hh", "ik"),
                ("hh", "gna_hh"),
            ];
            let here = vars.into_iter().filter(|(mech, _)| has(mech));
            all.extend(here.map(|(_, var)| Probe::Membrane { sec: sec.clone(), x, var: var.into() }));
        }
        for point in self.case.points.iter().filter(|point| point.id != own.id) {
            let vars: &[&str] = match point.kind.as_str() {
                // these may form chains and cycles
                "gradsyn" | "statesyn" => &["s", "s", "s"],
                "modulator" => &["c", "c"],
                "ExpSyn" | "stdpsyn" => &["g", "i"],
                "relsyn" => &["g", "p"],
                "Exp2Syn" => &["B"],
                _ => &[],
            };
            all.extend(vars.iter().map(|var| Probe::Object { id: point.id.clone(), var: (*var).into() }));
        }
        let fallback = Probe::Object { id: own.id.clone(), var: "gmax".into() };
        self.dice.one_of(&all).cloned().unwrap_or(fallback)
    }

    /// A parameter of any mechanism that may be changed at any time, and a value for it; sometimes, or if there is
    /// none, a voltage.
    fn parameter(&mut self) -> (Probe, f64) {
        let mut all = Vec::new();
        for section in 0..self.case.sections.len() {
            let sec = self.case.sections[section].name.clone();
            let x = self.inside(section);
            let vars = [
                ("hh", "gnabar_hh", 0.1),
                ("pas", "g_pas", 1e-4),
                ("skca", "gbar_skca", 1e-4),
                ("cahva", "pbar_cahva", 1e-5),
                ("hh", "ek", -80.0),
                ("cahva", "cao", 1.5),
            ];
            let has = |mech: &str| self.case.density.iter().any(|d| d.sec == sec && d.mech == mech);
            let here = vars.into_iter().filter(|(mech, ..)| has(mech));
            all.extend(here.map(|(_, var, value)| (Probe::Membrane { sec: sec.clone(), x, var: var.into() }, value)));
        }
        for point in &self.case.points {
            let given = |name: &str, default: f64| number(&point.params, name).unwrap_or(default);
            let vars: &[(&str, f64)] = match point.kind.as_str() {
                "gradsyn" | "statesyn" => &[("gmax", given("gmax", 1e-3)), ("tau", 3.0)],
                "relsyn" => &[("p", 0.3), ("tau", 2.0)],
                "stdpsyn" => &[("up", given("up", 1e-4)), ("thresh", -40.0)],
                "ExpSyn" => &[("tau", 2.0)],
                "IClamp" => &[("amp", 0.5 * given("amp", 0.1))],
                "modulator" => &[("tau", 10.0)],
                _ => &[],
            };
            // excludes parameters that a waveform sets, too
            let played = |var: &str| self.case.plays.iter().any(|play| play.target == point.id && play.var == var);
            let vars = vars.iter().filter(|(var, _)| !played(var));
            all.extend(vars.map(|(var, value)| (Probe::Object { id: point.id.clone(), var: (*var).into() }, *value)));
        }
        let all = if self.dice.chance(0.05) { Vec::new() } else { all };
        self.dice.one_of(&all).cloned().unwrap_or_else(|| (self.voltage_of_membrane(), -60.0))
    }
}
