//! Shapes of cells: cells of one shape are put into one group, where their equations are solved in
//! parallel.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use loligo_cable::Cable;
use loligo_mechanisms::Numerics;

use crate::blueprint::CellBlueprint;
use crate::coupling::Unit;

/// A sort key for units of cells: units of one arithmetic, and among them those of one shape, become neighbours.
///
/// If two different shapes have the same key by chance, they merely share a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shape {
    is_exact: bool,
    /// Number of nodes: cells of similar size are likely to have equal parts.
    nodes: usize,
    tree: u64,
}

/// Shapes of units; the shape of a shared cable is computed once.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    of_cables: HashMap<*const Cable, u64>,
}

impl Shapes {
    /// The shape of a unit with these cells.
    pub(crate) fn of(&mut self, unit: &Unit, cells: &[CellBlueprint]) -> Shape {
        let mut hasher = DefaultHasher::new();
        for cell in cells {
            self.tree(&cell.cable).hash(&mut hasher);
        }
        let nodes = cells.iter().map(|cell| cell.cable.len()).sum();
        Shape { is_exact: unit.numerics == Numerics::Exact, nodes, tree: hasher.finish() }
    }

    fn tree(&mut self, cable: &Arc<Cable>) -> u64 {
        *self.of_cables.entry(Arc::as_ptr(cable)).or_insert_with(|| {
            let mut hasher = DefaultHasher::new();
            cable.parent.hash(&mut hasher);
            for node in &cable.nodes {
                node.segment.is_some().hash(&mut hasher);
            }
            hasher.finish()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_models::{cable, cell};

    fn shape(shapes: &mut Shapes, cables: &[&Arc<Cable>], numerics: Numerics) -> Shape {
        let cells: Vec<_> = cables.iter().map(|cable| cell(cable, Vec::new())).collect();
        shapes.of(&Unit { cells: cells.len(), size: 1, numerics }, &cells)
    }

    #[test]
    fn cells_of_one_tree_have_one_shape_whatever_their_size() {
        let (one, same) = (cable(3), cable(3));
        let mut thick = (*cable(3)).clone();
        thick.area.iter_mut().for_each(|area| *area *= 2.0);
        let (thick, mut shapes) = (Arc::new(thick), Shapes::default());
        let own = shape(&mut shapes, &[&one], Numerics::Fast);
        assert_eq!(shape(&mut shapes, &[&same], Numerics::Fast), own);
        assert_eq!(shape(&mut shapes, &[&thick], Numerics::Fast), own);
    }

    #[test]
    fn another_tree_is_another_shape() {
        let mut joined = (*cable(3)).clone();
        joined.parent[3] = joined.parent[2];
        let mut without_area = (*cable(3)).clone();
        without_area.nodes[2].segment = None;
        let (one, joined, mut shapes) = (cable(3), Arc::new(joined), Shapes::default());
        let without_area = Arc::new(without_area);
        let own = shape(&mut shapes, &[&one], Numerics::Fast);
        assert_ne!(shape(&mut shapes, &[&joined], Numerics::Fast), own);
        assert_ne!(shape(&mut shapes, &[&without_area], Numerics::Fast), own);
        assert_ne!(shape(&mut shapes, &[&one, &one], Numerics::Fast), own);
    }

    #[test]
    fn exact_cells_come_last_and_smaller_ones_first() {
        let (small, large, mut shapes) = (cable(1), cable(3), Shapes::default());
        let [small_fast, large_fast] = [&small, &large].map(|cable| shape(&mut shapes, &[cable], Numerics::Fast));
        let small_exact = shape(&mut shapes, &[&small], Numerics::Exact);
        assert!(small_fast < large_fast && large_fast < small_exact);
    }
}
