//! Ions: concentrations, reversal potential and the sum of the currents they carry.

use crate::description::{Description, Kind, Variable};
use crate::{Block, Context, Mechanism, Outbox};

/// An ion of a segment: what the mechanisms that use it share.
///
/// The reversal potential is a constant of the user's as long as nothing computes concentrations, which no built-in
/// mechanism does; concentrations are kept for those that will.
#[derive(Debug)]
pub struct Ion(&'static Description);

impl Ion {
    /// Column of the reversal potential, mV.
    pub const REVERSAL_POTENTIAL: usize = 0;
    /// Column of the concentration inside, mM.
    pub const INSIDE: usize = 1;
    /// Column of the concentration outside, mM.
    pub const OUTSIDE: usize = 2;
    /// Column of the sum of the mechanisms' currents, mA/cm2.
    pub const CURRENT: usize = 3;
    /// Column of the slope of that sum, S/cm2.
    pub const CURRENT_SLOPE: usize = 4;
}

impl Mechanism for Ion {
    fn description(&self) -> &'static Description {
        self.0
    }

    fn initialize(&self, _: &Context, _: &[f64], block: &mut Block, _: &mut Outbox) {
        block.fill(Self::CURRENT, 0.0);
        block.fill(Self::CURRENT_SLOPE, 0.0);
    }
}

/// The Nernst potential, mV: (R T / z F) ln(outside / inside), concentrations in mM, temperature in degC.
///
/// ```
/// let eca = loligo_mechanisms::nernst(5e-5, 2.0, 2.0, 6.3);
/// assert!((eca - 127.5).abs() < 0.1); // mV
/// ```
pub fn nernst(inside: f64, outside: f64, charge: f64, celsius: f64) -> f64 {
    const GAS_CONSTANT: f64 = 8.314_462_618_153_24; // J/(mol K)
    const FARADAY: f64 = 96_485.332_123_310_014; // C/mol
    if charge == 0.0 {
        0.0
    } else if inside <= 0.0 {
        1e6
    } else if outside <= 0.0 {
        -1e6
    } else {
        let thermal_voltage = 1000.0 * GAS_CONSTANT * (celsius + 273.15) / FARADAY; // mV
        thermal_voltage / charge * (outside / inside).ln()
    }
}

macro_rules! ion {
    ($ion:ident, $symbol:literal, $name:literal, $order:literal, $e:expr, $inside:literal, $outside:literal) => {
        pub(crate) static $ion: Ion = Ion(&Description {
            name: concat!($symbol, "_ion"),
            summary: concat!("The ion ", $name, ": reversal potential, concentrations, current"),
            kind: Kind::Ion,
            variables: &[
                Variable::parameter(concat!("e", $symbol), "mV", $e, "reversal potential"),
                Variable::parameter(concat!($symbol, "i"), "mM", $inside, "concentration inside").within(0.0, 1e9),
                Variable::parameter(concat!($symbol, "o"), "mM", $outside, "concentration outside").within(0.0, 1e9),
                Variable::output(concat!("i", $symbol), "mA/cm2", "sum of the currents it carries"),
                Variable::output(concat!("di", $symbol, "_dv_"), "S/cm2", "slope of that sum"),
            ],
            ions: &[],
            has_current: false,
            has_state: false,
            state_reads_voltage: false,
            weights: 0,
            amplifies_rounding: false,
            order: $order,
        });
    };
}

ion!(NA, "na", "sodium", 30, 50.0, 10.0, 140.0);
ion!(K, "k", "potassium", 31, -77.0, 54.4, 2.5);
// 12.5 ln(2 / 5e-5) mV, NEURON's value before anything computes it from the concentrations.
ion!(CA, "ca", "calcium", 32, 132.457_934_163_700_9, 5e-5, 2.0);
