//! A synapse with spike-timing-dependent plasticity, `stdpsyn`.
//!
//! A connection becomes stronger when its event comes before a spike of the cell (the voltage rises above `thresh`),
//! and weaker when it comes after. Its weights: the initial conductance, the learnt conductance, the time of its last
//! event.

use std::sync::Arc;

use loligo::kernels::math::{Exact, Math};
use loligo::kernels::{
    CompileError, Emission, Environment, Event, Instances, Kernel, Kind, Layout, Mechanism, Membrane, Outbox,
    Signature, Variable,
};

use super::{add_current, decay};

/// The synapse.
#[derive(Debug)]
pub struct PlasticSynapse(Arc<Signature>);

const TAU: usize = 0; // ms
const E: usize = 1; // mV
const THRESH: usize = 2; // mV
const UP: usize = 3; // uS
const DOWN: usize = 4; // uS
const TAUUP: usize = 5; // ms
const TAUDOWN: usize = 6; // ms
const I: usize = 7; // nA
const TPOST: usize = 8; // ms
const G: usize = 9; // uS

const GIVEN: usize = 0; // uS, a weight
const LEARNT: usize = 1; // uS, a weight
const LAST: usize = 2; // ms, a weight

const START: f64 = 1.0; // a flag
const SPIKE: f64 = 2.0; // a flag

const LONG_AGO: f64 = -1e9; // ms

impl Default for PlasticSynapse {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("tau", "ms", 3.0, "decay time constant of the conductance").within(1e-9, 1e9),
                Variable::parameter("e", "mV", 0.0, "reversal potential"),
                Variable::parameter("thresh", "mV", -20.0, "a spike rises above it"),
                Variable::parameter("up", "uS", 2e-4, "learnt from an event just before a spike"),
                Variable::parameter("down", "uS", 1e-4, "lost by an event just after a spike"),
                Variable::parameter("tauup", "ms", 15.0, "how long before").within(1e-9, 1e9),
                Variable::parameter("taudown", "ms", 25.0, "how long after").within(1e-9, 1e9),
                Variable::output("i", "nA", "current"),
                Variable::assigned("tpost", "ms", "time of the last spike"),
                Variable::state("g", "uS", "conductance"),
            ],
            has_current: true,
            has_state: true,
            weights: 3,
            sends_events: true,
            initializes_connections: true,
            visits_connections: true,
            ..Signature::new(
                "stdpsyn",
                "synapse that learns from the times of spikes",
                Kind::Point { electrode: false },
            )
        }))
    }
}

impl Mechanism for PlasticSynapse {
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
    fn initialize(&self, t: f64, _: &[f64], mut instances: Instances<'_>, outbox: &mut Outbox) {
        instances.fill(G, 0.0);
        instances.fill(TPOST, LONG_AGO);
        for k in 0..instances.len() {
            outbox.push(k, Emission::ToItself { at: t, flag: START });
        }
    }

    fn initialize_connection(&self, mut event: Event<'_>, _: Instances<'_>, _: &mut Outbox) {
        event.weights[LEARNT] = 0.0;
        event.weights[LAST] = LONG_AGO;
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
        if flag == START {
            outbox.push(0, Emission::Watch { condition: 0, flag: SPIKE });
        } else if flag == SPIKE {
            let (up, tauup) = (instance.value(UP, 0), instance.value(TAUUP, 0));
            for connection in 0..weights.connections() {
                let weights = weights.of_connection(connection);
                weights[LEARNT] += up * Exact::exp((weights[LAST] - t) / tauup);
            }
            instance.set(TPOST, 0, t);
        } else {
            let g = instance.value(G, 0) + weights[GIVEN] + weights[LEARNT]; // uS
            instance.set(G, 0, g);
            let since = instance.value(TPOST, 0) - t; // ms, negative
            let lost = instance.value(DOWN, 0) * Exact::exp(since / instance.value(TAUDOWN, 0)); // uS
            weights[LEARNT] = (weights[LEARNT] - lost).max(-weights[GIVEN]);
            weights[LAST] = t;
        }
    }

    fn condition(&self, _: u32, v: f64, instance: Instances<'_>) -> f64 {
        v - instance.value(THRESH, 0)
    }
}
