//! A leaky integrate-and-fire cell of jumps.

use crate::description::{Description, Kind, Variable};
use crate::math::{Exact, Math};
use crate::{Block, Context, Emission, Event, Mechanism, Outbox};

/// Integrate-and-fire cell, `IntFire1`: m decays to 0 with tau, an event adds its weight; above 1 the cell fires and
/// takes no input for `refrac` ms, after which m = 0.
#[derive(Clone, Copy, Debug)]
pub struct IntFire1;

const TAU: usize = 0; // ms
const REFRAC: usize = 1; // ms
const M: usize = 2; // 1
const T0: usize = 3; // ms
const REFRACTORY: usize = 4; // 0 or 1

static DESCRIPTION: Description = Description {
    name: "IntFire1",
    summary: "integrate-and-fire cell; an event of weight above 1 makes it fire",
    kind: Kind::Artificial,
    variables: &[
        Variable::parameter("tau", "ms", 10.0, "decay time constant").within(1e-9, 1e9),
        Variable::parameter("refrac", "ms", 5.0, "refractory period").within(0.0, 1e9),
        Variable::assigned("m", "1", "the state at the last event; 2 while refractory"),
        Variable::assigned("t0", "ms", "time of the last event"),
        Variable::assigned("refractory", "1", "1 while refractory"),
    ],
    ions: &[],
    has_current: false,
    has_state: false,
    state_reads_voltage: false,
    weights: 1,
    amplifies_rounding: false,
    order: 101,
};

impl Mechanism for IntFire1 {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn initialize(&self, context: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        block.fill(M, 0.0);
        block.fill(T0, context.t);
        block.fill(REFRACTORY, 0.0);
    }

    fn receive(&self, event: Event, weight: &mut [f64], block: &mut Block, outbox: &mut Outbox) {
        let Event { instance: k, t, flag } = event;
        if block.value(REFRACTORY, k) == 0.0 {
            // A self event carries no weight; it can't come while the cell is excitable.
            let weight = weight.first().copied().unwrap_or(0.0);
            let decay = Exact::exp(-(t - block.value(T0, k)) / block.value(TAU, k));
            let m = block.value(M, k) * decay + weight;
            block.set(T0, k, t); // ms
            block.set(M, k, if m > 1.0 { 2.0 } else { m });
            if m > 1.0 {
                block.set(REFRACTORY, k, 1.0);
                outbox.push(k, Emission::ToItself { at: t + block.value(REFRAC, k), flag: 1 });
                outbox.push(k, Emission::Spike(t));
            }
        } else if flag == 1 {
            block.set(T0, k, t); // ms
            block.set(REFRACTORY, k, 0.0);
            block.set(M, k, 0.0);
        }
    }
}
