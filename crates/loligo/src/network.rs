//! Cells, and who talks to whom.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use loligo_engine::Waveform;
use loligo_mechanisms::Catalogue;
use serde::{Deserialize, Serialize};

use crate::{
    Cell, Connections, Intervention, Mechanism, ModelError, OwnValues, ParameterRef, ParameterTable, Region, Shared,
    TableErrors, Topology,
};
use loligo_cable::segment_middles;

/// A cell that lives by events alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArtificialCell {
    /// Its name, unique among artificial cells.
    pub name: String,
    /// What it is; cells of one kind may share it.
    pub mechanism: Shared<Mechanism>,
}

/// A variable somewhere in the network, by indices of cell, section and point process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableRef {
    /// At a place of a section: `v` (mV), `i_cap` (mA/cm2), `i_membrane_` (nA), `i_membrane` (mA/cm2), `ina`, `ena`, `m_hh`,
    /// `i_pas`...
    ///
    /// At an end (0 or 1) `v` and `i_membrane_` are those of the end, everything else that of the nearest segment. `i_membrane_` is
    /// the current that leaves the cell through the segment's membrane, NEURON's of `CVode.use_fast_imem`: capacitive current
    /// and point processes counted, electrodes not (IClamp, SEClamp, VClamp). It is that at the voltage which the step arrives at,
    /// with Crank-Nicolson in the middle of the step. An end has one only where point processes sit. At t = 0 it
    /// is what electrodes bring. `i_membrane` is the same by area.
    Section {
        /// Index of the cell.
        cell: usize,
        /// Index of the section.
        section: usize,
        /// Place, 0 to 1.
        x: f64,
        /// Name of the variable, as in NEURON.
        variable: String,
    },
    /// Of a point process: `i`, `g`...
    Point {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's point processes.
        point: usize,
        /// Name of the variable.
        variable: String,
    },
    /// Of an artificial cell: `m`...
    Artificial {
        /// Index among the artificial cells.
        cell: usize,
        /// Name of the variable.
        variable: String,
    },
    /// Of one side of a gap junction: `i`, `vgap`, `g`.
    GapJunction {
        /// Index of the gap junction.
        junction: usize,
        /// Which side.
        side: GapSide,
        /// Name of the variable.
        variable: String,
    },
}

impl VariableRef {
    /// The membrane potential at a place, mV.
    pub fn voltage(cell: usize, section: usize, x: f64) -> Self {
        Self::section(cell, section, x, "v")
    }

    /// A variable at a place of a section.
    pub fn section(cell: usize, section: usize, x: f64, variable: impl Into<String>) -> Self {
        Self::Section { cell, section, x, variable: variable.into() }
    }

    /// A variable of a point process.
    pub fn point(cell: usize, point: usize, variable: impl Into<String>) -> Self {
        Self::Point { cell, point, variable: variable.into() }
    }

    /// A variable of an artificial cell.
    pub fn artificial(cell: usize, variable: impl Into<String>) -> Self {
        Self::Artificial { cell, variable: variable.into() }
    }

    /// A variable of one side of a gap junction.
    pub fn gap_junction(junction: usize, side: GapSide, variable: impl Into<String>) -> Self {
        Self::GapJunction { junction, side, variable: variable.into() }
    }
}

/// What sends spikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceRef {
    /// A variable that rises above a threshold.
    Variable(VariableRef),
    /// An artificial cell, by its index.
    Artificial(usize),
    /// A point process that sends events.
    Point {
        /// Index of the cell.
        cell: usize,
        /// Index of the point process.
        point: usize,
    },
}

impl SourceRef {
    /// The membrane potential at a place.
    pub fn voltage(cell: usize, section: usize, x: f64) -> Self {
        Self::Variable(VariableRef::voltage(cell, section, x))
    }

    /// Whether it is an artificial cell, or a variable of one.
    pub fn is_artificial(&self) -> bool {
        matches!(self, Self::Artificial(_) | Self::Variable(VariableRef::Artificial { .. }))
    }
}

/// Where a connection leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetRef {
    /// A point process.
    Point {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's point processes.
        point: usize,
    },
    /// An artificial cell, by its index.
    Artificial(usize),
}

/// A connection: NEURON's NetCon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// What sends; `None` for a connection that only carries given [`events`](Self::events).
    pub source: Option<SourceRef>,
    /// Where it leads; `None` for one that only watches.
    pub target: Option<TargetRef>,
    /// Weight: uS for the built-in synapses.
    pub weight: Vec<f64>,
    /// Delay, ms.
    pub delay: f64,
    /// Threshold of a variable source, in the variable's unit. It belongs to the variable: all connections from it share
    /// the last one given; 10 (mV) if none is.
    pub threshold: Option<f64>,
    /// Times at which events are sent to the target regardless of source and delay, ms.
    pub events: Vec<f64>,
}

impl Connection {
    /// NEURON's default threshold, mV.
    pub const DEFAULT_THRESHOLD: f64 = 10.0;

    /// A connection of a weight (uS) and a delay (ms).
    pub fn new(source: SourceRef, target: TargetRef, weight: f64, delay: f64) -> Self {
        Self {
            source: Some(source),
            target: Some(target),
            weight: vec![weight],
            delay,
            threshold: None,
            events: Vec::new(),
        }
    }

    /// Sets the threshold of the source variable, in its unit.
    #[must_use]
    pub fn with_threshold(mut self, threshold: f64) -> Self {
        self.threshold = Some(threshold);
        self
    }
}

/// A place on a section, by indices.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Index of the cell.
    pub cell: usize,
    /// Index of the section.
    pub section: usize,
    /// Place on the section, 0 to 1.
    pub x: f64,
}

impl Place {
    /// A place at `x` (0 to 1) of a section of a cell.
    pub fn new(cell: usize, section: usize, x: f64) -> Self {
        Self { cell, section, x }
    }
}

/// One of the two sides of a gap junction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapSide {
    /// At the place `a`.
    A,
    /// At the place `b`.
    B,
}

/// A gap junction: a conductance between two places, of one cell or of two.
///
/// On each side is a half gap whose current g (v - vgap) leaves the cell there; vgap is the voltage of the other side after
/// the last step. A conductance should therefore be small compared with the capacitance over dt of either side: with more
/// the two voltages overshoot each other, and with more than twice as much, or at an end of a section, which has no
/// capacitance, Crank-Nicolson is unstable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapJunction {
    /// Its name in the output.
    pub name: String,
    /// One side.
    pub a: Place,
    /// The other side.
    pub b: Place,
    /// Conductance, uS; at least 0.
    pub conductance: f64,
}

impl GapJunction {
    /// The place of a side.
    pub fn place(&self, side: GapSide) -> Place {
        match side {
            GapSide::A => self.a,
            GapSide::B => self.b,
        }
    }
}

/// A value carried from one variable to another: NEURON's `source_var` and `target_var`.
///
/// The target gets what the source is when the voltages of a step have been computed, before its states are advanced and
/// variables recorded: a voltage arrives as it will be recorded, a state is that of the step before. It also gets what the
/// source is at t = 0 when the voltages are set, before the states are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transfer {
    /// What is read: any variable of a cell with membrane, but no target of a transfer.
    pub source: VariableRef,
    /// What is set: a parameter of a mechanism, by one transfer.
    pub target: VariableRef,
}

/// A pointer of a mechanism, and the variable to which it refers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pointer {
    /// The pointer: a variable of a mechanism on a cell.
    pub pointer: VariableRef,
    /// The variable to which it refers.
    pub target: VariableRef,
}

/// A waveform played onto a variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlayedWaveform {
    /// The variable.
    pub target: VariableRef,
    /// The waveform; values in the variable's unit.
    pub waveform: Waveform,
}

/// A weight that a connection has from some time on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightChange {
    /// Index of the connection.
    pub connection: usize,
    /// From when on, ms: it counts for events delivered in the step nearest to that time and later, those in flight included.
    pub t: f64,
    /// Its (first) weight from then on, in the weight's unit.
    pub weight: f64,
}

/// A variable to be sampled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// Its name in the output.
    pub name: String,
    /// The variable.
    pub variable: VariableRef,
    /// Every how many steps; at least 1.
    pub every: usize,
}

/// Cells and what joins them.
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
    /// Cells with membrane; a cell's index is its number.
    pub cells: Vec<Cell>,
    /// Global ids of the cells, where they are not the indices.
    pub gids: Vec<u64>,
    /// Cells without membrane.
    pub artificial_cells: Vec<ArtificialCell>,
    /// Connections in order of creation, which decides ties.
    pub connections: Connections,
    /// Weights that change while the network runs; of several at one time for one connection the last counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weight_changes: Vec<WeightChange>,
    /// Values that are set while the network runs, after the weights of that time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interventions: Vec<Intervention>,
    /// Second id of the random streams whose ids are not given: they are (1, seed, k) for the k-th, first those of artificial
    /// cells, then those of point processes, cell by cell.
    #[serde(default)]
    pub seed: u32,
    /// Random123's global index of all random streams (NEURON's `Random123_globalindex`, a run's number for instance).
    #[serde(default)]
    pub global_index: u32,
    /// Gap junctions.
    #[serde(default)]
    pub gap_junctions: Shared<Vec<GapJunction>>,
    /// Values carried from one variable to another in every step.
    #[serde(default)]
    pub transfers: Vec<Transfer>,
    /// The variables to which pointers of mechanisms refer; each pointer has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pointers: Vec<Pointer>,
    /// Waveforms.
    pub waveforms: Vec<PlayedWaveform>,
    /// What is sampled.
    pub recordings: Vec<Recording>,
    /// Values of mechanisms' globals, by the names of mechanism and global, where they are not the defaults.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub globals: BTreeMap<String, BTreeMap<String, f64>>,
    /// The mechanisms that it can name. They are not written with a description that is serialised.
    #[serde(skip)]
    catalogue: Arc<Catalogue>,
}

impl Network {
    /// The network without its cells, connections, recordings, and what refers to them but gap junctions.
    pub(crate) fn without_cells(&self) -> Self {
        Self {
            catalogue: Arc::clone(&self.catalogue),
            globals: self.globals.clone(),
            gap_junctions: self.gap_junctions.clone(),
            ..Self::default()
        }
    }

    /// An empty network that can name the mechanisms of a catalogue.
    pub fn with_catalogue(catalogue: impl Into<Arc<Catalogue>>) -> Self {
        Self { catalogue: catalogue.into(), ..Self::default() }
    }

    /// The mechanisms that the network can name, by default the built-in ones.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Sets a global of a mechanism: a variable that is the same for all its instances in this network.
    pub fn set_global(&mut self, mechanism: impl Into<String>, global: impl Into<String>, value: f64) {
        self.globals.entry(mechanism.into()).or_default().insert(global.into(), value);
    }

    /// Lets the network name the mechanisms of another catalogue.
    pub fn set_catalogue(&mut self, catalogue: impl Into<Arc<Catalogue>>) {
        self.catalogue = catalogue.into();
    }

    /// An empty network.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a cell; returns its index.
    pub fn add_cell(&mut self, cell: Cell) -> usize {
        self.cells.push(cell);
        self.cells.len() - 1
    }

    /// Adds an ensemble: as many cells of one description as the table has rows, each with the parameters of its row, named
    /// `name[0]`, `name[1]`...; returns their indices.
    ///
    /// They are cells like any others: connections and recordings address the k-th as cell `range.start + k`.
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

    /// Adds a cell for each name, with its row's values; returns which columns are values that the cells have of their own,
    /// the others being properties of their sections.
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
    /// let gap = network.gap_junction(Place::new(0, 0, 0.5), Place::new(1, 0, 0.5), 1e-3); // uS
    /// network.record(VariableRef::gap_junction(gap, GapSide::A, "i"));
    /// assert_eq!(network.check(), []);
    /// ```
    pub fn gap_junction(&mut self, a: Place, b: Place, conductance: f64) -> usize {
        let name = format!("gap junction {}", self.gap_junctions.len());
        self.gap_junctions.push(GapJunction { name, a, b, conductance });
        self.gap_junctions.len() - 1
    }

    /// Carries the value of a variable to another in every step; returns the index of the transfer.
    pub fn transfer(&mut self, source: VariableRef, target: VariableRef) -> usize {
        self.transfers.push(Transfer { source, target });
        self.transfers.len() - 1
    }

    /// Lets a pointer of a mechanism (POINTER in NMODL) refer to a variable: a voltage, or a state or parameter of any
    /// mechanism on a cell; returns the index. The mechanism sees the variable's value of that moment, as NEURON's does; cells
    /// that pointers join are computed together, one after the other.
    pub fn point_to(&mut self, pointer: VariableRef, target: VariableRef) -> usize {
        self.pointers.push(Pointer { pointer, target });
        self.pointers.len() - 1
    }

    /// Records a source's spikes without sending them anywhere; returns the index of the connection.
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

    /// Gives a connection another weight from a time (ms) on.
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

    /// Plays a waveform onto a variable.
    pub fn play(&mut self, target: VariableRef, waveform: Waveform) {
        self.waveforms.push(PlayedWaveform { target, waveform });
    }

    /// Samples a variable every step under a name made from its place; returns the index of the recording.
    pub fn record(&mut self, variable: VariableRef) -> usize {
        let name = self.name_of(&variable);
        self.record_as(name, variable, 1)
    }

    /// Samples a variable every `every` steps under a name; returns the index of the recording.
    pub fn record_as(&mut self, name: impl Into<String>, variable: VariableRef, every: usize) -> usize {
        self.recordings.push(Recording { name: name.into(), variable, every });
        self.recordings.len() - 1
    }

    /// Samples a variable every step in every segment of a region of a cell, section by section in the cell's order, each from its
    /// 0 end; returns the indices of the recordings. These can be changed: `network.recordings[range]`.
    ///
    /// A whole cell's `i_membrane_` (nA), the currents that leave it through each segment's membrane, is what the potential
    /// outside is computed from. They sum up to what electrodes bring in (currents at ends of sections aside):
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::builder().add_soma(20.0).add(Section::dendrite("dend", 300.0, 2.0).with_segments(9)).create()?; // um
    /// cell.paint(Region::All, Hh::default());
    /// cell.place("electrode", 0, 0.5, IClamp { delay: 1.0, dur: 1e9, amp: 0.5 }); // ms, ms, nA
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// let currents = network.record_segments(cell, Region::All, "i_membrane_")?;
    /// assert_eq!(currents.len(), 10);
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// simulation.run_until(3.0)?; // ms
    /// let sum: f64 = currents.map(|current| simulation.value(current).unwrap_or(f64::NAN)).sum(); // nA
    /// assert!((sum - 0.5).abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A cell or a region that does not exist. That a segment lacks the variable is found when the network is
    /// [checked](Self::check).
    pub fn record_segments(
        &mut self,
        cell: usize,
        region: impl Into<Region>,
        variable: &str,
    ) -> Result<Range<usize>, ModelError> {
        let described = self.cells.get(cell).ok_or_else(|| {
            let place = format!("recordings of \"{variable}\"");
            ModelError::Missing { place, what: "cell", index: cell }
        })?;
        let region = region.into();
        let sections = described.sections_of(&region).ok_or_else(|| described.unknown_region(&region))?;
        let places: Vec<VariableRef> = sections
            .into_iter()
            .flat_map(|section| {
                let middles = segment_middles(described.sections[section].segments());
                middles.map(move |x| VariableRef::section(cell, section, x, variable))
            })
            .collect();
        let first = self.recordings.len();
        for place in places {
            self.record(place);
        }
        Ok(first..self.recordings.len())
    }

    /// A cell's global id: given in `gids`, or its index.
    pub fn gid(&self, cell: usize) -> u64 {
        self.gids.get(cell).copied().unwrap_or(cell as u64)
    }

    /// The cell with membrane that a variable belongs to; `None` for artificial cells, and gap junctions that do not exist.
    pub fn cell_of(&self, variable: &VariableRef) -> Option<usize> {
        match *variable {
            VariableRef::Section { cell, .. } | VariableRef::Point { cell, .. } => Some(cell),
            VariableRef::Artificial { .. } => None,
            VariableRef::GapJunction { junction, side, .. } => {
                self.gap_junctions.get(junction).map(|junction| junction.place(side).cell)
            }
        }
    }

    /// The trees of sections of all cells, printed as NEURON's `topology()` prints them, with `cell.section` as names:
    /// neurodamus's `show_topology`.
    pub fn topology(&self) -> Topology<'_> {
        Topology::of_cells(&self.cells)
    }

    /// A name for a variable: `cell.section(x).variable`, `gap.a.variable`, as far as the indices lead somewhere.
    pub fn name_of(&self, variable: &VariableRef) -> String {
        let cell_name = |cell: usize| self.cells.get(cell).map_or_else(|| format!("cell {cell}"), |c| c.name.clone());
        match variable {
            VariableRef::Section { cell, section, x, variable } => {
                let section_name = self.cells.get(*cell).and_then(|c| c.sections.get(*section));
                let section_name = section_name.map_or_else(|| format!("section {section}"), |s| s.name.clone());
                format!("{}.{section_name}({x}).{variable}", cell_name(*cell))
            }
            VariableRef::Point { cell, point, variable } => format!("{}.{variable}", self.name_of_point(*cell, *point)),
            VariableRef::Artificial { cell, variable } => {
                let name = self.artificial_cells.get(*cell).map_or_else(|| format!("cell {cell}"), |c| c.name.clone());
                format!("{name}.{variable}")
            }
            VariableRef::GapJunction { junction, side, variable } => {
                let name = self.gap_junctions.get(*junction);
                let name = name.map_or_else(|| format!("gap junction {junction}"), |gap| gap.name.clone());
                let side = match side {
                    GapSide::A => "a",
                    GapSide::B => "b",
                };
                format!("{name}.{side}.{variable}")
            }
        }
    }

    /// A readable name of a point process: `cell.synapse`.
    pub fn name_of_point(&self, cell: usize, point: usize) -> String {
        let of_cell = self.cells.get(cell);
        let name = of_cell.and_then(|cell| cell.points.get(point)).map(|point| point.name.as_str());
        let name = name.map_or_else(|| format!("point {point}"), str::to_owned);
        of_cell.map_or_else(|| format!("cell {cell}.{name}"), |cell| format!("{}.{name}", cell.name))
    }
}
