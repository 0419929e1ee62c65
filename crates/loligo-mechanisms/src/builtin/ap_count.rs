//! Counts action potentials.

use std::sync::{Arc, LazyLock};

use crate::block::Instances;
use crate::environment::{Environment, Layout};
use crate::kernel::{Kernel, Outbox};
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Action potential counter, `APCount`: counts upward crossings of `thresh`; `time` is that of the last one.
///
/// A crossing is detected at the end of a step, when v >= thresh; the next one can be detected after v <
/// thresh.
#[derive(Clone, Copy, Debug)]
pub struct ApCount;

const N: usize = 0; // 1
const THRESH: usize = 1; // mV
const TIME: usize = 2; // ms
const FIRING: usize = 3; // 0 or 1

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("n", "1", 0.0, "number of crossings so far"),
            Variable::parameter("thresh", "mV", -20.0, "threshold"),
            Variable::parameter("time", "ms", 0.0, "time of the last crossing"),
            Variable::assigned("firing", "1", "1 from a crossing until the voltage is below the threshold"),
        ],
        has_state: true,
        state_reads_voltage: true,
        ..Signature::new("APCount", "counts the upward crossings of a voltage", Kind::Point { electrode: false })
    })
});

impl Mechanism for ApCount {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(*self))
    }
}

impl Kernel for ApCount {
    fn initialize(&self, t: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        instances.fill(N, 0.0);
        instances.fill(FIRING, 0.0);
        for (k, &v) in v.iter().enumerate() {
            let [mut n, thresh, mut time, mut firing] = instances.row(k);
            count(t, v, thresh, &mut n, &mut time, &mut firing);
            instances.set_row(k, [n, thresh, time, firing]);
        }
    }

    fn advance(&self, t: f64, v: &[f64], instances: Instances<'_>) {
        let ([thresh], [n, time, firing]) = instances.columns([THRESH], [N, TIME, FIRING]);
        for k in 0..v.len() {
            count(t, v[k], thresh[k], &mut n[k], &mut time[k], &mut firing[k]);
        }
    }
}

/// Compares the voltage `v` (mV) of one instance with the threshold at `t` (ms).
fn count(t: f64, v: f64, thresh: f64, n: &mut f64, time: &mut f64, firing: &mut f64) {
    if v >= thresh && *firing == 0.0 {
        *firing = 1.0;
        *time = t; // ms
        *n += 1.0;
    }
    if *firing != 0.0 && v < thresh && t > *time {
        *firing = 0.0;
    }
}
