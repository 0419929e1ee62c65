//! Trees as paths, so that the equations of different branches and cells can be solved side by side.
//!
//! From each row its path goes on to the child with the deepest tree; the other children begin paths of their own. Paths of
//! the same form, of one cell or of several, are stored next to each other, level by level: then the parents of
//! neighbouring rows are neighbours too, and one vector instruction serves as many rows as it has lanes. For cells of one shape
//! every path has its like in all of them; cells of different shapes share what is alike.

use loligo_cable::Rows;

/// Where a row stands among all rows of a group: rows of lower levels first, in a level ordered by their paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PathPlace {
    /// Larger than the parent's. Levels of rows with area are even, those of rows without are odd, so that a level has
    /// rows of one kind.
    pub(crate) level: u32,
    /// The rank of the row's path.
    path: u32,
}

/// A path before it has a rank.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Path {
    /// Level of the first row.
    start: u32,
    /// How each row is joined to the one before, ended by the largest number, so that longer paths come first.
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
    let mut parent = vec![NONE; count];
    let mut level: Vec<u32> = areas.iter().map(|&has_area| u32::from(!has_area)).collect();
    // Couplings come from the roots to the leaves.
    for coupling in &rows.couplings {
        let (row, above) = (coupling.row as usize, coupling.parent as usize);
        parent[row] = coupling.parent;
        level[row] = level[above] + if areas[row] == areas[above] { 2 } else { 1 };
    }
    let mut deepest = level.clone();
    let mut heir = vec![NONE; count];
    for coupling in rows.couplings.iter().rev() {
        let (row, above) = (coupling.row as usize, coupling.parent as usize);
        // The first child wins among equals: children are seen from the last to the first.
        if heir[above] == NONE || deepest[row] >= deepest[heir[above] as usize] {
            heir[above] = coupling.row;
        }
        deepest[above] = deepest[above].max(deepest[row]);
    }
    let first_path = paths.len();
    let mut places = vec![PathPlace::default(); count];
    let roots = (0..count).filter(|&row| parent[row] == NONE);
    for row in roots.chain(rows.couplings.iter().map(|coupling| coupling.row as usize)) {
        let above = parent[row];
        let path = if above != NONE && heir[above as usize] as usize == row {
            let path = places[above as usize].path;
            paths[path as usize].form.push(level[row] - level[above as usize]);
            path
        } else {
            paths.push(Path { start: level[row], form: Vec::new(), own: (paths.len() - first_path) as u32, cell });
            (paths.len() - 1) as u32
        };
        places[row] = PathPlace { level: level[row], path };
    }
    for path in &mut paths[first_path..] {
        path.form.push(u32::MAX);
    }
    places
}
