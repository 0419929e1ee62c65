//! Time spent in each phase of a run.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// A phase of the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Detection of spikes.
    Threshold,
    /// Sorting and delivering events.
    Deliver,
    /// Currents and conductances, played waveforms at the middle of the step.
    Current,
    /// Assembling and solving the tree.
    Solve,
    /// States, played waveforms at the end of the step.
    State,
    /// Recording into memory.
    Record,
    /// Spikes and transferred values between groups, artificial cells.
    Exchange,
    /// Spikes between ranks, including the wait for the slowest of them.
    Ranks,
}

impl Phase {
    /// All phases in the order of the step.
    pub const ALL: [Self; 8] = [
        Self::Threshold,
        Self::Deliver,
        Self::Current,
        Self::Solve,
        Self::State,
        Self::Record,
        Self::Exchange,
        Self::Ranks,
    ];

    /// Name of the phase in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Threshold => "threshold",
            Self::Deliver => "deliver",
            Self::Current => "current",
            Self::Solve => "solve",
            Self::State => "state",
            Self::Record => "record",
            Self::Exchange => "exchange",
            Self::Ranks => "ranks",
        }
    }
}

/// Time spent in each phase, summed over groups (and so over threads).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    enabled: bool,
    spent: [Duration; 8],
}

impl Profile {
    /// A profile that measures if `enabled`, otherwise one without any cost.
    pub fn new(enabled: bool) -> Self {
        Self { enabled, ..Self::default() }
    }

    /// True if it measures.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Time spent in a phase.
    pub fn spent(&self, phase: Phase) -> Duration {
        self.spent[phase as usize]
    }

    /// Time spent in all phases.
    pub fn total(&self) -> Duration {
        self.spent.iter().sum()
    }

    /// Adds another profile's times.
    pub fn merge(&mut self, other: &Self) {
        for (own, others) in self.spent.iter_mut().zip(other.spent) {
            *own += others;
        }
    }

    #[inline]
    pub(crate) fn start(&self) -> Option<Instant> {
        self.enabled.then(Instant::now)
    }

    #[inline]
    pub(crate) fn stop(&mut self, phase: Phase, start: Option<Instant>) {
        if let Some(start) = start {
            self.spent[phase as usize] += start.elapsed();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    #[test]
    fn a_profile_that_is_not_enabled_measures_nothing() {
        let mut profile = Profile::new(false);
        let start = profile.start();
        assert_eq!(start, None);
        profile.stop(Phase::Solve, start);
        assert_eq!((profile.total(), profile.is_enabled()), (Duration::ZERO, false));
    }

    #[test]
    fn time_is_added_to_its_phase_alone() {
        let mut profile = Profile::new(true);
        for _ in 0..2 {
            let start = profile.start();
            sleep(Duration::from_millis(2));
            profile.stop(Phase::State, start);
        }
        assert!(profile.spent(Phase::State) >= Duration::from_millis(4));
        assert_eq!(profile.total(), profile.spent(Phase::State));
        let mut sum = profile;
        sum.merge(&profile);
        assert_eq!(sum.spent(Phase::State), 2 * profile.spent(Phase::State));
    }

    #[test]
    fn every_phase_has_a_place_and_a_name_of_its_own() {
        for (index, phase) in Phase::ALL.into_iter().enumerate() {
            assert_eq!(phase as usize, index);
            assert!(Phase::ALL[..index].iter().all(|other| other.name() != phase.name()));
        }
        assert_eq!(Profile::default().spent.len(), Phase::ALL.len());
    }
}
