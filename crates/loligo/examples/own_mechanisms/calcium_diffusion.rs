//! Calcium that diffuses along sections, `cadif`: it enters with the calcium current, is removed by a pump with
//! Michaelis-Menten kinetics, and binds to two mobile buffers, which also diffuse.

use std::f64::consts::PI;
use std::sync::Arc;

use loligo::kernels::{
    CompileError, DiffusionTerms, Environment, Instances, IonUse, IonVariable, Kernel, Kind, Layout, Mechanism, Outbox,
    Signature, Variable,
};

/// Calcium in the whole cross-section of a dendrite.
#[derive(Debug)]
pub struct CalciumDiffusion(Arc<Signature>);

const WIDTH: usize = 0; // um
const DCA: usize = 1; // um2/ms
const DBUF: usize = 2; // um2/ms
const VMAX: usize = 3; // mM/ms
const KD: usize = 4; // mM
const REST: usize = 5; // mM
const KON: usize = 6; // 1/ms
const KOFF: usize = 7; // 1/ms
const ICA: usize = 8; // mA/cm2
const CROSS: usize = 9; // um2
const CAI: usize = 10; // mM
const BOUND: usize = 11; // two, mM

const FARADAY: f64 = 96485.33212331001; // C/mol

impl Default for CalciumDiffusion {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("width", "um", 1.0, "diameter of the segment").within(1e-9, 1e9),
                Variable::parameter("dca", "um2/ms", 0.2, "diffusion coefficient of calcium").within(0.0, 1e9),
                Variable::parameter("dbuf", "um2/ms", 0.05, "that of the first buffer, twice the second's")
                    .within(0.0, 1e9),
                Variable::parameter("vmax", "mM/ms", 1e-4, "largest rate of the pump"),
                Variable::parameter("kd", "mM", 5e-4, "concentration at which the pump has half that rate"),
                Variable::parameter("rest", "mM", 1e-4, "concentration at rest"),
                Variable::parameter("kon", "/ms", 2.0, "rate of binding to the first buffer, ten times the second's"),
                Variable::parameter("koff", "/ms", 0.1, "rate of release by the first buffer, ten times the second's"),
                Variable::assigned("ica", "mA/cm2", "calcium current of the segment"),
                Variable::assigned("cross", "um2", "area of the cross-section"),
                Variable::state("cai", "mM", "calcium concentration inside"),
                Variable::state("bound", "mM", "calcium bound to each buffer").array(2),
            ],
            ions: vec![IonUse::of("ca_ion").reading(IonVariable::Current, ICA).writing(IonVariable::Inside, CAI)],
            has_state: true,
            diffusion: vec![CAI, BOUND, BOUND + 1],
            ..Signature::new("cadif", "calcium that diffuses along sections, with buffers and a pump", Kind::Density)
        }))
    }
}

impl Mechanism for CalciumDiffusion {
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

/// The change of the concentrations in a step of Euler's implicit method, by elimination: calcium is coupled to each
/// buffer, and the buffers are coupled only to calcium. `influx` is in um2 mM/ms, `dt` in ms.
fn change(cai: f64, bound: [f64; 2], influx: f64, (cross, kon, koff): (f64, f64, f64), dt: f64) -> (f64, [f64; 2]) {
    let storage = 1.0 / dt * cross; // um2/ms
    let (mut rhs, mut free) = (influx, storage); // um2 mM/ms, um2/ms
    let [mut gain, mut diagonal, mut binding, mut release] = [[0.0; 2]; 4];
    for (k, slower) in [1.0, 10.0].into_iter().enumerate() {
        (binding[k], release[k]) = (kon * cross / slower, koff * cross / slower); // um2/ms
        gain[k] = binding[k] * cai - release[k] * bound[k]; // um2 mM/ms
        diagonal[k] = storage + release[k];
        rhs -= gain[k];
        free += binding[k];
    }
    // Elimination order: second buffer, calcium, first buffer, as in NEURON.
    let factor = -release[1] / diagonal[1];
    rhs -= gain[1] * factor;
    free -= -binding[1] * factor;
    let factor = -binding[0] / free;
    gain[0] -= rhs * factor;
    diagonal[0] -= -release[0] * factor;
    let first = gain[0] / diagonal[0];
    let calcium = (rhs - -release[0] * first) / free;
    (calcium, [first, (gain[1] - -binding[1] * calcium) / diagonal[1]])
}

impl Kernel for Compiled {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for k in 0..v.len() {
            let [width, .., kon, koff] = instances.row::<{ KOFF + 1 }>(k);
            let rest = instances.value(REST, k); // mM
            instances.set(CROSS, k, PI * width * width / 4.0); // um2
            instances.set(CAI, k, rest);
            (BOUND..BOUND + 2).for_each(|bound| instances.set(bound, k, kon * rest / koff)); // mM
        }
    }

    fn advance(&self, _: f64, _: &[f64], instances: Instances<'_>) {
        let read = [WIDTH, VMAX, KD, REST, KON, KOFF, ICA, CROSS];
        let ([width, vmax, kd, rest, kon, koff, ica, cross], [cai, first, second]) =
            instances.columns(read, [CAI, BOUND, BOUND + 1]);
        let dt = if self.second_order { 0.5 * self.dt } else { self.dt }; // ms
        for k in 0..cai.len() {
            let pumped = vmax[k] * cross[k] * (cai[k] / (cai[k] + kd[k]) - rest[k] / (rest[k] + kd[k])); // um2 mM/ms
            let influx = -ica[k] * PI * width[k] * 10000.0 / (2.0 * FARADAY) - pumped; // um2 mM/ms
            let old = [cai[k], first[k], second[k]]; // mM
            let (calcium, bound) = change(cai[k], [first[k], second[k]], influx, (cross[k], kon[k], koff[k]), dt);
            let states = [&mut cai[k], &mut first[k], &mut second[k]];
            for ((state, old), change) in states.into_iter().zip(old).zip([calcium, bound[0], bound[1]]) {
                *state += change; // mM
                if self.second_order {
                    // Half a step, and as much again.
                    *state += dt * ((*state - old) / dt);
                }
            }
        }
    }

    fn diffusion(&self, which: usize, _: f64, _: &[f64], instances: Instances<'_>, terms: DiffusionTerms<'_>) {
        let ([dca, dbuf, cross], []) = instances.columns([DCA, DBUF, CROSS], []);
        terms.volume.copy_from_slice(cross); // um2
        for k in 0..cross.len() {
            terms.conductance[k] = match which {
                0 => dca[k] * cross[k],
                buffer => dbuf[k] * cross[k] / buffer as f64,
            }; // um2/ms um2
        }
    }
}
