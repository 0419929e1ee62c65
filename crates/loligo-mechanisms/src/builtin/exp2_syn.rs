//! A synapse whose conductance rises and decays.

use std::sync::{Arc, LazyLock};

use super::arithmetic::kernel_for;
use crate::block::{Block, Instances};
use crate::builtin::arithmetic::Arithmetic;
use crate::builtin::cnexp::decay_all;
use crate::builtin::ohmic::{ohmic_current, ohmic_node_sums};
use crate::environment::{Environment, Layout};
use crate::kernel::{Event, Kernel, Membrane, NodeSums, Outbox};
use crate::lumping::{Increment, Lumping};
use crate::math::Math;
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Two-exponential synapse, `Exp2Syn`: g = B - A rises with tau1 and decays with tau2, normalised so that an event's
/// weight (uS) is the peak of the conductance it causes; i = g (v - e).
///
/// tau1 is kept below 0.9999 tau2 and above 1e-9 tau2 when a run is initialised, as in NEURON.
#[derive(Clone, Copy, Debug)]
pub struct Exp2Syn;

const TAU1: usize = 0; // ms
const TAU2: usize = 1; // ms
const E: usize = 2; // mV
const I: usize = 3; // nA
const G: usize = 4; // uS
const FACTOR: usize = 5; // 1
const A: usize = 6; // uS
const B: usize = 7; // uS

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("tau1", "ms", 0.1, "rise time constant").within(0.0, 1e9).plausibly(0.001, 1e4),
            Variable::parameter("tau2", "ms", 10.0, "decay time constant").within(1e-9, 1e9).plausibly(0.001, 1e4),
            Variable::parameter("e", "mV", 0.0, "reversal potential").plausibly(-150.0, 150.0),
            Variable::output("i", "nA", "current"),
            Variable::output("g", "uS", "conductance"),
            Variable::assigned("factor", "1", "normalisation of the peak"),
            Variable::state("A", "uS", "rising component"),
            Variable::state("B", "uS", "decaying component"),
        ],
        has_current: true,
        has_state: true,
        weights: 1,
        weight_unit: "uS".into(),
        ..Signature::new(
            "Exp2Syn",
            "synapse with an exponential rise and an exponential decay of conductance",
            Kind::Point { electrode: false },
        )
    })
});

impl Mechanism for Exp2Syn {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(kernel_for!(environment, Exp2SynKernel))
    }

    fn lumping(&self) -> Option<Lumping> {
        let increments = vec![Increment { weight: 0, factor: Some(FACTOR) }; 2];
        Some(Lumping {
            states: vec![A, B],
            shared: vec![TAU1, TAU2, E],
            decay: vec![TAU1, TAU2],
            linear: vec![E],
            derived: vec![I, G],
            increments,
        })
    }

    /// For nearly equal time constants, the conductance is the small difference of two large numbers: at a ratio of
    /// 0.9999, to which initialisation limits them, both are ten thousand times the conductance.
    fn amplifies_rounding(&self, instances: &Block) -> bool {
        const LARGEST_RATIO: f64 = 0.99;
        (0..instances.len()).any(|k| instances.value(TAU1, k) > LARGEST_RATIO * instances.value(TAU2, k))
    }
}

#[derive(Debug)]
struct Exp2SynKernel<M>(Arithmetic<M>);

impl<M: Math> Kernel for Exp2SynKernel<M> {
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for k in 0..instances.len() {
            let (mut tau1, tau2) = (instances.value(TAU1, k), instances.value(TAU2, k)); // ms
            if tau1 / tau2 > 0.9999 {
                tau1 = 0.9999 * tau2; // ms
            }
            if tau1 / tau2 < 1e-9 {
                tau1 = tau2 * 1e-9; // ms
            }
            instances.set(TAU1, k, tau1);
            instances.set(FACTOR, k, peak_factor::<M>(tau1, tau2));
        }
        for column in [I, G, A, B] {
            instances.fill(column, 0.0);
        }
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([e, a, b], [i, g]) = instances.columns([E, A, B], [I, G]);
        for ((g, a), b) in g.iter_mut().zip(a).zip(b) {
            *g = b - a; // uS
        }
        ohmic_current(&self.0, v, g, e, i, membrane);
    }

    fn node_sums(&self) -> Option<&dyn NodeSums> {
        Some(self)
    }

    fn advance(&self, _: f64, _: &[f64], instances: Instances<'_>) {
        let ([tau1, tau2], [a, b]) = instances.columns([TAU1, TAU2], [A, B]);
        decay_all(&self.0, a, tau1);
        decay_all(&self.0, b, tau2);
    }

    fn receive(&self, event: Event<'_>, mut instances: Instances<'_>, _: &mut Outbox) {
        let step = event.weights[0] * instances.value(FACTOR, 0); // uS
        instances.add(A, 0, step);
        instances.add(B, 0, step);
    }
}

impl<M: Math> NodeSums for Exp2SynKernel<M> {
    fn current(&self, v: &[f64], counts: &[u32], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([e, a, b], []) = instances.columns([E, A, B], []);
        ohmic_node_sums(&self.0, (v, counts), (b, Some(a)), e, membrane);
    }
}

/// The factor of B - A with which its peak after an event of weight 1 is 1, for two time constants
/// (ms).
fn peak_factor<M: Math>(tau1: f64, tau2: f64) -> f64 {
    let peak_time = (tau1 * tau2) / (tau2 - tau1) * M::log(tau2 / tau1); // ms
    1.0 / (-M::exp(-peak_time / tau1) + M::exp(-peak_time / tau2))
}
