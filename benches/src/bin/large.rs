//! Measures the time to build a large network, and the memory that it needs.
//!
//! `cargo run --release -p loligo-benches --bin large -- [CELLS] [SYNAPSES_PER_CELL] [STEPS] [--separate] [--checkpoint]`:
//! cells with one shared description, or with `--separate` one description for each; with `--checkpoint` the state is
//! also saved and restored.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use loligo::Checkpoint;
use loligo::prelude::*;
use loligo_benches::large_network::{COMPARTMENTS_PER_CELL, large_network};

/// Counts the bytes in use.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every request is passed unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(IN_USE.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        // SAFETY: the caller fulfils the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller fulfils the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let before = IN_USE.fetch_add(size, Relaxed);
        PEAK.fetch_max(before + size - layout.size(), Relaxed);
        IN_USE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller fulfils the contract of `realloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Prints the time and memory used since `start`.
fn report(what: &str, start: &Moment) {
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    let (in_use, peak) = (megabytes(IN_USE.load(Relaxed)), megabytes(PEAK.load(Relaxed)));
    let (wall, processor) = start.elapsed();
    println!(
        "{what:<10} {processor:7.2} s of processor time ({wall:.2} s), {in_use:.1} MB in use, {peak:.1} at the peak"
    );
}

/// A point in wall-clock time, and in the processor time of the process, which is more reliable on a busy machine.
struct Moment {
    clock: Instant,
    processor: f64,
}

impl Moment {
    fn now() -> Self {
        // If the operating system does not report it, the processor time is 0.
        let nanoseconds = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
        let nanoseconds: f64 = nanoseconds.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0.0);
        Self { clock: Instant::now(), processor: 1e-9 * nanoseconds }
    }

    /// Elapsed wall-clock time and processor time, s.
    fn elapsed(&self) -> (f64, f64) {
        (self.clock.elapsed().as_secs_f64(), Self::now().processor - self.processor)
    }
}

/// Largest memory of the process so far, bytes, if the operating system reports it.
fn resident_peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? * 1024.0)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, numbers): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|text| text.starts_with("--"));
    let given = |flag: &str| flags.iter().any(|text| text == flag);
    let mut numbers = numbers.into_iter();
    let mut number = |default: usize| numbers.next().map_or(Ok(default), |text| text.parse::<usize>());
    let (cells, per_cell, steps) = (number(1000)?, number(1000)?, number(10)?);
    let start = Moment::now();
    let network = large_network(cells, per_cell, given("--separate"));
    report("described", &start);
    let mut simulation = Simulation::new(&network, &Options::default())?;
    report("built", &start);
    let run = Moment::now();
    simulation.run_until(steps as f64 * 0.025)?; // ms
    report("run", &run);
    if given("--checkpoint") {
        let start = Moment::now();
        let bytes = simulation.checkpoint()?.to_bytes();
        report("saved", &start);
        println!("{:.0} MB in the file", bytes.len() as f64 / 1e6);
        let start = Moment::now();
        simulation.restore(&Checkpoint::from_bytes(&bytes)?)?;
        report("restored", &start);
    }
    let (compartments, synapses) = (cells * COMPARTMENTS_PER_CELL, cells * per_cell);
    println!("{cells} cells, {compartments} compartments, {synapses} synapses, {steps} steps");
    println!("{:.0} MB resident at the peak", resident_peak().unwrap_or(f64::NAN) / 1e6);
    Ok(())
}
