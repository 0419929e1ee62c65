//! `Fast` stays within 1e-9 mV of `Exact`, and thus of NEURON, while voltages are between -300 and 300 mV, far beyond
//! the range of a membrane without injected currents; the numbers of spikes are equal. Cells that injected currents
//! drive further are computed exactly.

use loligo::prelude::*;
use loligo_random::Random123;
use loligo_tests::Dice;

/// A cell of one to four sections with hh, driven by a few steps of current.
fn driven(seed: u32, dice: &mut Dice) -> Network {
    let mut cell = Cell::new(format!("cell {seed}"));
    let size = dice.between(8.0, 30.0); // um
    let soma = cell.add_section(Section::cylinder("soma", size, size));
    let table = dice.below(2) == 0;
    cell.paint(SectionKind::Soma, Hh { table, ..Hh::default() });
    for k in 0..dice.below(4) {
        let dendrite = Section::cylinder(format!("dend{k}"), dice.between(20.0, 200.0), dice.between(0.7, 3.0));
        cell.add_section(dendrite.with_segments(1 + dice.below(5)).attached_to(soma, 1.0));
    }
    cell.paint(SectionKind::Dendrite, Pas { g: dice.between(5e-5, 5e-4), e: -65.0 });
    if dice.below(2) == 0 {
        cell.paint(SectionKind::Dendrite, Hh { table, gnabar: 0.05, ..Hh::default() });
    }
    for k in 0..1 + dice.below(3) {
        // From a current sufficient for spikes to one that drives the cell far beyond physiological
        // voltages, scaled by its size.
        let strength = 10f64.powf(dice.between(-1.5, 1.0)) * (size / 10.0).powi(2); // nA
        let amp = if dice.below(2) == 0 { strength } else { -strength };
        let section = dice.below(cell.sections.len());
        let step = IClamp { delay: dice.between(0.5, 15.0), dur: dice.between(0.05, 10.0), amp };
        cell.place(format!("step {k}"), section, 0.5, step);
    }
    let sections = cell.sections.len();
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    for section in 0..sections {
        network.record(VariableRef::voltage(cell, section, 0.5));
    }
    network.watch(SourceRef::voltage(cell, soma, 0.5), 0.0);
    network
}

#[test]
fn fast_stays_within_its_bound_where_cells_are_driven() {
    let (mut within, mut far_out, mut beyond) = (0, 0, Vec::new());
    for seed in 0..400 {
        let network = driven(seed, &mut Dice(Random123::new(seed, 17, 3)));
        let [exact, fast] = [Numerics::Exact, Numerics::Fast].map(|numerics| {
            let mut simulation = Simulation::new(&network, &Options { numerics, ..Options::default() }).unwrap();
            simulation.run_until(25.0).unwrap();
            simulation
        });
        let (mut largest, mut error) = (0.0_f64, 0.0_f64); // mV
        for recording in 0..exact.recordings() {
            for (a, b) in exact.samples(recording).unwrap().iter().zip(fast.samples(recording).unwrap()) {
                largest = largest.max(a.abs());
                error = error.max((a - b).abs());
            }
        }
        println!("{seed}: {error:.2e} mV, up to {largest:.0} mV");
        if error > 1e-9 {
            beyond.push(format!("seed {seed}: {error} mV apart, voltages up to {largest} mV"));
        }
        assert_eq!(exact.spikes().len(), fast.spikes().len(), "seed {seed}");
        within += usize::from(error > 0.0);
        far_out += usize::from(largest > 128.0 && error > 0.0);
    }
    assert!(beyond.is_empty(), "{beyond:#?}");
    // Cells that were not computed exactly.
    assert!(within > 150 && far_out > 20, "{within} by Fast, {far_out} of them beyond 128 mV");
}
