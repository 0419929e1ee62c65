//! Settings that a configuration hands to the reader of its circuit, and the parts of the circuit that it may name.

use std::path::PathBuf;
use std::sync::Arc;

use loligo_mechanisms::Catalogue;
use loligo_random::{RngMode, Seeds};

/// What a configuration says that counts while its circuit is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Configured {
    /// The folder that paths of morphologies are relative to, instead of the model's.
    pub(crate) morphology_folder: Option<PathBuf>,
    /// The extension that morphologies have instead of the model's.
    pub(crate) morphology_extension: Option<&'static str>,
    /// The generator of the noise of stimuli.
    pub(crate) mode: RngMode,
    /// What is added to the seeds of stimuli.
    pub(crate) seeds: Seeds,
    /// The mechanisms that a model can name.
    pub(crate) catalogue: Arc<Catalogue>,
    /// The memory that the model may need, bytes, instead of that of this computer.
    pub(crate) memory: Option<u64>,
    /// Whether the model is only counted and checked, not run.
    pub(crate) only_counts: bool,
}

/// What a circuit has for a configuration's options to act on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Subjects {
    /// Names of morphology files.
    pub(crate) morphologies: usize,
    /// Those that are relative to a folder.
    pub(crate) relative_morphologies: usize,
    /// `[[stimulus]]` with the shape "noise".
    pub(crate) noise: u32,
    /// `[[stimulus]]` that draw other random numbers alone.
    pub(crate) other_noise: u32,
}
