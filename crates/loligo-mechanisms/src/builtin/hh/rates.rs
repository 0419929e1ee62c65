//! Rates of the gates of Hodgkin and Huxley's channels: by formula, or from a table.

use crate::environment::Environment;
use crate::kernel::Numerics;
use crate::math::exp::exp_of_sum;
use crate::math::interpolant::FUNCTIONS;
use crate::math::{Exact, Fast, Math};

/// Steady state and time constant (ms) of a gate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Gate {
    pub(super) inf: f64,
    pub(super) tau: f64,
}

/// The formulas of the rates at one temperature, in one arithmetic.
#[derive(Clone, Copy, Debug)]
pub(super) struct Formulas {
    /// Factor of all rates.
    pub(super) q10: f64,
    pub(super) numerics: Numerics,
}

impl Formulas {
    pub(super) fn of(environment: &Environment) -> Self {
        let tens = (environment.celsius - 6.3) / 10.0; // 10 degC
        let q10 = match environment.numerics {
            Numerics::Exact => 3f64.powf(tens),
            Numerics::Fast => power_of_3(tens),
        };
        Self { q10, numerics: environment.numerics }
    }

    pub(super) fn gates(self, v: f64) -> [Gate; 3] {
        match self.numerics {
            Numerics::Exact => gates::<Exact>(v, self.q10),
            Numerics::Fast => gates::<Fast>(v, self.q10),
        }
    }
}

/// 3 to the power x, with the same bits for every C library; the rounding error of the exponential's argument is
/// corrected.
pub(super) fn power_of_3(x: f64) -> f64 {
    const LN_3: f64 = 1.0986122886681098;
    const LN_3_REST: f64 = -9.07129723500153e-17;
    let argument = x * LN_3;
    exp_of_sum(argument, x.mul_add(LN_3, -argument) + x * LN_3_REST)
}

/// x / (exp(x / y) - 1), with its limit where numerator and denominator vanish.
#[inline(always)]
pub(super) fn vtrap<M: Math>(x: f64, y: f64) -> f64 {
    let limit = y * (1.0 - x / y / 2.0);
    let ratio = x / (M::exp(x / y) - 1.0);
    if (x / y).abs() < 1e-6 { limit } else { ratio }
}

/// Opening and closing rates (1/ms at 6.3 degC) of m, h and n at `v` (mV).
#[inline(always)]
pub(super) fn rates<M: Math>(v: f64) -> [(f64, f64); 3] {
    [
        (0.1 * vtrap::<M>(-(v + 40.0), 10.0), 4.0 * M::exp(-(v + 65.0) / 18.0)),
        (0.07 * M::exp(-(v + 65.0) / 20.0), 1.0 / (M::exp(-(v + 35.0) / 10.0) + 1.0)),
        (0.01 * vtrap::<M>(-(v + 55.0), 10.0), 0.125 * M::exp(-(v + 65.0) / 80.0)),
    ]
}

#[inline(always)]
pub(super) fn gates<M: Math>(v: f64, q10: f64) -> [Gate; 3] {
    // Kernels do not call `map` of arrays: it is not inlined into code compiled for wider vectors.
    let [m, h, n] = rates::<M>(v);
    [gate(m, q10), gate(h, q10), gate(n, q10)]
}

#[inline(always)]
pub(super) fn gate((alpha, beta): (f64, f64), q10: f64) -> Gate {
    let sum = alpha + beta; // 1/ms
    Gate { inf: alpha / sum, tau: 1.0 / (q10 * sum) }
}

pub(super) const TABLE_LOW: f64 = -100.0; // mV
pub(super) const TABLE_STEPS: usize = 200;
pub(super) const TABLE_LAST: f64 = TABLE_STEPS as f64;
/// Number of places for each of the six quantities, a power of two.
pub(super) const TABLE_STRIDE: usize = 256;

/// m, h, n steady states, then their time constants, at whole mV from -100 to 100.
pub(super) fn rate_table(formulas: Formulas) -> Vec<f64> {
    let mut table = vec![0.0; 6 * TABLE_STRIDE];
    for i in 0..=TABLE_STEPS {
        for (quantity, gate) in formulas.gates(TABLE_LOW + i as f64).into_iter().enumerate() {
            table[quantity * TABLE_STRIDE + i] = gate.inf;
            table[(3 + quantity) * TABLE_STRIDE + i] = gate.tau;
        }
    }
    // The value after the last is its right neighbour, so that no lookup needs a branch.
    for quantity in 0..6 {
        table[quantity * TABLE_STRIDE + TABLE_STEPS + 1] = table[quantity * TABLE_STRIDE + TABLE_STEPS];
    }
    table
}

/// The source of the rates.
#[derive(Debug)]
pub(super) enum RateSource {
    /// The table of [`rate_table`].
    Table(Vec<f64>),
    Formulas(Formulas),
}

impl RateSource {
    pub(super) fn gates(&self, v: f64) -> [Gate; 3] {
        match self {
            Self::Table(table) => lookup(quantities(table), v),
            Self::Formulas(formulas) => formulas.gates(v),
        }
    }

    /// For each gate its steady state, then for each the fraction of the distance to it that is covered in `dt`
    /// (ms); for [`Numerics::Fast`].
    pub(super) fn relaxation(&self, v: f64, dt: f64) -> [f64; FUNCTIONS] {
        let [m, h, n] = self.gates(v);
        let part = |gate: Gate| -Fast::exp_m1(-dt / gate.tau);
        [m.inf, h.inf, n.inf, part(m), part(h), part(n), 0.0, 0.0]
    }
}

/// The six quantities of a table, each of a size known at compile time: lookups then need no bounds
/// check.
#[inline(always)]
pub(super) fn quantities(table: &[f64]) -> [&[f64; TABLE_STRIDE]; 6] {
    let (rows, _) = table.as_chunks::<TABLE_STRIDE>();
    // A table has six rows: see `rate_table`.
    [&rows[0], &rows[1], &rows[2], &rows[3], &rows[4], &rows[5]]
}

#[inline(always)]
pub(super) fn lookup(table: [&[f64; TABLE_STRIDE]; 6], v: f64) -> [Gate; 3] {
    let x = v - TABLE_LOW; // steps of 1 mV
    let x = if x <= 0.0 { 0.0 } else { x };
    let x = if x >= TABLE_LAST { TABLE_LAST } else { x };
    // NaN becomes index 0, but the fraction stays NaN.
    let i = x as i32 as usize % TABLE_STRIDE;
    let fraction = x - i as f64;
    let [m_inf, h_inf, n_inf, m_tau, h_tau, n_tau] = table;
    [
        Gate { inf: interpolate(m_inf, i, fraction), tau: interpolate(m_tau, i, fraction) },
        Gate { inf: interpolate(h_inf, i, fraction), tau: interpolate(h_tau, i, fraction) },
        Gate { inf: interpolate(n_inf, i, fraction), tau: interpolate(n_tau, i, fraction) },
    ]
}

#[inline(always)]
pub(super) fn interpolate(row: &[f64; TABLE_STRIDE], i: usize, fraction: f64) -> f64 {
    row[i] + fraction * (row[(i + 1) % TABLE_STRIDE] - row[i])
}
