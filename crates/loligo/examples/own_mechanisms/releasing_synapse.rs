//! A synapse with a release probability, `relsyn`; the numbers are drawn from a random stream of each instance.
//!
//! After a release there is a second, smaller one at a random time, at which the synapse sends an event to its own
//! connections: it is a source. Weights of a connection: the conductance, and the number of releases so far.

use std::sync::Arc;

use loligo::kernels::{
    CompileError, Emission, Environment, Event, Instances, Kernel, Kind, Layout, Mechanism, Membrane, Outbox,
    Signature, Variable,
};

use super::{add_current, decay};

/// The synapse.
#[derive(Debug)]
pub struct ReleasingSynapse(Arc<Signature>);

const TAU: usize = 0; // ms
const E: usize = 1; // mV
const P: usize = 2; // 1
const LATE: usize = 3; // ms
const I: usize = 4; // nA
const G: usize = 5; // uS

const CONDUCTANCE: usize = 0; // uS, a weight
const RELEASES: usize = 1; // 1, a weight

const SECOND: f64 = 5.0; // a flag

impl Default for ReleasingSynapse {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("tau", "ms", 2.0, "decay time constant of the conductance").within(1e-9, 1e9),
                Variable::parameter("e", "mV", 0.0, "reversal potential"),
                Variable::parameter("p", "1", 0.6, "probability of release").within(0.0, 1.0),
                Variable::parameter("late", "ms", 1.5, "mean time to the second release").within(0.0, 1e9),
                Variable::output("i", "nA", "current"),
                Variable::state("g", "uS", "conductance"),
            ],
            has_current: true,
            has_state: true,
            weights: 2,
            sends_events: true,
            streams: vec!["release".to_owned()],
            ..Signature::new("relsyn", "synapse that releases with a probability", Kind::Point { electrode: false })
        }))
    }
}

impl Mechanism for ReleasingSynapse {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(Compiled { dt: environment.dt }))
    }
}

#[derive(Debug)]
struct Compiled {
    dt: f64, // ms
}

impl Kernel for Compiled {
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        instances.fill(G, 0.0);
        for k in 0..instances.len() {
            instances.stream(k, 0).reset(); // every run draws the same numbers
        }
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([e, g], [i]) = instances.columns([E, G], [I]);
        add_current(v, i, membrane, |k, v| g[k] * (v - e[k])); // nA
    }

    fn advance(&self, _: f64, _: &[f64], instances: Instances<'_>) {
        let ([tau], [g]) = instances.columns([TAU], [G]);
        decay(g, tau, self.dt);
    }

    fn receive(&self, event: Event<'_>, mut instance: Instances<'_>, outbox: &mut Outbox) {
        let Event { t, flag, mut weights, .. } = event;
        if flag == SECOND {
            instance.add(G, 0, 0.25 * weights[CONDUCTANCE]); // a self event has the weights of the event that led to it
            outbox.push(0, Emission::Spike(t));
        } else if instance.stream(0, 0).next_f64() < instance.value(P, 0) {
            instance.add(G, 0, weights[CONDUCTANCE]);
            weights[RELEASES] += 1.0;
            let late = instance.value(LATE, 0); // ms
            outbox.push(0, Emission::ToItself { at: t + instance.stream(0, 0).negexp(late), flag: SECOND });
        }
    }
}
