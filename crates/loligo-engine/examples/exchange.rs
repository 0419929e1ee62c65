//! Measures the cost of the exchange between ranks at the end of an epoch, by the size of each rank's
//! message.
//!
//! `cargo run --release -p loligo-engine --example exchange -- 4` runs four ranks in one process; for
//! processes,
//! `cargo build --release -p loligo-engine --features mpi --example exchange`, then
//! `mpirun -n 4 target/release/examples/exchange`.

use std::time::Instant;

use loligo_engine::{CommunicationError, Communicator, Messages, Threads};

/// Bytes of each rank's message: the smallest size, the largest that is sent in one round, and
/// several times that.
const SIZES: [usize; 6] = [2, 56, 64, 1_024, 16_384, 262_144];
const ROUNDS: usize = 2_000;

/// Measures all sizes, and prints a line for each in rank 0.
fn measure(rank: &mut dyn Communicator) -> Result<(), CommunicationError> {
    let mut all = Messages::default();
    for size in SIZES {
        let own = vec![0; size];
        let rounds = if size > 10_000 { ROUNDS / 10 } else { ROUNDS };
        let mut times = Vec::with_capacity(rounds); // us
        for _ in 0..rounds {
            let start = Instant::now();
            rank.all_gather(&own, &mut all)?;
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
        times.sort_by(f64::total_cmp);
        if rank.rank() == 0 {
            let (least, median) = (times[0], times[rounds / 2]);
            println!("{} ranks, {size:>7} bytes each: least {least:>9.2} us, median {median:>9.2} us", rank.size());
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    match std::env::args().nth(1) {
        Some(count) => {
            let ranks = Threads::ranks(count.parse()?).into_iter();
            let threads: Vec<_> = ranks.map(|mut rank| std::thread::spawn(move || measure(&mut rank))).collect();
            for thread in threads {
                thread.join().map_err(|_| "a rank panicked")??;
            }
            Ok(())
        }
        None => between_processes(),
    }
}

#[cfg(feature = "mpi")]
fn between_processes() -> Result<(), Box<dyn std::error::Error>> {
    let mut world = loligo_engine::Mpi::world().ok_or("MPI cannot be initialised")?;
    Ok(measure(&mut world)?)
}

#[cfg(not(feature = "mpi"))]
fn between_processes() -> Result<(), Box<dyn std::error::Error>> {
    Err("give the number of ranks in this process, or build with the feature mpi".into())
}
