//! Mechanisms of one's own: a calcium channel and a potassium channel that calcium opens, written as in a crate of one's
//! own, on a compartment with the built-in calcium pool.
//!
//! `cargo run --release -p loligo --example own_mechanisms` prints the peak of the calcium concentration.

use std::error::Error;
use std::sync::Arc;

use loligo::kernels::math::{Exact, Math};
use loligo::kernels::{
    Catalogue, CompileError, Environment, Instances, IonUse, IonVariable, Kernel, Kind, Layout, Mechanism, Membrane,
    Outbox, Signature, Variable, ghk,
};
use loligo::prelude::{Cell, Hh, IClamp, Network, Options, Region, Section, Simulation, VariableRef};

/// A high-threshold calcium channel: ica = pbar m2 h ghk(v), `cahva`.
#[derive(Debug)]
pub struct HighThresholdCalcium(Arc<Signature>);

impl HighThresholdCalcium {
    const PBAR: usize = 0; // cm/s
    const M: usize = 1; // 1
    const H: usize = 2; // 1
    const CAI: usize = 3; // mM
    const CAO: usize = 4; // mM
    const ICA: usize = 5; // mA/cm2
    const VSHIFT: usize = 0; // mV, a global
}

impl Default for HighThresholdCalcium {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("pbar", "cm/s", 1e-4, "largest permeability"),
                Variable::state("m", "1", "activation"),
                Variable::state("h", "1", "inactivation"),
                Variable::assigned("cai", "mM", "calcium concentration inside"),
                Variable::assigned("cao", "mM", "calcium concentration outside"),
                Variable::assigned("ica", "mA/cm2", "calcium current"),
            ],
            globals: vec![Variable::parameter("vshift", "mV", 0.0, "shift of the gates' voltage dependence")],
            ions: vec![
                IonUse::of("ca_ion")
                    .reading(IonVariable::Inside, Self::CAI)
                    .reading(IonVariable::Outside, Self::CAO)
                    .writing(IonVariable::Current, Self::ICA),
            ],
            has_current: true,
            has_state: true,
            state_reads_voltage: true,
            ..Signature::new("cahva", "high-threshold calcium channel, GHK current", Kind::Density)
        }))
    }
}

impl Mechanism for HighThresholdCalcium {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        let Environment { dt, celsius, ref globals, .. } = *environment;
        Ok(Arc::new(CalciumKernel { dt, celsius, vshift: globals[Self::VSHIFT] }))
    }
}

#[derive(Debug)]
struct CalciumKernel {
    dt: f64,      // ms
    celsius: f64, // degC
    vshift: f64,  // mV
}

impl CalciumKernel {
    /// Steady state and time constant (ms) of m and h at `v` (mV).
    fn gates(&self, v: f64) -> [(f64, f64); 2] {
        let m = 1.0 / (1.0 + Exact::exp(-(v + 20.0 - self.vshift) / 6.0));
        let h = 1.0 / (1.0 + Exact::exp((v + 45.0 - self.vshift) / 9.0));
        [(m, 0.5 + 3.0 / (1.0 + Exact::exp((v + 30.0) / 12.0))), (h, 300.0)]
    }
}

impl Kernel for CalciumKernel {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for (k, &v) in v.iter().enumerate() {
            let [(m, _), (h, _)] = self.gates(v);
            instances.set(HighThresholdCalcium::M, k, m);
            instances.set(HighThresholdCalcium::H, k, h);
        }
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, mut membrane: Membrane<'_>) {
        use HighThresholdCalcium as Ca;
        let ([pbar, m, h, cai, cao], [ica]) = instances.columns([Ca::PBAR, Ca::M, Ca::H, Ca::CAI, Ca::CAO], [Ca::ICA]);
        for k in 0..v.len() {
            let at = |v: f64| pbar[k] * m[k] * m[k] * h[k] * ghk(v, cai[k], cao[k], 2.0, self.celsius); // mA/cm2
            ica[k] = at(v[k]); // mA/cm2
            membrane.add(k, ica[k], (at(v[k] + 0.001) - ica[k]) / 0.001); // mA/cm2, S/cm2
        }
    }

    fn advance(&self, _: f64, v: &[f64], instances: Instances<'_>) {
        let ([], [m, h]) = instances.columns([], [HighThresholdCalcium::M, HighThresholdCalcium::H]);
        for (k, &v) in v.iter().enumerate() {
            let gates = self.gates(v);
            m[k] = relax(m[k], gates[0], self.dt);
            h[k] = relax(h[k], gates[1], self.dt);
        }
    }
}

/// A potassium channel that calcium opens: ik = gbar z (v - ek), `skca`.
#[derive(Debug)]
pub struct CalciumDependentPotassium(Arc<Signature>);

impl CalciumDependentPotassium {
    const GBAR: usize = 0; // S/cm2
    const Z: usize = 1; // 1
    const EK: usize = 2; // mV
    const CAI: usize = 3; // mM
    const IK: usize = 4; // mA/cm2
}

impl Default for CalciumDependentPotassium {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("gbar", "S/cm2", 1e-3, "largest conductance"),
                Variable::state("z", "1", "activation"),
                Variable::assigned("ek", "mV", "potassium reversal potential"),
                Variable::assigned("cai", "mM", "calcium concentration inside"),
                Variable::assigned("ik", "mA/cm2", "potassium current"),
            ],
            ions: vec![
                IonUse::of("k_ion")
                    .reading(IonVariable::ReversalPotential, Self::EK)
                    .writing(IonVariable::Current, Self::IK),
                IonUse::of("ca_ion").reading(IonVariable::Inside, Self::CAI),
            ],
            has_current: true,
            has_state: true,
            ..Signature::new("skca", "potassium channel opened by calcium", Kind::Density)
        }))
    }
}

impl Mechanism for CalciumDependentPotassium {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(PotassiumKernel { dt: environment.dt }))
    }
}

#[derive(Debug)]
struct PotassiumKernel {
    dt: f64, // ms
}

/// Steady state of the activation at a calcium concentration, mM.
fn activation(cai: f64) -> f64 {
    1.0 / (1.0 + (4.3e-4 / cai).powf(4.8))
}

impl Kernel for PotassiumKernel {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        use CalciumDependentPotassium as Sk;
        for k in 0..v.len() {
            instances.set(Sk::Z, k, activation(instances.value(Sk::CAI, k)));
        }
    }

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, mut membrane: Membrane<'_>) {
        use CalciumDependentPotassium as Sk;
        let ([gbar, z, ek], [ik]) = instances.columns([Sk::GBAR, Sk::Z, Sk::EK], [Sk::IK]);
        for k in 0..v.len() {
            let at = |v: f64| gbar[k] * z[k] * (v - ek[k]); // mA/cm2
            ik[k] = at(v[k]); // mA/cm2
            membrane.add(k, ik[k], (at(v[k] + 0.001) - ik[k]) / 0.001); // mA/cm2, S/cm2
        }
    }

    fn advance(&self, _: f64, _: &[f64], instances: Instances<'_>) {
        use CalciumDependentPotassium as Sk;
        let ([cai], [z]) = instances.columns([Sk::CAI], [Sk::Z]);
        for k in 0..z.len() {
            z[k] = relax(z[k], (activation(cai[k]), 1.5), self.dt);
        }
    }
}

/// A gate that relaxes to a steady state with a time constant (ms), after `dt` (ms), in NEURON's order of operations.
fn relax(x: f64, (inf, tau): (f64, f64), dt: f64) -> f64 {
    x + (1.0 - Exact::exp(dt * (-1.0 / tau))) * (-(inf / tau) / (-1.0 / tau) - x)
}

/// The built-in mechanisms and the two of this file.
///
/// # Errors
/// None: the names are new.
pub fn catalogue() -> Result<Catalogue, Box<dyn Error>> {
    let catalogue = Catalogue::builtin().with(Arc::new(HighThresholdCalcium::default()))?;
    Ok(catalogue.with(Arc::new(CalciumDependentPotassium::default()))?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    cell.paint(Region::All, Hh::default());
    cell.paint(Region::All, loligo::Mechanism::new("cahva").with("pbar", 2e-5)); // cm/s
    cell.paint(Region::All, loligo::Mechanism::new("capool").with("tau", 20.0)); // ms
    cell.paint(Region::All, loligo::Mechanism::new("skca").with("gbar", 5e-4)); // S/cm2
    cell.place("electrode", soma, 0.5, IClamp { delay: 2.0, dur: 100.0, amp: 0.3 }); // ms, ms, nA
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
