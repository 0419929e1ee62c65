//! Mechanisms that are built into neither NEURON nor Loligo: calcium, synapses with plasticity, with random release or
//! with pointers, integrate-and-fire cells and bursts.

use super::{Draft, STRONG_SYNAPSE, parameters};
use crate::dice::Dice;
use crate::parameter_value::ParameterValue;
use crate::vocabulary::{ArtificialCell, Density, NetCon, Parameters, Probe, Source};

impl Draft {
    /// Adds them to two models of three.
    pub(super) fn own_mechanisms(&mut self) {
        if self.dice.chance(1.0 / 3.0) {
            return;
        }
        for tree in 0..self.trees.len() {
            self.own_density(tree);
            for _ in 0..self.dice.count(0, self.size.own_points()) {
                self.own_point(tree);
            }
        }
        if self.dice.chance(0.3) {
            self.dice.shuffle(&mut self.case.density);
        }
        self.own_cells();
        self.pointers();
        self.streams();
        self.own_connections();
        self.globals();
        self.own_probes();
    }

    /// Mechanisms that use calcium, in different combinations on different sections, and a leak.
    fn own_density(&mut self, tree: usize) {
        let calcium = self.dice.chance(0.75);
        let alike = self.dice.chance(0.3);
        let mut drawn: Option<Vec<Density>> = None;
        for section in self.trees[tree].sections.clone() {
            let name = self.case.sections[section].name.clone();
            let own = match &drawn {
                Some(first) if alike => first.iter().map(|d| Density { sec: name.clone(), ..d.clone() }).collect(),
                _ => self.own_density_of(&name, calcium),
            };
            drawn.get_or_insert_with(|| own.clone());
            self.case.density.extend(own);
        }
    }

    fn own_density_of(&mut self, sec: &str, calcium: bool) -> Vec<Density> {
        let dice = &mut self.dice;
        let mut own = Vec::new();
        let mut insert = |mech: &str, params| own.push(Density { sec: sec.into(), mech: mech.into(), params });
        if calcium {
            if dice.chance(0.6) {
                insert("cahva", parameters([("pbar", dice.magnitude(1e-6, 1e-4))]));
            }
            if dice.chance(0.35) {
                let params = [
                    ("depth", dice.magnitude(0.1, 3.0)),
                    ("vmax", dice.magnitude(1e-5, 1e-3)),
                    ("kd", dice.magnitude(1e-4, 2e-3)),
                    ("cainf", dice.magnitude(5e-5, 3e-4)),
                    ("taur", dice.magnitude(5.0, 200.0)),
                ];
                insert("cadpump", some_of(dice, params));
            }
            if dice.chance(0.35) {
                let params = [
                    ("width", dice.magnitude(0.2, 20.0)),
                    ("dca", dice.magnitude(0.01, 2.0)),
                    ("dbuf", dice.magnitude(0.01, 1.0)),
                    ("vmax", dice.magnitude(1e-5, 1e-3)),
                    ("kd", dice.magnitude(1e-4, 2e-3)),
                    ("rest", dice.magnitude(5e-5, 3e-4)),
                    ("kon", dice.magnitude(0.1, 10.0)),
                    ("koff", dice.magnitude(0.02, 2.0)),
                ];
                insert("cadif", some_of(dice, params));
            }
            if dice.chance(0.3) {
                let params = [
                    ("depth", dice.magnitude(0.05, 2.0)),
                    ("tau", dice.magnitude(2.0, 100.0)),
                    ("rest", dice.magnitude(5e-5, 3e-4)),
                    ("gamma", dice.magnitude(0.01, 1.0)),
                ];
                insert("capool", some_of(dice, params));
            }
            if dice.chance(0.5) {
                insert("skca", parameters([("gbar", dice.magnitude(1e-5, 2e-3))]));
            }
            if dice.chance(0.2) {
                let params = [
                    ("eca", dice.value(80.0, 140.0)),
                    ("cai", dice.magnitude(3e-5, 3e-4)),
                    ("cao", dice.value(1.0, 4.0)),
                ];
                let mut params = some_of(dice, params);
                if dice.chance(0.5) {
                    params.insert("ca_style".into(), style(dice).into());
                }
                insert("ca_ion", params);
            }
        }
        if self.case.density.iter().any(|d| d.sec == sec && d.mech == "hh") && dice.chance(0.1) {
            let (ion, name) = dice.pick([("k_ion", "k_style"), ("na_ion", "na_style")]);
            insert(ion, parameters([(name, style(dice))]));
        }
        if dice.chance(0.3) {
            let g: Vec<f64> = (0..3).map(|_| dice.magnitude(1e-6, 1e-4)).collect();
            let level: Vec<f64> = (0..3).map(|_| dice.value(-80.0, -50.0)).collect();
            let mut params: Parameters = [("level".to_owned(), ParameterValue::Array(level))].into();
            if dice.chance(0.5) {
                params.insert("g".into(), ParameterValue::Array(g));
            } else {
                params.insert("g[1]".into(), g[1].into());
            }
            insert("multileak", params);
        }
        own
    }

    fn own_point(&mut self, tree: usize) {
        let section = self.section_of(tree);
        let (mut section, mut x) = (section, self.position(self.case.sections[section].nseg));
        if let Some(last) = self.case.points.last()
            && self.dice.chance(0.3)
            && let Some(index) = self.case.sections.iter().position(|section| section.name == last.sec)
            && self.trees[tree].sections.contains(&index)
        {
            (section, x) = (index, last.x);
        }
        let area = self.trees[tree].area;
        let dice = &mut self.dice;
        let strength = area * STRONG_SYNAPSE * dice.magnitude(0.03, 0.5);
        let e = dice.weighted([(5.0, 0.0), (1.0, -80.0), (1.0, -70.0)]);
        let kind = dice.weighted([
            (2.0, "stdpsyn"),
            (2.0, "relsyn"),
            (1.5, "gradsyn"),
            (2.0, "statesyn"),
            (1.0, "modulator"),
            (0.7, "lif"),
        ]);
        let params = match kind {
            "stdpsyn" => {
                let params = [
                    ("tau", dice.magnitude(0.5, 8.0)),
                    ("thresh", dice.value(-55.0, 0.0)),
                    ("tauup", dice.magnitude(3.0, 30.0)),
                    ("taudown", dice.magnitude(3.0, 30.0)),
                ];
                let mut params = some_of(dice, params);
                params.extend(parameters([("e", e), ("up", strength), ("down", strength * dice.uniform(0.2, 1.2))]));
                params
            }
            "relsyn" => {
                let params = [
                    ("tau", dice.magnitude(0.5, 8.0)),
                    ("e", e),
                    ("p", dice.pick([1.0, 0.9, 0.6, 0.2])),
                    ("late", dice.magnitude(0.2, 4.0)),
                ];
                some_of(dice, params)
            }
            "gradsyn" => {
                let params = [
                    ("half", dice.value(-65.0, -25.0)),
                    ("slope", dice.value(2.0, 12.0)),
                    ("tau", dice.magnitude(0.5, 8.0)),
                ];
                let mut params = some_of(dice, params);
                params.extend(parameters([("gmax", strength), ("e", e)]));
                params
            }
            "statesyn" => {
                let params = [("fast", dice.pick([0.0, 0.2, 0.7, 1.0])), ("tau", dice.magnitude(0.5, 8.0))];
                let mut params = some_of(dice, params);
                params.extend(parameters([("gmax", strength), ("e", e)]));
                params
            }
            // its base is set with its pointer
            "modulator" => parameters([("tau", dice.magnitude(2.0, 40.0))]),
            _ => {
                let params = [
                    ("thresh", dice.value(-55.0, -35.0)),
                    ("vreset", dice.value(-72.0, -60.0)),
                    ("low", dice.value(-95.0, -76.0)),
                    ("refrac", dice.magnitude(0.5, 6.0)),
                ];
                // with extrapolated steps, the voltage of an end, which has no capacitance, would oscillate without
                // bound
                if self.case.secondorder != 0 && (x == 0.0 || x == 1.0) {
                    x = 0.5;
                }
                some_of(dice, params)
            }
        };
        self.add_point(kind, section, x, params);
    }

    fn own_cells(&mut self) {
        let least = usize::from(self.trees.is_empty());
        for _ in 0..self.dice.count(least, 2) {
            let dice = &mut self.dice;
            let gap = (0..3).map(|_| dice.pick([1.0, 2.5, 0.75, 0.1])).collect();
            let mut params = parameters([("tau", dice.magnitude(2.0, 30.0))]);
            params.insert("gap".into(), ParameterValue::Array(gap));
            let id = format!("a{}", self.case.art.len());
            self.case.art.push(ArtificialCell { id, kind: "burster".into(), params, r123: None });
        }
    }

    /// Default streams would be numbered in different orders by NEURON and here, where point processes come after
    /// artificial cells.
    fn streams(&mut self) {
        let releases = self.case.points.iter_mut().filter(|point| point.kind == "relsyn").map(|point| &mut point.r123);
        let trains = self.case.art.iter_mut().filter(|cell| cell.kind == "NetStim").map(|cell| &mut cell.r123);
        for stream in releases.chain(trains) {
            let dice = &mut self.dice;
            stream.get_or_insert_with(|| (0..3).map(|_| dice.count(0, 1000) as u32).collect());
        }
    }

    /// Connections from and to the mechanisms of this file, some with simultaneous events.
    fn own_connections(&mut self) {
        let takes = |kind: &str| matches!(kind, "stdpsyn" | "relsyn" | "lif" | "modulator" | "burster");
        let points = self.case.points.iter().map(|point| (&point.id, &point.kind));
        let cells = self.case.art.iter().map(|cell| (&cell.id, &cell.kind));
        let receivers: Vec<(String, String)> =
            points.chain(cells).map(|(id, kind)| (id.clone(), kind.clone())).collect();
        for (id, kind) in &receivers {
            let own = takes(kind);
            let more = if own { self.dice.count(1, 3) } else { usize::from(self.dice.chance(0.25)) };
            if !own && !matches!(kind.as_str(), "ExpSyn" | "Exp2Syn" | "IntFire1" | "IntFire2" | "IntFire4") {
                continue;
            }
            for _ in 0..more {
                let source = self.own_source(id, kind);
                self.connect(source, Some(id.clone()));
                self.perhaps_as_before();
                self.perhaps_of_another_variable();
            }
        }
        // recorded, although they have no targets
        for (id, kind) in &receivers {
            if sends(kind) && self.dice.chance(0.6) {
                self.connect(Some(Source::Cell { id: id.clone() }), None);
                if let Some(netcon) = self.case.netcons.last_mut() {
                    netcon.rec = true;
                }
            }
        }
    }

    /// Sometimes gives the last connection the delay of the one before.
    fn perhaps_as_before(&mut self) {
        if let [.., before, last] = self.case.netcons.as_mut_slice()
            && self.dice.chance(0.35)
        {
            last.delay = before.delay;
        }
    }

    /// Sometimes changes the source variable of the last connection from the voltage to another variable
    /// of the membrane.
    fn perhaps_of_another_variable(&mut self) {
        if !self.dice.chance(0.1) {
            return;
        }
        let section = self.dice.count(0, self.case.sections.len().max(1) - 1);
        let Some(sec) = self.case.sections.get(section).map(|section| section.name.clone()) else { return };
        let x = self.inside(section);
        let has = |mech: &str| self.case.density.iter().any(|d| d.sec == sec && d.mech == mech);
        let vars = [("hh", "m_hh", 0.5), ("hh", "n_hh", 0.45), ("cahva", "m_cahva", 0.2), ("cadpump", "cai", 3e-4)];
        let here: Vec<_> = vars.into_iter().filter(|(mech, ..)| has(mech)).collect();
        if let Some(&(_, var, threshold)) = self.dice.one_of(&here)
            && let Some(netcon) = self.case.netcons.last_mut()
            && netcon.src.is_some()
        {
            netcon.src = Some(Source::Membrane { sec, x, var: var.into() });
            netcon.threshold = Some(threshold);
        }
    }

    /// A source that may drive `target` without mutual excitation without bound: forward in the order of artificial
    /// cells, then point processes, or to a target with bounded response.
    fn own_source(&mut self, target: &str, kind: &str) -> Option<Source> {
        let choice = self.dice.uniform(0.0, 1.0);
        if choice < 0.3 && !self.trees.is_empty() {
            let watched = self.case.netcons.iter().filter_map(|netcon| netcon.src.clone());
            let watched: Vec<Source> = watched.filter(|src| matches!(src, Source::Membrane { .. })).collect();
            if let Some(source) = self.dice.one_of(&watched) {
                return Some(source.clone());
            }
            let tree = self.dice.count(0, self.trees.len() - 1);
            return Some(self.membrane_source(self.trees[tree].sections[0], 0.5));
        }
        if choice > 0.92 {
            return None;
        }
        let cells = self.case.art.iter().map(|cell| (&cell.id, cell.kind.as_str()));
        let points = self.case.points.iter().map(|point| (&point.id, point.kind.as_str()));
        let senders: Vec<&String> = cells.chain(points).filter(|(_, kind)| sends(kind)).map(|(id, _)| id).collect();
        let place = senders.iter().position(|id| *id == target);
        let bounded = matches!(kind, "IntFire1" | "lif" | "burster");
        let last = if bounded { senders.len() } else { place.unwrap_or(senders.len()) };
        self.dice.one_of(&senders[..last]).map(|id| Source::Cell { id: (*id).clone() })
    }

    fn globals(&mut self) {
        let dice = &mut self.dice;
        let has = |mech: &str| self.case.density.iter().any(|d| d.mech == mech);
        let mut set = Vec::new();
        if has("cahva") && dice.chance(0.5) {
            set.push(("cahva", "vshift", dice.value(-8.0, 8.0)));
        }
        if ["cahva", "skca", "cadif", "cadpump", "capool"].into_iter().any(has) {
            if dice.chance(0.3) {
                set.push(("ca_ion", "cai0", dice.magnitude(3e-5, 3e-4)));
            }
            if dice.chance(0.3) {
                set.push(("ca_ion", "cao0", dice.value(1.0, 4.0)));
            }
        }
        if self.case.art.iter().any(|cell| cell.kind == "burster") && dice.chance(0.5) {
            set.push(("burster", "spikes", dice.pick([1.0, 2.0, 3.0])));
        }
        for (mech, global, value) in set {
            self.case.globals.entry(mech.into()).or_default().insert(global.into(), value);
        }
    }

    fn own_probes(&mut self) {
        // NEURON records nothing in a model without sections
        if self.case.sections.is_empty() {
            return;
        }
        for _ in 0..self.dice.count(2, 6) {
            let section = self.dice.count(0, self.case.sections.len() - 1);
            let x = self.inside(section);
            let sec = self.case.sections[section].name.clone();
            let vars = self.calcium_variables(&sec);
            if let Some(var) = self.dice.one_of(&vars).copied() {
                self.case.probes.push(Probe::Membrane { sec, x, var: var.into() });
            }
        }
        let points = self.case.points.iter().map(|point| (&point.id, &point.kind));
        let cells = self.case.art.iter().map(|cell| (&cell.id, &cell.kind));
        let objects: Vec<(String, String)> = points.chain(cells).map(|(id, kind)| (id.clone(), kind.clone())).collect();
        for (id, kind) in objects {
            if self.dice.chance(0.7)
                && let Some(var) = self.dice.one_of(variables(&kind))
            {
                self.case.probes.push(Probe::Object { id, var: (*var).into() });
            }
        }
        // variables that modulators change
        let written = self.case.pointers.iter().filter(|pointer| pointer.var == "target");
        self.case.probes.extend(written.map(|pointer| pointer.to.clone()));
        let learnt = |netcon: &NetCon| netcon.weight.len() > 1;
        for (index, netcon) in self.case.netcons.iter().enumerate().filter(|(_, netcon)| learnt(netcon)) {
            let weights = (0..netcon.weight.len()).map(|weight| Probe::Weight { netcon: index, weight });
            self.case.final_probes.extend(weights);
        }
    }

    /// Variables of the mechanisms of this file on a section.
    pub(super) fn calcium_variables(&self, sec: &str) -> Vec<&'static str> {
        let has = |mech: &str| self.case.density.iter().any(|d| d.sec == sec && d.mech == mech);
        let mut vars = Vec::new();
        if has("cahva") {
            vars.extend(["m_cahva", "h_cahva", "ica", "ica", "dica_dv_"]);
        }
        if has("skca") {
            vars.extend(["z_skca", "z_skca", "ik"]);
        }
        if has("cadpump") {
            vars.push("drive_cadpump");
        }
        if has("cadif") {
            vars.extend(["bound_cadif[0]", "bound_cadif[1]"]);
        }
        if ["cahva", "skca", "cadif", "cadpump", "capool", "ca_ion"].into_iter().any(has) {
            vars.extend(["cai", "cai", "cao", "eca", "eca"]);
        }
        if has("multileak") {
            vars.extend(["i_multileak", "g_multileak[1]"]);
        }
        vars
    }

    /// A position on a section that is not one of its ends.
    pub(super) fn inside(&mut self, section: usize) -> f64 {
        let nseg = self.case.sections[section].nseg;
        match self.position(nseg) {
            x if x == 0.0 || x == 1.0 => 0.5,
            x => x,
        }
    }
}

/// A random style of an ion, as set by NEURON's `ion_style`.
fn style(dice: &mut Dice) -> f64 {
    dice.pick([0.0, 32.0]) + dice.pick([0.0, 64.0]) + dice.pick([0.0, 4.0])
}

/// A random selection of these parameters.
fn some_of<const N: usize>(dice: &mut Dice, all: [(&str, f64); N]) -> Parameters {
    let named = dice.pick([0.0, 0.7, 1.0]);
    let mut params = parameters(all);
    params.retain(|_, _| dice.chance(named));
    params
}

/// True if a point process or artificial cell sends events.
fn sends(kind: &str) -> bool {
    matches!(kind, "NetStim" | "IntFire1" | "IntFire2" | "IntFire4" | "burster" | "relsyn" | "lif")
}

/// The variables of a mechanism of this file.
fn variables(kind: &str) -> &'static [&'static str] {
    match kind {
        "stdpsyn" => &["g", "g", "i", "tpost"],
        "relsyn" => &["g", "g", "i", "p"],
        "gradsyn" => &["s", "s", "i", "gmax"],
        "statesyn" => &["s", "s", "i", "gmax"],
        "modulator" => &["c"],
        "lif" => &["ready"],
        "burster" => &["m", "left", "gap[1]"],
        _ => &[],
    }
}
