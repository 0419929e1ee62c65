//! Translates reactions and CONSERVE statements into instructions.

use super::reactants::state_of;
use super::scheme::Scheme;
use crate::lower::Lowering;
use crate::lower::body::{Mode, Register};
use crate::lower::expression::Location;
use crate::lower::paste::{is_sum, multiply, number, paste_product, read};
use crate::lower::problem::LowerProblem;
use crate::model::{Expression, ExpressionKind, IntegerExpression, LocalId, Place as ModelPlace, Reactant};
use crate::program::{Array, Binary, Integer, IntegerBinary, Operation, Place, Range, Real};
use crate::source::Span;
use crate::syntax::Arrow;

/// A row of a scheme, constant or computed.
#[derive(Clone, Copy, Debug)]
enum Row {
    Known(u32),
    Computed(Integer),
}

/// The factors of a side, the last reactant first; a reactant with count n occurs n times.
fn factors(side: &[Reactant], span: Span) -> impl Iterator<Item = Expression> + '_ {
    side.iter().rev().flat_map(move |reactant| (0..reactant.count).map(move |_| read(&reactant.place, span)))
}

/// A rate times factors as NEURON writes it: joined as text, without parentheses.
fn pasted(rate: Expression, factors: impl Iterator<Item = Expression>) -> Expression {
    let mut factors = factors;
    let Some(first) = factors.next() else { return rate };
    // The factors after the first one multiply the same last term of the rate.
    factors.fold(paste_product(rate, first), paste_product)
}

fn parenthesised(inner: &Expression) -> Expression {
    Expression { kind: ExpressionKind::Parentheses(Box::new(inner.clone())), span: inner.span }
}

impl Lowering<'_> {
    /// `~ left <-> right (forward, back)`, `~ left -> (k)`, `~ left << (flux)`.
    pub(in crate::lower) fn reaction(
        &mut self,
        left: &[Reactant],
        arrow: Arrow,
        right: &[Reactant],
        rates: &[Expression],
        span: Span,
    ) {
        let (scheme, is_matrix) = match self.body.mode.clone() {
            Mode::Kinetic(scheme) => (scheme, true),
            Mode::KineticRates(scheme) => (scheme, false),
            _ => return self.report(LowerProblem::Misplaced { what: "a reaction".to_owned() }, span),
        };
        let Some(first) = rates.first() else { return };
        let zero = number(0.0, span);
        let (forward, back) = match arrow {
            Arrow::Both => (Some(first.clone()), rates.get(1).cloned()),
            Arrow::Away => (Some(parenthesised(first)), None),
            Arrow::Flux => return self.flux(&scheme, is_matrix, left, first, span),
        };
        if arrow == Arrow::Both {
            for rate in rates.iter().filter(|rate| is_sum(rate)) {
                self.report(LowerProblem::PastedRate, rate.span);
            }
        }
        let sides = [(left, forward), (right, back)];
        let fluxes = sides.each_ref().map(|(side, rate)| {
            let text = rate.clone().map_or_else(|| zero.clone(), |rate| pasted(rate, factors(side, span)));
            self.real(&text)
        });
        self.keep_fluxes(fluxes);
        let net = self.body.binary(Binary::Subtract, fluxes[0], fluxes[1]);
        let target = if is_matrix { scheme.right } else { scheme.derivatives };
        for (side, function) in [(left, Binary::Subtract), (right, Binary::Add)] {
            for reactant in side.iter().rev() {
                let Some(row) = self.free_row(&scheme, reactant, is_matrix) else { continue };
                let amount = self.times(reactant.count, net);
                let at = self.entry(target, row);
                self.accumulate(at, function, amount);
            }
        }
        if is_matrix {
            for (number, (side, rate)) in sides.iter().enumerate() {
                let Some(rate) = rate else { continue };
                for (position, reactant) in side.iter().enumerate().rev() {
                    self.matrix_terms(&scheme, [left, right], number, (position, reactant), rate);
                }
            }
        }
    }

    /// Adds the derivatives of a reaction with respect to one of its reactants, in all rows.
    fn matrix_terms(
        &mut self,
        scheme: &Scheme,
        sides: [&[Reactant]; 2],
        side: usize,
        (position, reactant): (usize, &Reactant),
        rate: &Expression,
    ) {
        let Some(column) = self.row(scheme, reactant) else { return };
        let span = self.body.span;
        let mut text = rate.clone();
        if reactant.count != 1 {
            text = paste_product(text, number(f64::from(reactant.count), span));
        }
        for (other, factor) in sides[side].iter().enumerate().rev() {
            let count = factor.count.saturating_sub(u32::from(other == position));
            for _ in 0..count {
                text = paste_product(text, read(&factor.place, span));
            }
        }
        let term = self.real(&text);
        for (number, reactants) in sides.iter().enumerate() {
            let function = if number == side { Binary::Add } else { Binary::Subtract };
            for changed in reactants.iter().rev() {
                let Some(row) = self.free_row(scheme, changed, true) else { continue };
                let amount = self.times(changed.count, term);
                let at = self.element(scheme, row, column);
                self.accumulate(at, function, amount);
            }
        }
    }

    fn flux(&mut self, scheme: &Scheme, is_matrix: bool, left: &[Reactant], rate: &Expression, span: Span) {
        let zero = self.body.constant(0.0);
        let rate = self.real(rate);
        self.keep_fluxes([zero, rate]);
        let target = if is_matrix { scheme.right } else { scheme.derivatives };
        for reactant in left {
            if let Some(id) = state_of(reactant)
                && is_matrix
                && scheme.rows.get(&id).is_some_and(|&row| row < scheme.conserved)
            {
                let name = self.model.variable(id).name.to_string();
                return self.report(LowerProblem::ConservedFlux { name }, span);
            }
            let Some(row) = self.row(scheme, reactant) else { continue };
            let at = self.entry(target, row);
            self.accumulate(at, Binary::Add, rate);
        }
    }

    /// Sets `f_flux` and `b_flux` to the fluxes of the last reaction.
    fn keep_fluxes(&mut self, fluxes: [Real; 2]) {
        let model = self.model;
        let locals = self.body.routine.and_then(|routine| model.routine(routine).fluxes);
        for (LocalId(local), x) in locals.into_iter().flatten().zip(fluxes) {
            if let Some(&Register::Real(to)) = self.body.locals.get(local as usize) {
                self.body.emit(Operation::Copy { to, x });
            }
        }
    }

    /// `CONSERVE terms = total`.
    pub(in crate::lower) fn conserve(&mut self, terms: &[Reactant], total: &Expression, span: Span) {
        let scheme = match self.body.mode.clone() {
            Mode::Kinetic(scheme) => scheme,
            Mode::KineticRates(_) => return,
            _ => return self.report(LowerProblem::Misplaced { what: "CONSERVE".to_owned() }, span),
        };
        // The last CONSERVE of the text has row 0.
        let row = scheme.conserved.saturating_sub(1 + self.body.next_row);
        self.body.next_row += 1;
        let total = self.real(total);
        let right = Location::Place(Place::Temporary(scheme.right.first + row));
        self.put(right, total);
        for term in &self.all_elements(terms) {
            let Some(column) = self.row(&scheme, term) else { continue };
            let volume = self.volume_of(&scheme, term);
            let count = number(f64::from(term.count), span);
            let x = read(&term.place, span);
            let (coefficient, share) = match volume {
                Some(volume) => {
                    let share = multiply(x, parenthesised(&volume));
                    (multiply(count.clone(), parenthesised(&volume)), share)
                }
                None => (count.clone(), x),
            };
            let share = if term.count == 1 { share } else { multiply(share, count) };
            self.set_volume_index(&scheme, term);
            let coefficient = self.real(&coefficient);
            let at = self.element(&scheme, Row::Known(row), column);
            self.put(at, coefficient);
            let share = self.real(&share);
            self.accumulate(right, Binary::Subtract, share);
        }
    }

    /// The terms of a sum, the last first; an array without an index is replaced by all its elements.
    fn all_elements(&self, terms: &[Reactant]) -> Vec<Reactant> {
        let mut all = Vec::new();
        for term in terms.iter().rev() {
            let length = state_of(term).and_then(|state| self.model.variable(state).length);
            match length.filter(|_| term.place.index.is_none()) {
                None => all.push(term.clone()),
                Some(length) => all.extend((0..length as i64).map(|element| {
                    let index = Some(Box::new(IntegerExpression::Number(element)));
                    Reactant { place: ModelPlace { index, ..term.place.clone() }, ..term.clone() }
                })),
            }
        }
        all
    }

    fn volume_of(&self, scheme: &Scheme, term: &Reactant) -> Option<Expression> {
        scheme.volumes.get(&state_of(term)?).map(|(_, volume)| volume.clone())
    }

    /// Sets the index variable of a volume to the element number of a term.
    fn set_volume_index(&mut self, scheme: &Scheme, term: &Reactant) {
        let index = state_of(term).and_then(|state| scheme.volumes.get(&state)).and_then(|(index, _)| *index);
        let register = index.and_then(|index| self.body.locals.get(index.0 as usize).copied());
        let (Some(register), ModelPlace { index: Some(index), .. }) = (register, &term.place) else { return };
        let x = self.integer(index);
        match register {
            Register::Counter(to) => self.body.emit(Operation::IntegerCopy { to, x }),
            Register::Real(to) => self.body.emit(Operation::Float { to, x }),
            Register::Array(_) => {}
        }
    }

    /// The row of a reactant; `None` if it is no state.
    fn row(&mut self, scheme: &Scheme, reactant: &Reactant) -> Option<Row> {
        let state = state_of(reactant)?;
        let first = *scheme.rows.get(&state)?;
        match &reactant.place.index {
            None => Some(Row::Known(first)),
            Some(index) => {
                let length = self.model.variable(state).elements() as i64;
                if let IntegerExpression::Number(number) = **index
                    && (0..length).contains(&number)
                {
                    return Some(Row::Known(first + number as u32));
                }
                let first = self.body.whole(first as i32);
                let index = self.integer(index);
                Some(Row::Computed(self.body.integer_binary(IntegerBinary::Add, first, index)))
            }
        }
    }

    /// The row of a reactant, if it is a state; `None` in a matrix also if the row belongs to a CONSERVE statement.
    fn free_row(&mut self, scheme: &Scheme, reactant: &Reactant, is_matrix: bool) -> Option<Row> {
        let row = self.row(scheme, reactant)?;
        let is_sum = matches!(row, Row::Known(row) if row < scheme.conserved);
        (!is_matrix || !is_sum).then_some(row)
    }

    /// The entry of a row in a range of temporaries.
    fn entry(&mut self, range: Range, row: Row) -> Location {
        match row {
            Row::Known(row) => Location::Place(Place::Temporary(range.first + row)),
            Row::Computed(row) => Location::Element(Array::Temporaries(range), row),
        }
    }

    /// An element of the matrix.
    fn element(&mut self, scheme: &Scheme, row: Row, column: Row) -> Location {
        let count = scheme.unknowns.len() as u32;
        if let (Row::Known(row), Row::Known(column)) = (row, column) {
            return Location::Place(Place::Temporary(scheme.matrix.first + row * count + column));
        }
        let count = self.body.whole(count as i32);
        let [row, column] = [row, column].map(|row| match row {
            Row::Known(row) => self.body.whole(row as i32),
            Row::Computed(row) => row,
        });
        let begin = self.body.integer_binary(IntegerBinary::Multiply, row, count);
        let index = self.body.integer_binary(IntegerBinary::Add, begin, column);
        Location::Element(Array::Temporaries(scheme.matrix), index)
    }

    /// Multiplies a number by the count of a reactant.
    fn times(&mut self, count: u32, x: Real) -> Real {
        if count == 1 {
            return x;
        }
        let count = self.body.constant(f64::from(count));
        self.body.binary(Binary::Multiply, count, x)
    }
}
