//! Cells of realistic shape reproduce NEURON's numbers over many spikes: `Exact` to the bit in every sample of the
//! soma's voltage, `Fast` within 1e-7 mV with every spike in the same step.
//!
//! Morphology from an SWC file, three segments in each section, hh and pas everywhere, a current step at the soma.
//! `reference/detailed_*.json` have NEURON 9.0.2's results (`neuron/detailed_cell.py`): steps of the spikes, every
//! 1000th sample, and the SHA-256 of all samples as little-endian bytes. One morphology is part of this project; the
//! other, c91662, is not.

use std::path::Path;

use loligo::morphology::Morphology;
use loligo::prelude::*;
use loligo_tests::{numbers, outside_reference, project_file, read_json, sha256, sha256_of_doubles};

fn check(morphology: &Path, reference: &str, prune: impl FnOnce(&mut Cell)) {
    let reference = read_json(&project_file("tests/reference").join(reference));
    let number = |key: &str| reference[key].as_f64().expect("a number");
    let file = std::fs::read(morphology).expect("the morphology is there");
    assert_eq!(reference["morphology_sha256"], sha256(&file), "another morphology than the reference was made with");
    let imported = Morphology::read(morphology).expect("NEURON reads it, too");

    let mut cell = Cell::of_morphology("cell", &imported.morphology);
    prune(&mut cell);
    assert_eq!(cell.sections.len() as f64, number("sections"));
    cell.for_each_section(&Region::All, |section| {
        section.discretization = Discretization::Fixed(3);
        section.axial_resistance = 100.0; // ohm cm
    });
    cell.paint(Region::All, Hh::default());
    cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 });
    let soma = cell.sections.iter().position(|section| section.kind == SectionKind::Soma).expect("there is a soma");
    cell.place("electrode", soma, 0.5, IClamp { delay: 1.0, dur: 1e9, amp: number("amp_nA") });
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    let watch = network.watch(SourceRef::voltage(cell, soma, 0.5), 0.0);
    let v = network.record(VariableRef::voltage(cell, soma, 0.5));

    for numerics in [Numerics::Exact, Numerics::Fast] {
        let options = Options { numerics, ..Options::default() };
        let mut simulation = Simulation::new(&network, &options).expect("the model is sound");
        simulation.run_until(number("tstop_ms")).expect("the run stays finite");
        let samples = simulation.samples(v).unwrap();
        assert_eq!(samples.len() as f64, number("samples"));
        let steps: Vec<f64> = simulation.spikes_of_connection(watch).iter().map(|t| (t / options.dt).round()).collect();
        assert_eq!(steps, numbers(&reference["spike_steps"]), "{numerics:?}");
        let kept = samples.iter().copied().step_by(1000);
        let worst = kept.zip(numbers(&reference["v_mV"])).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        println!("{}: {numerics:?}, {} spikes, |dv| <= {worst:e} mV", morphology.display(), steps.len());
        if numerics == Numerics::Exact {
            assert_eq!(worst, 0.0);
            assert_eq!(reference["v_sha256"], sha256_of_doubles(samples));
        } else {
            assert!(worst <= 1e-7, "{worst:e} mV");
        }
    }
}

#[test]
fn a_grown_pyramidal_cell() {
    check(&project_file("morphologies/pyramidal_l5.swc"), "detailed_pyramidal_l5.json", |_| {});
}

#[test]
fn a_cell_with_a_replaced_axon() {
    check(&project_file("morphologies/pyramidal_l5.swc"), "detailed_pyramidal_l5_pruned.json", |cell| {
        cell.remove_sections(Region::section_named("dend[3]")).expect("there is such a dendrite");
        cell.scale_diameters(SectionKind::Apical, 1.2).expect("there are apical dendrites");
        cell.replace_axon(&[(30.0, 1.5), (30.0, 1.0)]).expect("there is a soma"); // um
    });
}

#[test]
fn a_reconstructed_cell() {
    if let Some(morphology) = outside_reference("morphologies/c91662.swc") {
        check(&morphology, "detailed_c91662.json", |_| {});
    }
}
