//! Times of the self events of artificial cells.

/// Delay that stands for "never", ms: the cell always has one pending self event, so that it can be moved.
pub(super) const NEVER: f64 = 1e9;

/// The time (ms) `delay` after `t`. A delay that is negative or NaN, caused by unrealistic parameters, ends the run
/// in NEURON; here it means [`NEVER`].
pub(super) fn due(t: f64, delay: f64) -> f64 {
    t + if delay >= 0.0 { delay } else { NEVER }
}

/// The same, for a cell that sends an event in response to its own event. A delay that is lost in the rounding of t,
/// from an extremely large input or an extremely small time constant, would put the next such event at the same time,
/// and so on without end, as happens in NEURON; here the event is 1 ns later.
pub(super) fn due_again(t: f64, delay: f64) -> f64 {
    let at = due(t, delay); // ms
    if at > t { at } else { (t + 1e-6).max(t.next_up()) }
}
