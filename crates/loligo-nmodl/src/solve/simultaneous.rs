//! Gaussian elimination with a choice of pivots.

use super::LEAST_PIVOT;

/// Solves n linear equations, given as rows of n coefficients and the right-hand side. The rows are overwritten.
/// Returns `false` if the equations are singular.
pub fn solve_simultaneous(rows: &mut [f64], solution: &mut [f64]) -> bool {
    let n = solution.len();
    let width = n + 1;
    let mut order: Vec<usize> = (0..n).collect();
    let mut place = 0;
    for j in 0..n {
        let mut pivot = order[j];
        for (i, &row) in order.iter().enumerate().skip(j + 1) {
            if rows[pivot * width + j].abs() < rows[row * width + j].abs() {
                (pivot, place) = (row, i);
            }
        }
        if rows[pivot * width + j].abs() < LEAST_PIVOT {
            return false;
        }
        if pivot != order[j] {
            order[place] = order[j];
            order[j] = pivot;
        }
        for k in j + 1..width {
            rows[pivot * width + k] /= rows[pivot * width + j];
        }
        for &row in &order[j + 1..] {
            for k in j + 1..width {
                rows[row * width + k] -= rows[pivot * width + k] * rows[row * width + j];
            }
        }
    }
    for i in (0..n).rev() {
        let row = &rows[order[i] * width..][..width];
        let mut x = row[n];
        for j in i + 1..n {
            x -= row[j] * solution[j];
        }
        solution[i] = x;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_may_come_in_any_order() {
        let mut rows = [0.0, 2.0, 1.0, 7.0, 1.0, 1.0, 0.0, 3.0, 4.0, 0.0, 2.0, 10.0];
        let mut solution = [0.0; 3];
        assert!(solve_simultaneous(&mut rows, &mut solution));
        assert_eq!(solution, [1.0, 2.0, 3.0]);
        assert!(!solve_simultaneous(&mut [1.0, 2.0, 0.0, 2.0, 4.0, 0.0], &mut [0.0; 2]), "they are singular");
    }
}
