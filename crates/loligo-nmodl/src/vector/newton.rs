//! Translates Newton's method, with a usual number of rounds: the unknowns of an instance keep their values once they have
//! converged. Where more rounds are needed, or the rows of the matrix of derivatives would be exchanged, the instances are
//! computed by the plain interpreter.

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
    pub(super) fn solve_by_newton(
        &mut self,
        unknowns: &[Place],
        program: ProgramId,
        residuals: Range,
    ) -> Result<(), Obstacle> {
        let equations = Equations { unknowns, program, residuals };
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
                let change = self.binary(Binary::Subtract, high[i], low[i]);
                matrix[i * n + j] = self.binary(Binary::Divide, change, twice);
            }
            residuals = self.residuals_at(equations, place, (Binary::Add, step))?;
        }
        let right = residuals.into_iter().map(|x| self.graph.unary(Unary::Negative, x)).collect();
        self.factorise(&mut matrix, n);
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
        let deltas = self.solve_factorised(&factors, &right);
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

    /// Crout's factorisation without exchanges of rows.
    fn factorise(&mut self, a: &mut [Value], n: usize) {
        let [zero, least] = [0.0, LEAST_PIVOT].map(|x| self.graph.constant(x));
        let largest: Vec<Value> = a.chunks(n.max(1)).map(|row| self.largest_of(row)).collect();
        for r in 0..n {
            for row in r..n {
                let sum = self.sum_of_products(zero, (0..r).map(|k| (a[row * n + k], a[k * n + r])));
                a[row * n + r] = self.binary(Binary::Subtract, a[row * n + r], sum);
            }
            let relative = |own: &mut Self, row: usize| {
                let quotient = own.binary(Binary::Divide, a[row * n + r], largest[row]);
                own.graph.unary(Unary::Abs, quotient)
            };
            let best = relative(self, r);
            for row in r + 1..n {
                let candidate = relative(self, row);
                let is_better = self.binary(Binary::Greater, candidate, best);
                self.leave_to_plain_if(is_better);
            }
            let pivot = a[r * n + r];
            let magnitude = self.graph.unary(Unary::Abs, pivot);
            let is_singular = self.binary(Binary::Less, magnitude, least);
            self.leave_to_plain_if(is_singular);
            for j in r + 1..n {
                let sum = self.sum_of_products(zero, (0..r).map(|k| (a[r * n + k], a[k * n + j])));
                let rest = self.binary(Binary::Subtract, a[r * n + j], sum);
                a[r * n + j] = self.binary(Binary::Divide, rest, pivot);
            }
        }
    }

    /// Solves linear equations with a factorised matrix.
    fn solve_factorised(&mut self, a: &[Value], right: &[Value]) -> Vec<Value> {
        let (n, zero) = (right.len(), self.graph.constant(0.0));
        let mut solution: Vec<Value> = Vec::with_capacity(n);
        for i in 0..n {
            let sum = self.sum_of_products(zero, (0..i).map(|j| (a[i * n + j], solution[j])));
            let rest = self.binary(Binary::Subtract, right[i], sum);
            solution.push(self.binary(Binary::Divide, rest, a[i * n + i]));
        }
        for i in (0..n).rev() {
            let sum = self.sum_of_products(zero, (i + 1..n).map(|j| (a[i * n + j], solution[j])));
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
