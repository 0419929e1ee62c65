//! Positions of a section's points in the file from which they were read.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::format::Format;
use crate::section_kind::SectionKind;

/// The positions of a section's points in the file from which it was read; empty for a section made by
/// a program.
///
/// Used only in messages: any two values compare as equal, so that sections with equal points are equal regardless of
/// their origin, and it is not serialised.
///
/// ```
/// use loligo_morphology::Morphology;
///
/// let cell = Morphology::from_swc_str("# a dendrite\n1 3 0 0 0 1 -1\n2 3 30 40 0 1 1\n").unwrap().morphology;
/// assert_eq!(cell.sections[0].places.of(0..=1).as_deref(), Some("lines 2 to 3 of its file"));
/// assert_eq!(cell.sections[0].places.of(1..=1).as_deref(), Some("line 3 of its file"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct PointPlaces {
    format: Option<Format>,
    is_soma: bool,
    numbers: Arc<[u32]>,
}

impl PartialEq for PointPlaces {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl PointPlaces {
    pub(crate) fn new(format: Format, kind: SectionKind, numbers: impl Iterator<Item = u32>) -> Self {
        Self { format: Some(format), is_soma: kind == SectionKind::Soma, numbers: numbers.collect() }
    }

    /// Number of points; 0 for a section made by a program.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// True for a section made by a program.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The format of the file; `None` for a section made by a program.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// The range of lines (from 1) of an SWC or ASC file that contains these points, or of rows (from 0) of `/points`
    /// of an H5 file; `None` if it is not known.
    pub fn range(&self, points: RangeInclusive<usize>) -> Option<RangeInclusive<u32>> {
        let numbers = self.numbers.get(points)?;
        Some(*numbers.iter().min()?..=*numbers.iter().max()?)
    }

    /// [`range`](Self::range) in words, such as "lines 7 to 9 of its file".
    pub fn of(&self, points: RangeInclusive<usize>) -> Option<String> {
        let range = self.range(points)?;
        let (what, whose) = match self.format? {
            Format::H5 => ("row", "/points"),
            Format::Swc | Format::Asc => ("line", "its file"),
        };
        Some(match range.into_inner() {
            (first, last) if first == last => format!("{what} {first} of {whose}"),
            (first, last) => format!("{what}s {first} to {last} of {whose}"),
        })
    }

    /// The place in the file where a point's diameter is given, and the probable meaning of a soma without diameters;
    /// empty for a section made by a program.
    pub fn about_diameters(&self) -> &'static str {
        match self.format {
            None => "",
            Some(Format::Swc) if self.is_outline() => {
                "; if they are the soma's outline, put one point in their place, at its centre and with its radius"
            }
            Some(Format::Swc) => " (the sixth number of a line is the radius, half of it)",
            Some(Format::Asc) => " (the fourth number of a point)",
            Some(Format::H5) => " (the fourth column)",
        }
    }

    /// True for a soma of several points of an SWC file.
    pub(crate) fn is_outline(&self) -> bool {
        self.is_soma && self.format == Some(Format::Swc) && self.numbers.first() != self.numbers.last()
    }
}
