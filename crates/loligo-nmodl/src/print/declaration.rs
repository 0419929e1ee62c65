//! Prints declarations.

use super::{Printer, listed};
use crate::syntax::{Declaration, NeuronEntry, ParameterEntry, StateEntry, Unit, UnitEntry, Value};

impl Printer {
    pub(super) fn declaration(declaration: &Declaration) -> String {
        let length = declaration.length.as_ref().map_or(String::new(), |length| format!("[{}]", length.value));
        format!("{}{length}{}", declaration.name.text, unit_text(declaration.unit.as_ref()))
    }

    pub(super) fn parameter_entry(entry: &ParameterEntry) -> String {
        let Declaration { name, length, unit } = &entry.declaration;
        let length = length.as_ref().map_or(String::new(), |length| format!("[{}]", length.value));
        let value = entry.value.as_ref().map_or(String::new(), |value| format!(" = {}", number(value)));
        let limits = entry.limits.as_ref();
        let limits =
            limits.map_or(String::new(), |limits| format!(" <{}, {}>", number(&limits.low), number(&limits.high)));
        format!("{}{length}{value}{}{limits}", name.text, unit_text(unit.as_ref()))
    }

    pub(super) fn state_entry(entry: &StateEntry) -> String {
        let start = entry.start.as_ref().map_or(String::new(), |start| format!(" START {}", number(start)));
        Self::declaration(&entry.declaration) + &start
    }

    pub(super) fn unit_entry(entry: &UnitEntry) -> String {
        match entry {
            UnitEntry::Alias { name, meaning } => format!("({}) = ({})", name.text, meaning.text),
            UnitEntry::Factor { name, of, to } => format!("{} = ({}) ({})", name.text, of.text, to.text),
            UnitEntry::Constant { name, value, unit } => {
                format!("{} = {}{}", name.text, number(value), unit_text(unit.as_ref()))
            }
        }
    }

    pub(super) fn neuron_entry(entry: &NeuronEntry) -> String {
        match entry {
            NeuronEntry::Suffix(name) => format!("SUFFIX {}", name.text),
            NeuronEntry::PointProcess(name) => format!("POINT_PROCESS {}", name.text),
            NeuronEntry::ArtificialCell(name) => format!("ARTIFICIAL_CELL {}", name.text),
            NeuronEntry::UseIon(ion) => {
                let mut text = format!("USEION {}", ion.ion.text);
                for (word, names) in [("READ", &ion.reads), ("WRITE", &ion.writes)] {
                    if !names.is_empty() {
                        text += &format!(" {word} {}", listed(names, ", "));
                    }
                }
                ion.valence.as_ref().map_or(text.clone(), |valence| format!("{text} VALENCE {}", number(valence)))
            }
            NeuronEntry::NonspecificCurrent(names) => format!("NONSPECIFIC_CURRENT {}", listed(names, ", ")),
            NeuronEntry::ElectrodeCurrent(names) => format!("ELECTRODE_CURRENT {}", listed(names, ", ")),
            NeuronEntry::Range(names) => format!("RANGE {}", listed(names, ", ")),
            NeuronEntry::Global(names) => format!("GLOBAL {}", listed(names, ", ")),
            NeuronEntry::Pointer(names) => format!("POINTER {}", listed(names, ", ")),
            NeuronEntry::BbcorePointer(names) => format!("BBCOREPOINTER {}", listed(names, ", ")),
            NeuronEntry::External(names) => format!("EXTERNAL {}", listed(names, ", ")),
            NeuronEntry::Random(names) => format!("RANDOM {}", listed(names, ", ")),
            NeuronEntry::ThreadSafe(_) => "THREADSAFE".to_owned(),
        }
    }
}

fn unit_text(unit: Option<&Unit>) -> String {
    unit.map_or(String::new(), |unit| format!(" ({})", unit.text))
}

/// A spelling of a number that parses to the same value.
fn number(value: &Value) -> String {
    format!("{:?}", value.value)
}
