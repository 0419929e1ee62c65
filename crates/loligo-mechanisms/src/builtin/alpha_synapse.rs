//! A conductance with the time course of a single alpha function.

use std::marker::PhantomData;
use std::sync::{Arc, LazyLock};

use crate::block::Instances;
use crate::builtin::cnexp::numerical_slope;
use crate::environment::{Environment, Layout};
use crate::kernel::{Kernel, Membrane, Numerics, Outbox};
use crate::math::{Exact, Fast, Math};
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Alpha-function conductance, `AlphaSynapse`: g = gmax x exp(1 - x) with x = (t - onset) / tau between 0 and 10, else
/// 0; i = g (v - e). It needs no event; its peak gmax is reached at onset + tau.
#[derive(Clone, Copy, Debug)]
pub struct AlphaSynapse;

const ONSET: usize = 0; // ms
const TAU: usize = 1; // ms
const GMAX: usize = 2; // uS
const E: usize = 3; // mV
const I: usize = 4; // nA
const G: usize = 5; // uS

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("onset", "ms", 0.0, "start"),
            Variable::parameter("tau", "ms", 0.1, "time from start to peak").within(1e-9, 1e9).plausibly(0.001, 1e4),
            Variable::parameter("gmax", "uS", 0.0, "peak conductance").plausibly(0.0, 10.0),
            Variable::parameter("e", "mV", 0.0, "reversal potential").plausibly(-150.0, 150.0),
            Variable::output("i", "nA", "current"),
            Variable::output("g", "uS", "conductance"),
        ],
        has_current: true,
        ..Signature::new(
            "AlphaSynapse",
            "conductance that follows an alpha function from a given time",
            Kind::Point { electrode: false },
        )
    })
});

impl Mechanism for AlphaSynapse {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(match environment.numerics {
            Numerics::Exact => Arc::new(AlphaSynapseKernel::<Exact>(PhantomData)),
            Numerics::Fast => Arc::new(AlphaSynapseKernel::<Fast>(PhantomData)),
        })
    }
}

#[derive(Debug)]
struct AlphaSynapseKernel<M>(PhantomData<M>);

impl<M: Math> Kernel for AlphaSynapseKernel<M> {
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        instances.fill(I, 0.0);
        instances.fill(G, 0.0);
    }

    fn current(&self, t: f64, v: &[f64], instances: Instances<'_>, mut membrane: Membrane<'_>) {
        let ([onset, tau, gmax, e], [i, g]) = instances.columns([ONSET, TAU, GMAX, E], [I, G]);
        for k in 0..v.len() {
            let x = (t - onset[k]) / tau[k]; // 1
            let alpha = if !(0.0..=10.0).contains(&x) { 0.0 } else { x * M::exp(1.0 - x) };
            g[k] = gmax[k] * alpha; // uS
            i[k] = g[k] * (v[k] - e[k]); // nA
            let slope = numerical_slope::<Exact>(i[k], g[k] * (v[k] + 0.001 - e[k])); // uS
            membrane.add(k, i[k], slope);
        }
    }
}
