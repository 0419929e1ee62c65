//! Seeds of a configuration give trials of the noise of `[[stimulus]]`, by neurodamus's rule, and keep the file's own
//! noise if they are 0; stimuli can be selected by name; spontaneous release ends with its connections.

use std::path::PathBuf;

use loligo::prelude::*;
use loligo::random::{Generator, Random123, RngMode, Seeds};
use loligo_format::configuration::*;

const CIRCUIT: &str = r#"
[run]
tstop = 10.0
v_init = -65.0
seed = 3
[[cell]]
name = "a"
count = 2
section = [{ name = "soma", L = 20.0, diam = 20.0 }]
[[cell.point]]
name = "synapse"
mechanism = "ExpSyn"
section = "soma"
[[stimulus]]
name = "noise"
region = "all"
shape = [{ type = "noise", mean = 0.1, variance = 0.01, duration = 10.0, dt = 0.5 }]
[[stimulus]]
name = "given"
region = "all"
stream = [100, 500, 301]
seed = 9
shape = [{ type = "ornstein_uhlenbeck", tau = 2.0, sigma = 0.1, mean = 0.0, duration = 10.0, dt = 0.5 }]
[[stimulus]]
region = "all"
kind = "conductance"
reversal = 0.0
shape = [{ type = "pulse", amp = 0.001, duration = 10.0 }]
[[connection]]
from = "a[0].soma(0.5)"
to = "a[1].synapse"
threshold = 0.0
weight = 0.01
[[record]]
place = "a.soma(0.5).v"
"#;

fn build(name: &str, more: &str) -> Result<ConfiguredCircuit, ConfigurationError> {
    build_of(CIRCUIT, name, more)
}

fn build_of(circuit: &str, name: &str, more: &str) -> Result<ConfiguredCircuit, ConfigurationError> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("configuration_stimuli").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("circuit.toml"), circuit).unwrap();
    let text = format!("circuit.circuit_path = \"circuit.toml\"\n{more}");
    SimulationConfig::parse(&text, folder.join("c.toml"))?.build()
}

/// Values played into the k-th source of a network.
fn played(circuit: &ConfiguredCircuit, k: usize) -> Vec<f64> {
    circuit.model.network.waveforms[k].waveform.values().to_vec()
}

fn simulate(circuit: &ConfiguredCircuit) -> Vec<f64> {
    let mut simulation = Simulation::new(&circuit.model.network, &circuit.model.options).unwrap();
    simulation.run_until(circuit.model.tstop).unwrap();
    simulation.samples(0).unwrap().to_vec()
}

/// The values that a current source plays for a signal.
fn current(signal: SignalSource) -> Vec<f64> {
    let mut network = loligo_format::ModelFile::parse(CIRCUIT, "circuit.toml").unwrap().network;
    network.waveforms.clear();
    CurrentSource::new(signal).attach_to(&mut network, Location::new(0, 0, 0.5)).unwrap();
    network.waveforms[0].waveform.values().to_vec()
}

fn noise(mut stream: impl Generator) -> Vec<f64> {
    current(SignalSource::new().noise(0.1, 0.01, 10.0, Some(0.5), &mut stream).unwrap())
}

fn process(mut stream: Random123) -> Vec<f64> {
    current(SignalSource::new().ornstein_uhlenbeck(2.0, 0.1, 0.0, 10.0, Some(0.5), &mut stream).unwrap())
}

#[test]
fn seeds_give_trials_of_noise() {
    let plain = loligo_format::ModelFile::parse(CIRCUIT, "circuit.toml").unwrap();
    let none = build("seeds", "[seeds]\nstimulus_seed = 0\nglobal_seed = 0\nminis_seed = 0\n").unwrap();
    assert_eq!(none.model.network, plain.network);
    assert_eq!(played(&none, 0), noise(Random123::new(0, 1, 115).with_global_index(3)));

    // The seed is added to the second id of a given stream, as in neurodamus.
    let seeded = build("seeds", "seeds.StimulusSeed = 7\n").unwrap();
    assert_eq!(played(&seeded, 2), process(Random123::new(100, 507, 301).with_global_index(9)));
    assert_eq!(played(&seeded, 3), process(Random123::new(100, 507, 302).with_global_index(9)));
    // The second id of a stream without given ids differs much from those of all other stimuli.
    let second = 1_u32.wrapping_add(7_u32.wrapping_mul(2_654_435_761));
    assert_eq!(played(&seeded, 0), noise(Random123::new(0, second, 115).with_global_index(3)));
    // The global seed is added to the global index.
    let global = build("seeds", "seeds.random_seed = 5\n").unwrap();
    assert_eq!(played(&global, 0), noise(Random123::new(0, 1, 115).with_global_index(8)));
    assert_eq!(played(&global, 2), process(Random123::new(100, 500, 301).with_global_index(14)));
    // Stimuli without noise do not change.
    assert_eq!(played(&seeded, 4), played(&none, 4));
    assert_ne!(simulate(&none), simulate(&seeded));
    assert_ne!(simulate(&none), simulate(&global));
    assert_eq!(simulate(&seeded), simulate(&build("seeds", "seeds.StimulusSeed = 7\n").unwrap()));
}

#[test]
fn stimuli_are_left_out_or_chosen_by_name() {
    let count = |more: &str| {
        let circuit = build("names", more).unwrap();
        (circuit.changes.silent_stimuli, circuit.model.network.waveforms.len())
    };
    assert_eq!(count(""), (0, 6));
    let without = "options.restrict_features = [\"Replay\", \"SpontMinis\", \"SynConfigure\", \"LoadBalance\"]\n";
    assert_eq!(count(without), (6, 0));
    assert!(simulate(&build("names", without).unwrap()).iter().all(|&v| v == -65.0)); // mV
    assert_eq!(count("options.restrict_stimulus = [\"noise\"]\n"), (4, 2));
    assert_eq!(count("options.restrict_stimulus = [\"noise\", \"given\"]\n"), (2, 4));
    // Stimuli without a name have the name "stimulus".
    assert_eq!(count("options.restrict_stimulus = [\"stimulus\"]\n"), (4, 2));
    assert_eq!(count("options.restrict_stimulus = [\"stimulus[0]\"]\n"), (4, 2));
    let error = build("names", "options.restrict_stimulus = [\"x\"]\n").unwrap_err().to_string();
    assert!(error.ends_with("no cell has a stimulus \"x\"; there are given, noise, stimulus"), "{error}");
}

#[test]
fn spontaneous_release_ends_with_its_connection() {
    let block = "[[connection_overrides]]\nname = \"m\"\nsource = \"a\"\ntarget = \"a\"\nspont_minis = 500\n";
    let minis = |more: &str| build("minis", more).unwrap().changes.minis;
    assert!(minis(block) > 0);
    assert_eq!(minis(&format!("{block}weight = 0\n")), 0);
    assert_eq!(minis(&format!("options.restrict_connectivity = 2\n{block}")), 0);
    assert_eq!(minis(&format!("circuit.circuit_target = \"a[1]\"\n{block}")), 0);
    assert!(minis(&format!("options.restrict_features = [\"SpontMinis\"]\n{block}")) > 0);
    // A later weight is also that of the release.
    let later = format!(
        "{block}weight = 0\n[[connection_overrides]]\nname = \"l\"\nsource = \"a\"\ntarget = \"a\"\nweight = 2\ndelay = 5\n"
    );
    let circuit = build("minis", &later).unwrap();
    assert!(circuit.changes.minis > 0);
    let changes = &circuit.model.network.weight_changes;
    assert_eq!(
        changes.iter().map(|change| (change.connection, change.t, change.weight)).collect::<Vec<_>>(),
        [(0, 5.0, 0.02), (1, 5.0, 0.02)]
    );
}

/// The modes COMPATIBILITY and UPMCELLRAN4 make the noise of stimuli by neurodamus's ids: the number of the noise block
/// and the gid; other random numbers keep their Random123 streams, whose global index is not the global seed then.
#[test]
fn noise_follows_the_mode_of_the_generator() {
    let up = build("modes", "seeds = { mode = \"UpMCellRan4\", global_seed = 4, stimulus_seed = 5 }\n").unwrap();
    // The model's seed, 3, is added to the global one.
    let seeds = Seeds { global: 7, stimulus: 5, ..Seeds::default() };
    for gid in 0..2 {
        assert_eq!(played(&up, gid as usize), noise(seeds.noise_in(RngMode::UpMCellRan4, 0, gid)), "gid {gid}");
    }
    // As NEURON's `Random.MCellRan4(100, 7 + 5 + 1000)`, `normal(0.1, 0.01)` draws after the first number
    let drawn = [-0.0027657732549033476, -0.02429376771736802, 0.044646885860211184, 0.08462035051695088];
    let found: Vec<f64> = played(&up, 0).iter().map(|y| y.abs()).collect();
    assert!(found.windows(4).any(|values| values == drawn.map(f64::abs)), "{found:?}");
    assert_eq!(played(&up, 2), process(Random123::new(100, 505, 301).with_global_index(9)));

    let old = build("modes", "seeds.mode = \"Compatibility\"\n").unwrap();
    for gid in 0..2 {
        // neurodamus's seeds have no effect; the model's seed has.
        assert_eq!(played(&old, gid as usize), noise(Seeds::default().noise_in(RngMode::Compatibility, 3, gid)));
    }
    assert_eq!(played(&old, 2), process(Random123::new(100, 500, 301).with_global_index(9)));
    assert_eq!(up.model.network.global_index, 0);

    // Blocks of noise are numbered among themselves, gids are those of the cells, and given ids are interpreted.
    let noises = r#"
        [run]
        tstop = 10.0
        [[cell]]
        name = "a"
        count = 2
        gid = 40
        section = [{ name = "soma", L = 20.0, diam = 20.0 }]
        [[stimulus]]
        region = "all"
        shape = [{ type = "ornstein_uhlenbeck", tau = 2.0, sigma = 0.1, mean = 0.0, duration = 10.0, dt = 0.5 }]
        [[stimulus]]
        region = "all"
        shape = [{ type = "noise", mean = 0.1, variance = 0.01, duration = 10.0, dt = 0.5 }]
        [[stimulus]]
        region = "all"
        shape = [{ type = "noise", mean = 0.1, variance = 0.01, duration = 10.0, dt = 0.5 }]
        [[stimulus]]
        region = "all"
        stream = [101, 507, 341]
        shape = [{ type = "noise", mean = 0.1, variance = 0.01, duration = 10.0, dt = 0.5 }]
    "#;
    for (mode, name) in [(RngMode::UpMCellRan4, "UpdatedMCell"), (RngMode::Compatibility, "1")] {
        let name = if name == "1" { name.to_owned() } else { format!("\"{name}\"") };
        let circuit = build_of(noises, "blocks", &format!("seeds.mode = {name}\n")).unwrap();
        let expected = |block, gid, stimulus| noise(Seeds { stimulus, ..Seeds::default() }.noise_in(mode, block, gid));
        for (k, gid) in [(0, 40), (1, 41)] {
            assert_eq!(played(&circuit, 2 + k), expected(0, gid, 0));
            assert_eq!(played(&circuit, 4 + k), expected(1, gid, 0));
            assert_eq!(played(&circuit, 6 + k), expected(1, gid, 7));
        }
        let again = build_of(noises, "blocks", &format!("seeds.mode = {}\n", mode as u8)).unwrap();
        assert_eq!(again.model.network, circuit.model.network);
    }
}
