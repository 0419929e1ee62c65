//! Machine code by content, for the many simulations of one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::divisions::Target;
use crate::error::CodeError;
use crate::memory::Executable;
use crate::program::Program;

/// Functions that are kept although nothing uses them.
const MOST_UNUSED: usize = 1024;

type Functions = HashMap<(Program, Target), Arc<Executable>>;

static FUNCTIONS: Mutex<Option<Functions>> = Mutex::new(None);

/// The code of a program: what an earlier call made, or else what `make` makes.
pub(crate) fn code(
    program: &Program,
    target: Target,
    make: impl FnOnce() -> Result<Executable, CodeError>,
) -> Result<Arc<Executable>, CodeError> {
    // A thread that panicked while it held the lock left whole entries behind.
    let mut functions = FUNCTIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let functions = functions.get_or_insert_default();
    let key = (program.clone(), target);
    if let Some(known) = functions.get(&key) {
        return Ok(Arc::clone(known));
    }
    if functions.len() >= MOST_UNUSED {
        functions.retain(|_, code| Arc::strong_count(code) > 1);
    }
    let code = Arc::new(make()?);
    functions.insert(key, Arc::clone(&code));
    Ok(code)
}
