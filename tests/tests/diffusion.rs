//! Substances that diffuse along sections have NEURON's concentrations (`tests/neuron/diffusion.py`), on a cell with
//! branches at 1, at 0 and inside, with a reversed section, with 3-D points, and with sections without the mechanism;
//! with an ion's concentration that diffuses by two mechanisms, with arrays, and with coefficients that depend on the
//! voltage, the time and another concentration. `Exact` is equal to the bit, `Fast` stays within 1e-9 mV, and 1e-9 of a
//! concentration; the bits depend neither on the numbers of ranks and threads and the sizes of groups, nor on an
//! interruption.

#[expect(dead_code, reason = "the example's main")]
#[path = "../../crates/loligo/examples/own_mechanisms/main.rs"]
mod own_mechanisms;

use std::sync::Arc;

use loligo::kernels::{
    Catalogue, CatalogueError, CompileError, DiffusionTerms, Environment, Instances, IonUse, IonVariable, Kernel, Kind,
    Layout, Outbox, Signature, Variable,
};
use loligo::prelude::*;
use loligo::{Curve, End, Point3d, SpatialProfile};
use loligo_tests::{numbers, project_file, read_json, run_on};
use serde_json::Value;

/// Two substances whose diffusion depends on the voltage, the time and a concentration that diffuses as well:
/// `tests/neuron/own_mechanisms/spread.mod`.
#[derive(Debug)]
struct Spread(Arc<Signature>);

const D: usize = 0;
const CAI: usize = 1; // mM
const B: usize = 2;

impl Default for Spread {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("d", "um2/ms", 0.3, "diffusion coefficient"),
                Variable::state("cai", "mM", "calcium concentration inside"),
                Variable::state("b", "1", "another substance"),
            ],
            ions: vec![IonUse::of("ca_ion").writing(IonVariable::Inside, CAI)],
            has_state: true,
            state_reads_voltage: true,
            diffusion: vec![CAI, B],
            ..Signature::new("spread", "spreads", Kind::Density)
        }))
    }
}

impl loligo::kernels::Mechanism for Spread {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(SpreadKernel { dt: environment.dt, second_order: environment.second_order }))
    }
}

#[derive(Debug)]
struct SpreadKernel {
    dt: f64, // ms
    second_order: bool,
}

impl Kernel for SpreadKernel {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for (k, v) in v.iter().enumerate() {
            instances.set(CAI, k, 2e-4);
            instances.set(B, k, 1.0 + v / 100.0);
        }
    }

    fn advance(&self, _: f64, v: &[f64], mut instances: Instances<'_>) {
        let dt = if self.second_order { 0.5 * self.dt } else { self.dt }; // ms
        for (k, v) in v.iter().enumerate() {
            for (column, flux) in [(CAI, 1e-5), (B, v / 10.0)] {
                let old = instances.value(column, k);
                let new = old + flux / (1.0 / dt * 2.0);
                let more = if self.second_order { dt * ((new - old) / dt) } else { 0.0 };
                instances.set(column, k, new + more);
            }
        }
    }

    fn diffusion(&self, which: usize, t: f64, v: &[f64], instances: Instances<'_>, terms: DiffusionTerms<'_>) {
        for (k, v) in v.iter().enumerate() {
            let (d, cai) = (instances.value(D, k), instances.value(CAI, k));
            terms.volume[k] = 2.0; // um2
            terms.conductance[k] = match which {
                0 => d * (1.0 + 1000.0 * cai),
                _ => d * (2.0 + 10000.0 * cai - v / 100.0 + t / 10.0),
            };
        }
    }
}

fn catalogue() -> Catalogue {
    own_mechanisms::catalogue().unwrap().with(Arc::new(Spread::default())).unwrap()
}

fn cell(reference: &Value, name: &str) -> Cell {
    let mut cell = Cell::new(name);
    let points = reference["points"].as_array().unwrap();
    for entry in reference["cell"].as_array().unwrap() {
        let number = |k: usize| entry[k].as_f64().unwrap();
        let name = entry[0].as_str().unwrap();
        let mut section = match entry[1].as_f64() {
            Some(length) => Section::cylinder(name, length, number(2)),
            None => Section::points(
                name,
                points
                    .iter()
                    .map(|point| {
                        let [x, y, z, diameter] = [0, 1, 2, 3].map(|k| point[k].as_f64().unwrap() as f32);
                        Point3d { x, y, z, diameter }
                    })
                    .collect(),
            ),
        };
        section = section.with_segments(entry[3].as_u64().unwrap() as usize).with_axial_resistance(100.0);
        if let Some(parent) = entry[4].as_str() {
            let parent = cell.sections.iter().position(|own| own.name == parent).unwrap();
            section = section.attached_to(parent, number(5));
            if let (Some(attachment), 1.0) = (&mut section.parent, number(6)) {
                attachment.child_end = End::One;
            }
        }
        cell.add_section(section);
        let mechanisms: Vec<&str> = entry[7].as_str().unwrap().split_whitespace().collect();
        let region = || Region::section_named(name);
        cell.paint(region(), Hh::default());
        for mechanism in &mechanisms {
            match *mechanism {
                "cadif" => {
                    let diameter = SpatialProfile::Diameter(Curve::Linear { at_zero: 0.0, slope: 1.0 });
                    cell.paint_varying(region(), Mechanism::new("cadif"), [("width", diameter)]);
                }
                "cadpump" => cell.paint(region(), Mechanism::new("cadpump").with("depth", 0.6)), // um
                other => cell.paint(region(), Mechanism::new(other)),
            }
        }
        if !mechanisms.is_empty() {
            cell.paint(region(), Mechanism::new("cahva").with("pbar", 2e-5)); // cm/s
            cell.paint(region(), Mechanism::new("skca").with("gbar", 5e-4)); // S/cm2
        }
    }
    cell
}

fn network(reference: &Value, cells: usize, every: usize) -> Network {
    let mut network = Network::with_catalogue(catalogue());
    for k in 0..cells {
        let mut cell = cell(reference, &format!("cell{k}"));
        let a = cell.sections.iter().position(|own| own.name == "a").unwrap();
        let amp = 0.2 + 0.05 * k as f64; // nA
        cell.place("electrode", a, 0.9, IClamp { delay: 1.0, dur: 1e9, amp }); // ms, ms, nA
        let sections: Vec<String> = cell.sections.iter().map(|section| section.name.clone()).collect();
        let cell = network.add_cell(cell);
        for name in reference["cases"][0]["samples"].as_object().unwrap().keys() {
            let (place, variable) = name.split_once(").").unwrap();
            let (section, x) = place.split_once('(').unwrap();
            let section = sections.iter().position(|own| own == section).unwrap();
            let variable = VariableRef::section(cell, section, x.parse().unwrap(), variable);
            network.record_as(format!("{k} {name}"), variable, every);
        }
    }
    network
}

fn options(reference: &Value, numerics: Numerics) -> Options {
    Options { celsius: reference["celsius"].as_f64().unwrap(), numerics, ..Options::default() }
}

#[test]
fn concentrations_are_neurons() {
    let reference = read_json(&project_file("tests/reference/diffusion.json"));
    let network = network(&reference, 1, reference["every"].as_u64().unwrap() as usize);
    let orders = [SecondOrder::BackwardEuler, SecondOrder::CrankNicolson, SecondOrder::CrankNicolsonCurrents];
    for numerics in [Numerics::Exact, Numerics::Fast] {
        for (case, second_order) in reference["cases"].as_array().unwrap().iter().zip(orders) {
            let options = Options { second_order, ..options(&reference, numerics) };
            let mut simulation = Simulation::new(&network, &options).unwrap();
            simulation.run_until(case["tstop"].as_f64().unwrap()).unwrap();
            for (recording, (name, expected)) in case["samples"].as_object().unwrap().iter().enumerate() {
                let (own, expected) = (simulation.samples(recording).unwrap(), numbers(expected));
                assert_eq!(own.len(), expected.len());
                let largest = expected.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
                let allowed = if name.ends_with(").v") { 1e-9 } else { 1e-9 * largest };
                for (k, (own, expected)) in own.iter().zip(&expected).enumerate() {
                    let same = match numerics {
                        Numerics::Exact => own.to_bits() == expected.to_bits(),
                        Numerics::Fast => (own - expected).abs() <= allowed,
                    };
                    assert!(same, "{numerics:?}, {second_order:?}: {name} is {own:?}, not {expected:?}, at sample {k}");
                }
            }
        }
    }
}

#[test]
fn machines_and_interruptions_do_not_matter() {
    let reference = read_json(&project_file("tests/reference/diffusion.json"));
    let network = network(&reference, 4, 1);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let options = options(&reference, numerics);
        let (expected, end) = run_on((1, 1, 8192), &network, &options, None, 5.0);
        for machine in [(1, 2, 1), (1, 3, 8192), (2, 1, 8192), (2, 2, 1), (3, 1, 1)] {
            let (own, own_end) = run_on(machine, &network, &options, None, 5.0);
            assert_eq!(expected.difference(&own), None, "{numerics:?}, {machine:?}");
            assert!(own_end == end, "{numerics:?}, {machine:?}: the ends differ");
        }
        let (first, checkpoint) = run_on((1, 2, 1), &network, &options, None, 2.0);
        let (rest, own_end) = run_on((2, 1, 8192), &network, &options, Some(&checkpoint), 5.0);
        assert!(own_end == end, "{numerics:?}: the ends differ after an interruption");
        for ((all, first), rest) in expected.samples.iter().zip(&first.samples).zip(&rest.samples) {
            assert_eq!(all[first.len()..], rest[..], "{numerics:?}");
        }
    }
}

#[test]
fn only_states_of_density_mechanisms_diffuse() {
    let refused = |change: fn(&mut Signature)| {
        let mut signature = (*Spread::default().0).clone();
        change(&mut signature);
        match Catalogue::builtin().with(Arc::new(Spread(Arc::new(signature)))) {
            Err(error @ CatalogueError::Diffusion { .. }) => error.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let parameter = refused(|signature| signature.diffusion = vec![B, D]);
    assert_eq!(parameter, "the mechanism spread cannot let its column 0 diffuse: d is no state; declare it as one");
    assert!(refused(|signature| signature.diffusion = vec![3]).ends_with("it has 3 columns, counted from 0"));
    assert!(refused(|signature| signature.diffusion = vec![B, CAI, B]).contains("b is listed twice"));
    assert!(refused(|signature| signature.kind = Kind::Point { electrode: false }).contains("only density mechanisms"));
    assert!(refused(|signature| signature.kind = Kind::Artificial).contains("only density mechanisms"));
    let identity = |signature: Signature| loligo::kernels::Mechanism::identity(&Spread(Arc::new(signature)));
    let plain = Signature { diffusion: vec![B], ..(*Spread::default().0).clone() };
    assert_ne!(identity(plain), identity((*Spread::default().0).clone()));
}
