//! Regions: rows that have the same mechanisms among those that can be joined.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::installed::can_be_joined;
use crate::blueprint::CellBlueprint;

/// By row: the number of its region. `mechanisms` are the rows of each mechanism that can be joined with others, in the
/// order of evaluation; with fewer than two of them there is one region.
pub(super) fn regions<'a>(mechanisms: impl Iterator<Item = &'a [u32]>, rows: usize) -> Vec<u32> {
    let mechanisms: Vec<&[u32]> = mechanisms.collect();
    if mechanisms.len() < 2 {
        return vec![0; rows];
    }
    divided(mechanisms.into_iter(), rows).0
}

/// By row: the number of its region; and for each region but the first, which has no mechanism, the one that has all of
/// its mechanisms but the last, and the last.
fn divided<'a>(mechanisms: impl Iterator<Item = &'a [u32]>, rows: usize) -> (Vec<u32>, Vec<(u32, usize)>) {
    let (mut regions, mut origins) = (vec![0; rows], Vec::new());
    // The region of the rows that had the same mechanisms so far and have one more.
    let mut with: HashMap<(u32, usize), u32> = HashMap::new();
    for (mechanism, own) in mechanisms.enumerate() {
        for &row in own {
            let region = &mut regions[row as usize];
            *region = *with.entry((*region, mechanism)).or_insert_with_key(|&origin| {
                origins.push(origin);
                origins.len() as u32
            });
        }
    }
    (regions, origins)
}

/// For each cell, the number of the region of each node. The order of a cell's regions does not depend on other cells; a
/// cell with very small regions has one.
pub(super) fn regions_of_nodes(cells: &[CellBlueprint]) -> Vec<Vec<u32>> {
    /// Nodes of a region, on average.
    const LEAST: usize = 16;
    let mut numbers: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
    let mut of_cells = Vec::with_capacity(cells.len());
    for cell in cells {
        let (regions, mut sets) = regions_of_cell(cell);
        let count = regions.iter().collect::<HashSet<_>>().len();
        if regions.len() < LEAST * count {
            sets.iter_mut().for_each(Vec::clear);
        }
        numbers.extend(sets.iter().map(|set| (set.clone(), 0)));
        of_cells.push((regions, sets));
    }
    numbers.values_mut().zip(0..).for_each(|(number, own)| *number = own);
    let numbered = of_cells.into_iter().map(|(mut regions, sets)| {
        let numbers: Vec<u32> = sets.iter().map(|set| numbers[set]).collect();
        regions.iter_mut().for_each(|region| *region = numbers[*region as usize]);
        regions
    });
    numbered.collect()
}

/// The region of each node of a cell, and the mechanisms of each region that can be joined, by their positions in the order
/// of evaluation.
fn regions_of_cell(cell: &CellBlueprint) -> (Vec<u32>, Vec<Vec<u32>>) {
    let mut joined: Vec<_> = cell.placed.iter().filter(|placed| can_be_joined(&*placed.mechanism)).collect();
    joined.sort_by_key(|placed| placed.order);
    let (regions, origins) = divided(joined.iter().map(|placed| &placed.nodes[..]), cell.cable.len());
    let mut sets = vec![Vec::new()];
    for (before, mechanism) in origins {
        let mut set = sets[before as usize].clone();
        set.push(joined[mechanism].order);
        sets.push(set);
    }
    (regions, sets)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use loligo_mechanisms::{CompileError, Environment, Kernel, Layout, Mechanism, Signature};

    use super::*;
    use crate::test_models::{builtin, cable, cell, placed};

    /// A mechanism that can be joined with others.
    #[derive(Debug)]
    struct Joinable(Arc<dyn Mechanism>);

    impl Mechanism for Joinable {
        fn signature(&self) -> &Arc<Signature> {
            self.0.signature()
        }

        fn can_be_joined(&self) -> bool {
            true
        }

        fn compile(&self, environment: &Environment, layout: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
            self.0.compile(environment, layout)
        }
    }

    /// A mechanism on all 60 segments of a cable, and others on some of them: the first one and the number of them.
    fn in_parts(parts: &[(usize, usize)]) -> CellBlueprint {
        let [all, part] = ["hh", "pas"].map(|name| Arc::new(Joinable(builtin(name))) as Arc<dyn Mechanism>);
        let nodes: Vec<u32> = (1..61).collect();
        let parts =
            parts.iter().zip(7..).map(|(&(first, count), order)| placed(&part, order, &nodes[first..][..count]));
        cell(&cable(60), parts.chain([placed(&all, 3, &nodes)]).collect())
    }

    #[test]
    fn regions_of_nodes_are_numbered_alike_in_every_group() {
        let (first, second) = (in_parts(&[(24, 36)]), cell(&cable(60), Vec::new()));
        let alone = regions_of_nodes(std::slice::from_ref(&first));
        let both = regions_of_nodes(&[second, first]);
        for regions in [&alone[0], &both[1]] {
            // The ends of the cable have no mechanism.
            assert_eq!((regions[0], regions[1]), (regions[61], regions[24]));
            assert!(regions[0] < regions[1] && regions[24] < regions[25], "{regions:?}");
        }
        assert_eq!(both[0], [0; 62]);
    }

    #[test]
    fn a_cell_with_very_small_regions_has_one() {
        let regions = |parts: &[(usize, usize)]| regions_of_nodes(&[in_parts(parts)]).remove(0);
        assert_ne!(regions(&[(8, 1)]), [0; 62], "three regions");
        assert_eq!(regions(&[(8, 1), (16, 1), (24, 1)]), [0; 62], "five regions");
    }

    #[test]
    fn rows_with_the_same_mechanisms_are_one_region() {
        let mechanisms: [&[u32]; 3] = [&[0, 1, 2, 4], &[1, 2], &[3, 4, 0]];
        let regions = |count| regions(mechanisms[..count].iter().copied(), 6);
        let found = regions(3);
        assert_eq!((found[0], found[1]), (found[4], found[2]));
        let mut different = [found[0], found[1], found[3], found[5]];
        different.sort_unstable();
        assert!(different.windows(2).all(|pair| pair[0] < pair[1]), "{found:?}");
        assert_eq!(regions(1), [0; 6], "there is nothing to join");
    }
}
