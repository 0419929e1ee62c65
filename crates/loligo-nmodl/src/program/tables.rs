//! Tables that programs use.

use std::collections::BTreeSet;

use super::instruction::{Operation, ProgramId};
use super::programs::Programs;
use super::walk::walk;

/// The tables that a program uses, directly or through calls, except those that are checked at each call.
pub fn tables_used(programs: &Programs, root: ProgramId) -> Vec<usize> {
    let (mut seen, mut waiting, mut used) = (BTreeSet::from([root]), vec![root], BTreeSet::new());
    while let Some(id) = waiting.pop() {
        walk(&programs.program(id).body, &mut |instruction| {
            let called = match &instruction.operation {
                Operation::Call { program, .. }
                | Operation::Newton { program, .. }
                | Operation::Linear { program, .. } => *program,
                Operation::Sparse(sparse) => sparse.program,
                Operation::Tabulated { table, .. } => {
                    used.insert(*table as usize);
                    programs.tables[*table as usize].program
                }
                _ => return,
            };
            if seen.insert(called) {
                waiting.push(called);
            }
        });
    }
    used.into_iter().filter(|&table| !programs.tables[table].per_call).collect()
}
