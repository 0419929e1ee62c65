//! The results of procedures in machine code, and the functions through which they call others.

use super::{FunctionOfOne, FunctionOfTwo};

/// The result of a run that has come to its end; other ones are numbers of stops, from 1.
pub(super) const FINISHED: u32 = 0;
/// The result of a run that the host has ended.
pub(super) const ENDED_BY_HOST: u32 = u32::MAX;

/// Calls a function of one number for the code.
#[expect(improper_ctypes_definitions, reason = "the code passes the address of a function, and does not look at it")]
pub(super) extern "sysv64" fn call_of_one(function: FunctionOfOne, x: f64) -> f64 {
    function(x)
}

/// Calls a function of two numbers for the code.
#[expect(improper_ctypes_definitions, reason = "the code passes the address of a function, and does not look at it")]
pub(super) extern "sysv64" fn call_of_two(function: FunctionOfTwo, x: f64, y: f64) -> f64 {
    function(x, y)
}
