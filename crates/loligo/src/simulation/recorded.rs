//! Samples and spikes of a simulation, kept in memory or handed to a sink in stretches.

use std::sync::Arc;

use loligo_engine::Engine;
use serde::{Deserialize, Serialize};

use crate::network::references::SourceRef;
use crate::simulation::error::SinkError;

/// The largest number of steps between two checks for a request to stop.
pub(super) const STEPS_PER_REPORT: u64 = 400;

/// A spike; in memory its time, then its source.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Spike {
    /// Time, ms.
    pub t: f64,
    /// Index into [`Simulation::sources`](crate::Simulation::sources).
    pub source: usize,
}

/// Numbers of spikes, separately for cells with membrane and for artificial cells, because the latter are often given
/// input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpikeCounts {
    /// Spikes of cells with membrane.
    pub cells: usize,
    /// Spikes of artificial cells.
    pub artificial: usize,
}

impl SpikeCounts {
    /// The sum of both.
    pub fn total(self) -> usize {
        self.cells + self.artificial
    }

    /// Adds a spike.
    pub(crate) fn count(&mut self, source: &SourceRef) {
        match source.is_artificial() {
            true => self.artificial += 1,
            false => self.cells += 1,
        }
    }
}

/// Takes the samples and spikes of a simulation while it [runs](crate::Simulation::run_into), to write, send or reduce
/// them.
pub trait Sink {
    /// Takes the samples and spikes of a stretch of the run, which follows the previous stretch. It may be empty.
    ///
    /// # Errors
    /// A failure of the destination; it ends the run.
    fn take(&mut self, recorded: &Recorded) -> Result<(), SinkError>;

    /// Writes buffered data at the end of a run, complete or not. Another run may follow.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// The samples and spikes of a stretch of a run.
#[derive(Clone, Debug)]
pub struct Recorded {
    dt: f64,
    /// Steps between two samples of each recording.
    intervals: Vec<usize>,
    /// Lists that a caller shares are copied before they change.
    samples: Vec<Arc<Vec<f64>>>,
    spikes: Arc<Vec<Spike>>,
    /// The first step after which samples may have been taken, and the time (ms) then.
    start: (u64, f64),
    /// End of the stretch, ms.
    until: f64,
}

impl Recorded {
    /// Makes an empty stretch at t = 0.
    pub(crate) fn new(intervals: Vec<usize>, dt: f64) -> Self {
        Self {
            dt,
            samples: vec![Arc::default(); intervals.len()],
            intervals,
            spikes: Arc::default(),
            start: (0, 0.0),
            until: 0.0,
        }
    }

    /// Number of recordings.
    pub fn recordings(&self) -> usize {
        self.samples.len()
    }

    /// A recording's samples; `None` if there is no such recording.
    pub fn samples(&self, recording: usize) -> Option<&[f64]> {
        self.samples.get(recording).map(|samples| samples.as_slice())
    }

    /// The same, shared: the list keeps its samples while further ones are recorded.
    pub(crate) fn shared_samples(&self, recording: usize) -> Option<&Arc<Vec<f64>>> {
        self.samples.get(recording)
    }

    /// The times of a recording's samples, ms: sums of half steps, including rounding; `None` if there is no such
    /// recording.
    pub fn times(&self, recording: usize) -> Option<Vec<f64>> {
        let (every, count) = (*self.intervals.get(recording)?, self.samples.get(recording)?.len());
        let mut times = Vec::with_capacity(count);
        let (mut step, mut t) = self.start;
        while times.len() < count {
            if step.is_multiple_of(every as u64) {
                times.push(t);
            }
            t = self.after_a_step(t);
            step += 1;
        }
        Some(times)
    }

    /// Spikes, ordered by time; simultaneous ones by their sources.
    pub fn spikes(&self) -> &[Spike] {
        &self.spikes
    }

    /// The same, shared.
    pub(crate) fn shared_spikes(&self) -> &Arc<Vec<Spike>> {
        &self.spikes
    }

    /// End of the stretch, ms; a sample due at that time is included.
    pub fn until(&self) -> f64 {
        self.until
    }

    fn after_a_step(&self, t: f64) -> f64 {
        t + 0.5 * self.dt + 0.5 * self.dt // ms
    }

    /// Appends the samples and spikes of an engine and removes them there.
    pub(crate) fn take_from(&mut self, engine: &mut Engine) {
        for (recording, samples) in self.samples.iter_mut().enumerate() {
            let new = engine.samples(recording).unwrap_or_default();
            if !new.is_empty() {
                Arc::make_mut(samples).extend_from_slice(new);
            }
        }
        let by_time = |a: &Spike, b: &Spike| a.t.total_cmp(&b.t).then(a.source.cmp(&b.source));
        if !engine.spikes().is_empty() {
            let spikes = Arc::make_mut(&mut self.spikes);
            let known = spikes.len();
            spikes.extend(engine.spikes().iter().map(|spike| Spike { t: spike.t, source: spike.source }));
            spikes[known..].sort_by(by_time);
            // Those known before are in order: only the later ones of these can follow a new one.
            let later = spikes[..known].partition_point(|spike| by_time(spike, &spikes[known]).is_le());
            if later < known {
                spikes[later..].sort_by(by_time);
            }
        }
        engine.drain();
        self.until = engine.time();
    }

    /// Removes everything up to a step, at `t` (ms), and keeps the memory.
    pub(crate) fn clear(&mut self, step: u64, t: f64) {
        self.rewind();
        self.start = (step + 1, self.after_a_step(t));
        self.until = t;
    }

    /// Removes everything; the next samples start at t = 0.
    pub(crate) fn rewind(&mut self) {
        self.samples.iter_mut().for_each(empty);
        empty(&mut self.spikes);
        self.start = (0, 0.0);
        self.until = 0.0;
    }
}

/// Removes the entries of a list, and keeps its memory if it is not shared.
fn empty<T>(list: &mut Arc<Vec<T>>) {
    match Arc::get_mut(list) {
        Some(list) => list.clear(),
        None => *list = Arc::default(),
    }
}

/// The largest number of steps between two reports whose samples fit into `room`, at least 1; whole epochs if possible.
pub(super) fn longest_stretch(intervals: &[usize], room: usize, epoch: u64) -> u64 {
    let samples = |steps: u64| intervals.iter().map(|&every| steps.div_ceil(every as u64)).sum::<u64>();
    let (mut fits, mut least_too_long) = (1, STEPS_PER_REPORT + 1);
    while least_too_long - fits > 1 {
        let middle = fits.midpoint(least_too_long);
        if samples(middle) <= room as u64 {
            fits = middle;
        } else {
            least_too_long = middle;
        }
    }
    if fits > epoch { fits - fits % epoch } else { fits }
}
