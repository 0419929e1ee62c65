//! A noisy network from a TOML file: mean firing rates of its populations.

use loligo::{Simulation, SourceRef, VariableRef};
use loligo_format::ModelFile;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/noisy_network.toml");
    let model = ModelFile::load(file)?;
    let mut simulation = Simulation::new(&model.network, &model.options)?;
    simulation.run_until(model.tstop)?;
    for population in ["excitatory", "inhibitory"] {
        let members = model.network.cells.iter().filter(|cell| cell.name.starts_with(population)).count();
        let of_population = |source: &SourceRef| match source {
            SourceRef::Variable(VariableRef::Section { cell, .. }) => {
                model.network.cells[*cell].name.starts_with(population)
            }
            _ => false,
        };
        let sources = simulation.sources();
        let spikes = simulation.spikes().iter().filter(|spike| of_population(&sources[spike.source])).count();
        let rate = spikes as f64 / members as f64 / (model.tstop / 1000.0); // Hz
        println!("{population}: {members} cells, {rate:.1} Hz");
    }
    Ok(())
}
