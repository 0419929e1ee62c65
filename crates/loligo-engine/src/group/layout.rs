//! Where the nodes of a group's cells are stored, and how they are coupled.

use loligo_cable::{Coupling, HinesMatrix, RowPlace, Rows};
use loligo_mechanisms::{Kind, Numerics};

use super::LocalQuantity;
use crate::blueprint::CellBlueprint;

/// Rows of a group: first those with area, cell by cell, then the others, so that a mechanism that is everywhere works on
/// consecutive rows.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// For each cell, where each of its nodes' voltage is found.
    places: Vec<Vec<RowPlace>>,
    /// Cell (within the group) and node of each row.
    origins: Vec<(u32, u32)>,
    /// Area of each row, um2.
    pub(crate) area: Vec<f64>,
    /// Capacitance of each row, uF/cm2.
    pub(crate) capacitance: Vec<f64>,
}

impl Layout {
    pub(crate) fn new(cells: &[CellBlueprint], numerics: Numerics) -> (Self, HinesMatrix) {
        let rows_of: Vec<Rows> = cells.iter().map(|cell| rows(cell, numerics)).collect();
        let has_area = |cell: usize, node: u32| cells[cell].cable.nodes[node as usize].segment.is_some();
        let all = || rows_of.iter().enumerate().flat_map(|(cell, rows)| rows.nodes.iter().map(move |&node| (cell, node)));
        let with_area = all().filter(|&(cell, node)| has_area(cell, node));
        let without_area = all().filter(|&(cell, node)| !has_area(cell, node));
        let order: Vec<(usize, u32)> = with_area.chain(without_area).collect();
        let mut stored: Vec<Vec<u32>> = rows_of.iter().map(|rows| vec![0; rows.nodes.len()]).collect();
        for (row, &(cell, node)) in order.iter().enumerate() {
            // A cell's rows are in the order of its nodes.
            let own = rows_of[cell].nodes.binary_search(&node).unwrap_or_default();
            stored[cell][own] = row as u32;
        }
        let couplings = rows_of.iter().zip(&stored).flat_map(|(rows, stored)| {
            rows.couplings.iter().map(|coupling| Coupling {
                row: stored[coupling.row as usize],
                parent: stored[coupling.parent as usize],
                ..*coupling
            })
        });
        let matrix = HinesMatrix::from_couplings(order.len(), couplings.collect());
        let places = rows_of.iter().zip(&stored).map(|(rows, stored)| {
            let at = |row: u32| stored[row as usize];
            let place = |place: &RowPlace| match *place {
                RowPlace::Row(row) => RowPlace::Row(at(row)),
                RowPlace::Beside(row) => RowPlace::Beside(at(row)),
                RowPlace::Between { first, second, share } => {
                    RowPlace::Between { first: at(first), second: at(second), share }
                }
            };
            rows.places.iter().map(place).collect()
        });
        let layout = Self {
            places: places.collect(),
            area: order.iter().map(|&(cell, node)| cells[cell].cable.area[node as usize]).collect(),
            capacitance: order.iter().map(|&(cell, node)| cells[cell].cable.capacitance[node as usize]).collect(),
            origins: order.into_iter().map(|(cell, node)| (cell as u32, node)).collect(),
        };
        (layout, matrix)
    }

    /// The row of a node that has one, as every node with area or a point process does.
    pub(crate) fn row(&self, cell: usize, node: u32) -> u32 {
        match self.places[cell][node as usize] {
            RowPlace::Row(row) | RowPlace::Beside(row) | RowPlace::Between { first: row, .. } => row,
        }
    }

    /// Where a node's voltage is found.
    pub(crate) fn voltage(&self, cell: usize, node: u32) -> LocalQuantity {
        match self.places[cell][node as usize] {
            RowPlace::Row(row) | RowPlace::Beside(row) => LocalQuantity::Voltage(row as usize),
            RowPlace::Between { first, second, share } => {
                LocalQuantity::VoltageBetween { first: first as usize, second: second as usize, share }
            }
        }
    }

    /// Cell (within the group) and node of a row.
    pub(crate) fn origin(&self, row: usize) -> (usize, u32) {
        let (cell, node) = self.origins[row];
        (cell as usize, node)
    }
}

/// NEURON's rows for NEURON's bits; else only those that are needed.
fn rows(cell: &CellBlueprint, numerics: Numerics) -> Rows {
    match numerics {
        Numerics::Exact => Rows::all(&cell.cable),
        Numerics::Fast => {
            let mut occupied = vec![false; cell.cable.len()];
            for placed in &cell.placed {
                if matches!(placed.mechanism.description().kind, Kind::Point { .. }) {
                    placed.nodes.iter().for_each(|&node| occupied[node as usize] = true);
                }
            }
            Rows::needed(&cell.cable, &occupied)
        }
    }
}
