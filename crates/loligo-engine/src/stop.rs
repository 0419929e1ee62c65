//! How another thread stops a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Asks a run to stop, from another thread or on a signal; copies ask the same run.
///
/// The run ends at the end of an epoch, and can go on from there. An epoch that takes longer than 0.2 s is abandoned: what was
/// computed before it stays, and to go on the run is started anew.
#[derive(Clone, Debug)]
pub struct StopRequest {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    made: Instant,
    /// When it was asked for, in microseconds after `made`, plus one; 0 if it was not.
    requested: AtomicU64,
}

impl StopRequest {
    /// How long an epoch may take until it ends.
    const PATIENCE: Duration = Duration::from_millis(200);

    /// Asks to stop; the first time counts. Returns whether that had been asked before.
    pub fn stop(&self) -> bool {
        let now = 1 + self.shared.made.elapsed().as_micros() as u64;
        self.shared.requested.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed).is_err()
    }

    /// Takes the request back, so that the run can go on.
    pub fn withdraw(&self) {
        self.shared.requested.store(0, Ordering::Relaxed);
    }

    /// Whether stopping was asked for.
    pub fn is_requested(&self) -> bool {
        self.shared.requested.load(Ordering::Relaxed) != 0
    }

    /// Whether it was asked for so long ago that an epoch is to be abandoned.
    pub(crate) fn is_overdue(&self) -> bool {
        let requested = self.shared.requested.load(Ordering::Relaxed);
        requested != 0 && self.shared.made.elapsed() > Duration::from_micros(requested - 1) + Self::PATIENCE
    }
}

impl Default for StopRequest {
    fn default() -> Self {
        Self { shared: Arc::new(Shared { made: Instant::now(), requested: AtomicU64::new(0) }) }
    }
}
