//! Event queues, with simultaneous events in NEURON's order or first in, first out.

mod fifo_queue;
mod moment;
mod queue;

pub use fifo_queue::{FifoHandle, FifoQueue};
pub use queue::{EventHandle, EventQueue};
