//! What connections amount to, where there are too many to keep them.

use crate::blueprint::{Blueprint, Connection, Source, Target};

/// What the connections of a blueprint amount to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConnectionCensus {
    /// How many there are.
    pub connections: usize,
    /// Those that have a source.
    pub with_source: usize,
    /// Those that lead to point processes.
    pub to_points: usize,
    /// Those that lead to artificial cells.
    pub to_artificial_cells: usize,
    /// Weights beyond the first.
    pub more_weights: usize,
    /// The shortest delay between cells with membrane, ms; infinite if there is none.
    pub shortest_delay: f64,
    /// The shortest delay of a connection that starts at a point process, ms; infinite if there is none.
    pub shortest_delay_of_points: f64,
}

impl Default for ConnectionCensus {
    fn default() -> Self {
        Self {
            connections: 0,
            with_source: 0,
            to_points: 0,
            to_artificial_cells: 0,
            more_weights: 0,
            shortest_delay: f64::INFINITY,
            shortest_delay_of_points: f64::INFINITY,
        }
    }
}

impl ConnectionCensus {
    /// Counts the connections of a blueprint.
    pub fn of(blueprint: &Blueprint) -> Self {
        let mut census = Self::default();
        blueprint.connections.iter().for_each(|connection| census.count(&connection, &blueprint.sources));
        census
    }

    /// Counts a connection that starts at one of `sources`.
    pub fn count(&mut self, connection: &Connection, sources: &[Source]) {
        self.connections += 1;
        self.with_source += usize::from(connection.source.is_some());
        self.more_weights += connection.weight.len().saturating_sub(1);
        match connection.target {
            Some(Target::Point { .. }) => self.to_points += 1,
            Some(Target::Artificial { .. }) => self.to_artificial_cells += 1,
            None => {}
        }
        let source = connection.source.and_then(|source| sources.get(source as usize));
        if connection.target.is_none() {
            return;
        }
        if matches!(source, Some(Source::Crossing { .. } | Source::Point { .. })) {
            self.shortest_delay = self.shortest_delay.min(connection.delay);
        }
        if matches!(source, Some(Source::Point { .. })) {
            self.shortest_delay_of_points = self.shortest_delay_of_points.min(connection.delay);
        }
    }
}
