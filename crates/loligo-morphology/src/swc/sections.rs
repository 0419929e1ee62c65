//! Division of SWC points into sections, and the connections between these.
//!
//! Children are counted as in NEURON, including its special cases, because every name and
//! connection depends on it.

use crate::parsed_section::ParsedSection;
use crate::swc::Node;
use crate::warning::Warning;

const SOMA: i32 = 1;

/// A section's parent comes later in the file than the section.
pub(super) struct ParentLater;

/// The sections, and the irregularities found.
pub(super) struct Split {
    pub drafts: Vec<ParsedSection>,
    pub warnings: Vec<Warning>,
}

/// Divides points, sorted by id, into sections.
///
/// Points whose parent is missing are joined to the first section as if their parent were the
/// file's first point.
pub(super) fn split(nodes: &[Node], parents: &[Option<usize>]) -> Result<Split, ParentLater> {
    let mut parents = parents.to_vec();
    let Cuts { mut continues, at_first_point } = Cuts::count(nodes, &parents);
    let soma_children = count_soma_children(nodes, &parents);
    let one_point_soma = is_neuromorpho_soma(nodes, &parents);
    if one_point_soma {
        // Keeps points 2 and 3 in one section with point 1; both are removed later.
        parents[2] = Some(1);
    }
    for i in 0..nodes.len() - 1 {
        let soma_run = nodes[i].code == SOMA && nodes[i + 1].code == SOMA && parents[i + 1] == Some(i);
        if soma_run && (i == 0 || soma_children[i] <= 1) {
            continues[i] = true;
        }
    }
    if continues[nodes.len() - 1] {
        // Only a child earlier in the file can follow the last point.
        return Err(ParentLater);
    }

    let mut drafts: Vec<ParsedSection> = Vec::new();
    let mut first_point: Vec<usize> = Vec::new();
    let mut section_of: Vec<usize> = Vec::with_capacity(nodes.len());
    let mut warnings = Vec::new();
    let mut first = 0;
    while first < nodes.len() {
        let mut end = first + 1;
        while continues[end - 1] {
            if parents[end] != Some(end - 1) {
                warnings.push(Warning::JumpInSection { line: nodes[end].line });
            }
            end += 1;
        }
        let own = nodes[first..end].iter().map(Node::point);
        let draft = if drafts.is_empty() {
            let own = if one_point_soma { own.take(1).collect() } else { own.collect() };
            ParsedSection {
                code: nodes[first].code,
                points: own,
                parent: None,
                parent_x: 0.0,
                wired: false,
                line: nodes[first].line,
            }
        } else {
            let parent_point = parents[first].unwrap_or(0);
            let Some(&parent) = section_of.get(parent_point) else {
                return Err(ParentLater);
            };
            let contact = Contact {
                to_root: parent == 0,
                parent_is_soma: drafts[parent].code == SOMA,
                parent_size: drafts[parent].points.len(),
                parent_first: first_point[parent],
                parent_point: parents[first],
                soma_children: soma_children[parent_point],
                own_points: end - first,
                is_soma: nodes[first].code == SOMA,
            };
            let (mut parent_x, wired) = contact.place();
            if at_first_point[first] {
                parent_x = 0.0;
                warnings.push(Warning::BranchAtFirstPoint { line: nodes[first].line });
            }
            let mut copy = nodes[parent_point].point();
            if contact.parent_is_soma && !contact.is_soma {
                copy.diameter = nodes[first].diameter;
            }
            ParsedSection {
                code: nodes[first].code,
                points: std::iter::once(copy).chain(own).collect(),
                parent: Some(parent),
                parent_x,
                wired,
                line: nodes[first].line,
            }
        };
        section_of.resize(end, drafts.len());
        first_point.push(first);
        drafts.push(draft);
        first = end;
    }
    Ok(Split { drafts, warnings })
}

/// For each point, data that decide if the next one continues its section.
struct Cuts {
    continues: Vec<bool>,
    /// True if the point begins a branch that connects to the 0 end of its parent's section.
    at_first_point: Vec<bool>,
}

impl Cuts {
    fn count(nodes: &[Node], parents: &[Option<usize>]) -> Self {
        /// The count of a point that is not the end of a section.
        const ONE_CHILD: u64 = 2;
        let mut at_first_point = vec![false; nodes.len()];
        // Each child adds 2; if it does not follow directly, or has another type, it adds 1 more. A
        // point continues its section if its final count is 2.
        let mut count = vec![0; nodes.len()];
        for i in 0..nodes.len() {
            let Some(parent) = parents[i] else { continue };
            count[parent] += ONE_CHILD;
            if i == 0 || parent != i - 1 {
                count[parent] += 1;
                // A missing parent counts as the first point here.
                let on_soma =
                    parent > 1 && nodes[parent].code != SOMA && nodes[parents[parent].unwrap_or(0)].code == SOMA;
                let on_bare_root = parent == 0 && nodes[0].code != SOMA;
                if on_soma || on_bare_root {
                    at_first_point[i] = true;
                    // Reset the count of children so far: the parent must not become a section of
                    // one point.
                    count[parent] = ONE_CHILD;
                }
            }
            if nodes[parent].code != nodes[i].code {
                count[parent] += 1;
            }
        }
        let continues = count.iter().map(|&count| count == ONE_CHILD).collect();
        Self { continues, at_first_point }
    }
}

/// Number of soma children of each soma point.
fn count_soma_children(nodes: &[Node], parents: &[Option<usize>]) -> Vec<usize> {
    let mut count = vec![0; nodes.len()];
    for i in 1..nodes.len() {
        if let Some(parent) = parents[i]
            && nodes[i].code == SOMA
            && nodes[parent].code == SOMA
        {
            count[parent] += 1;
        }
    }
    count
}

/// True for a soma of three points that represents a sphere: a centre with two childless arms.
fn is_neuromorpho_soma(nodes: &[Node], parents: &[Option<usize>]) -> bool {
    if nodes.iter().filter(|node| node.code == SOMA).count() != 3 {
        return false;
    }
    let centre = &nodes[0];
    let arms = &nodes[1..3];
    let childless = parents.iter().all(|parent| !matches!(parent, Some(1 | 2)));
    if parents[1] != Some(0) || parents[2] != Some(0) || !childless {
        return false;
    }
    if arms.iter().any(|arm| arm.diameter != centre.diameter) {
        return false;
    }
    let length: f64 = arms
        .iter()
        .map(|arm| {
            let square = |axis: usize| {
                let d = f64::from(arm.at[axis]) - f64::from(centre.at[axis]);
                d * d
            };
            (square(0) + square(1) + square(2)).sqrt()
        })
        .sum();
    (length / centre.diameter - 1.0).abs() < 0.01
}

/// The data that determine the position at which a section is connected.
struct Contact {
    /// The parent is the first section.
    to_root: bool,
    parent_is_soma: bool,
    /// Number of points of the parent section, including its copied point.
    parent_size: usize,
    /// Index of the parent section's first own point.
    parent_first: usize,
    /// Index of the parent point; `None` if it is missing.
    parent_point: Option<usize>,
    /// Number of soma children of the parent point.
    soma_children: usize,
    own_points: usize,
    is_soma: bool,
}

impl Contact {
    /// Position on the parent; true if the copied parent point is only a wire.
    fn place(&self) -> (f64, bool) {
        let neurite_on_soma = self.parent_is_soma && !self.is_soma;
        if self.to_root {
            if neurite_on_soma && self.parent_size == 1 {
                return (0.5, self.own_points > 1);
            }
            if self.parent_point == Some(self.parent_first) {
                return (0.0, !self.is_soma && self.soma_children > 1);
            }
        }
        if self.parent_is_soma {
            // The root has no copied point before its own.
            let own = self.parent_size - usize::from(self.parent_first != 0);
            let last = self.parent_first + own - 1;
            if self.parent_point.is_none_or(|point| point < last) {
                return (0.5, neurite_on_soma && self.own_points > 1);
            }
            return (1.0, !self.is_soma && self.own_points > 1 && self.soma_children > 1);
        }
        (1.0, false)
    }
}
