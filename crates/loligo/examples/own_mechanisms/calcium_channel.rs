//! A high-threshold calcium channel: ica = pbar m2 h ghk(v), `cahva`.

use std::sync::Arc;

use loligo::kernels::math::{Exact, Math};
use loligo::kernels::{
    CompileError, Environment, Instances, IonUse, IonVariable, Kernel, Kind, Layout, Mechanism, Membrane, Outbox,
    Signature, Variable, ghk,
};

use super::{add_ion_current, relax};

/// The channel.
#[derive(Debug)]
pub struct CalciumChannel(Arc<Signature>);

const PBAR: usize = 0; // cm/s
const M: usize = 1; // 1
const H: usize = 2; // 1
const CAI: usize = 3; // mM
const CAO: usize = 4; // mM
const ICA: usize = 5; // mA/cm2
const SLOPE: usize = 6; // S/cm2
const VSHIFT: usize = 0; // mV, a global

impl Default for CalciumChannel {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("pbar", "cm/s", 1e-4, "largest permeability"),
                Variable::state("m", "1", "activation"),
                Variable::state("h", "1", "inactivation"),
                Variable::assigned("cai", "mM", "calcium concentration inside"),
                Variable::assigned("cao", "mM", "calcium concentration outside"),
                Variable::assigned("ica", "mA/cm2", "calcium current"),
                Variable::output("slope", "S/cm2", "slope of the calcium current"),
            ],
            globals: vec![Variable::parameter("vshift", "mV", 0.0, "shift of the gates' voltage dependence")],
            ions: vec![
                IonUse::of("ca_ion")
                    .reading(IonVariable::Inside, CAI)
                    .reading(IonVariable::Outside, CAO)
                    .writing(IonVariable::Current, ICA)
                    .with_current_slope(SLOPE),
            ],
            has_current: true,
            has_state: true,
            state_reads_voltage: true,
            ..Signature::new("cahva", "high-threshold calcium channel, GHK current", Kind::Density)
        }))
    }
}

impl Mechanism for CalciumChannel {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        let Environment { dt, celsius, ref globals, .. } = *environment;
        Ok(Arc::new(Compiled { dt, celsius, vshift: globals[VSHIFT] }))
    }
}

#[derive(Debug)]
struct Compiled {
    dt: f64,      // ms
    celsius: f64, // degC
    vshift: f64,  // mV
}

impl Compiled {
    /// Steady state and time constant (ms) of m and h at `v` (mV).
    fn gates(&self, v: f64) -> [(f64, f64); 2] {
        let m = 1.0 / (1.0 + Exact::exp(-(v + 20.0 - self.vshift) / 6.0));
        let h = 1.0 / (1.0 + Exact::exp((v + 45.0 - self.vshift) / 9.0));
        [(m, 0.5 + 3.0 / (1.0 + Exact::exp((v + 30.0) / 12.0))), (h, 300.0)]
    }
}

impl Kernel for Compiled {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for (k, &v) in v.iter().enumerate() {
            let [(m, _), (h, _)] = self.gates(v);
            instances.set(M, k, m);
            instances.set(H, k, h);
        }
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([pbar, m, h, cai, cao], current) = instances.columns([PBAR, M, H, CAI, CAO], [ICA, SLOPE]);
        let permeability = |k: usize| pbar[k] * m[k] * m[k] * h[k]; // cm/s
        let ica = |k: usize, v| permeability(k) * ghk(v, cai[k], cao[k], 2.0, self.celsius); // mA/cm2
        add_ion_current(v, current, membrane, ica);
    }

    fn advance(&self, _: f64, v: &[f64], instances: Instances<'_>) {
        let ([], [m, h]) = instances.columns([], [M, H]);
        for (k, &v) in v.iter().enumerate() {
            let gates = self.gates(v);
            m[k] = relax(m[k], gates[0], self.dt);
            h[k] = relax(h[k], gates[1], self.dt);
        }
    }
}
