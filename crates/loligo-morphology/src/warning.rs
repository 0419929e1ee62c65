//! Irregularities in a file that could be read nevertheless.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::line_fault::LineFault;

/// An irregularity in a file that its author should check. Lines count from 1.
///
/// [`Display`](fmt::Display) describes it in words, and how it was interpreted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Warning {
    /// Lines that are neither seven numbers nor a comment; they were ignored.
    UnreadableLines {
        /// The lines.
        lines: Vec<usize>,
        /// The fault in the first of them.
        fault: LineFault,
    },
    /// Ids do not increase from line to line; points were sorted by id.
    UnsortedIds {
        /// First line whose id is not larger than the one before.
        line: usize,
    },
    /// Points that come before their parents; the points were reordered, parents first.
    ParentsAfterChildren {
        /// Lines of the children.
        lines: Vec<usize>,
    },
    /// The same point occurs twice with identical numbers; it was used once.
    RepeatedLines {
        /// Lines of the second occurrences.
        lines: Vec<usize>,
    },
    /// The parent id does not exist; the point was joined to the first section.
    MissingParent {
        /// Line of the point.
        line: usize,
        /// Its id.
        id: i64,
        /// The parent id that does not exist.
        parent: i64,
    },
    /// The first point has itself or a later point as its parent; it was taken as the root.
    RootWithParent {
        /// Line of the point.
        line: usize,
        /// The parent id given.
        parent: i64,
    },
    /// Several points have no parent: the morphology is disconnected.
    SeveralRoots {
        /// Lines of all roots.
        lines: Vec<usize>,
        /// True if the parts were joined to the first section (SWC, as in NEURON), false if they
        /// remain separate trees (ASC without soma).
        joined: bool,
    },
    /// SWC types other than 1 to 4.
    UnknownTypes {
        /// First line of each.
        lines: Vec<usize>,
        /// The types, in the same order.
        codes: Vec<i32>,
    },
    /// There is no soma.
    NoSoma,
    /// Diameters of zero: the axial resistance there is practically infinite.
    ZeroDiameters {
        /// The lines.
        lines: Vec<usize>,
    },
    /// Negative diameters: interpreted as marks of spines; the absolute values are used.
    NegativeDiameters {
        /// The lines.
        lines: Vec<usize>,
    },
    /// Points at the same place as the one before them in their section.
    DuplicatePoints {
        /// The lines.
        lines: Vec<usize>,
    },
    /// A section of one point, or of two at the same place, was ignored; its children were
    /// attached to its parent.
    SectionLeftOut {
        /// Line of its first own point.
        line: usize,
        /// Number of its points.
        points: usize,
    },
    /// A section of three or more points at one place, or a root of two. It is 1e-9 um long, as in NEURON, and the
    /// voltage there and in its neighbourhood is not accurate.
    CoincidingPoints {
        /// Line of its first own point.
        line: usize,
        /// Number of its points.
        points: usize,
        /// Its name.
        section: String,
    },
    /// A section all of whose diameters are 0: it has no membrane, and no model can run with it.
    NoMembrane {
        /// First and last line of its points.
        lines: RangeInclusive<usize>,
        /// Its name.
        section: String,
        /// True for a soma of several points: probably a drawn outline.
        is_outline: bool,
    },
    /// A branch whose parent is the first point of a neurite; it was connected to that
    /// neurite's 0 end.
    BranchAtFirstPoint {
        /// Line of the branch's first point.
        line: usize,
    },
    /// Consecutive points that are not neighbours were read as one section, as in NEURON. The
    /// length of the section includes a jump.
    JumpInSection {
        /// Line of the point after the jump.
        line: usize,
    },
    /// A soma contour of fewer than three points; it was ignored.
    ShortContour {
        /// Line where it begins.
        line: usize,
        /// Number of its points.
        points: usize,
    },
    /// A tree that begins outside every soma contour; it was attached to the centre of the
    /// nearest soma.
    OutsideSoma {
        /// Line of its first point.
        line: usize,
    },
    /// A contour of a stack whose points differ in z; its area and volume are unreliable.
    ContourNotLevel {
        /// Line where the contour begins.
        line: usize,
    },
    /// A contour of a stack that does not continue the stack in its direction in z; the soma's
    /// surface is meaningless until the contours are reordered.
    StackNotMonotonic {
        /// Line where the contour begins.
        line: usize,
    },
    /// A tree whose type, such as `(Dendrite)`, is not the last property before its first
    /// point; it counts as type 0, as in NEURON.
    TypeNotLast {
        /// Line where the tree begins.
        line: usize,
        /// The type that has no effect.
        kind: String,
    },
    /// A contour that is marked or named as a cell body but not accepted by NEURON, which requires exact names; it was
    /// ignored.
    NotASoma {
        /// Line where it begins.
        line: usize,
        /// Its name.
        name: String,
    },
    /// A tree that is marked `(CellBody)`; it is a neurite of type 0, as in NEURON.
    SomaAsTree {
        /// Line where it begins.
        line: usize,
    },
    /// A tree without `(Axon)`, `(Dendrite)` or `(Apical)`; it is type 0.
    UntypedTree {
        /// Line where the tree begins.
        line: usize,
    },
    /// A block that is neither contour, tree, marker nor property; it was ignored.
    BlockLeftOut {
        /// Line where it begins.
        line: usize,
    },
    /// Markers or properties in a place where NEURON's reader stops; they were ignored and the
    /// branch continued.
    MisplacedBlock {
        /// Line where it begins.
        line: usize,
    },
    /// A marker at the start of a branch: its points count as the branch's first, as in NEURON.
    MarkerInBranch {
        /// Line where the marker begins.
        line: usize,
    },
    /// A branch without points; its daughters were attached to its parent.
    EmptyBranch {
        /// Line where it begins.
        line: usize,
    },
    /// Text after the last object; it was ignored.
    TrailingText {
        /// Line where it begins.
        line: usize,
    },
}

/// `line 7`, `lines 7 and 9`, `lines 1, 2, 3, 4, 5 and 12 more`.
struct Lines<'a>(&'a [usize]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        match self.0 {
            [] => f.write_str("no line"),
            [line] => write!(f, "line {line}"),
            lines => {
                let shown = if lines.len() > SHOWN + 1 { SHOWN } else { lines.len() - 1 };
                f.write_str("lines ")?;
                for (i, line) in lines[..shown].iter().enumerate() {
                    write!(f, "{}{line}", if i > 0 { ", " } else { "" })?;
                }
                if shown == lines.len() - 1 {
                    write!(f, " and {}", lines[shown])
                } else {
                    write!(f, " and {} more", lines.len() - shown)
                }
            }
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnreadableLines { lines, fault } => {
                write!(f, "{}: not seven numbers (id type x y z radius parent); left out", Lines(lines))?;
                let first = lines.first().copied().unwrap_or(0);
                match lines.len() {
                    1 => write!(f, ": {fault}"),
                    _ => write!(f, "; in line {first} {fault}"),
                }
            }
            Self::UnsortedIds { line } => {
                write!(f, "line {line}: ids do not increase from here; sorted by id")
            }
            Self::ParentsAfterChildren { lines } => {
                write!(f, "{}: the parent comes later in the file; reordered with parents first", Lines(lines))
            }
            Self::RepeatedLines { lines } => {
                write!(f, "{}: repeats an earlier point exactly; used once", Lines(lines))
            }
            Self::MissingParent { line, id, parent } => {
                write!(f, "line {line}: parent {parent} of point {id} does not exist; joined to the first section")
            }
            Self::RootWithParent { line, parent } => {
                write!(f, "line {line}: the first point has parent {parent}; taken as the root (write -1)")
            }
            Self::SeveralRoots { lines, joined } => {
                write!(f, "{}: {} disconnected pieces; ", Lines(lines), lines.len())?;
                f.write_str(if *joined {
                    "all were joined to the first section, as NEURON does"
                } else {
                    "each is a tree of its own"
                })
            }
            Self::UnknownTypes { lines, codes } => {
                write!(f, "{}: types outside 1 to 4 (", Lines(lines))?;
                for (i, code) in codes.iter().take(10).enumerate() {
                    write!(f, "{}{code}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str(if codes.len() > 10 { ", ...)" } else { ")" })?;
                f.write_str("; their sections are named dend_N, or minus_N below zero")
            }
            Self::NoSoma => f.write_str("no soma; neurites begin at nothing"),
            Self::ZeroDiameters { lines } => {
                write!(f, "{}: diameter 0; hardly any current will pass there", Lines(lines))
            }
            Self::NegativeDiameters { lines } => {
                write!(f, "{}: negative diameter; its absolute value is used", Lines(lines))
            }
            Self::DuplicatePoints { lines } => write!(
                f,
                "{}: at the same place as the point before; kept (a step in diameter adds a ring of membrane)",
                Lines(lines)
            ),
            Self::SectionLeftOut { line, points: 1 } => write!(
                f,
                "line {line}: a section of one point has no length; left out, its children moved to its parent"
            ),
            Self::SectionLeftOut { line, points } => write!(
                f,
                "line {line}: {points} points at one place make no section; left out, its children moved to its parent"
            ),
            Self::CoincidingPoints { line, points, section } => write!(
                f,
                "line {line}: the {points} points of {section} are at one place; it is 1e-9 um long, as in NEURON, and \
                 rounding then changes the cell's voltages by millivolts; delete these points"
            ),
            Self::NoMembrane { lines, section, is_outline } => {
                match (lines.start(), lines.end()) {
                    (first, last) if first == last => write!(f, "line {first}")?,
                    (first, last) => write!(f, "lines {first} to {last}")?,
                }
                write!(f, ": every diameter of {section} is 0; it has no membrane, and no model can run with it; ")?;
                f.write_str(if *is_outline {
                    "if these points are the soma's outline, put one point in their place, at its centre and with its radius"
                } else {
                    "give the points the diameters that they have, or delete them"
                })
            }
            Self::BranchAtFirstPoint { line } => {
                write!(f, "line {line}: branches off the first point of a neurite; connected to that neurite's 0 end")
            }
            Self::JumpInSection { line } => write!(
                f,
                "line {line}: not connected to the point before, yet in one section with it, as in NEURON; \
                 reorder the points if the jump is not meant"
            ),
            Self::ShortContour { line, points } => {
                write!(f, "line {line}: a soma contour needs three points, this has {points}; left out")
            }
            Self::OutsideSoma { line } => {
                write!(f, "line {line}: this tree begins outside the soma; attached to the centre of the nearest soma")
            }
            Self::ContourNotLevel { line } => {
                write!(f, "line {line}: points of this soma contour differ in z; the soma's area is doubtful")
            }
            Self::StackNotMonotonic { line } => write!(
                f,
                "line {line}: this soma contour turns back in z; reorder the contours, the soma's surface is wrong"
            ),
            Self::TypeNotLast { line, kind } => write!(
                f,
                "line {line}: ({kind}) does not count because another property follows it; \
                 type 0, as in NEURON (move ({kind}) to just before the first point)"
            ),
            Self::NotASoma { line, name } => write!(
                f,
                "line {line}: the contour \"{name}\" looks like a cell body and is left out, because only contours named \
                 \"CellBody\", \"Cell Body\" or \"Soma\" are somas, as in NEURON; write (\"CellBody\" in place of its \
                 name if it is one"
            ),
            Self::SomaAsTree { line } => write!(
                f,
                "line {line}: a tree marked (CellBody) is a neurite of type 0, as in NEURON; if it is the soma's outline, \
                 write it as a contour: (\"CellBody\" and its points)"
            ),
            Self::UntypedTree { line } => write!(f, "line {line}: neither (Axon), (Dendrite) nor (Apical); type 0"),
            Self::BlockLeftOut { line } => {
                write!(f, "line {line}: a block that holds no morphology; left out")
            }
            Self::MisplacedBlock { line } => {
                write!(f, "line {line}: a marker or property between points (NEURON cannot read this file); left out")
            }
            Self::MarkerInBranch { line } => write!(
                f,
                "line {line}: a marker begins this branch, its points count as the branch's first, \
                 as in NEURON; remove the marker if that is not meant"
            ),
            Self::EmptyBranch { line } => {
                write!(f, "line {line}: a branch without points (NEURON cannot read this file); left out")
            }
            Self::TrailingText { line } => {
                write!(f, "line {line}: text after the last object; left out")
            }
        }
    }
}
