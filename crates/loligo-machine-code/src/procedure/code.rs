//! Procedures as machine code.

#[cfg(target_arch = "x86_64")]
use std::sync::Arc;

use super::Procedures;
#[cfg(target_arch = "x86_64")]
use super::assembly::executable;
#[cfg(target_arch = "x86_64")]
use super::calls::{ENDED_BY_HOST, FINISHED};
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
    #[cfg(target_arch = "x86_64")]
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
    #[cfg(target_arch = "x86_64")]
    pub fn of(procedures: &Procedures) -> Result<Self, CodeError> {
        if !InstructionSet::Avx2.is_available() {
            return Err(CodeError::InstructionSet(InstructionSet::Avx2));
        }
        Ok(Self { code: Arc::new(executable(procedures)?), slots: procedures.slots() as usize })
    }

    /// There is no code for this processor.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn of(_: &Procedures) -> Result<Self, CodeError> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Binary, Comparison, Unary};
    use crate::{Condition, FunctionOfOne, ProcedureError, Slot, Statement, WholeBinary};

    /// A host that adds its number to the first slot, and ends the run at 9.
    struct Adds;

    impl Host for Adds {
        fn call(&mut self, number: u32, slots: &mut [f64], rounds: &mut i64) -> bool {
            slots[0] += f64::from(number);
            *rounds -= 10;
            number != 9
        }
    }

    /// Runs procedures on slots with some numbers; `None` where there is no code.
    fn run(bodies: Vec<Vec<Statement>>, slots: &mut [f64]) -> Option<Result<(), Stop>> {
        let procedures = Procedures::new(slots.len() as u32, bodies).expect("all slots exist");
        let code = ProcedureCode::of(&procedures).ok()?;
        Some(code.run(slots, &mut Adds, &mut 100))
    }

    fn whole(x: i32) -> f64 {
        f64::from_bits(u64::from(x as u32))
    }

    fn whole_of(slot: f64) -> i32 {
        slot.to_bits() as u32 as i32
    }

    const SPECIAL: [f64; 12] = [
        0.0,
        -0.0,
        1.5,
        -2.5,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        f64::MIN_POSITIVE,
        2147483647.5,
        -2147483648.5,
        3e9,
        -0.3,
    ];

    #[test]
    fn arithmetic_has_the_bits_of_rust() {
        let [x, y, to] = [0, 1, 2].map(Slot);
        let truth = |value: bool| f64::from(u8::from(value));
        let functions: [(Unary, FunctionOfOne); 5] = [
            (Unary::Negative, |x| -x),
            (Unary::Absolute, f64::abs),
            (Unary::SquareRoot, f64::sqrt),
            (Unary::Floor, f64::floor),
            (Unary::Ceil, f64::ceil),
        ];
        let is_same = |x: f64, y: f64| x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
        for a in SPECIAL {
            for (function, expected) in functions {
                let mut slots = [a, 0.0, 0.0];
                let Some(ran) = run(vec![vec![Statement::Unary { to, function, x }]], &mut slots) else { return };
                assert!(ran == Ok(()) && is_same(slots[2], expected(a)), "{function:?} {a} {}", slots[2]);
            }
            for b in SPECIAL {
                let cases = [
                    (Statement::Binary { to, function: Binary::Add, x, y }, a + b),
                    (Statement::Binary { to, function: Binary::Subtract, x, y }, a - b),
                    (Statement::Binary { to, function: Binary::Multiply, x, y }, a * b),
                    (Statement::Binary { to, function: Binary::Divide, x, y }, a / b),
                    (Statement::Compare { to, comparison: Comparison::Less, x, y }, truth(a < b)),
                    (Statement::Compare { to, comparison: Comparison::LessOrEqual, x, y }, truth(a <= b)),
                    (Statement::Compare { to, comparison: Comparison::Greater, x, y }, truth(a > b)),
                    (Statement::Compare { to, comparison: Comparison::GreaterOrEqual, x, y }, truth(a >= b)),
                    (Statement::Compare { to, comparison: Comparison::Equal, x, y }, truth(a == b)),
                    (Statement::Compare { to, comparison: Comparison::NotEqual, x, y }, truth(a != b)),
                    (Statement::CallOfOne { to, function: |x| x + 1.0, x }, a + 1.0),
                    (Statement::CallOfTwo { to, function: |x, y| x - 2.0 * y, x, y }, a - 2.0 * b),
                ];
                for (statement, expected) in cases {
                    let (text, mut slots) = (format!("{statement:?}"), [a, b, 0.0]);
                    run(vec![vec![statement]], &mut slots);
                    assert!(is_same(slots[2], expected), "{text} {a} {b} {}", slots[2]);
                }
            }
        }
    }

    #[test]
    fn whole_numbers_are_those_of_c() {
        let [x, y, to] = [0, 1, 2].map(Slot);
        for a in [0, 1, -7, i32::MAX, i32::MIN] {
            for b in [1, -1, 3, i32::MIN] {
                let cases = [
                    (Statement::WholeBinary { to, function: WholeBinary::Add, x, y }, a.wrapping_add(b)),
                    (Statement::WholeBinary { to, function: WholeBinary::Subtract, x, y }, a.wrapping_sub(b)),
                    (Statement::WholeBinary { to, function: WholeBinary::Multiply, x, y }, a.wrapping_mul(b)),
                    (Statement::WholeDivide { to, x, y, stop: 0 }, a.wrapping_div(b)),
                ];
                for (statement, expected) in cases {
                    let (text, mut slots) = (format!("{statement:?}"), [whole(a), whole(b), 0.0]);
                    let Some(ran) = run(vec![vec![statement]], &mut slots) else { return };
                    assert_eq!((ran, whole_of(slots[2])), (Ok(()), expected), "{text} {a} {b}");
                }
            }
        }
        let zero = run(vec![vec![Statement::WholeDivide { to, x, y, stop: 5 }]], &mut [whole(1), 0.0, 0.0]);
        assert_eq!(zero, Some(Err(Stop::At(5))));
        for (a, expected) in [(2.9, 2), (-2.9, -2), (2147483647.5, i32::MAX), (3e9, i32::MIN), (f64::NAN, i32::MIN)] {
            let mut slots = [a, 0.0, 0.0];
            run(vec![vec![Statement::Truncate { to, x }, Statement::Float { to: y, x: to }]], &mut slots);
            assert_eq!((whole_of(slots[2]), slots[1]), (expected, f64::from(expected)), "{a}");
        }
    }

    /// An element has its index; others end the run without an access.
    #[test]
    fn elements_are_within_their_array() {
        let (index, value) = (Slot(0), Slot(1));
        for (number, ran) in [(0, Ok(())), (2, Ok(())), (3, Err(Stop::At(3))), (-1, Err(Stop::At(3)))] {
            let mut slots = [whole(number), 7.0, 0.0, 1.0, 2.0, 5.0];
            let store = Statement::StoreElement { first: Slot(2), length: 3, index, x: value, stop: 3 };
            let load = Statement::LoadElement { to: value, first: Slot(2), length: 3, index, stop: 4 };
            // The register that has the element from before must not be used after the store.
            let before = (2..5).map(|slot| Statement::Copy { to: Slot(1), x: Slot(slot) }).collect::<Vec<_>>();
            let seven = Statement::Constant { to: value, bits: 7.0_f64.to_bits() };
            let after = Statement::Copy { to: Slot(5), x: Slot(4) };
            let statements = before.into_iter().chain([seven, store, load, after]).collect();
            let Some(found) = run(vec![statements], &mut slots) else { return };
            assert_eq!(found, ran, "{number}");
            if ran.is_ok() {
                assert_eq!((slots[1], slots[2 + number as usize]), (7.0, 7.0));
                assert_eq!(slots[5], slots[4]);
            } else {
                assert_eq!(slots[2..5], [0.0, 1.0, 2.0]);
            }
        }
    }

    /// Branches, loops, calls within calls, the host, and the end of a run within a call.
    #[test]
    fn paths_are_those_of_the_statements() {
        let (sum, condition, count) = (Slot(0), Slot(1), Slot(2));
        let host = |number| Statement::Host { number };
        let choose =
            |then, otherwise| Statement::If { condition, then: vec![host(then)], otherwise: vec![host(otherwise)] };
        for (x, expected) in [(0.0, 2.0), (-0.0, 2.0), (0.5, 1.0), (f64::NAN, 1.0)] {
            let mut slots = [0.0, x, 0.0];
            let Some(ran) = run(vec![vec![choose(1, 2)]], &mut slots) else { return };
            assert_eq!((ran, slots[0]), (Ok(()), expected), "{x}");
        }
        let call = |procedure| Statement::Call { procedure, stop: 6 };
        let bodies = vec![vec![host(1)], vec![call(0), call(0), choose(9, 2)], vec![call(1), host(4)]];
        let mut slots = [0.0; 3];
        assert_eq!(run(bodies.clone(), &mut slots), Some(Ok(())));
        assert_eq!(slots[0], 8.0);
        let mut slots = [0.0, 1.0, 0.0];
        assert_eq!(run(bodies, &mut slots), Some(Err(Stop::ByHost)));
        assert_eq!(slots[0], 11.0);
        // Each round subtracts 1 until 0 remains; the host takes ten of a hundred rounds.
        let one = Statement::Constant { to: Slot(3), bits: 1.0_f64.to_bits() };
        let subtract = Statement::Binary { to: count, function: Binary::Subtract, x: count, y: Slot(3) };
        let body = vec![subtract, Statement::Binary { to: sum, function: Binary::Add, x: sum, y: count }];
        let repeat = Statement::While { test: vec![], condition: Condition::True(count), body, stop: 8 };
        for (first, ran) in [(4.0, Ok(())), (90.0, Ok(())), (91.0, Err(Stop::At(8)))] {
            let mut slots = [0.0, 0.0, first, 0.0];
            assert_eq!(run(vec![vec![host(0), one.clone(), repeat.clone()]], &mut slots), Some(ran));
            let expected = if ran.is_ok() { first * (first - 1.0) / 2.0 } else { 4095.0 };
            assert_eq!(slots[0], expected);
        }
    }

    #[test]
    fn references_to_nothing_are_refused() {
        let slot = |slot| Statement::Copy { to: Slot(0), x: Slot(slot) };
        let element = |length| Statement::LoadElement { to: Slot(0), first: Slot(1), length, index: Slot(0), stop: 0 };
        let call = |procedure| Statement::Call { procedure, stop: 0 };
        let cases = [
            (vec![vec![slot(1)], vec![slot(2)]], ProcedureError::Slot { slot: 2, count: 2 }),
            (vec![vec![element(2)]], ProcedureError::Slot { slot: 2, count: 2 }),
            (vec![vec![element(u32::MAX)]], ProcedureError::Slot { slot: u32::MAX.into(), count: 2 }),
            (vec![vec![call(0)]], ProcedureError::Call { called: 0, caller: 0 }),
            (vec![vec![call(1)], vec![]], ProcedureError::Call { called: 1, caller: 0 }),
            (vec![], ProcedureError::Empty),
        ];
        for (bodies, expected) in cases {
            assert_eq!(Procedures::new(2, bodies).err(), Some(expected));
        }
        let fewer = Procedures::new(4, vec![vec![slot(3)]]).map(|procedures| ProcedureCode::of(&procedures));
        if let Ok(Ok(code)) = fewer {
            assert_eq!(code.run(&mut [0.0; 3], &mut Adds, &mut 1), Err(Stop::Slots));
        }
    }
}
