//! Plans of the hooks of a mechanism.

use loligo_mechanisms::Environment;

use super::graph::Value;
use super::passes::Computation;
use super::plan::{Outputs, Plan};
use super::translate::{Known, Obstacle, Translation};
use crate::program::{Binary, Current, Place, ProgramId, Programs};

/// The part of NEURON's numerical slopes that is a voltage, mV.
const SLOPE_STEP: f64 = 0.001;

/// The programs and the environment from which the plans of hooks are made.
#[derive(Clone, Copy)]
pub(super) struct Hooks<'a> {
    pub(super) programs: &'a Programs,
    pub(super) environment: &'a Environment,
}

impl<'a> Hooks<'a> {
    fn translation(&self) -> Translation<'a> {
        let Environment { ref globals, dt, celsius, second_order, .. } = *self.environment;
        Translation::new(self.programs, Known { globals, dt, celsius, second_order })
    }

    /// The plan of a hook without currents. `keeps_voltage` stores the voltage in the column for it.
    pub(super) fn plan(&self, hook: ProgramId, keeps_voltage: bool) -> Result<Plan, Obstacle> {
        let mut translation = self.translation();
        let v = translation.read(Place::Voltage)?;
        translation.run_hook(hook, v, false)?;
        if let (true, Some(column)) = (keeps_voltage, self.programs.kept_voltage) {
            translation.set_column(column, v);
        }
        Ok(self.finish(translation, None))
    }

    /// The plan of the currents: at the voltage and, if the slope is numerical, before that at one that is higher by
    /// 0.001 mV.
    pub(super) fn plan_current(&self, hook: ProgramId) -> Result<Plan, Obstacle> {
        let Programs { currents, conductances, is_inward, .. } = self.programs;
        let mut translation = self.translation();
        let v = translation.read(Place::Voltage)?;
        let (current, slope) = match conductances {
            Some(conductances) => {
                translation.run_hook(hook, v, false)?;
                let current = sum(&mut translation, currents)?;
                let slope = sum(&mut translation, conductances)?;
                for conductance in conductances {
                    let own = translation.read(conductance.place)?;
                    self.keep_slope(&mut translation, *conductance, own);
                }
                (current, slope)
            }
            None => {
                let step = translation.graph.constant(SLOPE_STEP);
                let higher = translation.binary(Binary::Add, v, step);
                translation.run_hook(hook, higher, true)?;
                let above = sum(&mut translation, currents)?;
                let mut of_ions = Vec::with_capacity(currents.len());
                for current in currents {
                    of_ions.push(translation.read(current.place)?);
                }
                translation.run_hook(hook, v, false)?;
                let at = sum(&mut translation, currents)?;
                for (current, above) in currents.iter().zip(of_ions) {
                    let at = translation.read(current.place)?;
                    let own = slope_between(&mut translation, at, above);
                    self.keep_slope(&mut translation, *current, own);
                }
                let slope = slope_between(&mut translation, at, above);
                (at, slope)
            }
        };
        let current = translation.signed(*is_inward, current);
        let slope = translation.signed(*is_inward, slope);
        Ok(self.finish(translation, Some((current, slope))))
    }

    fn keep_slope(&self, translation: &mut Translation<'_>, current: Current, slope: Value) {
        if let (true, Some(column)) = (self.environment.current_slopes, current.slope) {
            translation.set_column(column, slope);
        }
    }

    fn finish(&self, translation: Translation<'_>, membrane: Option<(Value, Value)>) -> Plan {
        let outputs = Outputs { columns: translation.columns(), membrane, exceptions: translation.exceptions() };
        let computation = Computation { graph: translation.graph, outputs };
        let Computation { graph, outputs } = computation.transformed(self.environment.numerics);
        Plan::of(&graph, &outputs)
    }
}

/// The sum of currents or conductances, added in their order.
fn sum(translation: &mut Translation<'_>, currents: &[Current]) -> Result<Value, Obstacle> {
    let mut sum = translation.graph.constant(0.0);
    for current in currents {
        let own = translation.read(current.place)?;
        sum = translation.binary(Binary::Add, sum, own);
    }
    Ok(sum)
}

fn slope_between(translation: &mut Translation<'_>, at: Value, above: Value) -> Value {
    let difference = translation.binary(Binary::Subtract, above, at);
    let step = translation.graph.constant(SLOPE_STEP);
    translation.binary(Binary::Divide, difference, step)
}
