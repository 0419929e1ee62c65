//! Diffusion along sections of two concentrations and of an array of three that react with each other: equal to
//! NEURON's bits after each step on a tree of seven sections, with branches at 1, at 0 and inside.

use std::sync::Arc;

use loligo::kernels::{
    Catalogue, CompileError, DiffusionTerms, Environment, Instances, Kernel, Kind, Layout, Outbox, Signature, Variable,
};
use loligo::prelude::*;
use loligo::{Curve, SpatialProfile};
use loligo_tests::{outside_reference, read_json};

/// `ca <-> b (20, 10)`, `ca << (src)`, `m[0] <-> m[1] <-> m[2]`, each by `(0.1, 0.2)`; `ca` and `m` diffuse.
#[derive(Debug)]
struct Reactions(Arc<Signature>);

const D: usize = 0; // um2/ms
const SRC: usize = 1;
const DIAM: usize = 2; // um
const CA: usize = 3;
const B: usize = 4;
const M: usize = 5; // three

#[expect(clippy::approx_constant, reason = "NEURON keeps six digits of the default of a parameter")]
const PI: f64 = 3.14159;

impl Default for Reactions {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("D", "um2/ms", 0.6, "diffusion coefficient"),
                Variable::parameter("src", "1", 0.0, "influx"),
                Variable::parameter("diam", "um", 1.0, "diameter"),
                Variable::state("ca", "1", "a concentration"),
                Variable::state("b", "1", "another"),
                Variable::state("m", "1", "three more").array(3),
            ],
            has_state: true,
            diffusion: vec![CA, M, M + 1, M + 2],
            ..Signature::new("ld", "reacts and spreads", Kind::Density)
        }))
    }
}

impl loligo::kernels::Mechanism for Reactions {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(ReactionsKernel { dt: environment.dt }))
    }
}

#[derive(Debug)]
struct ReactionsKernel {
    dt: f64, // ms
}

/// Solves five equations, with the pivots in the given order.
fn solve(mut matrix: [[f64; 5]; 5], mut rhs: [f64; 5], order: [usize; 5]) -> [f64; 5] {
    for (done, &p) in order.iter().enumerate() {
        for &row in &order[done + 1..] {
            let factor = matrix[row][p] / matrix[p][p];
            rhs[row] -= rhs[p] * factor;
            for &column in &order[done + 1..] {
                matrix[row][column] -= matrix[p][column] * factor;
            }
        }
    }
    for (done, &p) in order.iter().enumerate().rev() {
        for &column in &order[done + 1..] {
            rhs[p] -= matrix[p][column] * rhs[column];
        }
        rhs[p] /= matrix[p][p];
    }
    rhs
}

impl Kernel for ReactionsKernel {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for (k, &v) in v.iter().enumerate() {
            let start = [0.1, 0.5, v, 0.2, 0.0];
            start.into_iter().enumerate().for_each(|(state, value)| instances.set(CA + state, k, value));
        }
    }

    fn advance(&self, _: f64, _: &[f64], mut instances: Instances<'_>) {
        for k in 0..instances.len() {
            let x = [CA, B, M, M + 1, M + 2].map(|column| instances.value(column, k));
            let diam = instances.value(DIAM, k);
            let (mut matrix, mut rhs) = ([[0.0; 5]; 5], [0.0; 5]);
            for (state, larger) in [(0, 1.0), (1, 1.0), (2, 1.0), (3, 2.0), (4, 3.0)] {
                matrix[state][state] = 1.0 / self.dt * (PI * diam * diam / 4.0 * larger);
            }
            let mut react = |left: usize, right: usize, (kf, kb): (f64, f64)| {
                let flux = kf * x[left] - kb * x[right];
                rhs[left] -= flux;
                rhs[right] += flux;
                matrix[left][left] += kf;
                matrix[right][left] -= kf;
                matrix[left][right] -= kb;
                matrix[right][right] += kb;
                if left == 0 {
                    rhs[0] += instances.value(SRC, k);
                }
            };
            react(0, 1, (20.0, 10.0));
            react(2, 3, (0.1, 0.2));
            react(3, 4, (0.1, 0.2));
            let change = solve(matrix, rhs, [4, 3, 2, 0, 1]);
            for (state, (x, change)) in x.iter().zip(change).enumerate() {
                instances.set(CA + state, k, x + change);
            }
        }
    }

    fn diffusion(&self, which: usize, _: f64, _: &[f64], instances: Instances<'_>, terms: DiffusionTerms<'_>) {
        for k in 0..instances.len() {
            let (d, diam) = (instances.value(D, k), instances.value(DIAM, k));
            (terms.conductance[k], terms.volume[k]) = match which {
                0 => (d * PI * diam * diam / 4.0, PI * diam * diam / 4.0),
                m => (d * diam * (1.0 + m as f64), PI * diam * diam / 4.0 * m as f64),
            };
        }
    }
}

#[test]
fn concentrations_are_neurons() {
    let Some(path) = outside_reference("nmodl-solvers.json") else { return };
    let reference = &read_json(&path)["longitudinal_diffusion"];
    let mut cell = Cell::new("cell");
    for (name, shape) in reference["sections"].as_object().unwrap() {
        let [length, diam] = [0, 1].map(|k| shape[k].as_f64().unwrap()); // um
        cell.add_section(Section::cylinder(name, length, diam).with_segments(shape[2].as_u64().unwrap() as usize));
    }
    let place = |cell: &Cell, name: &str| cell.sections.iter().position(|section| section.name == name).unwrap();
    // Children at one position are in the order in which they were connected.
    let connections = reference["connections"].as_array().unwrap();
    let names: Vec<&str> = connections.iter().map(|connection| connection[0].as_str().unwrap()).collect();
    cell.sections.sort_by_key(|section| names.iter().position(|name| *name == section.name));
    for connection in connections {
        let [child, parent] = [0, 1].map(|k| place(&cell, connection[k].as_str().unwrap()));
        let section = cell.sections[child].clone();
        cell.sections[child] = section.attached_to(parent, connection[2].as_f64().unwrap());
    }
    let sections: Vec<String> = cell.sections.iter().map(|section| section.name.clone()).collect();
    for section in sections {
        let slope = if section == "b" { 0.0 } else { 0.3 };
        let varying = [
            ("src", SpatialProfile::X(Curve::Linear { at_zero: 0.0, slope })),
            ("diam", SpatialProfile::Diameter(Curve::Linear { at_zero: 0.0, slope: 1.0 })),
        ];
        cell.paint_varying(Region::section_named(section), Mechanism::new("ld"), varying);
    }
    let mut network = Network::with_catalogue(Catalogue::builtin().with(Arc::new(Reactions::default())).unwrap());
    let mut recorded = Vec::new();
    for (index, section) in cell.sections.iter().enumerate() {
        for segment in 0..section.segments() {
            let x = (segment as f64 + 0.5) / section.segments() as f64;
            for (state, name) in ["ca_ld", "b_ld", "m[0]_ld", "m[1]_ld", "m[2]_ld"].into_iter().enumerate() {
                let recording = network.record(VariableRef::section(0, index, x, name));
                recorded.push((recording, section.name.clone(), segment, state));
            }
        }
    }
    network.add_cell(cell);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let options = Options { numerics, v_init: -65.0, ..Options::default() };
        let mut simulation = Simulation::new(&network, &options).unwrap();
        simulation.run_until(1.0).unwrap();
        for (step, expected) in reference["states_after_step"].as_object().unwrap() {
            let k: usize = step.parse().unwrap();
            for (recording, section, segment, state) in &recorded {
                let own = simulation.samples(*recording).unwrap()[k];
                let expected = expected[section.as_str()][*segment][*state].as_f64().unwrap();
                assert_eq!(own.to_bits(), expected.to_bits(), "{section}, {segment}, state {state}, step {step}");
            }
        }
    }
}
