//! A synapse whose conductance jumps and decays.

use std::sync::{Arc, LazyLock};

use super::arithmetic::kernel_for;
use crate::block::Instances;
use crate::builtin::arithmetic::Arithmetic;
use crate::builtin::cnexp::decay_all;
use crate::builtin::ohmic::{ohmic_current, ohmic_node_sums};
use crate::environment::{Environment, Layout};
use crate::kernel::{Event, Kernel, Membrane, NodeSums, Outbox};
use crate::lumping::{Increment, Lumping};
use crate::math::Math;
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Single-exponential synapse, `ExpSyn`: an event adds its weight (uS) to g, which decays with tau; i = g (v - e).
#[derive(Clone, Copy, Debug)]
pub struct ExpSyn;

const TAU: usize = 0; // ms
const E: usize = 1; // mV
const I: usize = 2; // nA
const G: usize = 3; // uS

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("tau", "ms", 0.1, "decay time constant").within(1e-9, 1e9).plausibly(0.001, 1e4),
            Variable::parameter("e", "mV", 0.0, "reversal potential").plausibly(-150.0, 150.0),
            Variable::output("i", "nA", "current"),
            Variable::state("g", "uS", "conductance"),
        ],
        has_current: true,
        has_state: true,
        weights: 1,
        weight_unit: "uS".into(),
        ..Signature::new(
            "ExpSyn",
            "synapse with an instantaneous rise and an exponential decay of conductance",
            Kind::Point { electrode: false },
        )
    })
});

impl Mechanism for ExpSyn {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(kernel_for!(environment, ExpSynKernel))
    }

    fn lumping(&self) -> Option<Lumping> {
        Some(Lumping {
            states: vec![G],
            shared: vec![TAU, E],
            decay: vec![TAU],
            linear: vec![E],
            derived: vec![I],
            increments: vec![Increment { weight: 0, factor: None }],
        })
    }
}

#[derive(Debug)]
struct ExpSynKernel<M>(Arithmetic<M>);

impl<M: Math> Kernel for ExpSynKernel<M> {
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        instances.fill(G, 0.0);
        instances.fill(I, 0.0);
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([e, g], [i]) = instances.columns([E, G], [I]);
        ohmic_current(&self.0, v, g, e, i, membrane);
    }

    fn node_sums(&self) -> Option<&dyn NodeSums> {
        Some(self)
    }

    fn advance(&self, _: f64, _: &[f64], instances: Instances<'_>) {
        let ([tau], [g]) = instances.columns([TAU], [G]);
        decay_all(&self.0, g, tau);
    }

    fn receive(&self, event: Event<'_>, mut instances: Instances<'_>, _: &mut Outbox) {
        instances.add(G, 0, event.weights[0]); // uS
    }
}

impl<M: Math> NodeSums for ExpSynKernel<M> {
    fn current(&self, v: &[f64], counts: &[u32], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([e, g], []) = instances.columns([E, G], []);
        ohmic_node_sums(&self.0, (v, counts), (g, None), e, membrane);
    }
}
