use loligo_mechanisms::Numerics;

use super::*;
use crate::test_models::{ring, running, voltage_of};

fn units(count: usize, size: usize) -> Vec<Unit> {
    vec![Unit { cells: 1, size, numerics: Numerics::Fast }; count]
}

/// The sizes of groups, in units.
fn groups(mut units: &[Unit], threads: usize, group_nodes: usize) -> Vec<usize> {
    let options = Options { threads, group_nodes, ..Options::default() };
    let wanted = nodes_of_group(units.iter().map(|unit| unit.size).sum(), &options);
    let mut groups = Vec::new();
    while !units.is_empty() {
        let count = units_of_group(units, wanted, group_nodes);
        groups.push(count);
        units = &units[count..];
    }
    groups
}

#[test]
fn threads_get_groups_of_about_one_size_in_eights() {
    assert_eq!(groups(&units(128, 20), 2, 8192), [64, 64]);
    assert_eq!(groups(&units(1003, 73), 2, 8192), [[104; 9].as_slice(), &[67]].concat());
    assert_eq!(groups(&units(1003, 73), 1, 8192), [[112; 8].as_slice(), &[107]].concat());
    assert_eq!(groups(&units(20, 500), 1, 8192), [20], "four cells would be the rest of 16");
    assert_eq!(groups(&units(21, 500), 1, 8192), [16, 5]);
}

#[test]
fn cells_that_are_too_large_are_groups_of_their_own() {
    assert_eq!(groups(&units(3, 10_000), 1, 8192), [1, 1, 1]);
    assert_eq!(groups(&units(5, 1), 7, 1), [1; 5]);
}

#[test]
fn sources_are_created_in_their_order_and_connections_without_one_when_the_first_of_them_is() {
    let mut created = CreationOrder::default();
    let places = [Some(1), Some(0), None, Some(2), None].map(|source| created.of(source));
    assert_eq!(places, [3, 1, 4, 5, 4]);
    assert_eq!(CreationOrder::default().of(None), 0);
}

/// Cell 0's voltage is the reversal potential of `pas` of the others.
fn with_transfers(cells: usize) -> Blueprint {
    let e = |cell| Quantity::Membrane { cell, placed: 0, column: 1, instance: 0 };
    let transfers = (1..cells).map(|cell| Transfer { source: voltage_of(0), target: e(cell) }).collect();
    let recordings = (0..cells).map(|cell| crate::Recording { quantity: e(cell), every: 1 }).collect();
    Blueprint { transfers, recordings, ..ring(cells, 0.0) }
}

#[test]
fn transfers_stay_in_a_group_or_go_by_an_exchange() {
    let mut together = running(with_transfers(3), Options::default());
    assert!(together.exchange.is_none());
    together.advance(40).expect("it goes on");
    // 700 cells of three nodes each are too large for one unit.
    let mut apart = running(with_transfers(700), Options { group_nodes: 8, ..Options::default() });
    assert!(apart.exchange.is_some() && apart.groups() > 1 && apart.epoch() == 1);
    apart.advance(40).expect("it goes on");
    assert_eq!(together.samples(2), apart.samples(2));
    assert!(apart.samples(699).is_some_and(|samples| samples[40] > -70.0 && samples[0] == -65.0));
}

#[test]
fn of_two_ranks_each_has_its_cells_and_rank_0_gathers_the_rest() {
    let alone = {
        let mut engine = running(with_transfers(1), Options::default());
        engine.advance(40).expect("it goes on");
        engine.value(0)
    };
    let blueprint = Blueprint { transfers: Vec::new(), ..with_transfers(4) };
    let options = Options { distribution: Distribution::RoundRobin, ..Options::default() };
    let threads: Vec<_> = crate::Threads::ranks(2)
        .into_iter()
        .map(|line| {
            let (blueprint, options) = (blueprint.clone(), options.clone());
            std::thread::spawn(move || {
                let mut engine = Engine::with_communicator(blueprint, options, Box::new(line))?;
                engine.initialize()?;
                let cells = engine.cells.clone();
                let before = engine.value(1 - engine.rank());
                engine.advance(40)?;
                engine.gather()?;
                let samples = (0..4).map(|cell| engine.samples(cell).map_or(0, <[f64]>::len)).collect::<Vec<_>>();
                Ok::<_, EngineError>((cells, before.is_some_and(f64::is_nan), samples, engine.value(3)))
            })
        })
        .collect();
    let found: Vec<_> = threads.into_iter().map(|thread| thread.join().expect("no rank panics")).collect();
    assert_eq!(found[0], Ok((vec![0, 2], true, vec![41; 4], alone)));
    assert!(matches!(&found[1], Ok((cells, true, samples, _)) if *cells == [1, 3] && *samples == [0, 41, 0, 41]));
}

#[test]
fn ranks_with_different_models_are_an_error() {
    let threads: Vec<_> = crate::Threads::ranks(3)
        .into_iter()
        .enumerate()
        .map(|(rank, line)| {
            let blueprint = ring(3, if rank == 2 { 1.0 } else { 0.0 });
            std::thread::spawn(move || Engine::with_communicator(blueprint, Options::default(), Box::new(line)).err())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().expect("no rank panics"), Some(EngineError::RanksDiffer { rank: 2 }));
    }
}

#[test]
fn arithmetics_are_not_mixed() {
    let mut mixed = units(6, 10);
    mixed[4].numerics = Numerics::Exact;
    assert_eq!(groups(&mixed, 1, 8192), [4, 1, 1]);
}
