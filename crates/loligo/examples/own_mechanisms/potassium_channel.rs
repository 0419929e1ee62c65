//! A potassium channel opened by calcium: ik = gbar z (v - ek), `skca`.

use std::sync::Arc;

use loligo::kernels::{
    CompileError, Environment, Instances, IonUse, IonVariable, Kernel, Kind, Layout, Mechanism, Membrane, Outbox,
    Signature, Variable,
};

use super::{add_ion_current, relax};

/// The channel.
#[derive(Debug)]
pub struct PotassiumChannel(Arc<Signature>);

const GBAR: usize = 0; // S/cm2
const Z: usize = 1; // 1
const EK: usize = 2; // mV
const CAI: usize = 3; // mM
const IK: usize = 4; // mA/cm2
const SLOPE: usize = 5; // S/cm2

impl Default for PotassiumChannel {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("gbar", "S/cm2", 1e-3, "largest conductance"),
                Variable::state("z", "1", "activation"),
                Variable::assigned("ek", "mV", "potassium reversal potential"),
                Variable::assigned("cai", "mM", "calcium concentration inside"),
                Variable::assigned("ik", "mA/cm2", "potassium current"),
                Variable::output("slope", "S/cm2", "slope of the potassium current"),
            ],
            ions: vec![
                IonUse::of("k_ion")
                    .reading(IonVariable::ReversalPotential, EK)
                    .writing(IonVariable::Current, IK)
                    .with_current_slope(SLOPE),
                IonUse::of("ca_ion").reading(IonVariable::Inside, CAI),
            ],
            has_current: true,
            has_state: true,
            ..Signature::new("skca", "potassium channel opened by calcium", Kind::Density)
        }))
    }
}

impl Mechanism for PotassiumChannel {
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

/// Steady state of the activation at a calcium concentration, mM.
fn activation(cai: f64) -> f64 {
    1.0 / (1.0 + (4.3e-4 / cai).powf(4.8))
}

impl Kernel for Compiled {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for k in 0..v.len() {
            instances.set(Z, k, activation(instances.value(CAI, k)));
        }
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([gbar, z, ek], current) = instances.columns([GBAR, Z, EK], [IK, SLOPE]);
        add_ion_current(v, current, membrane, |k, v| gbar[k] * z[k] * (v - ek[k])); // mA/cm2
    }

    fn advance(&self, _: f64, _: &[f64], instances: Instances<'_>) {
        let ([cai], [z]) = instances.columns([CAI], [Z]);
        for k in 0..z.len() {
            z[k] = relax(z[k], (activation(cai[k]), 1.5), self.dt);
        }
    }
}
