//! A given list of spikes.

use crate::description::{Description, Kind, Variable};
use crate::{Block, Context, Emission, Event, Mechanism, Outbox};

/// Given spikes, `VecStim`: fires at the times of a list, which is in ascending order.
#[derive(Clone, Copy, Debug)]
pub struct VecStim;

const NEXT: usize = 0; // 1

static DESCRIPTION: Description = Description {
    name: "VecStim",
    summary: "fires at the times of a given list",
    kind: Kind::Artificial,
    variables: &[Variable::assigned("index", "1", "how many of the times have been queued")],
    ions: &[],
    has_current: false,
    has_state: false,
    state_reads_voltage: false,
    weights: 0,
    amplifies_rounding: false,
    order: 104,
};

impl VecStim {
    /// Queues the next time. NEURON's translator writes `net_send(time - t)` as t + time - t, evaluated from the left,
    /// so that the spike may come some units in the last place beside the time given.
    fn queue_next(block: &mut Block, k: usize, t: f64, outbox: &mut Outbox) {
        let next = block.value(NEXT, k) as usize;
        if let Some(time) = block.schedules[k].get(next) {
            outbox.push(k, Emission::ToItself { at: t + time - t, flag: 1 });
            block.set(NEXT, k, (next + 1) as f64);
        }
    }
}

impl Mechanism for VecStim {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, context: &Context, _: &[f64], block: &mut Block, outbox: &mut Outbox) {
        for k in 0..block.len() {
            block.set(NEXT, k, 0.0);
            Self::queue_next(block, k, context.t, outbox);
        }
    }

    fn receive(&self, event: Event, _: &mut [f64], block: &mut Block, outbox: &mut Outbox) {
        if event.flag == 1 {
            outbox.push(event.instance, Emission::Spike(event.t));
            Self::queue_next(block, event.instance, event.t, outbox);
        }
    }
}
