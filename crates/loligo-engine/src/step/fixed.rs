//! NEURON's step of a fixed length: currents in its middle, voltages by an implicit step, then the states.

use loligo_mechanisms::Stage;

use super::Stepper;
use crate::cells::Cells;
use crate::profile::Phase;

/// The step of fixed length, in the order of operations of NEURON's `fadvance`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FixedStep;

impl Stepper for FixedStep {
    fn begin_step(&mut self, cells: &mut Cells, t: f64) -> f64 {
        let dt = cells.options.dt;
        let middle = t + 0.5 * dt; // ms
        let end = middle + 0.5 * dt; // ms
        let start = cells.profile.start();
        cells.play(middle);
        cells.evaluate_currents(middle);
        cells.profile.stop(Phase::Current, start);
        let start = cells.profile.start();
        cells.solve();
        let broken = !cells.advance_voltage(end);
        cells.profile.stop(Phase::Solve, start);
        if broken {
            cells.fault = cells.mechanism_fault(end).or_else(|| cells.describe_fault(middle, end));
        }
        cells.read_sources();
        end
    }

    fn finish_step(&mut self, cells: &mut Cells, step: u64, end: f64) {
        if cells.fault.is_some() {
            return;
        }
        let start = cells.profile.start();
        cells.play(end);
        cells.advance_states(end);
        cells.diffuse(end);
        cells.reach(Stage::AfterStates, end);
        cells.reach(Stage::BeforeRecording, end);
        cells.fault = cells.mechanism_fault(end);
        cells.profile.stop(Phase::State, start);
        let start = cells.profile.start();
        cells.record(step + 1);
        cells.profile.stop(Phase::Record, start);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use loligo_mechanisms::{
        CompileError, DiffusionTerms, Environment, Instances, Kernel, Kind, Layout, Mechanism, Membrane, Outbox,
        Signature, Variable,
    };

    use super::*;
    use crate::Quantity;
    use crate::cells::LocalQuantity;
    use crate::options::{Options, SecondOrder};
    use crate::test_models::{MIDDLE, cable, cell, passive, placed, started, voltage};

    /// The change of voltage of a compartment with `pas` at -65 mV, if `factor` (S/cm2) is its capacitance over the
    /// step: current divided by total conductance, where the conductance of `pas` is NEURON's difference quotient over
    /// 0.001 mV.
    fn change(factor: f64) -> f64 {
        let (g, v, e) = (0.001, -65.0, -70.0); // S/cm2, mV, mV
        let current = g * (v - e); // mA/cm2
        let slope = (g * (v + 0.001 - e) - current) / 0.001; // S/cm2
        -current / (factor + slope)
    }

    fn is_within_1_ulp(a: f64, b: f64) -> bool {
        a.to_bits().abs_diff(b.to_bits()) <= 1
    }

    #[test]
    fn a_step_of_a_passive_compartment_is_backward_eulers() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |_, _| {});
        let end = FixedStep.step(&mut cells, 0, 0.0);
        assert_eq!(end, 0.025); // ms
        let expected = -65.0 + change(0.001 * (1.0 / 0.025)); // mV
        assert!(is_within_1_ulp(voltage(&mut cells, 0, MIDDLE), expected));
        // The voltage approaches the reversal potential, by the factor 1 / (1 + dt / tau) in each step;
        // tau is 1 ms.
        (1..40).for_each(|step| _ = FixedStep.step(&mut cells, step, 0.025 * step as f64));
        let rest = 5.0 * 1.025_f64.powi(-40); // mV
        assert!((voltage(&mut cells, 0, MIDDLE) + 70.0 - rest).abs() < 1e-9);
    }

    #[test]
    fn a_step_of_second_order_is_crank_nicolsons() {
        let options = Options { second_order: SecondOrder::CrankNicolson, ..Options::default() };
        let mut cells = started(&[passive(Vec::new())], options, |_, _| {});
        FixedStep.step(&mut cells, 0, 0.0);
        let expected = -65.0 + 2.0 * change(0.001 * (2.0 / 0.025)); // mV
        assert!(is_within_1_ulp(voltage(&mut cells, 0, MIDDLE), expected));
    }

    /// A mechanism that records its calls: the digits of the calls in one column, the time and voltage of each call in
    /// others.
    #[derive(Debug)]
    struct Order(Arc<Signature>);

    const DIGITS: usize = 0;
    /// Time of call number k is in column k, and its voltage in column 6 + k.
    const STAGES: [Stage; 3] = [Stage::BeforeRecording, Stage::BeforeCurrent, Stage::AfterStates];

    impl Mechanism for Order {
        fn signature(&self) -> &Arc<Signature> {
            &self.0
        }

        fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
            Ok(Arc::new(OrderKernel))
        }
    }

    #[derive(Debug)]
    struct OrderKernel;

    fn note(call: usize, t: f64, v: f64, mut instances: Instances<'_>) {
        let digits = instances.value(DIGITS, 0);
        instances.set(DIGITS, 0, 10.0 * digits + call as f64);
        instances.set(call, 0, t);
        instances.set(6 + call, 0, v);
    }

    impl Kernel for OrderKernel {
        fn initialize(&self, _: f64, _: &[f64], _: Instances<'_>, _: &mut Outbox) {}

        fn current(&self, t: f64, v: &[f64], instances: Instances<'_>, mut membrane: Membrane<'_>) {
            membrane.add(0, 1.0, 0.0);
            note(2, t, v[0], instances);
        }

        fn advance(&self, t: f64, v: &[f64], instances: Instances<'_>) {
            note(3, t, v[0], instances);
        }

        fn diffusion(&self, _: usize, t: f64, v: &[f64], instances: Instances<'_>, _: DiffusionTerms<'_>) {
            note(4, t, v[0], instances);
        }

        fn at(&self, stage: usize, t: f64, v: &[f64], instances: Instances<'_>) {
            let call = [6, 1, 5][stage];
            note(call, t, v[0], instances);
        }
    }

    #[test]
    fn what_is_done_in_a_step_comes_in_neurons_order_and_at_its_times() {
        let mut signature = Signature::new("order", "writes down its calls", Kind::Density);
        signature.variables = vec![Variable::state("calls", "1", "digits, times and voltages of calls").array(14)];
        signature.diffusion = vec![13];
        (signature.has_current, signature.has_state, signature.state_reads_voltage) = (true, true, true);
        signature.stages = STAGES.to_vec();
        let order: Arc<dyn Mechanism> = Arc::new(Order(Arc::new(signature)));
        let blueprint = cell(&cable(1), vec![placed(&order, 0, &[MIDDLE])]);
        let variable = |column| LocalQuantity::Variable { installed: 0, column, instance: 0 };
        let mut cells = started(&[blueprint], Options::default(), |cells, places| {
            let digits = Quantity::Membrane { cell: 0, placed: 0, column: DIGITS, instance: 0 };
            let digits = cells.locate(digits, places).expect("it has them");
            cells.add_recorder(digits, 1);
            cells.add_recorder(LocalQuantity::Voltage(0), 1);
        });
        cells.set_value(variable(DIGITS), 0.0);
        FixedStep.step(&mut cells, 0, 0.0);
        assert_eq!(cells.samples(0)[1], 123456.0, "recorded when all is done");
        let value = |column| cells.value_at(variable(column)).expect("it has it");
        assert_eq!([1, 2, 3, 4, 5, 6].map(value), [0.0125, 0.0125, 0.025, 0.025, 0.025, 0.025]); // ms
        let (before, after) = (-65.0, cells.samples(1)[1]); // mV
        assert!((after + 65.0 + 1.0 / 0.04).abs() < 1e-9);
        assert_eq!([7, 8, 9, 10, 11, 12].map(value), [before, before, after, after, after, after]);
    }

    #[test]
    fn a_waveform_is_played_at_the_middle_of_the_step_and_at_its_end() {
        let e = LocalQuantity::Variable { installed: 0, column: 1, instance: 0 };
        let mut cells = started(&[passive(Vec::new())], Options::default(), |cells, _| {
            cells.add_player(e, crate::Waveform::continuous(vec![0.0, 1.0], vec![-65.0, -1065.0]));
        });
        cells.play_step(0, 0.0);
        cells.play_step(0, 1.0);
        FixedStep.step(&mut cells, 0, 0.0);
        assert_eq!(cells.value_at(e), Some(-90.0)); // mV
        let moved = voltage(&mut cells, 0, MIDDLE) + 65.0; // mV
        assert!((moved + 12.5 * 0.001 / 0.041).abs() < 1e-9, "by the 12.5 mV of the middle");
    }

    #[test]
    fn after_a_fault_nothing_more_is_done() {
        let e = LocalQuantity::Variable { installed: 0, column: 1, instance: 0 };
        let mut cells = started(&[passive(Vec::new())], Options::default(), |cells, _| {
            cells.add_recorder(LocalQuantity::Voltage(0), 1);
        });
        cells.set_value(e, f64::INFINITY);
        cells.compile_if_stale(&mut crate::kernel_cache::KernelCache::default()).expect("pas compiles");
        FixedStep.step(&mut cells, 0, 0.0);
        assert!(cells.fault.is_some());
        assert_eq!(voltage(&mut cells, 0, MIDDLE), -65.0);
        assert_eq!(cells.samples(0), [-65.0]);
    }
}
