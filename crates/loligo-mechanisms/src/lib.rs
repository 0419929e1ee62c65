//! Mechanisms: the interface, structure-of-arrays storage, ions, vector math, the built-in catalogue.

pub mod math;
