//! The functions that kernels are written with: exact ones, and ones that vectorise.
//!
//! A kernel is generic over [`Math`]; [`Exact`] gives the bits of the platform's C library, which
//! on linux-gnu are NEURON's, and [`Fast`] gives loops that run in the lanes of the processor once
//! [`Lanes`] runs the kernel.

mod exp;
mod interpolant;
mod lanes;
mod transpose;

pub use exp::exp;
pub use interpolant::{BATCH, FUNCTIONS, Interpolant, Values};
pub use lanes::{Kernel, Lanes};
pub use pulp::Simd;

/// A profile of elementary functions.
pub trait Math: Copy + Default + Send + Sync + 'static {
    /// Whether results have the bits of the platform's C library.
    const EXACT: bool;

    /// e to the power x.
    fn exp(x: f64) -> f64;

    /// The natural logarithm of x.
    fn log(x: f64) -> f64;

    /// x to the power y.
    fn pow(x: f64, y: f64) -> f64;
}

/// The platform's C library, one number at a time.
///
/// ```
/// use loligo_mechanisms::math::{Exact, Math};
///
/// assert_eq!(Exact::exp(1.0), std::f64::consts::E);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exact;

impl Math for Exact {
    const EXACT: bool = true;

    #[inline(always)]
    fn exp(x: f64) -> f64 {
        x.exp()
    }

    #[inline(always)]
    fn log(x: f64) -> f64 {
        x.ln()
    }

    #[inline(always)]
    fn pow(x: f64, y: f64) -> f64 {
        x.powf(y)
    }
}

/// Vector arithmetic: [`exp`] within 1 ULP, and the platform's logarithm and power.
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

    #[inline(always)]
    fn exp(x: f64) -> f64 {
        exp(x)
    }

    #[inline(always)]
    fn log(x: f64) -> f64 {
        x.ln()
    }

    #[inline(always)]
    fn pow(x: f64, y: f64) -> f64 {
        x.powf(y)
    }
}
