//! The manual, page by page: what to do how, and by which name, if you come from NEURON or neurodamus.

#[doc = include_str!("guide/cells.md")]
pub mod cells {}

#[doc = include_str!("guide/checkpoints.md")]
pub mod checkpoints {}

#[doc = include_str!("guide/mechanisms.md")]
pub mod mechanisms {}
#[doc = include_str!("guide/files.md")]
pub mod files {}

#[doc = include_str!("guide/random.md")]
pub mod random {}

#[doc = include_str!("guide/configuration.md")]
pub mod configuration {}
#[doc = include_str!("guide/stimuli.md")]
pub mod stimuli {}
