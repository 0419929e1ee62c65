//! The places that a program reads before it writes them.

use std::collections::{BTreeMap, BTreeSet};

use super::instruction::{Instruction, Operation, Place, ProgramId};
use super::programs::Programs;
use super::walk::{places_read, places_written};

/// Reads and writes of a program, for every path through its branches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Places that may be read before the program has written them.
    pub reads_first: BTreeSet<Place>,
    /// Places that are written on every path.
    pub writes: BTreeSet<Place>,
    /// Places that may be written.
    pub may_write: BTreeSet<Place>,
}

/// The flow of a program, including the programs that it calls.
pub fn flow(programs: &Programs, id: ProgramId) -> Flow {
    Analysis { programs, known: BTreeMap::new() }.of_program(id)
}

struct Analysis<'a> {
    programs: &'a Programs,
    /// The flow of programs already analysed; empty for a program still under analysis, as in a recursive call.
    known: BTreeMap<ProgramId, Flow>,
}

impl Analysis<'_> {
    fn of_program(&mut self, id: ProgramId) -> Flow {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        self.known.insert(id, Flow::default());
        let mut flow = Flow::default();
        if let Some(program) = self.programs.programs.get(id.0 as usize) {
            self.add_block(&program.body, &mut flow);
        }
        self.known.insert(id, flow.clone());
        flow
    }

    fn add_block(&mut self, block: &[Instruction], flow: &mut Flow) {
        for instruction in block {
            self.add(&instruction.operation, flow);
        }
    }

    fn of_block(&mut self, block: &[Instruction]) -> Flow {
        let mut flow = Flow::default();
        self.add_block(block, &mut flow);
        flow
    }

    fn add(&mut self, operation: &Operation, flow: &mut Flow) {
        for place in places_read(operation) {
            if !flow.writes.contains(&place) {
                flow.reads_first.insert(place);
            }
        }
        match operation {
            Operation::If { then, otherwise, .. } => {
                let (then, otherwise) = (self.of_block(then), self.of_block(otherwise));
                let both = then.writes.intersection(&otherwise.writes).copied().collect();
                flow.then(&Flow { writes: BTreeSet::new(), ..then });
                flow.then(&Flow { writes: BTreeSet::new(), ..otherwise });
                flow.writes.extend::<BTreeSet<Place>>(both);
            }
            Operation::While { test: first, body, .. } | Operation::Count { bounds: first, body, .. } => {
                flow.then(&self.of_block(first));
                let body = self.of_block(body);
                flow.then(&Flow { writes: BTreeSet::new(), ..body });
            }
            Operation::ForConnections { body } => {
                let body = self.of_block(body);
                flow.then(&Flow { writes: BTreeSet::new(), ..body });
            }
            Operation::Call { program, .. } | Operation::Newton { program, .. } => {
                let called = self.of_program(*program);
                flow.then(&called);
            }
            Operation::Sparse(sparse) => {
                flow.writes.extend(places_written(operation));
                let called = self.of_program(sparse.program);
                flow.then(&called);
            }
            Operation::Linear { program, coefficients, .. } => {
                flow.writes.extend(coefficients.numbers().map(|number| Place::Temporary(number as u32)));
                let called = self.of_program(*program);
                flow.then(&called);
            }
            Operation::Tabulated { table, .. } => self.add_table(*table, flow),
            _ => {}
        }
        let written = places_written(operation);
        flow.may_write.extend(&written);
        if !matches!(operation, Operation::StoreElement { .. }) {
            flow.writes.extend(written);
        }
    }

    /// Adds a table, which may be made, looked up or bypassed.
    fn add_table(&mut self, table: u32, flow: &mut Flow) {
        let Some(table) = self.programs.tables.get(table as usize) else { return };
        let reads = table.depends.iter().chain(&table.switch).copied().collect();
        flow.then(&Flow { reads_first: reads, ..Flow::default() });
        for bound in [table.from, table.to] {
            let bound = self.of_program(bound);
            flow.then(&Flow { writes: BTreeSet::new(), ..bound });
        }
        let called = self.of_program(table.program);
        let writes = table.outputs.iter().copied().filter(|place| called.writes.contains(place)).collect();
        flow.then(&Flow { writes, ..called });
        flow.may_write.extend(&table.outputs);
    }
}

impl Flow {
    /// Appends the flow of the code that runs next.
    fn then(&mut self, next: &Flow) {
        self.reads_first.extend(next.reads_first.difference(&self.writes));
        self.writes.extend(&next.writes);
        self.may_write.extend(&next.may_write);
    }
}
