//! Programs as machine code for one instance after the other.
//!
//! A program is translated with all programs that it calls. The code works on slots, which hold copies of the places that it uses;
//! for random numbers, events, tables and solvers it calls the interpreter.

mod slots;
mod translate;

use std::sync::OnceLock;

use loligo_machine_code::{ProcedureCode, Slot};

use crate::program::{Operation, Place, ProgramId, Programs};
use crate::source::Span;

/// The machine code of a mechanism's programs, each made when it is first run.
#[derive(Debug)]
pub(crate) struct Codes {
    /// By program; `None` inside if there is no code for it.
    programs: Vec<OnceLock<Option<ProgramCode>>>,
}

impl Codes {
    /// For the programs of a mechanism.
    pub(crate) fn new(programs: &Programs) -> Self {
        Self { programs: programs.programs.iter().map(|_| OnceLock::new()).collect() }
    }

    /// The code of a program, if there can be one.
    pub(super) fn of(&self, programs: &Programs, id: ProgramId) -> Option<&ProgramCode> {
        let code = self.programs.get(id.0 as usize)?;
        code.get_or_init(|| translate::translate(programs, id)).as_ref()
    }
}

/// A program as machine code.
#[derive(Debug)]
pub(super) struct ProgramCode {
    pub(super) code: ProcedureCode,
    /// Number of slots.
    pub(super) slots: usize,
    /// The places whose numbers the code needs before it runs.
    pub(super) given: Places,
    /// The places that the code may change and that are read after it.
    pub(super) taken: Places,
    /// The places that it may change and that it uses, if it has operations for the interpreter that use places.
    pub(super) changed: Places,
    pub(super) used: Places,
    /// The first register of the program, for its arguments.
    pub(super) arguments: Slot,
    pub(super) result: Option<Slot>,
    /// The operations for which the code calls the interpreter.
    pub(super) host_operations: Vec<HostOperation>,
    /// The reasons for which the code stops.
    pub(super) stops: Vec<(StopReason, Span)>,
}

/// Places with their slots.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The columns.
    pub(super) columns: Vec<(u32, Slot)>,
    /// All other places.
    pub(super) others: Vec<(Place, Slot)>,
}

impl FromIterator<(Place, Slot)> for Places {
    fn from_iter<I: IntoIterator<Item = (Place, Slot)>>(all: I) -> Self {
        let mut places = Self::default();
        for (place, slot) in all {
            match place {
                Place::Column(column) => places.columns.push((column, slot)),
                _ => places.others.push((place, slot)),
            }
        }
        places
    }
}

/// An operation for which the code calls the interpreter.
#[derive(Debug)]
pub(super) struct HostOperation {
    pub(super) operation: Operation,
    pub(super) span: Span,
    /// Its program, with the slots of the program's first registers for numbers and for whole numbers.
    pub(super) program: ProgramId,
    pub(super) reals: usize,
    pub(super) integers: usize,
    /// `true` if it runs programs or solvers, which use places.
    pub(super) uses_places: bool,
    /// Where a table's numbers are in slots, so that it can be looked up there once it is made.
    pub(super) lookup: Option<Lookup>,
}

/// A lookup in a table.
#[derive(Debug)]
pub(super) struct Lookup {
    pub(super) table: usize,
    pub(super) x: Slot,
    pub(super) to: Option<Slot>,
    /// The program runs instead if the number in this slot is 0.
    pub(super) switch: Option<Slot>,
    /// What the table depends on, if each instance checks it at each lookup.
    pub(super) inputs: Vec<Slot>,
    pub(super) outputs: Vec<Slot>,
}

/// The reason for which code stops.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum StopReason {
    /// An index, in a slot, is outside an array of this length.
    OutOfBounds { index: Slot, length: u32 },
    /// A whole number is divided by 0.
    DivisionByZero,
    /// A loop or calls do not end.
    EndlessLoop,
    /// The program ends the run with a message.
    Failed { message: String },
}
