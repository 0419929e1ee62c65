//! Equations of consecutive rows with consecutive parents, in vectors: none of the parents is among the rows, so that they
//! can be processed in parallel. The bits do not depend on the length of the vectors.

/// Numbers of consecutive rows and of their parents.
pub(crate) struct Pair<T> {
    pub(crate) row: T,
    pub(crate) parent: T,
}

impl<'a> Pair<&'a mut [f64]> {
    /// The numbers of `length` rows and of their parents.
    #[inline(always)]
    pub(crate) fn of(numbers: &'a mut [f64], row: usize, parent: usize, length: usize) -> Self {
        if row < parent {
            let (low, high) = numbers.split_at_mut(parent);
            Self { row: &mut low[row..row + length], parent: &mut high[..length] }
        } else {
            let (low, high) = numbers.split_at_mut(row);
            Self { row: &mut high[..length], parent: &mut low[parent..parent + length] }
        }
    }
}

/// The elements that couple consecutive rows to their parents, S/cm2.
#[derive(Clone, Copy)]
pub(crate) struct Elements<'a> {
    pub(crate) to_parent: &'a [f64],
    pub(crate) from_parent: &'a [f64],
}

/// The elements of several sequences of rows, one sequence after the other, S/cm2.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AlignedElements {
    pub(crate) to_parent: Vec<f64>,
    pub(crate) from_parent: Vec<f64>,
}

impl AlignedElements {
    /// The elements of `length` rows.
    #[inline(always)]
    pub(crate) fn part(&self, first: usize, length: usize) -> Elements<'_> {
        let range = first..first + length;
        Elements { to_parent: &self.to_parent[range.clone()], from_parent: &self.from_parent[range] }
    }
}

/// A loop over rows and their parents.
pub(crate) trait RowLoop {
    /// Processes some rows, from number `first` on.
    fn process<const COUNT: usize>(&mut self, first: usize);
}

/// Processes `count` rows, as many at a time as vectors have lanes.
#[inline(always)]
pub(crate) fn in_vectors(count: usize, mut rows: impl RowLoop) {
    let mut first = 0;
    while first + 8 <= count {
        rows.process::<8>(first);
        first += 8;
    }
    if first + 4 <= count {
        rows.process::<4>(first);
        first += 4;
    }
    if first + 2 <= count {
        rows.process::<2>(first);
        first += 2;
    }
    if first < count {
        rows.process::<1>(first);
    }
}

#[inline(always)]
fn load<const COUNT: usize>(numbers: &[f64], first: usize) -> [f64; COUNT] {
    let mut loaded = [0.0; COUNT];
    loaded.copy_from_slice(&numbers[first..first + COUNT]);
    loaded
}

#[inline(always)]
fn store<const COUNT: usize>(numbers: &mut [f64], first: usize, stored: [f64; COUNT]) {
    numbers[first..first + COUNT].copy_from_slice(&stored);
}

impl<T: AsRef<[f64]>> Pair<T> {
    /// The numbers of some rows, and of their parents.
    #[inline(always)]
    fn load<const COUNT: usize>(&self, first: usize) -> [[f64; COUNT]; 2] {
        [load(self.row.as_ref(), first), load(self.parent.as_ref(), first)]
    }
}

impl Pair<&mut [f64]> {
    #[inline(always)]
    fn store<const COUNT: usize>(&mut self, first: usize, [row, parent]: [[f64; COUNT]; 2]) {
        store(self.row, first, row);
        store(self.parent, first, parent);
    }
}

impl Elements<'_> {
    /// The elements of some rows, to their parents and from them.
    #[inline(always)]
    fn load<const COUNT: usize>(&self, first: usize) -> [[f64; COUNT]; 2] {
        [load(self.to_parent, first), load(self.from_parent, first)]
    }
}

/// Adds the axial currents between rows and their parents.
pub(crate) struct AddCurrents<'a> {
    /// mV.
    pub(crate) v: Pair<&'a [f64]>,
    /// mA/cm2.
    pub(crate) rhs: Pair<&'a mut [f64]>,
    pub(crate) elements: Elements<'a>,
}

/// Eliminates rows from their parents' equations in NEURON's order of operations.
pub(crate) struct EliminateInOrder<'a> {
    /// S/cm2.
    pub(crate) diagonal: Pair<&'a mut [f64]>,
    /// mA/cm2.
    pub(crate) rhs: Pair<&'a mut [f64]>,
    pub(crate) elements: Elements<'a>,
}

/// Solves rows whose parents are solved in NEURON's order of operations.
pub(crate) struct SubstituteInOrder<'a> {
    /// S/cm2, of the rows.
    pub(crate) diagonal: &'a [f64],
    /// mA/cm2, then mV.
    pub(crate) rhs: Pair<&'a mut [f64]>,
    pub(crate) elements: Elements<'a>,
}

/// Adds the axial currents and eliminates rows from their parents' equations. The diagonal of a row then is the factor of its
/// parent's solution in its own, and its right-hand side the rest.
pub(crate) struct Eliminate<'a> {
    /// mV.
    pub(crate) v: Pair<&'a [f64]>,
    /// S/cm2.
    pub(crate) diagonal: Pair<&'a mut [f64]>,
    /// mA/cm2.
    pub(crate) rhs: Pair<&'a mut [f64]>,
    pub(crate) elements: Elements<'a>,
}

/// Solves rows whose parents are solved.
pub(crate) struct Substitute<'a> {
    /// The factors of the parents' solutions.
    pub(crate) factor: &'a [f64],
    /// mV.
    pub(crate) rhs: Pair<&'a mut [f64]>,
}

impl RowLoop for AddCurrents<'_> {
    #[inline(always)]
    fn process<const COUNT: usize>(&mut self, first: usize) {
        let Self { v, rhs, elements } = self;
        let [row_v, parent_v] = v.load::<COUNT>(first); // mV
        let [to_parent, from_parent] = elements.load::<COUNT>(first); // S/cm2
        let [mut row_rhs, mut parent_rhs] = rhs.load::<COUNT>(first); // mA/cm2
        for k in 0..COUNT {
            let dv = parent_v[k] - row_v[k]; // mV
            row_rhs[k] -= from_parent[k] * dv; // mA/cm2
            parent_rhs[k] += to_parent[k] * dv; // mA/cm2
        }
        rhs.store(first, [row_rhs, parent_rhs]);
    }
}

impl RowLoop for EliminateInOrder<'_> {
    #[inline(always)]
    fn process<const COUNT: usize>(&mut self, first: usize) {
        let Self { diagonal, rhs, elements } = self;
        let [to_parent, from_parent] = elements.load::<COUNT>(first); // S/cm2
        let [row_diagonal, mut parent_diagonal] = diagonal.load::<COUNT>(first); // S/cm2
        let [row_rhs, mut parent_rhs] = rhs.load::<COUNT>(first); // mA/cm2
        for k in 0..COUNT {
            let factor = to_parent[k] / row_diagonal[k];
            parent_diagonal[k] -= factor * from_parent[k]; // S/cm2
            parent_rhs[k] -= factor * row_rhs[k]; // mA/cm2
        }
        store(diagonal.parent, first, parent_diagonal);
        store(rhs.parent, first, parent_rhs);
    }
}

impl RowLoop for SubstituteInOrder<'_> {
    #[inline(always)]
    fn process<const COUNT: usize>(&mut self, first: usize) {
        let Self { diagonal, rhs, elements } = self;
        let diagonal = load::<COUNT>(diagonal, first); // S/cm2
        let [_, from_parent] = elements.load::<COUNT>(first); // S/cm2
        let [mut row_rhs, parent_rhs] = rhs.load::<COUNT>(first); // mA/cm2, mV
        for k in 0..COUNT {
            row_rhs[k] = (row_rhs[k] - from_parent[k] * parent_rhs[k]) / diagonal[k]; // mV
        }
        store(rhs.row, first, row_rhs);
    }
}

impl RowLoop for Eliminate<'_> {
    #[inline(always)]
    fn process<const COUNT: usize>(&mut self, first: usize) {
        let Self { v, diagonal, rhs, elements } = self;
        let [row_v, parent_v] = v.load::<COUNT>(first); // mV
        let [to_parent, from_parent] = elements.load::<COUNT>(first); // S/cm2
        let [mut row_diagonal, mut parent_diagonal] = diagonal.load::<COUNT>(first); // S/cm2
        let [mut row_rhs, mut parent_rhs] = rhs.load::<COUNT>(first); // mA/cm2
        for k in 0..COUNT {
            let dv = parent_v[k] - row_v[k]; // mV
            let inverse = 1.0 / row_diagonal[k]; // cm2/S
            let factor = from_parent[k] * inverse;
            let own = (-from_parent[k]).mul_add(dv, row_rhs[k]) * inverse; // mV
            row_diagonal[k] = factor;
            row_rhs[k] = own;
            parent_diagonal[k] = (-to_parent[k]).mul_add(factor, parent_diagonal[k]); // S/cm2
            parent_rhs[k] = to_parent[k].mul_add(dv - own, parent_rhs[k]); // mA/cm2
        }
        diagonal.store(first, [row_diagonal, parent_diagonal]);
        rhs.store(first, [row_rhs, parent_rhs]);
    }
}

impl RowLoop for Substitute<'_> {
    #[inline(always)]
    fn process<const COUNT: usize>(&mut self, first: usize) {
        let Self { factor, rhs } = self;
        let factor = load::<COUNT>(factor, first);
        let [mut row_rhs, parent_rhs] = rhs.load::<COUNT>(first); // mV
        for k in 0..COUNT {
            row_rhs[k] = (-factor[k]).mul_add(parent_rhs[k], row_rhs[k]); // mV
        }
        store(rhs.row, first, row_rhs);
    }
}
