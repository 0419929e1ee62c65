//! All programs of a mechanism, and what calls them.

use super::instruction::{Block, Place, ProgramId, Real};

/// A program: what a hook, a function or a set of equations does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// Its name, for people.
    pub name: String,
    /// Number of arguments: registers 0, 1, ...
    pub arguments: u32,
    /// The register with the result, of a function.
    pub result: Option<Real>,
    /// Number of registers for numbers, which start at 0.
    pub reals: u32,
    /// Number of registers for whole numbers, which start at 0.
    pub integers: u32,
    /// Its instructions.
    pub body: Block,
}

/// Which program each hook of the mechanism runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hooks {
    /// The start of a run.
    pub initialize: Option<ProgramId>,
    /// The currents at a voltage.
    pub current: Option<ProgramId>,
    /// The states over a step.
    pub advance: Option<ProgramId>,
    /// One for each of the signature's stages.
    pub stages: Vec<ProgramId>,
    /// One for each of the signature's procedures.
    pub procedures: Vec<ProgramId>,
    /// An event.
    pub receive: Option<ProgramId>,
    /// The start of a run for a connection.
    pub initialize_connection: Option<ProgramId>,
    /// One for each column that diffuses, in the order of the signature.
    pub diffusion: Vec<Diffusion>,
    /// One for each condition that is watched; the result is the condition's value.
    pub conditions: Vec<ProgramId>,
}

/// How a column diffuses along sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diffusion {
    /// The column.
    pub column: u32,
    /// Computes the other two.
    pub program: ProgramId,
    /// Where the program leaves the diffusion coefficient times the area of the cross-section, um2/ms um2.
    pub conductance: Place,
    /// Where it leaves the volume per length, um2.
    pub volume: Place,
}

/// A current of the mechanism, or a conductance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    /// Where the program leaves it: mA/cm2 or nA, S/cm2 or uS.
    pub place: Place,
    /// The column that its slope goes to, of an ion.
    pub slope: Option<u32>,
}

/// A function or procedure whose values are tabulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The function or procedure of one argument.
    pub program: ProgramId,
    /// Its result is the argument of the first entry.
    pub from: ProgramId,
    /// Its result is the argument of the last entry.
    pub to: ProgramId,
    /// Number of intervals.
    pub intervals: u32,
    /// What a procedure's table holds; of a function none: its result.
    pub outputs: Vec<Place>,
    /// The table is made anew when one of these has changed.
    pub depends: Vec<Place>,
    /// Whether each instance looks after the table itself when it looks something up; otherwise the first instance does, at the
    /// start of each hook.
    pub per_call: bool,
    /// If the number there is 0, the program is run instead.
    pub switch: Option<Place>,
}

/// All programs of a mechanism.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Programs {
    /// The programs.
    pub programs: Vec<Program>,
    /// Who runs them.
    pub hooks: Hooks,
    /// The currents, in the order in which they are summed up.
    pub currents: Vec<Current>,
    /// Conductances that the program of the currents gives itself, with the columns of slopes: the slope is their sum, and the
    /// currents are evaluated once.
    pub conductances: Option<Vec<Current>>,
    /// Whether the sum of the currents enters the cell where the engine takes it to leave: electrodes of density mechanisms.
    pub is_inward: bool,
    /// A column in which the voltage of the last initialisation or step is kept, for mechanisms whose functions do not see
    /// the voltage at which currents are evaluated.
    pub kept_voltage: Option<u32>,
    /// Number of temporaries.
    pub temporaries: u32,
    /// Tables.
    pub tables: Vec<Table>,
    /// Of each function that is handed in as a table its number of arguments.
    pub function_tables: Vec<u32>,
    /// Number of columns of an instance.
    pub columns: u32,
    /// Number of globals.
    pub globals: u32,
    /// Number of weights of a connection.
    pub weights: u32,
    /// Number of random streams of an instance.
    pub streams: u32,
}

impl Programs {
    /// A program by its number.
    ///
    /// # Panics
    /// If there is none; programs that were [verified](super::verify) name only those that there are.
    pub fn program(&self, id: ProgramId) -> &Program {
        &self.programs[id.0 as usize]
    }

    /// Adds a program and says its number.
    pub fn add(&mut self, program: Program) -> ProgramId {
        self.programs.push(program);
        ProgramId(self.programs.len() as u32 - 1)
    }
}
