//! A synapse opened by a state of another mechanism, `statesyn`: one part of it follows at once, the rest slowly.

use std::sync::Arc;

use loligo::kernels::{
    CompileError, Environment, Instances, Kernel, Kind, Layout, Mechanism, Membrane, Outbox, Signature, Variable,
};

use super::{add_current, relax};

/// The synapse.
#[derive(Debug)]
pub struct StateSynapse(Arc<Signature>);

const GMAX: usize = 0; // uS
const E: usize = 1; // mV
const FAST: usize = 2; // 1
const TAU: usize = 3; // ms
const X: usize = 4; // 1
const I: usize = 5; // nA
const S: usize = 6; // 1

impl Default for StateSynapse {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("gmax", "uS", 1e-3, "largest conductance"),
                Variable::parameter("e", "mV", 0.0, "reversal potential"),
                Variable::parameter("fast", "1", 0.2, "part that follows at once").within(0.0, 1.0),
                Variable::parameter("tau", "ms", 3.0, "time constant of the rest").within(1e-9, 1e9),
                Variable::pointer("x", "1", "presynaptic state"),
                Variable::output("i", "nA", "current"),
                Variable::state("s", "1", "slow follower of x"),
            ],
            has_current: true,
            has_state: true,
            ..Signature::new("statesyn", "synapse opened by a state elsewhere", Kind::Point { electrode: false })
        }))
    }
}

impl Mechanism for StateSynapse {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(Compiled { dt: environment.dt }))
    }
}

#[derive(Debug)]
struct Compiled {
    dt: f64, // ms
}

impl Kernel for Compiled {
    fn initialize(&self, _: f64, _: &[f64], instances: Instances<'_>, _: &mut Outbox) {
        let ([x], [s]) = instances.columns([X], [S]);
        s.copy_from_slice(x);
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([gmax, e, fast, x, s], [i]) = instances.columns([GMAX, E, FAST, X, S], [I]);
        let open = |k: usize| fast[k] * x[k] + (1.0 - fast[k]) * s[k];
        add_current(v, i, membrane, |k, v| gmax[k] * open(k) * (v - e[k])); // nA
    }

    fn advance(&self, _: f64, _: &[f64], instances: Instances<'_>) {
        let ([tau, x], [s]) = instances.columns([TAU, X], [S]);
        for k in 0..s.len() {
            s[k] = relax(s[k], (x[k], tau[k]), self.dt);
        }
    }
}
