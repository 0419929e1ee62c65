//! Where the nodes of a group's cells are stored, and how they are coupled.

use loligo_cable::{Coupling, HinesMatrix, RowPlace, Rows};
use loligo_mechanisms::{Kind, Numerics};

use super::LocalQuantity;
use crate::blueprint::CellBlueprint;

/// Rows of a group: first those with area, from the roots outwards, then the others.
///
/// Rows of equal distance from their roots stand together, whatever cell they belong to. Neighbours in this order do not
/// wait for each other when the tree is solved, and a mechanism that is everywhere works on consecutive rows. Sums keep
/// their order, and so their bits.
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

/// A row before it is stored: its cell and number there, its node, and how many rows lie between it and its root.
struct Row {
    cell: usize,
    own: usize,
    node: u32,
    has_area: bool,
    depth: u32,
}

impl Layout {
    pub(crate) fn new(cells: &[CellBlueprint], numerics: Numerics) -> (Self, HinesMatrix) {
        let rows_of: Vec<Rows> = cells.iter().map(|cell| rows(cell, numerics)).collect();
        let mut order = Vec::new();
        for (cell, rows) in rows_of.iter().enumerate() {
            let depths = depths(rows);
            order.extend(rows.nodes.iter().zip(depths).enumerate().map(|(own, (&node, depth))| {
                let has_area = cells[cell].cable.nodes[node as usize].segment.is_some();
                Row { cell, own, node, has_area, depth }
            }));
        }
        order.sort_by_key(|row| (!row.has_area, row.depth));
        let mut stored: Vec<Vec<u32>> = rows_of.iter().map(|rows| vec![0; rows.nodes.len()]).collect();
        for (index, row) in order.iter().enumerate() {
            stored[row.cell][row.own] = index as u32;
        }
        let couplings = rows_of.iter().zip(&stored).flat_map(|(rows, stored)| {
            let depths = depths(rows);
            rows.couplings.iter().map(move |coupling| {
                let depth = depths[coupling.row as usize];
                let (row, parent) = (stored[coupling.row as usize], stored[coupling.parent as usize]);
                (depth, Coupling { row, parent, ..*coupling })
            })
        });
        let mut couplings: Vec<(u32, Coupling)> = couplings.collect();
        couplings.sort_by_key(|(depth, _)| *depth);
        let couplings = couplings.into_iter().map(|(_, coupling)| coupling).collect();
        let matrix = HinesMatrix::from_couplings(order.len(), couplings);
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
        let of_node = |values: fn(&CellBlueprint) -> &[f64]| {
            order.iter().map(|row| values(&cells[row.cell])[row.node as usize]).collect::<Vec<f64>>()
        };
        let layout = Self {
            places: places.collect(),
            area: of_node(|cell| &cell.cable.area),
            capacitance: of_node(|cell| &cell.cable.capacitance),
            origins: order.iter().map(|row| (row.cell as u32, row.node)).collect(),
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

/// How many rows lie between each row and its root.
fn depths(rows: &Rows) -> Vec<u32> {
    let mut depths = vec![0; rows.nodes.len()];
    // Couplings come from the roots to the leaves.
    for coupling in &rows.couplings {
        depths[coupling.row as usize] = depths[coupling.parent as usize] + 1;
    }
    depths
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
