//! Exact solutions of linear equations over one step, and numerical slopes.

use std::marker::PhantomData;

use crate::builtin::arithmetic::Arithmetic;
use crate::math::lanes::VectorLoop;
use crate::math::{Math, Simd};

/// A state `x` that relaxes to `inf` with time constant `tau` (ms), after `dt` (ms), in NEURON's order of operations.
#[inline(always)]
pub(super) fn relax<M: Math>(x: f64, inf: f64, tau: f64, dt: f64) -> f64 {
    x + (1.0 - M::exp(dt * (-1.0 / tau))) * (-(inf / tau) / (-1.0 / tau) - x)
}

/// The numerical slope of a current over 0.001 mV, from its value `at` v and that `above`, as in NEURON.
///
/// Both kinds of arithmetic use it: rounding gives it a relative error of about 1e-11, which a firing cell can amplify
/// beyond 1e-9 mV within 50 ms. With an exact slope, the difference from NEURON would be larger than that caused by the
/// vector exponential.
#[inline(always)]
pub(super) fn numerical_slope<M: Math>(at: f64, above: f64) -> f64 {
    if M::EXACT { (above - at) / 0.001 } else { (above - at) * 1000.0 }
}

/// Lets every `x` decay towards 0 for one step, each with its own time constant `tau` (ms).
pub(super) fn decay_all<M: Math>(arithmetic: &Arithmetic<M>, x: &mut [f64], tau: &[f64]) {
    arithmetic.lanes.run(Decay::<M> { x, tau, dt: arithmetic.dt, profile: PhantomData });
}

struct Decay<'a, M> {
    x: &'a mut [f64],
    tau: &'a [f64],
    dt: f64,
    profile: PhantomData<M>,
}

impl<M: Math> VectorLoop for Decay<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        decay::<M>(self.x, self.tau, self.dt);
    }
}

#[inline(always)]
fn decay<M: Math>(x: &mut [f64], tau: &[f64], dt: f64) {
    let tau = &tau[..x.len()];
    if all_are_the_first(tau) {
        let part = part_of_decay::<M>(tau[0], dt);
        for x in x {
            *x += part * (0.0 - *x);
        }
    } else {
        for k in 0..x.len() {
            x[k] += part_of_decay::<M>(tau[k], dt) * (0.0 - x[k]);
        }
    }
}

#[inline(always)]
fn part_of_decay<M: Math>(tau: f64, dt: f64) -> f64 {
    1.0 - M::exp(dt * (-1.0 / tau))
}

/// Most synapses have equal time constants and can share one exponential.
#[inline(always)]
fn all_are_the_first(values: &[f64]) -> bool {
    let mut differ = 0;
    for value in values {
        differ |= value.to_bits() ^ values[0].to_bits();
    }
    !values.is_empty() && differ == 0
}
