//! The state of the reader of a model file.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use loligo::{ImplausibleValue, ModelCounts, ModelError, Network, names};
use loligo_io::Suggestions;
use loligo_mechanisms::Catalogue;

use crate::model_file::configured::{Configured, Subjects};
use crate::model_file::error::Problem;
use crate::model_file::groups::Group;
use crate::model_file::limits;
use crate::model_file::model::ModelWarning;
use crate::model_file::source_map::SourceMap;
use crate::model_file::table::{Errors, Span};

/// The state of the reader of a model file.
pub(crate) struct Decoder {
    pub(crate) errors: Errors,
    pub(crate) suggestions: Suggestions,
    pub(crate) warnings: Vec<ModelWarning>,
    /// Values far from the usual that the network does not show.
    pub(crate) unusual: Vec<(Span, ImplausibleValue)>,
    pub(crate) catalogue: Arc<Catalogue>,
    /// `true` if files of `mechanisms` have errors: mechanisms without a file may be theirs.
    pub(crate) lacks_mechanisms: bool,
    /// The folder of the model.
    folder: PathBuf,
    /// The first bytes and paths of the files that it includes.
    pub(crate) included: Vec<(usize, PathBuf)>,
    pub(crate) configured: Configured,
    pub(crate) subjects: Subjects,
    /// Morphologies and tables of parameters that were read.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) seed: u32,
    /// Number of values that vary from cell to cell, so far.
    pub(crate) slots: u32,
    /// Number of connection entries so far.
    pub(crate) connection_entries: u32,
    /// Number of entries with positions so far.
    pub(crate) position_entries: u32,
    /// Number of entries with drawn places so far, of each kind of [`Placed`](super::placement::Placed).
    pub(crate) placement_entries: [u32; 3],
    /// Number of point processes of all entries so far.
    pub(crate) points: u64,
    /// Number of stimulus entries so far, and of the points of their signals at all places.
    pub(crate) stimulus_entries: u32,
    pub(crate) stimulus_points: u64,
    /// Number of values of waveforms so far, at all places.
    pub(crate) waveform_values: u64,
    /// Numbers of the model's parts so far, for a first estimate of its memory; the memory that is allowed, bytes.
    pub(crate) counts: ModelCounts,
    pub(crate) memory: f64,
    /// `true` if the model is only counted and checked, not run: signals are not drawn for each place.
    pub(crate) only_counts: bool,
    /// `true` in a rehearsal: every entry makes only one cell, to find its errors.
    pub(crate) rehearses: bool,
    /// Global ids in use, after the first one was given.
    pub(crate) gids: HashSet<u64>,
    /// Number of random streams used so far.
    pub(crate) streams: u32,
    pub(crate) source_map: SourceMap,
    pub(crate) group_names: HashMap<String, usize>,
    pub(crate) recording_names: HashSet<String>,
    pub(crate) network: Network,
    /// Numbers of cells, sections and segments of all entries so far, including artificial cells.
    pub(crate) cells: u64,
    pub(crate) sections: u64,
    pub(crate) segments: u64,
    exceeds_memory: bool,
    /// `true` if the network is incomplete, because a limit was exceeded or a table of parameters has errors.
    pub(crate) cut_short: bool,
}

impl Decoder {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            errors: Errors::default(),
            suggestions: Suggestions::default(),
            warnings: Vec::new(),
            unusual: Vec::new(),
            catalogue: Arc::default(),
            lacks_mechanisms: false,
            folder: folder.to_owned(),
            included: Vec::new(),
            configured: Configured::default(),
            subjects: Subjects::default(),
            files: Vec::new(),
            seed: 0,
            slots: 0,
            connection_entries: 0,
            position_entries: 0,
            placement_entries: [0; 3],
            points: 0,
            stimulus_entries: 0,
            stimulus_points: 0,
            waveform_values: 0,
            counts: ModelCounts::default(),
            memory: f64::INFINITY,
            only_counts: false,
            rehearses: false,
            gids: HashSet::new(),
            streams: 0,
            source_map: SourceMap::default(),
            group_names: HashMap::new(),
            recording_names: HashSet::new(),
            network: Network::new(),
            cells: 0,
            sections: 0,
            segments: 0,
            exceeds_memory: false,
            cut_short: false,
        }
    }

    /// The folder that a path is relative to: that of the file with this span.
    pub(crate) fn folder_of(&self, span: &Span) -> &Path {
        let after = self.included.partition_point(|(start, _)| *start <= span.start);
        let file = after.checked_sub(1).map(|index| &self.included[index].1);
        file.map_or(&self.folder, |file| file.parent().unwrap_or(Path::new("")))
    }

    /// Checks the network, for errors that cannot be found while reading the file.
    pub(crate) fn check_network(&mut self) {
        // All recordings have been read, so their names are no longer needed.
        self.recording_names = HashSet::new();
        let mut errors = self.source_map.errors_of(&self.network);
        if self.lacks_mechanisms {
            errors.retain(|error| !matches!(error.problem, Problem::Model(ModelError::UnknownMechanism { .. })));
        }
        self.errors.0.extend(errors);
    }

    pub(crate) fn warn(&mut self, span: Span, text: String) {
        self.warnings.push(ModelWarning { text, span });
    }

    /// Adds a group whose members have no sections or point processes of their own.
    pub(crate) fn add_group_of_one_part(&mut self, group: Group, name_span: Span, entry: Span) {
        self.add_group(group, name_span, entry);
        self.source_map.spans.own.push(Vec::new());
        self.source_map.spans.parameters.push(None);
        self.source_map.spans.sections.push(Vec::new());
        self.source_map.spans.painted.push(Vec::new());
        self.source_map.spans.points.push(Vec::new());
    }

    /// Adds a group; reports a name that is invalid or in use.
    pub(crate) fn add_group(&mut self, group: Group, name_span: Span, entry: Span) {
        self.errors.check_name(&name_span, "name", &group.name, names::RESERVED_IN_GROUPS);
        if self.group_names.contains_key(&group.name) {
            self.errors.push(name_span, Problem::Duplicate { what: "cells", name: group.name.clone() });
        } else {
            self.group_names.insert(group.name.clone(), self.source_map.groups.len());
        }
        self.source_map.add_group(group, entry);
    }

    /// The next number for [`Vary::at`](super::vary::Vary::at).
    pub(crate) fn next_slot(&mut self) -> u32 {
        self.slots += 1;
        self.slots
    }

    /// Number of cells and artificial cells so far.
    pub(crate) fn cells(&self) -> u64 {
        self.cells
    }

    /// `true` if `more` can be added to `present`; otherwise an error is reported.
    pub(crate) fn allow(&mut self, span: &Span, what: &'static str, present: u64, more: u64, limit: u64) -> bool {
        let total = present.saturating_add(more);
        if total > limit {
            self.errors.push(span.clone(), Problem::TooMany { what, count: total.to_string(), limit });
            self.cut_short = true;
        }
        total <= limit
    }

    /// `true` if the parts counted so far fit into memory; otherwise an error is reported, once.
    pub(crate) fn allow_memory(&mut self, span: &Span) -> bool {
        let needed = self.counts.memory();
        if needed <= self.memory {
            return true;
        }
        if !self.exceeds_memory {
            let problem = Problem::TooLarge { needed, limit: self.memory, parts: self.counts.parts() };
            self.errors.push(span.clone(), problem);
        }
        self.exceeds_memory = true;
        self.cut_short = true;
        false
    }

    pub(crate) fn allow_cells(&mut self, span: &Span, more: u64) -> bool {
        self.allow(span, "cells", self.cells(), more, limits::CELLS)
    }

    /// The first few names, for an error message.
    fn names_of_groups(&self) -> String {
        const SHOWN: usize = 10;
        let names: Vec<&str> = self.source_map.groups.iter().take(SHOWN).map(|group| group.name.as_str()).collect();
        let more = if self.source_map.groups.len() > SHOWN { ", ..." } else { "" };
        if names.is_empty() { String::new() } else { format!("; there are {}{more}", names.join(", ")) }
    }

    /// The group of that name, or an error.
    pub(crate) fn find_group(&mut self, name: &str, span: &Span) -> Option<usize> {
        let found = self.group_names.get(name).copied();
        if found.is_none() && !self.cut_short {
            let suggestion =
                self.suggestions.closest(name, self.source_map.groups.iter().map(|group| group.name.as_str()));
            let place = if suggestion.is_some() { String::new() } else { self.names_of_groups() };
            let problem = Problem::Unknown { what: "cell", name: name.to_owned(), place, suggestion };
            self.errors.push(span.clone(), problem);
        }
        found
    }
}
