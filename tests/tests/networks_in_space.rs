//! A network drawn by distance is the same for any number of ranks, each of which draws it, and in a model file as in
//! Rust; it has the same results as the network of its listed connections, to the bit.

use loligo::prelude::*;
use loligo_format::ModelFile;
use loligo_tests::{Fingerprint, in_ranks};

const TSTOP: f64 = 25.0; // ms
const CELLS: usize = 300;

const MODEL: &str = r#"
[run]
tstop = 25.0
seed = 3

[[cell]]
name = "exc"
count = 300
positions = { box = [[0, 0, 0], [800, 800, 200]] }
section = [{ name = "soma", L = 20.0, diam = 20.0 }]
paint = [{ region = "soma", mechanism = "hh" }]
point = [
    { name = "ampa", mechanism = "ExpSyn", section = "soma", tau = 2.0 },
    { name = "nmda", mechanism = "Exp2Syn", section = "soma", tau1 = 2.0, tau2 = 30.0 },
]

[[artificial_cell]]
name = "input"
count = 50
mechanism = "NetStim"
interval = 8.0
start = 1.0
noise = 1.0
positions = { grid = [10, 5, 1], spacing = [80.0, 160.0, 1.0] }

[[connection]]
from = "input"
to = "exc.ampa"
pattern = "random"
out_degree = 30
probability = { linear = 400.0 }
weight = 0.01
velocity = 200.0

[[connection]]
from = "exc.soma(0.5)"
to = ["exc.ampa", "exc.nmda"]
synapse = "random"
pattern = "random"
probability = { gaussian = 90.0, max = 0.6 }
weight = { lognormal = ["0.8 nS", "0.4 nS"] }
delay = { normal = [0.6, 0.2], min = 0.1 }
velocity = "0.3 m/s"
"#;

/// The same network, made in Rust.
fn network() -> Result<Network, Box<dyn std::error::Error>> {
    let mut cell = Cell::new("exc");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    cell.paint(Region::All, Hh::default());
    let ampa = cell.place("ampa", soma, 0.5, ExpSyn { tau: 2.0, e: 0.0 });
    let nmda = cell.place("nmda", soma, 0.5, Exp2Syn { tau1: 2.0, tau2: 30.0, e: 0.0 });
    let mut network = Network::new();
    network.seed = 3;
    network.global_index = 0;
    for k in 0..CELLS {
        network.add_cell(Cell { name: format!("exc[{k}]"), ..cell.clone() });
    }
    let train = NetStim { interval: 8.0, start: 1.0, noise: 1.0, ..NetStim::default() };
    for k in 0..50 {
        network.add_artificial_cell(format!("input[{k}]"), train);
    }
    let seed = 3;
    let corners = ([0.0, 0.0, 0.0], [800.0, 800.0, 200.0]); // um
    network.place_cells(0..CELLS, &Positions::random_in_box(corners.0, corners.1, DrawStream::new(1, seed)))?;
    network.place_artificial_cells(0..50, &Positions::grid([10, 5, 1], [80.0, 160.0, 1.0]))?;

    let inputs: Vec<_> = (0..50).map(SourceRef::Artificial).collect();
    let somata: Vec<_> = (0..CELLS).map(|cell| SourceRef::voltage(cell, soma, 0.5)).collect();
    let synapse = |cell, point| TargetRef::Point { cell, point };
    let of_inputs: Vec<_> = (0..CELLS).map(|cell| [synapse(cell, ampa)]).collect();
    let both: Vec<_> = (0..CELLS).map(|cell| [synapse(cell, ampa), synapse(cell, nmda)]).collect();

    let linear = ConnectionProbability::new(DistanceCurve::Linear { radius: 400.0 }, 1.0);
    let pairs = RandomPattern {
        preference: Some(linear),
        ..RandomPattern::new(Partners::OutDegree(30), DrawStream::new(1, seed))
    };
    let pattern = ConnectionPattern { weight: 0.01.into(), velocity: Some(200.0), ..ConnectionPattern::new(pairs) };
    network.connect_pattern(&pattern, &inputs, &of_inputs)?;

    let near = ConnectionProbability::new(DistanceCurve::Gaussian { sigma: 90.0 }, 0.6);
    let pattern = ConnectionPattern {
        weight: RandomValue::lognormal(8e-4, 4e-4),
        delay: RandomValue::normal(0.6, 0.2).between(0.1, f64::INFINITY),
        velocity: Some(300.0),
        ..ConnectionPattern::new(RandomPattern::new(Partners::Probability(near), DrawStream::new(2, seed)))
    };
    network.connect_pattern(&pattern, &somata, &both)?;
    Ok(network)
}

#[test]
fn a_model_file_draws_what_rust_draws() {
    let model = ModelFile::parse(MODEL, "model.toml").unwrap_or_else(|errors| panic!("{errors}"));
    let network = network().expect("a sound network");
    assert_eq!(model.network.positions, network.positions);
    assert_eq!(model.network.artificial_positions, network.artificial_positions);
    assert!(network.connections.len() > 4_000, "{}", network.connections.len());
    // Numbers with a unit are converted, which may round: 0.8 nS.
    for (index, (a, b)) in model.network.connections.iter().zip(network.connections.iter()).enumerate() {
        assert_eq!((a.source, a.target, a.delay.to_bits()), (b.source, b.target, b.delay.to_bits()), "{index}");
        assert!((a.weight[0] - b.weight[0]).abs() <= 1e-15 * b.weight[0], "{index}");
    }
    assert_eq!(model.network.connections.len(), network.connections.len());
}

#[test]
fn ranks_that_draw_by_themselves_have_the_same_results() {
    let options = Options::default();
    let load = || ModelFile::parse(MODEL, "model.toml").unwrap_or_else(|errors| panic!("{errors}")).network;
    let expected = Fingerprint::of_run(&load(), &options, TSTOP);
    assert!(expected.spikes.len() > 500, "{} spikes", expected.spikes.len());
    for count in 1..=3 {
        let ranks = in_ranks(count, |rank| {
            let mut simulation = Simulation::with_communicator(&load(), &options, rank).expect("the model is sound");
            simulation.run_until(TSTOP).expect("the run stays finite");
            Fingerprint::of(&simulation)
        });
        let found = ranks.into_iter().next().expect("there is a rank 0");
        if let Some(difference) = expected.difference(&found) {
            panic!("{count} ranks: {difference}");
        }
    }
}

#[test]
fn listed_connections_give_the_same_results() {
    let drawn = network().expect("a sound network");
    let mut listed = drawn.clone();
    listed.connections = drawn.connections.iter().map(Connection::from).collect::<Vec<_>>().into();
    let options = Options { numerics: Numerics::Exact, ..Options::default() };
    let (expected, found) =
        (Fingerprint::of_run(&drawn, &options, TSTOP), Fingerprint::of_run(&listed, &options, TSTOP));
    assert_eq!(expected.difference(&found), None);
}
