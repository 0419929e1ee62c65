//! Events: the queue of things that happen at a time, in NEURON's order of ties.

mod queue;

pub use queue::{EventHandle, EventQueue};
