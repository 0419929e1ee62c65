//! A synapse whose conductance rises and decays.

use super::cnexp::decay_all;
use super::ohmic::ohmic_current;
use crate::description::{Description, Kind, Variable};
use crate::math::{Exact, Fast, Math};
use crate::{Block, Context, Event, Instances, Mechanism, Membrane, Numerics, Outbox};

/// Two-exponential synapse, `Exp2Syn`: g = B - A rises with tau1 and decays with tau2, normalised so that an event's
/// weight (uS) is the peak of the conductance it causes; i = g (v - e).
///
/// tau1 is kept below 0.9999 tau2 and above 1e-9 tau2 when a run is initialised, as in NEURON.
#[derive(Clone, Copy, Debug)]
pub struct Exp2Syn;

const TAU1: usize = 0; // ms
const TAU2: usize = 1; // ms
const E: usize = 2; // mV
const I: usize = 3; // nA
const G: usize = 4; // uS
const FACTOR: usize = 5; // 1
const A: usize = 6; // uS
const B: usize = 7; // uS

static DESCRIPTION: Description = Description {
    name: "Exp2Syn",
    summary: "synapse with an exponential rise and an exponential decay of conductance",
    kind: Kind::Point { electrode: false },
    variables: &[
        Variable::parameter("tau1", "ms", 0.1, "rise time constant").within(0.0, 1e9),
        Variable::parameter("tau2", "ms", 10.0, "decay time constant").within(1e-9, 1e9),
        Variable::parameter("e", "mV", 0.0, "reversal potential"),
        Variable::output("i", "nA", "current"),
        Variable::output("g", "uS", "conductance"),
        Variable::assigned("factor", "1", "normalisation of the peak"),
        Variable::state("A", "uS", "rising component"),
        Variable::state("B", "uS", "decaying component"),
    ],
    ions: &[],
    has_current: true,
    has_state: true,
    state_reads_voltage: false,
    weights: 1,
    amplifies_rounding: false,
    order: 53,
};

impl Mechanism for Exp2Syn {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, context: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        for k in 0..block.len() {
            let (mut tau1, tau2) = (block.value(TAU1, k), block.value(TAU2, k)); // ms
            if tau1 / tau2 > 0.9999 {
                tau1 = 0.9999 * tau2; // ms
            }
            if tau1 / tau2 < 1e-9 {
                tau1 = tau2 * 1e-9; // ms
            }
            block.set(TAU1, k, tau1);
            let factor = match context.numerics {
                Numerics::Exact => peak_factor::<Exact>(tau1, tau2),
                Numerics::Fast => peak_factor::<Fast>(tau1, tau2),
            };
            block.set(FACTOR, k, factor);
        }
        for column in [I, G, A, B] {
            block.fill(column, 0.0);
        }
    }

    fn current(&self, context: &Context, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([e, a, b], [i, g]) = instances.columns([E, A, B], [I, G]);
        for ((g, a), b) in g.iter_mut().zip(a).zip(b) {
            *g = b - a; // uS
        }
        ohmic_current(context, v, g, e, i, membrane);
    }

    fn advance(&self, context: &Context, _: &[f64], instances: Instances<'_>) {
        let ([tau1, tau2], [a, b]) = instances.columns([TAU1, TAU2], [A, B]);
        decay_all(context, a, tau1);
        decay_all(context, b, tau2);
    }

    fn receive(&self, event: Event, weight: &mut [f64], block: &mut Block, _: &mut Outbox) {
        let k = event.instance;
        let step = weight[0] * block.value(FACTOR, k); // uS
        block.column_mut(A)[k] += step;
        block.column_mut(B)[k] += step;
    }
}

/// What scales B - A so that its peak after an event of weight 1 is 1, for two time constants (ms).
fn peak_factor<M: Math>(tau1: f64, tau2: f64) -> f64 {
    let peak_time = (tau1 * tau2) / (tau2 - tau1) * M::log(tau2 / tau1); // ms
    1.0 / (-M::exp(-peak_time / tau1) + M::exp(-peak_time / tau2))
}
