//! Translates routines into programs, one for each way in which a routine is used.

use super::Lowering;
use super::body::{Body, Mode, Phase, Register};
use super::problem::LowerProblem;
use crate::model::{LocalId, Role, Routine, RoutineId, RoutineKind};
use crate::program::{Operation, Place, Program, ProgramId, Real, Table};
use crate::source::Span;

impl Lowering<'_> {
    /// Appends a call of a function or procedure.
    pub(super) fn call(&mut self, id: RoutineId, arguments: &[Real], to: Option<Real>) {
        let model = self.model;
        let routine = model.routine(id);
        let phase = self.phase_of_calls();
        if routine.kind == RoutineKind::FunctionTable {
            let table = self.function_table(id);
            let to = to.unwrap_or_else(|| self.body.real());
            return self.body.emit(Operation::FunctionTable { to, table, arguments: arguments.to_vec() });
        }
        if let (Some(table), &[x]) = (&routine.table, arguments) {
            let table = self.table(id, table, phase);
            let result =
                if routine.kind == RoutineKind::Function { to.or_else(|| Some(self.body.real())) } else { None };
            self.body.emit(Operation::Tabulated { to: result, table, x });
            return;
        }
        let program = self.routine(id, phase);
        let to = match routine.kind {
            RoutineKind::Function => to,
            // A procedure has no result; its value is 0.
            _ => {
                if let Some(to) = to {
                    self.body.emit(Operation::Constant { to, value: 0.0 });
                }
                None
            }
        };
        self.body.emit(Operation::Call { to, program, arguments: arguments.to_vec() });
    }

    /// The number of a FUNCTION_TABLE among the mechanism's function tables.
    fn function_table(&mut self, id: RoutineId) -> u32 {
        let model = self.model;
        let position = self.function_tables.iter().position(|&known| known == id);
        let number = position.unwrap_or_else(|| {
            self.function_tables.push(id);
            self.programs.function_tables.push(model.routine(id).arguments as u32);
            self.function_tables.len() - 1
        });
        number as u32 // there are fewer routines than bytes of text
    }

    /// The phase in which the callees of the current program run.
    fn phase_of_calls(&self) -> Phase {
        match self.body.phase {
            Phase::Current if self.model.conductances.is_empty() => Phase::Any,
            Phase::Current => Phase::KeptVoltage,
            phase => phase,
        }
    }

    /// The program of a routine without equations.
    pub(super) fn routine(&mut self, id: RoutineId, phase: Phase) -> ProgramId {
        if let Some(&known) = self.known.get(&(id, phase)) {
            return known;
        }
        // A recursive routine needs its own number during the translation.
        let program = self.programs.add(Program::default());
        self.known.insert((id, phase), program);
        let is_breakpoint = self.model.hooks.breakpoint == Some(id);
        let keep = |lowering: &mut Self| {
            if is_breakpoint {
                lowering.keep_local_conductances(id);
            }
        };
        let made = self.program_of(id, phase, Mode::Plain, (|_| (), keep));
        self.programs.programs[program.0 as usize] = made;
        program
    }

    /// A new program of a routine. `mode` decides the translation of its equations; code can be added before and after
    /// them.
    pub(super) fn program_with(
        &mut self,
        id: RoutineId,
        (mode, name): (Mode, &str),
        before: impl FnOnce(&mut Self),
        after: impl FnOnce(&mut Self),
    ) -> ProgramId {
        let phase = self.phase_of_calls();
        let mut program = self.program_of(id, phase, mode, (before, after));
        program.name = format!("{} {name}", program.name);
        self.programs.add(program)
    }

    /// A new program that does not come from a routine.
    pub(super) fn own_program(&mut self, name: &str, fill: impl FnOnce(&mut Self) -> Option<Real>) -> ProgramId {
        let body = Body::new(self.body.routine, self.body.phase, Mode::Plain);
        let outer = std::mem::replace(&mut self.body, body);
        self.body.span = outer.span;
        let result = fill(self);
        let body = std::mem::replace(&mut self.body, outer);
        self.programs.add(body.finish(name.to_owned(), 0, result))
    }

    fn program_of(
        &mut self,
        id: RoutineId,
        phase: Phase,
        mode: Mode,
        (before, after): (impl FnOnce(&mut Self), impl FnOnce(&mut Self)),
    ) -> Program {
        let model = self.model;
        let routine = model.routine(id);
        if let Some(span) = routine.opaque {
            self.report(LowerProblem::Verbatim { name: routine.name.to_string() }, span);
        }
        let outer = std::mem::replace(&mut self.body, Body::new(Some(id), phase, mode));
        self.body.span = routine.span;
        self.declare_locals(routine);
        before(self);
        self.statements(&routine.body);
        after(self);
        let result = routine.result.and_then(|LocalId(local)| match self.body.locals.get(local as usize) {
            Some(&Register::Real(register)) => Some(register),
            _ => None,
        });
        let body = std::mem::replace(&mut self.body, outer);
        let arguments = match routine.kind {
            RoutineKind::Function | RoutineKind::Procedure => routine.arguments as u32,
            _ => 0, // the arguments of NET_RECEIVE are weights
        };
        body.finish(routine.name.to_string(), arguments, result)
    }

    pub(super) fn declare_locals(&mut self, routine: &Routine) {
        for local in &routine.locals {
            let register = match local.length {
                Some(length) => Register::Array(self.body.array(length as u32)),
                None if local.is_counter => Register::Counter(self.body.integer()),
                None => Register::Real(self.body.real()),
            };
            self.body.locals.push(register);
        }
    }

    /// The number of the table of a routine.
    fn table(&mut self, id: RoutineId, table: &crate::model::Table, phase: Phase) -> u32 {
        if let Some(&known) = self.tables.get(&(id, phase)) {
            return known;
        }
        let program = self.routine(id, phase);
        let [from, to] = [("from", &table.from), ("to", &table.to)].map(|(name, bound)| {
            let name = format!("{} {name}", self.model.routine(id).name);
            self.own_program(&name, |lowering| Some(lowering.real(bound)))
        });
        let outputs = table.variables.iter().flat_map(|&variable| self.outputs(variable, table.span)).collect();
        let depends = table.depends.iter().flat_map(|&variable| self.places(variable)).collect();
        let switch = Some(self.slots.table_switch());
        self.programs.tables.push(Table {
            program,
            from,
            to,
            intervals: u32::try_from(table.intervals).unwrap_or(u32::MAX), // the verifier refuses so many intervals
            outputs,
            depends,
            per_call: self.model.thread_unsafe.is_some(),
            order: id.0,
            switch,
        });
        let number = self.programs.tables.len() as u32 - 1;
        self.tables.insert((id, phase), number);
        number
    }

    /// The places that a table gives to all elements of a variable. A parameter that nothing assigns keeps its value.
    fn outputs(&mut self, id: crate::model::VariableId, table: Span) -> Vec<Place> {
        let mut places = self.places(id);
        for place in places.iter_mut().filter(|place| matches!(place, Place::Global(_))) {
            let name = self.model.variable(id).name.to_string();
            self.report(LowerProblem::TableOfParameter { name }, table);
            *place = Place::Temporary(self.temporaries(1).first);
        }
        places
    }

    /// The places of all elements of a variable.
    pub(super) fn places(&self, id: crate::model::VariableId) -> Vec<Place> {
        let elements = self.model.variable(id).elements() as u32;
        (0..elements).filter_map(|element| self.slots.element(id, element)).collect()
    }

    /// `true` if a routine and all routines that it calls can be run.
    pub(super) fn can_be_called(&self, id: RoutineId) -> bool {
        let (mut seen, mut waiting) = (vec![id], vec![id]);
        while let Some(id) = waiting.pop() {
            let routine = self.model.routine(id);
            // A table that no hook looks up need not be handed in.
            let is_given = routine.kind != RoutineKind::FunctionTable || self.function_tables.contains(&id);
            if routine.opaque.is_some() || !is_given {
                return false;
            }
            let mut can_be_run = true;
            super::visit::statements(&routine.body, &mut |used| match used {
                super::visit::Used::Routine(called) => {
                    if !seen.contains(&called) {
                        seen.push(called);
                        waiting.push(called);
                    }
                }
                super::visit::Used::Variable(variable) => {
                    let role = self.model.variable(variable).role;
                    can_be_run &= role != Role::External;
                }
                super::visit::Used::Events => can_be_run = false,
            });
            if !can_be_run {
                return false;
            }
        }
        true
    }
}
