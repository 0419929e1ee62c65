//! Distances from the soma along the tree of sections.

use loligo_cable::Cable;
use loligo_morphology::End;

use crate::cell::Cell;

/// The distances of a section's points from the middle of the soma: the path enters the section at one position, and
/// goes on from there to both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SectionPath {
    /// The position at which the path enters, 0 to 1.
    entry: f64,
    /// The distance of that position, um; infinite if no path exists.
    nearest: f64,
    /// The length of the section, um.
    pub(crate) length: f64,
}

impl SectionPath {
    /// The distance of a position (0 to 1), um.
    pub(crate) fn distance(&self, x: f64) -> f64 {
        self.nearest + (x - self.entry).abs() * self.length
    }

    /// The intervals of positions within `from..to` whose distances are between two bounds (um): at most one on each
    /// side of the entry, joined if they touch; none is of length 0.
    pub(crate) fn between(&self, (from, to): (f64, f64), near: f64, far: f64) -> Vec<(f64, f64)> {
        let reach = |distance: f64| (distance - self.nearest) / self.length; // in units of x
        let (inner, outer) = (reach(near), reach(far));
        let sides = if inner <= 0.0 {
            vec![(self.entry - outer, self.entry + outer)]
        } else {
            vec![(self.entry - outer, self.entry - inner), (self.entry + inner, self.entry + outer)]
        };
        let within = sides.into_iter().map(|(low, high)| (low.max(from), high.min(to)));
        within.filter(|(low, high)| low < high).collect()
    }
}

impl Cell {
    /// The first soma section, else the first root: distances are measured from its middle, or from the root's 0 end.
    pub(crate) fn origin(&self) -> Option<usize> {
        self.soma().or_else(|| self.sections.iter().position(|section| section.parent.is_none()))
    }

    /// The node of its cable from which distances are measured.
    pub(crate) fn origin_node(&self, cable: &Cable) -> Option<u32> {
        let x = if self.soma().is_some() { 0.5 } else { 0.0 };
        self.origin().map(|section| cable.node_at(section, x))
    }

    /// The paths to each of its sections.
    pub(crate) fn section_paths(&self, cable: &Cable) -> Vec<SectionPath> {
        let origin = self.origin_node(cable);
        let to = |section: usize, x: f64| {
            origin.and_then(|origin| cable.path_distance(origin, cable.node_at(section, x))).unwrap_or(f64::INFINITY)
        };
        let path = |index: usize| {
            let length = cable.geometry[index].length;
            let [zero, one] = [0.0, 1.0].map(|x| to(index, x));
            let attached = self.sections[index].parent.map_or(End::Zero, |at| at.child_end);
            let (start, at_start, at_other) = match attached {
                End::Zero => (0.0, zero, one),
                End::One => (1.0, one, zero),
            };
            // Most paths enter at the attached end; the others at the position that is nearest to the origin.
            let inside = 0.5 * (at_start + length - at_other);
            if !at_start.is_finite() || inside <= 1e-9 * length {
                return SectionPath { entry: start, nearest: at_start, length };
            }
            let share = (inside / length).min(1.0);
            let entry = if start == 0.0 { share } else { 1.0 - share };
            SectionPath { entry, nearest: (at_start - inside).max(0.0), length }
        };
        self.all().map(path).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::section::Section;

    /// A soma of 20 um in the middle of an axon of 100 um that is the root, and a dendrite of 50 um on the soma.
    fn paths() -> Vec<SectionPath> {
        let mut cell = Cell::new("c");
        let root = cell.add_section(Section::axon("axon", 100.0, 1.0).with_segments(5));
        let soma = cell.add_section(Section::soma(20.0).attached_to(root, 0.5));
        cell.add_section(Section::dendrite("dend", 50.0, 1.0).attached_to(soma, 1.0));
        let mut other = Section::dendrite("other", 50.0, 1.0);
        other.parent = Some(loligo_morphology::Attachment { parent: soma, parent_x: 0.5, child_end: End::One });
        cell.add_section(other);
        cell.add_section(Section::dendrite("loose", 50.0, 1.0));
        cell.section_paths(&cell.cable().expect("it is sound"))
    }

    #[test]
    fn a_path_enters_where_the_soma_is_nearest() {
        let paths = paths();
        let ends: Vec<_> = paths.iter().map(|path| [0.0, 0.5, 1.0].map(|x| path.distance(x))).collect();
        assert_eq!(ends[0], [60.0, 10.0, 60.0]); // um, as NEURON's distance() at the nodes
        assert_eq!(ends[1], [10.0, 0.0, 10.0]);
        assert_eq!(ends[2], [10.0, 35.0, 60.0]);
        assert_eq!(ends[3], [50.0, 25.0, 0.0]);
        assert_eq!(ends[4], [f64::INFINITY; 3]);
    }

    #[test]
    fn bounds_cut_one_interval_on_each_side_of_the_entry() {
        let paths = paths();
        let whole = (0.0, 1.0);
        assert_eq!(paths[0].between(whole, 20.0, 30.0), [(0.3, 0.4), (0.6, 0.7)]);
        assert_eq!(paths[0].between(whole, 0.0, 35.0), [(0.25, 0.75)]);
        assert_eq!(paths[0].between((0.5, 1.0), 20.0, 1e9), [(0.6, 1.0)]);
        assert_eq!(paths[2].between(whole, 0.0, 20.0), [(0.0, 0.2)]);
        assert_eq!(paths[3].between(whole, 10.0, 20.0), [(0.6, 0.8)]);
        assert_eq!(paths[2].between(whole, 60.0, 90.0), []);
        assert_eq!(paths[4].between(whole, 0.0, 1e9), []);
    }
}
