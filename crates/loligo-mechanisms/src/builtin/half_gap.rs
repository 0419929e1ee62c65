//! One side of a gap junction.

use super::ohmic::ohmic_current;
use crate::description::{Description, Kind, Variable};
use crate::{Block, Context, Instances, Mechanism, Membrane, Outbox};

/// One side of a gap junction, `HalfGap`: i = g (v - vgap), where vgap is the other side's voltage, brought by a transfer
/// after every step.
///
/// NEURON has no such mechanism built in; this is what its users write in NMODL: `NONSPECIFIC_CURRENT i`,
/// `BREAKPOINT { i = g*(v - vgap) }`.
#[derive(Clone, Copy, Debug)]
pub struct HalfGap;

const G: usize = 0; // uS
const VGAP: usize = 1; // mV
const I: usize = 2; // nA

static DESCRIPTION: Description = Description {
    name: "HalfGap",
    summary: "one side of a gap junction: an ohmic current to the voltage of the other",
    kind: Kind::Point { electrode: false },
    variables: &[
        Variable::parameter("g", "uS", 0.0, "conductance"),
        Variable::parameter("vgap", "mV", 0.0, "voltage of the other side, the target of a transfer"),
        Variable::output("i", "nA", "current"),
    ],
    ions: &[],
    has_current: true,
    has_state: false,
    state_reads_voltage: false,
    weights: 0,
    amplifies_rounding: false,
    // A mechanism of users, which NEURON evaluates after its own.
    order: 200,
};

impl Mechanism for HalfGap {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, _: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        block.fill(I, 0.0);
    }

    fn current(&self, context: &Context, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([g, vgap], [i]) = instances.columns([G, VGAP], [I]);
        ohmic_current(context, v, g, vgap, i, membrane);
    }
}
