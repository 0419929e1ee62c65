//! A point process, `lif`, that turns the membrane of its segment into an integrate-and-fire cell: a spike resets the
//! voltage, an event adds to it, and the voltage is bounded from below. The weight of a connection is the jump of the
//! voltage, mV.

use std::sync::Arc;

use loligo::kernels::{
    CompileError, Emission, Environment, Event, Instances, Kernel, Kind, Layout, Mechanism, Outbox, Signature, Variable,
};

/// The point process.
#[derive(Debug)]
pub struct FireAndReset(Arc<Signature>);

const THRESH: usize = 0; // mV
const VRESET: usize = 1; // mV
const LOW: usize = 2; // mV
const REFRAC: usize = 3; // ms
const READY: usize = 4; // 0 or 1

const READY_AGAIN: f64 = 1.0; // a flag
const ABOVE: f64 = 2.0; // a flag
const BELOW: f64 = 3.0; // a flag

impl Default for FireAndReset {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("thresh", "mV", -45.0, "voltage of a spike"),
                Variable::parameter("vreset", "mV", -60.0, "voltage after a spike"),
                Variable::parameter("low", "mV", -75.0, "lowest voltage"),
                Variable::parameter("refrac", "ms", 3.0, "time without spikes after a spike").within(0.0, 1e9),
                Variable::assigned("ready", "1", "1 unless it is refractory"),
            ],
            weights: 1,
            sends_events: true,
            sets_voltage: true,
            ..Signature::new("lif", "spikes that set the voltage back", Kind::Point { electrode: false })
        }))
    }
}

impl Mechanism for FireAndReset {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(Compiled))
    }
}

#[derive(Debug)]
struct Compiled;

impl Kernel for Compiled {
    fn initialize(&self, t: f64, _: &[f64], mut instances: Instances<'_>, outbox: &mut Outbox) {
        instances.fill(READY, 0.0);
        for k in 0..instances.len() {
            outbox.push(k, Emission::ToItself { at: t, flag: READY_AGAIN });
        }
    }

    fn receive(&self, event: Event<'_>, mut instance: Instances<'_>, outbox: &mut Outbox) {
        let Event { t, v, flag, weights } = event;
        if flag == READY_AGAIN {
            instance.set(READY, 0, 1.0);
            outbox.push(0, Emission::Watch { condition: 0, flag: ABOVE });
            outbox.push(0, Emission::Watch { condition: 1, flag: BELOW });
        } else if flag == ABOVE {
            if instance.value(READY, 0) == 1.0 {
                instance.set(READY, 0, 0.0);
                *v = instance.value(VRESET, 0);
                outbox.push(0, Emission::Spike(t));
                outbox.push(0, Emission::ToItself { at: t + instance.value(REFRAC, 0), flag: READY_AGAIN });
            }
        } else if flag == BELOW {
            *v = instance.value(LOW, 0);
        } else {
            *v += weights[0];
        }
    }

    fn condition(&self, condition: u32, v: f64, instance: Instances<'_>) -> f64 {
        match condition {
            0 => v - instance.value(THRESH, 0),
            _ => -(v - instance.value(LOW, 0)),
        }
    }
}
