//! Assignment of recordings to reports, and to their columns.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use loligo::{Network, SectionKind, Simulation, VariableRef};

use crate::error::SonataError;

/// The kind of a report's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Elements {
    /// Sections, by SONATA's section ids.
    Sections,
    /// Point processes, by their indices in their cells.
    PointProcesses,
    /// Sides of gap junctions, by the indices of the junctions.
    GapJunctions,
    /// Artificial cells, which have one element each.
    ArtificialCells,
}

/// A report: recordings of one variable at one interval.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReportColumns {
    /// Name of the file, without extension.
    pub name: String,
    pub elements: Elements,
    pub unit: String,
    /// Interval in steps.
    pub every: usize,
    /// Sorted by node, element and position.
    pub columns: Vec<Column>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Column {
    pub node: u64,
    pub element: u32,
    /// Location on the section, 0 to 1.
    pub position: f32,
    pub recording: usize,
}

/// The reports for some recordings of a network.
pub(crate) fn reports(
    network: &Network,
    simulation: &Simulation,
    recordings: Range<usize>,
) -> Result<Vec<ReportColumns>, SonataError> {
    let mut section_ids = HashMap::new();
    let mut reports: BTreeMap<(Elements, &str, usize, &str), Vec<Column>> = BTreeMap::new();
    for recording in recordings {
        let other = || SonataError::OtherNetwork { recording };
        if recording >= simulation.recordings() {
            return Err(other());
        }
        let recorded = network.recordings.get(recording).ok_or_else(other)?;
        let (elements, node, element, x, variable) =
            place(network, &mut section_ids, &recorded.variable).ok_or_else(other)?;
        let column = Column {
            node: node as u64,
            element: u32::try_from(element).map_err(|_| other())?,
            position: x as f32,
            recording,
        };
        let key = (elements, variable, recorded.every.max(1), simulation.recording_unit(recording).unwrap_or_default());
        reports.entry(key).or_default().push(column);
    }
    let mut shortest: HashMap<(Elements, &str), usize> = HashMap::new();
    let mut uses: HashMap<String, usize> = HashMap::new();
    let mut named: Vec<ReportColumns> = Vec::with_capacity(reports.len());
    for ((elements, variable, every, unit), mut columns) in reports {
        columns.sort_by(|a, b| (a.node, a.element).cmp(&(b.node, b.element)).then(a.position.total_cmp(&b.position)));
        let prefix = match elements {
            Elements::Sections => "",
            Elements::PointProcesses => "point_",
            Elements::GapJunctions => "gap_",
            Elements::ArtificialCells => "artificial_",
        };
        let mut name = format!("report_{prefix}{variable}");
        if *shortest.entry((elements, variable)).or_insert(every) != every {
            name.push_str(&format!("_every_{every}"));
        }
        // One name can stand for quantities of several units.
        let uses = uses.entry(name.clone()).or_insert(0);
        *uses += 1;
        if *uses > 1 {
            name.push_str(&format!("_{uses}"));
        }
        named.push(ReportColumns { name, elements, unit: unit.to_owned(), every, columns });
    }
    Ok(named)
}

/// Elements, node, element, place and variable.
fn place<'a>(
    network: &Network,
    section_ids: &mut HashMap<usize, Vec<usize>>,
    variable: &'a VariableRef,
) -> Option<(Elements, usize, usize, f64, &'a str)> {
    match variable {
        VariableRef::Section { cell, section, x, variable } => {
            let sections = &network.cells.get(*cell)?.sections;
            let ids = section_ids
                .entry(*cell)
                .or_insert_with(|| sonata_section_ids(sections.iter().map(|section| section.kind)));
            Some((Elements::Sections, *cell, *ids.get(*section)?, *x, variable))
        }
        VariableRef::Point { cell, point, variable } => {
            let x = network.cells.get(*cell)?.points.get(*point)?.x;
            Some((Elements::PointProcesses, *cell, *point, x, variable))
        }
        VariableRef::GapJunction { junction, side, variable } => {
            let place = network.gap_junctions.get(*junction)?.place(*side);
            Some((Elements::GapJunctions, place.cell, *junction, place.x, variable))
        }
        VariableRef::Artificial { cell, variable } => {
            network.artificial_cells.get(*cell)?;
            Some((Elements::ArtificialCells, *cell, 0, 0.0, variable))
        }
    }
}

/// SONATA numbers sections by kind: soma, axon, dendrites, apical dendrites, then the rest.
fn sonata_section_ids(kinds: impl Iterator<Item = SectionKind>) -> Vec<usize> {
    let kinds: Vec<SectionKind> = kinds.collect();
    let mut order: Vec<usize> = (0..kinds.len()).collect();
    order.sort_by_key(|&section| kinds[section]);
    let mut ids = vec![0; kinds.len()];
    for (id, section) in order.into_iter().enumerate() {
        ids[section] = id;
    }
    ids
}

#[cfg(test)]
mod tests {
    use loligo::SectionKind::{Apical, Axon, Custom, Dendrite, Soma};

    use super::sonata_section_ids;

    #[test]
    fn sections_are_numbered_by_kind() {
        let kinds = [Dendrite, Custom(-3), Soma, Apical, Axon, Dendrite, Custom(5)];
        assert_eq!(sonata_section_ids(kinds.into_iter()), [2, 5, 0, 4, 1, 3, 6]);
    }
}
