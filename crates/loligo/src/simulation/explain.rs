//! Converts errors of the engine to errors with the names of the network.

use loligo_engine::{EngineError, Sender};
use loligo_io::plain;

use crate::cell::Cell;
use crate::network::references::{SourceRef, VariableRef};
use crate::simulation::Simulation;
use crate::simulation::error::SimulationError;

/// Section and x of a node, for messages.
pub(super) fn place_of_node(cell: &Cell, node: u32) -> (usize, f64) {
    // The cable was already built for the simulation, so this does not fail.
    let Ok(cable) = cell.cable() else { return (0, 0.5) };
    let found = &cable.nodes[node as usize];
    let section = found.section as usize;
    let segments = cable.segment_nodes(section).len();
    let x = match found.segment {
        Some(segment) => (f64::from(segment) + 0.5) / segments as f64,
        None if cable.node_at(section, 0.0) == node => 0.0,
        None => 1.0,
    };
    (section, x)
}

impl Simulation {
    pub(super) fn explain(&self, error: EngineError) -> SimulationError {
        match error {
            EngineError::NonFinite { cell, node, voltage, t, mechanism } => {
                let cell = &self.cells[cell];
                let (section, x) = place_of_node(cell, node);
                SimulationError::NonFinite {
                    cell: cell.name.clone(),
                    section: cell.sections[section].name.clone(),
                    x,
                    voltage,
                    t,
                    mechanism,
                }
            }
            EngineError::Runaway { population, instance, mechanism, limit, t, in_loop } => {
                let place = Some((population as usize, instance as usize));
                let cell = self.artificial_cells.iter().find(|(_, own)| *own == place);
                let cell = cell.map_or_else(|| format!("{mechanism} {instance}"), |(name, _)| name.clone());
                SimulationError::Runaway { cell, mechanism, limit, t, in_loop }
            }
            EngineError::Sending { sender, mechanism, fault, t } => {
                SimulationError::Sending { sender: self.name_of_instance(sender, &mechanism), mechanism, fault, t }
            }
            EngineError::MechanismFault { mechanism, reason, instance, t } => {
                let instance = self.name_of_instance(instance, &mechanism);
                SimulationError::MechanismFault { instance, mechanism, reason, t }
            }
            EngineError::TooManyEvents { room, t, sender, events } => {
                let limit = format!("{room} bytes of waiting events and spikes");
                SimulationError::TooManyEvents { limit, t, sender: self.name_of_source(sender), events }
            }
            EngineError::TooManyDeliveries { limit, t, sender, events } => {
                let limit = format!("{limit} in half a step");
                SimulationError::TooManyEvents { limit, t, sender: self.name_of_source(sender), events }
            }
            other => SimulationError::Engine(other),
        }
    }

    /// A place on a cell, or the name of an artificial cell.
    fn name_of_instance(&self, instance: Sender, mechanism: &str) -> String {
        match instance {
            Sender::Point { cell, node } => {
                let cell = &self.cells[cell];
                let (section, x) = place_of_node(cell, node);
                format!("cell \"{}\" at {}({})", cell.name, cell.sections[section].name, plain(x))
            }
            Sender::Artificial { population, instance } => {
                let place = Some((population as usize, instance as usize));
                let cell = self.artificial_cells.iter().find(|(_, own)| *own == place);
                cell.map_or_else(|| format!("{mechanism} {instance}"), |(name, _)| format!("\"{name}\""))
            }
        }
    }

    /// The name of the cell that a source belongs to.
    fn name_of_source(&self, source: Option<u32>) -> Option<String> {
        let cell = |cell: usize| self.cells.get(cell).map(|cell| cell.name.clone());
        match self.sources.get(source? as usize)? {
            SourceRef::Artificial(index) => self.artificial_cells.get(*index).map(|(name, _)| name.clone()),
            SourceRef::Variable(VariableRef::Section { cell: index, .. } | VariableRef::Point { cell: index, .. }) => {
                cell(*index)
            }
            SourceRef::Point { cell: index, .. } => cell(*index),
            SourceRef::Variable(_) => None,
        }
    }
}
