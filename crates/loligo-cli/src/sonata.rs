//! Output in SONATA's layout, for which the program must be built with the feature `hdf5`.

use std::ops::Range;
use std::path::Path;

use loligo::{Network, Simulation, Sink};

use crate::failure::Failure;

/// Files in SONATA's layout.
pub struct Sonata {
    /// The writer.
    pub sink: Box<dyn Sink>,
    /// The file of each recording.
    pub files: Vec<String>,
}

/// Checks that the program can write such files.
pub fn check() -> Result<(), Failure> {
    let remedy = "build it with `cargo build --release --features hdf5` (Debian: libhdf5-dev), or \
                  `--features hdf5-static` (cmake and a C compiler)";
    let missing = || Failure::Use(format!("--sonata: this loligo was built without the feature hdf5; {remedy}"));
    cfg!(feature = "hdf5").then_some(()).ok_or_else(missing)
}

/// Creates the files in a directory.
#[cfg(feature = "hdf5")]
pub fn create(
    directory: &Path,
    network: &Network,
    simulation: &Simulation,
    recordings: Range<usize>,
) -> Result<Sonata, Failure> {
    use loligo::SinkError;
    use loligo_sonata::{Populations, SonataFiles};

    let sink = SonataFiles::create(directory, network, simulation, recordings.clone(), &Populations::default());
    let sink = sink.map_err(SinkError::from)?;
    let file = |recording: usize| sink.file_of_recording(recording).unwrap_or_default().to_owned();
    Ok(Sonata { files: recordings.map(file).collect(), sink: Box::new(sink) })
}

/// Creates no files.
#[cfg(not(feature = "hdf5"))]
pub fn create(_: &Path, _: &Network, _: &Simulation, _: Range<usize>) -> Result<Sonata, Failure> {
    Err(check().err().unwrap_or_else(|| Failure::Use("--sonata".to_owned())))
}
