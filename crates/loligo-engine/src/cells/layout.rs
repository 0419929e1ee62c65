//! Storage order of the nodes of a group's cells, and their coupling.

use std::collections::HashMap;

use loligo_cable::{Coupling, HinesMatrix, RowPlace, Rows};
use loligo_mechanisms::{Kind, Numerics};

use super::LocalQuantity;
use super::paths::{self, PathPlace};
use super::regions::regions_of_nodes;
use crate::blueprint::CellBlueprint;

/// Rows of a group: first those with area, from the roots outwards, then the others; in `Fast`, those with area
/// [region](super::regions) by region.
///
/// Rows of one level are stored together, for all cells; in `Fast` a level is a distance from the leaves, in the order
/// of the [paths](super::paths). Thus neighbouring rows do not depend on each other when the tree is solved, the
/// parents of neighbours are neighbours, and mechanisms that are everywhere or in one region have consecutive rows. The
/// order of the sums within a cell does not depend on the other cells of the group, and therefore neither do its bits.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// For each cell, the place of the voltage of each node.
    places: Vec<Vec<RowPlace>>,
    /// Cell (within the group) and node of each row.
    origins: Vec<(u32, u32)>,
    /// Area of each row, um2.
    pub(crate) area: Vec<f64>,
    /// Capacitance of each row, uF/cm2.
    pub(crate) capacitance: Vec<f64>,
}

/// A row before it is stored: its cell and number there, its node, and its position in the storage
/// order.
struct Row {
    cell: usize,
    own: usize,
    node: u32,
    has_area: bool,
    region: u32,
    place: PathPlace,
}

impl Layout {
    pub(crate) fn new(cells: &[CellBlueprint], numerics: Numerics) -> (Self, HinesMatrix) {
        let rows_of: Vec<Rows> = cells.iter().map(|cell| rows(cell, numerics)).collect();
        let has_area = |cell: usize, node: u32| cells[cell].cable.nodes[node as usize].segment.is_some();
        let areas: Vec<Vec<bool>> = rows_of
            .iter()
            .enumerate()
            .map(|(cell, rows)| rows.nodes.iter().map(|&node| has_area(cell, node)).collect())
            .collect();
        let path_places = match numerics {
            // NEURON's order of sums at a branch is the order of the rows themselves.
            Numerics::Exact => rows_of.iter().map(depths).collect(),
            Numerics::Fast => paths::places(&rows_of, &areas),
        };
        let regions = match numerics {
            Numerics::Exact => cells.iter().map(|cell| vec![0; cell.cable.len()]).collect(),
            Numerics::Fast => regions_of_nodes(cells),
        };
        let mut order = Vec::new();
        for (cell, rows) in rows_of.iter().enumerate() {
            order.extend(rows.nodes.iter().enumerate().map(|(own, &node)| Row {
                cell,
                own,
                node,
                has_area: areas[cell][own],
                region: regions[cell][node as usize],
                place: path_places[cell][own],
            }));
        }
        order.sort_by_key(|row| (!row.has_area, row.region, row.place));
        let mut stored: Vec<Vec<u32>> = rows_of.iter().map(|rows| vec![0; rows.nodes.len()]).collect();
        for (index, row) in order.iter().enumerate() {
            stored[row.cell][row.own] = index as u32;
        }
        let couplings = rows_of.iter().enumerate().flat_map(|(cell, rows)| {
            let (stored, path_places, regions) = (&stored[cell], &path_places[cell], &regions[cell]);
            rows.couplings.iter().map(move |coupling| {
                let PathPlace { level, path } = path_places[coupling.row as usize];
                let place = (level, regions[rows.nodes[coupling.row as usize] as usize], path);
                let (row, parent) = (stored[coupling.row as usize], stored[coupling.parent as usize]);
                (place, Coupling { row, parent, ..*coupling })
            })
        });
        let mut couplings: Vec<((u32, u32, u32), Coupling)> = couplings.collect();
        couplings.sort_by_key(|(place, _)| *place);
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

    /// The row of a node that has area or a point process, and therefore has a row.
    pub(crate) fn row(&self, cell: usize, node: u32) -> u32 {
        match self.places[cell][node as usize] {
            RowPlace::Row(row) | RowPlace::Beside(row) | RowPlace::Between { first: row, .. } => row,
        }
    }

    /// The row of a node, if it has one of its own.
    pub(crate) fn own_row(&self, cell: usize, node: u32) -> Option<usize> {
        match self.places[cell][node as usize] {
            RowPlace::Row(row) => Some(row as usize),
            RowPlace::Beside(_) | RowPlace::Between { .. } => None,
        }
    }

    /// The place of a node's voltage.
    pub(crate) fn voltage(&self, cell: usize, node: u32) -> LocalQuantity {
        match self.places[cell][node as usize] {
            RowPlace::Row(row) | RowPlace::Beside(row) => LocalQuantity::Voltage(row as usize),
            RowPlace::Between { first, second, share } => {
                LocalQuantity::VoltageBetween { first: first as usize, second: second as usize, share }
            }
        }
    }

    /// Drops the places of the nodes' voltages, once all quantities have been located.
    pub(crate) fn forget_places(&mut self) {
        self.places = Vec::new();
    }

    /// Cell (within the group) and node of a row.
    pub(crate) fn origin(&self, row: usize) -> (usize, u32) {
        let (cell, node) = self.origins[row];
        (cell as usize, node)
    }
}

/// The number of rows between each row and its root as level, and as path the row's number among those of its level, in the
/// order of the couplings: the same rows of equal cells are neighbours.
fn depths(rows: &Rows) -> Vec<PathPlace> {
    let mut places = vec![PathPlace::default(); rows.nodes.len()];
    let mut paths: HashMap<u32, u32> = HashMap::new();
    // Couplings are in the order from the roots to the leaves.
    for coupling in &rows.couplings {
        let level = places[coupling.parent as usize].level + 1;
        let path = paths.entry(level).or_default();
        places[coupling.row as usize] = PathPlace { level, path: *path };
        *path += 1;
    }
    places
}

/// NEURON's rows in `Exact` arithmetic, and where voltages are set, since the voltages of nodes without area are
/// otherwise updated only by the next step; else only the rows that are needed.
fn rows(cell: &CellBlueprint, numerics: Numerics) -> Rows {
    let set = cell.voltage_is_set || cell.placed.iter().any(|placed| placed.mechanism.signature().sets_voltage);
    match numerics {
        Numerics::Exact => Rows::all(&cell.cable),
        Numerics::Fast if set => Rows::all(&cell.cable),
        Numerics::Fast => {
            let mut occupied = vec![false; cell.cable.len()];
            for placed in cell.placed.iter() {
                if matches!(placed.mechanism.signature().kind, Kind::Point { .. }) {
                    placed.nodes.iter().for_each(|&node| occupied[node as usize] = true);
                }
            }
            Rows::needed(&cell.cable, &occupied)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_models::{AREA, builtin, cable, cell, placed};

    #[test]
    fn exact_has_a_row_for_every_node_and_fast_for_those_that_count() {
        let cells = [cell(&cable(3), vec![placed(&builtin("ExpSyn"), 0, &[0])])];
        let (exact, matrix) = Layout::new(&cells, Numerics::Exact);
        assert_eq!((exact.origins.len(), matrix.couplings().len()), (5, 4));
        let (fast, matrix) = Layout::new(&cells, Numerics::Fast);
        assert_eq!((fast.origins.len(), matrix.couplings().len()), (4, 3), "the point process keeps the end's row");
        assert_eq!(fast.own_row(0, 4), None);
        assert_eq!(fast.own_row(0, 0), Some(3), "rows without area come last");
        for node in [0, 1, 2, 3] {
            assert_eq!(fast.origin(fast.row(0, node) as usize), (0, node));
        }
    }

    #[test]
    fn a_cell_whose_voltage_is_set_has_a_row_for_every_node() {
        let mut set = cell(&cable(3), Vec::new());
        set.voltage_is_set = true;
        let (layout, _) = Layout::new(&[set, cell(&cable(3), Vec::new())], Numerics::Fast);
        assert_eq!(layout.origins.iter().filter(|&&(cell, _)| cell == 0).count(), 5);
        assert_eq!(layout.origins.iter().filter(|&&(cell, _)| cell == 1).count(), 3);
    }

    #[test]
    fn rows_have_the_area_and_capacitance_of_their_nodes() {
        let (layout, _) = Layout::new(&[cell(&cable(2), Vec::new())], Numerics::Fast);
        assert!(layout.area.iter().all(|area| (area - AREA).abs() < 1e-9)); // um2
        assert_eq!(layout.capacitance, [1.0, 1.0]); // uF/cm2
    }

    #[test]
    fn the_voltage_of_an_end_is_that_of_its_neighbour() {
        let (layout, _) = Layout::new(&[cell(&cable(2), Vec::new())], Numerics::Fast);
        let LocalQuantity::Voltage(row) = layout.voltage(0, 0) else { panic!("it is a dead end") };
        assert_eq!(layout.origin(row), (0, 1));
        let LocalQuantity::Voltage(row) = layout.voltage(0, 3) else { panic!("it is a dead end") };
        assert_eq!(layout.origin(row), (0, 2));
    }

    #[test]
    fn rows_of_one_depth_stand_together_whatever_their_cell() {
        let cells = [cell(&cable(2), Vec::new()), cell(&cable(2), Vec::new())];
        let (layout, _) = Layout::new(&cells, Numerics::Fast);
        let nodes: Vec<u32> = layout.origins.iter().map(|&(_, node)| node).collect();
        assert_eq!(nodes, [1, 1, 2, 2]);
    }

    #[test]
    fn couplings_are_those_of_each_cell_from_the_roots_on() {
        let cells = [cell(&cable(3), Vec::new()), cell(&cable(2), Vec::new())];
        for numerics in [Numerics::Exact, Numerics::Fast] {
            let (layout, matrix) = Layout::new(&cells, numerics);
            let mut known = Vec::new();
            for coupling in matrix.couplings() {
                let [row, parent] = [coupling.row, coupling.parent].map(|row| layout.origin(row as usize));
                assert_eq!((row.0, cells[row.0].cable.parent[row.1 as usize]), (parent.0, parent.1));
                assert!(
                    parent.1 <= 1 && row.1 == parent.1 + 1 || known.contains(&coupling.parent),
                    "parents are listed first"
                );
                known.push(coupling.row);
            }
        }
    }
}
