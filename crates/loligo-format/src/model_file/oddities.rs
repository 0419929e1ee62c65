//! Recordings and spikes that do not fit into memory, and likely mistakes in a model that can be run.

use std::collections::{HashMap, HashSet};

use loligo::{ConnectionView, ImplausibleValue, SecondOrder, SourceRef, VariableRef};

use crate::model_file::decoder::Decoder;
use crate::model_file::error::{ModelFileError, Problem};
use crate::model_file::groups::Members;
use crate::model_file::model::{MANY_SAMPLES, Output, too_large};
use crate::model_file::run::Run;
use crate::model_file::source_map::SourceMap;
use crate::model_file::table::Span;

impl Decoder {
    /// The error of recordings and spikes that would not fit into memory.
    pub(crate) fn too_large(&self, run: &Run, output: &Output) -> Option<ModelFileError> {
        let problem = too_large(&self.network, output, run.tstop, run.options.dt)?;
        let SourceMap { groups, spans, .. } = &self.source_map;
        let artificial = groups.iter().position(|group| matches!(group.members, Members::Artificial(_)));
        let of_samples = matches!(problem, Problem::TooMany { what, .. } if what == MANY_SAMPLES);
        let span = if of_samples { spans.recordings.first() } else { artificial.map(|k| &spans.groups[k]) };
        Some(ModelFileError { problem, span: span.cloned().unwrap_or(0..0) })
    }

    /// Warns of likely mistakes in a model that can be run.
    pub(crate) fn look_for_oddities(&mut self, run: &Run) {
        self.short_delays(run);
        self.thresholds();
        self.half_gaps_without_voltage();
        self.overshooting_gaps(run);
        self.long_segments();
        self.shared_concentrations();
        self.implausible_values(run);
    }

    /// Values far from the usual, most likely in another unit. Cells of one entry have the same.
    fn implausible_values(&mut self, run: &Run) {
        let mut reported = HashSet::new();
        let place = |found: &ImplausibleValue| match found.part {
            Some(part) => self.source_map.place_of(part).map(|(span, _)| span),
            None => run.spans.get(&found.name).cloned(),
        };
        let of_network = self.network.implausible_values(&run.options, Some(run.tstop));
        let mut all: Vec<_> = of_network.into_iter().filter_map(|found| Some((place(&found)?, found))).collect();
        all.append(&mut self.unusual);
        for (span, found) in all {
            if run.quiet.contains(&found.rule) {
                continue;
            }
            if reported.insert((span.start, found.name.clone())) {
                let text = format!("{} (quiet = [\"{}\"] in [run] leaves this out)", found.text(), found.rule.key());
                self.warn(span, text);
            }
        }
    }

    fn short_delays(&mut self, run: &Run) {
        let dt = run.options.dt;
        let sends = |connection: &ConnectionView<'_>| {
            connection.source.is_some() && connection.target.is_some() && connection.delay < dt
        };
        let mut seen = HashSet::new();
        let connections = self.network.connections.iter().enumerate().filter(|(_, connection)| sends(connection));
        let places = connections
            .filter_map(|(index, connection)| Some((self.source_map.spans.of_connection(index)?, connection)));
        let short: Vec<(Span, f64)> = places
            .filter(|(span, _)| seen.insert(span.start))
            .map(|(span, connection)| (span.clone(), connection.delay))
            .collect();
        for (span, delay) in short {
            let text =
                format!("delay {delay} ms is shorter than the step ({dt} ms): it works, but every step is an exchange");
            self.warn(span, text);
        }
    }

    /// Different thresholds of one source, of which the last applies.
    fn thresholds(&mut self) {
        let numbers = self.network.connections.source_numbers();
        let mut last: Vec<Option<f64>> = vec![None; numbers.iter().map(|number| number + 1).max().unwrap_or(0)];
        let mut warned = HashSet::new();
        let mut warnings = Vec::new();
        for (index, &start) in self.network.connections.starts().iter().enumerate() {
            let Some(&number) = numbers.get(start as usize) else { continue };
            let (Some(SourceRef::Variable(variable)), Some(threshold)) = self.network.connections.start_of(index)
            else {
                continue;
            };
            if let Some(before) = last[number].replace(threshold)
                && before != threshold
                && let Some(span) = self.source_map.spans.of_connection(index)
                && warned.insert(span.start)
            {
                let name = self.network.name_of(variable);
                let text =
                    format!("{name} had the threshold {before} and now has {threshold}; the last one counts for all");
                warnings.push((span.clone(), text));
            }
        }
        for (span, text) in warnings {
            self.warn(span, text);
        }
    }

    /// `HalfGap` point processes placed in the file without a transfer to their `vgap`.
    fn half_gaps_without_voltage(&mut self) {
        let transfers = self.network.transfers.iter().map(|transfer| &transfer.target);
        let given = transfers.chain(self.network.waveforms.iter().map(|waveform| &waveform.target));
        let given: HashSet<(usize, usize)> = given
            .filter_map(|target| match target {
                VariableRef::Point { cell, point, variable } if variable == "vgap" => Some((*cell, *point)),
                _ => None,
            })
            .collect();
        let mut lonely = Vec::new();
        for (group, spans) in self.source_map.groups.iter().zip(&self.source_map.spans.points) {
            let Members::Cells(cells) = &group.members else { continue };
            for (point, span) in spans.iter().enumerate() {
                let is_lonely = |cell: &usize| {
                    let mechanism = &self.network.cells[*cell].points[point].mechanism;
                    let has_voltage = mechanism.parameters.contains_key("vgap") || given.contains(&(*cell, point));
                    mechanism.name == "HalfGap" && !has_voltage
                };
                if let Some(cell) = cells.clone().find(is_lonely) {
                    let cell = &self.network.cells[cell];
                    let name = format!("{}.{}", cell.name, cell.points[point].name);
                    lonely.push((span.clone(), format!(
                        "the half gap \"{name}\" has no other side, its vgap stays 0 mV; transfer a voltage to it, or write \
                         a [[gap_junction]] instead"
                    )));
                }
            }
        }
        for (span, text) in lonely {
            self.warn(span, text);
        }
    }

    /// Places with a total gap junction conductance above the capacitance divided by dt, so that voltages overshoot,
    /// and places without capacitance if the step needs one.
    fn overshooting_gaps(&mut self, run: &Run) {
        let extrapolates = run.options.second_order != SecondOrder::BackwardEuler;
        // Cable of each description whose cells have gap junctions; total conductance at each node.
        let mut cables: HashMap<usize, Option<loligo::Cable>> = HashMap::new();
        let description = |cell: usize| self.network.cells[cell].sections.address();
        let mut totals: HashMap<(usize, u32), f64> = HashMap::new();
        let mut nodes = Vec::with_capacity(self.network.gap_junctions.len());
        for junction in &self.network.gap_junctions {
            nodes.push([junction.a, junction.b].map(|at| {
                let cable =
                    cables.entry(description(at.cell)).or_insert_with(|| self.network.cells[at.cell].cable().ok());
                let node = (at.cell, cable.as_ref().map_or(0, |cable| cable.node_at(at.section, at.x)));
                *totals.entry(node).or_default() += junction.conductance; // uS
                node
            }));
        }
        let mut warnings: Vec<(Span, String)> = Vec::new();
        for ((junction, nodes), span) in
            self.network.gap_junctions.iter().zip(nodes).zip(&self.source_map.spans.gap_junctions)
        {
            if warnings.last().is_some_and(|(last, _)| last == span) {
                continue;
            }
            for (at, node) in [junction.a, junction.b].into_iter().zip(nodes) {
                let Some(Some(cable)) = cables.get(&description(at.cell)) else { continue };
                let (area, cm) = (cable.area[node.1 as usize], cable.capacitance[node.1 as usize]); // um2, uF/cm2
                let limit = 1e-5 * cm * area / run.options.dt; // uS
                let total = totals[&node]; // uS
                let place = self.network.name_of(&VariableRef::voltage(at.cell, at.section, at.x));
                let place = place.strip_suffix(".v").unwrap_or(&place);
                let text = if cm == 0.0 && extrapolates {
                    format!(
                        "{place} has no capacitance: a gap junction there is unstable with second_order 1 and 2; join \
                         places inside the section, or take second_order = 0"
                    )
                } else if cm > 0.0 && total > limit {
                    format!(
                        "gap junctions of {total} uS at {place}, where the capacitance over dt is {limit:.3e} uS: the \
                         voltages overshoot each other; give a smaller dt or conductance"
                    )
                } else {
                    continue;
                };
                warnings.push((span.clone(), text));
                break;
            }
        }
        for (span, text) in warnings {
            self.warn(span, text);
        }
    }

    /// Segments longer than 0.3 of the length constant at 100 Hz.
    fn long_segments(&mut self) {
        const FRACTION: f64 = 0.3;
        let mut warnings = Vec::new();
        for (group, spans) in self.source_map.groups.iter().zip(&self.source_map.spans.sections) {
            let Members::Cells(cells) = &group.members else { continue };
            let Some(cell) = self.network.cells.get(cells.start) else { continue };
            let mut worst: Option<(f64, usize)> = None;
            let mut count = 0;
            for (index, section) in cell.sections.iter().enumerate() {
                let (ra, cm) = (section.axial_resistance, section.membrane_capacitance);
                let length = match &section.shape {
                    loligo::Shape::Cylinder { length, .. } => *length,
                    loligo::Shape::Points(points) => loligo::arc_lengths(points).last().copied().unwrap_or(0.0),
                };
                let lambda = loligo::lambda_f(&section.shape, 100.0, ra, cm); // um
                let fraction = length / section.segments().max(1) as f64 / lambda;
                if fraction > FRACTION {
                    count += 1;
                    if worst.is_none_or(|(largest, _)| fraction > largest) {
                        worst = Some((fraction, index));
                    }
                }
            }
            if let Some((fraction, index)) = worst {
                let section = &cell.sections[index].name;
                let text = format!(
                    "cell \"{}\": sections with segments longer than {FRACTION} length constants at 100 Hz: {count} \
                     (the longest in \"{section}\": {fraction:.2}); give more segments, for instance d_lambda = 0.1",
                    group.name
                );
                warnings.push((spans.get(index).cloned().unwrap_or(0..0), text));
            }
        }
        for (span, text) in warnings {
            self.warn(span, text);
        }
    }
}
