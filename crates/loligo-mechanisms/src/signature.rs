//! The name, variables and kind of a mechanism: its description, available without running it.

mod columns;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::handed_in::{FunctionTableSlot, VectorSlot};

/// The role of a variable in its mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Set by the user, one value for each instance (RANGE parameter).
    Parameter,
    /// Integrated in time.
    State,
    /// Computed from the others.
    Assigned,
    /// Computed for the user alone: the mechanism itself never reads it again, so it need not be computed if it is
    /// not observed.
    Output,
    /// Refers to another variable of the model, which is chosen by the network: its column has the
    /// present value of that variable whenever a hook is called.
    Pointer {
        /// True if the mechanism changes the variable: the column is stored there after each hook.
        written: bool,
    },
}

/// One variable of a mechanism: a number for each instance, or an array of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variable {
    /// Name as in NEURON, without that of the mechanism.
    pub name: String,
    /// Its unit.
    pub unit: Arc<str>,
    /// Its role.
    pub role: Role,
    /// Number of elements: 1, or the length of an array, whose elements are spelled `name[0]`, `name[1]`, ...
    pub length: usize,
    /// The default value of each element.
    pub default: f64,
    /// Smallest and largest allowed value, both included; others are rejected.
    pub range: (f64, f64),
    /// Smallest and largest usual value, both included; others are allowed, but cause a warning with their
    /// position in a file.
    pub plausible: (f64, f64),
    /// Its meaning, in a few words.
    pub meaning: String,
}

impl Variable {
    fn new(role: Role, name: &str, unit: &str, default: f64, meaning: &str) -> Self {
        Self {
            name: name.to_owned(),
            unit: unit.into(),
            role,
            length: 1,
            default,
            range: (f64::MIN, f64::MAX),
            plausible: (f64::MIN, f64::MAX),
            meaning: meaning.to_owned(),
        }
    }

    /// A parameter with a default, any finite value allowed.
    pub fn parameter(name: &str, unit: &str, default: f64, meaning: &str) -> Self {
        Self::new(Role::Parameter, name, unit, default, meaning)
    }

    /// A state, 0 before initialisation.
    pub fn state(name: &str, unit: &str, meaning: &str) -> Self {
        Self::new(Role::State, name, unit, 0.0, meaning)
    }

    /// A computed variable, 0 before initialisation.
    pub fn assigned(name: &str, unit: &str, meaning: &str) -> Self {
        Self::new(Role::Assigned, name, unit, 0.0, meaning)
    }

    /// A variable that is computed for the user to observe, and that the mechanism itself does not read.
    pub fn output(name: &str, unit: &str, meaning: &str) -> Self {
        Self::new(Role::Output, name, unit, 0.0, meaning)
    }

    /// A reference to another variable of the model, to be read.
    pub fn pointer(name: &str, unit: &str, meaning: &str) -> Self {
        Self::new(Role::Pointer { written: false }, name, unit, 0.0, meaning)
    }

    /// A reference to another variable of the model, to be read and changed.
    pub fn written_pointer(name: &str, unit: &str, meaning: &str) -> Self {
        Self::new(Role::Pointer { written: true }, name, unit, 0.0, meaning)
    }

    /// The same variable with a smallest and largest value.
    #[must_use]
    pub fn within(self, low: f64, high: f64) -> Self {
        Self { range: (low, high), ..self }
    }

    /// The same variable with a smallest and largest usual value.
    #[must_use]
    pub fn plausibly(self, low: f64, high: f64) -> Self {
        Self { plausible: (low, high), ..self }
    }

    /// The same variable as an array.
    #[must_use]
    pub fn array(self, length: usize) -> Self {
        Self { length, ..self }
    }
}

/// A procedure of a mechanism that a user may call for an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// Its name.
    pub name: String,
    /// Names of its arguments.
    pub arguments: Vec<String>,
    /// Its purpose, in a few words.
    pub meaning: String,
    /// True if arguments may be left out and may be lists of numbers or streams of random numbers, which it keeps in
    /// the variables of [`Signature::held`]; it is then called [before a run](crate::set_up).
    pub is_set_up: bool,
}

/// A variable that holds an object which the user hands in by a call of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldObject {
    /// The column with the object's origin: 0 if there is none, 1 for a list or a stream with given identifiers, 2 for a
    /// stream of uniform and 3 for one of exponentially distributed numbers, -k during a call whose argument k it is.
    pub source: usize,
    /// The object.
    pub object: HeldKind,
}

/// The kind of an object that the user hands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeldKind {
    /// A list of numbers, by its number in [`Signature::vectors`].
    List(usize),
    /// A stream of random numbers.
    Stream {
        /// Its number in [`Signature::streams`].
        stream: usize,
        /// The columns with the parameters of its distribution.
        parameters: [usize; 2],
    },
}

impl Procedure {
    /// A procedure with these arguments.
    pub fn new(name: &str, arguments: &[&str], meaning: &str) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { name: name.to_owned(), arguments, meaning: meaning.to_owned(), is_set_up: false }
    }
}

/// The place of a mechanism in a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// On membrane; currents in mA/cm2.
    Density,
    /// At a point of the membrane; currents in nA.
    Point {
        /// True if a positive current enters the cell from an electrode (depolarises) rather than leaving it.
        electrode: bool,
    },
    /// Not on a cell with membrane: an artificial cell, which is driven by events alone.
    Artificial,
    /// The concentrations and the reversal potential of an ion, shared by the mechanisms of a segment.
    Ion,
}

/// A point in a run at which a mechanism can be called, in addition to its initialisation, its currents and its
/// states. Mechanisms are called in the order of evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Stage {
    /// At the start of a run, before any mechanism is initialised (BEFORE INITIAL in NMODL).
    BeforeInitial,
    /// At the start of a run, after all mechanisms and connections are initialised (AFTER INITIAL).
    AfterInitial,
    /// Before the currents, in the middle of the step (BEFORE BREAKPOINT).
    BeforeCurrent,
    /// After all states have been advanced, at the end of the step (AFTER SOLVE).
    AfterStates,
    /// After that, before variables are recorded (BEFORE STEP).
    BeforeRecording,
}

/// A property of the place of an instance that a mechanism can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Geometry {
    /// Mean diameter of the segment, um; of a node without area that of the segment beside it.
    Diameter,
    /// Membrane area of the segment, um2; of a node without area 100.
    Area,
}

/// A variable of an ion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IonVariable {
    /// Reversal potential, mV.
    ReversalPotential,
    /// Concentration inside, mM.
    Inside,
    /// Concentration outside, mM.
    Outside,
    /// Current, mA/cm2: the sum over all mechanisms if it is read, the mechanism's own share (in nA for a point
    /// process) if it is written.
    Current,
}

/// The use that a mechanism makes of an ion (`USEION` in NMODL).
///
/// ```
/// use loligo_mechanisms::{IonUse, IonVariable};
/// // USEION ca READ eca WRITE ica, with eca and ica in columns 2 and 3.
/// let calcium = IonUse::of("ca_ion").reading(IonVariable::ReversalPotential, 2).writing(IonVariable::Current, 3);
/// assert_eq!(calcium.reads, [(IonVariable::ReversalPotential, 2)]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IonUse {
    /// Name of the ion's own mechanism, e.g. `na_ion`.
    pub ion: String,
    /// The variables that are copied to a column before initialisation, currents, states and stages; before events only
    /// concentrations.
    pub reads: Vec<(IonVariable, usize)>,
    /// The variables that are stored from a column after initialisation, currents and states; after events only
    /// concentrations that are states. A concentration is also copied to its column before.
    pub writes: Vec<(IonVariable, usize)>,
    /// The column with the slope dI/dv of the current written, S/cm2 (uS for a point process); it is used by the
    /// second-order step that corrects ion currents.
    pub current_slope: Option<usize>,
}

impl IonUse {
    /// A use without any variable, of the ion with this mechanism name.
    pub fn of(ion: &str) -> Self {
        Self { ion: ion.to_owned(), reads: Vec::new(), writes: Vec::new(), current_slope: None }
    }

    /// Reads a variable into a column.
    #[must_use]
    pub fn reading(mut self, variable: IonVariable, column: usize) -> Self {
        self.reads.push((variable, column));
        self
    }

    /// Writes a variable from a column.
    #[must_use]
    pub fn writing(mut self, variable: IonVariable, column: usize) -> Self {
        self.writes.push((variable, column));
        self
    }

    /// Keeps the slope of the written current in a column.
    #[must_use]
    pub fn with_current_slope(self, column: usize) -> Self {
        Self { current_slope: Some(column), ..self }
    }

    /// True if a concentration is written.
    pub fn writes_concentration(&self) -> bool {
        self.writes.iter().any(|(variable, _)| matches!(variable, IonVariable::Inside | IonVariable::Outside))
    }
}

/// The name, variables and kind of a mechanism, and its activities in a step.
///
/// A [`Block`](crate::Block) has a *column* for each element of each variable, in the order of the variables.
///
/// ```
/// use loligo_mechanisms::{Kind, Signature, Variable};
/// let signature = Signature {
///     variables: vec![
///         Variable::parameter("g", "S/cm2", 0.001, "conductance"),
///         Variable::parameter("level", "mV", -70.0, "levels").array(3),
///     ],
///     ..Signature::new("leak", "levels of leak", Kind::Density)
/// };
/// assert_eq!(signature.column("level[2]"), Some(3));
/// assert_eq!(signature.column_name(3), "level[2]");
/// assert_eq!(signature.variable(3).default, -70.0); // mV
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// Name as in NEURON.
    pub name: String,
    /// Its purpose, in one line.
    pub summary: String,
    /// Its place in a model.
    pub kind: Kind,
    /// Its variables.
    pub variables: Vec<Variable>,
    /// Its variables that are the same for all instances; their values are part of the
    /// [environment](crate::Environment).
    pub globals: Vec<Variable>,
    /// Variables of NEURON's mechanism of that name that do not exist here: each with the alternative, for messages.
    pub absent: Vec<(String, String)>,
    /// The ions it uses.
    pub ions: Vec<IonUse>,
    /// The columns that are filled with properties of the segment of an instance.
    pub geometry: Vec<(Geometry, usize)>,
    /// For an ion, its charge in elementary charges.
    pub valence: Option<f64>,
    /// True if it has a membrane current.
    pub has_current: bool,
    /// True if it has states to advance in each step.
    pub has_state: bool,
    /// Further points at which it is [called](crate::Kernel::at), one entry for each block of
    /// equations.
    pub stages: Vec<Stage>,
    /// The columns of states that diffuse along sections, in the order in which they are solved, each once; density
    /// mechanisms only. The kernel provides their [diffusion terms](crate::Kernel::diffusion). For a concentration that
    /// the mechanism writes, the ion's own value diffuses; the column has the new value when the mechanism next reads
    /// its ions.
    pub diffusion: Vec<usize>,
    /// Assigned columns that the states' hook computes anew in every step from the voltage and constants alone, and that
    /// no hook reads before. They are stored only if they are observed, and computed when they are read.
    pub follows_voltage: Vec<usize>,
    /// True if its states depend on the voltage; otherwise the voltages that it receives to advance them have no
    /// meaning.
    pub state_reads_voltage: bool,
    /// Procedures that a user may [call](crate::Kernel::call).
    pub procedures: Vec<Procedure>,
    /// Number of weights of a connection to it; 0 if it receives no events.
    pub weights: usize,
    /// The unit of the first weight of a connection to it, for example uS of a synapse's conductance; empty if it is
    /// not known.
    pub weight_unit: Arc<str>,
    /// True if instances send events, to themselves or to others, or watch conditions.
    pub sends_events: bool,
    /// True if an event that it receives may change the voltage ([`Event::v`](crate::Event)).
    pub sets_voltage: bool,
    /// True if an instance reads [all its incoming connections](crate::Weights::of_connection) when it receives an
    /// event.
    pub visits_connections: bool,
    /// True if the mechanism [prepares](crate::Kernel::initialize_connection) an incoming connection of an instance for
    /// a run; otherwise all weights of the connection but the first become 0.
    pub initializes_connections: bool,
    /// Names of the random streams that each instance draws from.
    pub streams: Vec<String>,
    /// The lists of numbers that are given to each instance.
    pub vectors: Vec<VectorSlot>,
    /// Number of variables of each instance whose past it reads.
    pub histories: usize,
    /// The variables that hold objects which procedures hand in.
    pub held: Vec<HeldObject>,
    /// The functions whose values are given, the same for all instances; they are part of the
    /// [environment](crate::Environment).
    pub tables: Vec<FunctionTableSlot>,
    /// True if it amplifies rounding errors of the voltage so much that they become visible, as the numerical
    /// conductance of a voltage clamp does; its cell is then computed with exact arithmetic also in `Fast`.
    pub amplifies_rounding: bool,
}

impl Signature {
    /// A mechanism without variables and without effect: a base for `..`.
    pub fn new(name: &str, summary: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            summary: summary.to_owned(),
            kind,
            variables: Vec::new(),
            globals: Vec::new(),
            absent: Vec::new(),
            ions: Vec::new(),
            geometry: Vec::new(),
            valence: None,
            has_current: false,
            has_state: false,
            stages: Vec::new(),
            diffusion: Vec::new(),
            follows_voltage: Vec::new(),
            state_reads_voltage: false,
            procedures: Vec::new(),
            weights: 0,
            weight_unit: "".into(),
            sends_events: false,
            sets_voltage: false,
            visits_connections: false,
            initializes_connections: false,
            streams: Vec::new(),
            vectors: Vec::new(),
            histories: 0,
            held: Vec::new(),
            tables: Vec::new(),
            amplifies_rounding: false,
        }
    }
}
