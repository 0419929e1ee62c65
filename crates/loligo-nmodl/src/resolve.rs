//! Makes the model of a syntax tree: replaces names by numbers, and merges the declarations of a variable in several
//! blocks.

mod blocks;
mod body;
mod check;
mod declarations;
mod expression;
mod ions;
mod kinetic;
mod neuron;
mod order;
mod problem;
mod solve;
mod statement;
mod threads;
mod unit_check;
mod unknown;
mod unset;

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostics, Problem};
use crate::model::{Builtin, IonId, Kind, Model, Role, RoutineId, Storage, Variable, VariableId};
use crate::source::Span;
use crate::syntax::{File, Name};
use crate::units::Units;
use crate::verbatim;
pub use problem::MeaningProblem;

/// Makes the model of a syntax tree; `name` is the mechanism's name if the file does not give one.
///
/// Errors are added to the diagnostics; the result is `None` if there are errors.
pub fn resolve(file: &File, name: &str, diagnostics: &mut Diagnostics) -> Option<Model> {
    let translation = verbatim::translate(file);
    let (written, file) = (file, translation.as_ref().map_or(file, |translation| &translation.file));
    let mut resolver = Resolver::new(name, diagnostics);
    resolver.neuron(file);
    resolver.verbatim = threads::verbatim_texts(written);
    resolver.translation = translation.as_ref();
    resolver.declare(file);
    resolver.complete_declarations();
    let heads = resolver.heads(file);
    resolver.bodies(heads);
    resolver.number_states(file);
    resolver.decide_threads(written);
    if resolver.diagnostics.has_errors() {
        return None;
    }
    resolver.check();
    resolver.check_units(file);
    let has_errors = resolver.diagnostics.has_errors();
    (!has_errors).then_some(resolver.model)
}

struct Resolver<'a> {
    diagnostics: &'a mut Diagnostics,
    model: Model,
    variables: HashMap<Arc<str>, VariableId>,
    routines: HashMap<Arc<str>, RoutineId>,
    units: Units,
    neuron: neuron::NeuronNames,
    /// The C++ text of all VERBATIM blocks.
    verbatim: String,
    /// The file with its C++ text written as NMODL, if it has such text.
    translation: Option<&'a verbatim::Translation>,
    /// The method with which BREAKPOINT solves each block.
    methods: HashMap<Arc<str>, Option<Arc<str>>>,
    /// Routines that cannot be run, with the reasons.
    opaque: HashMap<RoutineId, (Span, String)>,
    /// Variables of the simulator that blocks declare, with the places of the last declaration.
    builtins_declared: HashMap<VariableId, Span>,
    /// `true` if a call draws from NEURON's generator for all mechanisms.
    draws_from_one_generator: bool,
    /// The routines that each one calls.
    calls: HashMap<RoutineId, Vec<RoutineId>>,
}

impl<'a> Resolver<'a> {
    fn new(name: &str, diagnostics: &'a mut Diagnostics) -> Self {
        let model = Model {
            name: name.into(),
            kind: Kind::Density,
            title: String::new(),
            variables: Vec::new(),
            ions: Vec::new(),
            routines: Vec::new(),
            hooks: Default::default(),
            solves: Vec::new(),
            net_receive: None,
            conditions: Vec::new(),
            currents: Vec::new(),
            conductances: Vec::new(),
            state_order: Vec::new(),
            held: Vec::new(),
            thread_unsafe: None,
        };
        let mut resolver = Self {
            diagnostics,
            model,
            variables: HashMap::new(),
            routines: HashMap::new(),
            units: Units::new(),
            neuron: Default::default(),
            verbatim: String::new(),
            translation: None,
            methods: HashMap::new(),
            opaque: HashMap::new(),
            builtins_declared: HashMap::new(),
            draws_from_one_generator: false,
            calls: HashMap::new(),
        };
        for (name, builtin, unit) in Builtin::ALL {
            let id = resolver.add(name.into(), Span::default(), Role::Builtin(builtin), Storage::Elsewhere);
            resolver.model.variables[id.0 as usize].unit = Some(unit.into());
        }
        resolver
    }

    fn report(&mut self, problem: impl Problem + 'static, span: Span) {
        self.diagnostics.report(problem, span);
    }

    fn variable(&mut self, id: VariableId) -> &mut Variable {
        &mut self.model.variables[id.0 as usize]
    }

    /// Adds a variable; it hides an earlier one of the same name.
    fn add(&mut self, name: Arc<str>, span: Span, role: Role, storage: Storage) -> VariableId {
        let id = VariableId(self.model.variables.len() as u32); // at most one per byte of text
        self.variables.insert(name.clone(), id);
        self.model.variables.push(Variable {
            name,
            span,
            unit: None,
            role,
            storage,
            is_public: false,
            length: None,
            default: 0.0,
            limits: None,
            ion: None,
            start: None,
            rate: None,
            is_written: false,
            is_read: false,
        });
        id
    }

    /// The variable of a name; an undeclared one is added as ASSIGNED.
    fn find_or_add(&mut self, name: &Name) -> VariableId {
        match self.variables.get(&name.text) {
            Some(&id) => id,
            None => self.add(name.text.clone(), name.span, Role::Assigned, Storage::Instance),
        }
    }

    fn ion(&self, name: &str) -> Option<IonId> {
        let position = self.model.ions.iter().position(|ion| &*ion.name == name)?;
        Some(IonId(position as u32)) // at most one per byte of text
    }
}

/// The value of a number in PARAMETER, rounded to six digits as in NEURON.
pub(crate) fn six_digits(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value) // what Rust writes it reads
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_keep_six_digits() {
        let kept = [0.12345678901234, 123456789.0, 8.31446261, -96485.309].map(super::six_digits);
        assert_eq!(kept, [0.123457, 123457000.0, 8.31446, -96485.3]);
    }
}
