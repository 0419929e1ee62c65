//! An artificial cell, `burster`: adds up its inputs, which decay, and emits a burst of spikes when the sum exceeds 1.
//!
//! The intervals between the spikes are parameters; an input during a burst halves the time to the next spike. Weights
//! of a connection: its strength, and a factor that decreases with each event.

use std::sync::Arc;

use loligo::kernels::math::{Exact, Math};
use loligo::kernels::{
    CompileError, Emission, Environment, Event, Instances, Kernel, Kind, Layout, Mechanism, Outbox, Signature, Variable,
};

/// The cell.
#[derive(Debug)]
pub struct Burster(Arc<Signature>);

const TAU: usize = 0; // ms
const GAP: usize = 1; // ms, 3 of them
const M: usize = 4; // 1
const LEFT: usize = 5; // 1
const T0: usize = 6; // ms
const NEXT: usize = 7; // ms
const SPIKES: usize = 0; // 1, a global

const STRENGTH: usize = 0; // 1, a weight
const FACTOR: usize = 1; // 1, a weight

const SPIKE: f64 = 1.0; // a flag

const NEVER: f64 = 1e9; // ms

impl Default for Burster {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("tau", "ms", 10.0, "decay time constant of the sum").within(1e-9, 1e9),
                Variable::parameter("gap", "ms", 0.0, "times to the last spike but so many").within(0.0, 1e9).array(3),
                Variable::assigned("m", "1", "sum of the inputs"),
                Variable::assigned("left", "1", "spikes to come in this burst"),
                Variable::assigned("t0", "ms", "time of the last event"),
                Variable::assigned("next", "ms", "time of the next spike"),
            ],
            globals: vec![Variable::parameter("spikes", "1", 3.0, "spikes of a burst").within(1.0, 3.0)],
            weights: 2,
            sends_events: true,
            initializes_connections: true,
            ..Signature::new("burster", "cell without membrane that answers with bursts", Kind::Artificial)
        }))
    }
}

impl Mechanism for Burster {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(Compiled { spikes: environment.globals[SPIKES] }))
    }
}

#[derive(Debug)]
struct Compiled {
    spikes: f64,
}

impl Kernel for Compiled {
    fn initialize(&self, t: f64, _: &[f64], mut instances: Instances<'_>, outbox: &mut Outbox) {
        instances.fill(M, 0.0);
        instances.fill(LEFT, 0.0);
        instances.fill(T0, t);
        instances.fill(NEXT, NEVER);
        for k in 0..instances.len() {
            outbox.push(k, Emission::ToItself { at: t + NEVER, flag: SPIKE }); // to be moved
        }
    }

    fn initialize_connection(&self, mut event: Event<'_>, _: Instances<'_>, _: &mut Outbox) {
        event.weights[FACTOR] = 0.5;
    }

    fn receive(&self, event: Event<'_>, mut instance: Instances<'_>, outbox: &mut Outbox) {
        let Event { t, flag, mut weights, .. } = event;
        let decay = Exact::exp(-(t - instance.value(T0, 0)) / instance.value(TAU, 0));
        let m = instance.value(M, 0) * decay;
        instance.set(M, 0, m);
        instance.set(T0, 0, t);
        if flag == SPIKE {
            outbox.push(0, Emission::Spike(t));
            let left = instance.value(LEFT, 0) - 1.0;
            instance.set(LEFT, 0, left);
            let gap = if left > 0.0 { instance.value(GAP + left as usize, 0) } else { NEVER }; // ms
            instance.set(NEXT, 0, if left > 0.0 { t + gap } else { NEVER });
            outbox.push(0, Emission::ToItself { at: t + gap, flag: SPIKE });
            return;
        }
        let m = m + weights[STRENGTH] * weights[FACTOR];
        instance.set(M, 0, m);
        weights[FACTOR] *= 0.9;
        if instance.value(LEFT, 0) > 0.0 {
            let next = t + 0.5 * (instance.value(NEXT, 0) - t); // ms
            instance.set(NEXT, 0, next);
            outbox.push(0, Emission::MoveTo(next));
        } else if m > 1.0 {
            instance.set(M, 0, 0.0);
            instance.set(LEFT, 0, self.spikes);
            instance.set(NEXT, 0, t);
            outbox.push(0, Emission::MoveTo(t));
        }
    }
}
