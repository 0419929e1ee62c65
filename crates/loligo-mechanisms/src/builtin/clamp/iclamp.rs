//! A current step from an electrode.

use std::sync::{Arc, LazyLock};

use crate::block::Instances;
use crate::environment::{Environment, Layout};
use crate::kernel::{Kernel, Membrane, Outbox};
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Current clamp, `IClamp`: i = amp while delay <= t < delay + dur, with t the middle of the step.
#[derive(Clone, Copy, Debug)]
pub struct IClamp;

/// The equation of `IClamp` as a current through the membrane, `MembraneCurrentSource`: instead of injecting amp, it
/// has the current -amp, positive outwards, which is part of the membrane current.
///
/// NEURON has no such built-in mechanism; [neurodamus](https://github.com/openbraininstitute/neurodamus)
/// provides one in NMODL (`NONSPECIFIC_CURRENT i`, `i = -1 * amp`).
#[derive(Clone, Copy, Debug)]
pub struct MembraneCurrentSource;

const DELAY: usize = 0; // ms
const DUR: usize = 1; // ms
const AMP: usize = 2; // nA
const I: usize = 3; // nA

fn signature(name: &str, summary: &str, electrode: bool) -> Arc<Signature> {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("delay", "ms", 0.0, "start"),
            Variable::parameter("dur", "ms", 0.0, "duration"),
            Variable::parameter("amp", "nA", 0.0, "amplitude; positive depolarises"),
            Variable::output("i", "nA", "current"),
        ],
        has_current: true,
        ..Signature::new(name, summary, Kind::Point { electrode })
    })
}

static FROM_ELECTRODE: LazyLock<Arc<Signature>> =
    LazyLock::new(|| signature("IClamp", "current step from an electrode; positive depolarises", true));
static THROUGH_MEMBRANE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    signature("MembraneCurrentSource", "current step through the membrane; a positive amp depolarises", false)
});

impl Mechanism for IClamp {
    fn signature(&self) -> &Arc<Signature> {
        &FROM_ELECTRODE
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(CurrentStep { sign: 1.0 }))
    }
}

impl Mechanism for MembraneCurrentSource {
    fn signature(&self) -> &Arc<Signature> {
        &THROUGH_MEMBRANE
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(CurrentStep { sign: -1.0 }))
    }
}

/// A current of `sign` times the amplitude while it is on.
#[derive(Debug)]
struct CurrentStep {
    sign: f64,
}

impl Kernel for CurrentStep {
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        instances.fill(I, 0.0);
    }

    fn current(&self, t: f64, v: &[f64], instances: Instances<'_>, mut membrane: Membrane<'_>) {
        let ([delay, dur, amp], [i]) = instances.columns([DELAY, DUR, AMP], [I]);
        for k in 0..v.len() {
            i[k] = if t < delay[k] + dur[k] && t >= delay[k] { self.sign * amp[k] } else { 0.0 }; // nA
            membrane.add(k, i[k], 0.0);
        }
    }
}
