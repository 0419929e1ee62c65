//! The seeds of a configured run.

use loligo_random::{RngMode, Seeds};
use serde::{Deserialize, Serialize};

/// The generator and the seeds of a configured run: neurodamus's `RNGConfig`. All seeds are 0 unless given.
///
/// The circuit itself (random connections, values that vary) is drawn with the seed of its own file, so that runs with
/// different seeds are trials of one circuit. A seed without any effect in its circuit is an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RngConfig {
    /// The generator of noise (`[[stimulus]]` of the shape `noise`) and of spontaneous release; [`RngMode::Random123`]
    /// by default. The other two use [neurodamus's ids](Seeds::noise_in).
    pub mode: RngMode,
    /// `global_seed`: in the mode Random123 the global index of every random stream of the run. The streams of
    /// `[[stimulus]]` have the seed of the model file or their own as global index; there it is added.
    pub global_seed: u32,
    /// `IonChannelSeed`; only 0 or none, since there are no stochastic channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ion_channel_seed: Option<u32>,
    /// `StimulusSeed`: noise of `[[stimulus]]`; added to the second id of its streams.
    pub stimulus_seed: u32,
    /// `MinisSeed`: spontaneous release.
    pub minis_seed: u32,
    /// `SynapseSeed`; only 0 or none, since there are no stochastic synapses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synapse_seed: Option<u32>,
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

    /// Random123's global index: the global seed in the mode Random123, else 0, as in neurodamus.
    pub fn global_index(&self) -> u32 {
        if self.mode == RngMode::Random123 { self.global_seed } else { 0 }
    }
}
