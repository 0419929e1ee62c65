//! Morphologies: SWC, Neurolucida and H5 readers, the section tree, 3-D points, writing.
//!
//! A [`Morphology`] is a tree of [`Section`]s, unbranched runs of 3-D points, with NEURON's
//! names, order, connections and `f32` points: the result of NEURON 9's Import3d, without
//! NEURON. The rules are described with the readers: [`swc`] and [`asc`].
//!
//! ```
//! use loligo_morphology::{Morphology, SectionKind};
//!
//! let text = "\
//! 1 1   0 0 0  6   -1
//! 2 3   6 0 0  1    1
//! 3 3  56 0 0  1    2
//! 4 3  86 40 0 0.5  3
//! 5 3  86 -40 0 0.5 3
//! ";
//! let imported = Morphology::from_swc_str(text).unwrap();
//! assert!(imported.warnings.is_empty());
//! let cell = imported.morphology;
//! assert_eq!(cell.of_kind(SectionKind::Dendrite).count(), 3);
//! assert_eq!(cell.length(), 12.0 + 50.0 + 50.0 + 50.0); // um
//! ```

pub mod asc;
mod error;
mod format;
#[cfg(feature = "hdf5")]
pub mod h5;
mod line_fault;
mod morphology;
mod number;
mod parsed_section;
mod point_places;
mod reading;
mod section;
mod section_kind;
mod summary;
pub mod swc;
mod warning;
pub mod write;

pub use error::MorphologyError;
pub use format::Format;
#[cfg(feature = "hdf5")]
pub use h5::H5Error;
pub use line_fault::LineFault;
pub use morphology::{Imported, Morphology};
pub use point_places::PointPlaces;
pub use section::{Attachment, End, Point3d, Section};
pub use section_kind::SectionKind;
pub use summary::{KindSummary, SectionSummary, Summary};
pub use warning::Warning;
