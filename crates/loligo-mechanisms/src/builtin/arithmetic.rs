//! Kernels that have the same source text for both kinds of arithmetic.

use std::marker::PhantomData;

/// The arithmetic `M` of a kernel, with the step and the vector instructions.
#[derive(Debug)]
pub(super) struct Arithmetic<M> {
    pub(super) lanes: Lanes,
    /// The step, ms.
    pub(super) dt: f64,
    pub(super) profile: PhantomData<M>,
}

impl<M> Arithmetic<M> {
    pub(super) fn of(environment: &Environment) -> Self {
        Self { lanes: environment.lanes, dt: environment.dt, profile: PhantomData }
    }
}

/// The kernel for the environment's numerics: an expression of its `Arithmetic<M>`, or a tuple struct of it.
macro_rules! kernel_for {
    ($environment:expr, |$arithmetic:ident| $kernel:expr) => {
        match $environment.numerics {
            crate::Numerics::Exact if crate::math::ExactLanes::is_available() => {
                let $arithmetic = Arithmetic::<crate::math::ExactLanes>::of($environment);
                Arc::new($kernel) as Arc<dyn Kernel>
            }
            crate::Numerics::Exact => {
                let $arithmetic = Arithmetic::<crate::math::Exact>::of($environment);
                Arc::new($kernel)
            }
            crate::Numerics::Fast => {
                let $arithmetic = Arithmetic::<crate::math::Fast>::of($environment);
                Arc::new($kernel)
            }
        }
    };
    ($environment:expr, $kernel:ident) => {
        kernel_for!($environment, |arithmetic| $kernel(arithmetic))
    };
}
pub(super) use kernel_for;

use crate::environment::Environment;
use crate::math::lanes::Lanes;
