//! The cable: conversion of sections to compartments, and of compartments to a Hines matrix.
//!
//! Three steps, each usable alone:
//!
//! 1. [`SectionGeometry::of`] converts one section (a cylinder or 3-D points) to segment areas and axial resistances,
//! 2. [`Cable::build`] connects sections to a tree of nodes in NEURON's node order and computes the coupling
//!    coefficients,
//! 3. [`HinesMatrix`] stores the linear system of one implicit step and solves it in a time proportional to its rows.
//!
//! # Units
//! µm, µm², MΩ, Ω·cm, µF/cm², mV. Nodes without area (section ends, roots) have an area of 100 µm² in every
//! formula, which converts S/cm² to µS and mA/cm² to nA for them.

mod aligned;
mod cable;
mod discretization;
mod error;
mod geometry;
mod hines;
mod limits;
mod response;
mod rows;

pub use cable::{Cable, CableSection, NO_PARENT, Node};
pub use discretization::{Discretization, lambda_f, segment_middles};
pub use error::CableError;
pub use geometry::{MAX_SEGMENTS, SectionGeometry, Shape, ZERO_AREA_NODE_AREA, arc_lengths, assign_segment_diameters};
pub use hines::{Coupling, HinesMatrix};
pub use limits::{LEAST_CAPACITANCE, LEAST_DIAMETER, LEAST_LENGTH};
pub use loligo_morphology::{Attachment, End, Point3d};
pub use rows::{RowPlace, Rows};
