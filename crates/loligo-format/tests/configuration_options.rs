//! Every given option of a configuration has an effect, or is an error with a reason; an option that asks for the
//! present state is neither. The test covers all options: those of the types, taken from a value with all of them, and
//! those of neurodamus and SONATA for features that Loligo lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use loligo::Numerics;
use loligo::random::RngMode;
use loligo_format::configuration;
use loligo_format::configuration::*;
use proptest::prelude::*;

/// A circuit in which every option has an effect.
const RICH: &str = r#"
[run]
tstop = 20.0
[[cell]]
name = "a"
count = 2
morphology = "cell.swc"
[[cell.paint]]
region = "all"
mechanism = "hh"
[[cell.point]]
name = "synapse"
mechanism = "ExpSyn"
section = "soma[0]"
[[cell]]
name = "b"
gid = 10
section = [{ name = "soma", L = 20.0, diam = 20.0 }]
[[cell.point]]
name = "synapse"
mechanism = "ExpSyn"
section = "soma"
[[cell.point]]
name = "electrode"
mechanism = "IClamp"
section = "soma"
dur = 5.0
amp = 0.1
[[artificial_cell]]
name = "train"
mechanism = "NetStim"
interval = 5.0
number = 3
noise = 1.0
[[artificial_cell]]
name = "replay"
mechanism = "VecStim"
times = [3.0]
[[stimulus]]
name = "noise"
region = "soma"
shape = [{ type = "noise", mean = 0.1, variance = 0.01, duration = 10.0 }]
[[gap_junction]]
a = "a[0].soma[0](0.5)"
b = "a[1].soma[0](0.5)"
conductance = 0.001
[[connection]]
from = "train"
to = "a.synapse"
pattern = "all-to-all"
weight = 0.01
[[connection]]
from = "replay"
to = "b.synapse"
weight = 0.01
[[connection]]
from = "a[0].soma[0](0.5)"
to = "b.synapse"
threshold = 0.0
weight = 0.01
delay = 1.0
[[record]]
place = "b.soma(0.5).v"
"#;

/// A circuit without morphologies, random numbers and thresholds.
const BARE: &str = r#"
[run]
tstop = 20.0
[[cell]]
name = "a"
section = [{ name = "soma", L = 20.0, diam = 20.0 }]
[[cell.point]]
name = "synapse"
mechanism = "ExpSyn"
section = "soma"
[[artificial_cell]]
name = "train"
mechanism = "NetStim"
[[connection]]
from = "train"
to = "a.synapse"
weight = 0.01
"#;

/// The expected result of an option.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// The circuit differs from the one without it.
    Acts,
    /// The option has an effect in the program that runs the circuit; the tests of the command check it.
    ByTheRunner,
    /// It asks for the present state: the circuit is unchanged.
    Nothing,
    /// The error names it and contains this text.
    Refused(&'static str),
}

use Expected::{Acts, ByTheRunner, Nothing, Refused};

/// An option, its value, the text after it in the file, the circuit, and the expected result.
type Case = (&'static str, &'static str, &'static str, &'static str, Expected);

const MINIS: &str = "[[connection_overrides]]\nsource = \"All\"\ntarget = \"All\"\nspont_minis = 100\n";
const COMPATIBILITY: &str = "seeds.mode = \"Compatibility\"\n";
const UPMCELLRAN4: &str = "seeds.mode = \"UpMCellRan4\"\n";

const CASES: &[Case] = &[
    ("circuit.circuit_path", "\"other.toml\"", "", "", Acts),
    ("circuit.circuit_path", "\"nowhere.toml\"", "", "", Refused("there is no file nowhere.toml")),
    ("circuit.circuit_target", "\"b\"", "", RICH, Acts),
    ("circuit.circuit_target", "\"nobody\"", "", RICH, Refused("there is none")),
    ("circuit.morphology_path", "\"elsewhere\"", "", RICH, Acts),
    (
        "circuit.morphology_path",
        "\"elsewhere\"",
        "",
        BARE,
        Refused("the circuit reads no morphology file; take it out"),
    ),
    ("circuit.morphology_type", "\"asc\"", "", RICH, Acts),
    ("circuit.morphology_type", "\"asc\"", "", BARE, Refused("the circuit reads no morphology file; take it out")),
    ("circuit.population_id", "3", MINIS, RICH, Acts),
    ("circuit.population_id", "3", "", RICH, Refused("no connection override has \"spont_minis\"; take it out")),
    ("circuit.population_id", "0", "", BARE, Nothing),
    ("seeds.mode", "\"UpMCellRan4\"", "", RICH, Acts),
    ("seeds.mode", "3", MINIS, BARE, Acts),
    ("seeds.mode", "\"Compatibility\"", "", RICH, Acts),
    ("seeds.mode", "1", "", BARE, Refused("spont_minis, of which there are none; take it out")),
    ("seeds.mode", "\"Random123\"", "", BARE, Nothing),
    ("seeds.mode", "2", "", BARE, Nothing),
    ("seeds.mode", "\"Mersenne\"", "", RICH, Refused("give \"Random123\", \"Compatibility\" or \"UpMCellRan4\"")),
    ("seeds.global_seed", "3", "", RICH, Acts),
    ("seeds.global_seed", "3", "", BARE, Refused("nothing in this circuit draws random numbers during a run")),
    ("seeds.global_seed", "0", "", BARE, Nothing),
    ("seeds.stimulus_seed", "3", "", RICH, Acts),
    ("seeds.stimulus_seed", "3", "", BARE, Refused("no [[stimulus]] of the circuit draws random numbers; take it out")),
    ("seeds.stimulus_seed", "0", "", BARE, Nothing),
    ("seeds.minis_seed", "3", MINIS, BARE, Acts),
    ("seeds.minis_seed", "3", "", RICH, Refused("no connection override has \"spont_minis\"; take it out")),
    ("seeds.minis_seed", "0", "", BARE, Nothing),
    ("seeds.ion_channel_seed", "0", "", BARE, Nothing),
    ("seeds.ion_channel_seed", "1", "", RICH, Refused("there are no stochastic ion channels; take it out")),
    ("seeds.synapse_seed", "0", "", BARE, Nothing),
    ("seeds.synapse_seed", "1", "", RICH, Refused("there are no stochastic synapses; take it out")),
    // Keys in SONATA's tables
    ("run.random_seed", "3", "", RICH, Acts),
    ("run.random_seed", "3", "", BARE, Refused("nothing in this circuit draws random numbers during a run")),
    ("run.stimulus_seed", "3", "", RICH, Acts),
    ("run.minis_seed", "3", MINIS, RICH, Acts),
    ("run.ionchannel_seed", "3", "", RICH, Refused("there are no stochastic ion channels; take it out")),
    ("run.synapse_seed", "3", "", RICH, Refused("there are no stochastic synapses; take it out")),
    ("conditions.v_init", "-70", "", RICH, Acts),
    ("conditions.celsius", "34", "", RICH, Acts),
    ("conditions.spike_location", "\"soma\"", "", RICH, Refused("by the connections of the circuit; take it out")),
    ("conditions.extracellular_calcium", "1.2", "", RICH, Refused("take it out")),
    ("conditions.randomize_gaba_rise_time", "false", "", RICH, Nothing),
    ("conditions.mechanisms", "{ x = { y = 1 } }", "", RICH, Refused("are in the circuit; give them there")),
    ("conditions.modifications", "[]", "", RICH, Nothing),
    ("run.tstop", "7", "", RICH, Acts),
    ("run.dt", "0.05", "", RICH, Acts),
    ("run.v_init", "-70", "", RICH, Acts),
    ("run.celsius", "34", "", RICH, Acts),
    ("run.spike_threshold", "-30", "", RICH, Acts),
    ("run.spike_threshold", "-30", "", BARE, Refused("the circuit looks for no spikes at a voltage; take it out")),
    ("run.integration_method", "1", "", RICH, Acts),
    ("run.second_order", "2", "", RICH, Acts),
    ("run.numerics", "\"exact\"", "", RICH, Acts),
    ("run.threads", "2", "", RICH, Acts),
    ("options.dry_run", "true", "", RICH, ByTheRunner),
    ("options.simulate_model", "false", "", RICH, ByTheRunner),
    ("options.model_stats", "true", "", RICH, ByTheRunner),
    ("options.output_path", "\"out\"", "", RICH, ByTheRunner),
    ("options.log_level", "3", "", RICH, ByTheRunner),
    ("options.debug_conn", "\"0,10\"", "", RICH, ByTheRunner),
    ("options.debug_conn", "[0, 10]", "", RICH, ByTheRunner),
    ("options.debug_conn", "10", "", RICH, ByTheRunner),
    ("options.debug_conn", "\"0,1,2\"", "", RICH, Refused("is no gid; give a whole number")),
    ("options.debug_conn", "7", "", RICH, Refused("no cell has the gid 7")),
    ("options.dump_cell_state", "\"10\"", "", RICH, ByTheRunner),
    ("options.dump_cell_state", "7", "", RICH, Refused("no cell has the gid 7")),
    ("options.save", "\"state\"", "", RICH, ByTheRunner),
    ("options.save", "false", "", RICH, Nothing),
    ("options.save_time", "3", "options.save = \"state\"\n", RICH, ByTheRunner),
    ("options.save_time", "3", "", RICH, Refused("needs \"save\", the file that keeps the state")),
    ("options.restore", "\"state\"", "", RICH, ByTheRunner),
    ("options.num_target_ranks", "16", "", RICH, Acts),
    ("options.lb_mode", "\"wholecell\"", "", RICH, Acts),
    ("options.lb_mode", "\"multisplit\"", "", RICH, Refused("Loligo keeps cells whole; take \"wholecell\"")),
    ("options.lb_mode", "\"wholecell\"", "options.restrict_features = []\n", RICH, Acts), // an effect on the report
    ("options.restrict_connectivity", "1", "", RICH, Acts),
    ("options.restrict_connectivity", "2", "", RICH, Acts),
    ("options.restrict_connectivity", "0", "", RICH, Nothing),
    ("options.restrict_features", "\"Replay,SpontMinis\"", "", RICH, Acts),
    ("options.restrict_features", "[\"LoadBalance\"]", "", RICH, Acts),
    (
        "options.restrict_features",
        "\"Stimuli, Replay\"",
        "",
        RICH,
        Refused("give some of Replay, SpontMinis, SynConfigure"),
    ),
    ("options.restrict_node_populations", "\"b, replay\"", "", RICH, Acts),
    ("options.restrict_node_populations", "\"b, replays\"", "", RICH, Refused("did you mean \"replay\"?")),
    ("options.restrict_stimulus", "\"noise\"", "", RICH, Acts),
    ("options.restrict_stimulus", "\"noise,electrode\"", "", RICH, Nothing), // all existing ones
    ("options.restrict_stimulus", "\"noise,electrod\"", "", RICH, Refused("did you mean \"electrode\"?")),
    ("node_sets.few", "[\"b\"]", "circuit.circuit_target = \"few\"\n", RICH, Acts),
    ("node_sets.few", "[99]", "", RICH, Refused("no cell has the gid 99")),
    // Off, none and nothing, in all spellings
    ("circuit.nrn_path", "\"<NONE>\"", "", BARE, Nothing),
    (
        "circuit.nrn_path",
        "\"edges\"",
        "",
        RICH,
        Refused("the connections of a circuit are in its model file; take it out"),
    ),
    ("circuit.cell_library_file", "\"cells\"", "", RICH, Refused("take it out")),
    ("circuit.engine", "\"METype\"", "", RICH, Refused("take it out")),
    ("circuit.me_combo_info_file", "\"x\"", "", RICH, Refused("take it out")),
    ("circuit.me_type_path", "\"x\"", "", RICH, Refused("take it out")),
    ("circuit.detailed_axon", "\"off\"", "", BARE, Nothing),
    ("circuit.detailed_axon", "true", "", RICH, Refused("take it out")),
    ("options.build_model", "\"AUTO\"", "", BARE, Nothing),
    ("options.build_model", "\"ON\"", "", RICH, Refused("take it out")),
    ("options.model_path", "\"\"", "", BARE, Nothing),
    ("options.model_path", "\"x\"", "", RICH, Refused("take it out")),
    ("options.keep_build", "false", "", BARE, Nothing),
    ("options.keep_build", "true", "", RICH, Refused("take it out")),
    ("options.modelbuilding_steps", "1", "", BARE, Nothing),
    ("options.modelbuilding_steps", "3", "", RICH, Refused("take it out")),
    ("options.simulator", "\"CORENEURON\"", "", RICH, Refused("numerics = \"exact\" in [run]")),
    ("options.enable_coord_mapping", "0", "", BARE, Nothing),
    ("options.enable_coord_mapping", "\"on\"", "", RICH, Refused("take it out")),
    ("options.enable_shm", "\"off\"", "", BARE, Nothing),
    ("options.enable_shm", "\"OFF\"", "", BARE, Nothing),
    ("options.enable_shm", "\"on\"", "", RICH, Refused("take it out")),
    ("options.experimental_stims", "\"false\"", "", BARE, Nothing),
    ("options.experimental_stims", "true", "", RICH, Refused("take it out")),
    // Options without effect because of other options
    ("seeds.global_seed", "3", COMPATIBILITY, RICH, Refused("it acts on spont_minis alone, of which there are none")),
    ("seeds.stimulus_seed", "3", COMPATIBILITY, RICH, Refused("neurodamus has the global_seed alone; take it out")),
    ("seeds.global_seed", "3", UPMCELLRAN4, RICH, Acts),
    ("seeds.stimulus_seed", "3", UPMCELLRAN4, RICH, Acts),
];

/// Keys of an override, each with the text before it in the override.
const OVERRIDE_CASES: &[Case] = &[
    ("name", "\"x\"", "source = \"b\"\ntarget = \"a\"\nweight = 2\n", RICH, Acts), // an effect on the warning
    ("source", "\"train\"", "target = \"All\"\nweight = 2\n", RICH, Acts),
    ("target", "\"b\"", "source = \"All\"\nweight = 2\n", RICH, Acts),
    ("weight", "2", "source = \"All\"\ntarget = \"All\"\n", RICH, Acts),
    ("delay", "3", "source = \"All\"\ntarget = \"All\"\nweight = 2\n", RICH, Acts),
    ("delay", "3", "source = \"All\"\ntarget = \"All\"\n", RICH, Refused("give it a \"weight\"")),
    ("synapse_delay_override", "3", "source = \"All\"\ntarget = \"All\"\n", RICH, Acts),
    ("spont_minis", "300", "source = \"All\"\ntarget = \"All\"\n", RICH, Acts),
    ("synapse_configure", "\"%s.tau = 3\"", "source = \"All\"\ntarget = \"b\"\n", RICH, Acts),
    (
        "synapse_configure",
        "\" \"",
        "source = \"All\"\ntarget = \"b\"\n",
        RICH,
        Refused("it changes nothing; give it a \"weight\""),
    ),
    (
        "name",
        "\"idle\"",
        "source = \"All\"\ntarget = \"All\"\n",
        RICH,
        Refused("it changes nothing; give it a \"weight\""),
    ),
    (
        "modoverride",
        "\"GluSynapse\"",
        "source = \"All\"\ntarget = \"All\"\nweight = 1\n",
        RICH,
        Refused("change it in the circuit"),
    ),
    ("mod_override", "\"<NONE>\"", "source = \"All\"\ntarget = \"All\"\nweight = 1\n", RICH, Nothing),
    ("neuromodulation_dtc", "50", "source = \"All\"\ntarget = \"All\"\nweight = 1\n", RICH, Refused("take it out")),
    ("neuromodulation_strength", "0.0", "source = \"All\"\ntarget = \"All\"\nweight = 1\n", RICH, Nothing),
];

/// Tables of SONATA that do not exist here.
const SONATA: [&str; 9] = [
    "version = 2.4",
    "manifest = { a = \"b\" }",
    "network = \"circuit_config.json\"",
    "node_set = \"Mosaic\"",
    "node_sets_file = \"node_sets.json\"",
    "target_simulator = \"NEURON\"",
    "inputs = { x = { module = \"linear\" } }",
    "reports = { x = { type = \"compartment\" } }",
    "output = { output_dir = \"out\" }",
];

/// A folder with the circuits and their morphologies.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("configuration_options");
    std::fs::create_dir_all(folder.join("elsewhere")).unwrap();
    let morphologies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../morphologies");
    for (from, to) in
        [("interneuron.swc", "cell.swc"), ("interneuron.asc", "cell.asc"), ("ball_and_stick.swc", "elsewhere/cell.swc")]
    {
        std::fs::copy(morphologies.join(from), folder.join(to)).unwrap();
    }
    for (name, text) in [("rich.toml", RICH), ("bare.toml", BARE), ("other.toml", BARE)] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    folder
});

fn build(text: &str) -> Result<ConfiguredCircuit, ConfigurationError> {
    SimulationConfig::parse(text, FOLDER.join("c.toml"))?.build()
}

fn circuit_path(circuit: &str) -> &'static str {
    match circuit {
        RICH => "circuit.circuit_path = \"rich.toml\"\n",
        BARE => "circuit.circuit_path = \"bare.toml\"\n",
        _ => "",
    }
}

/// A textual description of everything in a circuit.
fn words(circuit: &ConfiguredCircuit) -> String {
    format!("{circuit:?}")
}

/// Compares the circuits with and without an option; without a configuration, with the circuit alone.
fn check(name: &str, circuit: &str, without: &str, with: &str, expected: Expected) {
    let base = || words(&build(without).or_else(|_| build(circuit_path(circuit))).unwrap());
    match (expected, build(with)) {
        (Acts, Ok(circuit)) => assert_ne!(base(), words(&circuit), "{name} does nothing"),
        (Nothing | ByTheRunner, Ok(circuit)) => assert_eq!(base(), words(&circuit), "{name}"),
        (Refused(reason), Err(error)) => {
            let text = error.to_string();
            assert!(text.contains(reason), "{name}: {text}");
            // SONATA's seeds have SONATA's names here.
            let key = if name.starts_with("run.") { "seed" } else { name.rsplit('.').next().unwrap() };
            assert!(text.contains(key) || text.contains("spike_threshold"), "{name}: {text}");
        }
        (expected, Ok(_)) => panic!("{name} passes, but expected was {expected:?}"),
        (expected, Err(error)) => panic!("{name}: expected was {expected:?}: {error}"),
    }
}

#[test]
fn every_option_acts_or_is_refused() {
    for &(option, value, more, circuit, expected) in CASES {
        // Without a circuit the option is the path itself.
        let path = circuit_path(circuit);
        let circuit = if circuit.is_empty() { RICH } else { circuit };
        let without = format!("{}{more}", circuit_path(circuit));
        check(option, circuit, &without, &format!("{path}{option} = {value}\n{more}"), expected);
    }
    for &(key, value, block, circuit, expected) in OVERRIDE_CASES {
        let path = circuit_path(circuit);
        let block = |more: &str| format!("{path}[[connection_overrides]]\n{block}{more}");
        // An error that names the whole override need not name the key.
        let name = if matches!(expected, Refused(_)) { "connection_overrides" } else { key };
        check(name, circuit, &block(""), &block(&format!("{key} = {value}\n")), expected);
    }
    for table in SONATA {
        let error = build(&format!("{table}\n{}", circuit_path(RICH))).unwrap_err().to_string();
        let has_remedy = ["give ", "take it out", "write them out"].iter().any(|remedy| error.contains(remedy));
        assert!(error.contains("c.toml:1:1: ") && has_remedy, "{error}");
    }
}

/// All existing options, as paths.
fn options() -> BTreeSet<String> {
    let everything = SimulationConfig {
        circuit: CircuitConfig {
            circuit_path: "x".into(),
            circuit_target: Some("x".into()),
            morphology_path: Some("x".into()),
            morphology_type: Some(MorphologyType::Swc),
            population_id: 1,
        },
        run: RunConfig {
            tstop: Some(1.0),
            dt: Some(1.0),
            v_init: Some(1.0),
            celsius: Some(1.0),
            spike_threshold: Some(1.0),
            integration_method: Some(IntegrationMethod::Euler),
            numerics: Some(Numerics::Exact),
            threads: Some(1),
        },
        seeds: RngConfig {
            mode: RngMode::UpMCellRan4,
            global_seed: 1,
            ion_channel_seed: Some(1),
            stimulus_seed: 1,
            minis_seed: 1,
            synapse_seed: Some(1),
        },
        options: CliOptions {
            dry_run: true,
            simulate_model: true,
            model_stats: true,
            output_path: Some("x".into()),
            lb_mode: Some(LoadBalanceMode::Memory),
            num_target_ranks: Some(1),
            restrict_connectivity: RestrictConnectivity::NoProjections,
            restrict_features: Some(BTreeSet::new()),
            restrict_node_populations: Some(BTreeSet::new()),
            restrict_stimulus: Some(BTreeSet::new()),
            log_level: LogLevel::Debug,
            debug_conn: vec![1],
            dump_cell_state: Some("1".into()),
            save: Some("x".into()),
            save_time: Some(1.0),
            restore: Some("x".into()),
        },
        node_sets: BTreeMap::from([("few".into(), NodeSet::Gids(vec![1]))]),
        connection_overrides: vec![ConnectionOverride {
            name: "x".into(),
            source: "x".into(),
            target: "x".into(),
            weight: Some(1.0),
            delay: 1.0,
            synapse_delay_override: Some(1.0),
            spont_minis: Some(1.0),
            synapse_configure: Some("x".into()),
        }],
        folder: PathBuf::new(),
        source_text: configuration::SourceText::default(),
    };
    let value = serde_json::to_value(&everything).unwrap();
    let mut paths = BTreeSet::new();
    for (table, entries) in value.as_object().unwrap() {
        let entries = if let Some(list) = entries.as_array() { &list[0] } else { entries };
        paths.extend(entries.as_object().unwrap().keys().map(|key| format!("{table}.{key}")));
    }
    paths
}

#[test]
fn no_option_is_missing_in_the_walk_or_in_the_manual() {
    let walked: BTreeSet<String> = CASES
        .iter()
        .map(|(option, ..)| (*option).to_owned())
        .chain(OVERRIDE_CASES.iter().map(|(key, ..)| format!("connection_overrides.{key}")))
        .collect();
    let manual = include_str!("../src/configuration/guide.md");
    for option in options() {
        assert!(walked.contains(&option), "{option} is not in the walk");
        let key = option.rsplit('.').next().unwrap();
        let is_named = ["name", "source", "target", "few"].contains(&key)
            || [".", "`"].iter().any(|before| manual.contains(&format!("{before}{key}`")));
        assert!(is_named, "the manual does not name {option}");
    }
}

#[test]
fn seeds_in_the_place_of_sonata_are_the_seeds() {
    let of = |text: &str| build(&format!("{}{text}", circuit_path(RICH)));
    let seeds = "seeds = { global_seed = 3, stimulus_seed = 4, minis_seed = 5 }\n";
    let run = "run = { random_seed = 3, stimulus_seed = 4, minis_seed = 5, ionchannel_seed = 0, synapse_seed = 0 }\n";
    let [seeds, run] = [seeds, run].map(|text| words(&of(&format!("{text}{MINIS}")).unwrap()));
    assert_eq!(seeds, run);
    let error = of("run.random_seed = 3\nseeds.global_seed = 3\n").unwrap_err().to_string();
    assert!(error.contains("values for") && error.contains("global_seed"), "{error}");
    // The place of the error is in the file.
    let error = of("[run]\nminis_seed = 3\n").unwrap_err().to_string();
    assert!(error.contains("c.toml:3:14: seeds.minis_seed: minis_seed = 3: no connection override"), "{error}");
}

/// The number of a population has eight bits in the streams of MCellRan4, and none in those of the mode Compatibility.
#[test]
fn population_ids_have_room_in_their_mode() {
    let build =
        |mode: &str, id: u32| build(&format!("{}circuit.population_id = {id}\n{mode}{MINIS}", circuit_path(RICH)));
    assert!(build(UPMCELLRAN4, 255).is_ok());
    let error = build(UPMCELLRAN4, 256).unwrap_err().to_string();
    assert!(error.contains("circuit.population_id: ") && error.contains("have room for 0 to 255"), "{error}");
    let error = build(COMPATIBILITY, 1).unwrap_err().to_string();
    assert!(error.contains("populations have no part in random streams; take it out"), "{error}");
    assert!(build("", 65535).is_ok());
}

#[test]
fn what_another_option_switches_off_is_not_refused() {
    for text in [
        format!("seeds.minis_seed = 3\noptions.restrict_features = [\"Replay\"]\n{MINIS}"),
        "seeds.stimulus_seed = 3\noptions.restrict_features = []\n".to_owned(),
        "seeds.global_seed = 3\noptions.restrict_node_populations = [\"b\"]\n".to_owned(),
    ] {
        build(&format!("{}{text}", circuit_path(RICH))).unwrap();
    }
}

/// An absolute path does not depend on a folder of morphologies.
#[test]
fn a_folder_of_morphologies_that_none_is_relative_to_is_refused() {
    let text = RICH.replace("cell.swc", &FOLDER.join("cell.swc").display().to_string());
    std::fs::write(FOLDER.join("absolute.toml"), text).unwrap();
    let build = |more: &str| build(&format!("circuit.circuit_path = \"absolute.toml\"\n{more}"));
    build("circuit.morphology_type = \"asc\"\n").unwrap();
    let error = build("circuit.morphology_path = \"elsewhere\"\n").unwrap_err().to_string();
    assert!(error.contains("the circuit gives the whole paths of its morphology files; take it out"), "{error}");
}

/// Errors of options that were not in the file name their source.
#[test]
fn what_gave_an_option_is_named() {
    let mut config = SimulationConfig { circuit: CircuitConfig::new(FOLDER.join("rich.toml")), ..Default::default() };
    config.options.debug_conn = vec![7];
    config.source_text.note_given_by("options.debug_conn", "ND_DEBUG_CONN");
    assert_eq!(config.build().unwrap_err().to_string(), "ND_DEBUG_CONN: no cell has the gid 7");
}

/// Values that options may be given by mistake.
const VALUES: [&str; 24] = [
    "0",
    "1",
    "-1",
    "3",
    "1e300",
    "nan",
    "true",
    "false",
    "\"\"",
    "\"off\"",
    "\"<NONE>\"",
    "\"a,b\"",
    "\"All\"",
    "[]",
    "[1, 2]",
    "[\"a\", 1]",
    "[[1]]",
    "{}",
    "{ a = 1 }",
    "4294967295",
    "4294967296",
    "99999999999999999999",
    "\"%s.tau = 1e999\"",
    "1979-05-27",
];

fn any_option() -> impl Strategy<Value = (bool, String)> {
    let case = (0..CASES.len(), 0..VALUES.len(), any::<bool>());
    let of_table = case.prop_map(|(case, value, own)| {
        let (option, given, ..) = CASES[case];
        (false, format!("{option} = {}\n", if own { given } else { VALUES[value] }))
    });
    let block = (0..OVERRIDE_CASES.len(), 0..VALUES.len(), any::<bool>());
    let of_override = block.prop_map(|(case, value, own)| {
        let (key, given, before, ..) = OVERRIDE_CASES[case];
        let value = if own { given } else { VALUES[value] };
        (true, format!("[[connection_overrides]]\n{before}{key} = {value}\n"))
    });
    prop_oneof![3 => of_table, 1 => of_override]
}

proptest! {
    /// Any options with any values, together: no panic; errors have places within the file; a configuration that builds
    /// gives a network.
    #[test]
    fn fuzz_any_options(given in prop::collection::vec(any_option(), 1..6), bare in any::<bool>()) {
        let (blocks, options): (Vec<_>, Vec<_>) = given.into_iter().partition(|(is_block, _)| *is_block);
        let lines = options.iter().chain(&blocks).map(|(_, text)| text.as_str());
        let text = format!("{}{}", circuit_path(if bare { BARE } else { RICH }), lines.collect::<String>());
        match build(&text) {
            Ok(circuit) => prop_assert!(circuit.model.network.check().is_empty()),
            Err(ConfigurationError::Invalid(errors)) => {
                prop_assert!(!errors.errors.is_empty());
                for error in &errors.errors {
                    prop_assert!(error.span.start <= error.span.end && error.span.end <= text.len());
                    prop_assert!(!error.problem.to_string().is_empty());
                }
            }
            Err(other) => prop_assert!(!other.to_string().is_empty()),
        }
    }

    /// A configuration with pieces removed, repeated and inserted, as TOML and as JSON.
    #[test]
    fn fuzz_mutated_configurations(
        json in any::<bool>(),
        changes in prop::collection::vec((0.0..1.0, 0_usize..30, 0..VALUES.len() + 1), 1..5),
    ) {
        let toml = include_str!("../../../examples/ring_configuration.toml");
        let (name, mut text) = match json {
            false => ("c.toml", toml.to_owned()),
            true => ("c.json", serde_json::to_string(&toml::from_str::<toml::Table>(toml).unwrap()).unwrap()),
        };
        for (place, length, inserted) in changes {
            let start = text.floor_char_boundary((place * text.len() as f64) as usize);
            let end = text.floor_char_boundary((start + length).min(text.len()));
            let inserted = VALUES.get(inserted).copied().unwrap_or_default();
            text = format!("{}{inserted}{}", &text[..start], &text[end..]);
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        let outcome = SimulationConfig::parse(&text, folder.join(name)).and_then(|config| config.build());
        match outcome {
            Ok(circuit) => prop_assert!(circuit.model.network.check().is_empty()),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
