//! Makes the programs of a mechanism's hooks.

use super::Lowering;
use super::body::{Body, Mode, Phase, Register};
use super::problem::LowerProblem;
use crate::model::{Reference, Role, RoutineId, RoutineKind, Solve, Statement, StatementKind};
use crate::program::{Binary, Current, Hooks, Operation, Place, ProgramId, Real, Unary};
use crate::syntax::BinaryOperator;

impl Lowering<'_> {
    /// The programs of all hooks.
    pub(super) fn hooks(&mut self) -> Hooks {
        let model = self.model;
        self.find_copies();
        let construct = self.constructor();
        let mut hooks = Hooks { construct, initialize: Some(self.initialize()), ..Hooks::default() };
        hooks.advance = self.advance();
        if !model.currents.is_empty() {
            hooks.current = model.hooks.breakpoint.map(|breakpoint| self.current(breakpoint));
        }
        hooks.stages = model.hooks.stages.iter().map(|&(_, routine)| self.with_copies(routine)).collect();
        if let Some(net_receive) = &model.net_receive {
            hooks.receive = Some(self.routine(net_receive.receive, Phase::Any));
            hooks.initialize_connection = net_receive.initial.map(|initial| self.routine(initial, Phase::Any));
        }
        for condition in &model.conditions {
            let id = self.own_program("condition", |lowering| {
                let left = lowering.real(&condition.left);
                let right = lowering.real(&condition.right);
                let difference = lowering.body.binary(Binary::Subtract, left, right);
                let is_less = condition.operator == BinaryOperator::Less;
                Some(if is_less { lowering.body.unary(Unary::Negative, difference) } else { difference })
            });
            hooks.conditions.push(id);
        }
        hooks.diffusion = self.diffusion();
        hooks.procedures = self.callable().into_iter().map(|routine| self.procedure(routine)).collect();
        hooks
    }

    /// Finds the variables of ions that are only read from the ion but assigned in the text.
    fn find_copies(&mut self) {
        let model = self.model;
        for ion in &model.ions {
            for &(variable, id) in &ion.reads {
                if !ion.writes.iter().any(|&(written, _)| written == variable) {
                    self.slots.filled(id, model.variable(id));
                }
            }
        }
    }

    /// Copies the ions' values to these variables.
    fn copy_ions(&mut self) {
        for (filled, own) in self.slots.copies.clone() {
            let x = self.body.load(Place::Column(filled));
            self.body.store(Place::Column(own), x);
        }
    }

    /// The program of a routine; it first copies the values of ions.
    fn with_copies(&mut self, id: RoutineId) -> ProgramId {
        let program = self.routine(id, Phase::Any);
        if self.slots.copies.is_empty() {
            return program;
        }
        self.own_program("stage", |lowering| {
            lowering.copy_ions();
            lowering.body.emit(Operation::Call { to: None, program, arguments: Vec::new() });
            None
        })
    }

    /// The program of the currents; the values of ions are copied only before the first of its two evaluations.
    fn current(&mut self, breakpoint: RoutineId) -> ProgramId {
        let program = self.routine(breakpoint, Phase::Current);
        if self.slots.copies.is_empty() {
            return program;
        }
        let is_single = !self.model.conductances.is_empty();
        self.own_program("current", |lowering| {
            if is_single {
                lowering.copy_ions();
            } else {
                let condition = lowering.body.load(Place::ShiftedEvaluation);
                lowering.body.begin();
                lowering.copy_ions();
                let then = lowering.body.end();
                lowering.body.emit(Operation::If { condition, then, otherwise: Vec::new() });
            }
            lowering.body.emit(Operation::Call { to: None, program, arguments: Vec::new() });
            None
        })
    }

    /// The functions and procedures that a user may call.
    pub(super) fn callable(&self) -> Vec<RoutineId> {
        let routines = (0..).map(RoutineId).zip(&self.model.routines);
        let named =
            routines.filter(|(_, routine)| matches!(routine.kind, RoutineKind::Function | RoutineKind::Procedure));
        named.map(|(id, _)| id).filter(|&id| self.can_be_called(id)).collect()
    }

    fn procedure(&mut self, id: RoutineId) -> ProgramId {
        let model = self.model;
        let routine = model.routine(id);
        if routine.table.is_none() {
            return self.routine(id, Phase::Any);
        }
        let outer = std::mem::replace(&mut self.body, Body::new(Some(id), Phase::Any, Mode::Plain));
        self.body.span = routine.span;
        let arguments: Vec<Real> = (0..routine.arguments).map(|_| self.body.real()).collect();
        let result = (routine.kind == RoutineKind::Function).then(|| self.body.real());
        self.call(id, &arguments, result);
        let body = std::mem::replace(&mut self.body, outer);
        self.programs.add(body.finish(format!("call {}", routine.name), routine.arguments as u32, result))
    }

    /// The program of CONSTRUCTOR.
    fn constructor(&mut self) -> Option<ProgramId> {
        let id = self.model.hooks.constructor?;
        let routine = self.model.routine(id);
        if let Some(span) = routine.opaque {
            self.report(LowerProblem::Verbatim { name: "CONSTRUCTOR".to_owned() }, span);
            return None;
        }
        (!routine.body.is_empty()).then(|| self.routine(id, Phase::Any))
    }

    /// Sets the states to their start values, then runs INITIAL.
    fn initialize(&mut self) -> ProgramId {
        let model = self.model;
        self.own_program("initialize", |lowering| {
            lowering.copy_ions();
            let variables = (0..).map(crate::model::VariableId).zip(&model.variables);
            for (id, variable) in variables.filter(|(_, variable)| variable.role == Role::State) {
                let Some(start) = variable.start else { continue };
                let x = match lowering.slots.slot(start) {
                    super::storage::Slot::Constant(value) => lowering.body.constant(value),
                    _ => match lowering.slots.element(start, 0) {
                        Some(place) => lowering.body.load(place),
                        None => lowering.body.constant(0.0),
                    },
                };
                for place in lowering.places(id) {
                    lowering.body.store(place, x);
                }
            }
            if let Some(initial) = model.hooks.initial {
                let program = lowering.routine(initial, Phase::Any);
                lowering.body.emit(Operation::Call { to: None, program, arguments: Vec::new() });
            }
            None
        })
    }

    /// The SOLVE statements of BREAKPOINT; for a mechanism without currents, then the rest of BREAKPOINT.
    fn advance(&mut self) -> Option<ProgramId> {
        let model = self.model;
        let rest = if model.currents.is_empty() { model.hooks.breakpoint } else { None };
        let rest = rest.filter(|&rest| {
            let routine = model.routine(rest);
            !routine.body.is_empty() || routine.opaque.is_some()
        });
        if model.solves.is_empty() && rest.is_none() {
            return None;
        }
        let halves = self.halves_any_step();
        Some(self.own_program("advance", |lowering| {
            lowering.copy_ions();
            if halves {
                lowering.halve_step();
            }
            for solve in &model.solves {
                lowering.solve(solve);
            }
            if let Some(rest) = rest {
                let program = lowering.routine(rest, Phase::Any);
                lowering.body.emit(Operation::Call { to: None, program, arguments: Vec::new() });
            }
            None
        }))
    }

    /// Halves dt in a step of second order.
    fn halve_step(&mut self) {
        let condition = self.body.load(Place::SecondOrder);
        self.body.begin();
        let dt = self.body.load(Place::Step);
        let half = self.body.constant(0.5);
        let dt = self.body.binary(Binary::Multiply, dt, half);
        self.body.store(Place::Step, dt);
        let then = self.body.end();
        self.body.emit(Operation::If { condition, then, otherwise: Vec::new() });
    }

    /// `true` if any SOLVE of the file has a method that takes half steps in steps of second order.
    fn halves_any_step(&mut self) -> bool {
        let model = self.model;
        let mut solves: Vec<Solve> = model.solves.clone();
        for routine in &model.routines {
            collect_solves(&routine.body, &mut solves);
        }
        solves.iter().any(|solve| self.halves_step(solve))
    }

    /// The places of the currents and the columns of their slopes, in the order in which the currents are added.
    pub(super) fn currents(&mut self) -> Vec<Current> {
        let model = self.model;
        let slopes: Vec<Option<u32>> = model.currents.iter().map(|current| self.slope_column(current)).collect();
        let place = |id| self.slots.element(id, 0);
        let currents = model.currents.iter().zip(slopes);
        currents.filter_map(|(current, slope)| Some(Current { place: place(current.variable)?, slope })).collect()
    }

    fn slope_column(&mut self, current: &crate::model::Current) -> Option<u32> {
        current.ion?;
        let name = &self.model.variable(current.variable).name;
        let meaning = "slope of the current";
        let unit = if self.model.kind == crate::model::Kind::Point { "uS" } else { "S/cm2" };
        let slope = loligo_mechanisms::Variable::output(&format!("d{name}_dv"), unit, meaning);
        Some(self.slots.add(slope).first)
    }

    /// The places of the conductances that CONDUCTANCE statements name; `None` if there are none.
    pub(super) fn conductances(&self, currents: &[Current]) -> Option<Vec<Current>> {
        let model = self.model;
        if model.conductances.is_empty() {
            return None;
        }
        let slope_of = |ion| {
            let position = model.currents.iter().position(|current| current.ion == Some(ion))?;
            currents.get(position)?.slope
        };
        let given = model.conductances.iter().filter_map(|&(reference, ion)| {
            let place = match reference {
                Reference::Variable(id) => self.slots.element(id, 0)?,
                Reference::Local(id) => *self.kept_conductances.get(&id)?,
                _ => return None,
            };
            Some(Current { place, slope: ion.and_then(slope_of) })
        });
        Some(given.collect())
    }
}

impl Lowering<'_> {
    /// At the end of BREAKPOINT stores the conductances that are local variables, for the later sum.
    pub(super) fn keep_local_conductances(&mut self, id: RoutineId) {
        let model = self.model;
        for &(reference, _) in &model.conductances {
            let Reference::Local(local) = reference else { continue };
            if let Some(&Register::Real(x)) = self.body.locals.get(local.0 as usize) {
                let place = Place::Temporary(self.temporaries(1).first);
                self.body.store(place, x);
                self.kept_conductances.insert(local, place);
            }
        }
        if model.conductances.is_empty() {
            return;
        }
        // With CONDUCTANCE, NEURON uses a local variable with the name of a current as that current.
        for current in &model.currents {
            let name = &model.variable(current.variable).name;
            let local = model.routine(id).locals.iter().position(|local| local.name == *name);
            let register = local.and_then(|local| self.body.locals.get(local).copied());
            if let (Some(Register::Real(x)), Some(place)) = (register, self.slots.element(current.variable, 0)) {
                self.body.store(place, x);
            }
        }
    }
}

fn collect_solves(statements: &[Statement], solves: &mut Vec<Solve>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Solve(solve) => solves.push(*solve),
            StatementKind::If { then, otherwise, .. } => {
                collect_solves(then, solves);
                collect_solves(otherwise, solves);
            }
            StatementKind::While { body, .. } | StatementKind::From { body, .. } => collect_solves(body, solves),
            _ => {}
        }
    }
}
