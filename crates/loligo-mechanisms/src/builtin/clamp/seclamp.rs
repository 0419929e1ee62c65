//! A voltage clamp through one electrode with a series resistance.

use std::sync::{Arc, LazyLock};

use crate::block::Instances;
use crate::builtin::cnexp::numerical_slope;
use crate::environment::{Environment, Layout};
use crate::kernel::{Kernel, Membrane, Outbox};
use crate::math::Exact;
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Single-electrode voltage clamp, `SEClamp`: three levels one after the other from t = 0, then off;
/// i = (level - v) / rs.
///
/// The current is recomputed with the voltage at the end of each step, so that the recorded value is the clamp's
/// current at that time. The ends of the second and third level are fixed when a run is initialised.
#[derive(Clone, Copy, Debug)]
pub struct SEClamp;

/// The equation of `SEClamp` as a conductance of the membrane, `ConductanceSource`: i = (v - level) / rs, positive
/// outwards, is part of the membrane current.
///
/// NEURON has no such built-in mechanism; neurodamus provides one in NMODL
/// (`NONSPECIFIC_CURRENT i`).
#[derive(Clone, Copy, Debug)]
pub struct ConductanceSource;

const RS: usize = 0; // MOhm
const DUR1: usize = 1; // ms
const AMP1: usize = 2; // mV
const DUR2: usize = 3; // ms
const AMP2: usize = 4; // mV
const DUR3: usize = 5; // ms
const AMP3: usize = 6; // mV
const I: usize = 7; // nA
const VC: usize = 8; // mV
const END2: usize = 9; // ms
const END3: usize = 10; // ms
const ON: usize = 11; // 0 or 1

fn signature(name: &str, summary: &str, electrode: bool) -> Arc<Signature> {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("rs", "MOhm", 1.0, "series resistance").within(1e-9, 1e15),
            Variable::parameter("dur1", "ms", 0.0, "duration of the first level"),
            Variable::parameter("amp1", "mV", 0.0, "first level"),
            Variable::parameter("dur2", "ms", 0.0, "duration of the second level"),
            Variable::parameter("amp2", "mV", 0.0, "second level"),
            Variable::parameter("dur3", "ms", 0.0, "duration of the third level"),
            Variable::parameter("amp3", "mV", 0.0, "third level"),
            Variable::assigned("i", "nA", "current"),
            Variable::assigned("vc", "mV", "level at present, 0 when off"),
            Variable::assigned("tc2", "ms", "end of the second level"),
            Variable::assigned("tc3", "ms", "end of the third level"),
            Variable::assigned("on", "1", "1 while the clamp is on"),
        ],
        has_current: true,
        has_state: true,
        state_reads_voltage: true,
        amplifies_rounding: true,
        ..Signature::new(name, summary, Kind::Point { electrode })
    })
}

static FROM_ELECTRODE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    signature("SEClamp", "single-electrode voltage clamp with three levels and a series resistance", true)
});
static THROUGH_MEMBRANE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    let summary = "conductance 1/rs of the membrane with three reversal potentials one after the other";
    signature("ConductanceSource", summary, false)
});

impl Mechanism for SEClamp {
    fn signature(&self) -> &Arc<Signature> {
        &FROM_ELECTRODE
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(Levels { sign: 1.0 }))
    }
}

impl Mechanism for ConductanceSource {
    fn signature(&self) -> &Arc<Signature> {
        &THROUGH_MEMBRANE
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(Levels { sign: -1.0 }))
    }
}

/// A current of `sign` times the current that enters the cell through the series resistance.
#[derive(Debug)]
struct Levels {
    sign: f64,
}

impl Kernel for Levels {
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for k in 0..instances.len() {
            let end2 = instances.value(DUR1, k) + instances.value(DUR2, k); // ms
            instances.set(END2, k, end2);
            instances.set(END3, k, end2 + instances.value(DUR3, k)); // ms
        }
        for column in [ON, I, VC] {
            instances.fill(column, 0.0);
        }
    }

    fn current(&self, t: f64, v: &[f64], instances: Instances<'_>, mut membrane: Membrane<'_>) {
        let ([rs, dur1, amp1, amp2, amp3, end2, end3], [i, vc, on]) =
            instances.columns([RS, DUR1, AMP1, AMP2, AMP3, END2, END3], [I, VC, ON]);
        for k in 0..v.len() {
            on[k] = 1.0;
            vc[k] = if t < dur1[k] {
                amp1[k]
            } else if t < end2[k] {
                amp2[k]
            } else if t < end3[k] {
                amp3[k]
            } else {
                on[k] = 0.0;
                0.0
            }; // mV
            let at = |v: f64| if on[k] != 0.0 { self.sign * ((vc[k] - v) / rs[k]) } else { 0.0 }; // nA
            i[k] = at(v[k]); // nA
            membrane.add(k, i[k], numerical_slope::<Exact>(i[k], at(v[k] + 0.001)));
        }
    }

    fn advance(&self, _: f64, v: &[f64], instances: Instances<'_>) {
        let ([rs, vc, on], [i]) = instances.columns([RS, VC, ON], [I]);
        for k in 0..v.len() {
            i[k] = if on[k] != 0.0 { self.sign * ((vc[k] - v[k]) / rs[k]) } else { 0.0 }; // nA
        }
    }
}
