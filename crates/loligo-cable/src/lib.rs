//! The cable: sections become compartments, compartments become a Hines matrix.
//!
//! Three steps, each usable alone:
//!
//! 1. [`SectionGeometry::of`] turns one section (a cylinder or 3-D points) into segment areas and axial resistances,
//! 2. [`Cable::build`] connects sections into a tree of nodes in NEURON's node order and gives the coupling coefficients,
//! 3. [`HinesMatrix`] holds the linear system of one implicit step and solves it in a time proportional to its rows.
//!
//! # Units
//! µm, µm², MΩ, Ω·cm, µF/cm², mV. Nodes without area (section ends, roots) carry an area of 100 µm² in every
//! formula, which turns S/cm² into µS and mA/cm² into nA there.

mod cable;
mod discretization;
mod error;
mod geometry;
mod hines;
mod rows;

pub use cable::{Cable, CableSection, NO_PARENT, Node};
pub use discretization::{Discretization, lambda_f, segment_middles};
pub use error::CableError;
pub use geometry::{
    LEAST_CAPACITANCE, LEAST_DIAMETER, LEAST_LENGTH, MAX_SEGMENTS, SectionGeometry, Shape, ZERO_AREA_NODE_AREA,
    arc_lengths, assign_segment_diameters,
};
pub use hines::{Coupling, HinesMatrix};
pub use loligo_morphology::{Attachment, End, Point3d};
pub use rows::{RowPlace, Rows};
