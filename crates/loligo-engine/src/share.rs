//! The part of a blueprint that is in one rank.

use loligo_mechanisms::Numerics;

use crate::blueprint::{Blueprint, CellBlueprint, Connection, Quantity, Source, Target};
use crate::coupling::Unit;
use crate::epoch::Epoch;
use crate::shape::Shapes;

/// The part of a blueprint that is in one rank: its cells, and the connections and artificial cells that affect them.
///
/// Every rank computes the same shares from the same blueprint.
#[derive(Clone, Debug)]
pub(crate) struct Share<'a> {
    /// True if every rank keeps all connections and artificial cells, so that events are queued in NEURON's order on
    /// each.
    ///
    /// Artificial cells that take input receive simultaneous events in that order, and `Exact` accumulates rounding
    /// errors in it. Otherwise artificial cells do not depend on other cells, so every rank that has targets of one can
    /// compute it, and simultaneous events are sorted.
    pub(crate) all_events: bool,
    rank: u32,
    rank_of_cell: &'a [u32],
    /// The blueprint's index of each cell of this rank, in the order in which they are put into
    /// groups.
    pub(crate) cells: Vec<usize>,
    /// For each of the blueprint's cells, true if every rank computes it, because its point processes send events whose
    /// order every rank needs.
    replicated: Vec<bool>,
    /// The cells of this rank as units, in that order.
    pub(crate) units: Vec<Unit>,
    /// The index of each of the blueprint's cells within this rank.
    own_cell: Vec<Option<u32>>,
    /// The rank that reports the spikes of each source.
    rank_of_source: Vec<u32>,
    /// For each population the instances that this rank computes, ascending.
    instances: Vec<Vec<usize>>,
    /// The rank that reports the variables of each instance.
    rank_of_instance: Vec<Vec<u32>>,
}

impl<'a> Share<'a> {
    /// The share of one of `ranks` ranks.
    pub(crate) fn of(
        blueprint: &Blueprint,
        epoch: Epoch,
        units: &[Unit],
        rank_of_cell: &'a [u32],
        rank: usize,
        ranks: usize,
    ) -> Self {
        let rank = rank as u32;
        let all_events = epoch.keeps_order_of_queue();
        let replicated = replicated(blueprint, units, all_events && ranks > 1);
        let own_units = own_units(blueprint, units, |cell| rank_of_cell[cell] == rank || replicated[cell]);
        let cells: Vec<usize> = own_units.iter().flat_map(|&(first, unit)| first..first + unit.cells).collect();
        let mut own_cell = vec![None; rank_of_cell.len()];
        cells.iter().zip(0..).for_each(|(&cell, own)| own_cell[cell] = Some(own));

        // An artificial cell is reported by the rank of the first cell that is its target.
        let mut rank_of_source: Vec<Option<u32>> = vec![None; blueprint.sources.len()];
        let mut heard = vec![false; blueprint.sources.len()];
        for connection in blueprint.connections.iter() {
            if let (Some(source), Some(Target::Point { cell, .. })) = (connection.source, connection.target) {
                let (source, cell) = (source as usize, cell as usize);
                rank_of_source[source].get_or_insert(rank_of_cell[cell]);
                heard[source] |= rank_of_cell[cell] == rank;
            }
        }
        let mut rank_of_instance: Vec<Vec<u32>> = Vec::with_capacity(blueprint.populations.len());
        let mut is_here: Vec<Vec<bool>> = Vec::with_capacity(blueprint.populations.len());
        for population in &blueprint.populations {
            let in_turn = |instance| if all_events { 0 } else { (instance % ranks) as u32 };
            rank_of_instance.push((0..population.block.len()).map(in_turn).collect());
            is_here.push(vec![all_events; population.block.len()]);
        }
        for (index, source) in blueprint.sources.iter().enumerate() {
            match *source {
                Source::Crossing { quantity, .. } => rank_of_source[index] = quantity.cell().map(|c| rank_of_cell[c]),
                Source::Point { cell, .. } => rank_of_source[index] = Some(rank_of_cell[cell]),
                Source::Artificial { population, instance } => {
                    let reports = &mut rank_of_instance[population][instance];
                    if let Some(rank) = rank_of_source[index].filter(|_| !all_events) {
                        *reports = rank;
                    }
                    rank_of_source[index] = Some(*reports);
                    is_here[population][instance] |= heard[index];
                }
            }
        }
        for (here, reports) in is_here.iter_mut().zip(&rank_of_instance) {
            here.iter_mut().zip(reports).for_each(|(here, &reports)| *here |= reports == rank);
        }
        let instances = is_here.iter().map(|here| (0..here.len()).filter(|&k| here[k]).collect()).collect();
        Self {
            all_events,
            rank,
            rank_of_cell,
            cells,
            replicated,
            units: own_units.into_iter().map(|(_, unit)| unit).collect(),
            own_cell,
            rank_of_source: rank_of_source.into_iter().map(|rank| rank.unwrap_or(0)).collect(),
            instances,
            rank_of_instance,
        }
    }

    /// The index of a cell within this rank.
    pub(crate) fn cell(&self, cell: usize) -> Option<usize> {
        self.own_cell[cell].map(|own| own as usize)
    }

    /// True if this rank reports the variables of a cell.
    pub(crate) fn reports_cell(&self, cell: usize) -> bool {
        self.rank_of_cell[cell] == self.rank
    }

    /// True if every rank computes a cell's quantity.
    pub(crate) fn is_replicated(&self, quantity: Quantity) -> bool {
        quantity.cell().is_some_and(|cell| self.replicated[cell])
    }

    /// The rank that reports a cell's quantity.
    pub(crate) fn rank_of(&self, quantity: Quantity) -> usize {
        quantity.cell().map_or(0, |cell| self.rank_of_cell[cell] as usize)
    }

    /// The quantity with the cell's index within this rank; `None` if this rank does not have the
    /// cell.
    pub(crate) fn quantity(&self, quantity: Quantity) -> Option<Quantity> {
        let mut own = quantity;
        match &mut own {
            Quantity::Voltage { cell, .. }
            | Quantity::CapacitiveCurrent { cell, .. }
            | Quantity::MembraneCurrent { cell, .. }
            | Quantity::MembraneCurrentDensity { cell, .. }
            | Quantity::Membrane { cell, .. } => *cell = self.cell(*cell)?,
            Quantity::Artificial { .. } => return None,
        }
        Some(own)
    }

    /// True if this rank reports the spikes of a source.
    pub(crate) fn reports_source(&self, source: usize) -> bool {
        self.rank_of_source[source] == self.rank
    }

    /// True if this rank reports the variables of an artificial cell.
    pub(crate) fn reports_instance(&self, population: usize, instance: usize) -> bool {
        self.rank_of_instance[population][instance] == self.rank
    }

    /// The artificial cells of a population that this rank computes.
    pub(crate) fn instances(&self, population: usize) -> &[usize] {
        &self.instances[population]
    }

    /// The index of an artificial cell among those that this rank computes.
    pub(crate) fn instance(&self, population: usize, instance: usize) -> Option<usize> {
        self.instances[population].binary_search(&instance).ok()
    }

    /// True if this rank queues events on a connection.
    pub(crate) fn keeps(&self, connection: &Connection) -> bool {
        let leads_here = |target| matches!(target, Target::Point { cell, .. } if self.cell(cell as usize).is_some());
        self.all_events || connection.target.is_some_and(leads_here)
    }
}

/// The cells that every rank computes, if `wanted`: those of units with point processes that send events.
fn replicated(blueprint: &Blueprint, units: &[Unit], wanted: bool) -> Vec<bool> {
    let mut replicated = vec![false; blueprint.cells.len()];
    let mut first = 0;
    for unit in units {
        let cells = first..first + unit.cells;
        first = cells.end;
        if wanted && blueprint.cells[cells.clone()].iter().any(CellBlueprint::sends_events) {
            replicated[cells].fill(true);
        }
    }
    replicated
}

/// The units of this rank, each with its first cell: grouped by shape if any are solved in parallel, otherwise in the
/// order of the blueprint.
fn own_units(blueprint: &Blueprint, units: &[Unit], is_own: impl Fn(usize) -> bool) -> Vec<(usize, Unit)> {
    let first_cells = units.iter().scan(0, |next, unit| {
        let first = *next;
        *next += unit.cells;
        Some(first)
    });
    let mut own: Vec<(usize, Unit)> =
        first_cells.zip(units.iter().copied()).filter(|&(first, _)| is_own(first)).collect();
    if units.iter().any(|unit| unit.numerics == Numerics::Fast) {
        let mut shapes = Shapes::default();
        own.sort_by_cached_key(|(first, unit)| shapes.of(unit, &blueprint.cells[*first..first + unit.cells]));
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::ConnectionCensus;
    use crate::coupling::Coupling;
    use crate::options::Options;
    use crate::test_models::{
        MIDDLE, Responder, builtin, cable, cell, connection, connections, passive, placed, population, voltage_of,
    };

    /// Cells of one, three, one and three segments with synapses, and four spike trains: the first excites cells 2 and
    /// 0, the second cell 3, the others none. The voltage of cell 1 is a source, too.
    fn blueprint() -> Blueprint {
        let synapse = || placed(&builtin("ExpSyn"), 1, &[MIDDLE]);
        let [small, large] =
            [passive(vec![synapse()]), cell(&cable(3), vec![placed(&builtin("pas"), 0, &[1]), synapse()])];
        let to_cell = |cell| Some(Target::Point { cell, placed: 1, instance: 0 });
        let trains = (0..4).map(|instance| Source::Artificial { population: 0, instance });
        let crossing = Source::Crossing { quantity: voltage_of(1), threshold: 0.0 };
        Blueprint {
            cells: vec![small.clone(), large.clone(), small, large],
            populations: vec![population(&builtin("NetStim"), 4)],
            sources: trains.chain([crossing]).collect(),
            connections: connections([
                connection(Some(0), to_cell(2), 1.0, 0.0),
                connection(Some(0), to_cell(0), 1.0, 0.0),
                connection(Some(1), to_cell(3), 1.0, 0.0),
                connection(Some(4), None, 1.0, 0.0),
            ]),
            ..Blueprint::default()
        }
    }

    /// The share of one of two ranks; rank 1 has cells 1 and 2.
    fn share(blueprint: &Blueprint, numerics: Numerics, rank: usize) -> Share<'static> {
        let options = Options { numerics, ..Options::default() };
        let coupling = Coupling::of(blueprint, &options);
        let epoch = Epoch::of(&ConnectionCensus::of(blueprint), coupling.lockstep, &options);
        Share::of(blueprint, epoch, &coupling.units, &[0, 1, 1, 0], rank, 2)
    }

    #[test]
    fn a_rank_holds_its_cells_and_what_concerns_them() {
        let blueprint = blueprint();
        let shares = [0, 1].map(|rank| share(&blueprint, Numerics::Fast, rank));
        // By shape: the smaller ones first.
        assert_eq!([&shares[0].cells[..], &shares[1].cells[..]], [[0, 3], [2, 1]]);
        assert_eq!([0, 1, 2, 3].map(|cell| shares[1].cell(cell)), [None, Some(1), Some(0), None]);
        let kept = |share: &Share<'_>| -> Vec<bool> {
            blueprint.connections.iter().map(|connection| share.keeps(&connection)).collect()
        };
        assert_eq!(kept(&shares[0]), [false, true, true, false]);
        assert_eq!(kept(&shares[1]), [true, false, false, false]);
        assert!(shares.iter().all(|share| !share.all_events));
    }

    #[test]
    fn every_rank_that_an_artificial_cell_reaches_computes_it_and_one_reports_it() {
        let blueprint = blueprint();
        let shares = [0, 1].map(|rank| share(&blueprint, Numerics::Fast, rank));
        // Artificial cells without targets are distributed in turn.
        assert_eq!([shares[0].instances(0), shares[1].instances(0)], [&[0, 1, 2][..], &[0, 3][..]]);
        assert_eq!((shares[1].instance(0, 3), shares[0].instance(0, 3)), (Some(1), None));
        let reported = |share: &Share<'_>| [0, 1, 2, 3].map(|instance| share.reports_instance(0, instance));
        assert_eq!(reported(&shares[0]), [false, true, true, false], "the first connection leads to rank 1");
        assert_eq!(reported(&shares[1]), [true, false, false, true]);
        for source in 0..5 {
            assert_ne!(shares[0].reports_source(source), shares[1].reports_source(source));
        }
        assert!(shares[1].reports_source(4), "the rank of the cell");
    }

    #[test]
    fn where_the_order_of_events_matters_every_rank_has_all_of_them() {
        let blueprint = blueprint();
        let shares = [0, 1].map(|rank| share(&blueprint, Numerics::Exact, rank));
        for share in &shares {
            assert!(share.all_events && share.instances(0) == [0, 1, 2, 3]);
            assert!(blueprint.connections.iter().all(|connection| share.keeps(&connection)));
        }
        assert_eq!([&shares[0].cells[..], &shares[1].cells[..]], [[0, 3], [1, 2]], "in the order of the blueprint");
        assert!((0..4).all(|instance| shares[0].reports_instance(0, instance)));
    }

    #[test]
    fn cells_that_send_events_in_that_order_are_computed_by_every_rank() {
        let mut blueprint = blueprint();
        blueprint.cells[2] =
            passive(vec![placed(&builtin("ExpSyn"), 1, &[MIDDLE]), placed(&Responder::point(), 2, &[MIDDLE])]);
        let shares = [0, 1].map(|rank| share(&blueprint, Numerics::Exact, rank));
        assert_eq!([&shares[0].cells[..], &shares[1].cells[..]], [&[0, 2, 3][..], &[1, 2][..]]);
        assert!(shares[0].is_replicated(voltage_of(2)) && !shares[0].is_replicated(voltage_of(0)));
        assert_eq!([shares[0].reports_cell(2), shares[1].reports_cell(2)], [false, true]);
        assert_eq!(shares[0].rank_of(voltage_of(2)), 1);
        let fast = share(&blueprint, Numerics::Fast, 0);
        assert_eq!(fast.cells.len(), 2, "groups deliver such events by themselves");
    }

    #[test]
    fn quantities_are_renumbered() {
        let share = share(&blueprint(), Numerics::Fast, 1);
        assert_eq!(share.quantity(voltage_of(1)), Some(voltage_of(1)));
        assert_eq!(share.quantity(voltage_of(2)), Some(voltage_of(0)));
        assert_eq!(share.quantity(voltage_of(3)), None);
        assert_eq!(share.quantity(Quantity::Artificial { population: 0, column: 0, instance: 0 }), None);
    }
}
