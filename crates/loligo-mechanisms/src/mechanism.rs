//! The interface between the engine and a mechanism.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use crate::math::Lanes;
use crate::{Block, Description};

/// The arithmetic of a simulation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numerics {
    /// NEURON's bits: the C library's elementary functions, NEURON's order of operations and numerical conductances.
    Exact,
    /// Vector elementary functions within 1 ULP, fewer rows and fewer divisions; made to stay within 1e-9 mV of `Exact`.
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

/// Where a mechanism puts its current and conductance: one entry an instance.
#[derive(Debug)]
pub struct Membrane<'a> {
    /// Current, mA/cm2 (density) or nA (point process).
    pub current: &'a mut [f64],
    /// Its slope dI/dv, S/cm2 or uS.
    pub conductance: &'a mut [f64],
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
/// Called by the engine with one entry of `v` (mV) an instance. An implementation has no data of its own and never
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

    /// Tells variants of one mechanism apart.
    fn variant(&self) -> u32 {
        0
    }

    /// Sets the states for the start of a run.
    fn initialize(&self, context: &Context, v: &[f64], block: &mut Block, outbox: &mut Outbox);

    /// Computes the membrane current and its slope at `v`.
    fn current(&self, context: &Context, v: &[f64], block: &mut Block, membrane: Membrane<'_>) {
        let _ = (context, v, block, membrane);
    }

    /// Advances the states by one step, with the voltage at the end of the step.
    fn advance(&self, context: &Context, v: &[f64], block: &mut Block) {
        let _ = (context, v, block);
    }

    /// Takes an event; `weight` belongs to the connection it came by (empty for a self event).
    fn receive(&self, event: Event, weight: &mut [f64], block: &mut Block, outbox: &mut Outbox) {
        let _ = (event, weight, block, outbox);
    }
}
