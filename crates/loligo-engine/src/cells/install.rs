//! The instances of each mechanism, joined over all cells of a group.

use std::sync::Arc;

use loligo_mechanisms::{Block, FunctionTable, Kind, Mechanism};
use loligo_random::Random123;

use super::Places;
use super::installed::{Installed, can_be_joined};
use super::layout::Layout;
use super::regions::regions;
use crate::blueprint::CellBlueprint;

/// The instances of a mechanism while they are being joined: the row and cell of each.
struct Joined {
    mechanism: Arc<dyn Mechanism>,
    globals: Arc<[f64]>,
    tables: Arc<[Arc<FunctionTable>]>,
    order: u32,
    block: Block,
    instances: Vec<(u32, u32)>,
}

/// Joins the instances of each mechanism over all cells, in the order in which mechanisms are evaluated; within a
/// mechanism they are in the order of their rows, those of mechanisms that can be computed together, and of ions, one
/// region after the other.
pub(super) fn install(cells: &[CellBlueprint], layout: &Layout) -> (Vec<Installed>, Vec<Block>, Vec<Places>) {
    let mut joined: Vec<Joined> = Vec::new();
    let mut places: Vec<Places> = Vec::with_capacity(cells.len());
    for (cell, blueprint) in cells.iter().enumerate() {
        let mut cell_places = Places::with_capacity(blueprint.placed.len());
        let mut first_instances = Vec::with_capacity(blueprint.placed.len());
        for placed in blueprint.placed.iter() {
            let index = joined.iter().position(|joined| joined.order == placed.order);
            let index = index.unwrap_or_else(|| {
                let block = Block::new(placed.mechanism.signature().defaults(), 0);
                joined.push(Joined {
                    mechanism: Arc::clone(&placed.mechanism),
                    globals: Arc::clone(&placed.globals),
                    tables: Arc::clone(&placed.tables),
                    order: placed.order,
                    block,
                    instances: Vec::new(),
                });
                joined.len() - 1
            });
            let rows = placed.nodes.iter().map(|&node| layout.row(cell, node));
            joined[index].instances.extend(rows.map(|row| (row, cell as u32)));
            cell_places.push((index, vec![0; placed.nodes.len()]));
            first_instances.push(joined[index].block.len());
            let first_stream = joined[index].block.streams.len();
            joined[index].block.append(&placed.block);
            for &numbered in &placed.numbered_streams {
                let stream = &mut joined[index].block.streams[first_stream + numbered];
                let [id1, id2, id3] = stream.ids();
                *stream = Random123::new(id1, id2, id3.wrapping_add(blueprint.first_stream))
                    .with_global_index(stream.global_index());
            }
        }
        for (own_places, value) in &blueprint.own {
            for place in own_places.iter() {
                let (index, _) = cell_places[place.placed];
                let instance = first_instances[place.placed] + place.instance;
                joined[index].block.set(place.column, instance, *value);
            }
        }
        places.push(cell_places);
    }
    let mut evaluation: Vec<usize> = (0..joined.len()).collect();
    evaluation.sort_by_key(|&index| joined[index].order);
    let mut rank = vec![0; joined.len()];
    evaluation.iter().enumerate().for_each(|(place, &index)| rank[index] = place);
    let is_joinable = |index: &&usize| can_be_joined(&*joined[**index].mechanism);
    let rows = |&index: &usize| joined[index].instances.iter().map(|&(row, _)| row).collect::<Vec<u32>>();
    let joinable: Vec<Vec<u32>> = evaluation.iter().filter(is_joinable).map(rows).collect();
    let regions = regions(joinable.iter().map(Vec::as_slice), layout.area.len());
    let mut installed: Vec<Installed> = Vec::with_capacity(joined.len());
    let mut blocks = Vec::with_capacity(joined.len());
    let mut new_instance: Vec<Vec<u32>> = vec![Vec::new(); joined.len()];
    for &index in &evaluation {
        let mechanism = &*joined[index].mechanism;
        let is_by_region = can_be_joined(mechanism) || mechanism.signature().kind == Kind::Ion;
        let Joined { block, instances, .. } = &mut joined[index];
        // A stable sort: several point processes at one row keep their order.
        let mut order: Vec<usize> = (0..instances.len()).collect();
        order.sort_by_key(|&instance| {
            let row = instances[instance].0;
            (if is_by_region { regions[row as usize] } else { 0 }, row)
        });
        new_instance[index] = vec![0; instances.len()];
        order.iter().zip(0..).for_each(|(&old, new)| new_instance[index][old] = new);
        let rows = order.iter().map(|&instance| instances[instance].0).collect();
        let reordered = std::mem::take(block).reordered(&order);
        let order = joined[index].order;
        let Joined { mechanism, globals, tables, .. } = &joined[index];
        let handed_in = (Arc::clone(globals), Arc::clone(tables));
        installed.push(Installed::new(Arc::clone(mechanism), handed_in, order, rows, &layout.area));
        blocks.push(reordered);
    }
    for (cell, cell_places) in places.iter_mut().enumerate() {
        for (index, instances) in cell_places {
            let first = joined[*index].instances.partition_point(|&(_, other)| (other as usize) < cell);
            for (own, instance) in instances.iter_mut().enumerate() {
                *instance = new_instance[*index][first + own];
            }
            *index = rank[*index];
        }
    }
    (installed, blocks, places)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use loligo_mechanisms::Numerics;

    use super::*;
    use crate::blueprint::VariablePlace;
    use crate::test_models::{builtin, cable, cell, placed};

    #[test]
    fn mechanisms_are_in_the_order_of_evaluation_and_instances_in_that_of_their_rows() {
        let [pas, hh] = ["pas", "hh"].map(builtin);
        let first = cell(&cable(3), vec![placed(&hh, 8, &[3]), placed(&pas, 2, &[1, 2])]);
        let second = cell(&cable(3), vec![placed(&pas, 2, &[1, 3])]);
        let cells = [first, second];
        let (layout, _) = Layout::new(&cells, Numerics::Fast);
        let (installed, blocks, places) = install(&cells, &layout);
        assert_eq!(installed.iter().map(|own| own.order).collect::<Vec<_>>(), [2, 8]);
        assert_eq!(blocks.iter().map(Block::len).collect::<Vec<_>>(), [4, 1]);
        assert!(installed[0].rows.is_sorted());
        assert_eq!((places[0][0].0, places[0][1].0, places[1][0].0), (1, 0, 0));
        for (cell, own) in places.iter().enumerate() {
            for (placed, (index, instances)) in cells[cell].placed.iter().zip(own) {
                let rows = instances.iter().map(|&instance| installed[*index].rows[instance as usize] as usize);
                let nodes: Vec<_> = rows.map(|row| layout.origin(row)).collect();
                let expected: Vec<_> = placed.nodes.iter().map(|&node| (cell, node)).collect();
                assert_eq!(nodes, expected);
            }
        }
    }

    #[test]
    fn several_points_at_one_node_keep_their_order() {
        let mut synapses = placed(&builtin("ExpSyn"), 0, &[1, 1, 1]);
        [0.0, 1.0, 2.0].into_iter().enumerate().for_each(|(k, tau)| synapses.block.set(0, k, tau));
        let cells = [cell(&cable(1), vec![synapses])];
        let (layout, _) = Layout::new(&cells, Numerics::Fast);
        let (_, blocks, places) = install(&cells, &layout);
        assert_eq!([0, 1, 2].map(|k| blocks[0].value(0, k)), [0.0, 1.0, 2.0]);
        assert_eq!(places[0][0].1, [0, 1, 2]);
    }

    #[test]
    fn own_values_and_streams_are_the_cells_own() {
        let mut pas = placed(&builtin("pas"), 0, &[1, 2]);
        pas.block.streams = vec![Random123::new(1, 2, 3).with_global_index(9), Random123::new(1, 2, 4)];
        pas.numbered_streams = vec![1];
        let one = cell(&cable(2), vec![pas]);
        let mut other = one.clone();
        other.first_stream = 100;
        let place = |column| VariablePlace { placed: 0, column, instance: 1 };
        other.own = vec![(Arc::new([place(0), place(1)]), 0.25), (Arc::new([place(1)]), -60.0)];
        let cells = [one, other];
        let (layout, _) = Layout::new(&cells, Numerics::Fast);
        let (_, blocks, places) = install(&cells, &layout);
        let of = |cell: usize, column, k: usize| blocks[0].value(column, places[cell][0].1[k] as usize);
        assert_eq!([of(0, 0, 1), of(0, 1, 1), of(1, 0, 0), of(1, 1, 0)], [0.001, -70.0, 0.001, -70.0]);
        assert_eq!([of(1, 0, 1), of(1, 1, 1)], [0.25, -60.0], "the later one counts");
        let ids = |cell: usize, k: usize| blocks[0].streams[places[cell][0].1[k] as usize].ids();
        assert_eq!([ids(0, 0), ids(0, 1)], [[1, 2, 3], [1, 2, 4]]);
        assert_eq!([ids(1, 0), ids(1, 1)], [[1, 2, 3], [1, 2, 104]], "only numbered ones are the cell's own");
        let global = blocks[0].streams[places[1][0].1[0] as usize].global_index();
        assert_eq!(global, 9);
    }
}
