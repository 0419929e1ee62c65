//! Growing a cell section by section.

mod growing;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use loligo_io::check_name;
use loligo_io::closest;
use loligo_morphology::{Attachment, SectionKind};

use crate::cell::Cell;
use crate::cell::build_error::BuildError;
use crate::cell::section::Section;
use crate::names;

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
}

impl Cell {
    /// Builds a cell from scratch: soma, dendrites, axon. See [`CellBuilder`].
    pub fn builder() -> CellBuilder {
        CellBuilder::new()
    }

    /// Goes on building the cell with the verbs of [`CellBuilder`]; its first section is the current one.
    ///
    /// neurodamus's `builder` and `init_soma`. What is painted and placed stays; sections that are added come after the others,
    /// whose indices do not change.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let cell = Cell::builder().add_soma(20.0).create()?;
    /// let cell = cell.into_builder().add_axon(Section::axon("axon", 100.0, 1.0)).create()?;
    /// assert_eq!(cell.axons(), [1]);
    /// # Ok::<(), loligo::BuildError>(())
    /// ```
    pub fn into_builder(self) -> CellBuilder {
        CellBuilder::continuing(self)
    }
}
