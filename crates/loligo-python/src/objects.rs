//! The classes of Python and what they hold. Their methods are in the files of their names.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use loligo::{GapSide, StopRequest, VariableRef};
use pyo3::prelude::*;

/// The mechanisms available to a network: the built-in ones, and those of `.mod` files.
///
/// Its attributes make mechanisms: ``catalogue.hh(gnabar=0.12)``. ``help(catalogue.hh)`` prints the parameters with
/// units and defaults.
///
/// Parameters
/// ----------
/// *paths : str or path
///     `.mod` files, folders of them, or Loligo's own mechanisms (``"loligo:layer5"``), read without a compiler.
///
/// Raises
/// ------
/// MechanismFileError
///     Every error of every file, with its line.
///
/// Examples
/// --------
/// >>> import loligo
/// >>> library = loligo.Catalogue("loligo:layer5")
/// >>> "NaTs2_t" in library or len(library.names) > 20
/// True
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Catalogue {
    pub(crate) inner: Arc<loligo::Catalogue>,
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) warnings: Vec<String>,
}

/// A mechanism by name, with the parameters that differ from its defaults, in the units of the catalogue.
///
/// `loligo.hh(gnabar=0.12)` makes one and checks the names of its parameters; `Mechanism("hh", gnabar=0.12)` makes the
/// same one without a look into the catalogue. Lists and arrays are the lists of numbers of mechanisms such as VecStim.
///
/// Examples
/// --------
/// >>> import loligo
/// >>> loligo.Mechanism("pas", g=1e-4) == loligo.pas(g=1e-4)  # S/cm2
/// True
#[pyclass(frozen, eq, module = "loligo", from_py_object)]
#[derive(Clone, PartialEq)]
pub(crate) struct Mechanism {
    pub(crate) inner: loligo::Mechanism,
}

/// Cells and their connections, stimuli and recordings.
///
/// A network is a description, from which `Simulation` makes arrays; it can be copied, compared and pickled.
///
/// Parameters
/// ----------
/// catalogue : Catalogue, optional
///     The mechanisms that can be named, by default the built-in ones.
/// seed : int, default 0
///     Second id of the streams of random numbers that have no ids of their own.
///
/// Examples
/// --------
/// >>> import loligo
/// >>> cell = loligo.Cell("squid")
/// >>> soma = cell.add_section("soma", L=20, diam=20)  # um
/// >>> cell.paint("all", loligo.hh())
/// >>> network = loligo.Network()
/// >>> squid = network.add(cell)
/// >>> v = network.record(squid.soma(0.5).v)
/// >>> simulation = loligo.Simulation(network)
/// >>> simulation.run_until(10)  # ms
/// True
/// >>> simulation[v].shape
/// (401,)
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Network {
    pub(crate) inner: Mutex<loligo::Network>,
    pub(crate) catalogue: Py<Catalogue>,
}

/// A cell with membrane: sections, density mechanisms painted on regions, point processes at places.
///
/// A cell is a description and can be copied, compared and pickled. `Network.add` puts a copy of it into a network and
/// returns that copy, whose places can be recorded and connected.
///
/// Sections and point processes are attributes by their names: ``cell.soma``, ``cell.dend[3]`` for "dend[3]",
/// ``cell.electrode``. Units: um, ms, mV, nA, uS, S/cm2, ohm cm, uF/cm2.
///
/// Parameters
/// ----------
/// name : str, default "cell"
///     The name.
///
/// Examples
/// --------
/// >>> import loligo
/// >>> cell = loligo.Cell("squid")
/// >>> soma = cell.add_section("soma", L=20, diam=20)  # um
/// >>> cell.paint("all", loligo.hh())
/// >>> cell.place("electrode", soma(0.5), loligo.IClamp(delay=5, dur=30, amp=0.2))  # ms, ms, nA
/// <electrode: IClamp at squid.soma(0.5)>
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Cell {
    pub(crate) place: Place,
}

pub(crate) enum Place {
    /// A description.
    Alone(Mutex<loligo::Cell>),
    /// A cell of a network, which has no way to lose cells.
    InNetwork { network: Py<Network>, index: usize },
}

/// A section of a cell. ``section(0.5)`` is a place on it, from 0 to 1.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Section {
    pub(crate) cell: Py<Cell>,
    /// Its index when it was looked up; it may move if other sections are removed.
    pub(crate) index: usize,
    pub(crate) name: String,
}

/// A place on a section. Its attributes are the variables there: ``soma(0.5).v`` (mV), ``.m_hh``, ``.ina`` (mA/cm2),
/// ``.i_membrane_`` (nA); ``.hh.gnabar`` is the same as ``.gnabar_hh``.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Segment {
    pub(crate) section: Py<Section>,
    /// Position on the section, 0 to 1.
    #[pyo3(get)]
    pub(crate) x: f64,
}

/// A variable of a model, which can be recorded, played, watched, connected, read and set: ``cell.soma(0.5).v``,
/// ``cell.electrode.amp``.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Variable {
    pub(crate) owner: Owner,
    /// Its name, as in NEURON: "v", "m_hh", "amp".
    #[pyo3(get)]
    pub(crate) name: String,
}

/// The part of a model that has a variable.
pub(crate) enum Owner {
    Segment(Segment),
    Point(Py<Cell>, usize),
    Artificial(Py<Network>, usize),
    Gap(Py<Network>, usize, GapSide),
}

/// A mechanism at a place: an electrode, a synapse. Its attributes are its variables: ``electrode.i`` (nA),
/// ``synapse.g`` (uS); `set` changes its parameters.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct PointProcess {
    pub(crate) cell: Py<Cell>,
    /// Index among the cell's point processes.
    #[pyo3(get)]
    pub(crate) index: usize,
}

/// A cell without membrane, such as a NetStim: a source of spikes. Its attributes are its variables.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct ArtificialCell {
    pub(crate) network: Py<Network>,
    /// Index among the artificial cells of the network.
    #[pyo3(get)]
    pub(crate) index: usize,
}

/// A gap junction: a conductance between two places. ``.a.i`` (nA), ``.a.vgap`` (mV), ``.a.g`` (uS), and those of ``.b``,
/// are its variables.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct GapJunction {
    pub(crate) network: Py<Network>,
    /// Index among the gap junctions of the network.
    #[pyo3(get)]
    pub(crate) index: usize,
}

/// A connection: NEURON's NetCon. Changes concern the description, not simulations made before.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Connection {
    pub(crate) network: Py<Network>,
    /// Index among the connections of the network.
    #[pyo3(get)]
    pub(crate) index: usize,
}

/// Many connections in order. An index gives one, a slice a list.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Connections {
    pub(crate) network: Py<Network>,
    pub(crate) connections: Range<usize>,
}

/// A recording: ``simulation[recording]`` gives its samples.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Recording {
    pub(crate) network: Py<Network>,
    /// Index among the recordings of the network.
    #[pyo3(get)]
    pub(crate) index: usize,
}

/// Many point processes of a cell, made by `Cell.place_many`. An index gives one, a slice or an array of indices several.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct PointProcesses {
    pub(crate) cell: Py<Cell>,
    pub(crate) points: Vec<usize>,
}

/// Many artificial cells of a network. An index gives one, a slice or an array of indices several.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct ArtificialCells {
    pub(crate) network: Py<Network>,
    pub(crate) cells: Vec<usize>,
}

/// Many cells of a network: an ensemble, or copies of one cell. An index gives one, a slice or an array of indices several.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Cells {
    pub(crate) network: Py<Network>,
    pub(crate) cells: Vec<usize>,
}

/// Many variables of a network. An index gives one, a slice or an array of indices several.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Variables {
    pub(crate) network: Py<Network>,
    pub(crate) variables: Vec<VariableRef>,
}

/// Many recordings of a network. An index gives one, a slice or an array of indices several.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Recordings {
    pub(crate) network: Py<Network>,
    pub(crate) recordings: Vec<usize>,
}

/// A model that was read from a TOML file: a network, the options of its run, and its end.
///
/// Examples
/// --------
/// >>> import loligo
/// >>> model = loligo.Model.parse('''
/// ...     [run]
/// ...     tstop = 10.0 # ms
/// ...     [[cell]]
/// ...     name = "cell"
/// ...     section = [{ name = "soma", L = 20.0, diam = 20.0 }] # um
/// ... ''')
/// >>> model.tstop
/// 10.0
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Model {
    /// The network.
    #[pyo3(get)]
    pub(crate) network: Py<Network>,
    pub(crate) options: loligo::Options,
    /// End of the run, ms.
    #[pyo3(get)]
    pub(crate) tstop: f64,
    /// Warnings about likely mistakes.
    #[pyo3(get)]
    pub(crate) warnings: Vec<String>,
}

/// A run of a network: arrays made from the description, their state, and the recorded samples and spikes.
///
/// The global interpreter lock is released while it runs, so that simulations in several Python threads run at once.
///
/// Parameters
/// ----------
/// network : Network or Model
///     The description; later changes of it have no effect.
/// options : Options, optional
///     The options of the run, by default those of the model; each can also be given by its name: `dt` (ms), `v_init`
///     (mV), `celsius` (degC), `second_order`, `numerics`, `threads`, `profile`.
///
/// Raises
/// ------
/// ModelError
///     All errors of the model, in `problems`.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Simulation {
    pub(crate) inner: Mutex<loligo::Simulation>,
    pub(crate) network: Py<Network>,
    pub(crate) stop: StopRequest,
}
