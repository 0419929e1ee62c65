//! Counts of the outcomes of a comparison.

use std::fmt;

use crate::differential::{Candidate, Found, Outcome};
use crate::sensitivity::NUDGE;
use crate::simulator::SimulatorError;

/// The outcomes of all models, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Models on which NEURON crashed.
    pub crashed: usize,
    /// Models that NEURON refused.
    pub refused: usize,
    /// Models for which NEURON had no results in time.
    pub timed_out: usize,
    /// Models that NEURON ran.
    pub ran: usize,
    /// For each candidate, the models that NEURON ran.
    pub candidates: Vec<CandidateTally>,
}

/// The models that NEURON ran, by their outcome with one candidate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CandidateTally {
    /// Name of the candidate.
    pub label: String,
    /// Results within the bounds.
    pub agree: usize,
    /// Results out of bounds by no more than NEURON's own if `v_init` changes negligibly.
    pub sensitive: usize,
    /// Results within the bounds once NEURON has simultaneous events in the order of their connections.
    pub ordered: usize,
    /// Results out of bounds, or none.
    pub differ: usize,
}

impl Tally {
    /// Counts outcomes.
    ///
    /// # Errors
    /// The first failure of NEURON that is not due to a model.
    pub fn of(outcomes: &[Outcome], candidates: &[Candidate]) -> Result<Self, SimulatorError> {
        let mut tally = Self::default();
        for outcome in outcomes {
            match &outcome.expected {
                Ok(_) => tally.ran += 1,
                Err(SimulatorError::Crashed { .. }) => tally.crashed += 1,
                Err(SimulatorError::Refused { .. } | SimulatorError::Unsupported { .. }) => tally.refused += 1,
                Err(SimulatorError::TimedOut { .. }) => tally.timed_out += 1,
                Err(other) => return Err(other.clone()),
            }
        }
        tally.candidates = candidates
            .iter()
            .enumerate()
            .map(|(index, candidate)| {
                let found = outcomes.iter().filter_map(|outcome| outcome.found.get(index));
                found.fold(CandidateTally { label: candidate.label.clone(), ..CandidateTally::default() }, with)
            })
            .collect();
        Ok(tally)
    }

    /// True if NEURON ran a model and no candidate differs on any.
    pub fn is_agreement(&self) -> bool {
        self.ran > 0 && self.candidates.iter().all(|candidate| candidate.differ == 0)
    }
}

/// The counts with one more result.
fn with(mut tally: CandidateTally, found: &Found) -> CandidateTally {
    if found.agrees {
        tally.agree += 1;
    } else if found.agrees_in_order {
        tally.ordered += 1;
    } else if found.is_undecidable() {
        tally.sensitive += 1;
    } else {
        tally.differ += 1;
    }
    tally
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ran, crashed, refused, timed_out, .. } = self;
        let total = ran + crashed + refused + timed_out;
        write!(f, "NEURON ran {ran} of {total} models; crashed on {crashed}, refused {refused}")?;
        if *timed_out > 0 {
            write!(f, ", not in time for {timed_out}")?;
        }
        writeln!(f)?;
        for CandidateTally { label, agree, sensitive, ordered, differ } in &self.candidates {
            writeln!(f, "{label}: {agree} agree, {differ} differ")?;
            if *sensitive > 0 {
                writeln!(
                    f,
                    "    {sensitive} undecidable: NEURON's own results change as much if v_init changes by {NUDGE:e} mV or less"
                )?;
            }
            if *ordered > 0 {
                writeln!(
                    f,
                    "    {ordered} agree once NEURON has events of one instant in the order of their connections"
                )?;
            }
        }
        Ok(())
    }
}
