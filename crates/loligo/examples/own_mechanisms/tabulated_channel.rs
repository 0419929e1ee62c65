//! A potassium channel whose steady state and time constant are function tables, `ktab`: ik = gbar n (v - ek).

use std::sync::Arc;

use loligo::kernels::{
    CompileError, Environment, FunctionTable, FunctionTableSlot, Instances, IonUse, IonVariable, Kernel, Kind, Layout,
    Mechanism, Membrane, Outbox, Signature, Variable,
};

use super::{add_ion_current, relax};

/// The channel.
#[derive(Debug)]
pub struct TabulatedChannel(Arc<Signature>);

const GBAR: usize = 0; // S/cm2
const N: usize = 1; // 1
const EK: usize = 2; // mV
const IK: usize = 3; // mA/cm2
const SLOPE: usize = 4; // S/cm2

const STEADY_STATE: usize = 0; // 1, a function table
const TIME_CONSTANT: usize = 1; // ms, a function table

impl Default for TabulatedChannel {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("gbar", "S/cm2", 1e-3, "largest conductance"),
                Variable::state("n", "1", "activation"),
                Variable::assigned("ek", "mV", "potassium reversal potential"),
                Variable::assigned("ik", "mA/cm2", "potassium current"),
                Variable::output("slope", "S/cm2", "slope of the potassium current"),
            ],
            tables: vec![
                FunctionTableSlot::new("ninf", &["v"], "1", "steady state of n at a voltage (mV)"),
                FunctionTableSlot::new(
                    "ntau",
                    &["v", "celsius"],
                    "ms",
                    "its time constant at a temperature (degC), too",
                ),
            ],
            ions: vec![
                IonUse::of("k_ion")
                    .reading(IonVariable::ReversalPotential, EK)
                    .writing(IonVariable::Current, IK)
                    .with_current_slope(SLOPE),
            ],
            has_current: true,
            has_state: true,
            state_reads_voltage: true,
            ..Signature::new("ktab", "potassium channel given by its values", Kind::Density)
        }))
    }
}

impl Mechanism for TabulatedChannel {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        let Environment { dt, celsius, ref tables, .. } = *environment;
        let table = |slot: usize| Arc::clone(&tables[slot]);
        Ok(Arc::new(Compiled { dt, celsius, ninf: table(STEADY_STATE), ntau: table(TIME_CONSTANT) }))
    }
}

#[derive(Debug)]
struct Compiled {
    dt: f64,      // ms
    celsius: f64, // degC
    ninf: Arc<FunctionTable>,
    ntau: Arc<FunctionTable>,
}

impl Kernel for Compiled {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for (k, &v) in v.iter().enumerate() {
            instances.set(N, k, self.ninf.value(&[v]));
        }
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([gbar, n, ek], current) = instances.columns([GBAR, N, EK], [IK, SLOPE]);
        add_ion_current(v, current, membrane, |k, v| gbar[k] * n[k] * (v - ek[k])); // mA/cm2
    }

    fn advance(&self, _: f64, v: &[f64], instances: Instances<'_>) {
        let ([], [n]) = instances.columns([], [N]);
        for (n, &v) in n.iter_mut().zip(v) {
            *n = relax(*n, (self.ninf.value(&[v]), self.ntau.value(&[v, self.celsius])), self.dt);
        }
    }
}
