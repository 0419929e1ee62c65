//! Validation of Loligo against NEURON.
//!
//! Models are written in the case vocabulary ([`vocabulary`]), drawn at random ([`draw`]), run on
//! simulators ([`simulator`], [`neuron_simulator`]), compared number by number ([`compare`]) and,
//! if the simulators differ, reduced to the smallest model that still differs ([`shrink`]).

pub mod case_file;
pub mod compare;
pub mod constructs;
pub mod coverage;
pub mod dice;
pub mod differential;
pub mod doubles;
pub mod draw;
pub mod draw_mods;
pub mod engines;
mod lenient;
pub mod loligo_simulator;
pub mod mechanism_text;
mod mod_catalogue;
pub mod mods;
pub mod neuron_simulator;
pub mod parameter_value;
pub mod reference;
pub mod report;
mod reproduce;
pub mod sensitivity;
pub mod shrink;
pub mod simulator;
pub mod tally;
mod themes;
pub mod thinning;
pub mod vocabulary;

pub use reproduce::reproduce_cases;
