//! Where connections lead, and how the spikes of a source fan out.

/// Where a connection leads.
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
    /// The delay that all share, where one queue item serves them.
    pub(super) common_delay: Option<f64>,
}

impl Fan {
    /// A fan that so many connections will be added to.
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
