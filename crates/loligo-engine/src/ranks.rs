//! Exchanges between the engines of all ranks: spikes, faults, results.

use serde::{Deserialize, Serialize};

use crate::cells::Detected;
use crate::communicator::{CommunicationError, Communicator, Messages, encode};
use crate::error::EngineError;
use crate::excess::Excess;
use crate::profile::Profile;
use crate::spike::Spike;

/// The ranks of a run, this one included.
#[derive(Debug)]
pub(crate) struct Ranks {
    communicator: Box<dyn Communicator>,
    message: Vec<u8>,
    received: Messages,
}

/// The message from every rank to all others at the end of an epoch.
#[derive(Serialize, Deserialize)]
struct Report {
    fault: Option<EngineError>,
    /// True if the rank has results to be handed on, or was asked to stop.
    pause: bool,
    spikes: Vec<Detected>,
}

/// The message of a rank to rank 0: results since the last such message.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) spikes: Vec<Spike>,
    pub(crate) recordings: Vec<RecordingResult>,
    pub(crate) profile: Profile,
    /// The rank's first unusual voltage.
    pub(crate) excess: Option<Excess>,
}

/// The new part of a recording.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RecordingResult {
    /// Index into the blueprint's recordings.
    pub(crate) recording: usize,
    pub(crate) samples: Vec<f64>,
    /// The variable's present value.
    pub(crate) value: f64,
}

impl Ranks {
    pub(crate) fn new(communicator: Box<dyn Communicator>) -> Self {
        Self { communicator, message: Vec::new(), received: Messages::default() }
    }

    pub(crate) fn communicator(&mut self) -> &mut dyn Communicator {
        &mut *self.communicator
    }

    pub(crate) fn rank(&self) -> usize {
        self.communicator.rank()
    }

    pub(crate) fn size(&self) -> usize {
        self.communicator.size()
    }

    /// Adds the spikes of all other ranks to those of this rank; a fault of any rank is a fault of all. Returns true if
    /// any rank requests a pause.
    pub(crate) fn exchange(
        &mut self,
        spikes: &mut Vec<Detected>,
        fault: Option<EngineError>,
        pause: bool,
    ) -> Result<bool, EngineError> {
        if self.size() == 1 {
            return fault.map_or(Ok(pause), Err);
        }
        self.message.clear();
        let report = Report { fault, pause, spikes: std::mem::take(spikes) };
        self.message = encode(&report, std::mem::take(&mut self.message))?;
        *spikes = report.spikes;
        self.communicator.all_gather(&self.message, &mut self.received)?;
        let own_rank = self.rank();
        let mut faults: Vec<EngineError> = report.fault.into_iter().collect();
        let mut pause = pause;
        for rank in (0..self.size()).filter(|&rank| rank != own_rank) {
            let report: Report = self.received.decode(rank)?;
            spikes.extend(report.spikes);
            faults.extend(report.fault);
            pause |= report.pause;
        }
        EngineError::first(faults).map_or(Ok(pause), Err)
    }

    /// Sends the values at this rank's places to all ranks, and fills in those of the others.
    pub(crate) fn share_values(&mut self, places: &[Vec<u32>], values: &mut [f64]) -> Result<(), EngineError> {
        const BYTES: usize = size_of::<f64>();
        self.message.clear();
        for &place in &places[self.rank()] {
            self.message.extend(values[place as usize].to_le_bytes());
        }
        self.communicator.all_gather(&self.message, &mut self.received)?;
        for (rank, places) in places.iter().enumerate() {
            let (told, rest) = self.received.of(rank).as_chunks::<BYTES>();
            if told.len() != places.len() || !rest.is_empty() {
                return Err(CommunicationError::Garbled { rank }.into());
            }
            for (&place, &value) in places.iter().zip(told) {
                values[place as usize] = f64::from_le_bytes(value);
            }
        }
        Ok(())
    }

    /// Sends results to rank 0, which receives those of every rank.
    pub(crate) fn gather(&mut self, results: &Results) -> Result<Vec<Results>, EngineError> {
        self.message.clear();
        self.message = encode(results, std::mem::take(&mut self.message))?;
        self.communicator.gather(&self.message, &mut self.received)?;
        (0..self.received.len()).map(|rank| Ok(self.received.decode(rank)?)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::communicator::{Alone, Threads};

    /// Runs every rank in a thread of its own; returns the result of each.
    fn run<T: Send + 'static>(ranks: usize, work: impl Fn(Ranks) -> T + Clone + Send + 'static) -> Vec<T> {
        let threads: Vec<_> = Threads::ranks(ranks)
            .into_iter()
            .map(|line| {
                let work = work.clone();
                std::thread::spawn(move || work(Ranks::new(Box::new(line))))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no rank panics")).collect()
    }

    fn spike(source: u32) -> Detected {
        Detected { source, t: f64::from(source) }
    }

    #[test]
    fn every_rank_has_the_spikes_of_all_its_own_first() {
        let found = run(3, |mut ranks| {
            let mut spikes = vec![spike(ranks.rank() as u32)];
            let pause = ranks.rank() == 2;
            let paused = ranks.exchange(&mut spikes, None, pause);
            (paused, spikes.iter().map(|spike| (spike.source, spike.t)).collect::<Vec<_>>())
        });
        let of = |order: [u32; 3]| (Ok(true), order.map(|source| (source, f64::from(source))).to_vec());
        assert_eq!(found, [of([0, 1, 2]), of([1, 0, 2]), of([2, 0, 1])]);
        assert_eq!(run(2, |mut ranks| ranks.exchange(&mut Vec::new(), None, false)), [Ok(false), Ok(false)]);
    }

    #[test]
    fn all_ranks_end_with_the_earliest_fault_of_any() {
        let fault = |t| EngineError::Stopped { step: 0, t };
        let found = run(3, move |mut ranks| {
            let own = [None, Some(fault(2.0)), Some(fault(1.0))][ranks.rank()].clone();
            ranks.exchange(&mut Vec::new(), own, false)
        });
        assert_eq!(found, vec![Err(fault(1.0)); 3]);
    }

    #[test]
    fn a_rank_alone_keeps_its_spikes_and_its_fault() {
        let mut ranks = Ranks::new(Box::new(Alone));
        let mut spikes = vec![spike(4)];
        assert_eq!(ranks.exchange(&mut spikes, None, true), Ok(true));
        assert_eq!(spikes.len(), 1);
        let fault = EngineError::Stopped { step: 0, t: 0.0 };
        assert_eq!(ranks.exchange(&mut spikes, Some(fault.clone()), true), Err(fault));
    }

    #[test]
    fn values_are_filled_in_bit_by_bit() {
        let nan = f64::from_bits(f64::NAN.to_bits() | 5);
        let found = run(2, move |mut ranks| {
            let places = [vec![0, 3], vec![1]];
            let mut values = [[nan, 7.0, 7.0, -0.0], [7.0, 0.1, 7.0, 7.0]][ranks.rank()];
            ranks.share_values(&places, &mut values).expect("both have what they say");
            values.map(f64::to_bits)
        });
        assert_eq!(found, [[nan, 0.1, 7.0, -0.0].map(f64::to_bits); 2]);
    }

    #[test]
    fn another_number_of_values_than_expected_is_an_error() {
        let found = run(2, |mut ranks| {
            // The ranks differ in the places that they expect from rank 1.
            let places = if ranks.rank() == 0 { [vec![0], vec![1]] } else { [vec![0], vec![1, 2]] };
            ranks.share_values(&places, &mut [0.0; 3])
        });
        assert_eq!(found, [Err(CommunicationError::Garbled { rank: 1 }.into()), Ok(())]);
    }

    #[test]
    fn rank_0_gathers_what_each_rank_gives() {
        let found = run(3, |mut ranks| {
            let own = Results { spikes: vec![Spike { t: 1.0, source: ranks.rank() }], ..Results::default() };
            let all = ranks.gather(&own).expect("the ranks are there");
            all.iter().map(|results| results.spikes[0].source).collect::<Vec<_>>()
        });
        assert_eq!(found, [vec![0, 1, 2], vec![], vec![]]);
    }
}
