//! Currents that are a conductance times a driving force.

use super::cnexp::numerical_slope;
use crate::math::Kernel;
use crate::{Context, Membrane};

/// i = g (v - e) of every instance: mA/cm2 from S/cm2, or nA from uS.
pub(super) fn ohmic_current(context: &Context, v: &[f64], g: &[f64], e: &[f64], i: &mut [f64], membrane: Membrane<'_>) {
    context.lanes.run(Ohmic { v, g, e, i, membrane });
}

struct Ohmic<'a> {
    v: &'a [f64],
    g: &'a [f64],
    e: &'a [f64],
    i: &'a mut [f64],
    membrane: Membrane<'a>,
}

impl Kernel for Ohmic<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        ohmic(self.v, self.g, self.e, self.i, self.membrane.current, self.membrane.conductance);
    }
}

#[inline(always)]
fn ohmic(v: &[f64], g: &[f64], e: &[f64], i: &mut [f64], current: &mut [f64], conductance: &mut [f64]) {
    let n = v.len();
    let (g, e, i, current, conductance) = (&g[..n], &e[..n], &mut i[..n], &mut current[..n], &mut conductance[..n]);
    for k in 0..n {
        i[k] = g[k] * (v[k] - e[k]); // mA/cm2 or nA
        current[k] = i[k];
        conductance[k] = numerical_slope(i[k], g[k] * (v[k] + 0.001 - e[k])); // S/cm2 or uS
    }
}
