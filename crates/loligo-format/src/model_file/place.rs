//! Reads references to places: `ring[3].soma(0.5).v`, `ring.synapse`, `stimulus[0:8]`.

use std::ops::Range;

use loligo::{GapSide, Location, SourceRef, TargetRef, VariableRef};

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::groups::{Group, Members};
use crate::model_file::table::At;

/// The same position on each of some cells, or the same side of some gap junctions.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// Indices in the network, of cells or of gap junctions.
    pub(crate) cells: Chosen,
    pub(crate) spot: Spot,
    /// For a point process its index on each of the cells, if it is not the same on all.
    points: Vec<usize>,
    /// The variable in the text.
    pub(crate) variable: Option<String>,
}

/// Some members of a group: every `step`-th from the first on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    first: usize,
    step: usize,
    count: usize,
    /// Number of them that exist: all, or in a rehearsal the first, which then stands for all.
    made: usize,
}

impl Chosen {
    fn new(range: Range<usize>, step: usize) -> Self {
        let count = range.len().div_ceil(step.max(1));
        Self { first: range.start, step, count, made: count }
    }

    /// Makes a selection of `count` members of which only one exists.
    pub(crate) fn rehearsed(first: usize, count: usize) -> Self {
        Self { first, step: 0, count, made: count.min(1) }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Number of them for which entries are made.
    pub(crate) fn made(&self) -> usize {
        self.made
    }

    /// The index of the `k`-th.
    pub(crate) fn at(&self, k: usize) -> usize {
        self.first + k * self.step
    }

    /// `true` if some member is in both.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let (few, many) = if self.count <= other.count { (self, other) } else { (other, self) };
        (0..few.count).any(|k| many.contains(few.at(k)))
    }

    /// `true` if a member has this index.
    fn contains(&self, index: usize) -> bool {
        let step = self.step.max(1);
        index.checked_sub(self.first).is_some_and(|distance| distance % step == 0 && distance / step < self.count)
    }

    /// The index of the first.
    pub(crate) fn first(&self) -> Option<usize> {
        (self.count > 0).then_some(self.first)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + use<> {
        let chosen = *self;
        (0..self.made).map(move |k| chosen.at(k))
    }
}

/// A position on a cell; a point process by its index on the first of the cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Spot {
    Section { section: usize, x: f64 },
    Point(usize),
    Artificial,
    HalfGap(GapSide),
}

impl Places {
    /// The number of places.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The number of places that are made: all, or in a rehearsal those on the first cell.
    pub(crate) fn made(&self) -> usize {
        self.cells.made()
    }

    /// The number of places on each cell.
    pub(crate) fn per_cell(&self) -> usize {
        1
    }

    /// The first place on each cell.
    pub(crate) fn one_on_each_cell(&self) -> Self {
        self.clone()
    }

    /// The cell of the `k`-th place, and the number of the place on it.
    pub(crate) fn at(&self, k: usize) -> (usize, usize) {
        (self.cells.at(k), 0)
    }

    /// `true` if the places are artificial cells.
    pub(crate) fn is_artificial(&self) -> bool {
        self.spot == Spot::Artificial
    }

    /// The index of a point process on the `k`-th cell, by its index on the first.
    fn point(&self, of_first: usize, k: usize) -> usize {
        self.points.get(k).copied().unwrap_or(of_first)
    }

    /// The place on a section of the `k`-th cell.
    pub(crate) fn place(&self, k: usize) -> Option<Location> {
        match self.spot {
            Spot::Section { section, x } => Some(Location::new(self.cells.at(k), section, x)),
            Spot::Point(_) | Spot::Artificial | Spot::HalfGap(_) => None,
        }
    }

    /// A variable of the `k`-th cell.
    pub(crate) fn variable(&self, k: usize, name: &str) -> VariableRef {
        let cell = self.cells.at(k);
        match self.spot {
            Spot::Section { section, x } => VariableRef::section(cell, section, x, name),
            Spot::Point(point) => VariableRef::point(cell, self.point(point, k), name),
            Spot::Artificial => VariableRef::artificial(cell, name),
            Spot::HalfGap(side) => VariableRef::gap_junction(cell, side, name),
        }
    }

    /// The source of spikes at the `k`-th cell: a variable (by default the voltage) or an artificial cell.
    pub(crate) fn source(&self, k: usize) -> SourceRef {
        match (self.spot, &self.variable) {
            (Spot::Artificial, None) => SourceRef::Artificial(self.cells.at(k)),
            (Spot::Point(point), None) => SourceRef::Point { cell: self.cells.at(k), point: self.point(point, k) },
            (_, variable) => SourceRef::Variable(self.variable(k, variable.as_deref().unwrap_or("v"))),
        }
    }

    /// The target of events at the `k`-th cell.
    pub(crate) fn target(&self, k: usize) -> Option<TargetRef> {
        match self.spot {
            Spot::Section { .. } | Spot::HalfGap(_) => None,
            Spot::Point(point) => Some(TargetRef::Point { cell: self.cells.at(k), point: self.point(point, k) }),
            Spot::Artificial => Some(TargetRef::Artificial(self.cells.at(k))),
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
            return Some(Places { cells, spot: Spot::Artificial, points: Vec::new(), variable });
        }
        if matches!(self.source_map.groups[group].members, Members::GapJunctions(_)) {
            let (spot, variable) = self.side_of_gap(rest, text)?;
            return Some(Places { cells, spot, points: Vec::new(), variable });
        }
        if rest.is_empty() {
            let name = &self.source_map.groups[group].name;
            let reason = format!("say where on \"{name}\": \"{whole}.soma(0.5)\", or the name of a point process");
            return self.no_place(text, reason);
        }
        let (spot, variable) = self.spot(group, &cells, rest, text)?;
        let points = match spot {
            Spot::Point(point) => self.points(&cells, point, text)?,
            _ => Vec::new(),
        };
        Some(Places { cells, spot, points, variable: variable.map(str::to_owned) })
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

    /// The index, on each cell, of the point process with index `point` on the first; empty if it is the same on all.
    /// It differs if some cells have stimuli of their own.
    fn points(&mut self, cells: &Chosen, point: usize, text: &At<&str>) -> Option<Vec<usize>> {
        let all = &self.network.cells;
        let first = &all[cells.first()?].points;
        let name = &first[point].name;
        let is_same = |cell: usize| {
            let points = &all[cell].points;
            points.is_shared_with(first) || points.get(point).is_some_and(|point| point.name == *name)
        };
        if cells.iter().all(is_same) {
            return Some(Vec::new());
        }
        let index = |cell| if is_same(cell) { Ok(point) } else { all[cell].point(name).ok_or(cell) };
        match cells.iter().map(index).collect::<Result<Vec<usize>, usize>>() {
            Ok(points) => Some(points),
            Err(cell) => {
                let reason =
                    format!("\"{}\" has no point process \"{name}\"; name the cells that have it", all[cell].name);
                self.no_place(text, reason)
            }
        }
    }

    fn side_of_gap(&mut self, rest: &str, text: &At<&str>) -> Option<(Spot, Option<String>)> {
        let (side, variable) = match rest.split_once('.') {
            Some((side, variable)) => (side, Some(variable.to_owned())),
            None => (rest, None),
        };
        match side {
            "a" => Some((Spot::HalfGap(GapSide::A), variable)),
            "b" => Some((Spot::HalfGap(GapSide::B), variable)),
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
        match chosen(inner, count) {
            _ if is_unknown => None,
            Some((indices, step)) => Some(self.choose(group, indices, step)),
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

    fn spot<'t>(
        &mut self,
        group: usize,
        cells: &Chosen,
        rest: &'t str,
        text: &At<&str>,
    ) -> Option<(Spot, Option<&'t str>)> {
        let Group { lost, opaque, hides_points, .. } = &self.source_map.groups[group];
        let excused = |name: &str| *opaque || cells.is_empty() || lost.contains(name);
        let cell = cells.first().and_then(|first| self.network.cells.get(first));
        if let Some((section_name, after)) = rest.split_once('(') {
            let Some((x, tail)) = after.split_once(')') else {
                return self.no_place(text, "the bracket ( is not closed; write section(0.5)".to_owned());
            };
            let Some(x) = x.trim().parse::<f64>().ok().filter(|x| (0.0..=1.0).contains(x)) else {
                return self.no_place(text, {
                    let hint = loligo_io::number_hint(x.trim());
                    format!("({x}) is no place on a section; write a number from 0 to 1{hint}")
                });
            };
            let variable = match tail.strip_prefix('.') {
                Some(variable) if !variable.is_empty() => Some(variable),
                None if tail.is_empty() => None,
                _ => return self.no_place(text, format!("\"{tail}\" after the place; write .v or another variable")),
            };
            let found = cell.and_then(|cell| cell.section(section_name.trim()));
            return match found {
                Some(section) => Some((Spot::Section { section, x }, variable)),
                None if excused(section_name) => None,
                None => self.unknown_part("section", section_name, group, cells, text),
            };
        }
        let (part, variable) = match rest.split_once('.') {
            Some((part, variable)) => (part, Some(variable)),
            None => (rest, None),
        };
        if let Some(point) = cell.and_then(|cell| cell.point(part)) {
            return Some((Spot::Point(point), variable));
        }
        if let Some(section) = cell.and_then(|cell| cell.section(part)) {
            return Some((Spot::Section { section, x: 0.5 }, variable));
        }
        if excused(part) || *hides_points {
            None
        } else {
            self.unknown_part("point process or section", part, group, cells, text)
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

/// The indices below `count` that `3`, `2:8`, `:8`, `2:` or `0:128:8` selects, and their step.
fn chosen(text: &str, count: usize) -> Option<(Range<usize>, usize)> {
    let parts: Vec<&str> = text.split(':').map(str::trim).collect();
    let number = |text: &str, default: usize| if text.is_empty() { Some(default) } else { text.parse().ok() };
    match parts.as_slice() {
        [index] => {
            let index: usize = index.parse().ok().filter(|&index| index < count)?;
            Some((index..index + 1, 1))
        }
        [start, stop, step @ ..] if step.len() <= 1 => {
            let (start, stop) = (number(start, 0)?, number(stop, count)?);
            let step = step.first().map_or(Some(1), |step| number(step, 1))?;
            (start < stop && stop <= count && step > 0).then_some((start..stop, step))
        }
        _ => None,
    }
}
