//! Mechanisms: what membrane does, and what is attached to it.
//!
//! A mechanism is described by a [`Description`] (names, units, defaults), its instances are columns of numbers in a
//! [`Block`], and its [`Mechanism`] implementation is straight-line loops over these columns. The built-in ones are one
//! short file each under `builtin/`; [`Catalogue::builtin`] lists them.
//!
//! # Units
//! mV, ms, nA (point processes), mA/cm2 (density), S/cm2, uS, mM, degC.

mod block;
mod builtin;
mod catalogue;
mod description;
mod ion;
pub mod math;
mod mechanism;

pub use block::{Block, CHUNK, ColumnView, Instances};
pub use builtin::*;
pub use catalogue::Catalogue;
pub use description::{Description, IonUse, Kind, Role, Variable};
pub use ion::{Ion, nernst};
pub use mechanism::{Context, Emission, Event, Mechanism, Membrane, Numerics, Outbox, Tables};
