//! Assigns states to the rows of a kinetic scheme.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::pattern::pattern;
use super::reactants::state_of;
use crate::lower::Lowering;
use crate::lower::body::{Mode, Register};
use crate::lower::problem::LowerProblem;
use crate::model::{
    Expression, LocalId, Method, Model, Reactant, RoutineId, Solve, Statement, StatementKind, VariableId,
};
use crate::program::{Binary, Operation, Place, ProgramId, Range, Real, Unary};
use crate::syntax::Arrow;

/// A kinetic scheme.
#[derive(Debug)]
pub(in crate::lower) struct Scheme {
    /// The states in the order of the rows; an array has as many rows as elements.
    pub(super) states: Vec<VariableId>,
    /// The first row of each state.
    pub(super) rows: BTreeMap<VariableId, u32>,
    /// Number of rows, from the first, that hold CONSERVE equations.
    pub(in crate::lower) conserved: u32,
    /// The volumes of states, with the local variable that holds the element number.
    pub(super) volumes: BTreeMap<VariableId, (Option<LocalId>, Expression)>,
    /// All unknowns in the order of the rows.
    pub(in crate::lower) unknowns: Vec<Place>,
    pub(in crate::lower) matrix: Range,
    pub(in crate::lower) right: Range,
    pub(in crate::lower) old: Range,
    /// The rates of change.
    pub(in crate::lower) derivatives: Range,
    pub(in crate::lower) pattern: Vec<(u32, u32)>,
    pub(in crate::lower) is_linear: bool,
}

/// The contents of a kinetic block.
#[derive(Default)]
pub(super) struct Contents<'a> {
    pub(super) reactions: Vec<(&'a [Reactant], Arrow, &'a [Reactant])>,
    pub(super) sums: Vec<&'a [Reactant]>,
    volumes: Vec<(Option<LocalId>, &'a Expression, &'a [VariableId])>,
}

impl<'a> Contents<'a> {
    fn collect(&mut self, statements: &'a [Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Reaction { left, arrow, right, .. } => self.reactions.push((left, *arrow, right)),
                StatementKind::Conserve { terms, .. } => self.sums.push(terms),
                StatementKind::Compartment { index, volume, states } => self.volumes.push((*index, volume, states)),
                StatementKind::If { then, otherwise, .. } => {
                    self.collect(then);
                    self.collect(otherwise);
                }
                StatementKind::While { body, .. } | StatementKind::From { body, .. } => self.collect(body),
                _ => {}
            }
        }
    }
}

/// `true` if no matrix element depends on a state or on another reactant.
fn is_linear(contents: &Contents<'_>) -> bool {
    let multiplies = |side: &[Reactant]| {
        let factors: u32 = side.iter().map(|reactant| reactant.count).sum();
        factors > 1 && side.iter().any(|reactant| reactant.is_state)
    };
    contents.reactions.iter().all(|&(left, arrow, right)| match arrow {
        Arrow::Both => !multiplies(left) && !multiplies(right),
        Arrow::Away => !multiplies(left),
        Arrow::Flux => true,
    })
}

impl Lowering<'_> {
    /// The rows of a block's scheme; `None` if there are no states, which is reported.
    fn scheme(&mut self, id: RoutineId, solve: &Solve) -> Option<Rc<Scheme>> {
        if let Some(known) = self.schemes.get(&id) {
            return Some(known.clone());
        }
        let model = self.model;
        let routine = model.routine(id);
        let mut contents = Contents::default();
        contents.collect(&routine.body);
        let (states, conserved) = self.rows_of(model, &contents, solve);
        let mut rows = BTreeMap::new();
        let mut count = 0;
        for &state in &states {
            rows.insert(state, count);
            count += model.variable(state).elements() as u32;
        }
        if count == 0 {
            let name = routine.name.to_string();
            self.report(LowerProblem::NoUnknowns { name }, solve.span);
            return None;
        }
        let volumes = contents
            .volumes
            .iter()
            .flat_map(|&(index, volume, states)| states.iter().map(move |&state| (state, (index, volume.clone()))));
        let volumes = volumes.collect();
        let unknowns = states.iter().flat_map(|&state| self.places(state)).collect();
        let pattern = pattern(model, &routine.body, &rows, conserved);
        let scheme = Scheme {
            rows,
            conserved,
            volumes,
            unknowns,
            matrix: self.temporaries(count.saturating_mul(count)),
            right: self.temporaries(count),
            old: self.temporaries(count),
            derivatives: self.temporaries(count),
            pattern,
            is_linear: is_linear(&contents),
            states,
        };
        let scheme = Rc::new(scheme);
        self.schemes.insert(id, scheme.clone());
        Some(scheme)
    }

    /// The states in the order of the rows, and the number of states given by sums. Each CONSERVE, from the last to the
    /// first, takes its last scalar state that is still free; then all other states follow in NEURON's order.
    fn rows_of(&mut self, model: &Model, contents: &Contents<'_>, solve: &Solve) -> (Vec<VariableId>, u32) {
        let mut order: Vec<VariableId> = Vec::new();
        for terms in contents.sums.iter().rev() {
            let states = terms.iter().rev().filter_map(state_of);
            let free = states.filter(|&state| model.variable(state).length.is_none());
            match free.into_iter().find(|state| !order.contains(state)) {
                Some(state) => order.push(state),
                None => self.report(LowerProblem::NoConservedState, solve.span),
            }
        }
        let conserved = order.len() as u32;
        let reactants = contents.reactions.iter().flat_map(|(left, _, right)| left.iter().chain(*right));
        let used: Vec<VariableId> =
            reactants.chain(contents.sums.iter().copied().flatten()).filter_map(state_of).collect();
        let others = model.state_order.iter().filter(|state| used.contains(state));
        let others: Vec<VariableId> = others.copied().filter(|state| !order.contains(state)).collect();
        order.extend(others);
        (order, conserved)
    }

    /// A scheme and the program that fills its matrix.
    pub(in crate::lower) fn kinetic_program(
        &mut self,
        id: RoutineId,
        solve: &Solve,
    ) -> Option<(Rc<Scheme>, ProgramId)> {
        let scheme = self.scheme(id, solve)?;
        if let Some(&known) = self.solvers.get(&(id, Method::Sparse)) {
            return Some((scheme, known));
        }
        let mode = (Mode::Kinetic(scheme.clone()), "matrix");
        let program = self.program_with(id, mode, |lowering| lowering.begin_matrix(&scheme), |_| ());
        self.solvers.insert((id, Method::Sparse), program);
        Some((scheme, program))
    }

    /// The states of a scheme with the places of their rates, and the program that computes the rates.
    pub(in crate::lower) fn kinetic_rates(&mut self, id: RoutineId, solve: &Solve) -> (Vec<(Place, Place)>, ProgramId) {
        let Some(scheme) = self.scheme(id, solve) else { return (Vec::new(), ProgramId(0)) };
        let rates = scheme.derivatives.numbers().map(|number| Place::Temporary(number as u32));
        let unknowns = scheme.unknowns.iter().copied().zip(rates).collect();
        if let Some(&known) = self.solvers.get(&(id, Method::Euler)) {
            return (unknowns, known);
        }
        let begin = |lowering: &mut Self| {
            let zero = lowering.body.constant(0.0);
            for number in scheme.derivatives.numbers() {
                lowering.body.store(Place::Temporary(number as u32), zero);
            }
        };
        let end = |lowering: &mut Self| {
            lowering.scale(&scheme, 0, |lowering, row, volume| {
                let at = Place::Temporary(scheme.derivatives.first + row);
                let rate = lowering.body.load(at);
                let rate = lowering.body.binary(Binary::Divide, rate, volume);
                lowering.body.store(at, rate);
            })
        };
        let program = self.program_with(id, (Mode::KineticRates(scheme.clone()), "rates"), begin, end);
        self.solvers.insert((id, Method::Euler), program);
        (unknowns, program)
    }

    /// The rows of the implicit step without reactions, multiplied by the volumes.
    fn begin_matrix(&mut self, scheme: &Scheme) {
        let count = scheme.unknowns.len() as u32;
        let one = self.body.constant(1.0);
        let dt = self.body.load(Place::Step);
        let inverse = self.body.binary(Binary::Divide, one, dt);
        let negative = self.body.unary(Unary::Negative, inverse);
        for row in scheme.conserved..count {
            let x = self.body.load(scheme.unknowns[row as usize]);
            let old = self.body.load(Place::Temporary(scheme.old.first + row));
            let change = self.body.binary(Binary::Subtract, x, old);
            let right = self.body.binary(Binary::Multiply, negative, change);
            self.body.store(Place::Temporary(scheme.right.first + row), right);
            self.body.store(scheme.diagonal(row), inverse);
        }
        self.scale(scheme, scheme.conserved, |lowering, row, volume| {
            for at in [Place::Temporary(scheme.right.first + row), scheme.diagonal(row)] {
                let x = lowering.body.load(at);
                let x = lowering.body.binary(Binary::Multiply, x, volume);
                lowering.body.store(at, x);
            }
        });
    }

    /// Calls `apply` with the volume of each row from `first` on that has a volume: scalar states before arrays.
    fn scale(&mut self, scheme: &Scheme, first: u32, mut apply: impl FnMut(&mut Self, u32, Real)) {
        for arrays in [false, true] {
            for &state in &scheme.states {
                let (row, variable) = (scheme.rows[&state], self.model.variable(state));
                let Some((index, volume)) = scheme.volumes.get(&state) else { continue };
                if row < first || variable.length.is_some() != arrays {
                    continue;
                }
                for element in 0..variable.elements() as u32 {
                    self.set_index(*index, element as i32);
                    let volume = self.real(volume);
                    apply(self, row + element, volume);
                }
            }
        }
    }

    /// The volume of a state in a block, with the local variable that holds the element number.
    pub(super) fn volume(&self, id: RoutineId, state: VariableId) -> Option<(Option<LocalId>, Expression)> {
        let mut contents = Contents::default();
        contents.collect(&self.model.routine(id).body);
        let of_state = contents.volumes.iter().rev().find(|(_, _, states)| states.contains(&state));
        of_state.map(|&(index, volume, _)| (index, volume.clone()))
    }

    /// Sets the local variable that holds the element number.
    pub(super) fn set_index(&mut self, index: Option<LocalId>, value: i32) {
        let register = index.and_then(|index| self.body.locals.get(index.0 as usize).copied());
        match register {
            Some(Register::Counter(to)) => self.body.emit(Operation::IntegerConstant { to, value }),
            Some(Register::Real(to)) => self.body.emit(Operation::Constant { to, value: f64::from(value) }),
            Some(Register::Array(_)) | None => {}
        }
    }
}

impl Scheme {
    /// The place of an element on the diagonal of the matrix.
    fn diagonal(&self, row: u32) -> Place {
        Place::Temporary(self.matrix.first + row * (self.unknowns.len() as u32 + 1))
    }
}
