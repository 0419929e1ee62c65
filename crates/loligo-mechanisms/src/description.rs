//! What a mechanism is called, what its variables are, where it can be put.

/// What a variable is to its mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Set by the user.
    Parameter,
    /// Integrated in time.
    State,
    /// Computed from the others.
    Assigned,
}

/// One variable of a mechanism.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variable {
    /// Its name as in NEURON, without the mechanism's.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What it is.
    pub role: Role,
    /// Its value where the user gives none.
    pub default: f64,
    /// The range that makes sense, ends included.
    pub range: (f64, f64),
    /// What it means.
    pub meaning: &'static str,
    /// Whether it is computed for the user alone: the mechanism itself never looks at it again.
    pub output: bool,
}

impl Variable {
    /// A parameter with a default, any finite value allowed.
    pub const fn parameter(name: &'static str, unit: &'static str, default: f64, meaning: &'static str) -> Self {
        Self { name, unit, role: Role::Parameter, default, range: (f64::MIN, f64::MAX), meaning, output: false }
    }

    /// The same variable with a smallest and largest value.
    pub const fn within(self, low: f64, high: f64) -> Self {
        Self { range: (low, high), ..self }
    }

    /// A state, 0 before initialisation.
    pub const fn state(name: &'static str, unit: &'static str, meaning: &'static str) -> Self {
        Self { name, unit, role: Role::State, default: 0.0, range: (f64::MIN, f64::MAX), meaning, output: false }
    }

    /// A computed variable, 0 before initialisation.
    pub const fn assigned(name: &'static str, unit: &'static str, meaning: &'static str) -> Self {
        Self { name, unit, role: Role::Assigned, default: 0.0, range: (f64::MIN, f64::MAX), meaning, output: false }
    }

    /// A variable that is computed for the user to look at, and that the mechanism itself does not need.
    pub const fn output(name: &'static str, unit: &'static str, meaning: &'static str) -> Self {
        Self { output: true, ..Self::assigned(name, unit, meaning) }
    }
}

/// Where a mechanism can be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On membrane; currents in mA/cm2.
    Density,
    /// At a point of the membrane; currents in nA.
    Point {
        /// Whether a positive current enters the cell from an electrode (depolarises) rather than leaving it.
        electrode: bool,
    },
    /// Nowhere: lives by events alone.
    Artificial,
    /// The concentrations and the reversal potential of an ion, shared by the mechanisms of a segment.
    Ion,
}

/// How a mechanism uses an ion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IonUse {
    /// Name of the ion's own mechanism, e.g. `na_ion`.
    pub ion: &'static str,
    /// The column that receives the reversal potential, mV.
    pub reversal_potential: usize,
    /// The column that holds the mechanism's share of the ion's current, mA/cm2.
    pub current: usize,
    /// The column that holds that share's slope dI/dv, S/cm2.
    pub current_slope: usize,
}

/// A mechanism's name, variables and place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Description {
    /// Its name as in NEURON.
    pub name: &'static str,
    /// What it is for, one line.
    pub summary: &'static str,
    /// Where it can be put.
    pub kind: Kind,
    /// Its variables; a [`Block`](crate::Block) has a column for each, in this order.
    pub variables: &'static [Variable],
    /// The ions it uses.
    pub ions: &'static [IonUse],
    /// Whether it has a membrane current.
    pub has_current: bool,
    /// Whether it has something to advance each step.
    pub has_state: bool,
    /// Whether its states depend on the voltage; otherwise what it is handed to advance them has no meaning.
    pub state_reads_voltage: bool,
    /// How many numbers the weight of a connection to it has; 0 if it receives no events.
    pub weights: usize,
    /// Whether it turns rounding errors of the voltage into visible ones, as the numerical conductance of a voltage clamp
    /// does; its cell is then computed exactly in every profile.
    pub amplifies_rounding: bool,
    /// Its place in the order in which mechanisms of a node are evaluated and their currents summed.
    pub order: u32,
}

impl Description {
    /// The column of a variable.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|variable| variable.name == name)
    }

    /// Names of the parameters, for messages.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Variable> {
        self.variables.iter().filter(|variable| variable.role == Role::Parameter)
    }

    /// The defaults of all columns.
    pub fn defaults(&self) -> impl Iterator<Item = f64> + use<> {
        self.variables.iter().map(|variable| variable.default)
    }
}
