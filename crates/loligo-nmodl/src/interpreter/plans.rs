//! Data computed once from the programs of a mechanism: orders of elimination, and the tables that each hook uses.

use std::collections::BTreeMap;

use crate::program::{Operation, ProgramId, Programs, tables_used, walk};
use crate::solve::Elimination;

/// Data computed once from the programs: orders of elimination and tables in use.
#[derive(Debug, Default)]
pub(super) struct Plans {
    pub(super) eliminations: BTreeMap<ProgramId, Elimination>,
    /// By hook: the tables that it uses and that are checked once at the start of the hook.
    pub(super) tables: BTreeMap<ProgramId, Vec<usize>>,
    /// All tables that are made once for all instances, in the order in which they are made.
    pub(super) shared_tables: Vec<usize>,
}

impl Plans {
    pub(super) fn of(programs: &Programs) -> Self {
        let is_shared = |&table: &usize| !programs.tables[table].per_call;
        let mut shared_tables: Vec<usize> = (0..programs.tables.len()).filter(is_shared).collect();
        shared_tables.sort_by_key(|&table| programs.tables[table].order);
        let mut plans = Self { shared_tables, ..Self::default() };
        for program in &programs.programs {
            walk(&program.body, &mut |instruction| {
                if let Operation::Sparse(sparse) = &instruction.operation {
                    let elimination = Elimination::plan(sparse.unknowns.len(), &sparse.pattern);
                    plans.eliminations.insert(sparse.program, elimination);
                }
            });
        }
        let hooks = &programs.hooks;
        let single = [hooks.initialize, hooks.current, hooks.advance].into_iter().flatten();
        for root in single.chain(hooks.stages.iter().copied()) {
            plans.tables.insert(root, tables_used(programs, root));
        }
        plans
    }

    /// The order of elimination of a kinetic scheme, by the program of the scheme.
    pub(super) fn elimination(&self, program: ProgramId) -> Option<&Elimination> {
        self.eliminations.get(&program)
    }
}
