//! A model becomes programs: names become places, expressions instructions, and equations what solves them.

mod body;
mod cnexp;
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

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use loligo_mechanisms::Signature;

pub use problem::LowerProblem;

use self::body::{Body, Phase};
use self::kinetic::Scheme;
use self::rates::Rates;
use self::storage::Slots;
use crate::Diagnostics;
use crate::model::{LocalId, Method, Model, RoutineId};
use crate::program::{Place, ProgramId, Programs, Range};
use crate::source::Span;

/// A model as programs, with the signature that belongs to them.
#[derive(Debug)]
pub struct Lowered {
    /// Names, units and defaults.
    pub signature: Signature,
    /// What the hooks run.
    pub programs: Programs,
    /// Warnings and notes.
    pub findings: Diagnostics,
}

/// Makes programs of a model.
///
/// # Errors
/// What of the model cannot be run, with all that was found besides.
pub fn lower(model: &Model) -> Result<Lowered, Diagnostics> {
    let mut lowering = Lowering::of(model);
    let hooks = lowering.hooks();
    lowering.programs.hooks = hooks;
    let signature = lowering.signature();
    let Lowering { programs, mut findings, .. } = lowering;
    findings.sort();
    if findings.has_errors() { Err(findings) } else { Ok(Lowered { signature, programs, findings }) }
}

/// A model while programs are made of it.
struct Lowering<'a> {
    model: &'a Model,
    slots: Slots,
    programs: Programs,
    findings: Diagnostics,
    /// What has been reported: routines can be lowered more than once.
    reported: HashSet<(Span, String)>,
    /// Programs of routines.
    known: HashMap<(RoutineId, Phase), ProgramId>,
    /// Programs of blocks of equations.
    solvers: HashMap<(RoutineId, Method), ProgramId>,
    tables: HashMap<(RoutineId, Phase), u32>,
    rates: BTreeMap<RoutineId, Rc<Rates>>,
    schemes: BTreeMap<RoutineId, Rc<Scheme>>,
    /// Of schemes whose evaluation leaves something: the column that says whether the first step has been prepared.
    evaluated: BTreeMap<RoutineId, Place>,
    /// The routines that are handed in as tables, in the order of the signature.
    function_tables: Vec<RoutineId>,
    /// Conductances that are local variables of BREAKPOINT, and where they are kept.
    kept_conductances: BTreeMap<LocalId, Place>,
    /// The program that is being made.
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
            body: Body::default(),
        }
    }

    /// Reports something, unless it has been reported.
    fn report(&mut self, problem: LowerProblem, span: Span) {
        if self.reported.insert((span, problem.to_string())) {
            self.findings.report(problem, span);
        }
    }

    /// New temporaries.
    fn temporaries(&mut self, length: u32) -> Range {
        let first = self.programs.temporaries;
        self.programs.temporaries = first.saturating_add(length);
        Range::new(first, length)
    }

    /// The column that has the voltage of the last initialisation or step.
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
