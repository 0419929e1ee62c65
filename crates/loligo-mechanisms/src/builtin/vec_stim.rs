//! A given list of spikes.

use std::sync::{Arc, LazyLock};

use crate::block::Instances;
use crate::environment::{Environment, Layout};
use crate::handed_in::VectorSlot;
use crate::kernel::{Emission, Event, Kernel, Outbox};
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Given spikes, `VecStim`: fires at the times of a list in ascending order.
#[derive(Clone, Copy, Debug)]
pub struct VecStim;

const NEXT: usize = 0; // 1
/// Index among the lists of numbers.
const TIMES: usize = 0; // ms

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![Variable::assigned("index", "1", "how many of the times have been queued")],
        sends_events: true,
        vectors: vec![VectorSlot::times("times", "times of the spikes")],
        ..Signature::new("VecStim", "fires at the times of a given list", Kind::Artificial)
    })
});

impl VecStim {
    /// Queues the next time. NEURON's translator writes `net_send(time - t)` as t + time - t, evaluated from the left,
    /// so that the time of the spike may differ from the given one by some units in the last place.
    fn queue_next(instances: &mut Instances<'_>, k: usize, t: f64, outbox: &mut Outbox) {
        let next = instances.value(NEXT, k) as usize;
        if let Some(&time) = instances.vector(TIMES, k).get(next) {
            outbox.push(k, Emission::ToItself { at: t + time - t, flag: 1.0 });
            instances.set(NEXT, k, (next + 1) as f64);
        }
    }
}

impl Mechanism for VecStim {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(*self))
    }
}

impl Kernel for VecStim {
    fn initialize(&self, t: f64, _: &[f64], mut instances: Instances<'_>, outbox: &mut Outbox) {
        for k in 0..instances.len() {
            instances.set(NEXT, k, 0.0);
            Self::queue_next(&mut instances, k, t, outbox);
        }
    }

    fn receive(&self, event: Event<'_>, mut instances: Instances<'_>, outbox: &mut Outbox) {
        if event.flag == 1.0 {
            outbox.push(0, Emission::Spike(event.t));
            Self::queue_next(&mut instances, 0, event.t, outbox);
        }
    }
}
