//! A leaky integrate-and-fire cell whose inputs are instantaneous jumps.

use std::sync::{Arc, LazyLock};

use crate::block::Instances;
use crate::environment::{Environment, Layout};
use crate::kernel::{Emission, Event, Kernel, Outbox};
use crate::math::{Exact, Math};
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Integrate-and-fire cell, `IntFire1`: m decays to 0 with tau, an event adds its weight; above 1 the cell fires and
/// takes no input for `refrac` ms, after which m = 0.
#[derive(Clone, Copy, Debug)]
pub struct IntFire1;

const TAU: usize = 0; // ms
const REFRAC: usize = 1; // ms
const M: usize = 2; // 1
const T0: usize = 3; // ms
const REFRACTORY: usize = 4; // 0 or 1

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("tau", "ms", 10.0, "decay time constant").within(1e-9, 1e9),
            Variable::parameter("refrac", "ms", 5.0, "refractory period").within(0.0, 1e9),
            Variable::assigned("m", "1", "the state at the last event; 2 while refractory"),
            Variable::assigned("t0", "ms", "time of the last event"),
            Variable::assigned("refractory", "1", "1 while refractory"),
        ],
        weights: 1,
        sends_events: true,
        ..Signature::new(
            "IntFire1",
            "integrate-and-fire cell; an event of weight above 1 makes it fire",
            Kind::Artificial,
        )
    })
});

impl Mechanism for IntFire1 {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(*self))
    }
}

impl Kernel for IntFire1 {
    fn initialize(&self, t: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        instances.fill(M, 0.0);
        instances.fill(T0, t);
        instances.fill(REFRACTORY, 0.0);
    }

    fn receive(&self, event: Event<'_>, mut instances: Instances<'_>, outbox: &mut Outbox) {
        let (k, Event { t, flag, weights, .. }) = (0, event);
        if instances.value(REFRACTORY, k) == 0.0 {
            // A self event has no weight; it cannot arrive while the cell is excitable.
            let weight = weights.get(0).unwrap_or(0.0);
            let decay = Exact::exp(-(t - instances.value(T0, k)) / instances.value(TAU, k));
            let m = instances.value(M, k) * decay + weight;
            instances.set(T0, k, t); // ms
            instances.set(M, k, if m > 1.0 { 2.0 } else { m });
            if m > 1.0 {
                instances.set(REFRACTORY, k, 1.0);
                outbox.push(k, Emission::ToItself { at: t + instances.value(REFRAC, k), flag: 1.0 });
                outbox.push(k, Emission::Spike(t));
            }
        } else if flag == 1.0 {
            instances.set(T0, k, t); // ms
            instances.set(REFRACTORY, k, 0.0);
            instances.set(M, k, 0.0);
        }
    }
}
