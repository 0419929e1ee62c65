//! USEION, and the currents of a mechanism.

use loligo_mechanisms::IonVariable;

use super::{MeaningProblem, Resolver};
use crate::diagnostic::Diagnostic;
use crate::model::{Current, Ion, IonId, Role, Storage, VariableId};
use crate::source::Span;
use crate::syntax::Name;

impl Resolver<'_> {
    /// Adds the ions and their variables; other blocks may declare these variables again.
    pub(super) fn declare_ions(&mut self) {
        let declarations = std::mem::take(&mut self.neuron.ions);
        for declaration in &declarations {
            let name = &declaration.ion;
            if let Some(first) = self.ion(&name.text) {
                let first = self.model.ion(first).span;
                let problem = MeaningProblem::Second { what: "USEION of the same ion" };
                self.diagnostics.push(Diagnostic::new(problem, name.span).and(first, "the first is here"));
            }
            let id = IonId(self.model.ions.len() as u32); // at most one per byte of text
            let valence = declaration.valence.as_ref().map(|valence| valence.value);
            let (text, span) = (name.text.clone(), name.span);
            self.model.ions.push(Ion { name: text, span, valence, reads: Vec::new(), writes: Vec::new() });
            let mut declared = |list: &[Name]| -> Vec<(IonVariable, VariableId)> {
                list.iter().filter_map(|name| self.ion_variable(id, name)).collect()
            };
            let (reads, writes) = (declared(&declaration.reads), declared(&declaration.writes));
            let ion = &mut self.model.ions[id.0 as usize];
            (ion.reads, ion.writes) = (reads, writes);
        }
        self.neuron.ions = declarations;
    }

    fn ion_variable(&mut self, id: IonId, name: &Name) -> Option<(IonVariable, VariableId)> {
        let ion = self.model.ion(id).name.clone();
        let kinds = [
            (format!("e{ion}"), IonVariable::ReversalPotential),
            (format!("{ion}i"), IonVariable::Inside),
            (format!("{ion}o"), IonVariable::Outside),
            (format!("i{ion}"), IonVariable::Current),
        ];
        let Some((_, kind)) = kinds.into_iter().find(|(known, _)| **known == *name.text) else {
            self.report(MeaningProblem::IonVariable { ion: ion.to_string(), name: name.text.to_string() }, name.span);
            return None;
        };
        if let Some(&known) = self.variables.get(&name.text)
            && self.model.variables[known.0 as usize].ion == Some((id, kind))
        {
            return Some((kind, known));
        }
        // Its span is set later, when another block declares it.
        let variable = self.add(name.text.clone(), Span::default(), Role::Assigned, Storage::Instance);
        self.variable(variable).ion = Some((id, kind));
        Some((kind, variable))
    }

    /// The currents in the order in which the NEURON block names them.
    pub(super) fn complete_currents(&mut self) {
        let currents = std::mem::take(&mut self.neuron.currents);
        for current in &currents {
            match current {
                Ok((name, is_electrode)) => {
                    let variable = self.find_or_add(name);
                    let current = Current { variable, ion: None, is_electrode: *is_electrode };
                    self.model.currents.push(current);
                }
                Err(ion) => {
                    let id = IonId(*ion as u32); // the numbers of `declare_ions`
                    let written = self.model.ions[*ion].writes.iter();
                    let own = written.filter(|(kind, _)| *kind == IonVariable::Current);
                    let currents: Vec<Current> =
                        own.map(|&(_, variable)| Current { variable, ion: Some(id), is_electrode: false }).collect();
                    self.model.currents.extend(currents);
                }
            }
        }
        self.neuron.currents = currents;
    }
}
