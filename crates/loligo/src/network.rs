//! A network: cells and the connections between them.

pub(crate) mod connection;
pub(crate) mod connections;
pub(crate) mod connections_table;
pub(crate) mod ensemble;
pub(crate) mod intervene;
pub(crate) mod intervention;
pub(crate) mod naming;
pub(crate) mod parameter_table;
pub(crate) mod parts;
pub(crate) mod placing;
pub(crate) mod positions;
pub(crate) mod positions_table;
pub(crate) mod recording;
pub(crate) mod references;
pub(crate) mod synapse;
pub mod table_rows;
pub mod table_text;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use loligo_engine::Waveform;
use loligo_mechanisms::{Catalogue, FunctionTable};
use serde::{Deserialize, Serialize};

use crate::cell::Cell;
use crate::cell::mechanism::Mechanism;
use crate::cell::topology::Topology;
use crate::network::connection::Connection;
use crate::network::connections::Connections;
use crate::network::intervention::Intervention;
use crate::network::parts::{ArtificialCell, GapJunction, PlayedWaveform, Pointer, Recording, Transfer, WeightChange};
use crate::network::positions::Point;
use crate::network::references::{Location, SourceRef, TargetRef, VariableRef};
use crate::shared::Shared;

/// Cells and their connections.
///
/// ```
/// use loligo::prelude::*;
/// let mut cell = Cell::new("cell");
/// let soma = cell.add_section(Section::soma(20.0)); // um
/// cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 }); // S/cm2, mV
/// let synapse = cell.place("synapse", soma, 0.5, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
/// let mut network = Network::new();
/// let cell = network.add_cell(cell);
/// let train = network.add_artificial_cell("train", NetStim { start: 5.0, ..NetStim::default() }); // ms
/// network.connect(Connection::new(SourceRef::Artificial(train), TargetRef::Point { cell, point: synapse }, 1e-3, 1.0)); // uS, ms
/// let v = network.record(VariableRef::voltage(cell, soma, 0.5));
/// let mut simulation = Simulation::new(&network, &Options::default())?;
/// simulation.run_until(8.0)?; // ms
/// assert_eq!(simulation.samples(v)?[240], -65.0); // mV, at 6 ms: the event arrives
/// assert!(simulation.value(v)? > -62.0);
/// # Ok::<(), loligo::SimulationError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// Cells with membrane, addressed by their index.
    pub cells: Vec<Cell>,
    /// Global ids (gids) of the cells; empty if they are the indices.
    pub gids: Vec<u64>,
    /// Cells without membrane.
    pub artificial_cells: Vec<ArtificialCell>,
    /// Positions of the cells' somata, um, by index; cells beyond the end have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub positions: Vec<Option<Point>>,
    /// The same for artificial cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artificial_positions: Vec<Option<Point>>,
    /// Connections in order of creation, which decides the order of simultaneous events.
    pub connections: Connections,
    /// Weights that change during a run; of several changes of one connection at one time the last applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weight_changes: Vec<WeightChange>,
    /// Values that are set during a run, after the weights of the same time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interventions: Vec<Intervention>,
    /// Second id of the random streams without given ids: they have the ids (1, seed, k) for the k-th stream, first
    /// those of artificial cells, then those of point processes, cell by cell.
    #[serde(default)]
    pub seed: u32,
    /// Random123's global index of all random streams (NEURON's `Random123_globalindex`), for example the number of a
    /// run.
    #[serde(default)]
    pub global_index: u32,
    /// Gap junctions.
    #[serde(default)]
    pub gap_junctions: Shared<Vec<GapJunction>>,
    /// Values copied from one variable to another in every step.
    #[serde(default)]
    pub transfers: Vec<Transfer>,
    /// The variables to which pointers of mechanisms refer; each pointer has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pointers: Vec<Pointer>,
    /// Waveforms.
    pub waveforms: Vec<PlayedWaveform>,
    /// Recordings.
    pub recordings: Vec<Recording>,
    /// Values of mechanisms' globals that differ from the defaults, by the names of mechanism and global.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub globals: BTreeMap<String, BTreeMap<String, f64>>,
    /// Function tables, by the names of mechanism and table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub function_tables: BTreeMap<String, BTreeMap<String, Arc<FunctionTable>>>,
    /// The mechanisms that can be named in it. They are not serialised with the description.
    #[serde(skip)]
    catalogue: Arc<Catalogue>,
}

impl Network {
    /// The network without its cells, connections and recordings, and without references to them except gap junctions.
    pub(crate) fn without_cells(&self) -> Self {
        Self {
            catalogue: Arc::clone(&self.catalogue),
            globals: self.globals.clone(),
            function_tables: self.function_tables.clone(),
            gap_junctions: self.gap_junctions.clone(),
            ..Self::default()
        }
    }

    /// Makes an empty network that uses the mechanisms of a catalogue.
    pub fn with_catalogue(catalogue: impl Into<Arc<Catalogue>>) -> Self {
        Self { catalogue: catalogue.into(), ..Self::default() }
    }

    /// The mechanisms that can be named in the network, by default the built-in ones.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Sets a global of a mechanism: a variable that is the same for all its instances in this network.
    pub fn set_global(&mut self, mechanism: impl Into<String>, global: impl Into<String>, value: f64) {
        self.globals.entry(mechanism.into()).or_default().insert(global.into(), value);
    }

    /// Sets a function table of a mechanism, for all its instances in this network. Every table of a mechanism that the
    /// network uses must be set.
    ///
    /// ```
    /// use loligo::kernels::FunctionTable;
    /// use loligo::prelude::*;
    /// let mut network = Network::new();
    /// network.set_function_table("nap", "minf", FunctionTable::uniform([0.0, 0.1, 1.0], -80.0, 20.0)?); // mV
    /// assert_eq!(network.function_tables["nap"]["minf"].value(&[-55.0]), 0.05);
    /// # Ok::<(), loligo::kernels::FunctionTableError>(())
    /// ```
    pub fn set_function_table(
        &mut self,
        mechanism: impl Into<String>,
        table: impl Into<String>,
        values: impl Into<Arc<FunctionTable>>,
    ) {
        self.function_tables.entry(mechanism.into()).or_default().insert(table.into(), values.into());
    }

    /// Replaces the catalogue of mechanisms.
    pub fn set_catalogue(&mut self, catalogue: impl Into<Arc<Catalogue>>) {
        self.catalogue = catalogue.into();
    }

    /// Makes an empty network.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a cell; returns its index.
    pub fn add_cell(&mut self, cell: Cell) -> usize {
        self.cells.push(cell);
        self.cells.len() - 1
    }

    /// Adds an artificial cell; returns its index.
    pub fn add_artificial_cell(&mut self, name: impl Into<String>, mechanism: impl Into<Mechanism>) -> usize {
        self.artificial_cells.push(ArtificialCell { name: name.into(), mechanism: mechanism.into().into() });
        self.artificial_cells.len() - 1
    }

    /// Adds a connection; returns its index.
    pub fn connect(&mut self, connection: Connection) -> usize {
        self.connections.push(connection)
    }

    /// Adds many connections; returns their indices.
    pub fn connect_many(&mut self, connections: impl IntoIterator<Item = Connection>) -> Range<usize> {
        let first = self.connections.len();
        self.connections.extend(connections);
        first..self.connections.len()
    }

    /// Joins two places by a gap junction of a conductance (uS); returns its index.
    ///
    /// ```
    /// use loligo::prelude::*;
    ///
    /// let mut network = Network::new();
    /// for name in ["left", "right"] {
    ///     let mut cell = Cell::new(name);
    ///     cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    ///     cell.paint(Region::All, Pas::default());
    ///     network.add_cell(cell);
    /// }
    /// let gap = network.gap_junction(Location::new(0, 0, 0.5), Location::new(1, 0, 0.5), 1e-3); // uS
    /// network.record(VariableRef::gap_junction(gap, GapSide::A, "i"));
    /// assert_eq!(network.check(), []);
    /// ```
    pub fn gap_junction(&mut self, a: Location, b: Location, conductance: f64) -> usize {
        let name = format!("gap junction {}", self.gap_junctions.len());
        self.gap_junctions.push(GapJunction { name, a, b, conductance });
        self.gap_junctions.len() - 1
    }

    /// Copies the value of a variable to another in every step; returns the index of the transfer.
    pub fn transfer(&mut self, source: VariableRef, target: VariableRef) -> usize {
        self.transfers.push(Transfer { source, target });
        self.transfers.len() - 1
    }

    /// Sets a pointer of a mechanism (POINTER in NMODL) to a variable: a voltage, or a state or parameter of any
    /// mechanism on a cell; returns its index. The mechanism reads the present value of the variable, as in NEURON;
    /// cells that pointers join are computed together, one after the other.
    pub fn point_to(&mut self, pointer: VariableRef, target: VariableRef) -> usize {
        self.pointers.push(Pointer { pointer, target });
        self.pointers.len() - 1
    }

    /// Records the spikes of a source, with a threshold in mV; returns the index of the connection, which has no target.
    /// A model file's `[[detector]]`.
    pub fn watch(&mut self, source: SourceRef, threshold: f64) -> usize {
        self.connect(Connection {
            source: Some(source),
            target: None,
            weight: vec![0.0],
            delay: 1.0,
            threshold: Some(threshold),
            events: Vec::new(),
        })
    }

    /// Sends events to a target at given times (ms); returns the index of the connection.
    pub fn send_events(&mut self, target: TargetRef, weight: f64, times: impl Into<Vec<f64>>) -> usize {
        self.connect(Connection {
            source: None,
            target: Some(target),
            weight: vec![weight],
            delay: 1.0,
            threshold: None,
            events: times.into(),
        })
    }

    /// Changes the weight of a connection from a time (ms) on.
    ///
    /// ```
    /// use loligo::prelude::*;
    ///
    /// let mut cell = Cell::new("cell");
    /// let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    /// let synapse = cell.place("synapse", soma, 0.5, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// let events = network.send_events(TargetRef::Point { cell, point: synapse }, 1e-3, [10.0, 60.0]); // uS, ms
    /// network.change_weight(events, 50.0, 0.0); // ms, uS
    /// let g = network.record(VariableRef::point(cell, synapse, "g"));
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// simulation.run_until(11.0)?; // ms
    /// assert!(simulation.value(g)? > 5e-4); // uS
    /// simulation.run_until(61.0)?;
    /// assert!(simulation.value(g)? < 1e-9);
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    pub fn change_weight(&mut self, connection: usize, t: f64, weight: f64) {
        self.weight_changes.push(WeightChange { connection, t, weight });
    }

    /// Plays a waveform into a variable.
    pub fn play(&mut self, target: VariableRef, waveform: Waveform) {
        self.waveforms.push(PlayedWaveform { target, waveform });
    }

    /// The section trees of all cells, printed as by NEURON's `topology()`, with names `cell.section`: neurodamus's
    /// `show_topology`.
    pub fn topology(&self) -> Topology<'_> {
        Topology::of_cells(&self.cells)
    }
}
