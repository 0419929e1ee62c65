//! Ions: concentrations, reversal potential and the sum of the currents they carry.

use std::sync::Arc;

use crate::block::Instances;
use crate::environment::{Environment, Layout};
use crate::kernel::{Kernel, Outbox};
use crate::math::{Exact, Fast, Math, Simd, VectorLoop};
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// An ion of a segment: the variables shared by the mechanisms that use it.
///
/// If no mechanism of the segment reads or writes a concentration, the reversal potential is a constant set by the
/// user. If one reads a concentration, the reversal potential is computed from the concentrations when a run is
/// initialised. If one writes a concentration, both concentrations start a run from the ion's globals, and the reversal
/// potential follows them in every step, as in NEURON. The parameter `style` overrides this, as NEURON's `ion_style`
/// does; of NEURON's style word it uses the bits [4](Self::INITIAL_CONCENTRATIONS), [32](Self::NERNST_AT_START) and
/// [64](Self::NERNST_ALWAYS).
#[derive(Clone, Debug)]
pub struct Ion(Arc<Signature>);

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
    /// Column of the [style](Self::INITIAL_CONCENTRATIONS), a sum of bits; negative: determined by the mechanisms of
    /// the segment.
    pub const STYLE: usize = 5;
    /// Bit of a style: both concentrations start a run from the ion's globals.
    pub const INITIAL_CONCENTRATIONS: u32 = 4;
    /// Bit of a style: the reversal potential is computed from the concentrations at the start of a run.
    pub const NERNST_AT_START: u32 = 32;
    /// Bit of a style: the reversal potential is computed in every step.
    pub const NERNST_ALWAYS: u32 = 64;
    /// Global with the concentration inside at the start of a run if a mechanism writes a concentration, mM.
    pub const INITIAL_INSIDE: usize = 0;
    /// Global with the same concentration outside, mM.
    pub const INITIAL_OUTSIDE: usize = 1;
}

impl Ion {
    /// An ion by its symbol (`na`) and name (`sodium`), with its charge in elementary charges, reversal potential (mV)
    /// and concentrations inside and outside (mM).
    pub fn new(symbol: &str, name: &str, valence: f64, reversal_potential: f64, inside: f64, outside: f64) -> Self {
        let concentration = |side: &str, value: f64, meaning: &str| {
            Variable::parameter(&format!("{symbol}{side}"), "mM", value, meaning).within(0.0, 1e9)
        };
        let summary = format!("The ion {name}: reversal potential, concentrations, current");
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter(&format!("e{symbol}"), "mV", reversal_potential, "reversal potential"),
                concentration("i", inside, "concentration inside"),
                concentration("o", outside, "concentration outside"),
                Variable::output(&format!("i{symbol}"), "mA/cm2", "sum of the currents it carries"),
                Variable::output(&format!("di{symbol}_dv_"), "S/cm2", "slope of that sum"),
                Variable::parameter(&format!("{symbol}_style"), "1", -1.0, "-1: as the mechanisms here need it; else NEURON's ion_style: 4 concentrations start from globals, 32 reversal potential computed at the start, 64 in every step").within(-1.0, 511.0),
            ],
            globals: vec![
                concentration("i0", inside, "concentration inside at the start, where a mechanism writes one"),
                concentration("o0", outside, "concentration outside at the start, where a mechanism writes one"),
            ],
            valence: Some(valence),
            ..Signature::new(&format!("{symbol}_ion"), &summary, Kind::Ion)
        }))
    }

    /// Sodium.
    pub fn sodium() -> Self {
        Self::new("na", "sodium", 1.0, 50.0, 10.0, 140.0)
    }

    /// Potassium.
    pub fn potassium() -> Self {
        Self::new("k", "potassium", 1.0, -77.0, 54.4, 2.5)
    }

    /// Calcium.
    pub fn calcium() -> Self {
        // 12.5 ln(2 / 5e-5) mV, NEURON's value before it is computed from the concentrations.
        Self::new("ca", "calcium", 2.0, 132.457_934_163_700_9, 5e-5, 2.0)
    }
}

impl Mechanism for Ion {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(IonKernel))
    }
}

/// The engine computes ions between the hooks of the mechanisms that use them.
#[derive(Debug)]
struct IonKernel;

impl Kernel for IonKernel {
    fn initialize(&self, _: f64, _: &[f64], _: Instances<'_>, _: &mut Outbox) {}
}

const GAS_CONSTANT: f64 = 8.314_462_618_153_24; // J/(mol K)

/// Charge of a mole of elementary charges, C/mol.
pub const FARADAY: f64 = 96_485.332_123_310_014; // C/mol

/// R T / F, mV, at a temperature in degC.
#[inline(always)]
pub fn thermal_voltage(celsius: f64) -> f64 {
    1000.0 * GAS_CONSTANT * (celsius + 273.15) / FARADAY
}

/// The Nernst potential, mV: (R T / z F) ln(outside / inside), concentrations in mM, temperature in degC.
///
/// ```
/// let eca = loligo_mechanisms::nernst(5e-5, 2.0, 2.0, 6.3);
/// assert!((eca - 127.5).abs() < 0.1); // mV
/// ```
pub fn nernst(inside: f64, outside: f64, charge: f64, celsius: f64) -> f64 {
    if charge == 0.0 {
        return 0.0;
    }
    potential_of((inside, outside), thermal_voltage(celsius) / charge * Exact::log(outside / inside))
}

/// The Nernst potential for two concentrations, mM, of which the formula gives `potential`, mV.
#[inline(always)]
fn potential_of((inside, outside): (f64, f64), potential: f64) -> f64 {
    let potential = if outside <= 0.0 { -1e6 } else { potential };
    if inside <= 0.0 { 1e6 } else { potential }
}

/// Nernst potentials (mV) of many segments by the arithmetic of `Fast`; all slices have the same length.
#[derive(Debug)]
pub struct NernstPotentials<'a> {
    /// Concentrations inside, mM.
    pub inside: &'a [f64],
    /// Concentrations outside, mM.
    pub outside: &'a [f64],
    /// Charge of the ion; 0 gives 0 mV.
    pub charge: f64,
    /// Temperature, degC.
    pub celsius: f64,
    /// The results, mV.
    pub potentials: &'a mut [f64],
}

impl VectorLoop for NernstPotentials<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { inside, outside, charge, celsius, potentials } = self;
        if charge == 0.0 {
            return potentials.fill(0.0);
        }
        let factor = thermal_voltage(celsius) / charge;
        let count = potentials.len().min(inside.len()).min(outside.len());
        let (inside, outside, potentials) = (&inside[..count], &outside[..count], &mut potentials[..count]);
        for k in 0..count {
            potentials[k] = outside[k] / inside[k]; // 1
        }
        Fast::logs(potentials);
        for k in 0..count {
            potentials[k] = potential_of((inside[k], outside[k]), factor * potentials[k]); // mV
        }
    }
}

/// The current through a membrane of permeability 1 cm/s by the Goldman-Hodgkin-Katz equation, mA/cm2, at `v` (mV):
/// concentrations in mM, temperature in degC (NEURON's `nrn_ghk`).
///
/// Hille, Ion Channels of Excitable Membranes (3rd ed., 2001), chapter 14.
///
/// ```
/// use loligo_mechanisms::{ghk, nernst};
/// let reversal_potential = nernst(1e-4, 2.0, 2.0, 37.0); // mV
/// assert!(ghk(reversal_potential, 1e-4, 2.0, 2.0, 37.0).abs() < 1e-12); // mA/cm2
/// assert!(ghk(-65.0, 1e-4, 2.0, 2.0, 37.0) < -1.0); // inward
/// ```
pub fn ghk(v: f64, inside: f64, outside: f64, charge: f64, celsius: f64) -> f64 {
    ghk_by::<Exact>([v, inside, outside, charge], celsius)
}

/// The same by another exponential, for loops that compute many instances in vector lanes: `arguments` are those of
/// [`ghk`] but the temperature.
#[inline(always)]
pub fn ghk_by<M: Math>(arguments: [f64; 4], celsius: f64) -> f64 {
    let [v, inside, outside, charge] = arguments;
    let x = charge * v / thermal_voltage(celsius); // 1
    let out = outside * ratio_to_exp::<M>(x); // mM
    let within = inside * ratio_to_exp::<M>(-x); // mM
    0.001 * charge * FARADAY * (within - out) // mA/cm2
}

/// x / (exp(x) - 1), with its limit at 0.
#[inline(always)]
fn ratio_to_exp<M: Math>(x: f64) -> f64 {
    let ratio = x / (M::exp(x) - 1.0);
    if x.abs() < 1e-4 { 1.0 - x / 2.0 } else { ratio }
}
