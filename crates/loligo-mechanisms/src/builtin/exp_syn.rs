//! A synapse whose conductance jumps and decays.

use super::cnexp::{decay, numerical_slope};
use crate::description::{Description, Kind, Variable};
use crate::math::{Exact, Fast, Math, vectorised};
use crate::{Block, Context, Event, Mechanism, Membrane, Numerics, Outbox};

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
        Variable::assigned("i", "nA", "current"),
        Variable::state("g", "uS", "conductance"),
    ],
    ions: &[],
    has_current: true,
    has_state: true,
    weights: 1,
    order: 52,
};

impl Mechanism for ExpSyn {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, _: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        block.column_mut(G).fill(0.0);
        block.column_mut(I).fill(0.0);
    }

    fn current(&self, context: &Context, v: &[f64], block: &mut Block, membrane: Membrane<'_>) {
        let [e, i, g] = block.columns_mut([E, I, G]);
        synaptic_current(context.numerics, v, g, e, i, membrane);
    }

    fn advance(&self, context: &Context, _: &[f64], block: &mut Block) {
        let [tau, g] = block.columns_mut([TAU, G]);
        match context.numerics {
            Numerics::Exact => decay_all::<Exact>(g, tau, context.dt),
            Numerics::Fast => decay_all::<Fast>(g, tau, context.dt),
        }
    }

    fn receive(&self, event: Event, weight: &mut [f64], block: &mut Block, _: &mut Outbox) {
        block.column_mut(G)[event.instance] += weight[0]; // uS
    }
}

/// The ohmic current of synapses with conductance `g` (uS) and reversal potential `e` (mV).
pub(super) fn synaptic_current(
    numerics: Numerics,
    v: &[f64],
    g: &[f64],
    e: &[f64],
    i: &mut [f64],
    membrane: Membrane<'_>,
) {
    let exact = numerics == Numerics::Exact;
    vectorised(
        #[inline(always)]
        || {
            let n = v.len();
            let (g, e, i) = (&g[..n], &e[..n], &mut i[..n]);
            let (current, conductance) = (&mut membrane.current[..n], &mut membrane.conductance[..n]);
            for k in 0..n {
                let (at, slope) = if exact {
                    numerical_slope(v[k], |v| g[k] * (v - e[k]))
                } else {
                    (g[k] * (v[k] - e[k]), g[k])
                };
                i[k] = at; // nA
                current[k] = at; // nA
                conductance[k] = slope; // uS
            }
        },
    );
}

/// Lets every `x` decay with its own time constant (ms).
pub(super) fn decay_all<M: Math>(x: &mut [f64], tau: &[f64], dt: f64) {
    vectorised(
        #[inline(always)]
        || {
            for (x, tau) in x.iter_mut().zip(tau) {
                *x = decay::<M>(*x, *tau, dt);
            }
        },
    );
}
