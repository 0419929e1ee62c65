//! Options of a run.

use std::sync::Arc;

use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{Environment, FunctionTable, Numerics};
use serde::{Deserialize, Serialize};

use crate::cache;

/// The order of the time step in dt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondOrder {
    /// Backward Euler: first order, stable for every dt (NEURON's `secondorder = 0`).
    #[default]
    BackwardEuler,
    /// Crank-Nicolson: half a step of backward Euler, doubled (`secondorder = 1`).
    CrankNicolson,
    /// Crank-Nicolson, with recorded ion currents taken at the middle of the step
    /// (`secondorder = 2`).
    CrankNicolsonCurrents,
}

/// The distribution of cells to ranks; results do not depend on it. Cells that must be computed together go to one
/// rank.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Distribution {
    /// In turn: suitable if all cells are alike.
    RoundRobin,
    /// The costliest cell first, each to the rank with the smallest load so far: balances cells of different
    /// sizes.
    LongestProcessingTimeFirst {
        /// Cost of each cell in any unit, such as [measured times](crate::Engine::measured_costs); `None` estimates it
        /// from nodes and mechanisms. A cost that is absent, negative or not finite counts as 0.
        costs: Option<Vec<f64>>,
    },
}

impl Default for Distribution {
    /// Longest processing time first, by estimated costs.
    fn default() -> Self {
        Self::LongestProcessingTimeFirst { costs: None }
    }
}

/// Options of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The step, ms; at least [`SHORTEST_STEP`](Self::SHORTEST_STEP).
    pub dt: f64,
    /// Voltage of every node at t = 0, mV.
    pub v_init: f64,
    /// Temperature, degC.
    pub celsius: f64,
    /// The order of the step.
    pub second_order: SecondOrder,
    /// The arithmetic.
    pub numerics: Numerics,
    /// Largest [response](loligo_cable::Cable::step_response) to conductances of 1 S/cm2 or more (g / (C/dt) in one
    /// compartment, 1) of a cell that `Fast` computes. Cells with a larger one are computed exactly, which takes longer:
    /// when they fire, they amplify rounding errors. Infinity leaves them to `Fast`; results then differ from NEURON's by
    /// more than 1e-9 mV, up to some five times as much as those after a change of the initial voltage in its last bits
    /// (`docs/numerics.md`).
    pub largest_fast_response: f64,
    /// The vector instructions; results do not depend on them.
    pub lanes: Lanes,
    /// Number of threads, 0 for one and at most [`MOST_THREADS`](Self::MOST_THREADS); results do not depend on it.
    pub threads: usize,
    /// Largest number of nodes in a group of cells (a larger cell is a group of its own, and a rest of up to a quarter of a
    /// group joins the last one); three point processes count as one node. Results do not depend on it. The default is the number that fits into a core's second-level cache.
    pub group_nodes: usize,
    /// Distribution of cells if there are several ranks; results do not depend on it.
    pub distribution: Distribution,
    /// Largest number of samples of all recordings that are taken before they are handed on; those of one step are
    /// always taken. Each rank holds its own, rank 0 those of all; a sample takes 8 bytes, and twice that while it is
    /// handed on. Results do not depend on it.
    pub recording_room: usize,
    /// Memory in bytes that pending events and spikes may take in each rank until they are delivered or handed on, in
    /// addition to 128 bytes for each connection; a run that needs more ends with an error that names their source.
    /// Results do not depend on it.
    pub event_room: usize,
    /// If true, the time of each phase is measured.
    pub profile: bool,
}

impl Default for Options {
    /// dt 0.025 ms, -65 mV, 6.3 degC, backward Euler, fast arithmetic, one thread, memory for 4 million
    /// samples and 1 GiB of events.
    fn default() -> Self {
        Self {
            dt: 0.025,
            v_init: -65.0,
            celsius: 6.3,
            second_order: SecondOrder::default(),
            numerics: Numerics::default(),
            largest_fast_response: Self::LARGEST_FAST_RESPONSE,
            lanes: Lanes::detect(),
            threads: 1,
            group_nodes: cache::nodes(),
            distribution: Distribution::default(),
            recording_room: 1 << 22,
            event_room: 1 << 30,
            profile: false,
        }
    }
}

impl Options {
    /// The shortest step, ms.
    pub const SHORTEST_STEP: f64 = 1e-6;
    /// The default of [`largest_fast_response`](Self::largest_fast_response), 1. Conductances of 1 S/cm2 on an isolated soma
    /// of 1 uF/cm2 have 25 in a step of 0.025 ms. The soma of a reconstructed pyramidal cell with 2 S/cm2, loaded by its
    /// dendrites, has 15. Up to 18 no difference was larger than 1.1e-7 mV, which is also that from a change of the initial
    /// voltage's last bits.
    pub const LARGEST_FAST_RESPONSE: f64 = 18.0;
    /// The largest number of threads: enough for any machine, and small enough that a mistyped
    /// number does not exhaust it.
    pub const MOST_THREADS: usize = 1024;

    /// The conditions for which a kernel is compiled; `current_slopes` is true if slopes of ion currents
    /// are read.
    pub(crate) fn environment(
        &self,
        current_slopes: bool,
        globals: &Arc<[f64]>,
        tables: &Arc<[Arc<FunctionTable>]>,
    ) -> Environment {
        let Self { numerics, lanes, dt, celsius, .. } = *self;
        let second_order = self.second_order != SecondOrder::BackwardEuler;
        Environment {
            numerics,
            lanes,
            dt,
            celsius,
            second_order,
            current_slopes,
            globals: Arc::clone(globals),
            tables: Arc::clone(tables),
            usual_values: Arc::default(),
            first_values: Arc::default(),
        }
    }

    /// Factor that converts the capacitance (uF/cm2) to its term in the diagonal (S/cm2): 1e-3
    /// times the inverse step (1/ms).
    pub(crate) fn capacitance_factor(&self) -> f64 {
        let rate = match self.second_order {
            SecondOrder::BackwardEuler => 1.0 / self.dt,
            SecondOrder::CrankNicolson | SecondOrder::CrankNicolsonCurrents => 2.0 / self.dt,
        };
        0.001 * rate
    }

    /// Factor of the solution of the linear system when it is added to the voltage.
    pub(crate) fn voltage_factor(&self) -> f64 {
        match self.second_order {
            SecondOrder::BackwardEuler => 1.0,
            SecondOrder::CrankNicolson | SecondOrder::CrankNicolsonCurrents => 2.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: [SecondOrder; 3] =
        [SecondOrder::BackwardEuler, SecondOrder::CrankNicolson, SecondOrder::CrankNicolsonCurrents];

    fn of_order(second_order: SecondOrder) -> Options {
        Options { dt: 0.025, second_order, ..Options::default() }
    }

    /// 1 uF/cm2 over 0.025 ms is 0.04 S/cm2; half a step gives twice as much.
    #[test]
    fn capacitance_over_a_step_or_half_a_step() {
        assert_eq!(ORDERS.map(|order| of_order(order).capacitance_factor()), [0.04, 0.08, 0.08]);
    }

    #[test]
    fn a_step_of_second_order_doubles_the_change_of_half_a_step() {
        assert_eq!(ORDERS.map(|order| of_order(order).voltage_factor()), [1.0, 2.0, 2.0]);
    }

    #[test]
    fn kernels_are_compiled_for_the_conditions_of_the_run() {
        let globals: Arc<[f64]> = [3.0].into();
        let options = Options { celsius: 37.0, ..of_order(SecondOrder::CrankNicolson) };
        let environment = options.environment(true, &globals, &Arc::default());
        assert_eq!((environment.dt, environment.celsius, &environment.globals[..]), (0.025, 37.0, &[3.0][..]));
        assert!(environment.second_order && environment.current_slopes);
        assert!(!of_order(SecondOrder::BackwardEuler).environment(false, &globals, &Arc::default()).second_order);
    }
}
