//! Currents that are a conductance times a driving force.

use std::marker::PhantomData;

use crate::builtin::arithmetic::Arithmetic;
use crate::builtin::cnexp::numerical_slope;
use crate::kernel::Membrane;
use crate::math::lanes::VectorLoop;
use crate::math::{Math, Simd};

/// Computes i = g (v - e) of every instance: mA/cm2 from S/cm2, or nA from uS.
pub(super) fn ohmic_current<M: Math>(
    arithmetic: &Arithmetic<M>,
    v: &[f64],
    g: &[f64],
    e: &[f64],
    i: &mut [f64],
    membrane: Membrane<'_>,
) {
    arithmetic.lanes.run(Ohmic::<M> { v, g, e, i, membrane, profile: PhantomData });
}

struct Ohmic<'a, M> {
    v: &'a [f64],
    g: &'a [f64],
    e: &'a [f64],
    i: &'a mut [f64],
    membrane: Membrane<'a>,
    profile: PhantomData<M>,
}

impl<M: Math> VectorLoop for Ohmic<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        ohmic::<M>(self.v, self.g, self.e, self.i, self.membrane.rhs, self.membrane.diagonal);
    }
}

#[inline(always)]
fn ohmic<M: Math>(v: &[f64], g: &[f64], e: &[f64], i: &mut [f64], rhs: &mut [f64], diagonal: &mut [f64]) {
    let n = v.len();
    let (g, e, i, rhs, diagonal) = (&g[..n], &e[..n], &mut i[..n], &mut rhs[..n], &mut diagonal[..n]);
    for k in 0..n {
        let current = g[k] * (v[k] - e[k]); // mA/cm2 or nA
        i[k] = current;
        rhs[k] -= current;
        diagonal[k] += numerical_slope::<M>(current, g[k] * (v[k] + 0.001 - e[k])); // S/cm2 or uS
    }
}
