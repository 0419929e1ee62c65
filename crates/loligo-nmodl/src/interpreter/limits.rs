//! Limits of what a hook does for one instance.

/// The most rounds of loops and calls of functions in one hook for one instance; more are treated as an endless loop.
pub(super) const MOST_ROUNDS: u32 = 1_000_000;
/// The deepest nesting of blocks and calls; a deeper one is treated as an endless recursion.
pub(super) const MOST_DEPTH: usize = 250;
