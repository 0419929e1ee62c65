//! The currents of Hodgkin and Huxley's squid axon.

mod rates;

use std::marker::PhantomData;
use std::sync::{Arc, LazyLock};

use rates::{Formulas, Gate, RateSource, TABLE_STRIDE, gates, lookup, quantities};

use crate::block::Instances;
use crate::builtin::arithmetic::{Arithmetic, kernel_for};
use crate::builtin::cnexp::{numerical_slope, relax};
use crate::builtin::hh::rates::rate_table;
use crate::environment::{ColumnLayout, Environment, Layout};
use crate::kernel::{Kernel, Membrane, Numerics, Outbox};
use crate::math::interpolant::{BATCH, FUNCTIONS, Interpolant, Values};
use crate::math::lanes::VectorLoop;
use crate::math::{Exact, Math, Simd};
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{IonUse, IonVariable, Kind, Signature, Variable};

/// Sodium, potassium and leak currents of the squid giant axon, `hh`.
///
/// Hodgkin & Huxley, J. Physiol. 117:500 (1952), doi:10.1113/jphysiol.1952.sp004764, shifted to a resting potential
/// near -65 mV; rates scale with a q10 of 3 from 6.3 degC:
///
/// | gate | alpha (1/ms) | beta (1/ms) |
/// |---|---|---|
/// | m | 0.1 (v+40) / (1 - exp(-(v+40)/10)) | 4 exp(-(v+65)/18) |
/// | h | 0.07 exp(-(v+65)/20) | 1 / (1 + exp(-(v+35)/10)) |
/// | n | 0.01 (v+55) / (1 - exp(-(v+55)/10)) | 0.125 exp(-(v+65)/80) |
///
/// With `table = 1`, the default as in NEURON, steady states and time constants are interpolated between whole mV from
/// -100 to 100 mV (and are constant beyond); this shifts the voltage in a spike by about 0.1 mV compared with
/// `table = 0`, the formulas.
///
/// Over one step a gate x becomes x + f (inf - x), where inf and f = 1 - exp(-dt / tau) depend on the voltage alone:
/// [`Numerics::Fast`] evaluates these six functions with an [`Interpolant`], for both values of `table`.
#[derive(Clone, Copy, Debug)]
pub struct Hh;

const GNABAR: usize = 0; // S/cm2
const GKBAR: usize = 1; // S/cm2
const GL: usize = 2; // S/cm2
const EL: usize = 3; // mV
const TABLE: usize = 4; // 0 or 1
const ENA: usize = 5; // mV
const EK: usize = 6; // mV
const M_COLUMN: usize = 7; // 1
const H: usize = 8; // 1
const N: usize = 9; // 1
const GNA: usize = 10; // S/cm2
const GK: usize = 11; // S/cm2
const IL: usize = 12; // mA/cm2
const INA: usize = 13; // mA/cm2
const IK: usize = 14; // mA/cm2
const DINA_DV: usize = 15; // S/cm2
const DIK_DV: usize = 16; // S/cm2

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("gnabar", "S/cm2", 0.12, "largest sodium conductance").plausibly(0.0, 10.0),
            Variable::parameter("gkbar", "S/cm2", 0.036, "largest potassium conductance").plausibly(0.0, 10.0),
            Variable::parameter("gl", "S/cm2", 0.0003, "leak conductance").plausibly(0.0, 1.0),
            Variable::parameter("el", "mV", -54.3, "leak reversal potential").plausibly(-150.0, 150.0),
            Variable::parameter("table", "1", 1.0, "1: rates from NEURON's 1 mV table, 0: from the formulas")
                .within(0.0, 1.0),
            Variable::assigned("ena", "mV", "sodium reversal potential"),
            Variable::assigned("ek", "mV", "potassium reversal potential"),
            Variable::state("m", "1", "sodium activation"),
            Variable::state("h", "1", "sodium inactivation"),
            Variable::state("n", "1", "potassium activation"),
            Variable::output("gna", "S/cm2", "sodium conductance"),
            Variable::output("gk", "S/cm2", "potassium conductance"),
            Variable::output("il", "mA/cm2", "leak current"),
            Variable::output("ina", "mA/cm2", "sodium current"),
            Variable::output("ik", "mA/cm2", "potassium current"),
            Variable::output("dina_dv", "S/cm2", "slope of the sodium current"),
            Variable::output("dik_dv", "S/cm2", "slope of the potassium current"),
        ],
        absent: [("m", "inf"), ("h", "inf"), ("n", "inf"), ("m", "tau"), ("h", "tau"), ("n", "tau")]
            .map(|(gate, kind)| {
                let instead = format!(
                    "NEURON keeps it once for all segments, as the last one left it; record {gate}_hh, or compute it from v and celsius"
                );
                (format!("{gate}{kind}"), instead)
            })
            .to_vec(),
        ions: vec![
            IonUse::of("na_ion")
                .reading(IonVariable::ReversalPotential, ENA)
                .writing(IonVariable::Current, INA)
                .with_current_slope(DINA_DV),
            IonUse::of("k_ion")
                .reading(IonVariable::ReversalPotential, EK)
                .writing(IonVariable::Current, IK)
                .with_current_slope(DIK_DV),
        ],
        has_current: true,
        has_state: true,
        state_reads_voltage: true,
        ..Signature::new("hh", "squid sodium, potassium and leak currents of Hodgkin and Huxley", Kind::Density)
    })
});

impl Mechanism for Hh {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, environment: &Environment, layout: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        let (table, formulas) = match layout.column(TABLE) {
            ColumnLayout::Uniform(0.0) => (false, true),
            ColumnLayout::Uniform(_) => (true, false),
            ColumnLayout::Each | ColumnLayout::Unobserved => (true, true),
        };
        let rates = Formulas::of(environment);
        let by_table = table.then(|| Gates::new(RateSource::Table(rate_table(rates)), environment));
        let by_formulas = formulas.then(|| Gates::new(RateSource::Formulas(rates), environment));
        let current_slopes = environment.current_slopes;
        Ok(kernel_for!(environment, |arithmetic| HhKernel { arithmetic, current_slopes, by_table, by_formulas }))
    }
}

#[derive(Debug)]
struct HhKernel<M> {
    arithmetic: Arithmetic<M>,
    current_slopes: bool,
    /// For the instances with `table = 1`, if there are any.
    by_table: Option<Gates>,
    /// For the instances with `table = 0`, if there are any.
    by_formulas: Option<Gates>,
}

impl<M> HhKernel<M> {
    /// The rates of an instance whose `table` has this value.
    fn gates(&self, table: f64) -> Option<&Gates> {
        match (&self.by_table, &self.by_formulas) {
            (Some(by_table), Some(by_formulas)) => Some(if table != 0.0 { by_table } else { by_formulas }),
            (Some(gates), None) | (None, Some(gates)) => Some(gates),
            (None, None) => None,
        }
    }
}

impl<M: Math> Kernel for HhKernel<M> {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for (k, &v) in v.iter().enumerate() {
            let Some(gates) = self.gates(instances.value(TABLE, k)) else { continue };
            for (column, gate) in [M_COLUMN, H, N].into_iter().zip(gates.source.gates(v)) {
                instances.set(column, k, gate.inf);
            }
        }
        for column in [GNA, GK, IL, INA, IK] {
            instances.fill(column, 0.0);
        }
    }

    fn current(&self, _: f64, v: &[f64], mut instances: Instances<'_>, membrane: Membrane<'_>) {
        let ([gnabar, gkbar, gl, el, ena, ek, m, h, n], []) =
            instances.again().columns([GNABAR, GKBAR, GL, EL, ENA, EK, M_COLUMN, H, N], []);
        let columns = Columns { v, gnabar, gkbar, gl, el, ena, ek, m, h, n };
        self.arithmetic.lanes.run(Currents::<M> { columns, membrane, profile: PhantomData });
        if instances.keeps([GNA, GK, IL, INA, IK]) {
            keep_currents(v, instances.again());
        }
        if self.current_slopes {
            current_slopes(v, instances);
        }
    }

    fn advance(&self, _: f64, v: &[f64], mut instances: Instances<'_>) {
        if self.by_table.is_none() || self.by_formulas.is_none() {
            if let Some(gates) = self.gates(1.0) {
                gates.advance(&self.arithmetic, v, instances);
            }
            return;
        }
        // Runs of instances with the same source of rates.
        let mut start = 0;
        while start < v.len() {
            let by_table = |instances: &Instances<'_>, k: usize| instances.value(TABLE, k) != 0.0;
            let first = by_table(&instances, start);
            let mut end = start + 1;
            while end < v.len() && by_table(&instances, end) == first {
                end += 1;
            }
            if let Some(gates) = self.gates(f64::from(u8::from(first))) {
                gates.advance(&self.arithmetic, &v[start..end], instances.part(start..end));
            }
            start = end;
        }
    }
}

/// The rates of the three gates, and in `Fast` the resulting change over a step.
#[derive(Debug)]
struct Gates {
    source: RateSource,
    interpolant: Option<Interpolant>,
}

impl Gates {
    fn new(source: RateSource, environment: &Environment) -> Self {
        let interpolant = match environment.numerics {
            Numerics::Exact => None,
            Numerics::Fast => Some(Interpolant::new(FUNCTIONS, |v| source.relaxation(v, environment.dt))),
        };
        Self { source, interpolant }
    }

    fn advance<M: Math>(&self, arithmetic: &Arithmetic<M>, v: &[f64], instances: Instances<'_>) {
        let ([], gates, values) = instances.columns_and_values([], [M_COLUMN, H, N]);
        let (lanes, dt) = (arithmetic.lanes, arithmetic.dt);
        match (&self.interpolant, &self.source) {
            (Some(interpolant), source) => {
                lanes.run(AdvanceByInterpolant { v, gates, interpolant, source, dt, values });
            }
            (None, RateSource::Table(table)) => {
                let rates = ByTable(quantities(table));
                lanes.run(Advance { v, gates, dt, rates, profile: PhantomData::<M> });
            }
            (None, &RateSource::Formulas(Formulas { q10, .. })) => {
                let rates = ByFormulas { q10, profile: PhantomData::<M> };
                lanes.run(Advance { v, gates, dt, rates, profile: PhantomData::<M> });
            }
        }
    }
}

/// The columns from which the currents are computed.
struct Columns<'a> {
    v: &'a [f64],
    gnabar: &'a [f64],
    gkbar: &'a [f64],
    gl: &'a [f64],
    el: &'a [f64],
    ena: &'a [f64],
    ek: &'a [f64],
    m: &'a [f64],
    h: &'a [f64],
    n: &'a [f64],
}

struct Currents<'a, P> {
    columns: Columns<'a>,
    membrane: Membrane<'a>,
    profile: PhantomData<P>,
}

impl<P: Math> VectorLoop for Currents<'_, P> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Columns { v, gnabar, gkbar, gl, el, ena, ek, m, h, n } = self.columns;
        let Membrane { rhs, diagonal } = self.membrane;
        currents::<P>(v, gnabar, gkbar, gl, el, ena, ek, m, h, n, rhs, diagonal);
    }
}

#[expect(clippy::too_many_arguments, reason = "slices as parameters of their own are known not to overlap")]
#[inline(always)]
fn currents<P: Math>(
    v: &[f64],
    gnabar: &[f64],
    gkbar: &[f64],
    gl: &[f64],
    el: &[f64],
    ena: &[f64],
    ek: &[f64],
    m: &[f64],
    h: &[f64],
    n: &[f64],
    rhs: &mut [f64],
    diagonal: &mut [f64],
) {
    let count = v.len();
    let (gnabar, gkbar, gl) = (&gnabar[..count], &gkbar[..count], &gl[..count]);
    let (ena, ek, el) = (&ena[..count], &ek[..count], &el[..count]);
    let (m, h, n) = (&m[..count], &h[..count], &n[..count]);
    let (rhs, diagonal) = (&mut rhs[..count], &mut diagonal[..count]);
    for k in 0..count {
        let gna = gnabar[k] * m[k] * m[k] * m[k] * h[k]; // S/cm2
        let gk = gkbar[k] * n[k] * n[k] * n[k] * n[k]; // S/cm2
        let current = gna * (v[k] - ena[k]) + gk * (v[k] - ek[k]) + gl[k] * (v[k] - el[k]); // mA/cm2
        let above = v[k] + 0.001; // mV
        let current_above = gna * (above - ena[k]) + gk * (above - ek[k]) + gl[k] * (above - el[k]); // mA/cm2
        rhs[k] -= current; // mA/cm2
        diagonal[k] += numerical_slope::<P>(current, current_above); // S/cm2
    }
}

/// Stores conductances and currents if they are observed.
fn keep_currents(v: &[f64], instances: Instances<'_>) {
    let ([gnabar, gkbar, gl, el, ena, ek, m, h, n], [gna, gk, il, ina, ik]) =
        instances.columns([GNABAR, GKBAR, GL, EL, ENA, EK, M_COLUMN, H, N], [GNA, GK, IL, INA, IK]);
    for k in 0..v.len() {
        gna[k] = gnabar[k] * m[k] * m[k] * m[k] * h[k]; // S/cm2
        gk[k] = gkbar[k] * n[k] * n[k] * n[k] * n[k]; // S/cm2
        ina[k] = gna[k] * (v[k] - ena[k]); // mA/cm2
        ik[k] = gk[k] * (v[k] - ek[k]); // mA/cm2
        il[k] = gl[k] * (v[k] - el[k]); // mA/cm2
    }
}

/// Stores the slopes of the ion currents, which the second-order step needs.
fn current_slopes(v: &[f64], instances: Instances<'_>) {
    let ([ena, ek, gna, gk, ina, ik], [dina_dv, dik_dv]) =
        instances.columns([ENA, EK, GNA, GK, INA, IK], [DINA_DV, DIK_DV]);
    for k in 0..v.len() {
        let above = v[k] + 0.001; // mV
        dina_dv[k] = numerical_slope::<Exact>(ina[k], gna[k] * (above - ena[k])); // S/cm2
        dik_dv[k] = numerical_slope::<Exact>(ik[k], gk[k] * (above - ek[k])); // S/cm2
    }
}

/// Source of steady states and time constants in NEURON's arithmetic.
trait Rates: Copy {
    fn gates(self, v: f64) -> [Gate; 3];
}

#[derive(Clone, Copy)]
struct ByTable<'a>([&'a [f64; TABLE_STRIDE]; 6]);

impl Rates for ByTable<'_> {
    #[inline(always)]
    fn gates(self, v: f64) -> [Gate; 3] {
        lookup(self.0, v)
    }
}

#[derive(Clone, Copy)]
struct ByFormulas<M> {
    q10: f64,
    profile: PhantomData<M>,
}

impl<M: Math> Rates for ByFormulas<M> {
    #[inline(always)]
    fn gates(self, v: f64) -> [Gate; 3] {
        gates::<M>(v, self.q10)
    }
}

struct Advance<'a, R, M> {
    v: &'a [f64],
    gates: [&'a mut [f64]; 3],
    dt: f64,
    rates: R,
    profile: PhantomData<M>,
}

impl<R: Rates, M: Math> VectorLoop for Advance<'_, R, M> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let [m, h, n] = self.gates;
        advance::<R, M>(self.v, m, h, n, self.dt, self.rates);
    }
}

#[inline(always)]
fn advance<R: Rates, M: Math>(v: &[f64], m: &mut [f64], h: &mut [f64], n: &mut [f64], dt: f64, rates: R) {
    let count = v.len();
    let (m, h, n) = (&mut m[..count], &mut h[..count], &mut n[..count]);
    for k in 0..count {
        let [gate_m, gate_h, gate_n] = rates.gates(v[k]);
        m[k] = relax::<M>(m[k], gate_m.inf, gate_m.tau, dt);
        h[k] = relax::<M>(h[k], gate_h.inf, gate_h.tau, dt);
        n[k] = relax::<M>(n[k], gate_n.inf, gate_n.tau, dt);
    }
}

struct AdvanceByInterpolant<'a> {
    v: &'a [f64],
    gates: [&'a mut [f64]; 3],
    interpolant: &'a Interpolant,
    /// The source of rates for voltages that the interpolant does not cover.
    source: &'a RateSource,
    dt: f64,
    values: &'a mut Values,
}

impl VectorLoop for AdvanceByInterpolant<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let [m, h, n] = self.gates;
        let values = self.values;
        for start in (0..self.v.len()).step_by(BATCH) {
            let end = (start + BATCH).min(self.v.len());
            let v = &self.v[start..end];
            if !self.interpolant.evaluate(simd, v, values) {
                replace_uncovered(v, self.source, self.dt, values);
            }
            relax_towards(&mut m[start..end], values.function(0), values.function(3));
            relax_towards(&mut h[start..end], values.function(1), values.function(4));
            relax_towards(&mut n[start..end], values.function(2), values.function(5));
        }
    }
}

#[cold]
fn replace_uncovered(v: &[f64], source: &RateSource, dt: f64, values: &mut Values) {
    for (k, &v) in v.iter().enumerate() {
        if !Interpolant::covers(v) {
            values.set(k, source.relaxation(v, dt));
        }
    }
}

#[inline(always)]
fn relax_towards(x: &mut [f64], inf: &[f64; BATCH], part: &[f64; BATCH]) {
    let count = x.len().min(BATCH);
    let (x, inf, part) = (&mut x[..count], &inf[..count], &part[..count]);
    for k in 0..count {
        x[k] += part[k] * (inf[k] - x[k]);
    }
}
