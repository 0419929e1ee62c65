//! The number of steps between two checks for a request to stop.

use std::time::Duration;

use crate::simulation::recorded::STEPS_PER_REPORT;

/// Limits the steps of a stretch by the time that they take, so that a run of any size stops soon after a request, at
/// the end of a step, and can continue from there. Results do not depend on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    steps: u64,
}

impl Pace {
    /// Longest time of a stretch of more than one step.
    const LONGEST: Duration = Duration::from_millis(50);

    /// Products of steps and compartments that take less than that on usual computers.
    const USUAL: u64 = 4_000_000;

    /// The pace of a simulation that has not run yet.
    pub(crate) fn of(compartments: usize) -> Self {
        Self { steps: (Self::USUAL / (compartments as u64).max(1)).clamp(1, STEPS_PER_REPORT) }
    }

    /// The largest number of steps of the next stretch; whole epochs if possible.
    pub(crate) fn steps(self, epoch: u64) -> u64 {
        if self.steps > epoch { self.steps - self.steps % epoch } else { self.steps }
    }

    /// Takes the time of a stretch into account.
    pub(crate) fn adapt(&mut self, steps: u64, elapsed: Duration) {
        if elapsed > Self::LONGEST {
            // Half the longest time leaves room for steps that take longer than these.
            let fraction = Self::LONGEST.as_secs_f64() / (2.0 * elapsed.as_secs_f64());
            self.steps = ((steps as f64 * fraction) as u64).clamp(1, STEPS_PER_REPORT);
        } else if elapsed < Self::LONGEST / 4 && steps >= self.steps {
            self.steps = (2 * self.steps).min(STEPS_PER_REPORT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_simulations_take_whole_stretches() {
        let mut pace = Pace::of(1);
        assert_eq!(pace.steps(40), 400);
        pace.adapt(400, Duration::from_millis(1));
        assert_eq!((pace.steps(40), pace.steps(300), pace.steps(1000)), (400, 300, 400));
    }

    #[test]
    fn large_simulations_begin_with_few_steps() {
        assert_eq!(Pace::of(1_000_000).steps(1000), 4);
        assert_eq!(Pace::of(usize::MAX).steps(1000), 1);
    }

    #[test]
    fn stretches_take_at_most_a_twentieth_of_a_second() {
        let mut pace = Pace::of(1);
        pace.adapt(400, Duration::from_secs(1));
        assert_eq!(pace.steps(1000), 10);
        pace.adapt(10, Duration::from_millis(25));
        assert_eq!(pace.steps(1000), 10);
        pace.adapt(10, Duration::from_millis(1));
        assert_eq!(pace.steps(1000), 20);
        // A shorter stretch, before the end of the run, tells little.
        pace.adapt(3, Duration::from_millis(1));
        assert_eq!(pace.steps(1000), 20);
        pace.adapt(20, Duration::from_secs(100));
        assert_eq!(pace.steps(1000), 1);
    }
}
