//! Translates a program, with those that it calls, to procedures.

use std::collections::{BTreeMap, BTreeSet};

use loligo_machine_code as machine;
use loligo_machine_code::{
    Comparison, Condition, FunctionOfOne, FunctionOfTwo, ProcedureCode, Procedures, Slot, Statement,
};

use super::slots::Slots;
use super::{HostOperation, Lookup, Places, ProgramCode, StopReason};
use crate::interpreter::arithmetic;
use crate::interpreter::limits::MOST_DEPTH;
use crate::program::{
    Array, Binary, Instruction, Integer, IntegerBinary, Operation, Place, ProgramId, Programs, Range, Real, TableFlow,
    Unary, flow, is_recursive, places_read, places_written, programs_run, read_before_set, walk,
};
use crate::source::Span;

/// The code of a program; `None` if it calls itself, sets the time, or is too large, or if there is no machine code.
pub(super) fn translate(programs: &Programs, id: ProgramId) -> Option<ProgramCode> {
    if is_recursive(programs, id, MOST_DEPTH) {
        return None;
    }
    let mut translation = Translation {
        programs,
        long_arrays: long_arrays(programs),
        slots: Slots::of(programs),
        procedures: BTreeMap::new(),
        bodies: Vec::new(),
        host_operations: Vec::new(),
        stops: Vec::new(),
        read: BTreeSet::new(),
        written: BTreeSet::new(),
    };
    translation.procedure(id)?;
    let Translation { slots, bodies, host_operations, stops, read, written, .. } = translation;
    let flow = flow(programs, id);
    if flow.may_write.contains(&Place::Time) {
        return None; // operations of the interpreter use the time
    }
    let with_slot = |place: &Place| Some((*place, slots.place(*place)?));
    let used: BTreeSet<Place> = read.union(&written).copied().collect();
    let is_given =
        |place: &&Place| flow.reads_first.contains(place) || (written.contains(place) && !flow.writes.contains(place));
    let shares_places = host_operations.iter().any(|operation| operation.uses_places);
    let given = used.iter().filter(|place| shares_places || is_given(place)).filter_map(with_slot).collect();
    let after = temporaries_read_after(programs, id);
    let is_taken = |place: &&Place| {
        let is_temporary = matches!(place, Place::Temporary(_)) && !flow.reads_first.contains(place);
        !is_temporary || after.as_ref().is_none_or(|after| after.contains(place))
    };
    let taken = written.iter().filter(is_taken).filter_map(with_slot).collect();
    let if_shared =
        |places: &BTreeSet<Place>| places.iter().filter(|_| shares_places).filter_map(with_slot).collect::<Places>();
    let (changed, used) = (if_shared(&written), if_shared(&used));
    let procedures = Procedures::new(slots.count(), bodies).ok()?;
    let program = programs.program(id);
    Some(ProgramCode {
        code: ProcedureCode::of(&procedures).ok()?,
        slots: slots.count() as usize,
        given,
        taken,
        changed,
        used,
        arguments: slots.real(id, Real(0)),
        result: program.result.map(|result| slots.real(id, result)),
        host_operations,
        stops,
    })
}

/// The temporaries that are read after the program of a hook; `None` for other programs, whose temporaries are their results.
fn temporaries_read_after(programs: &Programs, id: ProgramId) -> Option<BTreeSet<Place>> {
    if !programs.roots().contains(&id) || is_run_by_others(programs, id) {
        return None;
    }
    let currents = programs.currents.iter().chain(programs.conductances.iter().flatten());
    let diffusion = programs.hooks.diffusion.iter();
    let of_diffusion = diffusion.flat_map(|diffusion| [diffusion.conductance, diffusion.volume]);
    Some(currents.map(|current| current.place).chain(of_diffusion).collect())
}

/// The places of arrays that are too long to be copied for each run.
fn long_arrays(programs: &Programs) -> BTreeSet<Place> {
    let mut found = BTreeSet::new();
    for program in &programs.programs {
        walk(&program.body, &mut |instruction| {
            let places = match &instruction.operation {
                operation @ Operation::LoadElement { .. } => places_read(operation),
                operation @ Operation::StoreElement { .. } => places_written(operation),
                _ => return,
            };
            if places.len() > LONGEST_COPIED {
                found.extend(places);
            }
        });
    }
    found
}

/// Length of the longest array that is copied to slots; elements of others are read and written by the interpreter.
const LONGEST_COPIED: usize = 16;

/// `true` if a program is run by programs, as a function, a table or the equations of a solver.
fn is_run_by_others(programs: &Programs, id: ProgramId) -> bool {
    let mut found = false;
    for program in &programs.programs {
        walk(&program.body, &mut |instruction| {
            found |= programs_run(programs, &instruction.operation).contains(&id);
        });
    }
    found
}

struct Translation<'a> {
    programs: &'a Programs,
    /// The places of long arrays, which have no slots.
    long_arrays: BTreeSet<Place>,
    slots: Slots,
    /// The number and the nesting of each program's procedure.
    procedures: BTreeMap<ProgramId, (u32, usize)>,
    bodies: Vec<Vec<Statement>>,
    host_operations: Vec<HostOperation>,
    stops: Vec<(StopReason, Span)>,
    /// Places that the code itself reads, and writes.
    read: BTreeSet<Place>,
    written: BTreeSet<Place>,
}

/// The statements of a block, and the deepest nesting of blocks and calls in it.
#[derive(Default)]
struct Block {
    statements: Vec<Statement>,
    depth: usize,
}

impl Block {
    /// Takes the statements of a nested block.
    fn nested(&mut self, nested: Self) -> Vec<Statement> {
        self.depth = self.depth.max(nested.depth + 1);
        nested.statements
    }
}

impl Translation<'_> {
    /// The number of a program's procedure, and its nesting.
    fn procedure(&mut self, id: ProgramId) -> Option<(u32, usize)> {
        if let Some(&known) = self.procedures.get(&id) {
            return Some(known);
        }
        let program = self.programs.program(id);
        let unset = read_before_set(program);
        let mut statements: Vec<_> = unset
            .reals
            .iter()
            .map(|&register| Statement::Constant { to: self.slots.real(id, register), bits: 0 })
            .collect();
        let whole = |&register: &Integer| Statement::WholeConstant { to: self.slots.integer(id, register), value: 0 };
        statements.extend(unset.integers.iter().map(whole));
        let block = self.block(id, &program.body)?;
        statements.extend(block.statements);
        if block.depth >= MOST_DEPTH {
            return None;
        }
        let found = (self.bodies.len() as u32, block.depth + 1);
        self.bodies.push(statements);
        self.procedures.insert(id, found);
        Some(found)
    }

    fn block(&mut self, id: ProgramId, block: &[Instruction]) -> Option<Block> {
        let mut translated = Block::default();
        for instruction in block {
            self.instruction(id, instruction, &mut translated)?;
        }
        Some(translated)
    }

    fn stop(&mut self, reason: StopReason, span: Span) -> u32 {
        self.stops.push((reason, span));
        self.stops.len() as u32 - 1
    }

    /// The first slot of an array, and its length.
    fn array(&self, id: ProgramId, array: Array) -> (Slot, u32) {
        match array {
            Array::Columns(range) => (self.slots.columns(range), range.length),
            Array::Globals(range) => (self.slots.globals(range), range.length),
            Array::Temporaries(range) => (self.slots.temporaries(range), range.length),
            Array::Registers(Range { first, length }) => (self.slots.real(id, Real(first)), length),
        }
    }

    fn instruction(&mut self, id: ProgramId, instruction: &Instruction, into: &mut Block) -> Option<()> {
        let Instruction { operation, span } = instruction;
        let uses_long_array = match operation {
            Operation::Load { from: place, .. } | Operation::Store { to: place, .. } => {
                self.long_arrays.contains(place)
            }
            Operation::LoadElement { .. } => self.are_in_long_arrays(&places_read(operation)),
            Operation::StoreElement { .. } => self.are_in_long_arrays(&places_written(operation)),
            _ => false,
        };
        if uses_long_array {
            into.statements.push(self.host_call(id, instruction, false, None));
            return Some(());
        }
        let real = |slots: &Slots, register: Real| slots.real(id, register);
        let whole = |slots: &Slots, register: Integer| slots.integer(id, register);
        let slots = &self.slots;
        let statement = match operation {
            Operation::Constant { to, value } => Statement::Constant { to: real(slots, *to), bits: value.to_bits() },
            Operation::Copy { to, x } => Statement::Copy { to: real(slots, *to), x: real(slots, *x) },
            Operation::Unary { to, function, x } => {
                let (to, x) = (real(slots, *to), real(slots, *x));
                if matches!(function, Unary::Not | Unary::IsTrue) {
                    into.statements.push(Statement::Constant { to: slots.zero(), bits: 0 });
                }
                unary(*function, to, x, slots.zero())
            }
            Operation::Binary { to, function, x, y } => {
                binary(*function, real(slots, *to), real(slots, *x), real(slots, *y))
            }
            Operation::IntegerConstant { to, value } => {
                Statement::WholeConstant { to: whole(slots, *to), value: *value }
            }
            Operation::IntegerCopy { to, x } => Statement::WholeCopy { to: whole(slots, *to), x: whole(slots, *x) },
            Operation::IntegerBinary { to, function, x, y } => {
                let (to, x, y) = (whole(slots, *to), whole(slots, *x), whole(slots, *y));
                let function = match function {
                    IntegerBinary::Add => machine::WholeBinary::Add,
                    IntegerBinary::Subtract => machine::WholeBinary::Subtract,
                    IntegerBinary::Multiply => machine::WholeBinary::Multiply,
                    IntegerBinary::Divide => {
                        let stop = self.stop(StopReason::DivisionByZero, *span);
                        into.statements.push(Statement::WholeDivide { to, x, y, stop });
                        return Some(());
                    }
                };
                Statement::WholeBinary { to, function, x, y }
            }
            Operation::Truncate { to, x } => Statement::Truncate { to: whole(slots, *to), x: real(slots, *x) },
            Operation::Float { to, x } => Statement::Float { to: real(slots, *to), x: whole(slots, *x) },
            Operation::Load { to, from } => {
                let statement = Statement::Copy { to: real(slots, *to), x: slots.place(*from)? };
                self.read.insert(*from);
                statement
            }
            Operation::Store { to, x } => {
                let statement = Statement::Copy { to: slots.place(*to)?, x: real(slots, *x) };
                self.written.insert(*to);
                statement
            }
            Operation::LoadElement { to, from, index } => {
                let (first, length) = self.array(id, *from);
                let (to, index) = (real(slots, *to), whole(slots, *index));
                self.read.extend(places_read(operation));
                let stop = self.stop(StopReason::OutOfBounds { index, length }, *span);
                Statement::LoadElement { to, first, length, index, stop }
            }
            Operation::StoreElement { to, index, x } => {
                let (first, length) = self.array(id, *to);
                let (x, index) = (real(slots, *x), whole(slots, *index));
                self.written.extend(places_written(operation));
                let stop = self.stop(StopReason::OutOfBounds { index, length }, *span);
                Statement::StoreElement { first, length, index, x, stop }
            }
            Operation::If { condition, then, otherwise } => {
                let condition = real(slots, *condition);
                let then = self.block(id, then)?;
                let otherwise = self.block(id, otherwise)?;
                Statement::If { condition, then: into.nested(then), otherwise: into.nested(otherwise) }
            }
            Operation::While { test, condition, body } => {
                let condition = Condition::True(real(slots, *condition));
                let (test, body) = (self.block(id, test)?, self.block(id, body)?);
                let stop = self.stop(StopReason::EndlessLoop, *span);
                Statement::While { test: into.nested(test), condition, body: into.nested(body), stop }
            }
            Operation::Count { variable, first, bounds, last, step, body } => {
                let [variable, first, last, step] = [variable, first, last, step].map(|&x| whole(slots, x));
                into.statements.push(Statement::WholeCopy { to: variable, x: first });
                let (bounds, body) = (self.block(id, bounds)?, self.block(id, body)?);
                let stop = self.stop(StopReason::EndlessLoop, *span);
                let mut body = into.nested(body);
                let function = machine::WholeBinary::Add;
                body.push(Statement::WholeBinary { to: variable, function, x: variable, y: step });
                let condition = Condition::AtMost(variable, last);
                Statement::While { test: into.nested(bounds), condition, body, stop }
            }
            Operation::Call { to, program, arguments } => {
                let (procedure, depth) = self.procedure(*program)?;
                into.depth = into.depth.max(depth);
                for (number, &argument) in (0..).map(Real).zip(arguments) {
                    let (to, x) = (self.slots.real(*program, number), self.slots.real(id, argument));
                    into.statements.push(Statement::Copy { to, x });
                }
                let stop = self.stop(StopReason::EndlessLoop, *span);
                into.statements.push(Statement::Call { procedure, stop });
                let Some(to) = to else { return Some(()) };
                let to = self.slots.real(id, *to);
                match self.programs.program(*program).result {
                    Some(result) => Statement::Copy { to, x: self.slots.real(*program, result) },
                    None => Statement::Constant { to, bits: 0 },
                }
            }
            Operation::Fail { message } => {
                Statement::Stop { stop: self.stop(StopReason::Failed { message: message.clone() }, *span) }
            }
            Operation::Tabulated { to, table, x } => {
                let (to, x) = (to.map(|to| real(slots, to)), real(slots, *x));
                let lookup = self.lookup(*table as usize, x, to);
                self.host_call(id, instruction, true, lookup)
            }
            Operation::ForConnections { .. }
            | Operation::Newton { .. }
            | Operation::Sparse(_)
            | Operation::Linear { .. } => self.host_call(id, instruction, true, None),
            Operation::Function { .. }
            | Operation::FunctionTable { .. }
            | Operation::Send { .. }
            | Operation::Spike { .. }
            | Operation::Move { .. }
            | Operation::Watch { .. }
            | Operation::ListLength { .. }
            | Operation::ListElement { .. }
            | Operation::Draw { .. }
            | Operation::Lag { .. }
            | Operation::Sequence { .. }
            | Operation::SetSequence { .. }
            | Operation::SetIds { .. } => self.host_call(id, instruction, false, None),
        };
        into.statements.push(statement);
        Some(())
    }

    /// `true` if some places are in arrays without slots.
    fn are_in_long_arrays(&self, places: &[Place]) -> bool {
        !self.long_arrays.is_empty() && places.iter().any(|place| self.long_arrays.contains(place))
    }

    /// The slots of a table. Places that its computation changes besides are only changed by the interpreter.
    fn lookup(&mut self, number: usize, x: Slot, to: Option<Slot>) -> Option<Lookup> {
        let table = self.programs.tables.get(number)?;
        let flow = TableFlow::of(self.programs, table);
        if table.per_call && !flow.changed.is_empty() {
            return None;
        }
        let inputs = if table.per_call { flow.inputs } else { Vec::new() };
        let slots = |places: &[Place]| places.iter().map(|&place| self.slots.place(place)).collect::<Option<Vec<_>>>();
        let switch = table.switch.as_slice();
        if [switch, &inputs[..], &table.outputs[..]].into_iter().any(|places| self.are_in_long_arrays(places)) {
            return None;
        }
        let lookup = Lookup {
            table: number,
            x,
            to,
            switch: slots(switch)?.first().copied(),
            inputs: slots(&inputs)?,
            outputs: slots(&table.outputs)?,
        };
        self.read.extend(inputs.iter().chain(switch));
        self.written.extend(&table.outputs);
        Some(lookup)
    }

    /// A call of the interpreter for an operation.
    fn host_call(
        &mut self,
        program: ProgramId,
        instruction: &Instruction,
        uses_places: bool,
        lookup: Option<Lookup>,
    ) -> Statement {
        let (reals, integers) = self.slots.first_registers(program);
        self.host_operations.push(HostOperation {
            operation: instruction.operation.clone(),
            span: instruction.span,
            program,
            reals: reals as usize,
            integers: integers as usize,
            uses_places,
            lookup,
        });
        Statement::Host { number: self.host_operations.len() as u32 - 1 }
    }
}

fn unary(function: Unary, to: Slot, x: Slot, zero: Slot) -> Statement {
    let of = |function: machine::Unary| Statement::Unary { to, function, x };
    let call = |function: FunctionOfOne| Statement::CallOfOne { to, function, x };
    match function {
        Unary::Negative => of(machine::Unary::Negative),
        Unary::Abs => of(machine::Unary::Absolute),
        Unary::Sqrt => of(machine::Unary::SquareRoot),
        Unary::Floor => of(machine::Unary::Floor),
        Unary::Ceil => of(machine::Unary::Ceil),
        Unary::Not => Statement::Compare { to, comparison: Comparison::Equal, x, y: zero },
        Unary::IsTrue => Statement::Compare { to, comparison: Comparison::NotEqual, x, y: zero },
        Unary::Exp => call(|x| arithmetic::unary(Unary::Exp, x)),
        Unary::ExpM1 => call(|x| arithmetic::unary(Unary::ExpM1, x)),
        Unary::Log => call(|x| arithmetic::unary(Unary::Log, x)),
        Unary::Log10 => call(|x| arithmetic::unary(Unary::Log10, x)),
        Unary::Sin => call(|x| arithmetic::unary(Unary::Sin, x)),
        Unary::Cos => call(|x| arithmetic::unary(Unary::Cos, x)),
        Unary::Tan => call(|x| arithmetic::unary(Unary::Tan, x)),
        Unary::Asin => call(|x| arithmetic::unary(Unary::Asin, x)),
        Unary::Acos => call(|x| arithmetic::unary(Unary::Acos, x)),
        Unary::Atan => call(|x| arithmetic::unary(Unary::Atan, x)),
        Unary::Sinh => call(|x| arithmetic::unary(Unary::Sinh, x)),
        Unary::Cosh => call(|x| arithmetic::unary(Unary::Cosh, x)),
        Unary::Tanh => call(|x| arithmetic::unary(Unary::Tanh, x)),
        Unary::Erf => call(|x| arithmetic::unary(Unary::Erf, x)),
    }
}

fn binary(function: Binary, to: Slot, x: Slot, y: Slot) -> Statement {
    let of = |function: machine::Binary| Statement::Binary { to, function, x, y };
    let call = |function: FunctionOfTwo| Statement::CallOfTwo { to, function, x, y };
    let compare = |comparison: Comparison| Statement::Compare { to, comparison, x, y };
    match function {
        Binary::Add => of(machine::Binary::Add),
        Binary::Subtract => of(machine::Binary::Subtract),
        Binary::Multiply => of(machine::Binary::Multiply),
        Binary::Divide => of(machine::Binary::Divide),
        Binary::Power => call(|x, y| arithmetic::binary(Binary::Power, x, y)),
        Binary::Remainder => call(|x, y| arithmetic::binary(Binary::Remainder, x, y)),
        Binary::Atan2 => call(|x, y| arithmetic::binary(Binary::Atan2, x, y)),
        Binary::Less => compare(Comparison::Less),
        Binary::LessOrEqual => compare(Comparison::LessOrEqual),
        Binary::Greater => compare(Comparison::Greater),
        Binary::GreaterOrEqual => compare(Comparison::GreaterOrEqual),
        Binary::Equal => compare(Comparison::Equal),
        Binary::NotEqual => compare(Comparison::NotEqual),
    }
}
