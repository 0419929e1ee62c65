//! The equations of a step: mechanisms are initialised, their currents summed up, the voltages solved, states advanced.
//!
//! These are the parts of which a [stepper](crate::step) makes a step.

use loligo_cable::HinesMatrix;
use loligo_mechanisms::math::{Simd, VectorLoop};
use loligo_mechanisms::{Numerics, Stage};

use super::installed::Evaluation;
use super::membrane_current::{Equations, Passive};
use super::{Cells, Workspace};
use crate::options::{Options, SecondOrder};

impl Cells {
    /// Sets the voltages for t = 0; transfers come next.
    pub(crate) fn set_initial_voltage(&mut self) {
        self.state.v.fill(self.options.v_init);
        self.read_sources();
    }

    /// Calls the mechanisms that have something to do at a stage, at `t` (ms).
    pub(crate) fn reach(&mut self, stage: Stage, t: f64) {
        let scratch = &mut self.workspace.scratch;
        for (k, (installed, kernel)) in self.installed.iter().zip(&self.kernels).enumerate() {
            let due = installed.signature.stages.iter().enumerate().filter(|(_, own)| **own == stage);
            for (number, _) in due {
                for instances in installed.pieces() {
                    self.pointers.read(k, instances.clone(), &self.state.v, &mut self.state.blocks);
                    let (before, rest) = self.state.blocks.split_at_mut(k);
                    let block = &mut rest[0];
                    self.ions.read(k, instances.clone(), before, block, true);
                    installed.at((number, instances.clone()), &**kernel, t, &self.state.v, block, scratch);
                    self.pointers.write(k, instances, &mut self.state.v, &mut self.state.blocks);
                }
            }
        }
    }

    /// Sets the states for t = 0; what instances answer waits.
    pub(crate) fn initialize(&mut self) {
        self.reach(Stage::BeforeInitial, 0.0);
        for k in 0..self.installed.len() {
            let (installed, kernel) = (&self.installed[k], &self.kernels[k]);
            let Workspace { scratch, outbox, .. } = &mut self.workspace;
            self.ions.initialize(k, &mut self.state.blocks);
            for instances in installed.pieces() {
                self.pointers.read(k, instances.clone(), &self.state.v, &mut self.state.blocks);
                let (before, rest) = self.state.blocks.split_at_mut(k);
                let block = &mut rest[0];
                self.ions.read(k, instances.clone(), before, block, true);
                installed.initialize(&**kernel, instances.clone(), &self.state.v, block, scratch, outbox);
                self.ions.store(k, instances.clone(), before, block, true);
                self.pointers.write(k, instances, &mut self.state.v, &mut self.state.blocks);
            }
            if !outbox.emissions.is_empty() {
                self.check_declared(k as u32, 0.0);
                self.first_answers.push((k as u32, std::mem::take(&mut self.workspace.outbox.emissions)));
            }
        }
        self.state.above.fill(false);
    }

    /// Evaluates the currents at t = 0 without a step, and takes the first samples.
    pub(crate) fn evaluate_initial_currents(&mut self) {
        self.evaluate_currents(0.0);
        let Workspace { matrix, membrane, .. } = &mut self.workspace;
        if let Some(membrane) = membrane {
            membrane.take_equations(matrix, None, self.options.lanes);
            matrix.add_axial_current(&self.state.v);
            membrane.finish_initial(&matrix.rhs, &self.layout.area);
        }
        // No step has been solved: the capacitive current is 0.
        self.workspace.matrix.rhs.fill(0.0);
        self.reach(Stage::BeforeRecording, 0.0);
        self.record(0);
    }

    /// Sums up the currents of all mechanisms and their slopes, at `t` (ms).
    pub(crate) fn evaluate_currents(&mut self, t: f64) {
        self.reach(Stage::BeforeCurrent, t);
        let Workspace { matrix, scratch, membrane, .. } = &mut self.workspace;
        matrix.rhs.fill(0.0);
        match self.options.numerics {
            Numerics::Exact => matrix.diagonal.fill(0.0),
            Numerics::Fast => matrix.diagonal.copy_from_slice(&self.passive_diagonal),
        }
        let mut equations = Equations { matrix, membrane: membrane.as_deref_mut() };
        if let Some(membrane) = &mut equations.membrane {
            membrane.begin();
        }
        let Options { numerics, lanes, .. } = self.options;
        for (k, (installed, kernel)) in self.installed.iter().zip(&self.kernels).enumerate() {
            self.ions.begin_currents(k, &mut self.state.blocks);
            if !installed.signature.has_current {
                continue;
            }
            for instances in installed.pieces() {
                self.pointers.read(k, instances.clone(), &self.state.v, &mut self.state.blocks);
                let (before, rest) = self.state.blocks.split_at_mut(k);
                let block = &mut rest[0];
                let evaluation = Evaluation { kernel: &**kernel, numerics, lanes, t, v: &self.state.v };
                self.ions.read(k, instances.clone(), before, block, false);
                installed.add_currents(instances.clone(), evaluation, block, scratch, &mut equations);
                self.ions.add_currents(k, instances.clone(), before, block);
                self.ions.store(k, instances.clone(), before, block, false);
                self.pointers.write(k, instances, &mut self.state.v, &mut self.state.blocks);
            }
        }
    }

    /// Solves the equations: the solution is the change of the voltages.
    pub(crate) fn solve(&mut self) {
        let Workspace { matrix, membrane, .. } = &mut self.workspace;
        let (factor, lanes) = (self.options.capacitance_factor(), self.options.lanes);
        match self.options.numerics {
            Numerics::Exact => {
                for (d, cm) in matrix.diagonal.iter_mut().zip(&self.layout.capacitance) {
                    *d += factor * cm; // S/cm2
                }
                if let Some(membrane) = membrane {
                    membrane.take_equations(matrix, None, lanes);
                }
                matrix.add_axial_current(&self.state.v);
                matrix.add_axial_conductance();
                matrix.solve();
            }
            Numerics::Fast => {
                if let Some(membrane) = membrane {
                    let (diagonal, capacitance) = (&self.passive_diagonal, &self.layout.capacitance);
                    membrane.take_equations(matrix, Some(Passive { diagonal, capacitance, factor }), lanes);
                }
                lanes.run(Solve { matrix, v: &self.state.v });
            }
        }
        if let Some(membrane) = membrane {
            membrane.finish(&matrix.rhs, &self.layout.area, lanes);
        }
        if self.options.second_order == SecondOrder::CrankNicolsonCurrents {
            self.ions.move_currents(&self.installed, &matrix.rhs, &mut self.state.blocks);
        }
    }

    /// Adds the solution to the voltage, unless a voltage would no longer be finite: then says false.
    pub(crate) fn advance_voltage(&mut self) -> bool {
        let (v, dv) = (&mut self.state.v[..], &self.workspace.matrix.rhs[..]);
        let factor = self.options.voltage_factor();
        self.options.lanes.run(AdvanceVoltage { v, dv, factor })
    }

    /// Advances the states of all mechanisms, at the end of a step (ms).
    pub(crate) fn advance_states(&mut self, t: f64) {
        let scratch = &mut self.workspace.scratch;
        for (k, (installed, kernel)) in self.installed.iter().zip(&self.kernels).enumerate() {
            if !installed.signature.has_state {
                continue;
            }
            for instances in installed.pieces() {
                self.pointers.read(k, instances.clone(), &self.state.v, &mut self.state.blocks);
                let (before, rest) = self.state.blocks.split_at_mut(k);
                let block = &mut rest[0];
                self.ions.read(k, instances.clone(), before, block, false);
                installed.advance(instances.clone(), &**kernel, t, &self.state.v, block, scratch);
                self.ions.store(k, instances.clone(), before, block, false);
                self.pointers.write(k, instances, &mut self.state.v, &mut self.state.blocks);
            }
        }
    }
}

/// Adds the axial currents to the equations and solves them.
struct Solve<'a> {
    matrix: &'a mut HinesMatrix,
    /// mV.
    v: &'a [f64],
}

impl VectorLoop for Solve<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.matrix.solve_with_axial_current(self.v);
    }
}

/// Adds a multiple of the solution to the voltage, if all voltages stay finite.
struct AdvanceVoltage<'a> {
    /// mV.
    v: &'a mut [f64],
    /// mV.
    dv: &'a [f64],
    factor: f64,
}

impl VectorLoop for AdvanceVoltage<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> bool {
        let stays_finite = stays_finite(self.v, self.dv, self.factor);
        if stays_finite {
            add_multiple(self.v, self.dv, self.factor);
        }
        stays_finite
    }
}

#[inline(always)]
fn stays_finite(v: &[f64], dv: &[f64], factor: f64) -> bool {
    const EXPONENT: u64 = 0x7ff << 52;
    let dv = &dv[..v.len()];
    let mut largest_exponent = 0;
    for k in 0..v.len() {
        let exponent = (v[k] + factor * dv[k]).to_bits() & EXPONENT;
        largest_exponent = if exponent > largest_exponent { exponent } else { largest_exponent };
    }
    largest_exponent != EXPONENT
}

#[inline(always)]
fn add_multiple(v: &mut [f64], dv: &[f64], factor: f64) {
    let dv = &dv[..v.len()];
    for k in 0..v.len() {
        v[k] += factor * dv[k]; // mV
    }
}
