//! A description of a cell, lowered once for all cells that share it.

use loligo_cable::Cable;
use loligo_engine::{Placed, VariablePlace};
use std::sync::Arc;

use crate::cell::Cell;
use crate::cell::own_values::ParameterRef;
use crate::lowering::known::{Instance, Known};
use crate::lowering::variables::PointPlace;
use crate::shared::Shared;

/// A description, lowered.
pub(super) struct Template {
    /// Whether it has no errors; these have been reported, and cells of it are not looked at.
    pub(super) is_sound: bool,
    pub(super) cable: Arc<Cable>,
    pub(super) segments: usize,
    pub(super) placed: Arc<Vec<Placed>>,
    pub(super) points: Arc<[Option<PointPlace>]>,
    /// What the last cell has whose sides of gap junctions were placed.
    pub(super) with_sides: Option<WithSides>,
    /// Where the parameters are that the last cell had of its own: most likely those of the next one.
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

/// References to parameters and what they lead to: nothing, if the description lacks it.
pub(super) type OwnParameters = (Shared<Vec<ParameterRef>>, Vec<Option<Parameter>>);

/// By what cells of one description are known: where its parts are in memory.
pub(super) type TemplateKey = [usize; 4];

pub(super) fn key_of(cell: &Cell) -> TemplateKey {
    [cell.sections.address(), cell.section_lists.address(), cell.painted.address(), cell.points.address()]
}

/// A parameter of a description that a cell may have a value of its own for.
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
