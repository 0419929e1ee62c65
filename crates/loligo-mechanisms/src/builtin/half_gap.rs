//! One side of a gap junction.

use std::sync::{Arc, LazyLock};

use super::arithmetic::kernel_for;
use crate::block::Instances;
use crate::builtin::arithmetic::Arithmetic;
use crate::builtin::ohmic::{ohmic_current, ohmic_node_sums};
use crate::environment::{Environment, Layout};
use crate::kernel::{Kernel, Membrane, NodeSums, Outbox};
use crate::math::Math;
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// One side of a gap junction, `HalfGap`: i = g (v - vgap), where vgap is the voltage of the other side, copied by a
/// transfer after every step.
///
/// NEURON has no such built-in mechanism; its users write one in NMODL: `NONSPECIFIC_CURRENT i`,
/// `BREAKPOINT { i = g*(v - vgap) }`.
#[derive(Clone, Copy, Debug)]
pub struct HalfGap;

const G: usize = 0; // uS
const VGAP: usize = 1; // mV
const I: usize = 2; // nA

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("g", "uS", 0.0, "conductance"),
            Variable::parameter("vgap", "mV", 0.0, "voltage of the other side, the target of a transfer"),
            Variable::output("i", "nA", "current"),
        ],
        has_current: true,
        ..Signature::new(
            "HalfGap",
            "one side of a gap junction: an ohmic current to the voltage of the other",
            Kind::Point { electrode: false },
        )
    })
});

impl Mechanism for HalfGap {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(kernel_for!(environment, HalfGapKernel))
    }
}

#[derive(Debug)]
struct HalfGapKernel<M>(Arithmetic<M>);

impl<M: Math> Kernel for HalfGapKernel<M> {
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        instances.fill(I, 0.0);
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([g, vgap], [i]) = instances.columns([G, VGAP], [I]);
        ohmic_current(&self.0, v, g, vgap, i, membrane);
    }

    fn node_sums(&self) -> Option<&dyn NodeSums> {
        Some(self)
    }
}

impl<M: Math> NodeSums for HalfGapKernel<M> {
    fn current(&self, v: &[f64], counts: &[u32], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([g, vgap], []) = instances.columns([G, VGAP], []);
        ohmic_node_sums(&self.0, (v, counts), (g, None), vgap, membrane);
    }
}
