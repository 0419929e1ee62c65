//! The segments of a cell and their positions.

use loligo_cable::Cable;

use crate::cell::Cell;
use crate::cell::section::Section;
use crate::cell::spatial_profile::SegmentPlace;
use crate::error::ModelError;

/// The segments of some sections of a cell with this cable, in order of the sections and of x.
pub(crate) fn segment_places(
    cell: &Cell,
    cable: &Cable,
    sections: impl IntoIterator<Item = usize>,
) -> Vec<SegmentPlace> {
    let origin = cell.origin_node(cable);
    let mut places = Vec::new();
    for section in sections {
        let nodes = cable.segment_nodes(section);
        let count = nodes.len();
        let first = places.len();
        places.extend(nodes.enumerate().map(|(k, node)| {
            // Every node of a segment has the segment's index.
            let segment = cable.nodes[node as usize].segment.map_or(k, |segment| segment as usize);
            SegmentPlace {
                section,
                segment,
                x: (segment as f64 + 0.5) / count as f64,
                distance: origin.and_then(|origin| cable.path_distance(origin, node)).unwrap_or(f64::INFINITY),
                diameter: cable.geometry[section].diameter[k],
            }
        }));
        places[first..].sort_by_key(|place| place.segment);
    }
    places
}

impl Cell {
    /// All segments with their positions: x, distance from the soma, diameter; in order of the sections, and of x.
    ///
    /// # Errors
    /// Invalid geometry.
    pub fn segments(&self) -> Result<Vec<SegmentPlace>, ModelError> {
        Ok(segment_places(self, &self.sound_cable()?, self.all()))
    }

    pub(super) fn sound_cable(&self) -> Result<Cable, ModelError> {
        self.cable().map_err(|error| {
            // A cable identifies sections by their indices in this list.
            self.sections[error.section()].geometry_error(&self.name, error)
        })
    }

    /// Its tree of nodes: areas, axial resistances, and the position of each x.
    ///
    /// # Errors
    /// Invalid geometry.
    pub fn cable(&self) -> Result<loligo_cable::Cable, loligo_cable::CableError> {
        let sections: Vec<_> = self.sections.iter().map(Section::to_cable).collect();
        loligo_cable::Cable::build(&sections)
    }
}
