//! User-defined mechanisms, written as in a separate crate, one file each: channels, a calcium pool with a pump,
//! calcium that diffuses, synapses with plasticity, with random release, or driven by a voltage or a state elsewhere,
//! an artificial cell, and mechanisms with lists of numbers and function tables given by the user.
//!
//! `cargo run --release --example own_mechanisms` prints the peak of the calcium concentration in a cell with
//! some of these mechanisms.

use std::error::Error;
use std::sync::Arc;

use loligo::kernels::math::{Exact, Math};
use loligo::kernels::{Catalogue, Membrane};
use loligo::prelude::{Cell, Hh, IClamp, Mechanism, Network, Options, Region, Section, Simulation, VariableRef};

mod burster;
mod calcium_channel;
mod calcium_diffusion;
mod calcium_pump;
mod current_sequence;
mod fire_and_reset;
mod graded_synapse;
mod leak;
mod modulator;
mod plastic_synapse;
mod potassium_channel;
mod releasing_synapse;
mod state_synapse;
mod tabulated_channel;

/// The built-in mechanisms and those of this folder, in the order of evaluation.
///
/// # Errors
/// None: the names are new.
pub fn catalogue() -> Result<Catalogue, Box<dyn Error>> {
    let catalogue = Catalogue::builtin()
        .with(Arc::new(burster::Burster::default()))?
        .with(Arc::new(calcium_diffusion::CalciumDiffusion::default()))?
        .with(Arc::new(calcium_pump::CalciumPump::default()))?
        .with(Arc::new(calcium_channel::CalciumChannel::default()))?
        .with(Arc::new(graded_synapse::GradedSynapse::default()))?
        .with(Arc::new(tabulated_channel::TabulatedChannel::default()))?
        .with(Arc::new(fire_and_reset::FireAndReset::default()))?
        .with(Arc::new(modulator::Modulator::default()))?
        .with(Arc::new(leak::Leak::default()))?
        .with(Arc::new(releasing_synapse::ReleasingSynapse::default()))?
        .with(Arc::new(potassium_channel::PotassiumChannel::default()))?
        .with(Arc::new(state_synapse::StateSynapse::default()))?
        .with(Arc::new(plastic_synapse::PlasticSynapse::default()))?
        .with(Arc::new(current_sequence::CurrentSequence::default()))?;
    Ok(catalogue)
}

/// Adds a current, a function of the instance and the voltage (mV), to the membrane, with the slope that NEURON
/// computes, and stores it in `i`.
fn add_current(v: &[f64], i: &mut [f64], mut membrane: Membrane<'_>, current: impl Fn(usize, f64) -> f64) {
    for (k, &v) in v.iter().enumerate() {
        i[k] = current(k, v);
        membrane.add(k, i[k], (current(k, v + 0.001) - i[k]) / 0.001);
    }
}

/// Adds a current of an ion and stores its slope, which second-order steps need.
fn add_ion_current(
    v: &[f64],
    [i, slope]: [&mut [f64]; 2],
    mut membrane: Membrane<'_>,
    current: impl Fn(usize, f64) -> f64,
) {
    for (k, &v) in v.iter().enumerate() {
        i[k] = current(k, v);
        slope[k] = (current(k, v + 0.001) - i[k]) / 0.001;
        membrane.add(k, i[k], slope[k]);
    }
}

/// A gate that relaxes to a steady state with a time constant (ms), after `dt` (ms), in NEURON's order of operations.
fn relax(x: f64, (inf, tau): (f64, f64), dt: f64) -> f64 {
    x + (1.0 - Exact::exp(dt * (-1.0 / tau))) * (-(inf / tau) / (-1.0 / tau) - x)
}

/// Conductances that decay to 0 with their time constants (ms), after `dt` (ms).
fn decay(g: &mut [f64], tau: &[f64], dt: f64) {
    for (g, tau) in g.iter_mut().zip(tau) {
        *g = relax(*g, (0.0, *tau), dt);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    cell.paint(Region::All, Hh::default());
    cell.paint(Region::All, Mechanism::new("cahva").with("pbar", 2e-5)); // cm/s
    cell.paint(Region::All, Mechanism::new("cadpump").with("depth", 0.6)); // um
    cell.paint(Region::All, Mechanism::new("skca").with("gbar", 5e-4)); // S/cm2
    cell.paint(Region::All, Mechanism::new("multileak").with("g[0]", 1e-5).with("level[0]", -70.0)); // S/cm2, mV
    cell.place("electrode", soma, 0.5, IClamp { delay: 2.0, dur: 100.0, amp: 0.5 }); // ms, ms, nA
    let mut network = Network::with_catalogue(catalogue()?);
    network.set_global("cahva", "vshift", -2.0); // mV
    let cell = network.add_cell(cell);
    let cai = network.record(VariableRef::section(cell, soma, 0.5, "cai"));
    let mut simulation = Simulation::new(&network, &Options::default())?;
    simulation.run_until(50.0)?; // ms
    let peak = simulation.samples(cai)?.iter().copied().fold(0.0, f64::max); // mM
    println!("the calcium concentration rises to {:.2} uM", 1e3 * peak);
    Ok(())
}
