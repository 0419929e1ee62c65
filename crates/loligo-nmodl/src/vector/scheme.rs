//! Translates implicit steps of kinetic schemes: the elimination becomes operations on rows, in the order of the
//! solver. Where a pivot is too small, or a scheme that is not linear needs more rounds than usual, the instances are
//! computed by the plain interpreter, which decides what follows.

use super::graph::Value;
use super::translate::{Obstacle, Translation};
use crate::program::{Binary, Place, Range, Sparse, Unary};
use crate::solve::{Elimination, LEAST_PIVOT, SPARSE_CHANGE};

/// The rounds of a scheme that is not linear. Each takes its time in all instances, also in those that need fewer.
const ROUNDS: usize = 3;

impl Translation<'_> {
    /// Takes a step of a scheme.
    pub(super) fn solve_scheme(&mut self, sparse: &Sparse) -> Result<(), Obstacle> {
        if sparse.steady {
            return Err(Obstacle::Solver);
        }
        let old = sparse.unknowns.iter().map(|&place| self.read(place)).collect::<Result<Vec<_>, _>>()?;
        self.write_all(sparse.old, &old)?;
        let mut goes_on = self.round(sparse)?;
        if !sparse.is_linear {
            let never = self.graph.constant(0.0);
            for _ in 1..ROUNDS {
                let mut after = never;
                let next = |own: &mut Self| {
                    after = own.round(sparse)?;
                    Ok(())
                };
                self.choose(goes_on, next, |_| Ok(()))?;
                goes_on = self.graph.select(goes_on, after, never);
            }
            self.leave_to_plain_if(goes_on);
        }
        self.evaluate(sparse)?;
        let step = self.read(Place::Step)?;
        for ((&place, old), number) in sparse.unknowns.iter().zip(old).zip(sparse.derivatives.numbers()) {
            let x = self.read(place)?;
            let change = self.binary(Binary::Subtract, x, old);
            let rate = self.binary(Binary::Divide, change, step);
            self.write(temporary(number), rate)?;
        }
        Ok(())
    }

    /// Changes the unknowns once. Returns true if they are changed by so much that another round follows in schemes that are
    /// not linear, where negative unknowns become 0.
    fn round(&mut self, sparse: &Sparse) -> Result<Value, Obstacle> {
        self.evaluate(sparse)?;
        let changes = self.eliminate(sparse)?;
        let zero = self.graph.constant(0.0);
        let mut changed = zero;
        for (&place, change) in sparse.unknowns.iter().zip(changes) {
            let x = self.read(place)?;
            let mut x = self.binary(Binary::Add, x, change);
            if !sparse.is_linear {
                let is_negative = self.binary(Binary::Less, x, zero);
                x = self.graph.select(is_negative, zero, x);
                let magnitude = self.graph.unary(Unary::Abs, change);
                changed = self.binary(Binary::Add, changed, magnitude);
            }
            self.write(place, x)?;
        }
        let most = self.graph.constant(SPARSE_CHANGE);
        Ok(self.binary(Binary::Greater, changed, most))
    }

    /// Computes the matrix and the right-hand side.
    fn evaluate(&mut self, sparse: &Sparse) -> Result<(), Obstacle> {
        let zero = self.graph.constant(0.0);
        for number in sparse.matrix.numbers().chain(sparse.right.numbers()) {
            self.write(temporary(number), zero)?;
        }
        self.run(sparse.program, &[]).map(|_| ())
    }

    /// Solves the equations; returns the changes of the unknowns.
    fn eliminate(&mut self, sparse: &Sparse) -> Result<Vec<Value>, Obstacle> {
        let n = sparse.unknowns.len();
        let elimination = Elimination::plan(n, &sparse.pattern);
        let (mut matrix, mut right) = (self.read_all(sparse.matrix)?, self.read_all(sparse.right)?);
        let least = self.graph.constant(LEAST_PIVOT);
        for (pivot, below, beside) in elimination.pivots() {
            let diagonal = matrix[pivot * n + pivot];
            let magnitude = self.graph.unary(Unary::Abs, diagonal);
            let is_singular = self.binary(Binary::LessOrEqual, magnitude, least);
            self.leave_to_plain_if(is_singular);
            for &row in below {
                let factor = self.binary(Binary::Divide, matrix[row * n + pivot], diagonal);
                right[row] = self.minus_product(right[row], right[pivot], factor);
                for &column in beside {
                    let at = row * n + column;
                    matrix[at] = self.minus_product(matrix[at], matrix[pivot * n + column], factor);
                }
            }
        }
        for (pivot, _, beside) in elimination.pivots().rev() {
            for &column in beside {
                right[pivot] = self.minus_product(right[pivot], matrix[pivot * n + column], right[column]);
            }
            right[pivot] = self.binary(Binary::Divide, right[pivot], matrix[pivot * n + pivot]);
        }
        Ok(right)
    }

    /// x - y z.
    fn minus_product(&mut self, x: Value, y: Value, z: Value) -> Value {
        let product = self.binary(Binary::Multiply, y, z);
        self.binary(Binary::Subtract, x, product)
    }

    fn read_all(&mut self, range: Range) -> Result<Vec<Value>, Obstacle> {
        range.numbers().map(|number| self.read(temporary(number))).collect()
    }

    fn write_all(&mut self, range: Range, values: &[Value]) -> Result<(), Obstacle> {
        range.numbers().zip(values).try_for_each(|(number, &value)| self.write(temporary(number), value))
    }
}

fn temporary(number: usize) -> Place {
    Place::Temporary(number as u32)
}
