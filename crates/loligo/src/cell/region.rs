//! Selection of sections of a cell.

use std::fmt;

use loligo_morphology::SectionKind;
use serde::{Deserialize, Serialize};

/// A selection of sections.
///
/// A text is a region, as in a model file: `"apic"` is the section of that name, if there is one, else the apical
/// dendrites ([`Region::Named`]). [`Region::section_named`] is the section alone.
///
/// ```
/// use loligo::prelude::*;
/// let mut cell = Cell::builder()
///     .add_soma(20.0) // um
///     .append(Section::apical("apic[0]", 200.0, 2.0)) // um, um
///     .append(Section::apical("apic[1]", 100.0, 1.0))
///     .create()?;
/// cell.define_list("trunk", ["apic[0]"]);
/// assert_eq!(cell.sections_of(&Region::from("apic")), Some(vec![1, 2]));
/// assert_eq!(cell.sections_of(&SectionKind::Apical.into()), Some(vec![1, 2]));
/// assert_eq!(cell.sections_of(&Region::from("trunk")), Some(vec![1]));
/// assert_eq!(cell.sections_of(&Region::section_named("apic[1]")), Some(vec![2]));
/// assert_eq!(cell.sections_of(&Region::section_named("apic")), None);
/// # Ok::<(), loligo::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// All sections.
    All,
    /// The sections of a kind.
    Kind(SectionKind),
    /// The sections of these names.
    Sections(Vec<String>),
    /// A list of sections defined in the cell ([`Cell::define_list`](crate::Cell::define_list)).
    List(String),
    /// The sections that a text names in a cell, as in a model file ([`Region::named`]): all, a list, a section, or a
    /// kind.
    Named(String),
}

impl Region {
    /// The sections of these names.
    pub fn sections_named(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Sections(names.into_iter().map(Into::into).collect())
    }

    /// The one section of this name; a text names kinds and lists as well.
    pub fn section_named(name: impl Into<String>) -> Self {
        Self::Sections(vec![name.into()])
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Kind(SectionKind::Apical) => f.write_str("apical"),
            Self::Kind(kind) => kind.fmt(f),
            Self::Sections(names) => f.write_str(&names.join("+")),
            Self::List(name) | Self::Named(name) => f.write_str(name),
        }
    }
}

impl From<SectionKind> for Region {
    fn from(kind: SectionKind) -> Self {
        Self::Kind(kind)
    }
}

impl From<&str> for Region {
    fn from(name: &str) -> Self {
        Self::Named(name.to_owned())
    }
}
