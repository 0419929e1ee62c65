//! KINETIC blocks: reactions become a matrix, or rates of change.

mod diffusion;
mod pattern;
mod reaction;
mod scheme;

pub(super) use scheme::Scheme;
