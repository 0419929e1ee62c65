//! A cell of realistic shape with a steady current.

use std::path::Path;

use loligo::morphology::Morphology;
use loligo::prelude::*;

use crate::WorkloadError;

/// A cell of a morphology file with three segments in each section, hh and pas everywhere, and 1.5 nA at the soma from
/// 1 ms on; `table` as in [`Hh`].
///
/// # Errors
/// A file that is not a morphology, or has no soma.
pub fn detailed_cell(morphology: &Path, table: bool) -> Result<Network, WorkloadError> {
    let imported = Morphology::read(morphology)?;
    let mut cell = Cell::of_morphology("cell", &imported.morphology);
    for section in &mut cell.sections {
        section.discretization = Discretization::Fixed(3);
        section.axial_resistance = 100.0; // ohm cm
    }
    cell.paint(Region::All, Hh { table, ..Hh::default() });
    cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 });
    let soma = cell.sections.iter().position(|section| section.kind == SectionKind::Soma);
    let soma = soma.ok_or_else(|| WorkloadError::NoSoma(morphology.to_owned()))?;
    cell.place("electrode", soma, 0.5, IClamp { delay: 1.0, dur: 1e9, amp: 1.5 }); // ms, ms, nA
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    network.watch(SourceRef::voltage(cell, soma, 0.5), 0.0);
    Ok(network)
}
