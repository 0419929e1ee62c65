//! Memory that a thread keeps for its calls of kernels.

use std::cell::Cell;

use super::machine::Registers;

/// Memory for the programs of one call of a kernel, kept for the thread's next calls.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    pub(super) temporaries: Vec<f64>,
    pub(super) unstored: Vec<Option<f64>>,
    pub(super) registers: Registers,
}

impl Workspace {
    /// Does some work with this thread's workspace, or with a new one within such work.
    pub(super) fn of_this_thread<T>(work: impl FnOnce(&mut Self) -> T) -> T {
        thread_local! {
            static WORKSPACE: Cell<Option<Box<Workspace>>> = const { Cell::new(None) };
        }
        WORKSPACE.with(|kept| {
            let mut workspace = kept.take().unwrap_or_default();
            let result = work(&mut workspace);
            kept.set(Some(workspace));
            result
        })
    }
}
