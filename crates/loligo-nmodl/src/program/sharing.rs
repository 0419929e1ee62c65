//! Variables that NEURON keeps once for all instances: which of them would have other values if each instance kept its own.

use std::collections::BTreeSet;

use super::flow::flow;
use super::instruction::{Array, Instruction, Integer, Operation, Place, ProgramId, Real};
use super::programs::Programs;
use super::walk::{places_read, places_written};

/// The shared columns whose values differ if each instance keeps its own: those that a hook reads before it has written
/// them, and that are written with values that depend on the instance, or on what another instance has left.
pub fn differs_if_separate(programs: &Programs, shared: &BTreeSet<u32>) -> BTreeSet<u32> {
    let flows: Vec<_> = programs.roots().into_iter().map(|root| flow(programs, root)).collect();
    let place = |column: &u32| Place::Column(*column);
    let is_read = |column: &&u32| flows.iter().any(|flow| flow.reads_first.contains(&place(column)));
    // The value that one instance leaves is read and changed by the next.
    let is_carried = |column: &u32| {
        flows.iter().any(|flow| flow.reads_first.contains(&place(column)) && flow.may_write.contains(&place(column)))
    };
    let carried: BTreeSet<u32> = shared.iter().copied().filter(is_carried).collect();
    let varying = Varying::of(programs, shared, &carried).columns;
    shared
        .iter()
        .filter(is_read)
        .copied()
        .filter(|column| carried.contains(column) || varying.contains(column))
        .collect()
}

/// Numbers that may differ from instance to instance.
struct Varying<'a> {
    programs: &'a Programs,
    shared: &'a BTreeSet<u32>,
    columns: BTreeSet<u32>,
    temporaries: BTreeSet<u32>,
    reals: BTreeSet<(ProgramId, Real)>,
    integers: BTreeSet<(ProgramId, Integer)>,
    /// Programs that run for some instances and not for others.
    sometimes: BTreeSet<ProgramId>,
    has_changed: bool,
}

impl<'a> Varying<'a> {
    fn of(programs: &'a Programs, shared: &'a BTreeSet<u32>, carried: &BTreeSet<u32>) -> Self {
        let mut varying = Self {
            programs,
            shared,
            columns: carried.clone(),
            temporaries: BTreeSet::new(),
            reals: BTreeSet::new(),
            integers: BTreeSet::new(),
            sometimes: programs.hooks.receive.into_iter().chain(programs.hooks.initialize_connection).collect(),
            has_changed: true,
        };
        while std::mem::take(&mut varying.has_changed) {
            for (id, program) in (0..).map(ProgramId).zip(&programs.programs) {
                let sometimes = varying.sometimes.contains(&id);
                varying.block(id, &program.body, sometimes);
            }
        }
        varying
    }

    fn reads_varying(&self, place: Place) -> bool {
        match place {
            Place::Column(column) => !self.shared.contains(&column) || self.columns.contains(&column),
            Place::Temporary(temporary) => self.temporaries.contains(&temporary),
            Place::Voltage | Place::Weight(_) | Place::VisitedWeight(_) | Place::Flag => true,
            Place::Global(_)
            | Place::Time
            | Place::Step
            | Place::Celsius
            | Place::SecondOrder
            | Place::ShiftedEvaluation => false,
        }
    }

    fn write(&mut self, place: Place) {
        self.has_changed |= match place {
            Place::Column(column) if self.shared.contains(&column) => self.columns.insert(column),
            Place::Temporary(temporary) => self.temporaries.insert(temporary),
            _ => false,
        };
    }

    fn real(&self, id: ProgramId, register: Real) -> bool {
        self.reals.contains(&(id, register))
    }

    fn integer(&self, id: ProgramId, register: Integer) -> bool {
        self.integers.contains(&(id, register))
    }

    fn set_real(&mut self, id: ProgramId, register: Real, varies: bool) {
        if varies {
            self.has_changed |= self.reals.insert((id, register));
        }
    }

    fn set_integer(&mut self, id: ProgramId, register: Integer, varies: bool) {
        if varies {
            self.has_changed |= self.integers.insert((id, register));
        }
    }

    fn block(&mut self, id: ProgramId, block: &[Instruction], sometimes: bool) {
        for instruction in block {
            self.operation(id, &instruction.operation, sometimes);
        }
    }

    fn call(&mut self, id: ProgramId, called: ProgramId, arguments: &[Real], sometimes: bool) {
        for (number, &argument) in (0..).zip(arguments) {
            let varies = self.real(id, argument);
            self.set_real(called, Real(number), varies);
        }
        if sometimes {
            self.has_changed |= self.sometimes.insert(called);
        }
    }

    fn operation(&mut self, id: ProgramId, operation: &Operation, sometimes: bool) {
        match operation {
            Operation::Constant { to, .. } | Operation::Sequence { to, .. } => self.set_real(id, *to, sometimes),
            Operation::Copy { to, x } | Operation::Unary { to, x, .. } => {
                let varies = self.real(id, *x) || sometimes;
                self.set_real(id, *to, varies);
            }
            Operation::Binary { to, x, y, .. } => {
                let varies = self.real(id, *x) || self.real(id, *y) || sometimes;
                self.set_real(id, *to, varies);
            }
            Operation::Function { to, arguments, .. } | Operation::FunctionTable { to, arguments, .. } => {
                let varies = arguments.iter().any(|&argument| self.real(id, argument)) || sometimes;
                self.set_real(id, *to, varies);
            }
            Operation::IntegerConstant { to, .. } => self.set_integer(id, *to, sometimes),
            Operation::IntegerCopy { to, x } => {
                let varies = self.integer(id, *x) || sometimes;
                self.set_integer(id, *to, varies);
            }
            Operation::IntegerBinary { to, x, y, .. } => {
                let varies = self.integer(id, *x) || self.integer(id, *y) || sometimes;
                self.set_integer(id, *to, varies);
            }
            Operation::Truncate { to, x } => {
                let varies = self.real(id, *x) || sometimes;
                self.set_integer(id, *to, varies);
            }
            Operation::Float { to, x } => {
                let varies = self.integer(id, *x) || sometimes;
                self.set_real(id, *to, varies);
            }
            Operation::Load { to, from } => {
                let varies = self.reads_varying(*from) || sometimes;
                self.set_real(id, *to, varies);
            }
            Operation::LoadElement { to, from, index } => {
                let own = match from {
                    Array::Registers(range) => range.numbers().any(|number| self.real(id, Real(number as u32))),
                    _ => places_read(operation).into_iter().any(|place| self.reads_varying(place)),
                };
                let varies = own || self.integer(id, *index) || sometimes;
                self.set_real(id, *to, varies);
            }
            Operation::Store { to, x } => {
                if self.real(id, *x) || sometimes {
                    self.write(*to);
                }
            }
            Operation::StoreElement { to, index, x } => {
                if self.real(id, *x) || self.integer(id, *index) || sometimes {
                    if let Array::Registers(range) = to {
                        range.numbers().for_each(|number| self.set_real(id, Real(number as u32), true));
                    }
                    places_written(operation).into_iter().for_each(|place| self.write(place));
                }
            }
            Operation::If { condition, then, otherwise } => {
                let sometimes = sometimes || self.real(id, *condition);
                self.block(id, then, sometimes);
                self.block(id, otherwise, sometimes);
            }
            Operation::While { test, condition, body } => {
                let sometimes = sometimes || self.real(id, *condition);
                self.block(id, test, sometimes);
                self.block(id, body, sometimes);
            }
            Operation::Count { variable, first, bounds, last, step, body } => {
                let varies = [first, last, step].into_iter().any(|&register| self.integer(id, register));
                self.set_integer(id, *variable, varies || sometimes);
                self.block(id, bounds, sometimes || varies);
                self.block(id, body, sometimes || varies);
            }
            Operation::ForConnections { body } => self.block(id, body, true),
            Operation::Call { to, program, arguments } => {
                self.call(id, *program, arguments, sometimes);
                if let Some(to) = to {
                    let result = self.programs.program(*program).result;
                    let varies = result.is_some_and(|result| self.real(*program, result)) || sometimes;
                    self.set_real(id, *to, varies);
                }
            }
            Operation::Tabulated { to, table, x } => {
                let table = &self.programs.tables[*table as usize];
                self.call(id, table.program, &[*x], sometimes);
                let varies = self.real(id, *x) || sometimes;
                if let Some(to) = to {
                    self.set_real(id, *to, varies);
                }
                if varies {
                    table.outputs.iter().for_each(|&place| self.write(place));
                }
            }
            // States and random numbers belong to the instance.
            Operation::Newton { program, .. } | Operation::Linear { program, .. } => {
                self.call(id, *program, &[], sometimes);
                places_written(operation).into_iter().for_each(|place| self.write(place));
            }
            Operation::Sparse(sparse) => {
                self.call(id, sparse.program, &[], sometimes);
                places_written(operation).into_iter().for_each(|place| self.write(place));
            }
            Operation::Draw { to, .. }
            | Operation::Lag { to, .. }
            | Operation::ListLength { to, .. }
            | Operation::ListElement { to, .. } => self.set_real(id, *to, true),
            Operation::Fail { .. }
            | Operation::Send { .. }
            | Operation::Spike { .. }
            | Operation::Move { .. }
            | Operation::Watch { .. }
            | Operation::SetSequence { .. }
            | Operation::SetIds { .. } => {}
        }
    }
}
