//! The interface between the engine and a mechanism.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use crate::math::{Interpolant, Lanes};
use crate::{Block, Description, Instances};

/// The arithmetic of a simulation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numerics {
    /// NEURON's bits: the C library's elementary functions, NEURON's order of operations and numerical conductances.
    Exact,
    /// Vector elementary functions within 1 ULP, fewer rows and fewer divisions; made to stay within 1e-9 mV of `Exact`
    /// between -300 and 300 mV.
    #[default]
    Fast,
}

/// What a mechanism may know about the moment.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Time, ms: the middle of the step for currents, its end for states.
    pub t: f64,
    /// The step, ms.
    pub dt: f64,
    /// Temperature, degC.
    pub celsius: f64,
    /// The arithmetic.
    pub numerics: Numerics,
    /// The vector instructions that kernels run with.
    pub lanes: Lanes,
    /// Whether the slopes of ion currents are wanted ([`IonUse::current_slope`](crate::IonUse)).
    pub current_slopes: bool,
}

/// The equations to which a mechanism adds its current: one entry an instance.
#[derive(Debug)]
pub struct Membrane<'a> {
    /// Right-hand sides, mA/cm2 (density) or nA (point process): the current is taken from them.
    pub rhs: &'a mut [f64],
    /// Diagonal elements, S/cm2 or uS: the slope dI/dv of the current is added to them.
    pub diagonal: &'a mut [f64],
}

impl Membrane<'_> {
    /// Adds the current of one instance and its slope.
    #[inline(always)]
    pub fn add(&mut self, instance: usize, current: f64, slope: f64) {
        self.rhs[instance] -= current;
        self.diagonal[instance] += slope;
    }
}

/// What a mechanism computes once for all its instances.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Rates at certain voltages.
    pub rates: Vec<f64>,
    /// Rates as functions of the voltage.
    pub interpolant: Option<Interpolant>,
}

/// An event that reaches an instance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Which instance of the block.
    pub instance: usize,
    /// When, ms.
    pub t: f64,
    /// 0 for an event from a connection, else the flag of the self event.
    pub flag: i32,
}

/// What an instance does in answer to an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Emission {
    /// A spike of its own, at this time (ms), to all its connections.
    Spike(f64),
    /// An event to itself.
    ToItself {
        /// When, ms.
        at: f64,
        /// Delivered with the event; the last one sent with flag 1 can be moved.
        flag: i32,
    },
    /// The waiting self event of flag 1 is to come at this time (ms) instead.
    MoveTo(f64),
}

/// Collects emissions in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    /// Which instance emitted what.
    pub emissions: Vec<(u32, Emission)>,
}

impl Outbox {
    /// Adds an emission of an instance.
    pub fn push(&mut self, instance: usize, emission: Emission) {
        self.emissions.push((instance as u32, emission));
    }
}

/// What a mechanism does with its instances.
///
/// Called by the engine with one entry of `v` (mV) an instance; currents and states are computed for at most
/// [`CHUNK`](crate::CHUNK) instances at a time. An implementation has no data of its own and never
/// allocates in [`current`](Self::current), [`advance`](Self::advance) or [`receive`](Self::receive).
pub trait Mechanism: Debug + Send + Sync {
    /// Its names, units and defaults.
    fn description(&self) -> &'static Description;

    /// The variant of this mechanism that serves an instance with these parameters (one value a column), where there is
    /// more than one; instances of different variants are kept in different blocks.
    fn specialised(&self, parameters: &[f64]) -> Option<&'static dyn Mechanism> {
        let _ = parameters;
        None
    }

    /// Whether [`specialised`](Self::specialised) looks at this column.
    fn selects_variant(&self, column: usize) -> bool {
        let _ = column;
        false
    }

    /// Tells variants of one mechanism apart.
    fn variant(&self) -> u32 {
        0
    }

    /// Computes what does not change during a run and is the same for all instances; [`Block::tables`] then has it.
    fn tables(&self, context: &Context) -> Tables {
        let _ = context;
        Tables::default()
    }

    /// Sets the states for the start of a run.
    fn initialize(&self, context: &Context, v: &[f64], block: &mut Block, outbox: &mut Outbox);

    /// Adds the membrane current at `v`, and its slope, to the equations of the membrane.
    fn current(&self, context: &Context, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let _ = (context, v, instances, membrane);
    }

    /// Advances the states by one step, with the voltage at the end of the step.
    fn advance(&self, context: &Context, v: &[f64], instances: Instances<'_>) {
        let _ = (context, v, instances);
    }

    /// Takes an event; `weight` belongs to the connection it came by (empty for a self event).
    fn receive(&self, event: Event, weight: &mut [f64], block: &mut Block, outbox: &mut Outbox) {
        let _ = (event, weight, block, outbox);
    }
}
