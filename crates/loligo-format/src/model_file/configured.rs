//! Settings that a configuration passes to the reader of its circuit, and the parts of the circuit that its options can
//! affect.

use std::path::PathBuf;
use std::sync::Arc;

use loligo_mechanisms::Catalogue;
use loligo_random::{RngMode, Seeds};

/// Settings of a configuration that apply while its circuit is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Configured {
    /// The folder that paths of morphologies are relative to; replaces the model's folder.
    pub(crate) morphology_folder: Option<PathBuf>,
    /// The extension of morphologies; replaces the model's.
    pub(crate) morphology_extension: Option<&'static str>,
    /// The generator of the noise of stimuli.
    pub(crate) mode: RngMode,
    /// Seeds that are added to those of stimuli.
    pub(crate) seeds: Seeds,
    /// The mechanisms that a model can name.
    pub(crate) catalogue: Arc<Catalogue>,
    /// The memory that the model may need, bytes; replaces that of this computer.
    pub(crate) memory: Option<u64>,
    /// `true` if the model is only counted and checked, not run.
    pub(crate) only_counts: bool,
    /// `true` if the network is not checked when the file has no errors, because its simulation will check it.
    pub(crate) defers_check: bool,
}

/// Numbers of the parts of a circuit that options of a configuration can affect.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Subjects {
    /// Names of morphology files.
    pub(crate) morphologies: usize,
    /// Those with a relative path.
    pub(crate) relative_morphologies: usize,
    /// `[[stimulus]]` with the shape "noise".
    pub(crate) noise: u32,
    /// `[[stimulus]]` that draw only other random numbers.
    pub(crate) other_noise: u32,
}
