//! All programs of a mechanism, and the hooks that run them.

use super::instruction::{Block, Place, ProgramId, Real};

/// The program of a hook, a function or a set of equations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// Its name, for messages and printing.
    pub name: String,
    /// Number of arguments, which are in registers 0, 1, ...
    pub arguments: u32,
    /// The register with the result, if it is a function.
    pub result: Option<Real>,
    /// Number of registers for numbers; they start at 0.
    pub reals: u32,
    /// Number of registers for whole numbers; they start at 0.
    pub integers: u32,
    /// Its instructions.
    pub body: Block,
}

/// The programs of the mechanism's hooks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hooks {
    /// Computes the values with which an instance is made, from its defaults; see
    /// [`ProgrammedMechanism::new`](crate::ProgrammedMechanism::new).
    pub construct: Option<ProgramId>,
    /// Runs at the start of a run.
    pub initialize: Option<ProgramId>,
    /// Computes the currents at a voltage.
    pub current: Option<ProgramId>,
    /// Advances the states by a step.
    pub advance: Option<ProgramId>,
    /// One for each of the signature's stages.
    pub stages: Vec<ProgramId>,
    /// One for each of the signature's procedures.
    pub procedures: Vec<ProgramId>,
    /// Handles an event.
    pub receive: Option<ProgramId>,
    /// Prepares a connection at the start of a run.
    pub initialize_connection: Option<ProgramId>,
    /// One for each diffusing column, in the order of the signature.
    pub diffusion: Vec<Diffusion>,
    /// One for each watched condition; the result is the condition's value.
    pub conditions: Vec<ProgramId>,
}

/// Diffusion of a column along sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diffusion {
    /// The column.
    pub column: u32,
    /// The program that computes `conductance` and `volume`.
    pub program: ProgramId,
    /// The place where the program stores the diffusion coefficient times the area of the cross-section, um2/ms um2.
    pub conductance: Place,
    /// The place where it stores the volume per length, um2.
    pub volume: Place,
}

/// A current of the mechanism, or a conductance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    /// The place where the program stores it: mA/cm2 or nA for a current, S/cm2 or uS for a conductance.
    pub place: Place,
    /// The column that receives its slope, for a current of an ion.
    pub slope: Option<u32>,
}

/// A tabulated function or procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The function or procedure of one argument.
    pub program: ProgramId,
    /// The program whose result is the argument of the first entry.
    pub from: ProgramId,
    /// The program whose result is the argument of the last entry.
    pub to: ProgramId,
    /// Number of intervals.
    pub intervals: u32,
    /// The places that a procedure's table sets; empty for a function, whose table holds its result.
    pub outputs: Vec<Place>,
    /// The table is made again when one of these changes.
    pub depends: Vec<Place>,
    /// `true` if each instance checks the table at each lookup; otherwise the table is checked with the parameters
    /// of the model's first instance, at the start of `initialize`, `current`, `advance` and each stage.
    pub per_call: bool,
    /// The order of the file, in which tables for all instances are made. When one is made for the first time, the tables after
    /// it that its program uses have zeros.
    pub order: u32,
    /// A place; if its value is 0, the program runs instead of the table.
    pub switch: Option<Place>,
}

/// All programs of a mechanism.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Programs {
    /// The programs.
    pub programs: Vec<Program>,
    /// The programs of the hooks.
    pub hooks: Hooks,
    /// The currents, in the order in which they are added.
    pub currents: Vec<Current>,
    /// Conductances that the program of the currents computes, with the columns of slopes. If present, the slope is
    /// their sum, and the currents are evaluated only once.
    pub conductances: Option<Vec<Current>>,
    /// `true` if the sum of the currents is inward where the engine expects an outward current: electrodes that are
    /// density mechanisms.
    pub is_inward: bool,
    /// A column that keeps the voltage of the last initialisation or step, for mechanisms whose functions do not see
    /// the voltage at which currents are evaluated.
    pub kept_voltage: Option<u32>,
    /// Number of temporaries.
    pub temporaries: u32,
    /// Tables of functions and procedures.
    pub tables: Vec<Table>,
    /// For each function that is given as a table, its number of arguments.
    pub function_tables: Vec<u32>,
    /// Number of columns of an instance.
    pub columns: u32,
    /// Number of globals.
    pub globals: u32,
    /// Number of weights of a connection.
    pub weights: u32,
    /// Number of random streams of an instance.
    pub streams: u32,
    /// Number of lists of an instance.
    pub lists: u32,
    /// Number of histories of an instance.
    pub histories: u32,
}

impl Programs {
    /// A program by its number.
    ///
    /// # Panics
    /// If there is no program of that number; [verified](super::verify) programs only use numbers that exist.
    pub fn program(&self, id: ProgramId) -> &Program {
        &self.programs[id.0 as usize]
    }

    /// The programs that hooks run.
    pub fn roots(&self) -> Vec<ProgramId> {
        let hooks = &self.hooks;
        let single = [
            hooks.construct,
            hooks.initialize,
            hooks.current,
            hooks.advance,
            hooks.receive,
            hooks.initialize_connection,
        ];
        let many = [&hooks.stages, &hooks.conditions, &hooks.procedures];
        let diffusion = hooks.diffusion.iter().map(|diffusion| diffusion.program);
        single.into_iter().flatten().chain(many.into_iter().flatten().copied()).chain(diffusion).collect()
    }

    /// Adds a program and returns its number.
    pub fn add(&mut self, program: Program) -> ProgramId {
        self.programs.push(program);
        ProgramId(self.programs.len() as u32 - 1)
    }
}
