//! Connections as comma-separated values.

use std::io::{self, Write};

use crate::network::Network;
use crate::network::references::{SourceRef, TargetRef};

/// The columns of a table of connections, in the order in which they are written.
pub const CONNECTION_COLUMNS: [&str; 6] = ["source", "target", "synapse", "weight", "delay", "threshold"];

impl Network {
    /// Writes every connection from a source to a target, in order: a line `source,target,synapse,weight,delay,threshold`
    /// each.
    ///
    /// `source` is a place such as `exc[3].soma(0.5).v` or an artificial cell, `target` a cell and `synapse` its point
    /// process (empty for artificial cells). Weights (several are separated by blanks) are in the synapse's unit, uS for
    /// the built-in ones, delays in ms; `threshold` is empty if none was given. Numbers have as many digits as are
    /// needed to read back the same bits. Detectors and trains of given events are left out.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// let soma = cell.add_section(Section::soma(20.0)); // um
    /// let synapse = cell.place("ampa", soma, 0.5, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// let train = network.add_artificial_cell("train", NetStim::default());
    /// network.connect(Connection::new(SourceRef::Artificial(train), TargetRef::Point { cell, point: synapse }, 1e-3, 1.5)); // uS, ms
    /// let mut table = Vec::new();
    /// network.write_connections(&mut table)?;
    /// assert_eq!(table, b"source,target,synapse,weight,delay,threshold\ntrain,cell,ampa,0.001,1.5,\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `file`.
    pub fn write_connections(&self, file: impl Write) -> io::Result<()> {
        let mut rows = csv::Writer::from_writer(file);
        rows.write_record(CONNECTION_COLUMNS)?;
        for connection in self.connections.iter() {
            let (Some(source), Some(target)) = (connection.source, connection.target) else { continue };
            let (target, synapse) = self.names_of_target(target);
            let weights: Vec<String> = connection.weight.iter().map(f64::to_string).collect();
            let threshold = connection.threshold.map_or_else(String::new, |threshold| threshold.to_string());
            let delay = connection.delay.to_string();
            let source = self.name_of_source(source);
            rows.write_record([&*source, target, synapse, &weights.join(" "), &delay, &threshold])?;
        }
        rows.flush()
    }

    fn name_of_source(&self, source: &SourceRef) -> String {
        match source {
            SourceRef::Variable(variable) => self.name_of(variable),
            SourceRef::Point { cell, point } => self.name_of_point(*cell, *point),
            SourceRef::Artificial(cell) => {
                self.artificial_cells.get(*cell).map_or_else(String::new, |cell| cell.name.clone())
            }
        }
    }

    fn names_of_target(&self, target: TargetRef) -> (&str, &str) {
        match target {
            TargetRef::Point { cell, point } => self
                .cells
                .get(cell)
                .map_or(("", ""), |cell| (&*cell.name, cell.points.get(point).map_or("", |point| &*point.name))),
            TargetRef::Artificial(cell) => (self.artificial_cells.get(cell).map_or("", |cell| &*cell.name), ""),
        }
    }
}
