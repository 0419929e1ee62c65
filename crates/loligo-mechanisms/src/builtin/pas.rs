//! Passive membrane: a constant leak conductance.

use super::cnexp::numerical_slope;
use crate::description::{Description, Kind, Variable};
use crate::math::vectorised;
use crate::{Block, Context, Mechanism, Membrane, Numerics, Outbox};

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
        Variable::assigned("i", "mA/cm2", "current"),
    ],
    ions: &[],
    has_current: true,
    has_state: false,
    weights: 0,
    order: 10,
};

impl Mechanism for Pas {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, _: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        block.column_mut(I).fill(0.0);
    }

    fn current(&self, context: &Context, v: &[f64], block: &mut Block, membrane: Membrane<'_>) {
        let [g, e, i] = block.columns_mut([G, E, I]);
        let exact = context.numerics == Numerics::Exact;
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
                    i[k] = at; // mA/cm2
                    current[k] = at; // mA/cm2
                    conductance[k] = slope; // S/cm2
                }
            },
        );
    }
}
