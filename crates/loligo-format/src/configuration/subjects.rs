//! Finds options that have no effect.

use loligo::{ArtificialCell, Network, SourceRef, VariableRef};
use loligo_random::RngMode;

use crate::configuration::error::ConfigurationError;
use crate::configuration::simulation_config::SimulationConfig;
use crate::configuration::source_text::OptionFault;
use crate::model_file::configured::Subjects;

/// `true` if spikes of a connection are detected at a voltage.
pub(super) fn is_of_voltage(source: &SourceRef) -> bool {
    matches!(source, SourceRef::Variable(VariableRef::Section { variable, .. }) if variable == "v")
}

/// Largest `population_id` that fits into the low index of MCellRan4.
const LARGEST_POPULATION: u16 = 255;

impl SimulationConfig {
    /// Options that have no effect in the circuit. Parts that another option switches off count as present.
    pub(super) fn idle_options(&self, network: &Network, subjects: Subjects) -> Vec<OptionFault> {
        let mut errors = Vec::new();
        let mut refuse = |option: &str, value: String, reason: &'static str| {
            let key = option.rsplit('.').next().unwrap_or(option);
            let error = ConfigurationError::Refused { option: format!("{key} = {value}"), reason };
            errors.push(OptionFault::new(option, error));
        };
        let (circuit, seeds) = (&self.circuit, &self.seeds);
        if let Some(path) = circuit.morphology_path.as_ref().filter(|_| subjects.relative_morphologies == 0) {
            let reason = match subjects.morphologies {
                0 => "the circuit reads no morphology file; take it out",
                _ => "the circuit gives the whole paths of its morphology files; take it out",
            };
            refuse("circuit.morphology_path", format!("\"{}\"", path.display()), reason);
        }
        if let Some(format) = circuit.morphology_type.filter(|_| subjects.morphologies == 0) {
            let reason = "the circuit reads no morphology file; take it out";
            refuse("circuit.morphology_type", format!("\"{}\"", format.extension()), reason);
        }

        let has_minis = self.connection_overrides.iter().any(|block| block.spont_minis.is_some_and(|rate| rate > 0.0));
        let has_noise = subjects.noise > 0 || subjects.other_noise > 0;
        let is_noisy = |cell: &ArtificialCell| {
            let noise = cell.mechanism.parameters.get("noise");
            cell.mechanism.name == "NetStim" && noise.is_some_and(|&noise| noise != 0.0)
        };
        let plays_noise =
            |target: &VariableRef| matches!(target, VariableRef::Artificial { variable, .. } if variable == "noise");
        let has_noisy_trains = network.artificial_cells.iter().any(is_noisy)
            || network.waveforms.iter().any(|played| plays_noise(&played.target));
        const NO_MINIS: &str = "no connection override has \"spont_minis\"; take it out";
        const ONE_SEED: &str = "in the mode Compatibility neurodamus has the global_seed alone; take it out";
        if seeds.global_seed != 0 {
            let value = seeds.global_seed.to_string();
            let acts = match seeds.mode {
                RngMode::Random123 => has_minis || has_noise || has_noisy_trains,
                RngMode::UpMCellRan4 => has_minis || subjects.noise > 0,
                RngMode::Compatibility => has_minis,
            };
            let reason = match seeds.mode {
                RngMode::Random123 => "nothing in this circuit draws random numbers during a run; take it out",
                RngMode::UpMCellRan4 => {
                    "in the mode UpMCellRan4 it acts on stimuli of the shape noise and on spont_minis, of which there \
                     are none; take it out"
                }
                RngMode::Compatibility => {
                    "in the mode Compatibility it acts on spont_minis alone, of which there are none; take it out"
                }
            };
            if !acts {
                refuse("seeds.global_seed", value, reason);
            }
        }
        if seeds.mode != RngMode::Random123 && !has_minis && subjects.noise == 0 {
            let reason =
                "modes differ in stimuli of the shape noise and in spont_minis, of which there are none; take it out";
            refuse("seeds.mode", format!("{:?}", seeds.mode), reason);
        }
        if seeds.stimulus_seed != 0 {
            let value = seeds.stimulus_seed.to_string();
            if seeds.mode == RngMode::Compatibility {
                refuse("seeds.stimulus_seed", value, ONE_SEED);
            } else if !has_noise {
                refuse(
                    "seeds.stimulus_seed",
                    value,
                    "no [[stimulus]] of the circuit draws random numbers; take it out",
                );
            }
        }
        if seeds.minis_seed != 0 {
            let value = seeds.minis_seed.to_string();
            if seeds.mode == RngMode::Compatibility {
                refuse("seeds.minis_seed", value, ONE_SEED);
            } else if !has_minis {
                refuse("seeds.minis_seed", value, NO_MINIS);
            }
        }
        if circuit.population_id != 0 {
            let value = circuit.population_id.to_string();
            if seeds.mode == RngMode::Compatibility {
                let reason = "in the mode Compatibility populations have no part in random streams; take it out";
                refuse("circuit.population_id", value, reason);
            } else if !has_minis {
                refuse("circuit.population_id", value, NO_MINIS);
            } else if seeds.mode == RngMode::UpMCellRan4 && circuit.population_id > LARGEST_POPULATION {
                let reason = "in the mode UpMCellRan4 random streams have room for 0 to 255; give such a number";
                refuse("circuit.population_id", value, reason);
            }
        }
        if let Some(threshold) = self.run.spike_threshold
            && !network.connections.iter().any(|connection| connection.source.is_some_and(is_of_voltage))
        {
            let reason =
                "the circuit looks for no spikes at a voltage; take it out, or add a [[connection]] or [[detector]]";
            refuse("run.spike_threshold", threshold.to_string(), reason);
        }
        errors
    }
}
