//! Destinations of connections, and the fan-out of a source's spikes.

/// The destination of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Destination {
    Nowhere,
    /// A cell of another rank.
    Elsewhere,
    /// One of the [`Inputs`] of a group.
    Group {
        group: u32,
        input: u32,
    },
    /// One of the [`Inputs`] of the artificial cells.
    Artificial(u32),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) destination: Destination,
    pub(crate) delay: f64,
}

/// A source's connections in order of creation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fan {
    pub(crate) connections: Vec<u32>,
    /// The common delay of all connections, if one queue item serves them.
    pub(super) common_delay: Option<f64>,
}

impl Fan {
    /// An empty fan with memory for this many connections.
    pub(crate) fn with_capacity(connections: usize) -> Self {
        Self { connections: Vec::with_capacity(connections), common_delay: None }
    }

    /// One queue item serves more than two connections of equal delay (NEURON's rule).
    pub(super) fn decide(&mut self, routes: &[Route]) {
        let mut delays = self.connections.iter().map(|&c| routes[c as usize].delay);
        let first = delays.next();
        let common = self.connections.len() > 2 && delays.all(|delay| Some(delay) == first);
        self.common_delay = first.filter(|_| common);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fan of connections with these delays (ms), and the routes.
    fn fan(delays: &[f64]) -> (Fan, Vec<Route>) {
        let route = |&delay: &f64| Route { destination: Destination::Nowhere, delay };
        let mut fan = Fan::with_capacity(delays.len());
        fan.connections.extend(0..delays.len() as u32);
        (fan, delays.iter().map(route).collect())
    }

    fn common_delay(delays: &[f64]) -> Option<f64> {
        let (mut fan, routes) = fan(delays);
        fan.decide(&routes);
        fan.common_delay
    }

    #[test]
    fn one_queue_item_serves_more_than_two_connections_of_equal_delay() {
        assert_eq!([common_delay(&[]), common_delay(&[2.0]), common_delay(&[2.0; 2])], [None; 3]);
        assert_eq!([common_delay(&[2.0; 3]), common_delay(&[0.0; 5])], [Some(2.0), Some(0.0)]);
    }

    #[test]
    fn one_connection_of_another_delay_gives_each_an_item_of_its_own() {
        assert_eq!(common_delay(&[2.0, 2.0, 2.0_f64.next_up(), 2.0]), None);
        assert_eq!(common_delay(&[1.0, 2.0, 2.0, 2.0]), None);
    }

    #[test]
    fn delays_that_have_changed_are_decided_anew() {
        let (mut fan, mut routes) = fan(&[2.0; 3]);
        fan.decide(&routes);
        routes[2].delay = 3.0;
        fan.decide(&routes);
        assert_eq!(fan.common_delay, None);
    }
}
