//! The manual, page by page: tasks, their solutions, and the corresponding names in NEURON and neurodamus.
//!
//! | page | holds |
//! |---|---|
//! | [`cells`] | building cells, reading morphologies, asking for sections, receptors and connections |
//! | [`mechanisms`] | density mechanisms and synapses, the same everywhere or by distance |
//! | [`stimuli`] | signals, and currents and conductances that follow them |
//! | [`random`] | random streams, distributions, seeds |
//! | [`checkpoints`] | interrupting a run and going on |
//! | [`files`] | the files that are read and written: morphologies, SONATA reports and spikes |
//! | [`names`] | all names of neurodamus's core, and the corresponding names here |

#[doc = include_str!("guide/cells.md")]
///
/// # Names
///
#[doc = include_str!("guide/names/cells.md")]
pub mod cells {}

#[doc = include_str!("guide/mechanisms.md")]
///
/// # Names
///
#[doc = include_str!("guide/names/mechanisms.md")]
pub mod mechanisms {}

#[doc = include_str!("guide/stimuli.md")]
///
/// # Names
///
#[doc = include_str!("guide/names/stimuli.md")]
pub mod stimuli {}

#[doc = include_str!("guide/random.md")]
///
/// # Names
///
#[doc = include_str!("guide/names/random.md")]
pub mod random {}

#[doc = include_str!("guide/checkpoints.md")]
///
/// # Names
///
#[doc = include_str!("guide/names/checkpoints.md")]
pub mod checkpoints {}

#[doc = include_str!("guide/files.md")]
///
/// # Names
///
#[doc = include_str!("guide/names/files.md")]
pub mod files {}

#[doc = include_str!("guide/names.md")]
///
/// # Cells
///
#[doc = include_str!("guide/names/cells.md")]
///
/// # Mechanisms and synapses
///
#[doc = include_str!("guide/names/mechanisms.md")]
///
/// # Stimuli
///
#[doc = include_str!("guide/names/stimuli.md")]
///
/// # Random streams
///
#[doc = include_str!("guide/names/random.md")]
///
/// # Checkpoints
///
#[doc = include_str!("guide/names/checkpoints.md")]
///
/// # Files
///
#[doc = include_str!("guide/names/files.md")]
pub mod names {}
