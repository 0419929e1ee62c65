//! SOLVE: methods that solve the equations of a block.

use std::collections::BTreeSet;
use std::rc::Rc;

use loligo_mechanisms::Variable;

use super::Lowering;
use super::body::Mode;
use super::linear::equations;
use super::nonlinear::Residuals;
use super::problem::LowerProblem;
use super::rates::Rates;
use super::visit::{Used, statements};
use crate::model::{Method, RoutineId, Solve, VariableId};
use crate::program::{Binary, Flow, Operation, Place, ProgramId, Range, Real, Sparse, Unary, flow};

/// The steps with which NEURON computes a steady state, ms.
const LONG_STEADY_STEP: f64 = 1e9;
const SHORT_STEADY_STEP: f64 = 1e-9;

impl Lowering<'_> {
    /// Appends the instructions that solve a block.
    pub(super) fn solve(&mut self, solve: &Solve) {
        let before = std::mem::replace(&mut self.body.span, solve.span);
        let id = solve.routine;
        match self.method(solve) {
            Method::Call => self.call(id, &[], None),
            Method::Cnexp => {
                let program = self.cnexp_program(id);
                self.body.emit(Operation::Call { to: None, program, arguments: Vec::new() });
            }
            Method::Rates => {
                let (rates, program) = self.rates_program(id);
                self.run(program);
                self.correct(&self.unknowns(&rates));
            }
            Method::Derivimplicit => self.derivimplicit(id, solve),
            Method::Euler => {
                let (unknowns, program) = self.explicit(id, solve);
                self.run(program);
                self.euler(&unknowns);
                self.correct(&unknowns);
                if self.is_kinetic(id) {
                    self.run(program);
                }
            }
            Method::Runge => {
                let (unknowns, program) = self.explicit(id, solve);
                self.runge(&unknowns, program);
                self.correct(&unknowns);
                self.run(program);
            }
            Method::Sparse => self.sparse(id, solve),
            Method::Linear => self.linear(id, solve),
            Method::Newton => self.nonlinear(id, solve),
        }
        self.body.span = before;
    }

    /// The method of a block; `Derivimplicit` replaces `Cnexp` if cnexp cannot split an equation.
    fn method(&mut self, solve: &Solve) -> Method {
        match solve.method {
            Method::Cnexp if !self.is_separable(solve.routine) => Method::Derivimplicit,
            method => method,
        }
    }

    /// `true` if a step of second order advances the states of a block by half a step; all blocks of the file are then
    /// advanced with half a step, as in NEURON.
    pub(super) fn halves_step(&mut self, solve: &Solve) -> bool {
        !matches!(self.method(solve), Method::Call | Method::Cnexp | Method::Linear | Method::Newton)
    }

    fn run(&mut self, program: ProgramId) {
        self.body.emit(Operation::Call { to: None, program, arguments: Vec::new() });
    }

    fn is_kinetic(&self, id: RoutineId) -> bool {
        self.model.routine(id).kind == crate::model::RoutineKind::Kinetic
    }

    fn cnexp_program(&mut self, id: RoutineId) -> ProgramId {
        if let Some(&known) = self.solvers.get(&(id, Method::Cnexp)) {
            return known;
        }
        let program = self.program_with(id, (Mode::Cnexp, "by cnexp"), |_| (), |_| ());
        self.solvers.insert((id, Method::Cnexp), program);
        program
    }

    fn rates_program(&mut self, id: RoutineId) -> (Rc<Rates>, ProgramId) {
        let rates = self.rates(id);
        if let Some(&known) = self.solvers.get(&(id, Method::Rates)) {
            return (rates, known);
        }
        let program = self.program_with(id, (Mode::Rates(rates.clone()), "rates"), |_| (), |_| ());
        self.solvers.insert((id, Method::Rates), program);
        (rates, program)
    }

    /// The states of a block with the places of their rates, in the order of the equations. A state with an equation in
    /// each branch of an IF is listed for each: an explicit method of NEURON advances it once for each equation.
    fn unknowns(&self, rates: &Rates) -> Vec<(Place, Place)> {
        let place = |&state: &VariableId| Some((self.slots.element(state, 0)?, *rates.places.get(&state)?));
        rates.states.iter().filter_map(place).collect()
    }

    /// States and rates of a block, and the program that computes the rates.
    fn explicit(&mut self, id: RoutineId, solve: &Solve) -> (Vec<(Place, Place)>, ProgramId) {
        if self.is_kinetic(id) {
            return self.kinetic_rates(id, solve);
        }
        let (rates, program) = self.rates_program(id);
        (self.unknowns(&rates), program)
    }

    /// x += dt x', for all states.
    fn euler(&mut self, unknowns: &[(Place, Place)]) {
        let dt = self.body.load(Place::Step);
        for &(x, rate) in unknowns {
            self.add_product(x, dt, rate);
        }
    }

    /// x += factor y.
    fn add_product(&mut self, x: Place, factor: Real, y: Place) {
        let y = self.body.load(y);
        let change = self.body.binary(Binary::Multiply, factor, y);
        let before = self.body.load(x);
        let after = self.body.binary(Binary::Add, before, change);
        self.body.store(x, after);
    }

    /// In a step of second order, extrapolates the states by another step: x += dt x'.
    fn correct(&mut self, unknowns: &[(Place, Place)]) {
        let condition = self.body.load(Place::SecondOrder);
        self.body.begin();
        self.euler(unknowns);
        let then = self.body.end();
        self.body.emit(Operation::If { condition, then, otherwise: Vec::new() });
    }

    /// The classical Runge-Kutta method, in NEURON's order of operations.
    fn runge(&mut self, unknowns: &[(Place, Place)], program: ProgramId) {
        let h = self.body.load(Place::Step);
        let [two, three, six] = [2.0, 3.0, 6.0].map(|value| self.body.constant(value));
        let half = self.body.binary(Binary::Divide, h, two);
        let sixth = self.body.binary(Binary::Divide, h, six);
        let starts: Vec<(Real, Real)> = unknowns.iter().map(|_| (self.body.real(), self.body.real())).collect();
        self.run(program);
        for (&(x, rate), &(start, sum)) in unknowns.iter().zip(&starts) {
            let before = self.body.load(x);
            self.body.emit(Operation::Copy { to: start, x: before });
            let rate = self.body.load(rate);
            let change = self.body.binary(Binary::Multiply, half, rate);
            let next = self.body.binary(Binary::Add, before, change);
            self.body.store(x, next);
            let third = self.body.binary(Binary::Divide, change, three);
            self.body.emit(Operation::Binary { to: sum, function: Binary::Add, x: start, y: third });
        }
        self.move_time(half, Binary::Add);
        for divisor in [Some(two), None] {
            self.run(program);
            for (&(x, rate), &(start, sum)) in unknowns.iter().zip(&starts) {
                let rate = self.body.load(rate);
                let change = self.body.binary(Binary::Multiply, h, rate);
                let part = divisor.map_or(change, |divisor| self.body.binary(Binary::Divide, change, divisor));
                let next = self.body.binary(Binary::Add, start, part);
                self.body.store(x, next);
                let third = self.body.binary(Binary::Divide, change, three);
                self.body.emit(Operation::Binary { to: sum, function: Binary::Add, x: sum, y: third });
            }
        }
        self.move_time(half, Binary::Add);
        self.run(program);
        for (&(x, rate), &(_, sum)) in unknowns.iter().zip(&starts) {
            let rate = self.body.load(rate);
            let change = self.body.binary(Binary::Multiply, sixth, rate);
            let next = self.body.binary(Binary::Add, sum, change);
            self.body.store(x, next);
        }
        self.move_time(h, Binary::Subtract);
    }

    fn move_time(&mut self, by: Real, function: Binary) {
        let t = self.body.load(Place::Time);
        let moved = self.body.binary(function, t, by);
        self.body.store(Place::Time, moved);
    }

    /// Runs `solve` with another step; `None` keeps the present one.
    fn with_step(&mut self, step: Option<f64>, solve: impl FnOnce(&mut Self)) {
        let Some(step) = step else { return solve(self) };
        let dt = self.body.load(Place::Step);
        let other = self.body.constant(step);
        self.body.store(Place::Step, other);
        solve(self);
        self.body.store(Place::Step, dt);
    }

    /// Solves x' - (x - x_old) / dt = 0 by Newton's method.
    fn derivimplicit(&mut self, id: RoutineId, solve: &Solve) {
        let (rates, program) = self.rates_program(id);
        let mut equations = self.unknowns(&rates);
        let mut listed = BTreeSet::new();
        equations.retain(|&(x, _)| listed.insert(x));
        let order = self.model.state_order.iter().filter(|state| rates.states.contains(state));
        let unknowns: Vec<Place> = order.filter_map(|&state| self.slots.element(state, 0)).collect();
        if unknowns.is_empty() {
            return self.report_no_unknowns(id, solve);
        }
        // At small steps -1 / dt, the derivative by an equation's own state, is the largest element of its row.
        let pivots = unknowns.iter().filter_map(|unknown| equations.iter().position(|(x, _)| x == unknown));
        let pivots = pivots.map(|row| row as u32).collect();
        let old = self.temporaries(equations.len() as u32);
        let residuals = self.temporaries(equations.len() as u32);
        let name = format!("{} residuals", self.model.routine(id).name);
        let residual = self.own_program(&name, |lowering| {
            lowering.run(program);
            let dt = lowering.body.load(Place::Step);
            for (row, &(x, rate)) in (0..).zip(&equations) {
                let rate = lowering.body.load(rate);
                let x = lowering.body.load(x);
                let old = lowering.body.load(Place::Temporary(old.first + row));
                let change = lowering.body.binary(Binary::Subtract, x, old);
                let slope = lowering.body.binary(Binary::Divide, change, dt);
                let residual = lowering.body.binary(Binary::Subtract, rate, slope);
                lowering.body.store(Place::Temporary(residuals.first + row), residual);
            }
            None
        });
        let steady = if self.model.thread_unsafe.is_some() { LONG_STEADY_STEP } else { SHORT_STEADY_STEP };
        self.with_step(solve.steady_state.then_some(steady), |lowering| {
            for (row, &(x, _)) in (0..).zip(&equations) {
                let x = lowering.body.load(x);
                lowering.body.store(Place::Temporary(old.first + row), x);
            }
            lowering.body.emit(Operation::Newton { unknowns, program: residual, residuals, pivots });
            lowering.run(program);
        });
        self.correct(&equations);
    }

    fn report_no_unknowns(&mut self, id: RoutineId, solve: &Solve) {
        let name = self.model.routine(id).name.to_string();
        self.report(LowerProblem::NoUnknowns { name }, solve.span);
    }

    fn sparse(&mut self, id: RoutineId, solve: &Solve) {
        let Some((scheme, program)) = self.kinetic_program(id, solve) else { return };
        let unknowns = scheme.unknowns.clone();
        self.evaluate_before_first_step(id, program, &unknowns);
        self.body.emit(Operation::Sparse(Box::new(Sparse {
            unknowns: unknowns.clone(),
            conserved: scheme.conserved,
            program,
            matrix: scheme.matrix,
            right: scheme.right,
            old: scheme.old,
            derivatives: scheme.derivatives,
            pattern: scheme.pattern.clone(),
            is_linear: scheme.is_linear,
            steady: solve.steady_state,
            must_converge: self.model.thread_unsafe.is_some(),
        })));
        let rates = scheme.derivatives.numbers().map(|number| Place::Temporary(number as u32));
        self.correct(&unknowns.into_iter().zip(rates).collect::<Vec<_>>());
    }

    /// Repeats two evaluations that NEURON makes before the first step, to find the elements of the matrix. They matter
    /// only if an evaluation reads a value that an earlier one has written; only then each instance makes them here.
    fn evaluate_before_first_step(&mut self, id: RoutineId, program: ProgramId, unknowns: &[Place]) {
        let Flow { reads_first, may_write, .. } = flow(&self.programs, program);
        let is_left = |place: &&Place| matches!(place, Place::Column(_)) && !unknowns.contains(place);
        if !reads_first.intersection(&may_write).any(|place| is_left(&place)) {
            return;
        }
        let done = match self.evaluated.get(&id) {
            Some(&done) => done,
            None => {
                let name = format!("{}_evaluated", self.model.routine(id).name);
                let meaning = "1 once the scheme has been evaluated";
                Place::Column(self.slots.add(Variable::assigned(&name, "1", meaning)).first)
            }
        };
        self.evaluated.insert(id, done);
        let seen = self.body.load(done);
        let condition = self.body.unary(Unary::Not, seen);
        self.body.begin();
        self.run(program);
        self.run(program);
        let one = self.body.constant(1.0);
        self.body.store(done, one);
        let then = self.body.end();
        self.body.emit(Operation::If { condition, then, otherwise: Vec::new() });
    }

    fn linear(&mut self, id: RoutineId, solve: &Solve) {
        let model = self.model;
        let (system, count) = self.linear_system(&model.routine(id).body);
        if system.unknowns == 0 {
            return self.report_no_unknowns(id, solve);
        }
        self.check_balance(count, system.unknowns as usize, solve.span);
        let unknowns: Vec<Place> = system.states.iter().flat_map(|&state| self.places(state)).collect();
        let coefficients = system.coefficients;
        let program = self.rows_program(id, (Mode::Linear(Rc::new(system)), "coefficients"), count.is_none());
        self.body.emit(Operation::Linear { unknowns, program, coefficients });
    }

    fn nonlinear(&mut self, id: RoutineId, solve: &Solve) {
        let model = self.model;
        let body = &model.routine(id).body;
        let (mut count, mut any_nested) = (0, false);
        equations(body, false, &mut |_, _, is_nested| {
            count += 1;
            any_nested |= is_nested;
        });
        let mut used = Vec::new();
        statements(body, &mut |found| {
            if let Used::Variable(variable) = found {
                used.push(variable);
            }
        });
        let states = model.state_order.iter().filter(|state| used.contains(state));
        let unknowns: Vec<Place> = states.flat_map(|&state| self.places(state)).collect();
        if unknowns.is_empty() {
            return self.report_no_unknowns(id, solve);
        }
        self.check_balance((!any_nested).then_some(count), unknowns.len(), solve.span);
        let residuals: Range = self.temporaries(unknowns.len() as u32);
        let mode = Mode::Nonlinear(Rc::new(Residuals { rows: residuals }));
        let program = self.rows_program(id, (mode, "residuals"), any_nested);
        let pivots = (0..residuals.length).collect();
        self.body.emit(Operation::Newton { unknowns, program, residuals, pivots });
    }

    /// A program that computes rows. With `counts` a register counts the rows at run time, for rows in loops or
    /// branches.
    fn rows_program(&mut self, id: RoutineId, mode: (Mode, &str), counts: bool) -> ProgramId {
        let begin = |lowering: &mut Self| {
            if counts {
                lowering.body.row = Some(lowering.body.whole(0));
            }
        };
        self.program_with(id, mode, begin, |_| ())
    }
}
