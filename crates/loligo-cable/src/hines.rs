//! The linear system of one implicit step on a tree, and its solution in one sweep up and one down.
//!
//! M. Hines, "Efficient computation of branched nerve equations", Int. J. Bio-Med. Comput. 15:69-76 (1984),
//! doi:10.1016/0020-7101(84)90008-4.

use crate::cable::NO_PARENT;

/// What joins a row to its parent's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coupling {
    /// The row.
    pub row: u32,
    /// Its parent's row.
    pub parent: u32,
    /// Element (parent, row): effect of the row on its parent's equation, S/cm2 (uS where the parent has no area).
    pub to_parent: f64,
    /// Element (row, parent): effect of the parent on the row's equation, S/cm2 (uS where the row has no area).
    pub from_parent: f64,
}

/// A matrix with the pattern of a tree (or of several): a diagonal, and for each row but the roots a coupling to its parent
/// in both directions.
///
/// Rows may be stored in any order; the couplings are listed from the roots to the leaves, and that is the order in which
/// everything is summed. A system is filled anew every step and solved in place, so that [`rhs`](Self::rhs) then holds the
/// solution: in NEURON's order of operations by [`add_axial_current`](Self::add_axial_current),
/// [`add_axial_conductance`](Self::add_axial_conductance) and [`solve`](Self::solve), or with fewer divisions by
/// [`solve_with_axial_current`](Self::solve_with_axial_current).
///
/// ```
/// use loligo_cable::{HinesMatrix, NO_PARENT};
/// // 2x - y = 1, -x + 2y = 4
/// let mut m = HinesMatrix::new(vec![NO_PARENT, 0], vec![0.0, -1.0], vec![0.0, -1.0]);
/// m.diagonal.copy_from_slice(&[2.0, 2.0]);
/// m.rhs.copy_from_slice(&[1.0, 4.0]);
/// m.solve();
/// assert!((m.rhs[0] - 2.0).abs() < 1e-15 && (m.rhs[1] - 3.0).abs() < 1e-15);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HinesMatrix {
    couplings: Vec<Coupling>,
    roots: Vec<u32>,
    /// The diagonal, S/cm2 (uS in rows without area).
    pub diagonal: Vec<f64>,
    /// Right-hand side, mA/cm2 (nA in rows without area); once solved the voltage step, mV.
    pub rhs: Vec<f64>,
}

impl HinesMatrix {
    /// A matrix of rows that are numbered from the roots to the leaves: for each its parent ([`NO_PARENT`] for a root), its
    /// effect on the parent and the parent's effect on it.
    ///
    /// # Panics
    /// If the three lists differ in length or a parent does not come before its child: that is the caller's bug, since
    /// [`Cable`](crate::Cable) numbers nodes so.
    pub fn new(parent: Vec<u32>, to_parent: Vec<f64>, from_parent: Vec<f64>) -> Self {
        let rows = parent.len();
        assert!(to_parent.len() == rows && from_parent.len() == rows, "one coupling of each kind a row");
        let couplings = (0..rows)
            .filter(|&row| parent[row] != NO_PARENT)
            .map(|row| Coupling {
                row: row as u32,
                parent: parent[row],
                to_parent: to_parent[row],
                from_parent: from_parent[row],
            })
            .collect();
        Self::from_couplings(rows, couplings)
    }

    /// A matrix of `rows` rows in any order, with couplings listed from the roots to the leaves.
    ///
    /// # Panics
    /// If a coupling names a row that does not exist or is coupled already, or is listed before its parent's.
    pub fn from_couplings(rows: usize, couplings: Vec<Coupling>) -> Self {
        let mut is_child = vec![false; rows];
        let mut is_parent = vec![false; rows];
        for coupling in &couplings {
            let (row, parent) = (coupling.row as usize, coupling.parent as usize);
            assert!(row != parent && !is_child[row], "a row has one parent, another row");
            assert!(!is_parent[row], "parents come before their children");
            is_child[row] = true;
            is_parent[parent] = true;
        }
        let roots = (0..rows as u32).filter(|&row| !is_child[row as usize]).collect();
        Self { couplings, roots, diagonal: vec![0.0; rows], rhs: vec![0.0; rows] }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.diagonal.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.diagonal.is_empty()
    }

    /// The couplings, from the roots to the leaves.
    pub fn couplings(&self) -> &[Coupling] {
        &self.couplings
    }

    /// Sets diagonal and right-hand side to zero.
    pub fn clear(&mut self) {
        self.diagonal.fill(0.0);
        self.rhs.fill(0.0);
    }

    /// Adds the axial currents at voltage `v` (mV, one a row) to the right-hand side.
    pub fn add_axial_current(&mut self, v: &[f64]) {
        for coupling in &self.couplings {
            let (row, parent) = (coupling.row as usize, coupling.parent as usize);
            let dv = v[parent] - v[row]; // mV
            self.rhs[row] -= coupling.from_parent * dv; // mA/cm2
            self.rhs[parent] += coupling.to_parent * dv; // mA/cm2
        }
    }

    /// Adds the axial conductances to the diagonal.
    pub fn add_axial_conductance(&mut self) {
        for coupling in &self.couplings {
            self.diagonal[coupling.row as usize] -= coupling.from_parent; // S/cm2
            self.diagonal[coupling.parent as usize] -= coupling.to_parent; // S/cm2
        }
    }

    /// Solves in place: elimination from the leaves, substitution from the roots.
    pub fn solve(&mut self) {
        let (diagonal, rhs) = (&mut self.diagonal[..], &mut self.rhs[..]);
        for coupling in self.couplings.iter().rev() {
            let (row, parent) = (coupling.row as usize, coupling.parent as usize);
            let factor = coupling.to_parent / diagonal[row];
            diagonal[parent] -= factor * coupling.from_parent;
            rhs[parent] -= factor * rhs[row];
        }
        for &root in &self.roots {
            rhs[root as usize] /= diagonal[root as usize];
        }
        for coupling in &self.couplings {
            let (row, parent) = (coupling.row as usize, coupling.parent as usize);
            rhs[row] -= coupling.from_parent * rhs[parent];
            rhs[row] /= diagonal[row];
        }
    }

    /// Adds the axial currents at voltage `v` (mV, one a row) and solves, in one sweep up and one down with a single
    /// division a row. The diagonal must hold the axial conductances already; it is left as its inverse.
    pub fn solve_with_axial_current(&mut self, v: &[f64]) {
        let rows = self.diagonal.len();
        let (diagonal, rhs, v) = (&mut self.diagonal[..rows], &mut self.rhs[..rows], &v[..rows]);
        for coupling in self.couplings.iter().rev() {
            let (row, parent) = (coupling.row as usize, coupling.parent as usize);
            let dv = v[parent] - v[row]; // mV
            let own = rhs[row] - coupling.from_parent * dv; // mA/cm2
            let inverse = 1.0 / diagonal[row]; // cm2/S
            let factor = coupling.to_parent * inverse;
            diagonal[row] = inverse;
            rhs[row] = own;
            diagonal[parent] -= factor * coupling.from_parent; // S/cm2
            rhs[parent] += coupling.to_parent * dv - factor * own; // mA/cm2
        }
        for &root in &self.roots {
            let inverse = 1.0 / diagonal[root as usize]; // cm2/S
            diagonal[root as usize] = inverse;
            rhs[root as usize] *= inverse; // mV
        }
        for coupling in &self.couplings {
            let (row, parent) = (coupling.row as usize, coupling.parent as usize);
            rhs[row] = (rhs[row] - coupling.from_parent * rhs[parent]) * diagonal[row]; // mV
        }
    }
}
