//! Features of a model, as a set of short phrases: for statistics of drawn models, and for the
//! choice of few models with many features.

use std::collections::{BTreeMap, BTreeSet};

use crate::constructs::constructs;
use crate::vocabulary::{
    ArtificialCell, Definition, Method, NetCon, Pointer, Probe, Results, Section, Source, Value, number,
};

/// Number of models for each feature.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Number of models.
    pub models: usize,
    /// Number of models by feature.
    pub counts: BTreeMap<String, usize>,
}

impl Coverage {
    /// Counts one model.
    pub fn add(&mut self, case: &Definition, results: Option<&Results>) {
        self.models += 1;
        for feature in features(case, results) {
            *self.counts.entry(feature).or_default() += 1;
        }
    }
}

impl std::fmt::Display for Coverage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} models, of which have", self.models)?;
        for (feature, count) in &self.counts {
            writeln!(f, "{count:6}  {feature}")?;
        }
        Ok(())
    }
}

/// The features of a model and, if it has been run, of its results.
pub fn features(case: &Definition, results: Option<&Results>) -> BTreeSet<String> {
    let mut set = BTreeSet::new();
    conditions(case, &mut set);
    let roots = case.sections.iter().filter(|section| section.attachment.is_none()).count();
    set.insert(format!("trees: {roots}"));
    for section in &case.sections {
        section_features(case, section, &mut set);
    }
    mechanisms(case, &mut set);
    for mechanism in &case.mechanisms {
        set.extend(constructs(&mechanism.text).iter().map(|construct| format!("NMODL: {construct}")));
    }
    point_processes(case, &mut set);
    for cell in &case.art {
        set.insert(format!("cell: {}", cell.kind));
        artificial(cell, &mut set);
    }
    for netcon in &case.netcons {
        connection(case, netcon, &mut set);
    }
    fan_out(case, &mut set);
    for transfer in &case.transfers {
        let kind =
            if matches!(&transfer.from, Probe::Membrane { var, .. } if var == "v") { "v" } else { "another variable" };
        set.insert(format!("transfer: of {kind}"));
    }
    for pointer in &case.pointers {
        pointer_features(case, pointer, &mut set);
    }
    for (mechanism, globals) in &case.globals {
        set.extend(globals.keys().map(|global| format!("global: {mechanism}.{global}")));
    }
    for intervention in &case.interventions {
        set.insert(format!("intervention: {}", value_kind(case, &intervention.value)));
    }
    ion_styles(case, &mut set);
    for play in &case.plays {
        let kind = case.points.iter().find(|point| point.id == play.target);
        let kind = kind.map_or("?", |point| point.kind.as_str());
        let way = if play.continuous { "continuous" } else { "steps" };
        set.insert(format!("play: {kind}.{} {way}", play.var));
        if play.continuous && play.t.windows(2).any(|pair| pair[0] == pair[1]) {
            set.insert("play: edge in a continuous waveform".into());
        }
    }
    for probe in case.probes.iter().chain(&case.final_probes) {
        probe_features(case, probe, &mut set);
    }
    if let Some(results) = results {
        behaviour(case, results, &mut set);
    }
    set
}

/// The type of a point process or artificial cell.
fn kind_of<'a>(case: &'a Definition, id: &str) -> &'a str {
    let points = case.points.iter().map(|point| (&point.id, &point.kind));
    let mut all = points.chain(case.art.iter().map(|cell| (&cell.id, &cell.kind)));
    all.find(|(known, _)| *known == id).map_or("?", |(_, kind)| kind.as_str())
}

/// The tree of a section, identified by the name of its root.
fn tree_of<'a>(case: &'a Definition, name: &'a str) -> &'a str {
    let mut root = name;
    for section in case.sections.iter().rev() {
        if section.name == root
            && let Some(at) = &section.attachment
        {
            root = &at.parent;
        }
    }
    root
}

fn pointer_features(case: &Definition, pointer: &Pointer, set: &mut BTreeSet<String>) {
    let section_of = |id: &str| case.points.iter().find(|point| point.id == id).map(|point| point.sec.as_str());
    let (what, sec) = match &pointer.to {
        Probe::Membrane { sec, var, .. } => (var.clone(), Some(sec.as_str())),
        Probe::Object { id, var } => (format!("{}.{var}", kind_of(case, id)), section_of(id)),
        Probe::Weight { .. } => ("a weight".into(), None),
    };
    set.insert(format!("pointer: {} -> {what}", kind_of(case, &pointer.of)));
    let own = section_of(&pointer.of);
    if let (Some(own), Some(other)) = (own, sec) {
        let whose = if tree_of(case, own) == tree_of(case, other) { "the same" } else { "another" };
        set.insert(format!("pointer: into {whose} tree"));
    }
}

fn value_kind(case: &Definition, value: &Value) -> String {
    match value {
        Value::Celsius => "celsius".into(),
        Value::Global { mech, global } => format!("global {mech}.{global}"),
        Value::Of(Probe::Membrane { var, .. }) => var.clone(),
        Value::Of(Probe::Object { id, var }) => format!("{}.{var}", kind_of(case, id)),
        Value::Of(Probe::Weight { weight, .. }) => format!("weight {weight}"),
    }
}

/// The combinations of mechanisms with calcium on one section.
fn ion_styles(case: &Definition, set: &mut BTreeSet<String>) {
    let mut styles = BTreeSet::new();
    for section in &case.sections {
        let has = |mech: &str| case.density.iter().any(|d| d.sec == section.name && d.mech == mech);
        let users = ["cahva", "skca", "cadif", "cadpump", "capool"].into_iter().filter(|mech| has(mech));
        let users = users.collect::<Vec<_>>().join(" ");
        if !users.is_empty() {
            set.insert(format!("calcium: {users}"));
            styles.insert(users);
        }
    }
    if styles.len() > 1 {
        set.insert("calcium: different uses at different places".into());
    }
}

fn conditions(case: &Definition, set: &mut BTreeSet<String>) {
    set.insert(format!("dt: {}", case.dt));
    set.insert(format!("secondorder: {}", case.secondorder));
    if case.method == Method::Cvode {
        set.insert("method: cvode".into());
    }
    if case.celsius != 6.3 {
        set.insert("celsius: not 6.3".into());
    }
    if case.v_init > -20.0 {
        set.insert("v_init: above most thresholds".into());
    }
    let steps = case.tstop / case.dt;
    if (steps - steps.round()).abs() > 1e-6 {
        set.insert("tstop: not a multiple of dt".into());
    }
}

fn section_features(case: &Definition, section: &Section, set: &mut BTreeSet<String>) {
    let parity = if section.nseg.is_multiple_of(2) { "even" } else { "odd" };
    set.insert(format!("nseg: {parity}{}", if section.nseg == 1 { ", 1" } else { "" }));
    if !section.points.is_empty() {
        set.insert("section: 3-D points".into());
        if section.points.windows(2).any(|pair| pair[0][..3] == pair[1][..3]) {
            set.insert("section: points at one place".into());
        }
    }
    if !section.segment_diameters.is_empty() {
        let points = if section.points.is_empty() { "" } else { " over 3-D points" };
        set.insert(format!("section: seg_diam{points}"));
    }
    if section.membrane_capacitance != 1.0 {
        set.insert("section: cm not 1".into());
    }
    if !case.density.iter().any(|density| density.sec == section.name) {
        set.insert("section: bare membrane".into());
    }
    let Some(at) = &section.attachment else {
        return;
    };
    let parent = case.sections.iter().find(|section| section.name == at.parent);
    let on_segments = at.parent_x * parent.map_or(1, |parent| parent.nseg) as f64;
    let place = if at.parent_x == 0.0 {
        "0"
    } else if at.parent_x == 1.0 {
        "1"
    } else if on_segments.fract() == 0.0 {
        "a segment's border"
    } else if on_segments.fract() == 0.5 {
        "a segment's centre"
    } else {
        "inside"
    };
    set.insert(format!("attached: child's {} end at {place}", at.child_end));
}

fn mechanisms(case: &Definition, set: &mut BTreeSet<String>) {
    let mut seen = BTreeSet::new();
    for density in &case.density {
        set.insert(format!("mechanism: {}", density.mech));
        for style in density.params.keys().filter(|name| name.ends_with("_style")) {
            set.insert(format!("mechanism: {}.{style}", density.mech));
        }
        if density.mech == "hh" && !case.usetable_hh {
            set.insert("mechanism: hh without table".into());
        }
        if !seen.insert((&density.sec, &density.mech)) {
            set.insert("mechanism: inserted twice".into());
        }
    }
}

fn point_processes(case: &Definition, set: &mut BTreeSet<String>) {
    let mut nodes = BTreeSet::new();
    for point in &case.points {
        set.insert(format!("point: {}", point.kind));
        if point.x == 0.0 || point.x == 1.0 {
            set.insert(format!("point: {} at an end", point.kind));
        }
        let nseg = case.sections.iter().find(|section| section.name == point.sec);
        let segment = (point.x * nseg.map_or(1, |section| section.nseg) as f64) as u64;
        if !nodes.insert((&point.sec, segment)) {
            set.insert("point: several on a node".into());
        }
        match point.kind.as_str() {
            "Exp2Syn" if number(&point.params, "tau1") >= number(&point.params, "tau2") => {
                set.insert("point: Exp2Syn with tau1 >= tau2".into());
            }
            "IClamp" if number(&point.params, "delay") < Some(0.0) => {
                set.insert("point: IClamp before the start".into());
            }
            _ => {}
        }
    }
}

fn artificial(cell: &ArtificialCell, set: &mut BTreeSet<String>) {
    if cell.kind != "NetStim" {
        return;
    }
    if number(&cell.params, "noise").is_some_and(|noise| noise > 0.0) {
        let stream = if cell.r123.is_some() { "of its own" } else { "by default" };
        set.insert(format!("cell: noisy NetStim, stream {stream}"));
    }
    if number(&cell.params, "start").is_some_and(|start| start < 0.0) {
        set.insert("cell: NetStim that waits".into());
    }
}

fn connection(case: &Definition, netcon: &NetCon, set: &mut BTreeSet<String>) {
    let kind = |id: &str| kind_of(case, id);
    let target = netcon.tgt.as_deref().map_or("nothing", kind);
    let source = match &netcon.src {
        None => "events",
        Some(Source::Membrane { .. }) => "membrane",
        Some(Source::Cell { id }) => kind(id),
    };
    set.insert(format!("netcon: {source} -> {target}"));
    if netcon.src.is_some() && netcon.delay < case.dt {
        let nothing = if netcon.delay == 0.0 { "0" } else { "below dt" };
        set.insert(format!("netcon: delay {nothing}"));
    }
    if netcon.weight.iter().any(|weight| *weight < 0.0) {
        set.insert("netcon: negative weight".into());
    }
    let mut times = BTreeSet::new();
    for time in &netcon.events {
        if !times.insert(time.to_bits()) {
            set.insert("events: at one time".into());
        }
        let halves = 2.0 * time / case.dt;
        if (halves - halves.round()).abs() < 1e-9 && halves.round() % 2.0 == 1.0 {
            set.insert("events: on a half step".into());
        }
    }
}

fn fan_out(case: &Definition, set: &mut BTreeSet<String>) {
    for (index, netcon) in case.netcons.iter().enumerate() {
        let Some(source) = &netcon.src else { continue };
        let shared: Vec<&NetCon> = case.netcons.iter().filter(|other| other.src.as_ref() == Some(source)).collect();
        if shared.len() > 1 && matches!(source, Source::Membrane { .. }) {
            set.insert("netcon: membrane source shared".into());
        }
        if shared.len() > 2 && shared.iter().all(|other| other.delay == netcon.delay) {
            set.insert("netcon: three or more of a source with one delay".into());
        }
        let pair = |other: &NetCon| other.tgt == netcon.tgt && other.src == netcon.src;
        if netcon.tgt.is_some() && case.netcons[index + 1..].iter().any(pair) {
            set.insert("netcon: several between a pair".into());
        }
    }
}

fn probe_features(case: &Definition, probe: &Probe, set: &mut BTreeSet<String>) {
    match probe {
        Probe::Membrane { x, var, .. } => {
            let end = if *x == 0.0 || *x == 1.0 { " at an end" } else { "" };
            set.insert(format!("probe: {var}{}", if var == "v" { end } else { "" }));
        }
        Probe::Object { id, var } => {
            set.insert(format!("probe: {}.{var}", kind_of(case, id)));
        }
        Probe::Weight { weight, .. } => {
            set.insert(format!("probe: weight {weight}"));
        }
    }
}

fn behaviour(case: &Definition, results: &Results, set: &mut BTreeSet<String>) {
    for (index, times) in &results.spikes {
        let source = case.netcons.get(*index).and_then(|netcon| netcon.src.as_ref());
        match source {
            Some(Source::Membrane { .. }) if !times.is_empty() => {
                set.insert("behaviour: a membrane spikes".into());
                if times.len() > 2 {
                    set.insert("behaviour: a membrane spikes repeatedly".into());
                }
            }
            Some(Source::Cell { .. }) if !times.is_empty() => {
                set.insert("behaviour: an artificial cell spikes".into());
            }
            _ => {}
        }
    }
    let mut voltages: Vec<f64> = Vec::new();
    for (probe, trace) in case.probes.iter().zip(&results.probes) {
        if probe.var() == "v" {
            voltages.extend(trace);
        }
        if trace.iter().any(|value| !value.is_finite()) {
            set.insert("behaviour: not finite".into());
        }
    }
    if voltages.iter().any(|v| v.abs() > 150.0) {
        set.insert("behaviour: voltage beyond 150 mV".into());
    }
    if voltages.iter().any(|v| v.abs() > 1000.0) {
        set.insert("behaviour: voltage beyond 1 V".into());
    }
}
