//! Writing SWC.
//!
//! A section's points are written in sequence, parents before children, so that reading the file by
//! the rules in [`swc`](crate::swc) gives the same tree as far as SWC can represent it. Points that
//! the reader copies from the parent are not written. A soma that is the cylinder of a sphere is
//! written as one point.
//!
//! # Limits of SWC
//! - A daughter that begins with another diameter than its parent ends with (as in ASC files)
//!   gets a point of its own at the branch point; read again, its first point is doubled.
//! - An only child of the same kind that directly follows its parent is read as the parent's
//!   continuation.
//! - Several trees: all but the first are joined to the first section when read again.
//! - Connections at other places than 0, 0.5 (on a soma) and 1 move to the nearest point.
//! - Wires are implied by the rules for somas; their own course is not kept by any reader.

use std::io::{self, Write};

use crate::error::MorphologyError;
use crate::morphology::Morphology;
use crate::section::{Attachment, Point3d, Section};
use crate::section_kind::SectionKind;

impl Morphology {
    /// Writes the morphology as SWC; see [`write`](self) for the limits of SWC.
    ///
    /// # Errors
    /// [`MorphologyError::Unwritable`] if writing to `out` fails.
    pub fn write_swc(&self, out: impl Write) -> Result<(), MorphologyError> {
        swc(self, out).map_err(MorphologyError::Unwritable)
    }
}

fn swc(morphology: &Morphology, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "# id type x y z radius parent (um)")?;
    // Ids of the points written for each section are consecutive: (first, count).
    let mut ids: Vec<(usize, usize)> = Vec::with_capacity(morphology.sections.len());
    let mut next_id = 1;
    let sphere = sphere(morphology);
    for (i, section) in morphology.sections.iter().enumerate() {
        let points = match (section.parent, sphere) {
            (None, Some(centre)) if i == 0 => vec![centre],
            (None, _) => section.points.clone(),
            (Some(at), _) => own_points(morphology, section, at),
        };
        let mut parent = match section.parent {
            None => None,
            Some(at) => {
                let (first, count) = ids[at.parent];
                let is_soma = morphology.sections[at.parent].kind == SectionKind::Soma;
                let step = match at.parent_x {
                    x if x <= 0.0 => 0,
                    x if x >= 1.0 => count - 1,
                    // Any inner point of a soma means 0.5; the one at the contact is used, if there
                    // is one.
                    _ if is_soma && count > 2 => inner_point(morphology, section, at, count),
                    x => (x * (count - 1) as f64).round() as usize,
                };
                Some(first + step)
            }
        };
        ids.push((next_id, points.len()));
        for point in &points {
            write!(out, "{next_id} {} ", section.kind.code())?;
            write!(out, "{} {} {} ", point.x, point.y, point.z)?;
            write!(out, "{} ", point.diameter / 2.0)?;
            match parent {
                Some(parent) => writeln!(out, "{parent}")?,
                None => writeln!(out, "-1")?,
            }
            parent = Some(next_id);
            next_id += 1;
        }
    }
    Ok(())
}

/// The centre of a root soma that is the cylinder representing a sphere.
fn sphere(morphology: &Morphology) -> Option<Point3d> {
    let soma = morphology.sections.first()?;
    let [a, centre, b] = soma.points[..] else {
        return None;
    };
    let radius = f64::from(centre.diameter) / 2.0;
    let x = |shift: f64| (f64::from(centre.x) + shift) as f32;
    let children_at_centre =
        morphology.sections.iter().filter_map(|section| section.parent).all(|at| at.parent != 0 || at.parent_x == 0.5);
    let along_x = a == Point3d { x: x(-radius), ..centre } && b == Point3d { x: x(radius), ..centre };
    (soma.parent.is_none() && soma.kind == SectionKind::Soma && along_x && children_at_centre).then_some(centre)
}

/// The points of a section without the one that a reader copies from the parent.
fn own_points(morphology: &Morphology, section: &Section, at: Attachment) -> Vec<Point3d> {
    let parent = &morphology.sections[at.parent];
    let copied = match &section.points[..] {
        [first, second, rest @ ..] => {
            let neurite_on_soma = parent.kind == SectionKind::Soma && section.kind != SectionKind::Soma;
            let place = contact(parent, at);
            place.is_some_and(|place| {
                let diameter = if neurite_on_soma { second.diameter } else { place.diameter };
                // If the reader removes the wire, two points stay two points.
                let dropped = neurite_on_soma && at.parent_x == 0.5 && !rest.is_empty();
                first.same_place(place) && first.diameter == diameter && !dropped
            })
        }
        _ => false,
    };
    section.points[usize::from(copied)..].to_vec()
}

/// The point of the parent that a child touches.
fn contact(parent: &Section, at: Attachment) -> Option<&Point3d> {
    match at.parent_x {
        x if x <= 0.0 => parent.points.first(),
        x if x >= 1.0 => parent.points.last(),
        _ => parent.points.get(parent.points.len() / 2),
    }
}

/// The inner point of a soma of `count` points at which a child at 0.5 is written.
fn inner_point(morphology: &Morphology, section: &Section, at: Attachment, count: usize) -> usize {
    let soma = &morphology.sections[at.parent].points;
    let first = section.points.first();
    (1..count - 1).find(|&i| first.zip(soma.get(i)).is_some_and(|(a, b)| a.same_place(b))).unwrap_or(count / 2)
}
