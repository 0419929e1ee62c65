//! A description of a cell, lowered once for all cells that share it.

use loligo_cable::Cable;
use loligo_engine::{Placed, VariablePlace};
use std::sync::Arc;

use crate::cell::Cell;
use crate::cell::own_values::ParameterRef;
use crate::lowering::known::{Instance, Known};
use crate::lowering::variables::PointPlace;
use crate::shared::Shared;

/// A lowered description.
pub(super) struct Template {
    /// `true` if it has no errors; errors have been reported, and its cells are not examined.
    pub(super) is_sound: bool,
    pub(super) cable: Arc<Cable>,
    pub(super) segments: usize,
    pub(super) placed: Arc<Vec<Placed>>,
    pub(super) points: Arc<[Option<PointPlace>]>,
    /// The previous cell with sides of gap junctions, with its mechanisms.
    pub(super) with_sides: Option<WithSides>,
    /// The positions of the previous cell's own parameters, which most likely are also those of the next one.
    pub(super) parameters: Option<OwnParameters>,
}

/// The mechanisms of a description with the sides of gap junctions that some cells have.
pub(super) struct WithSides {
    /// Section, x and conductance (uS) of each side.
    pub(super) sides: Vec<(usize, f64, f64)>,
    pub(super) placed: Arc<Vec<Placed>>,
    pub(super) points: Arc<[Option<PointPlace>]>,
    pub(super) places_of_sides: Vec<Option<PointPlace>>,
}

/// References to parameters, and the parameters found; `None` if the description lacks it.
pub(super) type OwnParameters = (Shared<Vec<ParameterRef>>, Vec<Option<Parameter>>);

/// Key of cells with the same description: the memory addresses of its parts.
pub(super) type TemplateKey = [usize; 4];

pub(super) fn key_of(cell: &Cell) -> TemplateKey {
    [cell.sections.address(), cell.section_lists.address(), cell.painted.address(), cell.points.address()]
}

/// A parameter of a description that a cell may override.
#[derive(Clone)]
pub(super) struct Parameter {
    pub(super) extent: Extent,
    pub(super) mechanism: Known,
    pub(super) column: usize,
    pub(super) places: Arc<[VariablePlace]>,
}

/// The instances of a mechanism that have a parameter.
#[derive(Clone)]
pub(super) enum Extent {
    /// Those on these nodes, which ascend.
    Nodes(Vec<u32>),
    /// A point process.
    Point(usize),
}

impl Parameter {
    pub(super) fn is_of(&self, instance: &Instance) -> bool {
        instance.mechanism.order == self.mechanism.order
            && match &self.extent {
                Extent::Nodes(nodes) => nodes.binary_search(&instance.node).is_ok(),
                Extent::Point(point) => instance.point == Some(*point),
            }
    }
}

impl Template {
    pub(super) fn new(cable: Cable, placed: Vec<Placed>, points: Vec<Option<PointPlace>>, is_sound: bool) -> Self {
        let segments = cable.nodes.iter().filter(|node| node.segment.is_some()).count();
        Self {
            is_sound,
            cable: cable.into(),
            segments,
            placed: placed.into(),
            points: points.into(),
            with_sides: None,
            parameters: None,
        }
    }
}
