//! The linear system of one implicit step on a tree, and its solution in one sweep up and one down.
//!
//! M. Hines, "Efficient computation of branched nerve equations", Int. J. Bio-Med. Comput. 15:69-76 (1984),
//! doi:10.1016/0020-7101(84)90008-4.

use crate::aligned::{
    AddCurrents, AlignedElements, Eliminate, EliminateInOrder, Pair, Substitute, SubstituteInOrder, in_vectors,
};
use crate::cable::NO_PARENT;

/// The coupling of a row to its parent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coupling {
    /// The row.
    pub row: u32,
    /// Its parent's row.
    pub parent: u32,
    /// Element (parent, row): effect of the row on its parent's equation, S/cm2 (uS if the parent has no area).
    pub to_parent: f64,
    /// Element (row, parent): effect of the parent on the row's equation, S/cm2 (uS if the row has no area).
    pub from_parent: f64,
}

/// A sequence of couplings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stretch {
    /// Consecutive rows with consecutive parents, none of which is among the rows: they can be eliminated in parallel.
    Aligned { row: usize, parent: usize, length: usize, first_element: usize },
    /// Any other couplings, processed one after the other.
    Odd { first: usize, length: usize },
}

/// Fewer rows are not worth a loop.
const SHORTEST_ALIGNED: usize = 4;

/// A matrix with the pattern of a tree (or of several): a diagonal, and for each row except the roots a coupling to its
/// parent in both directions.
///
/// Rows may be stored in any order; the couplings are listed from the roots to the leaves, which is also the order of
/// all sums. A system is filled anew in every step and solved in place, so that [`rhs`](Self::rhs) then contains the
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
    /// All couplings, in their order.
    stretches: Vec<Stretch>,
    /// The elements of the couplings of aligned stretches.
    aligned: AlignedElements,
    roots: Vec<u32>,
    /// The diagonal, S/cm2 (uS in rows without area).
    pub diagonal: Vec<f64>,
    /// Right-hand side, mA/cm2 (nA in rows without area); after solving, the voltage step, mV.
    pub rhs: Vec<f64>,
}

impl HinesMatrix {
    /// A matrix of rows that are numbered from the roots to the leaves: for each its parent ([`NO_PARENT`] for a root),
    /// its effect on the parent and the parent's effect on it.
    ///
    /// # Panics
    /// If the three lists differ in length or a parent does not come before its child. This is a bug of the caller,
    /// since [`Cable`](crate::Cable) numbers nodes in this way.
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
    /// If a coupling refers to a row that does not exist or is coupled already, or is listed before its
    /// parent's.
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
        let stretches = stretches(&couplings);
        let aligned = stretches.iter().zip(starts(&stretches)).filter(|(s, _)| matches!(s, Stretch::Aligned { .. }));
        let aligned = aligned.flat_map(|(stretch, start)| &couplings[start..start + stretch.length()]);
        let (to_parent, from_parent) = aligned.map(|c| (c.to_parent, c.from_parent)).unzip();
        let aligned = AlignedElements { to_parent, from_parent };
        let (diagonal, rhs) = (vec![0.0; rows], vec![0.0; rows]);
        Self { stretches, aligned, couplings, roots, diagonal, rhs }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.diagonal.len()
    }

    /// True if there are no rows.
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

    /// Adds the axial currents at voltage `v` (mV, one for each row) to the right-hand side.
    #[inline(always)]
    pub fn add_axial_current(&mut self, v: &[f64]) {
        let rhs = &mut self.rhs[..];
        for stretch in &self.stretches {
            match *stretch {
                Stretch::Aligned { row, parent, length, first_element } => {
                    let v = Pair { row: &v[row..row + length], parent: &v[parent..parent + length] };
                    let rhs = Pair::of(rhs, row, parent, length);
                    in_vectors(length, AddCurrents { v, rhs, elements: self.aligned.part(first_element, length) });
                }
                Stretch::Odd { first, length } => {
                    for coupling in &self.couplings[first..first + length] {
                        let (row, parent) = (coupling.row as usize, coupling.parent as usize);
                        let dv = v[parent] - v[row]; // mV
                        rhs[row] -= coupling.from_parent * dv; // mA/cm2
                        rhs[parent] += coupling.to_parent * dv; // mA/cm2
                    }
                }
            }
        }
    }

    /// Adds the axial conductances to the diagonal.
    pub fn add_axial_conductance(&mut self) {
        for coupling in &self.couplings {
            self.diagonal[coupling.row as usize] -= coupling.from_parent; // S/cm2
            self.diagonal[coupling.parent as usize] -= coupling.to_parent; // S/cm2
        }
    }

    /// Solves in place: elimination from the leaves, substitution from the roots. The diagonal is overwritten. Several
    /// rows are processed at a time as in [`solve_with_axial_current`](Self::solve_with_axial_current); the order of sums
    /// and the bits do not depend on it.
    #[inline(always)]
    pub fn solve(&mut self) {
        let rows = self.diagonal.len();
        let (diagonal, rhs) = (&mut self.diagonal[..rows], &mut self.rhs[..rows]);
        for stretch in self.stretches.iter().rev() {
            match *stretch {
                Stretch::Aligned { row, parent, length, first_element } => {
                    let diagonal = Pair::of(diagonal, row, parent, length);
                    let rhs = Pair::of(rhs, row, parent, length);
                    let elements = self.aligned.part(first_element, length);
                    in_vectors(length, EliminateInOrder { diagonal, rhs, elements });
                }
                Stretch::Odd { first, length } => {
                    let mut carried = Carried::NONE;
                    for coupling in self.couplings[first..first + length].iter().rev() {
                        let (row, parent) = (coupling.row as usize, coupling.parent as usize);
                        let own = if carried.row == row { carried } else { Carried::load(row, diagonal, rhs) };
                        let factor = coupling.to_parent / own.diagonal;
                        carried = Carried {
                            row: parent,
                            diagonal: diagonal[parent] - factor * coupling.from_parent, // S/cm2
                            rhs: rhs[parent] - factor * own.rhs,                        // mA/cm2
                        };
                        diagonal[parent] = carried.diagonal;
                        rhs[parent] = carried.rhs;
                    }
                }
            }
        }
        for &root in &self.roots {
            rhs[root as usize] /= diagonal[root as usize]; // mV
        }
        for stretch in &self.stretches {
            match *stretch {
                Stretch::Aligned { row, parent, length, first_element } => {
                    let diagonal = &diagonal[row..row + length];
                    let rhs = Pair::of(rhs, row, parent, length);
                    let elements = self.aligned.part(first_element, length);
                    in_vectors(length, SubstituteInOrder { diagonal, rhs, elements });
                }
                Stretch::Odd { first, length } => {
                    let (mut solved, mut solution) = (usize::MAX, 0.0); // -, mV
                    for coupling in &self.couplings[first..first + length] {
                        let (row, parent) = (coupling.row as usize, coupling.parent as usize);
                        let of_parent = if solved == parent { solution } else { rhs[parent] }; // mV
                        solution = (rhs[row] - coupling.from_parent * of_parent) / diagonal[row]; // mV
                        solved = row;
                        rhs[row] = solution;
                    }
                }
            }
        }
    }

    /// Adds the axial currents at voltage `v` (mV, one for each row) and solves, in one pass up and one down with a
    /// single division for each row. The diagonal must contain the axial conductances already; it is overwritten.
    ///
    /// Each multiplication and the addition that follows it are rounded once, which is slow on a processor without an
    /// instruction for it.
    ///
    /// If couplings connect consecutive rows to consecutive parents, several rows are processed at a time, in the
    /// vectors for which the calling function is compiled; the bits do not depend on it.
    #[inline(always)]
    pub fn solve_with_axial_current(&mut self, v: &[f64]) {
        let rows = self.diagonal.len();
        let (diagonal, rhs, v) = (&mut self.diagonal[..rows], &mut self.rhs[..rows], &v[..rows]);
        for stretch in self.stretches.iter().rev() {
            match *stretch {
                Stretch::Aligned { row, parent, length, first_element } => {
                    let v = Pair { row: &v[row..row + length], parent: &v[parent..parent + length] };
                    let diagonal = Pair::of(diagonal, row, parent, length);
                    let rhs = Pair::of(rhs, row, parent, length);
                    let elements = self.aligned.part(first_element, length);
                    in_vectors(length, Eliminate { v, diagonal, rhs, elements });
                }
                Stretch::Odd { first, length } => {
                    // Along a path the next row is the parent of this one; its values are kept in
                    // registers.
                    let mut carried = Carried::NONE;
                    for coupling in self.couplings[first..first + length].iter().rev() {
                        let Coupling { to_parent, from_parent, .. } = *coupling; // S/cm2
                        let (row, parent) = (coupling.row as usize, coupling.parent as usize);
                        let own = if carried.row == row { carried } else { Carried::load(row, diagonal, rhs) };
                        let dv = v[parent] - v[row]; // mV
                        let inverse = 1.0 / own.diagonal; // cm2/S
                        let factor = from_parent * inverse;
                        let solution = (-from_parent).mul_add(dv, own.rhs) * inverse; // mV
                        diagonal[row] = factor;
                        rhs[row] = solution;
                        carried = Carried {
                            row: parent,
                            diagonal: (-to_parent).mul_add(factor, diagonal[parent]), // S/cm2
                            rhs: to_parent.mul_add(dv - solution, rhs[parent]),       // mA/cm2
                        };
                        diagonal[parent] = carried.diagonal;
                        rhs[parent] = carried.rhs;
                    }
                }
            }
        }
        for &root in &self.roots {
            rhs[root as usize] /= diagonal[root as usize]; // mV
        }
        for stretch in &self.stretches {
            match *stretch {
                Stretch::Aligned { row, parent, length, .. } => {
                    let factor = &diagonal[row..row + length];
                    in_vectors(length, Substitute { factor, rhs: Pair::of(rhs, row, parent, length) });
                }
                Stretch::Odd { first, length } => {
                    let (mut solved, mut solution) = (usize::MAX, 0.0); // -, mV
                    for coupling in &self.couplings[first..first + length] {
                        let (row, parent) = (coupling.row as usize, coupling.parent as usize);
                        let of_parent = if solved == parent { solution } else { rhs[parent] }; // mV
                        solution = (-diagonal[row]).mul_add(of_parent, rhs[row]); // mV
                        solved = row;
                        rhs[row] = solution;
                    }
                }
            }
        }
    }
}

/// The equation of a row during summation.
#[derive(Clone, Copy)]
struct Carried {
    row: usize,
    /// S/cm2.
    diagonal: f64,
    /// mA/cm2.
    rhs: f64,
}

impl Carried {
    const NONE: Self = Self { row: usize::MAX, diagonal: 0.0, rhs: 0.0 };

    #[inline(always)]
    fn load(row: usize, diagonal: &[f64], rhs: &[f64]) -> Self {
        Self { row, diagonal: diagonal[row], rhs: rhs[row] }
    }
}

impl Stretch {
    fn length(self) -> usize {
        match self {
            Self::Aligned { length, .. } | Self::Odd { length, .. } => length,
        }
    }
}

/// The first coupling of each stretch.
fn starts(stretches: &[Stretch]) -> impl Iterator<Item = usize> {
    stretches.iter().scan(0, |next, stretch| {
        let start = *next;
        *next += stretch.length();
        Some(start)
    })
}

/// Divides couplings into stretches.
fn stretches(couplings: &[Coupling]) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let (mut start, mut elements) = (0, 0);
    while let Some(first) = couplings.get(start) {
        let most = first.row.abs_diff(first.parent);
        let follows = |(index, coupling): &(u32, &Coupling)| {
            coupling.row == first.row + index && coupling.parent == first.parent + index && *index < most
        };
        let length = (0..).zip(&couplings[start..]).take_while(follows).count();
        match stretches.last_mut() {
            _ if length >= SHORTEST_ALIGNED => {
                let (row, parent) = (first.row as usize, first.parent as usize);
                stretches.push(Stretch::Aligned { row, parent, length, first_element: elements });
                elements += length;
            }
            Some(Stretch::Odd { length: odd, .. }) => *odd += length,
            _ => stretches.push(Stretch::Odd { first: start, length }),
        }
        start += length;
    }
    stretches
}
