//! Lists of numbers and function tables that are given to mechanisms: those written outside the project's crates
//! reproduce NEURON's traces for the same equations in NMODL (`tests/neuron/own_mechanisms/`, measured by
//! `tests/neuron/handed_in.py`): `Exact` to the bit, `Fast` within 1e-9 mV. The bits depend neither on the numbers of
//! ranks and threads and the sizes of groups, nor on an interruption; a model in a file equals the one in Rust. Invalid
//! lists and tables are rejected with clear messages.

#[expect(dead_code, reason = "the example's main")]
#[path = "../../crates/loligo/examples/own_mechanisms/main.rs"]
mod own_mechanisms;

use std::sync::Arc;

use loligo::kernels::{
    CompileError, Environment, FunctionTable, FunctionTableSlot, Instances, Kernel, Layout, Outbox, VectorSlot,
};
use loligo::prelude::*;
use loligo::{Catalogue, CatalogueError, Kind, ModelError, Signature, SimulationError, Variable};
use loligo_format::{Model, ModelFile};
use loligo_tests::{function_table, numbers, project_file, read_json, run_on};
use serde_json::Value;

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap()
}

fn index(value: &Value, key: &str) -> usize {
    value[key].as_u64().unwrap() as usize
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap()
}

fn reference() -> Value {
    read_json(&project_file("tests/reference/handed_in.json"))
}

fn catalogue() -> Catalogue {
    own_mechanisms::catalogue().unwrap()
}

fn sections(branched: bool) -> Cell {
    let mut cell = Cell::new("cell");
    let mut parent = cell.add_section(Section::cylinder("soma", 20.0, 20.0).with_axial_resistance(100.0)); // um, ohm cm
    let dendrites = [(200.0, 2.0), (150.0, 1.5), (100.0, 1.0)]; // um
    for (k, (length, diam)) in dendrites.into_iter().enumerate().filter(|_| branched) {
        let section = Section::cylinder(format!("dend{k}"), length, diam).with_axial_resistance(100.0);
        let section = cell.add_section(section.with_segments(3).attached_to(parent, 1.0));
        parent = if k == 0 { section } else { parent };
    }
    cell
}

/// The network of a case; its recordings are those of the case, in their order.
fn network(case: &Value, every: usize) -> Network {
    let mut network = Network::with_catalogue(catalogue());
    network.set_function_table("ktab", "ninf", function_table(&case["ninf"]));
    network.set_function_table("ktab", "ntau", function_table(&case["ntau"]));
    let mut cells = [0, 1, 2].map(|k| {
        let mut cell = sections(case["branched"].as_bool().unwrap());
        cell.name = format!("cell{k}");
        cell.paint(Region::All, Hh::default());
        cell.paint(Region::All, Mechanism::new("ktab").with("gbar", 8e-4)); // S/cm2
        cell
    });
    for (k, own) in list(case, "points").iter().enumerate() {
        let mechanism = Mechanism::new("stepseq")
            .with("gain", number(own, "gain"))
            .vector("onsets", numbers(&own["onsets"])) // ms
            .vector("amplitudes", numbers(&own["amplitudes"])); // nA
        cells[index(own, "cell")].place(format!("e{k}"), index(own, "section"), number(own, "x"), mechanism);
    }
    cells.into_iter().for_each(|cell| _ = network.add_cell(cell));
    for name in case["samples"].as_object().unwrap().keys() {
        let words: Vec<_> = name.split(' ').collect();
        let [cell, section] = [0, 1].map(|k| words[k].parse().unwrap());
        let variable = VariableRef::section(cell, section, words[2].parse().unwrap(), words[3]);
        network.record_as(name.replace(' ', "_"), variable, every);
    }
    network
}

fn options(case: &Value, numerics: Numerics) -> Options {
    Options { celsius: number(case, "celsius"), numerics, ..Options::default() }
}

#[test]
fn mechanisms_that_are_handed_something_are_neurons() {
    let reference = reference();
    for (k, case) in list(&reference, "cases").iter().enumerate() {
        for numerics in [Numerics::Exact, Numerics::Fast] {
            let network = network(case, index(&reference, "every"));
            let mut simulation = Simulation::new(&network, &options(case, numerics)).unwrap();
            for _run in 0..2 {
                simulation.run_until(number(case, "tstop")).unwrap();
                for (recording, (name, expected)) in case["samples"].as_object().unwrap().iter().enumerate() {
                    let (own, expected) = (simulation.samples(recording).unwrap(), numbers(expected));
                    assert_eq!(own.len(), expected.len(), "{name}");
                    for (own, expected) in own.iter().zip(expected) {
                        let near = numerics == Numerics::Fast && (own - expected).abs() <= 1e-9;
                        assert!(
                            near || own.to_bits() == expected.to_bits(),
                            "case {k}, {numerics:?}: {name} is {own:?}, not {expected:?}"
                        );
                    }
                }
                simulation.initialize().unwrap();
            }
        }
    }
}

#[test]
fn neither_machines_nor_interruptions_matter() {
    for case in list(&reference(), "cases") {
        for numerics in [Numerics::Exact, Numerics::Fast] {
            let (network, options) = (network(case, 3), options(case, numerics));
            let (mut expected, end) = run_on((1, 1, 8192), &network, &options, None, 20.0);
            for machine in [(1, 2, 1), (1, 3, 8192), (2, 1, 8192), (3, 2, 1)] {
                let (own, own_end) = run_on(machine, &network, &options, None, 20.0);
                assert_eq!(expected.difference(&own), None, "{machine:?}");
                assert_eq!(own_end, end, "{machine:?}");
            }
            let (first, checkpoint) = run_on((2, 1, 1), &network, &options, None, 7.8); // ms
            let (rest, own_end) = run_on((1, 2, 1), &network, &options, Some(&checkpoint), 20.0);
            for (expected, first) in expected.samples.iter_mut().zip(&first.samples) {
                expected.drain(..first.len());
            }
            assert_eq!(expected.difference(&rest), None);
            assert_eq!(own_end, end);
        }
    }
}

#[test]
fn checkpoints_of_other_lists_and_tables_are_refused() {
    let reference = reference();
    let case = &list(&reference, "cases")[0];
    let options = options(case, Numerics::Fast);
    let network = network(case, 1);
    let checkpoint = run_on((1, 1, 8192), &network, &options, None, 1.0).1;
    let restore = |change: &dyn Fn(&mut Network)| {
        let mut other = network.clone();
        change(&mut other);
        Simulation::new(&other, &options).unwrap().restore(&checkpoint).map_err(|error| error.to_string())
    };
    assert_eq!(restore(&|_| {}), Ok(()));
    let changes: [&dyn Fn(&mut Network); 4] = [
        &|other| other.set_function_table("ktab", "ninf", FunctionTable::constant(0.25).unwrap()),
        &|other| _ = other.cells[0].points[0].mechanism.vectors.insert("amplitudes".to_owned(), [0.1].into()),
        &|other| _ = other.cells[2].points[1].mechanism.vectors.insert("amplitudes".to_owned(), [0.1].into()),
        &|other| _ = other.cells[0].points[0].mechanism.vectors.remove("onsets"),
    ];
    for change in changes {
        let told = restore(change).unwrap_err();
        assert!(told.contains("mechanisms on its cells, or their parameters"), "{told}");
    }
}

/// A model file with the same cells, and its network.
fn in_a_file(case: &Value, name: &str, change: impl Fn(String) -> String) -> Result<Model, String> {
    let mut text = format!(
        "[run]\ntstop = 1.0\n[function_tables]\nktab.ninf = {}\nktab.ntau = {}\n",
        toml(&case["ninf"]),
        toml(&case["ntau"])
    );
    for k in 0..3 {
        text += &format!(
            "[[cell]]\nname = \"cell{k}\"\nsection = [{{ name = \"soma\", L = 20, diam = 20, Ra = 100 }}]\n\
             [[cell.paint]]\nregion = \"all\"\nmechanism = \"hh\"\n\
             [[cell.paint]]\nregion = \"all\"\nmechanism = \"ktab\"\ngbar = 8e-4\n"
        );
        let points = list(case, "points").iter().enumerate().filter(|(_, own)| index(own, "cell") == k);
        for (n, own) in points {
            text += &format!(
                "[[cell.point]]\nname = \"e{n}\"\nmechanism = \"stepseq\"\nsection = \"soma\"\nx = 0.5\ngain = {}\n\
                 onsets = {}\namplitudes = {}\n",
                own["gain"], own["onsets"], own["amplitudes"]
            );
        }
    }
    let path = std::env::temp_dir().join(format!("loligo_handed_in_{}_{name}.toml", std::process::id()));
    std::fs::write(&path, change(text)).unwrap();
    let read = ModelFile::load_in(&path, catalogue()).map_err(|error| error.to_string());
    std::fs::remove_file(&path).unwrap();
    read
}

/// A function table in the syntax of a model file.
fn toml(given: &Value) -> String {
    match given.as_object() {
        None => given.to_string(),
        Some(keys) => {
            let keys: Vec<_> = keys.iter().map(|(key, value)| format!("{key} = {value}")).collect();
            format!("{{ {} }}", keys.join(", "))
        }
    }
}

#[test]
fn files_hand_in_the_same() {
    for (k, case) in list(&reference(), "cases").iter().enumerate().filter(|(_, case)| case["branched"] == false) {
        let read = in_a_file(case, &k.to_string(), |text| text).unwrap().network;
        let expected = network(case, 1);
        assert_eq!(read.function_tables, expected.function_tables);
        for (read, expected) in read.cells.iter().zip(&expected.cells) {
            let vectors = |cell: &Cell| cell.points.iter().map(|own| own.mechanism.vectors.clone()).collect::<Vec<_>>();
            assert_eq!(vectors(read), vectors(expected));
        }
    }
}

#[test]
fn files_are_told_what_does_not_fit() {
    let reference = reference();
    let case = &list(&reference, "cases")[0];
    let told = |from: &str, to: &str| {
        let change = |text: String| {
            let start = text.find(from).unwrap_or_else(|| panic!("{from} in {text}"));
            let end = start + text[start..].find('\n').unwrap();
            format!("{}{to}{}", &text[..start], &text[end..])
        };
        in_a_file(case, "wrong", change).err().unwrap_or_else(|| panic!("{to} is taken"))
    };
    for (from, to, expected) in [
        ("ktab.ninf", "", "\"ninf\" of \"ktab\" is not set"),
        ("ktab.ninf", "", "ktab.ninf = { values = [...], from = ..., to = ... } under [function_tables]"),
        ("ktab.ntau", "", "ktab.ntau = { values = [[...], ...], from = [..., ...], to = [..., ...] }"),
        ("ktab.ninf", "ktab.nimf = 1.0", "no function table \"nimf\" of ktab; did you mean \"ninf\"?"),
        ("ktab.ninf", "ktap.ninf = 1.0", "no mechanism \"ktap\"; did you mean \"ktab\"?"),
        ("ktab.ninf", "ktab.ninf = [1.0]", "\"ninf\" must be { values = [...], from = ..., to = ... } or a number"),
        ("ktab.ninf", "ktab.ninf = nan", "ninf(v), no unit: steady state of n"),
        ("ktab.ninf", "ktab.ninf = { values = [1.0, nan], from = 0, to = 1 }", "\"values\" must be a list of finite"),
        ("ktab.ninf", "ktab.ninf = { values = [1.0, 2.0], from = 0 }", "needs the key \"to\": the v of the last value"),
        ("ktab.ninf", "ktab.ninf = { values = [1.0, 2.0], from = 1, to = 0 }", "runs from 1 to 0"),
        ("ktab.ninf", "ktab.ninf = { values = [], from = 0, to = 1 }", "it has no values"),
        ("ktab.ninf", "ktab.ninf = { values = [1.0, 2.0], at = [0, 1, 2] }", "it has 2 values at 3 points"),
        ("ktab.ninf", "ktab.ninf = { values = [1.0, 2.0], at = [2, 1] }", "position number 2 is 1"),
        ("ktab.ninf", "ktab.ninf = { values = [1.0], at = [2], to = 1 }", "\"at\" and \"to\" exclude each other"),
        (
            "ktab.ninf",
            "ktab.ninf = { values = [1.0], from = 0, to = 1, form = 2 }",
            "no key \"form\"; did you mean \"from\"?",
        ),
        (
            "ktab.ntau",
            "ktab.ntau = { values = [[1, 2], [3]], from = [0, 0], to = [1, 1] }",
            "lists of finite numbers, of equal",
        ),
        (
            "ktab.ntau",
            "ktab.ntau = { values = [1, 2], from = [0, 0], to = [1, 1] }",
            "lists of finite numbers, of equal",
        ),
        ("ktab.ntau", "ktab.ntau = { values = [[1]], from = [0, 0, 0], to = [1, 1] }", "\"from\" = 3 numbers; give 2"),
        ("ktab.ntau", "ktab.ntau = { values = [1, 2], at = [0, 1] }", "\"at\" is for functions of one argument"),
        ("amplitudes", "amplitude = [1.0]", "no key \"amplitude\"; did you mean \"amplitudes\"?"),
        ("amplitudes", "amplitudes = 1.0", "\"amplitudes\" must be a list of finite numbers: the currents"),
        ("amplitudes", "amplitudes = [1.0, inf]", "must be a list of finite numbers"),
        ("onsets", "onsets = [3.0, 1.0]", "time number 2 is out of order"),
        ("onsets", "gain = 2.0", "duplicate"),
        ("onsets", "", "needs the key \"onsets\": when the currents begin, ms, ascending"),
        ("gbar", "onsets = [1.0]", "has no key \"onsets\""),
    ] {
        let told = told(from, to);
        assert!(told.contains(expected), "{to}: {told}");
    }
}

fn errors(network: &Network) -> Vec<String> {
    match Simulation::new(network, &Options::default()) {
        Err(SimulationError::Model(errors)) => errors.0.iter().map(ModelError::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn networks_are_told_what_does_not_fit() {
    let mut network = Network::with_catalogue(catalogue());
    let mut cell = sections(false);
    let electrode = |name: &str, values: &[f64]| Mechanism::new("stepseq").vector(name, values);
    cell.place("a", 0, 0.5, electrode("onset", &[1.0]));
    cell.place("b", 0, 0.5, electrode("amplitudes", &[1.0, f64::NAN]));
    cell.place("c", 0, 0.5, electrode("onsets", &[2.0, 1.0]));
    cell.paint(Region::All, Mechanism::new("ktab"));
    cell.paint(Region::All, Mechanism::new("pas").vector("times", [1.0]));
    network.add_cell(cell);
    network.add_artificial_cell("replay", VecStim { times: vec![-1.0] });
    network.set_function_table("ktap", "ninf", FunctionTable::default());
    network.set_function_table("ktab", "nimf", FunctionTable::default());
    network.set_function_table("ktab", "ntau", FunctionTable::uniform([1.0, 2.0], 0.0, 1.0).unwrap());
    let told = errors(&network);
    for expected in [
        "point process \"a\": \"stepseq\" takes no list of numbers \"onset\"; did you mean \"onsets\"?",
        "point process \"b\": number 1 of stepseq's amplitudes is NaN; give finite numbers",
        "point process \"c\": time 1 is 1 ms; give finite times of at least 0 ms in ascending order",
        "cell \"cell\": the function table \"ninf\" of \"ktab\" is not set; give its values by \
         Network::set_function_table(\"ktab\", \"ninf\", ...), in a file by ktab.ninf",
        "\"pas\" takes no list of numbers \"times\"",
        "artificial cell \"replay\": time 0 is -1 ms",
        "function tables: there is no mechanism \"ktap\"; did you mean \"ktab\"?",
        "function tables: \"ktab\" has no function table \"nimf\"; did you mean \"ninf\"?",
        "\"ntau\" of \"ktab\" was given with 1 of its arguments (v, celsius); give values for all of them",
    ] {
        assert_eq!(told.iter().filter(|told| told.contains(expected)).count(), 1, "{expected}: {told:#?}");
    }
    assert_eq!(told.len(), 9, "{told:#?}");
}

/// A mechanism that only computes, in the variable `sums`, the sum of each of its lists.
#[derive(Debug)]
struct Sums(Arc<Signature>);

impl Sums {
    fn new(name: &str, kind: Kind) -> Arc<Self> {
        let vectors = ["first", "second"].map(|name| VectorSlot::new(name, "1", "numbers to add up"));
        Arc::new(Self(Arc::new(Signature {
            variables: vec![Variable::assigned("sums", "1", "sums of the lists").array(2)],
            vectors: vectors.into(),
            tables: vec![FunctionTableSlot::new("added", &[], "1", "added to the sums")],
            ..Signature::new(name, "adds up", kind)
        })))
    }
}

impl loligo::kernels::Mechanism for Sums {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(Adding(environment.tables[0].value(&[]))))
    }
}

#[derive(Debug)]
struct Adding(f64);

impl Kernel for Adding {
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for k in 0..instances.len() {
            for vector in 0..2 {
                let sum = self.0 + instances.vector(vector, k).iter().sum::<f64>();
                instances.set(vector, k, sum);
            }
        }
    }
}

/// Lists belong to their instance, whatever comes before it: on cells with a shared description and with separate ones,
/// with gap junctions, in small groups. A later painting overrides an earlier one, at its places and for its list.
#[test]
fn every_kind_of_mechanism_has_its_own_lists() {
    let catalogue = Catalogue::builtin()
        .with(Sums::new("painted", Kind::Density))
        .and_then(|catalogue| catalogue.with(Sums::new("placed", Kind::Point { electrode: false })))
        .and_then(|catalogue| catalogue.with(Sums::new("alone", Kind::Artificial)))
        .unwrap();
    let mut network = Network::with_catalogue(catalogue);
    for (mechanism, added) in [("painted", 0.25), ("placed", 0.5), ("alone", 0.75)] {
        network.set_function_table(mechanism, "added", FunctionTable::constant(added).unwrap());
    }
    let mut cell = sections(true);
    let long: Arc<[f64]> = vec![1.0; 1000].into();
    cell.paint(Region::All, Mechanism::new("painted").vector("first", [1.0, 2.0]).vector("second", Arc::clone(&long)));
    cell.paint(Region::section_named("dend1"), Mechanism::new("painted").vector("first", [10.0]));
    for (k, section) in [2, 0, 0].into_iter().enumerate() {
        cell.place(format!("p{k}"), section, 0.5, Mechanism::new("placed").vector("second", [k as f64, 100.0]));
    }
    let mut other = cell.clone();
    other.name = "other".to_owned();
    other.points[2].mechanism = Mechanism::new("placed").vector("first", [7.0]).into();
    let cells = [cell.clone(), other, cell].map(|cell| network.add_cell(cell));
    network.gap_junction(Location::new(cells[1], 0, 0.5), Location::new(cells[2], 0, 0.5), 1e-6); // uS
    for k in 0..3 {
        network.add_artificial_cell(format!("a{k}"), Mechanism::new("alone").vector("first", vec![k as f64; k]));
    }
    let mut expected = Vec::new();
    let mut record = |variable: &dyn Fn(&str) -> VariableRef, [first, second]: [f64; 2]| {
        expected.push((network.record(variable("sums[0]")), first));
        expected.push((network.record(variable("sums[1]")), second));
    };
    for cell in cells {
        let at = |section| move |name: &str| VariableRef::section(cell, section, 0.5, format!("{name}_painted"));
        record(&at(0), [3.25, 1000.25]);
        record(&at(2), [10.25, 1000.25]);
        for k in 0..3 {
            let sums = if (cell, k) == (1, 2) { [7.5, 0.5] } else { [0.5, 100.5 + k as f64] };
            record(&|name| VariableRef::point(cell, k, name), sums);
        }
    }
    for k in 0..3 {
        record(&|name| VariableRef::artificial(k, name), [0.75 + (k * k) as f64, 0.75]);
    }
    for options in [Options::default(), Options { group_nodes: 1, threads: 2, ..Options::default() }] {
        let simulation = Simulation::new(&network, &options).unwrap();
        for &(recording, expected) in &expected {
            assert_eq!(simulation.value(recording).unwrap(), expected, "{:?}", simulation.recording_name(recording));
        }
    }
    // A shared list is counted once.
    let counts = network.estimate(&Options::default()).unwrap().counts;
    let instances = 3.0 * (10.0 + 3.0) + 3.0;
    assert_eq!(counts.vectors, 2.0 * instances);
    assert!(counts.vector_values > 1000.0 && counts.vector_values < 1100.0, "{}", counts.vector_values);
}

#[test]
fn names_are_told_apart() {
    let with = |variable: &str, vector: &str, tables: [&str; 2]| {
        Catalogue::builtin().with(Arc::new(Sums(Arc::new(Signature {
            variables: vec![Variable::assigned(variable, "1", "something")],
            vectors: vec![VectorSlot::new(vector, "1", "something")],
            tables: tables.map(|table| FunctionTableSlot::new(table, &[], "1", "something")).into(),
            ..Signature::new("named", "has names", Kind::Density)
        }))))
    };
    assert!(with("a", "b", ["a", "b"]).is_ok());
    for (variable, vector, tables) in [("a", "a", ["b", "c"]), ("a", "b", ["a", "a"])] {
        let error = with(variable, vector, tables).err();
        assert!(matches!(error, Some(CatalogueError::DuplicateVariable { variable, .. }) if variable == "a"));
    }
}
