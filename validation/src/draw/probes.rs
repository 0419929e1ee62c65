//! Recorded variables.

use super::Draft;
use crate::vocabulary::Probe;

impl Draft {
    pub(super) fn probes(&mut self) {
        // NEURON records nothing in a model without sections
        if self.case.sections.is_empty() {
            return;
        }
        for tree in 0..self.trees.len() {
            let root = self.trees[tree].sections[0];
            let sec = self.case.sections[root].name.clone();
            self.case.probes.push(Probe::Membrane { sec, x: 0.5, var: "v".into() });
        }
        for _ in 0..self.dice.count(1, 6) {
            let probe = self.membrane_probe();
            self.case.probes.push(probe);
        }
        for _ in 0..self.dice.count(1, 6) {
            let points = self.case.points.iter().map(|point| (&point.id, &point.kind));
            let cells = self.case.art.iter().map(|cell| (&cell.id, &cell.kind));
            let all: Vec<_> = points.chain(cells).collect();
            if let Some((id, kind)) = self.dice.one_of(&all)
                && let Some(var) = self.dice.one_of(variables(kind))
            {
                let probe = Probe::Object { id: (*id).clone(), var: (*var).into() };
                self.case.probes.push(probe);
            }
        }
        if self.dice.chance(0.2) {
            let probe = self.membrane_probe();
            self.case.final_probes.push(probe);
        }
    }

    fn membrane_probe(&mut self) -> Probe {
        let section = self.dice.count(0, self.case.sections.len() - 1);
        let x = self.position(self.case.sections[section].nseg);
        let sec = self.case.sections[section].name.clone();
        let has = |mech: &str| self.case.density.iter().any(|d| d.sec == sec && d.mech == mech);
        let mut vars = vec!["v", "v", "v", "i_cap", "i_membrane_"];
        if has("pas") {
            vars.extend(["i_pas", "i_pas", "g_pas"]);
        }
        if has("hh") {
            vars.extend(["m_hh", "h_hh", "n_hh", "ina", "ik", "il_hh", "gna_hh", "gk_hh"]);
            vars.extend(["ena", "ek", "dina_dv_"]);
        }
        let var = self.dice.one_of(&vars).copied().unwrap_or("v");
        Probe::Membrane { sec, x, var: var.into() }
    }
}

/// The variables of a point process or artificial cell of a type; informative ones are repeated, so
/// that they are drawn more often.
fn variables(kind: &str) -> &'static [&'static str] {
    match kind {
        "IClamp" | "MembraneCurrentSource" => &["i", "i", "i", "amp", "delay"],
        "ExpSyn" => &["i", "g", "g", "tau"],
        "Exp2Syn" => &["i", "g", "A", "B", "tau1"],
        "AlphaSynapse" => &["i", "i", "i", "gmax"],
        "SEClamp" | "ConductanceSource" => &["i", "i", "vc", "vc", "rs", "amp1"],
        "VClamp" => &["i", "i", "vo", "vi", "e", "amp[1]"],
        "APCount" => &["n", "time"],
        "IntFire1" => &["m"],
        "IntFire2" => &["m", "i"],
        "IntFire4" => &["m", "e", "i1", "i2", "nself", "nexcite", "ninhibit"],
        "NetStim" => &["interval"],
        _ => &[],
    }
}
