//! All errors of a configuration are reported at once with their places, both errors of its text and those found when
//! the circuit is built; and no configuration makes reading or building panic, hang or fill the memory.

use std::fmt::Write;
use std::path::PathBuf;

use loligo_format::configuration::*;

const CIRCUIT: &str = r#"
[run]
tstop = 5.0
[[cell]]
name = "ring"
count = 4
section = [{ name = "soma", L = 20.0, diam = 20.0 }]
[[cell.point]]
name = "synapse"
mechanism = "ExpSyn"
section = "soma"
[[cell.point]]
name = "electrode"
mechanism = "IClamp"
section = "soma"
[[artificial_cell]]
name = "start"
mechanism = "NetStim"
[[connection]]
from = "ring.soma(0.5)"
to = "ring.synapse"
pattern = "ring"
threshold = 0.0
weight = 0.01
"#;

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("configuration_errors").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("circuit.toml"), CIRCUIT).unwrap();
    folder
}

/// Reads and builds; errors have the file name `c.toml`.
fn build(name: &str, file: &str, text: &str) -> Result<ConfiguredCircuit, String> {
    let folder = folder(name);
    let result = SimulationConfig::parse(text, folder.join(file)).and_then(|config| config.build());
    result.map_err(|error| error.to_string().replace(&format!("{}/", folder.display()), ""))
}

fn toml(name: &str, more: &str) -> Result<ConfiguredCircuit, String> {
    build(name, "c.toml", &format!("circuit.circuit_path = \"circuit.toml\"\n{more}"))
}

#[test]
fn what_shows_when_the_circuit_is_built_has_its_place_too() {
    let text = r#"[circuit]
circuit_path = "circuit.toml"
CircuitTarget = "rong"
[options]
restrict_node_populations = ["ring", "strat"]
restrict_stimulus = ["electrod"]
[node_sets]
far = [99]
outer = ["far", "nowhere"]
ids = { population = "ring", node_id = [4] }
round = ["about"]
about = ["round"]
[[connection_overrides]]
source = "nobody"
target = "ring[9]"
weight = 0
[[connection_overrides]]
name = "silent"
source = "ring"
target = "ring"
weight = 0
[[connection_overrides]]
name = "part"
source = "ring"
target = "ring[0]"
weight = 1
delay = 2
[[connection_overrides]]
source = "outer"
Destination = "ring"
weight = 1
[[connection_overrides]]
source = "ring"
target = "ring"
synapse_configure = "%s.tauu = 2"
"#;
    let expected = [
        "c.toml:3:17: circuit.circuit_target: node set \"rong\": there is none; did you mean \"ring\"?",
        "c.toml:5:29: options.restrict_node_populations: node set \"strat\": there is none; did you mean \"start\"?",
        "c.toml:6:21: options.restrict_stimulus: no cell has a stimulus \"electrod\"; did you mean \"electrode\"?",
        "c.toml:8:7: node_sets.far: node set \"far\": no cell has the gid 99",
        "c.toml:9:9: node_sets.outer: node set \"nowhere\": there is none; there are about, far, ids, outer, round, ring, \
         start",
        "c.toml:10:7: node_sets.ids: node set \"ids\": \"ring\" has 4 cells, no cell 4; they are counted from 0",
        "c.toml:12:9: node_sets.about: node set \"about\": it contains itself, by way of about, round",
        "c.toml:14:10: connection_overrides[0].source: node set \"nobody\": there is none; there are about, far, ids, \
         outer, round, ring, start",
        "c.toml:15:10: connection_overrides[0].target: node set \"ring[9]\": there is none; there are ring[0] to ring[3]",
        "c.toml:17:1: connection_overrides[1]: connection override \"silent\" has weight 0, and \"part\" gives only some of \
         its connections a weight later; give both the same source and target, or split \"silent\"",
        "c.toml:35:21: connection_overrides[4].synapse_configure: connection override \"4\": \"ExpSyn\" has no parameter \
         \"tauu\"; did you mean \"tau\"?",
    ];
    let error = build("places", "c.toml", text).unwrap_err();
    let found: Vec<&str> = error.lines().collect();
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(*found, expected);
    }
    assert_eq!(found.len(), expected.len(), "{error}");
    // The same in JSON.
    let document: serde_json::Value = serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
    let error = build("places", "c.json", &serde_json::to_string_pretty(&document).unwrap()).unwrap_err();
    assert_eq!(error.lines().count(), expected.len(), "{error}");
    // A value made in Rust has no places, but the same errors.
    let config = SimulationConfig::parse(text, folder("places").join("c.toml")).unwrap();
    let made = SimulationConfig { source_text: SourceText::default(), ..config };
    let Err(ConfigurationError::Several(errors)) = made.build() else { panic!() };
    assert_eq!(errors.len(), expected.len());
    assert!(errors.iter().any(|error| matches!(error, ConfigurationError::Conflict(_))));
}

#[test]
fn node_sets_nested_deep_or_often_are_resolved_at_once() {
    let mut often = "[node_sets]\nx60 = [\"ring\"]\n".to_owned();
    let mut deep = "[node_sets]\nx50000 = [\"ring\"]\n".to_owned();
    let sets = |text: &mut String, count: usize, times: usize| {
        for k in 0..count {
            let inner = vec![format!("\"x{}\"", k + 1); times].join(", ");
            writeln!(text, "x{k} = [{inner}]").unwrap();
        }
        text.push_str("[[connection_overrides]]\nsource = \"x0\"\ntarget = \"x1\"\nweight = 2\n");
    };
    sets(&mut often, 60, 2);
    sets(&mut deep, 50_000, 1);
    for text in [often, deep] {
        let circuit = toml("nested", &text).unwrap();
        assert_eq!(circuit.changes.overridden_connections, 4);
    }
    let mut wrong = "[node_sets]\n".to_owned();
    for k in 0..20_000 {
        writeln!(wrong, "x{k} = [\"y{k}\"]\n").unwrap();
    }
    let errors = toml("nested", &wrong).unwrap_err().lines().count();
    assert!((100..=200).contains(&errors), "{errors}");
}

#[test]
fn texts_that_are_no_configuration_are_refused() {
    let deep = [
        "[".repeat(200_000),
        "{\"a\":".repeat(100_000),
        format!("{{\"node_sets\": {{\"a\": {}{}}}}}", "[".repeat(5000), "]".repeat(5000)),
        format!("{}1{}", "{\"a\":".repeat(5000), "}".repeat(5000)),
    ];
    for text in &deep {
        assert!(build("deep", "c.json", text).unwrap_err().contains("this is not JSON"));
    }
    assert!(build("deep", "c.json", &deep[3]).unwrap_err().contains("nested more than 64 deep"));
    assert!(toml("deep", &format!("x = {}", "[".repeat(100_000))).unwrap_err().contains("this is not TOML"));
    // The place is that in the whole file.
    let twice = "{\"circuit\": {\n\"circuit_path\": \"a\",\n  \"circuit_path\": \"b\"}}";
    let error = build("deep", "c.json", twice).unwrap_err();
    assert_eq!(error, "c.json:3:19: this is not JSON: the key \"circuit_path\" comes twice");
    let numbers = "{\"circuit\": {\"circuit_path\": \"circuit.toml\"}, \"run\": {\"tstop\": 1e999, \"dt\": NaN}}";
    assert!(build("deep", "c.json", numbers).unwrap_err().contains("this is not JSON: expected value"));
    let numbers = "{\"circuit\": {\"circuit_path\": \"circuit.toml\"}, \"run\": {\"tstop\": 1e999, \"v_init\": -1e400, \
                   \"celsius\": -1e300, \"threads\": 99999999999999999999, \"dt\": 0}}";
    let error = build("deep", "c.json", numbers).unwrap_err();
    assert_eq!(error.lines().count(), 5, "{error}");
    assert!(error.contains("\"celsius\" = -1e300; give a temperature above absolute zero"), "{error}");
    let whole = "{\"circuit\": {\"circuit_path\": \"circuit.toml\"}, \"run\": {\"tstop\": 100000000000000000000000}}";
    assert!(build("deep", "c.json", whole).unwrap_err().contains("\"tstop\" = 1e23; give a time from 0 to 1e9 ms"));
    // A byte order mark at the beginning is ignored.
    build("deep", "c.json", "\u{feff}{\"circuit\": {\"circuit_path\": \"circuit.toml\"}}").unwrap();
    build("deep", "c.toml", "\u{feff}[circuit]\ncircuit_path = \"circuit.toml\"").unwrap();
}

#[test]
fn a_circuit_that_is_none_is_refused() {
    let folder = folder("none");
    let path = folder.join("c.toml");
    let text = "[circuit]\ncircuit_path = \"c.toml\"\n";
    std::fs::write(&path, text).unwrap();
    let error = build("none", "c.toml", text).unwrap_err();
    let expected = "circuit_path = c.toml; that is a configuration; give the model file of the circuit";
    assert_eq!(error, format!("c.toml:2:16: circuit.circuit_path: {expected}"));
    for circuit in ["missing.toml", "../none", ""] {
        let error = build("none", "d.toml", &format!("circuit.circuit_path = \"{circuit}\"\n")).unwrap_err();
        assert!(error.starts_with("d.toml:1:24: circuit.circuit_path: there is no file "), "{error}");
    }
    let error = build("none", "d.toml", "circuit.circuit_path = \"a\\u0000b\"\n").unwrap_err();
    let expected = "the text \"a\\u{0}b\" holds a zero byte (U+0000), which cannot be seen; take it out";
    assert_eq!(error, format!("d.toml:1:24: circuit.circuit_path: {expected}"));
    assert!(SimulationConfig::is_configuration(&path) && !SimulationConfig::is_configuration(&folder));
    // Without its most important table it is still a configuration, and the error names the missing part.
    std::fs::write(&path, "[options]\ndry_run = true\n").unwrap();
    assert!(SimulationConfig::is_configuration(&path));
    let error = SimulationConfig::load(&path).unwrap_err().to_string();
    assert!(
        error.ends_with(
            "c.toml:1:1: the configuration needs the key \"circuit\": a table [circuit] with the key circuit_path"
        ),
        "{error}"
    );
    std::fs::write(&path, b"[circuit]\ncircuit_path = \"r\xe9\"\n").unwrap();
    let error = SimulationConfig::load(&path).unwrap_err().to_string();
    assert!(error.contains("line 2, column 18: the byte 0xE9 (\"é\" in Windows-1252) is not UTF-8 text"), "{error}");
    let error = SimulationConfig::load(&folder).unwrap_err().to_string();
    assert!(error.ends_with("it is a folder, not a file; give the path of a file in it"), "{error}");
}

#[test]
fn what_would_leave_nothing_or_too_much_is_refused() {
    for (text, message) in [
        ("circuit.circuit_target = \"start\"\n", "circuit.circuit_target: none of the circuit's cells is left"),
        ("options.restrict_node_populations = []\n", "restrict_node_populations: none of the circuit's cells is left"),
        ("options.debug_conn = [7]\n", "options.debug_conn: no cell has the gid 7"),
        ("options.debug_conn = [0, -1]\n", "must be a list of one gid or two, whole numbers, not the whole number -1"),
        ("options.debug_conn = [0, 1, 2]\n", "give one gid, or two"),
        ("options.dump_cell_state = \"x\"\n", "options.dump_cell_state: \"x\" is no gid"),
        ("options.dump_cell_state = 3\ncircuit.circuit_target = \"ring[0]\"\n", "no cell has the gid 3"),
        ("options.save = \"s\"\noptions.save_time = 9\n", "options.save_time: save_time = 9; give a time"),
        (
            "[[connection_overrides]]\nsource = \"ring\"\ntarget = \"ring\"\nspont_minis = 1e300\n",
            "at most 100000000 are taken",
        ),
    ] {
        let error = toml("nothing", text).map(|circuit| circuit.stats()).unwrap_err();
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn an_override_of_nothing_is_warned_of() {
    let block = |source: &str, target: &str| {
        format!(
            "[[connection_overrides]]\nname = \"{source}{target}\"\nsource = \"{source}\"\ntarget = \"{target}\"\nweight = 2\n"
        )
    };
    let text = format!("node_sets.empty = []\n{}{}", block("empty", "ring"), block("ring", "start"));
    let circuit = toml("empty", &text).unwrap();
    let warning = |from: &str, to: &str| ConnectionWarning::NoConnections {
        block: format!("{from}{to}"),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    assert_eq!(circuit.connections.warnings, [warning("empty", "ring"), warning("ring", "start")]);
    assert_eq!(circuit.changes.overridden_connections, 0);
    // Empty names mean all, as in neurodamus; and a set can be restricted to a population.
    let circuit = toml("empty", &block("", "ring:")).unwrap();
    assert_eq!((circuit.changes.overridden_connections, circuit.connections.warnings.len()), (4, 0));
    let circuit =
        toml("empty", &format!("node_sets.two = [\"ring[0]\", \"ring[1]\", \"start\"]\n{}", block("ring:two", "")))
            .unwrap();
    assert_eq!(circuit.changes.overridden_connections, 2);
}

/// The network of a run is checked by the simulation alone; the reported errors are the same.
#[test]
fn errors_of_the_network_are_those_of_the_circuit_first() {
    let folder = folder("network");
    let wrong = CIRCUIT.to_owned() + "[[record]]\nplace = \"ring[1].soma(0.5).m_hh\"\n";
    std::fs::write(folder.join("wrong.toml"), wrong).unwrap();
    let of_circuit = "the circuit: wrong.toml:26:9: ";
    for (text, expected) in [
        ("circuit.circuit_path = \"wrong.toml\"", of_circuit),
        // Errors of options are reported once the circuit has none.
        ("circuit.circuit_path = \"wrong.toml\"\noptions.restrict_stimulus = [\"drive\"]", of_circuit),
        (
            "circuit.circuit_path = \"circuit.toml\"\n[[connection_overrides]]\nname = \"fast\"\nsource = \"ring\"\n\
             target = \"ring\"\nsynapse_configure = \"%s.tau = -1\"",
            "the configured circuit: ",
        ),
    ] {
        let config = SimulationConfig::parse(text, folder.join("c.toml")).unwrap();
        let built = config.build().unwrap_err();
        let told = built.to_string().replace(&format!("{}/", folder.display()), "");
        assert!(told.starts_with(expected), "{text}: {told}");
        let later = config.build_unchecked(1).and_then(|circuit| config.check(&circuit.model.network));
        assert_eq!(later.unwrap_err(), built, "{text}");
    }
}
