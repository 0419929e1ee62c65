//! How long it takes to build a large network, and how much memory it needs.
//!
//! `cargo run --release -p loligo-benches --bin large -- [CELLS] [SYNAPSES_PER_CELL] [STEPS]`

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use loligo::prelude::*;
use loligo_benches::large_network::{COMPARTMENTS_PER_CELL, large_network};

/// Counts the bytes in use.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every request is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(IN_USE.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let before = IN_USE.fetch_add(size, Relaxed);
        PEAK.fetch_max(before + size - layout.size(), Relaxed);
        IN_USE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn report(what: &str, start: Instant) {
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    let (in_use, peak) = (megabytes(IN_USE.load(Relaxed)), megabytes(PEAK.load(Relaxed)));
    println!("{what:<12} {:8.2} s, {in_use:9.1} MB in use, {peak:9.1} MB at the peak", start.elapsed().as_secs_f64());
}

/// Memory that the process has held at most, bytes, as far as the system tells.
fn resident_peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? * 1024.0)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: usize| arguments.next().map_or(Ok(default), |text| text.parse::<usize>());
    let (cells, per_cell, steps) = (number(1000)?, number(1000)?, number(10)?);
    let start = Instant::now();
    let network = large_network(cells, per_cell);
    report("described", start);
    let mut simulation = Simulation::new(&network, &Options::default())?;
    report("built", start);
    let run = Instant::now();
    simulation.run_until(steps as f64 * 0.025)?; // ms
    report("run", run);
    let compartments = (cells * COMPARTMENTS_PER_CELL) as f64;
    let resident = resident_peak().unwrap_or(f64::NAN);
    println!("{cells} cells, {compartments} compartments, {} synapses, {steps} steps", cells * per_cell);
    println!("{:.0} MB resident at the peak, {:.0} bytes per compartment", resident / 1e6, resident / compartments);
    Ok(())
}
