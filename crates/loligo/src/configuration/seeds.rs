//! The seeds of a configured run.

use loligo_random::{RngMode, Seeds};
use serde::{Deserialize, Serialize};

/// The seeds of a configured run: neurodamus's `RNGConfig`. All are 0 unless given.
///
/// The circuit itself (random connections, values that vary) is drawn by the seed of its own file, so that runs of
/// different seeds are trials of one circuit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RngConfig {
    /// The generator. A configured run has [`RngMode::Random123`] alone, which is also its default.
    pub mode: RngMode,
    /// `global_seed`: the global index of every random stream of the run; of `[[stimulus]]`, whose streams have the seed of
    /// the model file or their own as global index, it is added to that.
    pub global_seed: u32,
    /// `IonChannelSeed`; refused, since there are no stochastic channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ion_channel_seed: Option<u32>,
    /// `StimulusSeed`: noise of `[[stimulus]]`, added to the second id of its streams.
    pub stimulus_seed: u32,
    /// `MinisSeed`: spontaneous release.
    pub minis_seed: u32,
    /// `SynapseSeed`; refused, since there are no stochastic synapses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synapse_seed: Option<u32>,
}

impl Default for RngConfig {
    fn default() -> Self {
        Self {
            mode: RngMode::Random123,
            global_seed: 0,
            ion_channel_seed: None,
            stimulus_seed: 0,
            minis_seed: 0,
            synapse_seed: None,
        }
    }
}

impl RngConfig {
    /// The seeds as a value that makes streams.
    pub fn seeds(&self) -> Seeds {
        Seeds {
            global: self.global_seed,
            ion_channel: self.ion_channel_seed.unwrap_or(0),
            minis: self.minis_seed,
            stimulus: self.stimulus_seed,
            synapse: self.synapse_seed.unwrap_or(0),
        }
    }
}
