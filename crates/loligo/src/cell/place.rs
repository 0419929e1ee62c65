//! A place on a cell, and the reasons why there is none.

use loligo_io::plain;
use thiserror::Error;

use crate::cell::spatial_profile::SegmentPlace;
use crate::error::ModelError;
use crate::network::references::Location;

/// A place on a cell: a position on one of its sections.
///
/// [`Cell::region`](crate::Cell::region) finds places; [`Cell::place_many`](crate::Cell::place_many) takes them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Index of the section.
    pub section: usize,
    /// Position on the section, 0 to 1.
    pub x: f64,
    /// Length of the path along the sections from the middle of the soma, um, as of [`SegmentPlace::distance`], but of
    /// this position instead of the middle of its segment.
    pub distance: f64,
}

impl Place {
    /// The place on a cell of a network, by the cell's index.
    pub fn on(self, cell: usize) -> Location {
        Location::new(cell, self.section, self.x)
    }
}

impl From<Place> for (usize, f64) {
    fn from(place: Place) -> Self {
        (place.section, place.x)
    }
}

impl From<SegmentPlace> for Place {
    fn from(place: SegmentPlace) -> Self {
        let SegmentPlace { section, x, distance, .. } = place;
        Self { section, x, distance }
    }
}

/// The reason why no places are found on a cell.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// A region that the cell lacks, or an invalid geometry.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A region without sections.
    #[error("cell \"{cell}\" has no section of region \"{region}\"")]
    EmptyRegion {
        /// Name of the cell.
        cell: String,
        /// The region.
        region: String,
    },
    /// Bounds of distance that no place can be between.
    #[error(
        "the distances {} to {} um; give two numbers from 0 on, the smaller one first", plain(*.near), plain(*.far)
    )]
    Bounds {
        /// The lower bound, um.
        near: f64,
        /// The upper bound, um.
        far: f64,
    },
    /// Bounds of distance beyond the region.
    #[error(
        "nothing of {of} is {} to {} um from the soma; it is {nearest:.1} to {farthest:.1} um away",
        plain(*.near), plain(*.far)
    )]
    OutOfReach {
        /// The region and its cell.
        of: String,
        /// The lower bound, um.
        near: f64,
        /// The upper bound, um.
        far: f64,
        /// The least distance of the region from the soma, um.
        nearest: f64,
        /// The greatest, um.
        farthest: f64,
    },
}
