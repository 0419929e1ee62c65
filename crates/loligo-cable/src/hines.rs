//! The linear system of one implicit step on a tree, and its solution in one sweep up and one down.
//!
//! M. Hines, "Efficient computation of branched nerve equations", Int. J. Bio-Med. Comput. 15:69-76 (1984),
//! doi:10.1016/0020-7101(84)90008-4.

use crate::cable::NO_PARENT;

/// A matrix with the pattern of a tree: a diagonal, and for each node one coupling to and one from its parent.
///
/// Rows are nodes, parents before children. A system is filled anew every step ([`clear`](Self::clear), conductances
/// added by the caller, [`add_axial`](Self::add_axial)) and solved in place: [`solve`](Self::solve) leaves the solution
/// in [`rhs`](Self::rhs).
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
    parent: Vec<u32>,
    /// Element (parent, node): effect of a node on its parent's equation, S/cm2.
    to_parent: Vec<f64>,
    /// Element (node, parent): effect of the parent on the node's equation, S/cm2.
    from_parent: Vec<f64>,
    /// The diagonal, S/cm2 (uS in rows without area).
    pub diagonal: Vec<f64>,
    /// Right-hand side, mA/cm2 (nA in rows without area); after [`solve`](Self::solve) the voltage step, mV.
    pub rhs: Vec<f64>,
}

impl HinesMatrix {
    /// A matrix with these couplings and a diagonal of zeros.
    ///
    /// # Panics
    /// If the three lists differ in length or a parent does not come before its child: that is the caller's bug, since
    /// [`Cable`](crate::Cable) numbers nodes so.
    pub fn new(parent: Vec<u32>, to_parent: Vec<f64>, from_parent: Vec<f64>) -> Self {
        let rows = parent.len();
        assert!(to_parent.len() == rows && from_parent.len() == rows, "one coupling of each kind a node");
        assert!(
            parent.iter().enumerate().all(|(i, &p)| p == NO_PARENT || (p as usize) < i),
            "parents come before their children"
        );
        Self { parent, to_parent, from_parent, diagonal: vec![0.0; rows], rhs: vec![0.0; rows] }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.parent.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.parent.is_empty()
    }

    /// Each node's parent.
    pub fn parents(&self) -> &[u32] {
        &self.parent
    }

    /// Sets diagonal and right-hand side to zero.
    pub fn clear(&mut self) {
        self.diagonal.fill(0.0);
        self.rhs.fill(0.0);
    }

    /// Adds the axial currents at voltage `v` (mV) to the right-hand side, node by node in ascending order.
    pub fn add_axial_current(&mut self, v: &[f64]) {
        let n = self.len();
        let (parent, a, b, rhs, v) =
            (&self.parent[..n], &self.to_parent[..n], &self.from_parent[..n], &mut self.rhs[..n], &v[..n]);
        for i in 0..n {
            if parent[i] != NO_PARENT {
                let p = parent[i] as usize;
                let dv = v[p] - v[i]; // mV
                rhs[i] -= b[i] * dv; // mA/cm2
                rhs[p] += a[i] * dv; // mA/cm2
            }
        }
    }

    /// Adds the axial conductances to the diagonal, node by node in ascending order.
    pub fn add_axial_conductance(&mut self) {
        for i in 0..self.len() {
            if self.parent[i] != NO_PARENT {
                self.diagonal[i] -= self.from_parent[i]; // S/cm2
                self.diagonal[self.parent[i] as usize] -= self.to_parent[i]; // S/cm2
            }
        }
    }

    /// Solves in place: elimination from the leaves, substitution from the roots.
    pub fn solve(&mut self) {
        let n = self.len();
        let (parent, a, b, d, rhs) = (
            &self.parent[..n],
            &self.to_parent[..n],
            &self.from_parent[..n],
            &mut self.diagonal[..n],
            &mut self.rhs[..n],
        );
        for i in (0..n).rev() {
            if parent[i] != NO_PARENT {
                let p = parent[i] as usize;
                let factor = a[i] / d[i];
                d[p] -= factor * b[i];
                rhs[p] -= factor * rhs[i];
            }
        }
        for i in 0..n {
            if parent[i] != NO_PARENT {
                rhs[i] -= b[i] * rhs[parent[i] as usize];
            }
            rhs[i] /= d[i];
        }
    }
}
