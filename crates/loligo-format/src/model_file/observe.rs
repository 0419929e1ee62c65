//! `[[record]]` and `[[waveform]]`.

use std::collections::HashSet;
use std::rc::Rc;

use loligo::{Cell, Place, Selection, VariableRef, Waveform, names, segment_middles};

use crate::model_file::chosen_cells::ChosenCells;
use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::limits;
use crate::model_file::place::{Places, Spots};
use crate::model_file::placement::{self, Placed, Placement};
use crate::model_file::table::{At, Errors, Span, Table};

const KEYS: [&str; 6] = ["place", "cell", "region", "variable", "every", "name"];

/// The keys that exclude `place`, besides those of a placement.
const KEYS_OF_REGION: [&str; 3] = ["cell", "region", placement::TABLE];

/// The settings of a `[[record]]` for all its recordings.
pub(crate) struct Entry<'t> {
    span: Span,
    name: Option<At<&'t str>>,
    every: usize,
}

/// The segments of a region of a cell: the index of each section, and its number of segments. Cells of one description
/// share them.
struct Segments(Vec<(usize, usize)>);

impl Segments {
    fn of(cell: &Cell, sections: &[usize]) -> Self {
        Self(sections.iter().map(|&section| (section, cell.sections[section].segments())).collect())
    }

    fn count(&self) -> u64 {
        self.0.iter().fold(0, |sum: u64, &(_, count)| sum.saturating_add(count as u64))
    }
}

impl Decoder {
    /// Reads a `[[record]]`.
    pub(crate) fn record(&mut self, table: &Table<'_>) {
        const PLACE: &str = "what is recorded, such as \"cell.soma(0.5).v\"";
        let known: Vec<&str> = KEYS.into_iter().chain(placement::KEYS).chain([placement::TABLE]).collect();
        table.only(&known, &mut self.errors);
        let by_region = KEYS_OF_REGION.into_iter().chain(placement::KEYS).find(|key| table.has(key));
        match by_region {
            Some(key) if table.has("place") => {
                let text = format!("\"place\" and \"{key}\" both say what is recorded; leave one of them out");
                return self.errors.push(table.span(), Problem::Conflict(text));
            }
            Some(_) => {}
            None => {
                table.need("place", PLACE, &mut self.errors);
            }
        }
        let variable = table.texts("variable", "name of the variable, such as \"v\"", &mut self.errors);
        let name = table.text("name", "name in the output", &mut self.errors);
        if let Some(name) = &name {
            self.errors.check_name(&name.span, "name", name.value, names::RESERVED_IN_COLUMNS);
        }
        let every = table.whole("every", "a sample every so many steps", 1..=1_000_000_000, &mut self.errors);
        let every = every.map_or(1, |every| every.value as usize);
        let entry = Entry { span: table.span(), name, every };
        match by_region {
            Some(_) => self.record_region(table, entry, variable.as_deref()),
            None => {
                if let Some(texts) = table.texts("place", PLACE, &mut self.errors) {
                    self.record_places(&texts, entry, variable.as_deref());
                }
            }
        }
    }

    fn record_places(&mut self, texts: &[At<&str>], entry: Entry<'_>, variable: Option<&[At<&str>]>) {
        let mut wanted: Vec<(Places, Vec<String>, Span)> = Vec::new();
        let mut count = 0u64;
        for text in texts {
            let Some(places) = self.places(text) else { continue };
            let variables = self.variables(&places, variable, &text.span);
            count = count.saturating_add((places.len() as u64).saturating_mul(variables.len() as u64));
            if !self.allow_recordings(&entry, count) {
                return;
            }
            wanted.push((places, variables, text.span.clone()));
        }
        let wanted = wanted.iter().flat_map(|(places, variables, span)| {
            variables
                .iter()
                .flat_map(move |variable| (0..places.made()).map(move |k| (places.variable(k, variable), span.clone())))
        });
        self.add_recordings(&entry, count, wanted);
    }

    /// Records in every segment of a region: cell by cell, variable by variable, segment by segment.
    fn record_region(&mut self, table: &Table<'_>, entry: Entry<'_>, variable: Option<&[At<&str>]>) {
        let variables = variable.map_or_else(|| vec!["v".to_owned()], distinct);
        let chosen = self.chosen_cells(table, "recordings of a region");
        let Some(placement) = self.placement(table, Placed::Recordings) else { return };
        if !placement.is_whole_region() {
            return self.record_places_of_region(table, entry, &placement, &chosen, &variables);
        }
        let sections = self.sections_of_region(table, &chosen);
        let mut wanted: Vec<(usize, Rc<Segments>)> = Vec::new();
        let mut count = 0u64;
        for (ChosenCells { cells, .. }, sections) in chosen.iter().zip(&sections) {
            let first = wanted.len();
            for &index in cells {
                let cell = &self.network.cells[index];
                let segments = match wanted[first..].last() {
                    Some((other, segments)) if cell.sections.is_shared_with(&self.network.cells[*other].sections) => {
                        Rc::clone(segments)
                    }
                    _ => Rc::new(Segments::of(cell, sections)),
                };
                count = count.saturating_add(segments.count().saturating_mul(variables.len() as u64));
                wanted.push((index, segments));
            }
            if !self.allow_recordings(&entry, count) {
                return;
            }
        }
        let span = &entry.span;
        let variables = &variables;
        let wanted = wanted.iter().flat_map(|(cell, segments)| {
            variables.iter().flat_map(move |variable| {
                segments.0.iter().flat_map(move |&(section, count)| {
                    let at = move |x| (VariableRef::section(*cell, section, x, variable), span.clone());
                    segment_middles(count).map(at)
                })
            })
        });
        self.add_recordings(&entry, count, wanted);
    }

    /// Records at chosen places of a region: cell by cell, variable by variable, place by place.
    fn record_places_of_region(
        &mut self,
        table: &Table<'_>,
        entry: Entry<'_>,
        placement: &Placement,
        chosen: &[ChosenCells],
        variables: &[String],
    ) {
        let segments = |selection: &Selection<'_>| selection.segments().into_iter().map(Place::from).collect();
        let Some(wanted) = self.places_on(table, placement, chosen, segments) else { return };
        let count = wanted.iter().map(|(_, places)| places.len() as u64).sum::<u64>() * variables.len() as u64;
        if !self.allow_recordings(&entry, count) {
            return;
        }
        let span = &entry.span;
        let wanted = wanted.iter().flat_map(|(cell, places)| {
            variables.iter().flat_map(move |variable| {
                let at = move |&(section, x)| (VariableRef::section(*cell, section, x, variable), span.clone());
                places.iter().map(at)
            })
        });
        self.add_recordings(&entry, count, wanted);
    }

    fn allow_recordings(&mut self, entry: &Entry<'_>, count: u64) -> bool {
        self.allow(&entry.span, "recordings", self.network.recordings.len() as u64, count, limits::RECORDINGS)
    }

    /// Adds the recordings of an entry, `count` in total; a rehearsal makes only some of them.
    fn add_recordings(
        &mut self,
        entry: &Entry<'_>,
        count: u64,
        wanted: impl Iterator<Item = (VariableRef, Span)> + Clone,
    ) {
        self.counts.recordings += count as f64;
        if !self.allow_memory(&entry.span) {
            return;
        }
        if let (Some(name), true) = (&entry.name, count > 1) {
            let text = format!("\"name\" names one recording, but this entry makes {count}; leave it out");
            self.errors.push(name.span.clone(), Problem::Conflict(text));
        }
        let made = wanted.clone().count();
        self.network.recordings.reserve(made);
        self.source_map.spans.recordings.reserve(made);
        self.recording_names.reserve(made);
        let mut duplicates = HashSet::new();
        for (variable, span) in wanted {
            let name =
                entry.name.as_ref().map_or_else(|| self.network.name_of(&variable), |name| name.value.to_owned());
            // One error for each place in the text is sufficient.
            if !self.recording_names.insert(name.clone()) && duplicates.insert(span.start) {
                self.errors.push(span.clone(), Problem::Duplicate { what: "recordings", name: name.clone() });
            }
            self.network.record_as(name, variable, entry.every);
            self.source_map.spans.recordings.push(span);
        }
    }

    /// The variables to record: in the place's text, or in the key "variable", or the voltage of a section.
    fn variables(&mut self, places: &Places, given: Option<&[At<&str>]>, span: &Span) -> Vec<String> {
        match (&places.variable, given, &places.spots) {
            (Some(variable), Some([first, ..]), _) => {
                let text = format!("the place names the variable \"{variable}\" already; leave \"variable\" out");
                self.errors.push(first.span.clone(), Problem::Conflict(text));
                Vec::new()
            }
            (Some(variable), _, _) => vec![variable.clone()],
            (None, Some(list), _) => distinct(list),
            (None, None, Spots::Sections(_)) => vec!["v".to_owned()],
            (None, None, _) => {
                let text = "say which variable: write \".i\" after the place, or variable = \"i\"".to_owned();
                self.errors.push(span.clone(), Problem::Conflict(text));
                Vec::new()
            }
        }
    }

    /// `true` if a waveform with that many values can be played at that many further places.
    pub(crate) fn allow_waveforms(&mut self, span: &Span, values: usize, places: usize) -> bool {
        let more = (values.max(1) as u64).saturating_mul(places as u64);
        if !self.allow(span, "values of waveforms", self.waveform_values, more, limits::CONNECTIONS) {
            return false;
        }
        self.waveform_values += more;
        self.counts.waveforms += places as f64;
        self.allow_memory(span)
    }

    /// Reads a `[[waveform]]`.
    pub(crate) fn waveform(&mut self, table: &Table<'_>) {
        const PLACE: &str = "what it is played onto, such as \"cell.electrode.amp\"";
        table.only(&["place", "times", "values", "interpolation"], &mut self.errors);
        table.need("place", PLACE, &mut self.errors);
        let waveform = read_waveform(table, &mut self.errors);
        let Some(texts) = table.texts("place", PLACE, &mut self.errors) else { return };
        self.counts.waveform_points += waveform.as_ref().map_or(0, |waveform| waveform.times().len()) as f64;
        for text in &texts {
            let Some(places) = self.places(text) else { continue };
            let span = text.span.clone();
            let Some(variable) = places.variable.clone() else {
                let text = "say which parameter: write \".amp\" after the place".to_owned();
                self.errors.push(span, Problem::Conflict(text));
                continue;
            };
            let Some(waveform) = &waveform else { continue };
            if !self.allow_waveforms(&span, waveform.times().len(), places.len()) {
                return;
            }
            self.network.waveforms.reserve(places.made());
            self.source_map.spans.waveforms.reserve(places.made());
            for k in 0..places.made() {
                self.network.play(places.variable(k, &variable), waveform.clone());
                self.source_map.spans.waveforms.push(span.clone());
            }
        }
    }
}

/// The names without duplicates, in their order.
fn distinct(names: &[At<&str>]) -> Vec<String> {
    let mut seen = HashSet::new();
    names.iter().filter(|name| seen.insert(name.value)).map(|name| name.value.to_owned()).collect()
}

/// Reads `times`, `values` and `interpolation`.
pub(crate) fn read_waveform(table: &Table<'_>, errors: &mut Errors) -> Option<Waveform> {
    table.need("times", "times, ms", errors);
    table.need("values", "a value for each time, in the parameter's unit", errors);
    let times = table.numbers("times", "times, ms", "ms", errors);
    let values = table.numbers("values", "a value for each time, in the parameter's unit", "", errors);
    let interpolation = table.text("interpolation", "\"linear\" or \"steps\"", errors);
    let (times, values) = (times?, values?);
    if times.value.len() != values.value.len() || times.value.is_empty() {
        let text =
            format!("{} times but {} values; give one value for each time", times.value.len(), values.value.len());
        errors.push(values.span, Problem::Conflict(text));
        return None;
    }
    if let Some(k) = (1..times.value.len()).find(|&k| times.value[k] < times.value[k - 1]) {
        errors.range(times.span, "times", loligo_io::plain(times.value[k]), "give times in ascending order");
        return None;
    }
    match interpolation.map(|text| (text.value, text.span)) {
        Some(("steps", _)) => Some(Waveform::steps(times.value, values.value)),
        None | Some(("linear", _)) => Some(Waveform::continuous(times.value, values.value)),
        Some((other, span)) => {
            errors.range(span, "interpolation", format!("\"{other}\""), "give \"linear\" or \"steps\"");
            None
        }
    }
}
