//! Exact solutions of linear equations over one step, and numerical slopes.

use crate::math::Math;

/// A state `x` that relaxes to `inf` with time constant `tau` (ms), after `dt` (ms).
#[inline(always)]
pub(super) fn relax<M: Math>(x: f64, inf: f64, tau: f64, dt: f64) -> f64 {
    if M::EXACT {
        x + (1.0 - M::exp(dt * (-1.0 / tau))) * (-(inf / tau) / (-1.0 / tau) - x)
    } else {
        x + (1.0 - M::exp(-dt / tau)) * (inf - x)
    }
}

/// A state `x` that decays to 0 with time constant `tau` (ms), after `dt` (ms).
#[inline(always)]
pub(super) fn decay<M: Math>(x: f64, tau: f64, dt: f64) -> f64 {
    x + (1.0 - M::exp(dt * (-1.0 / tau))) * (0.0 - x)
}

/// A current at `v` (mV) and its slope over the 0.001 mV above it: how NEURON differentiates.
///
/// `v` itself comes last, so that what `current` leaves behind belongs to it.
#[inline(always)]
pub(super) fn numerical_slope(v: f64, mut current: impl FnMut(f64) -> f64) -> (f64, f64) {
    let above = current(v + 0.001);
    let at = current(v);
    (at, (above - at) / 0.001)
}
