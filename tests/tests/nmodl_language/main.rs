//! Contract: the rules of NMODL have NEURON's effects, to the bit: arithmetic and constants, ions and their styles,
//! tables, events and their order, random numbers, variables of a file, pointers.
//!
//! The texts and NEURON's values are those of `nmodl-language.json`, which is not part of the project. Left out are
//! cases whose texts need functions of NEURON's C++ sources, and variables that instances share in NEURON but not here.

mod events;
mod ions;
mod numbers;
mod probe;
mod random;
mod tables;
mod variables;
