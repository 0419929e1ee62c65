//! Solving trees, time per row: for several shapes, and several numbers of equal trees solved in
//! parallel.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use loligo_cable::{Coupling, HinesMatrix};
use loligo_mechanisms::math::{Lanes, Simd, VectorLoop};
use loligo_random::Random123;

/// Number of rows of one tree.
const ROWS: usize = 64;

/// The parent of each row except the first.
fn shapes() -> [(&'static str, Vec<usize>); 3] {
    let mut stream = Random123::new(1, 0, 0);
    [
        ("unbranched", (0..ROWS - 1).collect()),
        ("binary", (1..ROWS).map(|row| (row - 1) / 2).collect()),
        ("random", (1..ROWS).map(|row| (stream.next_f64() * row.min(8) as f64) as usize + row - row.min(8)).collect()),
    ]
}

/// A number of copies of a tree; equal rows of the copies are adjacent.
fn interleaved(parents: &[usize], copies: usize) -> HinesMatrix {
    let coupling = |row: usize, parent: usize, copy: usize| Coupling {
        row: (row * copies + copy) as u32,
        parent: (parent * copies + copy) as u32,
        to_parent: -0.4, // S/cm2
        from_parent: -0.5,
    };
    let couplings =
        (1..).zip(parents).flat_map(|(row, &parent)| (0..copies).map(move |copy| coupling(row, parent, copy)));
    HinesMatrix::from_couplings(ROWS * copies, couplings.collect())
}

struct Solve<'a> {
    matrix: &'a mut HinesMatrix,
    v: &'a [f64],
}

impl VectorLoop for Solve<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.matrix.diagonal.fill(2.0); // S/cm2
        self.matrix.rhs.fill(0.01); // mA/cm2
        self.matrix.solve_with_axial_current(self.v);
    }
}

fn elimination(criterion: &mut Criterion) {
    for (shape, parents) in shapes() {
        let mut group = criterion.benchmark_group(format!("solve, {shape}"));
        for copies in [1, 8, 12, 32, 128] {
            let mut matrix = interleaved(&parents, copies);
            let v: Vec<f64> = (0..matrix.len()).map(|row| -65.0 + 0.01 * row as f64).collect(); // mV
            group.throughput(Throughput::Elements(matrix.len() as u64));
            group.bench_function(BenchmarkId::new("side by side", copies), |bencher| {
                bencher.iter(|| Lanes::detect().run(Solve { matrix: &mut matrix, v: black_box(&v) }));
            });
            if copies == 1 {
                group.bench_function("in NEURON's order", |bencher| {
                    bencher.iter(|| {
                        matrix.diagonal.fill(2.0);
                        matrix.rhs.fill(0.01);
                        matrix.add_axial_current(black_box(&v));
                        matrix.solve();
                    });
                });
            }
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = elimination
}
criterion_main!(benches);
