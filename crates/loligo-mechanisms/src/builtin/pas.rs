//! Passive membrane: a constant leak conductance.

use super::ohmic::ohmic_current;
use crate::description::{Description, Kind, Variable};
use crate::{Block, Context, Instances, Mechanism, Membrane, Outbox};

/// Passive membrane, `pas`: i = g (v - e).
#[derive(Clone, Copy, Debug)]
pub struct Pas;

const G: usize = 0; // S/cm2
const E: usize = 1; // mV
const I: usize = 2; // mA/cm2

static DESCRIPTION: Description = Description {
    name: "pas",
    summary: "passive leak",
    kind: Kind::Density,
    variables: &[
        Variable::parameter("g", "S/cm2", 0.001, "conductance"),
        Variable::parameter("e", "mV", -70.0, "reversal potential"),
        Variable::output("i", "mA/cm2", "current"),
    ],
    ions: &[],
    has_current: true,
    has_state: false,
    state_reads_voltage: false,
    weights: 0,
    amplifies_rounding: false,
    order: 10,
};

impl Mechanism for Pas {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, _: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        block.fill(I, 0.0);
    }

    fn current(&self, context: &Context, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([g, e], [i]) = instances.columns([G, E], [I]);
        ohmic_current(context, v, g, e, i, membrane);
    }
}
