//! Passive membrane agrees with cable theory. Analytic tests are in this package (`analytic_*.rs`), beside the
//! contracts, because they need only the simulator; `validation/` has the tests that need NEURON.
//!
//! Notation: d diameter, l length, Ra axial resistivity, g and cm conductance and capacitance of the membrane,
//! lambda = sqrt(d / (4 Ra g)) length constant, L = l / lambda, tau = cm / g, R = Ra lambda / (pi d^2 / 4) the input
//! resistance of a semi-infinite cable.
//!
//! * W. Rall, "Core conductor theory and cable properties of neurons", Handbook of Physiology 1 (1977) 39-97,
//!   doi:10.1002/cphy.cp010103: steady states, AC, equivalent cylinder.
//! * W. Rall, "Time constants and electrotonic length of membrane cylinders and neurons", Biophys. J. 9 (1969)
//!   1483-1508, doi:10.1016/S0006-3495(69)86467-2: transients.
//! * W. Rall, "Branching dendritic trees and motoneuron membrane resistivity", Exp. Neurol. 1 (1959) 491-527,
//!   doi:10.1016/0014-4886(59)90046-9: the 3/2 power.

use std::f64::consts::PI;

use loligo::prelude::*;

const E: f64 = -65.0; // mV, reversal potential and start

/// A cylinder of passive membrane.
#[derive(Clone, Copy)]
struct Cylinder {
    length: f64,   // um
    diameter: f64, // um
    ra: f64,       // ohm cm
    g: f64,        // S/cm2
    cm: f64,       // uF/cm2
}

const CYLINDER: Cylinder = Cylinder { length: 1000.0, diameter: 2.0, ra: 150.0, g: 1e-4, cm: 1.0 };

impl Cylinder {
    /// Length constant, um.
    fn lambda(&self) -> f64 {
        1e4 * (self.diameter * 1e-4 / (4.0 * self.ra * self.g)).sqrt()
    }

    /// Electrotonic length.
    fn electrotonic(&self) -> f64 {
        self.length / self.lambda()
    }

    /// Input resistance of the semi-infinite cylinder, MOhm.
    fn resistance(&self) -> f64 {
        1e-2 * self.ra * self.lambda() / (PI * self.diameter * self.diameter / 4.0)
    }

    /// Time constant of the membrane, ms.
    fn tau(&self) -> f64 {
        1e-3 * self.cm / self.g
    }

    /// Capacitance of the whole cylinder, nF.
    fn capacitance(&self) -> f64 {
        1e-5 * self.cm * PI * self.diameter * self.length
    }

    fn section(&self, segments: usize) -> Section {
        Section::cylinder("cable", self.length, self.diameter)
            .with_segments(segments)
            .with_axial_resistance(self.ra)
            .with_membrane_capacitance(self.cm)
    }

    fn cell(&self, segments: usize) -> Cell {
        let mut cell = Cell::new("cell");
        cell.add_section(self.section(segments));
        cell.paint(Region::All, Pas { g: self.g, e: E });
        cell
    }
}

fn always(amp: f64) -> IClamp {
    IClamp { delay: 0.0, dur: 1e9, amp }
}

/// Runs a cell; returns the samples of v - E (mV) for each place (section, x).
fn run(cell: Cell, places: &[(usize, f64)], options: &Options, tstop: f64) -> Vec<Vec<f64>> {
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    let recordings: Vec<_> = places.iter().map(|&(s, x)| network.record(VariableRef::voltage(cell, s, x))).collect();
    samples(&network, &recordings, options, tstop)
}

fn samples(network: &Network, recordings: &[usize], options: &Options, tstop: f64) -> Vec<Vec<f64>> {
    let mut simulation = Simulation::new(network, options).expect("the model is sound");
    simulation.run_until(tstop).expect("the run stays finite");
    recordings.iter().map(|&k| simulation.samples(k).unwrap().iter().map(|v| v - E).collect()).collect()
}

/// Options with a dt (ms).
fn options(dt: f64, second_order: SecondOrder) -> Options {
    Options { dt, second_order, v_init: E, ..Options::default() }
}

/// The steady state: backward Euler reaches it with very large steps.
fn steady(cell: Cell, places: &[(usize, f64)]) -> Vec<f64> {
    let dt = 1e5; // ms
    let v = run(cell, places, &options(dt, SecondOrder::BackwardEuler), 40.0 * dt);
    v.iter().map(|samples| samples[samples.len() - 1]).collect()
}

const PLACES: [(usize, f64); 4] = [(0, 0.0), (0, 0.3), (0, 0.5), (0, 1.0)];

/// The centre of the segment that contains x; ends are returned unchanged.
fn centre(x: f64, segments: usize) -> f64 {
    if x == 0.0 || x == 1.0 { x } else { ((x * segments as f64).floor() + 0.5) / segments as f64 }
}

/// Sealed end, current I at 0: V(x) = I R cosh(L - X) / sinh(L).
fn sealed(cable: &Cylinder, current: f64, x: f64) -> f64 {
    let l = cable.electrotonic();
    current * cable.resistance() * (l * (1.0 - x)).cosh() / l.sinh()
}

/// Discretisation error at the end with the electrode: (dx / lambda)^2 / 8 of the voltage, 3.7e-5 for 101 segments.
const DISCRETISATION: f64 = 5e-5;

#[test]
fn steady_state_with_a_sealed_end() {
    let segments = 101;
    let mut cell = CYLINDER.cell(segments);
    cell.place("electrode", 0, 0.0, always(0.1));
    let found = steady(cell, &PLACES);
    let largest = sealed(&CYLINDER, 0.1, 0.0);
    for (&(_, x), found) in PLACES.iter().zip(found) {
        let expected = sealed(&CYLINDER, 0.1, centre(x, segments));
        assert!((found - expected).abs() < DISCRETISATION * largest, "x = {x}: {found} mV, theory {expected} mV");
    }
}

/// Killed end (held at rest): V(x) = I R sinh(L - X) / cosh(L).
#[test]
fn steady_state_with_a_killed_end() {
    let segments = 101;
    let mut cell = CYLINDER.cell(segments);
    cell.place("electrode", 0, 0.0, always(0.1));
    cell.place("short circuit", 0, 1.0, SEClamp { rs: 1e-6, dur1: 1e9, amp1: E, ..SEClamp::default() });
    let found = steady(cell, &PLACES);
    let l = CYLINDER.electrotonic();
    let theory = |x: f64| 0.1 * CYLINDER.resistance() * (l * (1.0 - x)).sinh() / l.cosh();
    for (&(_, x), found) in PLACES.iter().zip(found) {
        let expected = theory(centre(x, segments));
        assert!((found - expected).abs() < DISCRETISATION * theory(0.0), "x = {x}: {found} mV, theory {expected} mV");
    }
}

/// Current step at y of a sealed cylinder (Rall 1969): with tau_n = tau / (1 + (n pi / L)^2) and B_0 = 1, B_n = 2,
/// V(x, t) = V(x, infinity) - (I / C) sum of B_n tau_n cos(n pi y / l) cos(n pi x / l) exp(-t / tau_n), C the
/// capacitance of the whole, and V(x, infinity) = I R cosh(Y) cosh(L - X) / sinh(L) for x beyond y.
///
/// The electrode is in the first segment, not at the 0 end. The end has no capacitance, and there Crank-Nicolson, in
/// NEURON as here, oscillates about the correct voltage after a jump of the current, with the amplitude of the voltage
/// drop to the first centre.
#[test]
fn transient_of_a_sealed_cylinder() {
    let segments = 101;
    let y = 0.5 / segments as f64;
    let mut cell = CYLINDER.cell(segments);
    cell.place("electrode", 0, y, always(0.1));
    let dt = 0.01; // ms
    let places = [(0, y), (0, 0.3), (0, 0.5), (0, 1.0)];
    let found = run(cell, &places, &options(dt, SecondOrder::CrankNicolson), 30.0);
    let l = CYLINDER.electrotonic();
    let tau = |n: f64| CYLINDER.tau() / (1.0 + (n * PI / l).powi(2)); // ms
    let last = |x: f64| sealed(&CYLINDER, 0.1, x) * (l * y).cosh(); // mV
    let mut worst: f64 = 0.0;
    for (&(_, x), found) in places.iter().zip(&found) {
        let x = centre(x, segments);
        for t in [1.0, 2.0, 5.0, 10.0, 30.0] {
            let modes = (0..200).map(f64::from).map(|n| {
                let weight = if n == 0.0 { 1.0 } else { 2.0 };
                weight * tau(n) * (n * PI * y).cos() * (n * PI * x).cos() * (-t / tau(n)).exp()
            });
            let expected = last(x) - 0.1 / CYLINDER.capacitance() * modes.sum::<f64>();
            let found = found[(t / dt).round() as usize];
            worst = worst.max((found - expected).abs() / last(y));
        }
    }
    println!("transient: off by {worst:.1e} of the input voltage");
    assert!(worst < 1e-4, "{worst:e}");

    // Only the first equalising time constant: even n do not contribute to the difference between the ends, and n = 3
    // decays fast.
    let mut cell = CYLINDER.cell(segments);
    cell.place("electrode", 0, y, IClamp { delay: 0.0, dur: 0.5, amp: 0.5 });
    let ends = run(cell, &[(0, 0.0), (0, 1.0)], &options(dt, SecondOrder::CrankNicolson), 12.0);
    let difference = |t: f64| {
        let step = (t / dt).round() as usize;
        ends[0][step] - ends[1][step]
    };
    let found = 2.0 / (difference(6.0) / difference(8.0)).ln(); // ms
    assert!((found / tau(1.0) - 1.0).abs() < 3e-4, "tau_1 = {found} ms, theory {} ms", tau(1.0));
}

/// One compartment: V(t) = V(0) exp(-t / tau). The step gives V(0) / (1 + dt/tau)^n or, second order, V(0)
/// ((1 - dt/2tau) / (1 + dt/2tau))^n, within rounding.
#[test]
fn decay_of_one_compartment() {
    let soma = Cylinder { length: 20.0, diameter: 20.0, ..CYLINDER };
    let (dt, v0) = (0.025, -15.0);
    for (second_order, bound) in [(SecondOrder::BackwardEuler, 2e-3), (SecondOrder::CrankNicolson, 2e-6)] {
        for numerics in [Numerics::Exact, Numerics::Fast] {
            let options = Options { v_init: E + v0, numerics, ..options(dt, second_order) };
            let found = run(soma.cell(1), &[(0, 0.5)], &options, 30.0);
            let a = dt / soma.tau();
            let factor = match second_order {
                SecondOrder::BackwardEuler => 1.0 / (1.0 + a),
                _ => (1.0 - a / 2.0) / (1.0 + a / 2.0),
            };
            for (n, found) in found[0].iter().enumerate() {
                let expected = v0 * factor.powi(n as i32);
                assert!((found - expected).abs() < 1e-10, "step {n}: {found} mV, theory {expected} mV");
                let exact = v0 * (-(n as f64) * a).exp();
                assert!((found - exact).abs() < bound * v0.abs(), "step {n}: {found} mV, theory {exact} mV");
            }
        }
    }
}

/// Sinusoidal current at 0 of a sealed cylinder: with q = sqrt(1 + i omega tau), V(l) / V(0) = 1 / cosh(q L) and
/// V(0) / I = R / (q tanh(q L)).
#[test]
fn attenuation_of_a_sinusoidal_current() {
    let cable = Cylinder { g: 1e-3, length: 600.0, ..CYLINDER };
    let (dt, amplitude) = (0.0125, 0.1); // ms, nA
    for frequency in [20.0, 100.0, 400.0] {
        let period = 1000.0 / frequency; // ms
        let omega = 2.0 * PI / period; // 1/ms
        let tstop = 12.0 * cable.tau() + 2.0 * period;
        let mut cell = cable.cell(101);
        cell.place("electrode", 0, 0.0, always(0.0));
        let mut network = Network::new();
        let cell = network.add_cell(cell);
        let times: Vec<f64> = (0..=(tstop / dt) as usize + 2).map(|k| dt * k as f64).collect();
        let values = times.iter().map(|t| amplitude * (omega * t).sin()).collect();
        network.play(VariableRef::point(cell, 0, "amp"), Waveform::continuous(times, values));
        let ends: Vec<_> = [0.0, 1.0].map(|x| network.record(VariableRef::voltage(cell, 0, x))).to_vec();
        let v = samples(&network, &ends, &options(dt, SecondOrder::CrankNicolson), tstop);
        // The Fourier component over the last period: amplitude and phase against sin.
        let steps = (period / dt).round() as usize;
        let component = |v: &[f64]| {
            let last = v.len() - steps;
            let sum = |part: fn(f64) -> f64| -> f64 {
                (last..v.len()).map(|k| v[k] * part(omega * dt * k as f64)).sum::<f64>() * 2.0 / steps as f64
            };
            Complex(sum(f64::sin), sum(f64::cos))
        };
        let (near, far) = (component(&v[0]), component(&v[1]));
        let q = Complex(1.0, omega * cable.tau()).sqrt();
        let ql = q.times(Complex(cable.electrotonic(), 0.0));
        let expected = Complex(1.0, 0.0).over(ql.cosh());
        let found = far.over(near);
        let off = found.minus(expected).size() / expected.size();
        assert!(off < 1e-3, "{frequency} Hz: V(l) / V(0) = {found:?}, theory {expected:?}");
        let impedance = Complex(cable.resistance(), 0.0).over(q.times(ql.sinh()).over(ql.cosh())); // MOhm
        let found = near.over(Complex(amplitude, 0.0));
        let off_impedance = found.minus(impedance).size() / impedance.size();
        assert!(off_impedance < 1e-3, "{frequency} Hz: V(0) / I = {found:?} MOhm, theory {impedance:?} MOhm");
        println!("{frequency} Hz: attenuation off by {off:.1e}, impedance by {off_impedance:.1e}");
    }
}

#[derive(Clone, Copy, Debug)]
struct Complex(f64, f64);

impl Complex {
    fn times(self, o: Self) -> Self {
        Self(self.0 * o.0 - self.1 * o.1, self.0 * o.1 + self.1 * o.0)
    }

    fn over(self, o: Self) -> Self {
        let square = o.0 * o.0 + o.1 * o.1;
        Self((self.0 * o.0 + self.1 * o.1) / square, (self.1 * o.0 - self.0 * o.1) / square)
    }

    fn minus(self, o: Self) -> Self {
        Self(self.0 - o.0, self.1 - o.1)
    }

    fn size(self) -> f64 {
        self.0.hypot(self.1)
    }

    fn sqrt(self) -> Self {
        let (size, angle) = (self.size().sqrt(), self.1.atan2(self.0) / 2.0);
        Self(size * angle.cos(), size * angle.sin())
    }

    fn cosh(self) -> Self {
        Self(self.0.cosh() * self.1.cos(), self.0.sinh() * self.1.sin())
    }

    fn sinh(self) -> Self {
        Self(self.0.sinh() * self.1.cos(), self.0.cosh() * self.1.sin())
    }
}

/// A tree whose branches conserve the sum of d^(3/2) and end at one electrotonic distance is equivalent to a cylinder,
/// at the trunk and, in each branch, at the same electrotonic distance (Rall 1959). With segments of equal electrotonic
/// length, this also holds for the compartments, within rounding.
#[test]
fn a_branching_tree_is_a_cylinder() {
    let trunk = Cylinder { length: 300.0, diameter: 4.0, ..CYLINDER };
    let whole = Cylinder { length: 900.0, ..trunk };
    // One daughter with 3/4 of the sum and one with 1/4; the former branches again into halves.
    let branch = |share: f64| {
        let diameter = trunk.diameter * share.powf(2.0 / 3.0);
        let scaled = Cylinder { diameter, ..trunk };
        Cylinder { length: 300.0 * scaled.lambda() / trunk.lambda(), ..scaled }
    };
    let mut tree = Cell::new("tree");
    let add = |tree: &mut Cell, cylinder: Cylinder, segments, parent: Option<usize>| {
        let mut section = cylinder.section(segments);
        section.name = format!("section {}", tree.sections.len());
        tree.add_section(if let Some(parent) = parent { section.attached_to(parent, 1.0) } else { section })
    };
    let root = add(&mut tree, trunk, 5, None);
    let thick = add(&mut tree, branch(0.75), 5, Some(root));
    let quarter = branch(0.25);
    let thin = add(&mut tree, Cylinder { length: 2.0 * quarter.length, ..quarter }, 10, Some(root));
    let leaf = add(&mut tree, branch(0.375), 5, Some(thick));
    add(&mut tree, branch(0.375), 5, Some(thick));
    tree.paint(Region::All, Pas { g: CYLINDER.g, e: E });

    let mut cylinder = whole.cell(15);
    let clamp = IClamp { delay: 1.0, dur: 7.0, amp: 0.4 };
    for cell in [&mut tree, &mut cylinder] {
        cell.place("electrode", 0, 0.0, clamp);
    }
    let options = options(0.025, SecondOrder::BackwardEuler);
    let v = run(cylinder, &[(0, 0.0), (0, 0.5), (0, 1.0)], &options, 20.0);
    let places = [(root, 0.0), (thick, 0.5), (thin, 0.25), (leaf, 1.0), (thin, 1.0)];
    let same = [0, 1, 1, 2, 2];
    let tree = run(tree, &places, &options, 20.0);
    let mut worst: f64 = 0.0;
    for (found, expected) in tree.iter().zip(same.map(|k| &v[k])) {
        worst = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(worst, f64::max);
    }
    let largest = v[0].iter().copied().fold(0.0, f64::max);
    println!("equivalent cylinder: |dv| <= {worst:.1e} mV of {largest:.1} mV");
    assert!(largest > 3.0 && worst < 1e-9, "{worst:e} mV of {largest} mV");
}

/// The discretisation error decreases with the square of the number of compartments.
#[test]
fn second_order_in_the_number_of_segments() {
    let error = |segments: usize| {
        let mut cell = CYLINDER.cell(segments);
        cell.place("electrode", 0, 0.0, always(0.1));
        let found = steady(cell, &[(0, 0.0), (0, 0.5), (0, 1.0)]);
        let expected = [0.0, 0.5, 1.0].map(|x| sealed(&CYLINDER, 0.1, x));
        found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    };
    for (coarse, fine) in [(5, 15), (15, 45), (45, 135)] {
        let order = (error(coarse) / error(fine)).ln() / 3f64.ln();
        println!("{coarse} -> {fine} segments: order {order:.3}");
        assert!((order - 2.0).abs() < 0.05, "{coarse} -> {fine} segments: order {order}");
    }
}

/// The error of the step decreases with dt for backward Euler, with its square for Crank-Nicolson. The current is a
/// ramp: a jump would excite modes that are too fast for every dt.
#[test]
fn order_in_dt() {
    let value = |dt: f64, second_order| {
        let mut cell = CYLINDER.cell(11);
        cell.place("electrode", 0, 0.1, always(0.0));
        let mut network = Network::new();
        let cell = network.add_cell(cell);
        let waveform = Waveform::continuous(vec![0.0, 100.0], vec![0.0, 10.0]);
        network.play(VariableRef::point(cell, 0, "amp"), waveform);
        let v = network.record(VariableRef::voltage(cell, 0, 0.9));
        let v = samples(&network, &[v], &options(dt, second_order), 8.0);
        v[0][v[0].len() - 1]
    };
    for (second_order, expected) in [(SecondOrder::BackwardEuler, 1.0), (SecondOrder::CrankNicolson, 2.0)] {
        let exact = value(1.0 / 4096.0, SecondOrder::CrankNicolson);
        let error = |dt: f64| (value(dt, second_order) - exact).abs();
        for dt in [0.125, 0.0625] {
            let order = (error(dt) / error(dt / 2.0)).log2();
            println!("{second_order:?}, dt {dt}: order {order:.3}");
            assert!((order - expected).abs() < 0.1, "{second_order:?}, dt {dt}: order {order}");
        }
    }
}
