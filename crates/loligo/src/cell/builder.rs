//! Builds a cell section by section.

mod growing;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use loligo_io::{check_name, closest};
use loligo_morphology::{Attachment, SectionKind};

use crate::cell::Cell;
use crate::cell::build_error::BuildError;
use crate::cell::section::Section;
use crate::names;

/// Builds a cell, or a branch of one, section by section: neurodamus's `Cell.Builder`.
///
/// There is always a current section. [`add`](Self::add) gives it a child and keeps it current;
/// [`append`](Self::append) gives it a child and makes the child current; [`select`](Self::select) and
/// [`root`](Self::root) change the current section. A child's 0 end is connected to the 1 end of its parent, or to the
/// position given by [`at`](Self::at). Errors are returned by [`create`](Self::create).
///
/// Sections are made by [`Section::dendrite`], [`Section::axon`] and similar functions, and have one segment by default
/// ([`Section::with_segments`] and [`Section::with_discretization`] change that). Their diameter has no default,
/// because NEURON's default of 500 um is rarely intended.
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
/// Branches can be built separately and attached later:
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
    /// The cell that is extended: its name, and all its parts besides sections.
    cell: Cell,
    /// In any order; `started` gives the order in which they were added.
    sections: Vec<GrownSection>,
    /// The sections of the cell that is extended; they keep their indices.
    continued: Vec<usize>,
    /// The sections without a parent, each with the step in which it was added.
    roots: BTreeSet<(i64, usize)>,
    /// For each section one that is nearer to its root; for a root the root itself. Paths are shortened when they are
    /// followed.
    nearer_root: Vec<usize>,
    by_name: HashMap<String, usize>,
    current: Option<usize>,
    /// Position on the current section at which children are connected.
    position: f64,
    /// Sections are added and connected in numbered steps: the range from the first step to the next one.
    steps: Range<i64>,
    /// The first error.
    error: Option<BuildError>,
}

/// A section and its connection.
#[derive(Clone, Debug)]
struct GrownSection {
    section: Section,
    /// `true` if a method set its kind; else it may take the kind of its parent.
    kind_is_given: bool,
    parent: Option<Attachment>,
    /// The step in which it was added.
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
    /// The position on a parent at which children are connected unless [`at`](Self::at) sets another: its 1 end.
    pub const DEFAULT_POSITION: f64 = 1.0;

    /// Makes a builder without sections; its cell has the name "cell" unless it is [`named`](Self::named).
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a free branch of one section, to be [attached](Self::attach) to a cell.
    pub fn branch(section: Section) -> Self {
        let mut branch = Self::new();
        branch.start(section, false);
        branch
    }

    /// Extends a cell; the first section is the current one.
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
            // In a cycle the section that closes it counts as the root; `create` reports the error.
            if builder.root_of(parent) != index {
                builder.nearer_root[index] = parent;
            }
        }
        builder.current = (count > 0).then_some(0);
        builder
    }

    /// Sets the name of the cell.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.cell.name = name.into();
        self
    }

    /// Adds the soma, the root of the cell: length and diameter are `diameter` um, the name is "soma".
    pub fn add_soma(self, diameter: f64) -> Self {
        self.add_soma_section(Section::soma(diameter))
    }

    /// Adds a section with given properties as the soma, the root of the cell; it becomes the current section.
    pub fn add_soma_section(mut self, soma: Section) -> Self {
        let first = self.roots().find(|root| root.section.kind == SectionKind::Soma);
        if let Some(first) = first.map(|first| first.section.name.clone()) {
            self.fail(BuildError::SecondSoma { first, second: soma.name });
            return self;
        }
        self.start(soma.with_kind(SectionKind::Soma), true);
        self
    }

    /// Adds a child to the current section, which stays current.
    ///
    /// If the parent is not a soma and the child is a [`Dendrite`](SectionKind::Dendrite) (the kind of a section whose
    /// name suggests no other), the child takes the kind of its parent: a child of an axon is axon, a child of an
    /// apical dendrite is apical.
    #[expect(clippy::should_implement_trait, reason = "neurodamus's name; nothing is summed up")]
    pub fn add(self, child: Section) -> Self {
        self.add_child(child, false)
    }

    /// Adds a child to the current section and makes the child current; kinds are as with [`add`](Self::add).
    pub fn append(self, child: Section) -> Self {
        self.append_child(child, false)
    }

    /// Adds a (basal) dendrite as a child; the current section stays current.
    pub fn add_dendrite(self, child: Section) -> Self {
        self.add_child(child.with_kind(SectionKind::Dendrite), true)
    }

    /// Adds a (basal) dendrite as a child and makes it current.
    pub fn append_dendrite(self, child: Section) -> Self {
        self.append_child(child.with_kind(SectionKind::Dendrite), true)
    }

    /// Adds an apical dendrite as a child; the current section stays current.
    pub fn add_apical(self, child: Section) -> Self {
        self.add_child(child.with_kind(SectionKind::Apical), true)
    }

    /// Adds an apical dendrite as a child and makes it current.
    pub fn append_apical(self, child: Section) -> Self {
        self.append_child(child.with_kind(SectionKind::Apical), true)
    }

    /// Adds an axon section as a child; the current section stays current.
    pub fn add_axon(self, child: Section) -> Self {
        self.add_child(child.with_kind(SectionKind::Axon), true)
    }

    /// Adds an axon section as a child and makes it current.
    pub fn append_axon(self, child: Section) -> Self {
        self.append_child(child.with_kind(SectionKind::Axon), true)
    }

    /// Attaches branches, or single sections, to the current section by their roots; the current section stays current.
    pub fn attach(mut self, branches: impl IntoIterator<Item = impl Into<CellBuilder>>) -> Self {
        for branch in branches {
            self.graft(branch.into());
        }
        self
    }

    /// Attaches sections or branches in a chain, each to the 1 end of the previous one, the first to the current
    /// section; the last one becomes current.
    pub fn chain(mut self, branches: impl IntoIterator<Item = impl Into<CellBuilder>>) -> Self {
        for branch in branches {
            if let Some(root) = self.graft(branch.into()) {
                self.move_to(root);
            }
        }
        self
    }

    /// Starts a free branch with a section, which becomes current; [`set_parent`](Self::set_parent) connects it.
    ///
    /// For trees that are given as lists of sections and parents:
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

    /// Connects a section that has no parent yet to the 1 end of another, both by name. The current section does not
    /// change.
    pub fn set_parent(self, section: &str, parent: &str) -> Self {
        self.set_parent_at(section, parent, Self::DEFAULT_POSITION)
    }

    /// Connects a section that has no parent yet to position `x` (0 to 1) of another, both by name.
    pub fn set_parent_at(mut self, section: &str, parent: &str, x: f64) -> Self {
        if let (Some(section), Some(parent)) = (self.find(section), self.find(parent)) {
            self.connect(section, parent, x);
        }
        self
    }

    /// Makes the section of that name current.
    pub fn select(mut self, name: &str) -> Self {
        if let Some(section) = self.find(name) {
            self.move_to(section);
        }
        self
    }

    /// Makes the root of the current section's tree current: the soma, if the section is connected to it. neurodamus's
    /// `get_root`.
    pub fn root(mut self) -> Self {
        if let Some(current) = self.current {
            let root = self.root_of(current);
            self.move_to(root);
        }
        self
    }

    /// Sets the position, 0 to 1, at which further children of the current section are connected; 1 again when another
    /// section becomes current.
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
    /// Its sections are in the order in which they were connected, parents before children; those of a cell that is
    /// [extended](Cell::into_builder) come first and keep their indices. This order determines the order in which
    /// NEURON's solver processes the children of one place (the last connected first), and with it the last bit of a
    /// voltage.
    ///
    /// # Errors
    /// The first error of the calls so far, else the faults of the whole cell: see [`BuildError`].
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
    /// Builds a cell from sections: soma, dendrites, axon. See [`CellBuilder`].
    pub fn builder() -> CellBuilder {
        CellBuilder::new()
    }

    /// Extends the cell with the methods of [`CellBuilder`]; its first section is the current one.
    ///
    /// neurodamus's `builder` and `init_soma`. Painted mechanisms and point processes stay; added sections come after
    /// the existing ones, whose indices do not change.
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
