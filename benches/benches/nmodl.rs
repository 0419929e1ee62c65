//! Mechanisms from text: each hook per instance, by the plain interpreter and the block interpreter, and the built-in
//! mechanism; and the time from text to a kernel.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{
    Block, Catalogue, Environment, Kernel, KernelScratch, Layout, Mechanism, Membrane, Numerics, Outbox, Role,
};
use loligo_nmodl::interpreter::Interpreter;
use loligo_nmodl::{ProgrammedMechanism, Reading};

const INSTANCES: usize = 500;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn from_text(file: &str) -> ProgrammedMechanism {
    let mut reading = Reading::of_file(&project().join(file)).expect("the file exists");
    let lowered = reading.lower().expect("it has no errors");
    ProgrammedMechanism::new(lowered.signature, lowered.programs).expect("lowered programs are valid")
}

fn environment(numerics: Numerics, globals: Arc<[f64]>) -> Environment {
    Environment {
        dt: 0.025,
        celsius: 6.3,
        second_order: false,
        numerics,
        lanes: Lanes::detect(),
        current_slopes: false,
        globals,
        tables: Arc::default(),
        usual_values: Arc::default(),
        first_values: Arc::default(),
    }
}

/// The ways to run a mechanism from text, and the built-in mechanism of the same equations.
fn kernels(file: &str, builtin: Option<&str>) -> Vec<(String, Block, Arc<dyn Kernel>)> {
    let mechanism = from_text(file);
    let signature = mechanism.signature().clone();
    let globals: Arc<[f64]> = signature.global_defaults().collect();
    let untabulated: Option<Arc<[f64]>> = signature.globals.iter().any(|own| own.name == "usetable").then(|| {
        let off = |own: &loligo_mechanisms::Variable| if own.name == "usetable" { 0.0 } else { own.default };
        signature.globals.iter().map(off).collect()
    });
    let block = Block::new(signature.defaults(), INSTANCES);
    let mut kernels = Vec::new();
    let variants = [("", Some(globals)), (", formulas", untabulated)];
    for (label, globals) in variants.into_iter().filter_map(|(label, globals)| Some((label, globals?))) {
        let programs = Arc::new(mechanism.programs().clone());
        let exact = environment(Numerics::Exact, globals.clone());
        let plain = Interpreter::new(programs, &exact, Vec::new());
        kernels.push((format!("plain{label}"), block.clone(), Arc::new(plain) as Arc<dyn Kernel>));
        for numerics in [Numerics::Exact, Numerics::Fast] {
            let environment = environment(numerics, globals.clone());
            let kernel = mechanism.compile(&environment, &Layout::of(&block)).expect("it compiles");
            kernels.push((format!("{numerics:?}{label}"), block.clone(), kernel));
        }
    }
    let catalogue = Catalogue::builtin();
    for (table, label) in [(1.0, ""), (0.0, ", formulas")] {
        let Some(mechanism) = builtin.map(|name| catalogue.find(name).expect("it is built in")) else { continue };
        let signature = mechanism.signature();
        let mut block = Block::new(signature.defaults(), INSTANCES);
        if let Some(column) = signature.column("table") {
            block.fill(column, table);
        }
        for (column, variable) in signature.columns().enumerate() {
            if variable.role == Role::Output {
                block.discard(column);
            }
        }
        for numerics in [Numerics::Exact, Numerics::Fast] {
            let environment = environment(numerics, Arc::default());
            let kernel = mechanism.compile(&environment, &Layout::of(&block)).expect("it compiles");
            kernels.push((format!("built-in {numerics:?}{label}"), block.clone(), kernel));
        }
    }
    kernels
}

fn hooks(criterion: &mut Criterion) {
    let v: Vec<f64> = (0..INSTANCES).map(|k| -75.0 + 40.0 * k as f64 / INSTANCES as f64).collect();
    let (mut rhs, mut diagonal) = (vec![0.0; INSTANCES], vec![0.0; INSTANCES]);
    let mut scratch = KernelScratch::default();
    for (file, builtin) in [("tests/mods/hh.mod", Some("hh")), ("examples/mods/na_tm.mod", None)] {
        let mut group = criterion.benchmark_group(file);
        group.throughput(Throughput::Elements(INSTANCES as u64));
        for (label, mut block, kernel) in kernels(file, builtin) {
            kernel.initialize(0.0, &v, block.instances(0..INSTANCES, &mut scratch), &mut Outbox::default());
            group.bench_function(format!("{label}, current"), |bencher| {
                bencher.iter(|| {
                    let membrane = Membrane { rhs: &mut rhs, diagonal: &mut diagonal };
                    kernel.current(1.0, black_box(&v), block.instances(0..INSTANCES, &mut scratch), membrane);
                });
            });
            group.bench_function(format!("{label}, advance"), |bencher| {
                bencher.iter(|| kernel.advance(1.0, black_box(&v), block.instances(0..INSTANCES, &mut scratch)));
            });
        }
        group.finish();
    }
}

fn compilation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("from text to a kernel");
    group.bench_function("hh", |bencher| {
        bencher.iter(|| {
            let mechanism = from_text("tests/mods/hh.mod");
            let globals = mechanism.signature().global_defaults().collect();
            let block = Block::new(mechanism.signature().defaults(), 1);
            mechanism.compile(&environment(Numerics::Fast, globals), &Layout::of(&block))
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    targets = hooks, compilation
}
criterion_main!(benches);
