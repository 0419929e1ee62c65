//! A soma with two dendrites; five spikes of a NetStim reach an ExpSyn in the middle of each dendrite. The model of
//! `examples/netstim.toml`.

use loligo::prelude::*;

/// The model.
pub fn network() -> Result<Network, Box<dyn std::error::Error>> {
    let dendrite = |name| Section::dendrite(name, 400.0, 2.0).with_segments(9).with_axial_resistance(100.0);
    let mut cell = Cell::builder()
        .named("cell")
        .add_soma_section(Section::soma(20.0).with_axial_resistance(100.0))
        .add_dendrite(dendrite("dend[0]"))
        .add_dendrite(dendrite("dend[1]"))
        .create()?;
    cell.paint(SectionKind::Soma, Hh::default());
    cell.paint(SectionKind::Dendrite, Pas { g: 5e-4, e: -65.0 }); // S/cm2, mV
    let middles = cell.dendrites().into_iter().map(|dendrite| (dendrite, 0.5));
    let synapses = cell.place_many("synapse", middles, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV

    let mut network = Network::new();
    let cell = network.add_cell(cell);
    let stim = NetStim { interval: 5.0, number: 5.0, start: 20.0, noise: 0.0 }; // ms
    let stim = network.add_artificial_cell("stim", stim);
    for (synapse, delay) in synapses.zip([1.0, 3.0]) {
        let netcon = NetCon::new(0.03).with_delay(delay); // uS, ms
        network.connect_spike_source(stim, TargetRef::Point { cell, point: synapse }, netcon);
    }
    network.watch(SourceRef::voltage(cell, 0, 0.5), 0.0); // mV
    for section in network.cells[cell].all() {
        network.record(VariableRef::voltage(cell, section, 0.5));
    }
    Ok(network)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let network = network()?;
    print!("{}", network.cells[0].topology());
    let mut simulation = Simulation::new(&network, &Options::default())?;
    simulation.run_until(80.0)?; // ms
    let of_cell = simulation.spikes_of_connection(2);
    println!("{} spikes, at {of_cell:.3?} ms", of_cell.len());
    Ok(())
}
