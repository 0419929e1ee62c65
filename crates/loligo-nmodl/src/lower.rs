//! Translates a model into programs: names become places, expressions become instructions, equations become calls of
//! solvers.

mod body;
mod cnexp;
mod equations;
mod expression;
mod hooks;
mod kinetic;
mod library;
mod linear;
mod nonlinear;
mod paste;
mod problem;
mod rates;
mod routine;
mod signature;
mod solve;
mod statement;
mod storage;
mod visit;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use loligo_mechanisms::Signature;

use self::body::{Body, Phase};
pub(super) use self::equations::Rates;
use self::kinetic::Scheme;
use self::storage::{Slot, Slots};
use crate::diagnostic::Diagnostics;
use crate::model::{LocalId, Method, Model, Role, RoutineId, Storage, VariableId};
use crate::program::{Place, ProgramId, Programs, Range, differs_if_separate, flow, fold_constants, tables_used};
use crate::source::Span;
pub use problem::LowerProblem;

/// A model translated into programs, with its signature.
#[derive(Debug)]
pub struct Lowered {
    /// Names, units and defaults.
    pub signature: Signature,
    /// The programs of all hooks.
    pub programs: Programs,
    /// Warnings and notes.
    pub findings: Diagnostics,
}

/// Translates a model into programs.
///
/// # Errors
/// The parts of the model that cannot be run, with all other findings.
pub fn lower(model: &Model) -> Result<Lowered, Diagnostics> {
    let mut lowering = Lowering::of(model);
    let hooks = lowering.hooks();
    lowering.programs.hooks = hooks;
    let signature = lowering.signature();
    lowering.check_sharing();
    lowering.check_tables();
    lowering.check_order_of_tables();
    let Lowering { mut programs, mut findings, .. } = lowering;
    fold_constants(&mut programs);
    findings.sort();
    if findings.has_errors() { Err(findings) } else { Ok(Lowered { signature, programs, findings }) }
}

/// State of the translation of one model.
struct Lowering<'a> {
    model: &'a Model,
    slots: Slots,
    programs: Programs,
    findings: Diagnostics,
    /// Findings already reported, since routines can be translated more than once.
    reported: HashSet<(Span, String)>,
    /// Programs of routines.
    known: HashMap<(RoutineId, Phase), ProgramId>,
    /// Programs of blocks of equations.
    solvers: HashMap<(RoutineId, Method), ProgramId>,
    tables: HashMap<(RoutineId, Phase), u32>,
    rates: BTreeMap<RoutineId, Rc<Rates>>,
    schemes: BTreeMap<RoutineId, Rc<Scheme>>,
    /// For schemes whose evaluation changes variables that it reads: the column that is 1 once the first step is
    /// prepared.
    evaluated: BTreeMap<RoutineId, Place>,
    /// The routines that are given as tables, in the order of the signature.
    function_tables: Vec<RoutineId>,
    /// Conductances that are local variables of BREAKPOINT, with the places that keep their values.
    kept_conductances: BTreeMap<LocalId, Place>,
    /// For each variable whose past is read and each variable with the time between, the number of its history.
    histories: BTreeMap<(VariableId, VariableId), u32>,
    /// The program under construction.
    body: Body,
}

impl<'a> Lowering<'a> {
    fn of(model: &'a Model) -> Self {
        Self {
            model,
            slots: Slots::of(model),
            programs: Programs::default(),
            findings: Diagnostics::new(),
            reported: HashSet::new(),
            known: HashMap::new(),
            solvers: HashMap::new(),
            tables: HashMap::new(),
            rates: BTreeMap::new(),
            schemes: BTreeMap::new(),
            evaluated: BTreeMap::new(),
            function_tables: Vec::new(),
            kept_conductances: BTreeMap::new(),
            histories: BTreeMap::new(),
            body: Body::default(),
        }
    }

    /// Reports a finding, unless it was reported before.
    fn report(&mut self, problem: LowerProblem, span: Span) {
        if self.reported.insert((span, problem.to_string())) {
            self.findings.report(problem, span);
        }
    }

    /// Warns of variables that NEURON keeps once for all instances and that would then have other values.
    fn check_sharing(&mut self) {
        let model = self.model;
        let mut columns = BTreeMap::new();
        for (id, variable) in (0..).map(VariableId).zip(&model.variables) {
            let is_shared = variable.storage == Storage::Global || variable.role == Role::FileLocal;
            if let (true, Slot::Columns(range)) = (is_shared, self.slots.slot(id)) {
                columns.extend(range.numbers().map(|column| (column as u32, id)));
            }
        }
        let shared = columns.keys().copied().collect();
        for column in differs_if_separate(&self.programs, &shared) {
            let variable = model.variable(columns[&column]);
            self.report(LowerProblem::Shared { name: variable.name.to_string() }, variable.span);
        }
    }

    /// Warns of tables that depend on parameters of the instance that are not behind DEPEND: NEURON makes such a table
    /// for the first instance only.
    fn check_tables(&mut self) {
        let model = self.model;
        let tables: BTreeMap<u32, RoutineId> = self.tables.iter().map(|(&(id, _), &table)| (table, id)).collect();
        for (table, id) in tables {
            let tabulated = &self.programs.tables[table as usize];
            let per_call = tabulated.per_call;
            let programs = [tabulated.program, tabulated.from, tabulated.to];
            let reads = programs.into_iter().flat_map(|program| flow(&self.programs, program).reads_first);
            let reads: HashSet<Place> = reads.filter(|place| !tabulated.depends.contains(place)).collect();
            let own = model.variables.iter().zip(0..).filter(|(variable, number)| {
                let is_own = variable.role == Role::Parameter && variable.storage == Storage::Instance;
                let columns = match self.slots.slot(VariableId(*number)) {
                    Slot::Columns(range) if is_own => range.numbers(),
                    _ => return false,
                };
                columns.into_iter().any(|column| reads.contains(&Place::Column(column as u32)))
            });
            let names: Vec<_> = own.map(|(variable, _)| variable.name.to_string()).collect();
            if let (false, Some(table)) = (names.is_empty(), &model.routine(id).table) {
                let names = names.join(", ");
                let problem = match per_call {
                    true => LowerProblem::OwnTableInput { names },
                    false => LowerProblem::TableInput { names },
                };
                self.report(problem, table.span);
            }
        }
    }

    /// Warns of tables that use others further down in the file: NEURON makes tables in the order of the file.
    fn check_order_of_tables(&mut self) {
        let model = self.model;
        let place = |id: RoutineId| model.routine(id).span.start;
        let routine_of: BTreeMap<usize, RoutineId> =
            self.tables.iter().map(|(&(id, _), &table)| (table as usize, id)).collect();
        let mut pairs = BTreeSet::new();
        for (&table, &id) in &routine_of {
            let used = tables_used(&self.programs, self.programs.tables[table].program);
            let later =
                used.iter().filter_map(|other| routine_of.get(other)).filter(|&&other| place(other) > place(id));
            pairs.extend(later.map(|&other| (id, other)));
        }
        for (id, other) in pairs {
            let name = model.routine(other).name.to_string();
            self.report(LowerProblem::LaterTable { name }, model.routine(id).span);
        }
    }

    /// Allocates temporaries.
    fn temporaries(&mut self, length: u32) -> Range {
        let first = self.programs.temporaries;
        self.programs.temporaries = first.saturating_add(length);
        Range::new(first, length)
    }

    /// The column that keeps the voltage of the last initialisation or step.
    fn kept_voltage(&mut self) -> Place {
        let column = match self.programs.kept_voltage {
            Some(column) => column,
            None => {
                let meaning = "voltage that functions called by BREAKPOINT see";
                let variable = loligo_mechanisms::Variable::assigned("kept_v", "mV", meaning);
                self.slots.add(variable).first
            }
        };
        self.programs.kept_voltage = Some(column);
        Place::Column(column)
    }
}
