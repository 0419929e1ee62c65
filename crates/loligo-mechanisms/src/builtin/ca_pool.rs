//! Calcium under the membrane.

use std::marker::PhantomData;
use std::sync::{Arc, LazyLock};

use super::arithmetic::kernel_for;
use crate::block::Instances;
use crate::builtin::arithmetic::Arithmetic;
use crate::environment::{Environment, Layout};
use crate::ion::FARADAY;
use crate::kernel::{Kernel, Outbox};
use crate::math::lanes::VectorLoop;
use crate::math::{Math, Simd};
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{IonUse, IonVariable, Kind, Signature, Variable};

/// First-order calcium pool, `capool`: calcium that enters through the membrane is diluted in a shell of the given
/// depth, a fraction `gamma` of it stays free, and the concentration returns to `rest` with the time constant `tau`.
///
/// d cai/dt = -10000 gamma ica / (2 F depth) - (cai - rest) / tau, with cai in mM, ica in mA/cm2, depth in um. The
/// defaults (0.1 um, 80 ms, 1e-4 mM, 0.05) are those of layer-5 pyramidal cells in Hay et al., PLoS Comput. Biol.
/// 7:e1002107 (2011), doi:10.1371/journal.pcbi.1002107. The equation is solved exactly over each step, for a current
/// that is constant over the step.
#[derive(Clone, Copy, Debug)]
pub struct CaPool;

const DEPTH: usize = 0; // um
const TAU: usize = 1; // ms
const REST: usize = 2; // mM
const GAMMA: usize = 3; // 1
const ICA: usize = 4; // mA/cm2
const CAI: usize = 5; // mM

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("depth", "um", 0.1, "depth of the shell").within(1e-9, 1e9),
            Variable::parameter("tau", "ms", 80.0, "time constant of removal").within(1e-9, 1e9),
            Variable::parameter("rest", "mM", 1e-4, "concentration at rest").within(0.0, 1e9),
            Variable::parameter("gamma", "1", 0.05, "fraction of the calcium that stays free").within(0.0, 1.0),
            Variable::assigned("ica", "mA/cm2", "calcium current of the segment"),
            Variable::state("cai", "mM", "calcium concentration"),
        ],
        ions: vec![IonUse::of("ca_ion").reading(IonVariable::Current, ICA).writing(IonVariable::Inside, CAI)],
        has_state: true,
        ..Signature::new("capool", "calcium in a shell under the membrane, removed at a rate", Kind::Density)
    })
});

impl Mechanism for CaPool {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(kernel_for!(environment, CaPoolKernel))
    }
}

#[derive(Debug)]
struct CaPoolKernel<M>(Arithmetic<M>);

impl<M: Math> Kernel for CaPoolKernel<M> {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for k in 0..v.len() {
            instances.set(CAI, k, instances.value(REST, k)); // mM
        }
    }

    fn advance(&self, _: f64, _: &[f64], instances: Instances<'_>) {
        let ([depth, tau, rest, gamma, ica], [cai]) = instances.columns([DEPTH, TAU, REST, GAMMA, ICA], [CAI]);
        let dt = self.0.dt;
        self.0.lanes.run(Advance::<M> { depth, tau, rest, gamma, ica, cai, dt, profile: PhantomData });
    }
}

struct Advance<'a, M> {
    depth: &'a [f64],
    tau: &'a [f64],
    rest: &'a [f64],
    gamma: &'a [f64],
    ica: &'a [f64],
    cai: &'a mut [f64],
    dt: f64,
    profile: PhantomData<M>,
}

impl<M: Math> VectorLoop for Advance<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        advance::<M>(self.depth, self.tau, self.rest, self.gamma, self.ica, self.cai, self.dt);
    }
}

#[inline(always)]
fn advance<M: Math>(depth: &[f64], tau: &[f64], rest: &[f64], gamma: &[f64], ica: &[f64], cai: &mut [f64], dt: f64) {
    let n = cai.len();
    let (depth, tau, rest, gamma, ica) = (&depth[..n], &tau[..n], &rest[..n], &gamma[..n], &ica[..n]);
    for k in 0..n {
        let removal = -1.0 / tau[k]; // 1/ms
        let influx = -1e4 * gamma[k] * ica[k] / (2.0 * FARADAY * depth[k]); // mM/ms
        let source = influx - -rest[k] / tau[k]; // mM/ms
        cai[k] += (1.0 - M::exp(dt * removal)) * (-source / removal - cai[k]); // mM
    }
}
