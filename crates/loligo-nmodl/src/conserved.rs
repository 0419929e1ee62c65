//! Finds kinetic schemes in which CONSERVE makes a state of rounding errors.
//!
//! A CONSERVE gives one state as the difference between the sum and all other states, with an absolute error of some
//! 1e-16 of the sum. A state that is far smaller than the sum therefore has few correct digits, and they change with the last
//! bits of the voltage, in NEURON as well. Whether a state is so small depends on the rates; it is found by a trial of the
//! mechanism alone, at some constant voltages.

use std::sync::Arc;

use loligo_mechanisms::{
    Block, Environment, Ion, IonVariable, Kernel, KernelScratch, Mechanism, Outbox, Signature, nernst,
};

use crate::interpreter::Interpreter;
use crate::program::{Operation, Place, Programs, Sparse, walk};

/// The voltages of the trial, mV: rest and depolarisation.
const VOLTAGES: [f64; 5] = [-80.0, -65.0, -50.0, -25.0, 0.0];
/// Step of the trial, ms; implicit steps of any length are stable.
const STEP: f64 = 5.0;
/// Number of steps of the trial.
const STEPS: usize = 20;
/// A state that stays below this part of its sum has less than nine correct digits, with some margin.
const LEAST_SHARE: f64 = 1e-6;

/// `true` if a state that CONSERVE gives stays so small, at one of the voltages of the trial and with the defaults of
/// the parameters and of the concentrations of ions, that it consists of rounding errors.
pub(crate) fn makes_rounding_errors(
    signature: &Signature,
    programs: &Arc<Programs>,
    environment: &Environment,
) -> bool {
    let sums = sums(programs);
    if sums.is_empty() {
        return false;
    }
    let Signature { streams, vectors, histories, tables, .. } = signature;
    if *histories > 0 || !(streams.is_empty() && vectors.is_empty() && tables.is_empty()) {
        return true; // what these give in a trial has no meaning
    }
    let environment = Environment { dt: STEP, ..environment.clone() };
    let kernel = Interpreter::new(programs.clone(), &environment, Vec::new());
    VOLTAGES.iter().any(|&v| least_share(&kernel, block(signature, environment.celsius), v, &sums) < LEAST_SHARE)
}

/// The columns of a sum; the first is that of the state which is given by it.
type Sum = Vec<usize>;

/// The sums of all linear schemes that are advanced in a run; cells with others are computed exactly for their iterations.
fn sums(programs: &Programs) -> Vec<Sum> {
    let mut sums = Vec::new();
    for program in &programs.programs {
        walk(&program.body, &mut |instruction| {
            if let Operation::Sparse(sparse) = &instruction.operation
                && sparse.is_linear
                && !sparse.steady
            {
                sums.extend((0..sparse.conserved).map(|row| sum(sparse, row)));
            }
        });
    }
    sums
}

fn sum(sparse: &Sparse, row: u32) -> Sum {
    let others = sparse.pattern.iter().filter(|&&(own, column)| own == row && column != row);
    let rows = std::iter::once(row).chain(others.map(|&(_, column)| column));
    let column = |row: u32| match sparse.unknowns.get(row as usize) {
        Some(&Place::Column(column)) => Some(column as usize),
        _ => None,
    };
    rows.filter_map(column).collect()
}

/// An instance with the defaults of its parameters and of the variables of ions.
fn block(signature: &Signature, celsius: f64) -> Block {
    let mut block = Block::new(signature.defaults(), 1);
    for used in &signature.ions {
        let known = [Ion::sodium(), Ion::potassium(), Ion::calcium()].into_iter();
        let ion = known.into_iter().find(|ion| ion.signature().name == used.ion);
        let variable = |name: &str, other: f64| {
            let own = ion.as_ref().and_then(|ion| ion.signature().variables.iter().find(|own| own.name == name));
            own.map_or(other, |variable| variable.default)
        };
        let symbol = used.ion.trim_end_matches("_ion");
        let [inside, outside] = ["i", "o"].map(|end| variable(&format!("{symbol}{end}"), 1.0));
        let valence = ion.as_ref().and_then(|ion| ion.signature().valence).unwrap_or(1.0);
        for &(variable, column) in &used.reads {
            let value = match variable {
                IonVariable::Inside => inside,
                IonVariable::Outside => outside,
                IonVariable::ReversalPotential => nernst(inside, outside, valence, celsius),
                IonVariable::Current => 0.0,
            };
            block.set(column, 0, value);
        }
    }
    block
}

/// The smallest share of a state in its sum, where both are the largest in a run at a constant voltage (mV).
fn least_share(kernel: &Interpreter, mut block: Block, v: f64, sums: &[Sum]) -> f64 {
    let mut scratch = KernelScratch::default();
    let mut largest = vec![0.0_f64; block.width()];
    kernel.initialize(0.0, &[v], block.instances(0..1, &mut scratch), &mut Outbox::default());
    for step in 0..=STEPS {
        if step > 0 {
            kernel.advance(step as f64 * STEP, &[v], block.instances(0..1, &mut scratch));
        }
        if kernel.fault().is_some() {
            return 0.0;
        }
        for (column, largest) in largest.iter_mut().enumerate() {
            *largest = largest.max(block.value(column, 0).abs());
        }
    }
    let share = |sum: &Sum| {
        let whole = sum.iter().map(|&column| largest[column]).fold(0.0, f64::max);
        sum.first().map_or(1.0, |&own| largest[own] / whole)
    };
    // A share that is not a number comes from a sum of zero.
    sums.iter().map(share).fold(1.0, |least, share| if share.is_nan() { 0.0 } else { least.min(share) })
}
