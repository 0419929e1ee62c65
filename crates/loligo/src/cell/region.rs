//! Selection of sections of a cell.

use std::fmt;

use loligo_morphology::SectionKind;
use serde::{Deserialize, Serialize};

/// A selection of sections.
///
/// ```
/// use loligo::prelude::*;
/// let mut cell = Cell::builder().add_soma(20.0).add(Section::apical("apic", 200.0, 2.0)).create()?; // um
/// cell.define_list("trunk", ["apic"]);
/// for region in [SectionKind::Apical.into(), Region::section("apic"), Region::List("trunk".into())] {
///     assert_eq!(cell.sections_of(&region), Some(vec![1]));
/// }
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
}

impl Region {
    /// Several sections by their names.
    pub fn sections(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Sections(names.into_iter().map(Into::into).collect())
    }

    /// One section by its name.
    pub fn section(name: impl Into<String>) -> Self {
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
            Self::List(name) => f.write_str(name),
        }
    }
}

impl From<SectionKind> for Region {
    fn from(kind: SectionKind) -> Self {
        Self::Kind(kind)
    }
}
