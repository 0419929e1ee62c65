//! A weight change during a run has the same effect as one made by an event of NEURON.

use loligo::prelude::*;

/// Voltages of NEURON 9.0.2 at some steps, as bits: `h.cvode.event(t, ...)` sets `nc.weight[0]`, before, between and at
/// the times of spikes.
const NEURON: [(usize, u64); 10] = [
    (100, 13857569620890473873),
    (325, 13857403023360791328),
    (330, 13857391026400372172),
    (500, 4625322933940163190),
    (600, 13858248422693376462),
    (700, 13858089648717316393),
    (800, 13858001149857625866),
    (900, 13857766053217587992),
    (1000, 13847147877768696214),
    (1200, 13854582505769943670),
];

#[test]
fn weights_change_as_in_neuron() {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    cell.paint(Region::All, Hh::default());
    let synapse = cell.place("synapse", soma, 0.5, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    let train = NetStim { interval: 3.0, number: 10.0, start: 1.0, noise: 0.0 }; // ms
    let train = network.add_artificial_cell("train", train);
    let target = TargetRef::Point { cell, point: synapse };
    let connection = network.connect(Connection::new(SourceRef::Artificial(train), target, 0.0005, 1.0)); // uS, ms
    for (t, weight) in [(7.99, 0.02), (14.0, 0.001), (20.013, 0.03)] {
        network.change_weight(connection, t, weight); // ms, uS
    }
    let v = network.record(VariableRef::voltage(cell, soma, 0.5));
    let options = Options { numerics: Numerics::Exact, ..Options::default() };
    let mut simulation = Simulation::new(&network, &options).unwrap();
    simulation.run_until(30.0).unwrap(); // ms
    for (step, bits) in NEURON {
        let (found, expected) = (simulation.samples(v).unwrap()[step], f64::from_bits(bits));
        assert_eq!(found.to_bits(), bits, "step {step}: {found} instead of {expected} mV");
    }
    // The same result step by step.
    let whole = simulation.samples(v).unwrap().to_vec();
    simulation.initialize().unwrap();
    while simulation.steps() < 1200 {
        simulation.step().unwrap();
    }
    assert_eq!(simulation.samples(v).unwrap(), whole);
}
