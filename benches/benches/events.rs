//! Events: the queues, time per event for several numbers of pending events, and the whole way of an event from the
//! queue to its synapse.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use loligo::prelude::*;
use loligo_events::{EventQueue, NumberedQueue};
use loligo_random::Random123;

/// Number of events in one measurement of a queue.
const EVENTS: usize = 10_000;

fn queues(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("event queue");
    group.throughput(Throughput::Elements(EVENTS as u64));
    for waiting in [10, 1_000, 100_000] {
        let mut stream = Random123::new(1, 0, 0);
        let mut queue = EventQueue::default();
        let mut numbered = NumberedQueue::default();
        for event in 0..waiting {
            queue.insert(stream.next_f64(), event);
            numbered.insert(stream.next_f64(), event);
        }
        group.bench_function(BenchmarkId::new("NEURON's order", waiting), |bencher| {
            bencher.iter(|| {
                for _ in 0..EVENTS {
                    let next = queue.next_time().and_then(|t| queue.pop_until(t));
                    let (t, event) = next.expect("each event taken out is put back later");
                    queue.insert(t + stream.next_f64(), event);
                }
            });
        });
        group.bench_function(BenchmarkId::new("by number", waiting), |bencher| {
            bencher.iter(|| {
                for _ in 0..EVENTS {
                    let next = numbered.pop_until(f64::INFINITY);
                    let (t, event) = next.expect("each event taken out is put back later");
                    numbered.insert(t + stream.next_f64(), event);
                }
            });
        });
    }
    group.finish();
}

/// 10 inputs of 2 kHz, each connected to the same 100 synapses of a compartment with delays of 0.5 to 3 ms; with
/// `number` 0 they are silent.
fn inputs(number: f64) -> Network {
    const SYNAPSES: usize = 100;
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    cell.paint(Region::All, Pas::default());
    for k in 0..SYNAPSES {
        cell.place(format!("synapse {k}"), soma, 0.5, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
    }
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    let mut stream = Random123::new(2, 0, 0);
    for k in 0..10 {
        let input = NetStim { interval: 0.5, number, start: 0.0, noise: 1.0 }; // ms
        let input = network.add_artificial_cell(format!("input {k}"), input);
        for point in 0..SYNAPSES {
            let delay = 0.5 + 2.5 * stream.next_f64(); // ms
            let target = TargetRef::Point { cell, point };
            network.connect(Connection::new(SourceRef::Artificial(input), target, 1e-6, delay)); // uS
        }
    }
    network
}

/// The time of 10 ms, with some 20,000 events and without any: the difference is that of the events.
fn synapses(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("10 ms of synapses");
    for (name, number) in [("some 20,000 events", 1e15), ("no events", 0.0)] {
        let options = Options { numerics: Numerics::Fast, threads: 1, ..Options::default() };
        let mut simulation = Simulation::new(&inputs(number), &options).expect("the model is sound");
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                simulation.run_until(simulation.time() + 10.0).expect("the run stays finite"); // ms
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = queues, synapses
}
criterion_main!(benches);
