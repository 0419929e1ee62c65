//! Kernels: elementary functions and rates, then each mechanism's current and states, per instance.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use loligo_mechanisms::math::{BATCH, FUNCTIONS, Interpolant, Lanes, Simd, Values, VectorLoop, exp};
use loligo_mechanisms::{
    Block, CHUNK, Catalogue, Environment, KernelScratch, Layout, Membrane, Numerics, Outbox, Role,
};

/// The instruction sets of this processor by their number of lanes.
fn instruction_sets() -> Vec<(&'static str, Lanes)> {
    let names = ["baseline", "AVX2", "AVX-512"];
    let names = if cfg!(target_arch = "x86_64") { names } else { ["baseline", "vector", "vector"] };
    names.into_iter().zip(Lanes::available()).collect()
}

struct Exponentials<'a> {
    x: &'a [f64],
    y: &'a mut [f64],
}

impl VectorLoop for Exponentials<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for (y, &x) in self.y.iter_mut().zip(self.x) {
            *y = exp(x);
        }
    }
}

fn exponentials(criterion: &mut Criterion) {
    const COUNT: usize = 1024;
    let x: Vec<f64> = (0..COUNT).map(|k| -30.0 + 0.05 * k as f64).collect();
    let mut y = vec![0.0; COUNT];
    let mut group = criterion.benchmark_group("exp");
    group.throughput(Throughput::Elements(COUNT as u64));
    for (name, lanes) in instruction_sets() {
        group.bench_function(name, |bencher| bencher.iter(|| lanes.run(Exponentials { x: black_box(&x), y: &mut y })));
    }
    group.bench_function("the C library", |bencher| {
        bencher.iter(|| y.iter_mut().zip(black_box(&x)).for_each(|(y, x)| *y = x.exp()));
    });
    group.finish();
}

struct Evaluation<'a> {
    interpolant: &'a Interpolant,
    v: &'a [f64],
    values: &'a mut Values,
}

impl VectorLoop for Evaluation<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> bool {
        self.interpolant.evaluate(simd, self.v, self.values)
    }
}

fn interpolants(criterion: &mut Criterion) {
    let interpolant = Interpolant::new(8, |v| [1.0 / (1.0 + (-(v + 40.0) / 5.0).exp()); FUNCTIONS]);
    let mut values = Values::default();
    let mut group = criterion.benchmark_group("eight functions of the voltage");
    group.throughput(Throughput::Elements(BATCH as u64));
    for (name, lanes) in instruction_sets() {
        for (spread, step) in [("4 mV", 4.0), ("100 mV", 100.0)] {
            let v: Vec<f64> = (0..BATCH).map(|k| -70.0 + step * (k * 37 % BATCH) as f64 / BATCH as f64).collect();
            group.bench_function(format!("{name}, voltages within {spread}"), |bencher| {
                bencher.iter(|| {
                    lanes.run(Evaluation { interpolant: &interpolant, v: black_box(&v), values: &mut values })
                });
            });
        }
    }
    group.finish();
}

fn mechanisms(criterion: &mut Criterion) {
    let catalogue = Catalogue::builtin();
    let subjects = [
        ("hh, formulas", "hh", Some(("table", 0.0))),
        ("hh, table", "hh", None),
        ("pas", "pas", None),
        ("ExpSyn", "ExpSyn", None),
        ("Exp2Syn", "Exp2Syn", None),
        ("IClamp", "IClamp", None),
    ];
    for numerics in [Numerics::Fast, Numerics::Exact] {
        let environment = Environment {
            dt: 0.025,
            celsius: 6.3,
            second_order: false,
            numerics,
            lanes: Lanes::detect(),
            current_slopes: false,
            globals: Arc::default(),
            tables: Arc::default(),
            usual_values: Arc::default(),
            first_values: Arc::default(),
        };
        let t = 1.0; // ms
        let mut scratch = KernelScratch::default();
        let v: Vec<f64> = (0..CHUNK).map(|k| -75.0 + 40.0 * k as f64 / CHUNK as f64).collect();
        let (mut rhs, mut diagonal) = (vec![0.0; CHUNK], vec![0.0; CHUNK]);
        for hook in ["current", "advance"] {
            let mut group = criterion.benchmark_group(format!("{hook}, {numerics:?}"));
            group.throughput(Throughput::Elements(CHUNK as u64));
            for (label, name, parameter) in subjects {
                let mechanism = catalogue.find(name).expect("the catalogue has it");
                let signature = mechanism.signature();
                if hook == "advance" && !signature.has_state {
                    continue;
                }
                let mut block = Block::new(signature.defaults(), CHUNK);
                if let Some((parameter, value)) = parameter {
                    block.fill(signature.column(parameter).expect("the mechanism has it"), value);
                }
                for (column, variable) in signature.columns().enumerate() {
                    if variable.role == Role::Output {
                        block.discard(column);
                    }
                }
                let kernel = mechanism.compile(&environment, &Layout::of(&block)).expect("a built-in mechanism");
                kernel.initialize(0.0, &v, block.instances(0..CHUNK, &mut scratch), &mut Outbox::default());
                group.bench_function(BenchmarkId::from_parameter(label), |bencher| {
                    bencher.iter(|| {
                        let instances = block.instances(0..CHUNK, &mut scratch);
                        if hook == "current" {
                            let membrane = Membrane { rhs: &mut rhs, diagonal: &mut diagonal };
                            kernel.current(t, black_box(&v), instances, membrane);
                        } else {
                            kernel.advance(t, black_box(&v), instances);
                        }
                    });
                });
            }
            group.finish();
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = exponentials, interpolants, mechanisms
}
criterion_main!(benches);
