//! A current step from an electrode.

use crate::description::{Description, Kind, Variable};
use crate::{Block, Context, Instances, Mechanism, Membrane, Outbox};

/// Current clamp, `IClamp`: i = amp while delay <= t < delay + dur, with t the middle of the step.
#[derive(Clone, Copy, Debug)]
pub struct IClamp;

const DELAY: usize = 0; // ms
const DUR: usize = 1; // ms
const AMP: usize = 2; // nA
const I: usize = 3; // nA

static DESCRIPTION: Description = Description {
    name: "IClamp",
    summary: "current step from an electrode; positive depolarises",
    kind: Kind::Point { electrode: true },
    variables: &[
        Variable::parameter("delay", "ms", 0.0, "start"),
        Variable::parameter("dur", "ms", 0.0, "duration"),
        Variable::parameter("amp", "nA", 0.0, "amplitude"),
        Variable::output("i", "nA", "current"),
    ],
    ions: &[],
    has_current: true,
    has_state: false,
    state_reads_voltage: false,
    weights: 0,
    amplifies_rounding: false,
    order: 50,
};

impl Mechanism for IClamp {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, _: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        block.fill(I, 0.0);
    }

    fn current(&self, context: &Context, v: &[f64], instances: Instances<'_>, mut membrane: Membrane<'_>) {
        let ([delay, dur, amp], [i]) = instances.columns([DELAY, DUR, AMP], [I]);
        let t = context.t; // ms
        for k in 0..v.len() {
            i[k] = if t < delay[k] + dur[k] && t >= delay[k] { amp[k] } else { 0.0 }; // nA
            membrane.add(k, i[k], 0.0);
        }
    }
}
