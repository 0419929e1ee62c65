//! Newton's method with numerical derivatives.

use super::lu::Lu;

/// Equations of the form residuals = 0.
pub trait Equations {
    /// Error of the computation of residuals.
    type Fault;

    /// An unknown, by its number.
    fn unknown(&self, number: usize) -> f64;

    /// Sets an unknown, by its number.
    fn set_unknown(&mut self, number: usize, x: f64);

    /// Computes the residuals for the present unknowns.
    ///
    /// # Errors
    /// If the residuals cannot be computed.
    fn residuals(&mut self, residuals: &mut [f64]) -> Result<(), Self::Fault>;
}

/// Error of Newton's method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewtonError<F> {
    /// The matrix of derivatives is singular.
    Singular,
    /// The unknowns still change in the last round.
    NotConverged,
    /// The residuals cannot be computed.
    Fault(F),
}

/// Largest number of rounds.
const ROUNDS: usize = 50;
/// The derivatives are computed again while the unknowns change by more than this relative amount.
pub(crate) const CHANGE_FOR_DERIVATIVES: f64 = 0.05;
/// Unknowns that change by no more than this relative amount have converged...
pub(crate) const CHANGE: f64 = 1e-6;
/// ...if no residual is larger than this.
pub(crate) const RESIDUAL: f64 = 1e-8;
/// The relative and the smallest step of numerical derivatives.
pub(crate) const STEP: (f64, f64) = (0.02, 1e-6);

/// Solves `n` equations, starting from the present unknowns.
///
/// The unknowns keep the values of the last round. The numerical derivatives step forward and back without restoring
/// the unknowns, so their rounding errors are part of the result.
///
/// # Errors
/// If the method fails, or the residuals cannot be computed.
pub fn newton<E: Equations>(equations: &mut E, n: usize) -> Result<(), NewtonError<E::Fault>> {
    let mut room = vec![0.0; n * n + 4 * n];
    let (jacobian, rest) = room.split_at_mut(n * n);
    let (value, rest) = rest.split_at_mut(n);
    let (high, rest) = rest.split_at_mut(n);
    let (low, delta) = rest.split_at_mut(n);
    let mut lu = Lu::default();
    let mut change: f64 = 1.0;
    for _ in 0..ROUNDS {
        if change > CHANGE_FOR_DERIVATIVES {
            for j in 0..n {
                let increment = (STEP.0 * equations.unknown(j)).abs();
                // A NaN stays NaN, as in NEURON.
                let increment = if increment < STEP.1 { STEP.1 } else { increment };
                equations.set_unknown(j, equations.unknown(j) + increment);
                equations.residuals(high).map_err(NewtonError::Fault)?;
                equations.set_unknown(j, equations.unknown(j) - 2.0 * increment);
                equations.residuals(low).map_err(NewtonError::Fault)?;
                for i in 0..n {
                    jacobian[i * n + j] = (high[i] - low[i]) / (2.0 * increment);
                }
                equations.set_unknown(j, equations.unknown(j) + increment);
                equations.residuals(value).map_err(NewtonError::Fault)?;
            }
            value.iter_mut().for_each(|x| *x = -*x);
            if !lu.factorise(jacobian, n) {
                return Err(NewtonError::Singular);
            }
        }
        lu.solve(value, delta);
        change = 0.0;
        for (i, &delta) in delta.iter().enumerate() {
            let x = equations.unknown(i);
            if x.abs() > 1e-8 {
                let relative = (delta / x).abs();
                if relative > change {
                    change = relative;
                }
            }
            equations.set_unknown(i, x + delta);
        }
        equations.residuals(value).map_err(NewtonError::Fault)?;
        value.iter_mut().for_each(|x| *x = -*x);
        let largest = value.iter().map(|x| x.abs()).fold(0.0, |largest, x| if x > largest { x } else { largest });
        if change <= CHANGE && largest <= RESIDUAL {
            return Ok(());
        }
    }
    Err(NewtonError::NotConverged)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Roots([f64; 2]);

    impl Equations for Roots {
        type Fault = ();

        fn unknown(&self, number: usize) -> f64 {
            self.0[number]
        }

        fn set_unknown(&mut self, number: usize, x: f64) {
            self.0[number] = x;
        }

        fn residuals(&mut self, residuals: &mut [f64]) -> Result<(), ()> {
            let [x, y] = self.0;
            residuals.copy_from_slice(&[x * x + y - 3.0, x - y]);
            if x.is_nan() { Err(()) } else { Ok(()) }
        }
    }

    #[test]
    fn two_equations_are_solved() {
        let mut roots = Roots([1.0, 1.0]);
        assert_eq!(newton(&mut roots, 2), Ok(()));
        let expected = (13.0_f64.sqrt() - 1.0) / 2.0;
        assert!(roots.0.iter().all(|x| (x - expected).abs() < 1e-8), "{:?}", roots.0);
    }

    #[test]
    fn what_has_no_solution_is_an_error() {
        assert_eq!(newton(&mut Roots([f64::NAN, 0.0]), 2), Err(NewtonError::Fault(())));
        struct Flat;
        impl Equations for Flat {
            type Fault = ();
            fn unknown(&self, _: usize) -> f64 {
                0.0
            }
            fn set_unknown(&mut self, _: usize, _: f64) {}
            fn residuals(&mut self, residuals: &mut [f64]) -> Result<(), ()> {
                residuals.fill(1.0);
                Ok(())
            }
        }
        assert_eq!(newton(&mut Flat, 1), Err(NewtonError::Singular));
    }
}
