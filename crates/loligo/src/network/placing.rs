//! Gives the cells of a network their positions in space.

use std::ops::Range;

use crate::network::Network;
use crate::network::positions::{Point, Positions, PositionsError};

impl Network {
    /// Places cells with membrane in space: their somata have these positions.
    ///
    /// # Errors
    /// Not one position for each cell, numbers that give none, cells that do not exist.
    pub fn place_cells(&mut self, cells: Range<usize>, positions: &Positions) -> Result<(), PositionsError> {
        let names =
            self.cells.get(cells.clone()).ok_or(PositionsError::NoCells { cells: self.cells.len(), end: cells.end })?;
        let points = positions.points(names.iter().map(|cell| cell.name.as_str()))?;
        set(&mut self.positions, cells.start, points);
        Ok(())
    }

    /// Places artificial cells in space.
    ///
    /// # Errors
    /// As [`place_cells`](Self::place_cells).
    pub fn place_artificial_cells(&mut self, cells: Range<usize>, positions: &Positions) -> Result<(), PositionsError> {
        let all = &self.artificial_cells;
        let names = all.get(cells.clone()).ok_or(PositionsError::NoCells { cells: all.len(), end: cells.end })?;
        let points = positions.points(names.iter().map(|cell| cell.name.as_str()))?;
        set(&mut self.artificial_positions, cells.start, points);
        Ok(())
    }
}

fn set(all: &mut Vec<Option<Point>>, first: usize, points: Vec<Point>) {
    let end = first + points.len();
    if all.len() < end {
        all.resize(end, None);
    }
    for (place, point) in all[first..].iter_mut().zip(points) {
        *place = Some(point);
    }
}
