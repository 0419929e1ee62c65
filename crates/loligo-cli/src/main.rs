//! The loligo command: run, check, plot, morphology.

fn main() {}
