//! Hodgkin and Huxley's squid axon.

use super::cnexp::relax;
use crate::description::{Description, IonUse, Kind, Variable};
use crate::math::{Exact, Fast, Math, vectorised};
use crate::{Block, Context, Mechanism, Membrane, Numerics, Outbox};

/// Sodium, potassium and leak currents of the squid giant axon, `hh`.
///
/// Hodgkin & Huxley, J. Physiol. 117:500 (1952), doi:10.1113/jphysiol.1952.sp004764, shifted to a resting potential near
/// -65 mV; rates scale with a q10 of 3 from 6.3 degC:
///
/// | gate | alpha (1/ms) | beta (1/ms) |
/// |---|---|---|
/// | m | 0.1 (v+40) / (1 - exp(-(v+40)/10)) | 4 exp(-(v+65)/18) |
/// | h | 0.07 exp(-(v+65)/20) | 1 / (1 + exp(-(v+35)/10)) |
/// | n | 0.01 (v+55) / (1 - exp(-(v+55)/10)) | 0.125 exp(-(v+65)/80) |
///
/// With `table = 1`, the default as in NEURON, steady states and time constants are interpolated between whole mV from
/// -100 to 100 mV (and are constant beyond); that changes a spike by some 0.1 mV against `table = 0`, the formulas.
#[derive(Clone, Copy, Debug)]
pub struct Hh {
    table: bool,
}

impl Hh {
    /// Rates from the table.
    pub const TABLE: Self = Self { table: true };
    /// Rates from the formulas.
    pub const FORMULAS: Self = Self { table: false };
}

const GNABAR: usize = 0; // S/cm2
const GKBAR: usize = 1; // S/cm2
const GL: usize = 2; // S/cm2
const EL: usize = 3; // mV
const TABLE: usize = 4; // 0 or 1
const ENA: usize = 5; // mV
const EK: usize = 6; // mV
const M: usize = 7; // 1
const H: usize = 8; // 1
const N: usize = 9; // 1
const GNA: usize = 10; // S/cm2
const GK: usize = 11; // S/cm2
const IL: usize = 12; // mA/cm2
const INA: usize = 13; // mA/cm2
const IK: usize = 14; // mA/cm2
const DINA_DV: usize = 15; // S/cm2
const DIK_DV: usize = 16; // S/cm2

static DESCRIPTION: Description = Description {
    name: "hh",
    summary: "squid sodium, potassium and leak currents of Hodgkin and Huxley",
    kind: Kind::Density,
    variables: &[
        Variable::parameter("gnabar", "S/cm2", 0.12, "largest sodium conductance"),
        Variable::parameter("gkbar", "S/cm2", 0.036, "largest potassium conductance"),
        Variable::parameter("gl", "S/cm2", 0.0003, "leak conductance"),
        Variable::parameter("el", "mV", -54.3, "leak reversal potential"),
        Variable::parameter("table", "1", 1.0, "1: rates from NEURON's 1 mV table, 0: from the formulas").within(0.0, 1.0),
        Variable::assigned("ena", "mV", "sodium reversal potential"),
        Variable::assigned("ek", "mV", "potassium reversal potential"),
        Variable::state("m", "1", "sodium activation"),
        Variable::state("h", "1", "sodium inactivation"),
        Variable::state("n", "1", "potassium activation"),
        Variable::assigned("gna", "S/cm2", "sodium conductance"),
        Variable::assigned("gk", "S/cm2", "potassium conductance"),
        Variable::assigned("il", "mA/cm2", "leak current"),
        Variable::assigned("ina", "mA/cm2", "sodium current"),
        Variable::assigned("ik", "mA/cm2", "potassium current"),
        Variable::assigned("dina_dv", "S/cm2", "slope of the sodium current"),
        Variable::assigned("dik_dv", "S/cm2", "slope of the potassium current"),
    ],
    ions: &[
        IonUse { ion: "na_ion", reversal_potential: ENA, current: INA, current_slope: DINA_DV },
        IonUse { ion: "k_ion", reversal_potential: EK, current: IK, current_slope: DIK_DV },
    ],
    has_current: true,
    has_state: true,
    weights: 0,
    order: 60,
};

impl Mechanism for Hh {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn specialised(&self, parameters: &[f64]) -> Option<&'static dyn Mechanism> {
        Some(if parameters[TABLE] != 0.0 { &Self::TABLE } else { &Self::FORMULAS })
    }

    fn variant(&self) -> u32 {
        u32::from(self.table)
    }

    fn initialize(&self, context: &Context, v: &[f64], block: &mut Block, _: &mut Outbox) {
        if self.table {
            block.table = rate_table(context.celsius);
        }
        let table = RateTable(std::mem::take(&mut block.table));
        let q10 = q10(context.celsius);
        let [m, h, n, gna, gk, il, ina, ik] = block.columns_mut([M, H, N, GNA, GK, IL, INA, IK]);
        for k in 0..v.len() {
            let gates = if self.table { table.at(v[k]) } else { gates::<Exact>(v[k], q10) };
            [m[k], h[k], n[k]] = gates.map(|gate| gate.inf);
        }
        for column in [gna, gk, il, ina, ik] {
            column.fill(0.0);
        }
        block.table = table.0;
    }

    fn current(&self, context: &Context, v: &[f64], block: &mut Block, membrane: Membrane<'_>) {
        match context.numerics {
            Numerics::Exact => currents::<Exact>(v, block, membrane),
            Numerics::Fast => currents::<Fast>(v, block, membrane),
        }
        if context.current_slopes {
            current_slopes(v, block);
        }
    }

    fn advance(&self, context: &Context, v: &[f64], block: &mut Block) {
        match (context.numerics, self.table) {
            (Numerics::Exact, true) => advance_by_table::<Exact>(v, block, context.dt),
            (Numerics::Fast, true) => advance_by_table::<Fast>(v, block, context.dt),
            (Numerics::Exact, false) => advance_by_formulas::<Exact>(v, block, context),
            (Numerics::Fast, false) => advance_by_formulas::<Fast>(v, block, context),
        }
    }
}

/// Steady state and time constant (ms) of a gate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Gate {
    inf: f64,
    tau: f64,
}

fn q10(celsius: f64) -> f64 {
    3f64.powf((celsius - 6.3) / 10.0)
}

/// x / (exp(x / y) - 1), with its limit where numerator and denominator vanish.
#[inline(always)]
fn vtrap<M: Math>(x: f64, y: f64) -> f64 {
    let limit = y * (1.0 - x / y / 2.0);
    let ratio = x / (M::exp(x / y) - 1.0);
    if (x / y).abs() < 1e-6 { limit } else { ratio }
}

/// Opening and closing rates (1/ms at 6.3 degC) of m, h and n at `v` (mV).
#[inline(always)]
fn rates<M: Math>(v: f64) -> [(f64, f64); 3] {
    [
        (0.1 * vtrap::<M>(-(v + 40.0), 10.0), 4.0 * M::exp(-(v + 65.0) / 18.0)),
        (0.07 * M::exp(-(v + 65.0) / 20.0), 1.0 / (M::exp(-(v + 35.0) / 10.0) + 1.0)),
        (0.01 * vtrap::<M>(-(v + 55.0), 10.0), 0.125 * M::exp(-(v + 65.0) / 80.0)),
    ]
}

#[inline(always)]
fn gates<M: Math>(v: f64, q10: f64) -> [Gate; 3] {
    rates::<M>(v).map(|(alpha, beta)| {
        let sum = alpha + beta; // 1/ms
        Gate { inf: alpha / sum, tau: 1.0 / (q10 * sum) }
    })
}

const TABLE_LOW: f64 = -100.0; // mV
const TABLE_STEPS: usize = 200;
const TABLE_LAST: f64 = TABLE_STEPS as f64;
/// Each of the six quantities takes this many places, a power of two.
const TABLE_STRIDE: usize = 256;

/// m, h, n steady states, then their time constants, at whole mV from -100 to 100.
fn rate_table(celsius: f64) -> Vec<f64> {
    let q10 = q10(celsius);
    let mut table = vec![0.0; 6 * TABLE_STRIDE];
    for i in 0..=TABLE_STEPS {
        for (quantity, gate) in gates::<Exact>(TABLE_LOW + i as f64, q10).into_iter().enumerate() {
            table[quantity * TABLE_STRIDE + i] = gate.inf;
            table[(3 + quantity) * TABLE_STRIDE + i] = gate.tau;
        }
    }
    // The value beyond the last serves as its right neighbour, so that no lookup needs a branch.
    for quantity in 0..6 {
        table[quantity * TABLE_STRIDE + TABLE_STEPS + 1] = table[quantity * TABLE_STRIDE + TABLE_STEPS];
    }
    table
}

struct RateTable(Vec<f64>);

impl RateTable {
    #[inline(always)]
    fn at(&self, v: f64) -> [Gate; 3] {
        lookup(quantities(&self.0), v)
    }
}

/// The six quantities of a table, each of a size known when compiled: lookups then need no bounds check.
#[inline(always)]
fn quantities(table: &[f64]) -> [&[f64; TABLE_STRIDE]; 6] {
    let (rows, _) = table.as_chunks::<TABLE_STRIDE>();
    // A table has six rows: see `rate_table`.
    [&rows[0], &rows[1], &rows[2], &rows[3], &rows[4], &rows[5]]
}

#[inline(always)]
fn lookup(table: [&[f64; TABLE_STRIDE]; 6], v: f64) -> [Gate; 3] {
    let x = v - TABLE_LOW; // steps of 1 mV
    let x = if x <= 0.0 { 0.0 } else { x };
    let x = if x >= TABLE_LAST { TABLE_LAST } else { x };
    // NaN becomes 0 here, but stays in the fraction.
    let i = x as u32 as usize % TABLE_STRIDE;
    let fraction = x - i as f64;
    let interpolate = |row: &[f64; TABLE_STRIDE]| row[i] + fraction * (row[(i + 1) % TABLE_STRIDE] - row[i]);
    [0, 1, 2].map(|gate| Gate { inf: interpolate(table[gate]), tau: interpolate(table[3 + gate]) })
}

fn currents<Mt: Math>(v: &[f64], block: &mut Block, membrane: Membrane<'_>) {
    let [gnabar, gkbar, gl, el, ena, ek, m, h, n, gna, gk, il, ina, ik] =
        block.columns_mut([GNABAR, GKBAR, GL, EL, ENA, EK, M, H, N, GNA, GK, IL, INA, IK]);
    vectorised(
        #[inline(always)]
        || {
            let count = v.len();
            let (gnabar, gkbar, gl, el) = (&gnabar[..count], &gkbar[..count], &gl[..count], &el[..count]);
            let (ena, ek, m, h, n) = (&ena[..count], &ek[..count], &m[..count], &h[..count], &n[..count]);
            let (gna, gk, il, ina, ik) =
                (&mut gna[..count], &mut gk[..count], &mut il[..count], &mut ina[..count], &mut ik[..count]);
            let (current, conductance) = (&mut membrane.current[..count], &mut membrane.conductance[..count]);
            for k in 0..count {
                let g_na = gnabar[k] * m[k] * m[k] * m[k] * h[k]; // S/cm2
                let g_k = gkbar[k] * n[k] * n[k] * n[k] * n[k]; // S/cm2
                let at = |v: f64| {
                    let i_na = g_na * (v - ena[k]); // mA/cm2
                    let i_k = g_k * (v - ek[k]); // mA/cm2
                    let i_l = gl[k] * (v - el[k]); // mA/cm2
                    (i_na, i_k, i_l, i_na + i_k + i_l)
                };
                let (i_na, i_k, i_l, sum) = at(v[k]);
                conductance[k] = if Mt::EXACT {
                    (at(v[k] + 0.001).3 - sum) / 0.001
                } else {
                    g_na + g_k + gl[k]
                }; // S/cm2
                current[k] = sum; // mA/cm2
                gna[k] = g_na;
                gk[k] = g_k;
                ina[k] = i_na;
                ik[k] = i_k;
                il[k] = i_l;
            }
        },
    );
}

/// Slopes of the ion currents over 0.001 mV.
fn current_slopes(v: &[f64], block: &mut Block) {
    let [ena, ek, gna, gk, ina, ik, dina_dv, dik_dv] =
        block.columns_mut([ENA, EK, GNA, GK, INA, IK, DINA_DV, DIK_DV]);
    for k in 0..v.len() {
        let above = v[k] + 0.001; // mV
        dina_dv[k] = (gna[k] * (above - ena[k]) - ina[k]) / 0.001; // S/cm2
        dik_dv[k] = (gk[k] * (above - ek[k]) - ik[k]) / 0.001; // S/cm2
    }
}

fn advance_by_table<Mt: Math>(v: &[f64], block: &mut Block, dt: f64) {
    let table = std::mem::take(&mut block.table);
    let [m, h, n] = block.columns_mut([M, H, N]);
    vectorised(
        #[inline(always)]
        || {
            let count = v.len();
            let (m, h, n) = (&mut m[..count], &mut h[..count], &mut n[..count]);
            let rows = quantities(&table);
            for k in 0..count {
                let [gate_m, gate_h, gate_n] = lookup(rows, v[k]);
                m[k] = relax::<Mt>(m[k], gate_m.inf, gate_m.tau, dt);
                h[k] = relax::<Mt>(h[k], gate_h.inf, gate_h.tau, dt);
                n[k] = relax::<Mt>(n[k], gate_n.inf, gate_n.tau, dt);
            }
        },
    );
    block.table = table;
}

fn advance_by_formulas<Mt: Math>(v: &[f64], block: &mut Block, context: &Context) {
    let (q10, dt) = (q10(context.celsius), context.dt);
    let [m, h, n] = block.columns_mut([M, H, N]);
    vectorised(
        #[inline(always)]
        || {
            let count = v.len();
            let (m, h, n) = (&mut m[..count], &mut h[..count], &mut n[..count]);
            for k in 0..count {
                if Mt::EXACT {
                    let [gate_m, gate_h, gate_n] = gates::<Mt>(v[k], q10);
                    m[k] = relax::<Mt>(m[k], gate_m.inf, gate_m.tau, dt);
                    h[k] = relax::<Mt>(h[k], gate_h.inf, gate_h.tau, dt);
                    n[k] = relax::<Mt>(n[k], gate_n.inf, gate_n.tau, dt);
                } else {
                    // The time constant is never formed: dt / tau = dt q10 (alpha + beta).
                    let step = |x: f64, (alpha, beta): (f64, f64)| {
                        let sum = alpha + beta; // 1/ms
                        x + (1.0 - Mt::exp(-dt * (q10 * sum))) * (alpha / sum - x)
                    };
                    let [rate_m, rate_h, rate_n] = rates::<Mt>(v[k]);
                    m[k] = step(m[k], rate_m);
                    h[k] = step(h[k], rate_h);
                    n[k] = step(n[k], rate_n);
                }
            }
        },
    );
}
