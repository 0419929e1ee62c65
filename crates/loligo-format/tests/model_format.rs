//! A TOML file gives the same model as the API, key by key, and `docs/model-format.md` contains every built-in mechanism
//! and the names of its parameters.

use loligo::prelude::*;
use loligo::{Catalogue, ConnectionView, Kind};
use loligo_format::{Model, ModelFile};

const DOCUMENTATION: &str = include_str!("../../../docs/model-format.md");

fn model(text: &str) -> Model {
    ModelFile::parse(text, "model.toml").unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn every_key_has_its_counterpart() {
    let model = model(
        r#"
[run]
tstop = 12.5
dt = 0.0125
v_init = -70
celsius = 20.0
second_order = 2
numerics = "exact"
threads = 2
seed = 9

[output]
shape_voltage = true
shape_every = 7

[[cell]]
name = "cell"
count = 2
gid = 10
Ra = 150.0
cm = 0.75
max_segment_length = 50.0

[[cell.section]]
name = "soma"
points = [[0, 0, 0, 20], [20, 0, 0, 20]]
nseg = 1

[[cell.section]]
name = "trunk"
kind = "apical"
L = 90
diam = [3.0, 2.0]
parent = "soma"
parent_x = 0.5
child_end = 1
Ra = 80.0

[[cell.section]]
name = "spine"
kind = 7
L = 1.0
diam = 0.5
parent = "trunk"
d_lambda = { fraction = 0.2, frequency = 50 }

[cell.lists]
thick = ["soma", "trunk"]

[[cell.cable]]
region = "type 7"
cm = 2.0

[[cell.paint]]
region = "thick"
mechanism = "hh"
gnabar = { values = [0.1, 0.11] }
table = false

[[cell.paint]]
region = ["spine", "apic"]
mechanism = "pas"
g = { linear = [1e-4, 2e-4] }

[[cell.paint]]
region = "all"
mechanism = "k_ion"
ek = -90

[[cell.point]]
name = "syn"
mechanism = "ExpSyn"
section = "spine"
x = 1.0

[[cell.point]]
name = "clamp"
mechanism = "VClamp"
section = "soma"
dur = [1.0, 2.0]
amp = [-65, -20]

[[cell.point]]
name = "ramp"
mechanism = "IClamp"
section = "soma"
dur = 1e9
waveform = { variable = "amp", times = [0, 5, 5, 10], values = [0, 1, 0, 0] }

[[artificial_cell]]
name = "replay"
mechanism = "VecStim"
times = [1, 2, 2.5]

[[artificial_cell]]
name = "noise"
count = 2
mechanism = "NetStim"
noise = 1
stream = [4, 5, 6]

[[artificial_cell]]
name = "poisson"
mechanism = "NetStim"

[[gap_junction]]
name = "gap"
a = "cell.trunk(0.2)"
b = "cell[0].soma"
pattern = "all-to-all"
self_connections = true
conductance = { linear = [0.001, 0.002] }

[[gap_junction]]
a = "cell[0].spine(1)"
b = "cell[1].spine(0)"
conductance = 1e-4

[[transfer]]
from = "cell[1].soma(0.5)"
to = "cell[0].ramp.amp"

[[connection]]
from = "replay"
to = "cell[0].syn"
weight = 0.5

[[connection]]
from = "cell[1].soma(1).v"
to = "cell[0].syn"
weight = [0.25]
delay = 2
threshold = -20

[[connection]]
to = "cell[1].syn"
weight = 1
events = [3, 4]

[[detector]]
place = ["cell.soma", "noise[1]"]
threshold = 0

[[waveform]]
place = "cell[0].soma(0.5).gnabar_hh"
times = [0, 1]
values = [0, 0.12]
interpolation = "steps"

[[record]]
place = ["cell[0].soma(0.5)", "cell[1].syn.g", "gap[1].a.i"]
every = 3

[[record]]
place = "cell[1].trunk(0.25)"
variable = "ik"
name = "potassium"

[[record]]
cell = "cell[1]"
region = ["spine", "trunk"]
variable = ["i_membrane_", "i_membrane"]
every = 2
"#,
    );

    let point = |x: f32| Point3d { x, y: 0.0, z: 0.0, diameter: 20.0 };
    let mut network = Network::new();
    for (k, (gnabar, g)) in [(0.1, 1e-4), (0.11, 2e-4)].into_iter().enumerate() {
        let mut cell = Cell::new(format!("cell[{k}]"));
        let soma = Section::points("soma", vec![point(0.0), point(20.0)]);
        let soma = cell.add_section(soma.with_axial_resistance(150.0).with_membrane_capacitance(0.75));
        let trunk = Section {
            kind: SectionKind::Apical,
            shape: loligo::Shape::Cylinder { length: 90.0, diameters: vec![3.0, 2.0] },
            discretization: Discretization::MaximumLength(50.0),
            ..Section::cylinder("trunk", 90.0, 3.0).with_axial_resistance(80.0).with_membrane_capacitance(0.75)
        };
        let trunk = cell.add_section(trunk);
        assert!(cell.connect(trunk, End::One, soma, 0.5));
        let spine = Section {
            kind: SectionKind::Custom(7),
            discretization: Discretization::DLambda { fraction: 0.2, frequency: 50.0 },
            ..Section::cylinder("spine", 1.0, 0.5).with_axial_resistance(150.0).with_membrane_capacitance(2.0)
        };
        let spine = cell.add_section(spine.attached_to(trunk, 1.0));
        cell.define_list("thick", ["soma", "trunk"]);
        cell.paint(Region::List("thick".to_owned()), Mechanism::new("hh").with("table", 0.0));
        cell.paint(Region::Sections(vec!["trunk".to_owned(), "spine".to_owned()]), Mechanism::new("pas"));
        cell.paint(Region::All, Mechanism::new("k_ion").with("ek", -90.0));
        cell.place("syn", spine, 1.0, Mechanism::new("ExpSyn"));
        let levels = [("dur[0]", 1.0), ("dur[1]", 2.0), ("amp[0]", -65.0), ("amp[1]", -20.0)];
        let clamp = levels.into_iter().fold(Mechanism::new("VClamp"), |clamp, (name, value)| clamp.with(name, value));
        cell.place("clamp", soma, 0.5, clamp);
        let ramp = cell.place("ramp", soma, 0.5, Mechanism::new("IClamp").with("dur", 1e9));
        cell.set(ParameterRef::Painted { painted: 0, parameter: "gnabar".to_owned() }, gnabar);
        cell.set(ParameterRef::Painted { painted: 1, parameter: "g".to_owned() }, g);
        let cell = network.add_cell(cell);
        let waveform = Waveform::continuous(vec![0.0, 5.0, 5.0, 10.0], vec![0.0, 1.0, 0.0, 0.0]);
        network.play(VariableRef::point(cell, ramp, "amp"), waveform);
    }
    network.gids = vec![10, 11];
    network.add_artificial_cell("replay", VecStim { times: vec![1.0, 2.0, 2.5] });
    for k in 0..2 {
        let noise = Mechanism::new("NetStim").with("noise", 1.0).with_stream([4, 5, 6 + k]);
        network.add_artificial_cell(format!("noise[{k}]"), noise);
    }
    network.add_artificial_cell("poisson", Mechanism::new("NetStim").with_stream([1, 9, 3]));
    for (k, conductance) in [0.001, 0.002].into_iter().enumerate() {
        let gap = network.gap_junction(Location::new(k, 1, 0.2), Location::new(0, 0, 0.5), conductance);
        network.gap_junctions[gap].name = format!("gap[{k}]");
    }
    network.gap_junction(Location::new(0, 2, 1.0), Location::new(1, 2, 0.0), 1e-4);
    network.transfer(VariableRef::voltage(1, 0, 0.5), VariableRef::point(0, 2, "amp"));
    let synapse = |cell| TargetRef::Point { cell, point: 0 };
    network.connect(Connection::new(SourceRef::Artificial(0), synapse(0), 0.5, 1.0));
    network.connect(Connection::new(SourceRef::voltage(1, 0, 1.0), synapse(0), 0.25, 2.0).with_threshold(-20.0));
    network.send_events(synapse(1), 1.0, [3.0, 4.0]);
    network.watch(SourceRef::voltage(0, 0, 0.5), 0.0);
    network.watch(SourceRef::voltage(1, 0, 0.5), 0.0);
    let watched = network.watch(SourceRef::Artificial(2), 0.0);
    network.connections.update(watched, |watch| watch.threshold = None);
    let steps = Waveform::steps(vec![0.0, 1.0], vec![0.0, 0.12]);
    network.play(VariableRef::section(0, 0, 0.5, "gnabar_hh"), steps);
    network.record_as("cell[0].soma(0.5).v", VariableRef::voltage(0, 0, 0.5), 3);
    network.record_as("cell[1].syn.g", VariableRef::point(1, 0, "g"), 3);
    network.record_as("gap[1].a.i", VariableRef::gap_junction(1, GapSide::A, "i"), 3);
    network.record_as("potassium", VariableRef::section(1, 1, 0.25, "ik"), 1);
    for variable in ["i_membrane_", "i_membrane"] {
        // Sections in the cell's order.
        let region = Region::Sections(vec!["trunk".to_owned(), "spine".to_owned()]);
        let segments = network.record_segments(1, region, variable).expect("the sections are there");
        network.recordings[segments].iter_mut().for_each(|recording| recording.every = 2);
    }

    assert_eq!(model.network, network);
    let options = &model.options;
    assert_eq!((model.tstop, options.dt, options.v_init, options.celsius), (12.5, 0.0125, -70.0, 20.0));
    assert_eq!((options.second_order, options.numerics), (SecondOrder::CrankNicolsonCurrents, Numerics::Exact));
    assert_eq!((options.threads, model.seed), (2, 9));
    assert_eq!((model.output.shape_voltage, model.output.shape_every), (true, 7));
}

/// Pairs of sources and targets of a pattern among `count` artificial cells.
fn pairs(count: usize, seed: u32, keys: &str) -> Vec<(usize, usize)> {
    let text = format!(
        "[run]\ntstop = 1.0\nseed = {seed}\n[[artificial_cell]]\nname = \"a\"\ncount = {count}\nmechanism = \"IntFire1\"\n\
         [[connection]]\nfrom = \"a\"\nto = \"a\"\nweight = 1.0\n{keys}\n"
    );
    let ends = |connection: ConnectionView<'_>| match (connection.source, connection.target) {
        (Some(SourceRef::Artificial(source)), Some(TargetRef::Artificial(target))) => (*source, target),
        other => panic!("{other:?}"),
    };
    model(&text).network.connections.iter().map(ends).collect()
}

#[test]
fn patterns() {
    assert_eq!(pairs(3, 0, "pattern = \"one-to-one\""), [(0, 0), (1, 1), (2, 2)]);
    assert_eq!(pairs(3, 0, "pattern = \"ring\""), [(0, 1), (1, 2), (2, 0)]);
    let two_rings = pairs(6, 0, "pattern = \"ring\"\nring_size = 3\noffset = 2");
    assert_eq!(two_rings, [(0, 2), (1, 0), (2, 1), (3, 5), (4, 3), (5, 4)]);
    assert_eq!(pairs(2, 0, "pattern = \"all-to-all\""), [(0, 1), (1, 0)]);
    assert_eq!(pairs(2, 0, "pattern = \"all-to-all\"\nself_connections = true"), [(0, 0), (0, 1), (1, 0), (1, 1)]);
}

/// The pairs of cells joined by gap junctions, among `count` cells.
fn joined(count: usize, keys: &str) -> Vec<(usize, usize)> {
    let text = format!(
        "[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\ncount = {count}\n\
         section = [{{ name = \"s\", L = 20.0, diam = 20.0 }}, {{ name = \"d\", parent = \"s\", L = 20.0, diam = 2.0 }}]\n\
         [[gap_junction]]\nconductance = 0.001\n{keys}\n"
    );
    model(&text).network.gap_junctions.iter().map(|junction| (junction.a.cell, junction.b.cell)).collect()
}

#[test]
fn patterns_of_gap_junctions() {
    let alike = "a = \"c.s\"\nb = \"c.s\"\npattern";
    assert_eq!(joined(4, &format!("{alike} = \"ring\"")), [(0, 1), (1, 2), (2, 3), (3, 0)]);
    assert_eq!(joined(2, &format!("{alike} = \"ring\"")), [(0, 1)], "two cells in a ring are joined once");
    assert_eq!(joined(3, &format!("{alike} = \"all-to-all\"")), [(0, 1), (0, 2), (1, 2)], "each pair once");
    let unlike = "a = \"c.s\"\nb = \"c.d\"\npattern";
    assert_eq!(joined(2, &format!("{unlike} = \"ring\"")), [(0, 1), (1, 0)]);
    assert_eq!(joined(2, &format!("{unlike} = \"all-to-all\"")), [(0, 1), (1, 0)]);
    assert_eq!(joined(2, &format!("{unlike} = \"one-to-one\"")), [(0, 0), (1, 1)]);
}

#[test]
fn a_half_gap_without_another_side_is_noticed() {
    let text = "[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\nsection = [{ name = \"s\", L = 20.0, diam = 20.0 }]\n\
                [[cell.point]]\nname = \"half\"\nsection = \"s\"\nmechanism = \"HalfGap\"\ng = 0.001\n";
    let warnings = model(text).warnings;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].text.contains("\"c.half\" has no other side"), "{warnings:?}");
    let transfer = "[[transfer]]\nfrom = \"c.s(0.5)\"\nto = \"c.half.vgap\"\n";
    assert_eq!(model(&format!("{text}{transfer}")).warnings, []);
}

#[test]
fn gap_junctions_that_overshoot_are_noticed() {
    let warnings = |order: u32, x: f64, conductance: f64| {
        let text = format!(
            "[run]\ntstop = 1.0\nsecond_order = {order}\n[[cell]]\nname = \"c\"\ncount = 4\n\
             section = [{{ name = \"s\", L = 20.0, diam = 20.0 }}]\n[[gap_junction]]\na = \"c.s({x})\"\nb = \"c.s({x})\"\n\
             pattern = \"all-to-all\"\nconductance = {conductance}\n"
        );
        model(&text).warnings.into_iter().map(|warning| warning.text).collect::<Vec<_>>()
    };
    // 12.6 pF over 0.025 ms are 0.503 uS, and each cell has three junctions.
    assert!(warnings(0, 0.5, 0.16).is_empty());
    let found = warnings(0, 0.5, 0.2);
    assert!(
        found.len() == 1 && found[0].contains("at c[0].s(0.5), where the capacitance over dt is 5.027e-1 uS"),
        "{found:?}"
    );
    assert!(warnings(0, 1.0, 0.1).is_empty());
    let found = warnings(1, 1.0, 0.1);
    assert!(found.len() == 1 && found[0].contains("c[0].s(1) has no capacitance"), "{found:?}");
}

#[test]
fn random_patterns() {
    const P: &str = "pattern = \"random\"\nprobability = 0.1";
    let drawn = pairs(100, 1, P);
    // 9900 pairs, standard deviation 30.
    assert!((900..1080).contains(&drawn.len()), "{} of 990 expected", drawn.len());
    assert!(drawn.iter().all(|(from, to)| from != to));
    assert_eq!(drawn, pairs(100, 1, P), "the same seed gives the same network");
    assert_ne!(drawn, pairs(100, 2, P), "another seed gives another");
    assert_eq!(drawn, pairs(100, 2, &format!("{P}\nseed = 1")), "a pattern may have its own seed");

    let drawn = pairs(50, 1, "pattern = \"random\"\nin_degree = 7");
    for target in 0..50 {
        let mut sources: Vec<_> = drawn.iter().filter(|pair| pair.1 == target).map(|pair| pair.0).collect();
        sources.sort_unstable();
        sources.dedup();
        assert!(sources.len() == 7 && !sources.contains(&target), "target {target}: {sources:?}");
    }
}

#[test]
fn the_documentation_knows_every_mechanism() {
    for mechanism in Catalogue::builtin().iter() {
        let signature = mechanism.signature();
        let kind = match signature.kind {
            Kind::Density | Kind::Ion => "paint",
            Kind::Point { .. } => "point",
            Kind::Artificial => "artificial",
        };
        let row = DOCUMENTATION.lines().find(|line| line.starts_with(&format!("| `{}` | {kind} |", signature.name)));
        let row = row.unwrap_or_else(|| panic!("{} is not documented", signature.name));
        for parameter in signature.parameter_names() {
            let name = parameter.split('[').next().unwrap_or_default();
            assert!(row.contains(&format!("`{name}`")), "{}: {name} is not documented", signature.name);
        }
    }
}

#[test]
fn the_examples_of_the_documentation_are_sound() {
    let blocks: Vec<&str> =
        DOCUMENTATION.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        model(block);
    }
}

/// Two cells of a soma and two dendrites, the model before its stimuli.
const TWO_CELLS: &str = r#"[run]
tstop = 10.0
seed = 3
[[cell]]
name = "c"
count = 2
section = [
  { name = "soma", L = 20.0, diam = 20.0 },
  { name = "dend[0]", parent = "soma", L = 100.0, diam = 2.0 },
  { name = "dend[1]", parent = "soma", L = 100.0, diam = 2.0 },
]
[[cell]]
name = "d"
section = [{ name = "soma", L = 10.0, diam = 10.0 }]
"#;

#[test]
fn stimuli() -> Result<(), Box<dyn std::error::Error>> {
    let text = r#"
[[stimulus]]
cell = ["c[1]", "d"]
region = "soma"
x = 0.25
name = "drive"
electrode = true
base_amp = 0.1
delay = 1.5
scale = 2.0
shape = [
  { type = "pulse", amp = 0.3, duration = 2 },
  { type = "delay", duration = 0.5 },
  { type = "ramp", amp1 = 0.1, amp2 = -0.1, duration = 3.0 },
  { type = "segment", amp = 0.5, duration = 1.0 },
  { type = "segment", amp = 0.5, amp2 = 0.2, duration = 1.0 },
  { type = "pulses", pulse_duration = 1.0, amps = [0.1, 0.2] },
  { type = "train", amp = 1.0, frequency = 100.0, pulse_duration = 3.0, total_duration = 25.0 },
  { type = "sin", amp = 0.3, frequency = 50.0, total_duration = 20.0 },
  { type = "sinspec", amp = 0.3, frequency1 = 1.0, frequency2 = 50.0, duration = 20.0, step = 0.1 },
  { type = "samples", times = [0.0, 1.0], values = [0.2, 0.4], duration = 3.0 },
]

[[stimulus]]
region = ["dend", "soma"]
kind = "conductance"
reversal = -80.0
shape = [{ type = "noise", mean = 0.01, variance = 1e-6, duration = 5.0 }]
add = [
  { base_amp = 0.5, scale = 0.1, shape = [
    { type = "ornstein_uhlenbeck", tau = 2.0, sigma = 0.1, mean = 0.2, duration = 5.0, dt = 0.5 },
  ] },
  { shape = [
    { type = "shot_noise", tau_d = 4.0, tau_r = 0.4, rate = 900.0, amp_mean = 0.01, amp_var = 1e-5, duration = 5.0 },
  ] },
]

[[stimulus]]
cell = "c"
region = "dend[1]"
name = "given"
stream = [7, 8, 9]
seed = 4
shape = [{ type = "noise", mean = 0.0, variance = 1.0, duration = 2.0 }]

[[record]]
place = ["c[1].drive.i", "c[0].stimulus[2].vc", "c.given.amp"]
"#;
    let model = model(&format!("{TWO_CELLS}{text}"));
    assert!(model.warnings.iter().all(|warning| !warning.text.contains("region")), "{:?}", model.warnings);

    let before = ModelFile::parse(TWO_CELLS, "model.toml")?;
    let mut network = before.network;
    let drive = SignalSource::new().with_base_amp(0.1).with_delay(1.5)?;
    let drive = drive.pulse(0.3, 2.0)?.delay(0.5)?.ramp(0.1, -0.1, 3.0)?;
    let drive = drive.segment(0.5, 1.0, None)?.segment(0.5, 1.0, 0.2)?.pulses(1.0, [0.1, 0.2])?;
    let drive = drive.train(1.0, 100.0, 3.0, 25.0)?.sin(0.3, 20.0, 50.0, None)?;
    let drive = drive.sinspec(0.3, 1.0, 50.0, 20.0, 0.1)?.samples(&[0.0, 1.0], &[0.2, 0.4], 3.0)?;
    let drive = CurrentSource::new(drive * 2.0).electrode();
    for cell in [1, 2] {
        let attached = drive.attach_to(&mut network, Location::new(cell, 0, 0.25))?;
        network.cells[cell].points[attached.point()].name = "drive".to_owned();
    }

    let shots = ShotNoise { tau_d: 4.0, tau_r: 0.4, rate: 900.0, amp_mean: 0.01, amp_var: 1e-5 };
    for cell in 0..3 {
        let mut stream = Random123::new(cell as u32, 2, 115).with_global_index(3);
        for (k, section) in (0..network.cells[cell].sections.len()).enumerate() {
            let noise = SignalSource::new().noise(0.01, 1e-6, 5.0, None, &mut stream)?;
            let ou = SignalSource::new().with_base_amp(0.5);
            let ou = ou.ornstein_uhlenbeck(2.0, 0.1, 0.2, 5.0, 0.5, &mut stream)? * 0.1;
            let shot = SignalSource::new().shot_noise(shots, 5.0, None, &mut stream)?;
            let source = ConductanceSource::new(noise + ou + shot, -80.0);
            let attached = source.attach_to(&mut network, Location::new(cell, section, 0.5))?;
            network.cells[cell].points[attached.point()].name = format!("stimulus[{k}]");
        }
    }

    for cell in 0..2 {
        let mut stream = Random123::new(7, 8, 9 + cell as u32).with_global_index(4);
        let noise = SignalSource::new().noise(0.0, 1.0, 2.0, None, &mut stream)?;
        let attached = CurrentSource::new(noise).attach_to(&mut network, Location::new(cell, 2, 0.5))?;
        network.cells[cell].points[attached.point()].name = "given".to_owned();
    }
    for (cell, point, variable) in [(1, 0, "i"), (0, 2, "vc"), (0, 3, "amp"), (1, 4, "amp")] {
        network.record(VariableRef::point(cell, point, variable));
    }
    assert_eq!(model.network.cells, network.cells);
    assert_eq!(model.network.waveforms, network.waveforms);
    assert_eq!(model.network.recordings, network.recordings);
    assert_eq!(model.network, network);
    Ok(())
}

/// A cell of a soma of 20 um and a dendrite of 200 um and four segments, with one painting.
fn painted(keys: &str) -> String {
    format!(
        "[run]\ntstop = 1.0\n[[cell]]\nname = \"cell\"\nsection = [{{ name = \"soma\", L = 20, diam = 20 }}, \
         {{ name = \"dend\", parent = \"soma\", L = 200, diam = 2, nseg = 4 }}]\n\
         [[cell.paint]]\nregion = \"dend\"\nmechanism = \"pas\"\n{keys}\n"
    )
}

#[test]
fn parameters_may_vary_along_a_cell() {
    let exponential = |u: f64| 1e-4 + 2e-4 * (-0.01 * u).exp();
    let sigmoid = |u: f64| 1e-4 + (5e-4 - 1e-4) / (1.0 + ((100.0 - u) / 30.0).exp());
    // The segments' middles are 35, 85, 135 and 185 um from that of the soma.
    for (value, expected) in [
        ("{ distance = { linear = { at_zero = 0, slope = 1e-5 } } }", [35.0, 85.0, 135.0, 185.0].map(|u| 1e-5 * u)),
        (
            "{ distance = { exponential = { offset = 1e-4, scale = 2e-4, rate = -0.01 } } }",
            [35.0, 85.0, 135.0, 185.0].map(exponential),
        ),
        (
            "{ distance = { sigmoid = { low = 1e-4, high = 5e-4, middle = 100, width = 30 } } }",
            [35.0, 85.0, 135.0, 185.0].map(sigmoid),
        ),
        ("{ distance = { step = { inside = 1e-3, outside = 1e-4, from = 85, to = 185 } } }", [1e-4, 1e-3, 1e-3, 1e-4]),
        ("{ x = { points = [[0.25, 1e-3], [0.75, 2e-3]] } }", [0.001, 0.00125, 0.00175, 0.002]),
        ("{ diameter = { linear = { at_zero = 0, slope = 1e-3 } } }", [0.002; 4]),
    ] {
        let mut network = model(&painted(&format!("g = {value}"))).network;
        for x in [0.125, 0.375, 0.625, 0.875] {
            network.record(VariableRef::section(0, 1, x, "g_pas"));
        }
        let simulation = Simulation::new(&network, &Options::default()).expect("it is sound");
        let found: Vec<f64> = (0..4).map(|k| simulation.samples(k).unwrap()[0]).collect();
        assert_eq!(found, expected, "{value}");
    }
}

#[test]
fn what_no_curve_is_is_said_with_its_place() {
    for (keys, words) in [
        ("g = { distance = { linear = { at_zero = 0 } } }", "slope"),
        ("g = { distance = { linaer = { at_zero = 0, slope = 1 } } }", "linear"),
        ("g = { distance = {} }", "give one of linear, exponential, sigmoid, step, points"),
        ("g = { distance = 1.0 }", "a table"),
        ("g = { distance = { points = [[1, 2], [1, 3]] } }", "u ascending"),
        ("g = { x = { sigmoid = { low = 0, high = 1, middle = 0.5, width = 0 } } }", "greater than 0"),
        ("g = { x = { linear = { at_zero = 0, slope = 1 } }, distance = {} }", "exclude each other"),
        ("gee = { x = { linear = { at_zero = 0, slope = 1 } } }", "gee"),
        ("e = { x = { exponential = { offset = 0, scale = 1, rate = 1e6 } } }", "at dend(0.125): pas's e = inf mV"),
    ] {
        let errors = ModelFile::parse(&painted(keys), "model.toml").expect_err("it is wrong").to_string();
        assert!(errors.contains(words), "{keys}: {errors}");
    }
}

#[test]
fn globals_are_of_a_network() -> Result<(), Box<dyn std::error::Error>> {
    let with = |globals: &str| format!("[globals]\n{globals}\n{TWO_CELLS}");
    let read = ModelFile::parse(&with("ca_ion = { cai0 = 1e-4 }"), "model.toml")?;
    assert_eq!(read.network.globals["ca_ion"]["cai0"], 1e-4); // mM
    for (globals, expected) in [
        ("ca_ionn = {}", "model.toml:2:1: there is no mechanism \"ca_ionn\"; did you mean \"ca_ion\"?"),
        ("ca_ion = { cai = 1e-4 }", "did you mean \"cai0\"?"),
        ("ca_ion = 1.0", "must be a table"),
        ("ca_ion = { cai0 = -1.0 }", "\"cai0\" = -1; give a value"),
    ] {
        let errors = ModelFile::parse(&with(globals), "model.toml").expect_err(globals).to_string();
        assert!(errors.contains(expected), "{errors}");
    }
    Ok(())
}

#[test]
fn parameters_in_another_unit_are_noticed() {
    let text = |gnabar: f64| {
        format!(
            "[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\n[[cell.section]]\nname = \"soma\"\nL = 20.0\ndiam = 20.0\n\
             [[cell.paint]]\nregion = \"all\"\nmechanism = \"hh\"\ngnabar = {gnabar:?}\n"
        )
    };
    assert_eq!(model(&text(0.12)).warnings, []);
    let warnings = model(&text(120.0)).warnings; // mS/cm2
    assert!(
        warnings.len() == 1 && warnings[0].text.contains("gnabar = 120 S/cm2: usual values are 0 to 10"),
        "{warnings:?}"
    );
}

#[test]
fn a_warning_of_plausibility_is_left_out_by_its_key() {
    let text = |quiet: &str| {
        format!(
            "[run]\ntstop = 1.0\ndt = 1.0\nv_init = -0.065\n{quiet}\n[[cell]]\nname = \"c\"\n[[cell.section]]\n\
             name = \"soma\"\nL = 20e-6\ndiam = 20.0\n"
        )
    };
    let warnings = |quiet: &str| -> Vec<(String, String)> {
        let text = text(quiet);
        let warnings = model(&text).warnings;
        warnings.into_iter().map(|warning| (text[warning.span].to_owned(), warning.text)).collect()
    };
    let all = warnings("");
    assert_eq!(all[0].0, "1.0");
    assert!(all[0].1.ends_with("0.025 ms is usual (quiet = [\"dt\"] in [run] leaves this out)"), "{all:?}");
    assert_eq!(all[1].0, "-0.065");
    assert!(all[2].0.starts_with("[[cell.section]]") && all[2].1.contains("2e-5 m is 20 um"), "{all:?}");
    assert_eq!(all.len(), 3);
    assert_eq!(warnings("quiet = [\"dt\", \"section\"]").len(), 1);
    let error = ModelFile::parse(&text("quiet = \"weights\""), "model.toml").expect_err("no such rule").to_string();
    assert!(error.contains("give one or more of \"parameter\", \"weight\""), "{error}");
}

#[test]
fn the_examples_are_plausible() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_some_and(|extension| extension == "toml") && !path.ends_with("ring_configuration.toml") {
            let model = ModelFile::load(&path).unwrap_or_else(|errors| panic!("{errors}"));
            assert!(!model.warnings.iter().any(|warning| warning.text.contains("quiet = ")), "{:?}", model.warnings);
            count += 1;
        }
    }
    assert!(count > 10);
}

#[test]
fn a_number_may_have_a_unit() {
    let text = |tstop, length, conductance, amplitude, weight, stimulus| {
        format!(
            r#"
            [run]
            tstop = {tstop}
            [[cell]]
            name = "c"
            section = [{{ name = "soma", L = {length}, diam = 20.0 }}]
            paint = [{{ region = "all", mechanism = "hh", gnabar = {conductance} }}]
            point = [
                {{ name = "e", section = "soma", mechanism = "IClamp", dur = 1.0, amp = {{ values = [{amplitude}] }} }},
                {{ name = "s", section = "soma", mechanism = "ExpSyn" }},
            ]
            [[artificial_cell]]
            name = "n"
            mechanism = "NetStim"
            [[connection]]
            from = "n"
            to = "c.s"
            weight = {weight}
            [[stimulus]]
            cell = "c"
            region = "soma"
            shape = [{{ type = "pulse", amp = {stimulus}, duration = 1.0 }}]
            "#
        )
    };
    let plain = model(&text("100.0", "200.0", "0.12", "0.2", "0.0005", "0.03"));
    let with_units = text("\"0.1 s\"", "\"0.2 mm\"", "\"120 mS/cm2\"", "\"200 pA\"", "\"0.5 nS\"", "\"30 pA\"");
    let with_units = model(&with_units);
    assert_eq!((with_units.network, with_units.tstop), (plain.network, plain.tstop));
    let wrong = text("\"100 mV\"", "\"20 ux\"", "0.12", "\"200\"", "\"1 nA\"", "0.03");
    let errors = ModelFile::parse(&wrong, "model.toml").expect_err("the units are wrong").to_string();
    for expected in [
        "\"tstop\" = \"100 mV\": mV cannot be converted to ms",
        "\"L\" = \"20 ux\": there is no unit \"ux\"",
        "not the text \"200\"",
        "\"weight\" = \"1 nA\": nA cannot be converted to uS",
    ] {
        assert!(errors.contains(expected), "{expected} in {errors}");
    }
}

#[test]
fn an_unknown_mechanism_is_answered_with_those_that_exist() {
    let error = |name: &str| {
        let text = format!(
            "[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\nsection = [{{ name = \"s\", L = 1.0, diam = 1.0 }}]\n\
             paint = [{{ region = \"all\", mechanism = \"{name}\" }}]\n"
        );
        ModelFile::parse(&text, "model.toml").expect_err("no such mechanism").to_string()
    };
    let unlike = error("nax");
    assert!(unlike.contains("there is no mechanism \"nax\"; there are pas, na_ion"), "{unlike}");
    assert!(unlike.contains("mechanisms = [\"mods/\"] at the top of the file"), "{unlike}");
    assert!(error("ExpSyn2").contains("did you mean \"Exp2Syn\"?"));
}

#[test]
fn a_morphology_may_be_changed_after_it_was_read() -> Result<(), Box<dyn std::error::Error>> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let text = |keys: &str| {
        format!(
            "[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\nmorphology = '{root}/morphologies/pyramidal_l5.swc'\n\
             Ra = 100.0\n{keys}\n"
        )
    };
    let keys = "cut_beyond = 300.0\nremove = [\"dend[3]\"]\nreplace_axon = [[30.0, 1.5]]\n\
                scale_diameters = { apical = 1.2 }";
    let found = model(&text(keys));
    let mut cell = Cell::from_morphology(format!("{root}/morphologies/pyramidal_l5.swc"))?;
    cell.cut_beyond(300.0)?;
    cell.remove_sections(Region::section_named("dend[3]"))?;
    cell.replace_axon(&[(30.0, 1.5)])?;
    cell.scale_diameters(SectionKind::Apical, 1.2)?;
    cell.for_each_section(&Region::All, |section| section.axial_resistance = 100.0);
    assert_eq!(found.network.cells[0].sections, cell.sections);
    for (keys, expected) in [
        ("cut_beyond = -1.0", "\"cut_beyond\": distance (um) = -1; give a number greater than 0"),
        ("remove = \"dendd[3]\"", "there is no region \"dendd[3]\"; did you mean \"dend[3]\"?"),
        ("replace_axon = [30.0, 1.5]", "\"replace_axon\" must be a list of pairs [length, diameter], um"),
        ("scale_diameters = { axon = 0.0 }", "factor of diameters = 0; give a number greater than 0"),
    ] {
        let errors = ModelFile::parse(&text(keys), "model.toml").expect_err(keys).to_string();
        assert!(errors.contains(expected), "{errors}");
    }
    Ok(())
}
