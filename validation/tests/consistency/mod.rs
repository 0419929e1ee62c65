//! Conditions that every runnable definition fulfils.

use std::collections::BTreeSet;

use loligo_validation::vocabulary::{Definition, Probe, Source, Value};

/// Checks that everything to which a definition refers exists, and comes before the reference.
pub fn check(case: &Definition) -> Result<(), String> {
    let mut sections = BTreeSet::new();
    for section in &case.sections {
        if let Some(at) = &section.attachment {
            if !sections.contains(&at.parent) {
                return Err(format!("{} grows from {}", section.name, at.parent));
            }
            if !(0.0..=1.0).contains(&at.parent_x) {
                return Err(format!("{} grows at {}", section.name, at.parent_x));
            }
        }
        if !sections.insert(section.name.clone()) {
            return Err(format!("two sections are called {}", section.name));
        }
        if section.points.len() == 1 || section.segment_diameters.len() > section.nseg {
            return Err(format!("{} has a shape of too little or too much", section.name));
        }
    }
    let mut objects = BTreeSet::new();
    let ids = case.points.iter().map(|p| &p.id).chain(case.art.iter().map(|cell| &cell.id));
    for id in ids {
        if !objects.insert(id.clone()) {
            return Err(format!("two objects are called {id}"));
        }
    }
    let section = |name: &String| match sections.contains(name) {
        true => Ok(()),
        false => Err(format!("there is no section {name}")),
    };
    let object = |id: &String| match objects.contains(id) {
        true => Ok(()),
        false => Err(format!("there is no object {id}")),
    };
    case.density.iter().try_for_each(|density| section(&density.sec))?;
    case.points.iter().try_for_each(|point| section(&point.sec))?;
    for netcon in &case.netcons {
        match &netcon.src {
            Some(Source::Membrane { sec, .. }) => section(sec)?,
            Some(Source::Cell { id }) => object(id)?,
            None => {}
        }
        netcon.tgt.iter().try_for_each(object)?;
        if netcon.tgt.is_none() && !netcon.events.is_empty() {
            return Err("events without a target".into());
        }
    }
    let probed = |probe: &Probe| match probe {
        Probe::Membrane { sec, .. } => section(sec),
        Probe::Object { id, .. } => object(id),
        Probe::Weight { netcon, weight } => match case.netcons.get(*netcon) {
            Some(own) if *weight < own.weight.len() => Ok(()),
            _ => Err(format!("there is no {probe}")),
        },
    };
    for transfer in &case.transfers {
        probed(&transfer.from)?;
        match &transfer.to {
            Probe::Object { id, .. } => object(id)?,
            other => return Err(format!("a transfer to {other}")),
        }
    }
    for pointer in &case.pointers {
        object(&pointer.of)?;
        probed(&pointer.to)?;
    }
    for point in &case.points {
        let needed = match point.kind.as_str() {
            "gradsyn" => "vpre",
            "statesyn" => "x",
            "modulator" => "target",
            _ => continue,
        };
        if !case.pointers.iter().any(|pointer| pointer.of == point.id && pointer.var == needed) {
            return Err(format!("{} has no {needed}", point.id));
        }
    }
    for intervention in &case.interventions {
        match &intervention.value {
            Value::Of(probe) => probed(probe)?,
            Value::Global { .. } | Value::Celsius => {}
        }
    }
    for play in &case.plays {
        object(&play.target)?;
        if play.t.len() != play.y.len() || play.t.is_empty() {
            return Err(format!("a waveform of {} times and {} values", play.t.len(), play.y.len()));
        }
    }
    if case.probes.iter().any(|probe| matches!(probe, Probe::Weight { .. })) {
        return Err("a weight is recorded".into());
    }
    case.probes.iter().chain(&case.final_probes).try_for_each(probed)
}
