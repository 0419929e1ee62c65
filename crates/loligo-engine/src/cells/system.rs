//! The equations of a step: initialises mechanisms, sums up their currents, solves for the voltages, advances the
//! states.
//!
//! A [stepper](crate::step) makes a step of these parts.

use std::ops::Range;

use loligo_cable::HinesMatrix;
use loligo_mechanisms::math::{Simd, VectorLoop};
use loligo_mechanisms::{Block, History, JointHook, Numerics, Stage};

use super::installed::{Evaluation, Installed};
use super::ions::Ions;
use super::membrane_current::{Equations, Passive};
use super::pointers::Pointers;
use super::schedule::Work;
use super::{Cells, State, Workspace, joints};
use crate::excess::{Excess, USUAL_VOLTAGE};
use crate::options::{Options, SecondOrder};

impl Cells {
    /// Sets the voltages for t = 0; transfers follow.
    pub(crate) fn set_initial_voltage(&mut self) {
        self.state.v.fill(self.options.v_init);
        self.read_sources();
    }

    /// Calls the mechanisms that have work at a stage, at `t` (ms).
    pub(crate) fn reach(&mut self, stage: Stage, t: f64) {
        let scratch = &mut self.workspace.scratch;
        for &(_, k, number) in self.schedule.stages.iter().filter(|(own, ..)| *own == stage) {
            let (installed, kernel) = (&self.installed[k], &self.kernels[k]);
            let reach = Hook { k, installed, ions: &self.ions, pointers: &self.pointers, access: Access::Stage };
            reach.call(&mut self.state, |instances, v, _, block| {
                installed.at((number, instances), &**kernel, t, v, block, scratch);
            });
        }
    }

    /// Sets the states for t = 0; the actions that instances request are kept for later.
    pub(crate) fn initialize(&mut self) {
        for &(k, instance) in &self.first_instances {
            let first = self.state.blocks[k].instances(instance..instance + 1, &mut self.workspace.scratch.kernel);
            self.kernels[k].begin(first);
        }
        self.reach(Stage::BeforeInitial, 0.0);
        self.state.blocks.iter_mut().flat_map(|block| &mut block.histories).for_each(History::clear);
        for k in 0..self.installed.len() {
            let (installed, kernel) = (&self.installed[k], &self.kernels[k]);
            let Workspace { scratch, outbox, .. } = &mut self.workspace;
            self.ions.initialize(k, &mut self.state.blocks);
            let initialize = Hook { k, installed, ions: &self.ions, pointers: &self.pointers, access: Access::Start };
            initialize.call(&mut self.state, |instances, v, _, block| {
                installed.initialize(&**kernel, instances, v, block, scratch, outbox);
            });
            if !outbox.emissions.is_empty() {
                self.check_declared(k as u32, 0.0);
                self.first_answers.push((k as u32, std::mem::take(&mut self.workspace.outbox.emissions)));
            }
        }
        self.state.advances = 0;
        for (lumps, installed) in self.lumps.iter_mut().zip(&self.installed) {
            if let Some(lumps) = lumps {
                lumps.start(installed);
                self.is_stale = true;
            }
        }
        self.state.above.fill(false);
        self.fault = self.mechanism_fault(0.0);
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
        // No step has been solved yet: the capacitive current is 0.
        self.workspace.matrix.rhs.fill(0.0);
        self.reach(Stage::BeforeRecording, 0.0);
        self.record(0);
    }

    /// Sums up the currents of all mechanisms and their slopes, at `t` (ms).
    pub(crate) fn evaluate_currents(&mut self, t: f64) {
        self.reach(Stage::BeforeCurrent, t);
        let Workspace { matrix, scratch, joint_scratch, membrane, .. } = &mut self.workspace;
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
        for &ion in &self.schedule.ions {
            self.ions.begin_currents(ion, &mut self.state.blocks, &mut scratch.kernel, self.is_last_step);
        }
        for work in &mut self.schedule.currents {
            let k = match work {
                Work::Mechanism(k) => *k,
                Work::Segment { segment, ions: work } => {
                    let State { v, blocks, .. } = &mut self.state;
                    let access = segment.ion_access(self.is_last_step);
                    work.read(access, &self.ions, blocks);
                    let own = joints::Equations { t, v, scratch: joint_scratch };
                    let mechanisms = (&self.kernels[..], &self.ions);
                    segment.add_currents(mechanisms, own, (blocks, equations.matrix), &mut self.mechanism_times);
                    work.add_currents(&self.ions, blocks);
                    work.store(access, &self.ions, blocks);
                    continue;
                }
            };
            let (installed, kernel) = (&self.installed[k], &self.kernels[k]);
            let start = self.mechanism_times.start();
            let current = Hook { k, installed, ions: &self.ions, pointers: &self.pointers, access: Access::Step };
            current.call(&mut self.state, |instances, v, before, block| {
                let evaluation = Evaluation { kernel: &**kernel, numerics, lanes, t, v };
                installed.add_currents(instances.clone(), evaluation, block, scratch, &mut equations);
                self.ions.add_currents(k, instances, before, block);
            });
            if let Some(lumps) = &mut self.lumps[k] {
                let State { v, blocks, advances, .. } = &mut self.state;
                let evaluation = Evaluation { kernel: &**kernel, numerics, lanes, t, v };
                lumps.add_currents(evaluation, scratch, &mut equations);
                lumps.observe((installed, &mut blocks[k]), evaluation, scratch, *advances);
            }
            self.mechanism_times.stop((JointHook::Current, k), start);
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
            }
            Numerics::Fast => {
                if let Some(membrane) = membrane {
                    let (diagonal, capacitance) = (&self.passive_diagonal, &self.layout.capacitance);
                    membrane.take_equations(matrix, Some(Passive { diagonal, capacitance, factor }), lanes);
                }
            }
        }
        lanes.run(Solve { matrix, v: &self.state.v, numerics: self.options.numerics });
        if let Some(membrane) = membrane {
            membrane.finish(&matrix.rhs, &self.layout.area, lanes);
        }
        if self.options.second_order == SecondOrder::CrankNicolsonCurrents {
            self.ions.move_currents(&self.installed, &matrix.rhs, &mut self.state.blocks);
        }
    }

    /// Adds the solution to the voltage, at the end of the step (ms). Returns false and changes nothing if a voltage
    /// would not be finite.
    pub(crate) fn advance_voltage(&mut self, end: f64) -> bool {
        let (v, dv) = (&mut self.state.v[..], &self.workspace.matrix.rhs[..]);
        let factor = self.options.voltage_factor();
        let largest = self.options.lanes.run(AdvanceVoltage { v, dv, factor });
        if largest > USUAL_VOLTAGE && self.excess.is_none() {
            self.excess = self.find_excess(end);
        }
        largest.is_finite()
    }

    /// The first of the present voltages that is unusual, by cell and node; ends of sections, which have no membrane,
    /// come after segments.
    #[cold]
    fn find_excess(&self, t: f64) -> Option<Excess> {
        let order = |row: usize| {
            let (cell, node) = self.layout.origin(row);
            (self.cells[cell], self.layout.capacitance[row] == 0.0, node)
        };
        let row =
            (0..self.rows()).filter(|&row| self.state.v[row].abs() > USUAL_VOLTAGE).min_by_key(|&row| order(row))?;
        let (cell, _, node) = order(row);
        Some(Excess { cell, node, voltage: self.state.v[row], t })
    }

    /// Advances the states of all mechanisms, at the end of a step (ms).
    pub(crate) fn advance_states(&mut self, t: f64) {
        self.state.advances += 1;
        self.lumps.iter_mut().flatten().for_each(|lumps| lumps.advance(self.options.lanes));
        let Workspace { scratch, joint_scratch, .. } = &mut self.workspace;
        for work in &mut self.schedule.states {
            let k = match work {
                Work::Mechanism(k) => *k,
                Work::Segment { segment, ions: work } => {
                    let State { v, blocks, .. } = &mut self.state;
                    let access = segment.ion_access(self.is_last_step);
                    work.read(access, &self.ions, blocks);
                    let own = joints::Equations { t, v, scratch: joint_scratch };
                    segment.advance((&self.kernels, &self.ions), own, blocks, &mut self.mechanism_times);
                    work.store(access, &self.ions, blocks);
                    continue;
                }
            };
            let (installed, kernel) = (&self.installed[k], &self.kernels[k]);
            let start = self.mechanism_times.start();
            let advance = Hook { k, installed, ions: &self.ions, pointers: &self.pointers, access: Access::Step };
            advance.call(&mut self.state, |instances, v, _, block| {
                installed.advance(instances, &**kernel, t, v, block, scratch);
            });
            self.mechanism_times.stop((JointHook::Advance, k), start);
        }
    }
}

/// The access of a mechanism's hook to its ions: variables that are copied to it, and variables
/// that are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// At a stage: all variables read are copied; nothing is stored.
    Stage,
    /// At the start of a run: all variables read are copied, and those written are stored.
    Start,
    /// In a step: variables read are copied if they change during a run, and those written are stored.
    Step,
}

/// A hook of an installed mechanism, number `k`, with its access to ions and pointers.
struct Hook<'a> {
    k: usize,
    installed: &'a Installed,
    ions: &'a Ions,
    pointers: &'a Pointers,
    access: Access,
}

impl Hook<'_> {
    /// Calls `work` for each of the mechanism's [pieces](Installed::pieces), with the instances, the voltages of all
    /// rows, the blocks of the mechanisms before it and its own. Copies the variables of ions and pointers to their
    /// columns before, and stores them after.
    #[inline(always)]
    fn call(&self, state: &mut State, mut work: impl FnMut(Range<usize>, &[f64], &mut [Block], &mut Block)) {
        let Self { k, installed, ions, pointers, access } = *self;
        let State { v, blocks, .. } = state;
        for instances in installed.pieces() {
            pointers.read(k, instances.clone(), v, blocks);
            let (before, rest) = blocks.split_at_mut(k);
            let block = &mut rest[0];
            ions.read(k, instances.clone(), before, block, access != Access::Step);
            work(instances.clone(), v, before, block);
            if access != Access::Stage {
                ions.store(k, instances.clone(), before, block, access == Access::Start);
            }
            pointers.write(k, instances, v, blocks);
        }
    }
}

/// Adds the axial terms that are missing to the equations and solves them.
struct Solve<'a> {
    matrix: &'a mut HinesMatrix,
    /// mV.
    v: &'a [f64],
    numerics: Numerics,
}

impl VectorLoop for Solve<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { matrix, v, numerics } = self;
        match numerics {
            Numerics::Exact => {
                matrix.add_axial_current(v);
                matrix.add_axial_conductance();
                matrix.solve();
            }
            Numerics::Fast => matrix.solve_with_axial_current(v),
        }
    }
}

/// Adds a multiple of the solution to the voltage, if all voltages stay finite; returns the largest magnitude of a
/// voltage (mV), infinite or NaN if one would not be finite.
struct AdvanceVoltage<'a> {
    /// mV.
    v: &'a mut [f64],
    /// mV.
    dv: &'a [f64],
    factor: f64,
}

impl VectorLoop for AdvanceVoltage<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> f64 {
        let largest = largest_magnitude(self.v, self.dv, self.factor);
        if largest.is_finite() {
            add_multiple(self.v, self.dv, self.factor);
        }
        largest
    }
}

#[inline(always)]
fn largest_magnitude(v: &[f64], dv: &[f64], factor: f64) -> f64 {
    const SIGN: u64 = 1 << 63;
    let dv = &dv[..v.len()];
    // Without the sign, bits have the order of the magnitudes; infinity and NaN come last.
    let mut largest = 0;
    for k in 0..v.len() {
        let magnitude = (v[k] + factor * dv[k]).to_bits() & !SIGN;
        largest = if magnitude > largest { magnitude } else { largest };
    }
    f64::from_bits(largest)
}

#[inline(always)]
fn add_multiple(v: &mut [f64], dv: &[f64], factor: f64) {
    let dv = &dv[..v.len()];
    for k in 0..v.len() {
        v[k] += factor * dv[k]; // mV
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::LocalQuantity;
    use crate::test_models::{builtin, cable, cell, passive, placed, started};

    /// The slope is NEURON's difference quotient over 0.001 mV.
    #[test]
    fn a_passive_compartments_equation_is_its_conductance_and_current() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |_, _| {});
        cells.evaluate_currents(0.0);
        let matrix = &cells.workspace.matrix;
        assert_eq!(matrix.rhs, [-0.001 * 5.0]); // mA/cm2
        let slope = (0.001 * (-65.0 + 0.001 + 70.0) - 0.005) / 0.001; // S/cm2
        assert!((matrix.diagonal[0] - (0.04 + slope)).abs() <= f64::EPSILON * 0.041); // S/cm2
    }

    /// A cable of three segments whose middle one is passive, at three different voltages: axial currents conserve
    /// charge, so the capacitance of the whole cable receives the current of the channels at the end of the step.
    #[test]
    fn axial_currents_neither_make_nor_lose_charge() {
        let blueprint = cell(&cable(3), vec![placed(&builtin("pas"), 0, &[2])]);
        let mut steps = Vec::new();
        for numerics in [Numerics::Exact, Numerics::Fast] {
            let options = Options { numerics, ..Options::default() };
            let mut cells = started(std::slice::from_ref(&blueprint), options, |_, _| {});
            let rows = [1, 2, 3].map(|node| (0..cells.rows()).find(|&row| cells.layout.origin(row) == (0, node)));
            let rows = rows.map(|row| row.expect("a node with area has a row"));
            for (row, v) in rows.into_iter().zip([-80.0, -65.0, -20.0]) {
                cells.set_value(LocalQuantity::Voltage(row), v); // mV
            }
            cells.evaluate_currents(0.0);
            cells.solve();
            let dv = rows.map(|row| cells.workspace.matrix.rhs[row]); // mV
            let charge = 0.04 * dv.iter().sum::<f64>(); // mA/cm2
            let channels = 0.001 * (-65.0 + dv[1] + 70.0); // mA/cm2
            assert!((charge + channels).abs() < 1e-10, "{charge} of {channels}");
            assert!(dv[0] > 0.0 && dv[2] < 0.0, "neighbours become alike: {dv:?}");
            steps.push(dv);
        }
        assert!(steps[0].iter().zip(steps[1]).all(|(exact, fast)| (exact - fast).abs() < 1e-10), "{steps:?}");
    }

    #[test]
    fn a_voltage_that_would_not_be_finite_is_not_taken() {
        let mut cells = started(&[cell(&cable(2), Vec::new())], Options::default(), |_, _| {});
        for broken in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            cells.workspace.matrix.rhs.copy_from_slice(&[1.0, broken]);
            assert!(!cells.advance_voltage(0.0));
            assert_eq!(cells.state.v, [-65.0; 2]);
        }
        cells.workspace.matrix.rhs.copy_from_slice(&[1.0, -2.0]);
        assert!(cells.advance_voltage(0.0));
        assert_eq!(cells.state.v, [-64.0, -67.0]);
    }

    #[test]
    fn the_first_unusual_voltage_is_kept() {
        let mut cells = started(&[cell(&cable(2), Vec::new())], Options::default(), |_, _| {});
        let mut step = |dv: [f64; 2], end| {
            cells.workspace.matrix.rhs.copy_from_slice(&dv);
            cells.advance_voltage(end);
            cells.excess.map(|excess| (excess.voltage, excess.t))
        };
        assert_eq!(step([265.0, -135.0], 1.0), None, "200 and -200 mV are usual");
        assert_eq!(step([0.0, -1.0], 2.0), Some((-201.0, 2.0)));
        assert_eq!(step([500.0, 0.0], 3.0), Some((-201.0, 2.0)));
        cells.rewind();
        assert_eq!(cells.excess, None);
    }

    #[test]
    fn a_step_of_second_order_adds_twice_the_change_of_half_a_step() {
        let options = Options { second_order: SecondOrder::CrankNicolson, ..Options::default() };
        let mut cells = started(&[passive(Vec::new())], options, |_, _| {});
        cells.evaluate_currents(0.0);
        cells.solve();
        assert!(cells.advance_voltage(0.0));
        let expected = -65.0 + 2.0 * (-0.005 / (0.08 + 0.001)); // mV
        assert!((cells.state.v[0] - expected).abs() <= 2.0 * f64::EPSILON * 65.0);
    }

    #[test]
    fn a_run_starts_at_its_voltage_with_states_in_equilibrium() {
        let hh = placed(&builtin("hh"), 1, &[1]);
        let options = Options { v_init: -65.0, ..Options::default() };
        let mut cells = started(&[passive(vec![hh])], options, |_, _| {});
        let column = |name| builtin("hh").signature().column(name).expect("hh has it");
        let gates = ["m", "h", "n"].map(|name| {
            let quantity = crate::test_models::variable(&mut cells, (0, 1, 0), column(name));
            cells.value(quantity)
        });
        for (gate, textbook) in gates.into_iter().zip([0.0529, 0.5961, 0.3177]) {
            assert!((gate - textbook).abs() < 1e-4, "{gates:?}");
        }
        let before = cells.state.v.clone();
        cells.advance_states(0.025);
        assert_eq!(cells.state.v, before, "states do not change the voltage");
    }
}
