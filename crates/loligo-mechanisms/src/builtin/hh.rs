//! Hodgkin and Huxley's squid axon.

use std::marker::PhantomData;

use super::cnexp::{numerical_slope, relax};
use crate::description::{Description, IonUse, Kind, Variable};
use crate::math::{Exact, Fast, Kernel, Math};
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
        Variable::parameter("table", "1", 1.0, "1: rates from NEURON's 1 mV table, 0: from the formulas")
            .within(0.0, 1.0),
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
    amplifies_rounding: false,
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
        run_currents(context, v, block, membrane);
        if context.current_slopes {
            current_slopes(v, block);
        }
    }

    fn advance(&self, context: &Context, v: &[f64], block: &mut Block) {
        if self.table {
            let table = std::mem::take(&mut block.table);
            run_advance(context, v, block, ByTable(quantities(&table)));
            block.table = table;
        } else {
            run_advance(context, v, block, ByFormulas { q10: q10(context.celsius) });
        }
    }
}

fn run_currents(context: &Context, v: &[f64], block: &mut Block, membrane: Membrane<'_>) {
    let [gnabar, gkbar, gl, el, ena, ek, m, h, n, gna, gk, il, ina, ik] =
        block.columns_mut([GNABAR, GKBAR, GL, EL, ENA, EK, M, H, N, GNA, GK, IL, INA, IK]);
    context.lanes.run(Currents {
        v,
        conductances: [gnabar, gkbar, gl],
        reversal_potentials: [ena, ek, el],
        gates: [m, h, n],
        open: [gna, gk],
        currents: [ina, ik, il],
        membrane,
    });
}

fn run_advance<R: Rates>(context: &Context, v: &[f64], block: &mut Block, rates: R) {
    let (dt, gates) = (context.dt, block.columns_mut([M, H, N]));
    match context.numerics {
        Numerics::Exact => context.lanes.run(Advance::<R, Exact> { v, gates, dt, rates, profile: PhantomData }),
        Numerics::Fast => context.lanes.run(Advance::<R, Fast> { v, gates, dt, rates, profile: PhantomData }),
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
    // Kernels call no `map` of arrays: it is not inlined into code compiled for wider vectors.
    let [m, h, n] = rates::<M>(v);
    [gate(m, q10), gate(h, q10), gate(n, q10)]
}

#[inline(always)]
fn gate((alpha, beta): (f64, f64), q10: f64) -> Gate {
    let sum = alpha + beta; // 1/ms
    Gate { inf: alpha / sum, tau: 1.0 / (q10 * sum) }
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
fn interpolate(row: &[f64; TABLE_STRIDE], i: usize, fraction: f64) -> f64 {
    row[i] + fraction * (row[(i + 1) % TABLE_STRIDE] - row[i])
}

/// The columns that the currents are computed from, and those they go to.
struct Currents<'a> {
    v: &'a [f64],
    conductances: [&'a [f64]; 3],
    reversal_potentials: [&'a [f64]; 3],
    gates: [&'a [f64]; 3],
    open: [&'a mut [f64]; 2],
    currents: [&'a mut [f64]; 3],
    membrane: Membrane<'a>,
}

impl Kernel for Currents<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Membrane { current, conductance } = self.membrane;
        currents(
            self.v,
            self.conductances,
            self.reversal_potentials,
            self.gates,
            self.open,
            self.currents,
            current,
            conductance,
        );
    }
}

#[expect(clippy::too_many_arguments, reason = "slices as parameters of their own are known not to overlap")]
#[inline(always)]
fn currents(
    v: &[f64],
    [gnabar, gkbar, gl]: [&[f64]; 3],
    [ena, ek, el]: [&[f64]; 3],
    [m, h, n]: [&[f64]; 3],
    [gna, gk]: [&mut [f64]; 2],
    [ina, ik, il]: [&mut [f64]; 3],
    current: &mut [f64],
    conductance: &mut [f64],
) {
    let count = v.len();
    let (gnabar, gkbar, gl) = (&gnabar[..count], &gkbar[..count], &gl[..count]);
    let (ena, ek, el) = (&ena[..count], &ek[..count], &el[..count]);
    let (m, h, n) = (&m[..count], &h[..count], &n[..count]);
    let (gna, gk) = (&mut gna[..count], &mut gk[..count]);
    let (ina, ik, il) = (&mut ina[..count], &mut ik[..count], &mut il[..count]);
    let (current, conductance) = (&mut current[..count], &mut conductance[..count]);
    for k in 0..count {
        gna[k] = gnabar[k] * m[k] * m[k] * m[k] * h[k]; // S/cm2
        gk[k] = gkbar[k] * n[k] * n[k] * n[k] * n[k]; // S/cm2
        ina[k] = gna[k] * (v[k] - ena[k]); // mA/cm2
        ik[k] = gk[k] * (v[k] - ek[k]); // mA/cm2
        il[k] = gl[k] * (v[k] - el[k]); // mA/cm2
        current[k] = ina[k] + ik[k] + il[k]; // mA/cm2
        let above = v[k] + 0.001; // mV
        let current_above = gna[k] * (above - ena[k]) + gk[k] * (above - ek[k]) + gl[k] * (above - el[k]); // mA/cm2
        conductance[k] = numerical_slope(current[k], current_above); // S/cm2
    }
}

/// Slopes of the ion currents, which the second-order step wants.
fn current_slopes(v: &[f64], block: &mut Block) {
    let [ena, ek, gna, gk, ina, ik, dina_dv, dik_dv] = block.columns_mut([ENA, EK, GNA, GK, INA, IK, DINA_DV, DIK_DV]);
    for k in 0..v.len() {
        let above = v[k] + 0.001; // mV
        dina_dv[k] = numerical_slope(ina[k], gna[k] * (above - ena[k])); // S/cm2
        dik_dv[k] = numerical_slope(ik[k], gk[k] * (above - ek[k])); // S/cm2
    }
}

/// Where the rates of a step come from.
trait Rates: Copy {
    /// The gates m, h, n after `dt` (ms) at `v` (mV).
    fn step<P: Math>(self, v: f64, gates: [f64; 3], dt: f64) -> [f64; 3];
}

#[derive(Clone, Copy)]
struct ByTable<'a>([&'a [f64; TABLE_STRIDE]; 6]);

impl Rates for ByTable<'_> {
    #[inline(always)]
    fn step<P: Math>(self, v: f64, [m, h, n]: [f64; 3], dt: f64) -> [f64; 3] {
        let [gate_m, gate_h, gate_n] = lookup(self.0, v);
        [
            relax::<P>(m, gate_m.inf, gate_m.tau, dt),
            relax::<P>(h, gate_h.inf, gate_h.tau, dt),
            relax::<P>(n, gate_n.inf, gate_n.tau, dt),
        ]
    }
}

#[derive(Clone, Copy)]
struct ByFormulas {
    q10: f64,
}

impl Rates for ByFormulas {
    #[inline(always)]
    fn step<P: Math>(self, v: f64, [m, h, n]: [f64; 3], dt: f64) -> [f64; 3] {
        if P::EXACT {
            let [gate_m, gate_h, gate_n] = gates::<P>(v, self.q10);
            [
                relax::<P>(m, gate_m.inf, gate_m.tau, dt),
                relax::<P>(h, gate_h.inf, gate_h.tau, dt),
                relax::<P>(n, gate_n.inf, gate_n.tau, dt),
            ]
        } else {
            let [rate_m, rate_h, rate_n] = rates_by_three_exponentials::<P>(v);
            [
                relax_by_rates::<P>(m, rate_m, self.q10, dt),
                relax_by_rates::<P>(h, rate_h, self.q10, dt),
                relax_by_rates::<P>(n, rate_n, self.q10, dt),
            ]
        }
    }
}

/// The rates of [`rates`] with three exponentials instead of six, and no division by a constant.
///
/// Four arguments differ by constants or are multiples of another: exp(-(v+40)/10), exp(-(v+35)/10) and exp(-(v+55)/10) are
/// one exponential times a number, exp(-(v+65)/20) is the fourth power of exp(-(v+65)/80).
#[inline(always)]
fn rates_by_three_exponentials<M: Math>(v: f64) -> [(f64, f64); 3] {
    const EXP_MINUS_3_5: f64 = 0.030_197_383_422_318_5;
    const EXP_MINUS_4: f64 = 0.018_315_638_888_734_18;
    const EXP_MINUS_5_5: f64 = 0.004_086_771_438_464_067;
    let tenth = M::exp(-0.1 * v);
    let eightieth = M::exp((v + 65.0) * (-1.0 / 80.0));
    let twentieth = (eightieth * eightieth) * (eightieth * eightieth);
    [
        (
            trap((v + 40.0) * -0.1, tenth * EXP_MINUS_4), // 1/ms
            4.0 * M::exp((v + 65.0) * (-1.0 / 18.0)),     // 1/ms
        ),
        (0.07 * twentieth, 1.0 / (tenth * EXP_MINUS_3_5 + 1.0)), // 1/ms
        (0.1 * trap((v + 55.0) * -0.1, tenth * EXP_MINUS_5_5), 0.125 * eightieth), // 1/ms
    ]
}

/// u / (exp(u) - 1), by its series where the difference would cancel; `exponential` is exp(u).
#[inline(always)]
fn trap(u: f64, exponential: f64) -> f64 {
    let series = 1.0 - u * 0.5 + u * u * (1.0 / 12.0) * (1.0 - u * u * (1.0 / 60.0));
    let ratio = u / (exponential - 1.0);
    if u.abs() < 0.01 { series } else { ratio }
}

/// A gate after `dt` (ms); the time constant is never formed: dt / tau = dt q10 (alpha + beta).
#[inline(always)]
fn relax_by_rates<P: Math>(x: f64, (alpha, beta): (f64, f64), q10: f64, dt: f64) -> f64 {
    let sum = alpha + beta; // 1/ms
    x + (1.0 - P::exp(-dt * (q10 * sum))) * (alpha / sum - x)
}

struct Advance<'a, R, P> {
    v: &'a [f64],
    gates: [&'a mut [f64]; 3],
    dt: f64,
    rates: R,
    profile: PhantomData<P>,
}

impl<R: Rates, P: Math> Kernel for Advance<'_, R, P> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let [m, h, n] = self.gates;
        advance::<R, P>(self.v, m, h, n, self.dt, self.rates);
    }
}

#[inline(always)]
fn advance<R: Rates, P: Math>(v: &[f64], m: &mut [f64], h: &mut [f64], n: &mut [f64], dt: f64, rates: R) {
    let count = v.len();
    let (m, h, n) = (&mut m[..count], &mut h[..count], &mut n[..count]);
    for k in 0..count {
        [m[k], h[k], n[k]] = rates.step::<P>(v[k], [m[k], h[k], n[k]], dt);
    }
}
