//! Synapses: receptors and their connections.

use serde::{Deserialize, Serialize};

use crate::cell::mechanism::Mechanism;
use crate::error::ModelError;
use crate::network::Network;
use crate::network::connection::Connection;
use crate::network::references::{Location, SourceRef, TargetRef};

/// Weight, delay and threshold of a connection.
///
/// The weight has no default, because NEURON's default 0 has no effect. The other defaults are NEURON's.
///
/// ```
/// let netcon = loligo::NetCon::new(0.01).with_delay(2.0).with_threshold(-20.0); // uS, ms, mV
/// assert_eq!(loligo::NetCon::new(0.01).delay, 1.0); // ms
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetCon {
    /// Weights: uS for the built-in synapses, which have one. Missing ones are 0; more weights than the target has are
    /// an error when the network is checked.
    pub weight: Vec<f64>,
    /// Delay, ms; at least 0.
    pub delay: f64,
    /// Threshold of the source's voltage, mV. `None` leaves it unchanged: 10 mV if no other connection from there sets
    /// it.
    pub threshold: Option<f64>,
}

impl NetCon {
    /// NEURON's default delay, ms.
    pub const DEFAULT_DELAY: f64 = 1.0;

    /// Makes a connection with a weight (uS for the built-in synapses), a delay of 1 ms and a threshold of 10 mV.
    pub fn new(weight: f64) -> Self {
        Self { weight: vec![weight], delay: Self::DEFAULT_DELAY, threshold: None }
    }

    /// Sets several weights, for a target that has several.
    #[must_use]
    pub fn with_weights(mut self, weights: impl Into<Vec<f64>>) -> Self {
        self.weight = weights.into();
        self
    }

    /// Sets the delay, ms.
    #[must_use]
    pub fn with_delay(mut self, delay: f64) -> Self {
        self.delay = delay;
        self
    }

    /// Sets the threshold of the source, mV.
    #[must_use]
    pub fn with_threshold(mut self, threshold: f64) -> Self {
        self.threshold = Some(threshold);
        self
    }

    /// Makes the connection from a source to a receptor.
    pub fn between(self, source: SourceRef, receptor: TargetRef) -> Connection {
        let Self { weight, delay, threshold } = self;
        Connection { source: Some(source), target: Some(receptor), weight, delay, threshold, events: Vec::new() }
    }
}

/// A receptor and its connection, to be [added](Network::add_synapse) any number of times.
///
/// ```
/// use loligo::prelude::*;
/// let synapse = CellSynapse::new(ExpSyn { tau: 2.0, e: 0.0 }, NetCon::new(1e-3).with_delay(2.0)); // ms, mV; uS, ms
/// assert_eq!(synapse.netcon, NetCon::new(1e-3).with_delay(2.0));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellSynapse {
    /// The receptor: `ExpSyn`, `Exp2Syn`...
    pub receptor: Mechanism,
    /// The connection.
    pub netcon: NetCon,
}

impl CellSynapse {
    /// Makes a synapse of a receptor and a connection.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let excitation = CellSynapse::new(ExpSyn { tau: 2.0, e: 0.0 }, NetCon::new(0.01)); // ms, mV, uS
    /// assert_eq!(excitation.receptor.parameters["tau"], 2.0);
    /// ```
    pub fn new(receptor: impl Into<Mechanism>, netcon: NetCon) -> Self {
        Self { receptor: receptor.into(), netcon }
    }
}

impl Network {
    /// Connects the 1 end of a cell's soma to a receptor; returns the index of the connection. neurodamus's
    /// `Cell.connect_to`.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut network = Network::new();
    /// for name in ["pre", "post"] {
    ///     let mut cell = Cell::builder().named(name).add_soma(20.0).create()?;
    ///     cell.paint(Region::All, Hh::default());
    ///     network.add_cell(cell);
    /// }
    /// network.cells[0].place("electrode", 0, 0.5, IClamp { delay: 1.0, dur: 1.0, amp: 1.0 }); // ms, ms, nA
    /// let receptor = network.add_synaptic_receptor(Location::new(1, 0, 0.5), ExpSyn { tau: 2.0, e: 0.0 })?;
    /// let connection = network.connect_cell(0, receptor, NetCon::new(0.05))?; // uS
    /// network.watch(SourceRef::voltage(1, 0, 0.5), 0.0); // mV
    ///
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// simulation.run_until(10.0)?; // ms
    /// assert_eq!(simulation.spikes_of_connection(connection).len(), 1); // of the first cell
    /// assert_eq!(simulation.spikes().len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A cell that does not exist, or has no soma.
    pub fn connect_cell(&mut self, cell: usize, receptor: TargetRef, netcon: NetCon) -> Result<usize, ModelError> {
        let place = "connect_cell".to_owned();
        let described = self.cells.get(cell).ok_or(ModelError::Missing { place, what: "cell", index: cell })?;
        let soma = described.soma().ok_or_else(|| ModelError::NoSoma { cell: described.name.clone() })?;
        Ok(self.connect(netcon.between(SourceRef::voltage(cell, soma, 1.0), receptor)))
    }

    /// Connects an artificial cell, such as a [`NetStim`](crate::mechanisms::NetStim), to a receptor; returns the index
    /// of the connection. neurodamus's `VirtualSpikeSource.connect_to`; the threshold has no effect here.
    pub fn connect_spike_source(&mut self, artificial_cell: usize, receptor: TargetRef, netcon: NetCon) -> usize {
        self.connect(netcon.between(SourceRef::Artificial(artificial_cell), receptor))
    }

    /// Places a receptor on a cell of the network, named as by
    /// [`Cell::add_synaptic_receptor`](crate::Cell::add_synaptic_receptor); returns it as a target of connections.
    ///
    /// # Errors
    /// A cell that does not exist.
    pub fn add_synaptic_receptor(
        &mut self,
        place: Location,
        receptor: impl Into<Mechanism>,
    ) -> Result<TargetRef, ModelError> {
        let Location { cell, section, x } = place;
        let called = "add_synaptic_receptor".to_owned();
        let described =
            self.cells.get_mut(cell).ok_or(ModelError::Missing { place: called, what: "cell", index: cell })?;
        Ok(TargetRef::Point { cell, point: described.add_synaptic_receptor(section, x, receptor) })
    }

    /// Places a receptor and connects a source to it: the voltage at a place ([`SourceRef::voltage`]) or an artificial
    /// cell. Returns the receptor and the index of the connection.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut network = Network::new();
    /// let cell = network.add_cell(Cell::builder().add_soma(20.0).create()?);
    /// let source = network.add_artificial_cell("stim", NetStim { start: 5.0, number: 1.0, ..NetStim::default() }); // ms
    /// let synapse = CellSynapse::new(ExpSyn { tau: 2.0, e: 0.0 }, NetCon::new(0.01));
    /// let (receptor, _) =
    ///     network.add_synapse(SourceRef::Artificial(source), Location::new(cell, 0, 0.5), synapse.clone())?;
    /// assert_eq!(receptor, TargetRef::Point { cell, point: 0 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A cell that does not exist.
    pub fn add_synapse(
        &mut self,
        source: SourceRef,
        place: Location,
        synapse: CellSynapse,
    ) -> Result<(TargetRef, usize), ModelError> {
        let receptor = self.add_synaptic_receptor(place, synapse.receptor)?;
        Ok((receptor, self.connect(synapse.netcon.between(source, receptor))))
    }
}
