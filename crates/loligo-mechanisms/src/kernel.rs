//! The hooks of a compiled mechanism, and their arguments.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::block::{Block, BoundColumns, Instances, JointInstances, OpenColumns};
use crate::weights::Weights;

/// The arithmetic of a simulation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numerics {
    /// NEURON's bits: the C library's elementary functions, NEURON's order of operations and numerical conductances.
    Exact,
    /// Vector elementary functions within 1 ULP, fewer rows and fewer divisions; designed to stay within 1e-9 mV of
    /// `Exact` between -300 and 300 mV.
    #[default]
    Fast,
}

/// The equations to which a mechanism adds its current: one entry for each instance.
#[derive(Debug)]
pub struct Membrane<'a> {
    /// Right-hand sides, mA/cm2 (density) or nA (point process): the current is subtracted from
    /// them.
    pub rhs: &'a mut [f64],
    /// Diagonal elements, S/cm2 or uS: the slope dI/dv of the current is added to them.
    pub diagonal: &'a mut [f64],
}

impl Membrane<'_> {
    /// The same equations, borrowed again for a second use.
    #[inline]
    pub fn again(&mut self) -> Membrane<'_> {
        Membrane { rhs: self.rhs, diagonal: self.diagonal }
    }

    /// Adds the current of one instance and its slope.
    #[inline(always)]
    pub fn add(&mut self, instance: usize, current: f64, slope: f64) {
        self.rhs[instance] -= current;
        self.diagonal[instance] += slope;
    }
}

/// The terms of a diffusing substance in its segments: one entry for each instance.
#[derive(Debug)]
pub struct DiffusionTerms<'a> {
    /// Diffusion coefficient times area of the cross-section, um2/ms um2 (LONGITUDINAL_DIFFUSION in NMODL). The mean of
    /// both segments is used between them.
    pub conductance: &'a mut [f64],
    /// Volume that contains the substance, per length of the section, um2 (COMPARTMENT).
    pub volume: &'a mut [f64],
}

/// An event that reaches an instance.
#[derive(Debug)]
pub struct Event<'a> {
    /// Time, ms.
    pub t: f64,
    /// Voltage at the point process, mV: a value stored here becomes the membrane's. NaN for an artificial cell.
    pub v: &'a mut f64,
    /// 0 for an event from a connection, else the flag of the self event or of the watched condition.
    pub flag: f64,
    /// The weights of the connection that delivered the event; the instance may change them. A self event has those of
    /// the event during whose handling it was sent; there are none if that was the start of the run or a watched
    /// condition.
    pub weights: Weights<'a>,
}

/// An action that an instance requests in reply to an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Emission {
    /// A spike at this time (ms), to all connections of the instance.
    Spike(f64),
    /// An event to itself (self event).
    ToItself {
        /// Time of delivery, ms.
        at: f64,
        /// Flag delivered with the event; the last event sent with flag 1 can be moved.
        flag: f64,
    },
    /// Moves the pending self event of flag 1 to this time (ms).
    MoveTo(f64),
    /// A condition is [evaluated](Kernel::condition) at the start of every step, and an event is sent to the instance
    /// whenever its value rises above 0. The first of these in reply to one event ends all earlier ones of the
    /// instance.
    Watch {
        /// Number of the condition; each mechanism numbers its own.
        condition: u32,
        /// Flag delivered with the event.
        flag: f64,
    },
}

/// Collects emissions in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    /// Indices of instances in the block, and their emissions.
    pub emissions: Vec<(u32, Emission)>,
    /// Index in the block of the first instance that is passed to the kernel.
    pub first: u32,
}

impl Outbox {
    /// Adds an emission of one of the instances that were passed to the kernel.
    pub fn push(&mut self, instance: usize, emission: Emission) {
        self.emissions.push((self.first + instance as u32, emission));
    }
}

/// A mechanism compiled for one [`Environment`](crate::Environment) and one [`Layout`](crate::Layout) of its columns:
/// immutable, shared by the groups of cells and by threads.
///
/// The engine passes one entry of `v` (mV) for each instance; currents and states are computed for at most
/// [`CHUNK`](crate::CHUNK) instances at a time. A kernel owns its tables; it never allocates in
/// [`current`](Self::current), [`advance`](Self::advance) or [`receive`](Self::receive). `t` is in ms.
pub trait Kernel: Any + Debug + Send + Sync {
    /// Prepares the model's first instance, number 0 of those passed, for the start of a run, before any other hook. Called for
    /// mechanisms that [use usual values](crate::Mechanism::uses_usual_values).
    fn begin(&self, first: Instances<'_>) {
        let _ = first;
    }

    /// Sets the states for the start of a run; there may be more instances than a [`CHUNK`](crate::CHUNK).
    fn initialize(&self, t: f64, v: &[f64], instances: Instances<'_>, outbox: &mut Outbox);

    /// Adds the membrane current at `v`, and its slope, to the equations of the membrane; `t` is the middle of the
    /// step.
    fn current(&self, t: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let _ = (t, v, instances, membrane);
    }

    /// Computes the currents of all instances at a node together, if the kernel can do this.
    fn node_sums(&self) -> Option<&dyn NodeSums> {
        None
    }

    /// Joins a hook of kernels of density mechanisms, of which this is one, so that they are computed together for instances
    /// on the same nodes; `None` if they cannot be joined. Joined, each has the bits that it has alone.
    fn joint(&self, kernels: &[&dyn Kernel], hook: JointHook) -> Option<Arc<dyn JointKernel>> {
        let _ = (kernels, hook);
        None
    }

    /// Advances the states by one step, with the voltage at the end of the step, which is `t`.
    fn advance(&self, t: f64, v: &[f64], instances: Instances<'_>) {
        let _ = (t, v, instances);
    }

    /// Executes the block at one of the signature's [stages](crate::Signature::stages), by its number there. Variables
    /// of ions can be read, but changes of them are not stored.
    fn at(&self, stage: usize, t: f64, v: &[f64], instances: Instances<'_>) {
        let _ = (stage, t, v, instances);
    }

    /// Sets the diffusion terms of the diffusing column number `which` of the [signature](crate::Signature::diffusion),
    /// just before its step. Variables, including those of ions, have the values that the mechanism's own
    /// [`advance`](Self::advance) left; `t` is the end of the step. Terms that are not set are a conductance of 0 and a
    /// volume of 1.
    fn diffusion(&self, which: usize, t: f64, v: &[f64], instances: Instances<'_>, terms: DiffusionTerms<'_>) {
        let _ = (which, t, v, instances, terms);
    }

    /// Carries out one of the signature's [procedures](crate::Signature::procedures) for one instance, number 0 of
    /// those passed, at time `t` (ms) and voltage `v` (mV), with the required number of arguments. Returns its result.
    fn call(&self, procedure: usize, arguments: &[f64], (t, v): (f64, f64), instance: Instances<'_>) -> f64 {
        let _ = (procedure, arguments, t, v, instance);
        0.0
    }

    /// Processes an event for one instance, number 0 of those passed.
    fn receive(&self, event: Event<'_>, instance: Instances<'_>, outbox: &mut Outbox) {
        let _ = (event, instance, outbox);
    }

    /// Prepares one connection to an instance for the start of a run, after all instances are initialised: connections
    /// come in the order of their creation (INITIAL in NMODL's NET_RECEIVE). Called if the signature [declares
    /// it](crate::Signature::initializes_connections).
    fn initialize_connection(&self, event: Event<'_>, instance: Instances<'_>, outbox: &mut Outbox) {
        let _ = (event, instance, outbox);
    }

    /// True if a hook has failed since the last [initialisation](Self::initialize); asked after every step.
    fn has_failed(&self) -> bool {
        false
    }

    /// The reason why a hook has failed since the last [initialisation](Self::initialize), if one has; it ends the run. The
    /// hook has set variables of the instance to NaN, by which the engine finds it. Built-in mechanisms do not fail.
    fn fault(&self) -> Option<String> {
        None
    }

    /// The value of a condition that an instance [watches](Emission::Watch) at voltage `v` (mV): the event is sent when
    /// it rises above 0.
    fn condition(&self, condition: u32, v: f64, instance: Instances<'_>) -> f64 {
        let _ = (condition, v, instance);
        0.0
    }
}

/// A hook that several kernels can compute together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JointHook {
    /// [`Kernel::current`].
    Current,
    /// [`Kernel::advance`].
    Advance,
}

/// A hook of several density mechanisms that are on the same nodes.
pub trait JointKernel: Debug + Send + Sync {
    /// Computes the hook of each mechanism for as many instances of each, at most a [`CHUNK`](crate::CHUNK), in the order of
    /// the kernels; `v` (mV) and `membrane` have an entry for each node. Currents have a membrane, states have none.
    ///
    /// Returns false, and changes nothing, if the values of these instances are not those for which it was made: the
    /// kernels have to be called one by one.
    fn run(&self, t: f64, v: &[f64], members: &mut [Instances<'_>], membrane: Option<Membrane<'_>>) -> bool;

    /// Finds the columns of instances, in the order of the kernels, for [`run_bound`](Self::run_bound). There are no lists if
    /// it cannot be run with them.
    fn bind(&self, blocks: &mut [Block], instances: JointInstances<'_>) -> BoundColumns;

    /// The same as [`run`](Self::run) with columns that [`bind`](Self::bind) found; there must be lists.
    fn run_bound(&self, t: f64, v: &[f64], columns: OpenColumns<'_>, membrane: Option<Membrane<'_>>) -> bool;
}

/// Sums of the currents at nodes with several instances each, for kernels for which this is faster than
/// [`Kernel::current`].
pub trait NodeSums {
    /// Adds the currents of the instances at each node and their slopes to the node's equation. The first node has the
    /// first `counts[0]` instances, and so on; `v` (mV) and `membrane` have an entry for each node. Stores nothing in the
    /// instances.
    fn current(&self, v: &[f64], counts: &[u32], instances: Instances<'_>, membrane: Membrane<'_>);
}
