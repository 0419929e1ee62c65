//! Whole models: time of the steps, per compartment and step.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use loligo::prelude::*;
use loligo_benches::Workload;

/// Number of steps in one measurement.
const STEPS: usize = 200;

fn models(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("model");
    group.sample_size(10);
    let workloads = [
        ("ring default", Workload::RingDefault),
        ("ring medium", Workload::RingMedium),
        ("ring large", Workload::RingLarge),
        ("detailed", Workload::Detailed),
        ("ensemble", Workload::Ensemble),
        ("synapses", Workload::Synapses),
    ];
    for (name, workload) in workloads {
        let model = workload.describe().expect("the project's own models are sound").model;
        let settings = match workload {
            Workload::RingDefault => {
                vec![
                    (Numerics::Fast, false, 1),
                    (Numerics::Fast, false, 2),
                    (Numerics::Fast, true, 1),
                    (Numerics::Exact, true, 1),
                ]
            }
            Workload::Detailed => vec![(Numerics::Fast, false, 1), (Numerics::Exact, true, 1)],
            _ => vec![(Numerics::Fast, false, 1), (Numerics::Fast, false, 2)],
        };
        for (numerics, table, threads) in settings {
            let network = model.network(table).expect("the project's own models are sound");
            let options = Options { numerics, threads, ..Options::default() };
            let mut simulation = Simulation::new(&network, &options).expect("the model is valid");
            drop(network);
            group.throughput(Throughput::Elements((simulation.compartments() * STEPS) as u64));
            let rates = if table { "table" } else { "formulas" };
            group.bench_function(format!("{name}, {numerics:?}, {rates}, {threads} threads"), |bencher| {
                bencher.iter(|| {
                    let tstop = simulation.time() + STEPS as f64 * 0.025; // ms
                    simulation.run_until(black_box(tstop)).expect("the model stays finite");
                });
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = models
}
criterion_main!(benches);
