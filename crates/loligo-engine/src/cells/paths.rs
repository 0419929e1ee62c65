//! Trees as paths, so that the equations of different branches and cells can be solved side by side.
//!
//! A path goes from a leaf up towards the root, as long as no deeper branch joins; there it ends, and the deeper branch goes on.
//! So a row's place on its path is its height, the rows between it and the deepest leaf below it, and rows of one height on
//! paths of one form can be stored next to each other: then the parents of neighbouring rows are neighbours too, and one vector
//! instruction serves as many rows as it has lanes. Leaves come first, however far from the root they are, which is what makes
//! even the branches of a single cell alike. For cells of one shape every path has its like in all of them.

use loligo_cable::Rows;

/// Where a row stands among all rows of a group: higher rows first, those of one height ordered by their paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PathPlace {
    /// Larger than the parent's.
    pub(crate) level: u32,
    /// The rank of the row's path.
    path: u32,
}

/// The level of a leaf; a row's height is what is missing to it. Rows with area have even heights, those without have odd
/// ones, so that a level has rows of one kind.
const LEAVES: u32 = u32::MAX - 1;

/// A path before it has a rank.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Path {
    /// Height of the leaf: 0, or 1 if it has no area.
    start: u32,
    /// How much higher each row is than the one before, ended by the largest number, so that longer paths come first.
    form: Vec<u32>,
    /// Number within the cell: paths of one form keep their order.
    own: u32,
    cell: u32,
}

/// The place of each row of each cell, given which rows have area.
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

/// Divides a cell into paths, which are appended to those of other cells; each row gets its level and the index of its path.
fn decompose(cell: u32, rows: &Rows, areas: &[bool], paths: &mut Vec<Path>) -> Vec<PathPlace> {
    const NONE: u32 = u32::MAX;
    let count = rows.nodes.len();
    let mut height: Vec<u32> = areas.iter().map(|&has_area| u32::from(!has_area)).collect();
    // The child through which each row is as high as it is; the first among equals, since the last come first here.
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
    // From the leaves on, so that the path of a row's deepest child is known.
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
    for path in &mut paths[first_path..] {
        path.form.push(u32::MAX);
    }
    height.iter().zip(path_of).map(|(height, path)| PathPlace { level: LEAVES - height, path }).collect()
}
