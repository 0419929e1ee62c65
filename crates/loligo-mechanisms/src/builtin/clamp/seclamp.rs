//! A voltage clamp through one electrode with a series resistance.

use super::super::cnexp::numerical_slope;
use crate::description::{Description, Kind, Variable};
use crate::math::Exact;
use crate::{Block, Context, Instances, Mechanism, Membrane, Outbox};

/// Single-electrode voltage clamp, `SEClamp`: three levels one after the other from t = 0, then off;
/// i = (level - v) / rs.
///
/// The current is computed anew with the voltage at the end of each step, so that what is recorded is the clamp's
/// current at that time. The ends of the second and third level are fixed when a run is initialised.
#[derive(Clone, Copy, Debug)]
pub struct SEClamp;

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

static DESCRIPTION: Description = Description {
    name: "SEClamp",
    summary: "single-electrode voltage clamp with three levels and a series resistance",
    kind: Kind::Point { electrode: true },
    variables: &[
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
    ions: &[],
    has_current: true,
    has_state: true,
    state_reads_voltage: true,
    weights: 0,
    amplifies_rounding: true,
    order: 54,
};

impl Mechanism for SEClamp {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, _: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        for k in 0..block.len() {
            let end2 = block.value(DUR1, k) + block.value(DUR2, k); // ms
            block.set(END2, k, end2);
            block.set(END3, k, end2 + block.value(DUR3, k)); // ms
        }
        for column in [ON, I, VC] {
            block.fill(column, 0.0);
        }
    }

    fn current(&self, context: &Context, v: &[f64], instances: Instances<'_>, mut membrane: Membrane<'_>) {
        let ([rs, dur1, amp1, amp2, amp3, end2, end3], [i, vc, on]) =
            instances.columns([RS, DUR1, AMP1, AMP2, AMP3, END2, END3], [I, VC, ON]);
        let t = context.t; // ms
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
            let at = |v: f64| if on[k] != 0.0 { (vc[k] - v) / rs[k] } else { 0.0 }; // nA
            i[k] = at(v[k]); // nA
            membrane.add(k, i[k], numerical_slope::<Exact>(i[k], at(v[k] + 0.001)));
        }
    }

    fn advance(&self, _: &Context, v: &[f64], instances: Instances<'_>) {
        let ([rs, vc, on], [i]) = instances.columns([RS, VC, ON], [I]);
        for k in 0..v.len() {
            i[k] = if on[k] != 0.0 { (vc[k] - v[k]) / rs[k] } else { 0.0 }; // nA
        }
    }
}
