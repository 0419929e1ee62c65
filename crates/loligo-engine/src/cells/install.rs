//! The instances of each mechanism, joined over all cells of a group.

use std::sync::Arc;

use loligo_mechanisms::{Block, Mechanism};
use loligo_random::Random123;

use super::Places;
use super::installed::Installed;
use super::layout::Layout;
use crate::blueprint::CellBlueprint;

/// The instances of a mechanism while they are being joined: for each its row and cell.
struct Joined {
    mechanism: Arc<dyn Mechanism>,
    globals: Arc<[f64]>,
    order: u32,
    block: Block,
    instances: Vec<(u32, u32)>,
}

/// Joins the instances of each mechanism over all cells, in the order in which mechanisms are evaluated; within a
/// mechanism they are in the order of their rows.
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
                let (mechanism, globals) = (Arc::clone(&placed.mechanism), Arc::clone(&placed.globals));
                joined.push(Joined { mechanism, globals, order: placed.order, block, instances: Vec::new() });
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
    let mut installed: Vec<Installed> = Vec::with_capacity(joined.len());
    let mut blocks = Vec::with_capacity(joined.len());
    let mut new_instance: Vec<Vec<u32>> = vec![Vec::new(); joined.len()];
    for &index in &evaluation {
        let Joined { block, instances, .. } = &mut joined[index];
        // Stable: several point processes at one row keep their order.
        let mut order: Vec<usize> = (0..instances.len()).collect();
        order.sort_by_key(|&instance| instances[instance].0);
        new_instance[index] = vec![0; instances.len()];
        order.iter().zip(0..).for_each(|(&old, new)| new_instance[index][old] = new);
        let rows = order.iter().map(|&instance| instances[instance].0).collect();
        let reordered = std::mem::take(block).reordered(&order);
        let order = joined[index].order;
        let Joined { mechanism, globals, .. } = &joined[index];
        installed.push(Installed::new(Arc::clone(mechanism), Arc::clone(globals), order, rows, &layout.area));
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
