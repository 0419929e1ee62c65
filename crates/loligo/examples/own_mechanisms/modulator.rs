//! A point process, `modulator`, that sets a variable of another mechanism, to which a pointer refers: the value is
//! base (1 + c), where c grows by the weight of each event and decays.

use std::sync::Arc;

use loligo::kernels::{
    CompileError, Environment, Event, Instances, Kernel, Kind, Layout, Mechanism, Outbox, Signature, Variable,
};

use super::decay;

/// The point process.
#[derive(Debug)]
pub struct Modulator(Arc<Signature>);

const BASE: usize = 0; // unit of the target
const TAU: usize = 1; // ms
const TARGET: usize = 2; // its unit
const C: usize = 3; // 1

impl Default for Modulator {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("base", "1", 1e-3, "value without events, in the unit of the target"),
                Variable::parameter("tau", "ms", 20.0, "decay time constant").within(1e-9, 1e9),
                Variable::written_pointer("target", "1", "what is changed"),
                Variable::state("c", "1", "relative change"),
            ],
            has_state: true,
            weights: 1,
            ..Signature::new("modulator", "changes a variable elsewhere", Kind::Point { electrode: false })
        }))
    }
}

impl Mechanism for Modulator {
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
    fn initialize(&self, _: f64, _: &[f64], instances: Instances<'_>, _: &mut Outbox) {
        let ([base], [target, c]) = instances.columns([BASE], [TARGET, C]);
        target.copy_from_slice(base);
        c.fill(0.0);
    }

    fn advance(&self, _: f64, _: &[f64], instances: Instances<'_>) {
        let ([base, tau], [target, c]) = instances.columns([BASE, TAU], [TARGET, C]);
        decay(c, tau, self.dt);
        for k in 0..c.len() {
            target[k] = base[k] * (1.0 + c[k]);
        }
    }

    fn receive(&self, event: Event<'_>, mut instance: Instances<'_>, _: &mut Outbox) {
        instance.add(C, 0, event.weights[0]);
    }
}
