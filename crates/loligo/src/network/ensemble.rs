//! Ensembles: many cells with one description.

use std::ops::Range;

use crate::cell::Cell;
use crate::cell::own_values::{OwnValues, ParameterRef};
use crate::network::Network;
use crate::network::parameter_table::{ParameterTable, TableErrors};
use crate::shared::Shared;

impl Network {
    /// Adds an ensemble: as many cells of one description as the table has rows, each with the parameters of its row,
    /// named `name[0]`, `name[1]`...; returns their indices.
    ///
    /// They are ordinary cells: connections and recordings address the k-th as cell `range.start + k`.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("sweep");
    /// let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    /// cell.paint(Region::All, Hh::default());
    /// cell.place("electrode", soma, 0.5, IClamp { delay: 1.0, dur: 1e9, amp: 0.0 });
    ///
    /// let mut network = Network::new();
    /// let amplitudes = (0..100).map(|k| 0.005 * f64::from(k)); // nA
    /// let cells = network.add_ensemble(&cell, &ParameterTable::new().with("electrode.amp", amplitudes))?;
    /// for cell in cells {
    ///     network.watch(SourceRef::voltage(cell, soma, 0.5), -20.0); // mV
    /// }
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// simulation.run_until(100.0)?; // ms
    /// assert_eq!(simulation.spikes_of_connection(0).len(), 0);
    /// assert_eq!(simulation.spikes_of_connection(99).len(), 11);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A table whose columns differ in length. Names that the cell lacks are reported when the network is checked.
    pub fn add_ensemble(&mut self, cell: &Cell, table: &ParameterTable) -> Result<Range<usize>, TableErrors> {
        let first = self.cells.len();
        let names = (0..table.rows()?).map(|row| format!("{}[{row}]", cell.name));
        self.add_members(cell, table.columns(), names);
        Ok(first..self.cells.len())
    }

    /// Adds a cell for each name, with its row's values; returns which columns are values of the cells' own; the others
    /// are properties of their sections.
    pub fn add_members(
        &mut self,
        cell: &Cell,
        columns: &[(ParameterRef, Vec<f64>)],
        names: impl Iterator<Item = String>,
    ) -> Vec<usize> {
        let properties: Vec<_> = columns.iter().map(|(parameter, _)| cell.section_property(parameter)).collect();
        let (of_sections, own): (Vec<usize>, Vec<usize>) =
            (0..columns.len()).partition(|&column| properties[column].is_some());
        let inherited = cell.own.parameters().iter();
        let parameters = inherited.chain(own.iter().map(|&column| &columns[column].0)).cloned();
        let parameters = Shared::from(parameters.collect::<Vec<_>>());
        let inherited = cell.own.properties().map(|(property, _)| property);
        let own_properties = inherited.chain(of_sections.iter().map(|&column| &columns[column].0)).cloned();
        let own_properties = Shared::from(own_properties.collect::<Vec<_>>());
        for (row, name) in names.enumerate() {
            let mut member = Cell { name, ..cell.clone() };
            if own.len() < columns.len() {
                let sections: &mut Vec<_> = &mut member.sections;
                for (property, (_, values)) in properties.iter().zip(columns) {
                    if let Some(property) = property {
                        property.set(sections, values[row]);
                    }
                }
            }
            let values = cell.own.values().iter().copied().chain(own.iter().map(|&column| columns[column].1[row]));
            let inherited = cell.own.properties().map(|(_, value)| value);
            let of_sections = inherited.chain(of_sections.iter().map(|&column| columns[column].1[row])).collect();
            member.own = OwnValues::new(parameters.clone(), values.collect())
                .with_properties(own_properties.clone(), of_sections);
            self.cells.push(member);
        }
        own
    }
}
