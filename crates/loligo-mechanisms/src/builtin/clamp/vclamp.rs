//! A voltage clamp with two electrodes and the dynamics of its amplifiers.

use std::sync::{Arc, LazyLock};

use crate::block::Instances;
use crate::builtin::cnexp::numerical_slope;
use crate::environment::{Environment, Layout};
use crate::kernel::{Kernel, Membrane, Outbox};
use crate::math::Exact;
use crate::mechanism::{CompileError, Mechanism};
use crate::signature::{Kind, Signature, Variable};

/// Two-electrode voltage clamp, `VClamp`: three levels one after the other from t = 0, then off; i = (vo - v) / rstim.
///
/// The measuring amplifier (output vi) follows v and a fraction `fac` of the stimulating electrode's voltage. Its
/// output is compared with the level and filtered with `tau1`, which gives the input e of the control amplifier, whose
/// output vo has the given `gain` and time constant `tau2`. The three voltages at the end of a step are the solution
/// of three linear equations at the membrane's voltage. They are solved again in each evaluation of the current, since
/// i is far too steep in v for a value one step old. The current is computed once more with the voltage at the end of
/// each step, and this value is recorded.
///
/// Both kinds of numerics use the same arithmetic. If the equations have no solution, NEURON ends the run; here the
/// voltages become NaN.
#[derive(Clone, Copy, Debug)]
pub struct VClamp;

const DUR: usize = 0; // ms, of the first level; two more follow
const AMP: usize = 3; // mV, of the first level; two more follow
const GAIN: usize = 6; // 1
const RSTIM: usize = 7; // MOhm
const TAU1: usize = 8; // ms
const TAU2: usize = 9; // ms
const FAC: usize = 10; // 1
const E0: usize = 11; // mV
const VO0: usize = 12; // mV
const VI0: usize = 13; // mV
const I: usize = 14; // nA
const STIM: usize = 15; // mV
const TC: usize = 16; // ms
const E: usize = 17; // mV
const VO: usize = 18; // mV
const VI: usize = 19; // mV
const WIDTH: usize = 20;

const LEVELS: usize = 3;

static SIGNATURE: LazyLock<Arc<Signature>> = LazyLock::new(|| {
    Arc::new(Signature {
        variables: vec![
            Variable::parameter("dur", "ms", 0.0, "durations of the levels").array(LEVELS).within(0.0, 1e9),
            Variable::parameter("amp", "mV", 0.0, "levels").array(LEVELS),
            Variable::parameter("gain", "1", 1e5, "gain of the control amplifier").within(0.0, 1e9),
            Variable::parameter("rstim", "MOhm", 1.0, "resistance of the stimulating electrode").within(1e-9, 1e9),
            Variable::parameter("tau1", "ms", 0.001, "time constant of the measuring amplifier").within(0.0, 1e9),
            Variable::parameter("tau2", "ms", 0.0, "time constant of the control amplifier").within(0.0, 1e9),
            Variable::parameter("fac", "1", 0.0, "share of the stimulating electrode's voltage that is measured"),
            Variable::assigned("e0", "mV", "e at the start of the step"),
            Variable::assigned("vo0", "mV", "vo at the start of the step"),
            Variable::assigned("vi0", "mV", "vi at the start of the step"),
            Variable::assigned("i", "nA", "current"),
            Variable::assigned("stim", "mV", "level at present"),
            Variable::assigned(
                "tc",
                "ms",
                "the clamp is off after this time; while it is on, 100 ms past the level's end",
            ),
            Variable::state("e", "mV", "input of the control amplifier"),
            Variable::state("vo", "mV", "output of the control amplifier"),
            Variable::state("vi", "mV", "output of the measuring amplifier"),
        ],
        has_current: true,
        has_state: true,
        state_reads_voltage: true,
        amplifies_rounding: true,
        ..Signature::new(
            "VClamp",
            "two-electrode voltage clamp with three levels and the dynamics of its amplifiers",
            Kind::Point { electrode: true },
        )
    })
});

type Row = [f64; WIDTH];

impl Mechanism for VClamp {
    fn signature(&self) -> &Arc<Signature> {
        &SIGNATURE
    }

    fn compile(&self, environment: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(Amplifiers { dt: environment.dt }))
    }
}

#[derive(Debug)]
struct Amplifiers {
    /// The step, ms.
    dt: f64,
}

impl Kernel for Amplifiers {
    fn initialize(&self, _: f64, v: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        for column in [E0, E, I, STIM, TC] {
            instances.fill(column, 0.0);
        }
        for column in [VO0, VO, VI0, VI] {
            for (k, &v) in v.iter().enumerate() {
                instances.set(column, k, v); // mV
            }
        }
    }

    fn current(&self, t: f64, v: &[f64], mut instances: Instances<'_>, mut membrane: Membrane<'_>) {
        for (k, &v) in v.iter().enumerate() {
            let mut row = instances.row(k);
            choose_level(&mut row, t);
            // The last call determines the stored states; they must be those at v.
            let above = clamp_current(&mut row, v + 0.001, t, self.dt); // nA
            row[I] = clamp_current(&mut row, v, t, self.dt); // nA
            membrane.add(k, row[I], numerical_slope::<Exact>(row[I], above));
            instances.set_row(k, row);
        }
    }

    fn advance(&self, t: f64, v: &[f64], mut instances: Instances<'_>) {
        for (k, &v) in v.iter().enumerate() {
            // The level remains that of the middle of the step.
            let mut row = instances.row(k);
            row[I] = clamp_current(&mut row, v, t, self.dt); // nA
            row[E0] = row[E]; // mV
            row[VO0] = row[VO]; // mV
            row[VI0] = row[VI]; // mV
            instances.set_row(k, row);
        }
    }
}

/// Finds the level at `t` (ms), and the time until which the clamp is on.
fn choose_level(row: &mut Row, t: f64) {
    row[TC] = 0.0; // ms
    for level in 0..LEVELS {
        row[STIM] = row[AMP + level]; // mV
        row[TC] += row[DUR + level]; // ms
        if t < row[TC] {
            row[TC] += 100.0; // ms: on in the middle of a step means on at its end
            break;
        }
    }
}

/// The current (nA) at `v` (mV) and `t` (ms), from the amplifier voltages, which are updated.
fn clamp_current(row: &mut Row, v: f64, t: f64, dt: f64) -> f64 {
    if t > row[TC] {
        row[E0] = 0.0; // mV
        row[VO0] = 0.0; // mV
        return 0.0;
    }
    [row[VI], row[VO], row[E]] = solve(equations(row, v, dt)).unwrap_or([f64::NAN; 3]); // mV
    (row[VO] - v) / row[RSTIM]
}

/// The equations for vi, vo and e (mV), one in each row with its right side last, with NEURON's signs and
/// order of sums:
///
/// * -vi + fac vo = -v + fac v
/// * -(1 + tau2/dt) vo - gain e = -tau2/dt vo0
/// * -(1 + tau1/dt) vi + (2 + tau1/dt) e = -stim - tau1/dt (vi0 - e0)
fn equations(row: &Row, v: f64, dt: f64) -> [[f64; 4]; 3] {
    let lag1 = row[TAU1] / dt;
    let lag2 = row[TAU2] / dt;
    [
        [-1.0, row[FAC], 0.0, 0.0 - v + row[FAC] * v],
        [0.0, -lag2 - 1.0, -row[GAIN], 0.0 - lag2 * row[VO0]],
        [-1.0 - lag1, 0.0, 2.0 + lag1, 0.0 - row[STIM] - lag1 * (row[VI0] - row[E0])],
    ]
}

/// Gaussian elimination: the largest remaining element of a column is its pivot (the upper one of equals), and the
/// pivot's row is divided by it before it is subtracted from those below. `None` if a pivot vanishes.
fn solve(mut rows: [[f64; 4]; 3]) -> Option<[f64; 3]> {
    for column in 0..3 {
        let mut pivot = column;
        for candidate in column + 1..3 {
            if rows[pivot][column].abs() < rows[candidate][column].abs() {
                pivot = candidate;
            }
        }
        if rows[pivot][column].abs() < 1e-20 {
            return None;
        }
        rows.swap(column, pivot);
        let mut normal = rows[column];
        for value in &mut normal[column + 1..] {
            *value /= rows[column][column];
        }
        rows[column] = normal;
        for row in &mut rows[column + 1..] {
            for k in column + 1..4 {
                row[k] -= normal[k] * row[column];
            }
        }
    }
    let mut solution = [0.0; 3];
    for unknown in (0..3).rev() {
        solution[unknown] = rows[unknown][3];
        for known in unknown + 1..3 {
            solution[unknown] -= rows[unknown][known] * solution[known];
        }
    }
    Some(solution)
}
