//! Artificial cells, and connections between all sources of spikes and all targets.

use super::{Draft, STRONG_SYNAPSE, parameters};
use crate::vocabulary::{ArtificialCell, NetCon, Parameters, Source, number};

impl Draft {
    pub(super) fn artificial_cells(&mut self) {
        let alone = self.trees.is_empty();
        let least = if alone { 2 } else { 0 };
        for _ in 0..self.dice.count(least, self.size.artificial() + 2 * usize::from(alone)) {
            let kind = self.dice.weighted([(4.0, "NetStim"), (1.0, "IntFire1"), (1.0, "IntFire2"), (1.0, "IntFire4")]);
            let params = self.artificial_parameters(kind);
            let stream = (kind == "NetStim" && self.dice.chance(0.6))
                .then(|| (0..3).map(|_| self.dice.count(0, 1000) as u32).collect());
            self.case.art.push(ArtificialCell {
                id: format!("a{}", self.case.art.len()),
                kind: kind.into(),
                params,
                r123: stream,
            });
        }
    }

    fn artificial_parameters(&mut self, kind: &str) -> Parameters {
        let start = self.time();
        let dice = &mut self.dice;
        let mut params = match kind {
            "NetStim" => {
                let step = self.case.dt;
                let interval = match dice.count(0, 4) {
                    0 => step * dice.count(20, 400) as f64,
                    1 => dice.magnitude(0.3, 2.0),
                    _ => dice.value(1.0, 12.0),
                };
                parameters([
                    ("interval", interval),
                    ("number", dice.pick([0.0, 1.0, 2.0, 2.5, 5.0, 10.0, 50.0, 1e9])),
                    ("start", if dice.chance(0.07) { -1.0 } else { 0.5 * start }),
                    ("noise", dice.pick([0.0, 0.0, 1.0, 0.5, 0.2])),
                ])
            }
            "IntFire1" => parameters([("tau", dice.magnitude(2.0, 30.0)), ("refrac", dice.magnitude(0.2, 5.0))]),
            "IntFire2" => {
                let taum = dice.magnitude(2.0, 20.0);
                parameters([
                    ("taum", taum),
                    ("taus", taum * dice.pick([2.0, 1.2, 1.0, 0.5, 4.0])),
                    ("ib", dice.pick([0.0, 0.5, 1.2, 2.0, -0.3])),
                ])
            }
            // NEURON separates time constants that are equal or out of order
            _ if dice.chance(0.25) => {
                parameters(["taue", "taui1", "taui2", "taum"].map(|name| (name, dice.pick([5.0, 10.0, 20.0]))))
            }
            _ => parameters([
                ("taue", dice.value(1.0, 6.0)),
                ("taui1", dice.value(5.0, 12.0)),
                ("taui2", dice.value(10.0, 25.0)),
                ("taum", dice.value(15.0, 60.0)),
            ]),
        };
        if kind == "NetStim" {
            // NEURON's default start, 50 ms, is after the end of most runs
            params.retain(|name, _| name == "start" || dice.chance(0.9));
        } else {
            let named = dice.pick([0.0, 0.7, 1.0]);
            params.retain(|_, _| dice.chance(named));
        }
        params
    }

    pub(super) fn connections(&mut self) {
        for tree in 0..self.trees.len() {
            if self.dice.chance(0.85) {
                let root = self.trees[tree].sections[0];
                let src = self.membrane_source(root, 0.5);
                let target = if self.dice.chance(0.6) { self.any_target(None) } else { None };
                self.connect(Some(src), target);
                if let Some(netcon) = self.case.netcons.last_mut() {
                    netcon.rec = true;
                }
            }
        }
        // synapses without input test nothing
        for synapse in 0..self.case.points.len() {
            if takes_events(&self.case.points[synapse].kind) && self.dice.chance(0.6) {
                let id = self.case.points[synapse].id.clone();
                let source = self.any_source(&id);
                self.connect(source, Some(id));
            }
        }
        for _ in 0..self.dice.count(0, self.size.netcons()) {
            match self.dice.count(0, 9) {
                0 | 1 => self.repeat_connection(),
                2 => self.fan_out(),
                3 => {
                    let source = self.case.art.len();
                    if source > 0 {
                        let source = self.dice.count(0, source - 1);
                        let src = Source::Cell { id: self.case.art[source].id.clone() };
                        self.connect(Some(src), None);
                    }
                }
                _ => {
                    if let Some(target) = self.any_target(None) {
                        let source = self.any_source(&target);
                        self.connect(source, Some(target));
                    }
                }
            }
        }
        self.let_driven_netstims_spike();
    }

    /// NEURON aborts when a positive event reaches a NetStim whose `number` is 0: it queues a spike
    /// at a time in the past.
    fn let_driven_netstims_spike(&mut self) {
        for cell in &mut self.case.art {
            let driven = |netcon: &NetCon| netcon.tgt.as_ref() == Some(&cell.id);
            if number(&cell.params, "number") == Some(0.0) && self.case.netcons.iter().any(driven) {
                cell.params.insert("number".into(), 1.0.into());
            }
        }
    }

    pub(super) fn membrane_source(&mut self, section: usize, x: f64) -> Source {
        Source::Membrane { sec: self.case.sections[section].name.clone(), x, var: "v".into() }
    }

    /// A target of events that the artificial cell `source` may drive.
    fn any_target(&mut self, source: Option<usize>) -> Option<String> {
        let points = self.case.points.iter().filter(|point| takes_events(&point.kind));
        let cells = self.case.art.iter().enumerate();
        let cells = cells.filter(|(index, cell)| source.is_none_or(|s| drives(s, *index, cell)));
        let all: Vec<String> =
            points.map(|point| point.id.clone()).chain(cells.map(|(_, cell)| cell.id.clone())).collect();
        self.dice.one_of(&all).cloned()
    }

    /// A source that may drive `target`; `None` for a connection that has only explicit events.
    fn any_source(&mut self, target: &str) -> Option<Source> {
        let target_index = self.case.art.iter().position(|cell| cell.id == target);
        let cells: Vec<String> = self
            .case
            .art
            .iter()
            .enumerate()
            .filter(|(index, _)| target_index.is_none_or(|target| drives(*index, target, &self.case.art[target])))
            .map(|(_, cell)| cell.id.clone())
            .collect();
        let choice = self.dice.uniform(0.0, 1.0);
        if choice < 0.45 && !self.trees.is_empty() {
            // a source that has a connection already is shared
            let watched = self.case.netcons.iter().filter_map(|netcon| netcon.src.clone());
            let watched: Vec<Source> = watched.filter(|src| matches!(src, Source::Membrane { .. })).collect();
            if self.dice.chance(0.5)
                && let Some(source) = self.dice.one_of(&watched)
            {
                return Some(source.clone());
            }
            let tree = self.dice.count(0, self.trees.len() - 1);
            let section = self.section_of(tree);
            let x = self.position(self.case.sections[section].nseg);
            return Some(self.membrane_source(section, x));
        }
        if choice < 0.8 {
            return self.dice.one_of(&cells).map(|id| Source::Cell { id: id.clone() });
        }
        None
    }

    pub(super) fn connect(&mut self, src: Option<Source>, tgt: Option<String>) {
        let events =
            if tgt.is_some() && (src.is_none() || self.dice.chance(0.05)) { self.events() } else { Vec::new() };
        let weight = tgt.as_deref().map(|id| self.weights(id)).unwrap_or_default();
        let delay = self.delay();
        let threshold = (matches!(src, Some(Source::Membrane { .. })) && self.dice.chance(0.85))
            .then(|| self.dice.value(-50.0, 15.0));
        let rec = src.is_some() && self.dice.chance(0.5);
        self.case.netcons.push(NetCon { src, tgt, weight, delay, threshold, events, rec });
    }

    /// Adds a connection between a pair that is connected already.
    fn repeat_connection(&mut self) {
        if let Some(netcon) = self.dice.one_of(&self.case.netcons).cloned() {
            self.connect(netcon.src, netcon.tgt);
            if self.dice.chance(0.5)
                && let Some(repeated) = self.case.netcons.last_mut()
            {
                repeated.delay = netcon.delay;
            }
        }
    }

    /// Three or more connections of one source with one delay.
    fn fan_out(&mut self) {
        let Some(first) = self.any_target(None) else {
            return;
        };
        let Some(source) = self.any_source(&first) else {
            return;
        };
        let index = match &source {
            Source::Cell { id } => self.case.art.iter().position(|cell| cell.id == *id),
            Source::Membrane { .. } => None,
        };
        let delay = self.delay();
        for _ in 0..self.dice.count(3, 5) {
            let target = self.any_target(index);
            self.connect(Some(source.clone()), target);
            if let Some(netcon) = self.case.netcons.last_mut() {
                netcon.delay = delay;
            }
        }
    }

    /// Weights of a connection to a target, as many as it takes.
    fn weights(&mut self, target: &str) -> Vec<f64> {
        let points = self.case.points.iter().map(|point| (&point.id, &point.kind));
        let cells = self.case.art.iter().map(|cell| (&cell.id, &cell.kind));
        let kind = points.chain(cells).find(|(id, _)| *id == target).map(|(_, kind)| kind.clone());
        let dice = &mut self.dice;
        match kind.as_deref() {
            Some("stdpsyn") => {
                // the others are set at the start
                let other = dice.pick([0.0, 0.0, 1.0]);
                vec![0.7 * self.weight(target).abs(), other, other]
            }
            Some("relsyn") => {
                let releases = dice.pick([0.0, 0.0, 2.0]);
                vec![self.weight(target).abs(), releases]
            }
            Some("lif") => vec![dice.value(-3.0, 5.0)],
            Some("modulator") => vec![dice.value(0.02, 0.4)],
            Some("burster") => vec![dice.value(0.2, 1.6), 0.0],
            _ => vec![self.weight(target)],
        }
    }

    fn weight(&mut self, target: &str) -> f64 {
        let point = self.case.points.iter().find(|point| point.id == target);
        let tree = point.and_then(|point| {
            self.trees
                .iter()
                .find(|tree| tree.sections.iter().any(|index| self.case.sections[*index].name == point.sec))
        });
        let dice = &mut self.dice;
        if let Some(tree) = tree {
            let strength = STRONG_SYNAPSE * tree.area * dice.magnitude(0.1, 3.0);
            return if dice.chance(0.08) {
                // a larger one would make the membrane's conductance negative
                -0.01 * strength
            } else {
                strength
            };
        }
        match dice.count(0, 9) {
            0 => -dice.value(0.1, 0.8),
            1 => 2.0,
            2 => 0.0,
            _ => dice.value(0.1, 1.3),
        }
    }

    fn delay(&mut self) -> f64 {
        let dice = &mut self.dice;
        let dt = self.case.dt;
        match dice.count(0, 11) {
            0 => 0.0,
            1 => dice.pick([1e-12, 1e-10, 1e-9, 1e-3]),
            2 => dt * dice.count(1, 200) as f64,
            3 => dt * (dice.count(0, 100) as f64 + 0.5),
            4 | 5 => 1.0,
            6 => 0.5 * dt,
            _ => dice.value(0.05, 6.0),
        }
    }

    /// Times for events: some equal, some on half steps, unsorted, one possibly after the end.
    fn events(&mut self) -> Vec<f64> {
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..self.dice.count(1, 6) {
            let time = match times.last() {
                Some(last) if self.dice.chance(0.25) => *last,
                Some(last) if self.dice.chance(0.1) => last + 1e-11,
                _ => self.time(),
            };
            times.push(time);
        }
        if self.dice.chance(0.05) {
            times.push(self.case.tstop + 1.0);
        }
        times
    }
}

fn takes_events(kind: &str) -> bool {
    matches!(kind, "ExpSyn" | "Exp2Syn" | "NetStim" | "IntFire1" | "IntFire2" | "IntFire4")
}

/// True if artificial cell `source` may drive artificial cell `target` without mutual excitation
/// without bound: forward, or to an IntFire1, whose refractory time ends any loop.
fn drives(source: usize, target: usize, cell: &ArtificialCell) -> bool {
    source < target || cell.kind == "IntFire1"
}
