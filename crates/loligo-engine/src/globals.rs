//! Values of a mechanism's globals, shared by its instances.

use std::sync::Arc;

/// Sets one of the globals; returns true if it changed.
pub(crate) fn set_global(globals: &mut Arc<[f64]>, global: usize, value: f64) -> bool {
    let changes = globals.get(global).is_some_and(|own| own.to_bits() != value.to_bits());
    if changes {
        let changed = globals.iter().enumerate().map(|(k, &own)| if k == global { value } else { own });
        *globals = changed.collect();
    }
    changes
}
