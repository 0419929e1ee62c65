//! Stimuli: signals over time, and currents and conductances that follow them.

mod attached;
mod composition;
mod conductance_source;
mod current_source;
mod error;
mod noise;
#[cfg(feature = "plot")]
mod plot;
mod sampled;
mod shapes;
mod shot_noise;
mod signal;
mod signal_file;

pub use attached::AttachedSource;
pub use attached::{PointName, place_all};
pub use conductance_source::ConductanceSource;
pub use current_source::CurrentSource;
pub use error::{AttachError, SignalError, SignalFileError};
pub use shot_noise::ShotNoise;
pub use signal::SignalSource;
