//! Values set between steps.

use super::Draft;
use crate::vocabulary::{Intervention, Probe, Value, number};

impl Draft {
    /// Sets values in one model of three.
    pub(super) fn interventions(&mut self) {
        if !self.dice.chance(1.0 / 3.0) {
            return;
        }
        for _ in 0..self.dice.count(1, 6) {
            let t = match self.case.interventions.last() {
                Some(last) if self.dice.chance(0.25) => last.t,
                _ => self.time(),
            };
            let chosen = match self.dice.count(0, 9) {
                0 => Some((Value::Celsius, self.dice.value(5.0, 25.0))),
                1 => self.global(),
                2 | 3 => self.weight_of_connection(),
                4 => self.another_voltage(),
                5 | 6 => self.value_of_membrane(),
                _ => self.value_of_object(),
            };
            if let Some((value, to)) = chosen {
                self.case.interventions.push(Intervention { t, value, to });
            }
        }
    }

    fn global(&mut self) -> Option<(Value, f64)> {
        let dice = &mut self.dice;
        let mut all = Vec::new();
        if self.case.density.iter().any(|d| d.mech == "cahva") {
            all.push(("cahva", "vshift", dice.value(-8.0, 8.0)));
            all.push(("ca_ion", "cao0", dice.value(1.0, 4.0)));
        }
        if self.case.art.iter().any(|cell| cell.kind == "burster") {
            all.push(("burster", "spikes", dice.pick([1.0, 2.0, 3.0])));
        }
        let &(mech, global, to) = dice.one_of(&all)?;
        Some((Value::Global { mech: mech.into(), global: global.into() }, to))
    }

    fn weight_of_connection(&mut self) -> Option<(Value, f64)> {
        let all: Vec<_> = self.case.netcons.iter().enumerate().filter(|(_, netcon)| netcon.tgt.is_some()).collect();
        let &(netcon, own) = self.dice.one_of(&all)?;
        let weight = self.dice.count(0, own.weight.len().checked_sub(1)?);
        let to = own.weight[weight] * self.dice.pick([0.0, 0.5, 1.5]);
        Some((Value::Of(Probe::Weight { netcon, weight }), to))
    }

    fn another_voltage(&mut self) -> Option<(Value, f64)> {
        if self.case.sections.is_empty() {
            return None;
        }
        let mut place = self.voltage();
        // with extrapolated steps, the voltage of an end, which has no capacitance, would oscillate without
        // bound
        if let Probe::Membrane { x, .. } = &mut place
            && self.case.secondorder != 0
            && (*x == 0.0 || *x == 1.0)
        {
            *x = 0.5;
        }
        Some((Value::Of(place), self.dice.value(-80.0, -40.0)))
    }

    fn value_of_membrane(&mut self) -> Option<(Value, f64)> {
        if self.case.sections.is_empty() {
            return None;
        }
        let section = self.dice.count(0, self.case.sections.len() - 1);
        let x = self.inside(section);
        let sec = self.case.sections[section].name.clone();
        let has = |mech: &str| self.case.density.iter().any(|d| d.sec == sec && d.mech == mech);
        let dice = &mut self.dice;
        let gate = dice.uniform(0.0, 1.0);
        let mut all = Vec::new();
        if has("pas") {
            all.extend([("g_pas", dice.magnitude(2e-5, 1e-3)), ("e_pas", dice.value(-75.0, -60.0))]);
        }
        if has("hh") {
            all.extend([
                ("gnabar_hh", dice.value(0.1, 0.2)),
                ("gl_hh", dice.magnitude(1e-4, 6e-4)),
                ("m_hh", gate),
                ("n_hh", gate),
                ("ena", dice.value(45.0, 60.0)),
                ("ek", dice.value(-90.0, -72.0)),
            ]);
        }
        if has("cahva") {
            all.extend([("pbar_cahva", dice.magnitude(1e-6, 1e-4)), ("m_cahva", gate), ("cao", dice.value(1.0, 4.0))]);
        }
        if has("cadif") {
            all.extend([
                ("dca_cadif", dice.magnitude(0.01, 2.0)),
                ("vmax_cadif", dice.magnitude(1e-5, 1e-3)),
                ("bound_cadif[1]", dice.magnitude(1e-4, 1e-2)),
            ]);
        }
        if ["cadif", "cadpump", "capool"].into_iter().any(has) {
            all.push(("cai", dice.magnitude(5e-5, 2e-3)));
            all.push(("eca", dice.value(80.0, 140.0)));
        }
        if has("cadpump") {
            all.extend([("depth_cadpump", dice.magnitude(0.1, 3.0)), ("vmax_cadpump", dice.magnitude(1e-5, 1e-3))]);
        }
        if has("skca") {
            all.extend([("gbar_skca", dice.magnitude(1e-5, 2e-3)), ("z_skca", gate)]);
        }
        if has("multileak") {
            all.extend([
                ("level_multileak[1]", dice.value(-80.0, -50.0)),
                ("g_multileak[0]", dice.magnitude(1e-6, 1e-4)),
            ]);
        }
        let &(var, to) = dice.one_of(&all)?;
        Some((Value::Of(Probe::Membrane { sec, x, var: var.into() }), to))
    }

    fn value_of_object(&mut self) -> Option<(Value, f64)> {
        let dice = &mut self.dice;
        let points = self.case.points.iter().map(|point| (&point.id, &point.kind, &point.params));
        let cells = self.case.art.iter().map(|cell| (&cell.id, &cell.kind, &cell.params));
        let all: Vec<_> = points.chain(cells).collect();
        let &(id, kind, params) = dice.one_of(&all)?;
        let given = |name: &str, default: f64| number(params, name).unwrap_or(default);
        let tau = dice.magnitude(0.5, 8.0);
        let e = dice.pick([0.0, -70.0]);
        let factor = dice.uniform(0.2, 1.2);
        let vars: &[(&str, f64)] = match kind.as_str() {
            "IClamp" | "MembraneCurrentSource" => &[("amp", factor * given("amp", 0.1)), ("dur", 10.0 * factor)],
            "ExpSyn" => &[("tau", tau), ("e", e), ("g", 1e-3 * factor)],
            // with nearly equal time constants the conductance is a small difference of two large
            // numbers
            "Exp2Syn" if given("tau1", 0.1) < 0.5 * given("tau2", 10.0) => {
                &[("e", e), ("A", 1e-4 * factor), ("B", 5e-4 + 1e-3 * factor)]
            }
            "Exp2Syn" => &[("e", e)],
            "AlphaSynapse" => &[("gmax", factor * given("gmax", 0.0))],
            "SEClamp" | "ConductanceSource" => &[("amp1", -70.0 * factor), ("rs", tau)],
            "stdpsyn" => &[("tau", tau), ("e", e), ("up", factor * given("up", 0.0)), ("thresh", -50.0 * factor)],
            "relsyn" => &[("tau", tau), ("p", 0.8 * factor), ("late", tau), ("g", 1e-3 * factor)],
            "gradsyn" => &[("gmax", factor * given("gmax", 0.0)), ("half", -50.0 * factor), ("s", 0.8 * factor)],
            "statesyn" => &[("gmax", factor * given("gmax", 0.0)), ("tau", tau), ("s", 0.8 * factor)],
            "modulator" => &[("base", factor * given("base", 0.0)), ("c", 0.5 * factor)],
            "lif" => &[("thresh", -50.0 * factor.max(0.7)), ("refrac", tau)],
            "burster" => &[("tau", tau), ("m", 0.8 * factor), ("gap[1]", tau)],
            "IntFire1" => &[("tau", 3.0 * tau), ("refrac", tau), ("m", 0.8 * factor)],
            "NetStim" => &[("interval", tau)],
            _ => &[],
        };
        let &(var, to) = dice.one_of(vars)?;
        Some((Value::Of(Probe::Object { id: id.clone(), var: var.into() }), to))
    }
}
