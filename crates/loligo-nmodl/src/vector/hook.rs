//! Plans of the hooks of a mechanism.

use std::collections::{BTreeMap, BTreeSet};

use loligo_mechanisms::{Environment, Numerics};

use super::choice::VariantPlan;
use super::fusion::fused;
use super::graph::Value;
use super::interpolation::{self, Interpolation};
use super::machine_code::instruction_set;
use super::part::Part;
use super::passes::Computation;
use super::plan::{Outputs, Plan};
use super::slope;
use super::translate::{Known, Obstacle, Translation};
use crate::program::{Binary, Current, Place, ProgramId, Programs};

/// The part of NEURON's numerical slopes that is a voltage, mV.
const SLOPE_STEP: f64 = 0.001;

/// The programs and the environment from which the plans of hooks are made.
#[derive(Clone, Copy)]
pub(super) struct Hooks<'a> {
    pub(super) programs: &'a Programs,
    pub(super) environment: &'a Environment,
    /// The columns that are computed but not stored.
    pub(super) unobserved: &'a BTreeSet<u32>,
}

/// The results of a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Variables; `keeps_voltage` stores the voltage in the column for it.
    Variables { keeps_voltage: bool },
    /// Currents and their slope, and variables.
    Currents,
}

impl<'a> Hooks<'a> {
    fn translation(&self, columns: &'a BTreeMap<u32, f64>) -> Translation<'a> {
        Translation::new(self.programs, Known::of(self.environment, columns))
    }

    /// The plan of a hook for any instances.
    pub(super) fn plan(&self, hook: ProgramId, task: Task) -> Result<Plan, Obstacle> {
        let computation = Hooks { ..*self }.computation(hook, task, &BTreeMap::new())?;
        Ok(Plan::of(&computation.graph, &computation.outputs.without(self.unobserved)))
    }

    /// The plan of a hook for any instances, one for those in which columns have the values of `constants`, if that
    /// computes less, and the computation of the latter or else the former, to be joined with those of other mechanisms.
    pub(super) fn plans(
        &self,
        hook: ProgramId,
        task: Task,
        constants: &BTreeMap<u32, f64>,
    ) -> Result<(Plan, Option<VariantPlan>, Part), Obstacle> {
        let general = Hooks { ..*self }.computation(hook, task, &BTreeMap::new())?;
        let plan = self.fastest_plan(&general);
        let unobserved = self.unobserved.clone();
        Ok(match self.variant(hook, task, &general, constants) {
            Some((computation, assumed)) => {
                let variant = self.plan_variant(computation.clone(), assumed.clone());
                (plan, Some(variant), Part { computation, assumed, general: Some(general), unobserved })
            }
            None => (plan, None, Part { computation: general, assumed: Vec::new(), general: None, unobserved }),
        })
    }

    /// The computation for the instances of a variant, and their values; `None` if nothing expensive depends on constants
    /// or, in `Fast`, on the voltage and constants alone.
    fn variant(
        &self,
        hook: ProgramId,
        task: Task,
        general: &Computation,
        constants: &BTreeMap<u32, f64>,
    ) -> Option<(Computation, Vec<(u32, f64)>)> {
        let is_fast = self.environment.numerics == Numerics::Fast;
        let useful = interpolation::constants_of_functions(general, constants, is_fast)?;
        let constants = constants.iter().filter(|(column, _)| useful.contains(column));
        let constants: BTreeMap<u32, f64> = constants.map(|(&column, &value)| (column, value)).collect();
        let computation = Hooks { ..*self }.computation(hook, task, &constants).ok()?;
        Some((computation, constants.into_iter().collect()))
    }

    fn plan_variant(&self, computation: Computation, assumed: Vec<(u32, f64)>) -> VariantPlan {
        let Environment { numerics, lanes, .. } = *self.environment;
        let interpolation = Interpolation::by(numerics, computation, self.unobserved, lanes);
        let Interpolation { computation, interpolants, exceptions } = interpolation;
        let plan = self.fastest_plan(&computation);
        VariantPlan { plan, assumed, interpolants, exceptions }
    }

    /// A plan with machine code, if this processor and the system allow it.
    fn fastest_plan(&self, computation: &Computation) -> Plan {
        let outputs = computation.outputs.without(self.unobserved);
        let Environment { numerics, lanes, .. } = *self.environment;
        let fused =
            instruction_set(lanes).and_then(|set| fused(&computation.graph, &outputs, &[0], (numerics, set)).ok());
        fused.unwrap_or_else(|| Plan::of(&computation.graph, &outputs))
    }

    /// The computation of a hook where some columns are known.
    fn computation(
        &self,
        hook: ProgramId,
        task: Task,
        columns: &'a BTreeMap<u32, f64>,
    ) -> Result<Computation, Obstacle> {
        match task {
            Task::Currents => self.currents(hook, columns),
            Task::Variables { keeps_voltage } => {
                let mut translation = self.translation(columns);
                let v = translation.read(Place::Voltage)?;
                translation.run_hook(hook, v, false)?;
                if let (true, Some(column)) = (keeps_voltage, self.programs.kept_voltage) {
                    translation.set_column(column, v);
                }
                Ok(self.finish(translation, None))
            }
        }
    }

    /// The currents: at the voltage and, if the slope is numerical, before that at one that is higher by 0.001 mV. In
    /// `Fast`, the change of a current that is linear in the voltage is its conductance times that of the driving force.
    fn currents(&self, hook: ProgramId, columns: &'a BTreeMap<u32, f64>) -> Result<Computation, Obstacle> {
        let Programs { currents, conductances, is_inward, .. } = self.programs;
        let mut translation = self.translation(columns);
        let v = translation.read(Place::Voltage)?;
        let (current, slope) = match conductances {
            Some(conductances) => {
                translation.run_hook(hook, v, false)?;
                let current = self.sum(&mut translation, currents)?;
                let slope = self.sum(&mut translation, conductances)?;
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
                let above = self.sum(&mut translation, currents)?;
                let mut of_ions = Vec::with_capacity(currents.len());
                for current in currents {
                    of_ions.push(translation.read(current.place)?);
                }
                translation.run_hook(hook, v, false)?;
                let at = self.sum(&mut translation, currents)?;
                for (current, above) in currents.iter().zip(of_ions) {
                    let at = translation.read(current.place)?;
                    let own = slope_between(&mut translation, at, above);
                    self.keep_slope(&mut translation, *current, own);
                }
                let is_fast = self.environment.numerics == Numerics::Fast && !self.environment.current_slopes;
                if is_fast {
                    let linear = slope::change(&mut translation.graph, at, above, higher);
                    let change = linear.unwrap_or_else(|| translation.binary(Binary::Subtract, above, at));
                    let per_step = translation.graph.constant(1.0 / SLOPE_STEP);
                    (at, translation.binary(Binary::Multiply, change, per_step))
                } else {
                    (at, slope_between(&mut translation, at, above))
                }
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

    /// The sum of currents or conductances, added in their order.
    fn sum(&self, translation: &mut Translation<'_>, currents: &[Current]) -> Result<Value, Obstacle> {
        let mut sum = None;
        for current in currents {
            let own = translation.read(current.place)?;
            sum = Some(match (sum, self.environment.numerics) {
                (Some(sum), _) => translation.binary(Binary::Add, sum, own),
                // 0 + -0 is 0.
                (None, Numerics::Exact) => {
                    let zero = translation.graph.constant(0.0);
                    translation.binary(Binary::Add, zero, own)
                }
                (None, Numerics::Fast) => own,
            });
        }
        Ok(sum.unwrap_or_else(|| translation.graph.constant(0.0)))
    }

    fn finish(&self, translation: Translation<'_>, membrane: Option<(Value, Value)>) -> Computation {
        let membrane = membrane.into_iter().collect();
        let outputs = Outputs { columns: translation.columns(), membrane, exceptions: translation.exceptions() };
        Computation { graph: translation.graph, outputs }.transformed(self.environment.numerics)
    }
}

fn slope_between(translation: &mut Translation<'_>, at: Value, above: Value) -> Value {
    let change = translation.binary(Binary::Subtract, above, at);
    let step = translation.graph.constant(SLOPE_STEP);
    translation.binary(Binary::Divide, change, step)
}
