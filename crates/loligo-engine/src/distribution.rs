//! The distribution of cells to ranks.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::blueprint::CellBlueprint;
use crate::cost::step_of;
use crate::coupling::Unit;
use crate::options::Distribution;

/// The rank of each cell; the cells of a unit stay together.
pub(crate) fn ranks_of(distribution: &Distribution, cells: &[CellBlueprint], units: &[Unit], ranks: usize) -> Vec<u32> {
    let rank_of_unit = match distribution {
        _ if ranks == 1 => vec![0; units.len()],
        Distribution::RoundRobin => (0..units.len()).map(|unit| (unit % ranks) as u32).collect(),
        Distribution::LongestProcessingTimeFirst { costs } => {
            let usable = |cost: f64| if cost.is_finite() && cost > 0.0 { cost } else { 0.0 };
            let cost = |cell: usize| match costs {
                None => step_of(&cells[cell]),
                Some(given) => given.get(cell).copied().map_or(0.0, usable),
            };
            let mut first = 0;
            let of_unit = |unit: &Unit| {
                first += unit.cells;
                (first - unit.cells..first).map(cost).sum()
            };
            longest_first(&units.iter().map(of_unit).collect::<Vec<f64>>(), ranks)
        }
    };
    let of_cells = units.iter().zip(rank_of_unit).flat_map(|(unit, rank)| std::iter::repeat_n(rank, unit.cells));
    of_cells.collect()
}

fn longest_first(costs: &[f64], ranks: usize) -> Vec<u32> {
    let mut order: Vec<usize> = (0..costs.len()).collect();
    order.sort_by(|&a, &b| costs[b].total_cmp(&costs[a])); // stable: of equal costs the first cell
    let mut rank_of_cell = vec![0; costs.len()];
    let idle = |rank| Reverse(Load { cost: 0.0, cells: 0, rank });
    let mut loads: BinaryHeap<Reverse<Load>> = (0..ranks as u32).map(idle).collect();
    for cell in order {
        let Some(mut least) = loads.peek_mut() else { break };
        rank_of_cell[cell] = least.0.rank;
        least.0.cost += costs[cell];
        least.0.cells += 1;
    }
    rank_of_cell
}

/// The load of a rank so far; cells of zero cost are distributed in turn.
#[derive(Clone, Copy, Debug)]
struct Load {
    cost: f64,
    cells: usize,
    rank: u32,
}

impl Ord for Load {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.cost.total_cmp(&other.cost).then((self.cells, self.rank).cmp(&(other.cells, other.rank)))
    }
}

impl PartialOrd for Load {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Load {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Load {}

#[cfg(test)]
mod tests {
    use super::*;

    fn loads(costs: &[f64], ranks: usize) -> Vec<f64> {
        let mut loads = vec![0.0; ranks];
        for (cell, rank) in longest_first(costs, ranks).into_iter().enumerate() {
            loads[rank as usize] += costs[cell];
        }
        loads
    }

    #[test]
    fn the_costliest_cells_are_spread_first() {
        assert_eq!(loads(&[1.0, 1.0, 1.0, 9.0, 1.0, 5.0], 2), [9.0, 9.0]);
    }

    #[test]
    fn equal_cells_go_in_turn_whatever_they_cost() {
        for cost in [0.0, 2.0] {
            assert_eq!(longest_first(&[cost; 7], 3), [0, 1, 2, 0, 1, 2, 0]);
        }
    }

    #[test]
    fn more_ranks_than_cells_leaves_some_idle() {
        assert_eq!(longest_first(&[1.0, 2.0], 4), [1, 0]);
        assert_eq!(longest_first(&[], 4), [0; 0]);
    }
}
