//! The change of a model's results when its initial voltage changes negligibly.
//!
//! A model can amplify the last bits of its numbers until they are visible: at the kink of a current such as
//! `fabs(sin(v))`, or near a threshold. The results of such a model are not defined within the bounds of `Fast`, whose
//! elementary functions differ from NEURON's in the last bit: NEURON's own results, with an initial voltage that differs
//! in the last bit, differ as much. Such a model cannot be used to judge `Fast`.

use crate::compare::{Bounds, Comparison, Difference, Quantity, compare};
use crate::simulator::Simulator;
use crate::vocabulary::{Definition, Results};

/// A negligible change of `v_init`, mV: about 100 times the last bit of a resting potential.
pub const NUDGE: f64 = 1e-12;

/// Number of changes of `v_init` in its last bits. Some of them cancel by chance: rounding to the step of a numerical
/// slope, or symmetry about a kink.
const LAST_BITS: u64 = 8;

/// The part of the bounds that a change has to reach, and the number of times that a difference may be larger than the
/// change: the initial voltage is only one of the numbers with rounding errors.
const MARGIN: f64 = 10.0;

/// The differences of a model's results that changes of `v_init` make.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    changes: Vec<Comparison>,
}

impl Sensitivity {
    /// Runs a model with `v_init` changed by [`NUDGE`] up and down, and in its last bits (8 runs). `None` if a run has
    /// no results.
    pub fn measure(simulator: &mut dyn Simulator, case: &Definition, before: &Results) -> Option<Self> {
        let bits = (1..=LAST_BITS).map(|bits| f64::from_bits(case.v_init.to_bits() + bits));
        let starts = [case.v_init + NUDGE, case.v_init - NUDGE].into_iter().chain(bits);
        let changes = starts.map(|v_init| {
            let found = simulator.run(&Definition { v_init, ..case.clone() }).ok()?;
            Some(compare(case, before, &found))
        });
        Some(Self { changes: changes.collect::<Option<_>>()? })
    }

    /// The largest change of a voltage, mV.
    pub fn voltage(&self) -> f64 {
        self.changes.iter().map(Comparison::voltage).fold(0.0, f64::max)
    }

    /// True if every quantity that is out of the bounds of `Fast` changes by itself by at least a tenth of its bound, and
    /// its difference is at most ten times that change.
    pub fn explains(&self, comparison: &Comparison) -> bool {
        let is_explained = |difference: &Difference| {
            let change = self.change(&difference.quantity);
            change > difference.allowed / MARGIN && difference.absolute <= MARGIN * change
        };
        comparison.violations(Bounds::Fast).all(is_explained)
    }

    /// The largest change of a quantity, in its unit.
    fn change(&self, quantity: &Quantity) -> f64 {
        let own = self.changes.iter().flat_map(|change| &change.differences);
        own.filter(|change| change.quantity == *quantity).map(|change| change.absolute).fold(0.0, f64::max)
    }
}
