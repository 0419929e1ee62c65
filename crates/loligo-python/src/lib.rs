//! Loligo for Python: the extension module `loligo._loligo`, which the package `loligo` re-exports.
//!
//! Descriptions (cells, networks, mechanisms) are values behind a lock, so that any thread may use them. References to
//! their parts (sections, places, variables, connections) hold the cell or network and an index.

mod arrays;
mod artificial;
mod bulk;
mod catalogue;
mod cell;
mod cell_arrays;
mod cell_geometry;
mod checkpoint;
mod connection;
mod errors;
mod gap_junction;
mod locks;
mod mechanism;
mod mechanism_owner;
mod model;
mod network;
mod network_parts;
mod objects;
mod options;
mod output;
mod pickling;
mod pictures;
mod point_process;
mod random_stream;
mod recording;
mod references;
mod region;
mod running;
mod samples;
mod section;
mod signal;
mod simulation;
mod simulation_values;
mod stimulus;
mod waveform;

use pyo3::prelude::*;

/// Runs the command `loligo`; returns its exit code.
///
/// `arguments` begins with the name of the program.
#[pyfunction]
fn run_command(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> u8 {
    py.detach(|| loligo_cli::run_command(arguments))
}

/// The compiled part of the package `loligo`.
#[pymodule]
#[pyo3(name = "_loligo")]
fn extension_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<objects::ArtificialCell>()?;
    module.add_class::<objects::ArtificialCells>()?;
    module.add_class::<objects::Cells>()?;
    module.add_class::<objects::PointProcesses>()?;
    module.add_class::<objects::Recordings>()?;
    module.add_class::<objects::Variables>()?;
    module.add_class::<objects::Catalogue>()?;
    module.add_class::<objects::Cell>()?;
    module.add_class::<checkpoint::Checkpoint>()?;
    module.add_class::<objects::Connection>()?;
    module.add_class::<objects::Connections>()?;
    module.add_class::<objects::Mechanism>()?;
    module.add_class::<objects::Model>()?;
    module.add_class::<objects::Network>()?;
    module.add_class::<objects::GapJunction>()?;
    module.add_class::<options::Options>()?;
    module.add_class::<objects::PointProcess>()?;
    module.add_class::<random_stream::RandomStream>()?;
    module.add_class::<objects::Recording>()?;
    module.add_class::<objects::Segment>()?;
    module.add_class::<objects::Variable>()?;
    module.add_class::<objects::Section>()?;
    module.add_class::<signal::Signal>()?;
    module.add_class::<objects::Simulation>()?;
    module.add_class::<simulation_values::Handle>()?;
    module.add_function(wrap_pyfunction!(run_command, module)?)?;
    Ok(())
}
