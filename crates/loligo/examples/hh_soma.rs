//! The squid's giant axon as one compartment: spikes during a current step. The model of `examples/hh_soma.toml`.

use loligo::prelude::*;

/// The model.
pub fn network() -> Result<Network, Box<dyn std::error::Error>> {
    let mut cell = Cell::builder().named("squid").add_soma(20.0).create()?; // um
    let soma = 0;
    cell.paint(Region::All, Hh::default());
    cell.place("electrode", soma, 0.5, IClamp { delay: 5.0, dur: 30.0, amp: 0.2 }); // ms, ms, nA

    let mut network = Network::new();
    let cell = network.add_cell(cell);
    network.watch(SourceRef::voltage(cell, soma, 0.5), 0.0); // mV
    network.record(VariableRef::voltage(cell, soma, 0.5));
    Ok(network)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut simulation = Simulation::new(&network()?, &Options::default())?;
    simulation.run_until(40.0)?; // ms
    let times: Vec<f64> = simulation.spikes().iter().map(|spike| spike.t).collect();
    let peak = simulation.samples(0)?.iter().copied().fold(f64::MIN, f64::max); // mV
    println!("{} spikes at {times:.3?} ms, the highest voltage is {peak:.2} mV", times.len());
    Ok(())
}
