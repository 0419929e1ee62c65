//! The model around drawn mechanisms.

use super::draft::{Draft, Kind};
use super::range::Range;
use super::scope::Role;
use crate::dice::Dice;
use crate::draw::Size;
use crate::mechanism_text::MechanismText;
use crate::vocabulary::{ArtificialCell, Attachment, Definition, Density, NetCon, PointProcess, Probe, Section, Source};

/// What the model needs to know of a drawn mechanism.
struct Drawn {
    mechanism: MechanismText,
    kind: Kind,
    probes: Vec<String>,
    weights: usize,
    sends: bool,
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
    let params = [("delay".to_owned(), 1.0.into()), ("dur".to_owned(), 3.0.into()), ("amp".to_owned(), dice.value(-0.05, 0.2).into())];
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
        draft.scope.add("diam", Range::new(1.0, 30.0), Role::Cell);
        draft.scope.add("area", Range::new(1.0, 5000.0), Role::Cell);
    }
    draft.scope.add("t", Range::new(0.0, 25.0), Role::Cell);
    draft.scope.add("dt", near, Role::Cell);
    draft.scope.add("FARADAY", Range::new(96485.0, 96486.0), Role::Constant);
    draft.scope.add("R", Range::new(8.3, 8.32), Role::Constant);
    for _ in 0..draft.dice.count(1, 3) {
        let range = draft.dice.pick([Range::UNIT, Range::new(0.1, 5.0), Range::new(-50.0, 50.0)]);
        draft.constant(range);
    }
    for _ in 0..draft.dice.count(1, 3) {
        let range = draft.dice.pick([Range::UNIT, Range::UNIT, Range::new(-50.0, 50.0)]);
        draft.assigned(range);
    }
    if kind != Kind::Artificial {
        draft.derivative();
        draft.free_current();
    }
    let (probes, weights, sends) = (draft.probes.clone(), draft.weights, draft.sends);
    Drawn { mechanism: draft.finish(), kind, probes, weights, sends }
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
                    case.points.push(PointProcess { id: id.clone(), kind: kind.clone(), sec, x, params: [].into(), r123: None });
                } else {
                    case.art.push(ArtificialCell { id: id.clone(), kind: kind.clone(), params: [].into(), r123: None });
                }
                connect(case, dice, drawn, &id);
                case.probes.extend(drawn.probes.iter().map(|variable| Probe::Object { id: id.clone(), var: variable.clone() }));
            }
        }
    }
}

fn connect(case: &mut Definition, dice: &mut Dice, drawn: &Drawn, id: &str) {
    if drawn.weights > 0 {
        for _ in 0..dice.count(1, 2) {
            let weight = (0..drawn.weights).map(|_| dice.value(0.0, 1.0)).collect();
            let events = (0..dice.count(1, 5)).map(|_| dice.pick([0.5, 1.0, 1.0125, 1.5, 2.0, 2.7, 3.0])).collect();
            let src = dice.chance(0.3).then(|| Source::Membrane { sec: "soma".into(), x: 0.5, var: "v".into() });
            let delay = dice.pick([0.0, 0.5, 1.0]);
            case.netcons.push(NetCon { src, tgt: Some(id.into()), weight, delay, threshold: None, events, rec: false });
            let netcon = case.netcons.len() - 1;
            case.final_probes.extend((0..drawn.weights).map(|weight| Probe::Weight { netcon, weight }));
        }
    }
    if drawn.sends {
        let src = Some(Source::Cell { id: id.into() });
        case.netcons.push(NetCon { src, tgt: None, weight: Vec::new(), delay: 1.0, threshold: None, events: Vec::new(), rec: true });
    }
}
