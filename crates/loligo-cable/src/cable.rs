//! A cell's tree of nodes: numbering, couplings, and the node at a position x of a section.

use std::cmp::Ordering;

use loligo_morphology::{Attachment, End};

use crate::error::CableError;
use crate::geometry::{SectionGeometry, Shape, ZERO_AREA_NODE_AREA};

/// The parent index of a root node.
pub const NO_PARENT: u32 = u32::MAX;

/// A section to be discretised.
#[derive(Clone, Debug, PartialEq)]
pub struct CableSection {
    /// Its form.
    pub shape: Shape,
    /// Number of segments (nseg).
    pub segments: usize,
    /// Ra, ohm cm.
    pub axial_resistance: f64,
    /// cm, uF/cm2: one value for all segments.
    pub capacitance: f64,
    /// Attachment to the parent; `None` for a root.
    pub parent: Option<Attachment>,
}

/// The place of a node in its section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Index of its section.
    pub section: u32,
    /// Index of the segment counted from the section's 0 end, or `None` for a node without area (a section's distal end
    /// or a tree's root).
    pub segment: Option<u32>,
}

/// The tree of nodes of one cell (or of several unconnected trees).
///
/// Nodes are numbered so that a parent comes before its children. Within a tree the order is NEURON's: the root node,
/// then the sections breadth first, within a section away from the parent; children in the order of their position on
/// the parent, and at one position the last connected first. This determines the order of sums at branch points, and
/// thereby the last bit of the voltage.
#[derive(Clone, Debug, PartialEq)]
pub struct Cable {
    /// Index of each node's parent, [`NO_PARENT`] for roots.
    pub parent: Vec<u32>,
    /// Membrane area, um2; [`ZERO_AREA_NODE_AREA`] for nodes without membrane.
    pub area: Vec<f64>,
    /// Membrane capacitance, uF/cm2; 0 for nodes without membrane.
    pub capacitance: Vec<f64>,
    /// Effect of a node on its parent's equation, S/cm2 of the parent (uS if it has no area); negative, 0 for roots.
    pub to_parent: Vec<f64>,
    /// Effect of the parent on a node's equation, S/cm2 (uS if it has no area); negative, 0 for roots.
    pub from_parent: Vec<f64>,
    /// Section and segment of each node.
    pub nodes: Vec<Node>,
    /// Each section's geometry, in the order the sections were given.
    pub geometry: Vec<SectionGeometry>,
    sections: Vec<SectionNodes>,
}

/// The nodes of a section.
#[derive(Clone, Copy, Debug, PartialEq)]
struct SectionNodes {
    /// The section that it is attached to.
    parent: Option<u32>,
    /// The node to which its proximal end is attached.
    parent_node: u32,
    /// The node of its first segment; those of the others follow, then the distal end's.
    first: u32,
    segments: u32,
    /// True if its 1 end touches the parent.
    reversed: bool,
}

impl SectionNodes {
    fn distal(&self) -> u32 {
        self.first + self.segments
    }

    fn interior(&self, x: f64) -> u32 {
        let n = f64::from(self.segments);
        let index = ((n * x) as u32).min(self.segments - 1);
        self.first + if self.reversed { self.segments - 1 - index } else { index }
    }
}

impl Cable {
    /// Discretises and connects `sections`; the order of the list is the order in which they were connected.
    ///
    /// # Errors
    /// Any [`CableError`]: values out of range, a parent that does not exist, a cycle.
    pub fn build(sections: &[CableSection]) -> Result<Self, CableError> {
        check(sections)?;
        let order = section_order(sections)?;
        let mut cable = Self {
            parent: Vec::new(),
            area: Vec::new(),
            capacitance: Vec::new(),
            to_parent: Vec::new(),
            from_parent: Vec::new(),
            nodes: Vec::new(),
            geometry: Vec::with_capacity(sections.len()),
            sections: vec![
                SectionNodes { parent: None, parent_node: 0, first: 0, segments: 1, reversed: false };
                sections.len()
            ],
        };
        for (index, section) in sections.iter().enumerate() {
            let reversed = is_reversed(section);
            cable.geometry.push(SectionGeometry::of(
                index,
                &section.shape,
                section.segments,
                section.axial_resistance,
                reversed,
            )?);
        }
        for &index in &order {
            cable.add_section(index, &sections[index], sections);
        }
        Ok(cable)
    }

    fn add_section(&mut self, index: usize, section: &CableSection, sections: &[CableSection]) {
        let reversed = is_reversed(section);
        let parent_node = match &section.parent {
            None => self.push(NO_PARENT, ZERO_AREA_NODE_AREA, 0.0, 0.0, Node { section: index as u32, segment: None }),
            Some(attachment) => self.attachment_node(attachment, sections),
        };
        let segments = section.segments as u32;
        let mut parent = parent_node;
        for k in 0..section.segments {
            let x_order = if reversed { section.segments - 1 - k } else { k };
            let node = Node { section: index as u32, segment: Some(x_order as u32) };
            let conductance = self.geometry[index].axial_conductance[k];
            let area = self.geometry[index].area[k];
            parent = self.push(parent, area, section.capacitance, conductance, node);
        }
        let distal = Node { section: index as u32, segment: None };
        let conductance = self.geometry[index].axial_conductance[section.segments];
        let last = self.push(parent, ZERO_AREA_NODE_AREA, 0.0, conductance, distal);
        let parent = section.parent.as_ref().map(|attachment| attachment.parent as u32);
        self.sections[index] = SectionNodes { parent, parent_node, first: last - segments, segments, reversed };
    }

    /// Adds a node; `conductance` (uS) couples it to its parent.
    fn push(&mut self, parent: u32, area: f64, capacitance: f64, conductance: f64, node: Node) -> u32 {
        let (to_parent, from_parent) = match parent {
            NO_PARENT => (0.0, 0.0),
            _ => (-1e2 * conductance / self.area[parent as usize], -1e2 * conductance / area), // S/cm2
        };
        self.parent.push(parent);
        self.area.push(area);
        self.capacitance.push(capacitance);
        self.to_parent.push(to_parent);
        self.from_parent.push(from_parent);
        self.nodes.push(node);
        (self.parent.len() - 1) as u32
    }

    /// The node to which a section is attached. At its parent's own proximal end, this is the node to
    /// which the parent is attached.
    fn attachment_node(&self, attachment: &Attachment, sections: &[CableSection]) -> u32 {
        let parent = &self.sections[attachment.parent];
        let x = attachment.parent_x;
        let proximal = if is_reversed(&sections[attachment.parent]) { 1.0 } else { 0.0 };
        if x == proximal {
            parent.parent_node
        } else if x == 0.0 || x == 1.0 {
            parent.distal()
        } else {
            parent.interior(x)
        }
    }

    /// The node at position `x` (0 to 1) of a section: for x = 0 and x = 1 the ends, in between the centre of the
    /// segment that contains x.
    ///
    /// With n segments, x belongs to segment ⌊n·x⌋: for n = 4, x = 0.5 is the third segment (centre 0.625).
    pub fn node_at(&self, section: usize, x: f64) -> u32 {
        let nodes = &self.sections[section];
        let (proximal, distal) = if nodes.reversed { (1.0, 0.0) } else { (0.0, 1.0) };
        if x == proximal || (x < 0.0 && !nodes.reversed) || (x > 1.0 && nodes.reversed) {
            nodes.parent_node
        } else if x == distal || !(0.0..=1.0).contains(&x) {
            nodes.distal()
        } else {
            nodes.interior(x)
        }
    }

    /// The nodes of a section's segments, from the end nearest the parent.
    pub fn segment_nodes(&self, section: usize) -> std::ops::Range<u32> {
        let nodes = &self.sections[section];
        nodes.first..nodes.distal()
    }

    /// The section to which a section is attached; `None` for a root.
    ///
    /// At the near end of that section this cannot be derived from the nodes, because both sections begin at the
    /// same node.
    pub fn parent_section(&self, section: usize) -> Option<usize> {
        self.sections[section].parent.map(|parent| parent as usize)
    }

    /// Length of each of a section's segments, um.
    pub fn segment_length(&self, section: usize) -> f64 {
        self.geometry[section].length / f64::from(self.sections[section].segments)
    }

    /// Resistance of a node to its parent, MOhm: NEURON's `ri(x)`; 1e30 for a root.
    pub fn resistance_to_parent(&self, node: u32) -> f64 {
        let Node { section, .. } = self.nodes[node as usize];
        let nodes = &self.sections[section as usize];
        if node < nodes.first {
            return 1e30;
        }
        1.0 / self.geometry[section as usize].axial_conductance[(node - nodes.first) as usize]
    }

    /// Length of the path along the sections between two nodes, um, as in NEURON's `distance`, rounding included;
    /// `None` between trees.
    ///
    /// ```
    /// use loligo_cable::{Attachment, Cable, CableSection, End, Shape};
    /// let section = |parent| CableSection {
    ///     shape: Shape::Cylinder { length: 100.0, diameters: vec![2.0] },
    ///     segments: 5,
    ///     axial_resistance: 35.4,
    ///     capacitance: 1.0,
    ///     parent,
    /// };
    /// let at_end = Attachment { parent: 0, parent_x: 1.0, child_end: End::Zero };
    /// let cable = Cable::build(&[section(None), section(Some(at_end))])?;
    /// assert_eq!(cable.path_distance(cable.node_at(0, 0.5), cable.node_at(1, 0.1)), Some(60.0)); // um
    /// # Ok::<(), loligo_cable::CableError>(())
    /// ```
    pub fn path_distance(&self, a: u32, b: u32) -> Option<f64> {
        let mut ends = [a, b].map(|node| Some((self.nodes[node as usize].section as usize, node)));
        let mut path = 0.0; // um
        loop {
            // Of two sections, the more distal one is replaced by its parent.
            let far = match ends {
                [None, None] => return None,
                [Some((a, at_a)), Some((b, at_b))] if a == b => {
                    return Some(path + (self.arc_to(a, at_a) - self.arc_to(b, at_b)).abs());
                }
                [None, Some(_)] => 1,
                [Some(_), None] => 0,
                [Some((a, _)), Some((b, _))] => usize::from(self.sections[a].first < self.sections[b].first),
            };
            let (section, node) = ends[far]?;
            path += self.arc_to(section, node);
            let near = self.sections[section].parent_node;
            let is_root =
                self.parent[near as usize] == NO_PARENT && self.nodes[near as usize].section as usize == section;
            ends[far] = (!is_root).then(|| (self.nodes[near as usize].section as usize, near));
        }
    }

    /// Length of a section from its near end to one of its nodes, um; 0 for the node to which the section
    /// is attached.
    fn arc_to(&self, section: usize, node: u32) -> f64 {
        let nodes = &self.sections[section];
        let part = match node.checked_sub(nodes.first) {
            None => 0.0,
            Some(index) if index == nodes.segments => 1.0,
            Some(index) => (f64::from(index) + 0.5) / f64::from(nodes.segments),
        };
        self.geometry[section].length * part
    }

    /// Largest axial conductance, relative to the conductance of the whole membrane's capacitance in one step of
    /// `dt` (ms): C/dt.
    ///
    /// Solving the cable's equations subtracts this conductance from itself until C/dt remains, so that the solution's
    /// relative rounding error is about 1e-16 times this number. A soma of 20 um in one segment has 180 at 0.025 ms;
    /// with a disc of 0.1 um on it, it has 30,000.
    pub fn stiffness(&self, dt: f64) -> f64 {
        let conductances = self.geometry.iter().flat_map(|section| &section.axial_conductance);
        let largest = conductances.copied().fold(0.0, f64::max); // uS
        let capacitance: f64 = self.capacitance.iter().zip(&self.area).map(|(c, area)| 1e-2 * c * area).sum(); // pF
        largest / (1e-3 * capacitance / dt)
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.parent.len()
    }

    /// True if there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.parent.is_empty()
    }
}

fn is_reversed(section: &CableSection) -> bool {
    section.parent.as_ref().is_some_and(|attachment| attachment.child_end == End::One)
}

fn check(sections: &[CableSection]) -> Result<(), CableError> {
    for (index, section) in sections.iter().enumerate() {
        if !(section.capacitance >= 0.0 && section.capacitance.is_finite()) {
            return Err(CableError::Capacitance { section: index, value: section.capacitance });
        }
        if let Some(attachment) = &section.parent {
            if attachment.parent >= sections.len() {
                return Err(CableError::Parent { section: index, parent: attachment.parent });
            }
            if !(0.0..=1.0).contains(&attachment.parent_x) {
                return Err(CableError::ParentPosition { section: index, x: attachment.parent_x });
            }
        }
    }
    Ok(())
}

/// Sections tree by tree, breadth first.
fn section_order(sections: &[CableSection]) -> Result<Vec<usize>, CableError> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); sections.len()];
    for (index, section) in sections.iter().enumerate().rev() {
        if let Some(attachment) = &section.parent {
            children[attachment.parent].push(index);
        }
    }
    // At one position the last connected comes first, as in the lists already.
    for (parent, siblings) in children.iter_mut().enumerate().filter(|(_, siblings)| siblings.len() > 1) {
        let is_reversed = is_reversed(&sections[parent]);
        let distance = |child: usize| {
            // Every child in the list has this parent.
            let x = sections[child].parent.as_ref().map_or(0.0, |a| a.parent_x);
            if is_reversed { 1.0 - x } else { x }
        };
        // Positions have been checked: none is NaN.
        siblings.sort_by(|&a, &b| distance(a).partial_cmp(&distance(b)).unwrap_or(Ordering::Equal));
    }
    let mut order = Vec::with_capacity(sections.len());
    for (root, _) in sections.iter().enumerate().filter(|(_, s)| s.parent.is_none()) {
        let mut next = order.len();
        order.push(root);
        while next < order.len() {
            order.extend_from_slice(&children[order[next]]);
            next += 1;
        }
    }
    if order.len() < sections.len() {
        let mut reached = vec![false; sections.len()];
        order.iter().for_each(|&i| reached[i] = true);
        let section = reached.iter().position(|r| !r).unwrap_or(0);
        return Err(CableError::Loop { section });
    }
    Ok(order)
}
