//! Reduces a failing model to the smallest one that still fails.
//!
//! The method is greedy: simplifications are tried one after the other and kept if the model still
//! fails; the round is repeated until no simplification remains or the trials are used up. Every
//! candidate is consistent: references to removed parts are removed as well.

mod texts;

use std::collections::BTreeSet;

use crate::vocabulary::{Definition, NetCon, Probe, Section, Source, Value};

/// Shrinks `case` as long as `fails` holds, with at most `trials` calls of it.
///
/// `case` itself is assumed to fail. The result fails, too, and is not larger.
pub fn shrink(case: &Definition, trials: usize, mut fails: impl FnMut(&Definition) -> bool) -> Definition {
    let mut smallest = case.clone();
    let mut left = trials;
    loop {
        let mut progress = false;
        for simplification in ORDER {
            let mut index = 0;
            // after a simplification has been kept, the next element is at the same index
            while let Some(candidate) = simplification(&smallest, index) {
                if left == 0 {
                    return smallest;
                }
                if candidate == smallest {
                    index += 1;
                    continue;
                }
                left -= 1;
                if fails(&candidate) {
                    smallest = candidate;
                    progress = true;
                } else {
                    index += 1;
                }
            }
        }
        if !progress {
            return smallest;
        }
    }
}

/// The `index`-th candidate of a kind; `None` beyond the last. A candidate equal to the original
/// model is skipped.
type Simplification = fn(&Definition, usize) -> Option<Definition>;

/// Simplifications in the order of their trial: those that remove most come first.
const ORDER: [Simplification; 29] = [
    without_mechanism,
    without_tree,
    shorter,
    without_section,
    with_section_cut_out,
    detached,
    without_netcon,
    without_point,
    without_cell,
    without_transfer,
    without_play,
    without_intervention,
    without_global,
    without_pointer,
    without_density,
    without_probe,
    without_event,
    without_waveform_point,
    fewer_segments,
    plainer_section,
    plainer_netcon,
    plainer_position,
    without_parameter,
    plainer_conditions,
    texts::without_statement,
    texts::with_block_opened,
    texts::without_element,
    texts::with_plainer_expression,
    texts::without_operand,
];

/// Removes a mechanism that the model brings with it, with everything that uses it.
fn without_mechanism(case: &Definition, index: usize) -> Option<Definition> {
    let name = &case.mechanisms.get(index)?.name;
    let (objects, density) = texts::users_of(case, name);
    let mut smaller = case.clone();
    for id in objects {
        remove_object(&mut smaller, &id);
    }
    for index in density.into_iter().rev() {
        smaller = without_density(&smaller, index)?;
    }
    smaller.mechanisms.retain(|mechanism| mechanism.name != *name);
    // without mechanisms it would be a model of another kind
    if smaller.mechanisms.is_empty() { Some(case.clone()) } else { Some(smaller) }
}

fn without_tree(case: &Definition, index: usize) -> Option<Definition> {
    let mut roots = case.sections.iter().filter(|section| section.attachment.is_none());
    let root = roots.nth(index)?;
    Some(remove_sections(case, &root.name))
}

fn without_section(case: &Definition, index: usize) -> Option<Definition> {
    // starting from the tips, which come last
    let section = case.sections.iter().rev().nth(index)?;
    Some(remove_sections(case, &section.name))
}

/// Removes a section and everything on it; its children are attached to its parent instead.
fn with_section_cut_out(case: &Definition, index: usize) -> Option<Definition> {
    let removed = case.sections.get(index)?;
    let mut bridged = case.clone();
    for section in &mut bridged.sections {
        let on_removed = section.attachment.as_ref().is_some_and(|at| at.parent == removed.name);
        if on_removed {
            section.attachment.clone_from(&removed.attachment);
        }
    }
    Some(remove_sections(&bridged, &removed.name))
}

/// Makes a section, with its descendants, a separate tree.
fn detached(case: &Definition, index: usize) -> Option<Definition> {
    case.sections.get(index)?;
    Some(with_section(case, index, |section| section.attachment = None))
}

/// Removes a section, its descendants, and everything on them.
fn remove_sections(case: &Definition, name: &str) -> Definition {
    let mut gone = BTreeSet::from([name.to_owned()]);
    // parents come before their children
    for section in &case.sections {
        if section.attachment.as_ref().is_some_and(|at| gone.contains(&at.parent)) {
            gone.insert(section.name.clone());
        }
    }
    let mut smaller = case.clone();
    smaller.sections.retain(|section| !gone.contains(&section.name));
    smaller.density.retain(|density| !gone.contains(&density.sec));
    let points = case.points.iter().filter(|point| gone.contains(&point.sec));
    for id in points.map(|point| point.id.clone()).collect::<Vec<_>>() {
        remove_object(&mut smaller, &id);
    }
    remove_netcons(
        &mut smaller,
        |_, netcon| matches!(&netcon.src, Some(Source::Membrane { sec, .. }) if gone.contains(sec)),
    );
    remove_readers(&mut smaller, |probe| matches!(probe, Probe::Membrane { sec, .. } if gone.contains(sec)));
    smaller
}

/// Removes everything that reads, sets or points to removed parts.
fn remove_readers(case: &mut Definition, gone: impl Fn(&Probe) -> bool + Copy) {
    case.transfers.retain(|transfer| !gone(&transfer.from) && !gone(&transfer.to));
    case.probes.retain(|probe| !gone(probe));
    case.final_probes.retain(|probe| !gone(probe));
    case.interventions.retain(|intervention| !matches!(&intervention.value, Value::Of(probe) if gone(probe)));
    // an object whose pointer has lost its target must be removed as well
    let dangling = case.pointers.iter().filter(|pointer| gone(&pointer.to));
    for id in dangling.map(|pointer| pointer.of.clone()).collect::<Vec<_>>() {
        remove_object(case, &id);
    }
}

/// Removes connections, and references to their weights.
fn remove_netcons(case: &mut Definition, gone: impl Fn(usize, &NetCon) -> bool) {
    let mut left = 0;
    let places: Vec<Option<usize>> = case
        .netcons
        .iter()
        .enumerate()
        .map(|(index, netcon)| {
            let place = (!gone(index, netcon)).then_some(left);
            left += usize::from(place.is_some());
            place
        })
        .collect();
    let mut kept = places.iter().map(Option::is_some);
    case.netcons.retain(|_| kept.next().unwrap_or(true));
    let moved = |probe: &mut Probe| match probe {
        Probe::Weight { netcon, .. } => places.get(*netcon).copied().flatten().is_some_and(|place| {
            *netcon = place;
            true
        }),
        _ => true,
    };
    case.final_probes.retain_mut(moved);
    case.interventions.retain_mut(|intervention| match &mut intervention.value {
        Value::Of(probe) => moved(probe),
        _ => true,
    });
}

/// Removes a point process or artificial cell, and references to it.
fn remove_object(case: &mut Definition, id: &str) {
    case.points.retain(|point| point.id != id);
    case.art.retain(|cell| cell.id != id);
    remove_netcons(case, |_, netcon| {
        netcon.tgt.as_deref() == Some(id) || matches!(&netcon.src, Some(Source::Cell { id: source }) if source == id)
    });
    case.plays.retain(|play| play.target != id);
    case.pointers.retain(|pointer| pointer.of != id);
    remove_readers(case, |probe| matches!(probe, Probe::Object { id: probed, .. } if probed == id));
}

fn without_point(case: &Definition, index: usize) -> Option<Definition> {
    let id = &case.points.get(index)?.id;
    let mut smaller = case.clone();
    remove_object(&mut smaller, id);
    Some(smaller)
}

fn without_cell(case: &Definition, index: usize) -> Option<Definition> {
    let id = &case.art.get(index)?.id;
    let mut smaller = case.clone();
    remove_object(&mut smaller, id);
    Some(smaller)
}

/// A copy of `case` without the `index`-th element of a list.
fn without<T>(case: &Definition, index: usize, list: impl Fn(&mut Definition) -> &mut Vec<T>) -> Option<Definition> {
    let mut smaller = case.clone();
    let list = list(&mut smaller);
    if index >= list.len() {
        return None;
    }
    list.remove(index);
    Some(smaller)
}

fn without_netcon(case: &Definition, index: usize) -> Option<Definition> {
    case.netcons.get(index)?;
    let mut smaller = case.clone();
    remove_netcons(&mut smaller, |other, _| other == index);
    Some(smaller)
}

fn without_intervention(case: &Definition, index: usize) -> Option<Definition> {
    without(case, index, |case| &mut case.interventions)
}

fn without_global(case: &Definition, index: usize) -> Option<Definition> {
    let mut names = case.globals.iter().flat_map(|(mech, values)| values.keys().map(move |global| (mech, global)));
    let (mech, global) = names.nth(index)?;
    let mut smaller = case.clone();
    if let Some(values) = smaller.globals.get_mut(mech) {
        values.remove(global);
    }
    smaller.globals.retain(|_, values| !values.is_empty());
    Some(smaller)
}

/// Makes a pointer refer to a voltage at the same place instead.
fn without_pointer(case: &Definition, index: usize) -> Option<Definition> {
    let pointer = case.pointers.get(index)?;
    let point = case.points.iter().find(|point| point.id == pointer.of)?;
    let mut smaller = case.clone();
    if point.kind == "gradsyn" {
        smaller.pointers[index].to = Probe::Membrane { sec: point.sec.clone(), x: 0.5, var: "v".into() };
    }
    Some(smaller)
}

fn without_transfer(case: &Definition, index: usize) -> Option<Definition> {
    without(case, index, |case| &mut case.transfers)
}

fn without_play(case: &Definition, index: usize) -> Option<Definition> {
    without(case, index, |case| &mut case.plays)
}

fn without_density(case: &Definition, index: usize) -> Option<Definition> {
    let removed = case.density.get(index)?;
    let smaller = without(case, index, |case| &mut case.density)?;
    let inserted = |mech: &str| smaller.density.iter().any(|d| d.sec == removed.sec && d.mech == mech);
    // a variable of a mechanism that was removed cannot be read
    let uses = |mech: &str, ion: &str| match mech {
        "hh" => matches!(ion, "na" | "k"),
        "cahva" | "cadif" | "cadpump" | "capool" => ion == "ca",
        "skca" => matches!(ion, "ca" | "k"),
        other => other.strip_suffix("_ion") == Some(ion),
    };
    let suffix = format!("_{}", removed.mech);
    let gone = |probe: &Probe| match probe {
        Probe::Membrane { sec, var, .. } if *sec == removed.sec && !inserted(&removed.mech) => {
            let stem = var.split('[').next().unwrap_or_default();
            let lost = |ion: &str| {
                let left = smaller.density.iter().filter(|d| d.sec == removed.sec);
                ion_variables(ion).contains(var)
                    && uses(&removed.mech, ion)
                    && !left.into_iter().any(|d| uses(&d.mech, ion))
            };
            stem.ends_with(&suffix) || ["na", "k", "ca"].into_iter().any(lost)
        }
        _ => false,
    };
    let mut readable = smaller.clone();
    remove_readers(&mut readable, gone);
    Some(readable)
}

/// The variables of an ion on a section.
fn ion_variables(ion: &str) -> [String; 5] {
    [format!("i{ion}"), format!("e{ion}"), format!("{ion}i"), format!("{ion}o"), format!("di{ion}_dv_")]
}

fn without_probe(case: &Definition, index: usize) -> Option<Definition> {
    let probes = case.probes.len();
    if index < probes {
        without(case, index, |case| &mut case.probes)
    } else {
        without(case, index - probes, |case| &mut case.final_probes)
    }
}

fn without_event(case: &Definition, index: usize) -> Option<Definition> {
    let (netcon, event) = nested(case.netcons.iter().map(|netcon| netcon.events.len()), index)?;
    without(case, event, |case| &mut case.netcons[netcon].events)
}

fn without_waveform_point(case: &Definition, index: usize) -> Option<Definition> {
    let (play, point) = nested(case.plays.iter().map(|play| play.t.len()), index)?;
    let mut smaller = without(case, point, |case| &mut case.plays[play].t)?;
    let y = &mut smaller.plays[play].y;
    if point < y.len() {
        y.remove(point);
    }
    // an empty waveform is not a simplification: another one removes the waveform
    if smaller.plays[play].t.is_empty() { Some(case.clone()) } else { Some(smaller) }
}

/// The list and the position in it of the `index`-th element of lists of these lengths.
fn nested(lengths: impl Iterator<Item = usize>, mut index: usize) -> Option<(usize, usize)> {
    for (list, length) in lengths.enumerate() {
        if index < length {
            return Some((list, index));
        }
        index -= length;
    }
    None
}

fn shorter(case: &Definition, index: usize) -> Option<Definition> {
    let portion = [0.1, 0.5, 0.8, 0.95].get(index)?;
    // a run must have at least two steps
    let tstop = (portion * case.tstop / case.dt).round() * case.dt;
    let tstop = if tstop >= 2.0 * case.dt { tstop } else { case.tstop };
    Some(Definition { tstop, ..case.clone() })
}

fn fewer_segments(case: &Definition, index: usize) -> Option<Definition> {
    let section = case.sections.get(index / 2)?;
    let nseg = if index.is_multiple_of(2) { 1 } else { section.nseg.div_ceil(2) };
    Some(with_section(case, index / 2, |section| {
        section.nseg = nseg;
        section.segment_diameters.truncate(nseg);
    }))
}

fn with_section(case: &Definition, index: usize, change: impl Fn(&mut Section)) -> Definition {
    let mut changed = case.clone();
    if let Some(section) = changed.sections.get_mut(index) {
        change(section);
    }
    changed
}

fn plainer_section(case: &Definition, index: usize) -> Option<Definition> {
    let changes: [fn(&mut Section); 9] = [
        |section| section.points.clear(),
        |section| {
            section.points.pop();
        },
        |section| section.segment_diameters.clear(),
        |section| section.axial_resistivity = 100.0,
        |section| section.membrane_capacitance = 1.0,
        |section| section.length = section.length.round().max(1.0),
        |section| section.diam = section.diam.round().max(1.0),
        |section| section.attachment.iter_mut().for_each(|at| at.parent_x = 1.0),
        |section| section.attachment.iter_mut().for_each(|at| at.child_end = 0),
    ];
    let section = index / changes.len();
    case.sections.get(section)?;
    let plainer = with_section(case, section, changes[index % changes.len()]);
    // NEURON treats a single point as a section without shape
    if plainer.sections[section].points.len() == 1 { Some(case.clone()) } else { Some(plainer) }
}

fn plainer_netcon(case: &Definition, index: usize) -> Option<Definition> {
    let changes: [fn(&mut NetCon); 6] = [
        |netcon| {
            if netcon.tgt.is_some() && netcon.src.take().is_some() {
                netcon.events = vec![1.0];
                netcon.rec = false;
                netcon.threshold = None;
            }
        },
        |netcon| netcon.delay = 0.0,
        |netcon| netcon.delay = if netcon.delay == 0.0 { 0.0 } else { 1.0 },
        |netcon| netcon.threshold = None,
        |netcon| netcon.rec = false,
        |netcon| netcon.tgt = if netcon.events.is_empty() { None } else { netcon.tgt.take() },
    ];
    let netcon = index / changes.len();
    let mut plainer = case.clone();
    changes[index % changes.len()](plainer.netcons.get_mut(netcon)?);
    Some(plainer)
}

/// Moves everything to the middle of its section.
fn plainer_position(case: &Definition, index: usize) -> Option<Definition> {
    let mut plainer = case.clone();
    let points = plainer.points.iter_mut().map(|point| &mut point.x);
    let sources = plainer.netcons.iter_mut().filter_map(|netcon| match &mut netcon.src {
        Some(Source::Membrane { x, .. }) => Some(x),
        _ => None,
    });
    let probes = plainer.probes.iter_mut().chain(&mut plainer.final_probes);
    let probes = probes.filter_map(|probe| match probe {
        Probe::Membrane { x, .. } => Some(x),
        Probe::Object { .. } | Probe::Weight { .. } => None,
    });
    *points.chain(sources).chain(probes).nth(index)? = 0.5;
    Some(plainer)
}

fn without_parameter(case: &Definition, index: usize) -> Option<Definition> {
    let mut smaller = case.clone();
    let density = smaller.density.iter_mut().map(|density| &mut density.params);
    let points = smaller.points.iter_mut().map(|point| &mut point.params);
    let cells = smaller.art.iter_mut().map(|cell| &mut cell.params);
    let mut all: Vec<_> = density.chain(points).chain(cells).collect();
    let (owner, parameter) = nested(all.iter().map(|params| params.len()), index)?;
    let name = all[owner].keys().nth(parameter)?.clone();
    all[owner].remove(&name);
    Some(smaller)
}

fn plainer_conditions(case: &Definition, index: usize) -> Option<Definition> {
    let plain = Definition::default();
    let mut plainer = case.clone();
    match index {
        0 => plainer.dt = plain.dt,
        1 => plainer.v_init = plain.v_init,
        2 => plainer.celsius = plain.celsius,
        3 => plainer.secondorder = plain.secondorder,
        4 => plainer.usetable_hh = plain.usetable_hh,
        _ => return None,
    }
    Some(plainer)
}
