//! Implicit steps of kinetic schemes, with sparse elimination in minimum-degree order.

use super::LEAST_PIVOT;

/// The order of elimination for a matrix with a given pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elimination {
    /// Rows (and columns) in the order of elimination.
    order: Vec<usize>,
    /// For each pivot, the later rows with an element in its column.
    below: Vec<Vec<usize>>,
    /// For each pivot, the later columns with an element in its row.
    beside: Vec<Vec<usize>>,
}

impl Elimination {
    /// Plans the elimination for n rows, minimum degree first. `elements` lists the elements off the diagonal, by row
    /// and column.
    pub fn plan(n: usize, elements: &[(u32, u32)]) -> Self {
        let mut filled: Vec<Vec<bool>> = (0..n).map(|row| (0..n).map(|column| column == row).collect()).collect();
        for &(row, column) in elements {
            filled[row as usize][column as usize] = true;
        }
        let mut queue =
            Queue { degrees: filled.iter().map(|row| row.iter().filter(|&&f| f).count()).collect(), rows: Vec::new() };
        for row in 0..n {
            queue.insert(row);
        }
        let mut remaining: Vec<usize> = (0..n).collect();
        let mut plan = Self::default();
        while let Some(&pivot) = queue.rows.first() {
            remaining.retain(|&row| row != pivot);
            let below: Vec<usize> = remaining.iter().copied().filter(|&row| filled[row][pivot]).collect();
            let beside: Vec<usize> = remaining.iter().copied().filter(|&column| filled[pivot][column]).collect();
            for &row in &below {
                for &column in &beside {
                    if !filled[row][column] {
                        filled[row][column] = true;
                        queue.degrees[row] += 1;
                        queue.insert(row);
                    }
                }
                queue.degrees[row] = queue.degrees[row].saturating_sub(1);
                queue.insert(row);
            }
            queue.rows.retain(|&row| row != pivot);
            plan.order.push(pivot);
            plan.below.push(below);
            plan.beside.push(beside);
        }
        // Sums are added in the order of elimination.
        let mut place = vec![0; n];
        for (position, &row) in plan.order.iter().enumerate() {
            place[row] = position;
        }
        for list in plan.below.iter_mut().chain(&mut plan.beside) {
            list.sort_unstable_by_key(|&row| place[row]);
        }
        plan
    }

    /// The rows in the order of elimination.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The pivots in the order of elimination, each with the later rows that have an element in its column, and the later
    /// columns that have one in its row.
    pub fn pivots(&self) -> impl DoubleEndedIterator<Item = (usize, &[usize], &[usize])> {
        let lists = self.below.iter().zip(&self.beside);
        self.order.iter().zip(lists).map(|(&pivot, (below, beside))| (pivot, &below[..], &beside[..]))
    }

    /// Solves the equations, given row by row, and stores the solution in the right-hand side. Returns `false` if the
    /// matrix is singular.
    pub fn solve(&self, matrix: &mut [f64], right: &mut [f64]) -> bool {
        let n = self.order.len();
        for (pivot, below, beside) in self.pivots() {
            let diagonal = matrix[pivot * n + pivot];
            if diagonal.abs() <= LEAST_PIVOT {
                return false;
            }
            for &row in below {
                let factor = matrix[row * n + pivot] / diagonal;
                right[row] -= right[pivot] * factor;
                for &column in beside {
                    matrix[row * n + column] -= matrix[pivot * n + column] * factor;
                }
            }
        }
        for (pivot, _, beside) in self.pivots().rev() {
            for &column in beside {
                right[pivot] -= matrix[pivot * n + column] * right[column];
            }
            right[pivot] /= matrix[pivot * n + pivot];
        }
        true
    }
}

/// Rows sorted by their number of elements; of rows with the same number, the last inserted comes first.
struct Queue {
    degrees: Vec<usize>,
    rows: Vec<usize>,
}

impl Queue {
    /// Inserts a row, or moves it to its new position.
    fn insert(&mut self, row: usize) {
        self.rows.retain(|&queued| queued != row);
        let at = self.rows.iter().position(|&queued| self.degrees[queued] >= self.degrees[row]);
        self.rows.insert(at.unwrap_or(self.rows.len()), row);
    }
}

/// A kinetic scheme of one instance.
pub trait Scheme {
    /// Error of the computation of the matrix and the right-hand side.
    type Fault;

    /// Number of unknowns.
    fn len(&self) -> usize;

    /// `true` if there are no unknowns.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An unknown, by its row.
    fn unknown(&self, row: usize) -> f64;

    /// Sets an unknown, by its row.
    fn set_unknown(&mut self, row: usize, x: f64);

    /// Computes the matrix and the right-hand side for the present unknowns.
    ///
    /// # Errors
    /// If they cannot be computed.
    fn evaluate(&mut self) -> Result<(), Self::Fault>;

    /// Solves the equations and stores the change of the unknowns; returns `false` if the matrix is singular.
    fn solve(&mut self) -> bool;

    /// The change of an unknown, by its row.
    fn change(&self, row: usize) -> f64;

    /// Stores the present unknowns as the values at the start of the step.
    fn begin(&mut self);
}

/// Error of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SparseError<F> {
    /// The matrix is singular.
    Singular,
    /// The unknowns still change in the last round.
    NotConverged,
    /// The matrix and the right-hand side cannot be computed.
    Fault(F),
}

/// The step has converged if the sum of all changes is no larger than this.
pub(crate) const CHANGE: f64 = 1e-6;
/// Largest number of rounds.
const ROUNDS: usize = 22;

/// Takes an implicit step from the present unknowns. A linear scheme takes one round. Otherwise negative unknowns are
/// set to 0, and rounds are repeated until the unknowns no longer change.
///
/// # Errors
/// If the step has no result; the unknowns then keep the values of the last round.
pub fn step<S: Scheme>(scheme: &mut S, is_linear: bool) -> Result<(), SparseError<S::Fault>> {
    scheme.begin();
    for round in 1.. {
        scheme.evaluate().map_err(SparseError::Fault)?;
        if !scheme.solve() {
            return Err(SparseError::Singular);
        }
        let mut changed = 0.0;
        for row in 0..scheme.len() {
            let change = scheme.change(row);
            let x = scheme.unknown(row) + change;
            scheme.set_unknown(row, if x < 0.0 && !is_linear { 0.0 } else { x });
            changed += change.abs();
        }
        if round == ROUNDS {
            return Err(SparseError::NotConverged);
        }
        let goes_on = changed > CHANGE;
        if is_linear || !goes_on {
            break;
        }
    }
    scheme.evaluate().map_err(SparseError::Fault)
}

/// Computes the equilibrium; the scheme's step must be very long. If all starts leave a negative unknown, the
/// result of the last one is kept.
///
/// # Errors
/// As [`step`].
pub fn steady_state<S: Scheme>(scheme: &mut S, is_linear: bool) -> Result<(), SparseError<S::Fault>> {
    /// Largest number of initial single rounds, without a lower bound for the unknowns.
    const STARTS: usize = 7;
    if is_linear {
        return step(scheme, false);
    }
    for _ in 0..STARTS {
        step(scheme, true)?;
        let mut is_positive = true;
        for row in 0..scheme.len() {
            if scheme.unknown(row) < -1e-6 {
                scheme.set_unknown(row, 0.0);
                is_positive = false;
            }
        }
        if is_positive {
            return step(scheme, false);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Orders of elimination in NEURON 9.0.2, for three schemes given by the rows of their reactions. In two of them
    /// the sum of all states replaces row 0.
    #[test]
    fn rows_of_few_elements_go_first() {
        let loops = [(2, 1), (1, 0), (0, 4), (2, 3), (1, 3), (0, 3), (4, 3)];
        let ring = [(1, 2), (2, 3), (3, 0), (0, 1)];
        let eight = [(6, 5), (5, 4), (4, 3), (3, 2), (2, 7), (7, 1), (2, 0), (1, 0), (0, 6)];
        let order = |reactions: &[(u32, u32)], is_conserved: bool, n: u32| {
            let both = reactions.iter().flat_map(|&(a, b)| [(a, b), (b, a)]);
            let sum = (0..n).filter(|_| is_conserved).map(|column| (0, column));
            let elements: Vec<_> = both.filter(|&(row, _)| !is_conserved || row != 0).chain(sum).collect();
            Elimination::plan(n as usize, &elements).order
        };
        assert_eq!(order(&loops, false, 5), [4, 0, 3, 2, 1]);
        assert_eq!(order(&ring, true, 4), [3, 2, 1, 0]);
        assert_eq!(order(&eight, true, 8), [7, 1, 2, 3, 4, 5, 6, 0]);
    }

    #[test]
    fn an_elimination_solves() {
        let plan = Elimination::plan(3, &[(0, 1), (1, 0), (1, 2), (2, 1)]);
        let mut matrix = [2.0, 1.0, 0.0, 1.0, 3.0, 1.0, 0.0, 1.0, 4.0];
        let mut right = [4.0, 10.0, 14.0];
        assert!(plan.solve(&mut matrix, &mut right));
        assert_eq!(right, [1.0, 2.0, 3.0]);
        assert!(!plan.solve(&mut [0.0; 9], &mut [1.0; 3]), "it is singular");
    }
}
