//! KINETIC blocks: translates reactions into a matrix or into rates of change.

mod diffusion;
mod pattern;
mod reactants;
mod reaction;
mod scheme;

pub(super) use scheme::Scheme;
