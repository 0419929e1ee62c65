//! Crout's LU factorisation, with rows scaled for the choice of pivots.

use super::LEAST_PIVOT;

/// The factors of a square matrix: lower triangle with pivots, and upper triangle with 1 on its diagonal.
#[derive(Debug, Default)]
pub(super) struct Lu {
    /// Row by row, in the order in which they were given.
    elements: Vec<f64>,
    /// The rows in the order of elimination.
    order: Vec<usize>,
    /// The element of largest magnitude in each row.
    largest: Vec<f64>,
}

impl Lu {
    /// Factorises a matrix of n rows, given row by row; returns `false` if it is singular.
    pub(super) fn factorise(&mut self, matrix: &[f64], n: usize) -> bool {
        let Self { elements, order, largest } = self;
        elements.clear();
        elements.extend_from_slice(matrix);
        order.clear();
        order.extend(0..n);
        largest.clear();
        largest.extend(elements.chunks_exact(n).map(largest_of));
        let a = elements;
        // `place` keeps its value from one column to the next. It is only used when a better row was found.
        let mut place = 0;
        for r in 0..n {
            for &row in &order[r..] {
                let mut sum = 0.0;
                for k in 0..r {
                    sum += a[row * n + k] * a[order[k] * n + r];
                }
                a[row * n + r] -= sum;
            }
            let mut pivot = order[r];
            let mut best = (a[pivot * n + r] / largest[pivot]).abs();
            for (i, &row) in order.iter().enumerate().skip(r + 1) {
                let candidate = (a[row * n + r] / largest[row]).abs();
                if candidate > best {
                    (pivot, place, best) = (row, i, candidate);
                }
            }
            if pivot != order[r] {
                order[place] = order[r];
                order[r] = pivot;
            }
            if a[pivot * n + r].abs() < LEAST_PIVOT {
                return false;
            }
            for j in r + 1..n {
                let mut sum = 0.0;
                for k in 0..r {
                    sum += a[pivot * n + k] * a[order[k] * n + j];
                }
                a[pivot * n + j] = (a[pivot * n + j] - sum) / a[pivot * n + r];
            }
        }
        true
    }

    /// Solves the equations with a right-hand side.
    pub(super) fn solve(&self, right: &[f64], solution: &mut [f64]) {
        let Self { elements: a, order, .. } = self;
        let n = order.len();
        for (i, &row) in order.iter().enumerate() {
            let mut sum = 0.0;
            for j in 0..i {
                sum += a[row * n + j] * solution[j];
            }
            solution[i] = (right[row] - sum) / a[row * n + i];
        }
        for (i, &row) in order.iter().enumerate().rev() {
            let mut sum = 0.0;
            for j in i + 1..n {
                sum += a[row * n + j] * solution[j];
            }
            solution[i] -= sum;
        }
    }
}

/// The element of largest magnitude, with its sign; the first one if several have the same magnitude.
fn largest_of(row: &[f64]) -> f64 {
    row.iter().copied().reduce(|best, element| if element.abs() > best.abs() { element } else { best }).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_that_needs_its_rows_exchanged_is_solved() {
        let mut lu = Lu::default();
        assert!(lu.factorise(&[0.0, 2.0, 1.0, 1.0, 1.0, 0.0, 4.0, 0.0, 2.0], 3));
        let mut solution = [0.0; 3];
        lu.solve(&[7.0, 3.0, 10.0], &mut solution);
        assert_eq!(solution, [1.0, 2.0, 3.0]);
        assert!(!lu.factorise(&[1.0, 2.0, 2.0, 4.0], 2), "it is singular");
    }
}
