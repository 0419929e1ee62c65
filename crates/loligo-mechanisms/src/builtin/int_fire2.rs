//! An integrate-and-fire cell whose input current decays more slowly than its membrane potential.

use std::sync::{Arc, LazyLock};

use crate::block::Instances;
use crate::builtin::self_event::{NEVER, due, due_again};
use crate::environment::{Environment, Layout};
use crate::kernel::{Emission, Event, Kernel, Outbox};
use crate::math::{Exact, Math};
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Integrate-and-fire cell, `IntFire2`: taus di/dt = ib - i, an event adds its weight to i; taum dm/dt = i - m, and the
/// cell fires when m rises to 1, which sets m to 0 but leaves i.
///
/// i and m between events have a closed form, so the cell sends itself one event at the time of its next spike and
/// moves it at every input. That time is the result of a few Newton steps, with an error of about 1e-6 of a time
/// constant; the number of steps is part of the model.
///
/// taus must be above taum: otherwise taus becomes taum + 0.1 ms when a run is initialised. No message is printed,
/// neither in this case nor when the limit of Newton steps is reached (NEURON then prints a warning).
#[derive(Clone, Copy, Debug)]
pub struct IntFire2;

const TAUS: usize = 0; // ms
const TAUM: usize = 1; // ms
const IB: usize = 2; // 1
const I: usize = 3; // 1
const M: usize = 4; // 1
const T0: usize = 5; // ms
const WIDTH: usize = 6;

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("taus", "ms", 20.0, "decay time constant of the input current, above taum"),
            Variable::parameter("taum", "ms", 10.0, "time constant of the membrane"),
            Variable::parameter("ib", "1", 0.0, "constant input current; above 1 the cell fires by itself"),
            Variable::assigned("i", "1", "input current at the last event"),
            Variable::assigned("m", "1", "membrane state at the last event"),
            Variable::assigned("t0", "ms", "time of the last event"),
        ],
        weights: 1,
        sends_events: true,
        ..Signature::new(
            "IntFire2",
            "integrate-and-fire cell; an event starts a current that decays more slowly than the membrane",
            Kind::Artificial,
        )
    })
});

impl Mechanism for IntFire2 {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(*self))
    }
}

impl Kernel for IntFire2 {
    fn initialize(&self, t: f64, _: &[f64], mut instances: Instances<'_>, outbox: &mut Outbox) {
        for k in 0..instances.len() {
            let mut row: [f64; WIDTH] = instances.row(k);
            row[I] = row[IB];
            row[M] = 0.0;
            if row[TAUS] <= row[TAUM] {
                row[TAUS] = row[TAUM] + 0.1; // ms
            }
            row[T0] = t; // ms
            let delay = time_to_fire(row[TAUS], row[TAUM], row[IB], 0.0, 0.0); // ms
            outbox.push(k, Emission::ToItself { at: due(t, delay), flag: 1.0 });
            instances.set_row(k, row);
        }
    }

    fn receive(&self, event: Event<'_>, mut instances: Instances<'_>, outbox: &mut Outbox) {
        let (k, Event { t, flag, weights, .. }) = (0, event);
        let mut row: [f64; WIDTH] = instances.row(k);
        let [taus, taum, ib, i, m, t0] = row;
        let f = taus / (taus - taum);
        let excess = (i - ib) * Exact::exp(-(t - t0) / taus);
        row[I] = ib + excess;
        row[T0] = t; // ms
        if flag == 1.0 {
            outbox.push(k, Emission::Spike(t));
            row[M] = 0.0;
            let delay = time_to_fire(taus, taum, ib, (row[I] - ib) * f, 0.0); // ms
            outbox.push(k, Emission::ToItself { at: due_again(t, delay), flag: 1.0 });
        } else {
            row[M] = ib + f * excess + (m - (ib + (i - ib) * f)) * Exact::exp(-(t - t0) / taum);
            row[I] += weights.get(0).unwrap_or(0.0);
            // The pending self event of a spike at the same time may come after this input in the
            // queue.
            let at = if row[M] >= 1.0 { t } else { due(t, time_to_fire(taus, taum, ib, (row[I] - ib) * f, row[M])) }; // ms
            outbox.push(k, Emission::MoveTo(at));
        }
        instances.set_row(k, row);
    }
}

/// The first time (ms) at which a + b exp(-t/taus) + (c - a - b) exp(-t/taum) rises to 1, c < 1 being its value at 0;
/// [`NEVER`] if there is none.
///
/// With x = exp(-t/taum) and r = taum/taus the equation is 1 = a + b x^r + (c - a - b) x, to be solved for the largest
/// x in 0..1. Where the search from x = 1 would leave that range, x = exp(-t/taus) is the better variable.
fn time_to_fire(taus: f64, taum: f64, a: f64, b: f64, c: f64) -> f64 {
    if a <= 1.0 && a + b <= 1.0 {
        return NEVER;
    }
    let r = taum / taus;
    let rest = c - a - b;
    let slope = r * b + rest; // at x = 1
    let start = (1.0 - c + slope) / slope; // where the tangent at x = 1 reaches 1
    if a > 1.0 && b <= 0.0 {
        // The constant current alone makes the cell fire eventually.
        if slope >= 0.0 || start <= 0.0 {
            -taus * newton(a, rest, b, 1.0 / r, 0.0).ln()
        } else {
            -taum * newton(a, b, rest, r, start).ln()
        }
    } else {
        // m first rises to a maximum, which may be too low, or in the past.
        let top = (-rest / (r * b)).powf(1.0 / (r - 1.0));
        let height = a + b * top.powf(r) + rest * top;
        if top >= 1.0 || height <= 1.0 { NEVER } else { -taum * newton(a, b, rest, r, start).ln() }
    }
}

/// Solves 1 = a + b x^r + c x within 0 < x <= 1 from a given x, in at most 11 Newton steps.
fn newton(a: f64, b: f64, c: f64, r: f64, mut x: f64) -> f64 {
    for _ in 0..11 {
        let f = a + b * x.powf(r) + c * x;
        let slope = r * b * x.powf(r - 1.0) + c;
        let step = (1.0 - f) / slope;
        x += step;
        if x <= 0.0 {
            x = 1e-4;
        } else if x > 1.0 {
            x = 1.0;
        }
        let unfinished = step.abs() > 1e-6 || (f - 1.0).abs() > 1e-6;
        if !unfinished {
            break;
        }
    }
    x
}
