//! Building a network: 100 cells of 100 compartments with 1,000 synapses each, described and prepared for a
//! run.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use loligo::prelude::*;
use loligo_benches::large_network::large_network;

fn building(criterion: &mut Criterion) {
    const CELLS: usize = 100;
    const SYNAPSES: usize = 1000; // each cell's
    let mut group = criterion.benchmark_group("building");
    group.sample_size(10);
    group.throughput(Throughput::Elements((CELLS * SYNAPSES) as u64));
    group.bench_function("description", |bencher| bencher.iter(|| large_network(CELLS, black_box(SYNAPSES), false)));
    for (name, separate) in [("cells of one description", false), ("cells described one by one", true)] {
        let network = large_network(CELLS, SYNAPSES, separate);
        let build = || Simulation::new(black_box(&network), &Options::default()).expect("the model is sound");
        group.bench_function(name, |bencher| bencher.iter_with_large_drop(build));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = building
}
criterion_main!(benches);
