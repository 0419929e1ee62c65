//! Kernels that have the same source text for both kinds of arithmetic.

use std::marker::PhantomData;

/// The arithmetic `M` of a kernel, with the step and the vector instructions.
#[derive(Debug)]
pub(super) struct Arithmetic<M> {
    pub(super) lanes: Lanes,
    /// The step, ms.
    pub(super) dt: f64,
    profile: PhantomData<M>,
}

impl<M> Arithmetic<M> {
    pub(super) fn of(environment: &Environment) -> Self {
        Self { lanes: environment.lanes, dt: environment.dt, profile: PhantomData }
    }
}

/// The kernel of the environment's numerics: `$kernel(Arithmetic::<M>)`.
macro_rules! kernel_for {
    ($environment:expr, $kernel:ident) => {
        match $environment.numerics {
            crate::Numerics::Exact => {
                Arc::new($kernel(Arithmetic::<crate::math::Exact>::of($environment))) as Arc<dyn Kernel>
            }
            crate::Numerics::Fast => Arc::new($kernel(Arithmetic::<crate::math::Fast>::of($environment))),
        }
    };
}
pub(super) use kernel_for;

use crate::environment::Environment;
use crate::math::lanes::Lanes;
