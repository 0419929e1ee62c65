//! Errors of a cell that is built section by section.

use loligo_cable::CableError;
use loligo_io::{NameError, plain, shortened, visible};
use loligo_morphology::PointPlaces;
use thiserror::Error;

use crate::error::{describe_in_file, in_file, suggest};

/// The reason why a [`CellBuilder`](crate::CellBuilder) makes no cell.
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
    /// A name that no section can have, neither here nor in model files.
    #[error("section \"{}\": {error}", visible(shortened(.name)))]
    Name {
        /// The name.
        name: String,
        /// The fault found in it, and the remedy.
        error: NameError,
    },
    /// Sections that are not connected to the soma.
    #[error("not connected to a soma: {}; attach what is free to a section of the cell", quoted(.sections))]
    Disconnected {
        /// Names of the sections that have no parent, or form a cycle.
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
    /// A cell with two root sections that are somata.
    #[error("the cell has the soma \"{first}\" already, and \"{second}\" is another root; build a cell for each")]
    SecondSoma {
        /// Name of the existing soma.
        first: String,
        /// Name of the other soma.
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
        /// The closest existing name.
        suggestion: Option<String>,
    },
    /// A position on a section outside 0..=1.
    #[error("x = {x} on section \"{section}\"; x runs from 0 to 1", x = plain(*.x))]
    Position {
        /// Name of the section.
        section: String,
        /// The position given.
        x: f64,
    },
    /// A branch made from a cell has parts other than sections, which would be lost.
    #[error(
        "the branch \"{section}\" has mechanisms, point processes or lists of sections, and only sections are attached; \
         paint and place on the cell that create makes"
    )]
    MoreThanSections {
        /// Name of the branch's root.
        section: String,
    },
    /// An invalid length, diameter, resistivity, capacitance or number of segments.
    #[error("section \"{section}\"{}: {}", in_file(.error, .places), describe_in_file(.error, .places))]
    Geometry {
        /// Name of the section.
        section: String,
        /// The fault found.
        error: CableError,
        /// Position of the section's points in the morphology file that it was read from, if any.
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
