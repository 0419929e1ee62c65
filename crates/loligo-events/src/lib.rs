//! Events: queues of things that happen at a time, with NEURON's order of ties or first in, first out.

mod fifo_queue;
mod moment;
mod queue;

pub use fifo_queue::{FifoHandle, FifoQueue};
pub use queue::{EventHandle, EventQueue};
