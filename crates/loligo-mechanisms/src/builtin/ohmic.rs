//! Currents that are a conductance times a driving force.

use std::marker::PhantomData;

use super::cnexp::numerical_slope;
use crate::math::{Exact, Fast, Kernel, Math};
use crate::{Context, Membrane, Numerics};

/// i = g (v - e) of every instance: mA/cm2 from S/cm2, or nA from uS.
pub(super) fn ohmic_current(
    context: &Context,
    v: &[f64],
    g: &[f64],
    e: &[f64],
    i: &mut [f64],
    membrane: Membrane<'_>,
) {
    match context.numerics {
        Numerics::Exact => context.lanes.run(Ohmic::<Exact> { v, g, e, i, membrane, profile: PhantomData }),
        Numerics::Fast => context.lanes.run(Ohmic::<Fast> { v, g, e, i, membrane, profile: PhantomData }),
    }
}

struct Ohmic<'a, M> {
    v: &'a [f64],
    g: &'a [f64],
    e: &'a [f64],
    i: &'a mut [f64],
    membrane: Membrane<'a>,
    profile: PhantomData<M>,
}

impl<M: Math> Kernel for Ohmic<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        ohmic::<M>(self.v, self.g, self.e, self.i, self.membrane.current, self.membrane.conductance);
    }
}

#[inline(always)]
fn ohmic<M: Math>(v: &[f64], g: &[f64], e: &[f64], i: &mut [f64], current: &mut [f64], conductance: &mut [f64]) {
    let n = v.len();
    let (g, e, i, current, conductance) = (&g[..n], &e[..n], &mut i[..n], &mut current[..n], &mut conductance[..n]);
    for k in 0..n {
        let at = g[k] * (v[k] - e[k]); // mA/cm2 or nA
        conductance[k] = if M::EXACT {
            numerical_slope(at, g[k] * (v[k] + 0.001 - e[k]))
        } else {
            g[k]
        }; // S/cm2 or uS
        i[k] = at;
        current[k] = at;
    }
}
