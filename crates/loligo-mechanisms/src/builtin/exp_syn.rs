//! A synapse whose conductance jumps and decays.

use super::cnexp::decay_all;
use super::ohmic::ohmic_current;
use crate::description::{Description, Kind, Variable};
use crate::{Block, Context, Event, Instances, Mechanism, Membrane, Outbox};

/// Single-exponential synapse, `ExpSyn`: an event adds its weight (uS) to g, which decays with tau; i = g (v - e).
#[derive(Clone, Copy, Debug)]
pub struct ExpSyn;

const TAU: usize = 0; // ms
const E: usize = 1; // mV
const I: usize = 2; // nA
const G: usize = 3; // uS

static DESCRIPTION: Description = Description {
    name: "ExpSyn",
    summary: "synapse with an instantaneous rise and an exponential decay of conductance",
    kind: Kind::Point { electrode: false },
    variables: &[
        Variable::parameter("tau", "ms", 0.1, "decay time constant").within(1e-9, 1e9),
        Variable::parameter("e", "mV", 0.0, "reversal potential"),
        Variable::output("i", "nA", "current"),
        Variable::state("g", "uS", "conductance"),
    ],
    ions: &[],
    has_current: true,
    has_state: true,
    state_reads_voltage: false,
    weights: 1,
    amplifies_rounding: false,
    order: 52,
};

impl Mechanism for ExpSyn {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, _: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        block.fill(G, 0.0);
        block.fill(I, 0.0);
    }

    fn current(&self, context: &Context, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([e, g], [i]) = instances.columns([E, G], [I]);
        ohmic_current(context, v, g, e, i, membrane);
    }

    fn advance(&self, context: &Context, _: &[f64], instances: Instances<'_>) {
        let ([tau], [g]) = instances.columns([TAU], [G]);
        decay_all(context, g, tau);
    }

    fn receive(&self, event: Event, weight: &mut [f64], block: &mut Block, _: &mut Outbox) {
        block.column_mut(G)[event.instance] += weight[0]; // uS
    }
}
