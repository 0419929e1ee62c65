//! The slots of places and registers.

use loligo_machine_code::Slot;

use crate::program::{Integer, Place, ProgramId, Programs, Range, Real};

/// The slots of all places and registers of a mechanism: columns, globals, temporaries and weights, values of the engine, and the
/// registers of each program, of which each call uses the same ones.
#[derive(Debug)]
pub(super) struct Slots {
    columns: u32,
    globals: u32,
    temporaries: u32,
    weights: u32,
    /// Values of the engine.
    values: u32,
    /// The first register for a number, and for a whole number, of each program.
    programs: Vec<(u32, u32)>,
    /// A slot with the number 0.
    zero: u32,
}

/// Number of values of the engine.
const VALUES: u32 = 7;

impl Slots {
    pub(super) fn of(programs: &Programs) -> Self {
        let globals = programs.columns;
        let temporaries = globals + programs.globals;
        let weights = temporaries + programs.temporaries;
        let values = weights + programs.weights;
        let mut next = values + VALUES;
        let mut own = Vec::with_capacity(programs.programs.len());
        for program in &programs.programs {
            own.push((next, next + program.reals));
            next += program.reals + program.integers;
        }
        Self { columns: 0, globals, temporaries, weights, values, programs: own, zero: next }
    }

    /// Number of slots.
    pub(super) fn count(&self) -> u32 {
        self.zero + 1
    }

    pub(super) fn zero(&self) -> Slot {
        Slot(self.zero)
    }

    /// The slot of a place; `None` for weights of other connections.
    pub(super) fn place(&self, place: Place) -> Option<Slot> {
        Some(Slot(match place {
            Place::Column(column) => self.columns + column,
            Place::Global(global) => self.globals + global,
            Place::Temporary(temporary) => self.temporaries + temporary,
            Place::Weight(weight) => self.weights + weight,
            Place::VisitedWeight(_) => return None,
            Place::Voltage => self.values,
            Place::Time => self.values + 1,
            Place::Step => self.values + 2,
            Place::Celsius => self.values + 3,
            Place::Flag => self.values + 4,
            Place::SecondOrder => self.values + 5,
            Place::ShiftedEvaluation => self.values + 6,
        }))
    }

    pub(super) fn columns(&self, range: Range) -> Slot {
        Slot(self.columns + range.first)
    }

    pub(super) fn globals(&self, range: Range) -> Slot {
        Slot(self.globals + range.first)
    }

    pub(super) fn temporaries(&self, range: Range) -> Slot {
        Slot(self.temporaries + range.first)
    }

    pub(super) fn real(&self, program: ProgramId, register: Real) -> Slot {
        Slot(self.first_registers(program).0 + register.0)
    }

    pub(super) fn integer(&self, program: ProgramId, register: Integer) -> Slot {
        Slot(self.first_registers(program).1 + register.0)
    }

    /// The first register for a number, and for a whole number.
    pub(super) fn first_registers(&self, program: ProgramId) -> (u32, u32) {
        self.programs[program.0 as usize]
    }
}
