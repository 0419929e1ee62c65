//! The model around drawn mechanisms.

use super::draft::{Draft, Kind};
use super::range::Range;
use super::scope::Role;
use super::statements::body;
use crate::dice::Dice;
use crate::draw::Size;
use crate::mechanism_text::MechanismText;
use crate::vocabulary::{
    ArtificialCell, Attachment, Definition, Density, NetCon, PointProcess, Pointer, Probe, Section, Source,
};

/// A drawn mechanism with the properties that the model needs.
struct Drawn {
    mechanism: MechanismText,
    kind: Kind,
    probes: Vec<String>,
    weights: usize,
    sends: bool,
    has_pointer: bool,
    has_runge: bool,
}

/// Draws the mechanisms and the model.
pub(super) fn complete(case: &mut Definition, dice: &mut Dice, size: Size) {
    case.dt = dice.weighted([(6.0, 0.025), (1.0, 0.0125), (1.0, 0.1), (1.0, 0.05)]);
    case.tstop = (dice.uniform(80.0, 240.0) * case.dt).ceil();
    case.secondorder = dice.weighted([(8.0, 0), (1.0, 1), (1.0, 2)]);
    case.celsius = dice.pick([6.3, 6.3, 25.0, 34.0]);
    sections(case, dice);
    for index in 0..dice.count(1, size.mechanisms()) {
        let kind = dice.weighted([(5.0, Kind::Density), (4.0, Kind::Point), (1.0, Kind::Artificial)]);
        let drawn = mechanism(dice, kind, format!("drawn{index}"));
        if drawn.has_runge {
            // with runge, other steps move NEURON's time by rounding errors
            case.dt = 0.03125;
        }
        place(case, dice, &drawn);
        case.mechanisms.push(drawn.mechanism);
    }
    case.probes.push(Probe::Membrane { sec: "soma".into(), x: 0.5, var: "v".into() });
}

fn sections(case: &mut Definition, dice: &mut Dice) {
    let mut soma = Section { length: 20.0, diam: 20.0, ..Section::new("soma") };
    soma.nseg = dice.pick([1, 1, 3]);
    case.sections.push(soma);
    if dice.chance(0.3) {
        let attachment = Some(Attachment { parent: "soma".into(), parent_x: 1.0, child_end: 0 });
        let (nseg, length, diam) = (dice.pick([1, 2, 5]), 150.0, 2.0);
        case.sections.push(Section { nseg, length, diam, attachment, ..Section::new("dend") });
    }
    for section in &case.sections {
        let mech = if dice.chance(0.3) { "hh" } else { "pas" };
        case.density.push(Density { sec: section.name.clone(), mech: mech.into(), params: [].into() });
    }
    let params = [
        ("delay".to_owned(), 1.0.into()),
        ("dur".to_owned(), 3.0.into()),
        ("amp".to_owned(), dice.value(-0.05, 0.2).into()),
    ];
    case.points.push(PointProcess {
        id: "stimulus".into(),
        kind: "IClamp".into(),
        sec: "soma".into(),
        x: 0.5,
        params: params.into(),
        r123: None,
    });
}

fn mechanism(dice: &mut Dice, kind: Kind, name: String) -> Drawn {
    let mut draft = Draft::new(dice, kind, name);
    let near = Range::new(-0.2, 0.2);
    if kind != Kind::Artificial {
        draft.scope.add("v", Range::new(-250.0, 250.0), Role::Cell);
        draft.scope.add("celsius", Range::new(0.0, 40.0), Role::Constant);
        draft.has_stream = draft.dice.chance(0.15);
        if !draft.has_stream {
            draft.scope.add("diam", Range::new(1.0, 30.0), Role::Cell);
            draft.scope.add("area", Range::new(1.0, 5000.0), Role::Cell);
        }
    }
    draft.scope.add("t", Range::new(0.0, 25.0), Role::Cell);
    draft.scope.add("dt", near, Role::Cell);
    draft.scope.add("FARADAY", Range::new(96485.0, 96486.0), Role::Known);
    draft.scope.add("R", Range::new(8.3, 8.32), Role::Known);
    for _ in 0..draft.dice.count(1, 3) {
        let range = draft.dice.pick([Range::UNIT, Range::new(0.1, 5.0), Range::new(-50.0, 50.0)]);
        draft.constant(range);
    }
    for _ in 0..draft.dice.count(1, 3) {
        let range = draft.dice.pick([Range::UNIT, Range::UNIT, Range::new(-50.0, 50.0)]);
        draft.assigned(range);
    }
    features(&mut draft);
    Drawn {
        kind,
        probes: draft.probes.clone(),
        weights: draft.weights,
        sends: draft.sends,
        has_pointer: draft.has_pointer,
        has_runge: draft.has_runge,
        mechanism: draft.finish(),
    }
}

/// Draws the blocks of a mechanism.
fn features(draft: &mut Draft<'_>) {
    let is_cell = draft.kind == Kind::Artificial;
    let chance = |draft: &mut Draft<'_>, probability: f64| draft.dice.chance(probability);
    if chance(draft, 0.2) {
        let (range, length) = (draft.dice.pick([Range::UNIT, Range::new(-50.0, 50.0)]), draft.dice.count(2, 3));
        draft.array(range, length);
    }
    for _ in 0..draft.dice.count(0, 2) {
        draft.function();
    }
    if !is_cell {
        if draft.kind == Kind::Point && chance(draft, 0.15) {
            draft.pointer();
        }
        let mut ions = ["na", "k", "ca", "Mg", "xx"];
        draft.dice.shuffle(&mut ions);
        let count = draft.dice.weighted([(5.0, 0), (4.0, 1), (1.0, 2)]);
        for ion in &ions[..count] {
            draft.ion(ion);
        }
    }
    for _ in 0..draft.dice.count(0, 2) {
        draft.procedure();
    }
    if draft.has_stream {
        draft.stream();
    }
    let count = draft.dice.count(0, 2);
    let statements = body(draft.dice, &draft.scope, count, 2);
    // a block may declare LOCAL variables only once, at its start
    draft.initial.splice(0..0, statements);
    if !is_cell {
        if draft.needs_equations() || chance(draft, 0.6) {
            draft.derivative();
        }
        match draft.dice.count(0, 9) {
            0..=3 => draft.kinetic(),
            4 | 5 if draft.states.is_empty() => draft.linear(),
            6 | 7 if draft.states.is_empty() => draft.nonlinear(),
            _ => {}
        }
        if chance(draft, 0.15) {
            draft.solved_procedure();
        }
        if chance(draft, 0.7) {
            draft.free_current();
        }
        let count = draft.dice.count(0, 2);
        let statements = body(draft.dice, &draft.scope, count, 2);
        draft.breakpoint.splice(0..0, statements);
        if draft.breakpoint.is_empty() {
            draft.free_current();
        }
        if chance(draft, 0.2) {
            draft.hook();
        }
    }
    if is_cell || draft.kind == Kind::Point && chance(draft, 0.6) {
        draft.receive();
    }
}

/// Puts a mechanism into the model, with connections and probes.
fn place(case: &mut Definition, dice: &mut Dice, drawn: &Drawn) {
    let kind = drawn.mechanism.name.clone();
    match drawn.kind {
        Kind::Density => {
            for section in case.sections.clone() {
                if section.name == "soma" || dice.chance(0.5) {
                    case.density.push(Density { sec: section.name, mech: kind.clone(), params: [].into() });
                }
            }
            case.probes.extend(drawn.probes.iter().map(|variable| {
                let var = match variable.split_once('[') {
                    Some((name, index)) => format!("{name}_{kind}[{index}"),
                    None => format!("{variable}_{kind}"),
                };
                Probe::Membrane { sec: "soma".into(), x: 0.5, var }
            }));
        }
        Kind::Point | Kind::Artificial => {
            for number in 0..dice.count(1, 2) {
                let id = format!("{kind}_{number}");
                if drawn.kind == Kind::Point {
                    let (sec, x) = ("soma".into(), dice.pick([0.5, 0.5, 0.2]));
                    case.points.push(PointProcess {
                        id: id.clone(),
                        kind: kind.clone(),
                        sec,
                        x,
                        params: [].into(),
                        r123: None,
                    });
                } else {
                    case.art.push(ArtificialCell { id: id.clone(), kind: kind.clone(), params: [].into(), r123: None });
                }
                connect(case, dice, drawn, &id);
                if drawn.has_pointer {
                    let to = Probe::Membrane { sec: "soma".into(), x: 0.5, var: "v".into() };
                    case.pointers.push(Pointer { of: id.clone(), var: "seen".into(), to });
                }
                case.probes.extend(
                    drawn.probes.iter().map(|variable| Probe::Object { id: id.clone(), var: variable.clone() }),
                );
            }
        }
    }
}

fn connect(case: &mut Definition, dice: &mut Dice, drawn: &Drawn, id: &str) {
    if drawn.weights > 0 {
        for number in 0..dice.count(1, 2) {
            let weight = (0..drawn.weights).map(|_| dice.value(0.0, 1.0)).collect();
            // Fast may deliver simultaneous events of two connections in the order of the connections
            let times = if number == 0 { [0.5, 1.0, 1.0125, 2.0, 3.0] } else { [0.3, 0.7, 1.5, 1.5125, 2.7] };
            let events = (0..dice.count(1, 5)).map(|_| dice.pick(times)).collect();
            let src = dice.chance(0.3).then(|| Source::Membrane { sec: "soma".into(), x: 0.5, var: "v".into() });
            let delay = dice.pick([0.0, 0.5, 1.0]);
            case.netcons.push(NetCon { src, tgt: Some(id.into()), weight, delay, threshold: None, events, rec: false });
            let netcon = case.netcons.len() - 1;
            case.final_probes.extend((0..drawn.weights).map(|weight| Probe::Weight { netcon, weight }));
        }
    }
    if drawn.sends {
        let src = Some(Source::Cell { id: id.into() });
        case.netcons.push(NetCon {
            src,
            tgt: None,
            weight: Vec::new(),
            delay: 1.0,
            threshold: None,
            events: Vec::new(),
            rec: true,
        });
    }
}
