//! Translates lookups in tables.

use super::graph::{Input, Node, Value};
use super::translate::{Obstacle, Translation};
use crate::program::{Place, TableFlow};

impl Translation<'_> {
    /// Looks a value up in a table; for a procedure sets its outputs and returns 0.
    pub(super) fn look_up(&mut self, number: u32, x: Value) -> Result<Value, Obstacle> {
        let table = &self.programs.tables[number as usize];
        if let Some(switch) = table.switch {
            let switch = self.read(switch)?;
            if self.graph.number(switch).ok_or(Obstacle::OfInstance)? == 0.0 {
                return self.run(table.program, &[x]);
            }
        }
        let at = self.graph.add(Node::TablePosition { table: number, x });
        if table.per_call {
            let flow = TableFlow::of(self.programs, table);
            if !flow.inputs.iter().all(|&place| self.is_as_at_start(place)) {
                return Err(Obstacle::TableInput);
            }
            for (column, number_of_column) in flow.changed.into_iter().zip(0..) {
                let left = self.graph.add(Node::LeftByTable { table: number, number: number_of_column });
                self.write(Place::Column(column), left)?;
            }
        }
        if table.outputs.is_empty() {
            return Ok(self.graph.add(Node::Tabulated { table: number, output: 0, at }));
        }
        for (&place, output) in table.outputs.iter().zip(0..) {
            let value = self.graph.add(Node::Tabulated { table: number, output, at });
            self.write(place, value)?;
        }
        Ok(self.graph.constant(0.0))
    }

    /// `true` if an input of a table has the value that it has at the start of the hook, where its table is found.
    fn is_as_at_start(&self, input: Place) -> bool {
        match (self.state.places.get(&input), input) {
            (_, Place::Voltage | Place::Time) => false,
            (None, _) => true,
            (Some(&value), Place::Column(column)) => *self.graph.node(value) == Node::Input(Input::Column(column)),
            _ => false,
        }
    }
}
