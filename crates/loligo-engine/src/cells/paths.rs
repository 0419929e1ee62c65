//! Division of trees into paths, so that the equations of different branches and cells can be solved
//! in parallel.
//!
//! A path goes from a leaf towards the root up to the first branch point with a deeper branch; there it ends, and the
//! deeper branch continues. The position of a row on its path is therefore its height: the number of rows between it
//! and the deepest leaf below it. Rows of one height on paths of one form can be stored next to each other; then the
//! parents of neighbouring rows are neighbours too, and one vector instruction processes as many rows as it has lanes.
//! Leaves come first, at any distance from the root; so branches of a single cell become alike too. For cells of one
//! shape, every path occurs in all of them.

use std::cmp::Reverse;
use std::collections::HashMap;

use loligo_cable::Rows;

/// Position of a row among all rows of a group: higher rows first, rows of one height ordered by their paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PathPlace {
    /// Larger than the level of the parent.
    pub(crate) level: u32,
    /// The rank of the row's path.
    pub(crate) path: u32,
}

/// The level of a leaf; the height of a row is this number minus its level. Rows with area have even heights, those
/// without have odd ones, so that a level has rows of one kind.
const LEAVES: u32 = u32::MAX - 1;

/// A path before it has a rank.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Path {
    /// Height of the leaf: 0, or 1 if it has no area.
    start: u32,
    /// The difference in height between each row and the one before, terminated by the largest number, so that longer
    /// paths come first.
    form: Vec<u32>,
    /// Number within the cell, among those of the same form.
    own: u32,
    cell: u32,
}

/// The place of each row of each cell; `areas` is true for rows with area.
pub(crate) fn places(rows: &[Rows], areas: &[Vec<bool>]) -> Vec<Vec<PathPlace>> {
    let mut paths = Vec::new();
    let mut cells = Vec::with_capacity(rows.len());
    for (cell, (rows, areas)) in rows.iter().zip(areas).enumerate() {
        cells.push(decompose(cell as u32, rows, areas, &mut paths));
    }
    let mut order: Vec<usize> = (0..paths.len()).collect();
    order.sort_unstable_by(|&a, &b| paths[a].cmp(&paths[b]));
    let mut rank = vec![0; paths.len()];
    order.iter().zip(0..).for_each(|(&path, own)| rank[path] = own);
    for place in cells.iter_mut().flatten() {
        place.path = rank[place.path as usize];
    }
    cells
}

/// Divides a cell into paths and appends them to those of other cells; returns the level and the index of the path for
/// each row.
fn decompose(cell: u32, rows: &Rows, areas: &[bool], paths: &mut Vec<Path>) -> Vec<PathPlace> {
    const NONE: u32 = u32::MAX;
    let count = rows.nodes.len();
    let mut height: Vec<u32> = areas.iter().map(|&has_area| u32::from(!has_area)).collect();
    // The child that determines the height of each row; the first among equals, since the last come first here.
    let mut deepest = vec![NONE; count];
    for coupling in rows.couplings.iter().rev() {
        let (row, above) = (coupling.row as usize, coupling.parent as usize);
        let reached = height[row] + if areas[row] == areas[above] { 2 } else { 1 };
        if deepest[above] == NONE || reached >= height[above] {
            height[above] = reached;
            deepest[above] = coupling.row;
        }
    }
    let first_path = paths.len();
    let mut path_of = vec![NONE; count];
    // Starts from the leaves, so that the path of a row's deepest child has been determined before.
    let mut from_leaves: Vec<usize> = (0..count).collect();
    from_leaves.sort_by_key(|&row| height[row]);
    for row in from_leaves {
        if deepest[row] == NONE {
            let own = (paths.len() - first_path) as u32;
            path_of[row] = paths.len() as u32;
            paths.push(Path { start: height[row], form: Vec::new(), own, cell });
        } else {
            let below = deepest[row] as usize;
            path_of[row] = path_of[below];
            paths[path_of[below] as usize].form.push(height[row] - height[below]);
        }
    }
    let paths = &mut paths[first_path..];
    for path in &mut *paths {
        path.form.push(u32::MAX);
    }
    let mut ends = vec![None; paths.len()];
    for coupling in rows.couplings.iter().filter(|coupling| deepest[coupling.parent as usize] != coupling.row) {
        let (path, end) = (path_of[coupling.row as usize], coupling.parent as usize);
        ends[path as usize - first_path] =
            Some(End { row: coupling.parent, height: height[end], path: path_of[end] as usize - first_path });
    }
    number(paths, &ends);
    height.iter().zip(path_of).map(|(height, path)| PathPlace { level: LEAVES - height, path }).collect()
}

/// The row at which a path ends, which belongs to another path.
#[derive(Clone, Copy)]
struct End {
    row: u32,
    height: u32,
    path: usize,
}

/// Numbers the paths of one form in the order in which the rows at which they end are stored, so that these are
/// neighbours, too; those that end at one row keep their order, and follow all that are the first there.
fn number(paths: &mut [Path], ends: &[Option<End>]) {
    let mut by_form: Vec<usize> = (0..paths.len()).collect();
    by_form.sort_by(|&a, &b| (paths[a].start, &paths[a].form).cmp(&(paths[b].start, &paths[b].form))); // stable
    let is_same = |&a: &usize, &b: &usize| (paths[a].start, &paths[a].form) == (paths[b].start, &paths[b].form);
    let mut forms: Vec<Vec<usize>> = by_form.chunk_by(is_same).map(<[usize]>::to_vec).collect();
    let mut form_of = vec![0; paths.len()];
    for (number, form) in forms.iter().enumerate() {
        form.iter().for_each(|&path| form_of[path] = number);
    }
    let top = |path: &Path| path.start + path.form.iter().rev().skip(1).sum::<u32>();
    // The path at which another one ends is higher.
    forms.sort_by_key(|form| Reverse(top(&paths[form[0]])));
    let mut before: HashMap<u32, u32> = HashMap::new();
    for form in forms.into_iter().filter(|form| form.len() > 1) {
        before.clear();
        let mut place = |end: End| {
            let before = before.entry(end.row).or_default();
            *before += 1;
            (*before, Reverse(end.height), form_of[end.path], paths[end.path].own)
        };
        let mut placed: Vec<_> = form.iter().map(|&path| (ends[path].map(&mut place), path)).collect();
        placed.sort_unstable();
        placed.into_iter().zip(0..).for_each(|((_, path), own)| paths[path].own = own);
    }
}

#[cfg(test)]
mod tests {
    use loligo_cable::Coupling;

    use super::*;

    /// Rows with these parents.
    fn rows(parents: &[Option<u32>]) -> Rows {
        let coupling = |(row, parent): (u32, &Option<u32>)| {
            parent.map(|parent| Coupling { row, parent, to_parent: -1.0, from_parent: -1.0 })
        };
        let couplings = (0..).zip(parents).filter_map(coupling).collect();
        Rows { nodes: (0..parents.len() as u32).collect(), places: Vec::new(), couplings }
    }

    /// A trunk 0-1-2-3 with a twig 4 at 1.
    const FORK: [Option<u32>; 5] = [None, Some(0), Some(1), Some(2), Some(1)];

    #[test]
    fn the_deepest_branch_goes_on_and_the_others_end_at_it() {
        let places = &places(&[rows(&FORK)], &[vec![true; 5]])[0];
        let heights = places.iter().map(|place| LEAVES - place.level).collect::<Vec<_>>();
        assert_eq!(heights, [6, 4, 2, 0, 0], "leaves come last, however far from the root they are");
        let paths = places.iter().map(|place| place.path).collect::<Vec<_>>();
        assert!(paths[..4].iter().all(|&path| path == paths[3]) && paths[4] != paths[3]);
    }

    #[test]
    fn a_parent_comes_before_its_children_in_every_cell() {
        // Trees of 40 rows with random parents.
        for seed in 1..20_u32 {
            let draw = |row: u32| (row.wrapping_mul(2_654_435_761).wrapping_mul(seed) >> 7) % row;
            let parents: Vec<_> = (0..40).map(|row| (row > 0).then(|| draw(row))).collect();
            let areas: Vec<bool> = (0..40).map(|row| !(row * seed).is_multiple_of(5)).collect();
            let places = &places(&[rows(&parents)], &[areas])[0];
            for (row, parent) in parents.iter().enumerate() {
                assert!(parent.is_none_or(|parent| places[parent as usize].level < places[row].level));
            }
        }
    }

    /// A trunk 0-1-2-3-4 with twigs 5 and 8 at 3, 6 at 2 and 7 at 1.
    #[test]
    fn paths_of_one_form_are_in_the_order_of_the_rows_at_which_they_end() {
        let parents = [None, Some(0), Some(1), Some(2), Some(3), Some(3), Some(2), Some(1), Some(3)];
        let places = &places(&[rows(&parents)], &[vec![true; 9]])[0];
        let mut twigs = [5, 6, 7, 8];
        twigs.sort_by_key(|&row| places[row]);
        assert_eq!(twigs, [7, 6, 5, 8], "the first at each row from the root on, then the second at row 3");
    }

    #[test]
    fn rows_with_and_without_area_are_never_on_one_level() {
        let areas = [true, false, true, true, false];
        let places = &places(&[rows(&FORK)], &[areas.to_vec()])[0];
        for (place, has_area) in places.iter().zip(areas) {
            assert_eq!((LEAVES - place.level).is_multiple_of(2), has_area);
        }
    }

    #[test]
    fn neighbours_on_a_level_have_neighbours_as_parents() {
        let (all, areas) = (vec![rows(&FORK); 3], vec![vec![true; 5]; 3]);
        let places = places(&all, &areas);
        let mut order: Vec<(usize, usize)> = (0..3).flat_map(|cell| (0..5).map(move |row| (cell, row))).collect();
        order.sort_by_key(|&(cell, row)| places[cell][row]);
        let expected = [0, 1, 2, 3, 4].map(|row| (0..3).map(move |cell| (cell, row)));
        assert_eq!(order, expected.into_iter().flatten().collect::<Vec<_>>());
    }
}
