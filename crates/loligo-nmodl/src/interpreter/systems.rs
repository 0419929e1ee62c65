//! Applies the solvers to the equations of programs.

use super::fault::{Fault, FaultReason};
use super::machine::Machine;
use crate::program::{Place, ProgramId, Range, Sparse};
use crate::solve::{self, Equations, NewtonError, Scheme, SparseError};
use crate::source::Span;

/// Reads an unknown. In verified programs unknowns are columns and temporaries, which can always be read.
fn unknown(machine: &Machine<'_>, place: Place) -> f64 {
    machine.memory.read(place).unwrap_or(f64::NAN)
}

fn set_unknown(machine: &mut Machine<'_>, place: Place, x: f64) {
    // As above.
    let _ = machine.memory.write(place, x);
}

pub(crate) struct Residuals<'m, 'a> {
    machine: &'m mut Machine<'a>,
    unknowns: &'m [Place],
    program: ProgramId,
    residuals: Range,
}

impl Equations for Residuals<'_, '_> {
    type Fault = Fault;

    fn unknown(&self, number: usize) -> f64 {
        unknown(self.machine, self.unknowns[number])
    }

    fn set_unknown(&mut self, number: usize, x: f64) {
        set_unknown(self.machine, self.unknowns[number], x);
    }

    fn residuals(&mut self, residuals: &mut [f64]) -> Result<(), Fault> {
        self.machine.run(self.program, &[])?;
        residuals.copy_from_slice(&self.machine.memory.temporaries[self.residuals.numbers()]);
        Ok(())
    }
}

impl Machine<'_> {
    /// Solves the equations residuals = 0 for the unknowns by Newton's method.
    pub(super) fn solve_by_newton(
        &mut self,
        unknowns: &[Place],
        program: ProgramId,
        residuals: Range,
        span: Span,
    ) -> Result<(), Fault> {
        let machine = self;
        let mut equations = Residuals { machine, unknowns, program, residuals };
        solve::newton(&mut equations, unknowns.len()).map_err(|error| match error {
            NewtonError::Fault(fault) => fault,
            NewtonError::Singular => Fault { span, reason: FaultReason::Singular },
            NewtonError::NotConverged => Fault { span, reason: FaultReason::NewtonNotConverged },
        })
    }
}

impl Machine<'_> {
    /// Solves linear equations for the unknowns.
    pub(super) fn solve_linear(
        &mut self,
        unknowns: &[Place],
        program: ProgramId,
        coefficients: Range,
        span: Span,
    ) -> Result<(), Fault> {
        let machine = self;
        machine.memory.temporaries[coefficients.numbers()].fill(0.0);
        machine.run(program, &[])?;
        let mut solution = vec![0.0; unknowns.len()];
        if !solve::solve_simultaneous(&mut machine.memory.temporaries[coefficients.numbers()], &mut solution) {
            return Err(Fault { span, reason: FaultReason::Singular });
        }
        for (&place, x) in unknowns.iter().zip(solution) {
            set_unknown(machine, place, x);
        }
        Ok(())
    }
}

struct Kinetics<'m, 'a> {
    machine: &'m mut Machine<'a>,
    sparse: &'m Sparse,
}

impl Scheme for Kinetics<'_, '_> {
    type Fault = Fault;

    fn len(&self) -> usize {
        self.sparse.unknowns.len()
    }

    fn unknown(&self, row: usize) -> f64 {
        unknown(self.machine, self.sparse.unknowns[row])
    }

    fn set_unknown(&mut self, row: usize, x: f64) {
        set_unknown(self.machine, self.sparse.unknowns[row], x);
    }

    fn evaluate(&mut self) -> Result<(), Fault> {
        let Sparse { matrix, right, program, .. } = self.sparse;
        for range in [matrix, right] {
            self.machine.memory.temporaries[range.numbers()].fill(0.0);
        }
        self.machine.run(*program, &[]).map(|_| ())
    }

    fn solve(&mut self) -> bool {
        let Sparse { matrix, right, program, .. } = self.sparse;
        let Some(elimination) = self.machine.plans.elimination(*program) else { return false };
        let temporaries = &mut self.machine.memory.temporaries;
        let mut solution = temporaries[right.numbers()].to_vec();
        let is_regular = elimination.solve(&mut temporaries[matrix.numbers()], &mut solution);
        temporaries[right.numbers()].copy_from_slice(&solution);
        is_regular
    }

    fn change(&self, row: usize) -> f64 {
        self.machine.memory.temporaries[self.sparse.right.first as usize + row]
    }

    fn begin(&mut self) {
        for (row, number) in self.sparse.old.numbers().enumerate() {
            self.machine.memory.temporaries[number] = self.unknown(row);
        }
    }
}

/// The step with which an equilibrium is computed, ms.
const STEADY_STEP: f64 = 1e9;

impl Machine<'_> {
    /// Takes an implicit step of a kinetic scheme, or computes its equilibrium.
    pub(super) fn solve_sparse(&mut self, sparse: &Sparse, span: Span) -> Result<(), Fault> {
        let machine = self;
        let dt = machine.memory.dt;
        let mut kinetics = Kinetics { machine, sparse };
        let outcome = if sparse.steady {
            kinetics.machine.memory.dt = STEADY_STEP;
            solve::steady_state(&mut kinetics, sparse.is_linear)
        } else {
            solve::step(&mut kinetics, sparse.is_linear)
        };
        let used = machine.memory.dt;
        machine.memory.dt = dt;
        let reason = match outcome {
            Ok(()) => {
                for (row, number) in sparse.derivatives.numbers().enumerate() {
                    let old = machine.memory.temporaries[sparse.old.first as usize + row];
                    machine.memory.temporaries[number] = (unknown(machine, sparse.unknowns[row]) - old) / used;
                }
                return Ok(());
            }
            Err(SparseError::Fault(fault)) => return Err(fault),
            Err(SparseError::Singular) => FaultReason::Singular,
            Err(SparseError::NotConverged) => FaultReason::KineticNotConverged,
        };
        if sparse.must_converge {
            return Err(Fault { span, reason });
        }
        // NEURON continues with the result as it is; its derivatives then hold the old values of the states.
        for (row, number) in sparse.derivatives.numbers().enumerate() {
            machine.memory.temporaries[number] = machine.memory.temporaries[sparse.old.first as usize + row];
        }
        Ok(())
    }
}
