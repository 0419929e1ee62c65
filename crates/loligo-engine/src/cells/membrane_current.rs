//! The current through the membrane of every row: NEURON's `i_membrane_`, computed only if it is
//! read.
//!
//! It is the sum of all currents that leave the cell at a row; capacitive currents are included and those of electrodes
//! are not. The equation of a step at a row, before its axial terms, is d dv = -i. Without the contribution of
//! electrodes, d dv + i is the current through the membrane at the voltage at the end of the step (with Crank-Nicolson
//! in its middle).

use loligo_cable::HinesMatrix;
use loligo_mechanisms::math::{Lanes, Simd, VectorLoop};

/// The equations to which mechanisms add their currents.
pub(super) struct Equations<'a> {
    pub(super) matrix: &'a mut HinesMatrix,
    /// The sums of the electrodes' contributions, if membrane currents are read.
    pub(super) membrane: Option<&'a mut MembraneCurrents>,
}

/// The membrane currents of all rows of a group.
#[derive(Clone, Debug)]
pub(super) struct MembraneCurrents {
    /// The electrodes' part of the right-hand sides, mA/cm2; then the membrane's current at the start of the step.
    pub(super) rhs: Vec<f64>,
    /// The electrodes' part of the diagonal, S/cm2; then the slope of the membrane's current, capacitance included.
    pub(super) diagonal: Vec<f64>,
    /// mA/cm2 (nA in rows without area).
    pub(super) density: Vec<f64>,
    /// nA.
    pub(super) total: Vec<f64>,
}

impl MembraneCurrents {
    pub(super) fn new(rows: usize) -> Self {
        let zeros = || vec![0.0; rows];
        Self { rhs: zeros(), diagonal: zeros(), density: zeros(), total: zeros() }
    }

    /// Resets the currents before any has been computed.
    pub(super) fn forget(&mut self) {
        self.density.fill(0.0);
        self.total.fill(0.0);
    }

    /// Prepares for the currents that mechanisms add.
    pub(super) fn begin(&mut self) {
        self.rhs.fill(0.0);
        self.diagonal.fill(0.0);
    }

    /// Takes the sums of the mechanisms' contributions: right-hand sides that have no axial currents yet, and the
    /// diagonal without the elements of `passive` (S/cm2, one for each row).
    pub(super) fn take_equations(&mut self, matrix: &HinesMatrix, passive: Option<Passive<'_>>, lanes: Lanes) {
        let Self { rhs: own_rhs, diagonal: own_diagonal, .. } = self;
        lanes.run(TakeEquations { own_rhs, own_diagonal, matrix, passive });
    }

    /// The currents of a step with the solution `dv` (mV); `area` (um2) is that of each row.
    pub(super) fn finish(&mut self, dv: &[f64], area: &[f64], lanes: Lanes) {
        lanes.run(Finish { membrane: self, dv, area });
    }

    /// The currents at t = 0 from right-hand sides with axial currents (mA/cm2): the current from electrodes and along
    /// the cell equals the total current through the membrane.
    pub(super) fn finish_initial(&mut self, rhs: &[f64], area: &[f64]) {
        for k in 0..self.rhs.len() {
            self.density[k] = rhs[k] + self.rhs[k]; // mA/cm2
            self.total[k] = total(self.density[k], area[k]); // nA
        }
    }
}

/// Converts mA/cm2 to nA with an area (um2), in NEURON's order of operations.
#[inline(always)]
fn total(density: f64, area: f64) -> f64 {
    density * area * 0.01
}

/// A diagonal before mechanisms add to it: axial conductances, which are no part of the membrane, and capacitance.
#[derive(Clone, Copy)]
pub(super) struct Passive<'a> {
    /// Sum of both, S/cm2.
    pub(super) diagonal: &'a [f64],
    /// uF/cm2.
    pub(super) capacitance: &'a [f64],
    /// From uF/cm2 to S/cm2.
    pub(super) factor: f64,
}

struct TakeEquations<'a> {
    own_rhs: &'a mut [f64],
    own_diagonal: &'a mut [f64],
    matrix: &'a HinesMatrix,
    passive: Option<Passive<'a>>,
}

impl VectorLoop for TakeEquations<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { own_rhs, own_diagonal, matrix, passive } = self;
        let n = own_rhs.len();
        let (own_diagonal, rhs, diagonal) = (&mut own_diagonal[..n], &matrix.rhs[..n], &matrix.diagonal[..n]);
        for k in 0..n {
            own_rhs[k] -= rhs[k]; // mA/cm2
        }
        match passive {
            None => {
                for k in 0..n {
                    own_diagonal[k] = diagonal[k] - own_diagonal[k]; // S/cm2
                }
            }
            Some(Passive { diagonal: passive, capacitance, factor }) => {
                let (passive, capacitance) = (&passive[..n], &capacitance[..n]);
                for k in 0..n {
                    own_diagonal[k] = diagonal[k] - passive[k] + factor * capacitance[k] - own_diagonal[k]; // S/cm2
                }
            }
        }
    }
}

struct Finish<'a> {
    membrane: &'a mut MembraneCurrents,
    /// mV.
    dv: &'a [f64],
    /// um2.
    area: &'a [f64],
}

impl VectorLoop for Finish<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let MembraneCurrents { rhs, diagonal, density, total: totals } = self.membrane;
        let n = rhs.len();
        let (diagonal, dv, area) = (&diagonal[..n], &self.dv[..n], &self.area[..n]);
        let (density, totals) = (&mut density[..n], &mut totals[..n]);
        for k in 0..n {
            density[k] = diagonal[k] * dv[k] + rhs[k]; // mA/cm2
            totals[k] = total(density[k], area[k]); // nA
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of 1000 um2 whose capacitance over the step and membrane have 0.041 S/cm2 together, with 0.02 mA/cm2
    /// outwards; an electrode of 0.5 S/cm2 brings 0.3 mA/cm2. The other row has nothing.
    #[test]
    fn what_electrodes_add_is_left_out() {
        let mut matrix = HinesMatrix::new(vec![u32::MAX, 0], vec![0.0, -2.0], vec![0.0, -1.0]);
        let mut membrane = MembraneCurrents::new(2);
        let area = [1000.0, 100.0]; // um2
        membrane.begin();
        membrane.rhs[0] = 0.3;
        membrane.diagonal[0] = 0.5;
        matrix.rhs[0] = 0.3 - 0.02;
        matrix.diagonal[0] = 0.5 + 0.041;

        let mut initial = membrane.clone();
        initial.take_equations(&matrix, None, Lanes::default());
        initial.finish_initial(&matrix.rhs, &area);
        assert!((initial.density[0] - 0.3).abs() < 1e-15, "at t = 0 it is what electrodes bring");

        membrane.take_equations(&matrix, None, Lanes::default());
        membrane.finish(&[2.0, 3.0], &area, Lanes::default()); // mV
        assert!((membrane.density[0] - (0.041 * 2.0 + 0.02)).abs() < 1e-15); // mA/cm2
        assert!((membrane.total[0] - 1.02).abs() < 1e-14); // nA
        assert_eq!((membrane.density[1], membrane.total[1]), (0.0, 0.0));

        membrane.forget();
        assert_eq!((membrane.density[0], membrane.total[0]), (0.0, 0.0));
        membrane.begin();
        assert_eq!((membrane.rhs[0], membrane.diagonal[0]), (0.0, 0.0));
    }
}
