//! Sections removed, shortened, replaced and scaled, as models do after they have read a morphology.

use loligo_cable::Shape;
use loligo_io::plain;
use loligo_morphology::{Attachment, End, Point3d, SectionKind};
use thiserror::Error;

use crate::cell::Cell;
use crate::cell::distance::SectionPath;
use crate::cell::region::Region;
use crate::cell::section::Section;
use crate::error::ModelError;

/// The reason why sections of a cell cannot be removed or changed.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum PruneError {
    /// A region of which the cell has no sections, or an invalid geometry.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A point process on a section that would be removed.
    #[error("point process \"{point}\" is on \"{section}\", which would be removed; place it after the removal")]
    Occupied {
        /// Name of the point process.
        point: String,
        /// Name of the section.
        section: String,
    },
    /// A removal of all sections.
    #[error("no section would remain; remove fewer")]
    NothingRemains,
    /// A number that is not positive and finite.
    #[error("{what} = {}; give a number greater than 0", plain(*.value))]
    NotPositive {
        /// The name of the number, with its unit.
        what: &'static str,
        /// The number.
        value: f64,
    },
    /// A cell without a soma to which an axon can be attached.
    #[error("the cell has no soma to which the axon could be attached")]
    NoSoma,
}

impl Cell {
    /// Removes the sections of a region, and all that is attached to them; returns their number.
    ///
    /// Lists of sections and paintings lose the names of sections that no longer exist.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../morphologies/pyramidal_l5.swc");
    /// use loligo::prelude::*;
    /// let mut cell = Cell::from_morphology(path)?; // morphologies/pyramidal_l5.swc
    /// let axon = cell.axons().len();
    /// assert_eq!(cell.remove_sections(SectionKind::Axon)?, axon);
    /// assert!(cell.axons().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A region that the cell lacks, a point process on one of the sections, a cell of which nothing would remain.
    pub fn remove_sections(&mut self, region: impl Into<Region>) -> Result<usize, PruneError> {
        let region = region.into();
        let chosen = self.sections_of(&region).ok_or_else(|| self.unknown_region(&region))?;
        let mut is_removed = vec![false; self.sections.len()];
        for section in chosen {
            is_removed[section] = true;
        }
        self.check_removal(&mut is_removed)?;
        Ok(self.remove(&is_removed))
    }

    /// Removes everything farther than a distance (um) from the middle of the soma, along the tree; sections that reach
    /// beyond it are shortened. Returns the number of sections that were removed. The soma, or else the root, stays.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::builder().add_soma(20.0).add(Section::dendrite("dend", 300.0, 2.0)).create()?; // um
    /// assert_eq!(cell.cut_beyond(110.0)?, 0); // um
    /// assert_eq!(cell.section_info(1).unwrap().length, 100.0); // um: the dendrite begins at 10 um
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A distance that is not greater than 0, invalid geometry, a point process on a section that would be removed.
    pub fn cut_beyond(&mut self, distance: f64) -> Result<usize, PruneError> {
        positive("distance (um)", distance)?;
        let spans = self.distances()?;
        let mut is_removed: Vec<bool> = spans.iter().map(|&(near, _)| near >= distance).collect();
        let root = self.origin();
        if let Some(root) = root {
            is_removed[root] = false;
        }
        self.check_removal(&mut is_removed)?;
        for (index, &(near, length)) in spans.iter().enumerate() {
            if Some(index) != root && !is_removed[index] && near + length > distance {
                self.shorten(index, distance - near);
            }
        }
        Ok(self.remove(&is_removed))
    }

    /// Replaces the axon by a chain of cylinders of given lengths and diameters (um), attached to the 1 end of the soma:
    /// `axon[0]`, `axon[1]`, ... with one segment, Ra 35.4 ohm cm and cm 1 uF/cm2 each. Returns their indices.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../morphologies/pyramidal_l5.swc");
    /// use loligo::prelude::*;
    /// let mut cell = Cell::from_morphology(path)?; // morphologies/pyramidal_l5.swc
    /// let stub = cell.replace_axon(&[(30.0, 1.5), (30.0, 1.0)])?; // um
    /// assert_eq!(cell.axons(), stub);
    /// assert_eq!(cell.section_info(stub[1]).unwrap().length, 30.0); // um
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A length or diameter that is not greater than 0, a cell without soma, a point process on the axon.
    pub fn replace_axon(&mut self, stub: &[(f64, f64)]) -> Result<Vec<usize>, PruneError> {
        for &(length, diameter) in stub {
            positive("length (um)", length)?;
            positive("diameter (um)", diameter)?;
        }
        let is_soma = |section: &Section| section.kind == SectionKind::Soma;
        if !self.sections.iter().any(is_soma) {
            return Err(PruneError::NoSoma);
        }
        let mut is_removed: Vec<bool> = self.sections.iter().map(|section| section.kind == SectionKind::Axon).collect();
        self.check_removal(&mut is_removed)?;
        // A soma that is attached to the axon would be removed with it.
        let kept = self.sections.iter().zip(&is_removed).filter(|(_, removed)| !**removed);
        let mut parent = kept.map(|(section, _)| section).position(is_soma).ok_or(PruneError::NoSoma)?;
        self.remove(&is_removed);
        let mut added = Vec::with_capacity(stub.len());
        for (number, &(length, diameter)) in stub.iter().enumerate() {
            let section = Section::axon(format!("axon[{number}]"), length, diameter).attached_to(parent, 1.0);
            parent = self.add_section(section);
            added.push(parent);
        }
        Ok(added)
    }

    /// Multiplies the diameters of a region by a factor; those of 3-D points are rounded to `f32`, as NEURON keeps them.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::builder().add_soma(20.0).add(Section::dendrite("dend", 300.0, 2.0)).create()?; // um
    /// cell.scale_diameters(SectionKind::Dendrite, 1.5)?;
    /// assert_eq!(cell.section_info(1).unwrap().diameter, 3.0); // um
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A region that the cell lacks, a factor that is not greater than 0.
    pub fn scale_diameters(&mut self, region: impl Into<Region>, factor: f64) -> Result<(), PruneError> {
        positive("factor of diameters", factor)?;
        let region = region.into();
        let scale = |section: &mut Section| match &mut section.shape {
            Shape::Cylinder { diameters, .. } => diameters.iter_mut().for_each(|diameter| *diameter *= factor),
            Shape::Points(points) => {
                for point in points {
                    point.diameter = (f64::from(point.diameter) * factor) as f32;
                }
            }
        };
        if self.for_each_section(&region, scale) { Ok(()) } else { Err(self.unknown_region(&region).into()) }
    }

    /// Distance of the attached end of each section from the middle of the soma along the tree, and its length, um. The
    /// distance of a section of another tree is infinite.
    fn distances(&self) -> Result<Vec<(f64, f64)>, ModelError> {
        let paths = self.section_paths(&self.sound_cable()?);
        let at = |(section, path): (&Section, &SectionPath)| (path.distance(attached_end(section)), path.length);
        Ok(self.sections.iter().zip(&paths).map(at).collect())
    }

    /// Shortens a section from its free end; positions of its children are kept in um.
    fn shorten(&mut self, index: usize, length: f64) {
        let section = &mut self.sections[index];
        let before = section.info().length;
        let from_one = attached_end(section) == 1.0;
        match &mut section.shape {
            Shape::Cylinder { length: present, diameters } => {
                let kept = (diameters.len() as f64 * length / before).ceil().max(1.0) as usize;
                if from_one {
                    diameters.drain(..diameters.len().saturating_sub(kept));
                } else {
                    diameters.truncate(kept);
                }
                *present = length;
            }
            Shape::Points(points) => {
                if from_one {
                    points.reverse();
                }
                cut_points(points, length);
                if from_one {
                    points.reverse();
                }
            }
        }
        for child in self.sections.iter_mut() {
            if let Some(attachment) = child.parent.as_mut().filter(|attachment| attachment.parent == index) {
                let from_attached = if from_one { 1.0 - attachment.parent_x } else { attachment.parent_x };
                let x = (from_attached * before / length).min(1.0);
                attachment.parent_x = if from_one { 1.0 - x } else { x };
            }
        }
    }

    /// Adds the sections attached to those that are to be removed; an error if some of them cannot be removed.
    fn check_removal(&self, is_removed: &mut [bool]) -> Result<(), PruneError> {
        // One round is enough where parents stand before their children.
        let mut changes = true;
        while changes {
            changes = false;
            for (index, section) in self.sections.iter().enumerate() {
                let hangs_free = section.parent.is_some_and(|at| is_removed.get(at.parent) == Some(&true));
                if hangs_free && !is_removed[index] {
                    is_removed[index] = true;
                    changes = true;
                }
            }
        }
        if !is_removed.is_empty() && is_removed.iter().all(|&removed| removed) {
            return Err(PruneError::NothingRemains);
        }
        if let Some(point) = self.points.iter().find(|point| is_removed.get(point.section) == Some(&true)) {
            let (point, section) = (point.name.clone(), self.sections[point.section].name.clone());
            return Err(PruneError::Occupied { point, section });
        }
        Ok(())
    }

    /// Removes sections that may be removed; returns their number.
    fn remove(&mut self, is_removed: &[bool]) -> usize {
        let count = is_removed.iter().filter(|&&removed| removed).count();
        if count == 0 {
            return 0;
        }
        let mut next = 0;
        let new_index: Vec<usize> = is_removed
            .iter()
            .map(|&removed| {
                let index = next;
                next += usize::from(!removed);
                index
            })
            .collect();
        let renumbered = |index: usize| new_index.get(index).copied().unwrap_or(index);
        let kept = self.sections.iter().zip(is_removed).filter(|(_, removed)| !**removed);
        let sections: Vec<Section> = kept
            .map(|(section, _)| {
                let parent = section.parent.map(|at| Attachment { parent: renumbered(at.parent), ..at });
                Section { parent, ..section.clone() }
            })
            .collect();
        let removed: Vec<String> = self
            .sections
            .iter()
            .zip(is_removed)
            .filter(|(_, removed)| **removed)
            .map(|(section, _)| section.name.clone())
            .collect();
        let exists = |name: &String| !removed.contains(name);
        for list in self.section_lists.values_mut() {
            list.retain(exists);
        }
        for painting in self.painted.iter_mut() {
            match &mut painting.region {
                Region::Sections(names) => names.retain(exists),
                Region::Named(name) if !exists(name) && !self.section_lists.contains_key(name) => {
                    painting.region = Region::Sections(Vec::new());
                }
                Region::Named(_) | Region::All | Region::Kind(_) | Region::List(_) => {}
            }
        }
        for point in self.points.iter_mut() {
            point.section = renumbered(point.section);
        }
        self.sections = sections.into();
        count
    }
}

/// The end of a section that is attached to its parent, as a position.
fn attached_end(section: &Section) -> f64 {
    match section.parent {
        Some(Attachment { child_end: End::One, .. }) => 1.0,
        _ => 0.0,
    }
}

/// Keeps the points up to a length (um) along them, and adds one there.
fn cut_points(points: &mut Vec<Point3d>, length: f64) {
    let arc = loligo_cable::arc_lengths(points);
    let Some(first_beyond) = arc.iter().position(|&arc| arc > length) else { return };
    if first_beyond == 0 {
        return;
    }
    let (a, b) = (points[first_beyond - 1], points[first_beyond]);
    let share = (length - arc[first_beyond - 1]) / (arc[first_beyond] - arc[first_beyond - 1]);
    let between = |a: f32, b: f32| (f64::from(a) + share * (f64::from(b) - f64::from(a))) as f32;
    points.truncate(first_beyond);
    points.push(Point3d {
        x: between(a.x, b.x),
        y: between(a.y, b.y),
        z: between(a.z, b.z),
        diameter: between(a.diameter, b.diameter),
    });
}

fn positive(what: &'static str, value: f64) -> Result<(), PruneError> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { Err(PruneError::NotPositive { what, value }) }
}
