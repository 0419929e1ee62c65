//! Elementary functions in two profiles.
#![allow(missing_docs)]
pub trait Math: Copy + Default + Send + Sync + 'static {
    const EXACT: bool;
    fn exp(x: f64) -> f64;
    fn log(x: f64) -> f64;
    fn pow(x: f64, y: f64) -> f64;
}
#[derive(Clone, Copy, Default)]
pub struct Exact;
#[derive(Clone, Copy, Default)]
pub struct Fast;
impl Math for Exact {
    const EXACT: bool = true;
    #[inline(always)]
    fn exp(x: f64) -> f64 { x.exp() }
    #[inline(always)]
    fn log(x: f64) -> f64 { x.ln() }
    #[inline(always)]
    fn pow(x: f64, y: f64) -> f64 { x.powf(y) }
}
impl Math for Fast {
    const EXACT: bool = false;
    #[inline(always)]
    fn exp(x: f64) -> f64 { x.exp() }
    #[inline(always)]
    fn log(x: f64) -> f64 { x.ln() }
    #[inline(always)]
    fn pow(x: f64, y: f64) -> f64 { x.powf(y) }
}
#[inline(always)]
pub fn vectorised<R>(kernel: impl FnOnce() -> R) -> R { pulp::Arch::new().dispatch(kernel) }
