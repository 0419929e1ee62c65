//! Groups of cells of one entry of a model file, and the places of entries in the text.

use std::collections::HashSet;
use std::ops::Range;

use crate::model_file::parameter_file::{OwnSource, ParameterFile};
use crate::model_file::table::Span;

/// Cells or gap junctions made by one entry of the file.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) members: Members,
    /// Number of members of the entry; in a rehearsal only the first is made.
    pub(crate) count: usize,
    /// `true` if members are named `name[0]`, `name[1]`...
    pub(crate) indexed: bool,
    /// `true` if the entry has errors, so that missing parts may be their consequence.
    pub(crate) broken: bool,
    /// Names of point processes that could not be read.
    pub(crate) lost: HashSet<String>,
    /// `true` if parts with unknown names could not be read.
    pub(crate) opaque: bool,
    /// The same for its point processes alone: stimuli with errors, or in a rehearsal those of some members.
    pub(crate) hides_points: bool,
}

/// Indices of a group's members in the network.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Members {
    Cells(Range<usize>),
    Artificial(Range<usize>),
    GapJunctions(Range<usize>),
}

impl Members {
    pub(crate) fn range(&self) -> Range<usize> {
        match self {
            Self::Cells(range) | Self::Artificial(range) | Self::GapJunctions(range) => range.clone(),
        }
    }

    /// The noun for a member.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Cells(_) | Self::Artificial(_) => "cell",
            Self::GapJunctions(_) => "gap junction",
        }
    }
}

/// Positions in the file of the entries of the parts of the network.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    /// For each group: the sections, paintings and point processes of its cell, by index.
    pub(crate) sections: Vec<Vec<Span>>,
    pub(crate) painted: Vec<Vec<Span>>,
    pub(crate) points: Vec<Vec<Span>>,
    /// For each group the sources of its cells' own values, and the file of parameters, if there is one.
    pub(crate) own: Vec<Vec<OwnSource>>,
    pub(crate) parameters: Vec<Option<ParameterFile>>,
    /// For each group its entry.
    pub(crate) groups: Vec<Span>,
    /// Index of each entry's first connection.
    pub(crate) connections: Vec<(usize, Span)>,
    pub(crate) globals: Option<Span>,
    pub(crate) function_tables: Option<Span>,
    pub(crate) gap_junctions: Vec<Span>,
    pub(crate) transfers: Vec<Span>,
    pub(crate) pointers: Vec<Span>,
    pub(crate) interventions: Vec<Span>,
    pub(crate) waveforms: Vec<Span>,
    pub(crate) recordings: Vec<Span>,
}

impl Spans {
    /// The entry of a connection.
    pub(crate) fn of_connection(&self, index: usize) -> Option<&Span> {
        let next = self.connections.partition_point(|&(first, _)| first <= index);
        Some(&self.connections.get(next.checked_sub(1)?)?.1)
    }
}
