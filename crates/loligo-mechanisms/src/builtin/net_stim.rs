//! A train of spikes, regular or random.

use super::self_event::due;
use crate::description::{Description, Kind, Variable};
use crate::{Block, Context, Emission, Event, Mechanism, Outbox};

/// Spike train, `NetStim`: `number` spikes from `start` with mean `interval`; `noise` 0 is regular, 1 Poisson.
///
/// An interval is (1 - noise) interval + noise interval x, x drawn from the negative exponential distribution of mean 1
/// on the instance's own Random123 stream, which starts afresh with every run. A train that is off is started by an event
/// of positive weight; one of negative weight ends it. A negative `start` means that it waits for such an event.
#[derive(Clone, Copy, Debug)]
pub struct NetStim;

const INTERVAL: usize = 0; // ms
const NUMBER: usize = 1; // 1
const START: usize = 2; // ms
const NOISE: usize = 3; // 1
const EVENT: usize = 4; // ms
const ON: usize = 5; // 0 or 1
const SPIKES: usize = 6; // 1

const FROM_START: i32 = 3;
const NEXT: i32 = 1;

static DESCRIPTION: Description = Description {
    name: "NetStim",
    summary: "train of spikes, regular to Poisson",
    kind: Kind::Artificial,
    variables: &[
        Variable::parameter("interval", "ms", 10.0, "mean time between spikes").within(0.0, 1e9),
        Variable::parameter("number", "1", 10.0, "number of spikes"),
        Variable::parameter("start", "ms", 50.0, "most likely time of the first spike; negative: wait for an event"),
        Variable::parameter("noise", "1", 0.0, "0 regular to 1 Poisson; values outside are clamped"),
        Variable::assigned("event", "ms", "the last interval drawn"),
        Variable::assigned("on", "1", "1 while the train runs"),
        Variable::assigned("ispike", "1", "spikes so far"),
    ],
    ions: &[],
    has_current: false,
    has_state: false,
    state_reads_voltage: false,
    weights: 1,
    amplifies_rounding: false,
    order: 100,
};

impl NetStim {
    fn interval(block: &mut Block, k: usize) -> f64 {
        let noise = block.value(NOISE, k);
        let mean = block.value(INTERVAL, k); // ms
        let mean = if mean <= 0.0 { 0.01 } else { mean }; // ms
        if noise == 0.0 { mean } else { (1.0 - noise) * mean + noise * mean * block.streams[k].negexp(1.0) }
    }
}

impl Mechanism for NetStim {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, context: &Context, _: &[f64], block: &mut Block, outbox: &mut Outbox) {
        for k in 0..block.len() {
            block.streams[k].reset();
            block.set(ON, k, 0.0);
            block.set(SPIKES, k, 0.0);
            let noise = block.value(NOISE, k);
            if noise < 0.0 {
                block.set(NOISE, k, 0.0);
            }
            if noise > 1.0 {
                block.set(NOISE, k, 1.0);
            }
            if block.value(START, k) >= 0.0 && block.value(NUMBER, k) > 0.0 {
                block.set(ON, k, 1.0);
                let first = Self::interval(block, k);
                let own = block.value(INTERVAL, k) * (1.0 - block.value(NOISE, k)); // ms
                let event = block.value(START, k) + first - own; // ms
                let event = if event < 0.0 { 0.0 } else { event }; // ms
                block.set(EVENT, k, event);
                outbox.push(k, Emission::ToItself { at: due(context.t, event), flag: FROM_START });
            }
        }
    }

    fn receive(&self, event: Event, weight: &mut [f64], block: &mut Block, outbox: &mut Outbox) {
        let Event { instance: k, t, flag } = event;
        if flag == 0 {
            let weight = weight.first().copied().unwrap_or(0.0);
            if weight > 0.0 && block.value(ON, k) == 0.0 {
                self.begin(block, k);
                self.next_interval(block, k);
                let own = block.value(INTERVAL, k) * (1.0 - block.value(NOISE, k)); // ms
                let event = block.value(EVENT, k) - own; // ms
                block.set(EVENT, k, event);
                // Where `number` is 0 the train doesn't start, and this delay may be negative.
                outbox.push(k, Emission::ToItself { at: due(t, event), flag: NEXT });
            } else if weight < 0.0 {
                block.set(ON, k, 0.0);
            }
        }
        if flag == FROM_START && block.value(ON, k) == 1.0 {
            self.begin(block, k);
            outbox.push(k, Emission::ToItself { at: t, flag: NEXT });
        }
        if flag == NEXT && block.value(ON, k) == 1.0 {
            block.set(SPIKES, k, block.value(SPIKES, k) + 1.0);
            outbox.push(k, Emission::Spike(t));
            self.next_interval(block, k);
            if block.value(ON, k) == 1.0 {
                outbox.push(k, Emission::ToItself { at: due(t, block.value(EVENT, k)), flag: NEXT });
            }
        }
    }
}

impl NetStim {
    fn begin(&self, block: &mut Block, k: usize) {
        if block.value(NUMBER, k) > 0.0 {
            block.set(ON, k, 1.0);
            block.set(EVENT, k, 0.0);
            block.set(SPIKES, k, 0.0);
        }
    }

    fn next_interval(&self, block: &mut Block, k: usize) {
        if block.value(NUMBER, k) > 0.0 {
            let interval = Self::interval(block, k); // ms
            block.set(EVENT, k, interval);
        }
        if block.value(SPIKES, k) >= block.value(NUMBER, k) {
            block.set(ON, k, 0.0);
        }
    }
}
