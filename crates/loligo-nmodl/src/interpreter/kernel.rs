//! The kernel that interprets programs.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use loligo_mechanisms::{
    ColumnView, DiffusionTerms, Environment, Event, FunctionTable, Instances, Kernel, Membrane, Outbox,
};

use smallvec::smallvec;

use super::code::Codes;
use super::fault::Fault;
use super::machine::Machine;
use super::memory::{Constants, EventPart, Memory, first_value};
use super::plans::Plans;
use super::tables::{TableStore, TablesInUse, Tabulation};
use super::workspace::Workspace;
use crate::program::{Current, Diffusion, Place, ProgramId, Programs, columns};
use crate::source::{Location, Sources};

/// Runs the programs of a mechanism, as its kernel, in one environment.
#[derive(Debug)]
pub struct Interpreter {
    programs: Arc<Programs>,
    plans: Plans,
    tables: TableStore,
    globals: Arc<[f64]>,
    /// For each column the model's first instance's value, if instances differ in it.
    first_values: Arc<[Option<f64>]>,
    function_tables: Arc<[Arc<FunctionTable>]>,
    /// Time step, ms.
    dt: f64,
    /// Temperature, degC.
    celsius: f64,
    second_order: bool,
    current_slopes: bool,
    /// Columns of the states. They are set to NaN for an instance whose program fails, so that the run ends.
    states: Vec<usize>,
    /// By column: `Some` if it is computed but not stored.
    unstored: Vec<Option<f64>>,
    fault: Mutex<Option<Fault>>,
    /// True if there may be a fault; all threads ask for it in every step.
    has_failed: AtomicBool,
    sources: Arc<Sources>,
    /// The programs as machine code, where there is some.
    codes: Option<Arc<Codes>>,
}

impl Interpreter {
    /// Creates a kernel from [verified](crate::program::verify) programs; `states` are the columns of the states.
    pub fn new(programs: Arc<Programs>, environment: &Environment, states: Vec<usize>) -> Self {
        Self {
            plans: Plans::of(&programs),
            tables: TableStore::new(&programs),
            globals: environment.globals.clone(),
            first_values: environment.first_values.clone(),
            function_tables: environment.tables.clone(),
            dt: environment.dt,
            celsius: environment.celsius,
            second_order: environment.second_order,
            current_slopes: environment.current_slopes,
            states,
            unstored: Vec::new(),
            fault: Mutex::default(),
            has_failed: AtomicBool::new(false),
            sources: Arc::default(),
            codes: None,
            programs,
        }
    }

    /// The same kernel where some columns are computed but not stored.
    #[must_use]
    pub fn without_columns(self, unobserved: &BTreeSet<u32>) -> Self {
        if unobserved.is_empty() {
            return self;
        }
        let unstored = (0..self.programs.columns).map(|column| unobserved.contains(&column).then_some(0.0)).collect();
        Self { unstored, ..self }
    }

    /// The same kernel with the texts that the programs were made of, for messages.
    #[must_use]
    pub fn with_sources(self, sources: Arc<Sources>) -> Self {
        Self { sources, ..self }
    }

    /// The same kernel with machine code of its programs, where there can be some; results have the same bits.
    #[must_use]
    pub fn with_machine_code(self) -> Self {
        let codes = Some(Arc::new(Codes::new(&self.programs)));
        Self { codes, ..self }
    }

    /// The same kernel, in which machine code, if it has some, is that of all kernels of the mechanism.
    #[must_use]
    pub(crate) fn with_codes(self, codes: Arc<Codes>) -> Self {
        Self { codes: self.codes.map(|_| codes), ..self }
    }

    /// The failure of a program that came first. A lock poisoned by a panic is used all the same: the value is only ever set.
    fn first_fault(&self) -> MutexGuard<'_, Option<Fault>> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` with a machine for some instances. A fault is stored, and the states of its instance become NaN.
    fn with_machine(
        &self,
        t: f64,
        (mut instances, event): (Instances<'_>, EventPart<'_>),
        work: impl FnOnce(&mut Machine<'_>) -> Result<(), (usize, Fault)>,
    ) {
        let outcome = Workspace::of_this_thread(|workspace| {
            let Workspace { temporaries, unstored, registers } = workspace;
            temporaries.clear();
            temporaries.resize(self.programs.temporaries as usize, 0.0);
            unstored.clone_from(&self.unstored);
            let memory = Memory {
                constants: Constants {
                    globals: &self.globals,
                    first_values: &self.first_values,
                    function_tables: &self.function_tables,
                    dt: self.dt,
                    celsius: self.celsius,
                    second_order: self.second_order,
                },
                instances: instances.again(),
                instance: 0,
                v: f64::NAN,
                t,
                dt: self.dt,
                is_for_all: false,
                is_shifted: false,
                event,
                temporaries,
                unstored,
            };
            let mut machine = Machine::new(&self.programs, &self.plans, &self.tables, memory, registers);
            machine.codes = self.codes.as_deref();
            work(&mut machine)
        });
        if let Err((instance, fault)) = outcome {
            for &state in &self.states {
                instances.set(state, instance, f64::NAN);
            }
            self.first_fault().get_or_insert(fault);
            self.has_failed.store(true, Ordering::Release);
        }
    }

    /// Runs a hook for all instances and calls `then` after each.
    fn run_hook(
        &self,
        hook: Option<ProgramId>,
        (t, v): (f64, &[f64]),
        (instances, event): (Instances<'_>, EventPart<'_>),
        then: impl Fn(&mut Machine<'_>, f64),
    ) {
        let Some(hook) = hook else { return };
        self.with_machine(t, (instances, event), |machine| {
            self.check_tables(machine, hook)?;
            for k in 0..machine.memory.instances.len() {
                let v = v.get(k).copied().unwrap_or(f64::NAN);
                machine.turn_to(k, v);
                machine.memory.t = t;
                machine.run(hook, &[]).map_err(|fault| (k, fault))?;
                then(machine, v);
            }
            Ok(())
        });
    }

    /// Makes or finds the tables that a hook uses, with the parameters of the model's first instance.
    fn check_tables(&self, machine: &mut Machine<'_>, hook: ProgramId) -> Result<(), (usize, Fault)> {
        let used = self.plans.tables.get(&hook).map_or(&[][..], Vec::as_slice);
        if used.is_empty() || machine.memory.instances.is_empty() {
            return Ok(());
        }
        machine.turn_to(0, 0.0); // the voltage at which tables are made
        let mut checked = vec![None; self.programs.tables.len()];
        for &table in used {
            checked[table] = Some(machine.find_or_make_table(table).map_err(|fault| (0, fault))?);
        }
        machine.checked = checked;
        Ok(())
    }

    /// The tables that a hook uses, by their number, made for the parameters of the model's first instance. Stores a fault
    /// and returns `None` if one cannot be made.
    pub(crate) fn tables_in_use(
        &self,
        hook: ProgramId,
        instances: &mut Instances<'_>,
        outbox: Option<&mut Outbox>,
    ) -> Option<TablesInUse> {
        let used = self.plans.tables.get(&hook).map_or(&[][..], Vec::as_slice);
        if used.is_empty() || instances.is_empty() {
            return Some(TablesInUse::new());
        }
        let mut tables: TablesInUse = smallvec![None; self.programs.tables.len()];
        let first = |place| match place {
            Place::Column(column) => {
                first_value(&self.first_values, column).unwrap_or_else(|| instances.value(column as usize, 0))
            }
            Place::Step => self.dt,
            _ => 0.0, // a temporary at the start of a hook
        };
        for &table in used {
            tables[table] = self.tables.tables[table].find(first);
        }
        if used.iter().all(|&table| tables[table].is_some()) {
            return Some(tables);
        }
        let mut made = None;
        let event = EventPart { outbox, ..EventPart::default() };
        self.with_machine(0.0, (instances.again(), event), |machine| {
            self.check_tables(machine, hook)?;
            made = Some(machine.checked.iter().cloned().collect());
            Ok(())
        });
        made
    }

    /// Finds or makes the tables that each instance checks by itself, for an instance at the start of a hook, and adds them to
    /// the others. Returns the end of the instances from it on that have the same ones; `None` if one cannot be made.
    pub(crate) fn find_own_tables(
        &self,
        used: &[usize],
        instances: &mut Instances<'_>,
        start: usize,
        tables: &mut TablesInUse,
    ) -> Option<usize> {
        let mut end = instances.len();
        if used.is_empty() {
            return Some(end);
        }
        tables.resize(self.programs.tables.len(), None);
        for &table in used {
            let stored = &self.tables.tables[table];
            let value = |place| match place {
                Place::Column(column) => instances.value(column as usize, start),
                Place::Step => self.dt,
                _ => 0.0, // a temporary at the start of a hook
            };
            tables[table] = match stored.find(value) {
                Some(known) => Some(known),
                None => Some(self.make_own_table(table, instances.part(start..start + 1))?),
            };
            for column in columns(&stored.flow.inputs) {
                if let ColumnView::Each(values) = instances.column(column as usize) {
                    let own = values[start].to_bits();
                    end = start + values[start..end].iter().take_while(|x| x.to_bits() == own).count();
                }
            }
        }
        Some(end)
    }

    /// Makes a table for an instance; `None` if its program fails, which is a fault only when the instance needs the table.
    fn make_own_table(&self, table: usize, instance: Instances<'_>) -> Option<Tabulation> {
        let mut made = None;
        self.with_machine(0.0, (instance, EventPart::default()), |machine| {
            machine.turn_to(0, f64::NAN); // the table does not depend on the voltage
            made = machine.make_own_table(table).ok();
            Ok(())
        });
        made
    }

    /// Sets the states for the start of a run, and keeps an earlier failure.
    pub(crate) fn set_states(&self, t: f64, v: &[f64], instances: Instances<'_>, outbox: &mut Outbox) {
        let event = EventPart { outbox: Some(outbox), ..EventPart::default() };
        self.run_hook(self.programs.hooks.initialize, (t, v), (instances, event), |machine, v| {
            self.keep_voltage(machine, v);
        });
    }

    /// Forgets an earlier failure, at the start of a run.
    pub(crate) fn forget_fault(&self) {
        *self.first_fault() = None;
        self.has_failed.store(false, Ordering::Release);
    }

    /// Evaluates the current of an instance at `v`, and its slope: from the conductances that the mechanism gives, or
    /// from NEURON's finite difference over 0.001 mV.
    fn evaluate(&self, machine: &mut Machine<'_>, hook: ProgramId, (t, v): (f64, f64)) -> Result<(f64, f64), Fault> {
        let run = |machine: &mut Machine<'_>, v: f64, is_shifted: bool| {
            machine.memory.v = v;
            machine.memory.t = t;
            machine.memory.is_shifted = is_shifted;
            machine.run(hook, &[])
        };
        if let Some(conductances) = &self.programs.conductances {
            run(machine, v, false)?;
            let current = machine.sum(&self.programs.currents);
            let slope = machine.sum(conductances);
            for conductance in conductances {
                self.keep_slope(machine, *conductance, machine.value(*conductance));
            }
            return Ok((current, slope));
        }
        let currents = &self.programs.currents;
        run(machine, v + 0.001, true)?;
        let above = machine.sum(currents);
        let of_ions = currents.iter().map(|&current| machine.value(current));
        let of_ions: Vec<f64> = if self.current_slopes { of_ions.collect() } else { Vec::new() };
        run(machine, v, false)?;
        let at = machine.sum(currents);
        for (current, above) in currents.iter().zip(of_ions) {
            let slope = (above - machine.value(*current)) / 0.001;
            self.keep_slope(machine, *current, slope);
        }
        Ok((at, (above - at) / 0.001))
    }

    fn keep_slope(&self, machine: &mut Machine<'_>, current: Current, slope: f64) {
        if let (true, Some(column)) = (self.current_slopes, current.slope) {
            let instance = machine.memory.instance;
            machine.memory.instances.set(column as usize, instance, slope);
        }
    }

    fn keep_voltage(&self, machine: &mut Machine<'_>, v: f64) {
        if let Some(column) = self.programs.kept_voltage {
            let instance = machine.memory.instance;
            machine.memory.instances.set(column as usize, instance, v);
        }
    }

    /// Runs the program of an event; if the program changes the voltage, `event.v` receives the new value.
    fn run_event(&self, hook: Option<ProgramId>, event: Event<'_>, instance: Instances<'_>, outbox: &mut Outbox) {
        let Event { t, v, flag, weights } = event;
        let before = *v;
        let mut after = before;
        let part = EventPart { flag, weights: Some(weights), visited: None, outbox: Some(outbox) };
        let Some(hook) = hook else { return };
        self.with_machine(t, (instance, part), |machine| {
            machine.turn_to(0, before);
            machine.run(hook, &[]).map_err(|fault| (0, fault))?;
            after = machine.memory.v;
            Ok(())
        });
        if after.to_bits() != before.to_bits() {
            *v = after;
        }
    }
}

impl Kernel for Interpreter {
    fn begin(&self, first: Instances<'_>) {
        if self.plans.shared_tables.is_empty() {
            return;
        }
        self.with_machine(0.0, (first, EventPart::default()), |machine| {
            for &table in &self.plans.shared_tables {
                machine.turn_to(0, 0.0);
                machine.make_for_all(table).map_err(|fault| (0, fault))?;
            }
            Ok(())
        });
    }

    fn initialize(&self, t: f64, v: &[f64], instances: Instances<'_>, outbox: &mut Outbox) {
        self.forget_fault();
        self.set_states(t, v, instances, outbox);
    }

    fn current(&self, t: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let Some(hook) = self.programs.hooks.current else { return };
        let mut membrane = membrane;
        let sign = if self.programs.is_inward { -1.0 } else { 1.0 };
        self.with_machine(t, (instances, EventPart::default()), |machine| {
            self.check_tables(machine, hook)?;
            for (k, &v) in v.iter().enumerate() {
                machine.turn_to(k, v);
                match self.evaluate(machine, hook, (t, v)) {
                    Ok((current, slope)) => membrane.add(k, sign * current, sign * slope),
                    Err(fault) => {
                        membrane.add(k, f64::NAN, f64::NAN);
                        return Err((k, fault));
                    }
                }
            }
            Ok(())
        });
    }

    fn advance(&self, t: f64, v: &[f64], instances: Instances<'_>) {
        let hook = self.programs.hooks.advance;
        self.run_hook(hook, (t, v), (instances, EventPart::default()), |machine, v| self.keep_voltage(machine, v));
    }

    fn at(&self, stage: usize, t: f64, v: &[f64], instances: Instances<'_>) {
        let hook = self.programs.hooks.stages.get(stage).copied();
        self.run_hook(hook, (t, v), (instances, EventPart::default()), |_, _| ());
    }

    fn diffusion(&self, which: usize, t: f64, v: &[f64], instances: Instances<'_>, terms: DiffusionTerms<'_>) {
        let Some(&Diffusion { program, conductance, volume, .. }) = self.programs.hooks.diffusion.get(which) else {
            return;
        };
        let DiffusionTerms { conductance: conductances, volume: volumes } = terms;
        self.with_machine(t, (instances, EventPart::default()), |machine| {
            for (k, (own_conductance, own_volume)) in conductances.iter_mut().zip(volumes).enumerate() {
                machine.turn_to(k, v.get(k).copied().unwrap_or(f64::NAN));
                machine.run(program, &[]).map_err(|fault| (k, fault))?;
                // Places in verified programs can be read.
                *own_conductance = machine.memory.read(conductance).unwrap_or(f64::NAN);
                *own_volume = machine.memory.read(volume).unwrap_or(f64::NAN);
            }
            Ok(())
        });
    }

    fn call(&self, procedure: usize, arguments: &[f64], (t, v): (f64, f64), instance: Instances<'_>) -> f64 {
        let Some(&id) = self.programs.hooks.procedures.get(procedure) else { return f64::NAN };
        let mut result = f64::NAN;
        let taken = self.programs.program(id).arguments as usize;
        let mut given = arguments[..taken.min(arguments.len())].to_vec();
        if given.len() < taken {
            // Arguments that may be left out: their values come first, then their kinds, 1 for a number.
            let numbers = given.len();
            given.resize(taken / 2, 0.0);
            given.extend(std::iter::repeat_n(1.0, numbers));
            given.resize(taken, 0.0);
        }
        let arguments = &given[..];
        self.with_machine(t, (instance, EventPart::default()), |machine| {
            machine.turn_to(0, v);
            result = machine.run(id, arguments).map_err(|fault| (0, fault))?;
            Ok(())
        });
        result
    }

    fn receive(&self, event: Event<'_>, instance: Instances<'_>, outbox: &mut Outbox) {
        self.run_event(self.programs.hooks.receive, event, instance, outbox);
    }

    fn initialize_connection(&self, event: Event<'_>, instance: Instances<'_>, outbox: &mut Outbox) {
        self.run_event(self.programs.hooks.initialize_connection, event, instance, outbox);
    }

    fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Acquire)
    }

    fn fault(&self) -> Option<String> {
        if !self.has_failed() {
            return None;
        }
        let fault = self.first_fault();
        let Fault { span, reason } = fault.as_ref()?;
        Some(match self.sources.locate(*span) {
            Some(Location { file, line, .. }) => format!("{}:{line}: {reason}", file.display()),
            None => reason.to_string(),
        })
    }

    fn condition(&self, condition: u32, v: f64, instance: Instances<'_>) -> f64 {
        let Some(&id) = self.programs.hooks.conditions.get(condition as usize) else { return f64::NAN };
        let mut result = f64::NAN;
        self.with_machine(f64::NAN, (instance, EventPart::default()), |machine| {
            machine.turn_to(0, v);
            result = machine.run(id, &[]).map_err(|fault| (0, fault))?;
            Ok(())
        });
        result
    }
}
