//! Recordings and spikes of all groups and ranks, gathered in rank 0.

use super::{Engine, RecorderPlace};
use crate::error::EngineError;
use crate::excess::Excess;
use crate::mechanism_times::{self, MechanismTime};
use crate::profile::Profile;
use crate::ranks::{RecordingResult, Results};
use crate::spike::Spike;

impl Engine {
    /// Sends rank 0 the spikes and samples of all ranks since the last call of [`drain`](Self::drain), which must
    /// follow. Does nothing with one rank.
    ///
    /// # Errors
    /// Ranks that cannot communicate.
    pub fn gather(&mut self) -> Result<(), EngineError> {
        if self.ranks.size() == 1 {
            return Ok(());
        }
        let is_root = self.ranks.rank() == 0;
        let mut own = Results { profile: self.profile(), excess: self.own_excess(), ..Results::default() };
        if !is_root {
            own.spikes.extend_from_slice(&self.router.spikes);
            for recording in 0..self.recorders.len() {
                if matches!(self.recorders[recording], RecorderPlace::Elsewhere { .. }) {
                    continue;
                }
                let samples = self.samples(recording).unwrap_or_default().to_vec();
                let value = self.value(recording).unwrap_or(f64::NAN);
                own.recordings.push(RecordingResult { recording, samples, value });
            }
        }
        self.profiles.clear();
        self.gathered_excess = None;
        for results in self.ranks.gather(&own)? {
            self.profiles.push(results.profile);
            self.gathered_excess = Excess::first(self.gathered_excess.into_iter().chain(results.excess));
            self.router.spikes.extend(results.spikes);
            for RecordingResult { recording, samples, value } in results.recordings {
                if let Some(&RecorderPlace::Elsewhere { gathered }) = self.recorders.get(recording) {
                    self.gathered[gathered].samples.extend(samples);
                    self.gathered[gathered].value = value;
                }
            }
        }
        Ok(())
    }

    /// Drops the spikes and samples so far and keeps the memory for others; to be called in every rank once the spikes
    /// and samples have been read.
    pub fn drain(&mut self) {
        self.groups.iter_mut().for_each(|group| group.cells.drain());
        self.router.drain();
        self.gathered.iter_mut().for_each(|recording| recording.samples.clear());
    }

    /// Time spent on each cell so far, s, returned in every rank for all cells: costs for another
    /// [distribution](crate::Distribution::LongestProcessingTimeFirst). The time of a group is divided among its cells
    /// in proportion to their estimated costs; with [`Options::group_nodes`](crate::Options::group_nodes) = 1 every cell is a group. All zero unless
    /// [`Options::profile`](crate::Options::profile) requests measurements.
    ///
    /// # Errors
    /// Ranks that cannot communicate.
    pub fn measured_costs(&mut self) -> Result<Vec<f64>, EngineError> {
        let mut estimated = vec![0.0; self.groups.len()];
        for (&group, cost) in self.group_of_cell.iter().zip(&self.estimated_costs) {
            estimated[group] += cost;
        }
        let measured = |group: usize| self.groups[group].cells.profile.total().as_secs_f64();
        let costs = self.group_of_cell.iter().zip(&self.estimated_costs);
        let own: Vec<(usize, f64)> = costs
            .zip(&self.cells)
            .map(|((&group, cost), &cell)| (cell, measured(group) * cost / estimated[group].max(f64::MIN_POSITIVE)))
            .collect();
        let mut all: Vec<(usize, f64)> = self.ranks.communicator().tell_all(&own)?.into_iter().flatten().collect();
        all.sort_by_key(|&(cell, _)| cell);
        Ok(all.into_iter().map(|(_, cost)| cost).collect())
    }

    /// Spikes of this rank since they were last [drained](Self::drain), in the order in which they were sent; in rank 0
    /// also the [gathered](Self::gather) spikes of other ranks, in any order.
    pub fn spikes(&self) -> &[Spike] {
        &self.router.spikes
    }

    /// Samples of a recording since they were last [drained](Self::drain); the first sample of a run is at t = 0.
    /// Samples of another rank's cells are available in rank 0 as far as [gathered](Self::gather), and in no other
    /// rank. `None` if there is no such recording.
    pub fn samples(&self, recording: usize) -> Option<&[f64]> {
        Some(match *self.recorders.get(recording)? {
            RecorderPlace::Group { group, recorder } => self.groups[group].cells.samples(recorder),
            RecorderPlace::Artificial(recorder) => &self.router.recorders[recorder].samples,
            RecorderPlace::Elsewhere { gathered } => &self.gathered[gathered].samples,
        })
    }

    /// The present value of a recorded variable; for another rank's cell the value last [gathered](Self::gather), or
    /// NaN. `None` if there is no such recording.
    pub fn value(&self, recording: usize) -> Option<f64> {
        Some(match *self.recorders.get(recording)? {
            RecorderPlace::Group { group, recorder } => self.groups[group].cells.recorded_value(recorder),
            RecorderPlace::Artificial(recorder) => self.router.recorded_value(recorder),
            RecorderPlace::Elsewhere { gathered } => self.gathered[gathered].value,
        })
    }

    /// The first unusual voltage of this rank's cells.
    fn own_excess(&self) -> Option<Excess> {
        Excess::first(self.groups.iter().filter_map(|group| group.cells.excess))
    }

    /// The first voltage above [`USUAL_VOLTAGE`](crate::USUAL_VOLTAGE) in magnitude since t = 0 or the restored state;
    /// in rank 0 that of all ranks, as last [gathered](Self::gather). `None` if there was none.
    pub fn excess(&self) -> Option<Excess> {
        Excess::first(self.own_excess().into_iter().chain(self.gathered_excess))
    }

    /// Time that this rank spent in each phase, summed over threads.
    pub fn profile(&self) -> Profile {
        let mut sum = self.profile;
        self.groups.iter().for_each(|group| sum.merge(&group.cells.profile));
        sum
    }

    /// Time that this rank spent on each mechanism, summed over threads, longest first; none unless
    /// [`Options::profile`](crate::Options::profile) requests measurements.
    pub fn mechanism_times(&self) -> Vec<MechanismTime> {
        mechanism_times::sum(self.groups.iter().map(|group| &group.cells.mechanism_times))
    }

    /// The profile of every rank, as last [gathered](Self::gather) by rank 0; with one rank, its
    /// own profile.
    pub fn profiles(&self) -> Vec<Profile> {
        if self.ranks.size() == 1 { vec![self.profile()] } else { self.profiles.clone() }
    }
}
