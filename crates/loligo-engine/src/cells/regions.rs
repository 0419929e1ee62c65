//! Regions: rows that have the same mechanisms among those that can be joined.

use std::collections::{BTreeMap, HashMap};

use super::installed::can_be_joined;
use crate::blueprint::CellBlueprint;

/// By row: the number of its region. `mechanisms` are the rows of each mechanism that can be joined with others, in the
/// order of evaluation; with fewer than two of them there is one region.
pub(super) fn regions<'a>(mechanisms: impl Iterator<Item = &'a [u32]>, rows: usize) -> Vec<u32> {
    let mut regions = vec![0; rows];
    let mechanisms: Vec<&[u32]> = mechanisms.collect();
    if mechanisms.len() < 2 {
        return regions;
    }
    // The region of the rows that had the same mechanisms so far and have one more.
    let mut with: HashMap<(u32, usize), u32> = HashMap::new();
    for (mechanism, own) in mechanisms.iter().enumerate() {
        for &row in *own {
            let next = with.len() as u32 + 1;
            let region = &mut regions[row as usize];
            *region = *with.entry((*region, mechanism)).or_insert(next);
        }
    }
    regions
}

/// For each cell, the number of the region of each node. The order of a cell's regions does not depend on other cells; a
/// cell with very small regions has one.
pub(super) fn regions_of_nodes(cells: &[CellBlueprint]) -> Vec<Vec<u32>> {
    /// Nodes of a region, on average.
    const LEAST: usize = 16;
    let mut numbers: BTreeMap<Vec<u32>, u32> = BTreeMap::from([(Vec::new(), 0)]);
    let mut of_cells = Vec::with_capacity(cells.len());
    for cell in cells {
        let (regions, sets) = regions_of_cell(cell);
        let has_large_ones = regions.len() >= LEAST * sets.len();
        let sets = if has_large_ones { sets } else { vec![Vec::new(); sets.len()] };
        sets.iter().for_each(|set| _ = numbers.entry(set.clone()).or_default());
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
    let (mut regions, mut sets) = (vec![0; cell.cable.len()], vec![Vec::new()]);
    for placed in joined {
        // By region: that of the nodes that have this mechanism, too.
        let mut with: Vec<Option<u32>> = vec![None; sets.len()];
        for &node in &placed.nodes {
            let region = &mut regions[node as usize];
            let Some(with) = with.get_mut(*region as usize) else { continue };
            *region = *with.get_or_insert_with(|| {
                let mut set = sets[*region as usize].clone();
                set.push(placed.order);
                sets.push(set);
                sets.len() as u32 - 1
            });
        }
    }
    // Regions that have lost all their nodes are left out.
    let mut is_used = vec![false; sets.len()];
    regions.iter().for_each(|&region| is_used[region as usize] = true);
    let counted = is_used.iter().scan(0, |count, &is_used| {
        *count += u32::from(is_used);
        Some(*count)
    });
    let new: Vec<u32> = counted.map(|count| count.saturating_sub(1)).collect();
    regions.iter_mut().for_each(|region| *region = new[*region as usize]);
    let sets = sets.into_iter().zip(is_used).filter_map(|(set, is_used)| is_used.then_some(set));
    (regions, sets.collect())
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
