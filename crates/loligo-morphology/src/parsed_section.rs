//! Sections between reading and the finished [`Morphology`]: the common result of both readers.
//!
//! A draft still has its wire (the line from the parent's centre to its first own point) and uses
//! `f64`. Finishing removes sections without length, names the others, removes wires and rounds to
//! `f32`.

use std::collections::BTreeMap;

use crate::format::Format;
use crate::morphology::Morphology;
use crate::point_places::PointPlaces;
use crate::section::{Attachment, End, Point3d, Section};
use crate::section_kind::SectionKind;
use crate::warning::Warning;

/// Coordinates closer than this (um) count as equal, as in NEURON's comparisons.
pub(crate) const EPSILON: f64 = 1e-11;

/// The length (um) that NEURON gives to any shorter section.
const SHORTEST: f64 = 1e-9;

/// A point before rounding, um.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ParsedPoint {
    pub at: [f64; 3],
    pub diameter: f64,
    /// Line of the file (from 1), or row of `/points` (from 0).
    pub line: u32,
}

impl ParsedPoint {
    pub fn same_place(&self, other: &ParsedPoint) -> bool {
        (0..3).all(|axis| (self.at[axis] - other.at[axis]).abs() <= EPSILON)
    }

    fn rounded(&self) -> Point3d {
        Point3d {
            x: self.at[0] as f32,
            y: self.at[1] as f32,
            z: self.at[2] as f32,
            // NEURON keeps the sign, which marks spines, but reports and uses the absolute value.
            diameter: self.diameter.abs() as f32,
        }
    }
}

/// A section as read.
#[derive(Clone, Debug)]
pub(crate) struct ParsedSection {
    /// SWC type.
    pub code: i32,
    /// The parent's point first if the section has a parent, then its own.
    pub points: Vec<ParsedPoint>,
    /// Index of an earlier draft.
    pub parent: Option<usize>,
    pub parent_x: f64,
    /// True if the line to the parent's point is a wire: it connects but is no membrane.
    pub wired: bool,
    /// Line of the first own point.
    pub line: usize,
}

impl ParsedSection {
    /// The points that are membrane.
    fn membrane(&self) -> &[ParsedPoint] {
        &self.points[usize::from(self.wired).min(self.points.len())..]
    }

    fn without_length(&self) -> bool {
        match self.membrane() {
            [] | [_] => true,
            [a, b] => a.same_place(b),
            _ => false,
        }
    }
}

/// Converts drafts, parents first, to sections in NEURON's order.
pub(crate) fn finish(drafts: Vec<ParsedSection>, format: Format, warnings: &mut Vec<Warning>) -> Morphology {
    // The children of a removed draft are attached to its parent, at its own position.
    let mut places: Vec<Option<(usize, f64)>> = Vec::with_capacity(drafts.len());
    let mut index_of: Vec<Option<usize>> = Vec::with_capacity(drafts.len());
    let mut kept = 0;
    for draft in &drafts {
        let place = draft.parent.map(|parent| match (index_of[parent], places[parent]) {
            (None, Some(place)) => place,
            // Roots are never removed, so a draft without position has an index.
            _ => (parent, draft.parent_x),
        });
        let left_out = place.is_some() && draft.without_length();
        if left_out {
            warnings.push(Warning::SectionLeftOut { line: draft.line, points: draft.membrane().len() });
        }
        places.push(place);
        index_of.push((!left_out).then_some(kept));
        kept += usize::from(!left_out);
    }

    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    let mut sections = Vec::with_capacity(kept);
    for (i, draft) in drafts.iter().enumerate() {
        if index_of[i].is_none() {
            continue;
        }
        let kind = SectionKind::from_code(draft.code);
        let count = counts.entry(draft.code).or_default();
        let name = format!("{}[{count}]", kind.array_name());
        *count += 1;
        let points = match draft.membrane() {
            [point] => sphere(point),
            points => points.to_vec(),
        };
        let lines = PointPlaces::new(format, kind, points.iter().map(|point| point.line));
        let points: Vec<Point3d> = points.iter().map(ParsedPoint::rounded).collect();
        let parent = places[i].and_then(|(parent, parent_x)| {
            Some(Attachment { parent: index_of[parent]?, parent_x, child_end: End::Zero })
        });
        let section = Section { name, kind, points, parent, places: lines };
        warn_of_membrane(&section, draft, warnings);
        sections.push(section);
    }
    Morphology { sections }
}

/// Warns of sections whose points are at one place, and of sections without membrane.
fn warn_of_membrane(section: &Section, draft: &ParsedSection, warnings: &mut Vec<Warning>) {
    let points = section.points.len();
    let line = draft.line;
    if section.points.iter().all(|point| point.diameter == 0.0) {
        // In H5 files, the line given in warnings is a row of `/structure`.
        let places = section.places.range(0..=points - 1).filter(|_| section.places.format() != Some(Format::H5));
        let lines = places.map_or(line..=line, |range| *range.start() as usize..=*range.end() as usize);
        let is_outline = section.places.is_outline();
        warnings.push(Warning::NoMembrane { lines, section: section.name.clone(), is_outline });
    } else if section.length() < SHORTEST {
        warnings.push(Warning::CoincidingPoints { line, points, section: section.name.clone() });
    }
}

/// A sphere as a cylinder along x whose length is its diameter: the same lateral area.
fn sphere(centre: &ParsedPoint) -> Vec<ParsedPoint> {
    [-0.5, 0.0, 0.5]
        .map(|shift| {
            let mut point = *centre;
            point.at[0] += shift * point.diameter;
            point
        })
        .to_vec()
}
