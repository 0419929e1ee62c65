//! Counts action potentials.

use crate::description::{Description, Kind, Variable};
use crate::{Block, CHUNK, Context, Instances, Mechanism, Outbox};

/// Action potential counter, `APCount`: counts upward crossings of `thresh`; `time` is that of the last one.
///
/// A crossing is seen at the end of a step, when v >= thresh; the counter is ready again once v < thresh.
#[derive(Clone, Copy, Debug)]
pub struct ApCount;

const N: usize = 0; // 1
const THRESH: usize = 1; // mV
const TIME: usize = 2; // ms
const FIRING: usize = 3; // 0 or 1

static DESCRIPTION: Description = Description {
    name: "APCount",
    summary: "counts the upward crossings of a voltage",
    kind: Kind::Point { electrode: false },
    variables: &[
        Variable::parameter("n", "1", 0.0, "number of crossings so far"),
        Variable::parameter("thresh", "mV", -20.0, "threshold"),
        Variable::parameter("time", "ms", 0.0, "time of the last crossing"),
        Variable::assigned("firing", "1", "1 from a crossing until the voltage is below the threshold"),
    ],
    ions: &[],
    has_current: false,
    has_state: true,
    state_reads_voltage: true,
    weights: 0,
    amplifies_rounding: false,
    order: 57,
};

impl Mechanism for ApCount {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, context: &Context, v: &[f64], block: &mut Block, _: &mut Outbox) {
        block.fill(N, 0.0);
        block.fill(FIRING, 0.0);
        for (first, v) in (0..).step_by(CHUNK).zip(v.chunks(CHUNK)) {
            self.advance(context, v, block.instances(first..first + v.len()));
        }
    }

    fn advance(&self, context: &Context, v: &[f64], instances: Instances<'_>) {
        let ([thresh], [n, time, firing]) = instances.columns([THRESH], [N, TIME, FIRING]);
        for k in 0..v.len() {
            if v[k] >= thresh[k] && firing[k] == 0.0 {
                firing[k] = 1.0;
                time[k] = context.t; // ms
                n[k] += 1.0;
            }
            if firing[k] != 0.0 && v[k] < thresh[k] && context.t > time[k] {
                firing[k] = 0.0;
            }
        }
    }
}
