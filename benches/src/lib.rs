//! The models whose speed is measured: NEURON's public ring benchmark at three sizes, a detailed cell, an ensemble,
//! cells with many synapses.
//!
//! A [`Workload`] is a name; its [`Description`] has the data that another simulator needs to build the same
//! model.

mod detailed_cell;
mod ensemble;
mod error;
pub mod large_network;
pub mod ring;
mod synapses;
mod workload;

pub use detailed_cell::detailed_cell;
pub use ensemble::ensemble;
pub use error::WorkloadError;
pub use synapses::{BombardedSynapse, Bombardment, Kinetics, SYNAPSES};
pub use workload::{Description, Model, Workload};
