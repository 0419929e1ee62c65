//! Regions: rows that have the same mechanisms among those that can be joined.

use std::collections::HashMap;

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

#[cfg(test)]
mod tests {
    use super::*;

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
