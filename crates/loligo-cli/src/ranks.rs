//! The ranks of a run: processes that an MPI launcher started. Rank 0 alone prints and writes; all end with one exit code.

use loligo::{Alone, Communicator};

use crate::failure::Failure;

/// The number of processes, as Open MPI, MPICH and Slurm tell it to each.
const LAUNCHER_VARIABLES: [&str; 3] = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"];

/// The line to the other processes that a launcher started together with this one, if it started several.
pub fn communicator() -> Result<Box<dyn Communicator>, Failure> {
    let told = LAUNCHER_VARIABLES.iter().filter_map(|name| std::env::var(name).ok()?.parse().ok());
    match told.max().unwrap_or(1) {
        0 | 1 => Ok(Box::new(Alone)),
        processes => launched(processes),
    }
}

#[cfg(feature = "mpi")]
fn launched(processes: usize) -> Result<Box<dyn Communicator>, Failure> {
    let started = || format!("a launcher started {processes} processes, but MPI cannot be initialised");
    Ok(Box::new(loligo::Mpi::world().ok_or_else(|| Failure::Use(started()))?))
}

/// Every process would run the whole model and write the same files.
#[cfg(not(feature = "mpi"))]
fn launched(processes: usize) -> Result<Box<dyn Communicator>, Failure> {
    Err(Failure::Use(format!(
        "a launcher started {processes} processes, but this program was built without MPI; \
         build it with `cargo build --release --features mpi`, or start it once"
    )))
}

/// What all ranks have done, or the first failure, which is then told to the user, whichever rank's it is.
pub fn agree<T>(communicator: &mut dyn Communicator, own: Result<T, Failure>) -> Result<T, Failure> {
    let message = own.as_ref().err().map(|failure| (failure.exit_code(), failure.to_string()));
    let Ok(messages) = communicator.tell_all(&message) else { return own };
    let Some((rank, (exit_code, text))) = messages.into_iter().enumerate().find_map(|(rank, m)| Some((rank, m?)))
    else {
        return own;
    };
    if communicator.rank() == 0 {
        match own {
            Err(failure) => failure.tell(),
            Ok(_) => Failure::Use(format!("rank {rank}: {text}")).tell(),
        }
    }
    // A launcher may kill the others once one has ended with an exit code, so none ends before all is said.
    let _ = communicator.tell_all(&()); // whoever is gone has nothing to say
    Err(Failure::Told { exit_code })
}
