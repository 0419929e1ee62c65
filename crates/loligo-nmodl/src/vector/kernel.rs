//! The kernel that computes many instances at once.

use std::marker::PhantomData;
use std::sync::Arc;

use loligo_mechanisms::math::{Exact, Fast, Lanes, Math};
use loligo_mechanisms::{
    DiffusionTerms, Environment, Event, FunctionTable, Instances, Kernel, Membrane, Numerics, Outbox,
};

use super::hook::Hooks;
use super::plan::Plan;
use super::run::Run;
use super::translate::Obstacle;
use crate::interpreter::Interpreter;
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
    /// Creates a kernel from [verified](crate::program::verify) programs; `states` are the columns of the states.
    pub fn new(programs: Arc<Programs>, environment: &Environment, states: Vec<usize>) -> Self {
        let hooks = Hooks { programs: &programs, environment };
        let Programs { hooks: own, .. } = &*programs;
        let planned = |hook: ProgramId, keeps_voltage| Planned { hook, plan: hooks.plan(hook, keeps_voltage) };
        Self {
            initialize: own.initialize.map(|hook| planned(hook, true)),
            current: own.current.map(|hook| Planned { hook, plan: hooks.plan_current(hook) }),
            advance: own.advance.map(|hook| planned(hook, true)),
            stages: own.stages.iter().map(|&hook| planned(hook, false)).collect(),
            function_tables: environment.tables.clone(),
            numerics: environment.numerics,
            lanes: environment.lanes,
            celsius: environment.celsius,
            plain: Interpreter::new(programs.clone(), environment, states),
        }
    }

    /// The same kernel with the texts that the programs were made of, for messages.
    #[must_use]
    pub fn with_sources(self, sources: Arc<Sources>) -> Self {
        Self { plain: self.plain.with_sources(sources), ..self }
    }

    /// The hooks by name, each with the reason why it is computed for one instance after the other, if it is.
    pub fn hooks(&self) -> impl Iterator<Item = (&'static str, Option<String>)> + '_ {
        let single =
            [("initialize", &self.initialize), ("current", &self.current), ("advance", &self.advance)].into_iter();
        let single = single.filter_map(|(name, planned)| Some((name, planned.as_ref()?)));
        let all = single.chain(self.stages.iter().map(|planned| ("stage", planned)));
        all.map(|(name, planned)| (name, planned.plan.as_ref().err().map(ToString::to_string)))
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

    fn run(&self, (hook, plan): (ProgramId, &Plan), call: Call<'_>) {
        match self.numerics {
            Numerics::Exact => self.run_with::<Exact>(hook, plan, call),
            Numerics::Fast => self.run_with::<Fast>(hook, plan, call),
        }
    }

    fn run_with<M: Math>(&self, hook: ProgramId, plan: &Plan, call: Call<'_>) {
        let Call { t, v, mut instances, membrane, outbox, plain } = call;
        let Some(tables) = self.plain.tables_in_use(hook, (t, v), &mut instances, outbox) else { return };
        let mut rows = instances.take_rows();
        self.lanes.run(Run {
            plan,
            instances: instances.again(),
            v,
            t,
            membrane,
            rows: &mut rows.at_least(plan.rows + 1)[..=plan.rows],
            tables: &tables,
            function_tables: &self.function_tables,
            celsius: self.celsius,
            plain: |v: &[f64], instances: Instances<'_>, membrane: Option<Membrane<'_>>| {
                self.run_plain(plain, t, v, instances, membrane);
            },
            profile: PhantomData::<M>,
        });
        instances.return_rows(rows);
    }
}

/// The plan of a hook, if it has one.
fn planned(hook: Option<&Planned>) -> Option<(ProgramId, &Plan)> {
    let Planned { hook, plan } = hook?;
    Some((*hook, plan.as_ref().ok()?))
}

impl Kernel for BlockInterpreter {
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

    fn fault(&self) -> Option<String> {
        self.plain.fault()
    }

    fn condition(&self, condition: u32, v: f64, instance: Instances<'_>) -> f64 {
        self.plain.condition(condition, v, instance)
    }
}
