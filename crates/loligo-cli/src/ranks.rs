//! The ranks of a run: processes that an MPI launcher started. Only rank 0 prints and writes; all end with the same
//! exit code.

use loligo::{Alone, Communicator};

use crate::failure::Failure;

/// Environment variables with the number of processes, as set by Open MPI, MPICH and Slurm.
const LAUNCHER_VARIABLES: [&str; 3] = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"];

/// The communicator with the other processes that a launcher started together with this one, if there are
/// several.
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

/// Without MPI, every process would run the whole model and write the same files.
#[cfg(not(feature = "mpi"))]
fn launched(processes: usize) -> Result<Box<dyn Communicator>, Failure> {
    Err(Failure::Use(format!(
        "a launcher started {processes} processes, but this program was built without MPI; \
         build it with `cargo build --release --features mpi`, or start it once"
    )))
}

/// Exchanges the results of all ranks. Returns the own result, or the first failure of any rank, which is
/// then reported to the user.
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
    // A launcher may kill the others once one has ended with an exit code, so none ends before all output
    // is printed.
    let _ = communicator.tell_all(&()); // a rank that has ended already has nothing to print
    Err(Failure::Told { exit_code })
}
