//! Mechanisms: membrane channels and pumps, synapses, electrodes, artificial cells.
//!
//! A [`Mechanism`] is described by a [`Signature`] (names, units, defaults); the variables of its instances are columns
//! of a [`Block`]. Compiled for an [`Environment`] and the [`Layout`] of a block it becomes a [`Kernel`]: straight-line
//! loops over these columns. The built-in ones are one short file each under `builtin/`; [`Catalogue::builtin`] lists
//! them.
//!
//! # Units
//! mV, ms, nA (point processes), mA/cm2 (density), S/cm2, uS, mM, degC.

mod block;
mod builtin;
mod catalogue;
mod environment;
mod function_table;
mod handed_in;
mod history;
mod ion;
mod kernel;
mod lumping;
pub mod math;
mod mechanism;
mod rows;
mod set_up;
mod signature;
mod weights;

pub use block::{
    Block, BoundColumns, CHUNK, ColumnMut, ColumnView, ColumnsMut, Instances, JointInstances, KernelScratch,
    OpenColumns, SharedColumn,
};
pub use builtin::*;
pub use catalogue::{Catalogue, CatalogueError};
pub use environment::{ColumnLayout, Environment, Layout};
pub use function_table::{Axis, FunctionTable, FunctionTableError};
pub use handed_in::{FunctionTableSlot, VectorSlot};
pub use history::History;
pub use ion::{FARADAY, Ion, NernstPotentials, ghk, ghk_by, nernst, thermal_voltage};
pub use kernel::{
    DiffusionTerms, Emission, Event, JointHook, JointKernel, Kernel, Membrane, NodeSums, Numerics, Outbox,
};
pub use lumping::{Increment, Lumping};
pub use mechanism::{CompileError, Identity, Mechanism};
pub use rows::{ROW, Row, Rows};
pub use set_up::{Argument, RandomDistribution, SetUpCall, SetUpError, set_up};
pub use signature::{
    Geometry, HeldKind, HeldObject, IonUse, IonVariable, Kind, Procedure, Role, Signature, Stage, Variable,
};
pub use weights::Weights;
