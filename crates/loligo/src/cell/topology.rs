//! The tree of sections as text.

use std::fmt::{self, Write};

use loligo_cable::MAX_SEGMENTS;
use loligo_morphology::End;

use crate::cell::Cell;
use crate::cell::section::Section;

/// The section trees of one cell or of many, printed as by NEURON's `topology()`; made by
/// [`Cell::topology`](crate::Cell::topology) and [`Network::topology`](crate::Network::topology).
///
/// A dash stands for a segment, `|` for the end of a section, `` ` `` below the node to which a section is connected,
/// and `(0-1)` gives the order of its ends. Sections that are not connected to a root are not printed.
///
/// ```
/// use loligo::prelude::*;
/// let cell = Cell::builder().add_soma(20.0).add(Section::dendrite("dend", 100.0, 2.0).with_segments(3)).create()?; // um
/// assert_eq!(cell.topology().to_string(), "\n|-|       soma(0-1)\n   `--|       dend(0-1)\n\n");
/// # Ok::<(), loligo::BuildError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Topology<'a> {
    cells: &'a [Cell],
    /// `true` if the names of sections are preceded by those of their cells.
    with_cells: bool,
}

impl<'a> Topology<'a> {
    pub(crate) fn of_cell(cell: &'a Cell) -> Self {
        Self { cells: std::slice::from_ref(cell), with_cells: false }
    }

    pub(crate) fn of_cells(cells: &'a [Cell]) -> Self {
        Self { cells, with_cells: true }
    }
}

impl fmt::Display for Topology<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('\n')?;
        for cell in self.cells {
            print_cell(f, cell, if self.with_cells { Some(&cell.name) } else { None })?;
        }
        f.write_char('\n')
    }
}

fn print_cell(f: &mut fmt::Formatter<'_>, cell: &Cell, prefix: Option<&String>) -> fmt::Result {
    let children = children(&cell.sections);
    let roots = (0..cell.sections.len()).filter(|&index| cell.sections[index].parent.is_none());
    for root in roots {
        // Sections to print, the next one last, each with the number of blanks before it.
        let mut waiting = vec![(root, 0)];
        while let Some((index, blanks)) = waiting.pop() {
            let section = &cell.sections[index];
            for _ in 0..blanks {
                f.write_char(' ')?;
            }
            f.write_str(if section.parent.is_none() { "|-" } else { "`" })?;
            for _ in 1..segments(section) {
                f.write_char('-')?;
            }
            let ends = if is_reversed(section) { "(1-0)" } else { "(0-1)" };
            let (prefix, dot) = prefix.map_or(("", ""), |prefix| (prefix.as_str(), "."));
            writeln!(f, "|       {prefix}{dot}{}{ends}", section.name)?;
            // The tree's own offset does not include the blank before each child.
            let offset = if section.parent.is_none() { 0 } else { blanks - 1 };
            let below = |&child: &usize| (child, offset + 1 + nodes_before(&cell.sections[child], section));
            waiting.extend(children[index].iter().rev().map(below));
        }
    }
    Ok(())
}

/// Number of segments to print, also for a section with an invalid number of them.
fn segments(section: &Section) -> usize {
    section.segments().clamp(1, MAX_SEGMENTS)
}

fn is_reversed(section: &Section) -> bool {
    section.parent.is_some_and(|attachment| attachment.child_end == End::One)
}

/// Position of a child on its parent, from 0 at the end nearest to the root.
fn distance(child: &Section, parent: &Section) -> f64 {
    let x = child.parent.map_or(0.0, |attachment| attachment.parent_x);
    if is_reversed(parent) { 1.0 - x } else { x }
}

/// Number of nodes of the parent up to and including the one that a child is connected to: 0 at the near end.
fn nodes_before(child: &Section, parent: &Section) -> usize {
    let x = child.parent.map_or(0.0, |attachment| attachment.parent_x);
    let segments = segments(parent);
    match distance(child, parent) {
        0.0 => 0,
        1.0 => segments + 1,
        _ => {
            let index = ((segments as f64 * x) as usize).min(segments - 1);
            1 + if is_reversed(parent) { segments - 1 - index } else { index }
        }
    }
}

/// Each section's children: the farthest first; at one position the first connected first.
fn children(sections: &[Section]) -> Vec<Vec<usize>> {
    let mut children = vec![Vec::new(); sections.len()];
    for (index, section) in sections.iter().enumerate() {
        if let Some(siblings) = section.parent.and_then(|attachment| children.get_mut(attachment.parent)) {
            siblings.push(index);
        }
    }
    for (parent, siblings) in children.iter_mut().enumerate() {
        let from_root = |child: &usize| distance(&sections[*child], &sections[parent]);
        siblings.sort_by(|a, b| from_root(b).total_cmp(&from_root(a)));
    }
    children
}

impl Cell {
    /// The tree of sections, printed as by NEURON's `topology()`.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let dendrite = |name| Section::dendrite(name, 100.0, 1.0);
    /// let cell = Cell::builder()
    ///     .add_soma(20.0)
    ///     .append(dendrite("stem").with_segments(3))
    ///     .add(dendrite("left"))
    ///     .at(0.5)
    ///     .add(dendrite("right"))
    ///     .create()?;
    /// let expected = "
    /// |-|       soma(0-1)
    ///    `--|       stem(0-1)
    ///        `|       left(0-1)
    ///      `|       right(0-1)
    ///
    /// ";
    /// assert_eq!(cell.topology().to_string(), expected);
    /// # Ok::<(), loligo::BuildError>(())
    /// ```
    pub fn topology(&self) -> Topology<'_> {
        Topology::of_cell(self)
    }
}
