//! Electrodes: current clamp and the two voltage clamps; the same laws as currents through the membrane.

mod iclamp;
mod seclamp;
mod vclamp;

pub use iclamp::{IClamp, MembraneCurrentSource};
pub use seclamp::{ConductanceSource, SEClamp};
pub use vclamp::VClamp;
