//! The keys of a configuration, and those that are errors, with the reason.

/// An option of neurodamus for a feature that Loligo lacks, and the reason to report.
pub(crate) type Refused = (&'static str, &'static str);

pub(super) const CIRCUIT: [&str; 5] =
    ["circuit_path", "circuit_target", "morphology_path", "morphology_type", "population_id"];

pub(super) const CIRCUIT_REFUSED: [Refused; 6] = [
    ("nrn_path", "the connections of a circuit are in its model file; take it out"),
    ("cell_library_file", "the cells of a circuit are in its model file; take it out"),
    ("engine", "Loligo is the only engine; take it out"),
    ("me_combo_info_file", "cells are described in the model file, not by tables of templates; take it out"),
    ("me_type_path", "cells are described in the model file, not by HOC templates; take it out"),
    ("detailed_axon", "axons are always kept as the morphology has them; take it out"),
];

pub(super) const RUN: [&str; 8] =
    ["tstop", "dt", "v_init", "celsius", "spike_threshold", "integration_method", "numerics", "threads"];
pub(super) const SEEDS: [&str; 4] = ["mode", "global_seed", "stimulus_seed", "minis_seed"];
pub(super) const SEEDS_REFUSED: [Refused; 2] = [
    ("ion_channel_seed", "there are no stochastic ion channels; take it out"),
    ("synapse_seed", "there are no stochastic synapses; take it out"),
];

pub(super) const OPTIONS: [&str; 16] = [
    "dry_run",
    "simulate_model",
    "model_stats",
    "output_path",
    "lb_mode",
    "num_target_ranks",
    "restrict_connectivity",
    "restrict_features",
    "restrict_node_populations",
    "restrict_stimulus",
    "log_level",
    "debug_conn",
    "dump_cell_state",
    "save",
    "save_time",
    "restore",
];

pub(super) const OPTIONS_REFUSED: [Refused; 8] = [
    ("build_model", "a network is built in memory for every run, never on disk; take it out"),
    ("model_path", "a network is built in memory for every run, never on disk; take it out"),
    ("keep_build", "a network is built in memory for every run, never on disk; take it out"),
    ("modelbuilding_steps", "a network is built at once, in memory; take it out"),
    ("simulator", "Loligo is the only simulator; for NEURON's bits give numerics = \"exact\" in [run]"),
    ("enable_coord_mapping", "coordinates of segments are not written; take it out"),
    ("enable_shm", "no memory is shared between processes; take it out"),
    ("experimental_stims", "there are no experimental stimuli; take it out"),
];

pub(super) const OVERRIDE: [&str; 8] =
    ["name", "source", "target", "weight", "delay", "synapse_delay_override", "spont_minis", "synapse_configure"];
pub(super) const OVERRIDE_REFUSED: [Refused; 4] = [
    ("modoverride", "a synapse keeps its mechanism; change it in the circuit"),
    ("mod_override", "a synapse keeps its mechanism; change it in the circuit"),
    ("neuromodulation_dtc", "there is no neuromodulation; take it out"),
    ("neuromodulation_strength", "there is no neuromodulation; take it out"),
];

/// The keys of SONATA's table `conditions` that are in `[run]` here.
pub(super) const CONDITIONS: [&str; 2] = ["v_init", "celsius"];

pub(super) const CONDITIONS_REFUSED: [Refused; 5] = [
    ("spike_location", "where spikes are looked for is said by the connections of the circuit; take it out"),
    ("extracellular_calcium", "no synapse depends on extracellular calcium; take it out"),
    ("randomize_gaba_rise_time", "there are no stochastic synapses; take it out"),
    ("mechanisms", "parameters of mechanisms are in the circuit; give them there"),
    ("modifications", "a circuit is changed in its model file; take it out"),
];

/// All tables.
pub(super) const TABLES: [&str; 7] =
    ["circuit", "run", "conditions", "seeds", "options", "node_sets", "connection_overrides"];

/// Further tables of a SONATA configuration, and the place of their subject here.
pub(crate) const SONATA_REFUSED: [Refused; 9] = [
    ("version", "a configuration here has no version; take it out"),
    ("manifest", "paths are relative to the configuration's folder; write them out"),
    ("network", "SONATA circuits cannot be read yet; give a model file as circuit_path in [circuit]"),
    ("node_set", "give the cells that are simulated as circuit_target in [circuit]"),
    ("node_sets_file", "give the sets themselves in [node_sets]"),
    ("target_simulator", "Loligo is the only simulator; take it out"),
    ("inputs", "stimuli are in the circuit; give a [[stimulus]] there"),
    ("reports", "recordings are in the circuit; give a [[record]] there"),
    ("output", "give the folder as output_path in [options]; what is recorded is in the circuit"),
];

/// Seeds that are in SONATA's `run`, and their names in `[seeds]`.
pub(super) const SEEDS_IN_RUN: [(&str, &str); 6] = [
    ("random_seed", "global_seed"),
    ("base_seed", "global_seed"),
    ("stimulus_seed", "stimulus_seed"),
    ("minis_seed", "minis_seed"),
    ("ionchannel_seed", "ion_channel_seed"),
    ("synapse_seed", "synapse_seed"),
];

/// Other names of options, as folded paths, and the paths by which errors name them.
pub(crate) const OTHER_NAMES: [(&str, &str); 12] = [
    ("seeds.global", "seeds.globalseed"),
    ("seeds.randomseed", "seeds.globalseed"),
    ("seeds.baseseed", "seeds.globalseed"),
    ("run.randomseed", "seeds.globalseed"),
    ("run.baseseed", "seeds.globalseed"),
    ("run.stimulusseed", "seeds.stimulusseed"),
    ("run.minisseed", "seeds.minisseed"),
    ("run.ionchannelseed", "seeds.ionchannelseed"),
    ("run.synapseseed", "seeds.synapseseed"),
    ("run.secondorder", "run.integrationmethod"),
    ("conditions.vinit", "run.vinit"),
    ("conditions.celsius", "run.celsius"),
];

/// `true` if a key of `run` is a seed, as in SONATA.
pub(super) fn is_seed_in_run(key: &str) -> bool {
    SEEDS_IN_RUN.iter().any(|(name, _)| folded(name) == folded(key))
}

/// A name without the differences in spelling between neurodamus and SONATA.
pub(crate) fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}
