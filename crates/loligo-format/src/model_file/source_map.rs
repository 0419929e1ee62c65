//! Maps parts of the network, and so its errors, to entries of the file.

use std::collections::{HashMap, HashSet};

use loligo::table_text::MOST_ERRORS;
use loligo::{GapJunction, ModelError, ModelPart, Network, Pointer, SourceRef, TargetRef, Transfer, VariableRef};

use crate::model_file::error::{ModelFileError, Problem};
use crate::model_file::groups::{Group, Members, Spans};
use crate::model_file::parameter_file::{OwnSource, ParameterFile};
use crate::model_file::stand_ins::StandIns;
use crate::model_file::table::Span;

/// The entries of a file that define the parts of its network.
#[derive(Debug, Default)]
pub(crate) struct SourceMap {
    pub(crate) groups: Vec<Group>,
    /// The groups of cells, or of artificial cells, in their order: index of the first cell, and of the group.
    groups_of_cells: Vec<(usize, usize)>,
    groups_of_artificial_cells: Vec<(usize, usize)>,
    pub(crate) spans: Spans,
    pub(crate) stand_ins: StandIns,
}

impl SourceMap {
    /// Adds a group and its entry.
    pub(crate) fn add_group(&mut self, group: Group, entry: Span) {
        let index = self.groups.len();
        match &group.members {
            Members::Cells(cells) if !cells.is_empty() => self.groups_of_cells.push((cells.start, index)),
            Members::Artificial(cells) if !cells.is_empty() => {
                self.groups_of_artificial_cells.push((cells.start, index));
            }
            _ => {}
        }
        self.groups.push(group);
        self.spans.groups.push(entry);
    }

    /// The group of a cell with membrane.
    fn group_of_cell(&self, cell: usize) -> Option<usize> {
        self.group_in(&self.groups_of_cells, cell).or_else(|| self.stand_ins.group_of_cell(cell))
    }

    /// The group of an artificial cell.
    fn group_of_artificial_cell(&self, cell: usize) -> Option<usize> {
        self.group_in(&self.groups_of_artificial_cells, cell).or_else(|| self.stand_ins.group_of_artificial_cell(cell))
    }

    fn group_in(&self, groups: &[(usize, usize)], cell: usize) -> Option<usize> {
        let after = groups.partition_point(|&(first, _)| first <= cell);
        let (_, group) = groups[after.checked_sub(1)?];
        self.groups[group].members.range().contains(&cell).then_some(group)
    }

    /// All errors of the network, with their places in the file. Parts added since the file was read have no place, and
    /// their errors are omitted.
    pub(crate) fn errors_of(&self, network: &Network) -> Vec<ModelFileError> {
        let mut reported: HashSet<(usize, String)> = HashSet::new();
        let mut of_tables: HashMap<usize, usize> = HashMap::new();
        let mut errors = Vec::new();
        network.visit_errors(&mut |origin, error| {
            // Names have been checked where they were read.
            if matches!(error, ModelError::Name { .. }) {
                return;
            }
            let Some((span, group)) = self.place_of(origin) else { return };
            let follows =
                group.is_some_and(|group| self.groups[group].broken) || self.depends_on_broken(network, origin);
            if follows {
                return;
            }
            if let Some((file, row, column)) = self.parameter_of(origin) {
                // Every value of a table has its own place; a name concerns all rows.
                let row = (!matches!(error, ModelError::UnknownPath { .. })).then_some(row);
                let is_new = row.is_some() || reported.insert((span.start, kind_of(&error)));
                if !is_new || file.read.lacks(row, column) {
                    return;
                }
                let told = of_tables.entry(span.start).or_default();
                *told += 1;
                let problem = match *told {
                    ..=MOST_ERRORS => file.problem(row, column, error),
                    told if told == MOST_ERRORS + 1 => file.more_errors(),
                    _ => return,
                };
                errors.push(ModelFileError { problem, span });
                return;
            }
            // Cells of one entry have the same errors.
            if reported.insert((span.start, kind_of(&error))) {
                errors.push(ModelFileError { problem: in_words_of_the_file(error), span });
            }
        });
        errors
    }

    /// The file, row and column of a cell's own value, if it is from a file.
    fn parameter_of(&self, origin: ModelPart) -> Option<(&ParameterFile, usize, usize)> {
        let ModelPart::OwnValue { cell, value } = origin else { return None };
        let group = self.group_of_cell(cell)?;
        match self.spans.own[group].get(value)? {
            OwnSource::File(column) => {
                let row = cell - self.groups[group].members.range().start;
                Some((self.spans.parameters[group].as_ref()?, row, *column))
            }
            OwnSource::Entry(_) => None,
        }
    }

    /// The entry of a part of the network, and its group.
    pub(crate) fn place_of(&self, origin: ModelPart) -> Option<(Span, Option<usize>)> {
        let of_group = |cell: usize, parts: &[Vec<Span>], part: usize| {
            let group = self.group_of_cell(cell)?;
            Some((parts[group].get(part).unwrap_or(&self.spans.groups[group]).clone(), Some(group)))
        };
        match origin {
            ModelPart::Cell(cell) => of_group(cell, &self.spans.sections, usize::MAX),
            ModelPart::Section { cell, section } => of_group(cell, &self.spans.sections, section),
            ModelPart::Painted { cell, painted } => of_group(cell, &self.spans.painted, painted),
            ModelPart::Point { cell, point } => of_group(cell, &self.spans.points, point),
            ModelPart::OwnValue { cell, value } => {
                let group = self.group_of_cell(cell)?;
                let span = match self.spans.own[group].get(value)? {
                    OwnSource::Entry(span) => span,
                    OwnSource::File(_) => &self.spans.parameters[group].as_ref()?.span,
                };
                Some((span.clone(), Some(group)))
            }
            ModelPart::ArtificialCell(cell) => {
                let group = self.group_of_artificial_cell(cell)?;
                Some((self.spans.groups[group].clone(), Some(group)))
            }
            ModelPart::Connection(index) => Some((self.spans.of_connection(index)?.clone(), None)),
            ModelPart::Globals => Some((self.spans.globals.clone()?, None)),
            ModelPart::FunctionTables => Some((self.spans.function_tables.clone()?, None)),
            ModelPart::GapJunction(index) => Some((self.spans.gap_junctions.get(index)?.clone(), None)),
            ModelPart::Transfer(index) => Some((self.spans.transfers.get(index)?.clone(), None)),
            ModelPart::Pointer(index) => Some((self.spans.pointers.get(index)?.clone(), None)),
            ModelPart::Intervention(index) => Some((self.spans.interventions.get(index)?.clone(), None)),
            ModelPart::Waveform(index) => Some((self.spans.waveforms.get(index)?.clone(), None)),
            ModelPart::Recording(index) => Some((self.spans.recordings.get(index)?.clone(), None)),
        }
    }

    /// `true` if a connection, gap junction, transfer, waveform or recording refers to a cell that itself has errors.
    fn depends_on_broken(&self, network: &Network, origin: ModelPart) -> bool {
        let of_cell = |cell: usize| self.group_of_cell(cell);
        let of_artificial = |cell: usize| self.group_of_artificial_cell(cell);
        let variable = |reference: &VariableRef| match *reference {
            VariableRef::Section { cell, .. } | VariableRef::Point { cell, .. } => of_cell(cell),
            VariableRef::Artificial { cell, .. } => of_artificial(cell),
            VariableRef::GapJunction { junction, side, .. } => {
                of_cell(network.gap_junctions[junction].place(side).cell)
            }
        };
        let mut referred = Vec::new();
        match origin {
            ModelPart::Connection(index) => {
                let connection = network.connections.get(index);
                referred.extend(connection.and_then(|connection| connection.source).map(|source| match source {
                    SourceRef::Variable(reference) => variable(reference),
                    SourceRef::Artificial(cell) => of_artificial(*cell),
                    SourceRef::Point { cell, .. } => of_cell(*cell),
                }));
                referred.extend(connection.and_then(|connection| connection.target).map(|target| match target {
                    TargetRef::Point { cell, .. } => of_cell(cell),
                    TargetRef::Artificial(cell) => of_artificial(cell),
                }));
            }
            ModelPart::GapJunction(index) => {
                let GapJunction { a, b, .. } = &network.gap_junctions[index];
                referred.extend([a, b].map(|at| of_cell(at.cell)));
            }
            ModelPart::Transfer(index) => {
                let Transfer { source, target } = &network.transfers[index];
                referred.extend([source, target].map(variable));
            }
            ModelPart::Pointer(index) => {
                let Pointer { pointer, target } = &network.pointers[index];
                referred.extend([pointer, target].map(variable));
            }
            ModelPart::Waveform(index) => referred.push(variable(&network.waveforms[index].target)),
            ModelPart::Recording(index) => referred.push(variable(&network.recordings[index].variable)),
            _ => {}
        }
        referred.into_iter().flatten().any(|group| self.groups[group].broken)
    }
}

/// Identity of an error within an entry, the same for all its cells.
fn kind_of(error: &ModelError) -> String {
    match error {
        ModelError::UnknownVariable { variable, .. }
        | ModelError::AbsentVariable { variable, .. }
        | ModelError::NotPlayable { variable, .. } => variable.clone(),
        ModelError::UnknownPath { path, .. } => path.clone(),
        ModelError::ParameterRange { mechanism, parameter, .. } => format!("{mechanism}.{parameter}"),
        other => format!("{:?}", std::mem::discriminant(other)),
    }
}

/// The error without the number of its connection or similar part, which a reader of the file cannot use.
fn in_words_of_the_file(error: ModelError) -> Problem {
    match error {
        ModelError::UnknownVariable { location, variable, suggestion, .. } => {
            Problem::Unknown { what: "variable", name: variable, place: format!(" at {location}"), suggestion }
        }
        other => Problem::Model(other),
    }
}
