//! The kernel that computes many instances at once.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::sync::Arc;

use loligo_mechanisms::math::{Exact, ExactLanes, Fast, Lanes, Math};
use loligo_mechanisms::{
    DiffusionTerms, Environment, Event, FunctionTable, Instances, JointHook, JointKernel, Kernel, Membrane, Numerics,
    Outbox, Rows,
};

use super::choice::{VariantPlan, next_run};
use super::hook::{Hooks, Task};
use super::joint::joint;
use super::machine_code::instruction_set;
use super::members::{Given, Members};
use super::part::Part;
use super::plan::Plan;
use super::run::{Memory, Run, part_of};
use super::translate::Obstacle;
use crate::interpreter::Interpreter;
use crate::interpreter::code::Codes;
use crate::program::{ProgramId, Programs};
use crate::source::Sources;

/// Runs the programs of a mechanism, as its kernel, in one environment: initialisation, currents, states and stages for
/// many instances at once where possible, everything else by the plain [`Interpreter`].
#[derive(Debug)]
pub struct BlockInterpreter {
    plain: Interpreter,
    initialize: Option<Planned>,
    current: Option<Planned>,
    advance: Option<Planned>,
    stages: Vec<Planned>,
    function_tables: Arc<[Arc<FunctionTable>]>,
    numerics: Numerics,
    lanes: Lanes,
    /// Temperature, degC.
    celsius: f64,
}

/// A hook's program, and its plan or the reason why there is none.
#[derive(Debug)]
struct Planned {
    hook: ProgramId,
    plan: Result<Plan, Obstacle>,
    /// The plan for instances with certain values.
    variant: Option<VariantPlan>,
    /// The tables of these plans that each instance checks by itself.
    own_tables: Vec<usize>,
    /// To be joined with those of other mechanisms.
    part: Option<Arc<Part>>,
}

impl Planned {
    fn new(
        programs: &Programs,
        hook: ProgramId,
        plan: Result<Plan, Obstacle>,
        variant: Option<VariantPlan>,
        part: Option<Arc<Part>>,
    ) -> Self {
        let plans = plan.iter().chain(variant.as_ref().map(|variant| &variant.plan));
        let tables = plans.flat_map(Plan::tables).map(|table| table as usize);
        let own_tables: BTreeSet<usize> = tables.filter(|&table| programs.tables[table].per_call).collect();
        Self { hook, plan, variant, own_tables: own_tables.into_iter().collect(), part }
    }
}

/// The columns of a mechanism by their use.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The states, which become NaN when a hook fails.
    pub states: Vec<usize>,
    /// Columns that nothing changes during a run, with the value that most instances have.
    pub constants: BTreeMap<u32, f64>,
    /// Columns that are computed but not stored.
    pub unobserved: BTreeSet<u32>,
}

/// The instances of a call of a hook.
struct Call<'a> {
    /// ms.
    t: f64,
    /// mV.
    v: &'a [f64],
    instances: Instances<'a>,
    membrane: Option<Membrane<'a>>,
    /// Receives events and spikes at the start of a run.
    outbox: Option<&'a mut Outbox>,
    /// The hook in the plain interpreter.
    plain: PlainHook,
}

/// A hook in the plain interpreter.
#[derive(Clone, Copy)]
enum PlainHook {
    Initialize,
    Current,
    Advance,
    Stage(usize),
}

impl BlockInterpreter {
    /// Creates a kernel from [verified](crate::program::verify) programs.
    pub fn new(programs: Arc<Programs>, environment: &Environment, columns: Columns) -> Self {
        let hooks = Hooks { programs: &programs, environment, unobserved: &columns.unobserved };
        let Programs { hooks: own, .. } = &*programs;
        let planned = |hook: ProgramId, task| match hooks.plans(hook, task, &columns.constants) {
            Ok((plan, variant, part)) => Planned::new(&programs, hook, Ok(plan), variant, Some(Arc::new(part))),
            Err(obstacle) => Planned::new(&programs, hook, Err(obstacle), None, None),
        };
        let variables = Task::Variables { keeps_voltage: true };
        let once = |hook| Planned::new(&programs, hook, hooks.plan(hook, variables), None, None);
        let plain =
            Interpreter::new(programs.clone(), environment, columns.states).without_columns(&columns.unobserved);
        Self {
            initialize: own.initialize.map(once),
            current: own.current.map(|hook| planned(hook, Task::Currents)),
            advance: own.advance.map(|hook| planned(hook, variables)),
            stages: own.stages.iter().map(|&hook| planned(hook, Task::Variables { keeps_voltage: false })).collect(),
            function_tables: environment.tables.clone(),
            numerics: environment.numerics,
            lanes: environment.lanes,
            celsius: environment.celsius,
            plain: match instruction_set(environment.lanes) {
                Some(_) => plain.with_machine_code(),
                None => plain,
            },
        }
    }

    /// The same kernel with the texts that the programs were made of, for messages.
    #[must_use]
    pub fn with_sources(self, sources: Arc<Sources>) -> Self {
        Self { plain: self.plain.with_sources(sources), ..self }
    }

    /// The same kernel, in which machine code of one instance is that of all kernels of the mechanism.
    #[must_use]
    pub(crate) fn with_codes(self, codes: Arc<Codes>) -> Self {
        Self { plain: self.plain.with_codes(codes), ..self }
    }

    /// The hooks by name, each with the reason why it is computed for one instance after the other, if it is.
    pub fn hooks(&self) -> impl Iterator<Item = (&'static str, Option<String>)> + '_ {
        let single =
            [("initialize", &self.initialize), ("current", &self.current), ("advance", &self.advance)].into_iter();
        let single = single.filter_map(|(name, planned)| Some((name, planned.as_ref()?)));
        let all = single.chain(self.stages.iter().map(|planned| ("stage", planned)));
        all.map(|(name, planned)| (name, planned.plan.as_ref().err().map(ToString::to_string)))
    }

    /// A hook's computation, to be joined with others.
    fn part(&self, hook: JointHook) -> Option<&Arc<Part>> {
        let planned = match hook {
            JointHook::Current => self.current.as_ref(),
            JointHook::Advance => self.advance.as_ref(),
        };
        planned?.part.as_ref()
    }

    /// Computes a hook in the plain interpreter, for instances of one row; it has no emissions.
    fn run_plain(&self, hook: PlainHook, t: f64, v: &[f64], instances: Instances<'_>, membrane: Option<Membrane<'_>>) {
        match (hook, membrane) {
            (PlainHook::Current, Some(membrane)) => self.plain.current(t, v, instances, membrane),
            (PlainHook::Current, None) => {}
            (PlainHook::Initialize, _) => self.plain.set_states(t, v, instances, &mut Outbox::default()),
            (PlainHook::Advance, _) => self.plain.advance(t, v, instances),
            (PlainHook::Stage(stage), _) => self.plain.at(stage, t, v, instances),
        }
    }

    fn run(&self, planned: (&Planned, &Plan), call: Call<'_>) {
        match self.numerics {
            Numerics::Exact if ExactLanes::is_available() => self.run_with::<ExactLanes>(planned, call),
            Numerics::Exact => self.run_with::<Exact>(planned, call),
            Numerics::Fast => self.run_with::<Fast>(planned, call),
        }
    }

    fn run_with<M: Math>(&self, planned: (&Planned, &Plan), call: Call<'_>) {
        Rows::of_this_thread(|rows| self.run_in::<M>(rows, planned, call));
    }

    fn run_in<M: Math>(&self, rows: &mut Rows, (planned, general): (&Planned, &Plan), call: Call<'_>) {
        let Call { t, v, mut instances, mut membrane, outbox, plain } = call;
        let Some(mut tables) = self.plain.tables_in_use(planned.hook, &mut instances, outbox) else { return };
        let mut start = 0;
        while start < instances.len() {
            let Some(end) = self.plain.find_own_tables(&planned.own_tables, &mut instances, start, &mut tables) else {
                let own = start..start + 1;
                let membrane = membrane.as_mut().map(|membrane| part_of(membrane, own.clone()));
                self.run_plain(plain, t, v.get(own.clone()).unwrap_or(&[]), instances.part(own), membrane);
                start += 1;
                continue;
            };
            let (range, is_variant) = next_run(planned.variant.as_ref(), &instances, (v, self.lanes), start);
            let range = range.start..range.end.min(end);
            start = range.end;
            let variant = planned.variant.as_ref().filter(|_| is_variant);
            let plan = variant.map_or(general, |variant| &variant.plan);
            self.lanes.run(Run {
                plan,
                interpolants: variant.map_or(&[], |variant| &variant.interpolants),
                members: Members::Given(Given { all: &mut [instances.part(range.clone())], first_columns: &[0] }),
                v: v.get(range.clone()).unwrap_or(&[]),
                t,
                membrane: membrane.as_mut().map(|membrane| part_of(membrane, range)),
                memory: Memory {
                    rows: rows.at_least(plan.rows + 1 + plan.spare_rows),
                    tables: &tables,
                    function_tables: &self.function_tables,
                    celsius: self.celsius,
                },
                plain: |v: &[f64], instances: Instances<'_>, membrane: Option<Membrane<'_>>| {
                    self.run_plain(plain, t, v, instances, membrane);
                },
                profile: PhantomData::<M>,
            });
        }
    }
}

/// The plan of a hook, if it has one.
fn planned(hook: Option<&Planned>) -> Option<(&Planned, &Plan)> {
    let hook = hook?;
    Some((hook, hook.plan.as_ref().ok()?))
}

impl Kernel for BlockInterpreter {
    fn begin(&self, first: Instances<'_>) {
        self.plain.begin(first);
    }

    fn initialize(&self, t: f64, v: &[f64], instances: Instances<'_>, outbox: &mut Outbox) {
        match planned(self.initialize.as_ref()) {
            Some(planned) => {
                self.plain.forget_fault();
                self.run(
                    planned,
                    Call { t, v, instances, membrane: None, outbox: Some(outbox), plain: PlainHook::Initialize },
                );
            }
            None => self.plain.initialize(t, v, instances, outbox),
        }
    }

    fn current(&self, t: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        match planned(self.current.as_ref()) {
            Some(planned) => self.run(
                planned,
                Call { t, v, instances, membrane: Some(membrane), outbox: None, plain: PlainHook::Current },
            ),
            None => self.plain.current(t, v, instances, membrane),
        }
    }

    fn advance(&self, t: f64, v: &[f64], instances: Instances<'_>) {
        match planned(self.advance.as_ref()) {
            Some(planned) => {
                self.run(planned, Call { t, v, instances, membrane: None, outbox: None, plain: PlainHook::Advance })
            }
            None => self.plain.advance(t, v, instances),
        }
    }

    fn joint(&self, kernels: &[&dyn Kernel], hook: JointHook) -> Option<Arc<dyn JointKernel>> {
        let kernels = kernels.iter().map(|&kernel| (kernel as &dyn Any).downcast_ref::<Self>());
        let parts: Vec<Arc<Part>> = kernels.map(|kernel| kernel?.part(hook).cloned()).collect::<Option<_>>()?;
        joint(parts, (self.numerics, self.lanes, self.celsius))
    }

    fn at(&self, stage: usize, t: f64, v: &[f64], instances: Instances<'_>) {
        match planned(self.stages.get(stage)) {
            Some(planned) => self
                .run(planned, Call { t, v, instances, membrane: None, outbox: None, plain: PlainHook::Stage(stage) }),
            _ => self.plain.at(stage, t, v, instances),
        }
    }

    fn diffusion(&self, which: usize, t: f64, v: &[f64], instances: Instances<'_>, terms: DiffusionTerms<'_>) {
        self.plain.diffusion(which, t, v, instances, terms);
    }

    fn call(&self, procedure: usize, arguments: &[f64], at: (f64, f64), instance: Instances<'_>) -> f64 {
        self.plain.call(procedure, arguments, at, instance)
    }

    fn receive(&self, event: Event<'_>, instance: Instances<'_>, outbox: &mut Outbox) {
        self.plain.receive(event, instance, outbox);
    }

    fn initialize_connection(&self, event: Event<'_>, instance: Instances<'_>, outbox: &mut Outbox) {
        self.plain.initialize_connection(event, instance, outbox);
    }

    fn has_failed(&self) -> bool {
        self.plain.has_failed()
    }

    fn fault(&self) -> Option<String> {
        self.plain.fault()
    }

    fn condition(&self, condition: u32, v: f64, instance: Instances<'_>) -> f64 {
        self.plain.condition(condition, v, instance)
    }
}
