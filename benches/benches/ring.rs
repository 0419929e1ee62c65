//! A ring network: solver time per compartment and step.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use loligo::prelude::*;
use loligo_benches::Workload;

fn ring(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ring");
    group.sample_size(10);
    let ring = Workload::RingDefault.describe().expect("the topology is sound").model;
    for (numerics, table) in [(Numerics::Fast, false), (Numerics::Fast, true), (Numerics::Exact, true)] {
        for threads in [1, 2] {
            let network = ring.network(table).expect("a ring needs no files");
            let options = Options { numerics, threads, ..Options::default() };
            let mut simulation = Simulation::new(&network, &options).expect("the model is valid");
            const STEPS: usize = 400;
            group.throughput(Throughput::Elements((simulation.compartments() * STEPS) as u64));
            let name = format!("{numerics:?}, {} rates, {threads} threads", if table { "table" } else { "formula" });
            group.bench_function(name, |bencher| {
                bencher.iter(|| {
                    let tstop = simulation.time() + STEPS as f64 * 0.025;
                    simulation.run_until(black_box(tstop)).expect("the model stays finite");
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, ring);
criterion_main!(benches);
