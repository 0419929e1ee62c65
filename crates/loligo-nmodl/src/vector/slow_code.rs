//! Finds the code of hooks that cannot be computed for many instances at once.

use std::collections::{BTreeMap, BTreeSet};

use loligo_mechanisms::Environment;

use super::translate::{Known, Translation};
use crate::program::{Place, ProgramId, Programs, verify};
use crate::source::Span;

/// The places in the hooks of a step, at most one for each hook, that make the plain interpreter compute the hook, with the
/// reasons.
pub fn slow_code(programs: &Programs, environment: &Environment) -> Vec<(Span, String)> {
    if verify(programs).is_err() {
        return Vec::new();
    }
    let hooks = &programs.hooks;
    let of_step = hooks.current.into_iter().chain(hooks.advance).chain(hooks.stages.iter().copied());
    let found: BTreeSet<(Span, String)> = of_step.filter_map(|hook| obstacle(programs, environment, hook)).collect();
    found.into_iter().collect()
}

fn obstacle(programs: &Programs, environment: &Environment, hook: ProgramId) -> Option<(Span, String)> {
    let none = BTreeMap::new();
    let mut translation = Translation::new(programs, Known::of(environment, &none));
    let v = translation.read(Place::Voltage).ok()?;
    // Currents are evaluated twice.
    let evaluations: &[bool] = if Some(hook) == programs.hooks.current { &[true, false] } else { &[false] };
    let obstacle = evaluations.iter().find_map(|&is_shifted| translation.run_hook(hook, v, is_shifted).err())?;
    Some((translation.span, obstacle.to_string()))
}
