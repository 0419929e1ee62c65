//! What mechanisms compute once for all groups of cells.

use std::collections::HashMap;
use std::sync::Arc;

use loligo_mechanisms::{Context, Mechanism, Numerics, Tables};

/// The tables of each mechanism, its variants and profiles apart.
#[derive(Debug, Default)]
pub(crate) struct SharedTables {
    tables: HashMap<(&'static str, u32, Numerics), Arc<Tables>>,
}

impl SharedTables {
    /// The tables of a mechanism, computed when they are first asked for.
    pub(crate) fn of(&mut self, mechanism: &dyn Mechanism, context: &Context) -> Arc<Tables> {
        let key = (mechanism.description().name, mechanism.variant(), context.numerics);
        Arc::clone(self.tables.entry(key).or_insert_with(|| Arc::new(mechanism.tables(context))))
    }
}
