//! A conductance that follows an alpha function once.

use super::cnexp::numerical_slope;
use crate::description::{Description, Kind, Variable};
use crate::math::{Exact, Fast, Math};
use crate::{Block, Context, Instances, Mechanism, Membrane, Numerics, Outbox};

/// Alpha-function conductance, `AlphaSynapse`: g = gmax x exp(1 - x) with x = (t - onset) / tau between 0 and 10, else 0;
/// i = g (v - e). It needs no event; its peak gmax is reached at onset + tau.
#[derive(Clone, Copy, Debug)]
pub struct AlphaSynapse;

const ONSET: usize = 0; // ms
const TAU: usize = 1; // ms
const GMAX: usize = 2; // uS
const E: usize = 3; // mV
const I: usize = 4; // nA
const G: usize = 5; // uS

static DESCRIPTION: Description = Description {
    name: "AlphaSynapse",
    summary: "conductance that follows an alpha function from a given time",
    kind: Kind::Point { electrode: false },
    variables: &[
        Variable::parameter("onset", "ms", 0.0, "start"),
        Variable::parameter("tau", "ms", 0.1, "time from start to peak").within(1e-9, 1e9),
        Variable::parameter("gmax", "uS", 0.0, "peak conductance"),
        Variable::parameter("e", "mV", 0.0, "reversal potential"),
        Variable::output("i", "nA", "current"),
        Variable::output("g", "uS", "conductance"),
    ],
    ions: &[],
    has_current: true,
    has_state: false,
    state_reads_voltage: false,
    weights: 0,
    amplifies_rounding: false,
    order: 51,
};

impl Mechanism for AlphaSynapse {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, _: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        block.fill(I, 0.0);
        block.fill(G, 0.0);
    }

    fn current(&self, context: &Context, v: &[f64], instances: Instances<'_>, mut membrane: Membrane<'_>) {
        let ([onset, tau, gmax, e], [i, g]) = instances.columns([ONSET, TAU, GMAX, E], [I, G]);
        for k in 0..v.len() {
            let x = (context.t - onset[k]) / tau[k]; // 1
            let alpha = match context.numerics {
                _ if !(0.0..=10.0).contains(&x) => 0.0,
                Numerics::Exact => x * Exact::exp(1.0 - x),
                Numerics::Fast => x * Fast::exp(1.0 - x),
            };
            g[k] = gmax[k] * alpha; // uS
            i[k] = g[k] * (v[k] - e[k]); // nA
            let slope = numerical_slope::<Exact>(i[k], g[k] * (v[k] + 0.001 - e[k])); // uS
            membrane.add(k, i[k], slope);
        }
    }
}
