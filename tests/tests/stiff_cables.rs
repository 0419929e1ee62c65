//! A piece of cable so short and thick that solving its equations loses digits is computed with exact arithmetic also
//! in `Fast`: the voltage is the same to the bit. Otherwise `Exact` and `Fast` would differ by 4e-9 mV here after 50
//! ms, and by 1e-5 mV if the disc is 0.1 nm high. A cell without such a piece is not computed in this way.

use loligo::prelude::*;

/// A firing soma of 20 um, a disc of some height (um) on it, and a dendrite.
fn cell(height: f64) -> Cell {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    let disc = cell.add_section(Section::cylinder("disc", height, 20.0).attached_to(soma, 1.0));
    let dendrite = Section::cylinder("dend", 100.0, 1.0).with_segments(5).with_axial_resistance(100.0);
    cell.add_section(dendrite.attached_to(disc, 1.0));
    cell.paint(Region::section_named("soma"), Hh::default());
    cell.paint(SectionKind::Dendrite, Pas::default());
    cell.place("step", soma, 0.5, IClamp { delay: 1.0, dur: 1e9, amp: 0.3 });
    cell
}

fn voltage(cell: &Cell, numerics: Numerics) -> Vec<f64> {
    let mut network = Network::new();
    let index = network.add_cell(cell.clone());
    let v = network.record(VariableRef::voltage(index, 0, 0.5));
    let options = Options { numerics, ..Options::default() };
    let mut simulation = Simulation::new(&network, &options).expect("the model is sound");
    simulation.run_until(50.0).expect("it stays finite");
    simulation.samples(v).unwrap().to_vec()
}

#[test]
fn cells_with_a_thin_disc_are_computed_exactly_in_every_profile() {
    for height in [0.1, 1e-2, 1e-4] {
        let cell = cell(height);
        assert_eq!(voltage(&cell, Numerics::Fast), voltage(&cell, Numerics::Exact), "{height} um");
    }
}

#[test]
fn other_cells_are_not() {
    let cell = cell(10.0);
    assert_ne!(voltage(&cell, Numerics::Fast), voltage(&cell, Numerics::Exact));
}

#[test]
fn stiffness_is_conductance_over_capacitance_a_step() {
    let stiffness = |cell: &Cell, dt| cell.cable().expect("the geometry is sound").stiffness(dt);
    let mut soma = Cell::new("soma");
    soma.add_section(Section::cylinder("soma", 20.0, 20.0));
    // pi d2/4 / (Ra L/2) = 88.7 uS; pi d L cm = 12.57 pF
    let expected = 88.75 / (0.012566 / 0.025);
    assert!((stiffness(&soma, 0.025) / expected - 1.0).abs() < 1e-3, "{}", stiffness(&soma, 0.025));
    assert_eq!(stiffness(&soma, 0.05), 2.0 * stiffness(&soma, 0.025));
    assert!(stiffness(&cell(0.1), 0.025) > 20_000.0);
    soma.sections[0].membrane_capacitance = 0.0;
    assert_eq!(stiffness(&soma, 0.025), f64::INFINITY);
}
