//! SWC files, by NEURON's Import3d rules.
//!
//! An SWC line is `id type x y z radius parent`, lengths in um; `#` begins a comment. Seven
//! numbers make a point; further columns are ignored. Numbers are read as `f32`, and the
//! diameter is twice the `f32` radius.
//!
//! # From points to sections
//! - Points are taken in order of id. A point ends its section unless exactly one child
//!   follows it directly and has its type. A single child elsewhere in the file, or of another
//!   type, therefore starts a section of its own. A run of soma points is not ended by other
//!   branches, only by a second soma child (the very first point not even by that).
//! - A section that is not the root begins with a copy of its parent point. On the soma the
//!   copy takes the diameter of the section's own first point, elsewhere it keeps its own.
//! - A soma of one point becomes a cylinder of three points along x, with its diameter as length.
//!   Its children connect to 0.5 and lose the copied point: the line from the centre is a wire. A
//!   soma of three points in the manner of NeuroMorpho.org (points 2 and 3 are childless children
//!   of point 1, diameters equal, arms adding up to the diameter within 1 %) counts as its first
//!   point.
//! - On a longer soma, children of inner points connect to 0.5 and lose the copied point if
//!   they have two points of their own; children of the last point connect to 1, of the first
//!   to 0. Where a soma branches, children at the branch point lose the copied point.
//! - A branch at the first point of a neurite that is connected to the soma (or at the first point
//!   of a root that is no soma) connects to the 0 end of that neurite's section.
//! - Sections of one point, or of two at one place, are ignored; three or more points at one place remain a section,
//!   1e-9 um long.
//!
//! # Files that NEURON rejects or repairs
//! Further roots and points whose parent is missing are joined to the first section, with a copy of the file's first
//! point as their start, as in NEURON. Unsorted ids, exact repetitions of a line and parents after children, which
//! NEURON rejects, are put in order with a warning. Rings, ids used twice for different points, negative or fractional
//! ids and values that are not finite are errors, and so is a file without a single readable line: the fault in its
//! lines (commas, decimal commas, `NA`, ...) is a [`LineFault`](crate::LineFault).

use crate::error::MorphologyError;
use crate::format::Format;
use crate::morphology::Imported;
use crate::parsed_section::{ParsedPoint, finish};
use crate::warning::Warning;

mod lines;
mod order;
mod sections;

/// A line of an SWC file.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Node {
    line: usize,
    id: i64,
    code: i32,
    at: [f32; 3],
    /// um; twice the radius, so a value beyond `f32`'s range occurs only in a file that is
    /// rejected.
    diameter: f64,
    parent: i64,
}

impl Node {
    fn point(&self) -> ParsedPoint {
        ParsedPoint { at: self.at.map(f64::from), diameter: self.diameter, line: self.line as u32 }
    }
}

pub(crate) fn read(text: &str) -> Result<Imported, MorphologyError> {
    let mut warnings = Vec::new();
    let nodes = lines::read(text, &mut warnings)?;
    let nodes = order::by_id(nodes, &mut warnings)?;
    let parents = order::parents(&nodes);
    let (nodes, parents, split) = match sections::split(&nodes, &parents) {
        Ok(split) => (nodes, parents, split),
        Err(sections::ParentLater) => {
            let (nodes, parents) = order::parents_first(&nodes, &parents, &mut warnings)?;
            match sections::split(&nodes, &parents) {
                Ok(split) => (nodes, parents, split),
                // The points are sorted parents first, so no parent can come later.
                Err(sections::ParentLater) => unreachable!("points are sorted parents first"),
            }
        }
    };
    order::warn_of_parents(&nodes, &parents, &mut warnings);
    lines::warn_of_values(&nodes, &parents, &mut warnings);
    warnings.extend(split.warnings);
    if nodes.iter().all(|node| node.code != 1) {
        warnings.push(Warning::NoSoma);
    }
    let morphology = finish(split.drafts, Format::Swc, &mut warnings);
    Ok(Imported { morphology, warnings })
}
