//! The event queue: inserting and removing, time per event, for several numbers of pending events.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use loligo_events::EventQueue;
use loligo_random::Random123;

/// Number of events in one measurement.
const EVENTS: usize = 10_000;

fn events(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("event queue");
    group.throughput(Throughput::Elements(EVENTS as u64));
    for waiting in [10, 1_000, 100_000] {
        let mut stream = Random123::new(1, 0, 0);
        let mut queue = EventQueue::default();
        for event in 0..waiting {
            queue.insert(stream.next_f64(), event);
        }
        group.bench_function(BenchmarkId::new("waiting", waiting), |bencher| {
            bencher.iter(|| {
                for _ in 0..EVENTS {
                    let next = queue.next_time().and_then(|t| queue.pop_until(t));
                    let (t, event) = next.expect("each event taken out is put back later");
                    queue.insert(t + stream.next_f64(), event);
                }
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = events
}
criterion_main!(benches);
