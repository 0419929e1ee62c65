//! When an artificial cell is to hear from itself.

/// What stands for "not at all", ms: the cell always has one event to itself waiting, so that it can be moved.
pub(super) const NEVER: f64 = 1e9;

/// The time (ms) `delay` after `t`. A delay that is negative or NaN, from absurd parameters, ends the run in NEURON;
/// here it means [`NEVER`].
pub(super) fn due(t: f64, delay: f64) -> f64 {
    t + if delay >= 0.0 { delay } else { NEVER }
}

/// The same, for a cell that answers its own event. A delay that vanishes in the rounding of t, from an absurdly large
/// input or an absurdly small time constant, would bring the next such event at the same time, and so on for ever, as it
/// does in NEURON; here it comes 1 ns later.
pub(super) fn due_again(t: f64, delay: f64) -> f64 {
    let at = due(t, delay); // ms
    if at > t { at } else { (t + 1e-6).max(t.next_up()) }
}
