//! An integrate-and-fire cell with fast excitation and slow inhibition.

use std::sync::{Arc, LazyLock};

use crate::block::Instances;
use crate::builtin::self_event::{NEVER, due, due_again};
use crate::environment::{Environment, Layout};
use crate::kernel::{Emission, Event, Kernel, Outbox};
use crate::math::{Exact, Math};
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Integrate-and-fire cell, `IntFire4`: an event of positive weight adds to an excitatory current that decays with
/// taue; one of negative weight starts an inhibitory current that rises and falls with taui1 and taui2; both drive a
/// membrane of time constant taum. The cell fires when m reaches 1 - eps, which sets m to 0 but leaves the currents.
///
/// Weights are scaled so that 1 alone brings m to a maximum of 1, and -1 to a minimum of -1. The cell sends itself an
/// event at a time before which m cannot reach 1, and repeats this from there, until m is within `eps` of 1.
///
/// The closed form of m needs taue < taui2, taui1 < taui2, and all four at least `taueps` apart. When a run is
/// initialised the time constants are changed to satisfy this, without a message (NEURON prints a warning for some of
/// these changes). `eps` and `taueps` are common to all cells in NEURON; here each cell has its own.
#[derive(Clone, Copy, Debug)]
pub struct IntFire4;

const TAUE: usize = 0; // ms
const TAUI1: usize = 1; // ms
const TAUI2: usize = 2; // ms
const TAUM: usize = 3; // ms
const EPS: usize = 4; // 1
const TAUEPS: usize = 5; // ms
const E: usize = 6; // 1
const I1: usize = 7; // 1
const I2: usize = 8; // 1
const M: usize = 9; // 1
const T0: usize = 10; // ms
const NSELF: usize = 11; // 1
const NEXCITE: usize = 12; // 1
const NINHIBIT: usize = 13; // 1
const KE: usize = 14; // 1/ms
const KI1: usize = 15; // 1/ms
const KI2: usize = 16; // 1/ms
const KM: usize = 17; // 1/ms
const AE: usize = 18; // 1/ms
const AI1: usize = 19; // 1/ms
const AI2: usize = 20; // 1/ms
const BE: usize = 21; // 1
const BI1: usize = 22; // 1
const BI2: usize = 23; // 1
const A: usize = 24; // 1
const B: usize = 25; // 1
const WIDTH: usize = 26;

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("taue", "ms", 5.0, "decay time constant of excitation").within(0.0, 1e9),
            Variable::parameter("taui1", "ms", 10.0, "rise time constant of inhibition").within(0.0, 1e9),
            Variable::parameter("taui2", "ms", 20.0, "decay time constant of inhibition").within(0.0, 1e9),
            Variable::parameter("taum", "ms", 50.0, "time constant of the membrane").within(0.0, 1e9),
            Variable::parameter("eps", "1", 1e-6, "how far below 1 the membrane state fires").within(1e-9, 0.01),
            Variable::parameter("taueps", "ms", 0.01, "smallest difference of two time constants").within(1e-9, 1e9),
            Variable::assigned("e", "1", "excitation at the last event"),
            Variable::assigned("i1", "1", "first stage of inhibition at the last event"),
            Variable::assigned("i2", "1", "inhibition at the last event"),
            Variable::assigned("m", "1", "membrane state at the last event"),
            Variable::assigned("t0", "ms", "time of the last event"),
            Variable::assigned("nself", "1", "self events so far"),
            Variable::assigned("nexcite", "1", "excitatory events so far"),
            Variable::assigned("ninhibit", "1", "inhibitory events so far"),
            Variable::assigned("ke", "1/ms", "1/taue"),
            Variable::assigned("ki1", "1/ms", "1/taui1"),
            Variable::assigned("ki2", "1/ms", "1/taui2"),
            Variable::assigned("km", "1/ms", "1/taum"),
            Variable::assigned("ae", "1/ms", "effect of e on dm/dt"),
            Variable::assigned("ai1", "1/ms", "effect of i1 on di2/dt"),
            Variable::assigned("ai2", "1/ms", "effect of i2 on dm/dt"),
            Variable::assigned("be", "1", "effect of e on m"),
            Variable::assigned("bi1", "1", "effect of i1 on i2"),
            Variable::assigned("bi2", "1", "effect of i2 on m"),
            Variable::assigned("a", "1", "effect of i1 on m by way of taui2"),
            Variable::assigned("b", "1", "effect of i1 on m by way of taui1"),
        ],
        weights: 1,
        sends_events: true,
        ..Signature::new(
            "IntFire4",
            "integrate-and-fire cell with a fast excitatory and a slow inhibitory current",
            Kind::Artificial,
        )
    })
});

type Row = [f64; WIDTH];

impl Mechanism for IntFire4 {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(*self))
    }
}

impl Kernel for IntFire4 {
    fn initialize(&self, t: f64, _: &[f64], mut instances: Instances<'_>, outbox: &mut Outbox) {
        for k in 0..instances.len() {
            let mut row: Row = instances.row(k);
            separate_time_constants(&mut row);
            normalize(&mut row);
            for column in [E, I1, I2, M, NSELF, NEXCITE, NINHIBIT] {
                row[column] = 0.0;
            }
            row[T0] = t; // ms
            outbox.push(k, Emission::ToItself { at: due(t, bound_of_time_to_fire(&row)), flag: 1.0 });
            instances.set_row(k, row);
        }
    }

    fn receive(&self, event: Event<'_>, mut instances: Instances<'_>, outbox: &mut Outbox) {
        let (k, Event { t, flag, weights, .. }) = (0, event);
        let mut row: Row = instances.row(k);
        [row[E], row[I1], row[I2], row[M]] = after(&row, t - row[T0]);
        row[T0] = t; // ms
        if row[M] > 1.0 - row[EPS] {
            outbox.push(k, Emission::Spike(t));
            row[M] = 0.0;
        }
        if flag == 1.0 {
            row[NSELF] += 1.0;
            outbox.push(k, Emission::ToItself { at: due_again(t, bound_of_time_to_fire(&row)), flag: 1.0 });
        } else {
            let weight = weights.get(0).unwrap_or(0.0);
            if weight > 0.0 {
                row[NEXCITE] += 1.0;
                row[E] += weight;
            } else {
                row[NINHIBIT] += 1.0;
                row[I1] += weight;
            }
            outbox.push(k, Emission::MoveTo(due(t, bound_of_time_to_fire(&row))));
        }
        instances.set_row(k, row);
    }
}

/// e, i1, i2 and m after `d` (ms) without events.
fn after(row: &Row, d: f64) -> [f64; 4] {
    let decay_e = Exact::exp(-row[KE] * d);
    let decay_i1 = Exact::exp(-row[KI1] * d);
    let decay_i2 = Exact::exp(-row[KI2] * d);
    let decay_m = Exact::exp(-row[KM] * d);
    [
        row[E] * decay_e,
        row[I1] * decay_i1,
        row[I2] * decay_i2 + row[BI1] * row[I1] * (decay_i2 - decay_i1),
        row[M] * decay_m
            + row[BE] * row[E] * (decay_m - decay_e)
            + (row[BI2] * row[I2] + row[A] * row[I1]) * (decay_m - decay_i2)
            - row[B] * row[I1] * (decay_m - decay_i1),
    ]
}

/// A time (ms) from now before which m does not reach 1: the time for a constant dm/dt. dm/dt can only fall, as
/// inhibition decays more slowly than excitation and the leak grows with m.
fn bound_of_time_to_fire(row: &Row) -> f64 {
    let slope = -row[KM] * row[M] + row[AE] * row[E] + row[AI2] * row[I2]; // 1/ms
    if slope <= 1e-9 { NEVER } else { (1.0 - row[M]) / slope }
}

/// Changes the time constants until they satisfy the conditions of the closed form.
fn separate_time_constants(row: &mut Row) {
    let [mut taue, mut taui1, mut taui2, mut taum, gap] = [TAUE, TAUI1, TAUI2, TAUM, TAUEPS].map(|column| row[column]); // ms
    let close = |x: f64, y: f64| (x - y).abs() < gap;

    // Far enough above 0 for all subtractions that may follow.
    if taui2 < 4.0 * gap {
        taui2 = 4.0 * gap;
    }
    if taui1 < 3.0 * gap {
        taui1 = 3.0 * gap;
    }
    if taue < 2.0 * gap {
        taue = 2.0 * gap;
    }

    if taue > taui2 || taui2 - taue < gap {
        taue = taui2 - gap;
    }
    if taui1 > taui2 {
        (taui1, taui2) = (taui2, taui1);
    }
    if taui2 - taui1 < gap {
        taui1 = taui2 - gap;
    }

    if taum <= taui2 {
        if taui2 - taum < gap {
            taum = taui2 - gap;
        }
        if close(taui1, taum) {
            taum = taui1 - gap;
        }
        // Rounding may make that difference smaller than the gap.
        if close(taui1, taum) {
            if taui1 - taum < 0.0 {
                taum = taui1 - gap;
            } else {
                taui1 = taum - gap;
            }
        }
        if close(taue, taum) {
            if taue - taum < 0.0 {
                taum = taue - gap;
            } else {
                taue = taum - gap;
            }
        }
        if close(taui1, taum) {
            taum = taui1 - gap;
        }
    } else if taum - taui2 < gap {
        taum = taui2 + gap;
    }
    [row[TAUE], row[TAUI1], row[TAUI2], row[TAUM]] = [taue, taui1, taui2, taum];
}

/// Computes the rates, and the factors with which the largest effect on m of a weight of 1, and of -1, equals
/// the weight.
fn normalize(row: &mut Row) {
    let [ke, ki1, ki2, km] = [TAUE, TAUI1, TAUI2, TAUM].map(|tau| 1.0 / row[tau]); // 1/ms
    [row[KE], row[KI1], row[KI2], row[KM]] = [ke, ki1, ki2, km];

    let peak = (km / ke).ln() / (km - ke); // ms, of m after e = 1
    row[BE] = 1.0 / (Exact::exp(-km * peak) - Exact::exp(-ke * peak));
    row[AE] = row[BE] * (ke - km);

    let peak = (ki2 / ki1).ln() / (ki2 - ki1); // ms, of i2 after i1 = 1
    row[BI1] = 1.0 / (Exact::exp(-ki2 * peak) - Exact::exp(-ki1 * peak));
    row[AI1] = row[BI1] * (ki1 - ki2);

    // The peak of m after i1 = 1 has no closed form; its height follows from the solution with bi2 = 1.
    [row[E], row[I1], row[I2], row[M]] = [0.0, 1.0, 0.0, 0.0];
    scale_inhibition(row, 1.0);
    let [.., height] = after(row, peak_of_inhibition(ki1, ki2, km));
    scale_inhibition(row, 1.0 / height);
}

/// Sets bi2 and the values that depend on it.
fn scale_inhibition(row: &mut Row, bi2: f64) {
    let [ki1, ki2, km] = [row[KI1], row[KI2], row[KM]]; // 1/ms
    row[BI2] = bi2;
    row[AI2] = bi2 * (ki2 - km);
    row[A] = bi2 * row[BI1];
    row[B] = row[A] * (ki2 - km) / (ki1 - km);
}

/// The time (ms) at which m is farthest from 0 after an inhibitory event: by bisection, to 1e-6 ms.
fn peak_of_inhibition(ki1: f64, ki2: f64, km: f64) -> f64 {
    // Has the sign of dm/dt if i1 were depolarising.
    let rise = |d: f64| {
        let leak = -km * Exact::exp(-d * km);
        (leak + ki2 * Exact::exp(-d * ki2)) / (ki2 - km) - (leak + ki1 * Exact::exp(-d * ki1)) / (ki1 - km)
    };
    // A decade that contains the peak. The search ends at 1e-9 ms and at 1e9 ms.
    let (mut low, mut high) = (1.0, 1.0); // ms
    if rise(low) < 0.0 {
        while rise(low) < 0.0 && low > 1e-9 {
            high = low;
            low /= 10.0;
        }
        if rise(low) < 0.0 {
            return 1e-9;
        }
    } else {
        while rise(high) > 0.0 && high < 1e9 {
            low = high;
            high *= 10.0;
        }
        if rise(high) > 0.0 {
            return 1e9;
        }
    }
    let mut middle = low; // ms
    while high - low > 1e-6 {
        middle = (low + high) / 2.0;
        if rise(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    middle
}
