//! A train of spikes, regular or random.

use std::sync::{Arc, LazyLock};

use crate::block::Instances;
use crate::builtin::self_event::due;
use crate::environment::{Environment, Layout};
use crate::kernel::{Emission, Event, Kernel, Outbox};
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Spike train, `NetStim`: `number` spikes from `start` with mean `interval`; `noise` 0 is regular, 1 Poisson.
///
/// An interval is (1 - noise) interval + noise interval x. x is drawn from the negative exponential distribution of
/// mean 1, from the instance's own Random123 stream, which restarts with every run. A train that is off is started by
/// an event of positive weight; an event of negative weight ends it. With a negative `start` the train waits for such
/// an event.
#[derive(Clone, Copy, Debug)]
pub struct NetStim;

const INTERVAL: usize = 0; // ms
const NUMBER: usize = 1; // 1
const START: usize = 2; // ms
const NOISE: usize = 3; // 1
const EVENT: usize = 4; // ms
const ON: usize = 5; // 0 or 1
const SPIKES: usize = 6; // 1

const FROM_START: f64 = 3.0;
const NEXT: f64 = 1.0;

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("interval", "ms", 10.0, "mean time between spikes").within(0.0, 1e9),
            Variable::parameter("number", "1", 10.0, "number of spikes"),
            Variable::parameter(
                "start",
                "ms",
                50.0,
                "most likely time of the first spike; negative: wait for an event",
            ),
            Variable::parameter("noise", "1", 0.0, "0 regular to 1 Poisson; values outside are clamped"),
            Variable::assigned("event", "ms", "the last interval drawn"),
            Variable::assigned("on", "1", "1 while the train runs"),
            Variable::assigned("ispike", "1", "spikes so far"),
        ],
        weights: 1,
        sends_events: true,
        streams: vec!["noise".to_owned()],
        ..Signature::new("NetStim", "train of spikes, regular to Poisson", Kind::Artificial)
    })
});

impl NetStim {
    fn interval(instances: &mut Instances<'_>, k: usize) -> f64 {
        let noise = instances.value(NOISE, k);
        let mean = instances.value(INTERVAL, k); // ms
        let mean = if mean <= 0.0 { 0.01 } else { mean }; // ms
        if noise == 0.0 { mean } else { (1.0 - noise) * mean + noise * mean * instances.stream(k, 0).negexp(1.0) }
    }
}

impl Mechanism for NetStim {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(*self))
    }
}

impl Kernel for NetStim {
    fn initialize(&self, t: f64, _: &[f64], mut instances: Instances<'_>, outbox: &mut Outbox) {
        for k in 0..instances.len() {
            instances.stream(k, 0).reset();
            instances.set(ON, k, 0.0);
            instances.set(SPIKES, k, 0.0);
            let noise = instances.value(NOISE, k);
            if noise < 0.0 {
                instances.set(NOISE, k, 0.0);
            }
            if noise > 1.0 {
                instances.set(NOISE, k, 1.0);
            }
            if instances.value(START, k) >= 0.0 && instances.value(NUMBER, k) > 0.0 {
                instances.set(ON, k, 1.0);
                let first = Self::interval(&mut instances, k);
                let own = instances.value(INTERVAL, k) * (1.0 - instances.value(NOISE, k)); // ms
                let event = instances.value(START, k) + first - own; // ms
                let event = if event < 0.0 { 0.0 } else { event }; // ms
                instances.set(EVENT, k, event);
                outbox.push(k, Emission::ToItself { at: due(t, event), flag: FROM_START });
            }
        }
    }

    fn receive(&self, event: Event<'_>, mut instances: Instances<'_>, outbox: &mut Outbox) {
        let (k, Event { t, flag, weights, .. }) = (0, event);
        if flag == 0.0 {
            let weight = weights.get(0).unwrap_or(0.0);
            if weight > 0.0 && instances.value(ON, k) == 0.0 {
                self.begin(&mut instances, k);
                self.next_interval(&mut instances, k);
                let own = instances.value(INTERVAL, k) * (1.0 - instances.value(NOISE, k)); // ms
                let event = instances.value(EVENT, k) - own; // ms
                instances.set(EVENT, k, event);
                // If `number` is 0 the train does not start, and this delay may be negative.
                outbox.push(k, Emission::ToItself { at: due(t, event), flag: NEXT });
            } else if weight < 0.0 {
                instances.set(ON, k, 0.0);
            }
        }
        if flag == FROM_START && instances.value(ON, k) == 1.0 {
            self.begin(&mut instances, k);
            outbox.push(k, Emission::ToItself { at: t, flag: NEXT });
        }
        if flag == NEXT && instances.value(ON, k) == 1.0 {
            instances.set(SPIKES, k, instances.value(SPIKES, k) + 1.0);
            outbox.push(k, Emission::Spike(t));
            self.next_interval(&mut instances, k);
            if instances.value(ON, k) == 1.0 {
                outbox.push(k, Emission::ToItself { at: due(t, instances.value(EVENT, k)), flag: NEXT });
            }
        }
    }
}

impl NetStim {
    fn begin(&self, instances: &mut Instances<'_>, k: usize) {
        if instances.value(NUMBER, k) > 0.0 {
            instances.set(ON, k, 1.0);
            instances.set(EVENT, k, 0.0);
            instances.set(SPIKES, k, 0.0);
        }
    }

    fn next_interval(&self, instances: &mut Instances<'_>, k: usize) {
        if instances.value(NUMBER, k) > 0.0 {
            let interval = Self::interval(instances, k); // ms
            instances.set(EVENT, k, interval);
        }
        if instances.value(SPIKES, k) >= instances.value(NUMBER, k) {
            instances.set(ON, k, 0.0);
        }
    }
}
