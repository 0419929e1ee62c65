//! A passive interneuron from a Neurolucida file, and one AlphaSynapse on a dendrite: the peak potential there and at
//! the soma. The model of `examples/alpha_synapse.toml`.

use loligo::prelude::*;

/// The model, with the interneuron of `morphologies/`.
pub fn network(interneuron: &str) -> Result<Network, Box<dyn std::error::Error>> {
    let mut cell = Cell::from_morphology(interneuron)?;
    cell.for_each_section(&Region::All, |section| {
        section.axial_resistance = 100.0; // ohm cm
        section.discretization = Discretization::DLambda { fraction: 0.1, frequency: 100.0 };
    });
    cell.paint(Region::All, Pas { g: 1e-4, e: -70.0 }); // S/cm2, mV
    let soma = cell.soma().ok_or("the morphology has no soma")?;
    let dendrite = cell.section("dend[10]").ok_or("the morphology has no dend[10]")?;
    cell.add_synaptic_receptor(dendrite, 0.5, AlphaSynapse { onset: 20.0, tau: 0.5, gmax: 1e-3, e: 0.0 });

    let mut network = Network::new();
    let cell = network.add_cell(cell);
    network.record(VariableRef::voltage(cell, soma, 0.5));
    network.record(VariableRef::voltage(cell, dendrite, 0.5));
    Ok(network)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../morphologies/interneuron.asc");
    let mut simulation = Simulation::new(&network(file)?, &Options { v_init: -70.0, ..Options::default() })?;
    simulation.run_until(60.0)?; // ms
    let height = |recording| -> Result<f64, loligo::SimulationError> {
        Ok(simulation.samples(recording)?.iter().copied().fold(f64::MIN, f64::max) + 70.0) // mV
    };
    println!("{:.3} mV at the synapse, {:.3} mV at the soma", height(1)?, height(0)?);
    Ok(())
}
