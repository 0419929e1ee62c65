//! Procedures as machine code.

use std::sync::Arc;

use super::Procedures;
#[cfg(target_arch = "x86_64")]
use super::assembly::{ENDED_BY_HOST, FINISHED, executable};
#[cfg(target_arch = "x86_64")]
use super::{FunctionOfOne, FunctionOfTwo};
use crate::error::CodeError;
use crate::instruction_set::InstructionSet;
#[cfg(target_arch = "x86_64")]
use crate::memory::Executable;

/// Procedures as machine code, with instructions of AVX2.
///
/// ```
/// use loligo_machine_code::{Condition, Host, ProcedureCode, Procedures, Slot, Statement, Stop, WholeBinary};
///
/// /// Gives the number of ions that pass in each round.
/// struct Ions([f64; 3]);
/// impl Host for Ions {
///     fn call(&mut self, number: u32, slots: &mut [f64], _: &mut i64) -> bool {
///         slots[1] += self.0[number as usize];
///         true
///     }
/// }
/// // The whole number in slot 0 counts to the one in slot 2.
/// let (round, last, one) = (Slot(0), Slot(2), Slot(3));
/// let count = Statement::WholeBinary { to: round, function: WholeBinary::Add, x: round, y: one };
/// let body = vec![Statement::Host { number: 2 }, count];
/// let condition = Condition::AtMost(round, last);
/// let procedure = vec![
///     Statement::WholeConstant { to: round, value: 1 },
///     Statement::WholeConstant { to: last, value: 10 },
///     Statement::WholeConstant { to: one, value: 1 },
///     Statement::While { test: vec![], condition, body, stop: 7 },
/// ];
/// let procedures = Procedures::new(4, vec![procedure])?;
/// if let Ok(code) = ProcedureCode::of(&procedures) {
///     let mut slots = [0.0; 4];
///     assert_eq!(code.run(&mut slots, &mut Ions([0.0, 0.0, 1.5]), &mut 1000), Ok(()));
///     assert_eq!(slots[1], 15.0);
///     assert_eq!(code.run(&mut slots, &mut Ions([0.0; 3]), &mut 9), Err(Stop::At(7)));
/// }
/// # Ok::<(), loligo_machine_code::ProcedureError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProcedureCode {
    #[cfg(target_arch = "x86_64")]
    code: Arc<Executable>,
    slots: usize,
}

/// Does what procedures cannot do by themselves.
pub trait Host {
    /// Handles a call of a number on the slots, with the number of rounds left; `false` ends the run.
    fn call(&mut self, number: u32, slots: &mut [f64], rounds: &mut i64) -> bool;
}

/// The reason why a run has ended before the end of its procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A statement with this number was not possible, or more than the most rounds were made.
    At(u32),
    /// The host has ended it.
    ByHost,
    /// There are fewer slots than the procedures have.
    Slots,
}

/// The host of a run, with the number of slots and the place of the number of rounds left.
#[cfg(target_arch = "x86_64")]
struct Hosted<'a, H> {
    host: &'a mut H,
    slots: usize,
    rounds: *mut i64,
}

impl ProcedureCode {
    /// Translates procedures.
    ///
    /// # Errors
    /// If the processor does not have AVX2, or the system does not allow executable memory.
    pub fn of(procedures: &Procedures) -> Result<Self, CodeError> {
        if !InstructionSet::Avx2.is_available() {
            return Err(CodeError::InstructionSet(InstructionSet::Avx2));
        }
        #[cfg(target_arch = "x86_64")]
        return Ok(Self { code: Arc::new(executable(procedures)?), slots: procedures.slots() as usize });
        #[cfg(not(target_arch = "x86_64"))]
        Err(CodeError::InstructionSet(InstructionSet::Avx2))
    }

    /// Runs the last procedure on the slots. `rounds` is the number of rounds of loops and calls that are left; it is less
    /// after the run, and negative if there were too many.
    ///
    /// # Errors
    /// The reason why the run has ended before.
    #[cfg(target_arch = "x86_64")]
    pub fn run<H: Host>(&self, slots: &mut [f64], host: &mut H, rounds: &mut i64) -> Result<(), Stop> {
        type Entry<H> = unsafe extern "sysv64" fn(*mut f64, *mut Hosted<'_, H>, CallHost<H>, *mut i64) -> u32;
        if slots.len() < self.slots {
            return Err(Stop::Slots);
        }
        let rounds = &raw mut *rounds;
        let mut hosted = Hosted { host, slots: self.slots, rounds };
        // SAFETY: the memory holds the instructions of `assembly::executable`, which begin with an entry of this type and use
        // instructions that `of` found to be available. They read and write slots below `self.slots`, by `Procedures::new`
        // and, for elements, by their own comparison; `slots` has as many and is borrowed for writing. They change
        // the number of rounds, pass the second argument and the slots to the third, and call only functions whose addresses
        // come from function pointers.
        let result = unsafe {
            let entry = std::mem::transmute::<*const u8, Entry<H>>(self.code.entry());
            entry(slots.as_mut_ptr(), &raw mut hosted, call_host::<H>, rounds)
        };
        match result {
            FINISHED => Ok(()),
            ENDED_BY_HOST => Err(Stop::ByHost),
            stop => Err(Stop::At(stop - 1)),
        }
    }

    /// There is no code for this processor.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn run<H: Host>(&self, _: &mut [f64], _: &mut H, _: &mut i64) -> Result<(), Stop> {
        Err(Stop::Slots)
    }
}

#[cfg(target_arch = "x86_64")]
type CallHost<H> = unsafe extern "sysv64" fn(*mut Hosted<'_, H>, u32, *mut f64) -> u32;

/// Calls the host for the code; 0 ends the run. A panic of the host ends the program.
///
/// # Safety
/// The pointers are those of a run: of its host with the rounds left, and of as many slots as that says; nothing else uses
/// them during the call.
#[cfg(target_arch = "x86_64")]
unsafe extern "sysv64" fn call_host<H: Host>(hosted: *mut Hosted<'_, H>, number: u32, slots: *mut f64) -> u32 {
    // SAFETY: by the function's contract.
    let (hosted, slots, rounds) = unsafe {
        let hosted = &mut *hosted;
        let slots = std::slice::from_raw_parts_mut(slots, hosted.slots);
        let rounds = &mut *hosted.rounds;
        (hosted, slots, rounds)
    };
    hosted.host.call(number, slots, rounds).into()
}

/// Calls a function of one number for the code.
#[cfg(target_arch = "x86_64")]
#[expect(improper_ctypes_definitions, reason = "the code passes the address of a function, and does not look at it")]
pub(super) extern "sysv64" fn call_of_one(function: FunctionOfOne, x: f64) -> f64 {
    function(x)
}

/// Calls a function of two numbers for the code.
#[cfg(target_arch = "x86_64")]
#[expect(improper_ctypes_definitions, reason = "the code passes the address of a function, and does not look at it")]
pub(super) extern "sysv64" fn call_of_two(function: FunctionOfTwo, x: f64, y: f64) -> f64 {
    function(x, y)
}
