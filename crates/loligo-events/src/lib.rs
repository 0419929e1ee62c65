//! Event queues, with simultaneous events in NEURON's order, first in, first out, or ordered by number.

mod fifo_queue;
mod ladder;
mod moment;
mod numbered_queue;
mod queue;

pub use fifo_queue::{FifoHandle, FifoQueue};
pub use numbered_queue::NumberedQueue;
pub use queue::{EventHandle, EventQueue};
