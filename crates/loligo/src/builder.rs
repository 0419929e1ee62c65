//! Growing a cell section by section.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use loligo_cable::CableError;
use loligo_io::{NameError, check_name, plain, shortened, visible};
use loligo_morphology::{Attachment, End, PointPlaces, SectionKind};
use thiserror::Error;

use crate::error::{describe_in_file, in_file, suggest};
use crate::names;
use crate::{Cell, Section};
use loligo_io::closest;

/// A cell, or a branch of one, that grows section by section: neurodamus's `Cell.Builder`.
///
/// There is always a current section. [`add`](Self::add) gives it a child and stays, [`append`](Self::append) gives it a child
/// and moves there, [`select`](Self::select) and [`root`](Self::root) move. A child's 0 end is connected to the 1 end of its
/// parent, or where [`at`](Self::at) says. What is wrong is told by [`create`](Self::create).
///
/// Sections are made by [`Section::dendrite`], [`Section::axon`] and the like, and have one segment unless told otherwise
/// ([`Section::with_segments`], [`Section::with_discretization`]). Their diameter has no default: that of NEURON, 500 um, is
/// hardly ever meant.
///
/// ```
/// use loligo::prelude::*;
///
/// let cell = Cell::builder()
///     .named("granule")
///     .add_soma(20.0) // um
///     .add_axon(Section::axon("axon", 150.0, 1.0).with_segments(5)) // um, um
///     .append_dendrite(Section::dendrite("stem", 100.0, 2.0).with_segments(5))
///     .add(Section::dendrite("left", 50.0, 1.0))
///     .add(Section::dendrite("right", 50.0, 1.0))
///     .create()?;
/// assert_eq!(cell.soma(), Some(0));
/// assert_eq!(cell.axons(), [1]);
/// assert_eq!(cell.dendrites(), [2, 3, 4]);
/// assert_eq!(cell.cable()?.geometry[0].area, [1256.6370614359173]); // um2, a soma as long as it is wide
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Branches can be grown apart and attached later:
///
/// ```
/// use loligo::prelude::*;
///
/// let tuft = |name: &str| {
///     CellBuilder::branch(Section::apical(name, 80.0, 1.0))
///         .add(Section::apical(format!("{name}_left"), 40.0, 0.8))
///         .add(Section::apical(format!("{name}_right"), 40.0, 0.8))
/// };
/// let cell = Cell::builder()
///     .add_soma(20.0)
///     .chain([Section::apical("trunk0", 200.0, 3.0), Section::apical("trunk1", 200.0, 2.0)])
///     .attach([tuft("a"), tuft("b")]) // on trunk1, where the chain ends
///     .create()?;
/// assert_eq!(cell.apical_dendrites().len(), 8);
/// # Ok::<(), loligo::BuildError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder makes a cell when `create` is called"]
pub struct CellBuilder {
    /// The cell that is continued: its name, and all that it has besides sections.
    cell: Cell,
    /// In any order: `started` says which came before which.
    sections: Vec<GrownSection>,
    /// The sections of the cell that is continued, which keep their indices.
    continued: Vec<usize>,
    /// The sections without a parent, each with the step in which it was started.
    roots: BTreeSet<(i64, usize)>,
    /// For each section one that is nearer its root, a root itself; paths are shortened when they are walked.
    nearer_root: Vec<usize>,
    by_name: HashMap<String, usize>,
    current: Option<usize>,
    /// Where on the current section children are connected.
    position: f64,
    /// Sections are started and connected in steps: the first one, and the next.
    steps: Range<i64>,
    /// The first thing that went wrong.
    error: Option<BuildError>,
}

/// A section, and how it is connected.
#[derive(Clone, Debug)]
struct GrownSection {
    section: Section,
    /// Whether a verb said what kind it is; else it may take that of its parent.
    kind_is_given: bool,
    parent: Option<Attachment>,
    /// The step in which it was started.
    started: i64,
    /// The step in which it was connected.
    step: i64,
}

/// Why a [`CellBuilder`] makes no cell.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Nothing was built.
    #[error("there are no sections; begin with add_soma(diameter)")]
    Empty,
    /// A child was given to a builder without sections.
    #[error(
        "\"{section}\" has nothing to grow from; begin with add_soma(diameter), or a free branch with branch(section)"
    )]
    NothingToGrowFrom {
        /// Name of the child.
        section: String,
    },
    /// A branch without sections was to be attached.
    #[error("{}", empty_branch(.parent))]
    EmptyBranch {
        /// Name of the section that it was to be attached to, if there is one.
        parent: Option<String>,
    },
    /// A name that no section can have, here as in files.
    #[error("section \"{}\": {error}", visible(shortened(.name)))]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it, and what to do.
        error: NameError,
    },
    /// Sections from which no path leads to the soma.
    #[error("not connected to a soma: {}; attach what is free to a section of the cell", quoted(.sections))]
    Disconnected {
        /// Names of the sections that have no parent, or go round in a ring.
        sections: Vec<String>,
    },
    /// A section was to get a second parent.
    #[error("\"{section}\" is attached to \"{parent}\" already; attach each section once")]
    AlreadyAttached {
        /// Name of the section.
        section: String,
        /// Its parent.
        parent: String,
    },
    /// A section was to become a child of itself or of a section that grows from it.
    #[error("\"{section}\" cannot be attached to \"{parent}\", which is part of it")]
    Cycle {
        /// Name of the section.
        section: String,
        /// Name of the parent.
        parent: String,
    },
    /// A cell with two roots that are somata.
    #[error("the cell has the soma \"{first}\" already, and \"{second}\" is another root; build a cell for each")]
    SecondSoma {
        /// Name of the soma that is there.
        first: String,
        /// Name of the other one.
        second: String,
    },
    /// Two sections have one name.
    #[error("two sections are named \"{name}\"; give each its own name")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// There is no section of that name.
    #[error("there is no section \"{name}\"{}", suggest(.suggestion))]
    UnknownSection {
        /// The name given.
        name: String,
        /// A name that may be meant.
        suggestion: Option<String>,
    },
    /// A place on a section outside 0..=1.
    #[error("x = {x} on section \"{section}\"; x runs from 0 to 1", x = plain(*.x))]
    Position {
        /// Name of the section.
        section: String,
        /// The position given.
        x: f64,
    },
    /// A branch that was made of a cell has more than sections, which would be lost.
    #[error(
        "the branch \"{section}\" has mechanisms, point processes or lists of sections, and only sections are attached; \
         paint and place on the cell that create makes"
    )]
    MoreThanSections {
        /// Name of the branch's root.
        section: String,
    },
    /// A length, a diameter, a resistivity, a capacitance or a number of segments that makes no sense.
    #[error("section \"{section}\"{}: {}", in_file(.error, .places), describe_in_file(.error, .places))]
    Geometry {
        /// Name of the section.
        section: String,
        /// What is wrong.
        error: CableError,
        /// Where the section's points stand, if it was read from a file.
        places: PointPlaces,
    },
}

fn empty_branch(parent: &Option<String>) -> String {
    let place = parent.as_ref().map_or_else(String::new, |parent| format!(" to \"{parent}\""));
    format!("a branch without sections was attached{place}; begin it with branch(section), or take it out")
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

impl Default for CellBuilder {
    fn default() -> Self {
        Self::continuing(Cell::new("cell"))
    }
}

impl From<Section> for CellBuilder {
    fn from(section: Section) -> Self {
        Self::branch(section)
    }
}

impl CellBuilder {
    /// The place on a parent where children are connected unless [`at`](Self::at) says otherwise: its 1 end.
    pub const DEFAULT_POSITION: f64 = 1.0;

    /// A builder without sections; its cell is called "cell" unless it is [`named`](Self::named).
    pub fn new() -> Self {
        Self::default()
    }

    /// A free branch of one section, to be [attached](Self::attach) to a cell.
    pub fn branch(section: Section) -> Self {
        let mut branch = Self::new();
        branch.start(section, false);
        branch
    }

    /// Continues a cell; the first section is the current one.
    pub(crate) fn continuing(mut cell: Cell) -> Self {
        let sections = std::mem::take(&mut *cell.sections);
        let mut builder = Self {
            cell,
            sections: Vec::with_capacity(sections.len()),
            continued: (0..sections.len()).collect(),
            roots: BTreeSet::new(),
            nearer_root: Vec::with_capacity(sections.len()),
            by_name: HashMap::new(),
            current: None,
            position: Self::DEFAULT_POSITION,
            steps: 0..0,
            error: None,
        };
        let count = sections.len();
        for section in sections {
            let parent = section.parent.filter(|at| at.parent < count);
            let index = builder.start(section, true);
            if parent.is_some() {
                builder.sections[index].parent = parent;
                builder.roots.remove(&(builder.sections[index].started, index));
            }
        }
        for index in 0..count {
            let Some(parent) = builder.sections[index].parent.map(|at| at.parent) else { continue };
            // Of a ring the section that closes it counts as the root; `create` refuses it.
            if builder.root_of(parent) != index {
                builder.nearer_root[index] = parent;
            }
        }
        builder.current = (count > 0).then_some(0);
        builder
    }

    /// Names the cell.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.cell.name = name.into();
        self
    }

    /// The soma: as long as it is wide, `diameter` um, named "soma", and the root of the cell.
    pub fn add_soma(self, diameter: f64) -> Self {
        self.add_soma_section(Section::soma(diameter))
    }

    /// A section with properties of its own as the soma, the root of the cell; it becomes the current section.
    pub fn add_soma_section(mut self, soma: Section) -> Self {
        let first = self.roots().find(|root| root.section.kind == SectionKind::Soma);
        if let Some(first) = first.map(|first| first.section.name.clone()) {
            self.fail(BuildError::SecondSoma { first, second: soma.name });
            return self;
        }
        self.start(soma.with_kind(SectionKind::Soma), true);
        self
    }

    /// Adds a child to the current section and stays there.
    ///
    /// A child of a section that is no soma and that is itself a [`Dendrite`](SectionKind::Dendrite), the kind of a section
    /// whose name says nothing, takes the kind of its parent: what grows from an axon is axon, from an apical dendrite apical.
    #[expect(clippy::should_implement_trait, reason = "neurodamus's name; nothing is summed up")]
    pub fn add(self, child: Section) -> Self {
        self.add_child(child, false)
    }

    /// Adds a child to the current section and moves to it; kinds are as with [`add`](Self::add).
    pub fn append(self, child: Section) -> Self {
        self.append_child(child, false)
    }

    /// Adds a child that is a (basal) dendrite and stays.
    pub fn add_dendrite(self, child: Section) -> Self {
        self.add_child(child.with_kind(SectionKind::Dendrite), true)
    }

    /// Adds a child that is a (basal) dendrite and moves to it.
    pub fn append_dendrite(self, child: Section) -> Self {
        self.append_child(child.with_kind(SectionKind::Dendrite), true)
    }

    /// Adds a child that is an apical dendrite and stays.
    pub fn add_apical(self, child: Section) -> Self {
        self.add_child(child.with_kind(SectionKind::Apical), true)
    }

    /// Adds a child that is an apical dendrite and moves to it.
    pub fn append_apical(self, child: Section) -> Self {
        self.append_child(child.with_kind(SectionKind::Apical), true)
    }

    /// Adds a child that is axon and stays.
    pub fn add_axon(self, child: Section) -> Self {
        self.add_child(child.with_kind(SectionKind::Axon), true)
    }

    /// Adds a child that is axon and moves to it.
    pub fn append_axon(self, child: Section) -> Self {
        self.append_child(child.with_kind(SectionKind::Axon), true)
    }

    /// Attaches branches, or single sections, to the current section by their roots, and stays.
    pub fn attach(mut self, branches: impl IntoIterator<Item = impl Into<CellBuilder>>) -> Self {
        for branch in branches {
            self.graft(branch.into());
        }
        self
    }

    /// Attaches sections, or branches, one to the 1 end of the other, the first to the current section; moves to the last.
    pub fn chain(mut self, branches: impl IntoIterator<Item = impl Into<CellBuilder>>) -> Self {
        for branch in branches {
            if let Some(root) = self.graft(branch.into()) {
                self.move_to(root);
            }
        }
        self
    }

    /// Starts a free branch of this builder with a section, and moves to it; [`set_parent`](Self::set_parent) connects it.
    ///
    /// For trees that come as lists of sections and of parents:
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let table = [("dend1", "dend0"), ("dend0", "soma"), ("dend2", "dend0")]; // section, parent
    /// let mut builder = Cell::builder().add_soma(20.0);
    /// for (name, _) in table {
    ///     builder = builder.free_branch(Section::dendrite(name, 50.0, 1.0));
    /// }
    /// for (name, parent) in table {
    ///     builder = builder.set_parent(name, parent);
    /// }
    /// assert_eq!(builder.create()?.dendrites().len(), 3);
    /// # Ok::<(), loligo::BuildError>(())
    /// ```
    pub fn free_branch(mut self, section: Section) -> Self {
        self.start(section, false);
        self
    }

    /// Connects a section that has no parent yet to the 1 end of another, both by their names. The current section stays.
    pub fn set_parent(self, section: &str, parent: &str) -> Self {
        self.set_parent_at(section, parent, Self::DEFAULT_POSITION)
    }

    /// Connects a section that has no parent yet to place `x` (0 to 1) of another, both by their names.
    pub fn set_parent_at(mut self, section: &str, parent: &str, x: f64) -> Self {
        if let (Some(section), Some(parent)) = (self.find(section), self.find(parent)) {
            self.connect(section, parent, x);
        }
        self
    }

    /// Moves to the section of that name.
    pub fn select(mut self, name: &str) -> Self {
        if let Some(section) = self.find(name) {
            self.move_to(section);
        }
        self
    }

    /// Moves to the root of the tree that the current section belongs to: the soma, if it is connected to it. neurodamus's
    /// `get_root`.
    pub fn root(mut self) -> Self {
        if let Some(current) = self.current {
            let root = self.root_of(current);
            self.move_to(root);
        }
        self
    }

    /// What is added to the current section from now on is connected at place `x` of it, 0 to 1; 1 again when it is left.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let builder = Cell::builder().add_soma(20.0).at(0.5).add(Section::dendrite("dend", 100.0, 1.0));
    /// assert_eq!(builder.create()?.sections[1].parent.map(|parent| parent.parent_x), Some(0.5));
    /// # Ok::<(), loligo::BuildError>(())
    /// ```
    pub fn at(mut self, x: f64) -> Self {
        self.position = x;
        self
    }

    /// Makes the cell.
    ///
    /// Its sections stand in the order in which they were connected, parents before children; those of a cell that is
    /// [continued](Cell::into_builder) come first and keep their indices. The order decides the order in which
    /// NEURON's solver meets the children of one place (the last connected first), and with it the last bit of a voltage.
    ///
    /// # Errors
    /// The first thing that went wrong on the way, else what is wrong with the whole: see [`BuildError`].
    pub fn create(self) -> Result<Cell, BuildError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        if self.sections.is_empty() {
            return Err(BuildError::Empty);
        }
        let order = self.order()?;
        let mut new_index = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            new_index[old] = new;
        }
        let mut sections: Vec<Section> = Vec::with_capacity(order.len());
        for grown in order.iter().map(|&old| &self.sections[old]) {
            let mut section = grown.section.clone();
            section.parent = grown.parent.map(|at| Attachment { parent: new_index[at.parent], ..at });
            if section.kind == SectionKind::Dendrite && !grown.kind_is_given {
                let kind_of_parent = section.parent.map(|at| sections[at.parent].kind);
                section.kind = kind_of_parent.filter(|kind| *kind != SectionKind::Soma).unwrap_or(section.kind);
            }
            section.check_geometry().map_err(|error| BuildError::Geometry {
                section: section.name.clone(),
                error,
                places: section.current_places(),
            })?;
            sections.push(section);
        }
        let mut cell = self.cell;
        cell.sections = sections.into();
        Ok(cell)
    }

    fn check_name(&mut self, name: &str) {
        if let Err(error) = check_name(name, names::RESERVED_IN_PARTS) {
            self.fail(BuildError::Name { name: name.to_owned(), error });
        }
    }

    fn fail(&mut self, error: BuildError) {
        self.error.get_or_insert(error);
    }

    fn move_to(&mut self, section: usize) {
        self.current = Some(section);
        self.position = Self::DEFAULT_POSITION;
    }

    fn find(&mut self, name: &str) -> Option<usize> {
        let found = self.by_name.get(name).copied();
        if found.is_none() && self.error.is_none() {
            let names = self.sections.iter().map(|grown| grown.section.name.as_str());
            let suggestion = closest(name, names);
            self.fail(BuildError::UnknownSection { name: name.to_owned(), suggestion });
        }
        found
    }

    /// The sections without a parent, the first started first.
    fn roots(&self) -> impl Iterator<Item = &GrownSection> {
        self.roots.iter().map(|&(_, index)| &self.sections[index])
    }

    fn root_of(&mut self, mut section: usize) -> usize {
        while self.nearer_root[section] != section {
            let next = self.nearer_root[section];
            self.nearer_root[section] = self.nearer_root[next];
            section = next;
        }
        section
    }

    /// Adds a section without a parent and moves to it.
    fn start(&mut self, section: Section, kind_is_given: bool) -> usize {
        let index = self.sections.len();
        self.check_name(&section.name);
        if self.by_name.insert(section.name.clone(), index).is_some() {
            self.fail(BuildError::DuplicateName { name: section.name.clone() });
        }
        let section = Section { parent: None, ..section };
        let step = self.steps.end;
        self.sections.push(GrownSection { section, kind_is_given, parent: None, started: step, step });
        self.roots.insert((step, index));
        self.nearer_root.push(index);
        self.steps.end += 1;
        self.move_to(index);
        index
    }

    fn add_child(mut self, child: Section, kind_is_given: bool) -> Self {
        let (stays_at, position) = (self.current, self.position);
        self = self.append_child(child, kind_is_given);
        (self.current, self.position) = (stays_at, position);
        self
    }

    fn append_child(mut self, child: Section, kind_is_given: bool) -> Self {
        let Some(parent) = self.current else {
            self.fail(BuildError::NothingToGrowFrom { section: child.name });
            return self;
        };
        let x = self.position;
        let child = self.start(child, kind_is_given);
        self.connect_root(child, parent, x);
        self
    }

    fn connect(&mut self, section: usize, parent: usize, x: f64) {
        let is_above = self.root_of(parent) == section;
        let name = |index: usize| self.sections[index].section.name.clone();
        if let Some(at) = &self.sections[section].parent {
            self.fail(BuildError::AlreadyAttached { section: name(section), parent: name(at.parent) });
        } else if is_above {
            self.fail(BuildError::Cycle { section: name(section), parent: name(parent) });
        } else {
            self.connect_root(section, parent, x);
        }
    }

    /// Connects the root of a tree that `parent` is not in.
    fn connect_root(&mut self, section: usize, parent: usize, x: f64) {
        if !(0.0..=1.0).contains(&x) {
            return self.fail(BuildError::Position { section: self.sections[parent].section.name.clone(), x });
        }
        let grown = &mut self.sections[section];
        grown.parent = Some(Attachment { parent, parent_x: x, child_end: End::Zero });
        grown.step = self.steps.end;
        self.roots.remove(&(grown.started, section));
        self.nearer_root[section] = parent;
        self.steps.end += 1;
    }

    /// Takes over the sections of a branch and connects its root to the current section; returns the root's index.
    fn graft(&mut self, branch: CellBuilder) -> Option<usize> {
        if let Some(error) = &branch.error {
            self.fail(error.clone());
        }
        let Some(&(_, root)) = branch.roots.first() else {
            let parent = self.current.map(|current| self.sections[current].section.name.clone());
            self.fail(BuildError::EmptyBranch { parent });
            return None;
        };
        let soma = branch.roots().find(|grown| grown.section.kind == SectionKind::Soma);
        let own =
            self.current.map(|current| self.root_of(current)).map(|root| self.sections[root].section.name.clone());
        let name = branch.sections[root].section.name.clone();
        let Cell { painted, points, section_lists, own: own_values, .. } = &branch.cell;
        if !(painted.is_empty() && points.is_empty() && section_lists.is_empty() && own_values.is_empty()) {
            self.fail(BuildError::MoreThanSections { section: name.clone() });
        }
        match (own, soma) {
            (Some(own), Some(soma)) => {
                self.fail(BuildError::SecondSoma { first: own, second: soma.section.name.clone() });
            }
            (None, _) => self.fail(BuildError::NothingToGrowFrom { section: name }),
            (Some(_), None) => {}
        }
        let root = self.join(branch, root);
        if let Some(current) = self.current {
            self.connect_root(root, current, self.position);
        }
        Some(root)
    }

    /// Takes over the sections of a branch, as if they had been made now; returns the index that one of them has got.
    ///
    /// The fewer sections are moved to the more: a branch that is handed on a thousand times is not copied a thousand times.
    fn join(&mut self, mut branch: CellBuilder, section: usize) -> usize {
        let is_larger = branch.sections.len() > self.sections.len();
        let (own_steps, steps_of_branch) = (self.steps.clone(), branch.steps.clone());
        if is_larger {
            std::mem::swap(&mut self.sections, &mut branch.sections);
            std::mem::swap(&mut self.nearer_root, &mut branch.nearer_root);
            std::mem::swap(&mut self.by_name, &mut branch.by_name);
            std::mem::swap(&mut self.roots, &mut branch.roots);
        }
        // Now `branch` holds the fewer. Its steps come after the others, or before them.
        let first = self.sections.len();
        let (shift, steps) = if is_larger {
            let shift = steps_of_branch.start - own_steps.end;
            (shift, own_steps.start + shift..steps_of_branch.end)
        } else {
            let shift = own_steps.end - steps_of_branch.start;
            (shift, own_steps.start..steps_of_branch.end + shift)
        };
        self.steps = steps;
        // Of several names that both have the one is told that comes first in the branch.
        let mut twice: Option<(i64, String)> = None;
        for (index, mut grown) in branch.sections.into_iter().enumerate() {
            if let Some(parent) = &mut grown.parent {
                parent.parent += first;
            }
            grown.started += shift;
            grown.step += shift;
            let name = grown.section.name.clone();
            match self.by_name.entry(name) {
                Entry::Occupied(mut other) => {
                    let of_branch = if is_larger { &self.sections[*other.get()] } else { &grown };
                    if twice.as_ref().is_none_or(|(started, _)| of_branch.started < *started) {
                        twice = Some((of_branch.started, grown.section.name.clone()));
                    }
                    if !is_larger {
                        other.insert(first + index);
                    }
                }
                Entry::Vacant(free) => {
                    free.insert(first + index);
                }
            }
            self.sections.push(grown);
        }
        if let Some((_, name)) = twice {
            self.fail(BuildError::DuplicateName { name });
        }
        self.nearer_root.extend(branch.nearer_root.iter().map(|nearer| first + nearer));
        self.roots.extend(branch.roots.into_iter().map(|(started, index)| (started + shift, first + index)));
        if !is_larger {
            return first + section;
        }
        self.current = self.current.map(|current| first + current);
        self.continued.iter_mut().for_each(|index| *index += first);
        section
    }

    /// The sections in the order of the cell: those that it had before, then as they were connected, but none before its parent.
    fn order(&self) -> Result<Vec<usize>, BuildError> {
        let name = |grown: &GrownSection| grown.section.name.clone();
        let is_soma = |grown: &&GrownSection| grown.section.kind == SectionKind::Soma;
        let somata: Vec<String> = self.roots().filter(is_soma).map(name).collect();
        if let [first, second, ..] = somata.as_slice() {
            return Err(BuildError::SecondSoma { first: first.clone(), second: second.clone() });
        }
        let free: Vec<String> = self.roots().filter(|root| !is_soma(root)).map(name).collect();
        if !free.is_empty() {
            return Err(BuildError::Disconnected { sections: free });
        }
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.sections.len()];
        for (index, grown) in self.sections.iter().enumerate() {
            if let Some(at) = &grown.parent {
                children[at.parent].push(index);
            }
        }
        // A section comes into the cell when the last of the connections that lead from it to the root is made.
        let mut reached: Vec<(i64, usize, i64, usize)> = Vec::with_capacity(self.sections.len());
        let roots = self.roots.iter().map(|&(_, root)| root);
        reached.extend(roots.map(|root| (self.sections[root].step, 0, self.sections[root].step, root)));
        let mut next = 0;
        while let Some(&(joined, depth, _, parent)) = reached.get(next) {
            let child = |&child: &usize| {
                let step = self.sections[child].step;
                (joined.max(step), depth + 1, step, child)
            };
            reached.extend(children[parent].iter().map(child));
            next += 1;
        }
        if reached.len() < self.sections.len() {
            // Only a cell that is continued can have sections in a ring.
            let mut is_reached = vec![false; self.sections.len()];
            reached.into_iter().for_each(|(.., index)| is_reached[index] = true);
            let free = self.sections.iter().zip(is_reached).filter(|(_, is_reached)| !is_reached);
            let mut free: Vec<&GrownSection> = free.map(|(grown, _)| grown).collect();
            free.sort_by_key(|grown| grown.started);
            return Err(BuildError::Disconnected { sections: free.into_iter().map(name).collect() });
        }
        reached.sort_unstable();
        let mut is_continued = vec![false; self.sections.len()];
        self.continued.iter().for_each(|&index| is_continued[index] = true);
        let grown = reached.into_iter().map(|(.., index)| index).filter(|&index| !is_continued[index]);
        Ok(self.continued.iter().copied().chain(grown).collect())
    }
}
