//! Counts of connections, for models with too many connections to store.

use crate::blueprint::{Blueprint, Connection, Source, Target};

/// Counts of the connections of a blueprint, and their shortest delays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConnectionCensus {
    /// Number of connections.
    pub connections: usize,
    /// Number of connections that have a source.
    pub with_source: usize,
    /// Number of connections to point processes.
    pub to_points: usize,
    /// Number of connections to artificial cells.
    pub to_artificial_cells: usize,
    /// Number of weights beyond the first of each connection.
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

    /// Counts a connection; its source is an index into `sources`.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_models::connection;

    const POINT: Option<Target> = Some(Target::Point { cell: 0, placed: 0, instance: 0 });
    const ARTIFICIAL: Option<Target> = Some(Target::Artificial { population: 0, instance: 0 });
    const SOURCES: [Source; 3] = [
        Source::Artificial { population: 0, instance: 0 },
        Source::Crossing { quantity: crate::Quantity::Voltage { cell: 0, node: 0 }, threshold: 0.0 },
        Source::Point { cell: 0, placed: 0, instance: 0 },
    ];

    fn of(connections: &[Connection]) -> ConnectionCensus {
        let mut census = ConnectionCensus::default();
        connections.iter().for_each(|connection| census.count(connection, &SOURCES));
        census
    }

    #[test]
    fn connections_are_counted_by_where_they_lead() {
        let mut several = connection(None, POINT, 1.0, 0.0);
        several.weight = vec![1.0, 2.0, 3.0].into();
        let census = of(&[several, connection(Some(0), ARTIFICIAL, 1.0, 0.0), connection(Some(0), None, 1.0, 0.0)]);
        assert_eq!((census.connections, census.with_source, census.more_weights), (3, 2, 2));
        assert_eq!((census.to_points, census.to_artificial_cells), (1, 1));
    }

    #[test]
    fn only_delays_from_cells_with_membrane_to_something_bound_the_epoch() {
        let none = of(&[
            connection(Some(0), POINT, 0.1, 0.0),
            connection(Some(1), None, 0.2, 0.0),
            connection(None, POINT, 0.3, 0.0),
        ]);
        assert_eq!((none.shortest_delay, none.shortest_delay_of_points), (f64::INFINITY, f64::INFINITY));
        let of_crossing = of(&[connection(Some(1), POINT, 2.0, 0.0), connection(Some(2), ARTIFICIAL, 3.0, 0.0)]);
        assert_eq!((of_crossing.shortest_delay, of_crossing.shortest_delay_of_points), (2.0, 3.0));
    }

    #[test]
    fn a_source_that_does_not_exist_has_no_delay() {
        assert_eq!(of(&[connection(Some(9), POINT, 1.0, 0.0)]).shortest_delay, f64::INFINITY);
    }
}
