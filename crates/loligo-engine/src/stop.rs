//! Stopping a run from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A request to stop a run, made by another thread or a signal handler; copies refer to the same
/// run.
///
/// The run stops at the end of an epoch, and can continue from there. An epoch that takes longer than 0.2 s is
/// abandoned: the results before it remain, but to continue the run must be started anew.
#[derive(Clone, Debug)]
pub struct StopRequest {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    made: Instant,
    /// Time of the request, in microseconds after `made`, plus one; 0 if there is none.
    requested: AtomicU64,
    /// Time at which stopping is requested automatically, in the same form; 0 for never.
    deadline: AtomicU64,
    /// The simulated time (ms) at which a run is to stop, as bits; infinite for none.
    time: AtomicU64,
}

impl StopRequest {
    /// Longest time that an epoch may continue after a request.
    const PATIENCE: Duration = Duration::from_millis(200);

    /// Requests a stop; only the first request sets the time. Returns true if a stop had been
    /// requested before.
    pub fn stop(&self) -> bool {
        let now = 1 + self.shared.made.elapsed().as_micros() as u64;
        self.shared.requested.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed).is_err()
    }

    /// Requests a stop automatically after this much time from now: a time budget for the run. A later call replaces an
    /// earlier one.
    pub fn stop_after(&self, budget: Duration) {
        let deadline = self.shared.made.elapsed().saturating_add(budget);
        self.shared.deadline.store(1 + u64::try_from(deadline.as_micros()).unwrap_or(u64::MAX - 1), Ordering::Relaxed);
    }

    /// Sets a simulated time (ms) at which runs end at the latest, regardless of their own end; infinity removes
    /// it.
    pub fn stop_at(&self, t: f64) {
        self.shared.time.store(t.to_bits(), Ordering::Relaxed);
    }

    /// The simulated time at which runs end at the latest, ms; infinite if none is set.
    pub fn latest_end(&self) -> f64 {
        f64::from_bits(self.shared.time.load(Ordering::Relaxed))
    }

    /// Withdraws all requests, so that the run can continue.
    pub fn withdraw(&self) {
        self.shared.requested.store(0, Ordering::Relaxed);
        self.shared.deadline.store(0, Ordering::Relaxed);
        self.stop_at(f64::INFINITY);
    }

    /// True if a stop was requested, or the time budget is used up.
    pub fn is_requested(&self) -> bool {
        let deadline = self.shared.deadline.load(Ordering::Relaxed);
        if deadline != 0 && self.shared.made.elapsed() >= Duration::from_micros(deadline - 1) {
            self.stop();
        }
        self.shared.requested.load(Ordering::Relaxed) != 0
    }

    /// True if the request is so old that the epoch must be abandoned.
    pub(crate) fn is_overdue(&self) -> bool {
        if !self.is_requested() {
            return false;
        }
        let requested = self.shared.requested.load(Ordering::Relaxed);
        requested != 0 && self.shared.made.elapsed() > Duration::from_micros(requested - 1) + Self::PATIENCE
    }
}

impl Default for StopRequest {
    fn default() -> Self {
        let time = AtomicU64::new(f64::INFINITY.to_bits());
        let [requested, deadline] = [0, 0].map(AtomicU64::new);
        Self { shared: Arc::new(Shared { made: Instant::now(), requested, deadline, time }) }
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    #[test]
    fn a_budget_that_is_spent_is_a_request() {
        let stop = StopRequest::default();
        stop.stop_after(Duration::from_secs(3600));
        assert!(!stop.is_requested());
        stop.stop_after(Duration::ZERO);
        assert!(stop.is_requested());
        stop.withdraw();
        assert!(!stop.is_requested() && !stop.is_overdue());
    }

    #[test]
    fn copies_share_what_is_asked_for() {
        let stop = StopRequest::default();
        let copy = stop.clone();
        assert!(!stop.stop());
        assert!(copy.is_requested() && copy.stop());
        copy.stop_at(5.0);
        assert_eq!(stop.latest_end(), 5.0); // ms
        stop.withdraw();
        assert_eq!(copy.latest_end(), f64::INFINITY);
    }

    #[test]
    fn an_epoch_has_0_2_s_from_the_first_request_on() {
        let request = StopRequest::default();
        sleep(StopRequest::PATIENCE + Duration::from_millis(20));
        assert!(!request.is_overdue(), "without a request nothing is overdue");
        request.stop();
        assert!(!request.is_overdue());
        sleep(Duration::from_millis(110));
        request.stop();
        sleep(Duration::from_millis(110));
        assert!(request.is_overdue(), "the second request does not count");
    }
}
