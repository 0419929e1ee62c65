//! Every option of a configuration has an effect or is an error, and all errors are reported at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use loligo::prelude::*;
use loligo::random::Seeds;
use loligo::{Checkpoint, ConnectionView, Distribution};
use loligo_format::configuration::*;

/// Two populations of two cells each, `a` exciting `b` one to one, a NetStim onto each cell of `a`, current into `b`.
const CIRCUIT: &str = r#"
[run]
tstop = 30.0
v_init = -65.0

[[cell]]
name = "a"
count = 2
section = [{ name = "soma", L = 20.0, diam = 20.0 }]
[[cell.paint]]
region = "all"
mechanism = "hh"
[[cell.point]]
name = "synapse"
mechanism = "ExpSyn"
section = "soma"
tau = 2.0

[[cell]]
name = "b"
count = 2
gid = 10
section = [{ name = "soma", L = 20.0, diam = 20.0 }]
[[cell.paint]]
region = "all"
mechanism = "hh"
[[cell.point]]
name = "synapse"
mechanism = "ExpSyn"
section = "soma"
tau = 3.0
[[cell.point]]
name = "electrode"
mechanism = "IClamp"
section = "soma"
delay = 20.0
dur = 5.0
amp = 0.3

[[artificial_cell]]
name = "noise"
count = 2
mechanism = "NetStim"
interval = 5.0
number = 100
start = 0.0
noise = 1.0

[[artificial_cell]]
name = "replay"
mechanism = "VecStim"
times = [3.0]

[[connection]]
from = "noise"
to = "a.synapse"
pattern = "one-to-one"
weight = 0.02

[[connection]]
from = "a.soma(0.5)"
to = "b.synapse"
pattern = "one-to-one"
threshold = 0.0
weight = 0.01
delay = 1.0

[[connection]]
from = "replay"
to = "b[1].synapse"
weight = 0.01

[[record]]
place = "b.soma(0.5).v"

[[record]]
place = "b.synapse.g"
"#;

/// A folder for this test that contains the circuit.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("configuration").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("circuit.toml"), CIRCUIT).unwrap();
    folder
}

/// The configuration of the circuit with additional text.
fn config(name: &str, more: &str) -> SimulationConfig {
    let text = format!("circuit.circuit_path = \"circuit.toml\"\n{more}");
    SimulationConfig::parse(&text, folder(name).join("config.toml")).unwrap()
}

fn build(name: &str, more: &str) -> ConfiguredCircuit {
    config(name, more).build().unwrap()
}

fn errors(text: &str) -> Vec<String> {
    let error = SimulationConfig::parse(text, "config.toml").unwrap_err();
    error.to_string().lines().map(str::to_owned).collect()
}

fn simulate(circuit: &ConfiguredCircuit) -> Simulation {
    let model = &circuit.model;
    let mut simulation = Simulation::new(&model.network, &model.options).unwrap();
    simulation.run_until(model.tstop).unwrap();
    simulation
}

fn connections(circuit: &ConfiguredCircuit) -> Vec<ConnectionView<'_>> {
    circuit.model.network.connections.iter().collect()
}

fn targets(circuit: &ConfiguredCircuit) -> usize {
    connections(circuit).iter().filter(|connection| connection.target.is_some()).count()
}

#[test]
fn a_circuit_alone_is_the_model_itself() {
    let circuit = build("alone", "");
    let model = loligo_format::ModelFile::parse(CIRCUIT, "circuit.toml").unwrap();
    assert_eq!(circuit.model.network, model.network);
    assert_eq!(circuit.changes, Changes::default());
    assert_eq!(circuit.connections, ConnectionReport::default());
}

#[test]
fn toml_json_and_camel_case_say_the_same() {
    let toml = r#"
        [circuit]
        circuit_path = "circuit.toml"
        circuit_target = "b"
        morphology_type = "swc"
        population_id = 3
        [run]
        tstop = 12
        integration_method = "crank_nicolson"
        [seeds]
        mode = "Random123"
        global_seed = 4
        minis_seed = 6
        [options]
        lb_mode = "wholecell"
        restrict_features = ["Replay", "stimulus"]
        restrict_connectivity = 1
        output_path = "elsewhere"
        log_level = "verbose"
        simulate_model = "off"
        save = false
        [node_sets]
        both = ["a", "b"]
        gids = [10, 11]
        first = { population = "a", node_id = [0] }
        [[connection_overrides]]
        name = "one"
        source = "a"
        target = "both"
        weight = 0.5
        synapse_configure = "%s.tau = 1"
    "#;
    let json = r#"{
        "circuit": {"CircuitPath": "circuit.toml", "CircuitTarget": "b", "MorphologyType": "swc", "PopulationID": 3,
                    "nrnPath": "<NONE>", "Engine": null, "DetailedAxon": false},
        "run": {"tstop": 12, "integration_method": "1"},
        "seeds": {"Mode": "random123", "random_seed": 4, "MinisSeed": 6},
        "options": {"lb-mode": "WholeCell", "restrict_features": ["replay", "Stimulus"], "restrict_connectivity": 1,
                    "output_path": "elsewhere", "log_level": 2, "simulate_model": false, "save": null},
        "node_sets": {"both": ["a", "b"], "gids": [10, 11], "first": {"population": "a", "node_id": [0]}},
        "connection_overrides": [
            {"name": "one", "Source": "a", "Destination": "both", "Weight": 5e-1, "SynapseConfigure": "%s.tau = 1"}
        ]
    }"#;
    let toml = SimulationConfig::parse(toml, "x/config.toml").unwrap();
    let json = SimulationConfig::parse(json, "x/config.JSON").unwrap();
    assert_eq!(toml, json);
    assert_eq!(toml.circuit.circuit_target.as_deref(), Some("b"));
    assert_eq!(toml.run.tstop, Some(12.0));
    assert_eq!(toml.seeds.seeds(), Seeds { global: 4, minis: 6, ..Seeds::default() });
    assert_eq!(toml.options.restrict_features, Some(BTreeSet::from([Feature::Replay, Feature::Stimulus])));
    assert_eq!(toml.options.log_level, LogLevel::Verbose);
    assert!(!toml.options.simulate_model);
    assert_eq!(toml.node_sets["gids"], NodeSet::Gids(vec![10, 11]));
    assert_eq!(toml.connection_overrides[0].target, "both");

    // The output of serde is a configuration file.
    let written = serde_json::to_string(&toml).unwrap();
    assert_eq!(SimulationConfig::parse(&written, "x/config.json").unwrap(), toml);
    let again: SimulationConfig = serde_json::from_str(&written).unwrap();
    assert_eq!(SimulationConfig { folder: "x".into(), ..again }, toml);
    let written = toml::to_string(&toml).unwrap();
    assert_eq!(SimulationConfig::parse(&written, "x/config.toml").unwrap(), toml);
}

#[test]
fn toml_and_json_build_the_same_circuit() {
    let toml = r#"
        circuit.circuit_path = "circuit.toml"
        run = { tstop = 9.0, dt = 0.05, spike_threshold = -20.0 }
        seeds = { global_seed = 2, minis_seed = 3, stimulus_seed = 0 }
        options = { restrict_node_populations = ["a", "b", "noise"], restrict_connectivity = 0, lb_mode = "memory" }
        node_sets = { first = { population = "b", node_id = [0] }, gids = [0, 1] }
        [[connection_overrides]]
        source = "gids"
        target = "first"
        weight = 0.0
        [[connection_overrides]]
        source = "gids"
        target = "first"
        weight = 1.5
        delay = 3.0
        [[connection_overrides]]
        source = "noise"
        target = "a"
        spont_minis = 2000.0
        synapse_delay_override = 0.5
        synapse_configure = "%s.tau *= 2"
    "#;
    let value: toml::Table = toml::from_str(toml).unwrap();
    let json = serde_json::to_string(&value).unwrap();
    let folder = folder("same");
    let build = |text: &str, name: &str| SimulationConfig::parse(text, folder.join(name)).unwrap().build().unwrap();
    let (toml, json) = (build(toml, "c.toml"), build(&json, "c.json"));
    assert_eq!(toml.model.network, json.model.network);
    assert_eq!(format!("{:?}", toml.model.options), format!("{:?}", json.model.options));
    assert_eq!((toml.changes, &toml.connections), (json.changes, &json.connections));
    let changes = toml.changes;
    assert!(changes.minis > 0, "{changes}");
    assert_eq!((changes.delayed_weights, changes.left_out_cells), (1, 1), "{changes}");
    assert_eq!(simulate(&toml).spikes(), simulate(&json).spikes());
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let text = "[circuit]\ncircuit_pth = \"c.toml\"\nnrnPath = \"edges\"\n[run]\ntstop = -1\ndt = \"x\"\n[optons]\n\
                [[connection_overrides]]\nsource = \"a\"\nweight = \"b\"\ndelay = 5\nspont_minis = 1\n";
    let found = errors(text);
    let expected = [
        "config.toml:1:1: circuit: [circuit] needs the key \"circuit_path\": the model file of the circuit",
        "config.toml:2:1: circuit.circuit_pth: [circuit] has no key \"circuit_pth\"; did you mean \"circuit_path\"?",
        "config.toml:3:1: circuit.nrnPath: \"nrnPath\": the connections of a circuit are in its model file; take it out",
        "config.toml:5:9: run.tstop: \"tstop\" = -1; give a time from 0 to 1e9 ms",
        "config.toml:6:6: run.dt: \"dt\" must be a finite number: the time step, ms, not the text \"x\"",
        "config.toml:7:2: optons: the configuration has no key \"optons\"; did you mean \"options\"?",
        "config.toml:8:1: connection_overrides[0]: [[connection_overrides]] needs the key \"target\": the cells that \
         receive: a node set, population or cell",
        "config.toml:10:10: connection_overrides[0].weight: \"weight\" must be a finite number: factor of the weights, \
         not the text \"b\"",
        "config.toml:12:15: connection_overrides[0].spont_minis: \"spont_minis\" cannot change during a run; give it in \
         an override without \"delay\"",
    ];
    assert_eq!(found, expected);

    let json = "{\"circuit\": {\"circuit_path\": \"c.toml\"},\n \"run\": {\"tstop\": -1}}";
    let error = SimulationConfig::parse(json, "config.json").unwrap_err().to_string();
    assert_eq!(error, "config.json:2:19: run.tstop: \"tstop\" = -1; give a time from 0 to 1e9 ms");
    for (text, message) in [
        ("{\"circuit\": {},}", "config.json:1:16: this is not JSON: key must be a string"),
        ("{\"circuit\": {}, \"circuit\": {}}", "this is not JSON: the key \"circuit\" comes twice"),
        ("[1, 2]", "this is not JSON: invalid type: sequence, expected an object: { ... }"),
        ("{", "config.json:1:1: this is not JSON: EOF while parsing an object"),
    ] {
        let error = SimulationConfig::parse(text, "config.json").unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    assert!(errors("[circuit\n")[0].contains("this is not TOML"));
}

#[test]
fn no_text_makes_reading_panic() {
    let valid = "{\"circuit\": {\"circuit_path\": \"c\"}, \"node_sets\": {\"x\": [1]}, \"connection_overrides\": [{}]}";
    for cut in 0..valid.len() {
        for insert in ["", "\"", "{", "]", "é", "1e999", "null", "-"] {
            let text = format!("{}{insert}{}", &valid[..cut], &valid[cut..]);
            let _ = SimulationConfig::parse(&text, "x.json");
            let _ = SimulationConfig::parse(&text[..cut], "x.json");
            let _ = SimulationConfig::parse(&text, "x.toml");
        }
    }
}

#[test]
fn what_is_not_there_is_refused() {
    for (table, option) in [
        ("circuit", "nrn_path = \"x\""),
        ("circuit", "CellLibraryFile = \"x\""),
        ("circuit", "MEComboInfoFile = \"x\""),
        ("circuit", "METypePath = \"x\""),
        ("circuit", "Engine = \"METype\""),
        ("circuit", "DetailedAxon = true"),
        ("circuit", "morphology_type = \"hoc\""),
        ("seeds", "IonChannelSeed = 1"),
        ("seeds", "SynapseSeed = 1"),
        ("seeds", "mode = \"Mersenne\""),
        ("seeds", "mode = 4"),
        ("options", "build_model = true"),
        ("options", "enable_coord_mapping = true"),
        ("options", "enable_shm = true"),
        ("options", "experimental_stims = true"),
        ("options", "keep_build = true"),
        ("options", "lb_mode = \"multisplit\""),
        ("options", "lb_mode = \"fair\""),
        ("options", "model_path = \"x\""),
        ("options", "modelbuilding_steps = 3"),
        ("options", "simulator = \"CORENEURON\""),
        ("options", "save_time = 3.0"),
    ] {
        let text = match table {
            "circuit" => format!("[circuit]\ncircuit_path = \"c.toml\"\n{option}\n"),
            _ => format!("[circuit]\ncircuit_path = \"c.toml\"\n[{table}]\n{option}\n"),
        };
        let found = errors(&text);
        assert_eq!(found.len(), 1, "{option}: {found:?}");
        assert!(found[0].contains(" take ") || found[0].contains("give ") || found[0].contains("needs"), "{found:?}");
    }
    // A value made in Rust gives the same error.
    let circuit = CircuitConfig::new(folder("r").join("circuit.toml"));
    let made = SimulationConfig { circuit, ..SimulationConfig::default() };
    let rust = SimulationConfig { seeds: RngConfig { synapse_seed: Some(1), ..RngConfig::default() }, ..made.clone() };
    assert!(matches!(rust.build(), Err(ConfigurationError::Refused { .. })));
    let rust = SimulationConfig {
        seeds: RngConfig { ion_channel_seed: Some(7), synapse_seed: Some(0), ..RngConfig::default() },
        options: CliOptions {
            lb_mode: Some(LoadBalanceMode::MultiSplit),
            save_time: Some(3.0),
            ..CliOptions::default()
        },
        run: RunConfig { v_init: Some(f64::NAN), celsius: Some(-300.0), ..RunConfig::default() },
        ..made
    };
    let Err(ConfigurationError::Several(errors)) = rust.build() else { panic!() };
    assert_eq!(errors.len(), 5, "{errors:?}");
}

#[test]
fn run_parameters_replace_those_of_the_circuit() {
    let circuit = build(
        "run",
        "[run]\ntstop = 7\ndt = 0.05\nv_init = -70\ncelsius = 34\nspike_threshold = -30\nintegration_method = 2\n\
         numerics = \"exact\"\nthreads = 2\n",
    );
    let options = &circuit.model.options;
    assert_eq!((circuit.model.tstop, options.dt, options.v_init, options.celsius), (7.0, 0.05, -70.0, 34.0));
    assert_eq!((options.numerics, options.threads), (Numerics::Exact, 2));
    assert_eq!(options.second_order, SecondOrder::CrankNicolsonCurrents);
    let thresholds: Vec<_> = connections(&circuit).iter().map(|connection| connection.threshold).collect();
    assert_eq!(thresholds, [None, None, Some(-30.0), Some(-30.0), None]);
}

#[test]
fn a_target_leaves_other_cells_out_and_keeps_gids() {
    let circuit = build("target", "circuit.circuit_target = \"b[1]\"\n");
    let network = &circuit.model.network;
    assert_eq!((network.cells.len(), network.gid(0), network.cells[0].name.as_str()), (1, 11, "b[1]"));
    // The spikes of NetStims and VecStim are still detected; only those of the latter reach the cell.
    assert_eq!(network.artificial_cells.len(), 3);
    assert_eq!((network.connections.len(), targets(&circuit)), (3, 1));
    assert_eq!(network.recordings.len(), 2);
    assert_eq!(circuit.changes.left_out_cells, 3);
    // The cell behaves as in the whole circuit, without the cell before it.
    let whole = build("target", "options.restrict_node_populations = [\"b\", \"replay\"]\n");
    assert_eq!(whole.model.network.cells.len(), 2);
    let (part, whole) = (simulate(&circuit), simulate(&whole));
    assert_eq!(part.samples(0).unwrap(), whole.samples(1).unwrap());
    assert!(part.samples(0).unwrap().iter().any(|&v| v > 0.0));

    let error = config("target", "circuit.circuit_target = \"bb\"\n").build().unwrap_err().to_string();
    assert!(error.contains("node set \"bb\": there is none"), "{error}");
}

#[test]
fn node_sets_are_named_in_all_ways() {
    let network = build("sets", "").model.network;
    let sets = BTreeMap::from([
        ("names".to_owned(), NodeSet::Names(vec!["a[1]".into(), "gids".into(), "noise".into()])),
        ("gids".to_owned(), NodeSet::Gids(vec![10])),
        ("ids".to_owned(), NodeSet::Population { population: "b".into(), node_id: Some(vec![1]) }),
        ("round".to_owned(), NodeSet::Names(vec!["about".into()])),
        ("about".to_owned(), NodeSet::Names(vec!["round".into()])),
        ("wrong gid".to_owned(), NodeSet::Gids(vec![77])),
        ("wrong id".to_owned(), NodeSet::Population { population: "b".into(), node_id: Some(vec![2]) }),
        ("a".to_owned(), NodeSet::Names(vec!["a".into(), "b[0]".into()])),
    ]);
    let names = NodeNames::new(&network, sets);
    let nodes = |name: &str| names.nodes(name).unwrap().into_iter().collect::<Vec<_>>();
    use Node::{Artificial, Cell};
    assert_eq!(nodes("names"), [Cell(1), Cell(2), Artificial(0), Artificial(1)]);
    assert_eq!(nodes("ids"), [Cell(3)]);
    assert_eq!(nodes("b"), [Cell(2), Cell(3)]);
    assert_eq!(nodes("replay"), [Artificial(2)]);
    assert_eq!(nodes("All").len(), 7);
    // A set may have the name of the population that it extends.
    assert_eq!(nodes("a"), [Cell(0), Cell(1), Cell(2)]);
    for (name, reason) in [
        ("round", "contains itself"),
        ("wrong gid", "no cell has the gid 77"),
        ("wrong id", "\"b\" has 2 cells, no cell 2"),
        ("nois", "did you mean \"noise\"?"),
    ] {
        let error = names.nodes(name).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn connectivity_is_restricted() {
    let all = build("connectivity", "");
    let none = build("connectivity", "options.restrict_connectivity = 2\n");
    let no_projections = build("connectivity", "options.restrict_connectivity = 1\n");
    assert_eq!([targets(&all), targets(&no_projections), targets(&none)], [5, 2, 0]);
    // Spikes are detected as before.
    assert_eq!(connections(&none).len(), 5);
    assert_eq!(none.changes.unmade_connections, 5);
    assert!(simulate(&none).samples(2).unwrap().iter().all(|&g| g == 0.0));
    assert!(simulate(&all).samples(2).unwrap().iter().any(|&g| g > 0.0));
}

/// Gap junctions are projections of neurodamus: those of `[[gap_junction]]`, and those made by two `HalfGap` and
/// transfers, whose `HalfGap` must not use a voltage that is no longer transferred.
#[test]
fn restricted_connectivity_leaves_gap_junctions_out() {
    let folder = folder("gaps");
    let half = |name: &str| {
        format!("[[cell.point]]\nname = \"{name}\"\nmechanism = \"HalfGap\"\nsection = \"soma\"\ng = 0.01\n")
    };
    let cell = |name: &str| {
        format!(
            "[[cell]]\nname = \"{name}\"\nsection = [{{ name = \"soma\", L = 20.0, diam = 20.0 }}]\n\
             [[cell.paint]]\nregion = \"all\"\nmechanism = \"pas\"\ng = 1e-4\ne = -65\n{}",
            half("half")
        )
    };
    let pulse = "[[cell.point]]\nname = \"drive\"\nmechanism = \"IClamp\"\nsection = \"soma\"\ndur = 20.0\namp = 0.1\n";
    let text = format!(
        "[run]\ntstop = 20\nv_init = -65\n{}{pulse}{}{}\
         [[gap_junction]]\nname = \"gap\"\na = \"x.soma(0.5)\"\nb = \"y.soma(0.5)\"\nconductance = 0.005\n\
         [[transfer]]\nfrom = \"x.soma(0.5)\"\nto = \"z.half.vgap\"\n\
         [[transfer]]\nfrom = \"z.soma(0.5)\"\nto = \"x.half.vgap\"\n\
         [[transfer]]\nfrom = \"y.soma(0.5)\"\nto = \"y.half.vgap\"\n\
         [[record]]\nplace = \"y.soma(0.5).v\"\n[[record]]\nplace = \"z.soma(0.5).v\"\n[[record]]\nplace = \"gap.a.i\"\n",
        cell("x"),
        cell("y"),
        cell("z"),
    );
    std::fs::write(folder.join("circuit.toml"), text).unwrap();
    let build = |more: &str| {
        let text = format!("circuit.circuit_path = \"circuit.toml\"\n{more}");
        SimulationConfig::parse(&text, folder.join("c.toml")).unwrap().build().unwrap()
    };
    let at_rest = |circuit: &ConfiguredCircuit, recording: usize| {
        simulate(circuit).samples(recording).unwrap().iter().all(|&v| (v + 65.0).abs() < 1e-9) // mV
    };
    let all = build("");
    assert_eq!((all.model.network.gap_junctions.len(), all.model.network.transfers.len()), (1, 3));
    assert!(!at_rest(&all, 0) && !at_rest(&all, 1));
    for level in [1, 2] {
        let none = build(&format!("options.restrict_connectivity = {level}\n"));
        let network = &none.model.network;
        assert_eq!((network.gap_junctions.len(), network.transfers.len(), network.recordings.len()), (0, 0, 2));
        assert!(at_rest(&none, 0) && at_rest(&none, 1), "restrict_connectivity = {level}");
        assert_eq!(none.changes.left_out_gap_junctions, 4);
        assert!(none.changes.to_string().contains("4 gap junctions left out"), "{}", none.changes);
    }
    // The same if the cell on the other side is removed.
    let alone = build("circuit.circuit_target = \"z\"\n");
    assert!(at_rest(&alone, 0), "z alone");
    assert_eq!(alone.changes.left_out_gap_junctions, 1);
}

#[test]
fn features_are_switched_off() {
    let off = |feature: &str| {
        let kept: Vec<&str> = ["Replay", "SpontMinis", "SynConfigure", "Stimulus", "LoadBalance"]
            .into_iter()
            .filter(|f| *f != feature)
            .collect();
        let block = "[[connection_overrides]]\nsource = \"a\"\ntarget = \"b\"\nspont_minis = 500\nsynapse_configure = \"%s.tau = 9\"\n";
        build("features", &format!("options.restrict_features = {kept:?}\noptions.lb_mode = \"wholecell\"\n{block}"))
    };
    let all = off("");
    assert!(all.changes.minis > 5 && all.changes.assigned_parameters == 2);
    assert_eq!(all.model.options.distribution, Distribution::default());
    assert_eq!(all.model.network.artificial_cells[2].mechanism.vectors["times"][..], [3.0]);

    let replay = off("Replay").model.network;
    assert!(replay.artificial_cells[2].mechanism.vectors.is_empty());
    // Spontaneous release is not replay.
    let released: Vec<_> = replay.connections.iter().filter(|connection| !connection.events.is_empty()).collect();
    assert!(released.len() == 2 && released.iter().all(|connection| connection.source.is_none()));
    assert_eq!(off("SpontMinis").changes.minis, 0);
    assert_eq!(off("SynConfigure").changes.assigned_parameters, 0);
    assert_eq!(off("LoadBalance").model.options.distribution, Distribution::RoundRobin);
    let quiet = off("Stimulus");
    assert_eq!(quiet.changes.silent_stimuli, 2);
    let last = |circuit| simulate(circuit).samples(0).unwrap()[900]; // 22.5 ms, within the current step
    assert!(last(&all) > -60.0 && last(&quiet) != last(&all));
    let none = build("features", "options.restrict_features = []\n");
    assert!(!none.model.network.connections.is_empty());
}

#[test]
fn stimuli_are_chosen_by_name() {
    let kept = build("stimuli", "options.restrict_stimulus = [\"electrode\"]\n");
    assert_eq!(kept.changes.silent_stimuli, 0);
    let error = config("stimuli", "options.restrict_stimulus = [\"electrod\"]\n").build().unwrap_err().to_string();
    let expected = "options.restrict_stimulus: no cell has a stimulus \"electrod\"; did you mean \"electrode\"?";
    assert!(error.ends_with(expected), "{error}");
}

#[test]
fn every_kind_of_stimulus_is_switched_off() {
    let folder = folder("kinds");
    let mut text =
        "[run]\ntstop = 10\n[[cell]]\nname = \"x\"\nsection = [{ name = \"soma\", L = 20.0, diam = 20.0 }]\n"
            .to_owned();
    for (mechanism, parameters) in [
        ("IClamp", "dur = 9\namp = 1"),
        ("MembraneCurrentSource", "dur = 9\namp = -1"),
        ("SEClamp", "dur1 = 9\namp1 = 10\nrs = 1"),
        ("ConductanceSource", "dur1 = 9\namp1 = 10\nrs = 1"),
        ("VClamp", "\"dur[0]\" = 9\n\"amp[0]\" = 10"),
    ] {
        let point = format!("name = \"{mechanism}\"\nmechanism = \"{mechanism}\"\nsection = \"soma\"\n{parameters}\n");
        text += &format!("[[cell.point]]\n{point}");
    }
    text += "[[record]]\nplace = \"x.soma(0.5).v\"\n";
    std::fs::write(folder.join("circuit.toml"), text).unwrap();
    let parse = |more: &str| {
        let text = format!("circuit.circuit_path = \"circuit.toml\"\n{more}");
        SimulationConfig::parse(&text, folder.join("c.toml")).unwrap().build().unwrap()
    };
    let silent = parse("options.restrict_features = []\n");
    assert_eq!(silent.changes.silent_stimuli, 5);
    assert!(simulate(&silent).samples(0).unwrap().iter().all(|&v| v == -65.0)); // mV
    assert!(simulate(&parse("")).samples(0).unwrap().iter().any(|&v| v > -60.0));
}

#[test]
fn load_balance_modes_distribute_cells() {
    let distribution =
        |mode: &str| build("balance", &format!("options.lb_mode = \"{mode}\"\n")).model.options.distribution;
    assert_eq!(distribution("rr"), Distribution::RoundRobin);
    assert_eq!(distribution("WholeCell"), Distribution::LongestProcessingTimeFirst { costs: None });
    // Segments and point processes
    let costs = Some(vec![2.0, 2.0, 3.0, 3.0]);
    assert_eq!(distribution("memory"), Distribution::LongestProcessingTimeFirst { costs });
    let chosen = build("balance", "options.num_target_ranks = 16\n");
    let reason = BalanceReason::MoreRanksThanCells { ranks: 16, cells: 4 };
    assert_eq!(chosen.load_balance, (LoadBalanceMode::RoundRobin, Some(reason)));
    assert_eq!(build("balance", "").load_balance, (LoadBalanceMode::RoundRobin, Some(BalanceReason::SingleRank)));
    for (ranks, cells, duration, mode) in [
        (1, 5000, 5000.0, LoadBalanceMode::RoundRobin),
        (201, 1001, 1001.0, LoadBalanceMode::WholeCell),
        (200, 1001, 1001.0, LoadBalanceMode::RoundRobin),
        (201, 1000, 1001.0, LoadBalanceMode::RoundRobin),
        (201, 1001, 1000.0, LoadBalanceMode::RoundRobin),
        (8000, 2000, 2000.0, LoadBalanceMode::RoundRobin),
    ] {
        assert_eq!(LoadBalanceMode::auto_select(ranks, cells, duration).0, mode, "{ranks} {cells} {duration}");
    }
    // The report describes the effective settings.
    let off = build("balance", "options.lb_mode = \"wholecell\"\noptions.restrict_features = \"Replay, Stimulus\"\n");
    assert_eq!(off.model.options.distribution, Distribution::RoundRobin);
    let (mode, Some(reason)) = off.load_balance else { panic!() };
    assert_eq!(mode, LoadBalanceMode::RoundRobin);
    let said = "restrict_features leaves LoadBalance out, so that lb_mode = WholeCell does not act";
    assert_eq!(reason.to_string(), said);
    let off = build("balance", "options.restrict_features = []\n");
    assert_eq!(off.load_balance.1.unwrap().to_string(), "restrict_features leaves LoadBalance out");
    assert!(matches!("Fair".parse::<LoadBalanceMode>(), Err(ConfigurationError::LoadBalance { .. })));
}

#[test]
fn a_dry_run_estimates_and_stats_count() {
    let circuit = build("dry", "");
    let (one, four) = (circuit.dry_run(1).unwrap(), circuit.dry_run(4).unwrap());
    assert_eq!(four.memory_per_rank * 4.0, one.memory_per_rank);
    assert!(one.time > four.time && one.time > 0.0);
    let stats = circuit.stats();
    assert_eq!((stats.cells, stats.artificial_cells, stats.connections, stats.point_processes), (4, 3, 5, 6));
    assert!(stats.to_string().starts_with("4 cells, 3 artificial cells, 4 sections, 4 compartments,"));
    assert_eq!(circuit.describe_connections(&[10]).unwrap().len(), 1);
    assert_eq!(
        circuit.describe_connections(&[0, 10]).unwrap(),
        ["connection 2: a[0] -> b[0], weight [0.01], delay 1 ms"]
    );
    assert!(circuit.describe_connections(&[5]).is_err());
    assert!(circuit.describe_cell(11).unwrap().iter().any(|line| line == "  IClamp electrode: soma(0.5)"));
}

#[test]
fn morphologies_come_from_where_the_configuration_says() {
    let folder = folder("morphology");
    let moved = folder.join("cells");
    std::fs::create_dir_all(&moved).unwrap();
    std::fs::write(moved.join("ball.swc"), "1 1 0 0 0 10 -1\n2 1 20 0 0 10 1\n").unwrap();
    let circuit = "[run]\ntstop = 1\n[[cell]]\nname = \"ball\"\nmorphology = \"ball.asc\"\n";
    std::fs::write(folder.join("circuit.toml"), circuit).unwrap();
    let text = "circuit.circuit_path = \"circuit.toml\"\n";
    let parse = |more: &str| SimulationConfig::parse(&format!("{text}{more}"), folder.join("c.toml")).unwrap().build();
    assert!(matches!(parse(""), Err(ConfigurationError::Circuit(_))));
    let both = parse("circuit.MorphologyPath = \"cells\"\ncircuit.MorphologyType = \"swc\"\n").unwrap();
    assert_eq!(both.model.network.cells[0].sections.len(), 1);
    assert!(both.model.files[0].ends_with("cells/ball.swc"));
}

#[test]
fn seeds_are_trials_of_one_circuit() {
    let first = simulate(&build("seeds", ""));
    let same = simulate(&build("seeds", "seeds.global_seed = 0\n"));
    let other = build("seeds", "seeds.global_seed = 1\n");
    assert_eq!(first.spikes(), same.spikes());
    assert_eq!(other.model.network.connections, build("seeds", "").model.network.connections);
    assert_ne!(first.spikes(), simulate(&other).spikes());
    let minis = |seed: u32, population: u32| {
        let text = format!(
            "seeds.minis_seed = {seed}\ncircuit.population_id = {population}\n\
             [[connection_overrides]]\nsource = \"a\"\ntarget = \"b\"\nspont_minis = 100\n"
        );
        connections(&build("seeds", &text)).iter().map(|connection| connection.events.to_vec()).collect::<Vec<_>>()
    };
    assert_eq!(minis(1, 0), minis(1, 0));
    assert_ne!(minis(1, 0), minis(2, 0));
    assert_ne!(minis(1, 0), minis(1, 1));
}

#[test]
fn minis_are_a_poisson_process_at_the_rate_asked_for() {
    let circuit = build(
        "minis",
        "run.tstop = 20000\n[[connection_overrides]]\nsource = \"a\"\ntarget = \"b\"\nweight = 2.0\nspont_minis = 50\n",
    );
    let released: Vec<_> = connections(&circuit).into_iter().filter(|connection| connection.source.is_none()).collect();
    assert_eq!(released.len(), 2);
    for synapse in &released {
        let count = synapse.events.len() as f64;
        assert!((count - 1000.0).abs() < 4.0 * 1000_f64.sqrt(), "{count} events in 20 s at 50 Hz");
        assert_eq!(synapse.weight, [0.02]); // uS
        assert!(synapse.events[0] > 0.1); // ms
        let intervals: Vec<f64> = synapse.events.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let mean = intervals.iter().sum::<f64>() / intervals.len() as f64;
        let variance = intervals.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / intervals.len() as f64;
        assert!((variance.sqrt() / mean - 1.0).abs() < 0.15, "coefficient of variation {}", variance.sqrt() / mean);
    }
    // The numbers are those of neurodamus's stream.
    let mut stream = Seeds::default().minis_intervals(10, 0, 0);
    stream.negexp(20.0);
    assert_eq!(released[0].events[0], stream.negexp(20.0) + 0.1);
}

/// In the modes COMPATIBILITY and UPMCELLRAN4 intervals come from MCellRan4 by neurodamus's ids; the numbers are those
/// of NEURON's `Random.MCellRan4(200, 10 + 251 + 7)` and `(200, 10 + 251 + 7 + 5)`, `negexp(1)`, after the two that
/// neurodamus discards.
#[test]
fn minis_follow_the_mode_of_the_generator() {
    for (seeds, intervals) in [
        ("mode = 1, global_seed = 7", [4.168838091847291, 2.832926714503868]),
        ("mode = 3, global_seed = 7, minis_seed = 5", [3.2631033888531675, 0.12814245948167544]),
    ] {
        let text = format!(
            "run.tstop = 200\nseeds = {{ {seeds} }}\n\
             [[connection_overrides]]\nsource = \"a\"\ntarget = \"b\"\nspont_minis = 50\n"
        );
        let circuit = build("minis of modes", &text);
        let released: Vec<_> = connections(&circuit).into_iter().filter(|minis| minis.source.is_none()).collect();
        let first = intervals[0] * 20.0; // ms
        assert_eq!(released[0].events[..2], [first + 0.1, first + intervals[1] * 20.0 + 0.1], "{seeds}");
        // Its NetStims draw from Random123; in this mode the global seed is not its global index.
        assert_eq!(circuit.model.network.global_index, 0);
    }
}

#[test]
fn overrides_act_in_their_order() {
    let circuit = build(
        "overrides",
        "node_sets.first = [10]\n\
         [[connection_overrides]]\nname = \"all\"\nsource = \"a\"\ntarget = \"b\"\nweight = 0.5\n\
         synapse_delay_override = 2.5\nsynapse_configure = \"%s.tau = 4 %s.e *= 0.5; %s.tau *= 2\"\n\
         [[connection_overrides]]\nname = \"one\"\nsource = \"a\"\ntarget = \"first\"\nweight = 3\n\
         synapse_configure = \"%s.tau *= 0.5\"\n",
    );
    let all = connections(&circuit);
    assert_eq!([all[2].weight[0], all[3].weight[0], all[4].weight[0]], [0.03, 0.005, 0.01]); // uS
    assert_eq!([all[2].delay, all[3].delay, all[4].delay], [2.5, 2.5, 1.0]); // ms
    let own = |cell: usize| {
        let values = circuit.model.network.cells[cell].own.iter();
        values.map(|(parameter, value)| (parameter.to_string(), value)).collect::<Vec<_>>()
    };
    assert_eq!(own(2).last(), Some(&("tau".to_owned(), 4.0))); // ms
    assert_eq!(own(3).last(), Some(&("tau".to_owned(), 8.0)));
    assert_eq!((circuit.changes.overridden_connections, &circuit.overridden[..]), (2, &[2, 1][..]));
    let chain = &circuit.connections.warnings[0];
    assert_eq!(
        chain.to_string(),
        "connection overrides follow each other on some connections, the last first: \"one\" (weight 3, sets tau) <- \
         \"all\" (weight 0.5, sets tau, e, tau)"
    );
    // The synapse's conductance decays with the new time constant.
    let simulation = simulate(&build(
        "overrides",
        "options.restrict_node_populations = [\"b\", \"replay\"]\n\
         [[connection_overrides]]\nsource = \"replay\"\ntarget = \"b\"\nsynapse_configure = \"%s.tau = 10\"\n",
    ));
    let g = simulation.samples(3).unwrap();
    assert!((g[800] / g[400] - (-1.0_f64).exp()).abs() < 1e-3, "{} {}", g[400], g[800]); // 10 and 20 ms
}

#[test]
fn assignments_that_cannot_be_made_are_refused() {
    let block = |text: &str| {
        format!(
            "[[connection_overrides]]\nname = \"x\"\nsource = \"a\"\ntarget = \"b\"\nsynapse_configure = \"{text}\"\n"
        )
    };
    let error = config("assign", &block("%s.taux = 3")).build().unwrap_err().to_string();
    let expected = "connection override \"x\": \"ExpSyn\" has no parameter \"taux\"; did you mean \"tau\"?";
    assert!(error.contains("connection_overrides[0].synapse_configure: ") && error.ends_with(expected), "{error}");
    let error = config("assign", &block("%s.tau = -3")).build().unwrap_err().to_string();
    assert!(error.contains("tau = -3"), "{error}");
    for text in ["%s.tau", "%s.tau = ", "%s.tau = x", "%s.tau += 3", "= 3", "%s. = 3", "a b = 3"] {
        let found = errors(&format!("circuit.circuit_path = \"c\"\n{}", block(text)));
        assert!(found[0].contains("is no assignment; write \"%s.PARAMETER = NUMBER\""), "{found:?}");
    }
}

#[test]
fn a_delayed_weight_begins_at_its_time() {
    let blocks = "options.restrict_node_populations = [\"b\", \"replay\"]\nrun.numerics = \"exact\"\n\
         [[connection_overrides]]\nname = \"silent\"\nsource = \"replay\"\ntarget = \"b\"\nweight = 0\n\
         [[connection_overrides]]\nname = \"later\"\nsource = \"replay\"\ntarget = \"b\"\nweight = 2\n";
    // The spike of 3 ms arrives at 4 ms.
    let peak = |delay: f64| {
        let circuit = build("delayed", &format!("{blocks}delay = {delay}\n"));
        assert_eq!(circuit.connections, ConnectionReport::default());
        assert_eq!(circuit.changes.delayed_weights, 1);
        let mut simulation = simulate(&circuit);
        let first: Vec<f64> = simulation.samples(3).unwrap().to_vec();
        // From the start again: the same.
        simulation.initialize().unwrap();
        simulation.run_until(circuit.model.tstop).unwrap();
        assert_eq!(simulation.samples(3).unwrap(), first);
        // Interrupted and restored: the same.
        let mut half = Simulation::new(&circuit.model.network, &circuit.model.options).unwrap();
        half.run_until(3.5).unwrap();
        let state = half.checkpoint().unwrap().to_bytes();
        let mut rest = Simulation::new(&circuit.model.network, &circuit.model.options).unwrap();
        rest.restore(&Checkpoint::from_bytes(&state).unwrap()).unwrap();
        rest.run_until(circuit.model.tstop).unwrap();
        assert_eq!(rest.value(3).unwrap(), simulation.value(3).unwrap());
        first.iter().copied().fold(0.0, f64::max)
    };
    assert!((peak(2.0) - 0.02).abs() < 1e-3 && (peak(3.9) - 0.02).abs() < 1e-3); // uS
    assert_eq!(peak(4.1), 0.0);
    assert_eq!(peak(25.0), 0.0);
}

#[test]
fn a_weight_can_be_set_while_a_network_runs() {
    let circuit = build("set", "options.restrict_node_populations = [\"b\", \"replay\"]\n");
    let mut simulation = Simulation::new(&circuit.model.network, &circuit.model.options).unwrap();
    simulation.run_until(3.5).unwrap();
    simulation.set_weight(0, 0.0).unwrap();
    simulation.run_until(4.5).unwrap();
    assert_eq!(simulation.value(3).unwrap(), 0.0);
    assert!(simulation.set_weight(99, 1.0).is_err());
    assert!(simulation.set_weight(0, f64::NAN).is_err());
    let mut network = circuit.model.network.clone();
    network.change_weight(99, 1.0, 1.0);
    network.change_weight(0, f64::NAN, 1.0);
    let error = Simulation::new(&network, &Options::default()).unwrap_err().to_string();
    assert!(
        error.contains("weight change 0: there is no connection 99") && error.contains("weight change 1"),
        "{error}"
    );
}

#[test]
fn the_checker_knows_all_rules() {
    let network = build("checker", "").model.network;
    let sets = BTreeMap::from([("b1".to_owned(), NodeSet::Names(vec!["b[1]".into()]))]);
    let names = NodeNames::new(&network, sets);
    let block = |name: &str, source: &str, target: &str, weight: Option<f64>, delay: f64| ConnectionOverride {
        name: name.into(),
        source: source.into(),
        target: target.into(),
        weight,
        delay,
        ..ConnectionOverride::default()
    };
    let check = |blocks: &[ConnectionOverride]| check_connections_configure(blocks, &names).unwrap();
    let name = |name: &str| name.to_owned();

    // 1: globals
    let configure = Some("%s.tau = 2 celsius = 35; v_init *= 2".to_owned());
    let global = ConnectionOverride { synapse_configure: configure, ..block("g", "a", "b", None, 0.0) };
    let variables = vec![name("celsius"), name("v_init")];
    assert_eq!(check(&[global]).warnings, [ConnectionWarning::GlobalVariable { block: name("g"), variables }]);

    // 2: chains, newest first, each override once
    let blocks = [
        block("base", "a", "b", Some(1.0), 0.0),
        block("other", "noise", "a", Some(1.0), 0.0),
        block("middle", "a", "b1", Some(2.0), 0.0),
        block("top", "a[1]", "b", None, 0.0),
    ];
    let report = check(&blocks);
    let [ConnectionWarning::OverrideChain(links)] = &report.warnings[..] else { panic!("{report:?}") };
    assert_eq!(links.iter().map(|link| link.block.as_str()).collect::<Vec<_>>(), ["top", "middle", "base"]);
    assert!(report.conflicts.is_empty());

    // 3: weight 0 never overridden
    let silent = || block("silent", "a", "b", Some(0.0), 0.0);
    assert_eq!(check(&[silent()]).warnings, [ConnectionWarning::NotInstantiated { block: name("silent") }]);
    let again = check(&[silent(), block("again", "a", "b", Some(1.0), 0.0)]);
    assert!(again.warnings.iter().all(|warning| matches!(warning, ConnectionWarning::OverrideChain(_))), "{again:?}");
    assert_eq!(check(&[silent(), block("later", "a", "b", Some(1.0), 9.0)]), ConnectionReport::default());
    assert_eq!(check(&[silent(), block("wider", "All", "All", Some(1.0), 9.0)]), ConnectionReport::default());

    // 4: weight 0 overridden in part
    let partial = check(&[silent(), block("later", "a", "b1", Some(1.0), 9.0)]);
    assert_eq!(partial.conflicts, [ConnectionConflict::PartialOverride { block: name("silent"), by: name("later") }]);
    assert!(partial.warnings.is_empty());
    let text = "[[connection_overrides]]\nname = \"silent\"\nsource = \"a\"\ntarget = \"b\"\nweight = 0\n\
                [[connection_overrides]]\nname = \"later\"\nsource = \"a\"\ntarget = \"b[1]\"\nweight = 1\ndelay = 9\n";
    let error = config("checker", text).build().unwrap_err();
    assert!(
        error.to_string().contains("config.toml:2:1: connection_overrides[0]: connection override \"silent\""),
        "{error}"
    );

    // A connection of weight 0 is made if all of it gets a weight, whichever override comes between; else the rest is
    // not made.
    let weighs = |name: &str, target: &str, weight: f64, delay: f64| block(name, "a", target, Some(weight), delay);
    let not_made = |report: &ConnectionReport| {
        let is_not_made = |warning: &&ConnectionWarning| matches!(warning, ConnectionWarning::NotInstantiated { .. });
        report.warnings.iter().filter(is_not_made).count()
    };
    let between = check(&[silent(), weighs("part", "b1", 2.0, 0.0), weighs("all", "b", 1.0, 0.0)]);
    assert_eq!((not_made(&between), between.conflicts.len()), (0, 0), "{between:?}");
    let part = check(&[silent(), weighs("part", "b1", 2.0, 0.0)]);
    assert_eq!((not_made(&part), part.conflicts.len()), (1, 0), "{part:?}");
    let twice = check(&[silent(), weighs("again", "b", 0.0, 0.0)]);
    assert_eq!(not_made(&twice), 2, "{twice:?}");
    let all_then_part = check(&[silent(), weighs("all", "b", 1.0, 5.0), weighs("part", "b1", 2.0, 9.0)]);
    assert_eq!(all_then_part, ConnectionReport::default());
    // Two halves are two parts, as in neurodamus.
    let halves = check(&[silent(), weighs("first", "b[0]", 1.0, 5.0), weighs("second", "b1", 1.0, 5.0)]);
    assert_eq!(halves.conflicts, [ConnectionConflict::PartialOverride { block: name("silent"), by: name("first") }]);
    // A chain that joins another ends there.
    let blocks = [weighs("base", "b", 1.0, 0.0), weighs("middle", "b", 2.0, 0.0), weighs("one", "b[0]", 3.0, 0.0)];
    let joined = check(&[&blocks[..], &[weighs("two", "b1", 4.0, 0.0)]].concat());
    let words: Vec<_> = joined.warnings.iter().map(|warning| warning.to_string().matches(" <- ").count()).collect();
    assert_eq!(words, [2, 1], "{joined:?}");
    // Overrides without common connections give no report.
    let apart = check(&[weighs("one", "b[0]", 0.5, 0.0), weighs("two", "b1", 0.5, 0.0)]);
    assert_eq!(apart, ConnectionReport::default());
    // Empty names mean all.
    let all = check(&[silent(), block("all", "", "", Some(1.0), 9.0)]);
    assert_eq!(all, ConnectionReport::default());
    let Err(ConfigurationError::Several(errors)) =
        check_connections_configure(&[block("x", "nowhere", "neither", None, 0.0)], &names)
    else {
        panic!()
    };
    assert_eq!(errors.len(), 2);

    // 5: delayed, but nothing is silent
    let late = || block("late", "a", "b", Some(1.0), 9.0);
    assert_eq!(
        check(&[block("base", "a", "b", Some(1.0), 0.0), late()]).warnings,
        [ConnectionWarning::NothingToOverride { block: name("late"), delay: 9.0 }]
    );
    assert_eq!(check(&[late()]).warnings.len(), 1);
    assert!(check_connections_configure(&[block("x", "nowhere", "b", None, 0.0)], &names).is_err());
}

#[test]
fn connections_of_weight_zero_are_not_made() {
    let circuit =
        build("zero", "[[connection_overrides]]\nname = \"silent\"\nsource = \"a\"\ntarget = \"b\"\nweight = 0\n");
    assert_eq!((targets(&circuit), circuit.changes.unmade_connections), (3, 2));
    assert_eq!(circuit.connections.warnings, [ConnectionWarning::NotInstantiated { block: "silent".into() }]);
}

#[test]
fn several_errors_of_a_circuit_are_reported_together() {
    let text = "circuit.circuit_target = \"c\"\noptions.restrict_stimulus = [\"none\"]\n";
    let error = config("several", text).build().unwrap_err().to_string();
    assert_eq!(error.lines().count(), 2, "{error}");
}

#[test]
fn small_things() {
    assert_eq!(Feature::ALL.map(|feature| feature as u8), [1, 2, 3, 4, 5]);
    assert_eq!("synconfigure".parse::<Feature>().unwrap(), Feature::SynConfigure);
    assert!("Minis".parse::<Feature>().is_err());
    let levels = [LogLevel::ErrorOnly, LogLevel::Default, LogLevel::Verbose, LogLevel::Debug];
    assert_eq!(levels.map(|level| level as u8), [0, 1, 2, 3]);
    let global = CliOptions { debug_conn: vec![3], ..CliOptions::default() }.global_config();
    assert_eq!(global, GlobalConfig::from_debug_conn("3").unwrap());
    assert_eq!(global.verbosity, LogLevel::Debug);
    assert_eq!(GlobalConfig::from_debug_conn("3, 5").unwrap().debug_conn, [3, 5]);
    assert!(GlobalConfig::from_debug_conn("3,5,7").is_err() && GlobalConfig::from_debug_conn("x").is_err());
    assert_eq!(get_debug_cell_gid(&CliOptions::default()).unwrap(), None);
    let text = |text: &str| CliOptions { dump_cell_state: Some(text.to_owned()), ..CliOptions::default() };
    assert!(matches!(get_debug_cell_gid(&text("x")), Err(ConfigurationError::Gid { .. })));
    let defaults = NeuronStdrunDefaults { using_cvode: 1, ..NeuronStdrunDefaults::default() };
    assert!(matches!(defaults.run_config(), Err(ConfigurationError::Refused { .. })));
    let of = |steps_per_ms, nstep_steprun, stoprun, global_ra| {
        let defaults = NeuronStdrunDefaults::default();
        NeuronStdrunDefaults { steps_per_ms, nstep_steprun, stoprun, global_ra, ..defaults }.run_config()
    };
    assert_eq!(of(20.0, 2, 0, 35.4).unwrap().dt, Some(0.025)); // ms
    assert!(matches!(of(40.0, 1, 1, 35.4), Err(ConfigurationError::Refused { .. })));
    assert!(matches!(of(40.0, 1, 0, 100.0), Err(ConfigurationError::Refused { .. })));
    for (steps, nstep) in [(0.0, 1), (40.0, 0), (f64::NAN, 1), (-1.0, 1), (f64::INFINITY, 1)] {
        assert!(matches!(of(steps, nstep, 0, 35.4), Err(ConfigurationError::Value { .. })), "{steps} {nstep}");
    }
    assert_eq!(NeuronStdrunDefaults::default().global_ra, 35.4); // ohm cm
}

#[test]
fn input_files_are_found_in_the_order_of_the_search_paths() {
    let folder = folder("files");
    for sub in ["one", "two"] {
        std::fs::create_dir_all(folder.join(sub).join("nested")).unwrap();
        std::fs::write(folder.join(sub).join("nested").join("data"), sub).unwrap();
    }
    std::fs::write(folder.join("two").join("only"), "").unwrap();
    let paths = [folder.join("one"), folder.join("two")];
    assert_eq!(find_input_file("nested/data", &paths, None).unwrap(), paths[0].join("nested/data"));
    assert_eq!(find_input_file("nested", &paths, Some("data")).unwrap(), paths[0].join("nested/data"));
    assert_eq!(find_input_file("only", &paths, Some("ignored")).unwrap(), paths[1].join("only"));
    let absolute = folder.join("circuit.toml");
    assert_eq!(find_input_file(&absolute, &[] as &[&str], None).unwrap(), absolute);
    let error = find_input_file("missing", &paths, None).unwrap_err();
    assert!(matches!(&error, ConfigurationError::NoInputFile { looked_at, .. } if looked_at.len() == 2), "{error}");
    assert!(find_input_file("nested", &paths, None).is_err(), "a folder is no file");
    // Never relative to the folder in which the program was started.
    assert!(find_input_file("Cargo.toml", &paths, None).is_err());
}
