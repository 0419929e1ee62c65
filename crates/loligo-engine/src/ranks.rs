//! What the engines of all ranks tell each other: spikes, faults, results.

use serde::{Deserialize, Serialize};

use crate::cells::Detected;
use crate::communicator::{CommunicationError, Communicator, Messages, encode};
use crate::error::EngineError;
use crate::profile::Profile;
use crate::spike::Spike;

/// The ranks of a run, this one included.
#[derive(Debug)]
pub(crate) struct Ranks {
    communicator: Box<dyn Communicator>,
    message: Vec<u8>,
    received: Messages,
}

/// What every rank tells every other at the end of an epoch.
#[derive(Serialize, Deserialize)]
struct Report {
    fault: Option<EngineError>,
    /// Whether the rank wants results to be handed on, or to stop.
    pause: bool,
    spikes: Vec<Detected>,
}

/// What a rank gives to rank 0: what is new since the last time.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) spikes: Vec<Spike>,
    pub(crate) recordings: Vec<RecordingResult>,
    pub(crate) profile: Profile,
}

/// What is new of a recording.
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

    /// Adds the spikes of all other ranks to one's own; a fault of any rank is a fault of all. Says whether any rank wants a
    /// pause.
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

    /// Tells all ranks the values that each of them has in its places, and fills in theirs.
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

    /// Gives results to rank 0, which gets what each rank gave.
    pub(crate) fn gather(&mut self, results: &Results) -> Result<Vec<Results>, EngineError> {
        self.message.clear();
        self.message = encode(results, std::mem::take(&mut self.message))?;
        self.communicator.gather(&self.message, &mut self.received)?;
        (0..self.received.len()).map(|rank| Ok(self.received.decode(rank)?)).collect()
    }
}
