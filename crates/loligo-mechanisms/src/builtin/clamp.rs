//! Electrodes: current clamp and the two voltage clamps; also the same equations as membrane currents.

mod iclamp;
mod seclamp;
mod vclamp;

pub use iclamp::{IClamp, MembraneCurrentSource};
pub use seclamp::{ConductanceSource, SEClamp};
pub use vclamp::VClamp;
