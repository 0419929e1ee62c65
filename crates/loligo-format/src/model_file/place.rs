//! Reads references to places: `ring[3].soma(0.5).v`, `ring.synapse`, `stimulus[0:8]`, `cell.apical(200 um)`.

use std::ops::Range;

use loligo::{GapSide, Location, SourceRef, TargetRef, VariableRef};

use crate::model_file::chosen::{Chosen, indices};
use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::groups::{Group, Members};
use crate::model_file::landmark::Landmark;
use crate::model_file::table::At;

/// The same positions on each of some cells, or the same side of some gap junctions.
///
/// They are numbered cell by cell, on each cell spot by spot.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// Indices in the network, of cells or of gap junctions.
    pub(crate) cells: Chosen,
    pub(crate) spots: Spots,
    /// For point processes their indices on each of the cells, if they are not the same on all.
    points: Vec<Vec<usize>>,
    /// The variable in the text.
    pub(crate) variable: Option<String>,
}

/// Positions on a cell; point processes by their indices on the first of the cells.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Spots {
    Sections(Vec<(usize, f64)>),
    Points(Vec<usize>),
    Artificial,
    HalfGap(GapSide),
}

impl Spots {
    fn len(&self) -> usize {
        match self {
            Self::Sections(spots) => spots.len(),
            Self::Points(points) => points.len(),
            Self::Artificial | Self::HalfGap(_) => 1,
        }
    }
}

impl Places {
    pub(crate) fn len(&self) -> usize {
        self.cells.len() * self.spots.len()
    }

    /// Number of them for which entries are made: in a rehearsal those of one cell.
    pub(crate) fn made(&self) -> usize {
        self.cells.made() * self.spots.len()
    }

    pub(crate) fn is_artificial(&self) -> bool {
        self.spots == Spots::Artificial
    }

    pub(crate) fn is_on_sections(&self) -> bool {
        matches!(self.spots, Spots::Sections(_))
    }

    /// Number of places on each cell.
    pub(crate) fn per_cell(&self) -> usize {
        self.spots.len()
    }

    /// The index in the network of the cell of the `k`-th place, and the number of the place on it.
    pub(crate) fn at(&self, k: usize) -> (usize, usize) {
        let (cell, spot) = self.split(k);
        (self.cells.at(cell), spot)
    }

    /// The first place on each cell.
    pub(crate) fn one_on_each_cell(&self) -> Self {
        let mut first = self.clone();
        match &mut first.spots {
            Spots::Sections(spots) => spots.truncate(1),
            Spots::Points(points) => points.truncate(1),
            Spots::Artificial | Spots::HalfGap(_) => {}
        }
        first.points.iter_mut().for_each(|points| points.truncate(1));
        first
    }

    /// The position of the cell of the `k`-th place among the cells, and the number of the place on it.
    fn split(&self, k: usize) -> (usize, usize) {
        // Only places that do not exist have no spots.
        let per_cell = self.spots.len().max(1);
        (k / per_cell, k % per_cell)
    }

    /// The index of the point process of the `k`-th place; `of_first` has those of the first cell.
    fn point(&self, of_first: &[usize], k: usize) -> usize {
        let (cell, spot) = self.split(k);
        self.points.get(cell).map_or(of_first, Vec::as_slice)[spot]
    }

    /// The `k`-th place, on a section.
    pub(crate) fn place(&self, k: usize) -> Option<Location> {
        let (cell, spot) = self.at(k);
        match &self.spots {
            Spots::Sections(spots) => spots.get(spot).map(|&(section, x)| Location::new(cell, section, x)),
            Spots::Points(_) | Spots::Artificial | Spots::HalfGap(_) => None,
        }
    }

    /// A variable at the `k`-th place.
    pub(crate) fn variable(&self, k: usize, name: &str) -> VariableRef {
        let (cell, spot) = self.at(k);
        match &self.spots {
            Spots::Sections(spots) => VariableRef::section(cell, spots[spot].0, spots[spot].1, name),
            Spots::Points(points) => VariableRef::point(cell, self.point(points, k), name),
            Spots::Artificial => VariableRef::artificial(cell, name),
            Spots::HalfGap(side) => VariableRef::gap_junction(cell, *side, name),
        }
    }

    /// The source of spikes at the `k`-th place: a variable (by default the voltage) or an artificial cell.
    pub(crate) fn source(&self, k: usize) -> SourceRef {
        let (cell, _) = self.at(k);
        match (&self.spots, &self.variable) {
            (Spots::Artificial, None) => SourceRef::Artificial(cell),
            (Spots::Points(points), None) => SourceRef::Point { cell, point: self.point(points, k) },
            (_, variable) => SourceRef::Variable(self.variable(k, variable.as_deref().unwrap_or("v"))),
        }
    }

    /// The target of events at the `k`-th place.
    pub(crate) fn target(&self, k: usize) -> Option<TargetRef> {
        let (cell, _) = self.at(k);
        match &self.spots {
            Spots::Sections(_) | Spots::HalfGap(_) => None,
            Spots::Points(points) => Some(TargetRef::Point { cell, point: self.point(points, k) }),
            Spots::Artificial => Some(TargetRef::Artificial(cell)),
        }
    }
}

impl Decoder {
    /// Reads a place; `None` after an error, or if it names a part of a cell that has errors.
    pub(crate) fn places(&mut self, text: &At<&str>) -> Option<Places> {
        let whole = text.value;
        let cell_end = whole.find('.').unwrap_or(whole.len());
        let (cell_text, rest) = whole.split_at(cell_end);
        let (group, cells) = self.group_and_members(cell_text, text)?;
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        if matches!(self.source_map.groups[group].members, Members::Artificial(_)) {
            let variable = (!rest.is_empty()).then(|| rest.to_owned());
            return Some(Places { cells, spots: Spots::Artificial, points: Vec::new(), variable });
        }
        if matches!(self.source_map.groups[group].members, Members::GapJunctions(_)) {
            let (spots, variable) = self.side_of_gap(rest, text)?;
            return Some(Places { cells, spots, points: Vec::new(), variable });
        }
        if rest.is_empty() {
            let name = &self.source_map.groups[group].name;
            let reason = format!("say where on \"{name}\": \"{whole}.soma(0.5)\", or the name of a point process");
            return self.no_place(text, reason);
        }
        let (spots, variable) = self.spots(group, &cells, rest, text)?;
        let points = match &spots {
            Spots::Points(points) => self.points(&cells, points, text)?,
            _ => Vec::new(),
        };
        Some(Places { cells, spots, points, variable: variable.map(str::to_owned) })
    }

    /// Reads the name of a group in a text, with or without selected members, such as `ring` or `ring[0:8]`; returns
    /// the group and the members.
    pub(crate) fn group_and_members(&mut self, part: &str, text: &At<&str>) -> Option<(usize, Chosen)> {
        let (name, slice) = match part.split_once('[') {
            Some((name, slice)) => (name, Some(slice)),
            None => (part, None),
        };
        let group = self.find_group(name.trim(), &text.span)?;
        Some((group, self.members(group, slice, text)?))
    }

    /// The indices, on each cell, of the point processes with indices `points` on the first; empty if they are the same
    /// on all. They differ if some cells have stimuli of their own.
    fn points(&mut self, cells: &Chosen, points: &[usize], text: &At<&str>) -> Option<Vec<Vec<usize>>> {
        let all = &self.network.cells;
        let first = &all[cells.first()?].points;
        let is_same = |cell: usize| {
            let own = &all[cell].points;
            let same = |&point: &usize| own.get(point).is_some_and(|found| found.name == first[point].name);
            own.is_shared_with(first) || points.iter().all(same)
        };
        if cells.iter().all(is_same) {
            return Some(Vec::new());
        }
        let indices = |cell: usize| {
            let index = |&point: &usize| all[cell].point(&first[point].name).ok_or((cell, point));
            if is_same(cell) { Ok(points.to_vec()) } else { points.iter().map(index).collect() }
        };
        match cells.iter().map(indices).collect::<Result<Vec<Vec<usize>>, (usize, usize)>>() {
            Ok(points) => Some(points),
            Err((cell, point)) => {
                let (cell, name) = (&all[cell].name, &first[point].name);
                let reason = format!("\"{cell}\" has no point process \"{name}\"; name the cells that have it");
                self.no_place(text, reason)
            }
        }
    }

    fn side_of_gap(&mut self, rest: &str, text: &At<&str>) -> Option<(Spots, Option<String>)> {
        let (side, variable) = match rest.split_once('.') {
            Some((side, variable)) => (side, Some(variable.to_owned())),
            None => (rest, None),
        };
        match side {
            "a" => Some((Spots::HalfGap(GapSide::A), variable)),
            "b" => Some((Spots::HalfGap(GapSide::B), variable)),
            _ => self.no_place(text, "a gap junction has the sides a and b; write gap.a.i or gap.b.i".to_owned()),
        }
    }

    fn no_place<T>(&mut self, text: &At<&str>, reason: String) -> Option<T> {
        self.errors.push(text.span.clone(), Problem::Location { text: text.value.to_owned(), reason });
        None
    }

    /// The members of a group that `[3]`, `[2:8]` or `[0:128:8]` (without its opening bracket) selects, or all.
    fn members(&mut self, group: usize, slice: Option<&str>, text: &At<&str>) -> Option<Chosen> {
        let count = self.source_map.groups[group].count;
        let Some(slice) = slice else { return Some(self.choose(group, 0..count, 1)) };
        let name = self.source_map.groups[group].name.clone();
        let noun = self.source_map.groups[group].members.noun();
        if !self.source_map.groups[group].indexed {
            return self.no_place(text, format!("\"{name}\" is one {noun}, it has no number; write \"{name}\""));
        }
        let Some(inner) = slice.trim_end().strip_suffix(']') else {
            return self
                .no_place(text, "the bracket [ is not closed before the dot; write name[3] or name[0:8]".to_owned());
        };
        let is_unknown = self.rehearses && matches!(self.source_map.groups[group].members, Members::GapJunctions(_));
        match indices(inner, count) {
            _ if is_unknown => None,
            Some((range, step)) => Some(self.choose(group, range, step)),
            None if count == 0 || self.cut_short => None,
            None => self.no_place(
                text,
                format!(
                    "\"{name}\" has {count} {noun}s, numbered from 0; write a number below {count}, or start:stop:step"
                ),
            ),
        }
    }

    fn choose(&mut self, group: usize, indices: Range<usize>, step: usize) -> Chosen {
        if self.rehearses {
            return self.rehearsed(group, indices, step);
        }
        let first = self.source_map.groups[group].members.range().start;
        Chosen::new(first + indices.start..first + indices.end, step)
    }

    fn spots<'t>(
        &mut self,
        group: usize,
        cells: &Chosen,
        rest: &'t str,
        text: &At<&str>,
    ) -> Option<(Spots, Option<&'t str>)> {
        let Group { lost, opaque, hides_points, .. } = &self.source_map.groups[group];
        let excused = |name: &str| *opaque || cells.is_empty() || lost.contains(name);
        let cell = cells.first().and_then(|first| self.network.cells.get(first));
        if let Some((section_name, after)) = rest.split_once('(') {
            let section_name = section_name.trim();
            let Some((x, tail)) = after.split_once(')') else {
                return self.no_place(text, "the bracket ( is not closed; write section(0.5)".to_owned());
            };
            let variable = match tail.strip_prefix('.') {
                Some(variable) if !variable.is_empty() => Some(variable),
                None if tail.is_empty() => None,
                _ => return self.no_place(text, format!("\"{tail}\" after the place; write .v or another variable")),
            };
            if let Some(landmark) = Landmark::read(x) {
                let name_excused = excused(section_name);
                let spots = match landmark {
                    Ok(landmark) => self.landmark(cells, section_name, name_excused, landmark, text)?,
                    Err(reason) => return self.no_place(text, reason),
                };
                return Some((Spots::Sections(spots), variable));
            }
            let Some(x) = x.trim().parse::<f64>().ok().filter(|x| (0.0..=1.0).contains(x)) else {
                return self.no_place(text, {
                    let hint = loligo_io::number_hint(x.trim());
                    format!("({x}) is no place on a section; write a number from 0 to 1{hint}")
                });
            };
            let found = cell.and_then(|cell| cell.section(section_name));
            return match found {
                Some(section) => Some((Spots::Sections(vec![(section, x)]), variable)),
                None if excused(section_name) => None,
                None => self.unknown_part("section", section_name, group, cells, text),
            };
        }
        let (part, variable) = match rest.split_once('.') {
            Some((part, variable)) => (part, Some(variable)),
            None => (rest, None),
        };
        let points = cell.map_or_else(Vec::new, |cell| cell.points_named(part));
        if !points.is_empty() {
            return Some((Spots::Points(points), variable));
        }
        if let Some(section) = cell.and_then(|cell| cell.section(part)) {
            return Some((Spots::Sections(vec![(section, 0.5)]), variable));
        }
        let slice = part.split_once('[').and_then(|(name, slice)| Some((name, slice.trim_end().strip_suffix(']')?)));
        if let Some((name, slice)) = slice
            && let Some(points) = cell.map(|cell| cell.points_named(name)).filter(|points| points.len() > 1)
        {
            let count = points.len();
            let Some((range, step)) = indices(slice, count) else {
                let reason = format!(
                    "there are {count} point processes \"{name}\", numbered from 0; write a number below {count}, or start:stop:step"
                );
                return self.no_place(text, reason);
            };
            return Some((Spots::Points(points[range].iter().copied().step_by(step).collect()), variable));
        }
        let without_number = part.split_once('[').map_or(part, |(name, _)| name);
        if excused(part) || excused(without_number) || *hides_points {
            None
        } else {
            self.unknown_part("point process or section", part, group, cells, text)
        }
    }

    /// The places in a region of the first cell that a landmark means.
    fn landmark(
        &mut self,
        cells: &Chosen,
        region: &str,
        excused: bool,
        landmark: Landmark,
        text: &At<&str>,
    ) -> Option<Vec<(usize, f64)>> {
        let cell = cells.first().and_then(|first| self.network.cells.get(first))?;
        let found = cell.region(region).map_err(|error| error.to_string());
        match found.and_then(|selection| landmark.places(&selection)) {
            Ok(places) => Some(places.into_iter().map(Into::into).collect()),
            Err(_) if excused => None,
            Err(reason) => self.no_place(text, reason),
        }
    }

    fn unknown_part<T>(
        &mut self,
        what: &'static str,
        name: &str,
        group: usize,
        cells: &Chosen,
        text: &At<&str>,
    ) -> Option<T> {
        let (mut sections, mut points) = (Vec::new(), Vec::new());
        if let Some(cell) = cells.first().and_then(|first| self.network.cells.get(first)) {
            sections.extend(cell.sections.iter().map(|section| section.name.as_str()));
            points.extend(cell.points.iter().map(|point| point.name.as_str()).filter(|_| what != "section"));
        }
        let suggestion = self.suggestions.closest(name, points.into_iter().chain(sections));
        let place = format!(" in cell \"{}\"", self.source_map.groups[group].name);
        let problem = Problem::Unknown { what, name: name.to_owned(), place, suggestion };
        self.errors.push(text.span.clone(), problem);
        None
    }
}
