//! Places on a cell by region, distance from the soma, and form of the tree.

use std::fmt;
use std::ops::RangeInclusive;

use loligo_cable::Cable;
use loligo_io::shortened;
use loligo_morphology::SectionKind;
use loligo_random::Generator;

use crate::cell::Cell;
use crate::cell::distance::SectionPath;
use crate::cell::place::{Place, PlaceError};
use crate::cell::region::Region;
use crate::cell::segments::segment_places;
use crate::cell::spatial_profile::SegmentPlace;

/// Distances that differ by less are equal, um: the same path may be added up in another order.
const SAME_DISTANCE: f64 = 1e-9;

/// The part of a cell within a region and, if given, between two distances from the soma; made by [`Cell::region`]. It
/// has some length, along which places can be found.
///
/// ```
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../morphologies/pyramidal_l5.swc");
/// use loligo::prelude::*;
///
/// let mut cell = Cell::from_morphology(path)?; // morphologies/pyramidal_l5.swc
/// let oblique = cell.region("apical")?.between(100.0, 300.0)?; // um
/// let hundred = oblique.random(100, &mut Random123::new(1, 2, 3));
/// let recorded = cell.region("apical")?.nearest(200.0).expect("the apical dendrite has segments"); // um
/// let synapses = cell.place_many("exc", hundred, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
/// assert_eq!((synapses.len(), cell.points[99].name.as_str()), (100, "exc[99]"));
/// let mut network = Network::new();
/// let cell = network.add_cell(cell);
/// network.record(VariableRef::voltage(cell, recorded.section, recorded.x));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Selection<'a> {
    cell: &'a Cell,
    cable: Cable,
    /// The region, for messages.
    name: String,
    /// The sections of the region, in the cell's order.
    sections: Vec<usize>,
    paths: Vec<SectionPath>,
    /// The distances that are selected, um.
    distances: RangeInclusive<f64>,
    stretches: Vec<Stretch>,
}

/// A part of a section.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    section: usize,
    from: f64,
    to: f64,
    /// The length of all stretches up to the end of this one, um.
    end: f64,
}

/// The region and the cell, for messages: `region "apical" of cell "c"`.
impl fmt::Display for Selection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "region \"{}\" of cell \"{}\"", shortened(&self.name), self.cell.name)
    }
}

impl Cell {
    /// Selects the part of the cell in a region, to find places there.
    ///
    /// # Errors
    /// A region that the cell lacks, or of which it has no section; invalid geometry.
    pub fn region(&self, region: impl Into<Region>) -> Result<Selection<'_>, PlaceError> {
        let region = region.into();
        let mut sections = self.sections_of(&region).ok_or_else(|| self.unknown_region(&region))?;
        if sections.is_empty() {
            return Err(PlaceError::EmptyRegion { cell: self.name.clone(), region: region.to_string() });
        }
        sections.sort_unstable();
        sections.dedup();
        let cable = self.sound_cable()?;
        let paths = self.section_paths(&cable);
        let mut selection = Selection {
            cell: self,
            cable,
            name: region.to_string(),
            stretches: Vec::new(),
            sections,
            paths,
            distances: 0.0..=f64::INFINITY,
        };
        selection.stretches =
            selection.stretches_of(|section| vec![(section, (0.0, 1.0))], selection.sections.iter().copied());
        Ok(selection)
    }
}

impl Selection<'_> {
    /// The part whose distance from the middle of the soma along the tree is between two bounds, um.
    ///
    /// Sections that reach beyond a bound are cut there, wherever their segments are.
    ///
    /// # Errors
    /// Bounds that are negative, not numbers or not ascending; nothing between them.
    pub fn between(mut self, near: f64, far: f64) -> Result<Self, PlaceError> {
        // Not a number is not ascending either.
        if !(0.0 <= near && near <= far) {
            return Err(PlaceError::Bounds { near, far });
        }
        let cut = |stretch: Stretch| {
            let within = self.paths[stretch.section].between((stretch.from, stretch.to), near, far);
            within.into_iter().map(|part| (stretch.section, part)).collect()
        };
        let stretches = self.stretches_of(cut, self.stretches.iter().copied());
        if stretches.is_empty() {
            let of = self.to_string();
            let ends = self.sections.iter().flat_map(|&section| {
                let SectionPath { length, .. } = self.paths[section];
                let [zero, one] = [0.0, 1.0].map(|x| self.paths[section].distance(x));
                // A section that the path enters inside is nearer there.
                [0.5 * (zero + one - length), zero, one]
            });
            let (nearest, farthest) = ends.fold((f64::INFINITY, 0.0_f64), |(low, high), d| (low.min(d), high.max(d)));
            return Err(PlaceError::OutOfReach { of, near, far, nearest: nearest.max(0.0), farthest });
        }
        self.distances = self.distances.start().max(near)..=self.distances.end().min(far);
        self.stretches = stretches;
        Ok(self)
    }

    fn stretches_of<T>(
        &self,
        parts: impl Fn(T) -> Vec<(usize, (f64, f64))>,
        of: impl Iterator<Item = T>,
    ) -> Vec<Stretch> {
        let mut end = 0.0;
        let stretch = |(section, (from, to)): (usize, (f64, f64))| {
            end += (to - from) * self.paths[section].length;
            Stretch { section, from, to, end }
        };
        of.flat_map(parts).map(stretch).collect()
    }

    /// The cell.
    pub fn cell(&self) -> &Cell {
        self.cell
    }

    /// Its length, um.
    pub fn length(&self) -> f64 {
        self.stretches.last().map_or(0.0, |last| last.end)
    }

    /// The number of places of a density per um, rounded to the nearest whole number.
    pub fn count_of(&self, density: f64) -> usize {
        (self.length() * density).round() as usize
    }

    /// `count` places drawn from a stream, uniformly along its length: one number each.
    pub fn random(&self, count: usize, stream: &mut impl Generator) -> Vec<Place> {
        let length = self.length();
        (0..count).map(|_| self.along(stream.next_f64() * length)).collect()
    }

    /// `count` places at equal distances along its length, section after section in the cell's order, each from its 0
    /// end: the middles of `count` equal parts.
    pub fn evenly(&self, count: usize) -> Vec<Place> {
        let part = self.length() / count as f64; // um
        (0..count).map(|k| self.along((k as f64 + 0.5) * part)).collect()
    }

    /// The place at a length along the stretches, um.
    fn along(&self, length: f64) -> Place {
        let last = self.stretches.len() - 1; // a selection has stretches
        let index = self.stretches.partition_point(|stretch| stretch.end <= length).min(last);
        let Stretch { section, from, to, end } = self.stretches[index];
        let x = to - (end - length) / self.paths[section].length;
        self.place(section, x.clamp(from, to))
    }

    fn place(&self, section: usize, x: f64) -> Place {
        Place { section, x, distance: self.paths[section].distance(x) }
    }

    /// The segments whose middles it contains, in order of the sections and of x.
    pub fn segments(&self) -> Vec<SegmentPlace> {
        let mut places = segment_places(self.cell, &self.cable, self.sections.iter().copied());
        places.retain(|place| self.distances.contains(&place.distance));
        places
    }

    /// The position `x` (0 to 1) of each of its sections, as far as it is between the bounds.
    pub fn at_position(&self, x: f64) -> Vec<Place> {
        self.within(self.sections.iter().map(|&section| (section, x)))
    }

    /// The segment whose middle is nearest to a distance (um) from the soma; of equally near ones the first, in the
    /// cell's order of sections and in ascending x. `None` if no middle of a segment lies between the bounds.
    pub fn nearest(&self, distance: f64) -> Option<SegmentPlace> {
        let mut best: Option<(f64, SegmentPlace)> = None;
        for place in self.segments() {
            let off = (place.distance - distance).abs();
            if best.as_ref().is_none_or(|(least, _)| off < least - SAME_DISTANCE) {
                best = Some((off, place));
            }
        }
        best.map(|(_, place)| place)
    }

    /// The free ends of its sections, to which no other section is attached; those of a soma are none.
    pub fn tips(&self) -> Vec<Place> {
        let mut taken = std::collections::HashSet::new();
        for (index, section) in self.cell.sections.iter().enumerate() {
            if let Some(at) = section.parent {
                taken.insert((index, at.child_end == loligo_morphology::End::One));
                if at.parent_x == 0.0 || at.parent_x == 1.0 {
                    taken.insert((at.parent, at.parent_x == 1.0));
                }
            }
        }
        let branches = self.sections.iter().filter(|&&index| self.cell.sections[index].kind != SectionKind::Soma);
        let ends = branches.flat_map(|&index| [(index, false), (index, true)]);
        let free = ends.filter(|end| !taken.contains(end));
        self.within(free.map(|(section, at_one)| (section, f64::from(u8::from(at_one)))))
    }

    /// The places outside the soma at which three or more branches meet, on the section nearer to the soma, in the
    /// cell's order of sections and in ascending x.
    pub fn branch_points(&self) -> Vec<Place> {
        let sections = &self.cell.sections;
        let mut children = std::collections::BTreeMap::<(usize, u64), usize>::new();
        for section in sections.iter() {
            let Some(mut at) = section.parent else { continue };
            // The attached end of a section is a place of its parent.
            while let Some(next) = sections.get(at.parent).and_then(|parent| parent.parent)
                && at.parent_x == if next.child_end == loligo_morphology::End::One { 1.0 } else { 0.0 }
            {
                at = next;
            }
            // Positions are not negative: their bits have the order of the numbers.
            *children.entry((at.parent, at.parent_x.abs().to_bits())).or_default() += 1;
        }
        let meet = children.into_iter().filter_map(|((section, bits), count)| {
            let x = f64::from_bits(bits);
            let own = if x == 0.0 || x == 1.0 { 1 } else { 2 };
            let is_outside = sections.get(section)?.kind != SectionKind::Soma;
            (is_outside && own + count >= 3 && self.sections.binary_search(&section).is_ok()).then_some((section, x))
        });
        self.within(meet)
    }

    /// The places among some that are between the bounds.
    fn within(&self, places: impl Iterator<Item = (usize, f64)>) -> Vec<Place> {
        let places = places.map(|(section, x)| self.place(section, x));
        places.filter(|place| self.distances.contains(&place.distance)).collect()
    }
}
