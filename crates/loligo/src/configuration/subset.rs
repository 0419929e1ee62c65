//! A part of a network.

use std::collections::HashMap;

use crate::{Connection, GapJunction, Network, Place, SourceRef, TargetRef, VariableRef};

/// The new index of what had an index, if it is still there.
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

/// Leaves cells out of a network, and with them what starts there, leads there or looks there. Connections of remaining
/// sources whose target is gone still watch their source. Gids stay.
pub(super) fn keep(network: &mut Network, cells: &[bool], artificial: &[bool]) {
    if cells.iter().chain(artificial).all(|&kept| kept) {
        return;
    }
    let numbers = Numbers {
        cells: Renumbered::of(cells),
        artificial: Renumbered::of(artificial),
        gap_junctions: Renumbered::of(
            &network.gap_junctions.iter().map(|gap| cells[gap.a.cell] && cells[gap.b.cell]).collect::<Vec<_>>(),
        ),
    };
    network.gids = (0..cells.len()).filter(|&cell| cells[cell]).map(|cell| network.gid(cell)).collect();
    retain(&mut network.cells, cells);
    retain(&mut network.artificial_cells, artificial);

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
    network.gap_junctions = gap_junctions
        .into_iter()
        .filter_map(|gap| Some(GapJunction { a: numbers.place(gap.a)?, b: numbers.place(gap.b)?, ..gap }))
        .collect();
    network
        .transfers
        .retain_mut(|transfer| numbers.renumber(&mut transfer.source) && numbers.renumber(&mut transfer.target));
    network.waveforms.retain_mut(|waveform| numbers.renumber(&mut waveform.target));
    network.recordings.retain_mut(|recording| numbers.renumber(&mut recording.variable));
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
    /// Whether the variable is still there, under its new number.
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

    fn place(&self, place: Place) -> Option<Place> {
        Some(Place { cell: self.cells.get(place.cell)?, ..place })
    }
}
