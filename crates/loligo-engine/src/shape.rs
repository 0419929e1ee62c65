//! Which cells have one shape: they are put into one group, where their equations are solved side by side.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use loligo_cable::Cable;
use loligo_mechanisms::Numerics;

use crate::blueprint::CellBlueprint;
use crate::coupling::Unit;

/// Something to sort units of cells by, so that those of one arithmetic, and among them those of one shape, come together.
///
/// Two shapes that happen to have one number merely share a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shape {
    is_exact: bool,
    /// Neighbouring sizes are likely to be alike in part.
    nodes: usize,
    tree: u64,
}

/// Shapes of units, those of cables that are shared worked out once.
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
