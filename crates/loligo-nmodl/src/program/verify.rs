//! Checks programs once, so that they can run without further checks: every register, place, program and length exists.

use super::instruction::{Array, Instruction, Integer, Operation, Place, ProgramId, Range, Real, Sparse};
use super::programs::{Program, Programs};
use super::walk::blocks;
use crate::source::Span;

/// The most registers of a program, programs, tables, and other items.
const MOST: u32 = 1 << 16;
/// The most temporaries.
const MOST_TEMPORARIES: u32 = 1 << 22;
/// The most unknowns of one system of equations.
const MOST_UNKNOWNS: usize = 1024;
/// The deepest nesting of blocks.
const MOST_NESTED: usize = 64;
/// The most intervals of a table.
const MOST_INTERVALS: u32 = 100_000;

/// The reason for which programs cannot be run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the program `{program}` cannot be run: {reason}")]
pub struct VerifyError {
    /// Name of the program.
    pub program: String,
    /// The source text of the instruction with the fault, if one has it.
    pub span: Option<Span>,
    /// The fault found.
    pub reason: String,
}

/// Checks all programs of a mechanism.
///
/// # Errors
/// The first reference to an item that does not exist, or the first size above its limit.
pub fn verify(programs: &Programs) -> Result<(), VerifyError> {
    let own = |reason: Result<(), String>| {
        reason.map_err(|reason| VerifyError { program: "all".to_owned(), span: None, reason })
    };
    own(check_all(programs))?;
    for program in &programs.programs {
        let check = Check { programs, program };
        let error = |span, reason| VerifyError { program: program.name.clone(), span, reason };
        check.registers().map_err(|reason| error(None, reason))?;
        check.block(&program.body, 0).map_err(|(span, reason)| error(Some(span), reason))?;
    }
    Ok(())
}

fn at_most(what: &str, number: usize, most: usize) -> Result<(), String> {
    if number <= most { Ok(()) } else { Err(format!("it has {number} {what}; at most {most} are possible")) }
}

/// Checks the parts that belong to all programs.
fn check_all(programs: &Programs) -> Result<(), String> {
    let sizes = [
        ("programs", programs.programs.len()),
        ("columns", programs.columns as usize),
        ("globals", programs.globals as usize),
        ("weights", programs.weights as usize),
        ("streams", programs.streams as usize),
        ("tables", programs.tables.len()),
        ("function tables", programs.function_tables.len()),
        ("conditions", programs.hooks.conditions.len()),
    ];
    for (what, number) in sizes {
        at_most(what, number, MOST as usize)?;
    }
    at_most("temporaries", programs.temporaries as usize, MOST_TEMPORARIES as usize)?;
    let hooks = &programs.hooks;
    let without =
        [hooks.construct, hooks.initialize, hooks.current, hooks.advance, hooks.receive, hooks.initialize_connection];
    for id in without.into_iter().flatten().chain(hooks.stages.iter().copied()) {
        check_call(programs, id, Some(0), false)?;
    }
    for diffusion in &hooks.diffusion {
        check_call(programs, diffusion.program, Some(0), false)?;
        check_place(programs, Place::Column(diffusion.column), true)?;
        check_place(programs, diffusion.conductance, false)?;
        check_place(programs, diffusion.volume, false)?;
    }
    for &id in &hooks.procedures {
        check_call(programs, id, None, false)?;
    }
    for &id in &hooks.conditions {
        check_call(programs, id, Some(0), true)?;
    }
    for table in &programs.tables {
        check_call(programs, table.program, Some(1), table.outputs.is_empty())?;
        check_call(programs, table.from, Some(0), true)?;
        check_call(programs, table.to, Some(0), true)?;
        if table.intervals == 0 || table.intervals > MOST_INTERVALS {
            return Err(format!("a table has {} intervals", table.intervals));
        }
        at_most("numbers in a table", (table.intervals as usize + 1) * table.outputs.len().max(1), 1 << 24)?;
        for &place in &table.outputs {
            check_place(programs, place, true)?;
        }
        for &place in table.depends.iter().chain(&table.switch) {
            check_place(programs, place, false)?;
        }
    }
    for current in programs.currents.iter().chain(programs.conductances.iter().flatten()) {
        check_place(programs, current.place, false)?;
        if let Some(slope) = current.slope {
            check_place(programs, Place::Column(slope), true)?;
        }
    }
    programs.kept_voltage.map_or(Ok(()), |column| check_place(programs, Place::Column(column), true))
}

fn check_call(programs: &Programs, id: ProgramId, arguments: Option<u32>, result: bool) -> Result<(), String> {
    let Some(program) = programs.programs.get(id.0 as usize) else {
        return Err(format!("there is no program {}", id.0));
    };
    if arguments.is_some_and(|arguments| arguments != program.arguments) {
        return Err(format!("`{}` takes {} arguments", program.name, program.arguments));
    }
    if result && program.result.is_none() {
        return Err(format!("`{}` has no result", program.name));
    }
    Ok(())
}

fn check_place(programs: &Programs, place: Place, written: bool) -> Result<(), String> {
    let (exists, can_be_written) = match place {
        Place::Column(column) => (column < programs.columns, true),
        Place::Global(global) => (global < programs.globals, false),
        Place::Temporary(temporary) => (temporary < programs.temporaries, true),
        Place::Weight(weight) | Place::VisitedWeight(weight) => (weight < programs.weights, true),
        Place::Voltage | Place::Time | Place::Step => (true, true),
        Place::Celsius | Place::Flag | Place::SecondOrder | Place::ShiftedEvaluation => (true, false),
    };
    match (exists, written && !can_be_written) {
        (false, _) => Err(format!("there is no {place:?}")),
        (true, true) => Err(format!("{place:?} cannot be written")),
        (true, false) => Ok(()),
    }
}

fn check_range(range: Range, length: u32) -> Result<(), String> {
    let fits = range.first.checked_add(range.length).is_some_and(|end| end <= length);
    if fits && range.length > 0 { Ok(()) } else { Err(format!("{range:?} is not among {length}")) }
}

/// The check of one program.
struct Check<'a> {
    programs: &'a Programs,
    program: &'a Program,
}

impl Check<'_> {
    fn registers(&self) -> Result<(), String> {
        let Program { arguments, result, reals, integers, .. } = self.program;
        at_most("registers", *reals as usize, MOST as usize)?;
        at_most("registers", *integers as usize, MOST as usize)?;
        if arguments > reals {
            return Err(format!("{arguments} arguments are more than {reals} registers"));
        }
        result.map_or(Ok(()), |result| self.real(result))
    }

    fn block(&self, block: &[Instruction], depth: usize) -> Result<(), (Span, String)> {
        for Instruction { operation, span } in block {
            if depth > MOST_NESTED {
                return Err((*span, format!("blocks are nested more than {MOST_NESTED} deep")));
            }
            self.operation(operation).map_err(|reason| (*span, reason))?;
            for nested in blocks(operation) {
                self.block(nested, depth + 1)?;
            }
        }
        Ok(())
    }

    fn real(&self, register: Real) -> Result<(), String> {
        let exists = register.0 < self.program.reals;
        if exists { Ok(()) } else { Err(format!("there is no register {register:?}")) }
    }

    fn reals(&self, registers: &[Real]) -> Result<(), String> {
        registers.iter().try_for_each(|&register| self.real(register))
    }

    fn integer(&self, register: Integer) -> Result<(), String> {
        let exists = register.0 < self.program.integers;
        if exists { Ok(()) } else { Err(format!("there is no register {register:?}")) }
    }

    fn place(&self, place: Place, written: bool) -> Result<(), String> {
        check_place(self.programs, place, written)
    }

    fn array(&self, array: Array, written: bool) -> Result<(), String> {
        match array {
            Array::Columns(range) => check_range(range, self.programs.columns),
            Array::Globals(_) if written => Err("a global cannot be written".to_owned()),
            Array::Globals(range) => check_range(range, self.programs.globals),
            Array::Temporaries(range) => check_range(range, self.programs.temporaries),
            Array::Registers(range) => check_range(range, self.program.reals),
        }
    }

    fn stream(&self, stream: u32) -> Result<(), String> {
        let exists = stream < self.programs.streams;
        if exists { Ok(()) } else { Err(format!("there is no random stream {stream}")) }
    }

    fn list(&self, list: u32) -> Result<(), String> {
        let exists = list < self.programs.lists;
        if exists { Ok(()) } else { Err(format!("there is no list {list}")) }
    }

    fn count(&self, arguments: &[Real], expected: usize) -> Result<(), String> {
        if arguments.len() != expected {
            return Err(format!("{} arguments are given instead of {expected}", arguments.len()));
        }
        self.reals(arguments)
    }

    fn operation(&self, operation: &Operation) -> Result<(), String> {
        match operation {
            Operation::Constant { to, .. } => self.real(*to),
            Operation::Copy { to, x } | Operation::Unary { to, x, .. } => self.reals(&[*to, *x]),
            Operation::Binary { to, x, y, .. } => self.reals(&[*to, *x, *y]),
            Operation::Function { to, function, arguments } => {
                self.real(*to)?;
                self.count(arguments, function.arguments())
            }
            Operation::IntegerConstant { to, .. } => self.integer(*to),
            Operation::IntegerCopy { to, x } => self.integer(*to).and(self.integer(*x)),
            Operation::IntegerBinary { to, x, y, .. } => self.integer(*to).and(self.integer(*x)).and(self.integer(*y)),
            Operation::Truncate { to, x } => self.integer(*to).and(self.real(*x)),
            Operation::Float { to, x } => self.real(*to).and(self.integer(*x)),
            Operation::Load { to, from } => self.real(*to).and(self.place(*from, false)),
            Operation::Store { to, x } => self.real(*x).and(self.place(*to, true)),
            Operation::LoadElement { to, from, index } => {
                self.real(*to).and(self.integer(*index)).and(self.array(*from, false))
            }
            Operation::StoreElement { to, index, x } => {
                self.real(*x).and(self.integer(*index)).and(self.array(*to, true))
            }
            Operation::If { condition, .. } | Operation::While { condition, .. } => self.real(*condition),
            Operation::Count { variable, first, last, step, .. } => {
                [variable, first, last, step].into_iter().try_for_each(|&register| self.integer(register))
            }
            Operation::ForConnections { .. } | Operation::Fail { .. } => Ok(()),
            Operation::Call { to, program, arguments } => {
                self.reals(arguments)?;
                to.map_or(Ok(()), |to| self.real(to))?;
                check_call(self.programs, *program, Some(arguments.len() as u32), to.is_some())
            }
            Operation::Tabulated { to, table, x } => self.tabulated(*to, *table, *x),
            Operation::FunctionTable { to, table, arguments } => {
                self.real(*to)?;
                let Some(&taken) = self.programs.function_tables.get(*table as usize) else {
                    return Err(format!("there is no function table {table}"));
                };
                self.count(arguments, taken as usize)
            }
            Operation::Newton { unknowns, program, residuals, pivots } => {
                self.system(unknowns, *program, *residuals, unknowns.len())?;
                let mut sorted = pivots.clone();
                sorted.sort_unstable();
                let is_order = sorted.iter().copied().eq(0..residuals.length);
                if is_order { Ok(()) } else { Err("the pivots are not one residual each".to_string()) }
            }
            Operation::Linear { unknowns, program, coefficients } => {
                self.system(unknowns, *program, *coefficients, unknowns.len() * (unknowns.len() + 1))
            }
            Operation::Sparse(sparse) => self.sparse(sparse),
            Operation::Send { at, flag } => self.reals(&[*at, *flag]),
            Operation::Spike { at } | Operation::Move { at } => self.real(*at),
            Operation::Watch { condition, flag } => {
                self.real(*flag)?;
                let exists = (*condition as usize) < self.programs.hooks.conditions.len();
                if exists { Ok(()) } else { Err(format!("there is no condition {condition}")) }
            }
            Operation::Draw { to, stream, draw, arguments } => {
                self.real(*to).and(self.stream(*stream))?;
                self.count(arguments, draw.arguments())
            }
            Operation::Lag { to, history, x, lag } => {
                self.real(*to).and(self.real(*x)).and(self.real(*lag))?;
                if *history < self.programs.histories { Ok(()) } else { Err(format!("there is no history {history}")) }
            }
            Operation::ListLength { to, list } => self.real(*to).and(self.list(*list)),
            Operation::ListElement { to, list, index } => {
                self.real(*to).and(self.list(*list)).and(self.integer(*index))
            }
            Operation::Sequence { to, stream } => self.real(*to).and(self.stream(*stream)),
            Operation::SetSequence { stream, to } => self.stream(*stream).and(self.real(*to)),
            Operation::SetIds { stream, ids } => self.stream(*stream).and(self.reals(ids)),
        }
    }

    fn tabulated(&self, to: Option<Real>, table: u32, x: Real) -> Result<(), String> {
        let Some(table) = self.programs.tables.get(table as usize) else {
            return Err(format!("there is no table {table}"));
        };
        if to.is_some() != table.outputs.is_empty() {
            return Err("a function's table gives a number, a procedure's does not".to_owned());
        }
        self.real(x)?;
        to.map_or(Ok(()), |to| self.real(to))
    }

    /// Checks a system of equations with `length` temporaries.
    fn system(&self, unknowns: &[Place], id: ProgramId, room: Range, length: usize) -> Result<(), String> {
        if unknowns.is_empty() {
            return Err("a system of equations has no unknowns".to_owned());
        }
        at_most("unknowns", unknowns.len(), MOST_UNKNOWNS)?;
        if let Some(place) = unknowns.iter().find(|place| !matches!(place, Place::Column(_) | Place::Temporary(_))) {
            return Err(format!("{place:?} cannot be an unknown"));
        }
        unknowns.iter().try_for_each(|&place| self.place(place, true))?;
        check_call(self.programs, id, Some(0), false)?;
        check_range(room, self.programs.temporaries)?;
        if room.length as usize == length { Ok(()) } else { Err(format!("{room:?} is not of length {length}")) }
    }

    fn sparse(&self, sparse: &Sparse) -> Result<(), String> {
        let Sparse { unknowns, conserved, program, matrix, right, old, derivatives, pattern, .. } = sparse;
        let n = unknowns.len();
        if *conserved as usize > n {
            return Err(format!("{n} unknowns cannot be given by {conserved} sums"));
        }
        self.system(unknowns, *program, *matrix, n * n)?;
        for room in [right, old, derivatives] {
            self.system(unknowns, *program, *room, n)?;
        }
        let beyond = pattern.iter().find(|(row, column)| *row as usize >= n || *column as usize >= n);
        beyond.map_or(Ok(()), |(row, column)| Err(format!("there is no element {row}, {column} of {n} rows")))
    }
}
