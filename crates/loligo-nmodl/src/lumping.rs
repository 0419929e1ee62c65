//! Finds the mechanisms whose instances can be computed as sums, by their programs.
//!
//! The programs of an event, of the currents and of a step are executed with [`Form`]s instead of numbers (`forms.rs`):
//! a form says how a number depends on the states that decay.

mod forms;
mod increments;

use std::collections::BTreeSet;

use loligo_mechanisms::{Kind, Lumping, Role, Signature};

use crate::program::{Current, Flow, Place, ProgramId, Programs, flow};
use forms::{Form, Forms, Start};

/// The columns by which instances can be computed as sums, if this is possible.
pub(crate) fn lumping(signature: &Signature, programs: &Programs) -> Option<Lumping> {
    let hooks = &programs.hooks;
    let (current, advance, receive) = (hooks.current?, hooks.advance?, hooks.receive?);
    let has_pointers = signature.variables.iter().any(|variable| matches!(variable.role, Role::Pointer { .. }));
    let is_simple = matches!(signature.kind, Kind::Point { .. })
        && !has_pointers
        && !signature.sets_voltage
        && signature.ions.is_empty()
        && signature.stages.is_empty()
        && signature.diffusion.is_empty()
        && signature.histories == 0
        && hooks.conditions.is_empty()
        && programs.kept_voltage.is_none();
    if !is_simple {
        return None;
    }
    let [of_current, of_advance] = [current, advance].map(|id| flow(programs, id));
    let events: Vec<ProgramId> = [Some(receive), hooks.initialize_connection].into_iter().flatten().collect();
    let of_events: Vec<Flow> = events.iter().map(|&id| flow(programs, id)).collect();
    let of_procedures = hooks.procedures.iter().map(|&id| flow(programs, id));
    let read_by_current: BTreeSet<u32> = columns(&of_current.reads_first).collect();
    let read_by_advance: BTreeSet<u32> = columns(&of_advance.reads_first).collect();
    let read: BTreeSet<u32> = read_by_current.union(&read_by_advance).copied().collect();
    let read_by_others: BTreeSet<u32> = of_events
        .iter()
        .cloned()
        .chain(of_procedures)
        .flat_map(|own| columns(&own.reads_first).collect::<Vec<_>>())
        .collect();
    let advanced: BTreeSet<u32> = columns(&of_advance.may_write).collect();
    let states: BTreeSet<u32> =
        advanced.iter().copied().filter(|c| read.contains(c) || read_by_others.contains(c)).collect();
    let written: BTreeSet<u32> = columns(&of_current.may_write).chain(advanced).collect();
    let derived: BTreeSet<u32> = written.difference(&states).copied().collect();
    let shared: BTreeSet<u32> = read.difference(&states).copied().collect();
    let decay: BTreeSet<u32> = shared.difference(&read_by_current).copied().collect();
    let changed_by_events: BTreeSet<u32> =
        of_events.iter().flat_map(|own| columns(&own.may_write).collect::<Vec<_>>()).collect();
    let at_once = [Place::Voltage, Place::Time];
    let is_closed = !states.is_empty()
        && columns(&of_current.may_write).all(|column| !states.contains(&column))
        && derived.is_disjoint(&read)
        && derived.is_disjoint(&read_by_others)
        && shared.is_disjoint(&changed_by_events)
        && derived.is_disjoint(&changed_by_events)
        && at_once.iter().all(|place| !of_advance.reads_first.contains(place));
    if !is_closed {
        return None;
    }
    decays(programs, advance, &states)?;
    is_linear(programs, current, &states)?;
    events.iter().try_for_each(|&id| adds(programs, id, &states))?;
    let is_linear_in = |column: u32| {
        let all = |form| matches!(form, Form::Zero | Form::Free | Form::Scaled(_) | Form::Linear | Form::Affine);
        currents_are(programs, current, &BTreeSet::from([column]), all).is_some()
    };
    let of_current_alone = shared.iter().copied().filter(|column| !read_by_advance.contains(column));
    let linear: BTreeSet<u32> = of_current_alone.filter(|&column| is_linear_in(column)).collect();
    let numbers = |columns: BTreeSet<u32>| columns.into_iter().map(|column| column as usize).collect();
    let increments = increments::increments(programs, receive, &states).unwrap_or_default();
    Some(Lumping {
        states: numbers(states),
        shared: numbers(shared),
        decay: numbers(decay),
        linear: numbers(linear),
        derived: numbers(derived),
        increments,
    })
}

fn columns(places: &BTreeSet<Place>) -> impl Iterator<Item = u32> + '_ {
    places.iter().filter_map(|place| match place {
        Place::Column(column) => Some(*column),
        _ => None,
    })
}

/// `Some` if a step multiplies each state by a factor.
fn decays(programs: &Programs, advance: ProgramId, states: &BTreeSet<u32>) -> Option<()> {
    let forms = Forms::after(programs, advance, states, Start::Scaled)?;
    states.iter().all(|&state| forms.at(Place::Column(state)) == Form::Scaled(state)).then_some(())
}

/// `Some` if all currents are linear in the states, and 0 if these are.
fn is_linear(programs: &Programs, current: ProgramId, states: &BTreeSet<u32>) -> Option<()> {
    currents_are(programs, current, states, |form| matches!(form, Form::Zero | Form::Scaled(_) | Form::Linear))
}

/// `Some` if all currents and conductances depend on some columns in one of these forms.
fn currents_are(
    programs: &Programs,
    current: ProgramId,
    columns: &BTreeSet<u32>,
    is_wanted: impl Fn(Form) -> bool,
) -> Option<()> {
    let forms = Forms::after(programs, current, columns, Start::Scaled)?;
    let all = programs.currents.iter().chain(programs.conductances.iter().flatten());
    all.into_iter().all(|current: &Current| is_wanted(forms.at(current.place))).then_some(())
}

/// `Some` if an event adds to the states, and does nothing else that depends on them.
fn adds(programs: &Programs, event: ProgramId, states: &BTreeSet<u32>) -> Option<()> {
    let forms = Forms::after(programs, event, states, Start::Added)?;
    forms
        .places()
        .all(|(place, form)| match place {
            Place::Column(state) if states.contains(&state) => form == Form::Added(state),
            Place::Temporary(_) => true,
            _ => form.is_free(),
        })
        .then_some(())
}
