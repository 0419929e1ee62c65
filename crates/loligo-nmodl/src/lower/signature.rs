//! Makes the signature of a model.

use std::collections::BTreeSet;

use loligo_mechanisms::{
    FunctionTableSlot, HeldKind, HeldObject, IonUse, IonVariable, Kind as SignatureKind, Procedure,
    Role as SignatureRole, Signature, Stage, VectorSlot,
};

use super::Lowering;
use super::storage::Slot;
use crate::model::Kind;
use crate::program::{Operation, Place, Programs, flow, walk};
use crate::syntax::Event;

impl Lowering<'_> {
    /// The signature; also sets the fields of the programs that depend on the columns.
    pub(super) fn signature(&mut self) -> Signature {
        let model = self.model;
        let currents = self.currents();
        self.programs.conductances = self.conductances(&currents);
        let is_electrode = model.currents.iter().any(|current| current.is_electrode);
        self.programs.is_inward = is_electrode && model.kind == Kind::Density;
        let mut filled = std::collections::BTreeMap::new();
        for (variable, id) in model.ions.iter().flat_map(|ion| ion.reads.iter().copied()) {
            let is_written = model.ions.iter().any(|ion| ion.writes.contains(&(variable, id)));
            if !is_written && let Some(column) = self.slots.filled(id, model.variable(id)) {
                filled.insert(id, column as usize);
            }
        }
        let ions = model.ions.iter().zip(0..).map(|(ion, number)| {
            let mut used = IonUse::of(&format!("{}_ion", ion.name));
            let column = |id| match self.slots.element(id, 0) {
                Some(Place::Column(column)) => Some(column as usize),
                _ => None,
            };
            for &(variable, id) in &ion.reads {
                used = match filled.get(&id).copied().or_else(|| column(id)) {
                    Some(column) => used.reading(variable, column),
                    None => used,
                };
            }
            for &(variable, id) in &ion.writes {
                let Some(column) = column(id) else { continue };
                used = used.writing(variable, column);
                if variable == IonVariable::Current {
                    let position =
                        model.currents.iter().position(|current| current.ion.is_some_and(|own| own.0 == number));
                    if let Some(slope) = position.and_then(|position| currents.get(position)?.slope) {
                        used = used.with_current_slope(slope as usize);
                    }
                }
            }
            used
        });
        let ions = ions.collect();
        self.programs.currents = currents;
        let kind = match model.kind {
            Kind::Density | Kind::Nothing => SignatureKind::Density,
            Kind::Point => SignatureKind::Point { electrode: is_electrode },
            Kind::Artificial => SignatureKind::Artificial,
        };
        let stages = model.hooks.stages.iter().map(|(event, _)| match event {
            Event::BeforeInitial => Stage::BeforeInitial,
            Event::AfterInitial => Stage::AfterInitial,
            Event::BeforeBreakpoint => Stage::BeforeCurrent,
            Event::AfterSolve => Stage::AfterStates,
            Event::BeforeStep => Stage::BeforeRecording,
        });
        let tables = self.function_tables.iter().map(|&id| {
            let routine = model.routine(id);
            let arguments: Vec<&str> =
                routine.locals.iter().take(routine.arguments).map(|local| &*local.name).collect();
            FunctionTableSlot::new(&routine.name, &arguments, "1", "")
        });
        let tables = tables.collect();
        let procedures = self.callable().into_iter().map(|id| {
            let routine = model.routine(id);
            let arguments: Vec<&str> =
                routine.locals.iter().take(routine.arguments).map(|local| &*local.name).collect();
            match routine.passed {
                Some(passed) => Procedure {
                    is_set_up: true,
                    ..Procedure::new(&routine.name, &arguments[..passed.min(arguments.len())], "")
                },
                None => Procedure::new(&routine.name, &arguments, ""),
            }
        });
        let procedures = procedures.collect();
        let held = self.held_objects();
        let (slots, programs) = (&self.slots, &mut self.programs);
        programs.columns = slots.columns();
        programs.globals = slots.globals.len() as u32;
        programs.weights = model.net_receive.as_ref().map_or(0, |net_receive| net_receive.weights as u32);
        programs.streams = slots.streams.len() as u32;
        programs.lists = slots.lists.len() as u32;
        programs.histories = self.histories.len() as u32;
        let programs = &self.programs;
        let summary = if model.title.trim().is_empty() { "from NMODL" } else { model.title.trim() };
        let uses = |wanted: fn(&Operation) -> bool| {
            let mut found = false;
            for program in &programs.programs {
                walk(&program.body, &mut |instruction| found |= wanted(&instruction.operation));
            }
            found
        };
        let hooks = &programs.hooks;
        let events = [hooks.receive, hooks.initialize_connection];
        let mut signature = Signature {
            variables: slots.variables.clone(),
            globals: slots.globals.clone(),
            ions,
            geometry: slots.geometry.clone(),
            diffusion: hooks.diffusion.iter().map(|own| own.column as usize).collect(),
            has_current: !programs.currents.is_empty(),
            has_state: hooks.advance.is_some(),
            stages: stages.collect(),
            state_reads_voltage: hooks
                .advance
                .is_some_and(|id| flow(programs, id).reads_first.contains(&Place::Voltage))
                || programs.kept_voltage.is_some(),
            procedures,
            tables,
            weights: programs.weights as usize,
            weight_unit: model.net_receive.as_ref().map_or_else(|| "".into(), |receive| receive.weight_unit.clone()),
            sends_events: uses(|operation| {
                matches!(
                    operation,
                    Operation::Send { .. } | Operation::Spike { .. } | Operation::Move { .. } | Operation::Watch { .. }
                )
            }),
            sets_voltage: events.into_iter().flatten().any(|id| flow(programs, id).may_write.contains(&Place::Voltage)),
            visits_connections: uses(|operation| matches!(operation, Operation::ForConnections { .. })),
            initializes_connections: hooks.initialize_connection.is_some(),
            streams: slots.streams.clone(),
            histories: programs.histories as usize,
            vectors: slots.lists.iter().map(|name| VectorSlot::new(name, "1", "a Vector of the C++ text")).collect(),
            held,
            amplifies_rounding: amplifies_rounding(programs, kind),
            ..Signature::new(&model.name, summary, kind)
        };
        self.mark_outputs(&mut signature);
        signature
    }

    /// Marks the private variables that are computed anew in each step, and that no program reads before: they are
    /// computed only where they are observed. The value of a public one can be asked for at any time.
    fn mark_outputs(&self, signature: &mut Signature) {
        let programs = &self.programs;
        let is_private = |name: &str| self.model.variables.iter().any(|own| *own.name == *name && !own.is_public);
        let mut kept: BTreeSet<u32> = programs.kept_voltage.into_iter().collect();
        for id in programs.roots() {
            kept.extend(flow(programs, id).reads_first.into_iter().filter_map(column_at));
        }
        kept.extend(programs.currents.iter().filter_map(|current| column_at(current.place)));
        for ion in &signature.ions {
            kept.extend(ion.reads.iter().chain(&ion.writes).map(|&(_, column)| column as u32));
            kept.extend(ion.current_slope.map(|column| column as u32));
        }
        kept.extend(signature.geometry.iter().map(|&(_, column)| column as u32));
        kept.extend(signature.diffusion.iter().map(|&column| column as u32));
        kept.extend(signature.held.iter().map(|held| held.source as u32));
        let mut computed: BTreeSet<u32> = BTreeSet::new();
        for id in [programs.hooks.current, programs.hooks.advance].into_iter().flatten() {
            computed.extend(flow(programs, id).writes.into_iter().filter_map(column_at));
        }
        let mut first = 0;
        for variable in &mut signature.variables {
            let mut columns = first..first + variable.length as u32;
            first = columns.end;
            if variable.role == SignatureRole::Assigned
                && is_private(&variable.name)
                && columns.all(|column| computed.contains(&column) && !kept.contains(&column))
            {
                variable.role = SignatureRole::Output;
            }
        }
    }

    /// The variables that hold objects which the user hands in.
    fn held_objects(&self) -> Vec<HeldObject> {
        let column = |id| match self.slots.element(id, 0) {
            Some(Place::Column(column)) => Some(column as usize),
            _ => None,
        };
        let held = self.model.held.iter().filter_map(|held| {
            let object = match (self.slots.slot(held.object), held.parameters) {
                (Slot::List(list), _) => HeldKind::List(list as usize),
                (Slot::Stream(stream), [Some(first), Some(second)]) => {
                    HeldKind::Stream { stream: stream as usize, parameters: [column(first)?, column(second)?] }
                }
                _ => return None,
            };
            Some(HeldObject { source: column(held.source)?, object })
        });
        held.collect()
    }
}

fn column_at(place: Place) -> Option<u32> {
    match place {
        Place::Column(column) => Some(column),
        _ => None,
    }
}

/// `true` if a change of the last bits becomes visible: voltage clamps, which are point processes without events whose
/// current depends on the voltage, amplify the rounding errors of numerical slopes; iterations end a round earlier or
/// later.
fn amplifies_rounding(programs: &Programs, kind: SignatureKind) -> bool {
    let hooks = &programs.hooks;
    let reads_voltage = |id| flow(programs, id).reads_first.contains(&Place::Voltage);
    let is_clamp = matches!(kind, SignatureKind::Point { .. })
        && hooks.receive.is_none()
        && programs.conductances.is_none()
        && hooks.current.is_some_and(reads_voltage);
    let mut iterates = false;
    for program in &programs.programs {
        walk(&program.body, &mut |instruction| {
            iterates |= match &instruction.operation {
                Operation::Newton { .. } => true,
                Operation::Sparse(sparse) => !sparse.is_linear,
                _ => false,
            };
        });
    }
    is_clamp || iterates
}
