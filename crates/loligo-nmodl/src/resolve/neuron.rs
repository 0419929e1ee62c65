//! The NEURON block.

use std::collections::HashMap;
use std::sync::Arc;

use super::{MeaningProblem, Resolver};
use crate::diagnostic::Diagnostic;
use crate::model::Kind;
use crate::source::Span;
use crate::syntax::{File, IonDeclaration, ItemKind, Name, NeuronEntry};

/// The names in the NEURON block, by statement.
#[derive(Default)]
pub(super) struct NeuronNames {
    /// RANGE.
    pub range: HashMap<Arc<str>, Span>,
    /// GLOBAL.
    pub global: HashMap<Arc<str>, Span>,
    /// POINTER.
    pub pointer: Vec<Name>,
    /// BBCOREPOINTER.
    pub bbcore_pointer: Vec<Name>,
    /// EXTERNAL.
    pub external: Vec<Name>,
    /// RANDOM.
    pub random: Vec<Name>,
    /// USEION.
    pub ions: Vec<IonDeclaration>,
    /// The currents without an ion, in the order of the text; `true` for a current of an electrode. `Err` stands for
    /// the currents of an ion, by its number in `ions`.
    pub currents: Vec<Result<(Name, bool), usize>>,
    /// THREADSAFE.
    pub thread_safe: bool,
}

impl Resolver<'_> {
    /// Reads the NEURON blocks.
    pub(super) fn neuron(&mut self, file: &File) {
        let mut named: Option<Span> = None;
        let entries = file.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Neuron(entries) => Some(entries),
            _ => None,
        });
        for entry in entries.flatten() {
            let kind = match entry {
                NeuronEntry::Suffix(name) if &*name.text == "nothing" => Some((Kind::Nothing, name)),
                NeuronEntry::Suffix(name) => Some((Kind::Density, name)),
                NeuronEntry::PointProcess(name) => Some((Kind::Point, name)),
                NeuronEntry::ArtificialCell(name) => Some((Kind::Artificial, name)),
                _ => None,
            };
            if let Some((kind, name)) = kind {
                if let Some(first) = named {
                    let problem = MeaningProblem::Second { what: "SUFFIX, POINT_PROCESS or ARTIFICIAL_CELL" };
                    self.diagnostics.push(Diagnostic::new(problem, name.span).and(first, "the first is here"));
                }
                named = Some(name.span);
                self.model.kind = kind;
                if kind != Kind::Nothing {
                    self.model.name = name.text.clone();
                }
            }
            self.neuron_entry(entry);
        }
        for item in &file.items {
            match &item.kind {
                ItemKind::Title(title) if self.model.title.is_empty() => self.model.title = title.clone(),
                _ => {}
            }
        }
    }

    fn neuron_entry(&mut self, entry: &NeuronEntry) {
        let names = &mut self.neuron;
        let spans = |list: &[Name]| list.iter().map(|name| (name.text.clone(), name.span)).collect::<Vec<_>>();
        match entry {
            NeuronEntry::Suffix(_) | NeuronEntry::PointProcess(_) | NeuronEntry::ArtificialCell(_) => {}
            NeuronEntry::Range(list) => names.range.extend(spans(list)),
            NeuronEntry::Global(list) => names.global.extend(spans(list)),
            NeuronEntry::Pointer(list) => names.pointer.extend(list.iter().cloned()),
            NeuronEntry::BbcorePointer(list) => names.bbcore_pointer.extend(list.iter().cloned()),
            NeuronEntry::External(list) => names.external.extend(list.iter().cloned()),
            NeuronEntry::Random(list) => names.random.extend(list.iter().cloned()),
            NeuronEntry::ThreadSafe(_) => names.thread_safe = true,
            NeuronEntry::NonspecificCurrent(list) => {
                names.currents.extend(list.iter().map(|name| Ok((name.clone(), false))));
            }
            NeuronEntry::ElectrodeCurrent(list) => {
                names.currents.extend(list.iter().map(|name| Ok((name.clone(), true))));
            }
            NeuronEntry::UseIon(ion) => {
                names.currents.push(Err(names.ions.len()));
                names.ions.push(ion.clone());
            }
        }
    }
}
