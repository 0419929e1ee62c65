//! The names of a file to which its C text can refer.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::constant::{Constant, constant};
use super::names::{declared_names, used_names};
use super::parse::{FileText, expression_of};
use super::preprocess::Preprocessor;
use super::refusal::Refusal;
use super::tree::{Base, Function, Initial};
use crate::model::Builtin;
use crate::source::Span;
use crate::syntax::{File, ItemKind, NeuronEntry};

/// The names of a file to which its C text can refer.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// FUNCTIONs and PROCEDUREs with the numbers of their arguments; `true` for a FUNCTION.
    pub(super) routines: HashMap<Arc<str>, (usize, bool)>,
    /// All names of the NMODL text.
    pub(super) names: HashSet<Arc<str>>,
    /// The variables that NMODL declares; `true` for an array.
    pub(super) variables: HashMap<Arc<str>, bool>,
    /// POINTER and BBCOREPOINTER; `true` if NMODL uses its value as a number.
    pub(super) pointers: HashMap<Arc<str>, bool>,
    /// The mechanism's name.
    pub(super) mechanism: Arc<str>,
    /// Functions of C that are understood.
    pub(super) functions: HashMap<Arc<str>, Function>,
    /// Functions of C that are not.
    pub(super) unread: HashMap<Arc<str>, Refusal>,
    /// Constants of C, and the initial values of variables of the file.
    pub(super) constants: HashMap<Arc<str>, Constant>,
    /// The variables of the file that C declares, with their places.
    pub(super) file_variables: HashMap<Arc<str>, Span>,
}

impl Facts {
    pub(super) fn of(file: &File, text: FileText, preprocessor: &Preprocessor) -> Self {
        let mut facts = Self::default();
        facts.names.extend(file.names.iter().map(|name| name.text.clone()));
        facts.variables = declared_names(&file.items);
        facts.variables.extend(Builtin::ALL.iter().map(|(name, ..)| (Arc::from(*name), false)));
        let used = used_names(&file.items);
        for item in &file.items {
            match &item.kind {
                ItemKind::Function(routine) | ItemKind::FunctionTable(routine) => {
                    facts.routines.insert(routine.name.text.clone(), (routine.arguments.len(), true));
                }
                ItemKind::Procedure(routine) => {
                    facts.routines.insert(routine.name.text.clone(), (routine.arguments.len(), false));
                }
                ItemKind::Neuron(entries) => entries.iter().for_each(|entry| facts.entry(entry, &used)),
                _ => {}
            }
        }
        facts.constants(&text, preprocessor);
        facts.functions = text.functions.into_iter().map(|function| (function.name.clone(), function)).collect();
        facts.unread = text.unread.into_iter().collect();
        facts
    }

    fn entry(&mut self, entry: &NeuronEntry, used: &HashSet<Arc<str>>) {
        match entry {
            NeuronEntry::Pointer(names) | NeuronEntry::BbcorePointer(names) => {
                let named = names.iter().map(|name| (name.text.clone(), used.contains(&name.text)));
                self.pointers.extend(named);
            }
            NeuronEntry::Suffix(name) | NeuronEntry::PointProcess(name) | NeuronEntry::ArtificialCell(name) => {
                self.mechanism = name.text.clone();
            }
            _ => {}
        }
    }

    /// Adds the constants: variables with a constant initial value (0 if they have none), and macros.
    fn constants(&mut self, text: &FileText, preprocessor: &Preprocessor) {
        for variable in &text.variables {
            if !variable.own_type.is_number() || variable.length.is_some() {
                continue;
            }
            let known = |name: &str| self.constants.get(name).copied();
            let value = match &variable.value {
                Initial::None => Some(0.0),
                Initial::Value(value) => constant(value, &known).map(|known| known.value),
                Initial::List(_) => None,
            };
            let is_whole = variable.own_type.base == Base::Whole;
            if let Some(value) = value {
                let value = if is_whole { value.trunc() } else { value };
                self.constants.insert(variable.name.clone(), Constant { value, is_whole });
                self.file_variables.insert(variable.name.clone(), variable.span);
            }
        }
        let mut macros = HashMap::new();
        for (name, tokens) in preprocessor.constants() {
            let value = expression_of(tokens)
                .ok()
                .and_then(|value| constant(&value, &|name| self.constants.get(name).copied()));
            macros.extend(value.map(|known| (name.clone(), known)));
        }
        self.constants.extend(macros);
    }
}
