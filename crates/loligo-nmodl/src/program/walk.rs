//! Visits instructions, and lists the places that they read and write.

use std::collections::BTreeMap;

use super::instruction::{Array, Instruction, Operation, Place, ProgramId};
use super::programs::Programs;

/// Calls `visit` for every instruction of a block; nested instructions follow the one that contains them.
pub fn walk<'a>(block: &'a [Instruction], visit: &mut impl FnMut(&'a Instruction)) {
    for instruction in block {
        visit(instruction);
        for nested in blocks(&instruction.operation) {
            walk(nested, visit);
        }
    }
}

/// The blocks of an instruction, in the order in which they run.
pub(super) fn blocks(operation: &Operation) -> Vec<&[Instruction]> {
    match operation {
        Operation::If { then, otherwise, .. } => vec![then, otherwise],
        Operation::While { test, body, .. } => vec![test, body],
        Operation::Count { bounds, body, .. } => vec![bounds, body],
        Operation::ForConnections { body } => vec![body],
        _ => Vec::new(),
    }
}

/// The programs that an instruction may run, without those of its blocks.
pub fn programs_run(programs: &Programs, operation: &Operation) -> Vec<ProgramId> {
    match operation {
        Operation::Call { program, .. } | Operation::Newton { program, .. } | Operation::Linear { program, .. } => {
            vec![*program]
        }
        Operation::Sparse(sparse) => vec![sparse.program],
        Operation::Tabulated { table, .. } => {
            programs.tables.get(*table as usize).map_or(Vec::new(), |table| vec![table.program, table.from, table.to])
        }
        _ => Vec::new(),
    }
}

/// `true` if a program, or one that it runs, runs itself, or if programs run each other more than `depth` deep.
pub fn is_recursive(programs: &Programs, id: ProgramId, depth: usize) -> bool {
    fn visit(programs: &Programs, (id, depth): (ProgramId, usize), finished: &mut BTreeMap<ProgramId, bool>) -> bool {
        let Some(below) = depth.checked_sub(1) else { return true };
        if let Some(&is_finished) = finished.get(&id) {
            return !is_finished;
        }
        finished.insert(id, false);
        let mut run = Vec::new();
        walk(&programs.program(id).body, &mut |instruction| run.extend(programs_run(programs, &instruction.operation)));
        let is_recursive = run.into_iter().any(|id| visit(programs, (id, below), finished));
        finished.insert(id, true);
        is_recursive
    }
    visit(programs, (id, depth), &mut BTreeMap::new())
}

/// The places that an instruction may read, without those of its blocks and the programs that it runs.
pub fn places_read(operation: &Operation) -> Vec<Place> {
    match operation {
        Operation::Load { from, .. } => vec![*from],
        Operation::LoadElement { from, .. } => places_of(*from),
        Operation::Newton { unknowns, .. } => unknowns.clone(),
        Operation::Sparse(sparse) => sparse.unknowns.iter().copied().chain([Place::Step]).collect(),
        Operation::Function { .. } => vec![Place::Celsius],
        _ => Vec::new(),
    }
}

/// The places that an instruction may write, without those of its blocks and the programs that it runs.
pub fn places_written(operation: &Operation) -> Vec<Place> {
    let temporaries = |range| places_of(Array::Temporaries(range));
    match operation {
        Operation::Store { to, .. } => vec![*to],
        Operation::StoreElement { to, .. } => places_of(*to),
        Operation::Newton { unknowns, .. } => unknowns.clone(),
        Operation::Linear { unknowns, coefficients, .. } => {
            unknowns.iter().copied().chain(temporaries(*coefficients)).collect()
        }
        Operation::Sparse(sparse) => {
            let rooms = [sparse.matrix, sparse.right, sparse.old, sparse.derivatives].into_iter().flat_map(temporaries);
            sparse.unknowns.iter().copied().chain(rooms).collect()
        }
        _ => Vec::new(),
    }
}

/// The places of an array's elements; empty for registers.
fn places_of(array: Array) -> Vec<Place> {
    let numbers = |range: super::Range| range.numbers().map(|number| number as u32);
    match array {
        Array::Columns(range) => numbers(range).map(Place::Column).collect(),
        Array::Globals(range) => numbers(range).map(Place::Global).collect(),
        Array::Temporaries(range) => numbers(range).map(Place::Temporary).collect(),
        Array::Registers(_) => Vec::new(),
    }
}
