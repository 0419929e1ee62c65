//! Translates Newton's method, with a usual number of rounds: the unknowns of an instance keep their values once they have
//! converged. Where more rounds are needed, or the rows of the matrix of derivatives have another order of elimination than
//! the usual one, the instances are computed by the plain interpreter.

use super::graph::Value;
use super::translate::{Obstacle, Translation};
use crate::program::{Binary, Place, ProgramId, Range, Unary};
use crate::solve::{CHANGE_FOR_DERIVATIVES, LEAST_PIVOT, NEWTON_CHANGE, NEWTON_RESIDUAL, NEWTON_STEP};

/// The rounds of an instance. Each takes its time in all instances, also in those that need fewer.
const ROUNDS: usize = 3;

/// Equations of the form residuals = 0.
struct Equations<'a> {
    unknowns: &'a [Place],
    program: ProgramId,
    residuals: Range,
    /// For each unknown the residual that is usually its pivot.
    pivots: &'a [u32],
}

/// The numbers of a round that the next one uses.
#[derive(Clone)]
struct Round {
    /// The factors of the matrix of derivatives, row by row.
    factors: Vec<Value>,
    /// The negative residuals.
    right: Vec<Value>,
    /// The largest relative change of an unknown.
    change: Value,
    goes_on: Value,
}

impl Translation<'_> {
    /// Solves equations by Newton's method, with the operations of [`newton`](crate::solve::newton).
    /// `pivots` has for each unknown the residual that is usually its pivot.
    pub(super) fn solve_by_newton(
        &mut self,
        (unknowns, pivots): (&[Place], &[u32]),
        program: ProgramId,
        residuals: Range,
    ) -> Result<(), Obstacle> {
        let equations = Equations { unknowns, program, residuals, pivots };
        let (factors, right) = self.derivatives(&equations)?;
        let mut round = self.change_unknowns(&equations, factors, right)?;
        for _ in 1..ROUNDS {
            let before = round.clone();
            let mut after = round.clone();
            let next = |own: &mut Self| {
                after = own.next_round(&equations, after.clone())?;
                Ok(())
            };
            self.choose(before.goes_on, next, |_| Ok(()))?;
            let never = self.graph.constant(0.0);
            let goes_on = self.graph.select(before.goes_on, after.goes_on, never);
            // Instances that have converged use none of the others.
            round = Round { goes_on, ..after };
        }
        self.leave_to_plain_if(round.goes_on);
        Ok(())
    }

    fn next_round(&mut self, equations: &Equations<'_>, before: Round) -> Result<Round, Obstacle> {
        let limit = self.graph.constant(CHANGE_FOR_DERIVATIVES);
        let changes_much = self.binary(Binary::Greater, before.change, limit);
        let mut new = (before.factors.clone(), before.right.clone());
        let again = |own: &mut Self| {
            new = own.derivatives(equations)?;
            Ok(())
        };
        self.choose(changes_much, again, |_| Ok(()))?;
        let mut chosen = |new: Vec<Value>, old: Vec<Value>| {
            new.into_iter().zip(old).map(|(new, old)| self.graph.select(changes_much, new, old)).collect::<Vec<_>>()
        };
        let (factors, right) = (chosen(new.0, before.factors), chosen(new.1, before.right));
        self.change_unknowns(equations, factors, right)
    }

    /// The factors of the matrix of numerical derivatives, and the negative residuals after them.
    fn derivatives(&mut self, equations: &Equations<'_>) -> Result<(Vec<Value>, Vec<Value>), Obstacle> {
        let n = equations.unknowns.len();
        let (mut matrix, mut residuals) = (vec![self.graph.constant(0.0); n * n], Vec::new());
        // False for residuals that an unknown has no effect on.
        let mut is_used = vec![false; n * n];
        let [relative, least, two] = [NEWTON_STEP.0, NEWTON_STEP.1, 2.0].map(|x| self.graph.constant(x));
        for (j, &place) in equations.unknowns.iter().enumerate() {
            let x = self.read(place)?;
            let step = self.binary(Binary::Multiply, relative, x);
            let step = self.graph.unary(Unary::Abs, step);
            let is_small = self.binary(Binary::Less, step, least);
            let step = self.graph.select(is_small, least, step);
            let twice = self.binary(Binary::Multiply, two, step);
            let high = self.residuals_at(equations, place, (Binary::Add, step))?;
            let low = self.residuals_at(equations, place, (Binary::Subtract, twice))?;
            for i in 0..n {
                is_used[i * n + j] = high[i] != low[i];
                let change = self.binary(Binary::Subtract, high[i], low[i]);
                matrix[i * n + j] = self.binary(Binary::Divide, change, twice);
            }
            residuals = self.residuals_at(equations, place, (Binary::Add, step))?;
        }
        let right = residuals.into_iter().map(|x| self.graph.unary(Unary::Negative, x)).collect();
        self.factorise(&mut matrix, &mut is_used, equations.pivots);
        Ok((matrix, right))
    }

    /// Changes an unknown and computes the residuals.
    fn residuals_at(
        &mut self,
        equations: &Equations<'_>,
        place: Place,
        (function, change): (Binary, Value),
    ) -> Result<Vec<Value>, Obstacle> {
        let x = self.read(place)?;
        let x = self.binary(function, x, change);
        self.write(place, x)?;
        self.residuals(equations)
    }

    fn residuals(&mut self, equations: &Equations<'_>) -> Result<Vec<Value>, Obstacle> {
        self.run(equations.program, &[])?;
        equations.residuals.numbers().map(|number| self.read(Place::Temporary(number as u32))).collect()
    }

    /// Adds the solution of the linear equations to the unknowns.
    fn change_unknowns(
        &mut self,
        equations: &Equations<'_>,
        factors: Vec<Value>,
        right: Vec<Value>,
    ) -> Result<Round, Obstacle> {
        let deltas = self.solve_factorised(&factors, &right, equations.pivots);
        let [zero, smallest] = [0.0, 1e-8].map(|x| self.graph.constant(x));
        let mut change = zero;
        for (&place, delta) in equations.unknowns.iter().zip(deltas) {
            let x = self.read(place)?;
            let quotient = self.binary(Binary::Divide, delta, x);
            let relative = self.graph.unary(Unary::Abs, quotient);
            let is_larger = self.binary(Binary::Greater, relative, change);
            let larger = self.graph.select(is_larger, relative, change);
            let magnitude = self.graph.unary(Unary::Abs, x);
            let counts = self.binary(Binary::Greater, magnitude, smallest);
            change = self.graph.select(counts, larger, change);
            let x = self.binary(Binary::Add, x, delta);
            self.write(place, x)?;
        }
        let residuals = self.residuals(equations)?;
        let (mut right, mut largest) = (Vec::new(), zero);
        for residual in residuals {
            let negative = self.graph.unary(Unary::Negative, residual);
            right.push(negative);
            let magnitude = self.graph.unary(Unary::Abs, negative);
            let is_larger = self.binary(Binary::Greater, magnitude, largest);
            largest = self.graph.select(is_larger, magnitude, largest);
        }
        let [most_change, most_residual] = [NEWTON_CHANGE, NEWTON_RESIDUAL].map(|x| self.graph.constant(x));
        let is_still = self.binary(Binary::LessOrEqual, change, most_change);
        let is_solved = self.binary(Binary::LessOrEqual, largest, most_residual);
        let is_done = self.graph.select(is_still, is_solved, zero);
        let goes_on = self.graph.unary(Unary::Not, is_done);
        Ok(Round { factors, right, change, goes_on })
    }

    /// Crout's factorisation with the usual order of rows; elements that are not used are 0.
    fn factorise(&mut self, a: &mut [Value], is_used: &mut [bool], pivots: &[u32]) {
        let n = pivots.len();
        let [zero, least] = [0.0, LEAST_PIVOT].map(|x| self.graph.constant(x));
        let largest: Vec<Value> = a.chunks(n.max(1)).map(|row| self.largest_of(row)).collect();
        let mut order: Vec<usize> = (0..n).collect();
        for (r, pivot) in pivots.iter().map(|&row| row as usize).enumerate() {
            for &row in &order[r..] {
                let sum = self.sum_of_products(zero, (0..r).map(|k| (a[row * n + k], a[order[k] * n + r])));
                is_used[row * n + r] |= (0..r).any(|k| is_used[row * n + k] && is_used[order[k] * n + r]);
                a[row * n + r] = self.binary(Binary::Subtract, a[row * n + r], sum);
            }
            let relative = |own: &mut Self, row: usize| {
                let quotient = own.binary(Binary::Divide, a[row * n + r], largest[row]);
                own.graph.unary(Unary::Abs, quotient)
            };
            let best = relative(self, pivot);
            let mut is_before = true;
            for &row in &order[r..] {
                if row == pivot {
                    is_before = false;
                } else if is_before {
                    // Of equal ones the first is chosen.
                    let candidate = relative(self, row);
                    let is_best = self.binary(Binary::Greater, best, candidate);
                    let is_other = self.graph.unary(Unary::Not, is_best);
                    self.leave_to_plain_if(is_other);
                } else if is_used[row * n + r] {
                    let candidate = relative(self, row);
                    let is_better = self.binary(Binary::Greater, candidate, best);
                    self.leave_to_plain_if(is_better);
                }
            }
            if let Some(place) = order.iter().position(|&row| row == pivot) {
                order.swap(r, place);
            }
            let divisor = a[pivot * n + r];
            let magnitude = self.graph.unary(Unary::Abs, divisor);
            let is_singular = self.binary(Binary::Less, magnitude, least);
            self.leave_to_plain_if(is_singular);
            for j in r + 1..n {
                let sum = self.sum_of_products(zero, (0..r).map(|k| (a[pivot * n + k], a[order[k] * n + j])));
                is_used[pivot * n + j] |= (0..r).any(|k| is_used[pivot * n + k] && is_used[order[k] * n + j]);
                let rest = self.binary(Binary::Subtract, a[pivot * n + j], sum);
                a[pivot * n + j] = self.binary(Binary::Divide, rest, divisor);
            }
        }
    }

    /// Solves linear equations with a factorised matrix.
    fn solve_factorised(&mut self, a: &[Value], right: &[Value], pivots: &[u32]) -> Vec<Value> {
        let (n, zero) = (right.len(), self.graph.constant(0.0));
        let order: Vec<usize> = pivots.iter().map(|&row| row as usize).collect();
        let mut solution: Vec<Value> = Vec::with_capacity(n);
        for (i, &row) in order.iter().enumerate() {
            let sum = self.sum_of_products(zero, (0..i).map(|j| (a[row * n + j], solution[j])));
            let rest = self.binary(Binary::Subtract, right[row], sum);
            solution.push(self.binary(Binary::Divide, rest, a[row * n + i]));
        }
        for (i, &row) in order.iter().enumerate().rev() {
            let sum = self.sum_of_products(zero, (i + 1..n).map(|j| (a[row * n + j], solution[j])));
            solution[i] = self.binary(Binary::Subtract, solution[i], sum);
        }
        solution
    }

    fn sum_of_products(&mut self, zero: Value, pairs: impl Iterator<Item = (Value, Value)>) -> Value {
        let mut sum = zero;
        for (x, y) in pairs {
            let product = self.binary(Binary::Multiply, x, y);
            sum = self.binary(Binary::Add, sum, product);
        }
        sum
    }

    /// The element of largest magnitude, with its sign; the first one if several have the same magnitude.
    fn largest_of(&mut self, row: &[Value]) -> Value {
        let mut best = row[0]; // a matrix has at least one column
        for &element in &row[1..] {
            let [own, other] = [element, best].map(|x| self.graph.unary(Unary::Abs, x));
            let is_larger = self.binary(Binary::Greater, own, other);
            best = self.graph.select(is_larger, element, best);
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;
    use crate::Reading;
    use crate::vector::graph::Input;
    use crate::vector::translate::Known;

    /// The states of a published channel: the unknowns are `h2`, `h1`, the equations those of `h1`, `h2`.
    #[test]
    fn equations_in_another_order_than_the_unknowns_are_solved_without_the_plain_interpreter() {
        let text = "NEURON { SUFFIX h NONSPECIFIC_CURRENT i }
            STATE { h1 h2 }
            ASSIGNED { v (mV) i (mA/cm2) }
            BREAKPOINT { SOLVE states METHOD derivimplicit i = 1e-4*(h1 + h2)*(v + 43) }
            DERIVATIVE states { h1' = (inf(v) - h1)/55 h2' = (inf(v) - h2)/140 }
            FUNCTION inf(v) { inf = 1/(1 + exp((v + 66)/7)) }";
        let mut reading = Reading::of_text(Path::new("h.mod"), text.into()).expect("it is text");
        let programs = reading.lower().expect("there are no errors").programs;
        let none = BTreeMap::new();
        let known = Known { globals: &[], dt: 0.025, celsius: 6.3, second_order: false, columns: &none };
        let mut translation = Translation::new(&programs, known);
        let v = translation.read(Place::Voltage).expect("hooks have a voltage");
        let advance = programs.hooks.advance.expect("it has states");
        translation.run_hook(advance, v, false).expect("it can be translated");
        let input = |input| if input == Input::Voltage { -65.0 } else { 0.4 };
        let values = translation.graph.values(input).expect("it has no tables");
        let exceptions = translation.exceptions();
        assert!(!exceptions.is_empty());
        assert!(exceptions.iter().all(|value| values[value.index()] == 0.0));
        let inf = 1.0 / (1.0 + (1.0_f64 / 7.0).exp());
        for ((_, value), tau) in translation.columns().into_iter().zip([55.0, 140.0]) {
            let expected = 0.4 + (inf - 0.4) * 0.025 / (tau + 0.025); // the implicit step
            assert!((values[value.index()] - expected).abs() < 1e-12);
        }
    }
}
