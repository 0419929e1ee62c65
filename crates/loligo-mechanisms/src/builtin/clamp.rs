//! Electrodes: current clamp and the two voltage clamps; also the same equations as membrane currents.

pub(crate) mod iclamp;
pub(crate) mod seclamp;
pub(crate) mod vclamp;

pub use iclamp::{IClamp, MembraneCurrentSource};
pub use seclamp::{ConductanceSource, SEClamp};
pub use vclamp::VClamp;
