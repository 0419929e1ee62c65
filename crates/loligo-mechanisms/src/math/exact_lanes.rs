//! The C library's exponential and power function in vector lanes, with the same bits.

mod exponential;
mod power;
mod tables;

use std::sync::OnceLock;

pub(super) use power::ordinary_power;

use super::{Exact, Lanes, Math};

/// The arithmetic of [`Exact`], in a form that vectorises: the same bits in a fraction of the time.
///
/// The exponential and the power function follow the operations of the GNU C library (version 2.28 and later, x86-64
/// with FMA) one by one. [`ExactLanes::is_available`] is true if the library in use gives these bits.
///
/// ```
/// use loligo_mechanisms::math::{Exact, ExactLanes, Math};
///
/// if ExactLanes::is_available() {
///     assert_eq!(ExactLanes::exp(-0.3), Exact::exp(-0.3));
///     assert_eq!(ExactLanes::exp(1.0), std::f64::consts::E);
///     assert_eq!(ExactLanes::exp(-701.0), 0.0);
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExactLanes;

impl ExactLanes {
    /// True if this processor has FMA, and its C library gives the bits of these functions, as compared in the first
    /// call for some thousand numbers of every magnitude.
    pub fn is_available() -> bool {
        static IS_AVAILABLE: OnceLock<bool> = OnceLock::new();
        *IS_AVAILABLE.get_or_init(|| cfg!(target_arch = "x86_64") && Lanes::available().len() > 1 && agrees())
    }
}

impl Math for ExactLanes {
    const EXACT: bool = true;
    const VECTORISES: bool = true;

    #[inline(always)]
    fn exp(x: f64) -> f64 {
        let bounded = if x > 700.0 { 700.0 } else { x };
        let result = exponential::exp_of_sum(bounded, -0.0);
        if x < -700.0 { 0.0 } else { result }
    }

    #[inline(always)]
    fn exp_m1(x: f64) -> f64 {
        Exact::exp_m1(x)
    }

    #[inline(always)]
    fn log(x: f64) -> f64 {
        Exact::log(x)
    }

    #[inline(always)]
    fn pow_in_lanes(x: f64, y: f64) -> f64 {
        ordinary_power(x, y)
    }
}

/// True if the C library has the same bits for numbers that fill the range of the arguments with coarse and fine steps.
fn agrees() -> bool {
    /// Steps of the arguments, which no power of 2 divides evenly.
    const STEPS: [f64; 4] = [0.1827, 3.61e-3, 2.3e-7, 1.1e-13];
    (-1900..1900).all(|i| {
        let x = f64::from(i);
        STEPS.iter().all(|step| {
            let exponent = x * step;
            let base = (1.7 * exponent).abs() + 1e-9;
            ExactLanes::exp(exponent).to_bits() == Exact::exp(exponent).to_bits()
                && ExactLanes::pow(base, 4.8).to_bits() == Exact::pow(base, 4.8).to_bits()
                && ExactLanes::pow(2.3, exponent).to_bits() == Exact::pow(2.3, exponent).to_bits()
        })
    })
}
