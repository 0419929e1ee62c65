//! Runs a model file in several ranks, here threads of one process; any other communicator is used in the same way.
//! `cargo run --release --example ranks -- 4 examples/ring.toml`

use std::path::PathBuf;
use std::thread;

use loligo::{Communicator, Options, Phase, Simulation, SimulationError, Threads};
use loligo_format::{Model, ModelFile};

/// The work of every rank, with the same model; rank 0 has all results.
fn run(model: &Model, rank: Box<dyn Communicator>) -> Result<(), SimulationError> {
    let options = Options { profile: true, ..model.options.clone() };
    let mut simulation = Simulation::with_communicator(&model.network, &options, rank)?;
    simulation.run_until(model.tstop)?;
    if simulation.rank() == 0 {
        println!("{} ranks: {} spikes in {} steps", simulation.ranks(), simulation.spikes().len(), simulation.steps());
        for (rank, profile) in simulation.profiles().into_iter().enumerate() {
            let between = profile.spent(Phase::Ranks);
            println!("rank {rank}: {:.3?} of its own work, {between:.3?} between ranks", profile.total() - between);
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().map_or(Ok(2), |count| count.parse())?;
    let ring = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/ring.toml"));
    let model = ModelFile::load(arguments.next().map_or_else(ring, PathBuf::from))?;
    thread::scope(|scope| {
        let ranks: Vec<_> =
            Threads::ranks(count).into_iter().map(|rank| scope.spawn(|| run(&model, Box::new(rank)))).collect();
        ranks.into_iter().try_for_each(|rank| rank.join().map_err(|_| "a rank panicked")?.map_err(Into::into))
    })
}
