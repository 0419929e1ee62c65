//! Excitable membrane and ions reproduce published numbers.
//!
//! * A. L. Hodgkin and A. F. Huxley, "A quantitative description of membrane current and its application to conduction
//!   and excitation in nerve", J. Physiol. 117 (1952) 500-544, doi:10.1113/jphysiol.1952.sp004764: the propagated spike
//!   of an axon of 238 um radius, Ra 35.4 ohm cm, at 18.5 degC runs at 18.8 m/s; its height is some 90 mV.
//! * J. Rinzel and R. N. Miller, "Numerical calculation of stable and unstable periodic solutions to the Hodgkin-Huxley
//!   equations", Math. Biosci. 49 (1980) 27-59, doi:10.1016/0025-5564(80)90109-1: at 6.3 degC repetitive firing exists
//!   from 6.26 uA/cm2 on (and is the only stable behaviour from 9.78 uA/cm2 on, until oscillations end at 154.5
//!   uA/cm2).
//! * W. Nernst 1888: E = (R T / z F) ln(outside / inside), with the CODATA 2018 constants R = 8.314462618 J/(mol K),
//!   F = 96485.33212 C/mol.

use loligo::nernst;
use loligo::prelude::*;

/// The equations as published: rates by formula, leak reversal 10.613 mV above rest.
const SQUID: Hh = Hh { gnabar: 0.12, gkbar: 0.036, gl: 0.0003, el: -54.387, table: false };

#[test]
fn the_spike_of_the_squid_runs_at_its_speed() {
    let mut cell = Cell::new("axon");
    let axon = Section::cylinder("axon", 60_000.0, 476.0).with_segments(601).with_axial_resistance(35.4);
    let axon = cell.add_section(axon);
    cell.paint(Region::All, SQUID);
    cell.place("electrode", axon, 0.0, IClamp { delay: 0.1, dur: 0.3, amp: 20_000.0 });
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    let watches = [0.4, 0.7].map(|x| network.watch(SourceRef::voltage(cell, axon, x), -20.0));
    let v = network.record(VariableRef::voltage(cell, axon, 0.6));
    let options = Options { dt: 0.002, celsius: 18.5, second_order: SecondOrder::CrankNicolson, ..Options::default() };
    let mut simulation = Simulation::new(&network, &options).expect("the model is sound");
    simulation.run_until(6.0).expect("the run stays finite");
    let [near, far] = watches.map(|watch| simulation.spikes_of_connection(watch));
    assert_eq!((near.len(), far.len()), (1, 1));
    let speed = 0.3 * 60.0 / (far[0] - near[0]); // mm/ms = m/s
    let height = simulation.samples(v).unwrap().iter().copied().fold(f64::MIN, f64::max) + 65.0; // mV
    println!("{speed:.2} m/s, {height:.1} mV");
    assert!((speed - 18.8).abs() < 0.2, "{speed} m/s");
    assert!((height - 90.5).abs() < 2.0, "{height} mV");
}

/// Spike times of one compartment in a constant current (uA/cm2), which rises slowly so that the cell may remain at
/// rest.
fn spikes(density: f64, rise: f64, options: &Options) -> Vec<f64> {
    let mut cell = Cell::new("membrane");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    cell.paint(Region::All, SQUID);
    let amp = density * 1e-5 * std::f64::consts::PI * 400.0; // nA: uA/cm2 times um2 are 1e-5 nA
    cell.place("electrode", soma, 0.5, IClamp { delay: 0.0, dur: 1e9, amp: 0.0 });
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    let waveform = Waveform::continuous(vec![0.0, rise, 1e6], vec![0.0, amp, amp]);
    network.play(VariableRef::point(cell, 0, "amp"), waveform);
    let watch = network.watch(SourceRef::voltage(cell, soma, 0.5), -20.0);
    let mut simulation = Simulation::new(&network, options).expect("the model is sound");
    simulation.run_until(600.0).expect("the run stays finite");
    simulation.spikes_of_connection(watch)
}

#[test]
fn repetitive_firing_begins_where_it_should() {
    let options = Options { dt: 0.005, second_order: SecondOrder::CrankNicolson, ..Options::default() };
    // A sudden current of 6 uA/cm2 causes spikes, but no repetitive firing; one of 6.6 does.
    let late = |times: &[f64]| times.iter().filter(|&&t| t > 300.0).count();
    assert_eq!(late(&spikes(6.0, 1e-3, &options)), 0);
    assert!(late(&spikes(6.6, 1e-3, &options)) > 10);
    // After a slow rise, the cell remains at rest at 9 uA/cm2; at 11 rest is not stable.
    assert_eq!(late(&spikes(9.0, 250.0, &options)), 0);
    assert!(late(&spikes(11.0, 250.0, &options)) > 10);
    // The frequency increases with the current; about 68 Hz at 10 uA/cm2.
    let frequency = |density| {
        let times = spikes(density, 1e-3, &options);
        let last = &times[times.len() - 6..];
        5e3 / (last[5] - last[0]) // Hz
    };
    let frequencies = [7.0, 10.0, 20.0, 50.0].map(frequency);
    println!("{frequencies:.1?} Hz at 7, 10, 20, 50 uA/cm2");
    assert!(frequencies.is_sorted());
    assert!((frequencies[1] - 68.0).abs() < 1.5, "{} Hz", frequencies[1]);
}

/// The order of the step in dt on a spiking membrane: although gates and voltage are staggered, Crank-Nicolson remains
/// of second order.
#[test]
fn order_in_dt_on_active_membrane() {
    let value = |dt: f64, second_order| {
        let mut cell = Cell::new("membrane");
        let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
        cell.paint(Region::All, SQUID);
        cell.place("electrode", soma, 0.5, IClamp { delay: 0.0, dur: 1e9, amp: 0.0 });
        let mut network = Network::new();
        let cell = network.add_cell(cell);
        let ramp = Waveform::continuous(vec![0.0, 100.0], vec![0.0, 10.0]);
        network.play(VariableRef::point(cell, 0, "amp"), ramp);
        let v = network.record(VariableRef::voltage(cell, soma, 0.5));
        let options = Options { dt, second_order, ..Options::default() };
        let mut simulation = Simulation::new(&network, &options).expect("the model is sound");
        simulation.run_until(3.0).expect("the run stays finite");
        let samples = simulation.samples(v).unwrap();
        samples[samples.len() - 1]
    };
    for (second_order, expected, tolerance) in
        [(SecondOrder::BackwardEuler, 1.0, 0.15), (SecondOrder::CrankNicolson, 2.0, 0.3)]
    {
        let fine = 1.0 / 8192.0; // ms
        let exact = value(fine, SecondOrder::CrankNicolson);
        let error = |dt: f64| (value(dt, second_order) - exact).abs();
        let dt = 1.0 / 128.0;
        let order = (error(dt) / error(dt / 2.0)).log2();
        println!("{second_order:?}: order {order:.3}, error {:.1e} mV at dt {dt}", error(dt));
        assert!((order - expected).abs() < tolerance, "{second_order:?}: order {order}");
    }
}

#[test]
fn nernst_potentials() {
    // R T / F: 24.081 mV at 6.3 degC, 25.693 mV at 25 degC, 26.727 mV at 37 degC.
    for (celsius, thermal) in [(6.3, 24.0811), (25.0, 25.6926), (37.0, 26.7266)] {
        let e = nernst(1.0, std::f64::consts::E, 1.0, celsius);
        assert!((e - thermal).abs() < 1e-4, "{celsius} degC: {e} mV");
        assert!((nernst(1.0, 10.0, 1.0, celsius) - thermal * 10f64.ln()).abs() < 3e-4);
        assert!((nernst(1.0, 10.0, 2.0, celsius) - thermal * 10f64.ln() / 2.0).abs() < 3e-4);
        assert!((nernst(10.0, 1.0, -1.0, celsius) - thermal * 10f64.ln()).abs() < 3e-4);
    }
    assert_eq!(nernst(3.0, 3.0, 2.0, 20.0), 0.0);
    // The squid's axon at 6.3 degC, with 440 and 50 mM of sodium outside and inside: 52 mV.
    assert!((nernst(50.0, 440.0, 1.0, 6.3) - 52.37).abs() < 0.01);
}
