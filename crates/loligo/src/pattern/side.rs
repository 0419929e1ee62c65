//! The cells on one side of a pattern.

use std::collections::HashMap;

use smallvec::SmallVec;

use crate::network::Network;
use crate::network::positions::{Point, distance};
use crate::network::references::{SourceRef, TargetRef, VariableRef};
use crate::pattern::error::PatternError;

/// A cell in a pattern, by its index in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PatternCell {
    /// A cell with membrane.
    Cell(usize),
    /// An artificial cell.
    Artificial(usize),
}

impl PatternCell {
    /// The cell of a source of spikes.
    pub fn of_source(network: &Network, source: &SourceRef) -> Self {
        match source {
            SourceRef::Artificial(cell) | SourceRef::Variable(VariableRef::Artificial { cell, .. }) => {
                Self::Artificial(*cell)
            }
            SourceRef::Point { cell, .. } => Self::Cell(*cell),
            SourceRef::Variable(variable) => Self::Cell(network.cell_of(variable).unwrap_or(usize::MAX)),
        }
    }

    /// The cell of a target.
    pub fn of_target(target: TargetRef) -> Self {
        match target {
            TargetRef::Point { cell, .. } => Self::Cell(cell),
            TargetRef::Artificial(cell) => Self::Artificial(cell),
        }
    }

    fn position(self, network: &Network) -> Option<Point> {
        let position = match self {
            Self::Cell(cell) => network.positions.get(cell),
            Self::Artificial(cell) => network.artificial_positions.get(cell),
        };
        position.copied().flatten().filter(|point| point.iter().all(|x| x.is_finite()))
    }

    fn name(self, network: &Network) -> String {
        let name = match self {
            Self::Cell(cell) => network.cells.get(cell).map(|cell| &cell.name),
            Self::Artificial(cell) => network.artificial_cells.get(cell).map(|cell| &cell.name),
        };
        name.cloned().unwrap_or_default()
    }
}

/// The sources or the targets of a pattern, in an order that decides which random numbers are theirs.
#[derive(Clone, Copy, Debug)]
pub struct PatternSide<'a> {
    network: &'a Network,
    cells: &'a [PatternCell],
}

impl<'a> PatternSide<'a> {
    /// Makes a side of cells of a network.
    pub fn new(network: &'a Network, cells: &'a [PatternCell]) -> Self {
        Self { network, cells }
    }

    /// The number of cells.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// `true` if there are none.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The name of a cell.
    pub(super) fn name(&self, index: usize) -> String {
        self.cells.get(index).map_or_else(String::new, |cell| cell.name(self.network))
    }

    /// The positions of all.
    ///
    /// # Errors
    /// A cell without one.
    pub fn positions(&self) -> Result<Vec<Point>, PatternError> {
        let position = |cell: &PatternCell| {
            let missing = || PatternError::NoPosition { cell: cell.name(self.network) };
            cell.position(self.network).ok_or_else(missing)
        };
        self.cells.iter().map(position).collect()
    }

    /// For each cell of this side the indices of the same cell on another.
    pub(super) fn selves<'s>(&self, other: &PatternSide<'s>) -> Selves<'a> {
        let mut places: HashMap<PatternCell, SmallVec<[u32; 1]>> = HashMap::new();
        for (index, cell) in other.cells.iter().enumerate() {
            places.entry(*cell).or_default().push(index as u32);
        }
        Selves { cells: self.cells, places }
    }

    /// The distance of a cell of this side to one of another, um; `None` if one has no position.
    pub fn distance_to(&self, index: usize, other: &PatternSide<'_>, index_of_other: usize) -> Option<f64> {
        let (a, b) = (self.cells.get(index)?, other.cells.get(index_of_other)?);
        Some(distance(a.position(self.network)?, b.position(other.network)?))
    }
}

/// The indices of each cell among those of another side.
pub(super) struct Selves<'a> {
    cells: &'a [PatternCell],
    places: HashMap<PatternCell, SmallVec<[u32; 1]>>,
}

impl Selves<'_> {
    /// The indices of a cell on the other side, ascending.
    pub(super) fn of(&self, index: usize) -> &[u32] {
        self.places.get(&self.cells[index]).map_or(&[], |places| places)
    }
}
