//! A network with random patterns by distance is built in NEURON from the table of connections that was written, and
//! nothing else of the patterns. Both have the same bits in every voltage, and the same spikes.
//!
//! The test needs NEURON 9.0.2 (`validation/neuron/setup.sh`) and prints a note if it is not available.

use std::time::Duration;

use loligo::{Numerics, Options, Simulation};
use loligo_format::ModelFile;
use loligo_validation::neuron_simulator::NeuronSimulator;
use loligo_validation::simulator::Simulator;
use loligo_validation::vocabulary::Definition;
use serde_json::{Value, json};

const CELLS: usize = 24;
const TSTOP: f64 = 40.0; // ms

const MODEL: &str = r#"
[run]
tstop = 40.0
seed = 11

[[cell]]
name = "c"
count = 24
positions = { sphere = 250.0 }
section = [
    { name = "soma", L = 20.0, diam = 20.0 },
    { name = "dend", parent = "soma", L = 150.0, diam = 1.5, nseg = 3 },
]
paint = [{ region = "soma", mechanism = "hh" }, { region = "dend", mechanism = "pas", g = 1e-4, e = -65.0 }]
point = [
    { name = "near", mechanism = "ExpSyn", section = "soma", tau = 2.0 },
    { name = "far", mechanism = "Exp2Syn", section = "dend", x = 0.7, tau1 = 0.5, tau2 = 3.0 },
]

[[artificial_cell]]
name = "input"
count = 12
mechanism = "NetStim"
interval = 4.0
number = 8
start = { linear = [1.0, 6.5] }
positions = { box = [[-200, -200, -200], [200, 200, 200]] }

[[connection]]
from = "input"
to = ["c.near", "c.far"]
synapse = "random"
pattern = "random"
out_degree = 5
probability = { exponential = 150.0 }
weight = { normal = [0.008, 0.002], min = 0.001 }
delay = { uniform = [0.2, 0.6] }
velocity = "0.15 m/s"

[[connection]]
from = "c.soma(0.5)"
to = "c.far"
pattern = "random"
probability = { gaussian = 130.0, max = 0.8, cutoff = 300.0 }
threshold = -10.0
weight = { lognormal = ["2 nS", "1 nS"] }
delay = { exponential = 0.5, min = 0.1, max = 4.0 }
velocity = 300.0

[[connection]]
from = "c.soma(0.5)"
to = "c.near"
pattern = "random"
in_degree = 4
multiple_connections = true
threshold = -10.0
weight = 5e-4
delay = 1.5

[[detector]]
place = "c.soma(0.5)"
threshold = -10.0

[[record]]
place = ["c.soma(0.5)", "c.dend(0.5)"]
"#;

/// The cells of the model and the connections of a table, in the vocabulary of the comparison.
fn definition(table: &str) -> Definition {
    let names: Vec<String> = (0..CELLS).map(|k| format!("c[{k}]")).collect();
    let (mut sections, mut density, mut points, mut netcons, mut probes) = (vec![], vec![], vec![], vec![], vec![]);
    for name in &names {
        sections.push(json!({ "name": format!("{name}.soma"), "L": 20.0, "diam": 20.0 }));
        let parent = format!("{name}.soma");
        sections.push(json!({ "name": format!("{name}.dend"), "L": 150.0, "diam": 1.5, "nseg": 3, "parent": parent }));
        density.push(json!({ "sec": format!("{name}.soma"), "mech": "hh" }));
        density.push(json!({ "sec": format!("{name}.dend"), "mech": "pas", "params": { "g": 1e-4, "e": -65.0 } }));
        points.push(json!({
            "id": format!("{name}.near"), "type": "ExpSyn", "sec": format!("{name}.soma"), "params": { "tau": 2.0 }
        }));
        points.push(json!({
            "id": format!("{name}.far"), "type": "Exp2Syn", "sec": format!("{name}.dend"), "x": 0.7,
            "params": { "tau1": 0.5, "tau2": 3.0 }
        }));
    }
    for part in ["soma", "dend"] {
        probes.extend(names.iter().map(|name| json!({ "sec": format!("{name}.{part}"), "x": 0.5, "var": "v" })));
    }
    let inputs: Vec<Value> = (0..12)
        .map(|k| {
            let start = 1.0 + 5.5 * (f64::from(k) / 11.0);
            let params = json!({ "interval": 4.0, "number": 8, "start": start, "noise": 0.0 });
            json!({ "id": format!("input[{k}]"), "type": "NetStim", "params": params })
        })
        .collect();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("source,target,synapse,weight,delay,threshold"));
    for line in lines {
        let columns: Vec<&str> = line.split(',').collect();
        let [source, target, synapse, weight, delay, threshold] = columns[..] else { panic!("{line}") };
        let number = |text: &str| text.parse::<f64>().expect("a number");
        let source = match source.split_once('(') {
            Some((section, _)) => json!({ "sec": section, "x": 0.5 }),
            None => json!({ "id": source }),
        };
        let mut netcon = json!({
            "src": source, "tgt": format!("{target}.{synapse}"), "weight": number(weight), "delay": number(delay)
        });
        if !threshold.is_empty() {
            netcon["threshold"] = json!(number(threshold));
        }
        netcons.push(netcon);
    }
    netcons.extend(
        names
            .iter()
            .map(|name| json!({ "src": { "sec": format!("{name}.soma"), "x": 0.5 }, "threshold": -10.0, "rec": true })),
    );
    let definition = json!({
        "name": "random patterns", "tstop": TSTOP, "sections": sections, "density": density, "points": points,
        "art": inputs, "netcons": netcons, "probes": probes
    });
    serde_json::from_value(definition).expect("the definition is in the vocabulary")
}

#[test]
fn neuron_has_the_same_bits_with_the_written_connections() {
    let model = ModelFile::parse(MODEL, "model.toml").unwrap_or_else(|errors| panic!("{errors}"));
    let mut table = Vec::new();
    model.network.write_connections(&mut table).expect("memory");
    let definition = definition(std::str::from_utf8(&table).expect("text"));
    assert!(definition.netcons.len() > 200, "{} connections", definition.netcons.len());

    let options = Options { numerics: Numerics::Exact, ..model.options.clone() };
    let mut simulation = Simulation::new(&model.network, &options).expect("a sound model");
    simulation.run_until(TSTOP).expect("finite numbers");
    assert!(simulation.spikes().len() > 40, "{} spikes", simulation.spikes().len());

    let mut neuron = match NeuronSimulator::start(&NeuronSimulator::default_python(), Duration::from_secs(120)) {
        Ok(neuron) => neuron,
        Err(error) => return eprintln!("skipped: {error}"),
    };
    let results = neuron.run(&definition).expect("NEURON runs the network");
    for (k, probe) in definition.probes.iter().enumerate() {
        let found = simulation.samples(k).expect("a recording");
        let expected = &results.probes[k];
        assert_eq!(found.len(), expected.len());
        let differs = found.iter().zip(expected).position(|(a, b)| a.to_bits() != b.to_bits());
        assert_eq!(differs, None, "{probe}: samples differ");
    }
    let connections = definition.netcons.len() - CELLS;
    for detector in connections..definition.netcons.len() {
        assert_eq!(simulation.spikes_of_connection(detector), results.spikes[&detector]);
    }
}
