//! KINETIC blocks: reactions become a matrix, or rates of change.

mod pattern;
mod reaction;
mod scheme;

pub(super) use scheme::Scheme;
