//! Elementary functions for kernels: exact ones, and ones that vectorise.
//!
//! A kernel is generic over [`Math`]. [`Exact`] gives the bits of the platform's C library, which on linux-gnu are
//! NEURON's, and [`ExactLanes`] the same bits in vector lanes. [`Fast`] gives loops that use the vector lanes of the
//! processor if [`Lanes`] runs the kernel; their bits depend neither on the lanes nor on the C library.

mod exact_lanes;
pub(super) mod exp;
pub(super) mod interpolant;
pub(super) mod lanes;
mod log;
mod number;
mod transpose;

pub use exact_lanes::ExactLanes;
pub use exp::{exp, exp_m1};
pub use interpolant::{BATCH, FEW_FUNCTIONS, FUNCTIONS, Interpolant, Values, locate};
pub use lanes::{Lanes, VectorLoop};
pub use log::log;
pub use number::Number;
pub use pulp::Simd;

/// The elementary functions of one kind of arithmetic.
pub trait Math: Copy + Default + std::fmt::Debug + Send + Sync + 'static {
    /// True if results have the bits of the platform's C library.
    const EXACT: bool;

    /// True if [`exp`](Self::exp) and [`pow_in_lanes`](Self::pow_in_lanes) vectorise.
    const VECTORISES: bool;

    /// e to the power x by NEURON's rule for mechanisms: 0 below -700, e^700 above 700; NaN stays NaN.
    fn exp(x: f64) -> f64;

    /// exp(x) - 1 without cancellation where x is near 0.
    fn exp_m1(x: f64) -> f64;

    /// The natural logarithm of x.
    fn log(x: f64) -> f64;

    /// Replaces numbers by their natural logarithms.
    #[inline(always)]
    fn logs(numbers: &mut [f64]) {
        for x in numbers {
            *x = Self::log(*x);
        }
    }

    /// x to the power y.
    #[inline(always)]
    fn pow(x: f64, y: f64) -> f64 {
        let power = Self::pow_in_lanes(x, y);
        if power.is_nan() { x.powf(y) } else { power }
    }

    /// x to the power y, or NaN where only the C library's function, which [`pow`](Self::pow) calls, gives it.
    #[inline(always)]
    fn pow_in_lanes(_x: f64, _y: f64) -> f64 {
        f64::NAN
    }
}

/// The platform's C library, one number at a time, with NEURON's bounds of the exponential.
///
/// ```
/// use loligo_mechanisms::math::{Exact, Math};
///
/// assert_eq!(Exact::exp(1.0), std::f64::consts::E);
/// assert_eq!(Exact::exp(-700.0), 9.85967654375977e-305);
/// assert_eq!(Exact::exp(-701.0), 0.0);
/// assert_eq!(Exact::exp(f64::INFINITY), 1.0142320547350045e304);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exact;

impl Math for Exact {
    const EXACT: bool = true;
    const VECTORISES: bool = false;

    #[inline(always)]
    fn exp(x: f64) -> f64 {
        let x = if x > 700.0 { 700.0 } else { x };
        if x < -700.0 { 0.0 } else { x.exp() }
    }

    #[inline(always)]
    fn exp_m1(x: f64) -> f64 {
        let x = if x > 700.0 { 700.0 } else { x };
        x.exp_m1()
    }

    #[inline(always)]
    fn log(x: f64) -> f64 {
        x.ln()
    }
}

/// Vector arithmetic: [`exp()`], [`exp_m1()`] and [`log()`], and the power function of [`ExactLanes`].
///
/// ```
/// use loligo_mechanisms::math::{Fast, Math};
///
/// assert_eq!(Fast::exp(-65.0 / 18.0), 0.027021805951209062);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fast;

impl Math for Fast {
    const EXACT: bool = false;
    const VECTORISES: bool = true;

    #[inline(always)]
    fn exp(x: f64) -> f64 {
        exp(x)
    }

    #[inline(always)]
    fn exp_m1(x: f64) -> f64 {
        exp_m1(x)
    }

    #[inline(always)]
    fn log(x: f64) -> f64 {
        log(x)
    }

    #[inline(always)]
    fn logs(numbers: &mut [f64]) {
        log::logs(numbers);
    }

    #[inline(always)]
    fn pow_in_lanes(x: f64, y: f64) -> f64 {
        exact_lanes::ordinary_power(x, y)
    }
}
