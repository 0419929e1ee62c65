//! Electrodes: current clamp and the two voltage clamps.

mod iclamp;
mod seclamp;
mod vclamp;

pub use iclamp::IClamp;
pub use seclamp::SEClamp;
pub use vclamp::VClamp;
