//! Several mechanisms that change one concentration of a section.

use std::collections::{HashMap, HashSet};

use loligo::kernels::IonVariable;
use loligo::{Cell, ModelPart};

use crate::model_file::decoder::Decoder;
use crate::model_file::table::Span;

/// A concentration of a section: `true` if it is inside.
type Concentration = (usize, String, bool);

impl Decoder {
    /// Warns of mechanisms that write a concentration which another one writes on the same section, as NEURON does: each
    /// begins with the value that the one before has left.
    pub(super) fn shared_concentrations(&mut self) {
        let mut looked_at = HashSet::new();
        let mut warnings = Vec::new();
        for (index, cell) in self.network.cells.iter().enumerate() {
            if looked_at.insert((cell.painted.address(), cell.points.address())) {
                warnings.extend(self.shared_on(index, cell));
            }
        }
        for (span, text) in warnings {
            self.warn(span, text);
        }
    }

    /// The warnings of a cell, one for each mechanism that is painted or placed.
    fn shared_on(&self, index: usize, cell: &Cell) -> Vec<(Span, String)> {
        let mut writers: HashMap<Concentration, &str> = HashMap::new();
        let mut warnings = Vec::new();
        let painted = cell.painted.iter().enumerate().map(|(painted, painting)| {
            let sections = cell.sections_of(&painting.region).unwrap_or_default();
            (ModelPart::Painted { cell: index, painted }, &painting.mechanism.name, sections)
        });
        let points = cell.points.iter().enumerate().map(|(point, placed)| {
            (ModelPart::Point { cell: index, point }, &placed.mechanism.name, vec![placed.section])
        });
        for (part, name, sections) in painted.chain(points) {
            let Some(known) = self.network.catalogue().find(name) else { continue };
            let mut first = None;
            for ion in &known.signature().ions {
                let writes = |variable| ion.writes.iter().any(|(written, _)| *written == variable);
                let sides = [(IonVariable::Inside, true), (IonVariable::Outside, false)];
                for (_, is_inside) in sides.into_iter().filter(|(variable, _)| writes(*variable)) {
                    for &section in &sections {
                        let writer = *writers.entry((section, ion.ion.clone(), is_inside)).or_insert(name);
                        if writer != name {
                            first.get_or_insert((section, ion.ion.clone(), is_inside, writer));
                        }
                    }
                }
            }
            let Some((section, ion, is_inside, writer)) = first else { continue };
            let side = if is_inside { "inside" } else { "outside" };
            let section = cell.sections.get(section).map_or("", |section| section.name.as_str());
            let text = format!(
                "{name} and {writer} both compute the concentration of {} {side} \"{section}\" of cell \"{}\": each begins \
                 with the value that the other has left",
                ion.strip_suffix("_ion").unwrap_or(&ion),
                cell.name
            );
            warnings.extend(self.source_map.place_of(part).map(|(span, _)| (span, text)));
        }
        warnings
    }
}
