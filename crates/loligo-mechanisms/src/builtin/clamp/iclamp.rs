//! A current step from an electrode.

use crate::description::{Description, Kind, Variable};
use crate::{Block, Context, Instances, Mechanism, Membrane, Outbox};

/// Current clamp, `IClamp`: i = amp while delay <= t < delay + dur, with t the middle of the step.
#[derive(Clone, Copy, Debug)]
pub struct IClamp;

/// The same law as a current through the membrane, `MembraneCurrentSource`: what IClamp injects is here a current -amp that
/// leaves the cell, one of those that add up to the membrane's.
///
/// NEURON has no such mechanism built in; neurodamus brings one in NMODL (`NONSPECIFIC_CURRENT i`, `i = -1 * amp`).
#[derive(Clone, Copy, Debug)]
pub struct MembraneCurrentSource;

const DELAY: usize = 0; // ms
const DUR: usize = 1; // ms
const AMP: usize = 2; // nA
const I: usize = 3; // nA

static VARIABLES: [Variable; 4] = [
    Variable::parameter("delay", "ms", 0.0, "start"),
    Variable::parameter("dur", "ms", 0.0, "duration"),
    Variable::parameter("amp", "nA", 0.0, "amplitude; positive depolarises"),
    Variable::output("i", "nA", "current"),
];

const fn description(name: &'static str, summary: &'static str, electrode: bool, order: u32) -> Description {
    Description {
        name,
        summary,
        kind: Kind::Point { electrode },
        variables: &VARIABLES,
        ions: &[],
        has_current: true,
        has_state: false,
        state_reads_voltage: false,
        weights: 0,
        amplifies_rounding: false,
        order,
    }
}

static FROM_ELECTRODE: Description =
    description("IClamp", "current step from an electrode; positive depolarises", true, 50);
// A mechanism of users, which NEURON evaluates after its own, in the order of their names.
static THROUGH_MEMBRANE: Description =
    description("MembraneCurrentSource", "current step through the membrane; a positive amp depolarises", false, 201);

impl Mechanism for IClamp {
    fn description(&self) -> &'static Description {
        &FROM_ELECTRODE
    }

    fn initialize(&self, _: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        block.fill(I, 0.0);
    }

    fn current(&self, context: &Context, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        step(context.t, 1.0, v.len(), instances, membrane);
    }
}

impl Mechanism for MembraneCurrentSource {
    fn description(&self) -> &'static Description {
        &THROUGH_MEMBRANE
    }

    fn initialize(&self, _: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        block.fill(I, 0.0);
    }

    fn current(&self, context: &Context, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        step(context.t, -1.0, v.len(), instances, membrane);
    }
}

/// The current of some instances at a time (ms), `sign` times the amplitude while it is on.
fn step(t: f64, sign: f64, count: usize, instances: Instances<'_>, mut membrane: Membrane<'_>) {
    let ([delay, dur, amp], [i]) = instances.columns([DELAY, DUR, AMP], [I]);
    for k in 0..count {
        i[k] = if t < delay[k] + dur[k] && t >= delay[k] { sign * amp[k] } else { 0.0 }; // nA
        membrane.add(k, i[k], 0.0);
    }
}
