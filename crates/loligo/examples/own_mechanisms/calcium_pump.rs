//! A calcium pool with a pump, `cadpump`: cai' = drive - vmax cai / (cai + kd) + (cainf - cai) / taur.

use std::sync::Arc;

use loligo::kernels::{
    CompileError, Environment, Instances, IonUse, IonVariable, Kernel, Kind, Layout, Mechanism, Outbox, Signature,
    Variable,
};

/// Calcium in a shell under the membrane, which enters with the current and is pumped out.
#[derive(Debug)]
pub struct CalciumPump(Arc<Signature>);

const DEPTH: usize = 0; // um
const VMAX: usize = 1; // mM/ms
const KD: usize = 2; // mM
const CAINF: usize = 3; // mM
const TAUR: usize = 4; // ms
const ICA: usize = 5; // mA/cm2
const DRIVE: usize = 6; // mM/ms
const CAI: usize = 7; // mM

const FARADAY: f64 = 96485.33212331001; // C/mol

impl Default for CalciumPump {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("depth", "um", 0.2, "depth of the shell").within(1e-9, 1e9),
                Variable::parameter("vmax", "mM/ms", 1e-4, "largest rate of the pump"),
                Variable::parameter("kd", "mM", 5e-4, "concentration at which the pump has half that rate"),
                Variable::parameter("cainf", "mM", 1e-4, "concentration at rest"),
                Variable::parameter("taur", "ms", 100.0, "time constant of the return to rest").within(1e-9, 1e9),
                Variable::assigned("ica", "mA/cm2", "calcium current of the segment"),
                Variable::output("drive", "mM/ms", "influx"),
                Variable::state("cai", "mM", "calcium concentration inside"),
            ],
            ions: vec![IonUse::of("ca_ion").reading(IonVariable::Current, ICA).writing(IonVariable::Inside, CAI)],
            has_state: true,
            ..Signature::new("cadpump", "calcium in a shell under the membrane, with a pump", Kind::Density)
        }))
    }
}

impl Mechanism for CalciumPump {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(Compiled { dt: environment.dt, second_order: environment.second_order }))
    }
}

#[derive(Debug)]
struct Compiled {
    dt: f64, // ms
    second_order: bool,
}

impl Kernel for Compiled {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for k in 0..v.len() {
            instances.set(CAI, k, instances.value(CAINF, k)); // mM
        }
    }

    fn advance(&self, _: f64, _: &[f64], instances: Instances<'_>) {
        let read = [DEPTH, VMAX, KD, CAINF, TAUR, ICA];
        let ([depth, vmax, kd, cainf, taur, ica], [drive, cai]) = instances.columns(read, [DRIVE, CAI]);
        for k in 0..cai.len() {
            let influx = -10000.0 * ica[k] / (2.0 * FARADAY * depth[k]); // mM/ms
            drive[k] = if influx <= 0.0 { 0.0 } else { influx };
            let pumped = vmax[k] * cai[k] / (cai[k] + kd[k]); // mM/ms
            let slope = drive[k] - pumped + (cainf[k] - cai[k]) / taur[k]; // mM/ms
            // A step of Euler's method; in the second-order method half a step, and the same change again.
            let steps = if self.second_order { 2 } else { 1 };
            for _ in 0..steps {
                cai[k] += self.dt / f64::from(steps) * slope; // mM
            }
        }
    }
}
