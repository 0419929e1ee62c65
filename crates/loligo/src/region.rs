//! Which sections of a cell are meant.

use loligo_morphology::SectionKind;
use serde::{Deserialize, Serialize};

/// A choice of sections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// Every section.
    All,
    /// The sections of a kind.
    Kind(SectionKind),
    /// The sections of these names.
    Sections(Vec<String>),
    /// A list of sections that the cell names ([`Cell::define_list`](crate::Cell::define_list)).
    List(String),
}

impl Region {
    /// One section by its name.
    pub fn section(name: impl Into<String>) -> Self {
        Self::Sections(vec![name.into()])
    }
}

impl From<SectionKind> for Region {
    fn from(kind: SectionKind) -> Self {
        Self::Kind(kind)
    }
}
