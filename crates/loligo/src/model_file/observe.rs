//! `[[record]]` and `[[waveform]]`.

use std::collections::HashSet;

use super::decoder::Decoder;
use super::error::Problem;
use super::limits;
use super::place::{Places, Spot};
use super::table::{At, Errors, Span, Table};
use crate::Waveform;
use crate::names;

impl Decoder {
    /// Reads a `[[record]]`.
    pub(crate) fn record(&mut self, table: &Table<'_>) {
        const PLACE: &str = "what is recorded, such as \"cell.soma(0.5).v\"";
        table.only(&["place", "variable", "every", "name"], &mut self.errors);
        table.need("place", PLACE, &mut self.errors);
        let variable = table.texts("variable", "name of the variable, such as \"v\"", &mut self.errors);
        let name = table.text("name", "name in the output", &mut self.errors);
        if let Some(name) = &name {
            self.errors.check_name(&name.span, "name", name.value, names::OF_COLUMN);
        }
        let every = table.whole("every", "a sample every so many steps", 1..=1_000_000_000, &mut self.errors);
        let every = every.map_or(1, |every| every.value as usize);
        let Some(texts) = table.texts("place", PLACE, &mut self.errors) else { return };
        let mut wanted: Vec<(Places, Vec<String>, Span)> = Vec::new();
        let mut count = 0u64;
        for text in &texts {
            let Some(places) = self.places(text) else { continue };
            let variables = self.variables(&places, variable.as_deref(), &text.span);
            count = count.saturating_add((places.cells.len() as u64).saturating_mul(variables.len() as u64));
            let present = self.network.recordings.len() as u64;
            if !self.allow(&table.span(), "recordings", present, count, limits::RECORDINGS) {
                return;
            }
            wanted.push((places, variables, text.span.clone()));
        }
        self.counts.recordings += count as f64;
        if !self.allow_memory(&table.span()) {
            return;
        }
        if let (Some(name), true) = (&name, count > 1) {
            let text = format!("\"name\" names one recording, but this entry makes {count}; leave it out");
            self.errors.push(name.span.clone(), Problem::Conflict(text));
        }
        let made: usize = wanted.iter().map(|(places, variables, _)| places.cells.made() * variables.len()).sum();
        self.network.recordings.reserve(made);
        self.spans.recordings.reserve(made);
        self.recording_names.reserve(made);
        let wanted = wanted.iter().flat_map(|(places, variables, span)| {
            variables.iter().flat_map(move |variable| {
                (0..places.cells.made()).map(move |k| (places.variable(k, variable), span.clone()))
            })
        });
        for (variable, span) in wanted {
            let name = name.as_ref().map_or_else(|| self.network.name_of(&variable), |name| name.value.to_owned());
            if !self.recording_names.insert(name.clone()) {
                self.errors.push(span.clone(), Problem::Duplicate { what: "recordings", name: name.clone() });
            }
            self.network.record_as(name, variable, every);
            self.spans.recordings.push(span);
        }
    }

    /// The variables meant: in the place's text, or in the key "variable", or the voltage of a section.
    fn variables(&mut self, places: &Places, given: Option<&[At<&str>]>, span: &Span) -> Vec<String> {
        match (&places.variable, given, places.spot) {
            (Some(variable), Some([first, ..]), _) => {
                let text = format!("the place names the variable \"{variable}\" already; leave \"variable\" out");
                self.errors.push(first.span.clone(), Problem::Conflict(text));
                Vec::new()
            }
            (Some(variable), _, _) => vec![variable.clone()],
            (None, Some(list), _) => {
                let mut seen = HashSet::new();
                list.iter().filter(|name| seen.insert(name.value)).map(|name| name.value.to_owned()).collect()
            }
            (None, None, Spot::Section { .. }) => vec!["v".to_owned()],
            (None, None, _) => {
                let text = "say which variable: write \".i\" after the place, or variable = \"i\"".to_owned();
                self.errors.push(span.clone(), Problem::Conflict(text));
                Vec::new()
            }
        }
    }

    /// Whether a waveform of so many values can be played onto so many places more.
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
            if !self.allow_waveforms(&span, waveform.times().len(), places.cells.len()) {
                return;
            }
            self.network.waveforms.reserve(places.cells.made());
            self.spans.waveforms.reserve(places.cells.made());
            for k in 0..places.cells.made() {
                self.network.play(places.variable(k, &variable), waveform.clone());
                self.spans.waveforms.push(span.clone());
            }
        }
    }
}

/// Reads `times`, `values` and `interpolation`.
pub(crate) fn read_waveform(table: &Table<'_>, errors: &mut Errors) -> Option<Waveform> {
    table.need("times", "times, ms", errors);
    table.need("values", "a value for each time, in the parameter's unit", errors);
    let times = table.numbers("times", "times, ms", errors);
    let values = table.numbers("values", "a value for each time, in the parameter's unit", errors);
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
