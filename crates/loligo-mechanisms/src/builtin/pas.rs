//! Passive membrane: a constant leak conductance.

use std::sync::{Arc, LazyLock};

use super::arithmetic::kernel_for;
use crate::block::Instances;
use crate::builtin::arithmetic::Arithmetic;
use crate::builtin::ohmic::ohmic_current;
use crate::environment::{Environment, Layout};
use crate::kernel::{Kernel, Membrane, Outbox};
use crate::math::Math;
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Passive membrane, `pas`: i = g (v - e).
#[derive(Clone, Copy, Debug)]
pub struct Pas;

const G: usize = 0; // S/cm2
const E: usize = 1; // mV
const I: usize = 2; // mA/cm2

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("g", "S/cm2", 0.001, "conductance").plausibly(0.0, 1.0),
            Variable::parameter("e", "mV", -70.0, "reversal potential").plausibly(-150.0, 150.0),
            Variable::output("i", "mA/cm2", "current"),
        ],
        has_current: true,
        ..Signature::new("pas", "passive leak", Kind::Density)
    })
});

impl Mechanism for Pas {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(kernel_for!(environment, PasKernel))
    }
}

#[derive(Debug)]
struct PasKernel<M>(Arithmetic<M>);

impl<M: Math> Kernel for PasKernel<M> {
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        instances.fill(I, 0.0);
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([g, e], [i]) = instances.columns([G, E], [I]);
        ohmic_current(&self.0, v, g, e, i, membrane);
    }
}
