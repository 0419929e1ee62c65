//! A mechanism that is called at all stages of a step gives NEURON's numbers for the same blocks in NMODL
//! (`tests/neuron/own_mechanisms/stages.mod`, measured by `tests/neuron/stages.py`): BEFORE INITIAL, AFTER INITIAL,
//! BEFORE BREAKPOINT, AFTER SOLVE, BEFORE STEP.

use std::sync::Arc;

use loligo::kernels::math::{Exact, Math};
use loligo::kernels::{
    Catalogue, CompileError, Environment, Instances, IonUse, IonVariable, Kernel, Kind, Layout, Mechanism, Membrane,
    Outbox, Procedure, Signature, Stage, Variable,
};
use loligo::prelude::{
    Cell, Hh, IClamp, Network, Numerics, Options, Region, SecondOrder, Section, Simulation, VariableRef,
};
use loligo_tests::{numbers, project_file, read_json};

const X: usize = 0; // five sums, 1
const S: usize = 5; // mV
const INA: usize = 6; // mA/cm2
const I: usize = 7; // mA/cm2

#[derive(Debug)]
struct Stages(Arc<Signature>);

impl Default for Stages {
    fn default() -> Self {
        let sums = (0..5).map(|k| Variable::assigned(&format!("x{k}"), "1", "a sum"));
        let others = [
            Variable::state("s", "mV", "follows the voltage"),
            Variable::assigned("ina", "mA/cm2", "sodium current"),
            Variable::assigned("i", "mA/cm2", "current"),
        ];
        Self(Arc::new(Signature {
            variables: sums.chain(others).collect(),
            ions: vec![IonUse::of("na_ion").reading(IonVariable::Current, INA)],
            has_current: true,
            has_state: true,
            state_reads_voltage: true,
            procedures: vec![Procedure::new("add", &["a", "b"], "adds to the first two sums, and returns the voltage")],
            stages: vec![
                Stage::BeforeInitial,
                Stage::AfterInitial,
                Stage::BeforeCurrent,
                Stage::AfterStates,
                Stage::BeforeRecording,
            ],
            ..Signature::new("stages", "adds up at all stages", Kind::Density)
        }))
    }
}

impl Mechanism for Stages {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(StagesKernel { dt: environment.dt }))
    }
}

#[derive(Debug)]
struct StagesKernel {
    dt: f64, // ms
}

impl Kernel for StagesKernel {
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for k in 0..instances.len() {
            instances.set(S, k, instances.value(X, k));
            (2..5).for_each(|sum| instances.set(X + sum, k, 0.0));
        }
    }

    fn current(&self, _: f64, v: &[f64], mut instances: Instances<'_>, mut membrane: Membrane<'_>) {
        for (k, &v) in v.iter().enumerate() {
            let (x2, x4) = (instances.value(X + 2, k), instances.value(X + 4, k));
            let at = |v: f64| 1e-5 * (v + 65.0) + 1e-7 * x2 + 1e-5 * x4; // mA/cm2
            let (shifted, i) = (at(v + 0.001), at(v));
            instances.set(I, k, i);
            membrane.add(k, i, (shifted - i) / 0.001); // mA/cm2, S/cm2
        }
    }

    fn advance(&self, _: f64, v: &[f64], mut instances: Instances<'_>) {
        for (k, &v) in v.iter().enumerate() {
            let s = instances.value(S, k);
            let relaxed = (1.0 - Exact::exp(self.dt * (-1.0 / 3.0))) * (-(v / 3.0) / (-1.0 / 3.0) - s);
            instances.set(S, k, s + relaxed);
        }
    }

    fn call(&self, _: usize, arguments: &[f64], (_, v): (f64, f64), mut instance: Instances<'_>) -> f64 {
        arguments.iter().enumerate().for_each(|(sum, &more)| instance.add(X + sum, 0, more));
        v
    }

    fn at(&self, stage: usize, t: f64, v: &[f64], mut instances: Instances<'_>) {
        for (k, &v) in v.iter().enumerate() {
            let (s, ina) = (instances.value(S, k), instances.value(INA, k));
            let x = instances.value(X + stage, k);
            let x = match stage {
                0 => x + v,
                1 => x + s,
                2 => x + t * v,
                3 => x + s * t,
                _ => x + ina * s + v * 1e-4,
            };
            instances.set(X + stage, k, x);
        }
    }
}

fn network() -> Network {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0).with_axial_resistance(100.0)); // um, ohm cm
    let dend = Section::cylinder("dend", 150.0, 2.0).with_axial_resistance(100.0).with_segments(3); // um, ohm cm
    cell.add_section(dend.attached_to(soma, 1.0));
    cell.paint(Region::All, Hh::default());
    cell.paint(Region::All, loligo::Mechanism::new("stages"));
    cell.place("electrode", soma, 0.5, IClamp { delay: 1.0, dur: 1e9, amp: 0.3 }); // ms, ms, nA
    let mut network = Network::with_catalogue(Catalogue::builtin().with(Arc::new(Stages::default())).unwrap());
    network.add_cell(cell);
    network
}

#[test]
fn stages_are_neurons() {
    let reference = read_json(&project_file("tests/reference/stages.json"));
    let mut network = network();
    let mut names = Vec::new();
    for name in reference["runs"][0]["samples"].as_object().unwrap().keys() {
        let (section, variable) = name.split_once("(0.5).").unwrap();
        let section = usize::from(section == "dend");
        network.record_as(name, VariableRef::section(0, section, 0.5, variable), 10);
        names.push(name);
    }
    let options = |numerics, second_order| Options { numerics, second_order, v_init: -60.0, ..Options::default() };
    let mut largest: f64 = 0.0;
    for numerics in [Numerics::Exact, Numerics::Fast] {
        for (run, second_order) in [SecondOrder::BackwardEuler, SecondOrder::CrankNicolson].into_iter().enumerate() {
            let mut simulation = Simulation::new(&network, &options(numerics, second_order)).unwrap();
            if run == 1 {
                // The sums of the first run continue in the second.
                for place in 0..2 {
                    for (sum, name) in ["x0_stages", "x1_stages"].iter().enumerate() {
                        let section = ["soma", "dend"][place];
                        let samples = &reference["runs"][0]["samples"][format!("{section}(0.5).{name}")];
                        let first = *numbers(samples).last().unwrap();
                        let at = if place == 0 { vec![0.5] } else { vec![0.1, 0.5, 0.9] };
                        for x in at {
                            let value = VariableRef::section(0, place, x, format!("x{sum}_stages"));
                            let handle = simulation.handle(&value.into()).unwrap();
                            simulation.set(handle, first).unwrap();
                        }
                    }
                }
                simulation.initialize().unwrap();
            }
            simulation.run_until(10.0).unwrap(); // ms
            for (recording, name) in names.iter().enumerate() {
                let expected = numbers(&reference["runs"][run]["samples"][name.as_str()]);
                let found = simulation.samples(recording).unwrap();
                assert_eq!(found.len(), expected.len());
                for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
                    if numerics == Numerics::Exact {
                        assert_eq!(
                            found.to_bits(),
                            expected.to_bits(),
                            "{name}, sample {k} of run {run}: {found} {expected}"
                        );
                    } else if name.ends_with(").v") {
                        largest = largest.max((found - expected).abs());
                    }
                }
            }
        }
    }
    assert!(largest <= 1e-9, "Fast is {largest} mV away");
}

#[test]
fn procedures_are_called_for_an_instance() {
    let mut simulation = Simulation::new(&network(), &Options::default()).unwrap();
    let sum = |x: f64, k: usize| VariableRef::section(0, 1, x, format!("x{k}_stages")).into();
    let [first, second] = [0, 1].map(|k| simulation.handle(&sum(0.5, k)).unwrap());
    let before = [first, second].map(|handle| simulation.read(handle).unwrap());
    assert_eq!(simulation.call(first, "add", &[1.5, -2.0]).unwrap(), -65.0); // mV
    let after = [first, second].map(|handle| simulation.read(handle).unwrap());
    assert_eq!([after[0] - before[0], after[1] - before[1]], [1.5, -2.0]);
    let neighbour = simulation.handle(&sum(0.1, 0)).unwrap();
    assert_eq!(simulation.read(neighbour).unwrap(), before[0]);
    assert!(simulation.call(first, "add", &[1.0]).unwrap_err().to_string().contains("has 2 arguments, not 1"));
    assert!(simulation.call(first, "subtract", &[]).is_err());
}
