//! UNITS, PARAMETER, CONSTANT, ASSIGNED, STATE, LOCAL outside blocks: variables and their defaults.

use super::{MeaningProblem, Resolver, six_digits};
use crate::diagnostic::Diagnostic;
use crate::model::{Builtin, HeldObject, Role, Storage, VariableId};
use crate::source::Span;
use crate::syntax::{Count, Declaration, File, Item, ItemKind, Name, ParameterEntry, StateEntry, UnitEntry};
use crate::verbatim;

/// The most elements of one array, and of all arrays together.
const MOST_ELEMENTS: usize = 1 << 20;

impl Resolver<'_> {
    /// Declares the variables of all declaration blocks.
    pub(super) fn declare(&mut self, file: &File) {
        self.declare_ions();
        for item in &file.items {
            self.declare_item(item);
        }
    }

    fn declare_item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Units(entries) => entries.iter().for_each(|entry| self.unit_entry(entry)),
            ItemKind::Parameter(entries) => entries.iter().for_each(|entry| self.parameter(entry)),
            ItemKind::Constant(entries) => {
                for entry in entries {
                    let name = &entry.declaration.name;
                    let value = entry.value.as_ref().map_or(0.0, |value| value.value);
                    if let Some(id) = self.declare_variable(name, Role::Constant, Storage::Constant) {
                        self.variable(id).default = value;
                        self.variable(id).unit = entry.declaration.unit.as_ref().map(|unit| unit.text.clone());
                    }
                }
            }
            ItemKind::Assigned(entries) => entries.iter().for_each(|entry| self.assigned(entry)),
            ItemKind::State(entries) => entries.iter().for_each(|entry| self.state(entry)),
            ItemKind::Local(variables) => {
                for variable in variables {
                    if let Some(id) = self.declare_variable(&variable.name, Role::FileLocal, Storage::Global) {
                        self.variable(id).length = self.length(variable.length.as_ref());
                    }
                }
            }
            ItemKind::Independent(names) => {
                // Usually `t`; any other name is a variable that never changes.
                for name in names.iter().take(1) {
                    self.find_or_add(name);
                }
            }
            _ => {}
        }
    }

    fn unit_entry(&mut self, entry: &UnitEntry) {
        let (name, value, unit) = match entry {
            UnitEntry::Alias { name, meaning } => {
                if let Err(error) = self.units.define(&name.text, &meaning.text) {
                    self.report(MeaningProblem::Unit { error }, name.span.to(meaning.span));
                }
                return;
            }
            UnitEntry::Factor { name, of, to } => match self.units.quotient(&of.text, &to.text) {
                Ok(value) => (name, value, Some(to.text.clone())),
                Err(error) => {
                    self.report(MeaningProblem::Unit { error }, of.span.to(to.span));
                    (name, f64::NAN, None)
                }
            },
            UnitEntry::Constant { name, value, unit } => {
                (name, value.value, unit.as_ref().map(|unit| unit.text.clone()))
            }
        };
        if let Some(id) = self.declare_variable(name, Role::Constant, Storage::Constant) {
            let variable = self.variable(id);
            variable.default = value;
            variable.unit = unit;
        }
    }

    fn length(&mut self, length: Option<&Count>) -> Option<usize> {
        let count = length?;
        let used: usize = self.model.variables.iter().map(|variable| variable.elements()).sum();
        match usize::try_from(count.value) {
            Ok(length) if length > 0 && length <= MOST_ELEMENTS.saturating_sub(used) => Some(length),
            _ => {
                self.report(MeaningProblem::Length { length: count.value }, count.span);
                Some(1)
            }
        }
    }

    /// Adds a variable that a block declares. Variables of the simulator and of ions keep their role.
    fn declare_variable(&mut self, name: &Name, role: Role, storage: Storage) -> Option<VariableId> {
        if let Some(&id) = self.variables.get(&name.text) {
            let variable = &self.model.variables[id.0 as usize];
            let is_builtin = matches!(variable.role, Role::Builtin(_));
            if is_builtin && matches!(role, Role::Parameter | Role::Assigned) {
                let first = self.builtins_declared.insert(id, name.span);
                if let Some(first) = first {
                    let problem = MeaningProblem::Duplicate { name: name.text.to_string() };
                    self.diagnostics.push(Diagnostic::new(problem, name.span).and(first, "first declared here"));
                }
                return None;
            }
            // A variable of an ion, added before by USEION.
            if variable.ion.is_some() && variable.span == Span::default() {
                self.variable(id).span = name.span;
                return Some(id);
            }
            if !is_builtin {
                let first = variable.span;
                let text = name.text.to_string();
                let problem = match role {
                    Role::FileLocal => MeaningProblem::SecondLocal { name: text },
                    _ => MeaningProblem::Duplicate { name: text },
                };
                self.diagnostics.push(Diagnostic::new(problem, name.span).and(first, "first declared here"));
                return None;
            }
        }
        Some(self.add(name.text.clone(), name.span, role, storage))
    }

    fn ignored(&mut self, entry: &ParameterEntry, reason: String) {
        if let Some(value) = &entry.value {
            let name = entry.declaration.name.text.to_string();
            self.report(MeaningProblem::IgnoredValue { name, value: value.value, reason }, value.span);
        }
    }

    fn parameter(&mut self, entry: &ParameterEntry) {
        let Declaration { name, length, unit } = &entry.declaration;
        let storage = if self.neuron.range.contains_key(&name.text) { Storage::Instance } else { Storage::Global };
        self.note_time(name);
        let Some(id) = self.declare_variable(name, Role::Parameter, storage) else {
            if let Some(builtin) = self.builtin(name) {
                let reason = match builtin {
                    Builtin::Celsius => "the temperature of the simulation is used",
                    Builtin::Voltage => "the voltage of the membrane is used",
                    Builtin::Time | Builtin::Step => "the simulation's time and step are used",
                    Builtin::Diameter | Builtin::Area => "the segment's own is used",
                };
                self.ignored(entry, reason.to_owned());
            }
            return;
        };
        let length = self.length(length.as_ref());
        let ion = self.model.variables[id.0 as usize].ion;
        let variable = self.variable(id);
        variable.unit = unit.as_ref().map(|unit| unit.text.clone());
        if let Some((ion, _)) = ion {
            let ion = self.model.ion(ion).name.clone();
            return self.ignored(entry, format!("the value of the ion {ion} is used"));
        }
        variable.length = length;
        variable.is_public = true;
        let written = entry.value.as_ref().map_or(0.0, |value| value.value);
        let kept = six_digits(written);
        variable.default = kept;
        variable.limits = entry.limits.as_ref().map(|limits| (limits.low.value, limits.high.value));
        if kept != written
            && let Some(value) = &entry.value
        {
            self.report(MeaningProblem::SixDigits { name: name.text.to_string(), written, kept }, value.span);
        }
    }

    /// Notes a declaration of the time.
    fn note_time(&mut self, name: &Name) {
        if self.builtin(name) == Some(Builtin::Time) {
            let (what, remedy) = ("the time is declared", "take the declaration out: t is always known");
            self.report(MeaningProblem::RefusedByNeuron { what, remedy }, name.span);
        }
    }

    fn builtin(&self, name: &Name) -> Option<Builtin> {
        match self.model.variables[self.variables.get(&name.text)?.0 as usize].role {
            Role::Builtin(builtin) => Some(builtin),
            _ => None,
        }
    }

    fn assigned(&mut self, declaration: &Declaration) {
        let Declaration { name, length, unit } = declaration;
        let storage = if self.neuron.global.contains_key(&name.text) { Storage::Global } else { Storage::Instance };
        self.note_time(name);
        if let Some(id) = self.declare_variable(name, Role::Assigned, storage) {
            let length = self.length(length.as_ref());
            let is_range = self.neuron.range.contains_key(&name.text);
            let variable = self.variable(id);
            variable.length = length;
            variable.unit = unit.as_ref().map(|unit| unit.text.clone());
            variable.is_public = is_range || storage == Storage::Global;
        }
    }

    fn state(&mut self, entry: &StateEntry) {
        let Declaration { name, length, unit } = &entry.declaration;
        let Some(id) = self.declare_variable(name, Role::State, Storage::Instance) else { return };
        let length = self.length(length.as_ref());
        let variable = self.variable(id);
        variable.role = Role::State;
        variable.length = length;
        variable.unit = unit.as_ref().map(|unit| unit.text.clone());
        variable.is_public = true;
        variable.default = entry.start.as_ref().map_or(0.0, |start| six_digits(start.value));
        if let Some(&span) = self.neuron.global.get(&name.text) {
            let (found, expected) = ("a STATE, one of each instance", "GLOBAL");
            self.report(MeaningProblem::WrongKind { name: name.text.to_string(), found, expected }, span);
        }
    }

    /// Adds properties that depend on several blocks: pointers, streams, currents, start values of states.
    pub(super) fn complete_declarations(&mut self) {
        let names = std::mem::take(&mut self.neuron);
        let lists = [
            (&names.pointer, Role::Pointer),
            (&names.bbcore_pointer, Role::BbcorePointer),
            (&names.external, Role::External),
            (&names.random, Role::Random),
        ];
        let translation = self.translation;
        for (list, role) in lists {
            for name in list {
                if translation.is_some_and(|translation| translation.held.contains_key(&name.text)) {
                    continue;
                }
                let is_null = translation.is_some_and(|translation| translation.null.contains(&name.text));
                let role = if is_null { Role::BbcorePointer } else { role };
                let id = self.find_or_add(name);
                let variable = self.variable(id);
                variable.role = role;
                variable.storage = if role == Role::Random { Storage::Instance } else { Storage::Elsewhere };
                variable.is_public = true;
            }
        }
        self.neuron = names;
        self.held_objects();
        self.complete_currents();
        self.check_range();
        self.start_values();
    }

    /// Adds the lists and streams that variables hold.
    fn held_objects(&mut self) {
        let Some(translation) = self.translation else { return };
        for (name, held) in &translation.held {
            let role = match held {
                verbatim::Held::List => Role::List,
                verbatim::Held::Stream => Role::Random,
            };
            let object = self.add(name.clone(), Span::default(), role, Storage::Instance);
            self.variable(object).is_public = true;
            let named = |name: &str| self.variables.get(name).copied();
            let source = named(&verbatim::source_name(name));
            let parameters = [verbatim::first_name(name), verbatim::second_name(name)].map(|name| named(&name));
            if let Some(source) = source {
                self.model.held.push(HeldObject { object, source, parameters });
            }
        }
    }

    /// Checks that the names in RANGE and GLOBAL are variables. One that only GLOBAL names is a variable in a thread-safe
    /// file, as in NEURON, which gives it no name outside.
    fn check_range(&mut self) {
        let lists = [("RANGE", &self.neuron.range), ("GLOBAL", &self.neuron.global)];
        let mut names: Vec<_> = lists
            .into_iter()
            .flat_map(|(word, list)| list.iter().map(move |(name, &span)| (word, name.clone(), span)))
            .collect();
        names.sort_by_key(|(_, _, span)| *span);
        for (word, name, span) in names {
            match self.variables.get(&name).map(|&id| &mut self.model.variables[id.0 as usize]) {
                Some(variable) if !matches!(variable.role, Role::Builtin(_) | Role::Constant) => {
                    variable.is_public = true;
                }
                Some(_) => {}
                None if word == "GLOBAL" && self.neuron.thread_safe => {
                    self.report(MeaningProblem::OnlyGlobal { name: name.to_string() }, span);
                    self.add(name, span, Role::Assigned, Storage::Global);
                }
                None => {
                    self.report(MeaningProblem::Undeclared { name: name.to_string(), list: word }, span);
                }
            }
        }
    }

    /// Adds the variables for the start values of states and for their rates of change.
    fn start_values(&mut self) {
        for number in 0..self.model.variables.len() {
            let variable = &self.model.variables[number];
            if variable.role != Role::State {
                continue;
            }
            let (name, span, start) = (variable.name.clone(), variable.span, variable.default);
            let (length, has_ion) = (variable.length, variable.ion.is_some());
            let rate = self.add(format!("D{name}").into(), span, Role::Rate, Storage::Instance);
            self.variable(rate).length = length;
            // The text cannot refer to it by that name.
            self.variables.remove(&*format!("D{name}"));
            let start = if has_ion { None } else { Some(self.start_value(&format!("{name}0"), span, start)) };
            let state = &mut self.model.variables[number];
            state.rate = Some(rate);
            state.start = start;
            state.default = 0.0;
        }
    }

    fn start_value(&mut self, name: &str, span: Span, value: f64) -> VariableId {
        if let Some(&id) = self.variables.get(name) {
            return id;
        }
        let id = self.add(name.into(), span, Role::Parameter, Storage::Global);
        let variable = self.variable(id);
        variable.default = value;
        variable.is_public = true;
        id
    }
}
