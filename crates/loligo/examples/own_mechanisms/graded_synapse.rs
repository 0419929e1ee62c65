//! A graded synapse, `gradsyn`: opened by the voltage of another place, to which a pointer refers.

use std::sync::Arc;

use loligo::kernels::math::{Exact, Math};
use loligo::kernels::{
    CompileError, Environment, Instances, Kernel, Kind, Layout, Mechanism, Membrane, Outbox, Signature, Variable,
};

use super::{add_current, relax};

/// The synapse.
#[derive(Debug)]
pub struct GradedSynapse(Arc<Signature>);

const GMAX: usize = 0; // uS
const E: usize = 1; // mV
const HALF: usize = 2; // mV
const SLOPE: usize = 3; // mV
const TAU: usize = 4; // ms
const VPRE: usize = 5; // mV
const I: usize = 6; // nA
const S: usize = 7; // 1

impl Default for GradedSynapse {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("gmax", "uS", 1e-3, "largest conductance"),
                Variable::parameter("e", "mV", -80.0, "reversal potential"),
                Variable::parameter("half", "mV", -45.0, "presynaptic voltage that opens half of it"),
                Variable::parameter("slope", "mV", 5.0, "range of voltages around that"),
                Variable::parameter("tau", "ms", 4.0, "time constant").within(1e-9, 1e9),
                Variable::pointer("vpre", "mV", "presynaptic voltage"),
                Variable::output("i", "nA", "current"),
                Variable::state("s", "1", "open part"),
            ],
            has_current: true,
            has_state: true,
            ..Signature::new("gradsyn", "graded synapse, opened by a voltage", Kind::Point { electrode: false })
        }))
    }
}

impl Mechanism for GradedSynapse {
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

/// Steady state at a presynaptic voltage (mV).
fn open(vpre: f64, half: f64, slope: f64) -> f64 {
    1.0 / (1.0 + Exact::exp((half - vpre) / slope))
}

impl Kernel for Compiled {
    fn initialize(&self, _: f64, v: &[f64], instances: Instances<'_>, _: &mut Outbox) {
        let ([half, slope, vpre], [s]) = instances.columns([HALF, SLOPE, VPRE], [S]);
        for k in 0..v.len() {
            s[k] = open(vpre[k], half[k], slope[k]);
        }
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([gmax, e, s], [i]) = instances.columns([GMAX, E, S], [I]);
        add_current(v, i, membrane, |k, v| gmax[k] * s[k] * (v - e[k])); // nA
    }

    fn advance(&self, _: f64, _: &[f64], instances: Instances<'_>) {
        let ([half, slope, tau, vpre], [s]) = instances.columns([HALF, SLOPE, TAU, VPRE], [S]);
        for k in 0..s.len() {
            s[k] = relax(s[k], (open(vpre[k], half[k], slope[k]), tau[k]), self.dt);
        }
    }
}
