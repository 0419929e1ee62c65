//! Reduces a network to a part of it.

use std::collections::HashMap;

use loligo::{Connection, GapJunction, Location, Network, ParameterRef, SourceRef, TargetRef, ValueRef, VariableRef};

/// The new index of each item, if it is kept.
struct Renumbered(Vec<Option<usize>>);

impl Renumbered {
    fn of(kept: &[bool]) -> Self {
        let mut next = 0;
        let number = |&kept: &bool| {
            kept.then(|| {
                next += 1;
                next - 1
            })
        };
        Self(kept.iter().map(number).collect())
    }

    fn get(&self, index: usize) -> Option<usize> {
        self.0.get(index).copied().flatten()
    }
}

/// Removes cells from a network, with the connections, gap junctions, waveforms and recordings that start, end or
/// record there; also all gap junctions if `gap_junctions` is false. Connections of remaining sources whose target is
/// removed still detect the spikes of their source. Gids stay. Returns the number of gap junctions removed from cells
/// that stay.
pub(super) fn keep(network: &mut Network, cells: &[bool], artificial: &[bool], gap_junctions: bool) -> usize {
    let silent = silence_half_gaps(network, cells, gap_junctions);
    let kept_gaps: Vec<bool> =
        network.gap_junctions.iter().map(|gap| gap_junctions && cells[gap.a.cell] && cells[gap.b.cell]).collect();
    if cells.iter().chain(artificial).chain(&kept_gaps).all(|&kept| kept) {
        return silent;
    }
    let of_remaining = |gap: &GapJunction| cells[gap.a.cell] || cells[gap.b.cell];
    let gone = network.gap_junctions.iter().zip(&kept_gaps).filter(|&(gap, &kept)| !kept && of_remaining(gap)).count();
    let numbers = Numbers {
        cells: Renumbered::of(cells),
        artificial: Renumbered::of(artificial),
        gap_junctions: Renumbered::of(&kept_gaps),
    };
    network.gids = (0..cells.len()).filter(|&cell| cells[cell]).map(|cell| network.gid(cell)).collect();
    retain(&mut network.cells, cells);
    retain(&mut network.artificial_cells, artificial);
    retain(&mut network.positions, cells);
    retain(&mut network.artificial_positions, artificial);

    let mut new_index = HashMap::new();
    let connections = std::mem::take(&mut network.connections);
    for (index, connection) in connections.iter().map(Connection::from).enumerate() {
        let source = match &connection.source {
            None => None,
            Some(source) => match numbers.source(source) {
                None => continue,
                some => some,
            },
        };
        let target = connection.target.and_then(|target| numbers.target(target));
        if source.is_none() && target.is_none() {
            continue;
        }
        new_index.insert(index, network.connections.push(Connection { source, target, ..connection }));
    }
    network.weight_changes.retain_mut(|change| {
        let new = new_index.get(&change.connection);
        change.connection = new.copied().unwrap_or_default();
        new.is_some()
    });

    let gap_junctions = std::mem::take(&mut network.gap_junctions);
    let remaining: Vec<GapJunction> = gap_junctions
        .iter()
        .zip(&kept_gaps)
        .filter(|(_, kept)| **kept)
        .filter_map(|(gap, _)| Some(GapJunction { a: numbers.place(gap.a)?, b: numbers.place(gap.b)?, ..gap.clone() }))
        .collect();
    network.gap_junctions = remaining.into();
    network
        .transfers
        .retain_mut(|transfer| numbers.renumber(&mut transfer.source) && numbers.renumber(&mut transfer.target));
    network
        .pointers
        .retain_mut(|pointer| numbers.renumber(&mut pointer.pointer) && numbers.renumber(&mut pointer.target));
    network.interventions.retain_mut(|intervention| match &mut intervention.value {
        ValueRef::Variable(variable) => numbers.renumber(variable),
        ValueRef::Weight { connection, .. } => {
            let new = new_index.get(connection);
            *connection = new.copied().unwrap_or_default();
            new.is_some()
        }
        ValueRef::Global { .. } | ValueRef::Celsius => true,
    });
    network.waveforms.retain_mut(|waveform| numbers.renumber(&mut waveform.target));
    network.recordings.retain_mut(|recording| numbers.renumber(&mut recording.variable));
    silent + gone
}

/// Switches off the `HalfGap` of remaining cells whose other side is removed, with its cell or because no gap junctions
/// are made: without a transfer its voltage would be undefined. Returns their number.
fn silence_half_gaps(network: &mut Network, cells: &[bool], gap_junctions: bool) -> usize {
    let mut silent = Vec::new();
    let Network { transfers, cells: described, gap_junctions: junctions, .. } = &mut *network;
    let source_cell = |variable: &VariableRef| match variable {
        VariableRef::Section { cell, .. } | VariableRef::Point { cell, .. } => Some(*cell),
        VariableRef::GapJunction { junction, side, .. } => junctions.get(*junction).map(|gap| gap.place(*side).cell),
        VariableRef::Artificial { .. } => None,
    };
    transfers.retain(|transfer| {
        let VariableRef::Point { cell, point, variable } = &transfer.target else { return true };
        let process = described.get(*cell).and_then(|cell| cell.points.get(*point));
        let is_half_gap = variable == "vgap" && process.is_some_and(|point| point.mechanism.name == "HalfGap");
        let remains = |cell: usize| cells.get(cell).copied().unwrap_or(true);
        let has_source = source_cell(&transfer.source).is_none_or(remains);
        let is_silent = is_half_gap && remains(*cell) && !(gap_junctions && has_source);
        if is_silent {
            silent.push((*cell, *point));
        }
        !is_silent
    });
    for &(cell, point) in &silent {
        network.cells[cell].set(ParameterRef::Point { point, parameter: "g".to_owned() }, 0.0);
    }
    silent.len()
}

fn retain<T>(list: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    list.retain(|_| kept.next().copied().unwrap_or(false));
}

struct Numbers {
    cells: Renumbered,
    artificial: Renumbered,
    gap_junctions: Renumbered,
}

impl Numbers {
    /// `true` if the variable still exists; sets its new number.
    fn renumber(&self, variable: &mut VariableRef) -> bool {
        let (number, numbers) = match variable {
            VariableRef::Section { cell, .. } | VariableRef::Point { cell, .. } => (cell, &self.cells),
            VariableRef::Artificial { cell, .. } => (cell, &self.artificial),
            VariableRef::GapJunction { junction, .. } => (junction, &self.gap_junctions),
        };
        let new = numbers.get(*number);
        *number = new.unwrap_or(*number);
        new.is_some()
    }

    fn source(&self, source: &SourceRef) -> Option<SourceRef> {
        match source {
            SourceRef::Artificial(cell) => self.artificial.get(*cell).map(SourceRef::Artificial),
            SourceRef::Point { cell, point } => Some(SourceRef::Point { cell: self.cells.get(*cell)?, point: *point }),
            SourceRef::Variable(variable) => {
                let mut variable = variable.clone();
                self.renumber(&mut variable).then_some(SourceRef::Variable(variable))
            }
        }
    }

    fn target(&self, target: TargetRef) -> Option<TargetRef> {
        match target {
            TargetRef::Point { cell, point } => Some(TargetRef::Point { cell: self.cells.get(cell)?, point }),
            TargetRef::Artificial(cell) => self.artificial.get(cell).map(TargetRef::Artificial),
        }
    }

    fn place(&self, place: Location) -> Option<Location> {
        Some(Location { cell: self.cells.get(place.cell)?, ..place })
    }
}
