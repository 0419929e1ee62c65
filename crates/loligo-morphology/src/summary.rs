//! A summary of a morphology, printable as a table of its sections.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::morphology::Morphology;
use crate::section::End;
use crate::section_kind::SectionKind;

/// Counts, lengths, areas and distances of a morphology. Its `Display` has a line for each section, in the order of the
/// tree.
///
/// Distances are measured along the tree from the middle of the soma, or from the 0 end of a root that is no soma.
///
/// ```
/// use loligo_morphology::Morphology;
///
/// let cell = Morphology::from_swc_str("1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 95 0 0 1 2\n")
///     .unwrap()
///     .morphology;
/// let summary = cell.summary();
/// assert_eq!(summary.max_path_distance, 90.0); // um: the dendrite; its wire in the soma is none
/// let dendrite = summary.sections.iter().find(|section| section.name == "dend[0]").unwrap();
/// assert_eq!((dendrite.depth, dendrite.start_distance), (1, 0.0)); // um
/// assert!(summary.to_string().contains("0.0 to 90.0"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Sections, points, length and area of each kind, in order of the SWC type.
    pub kinds: Vec<KindSummary>,
    /// Total length, um.
    pub length: f64,
    /// Total lateral area of the frusta, um2.
    pub area: f64,
    /// Smallest x, y and z of any point, um.
    pub lowest: [f32; 3],
    /// Largest x, y and z of any point, um.
    pub highest: [f32; 3],
    /// Number of trees.
    pub roots: usize,
    /// Sections without children.
    pub tips: usize,
    /// Largest branch order: the root has 0, and each branch point on the path adds 1.
    pub max_branch_order: usize,
    /// Greatest distance of a section's far end, um.
    pub max_path_distance: f64,
    /// One entry for each section, in the morphology's order.
    pub sections: Vec<SectionSummary>,
}

/// All sections of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindSummary {
    /// The kind.
    pub kind: SectionKind,
    /// Number of sections.
    pub sections: usize,
    /// Number of points.
    pub points: usize,
    /// Total length, um.
    pub length: f64,
    /// Total lateral area, um2.
    pub area: f64,
}

/// One section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectionSummary {
    /// NEURON's name.
    pub name: String,
    /// Number of points.
    pub points: usize,
    /// Length, um.
    pub length: f64,
    /// Mean diameter, um.
    pub mean_diameter: f64,
    /// Index of the parent and the position on it.
    pub parent: Option<(usize, f64)>,
    /// Number of sections between this one and the root.
    pub depth: usize,
    /// Number of branch points between this section and the root.
    pub branch_order: usize,
    /// Distance of the end that is attached, um; for a soma that is a root 0, its middle.
    pub start_distance: f64,
    /// Distance of this section's far end, um.
    pub path_distance: f64,
}

impl Morphology {
    /// Counts, lengths, areas and distances, printable as a tree.
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }
}

impl Summary {
    pub(crate) fn of(morphology: &Morphology) -> Self {
        let sections = &morphology.sections;
        let mut children = vec![0_usize; sections.len()];
        for parent in sections.iter().filter_map(|section| section.parent) {
            children[parent.parent] += 1;
        }
        let mut rows: Vec<SectionSummary> = Vec::with_capacity(sections.len());
        // Distance of the beginning of each section; negative before the middle of a soma.
        let mut starts: Vec<f64> = Vec::with_capacity(sections.len());
        for section in sections {
            let length = section.length();
            let (depth, branch_order, start) = match section.parent {
                None if section.kind == SectionKind::Soma => (0, 0, -0.5 * length),
                None => (0, 0, 0.0),
                Some(at) => {
                    let parent = &rows[at.parent];
                    let x = match sections[at.parent].parent.map(|a| a.child_end) {
                        Some(End::One) => 1.0 - at.parent_x,
                        _ => at.parent_x,
                    };
                    // From the middle of a soma towards its 0 end, the distance increases as well.
                    let start = (starts[at.parent] + x * parent.length).abs();
                    let branches = usize::from(children[at.parent] > 1);
                    (parent.depth + 1, parent.branch_order + branches, start)
                }
            };
            starts.push(start);
            rows.push(SectionSummary {
                name: section.name.clone(),
                points: section.points.len(),
                length,
                mean_diameter: section.mean_diameter(),
                parent: section.parent.map(|at| (at.parent, at.parent_x)),
                depth,
                branch_order,
                start_distance: start.max(0.0),
                path_distance: start + length,
            });
        }

        let mut kinds: Vec<KindSummary> = Vec::new();
        for &i in &morphology.creation_order() {
            let section = &sections[i];
            if kinds.last().is_none_or(|last| last.kind != section.kind) {
                kinds.push(KindSummary { kind: section.kind, sections: 0, points: 0, length: 0.0, area: 0.0 });
            }
            if let Some(kind) = kinds.last_mut() {
                kind.sections += 1;
                kind.points += section.points.len();
                kind.length += rows[i].length;
                kind.area += section.area();
            }
        }
        let mut lowest = [f32::INFINITY; 3];
        let mut highest = [f32::NEG_INFINITY; 3];
        for point in sections.iter().flat_map(|section| &section.points) {
            for (axis, value) in [point.x, point.y, point.z].into_iter().enumerate() {
                lowest[axis] = lowest[axis].min(value);
                highest[axis] = highest[axis].max(value);
            }
        }
        Self {
            length: kinds.iter().map(|kind| kind.length).sum(),
            area: kinds.iter().map(|kind| kind.area).sum(),
            kinds,
            lowest,
            highest,
            roots: sections.iter().filter(|section| section.parent.is_none()).count(),
            tips: children.iter().filter(|&&children| children == 0).count(),
            max_branch_order: rows.iter().map(|row| row.branch_order).max().unwrap_or(0),
            max_path_distance: rows.iter().map(|row| row.path_distance).fold(0.0, f64::max),
            sections: rows,
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} sections, {:.1} um, {:.1} um2, {} tips, branch order up to {}, {:.1} um from the soma at most",
            self.sections.len(),
            self.length,
            self.area,
            self.tips,
            self.max_branch_order,
            self.max_path_distance,
        )?;
        if !self.sections.is_empty() {
            let [x0, y0, z0] = self.lowest;
            let [x1, y1, z1] = self.highest;
            writeln!(f, "x {x0} to {x1}, y {y0} to {y1}, z {z0} to {z1} um")?;
        }
        for kind in &self.kinds {
            writeln!(
                f,
                "{}: {} sections, {} points, {:.1} um, {:.1} um2",
                kind.kind, kind.sections, kind.points, kind.length, kind.area
            )?;
        }
        // Children by parent, in the order of connection.
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.sections.len()];
        let mut stack = Vec::new();
        for (i, row) in self.sections.iter().enumerate() {
            match row.parent {
                Some((parent, _)) => children[parent].push(i),
                None => stack.push(i),
            }
        }
        stack.reverse();
        writeln!(f, "section        depth  order  points    L (um)  diam (um)  from soma (um)    on")?;
        while let Some(i) = stack.pop() {
            let row = &self.sections[i];
            let distances = format!("{:.1} to {:.1}", row.start_distance, row.path_distance);
            write!(
                f,
                "{:14} {:5}  {:5}  {:6}  {:8.2}  {:9.3}  {distances:16}",
                row.name, row.depth, row.branch_order, row.points, row.length, row.mean_diameter,
            )?;
            match row.parent {
                Some((parent, x)) => writeln!(f, "  {}({x})", self.sections[parent].name)?,
                None => writeln!(f, "  -")?,
            }
            stack.extend(children[i].iter().rev());
        }
        Ok(())
    }
}
