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
/// >>> library = loligo.Catalogue("loligo:layer5")
/// >>> library.names[:3], "l5_ih" in library, library.warnings
/// (['pas', 'na_ion', 'k_ion'], True, [])
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Catalogue {
    pub(crate) inner: Arc<loligo::Catalogue>,
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) warnings: Vec<String>,
}

/// A mechanism by name, with the parameters that differ from its defaults, in the units of the catalogue.
///
/// `loligo.hh(gnabar=0.12)` makes one and checks the names of its parameters; `Mechanism("hh", gnabar=0.12)` makes the
/// same one without this check. Lists and arrays are the lists of numbers of mechanisms such as VecStim.
///
/// Examples
/// --------
/// >>> mechanism = loligo.Mechanism("pas", g=1e-4)  # S/cm2
/// >>> mechanism == loligo.pas(g=1e-4), mechanism.name, mechanism.parameters
/// (True, 'pas', {'g': 0.0001})
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
/// >>> network = loligo.Network(seed=1)
/// >>> squid = network.add(cell)
/// >>> v = network.record(squid.soma(0.5).v)
/// >>> network
/// <Network: 1 cells, 0 artificial cells, 0 connections, 0 detectors, 1 recordings>
/// >>> network.seed, network.global_index
/// (1, 0)
/// >>> len(network.cells), len(network.artificial_cells), len(network.connections), len(network.recordings)
/// (1, 0, 0, 1)
/// >>> network.catalogue
/// <Catalogue() of 21 mechanisms>
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
/// >>> cell = loligo.Cell("squid")
/// >>> soma = cell.add_section("soma", L=20, diam=20)  # um
/// >>> cell.paint("all", loligo.hh())
/// >>> electrode = cell.place("electrode", soma(0.5), loligo.IClamp(delay=5, dur=30, amp=0.2))  # ms, ms, nA
/// >>> cell.name, cell.sections
/// ('squid', [<Section soma: L 20 um, diam 20 um, nseg 1, Ra 35.4 ohm cm>])
/// >>> cell.point_processes
/// [<electrode: IClamp at squid.soma(0.5)>]
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Cell {
    pub(crate) place: Place,
}

pub(crate) enum Place {
    /// A description.
    Alone(Mutex<loligo::Cell>),
    /// A cell of a network; cells cannot be removed from a network.
    InNetwork { network: Py<Network>, index: usize },
}

/// A section of a cell. ``section(0.5)`` is a place on it, from 0 to 1.
///
/// Examples
/// --------
/// >>> soma.name, soma.kind, soma.nseg, soma.L, soma.diam  # um
/// ('soma', 'soma', 1, 20.0, 20.0)
/// >>> soma.Ra, soma.cm  # ohm cm, uF/cm2
/// (35.4, 1.0)
/// >>> soma.parent, soma.segments, soma.cell == cell
/// (None, [squid.soma(0.5)], True)
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Section {
    pub(crate) cell: Py<Cell>,
    /// Its index when it was looked up; it may move if other sections are removed.
    pub(crate) index: usize,
    pub(crate) name: String,
}

/// A place on a section. Its attributes are the variables there: ``soma(0.5).v`` (mV), ``.m_hh``, ``.ina`` (mA/cm2),
/// ``.i_membrane_`` (nA); ``.hh.gnabar`` is the same as ``.gnabar_hh``.
///
/// Examples
/// --------
/// >>> place = soma(0.5)
/// >>> place.section, place.x
/// (<Section soma: L 20 um, diam 20 um, nseg 1, Ra 35.4 ohm cm>, 0.5)
/// >>> place.v
/// squid.soma(0.5).v
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Segment {
    pub(crate) section: Py<Section>,
    /// Position on the section, 0 to 1.
    #[pyo3(get)]
    pub(crate) x: f64,
}

/// A variable of a model, which can be recorded, played, watched, connected, read and set: ``cell.soma(0.5).v``,
/// ``cell.electrode.amp``.
///
/// Examples
/// --------
/// >>> soma(0.5).hh.gnabar
/// squid.soma(0.5).gnabar_hh
/// >>> soma(0.5).hh.gnabar.name
/// 'gnabar_hh'
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
///
/// Examples
/// --------
/// >>> electrode.name, electrode.index, electrode.segment
/// ('electrode', 0, squid.soma(0.5))
/// >>> electrode.mechanism
/// IClamp(amp=0.2, delay=5.0, dur=30.0)
/// >>> electrode.cell == cell, electrode.i
/// (True, squid.electrode.i)
#[pyclass(frozen, module = "loligo")]
pub(crate) struct PointProcess {
    pub(crate) cell: Py<Cell>,
    /// Index among the cell's point processes.
    #[pyo3(get)]
    pub(crate) index: usize,
}

/// A cell without membrane, such as a NetStim: a source of spikes. Its attributes are its variables.
///
/// Examples
/// --------
/// >>> stim = network.add_artificial("stim", loligo.NetStim(interval=10, number=5))  # ms
/// >>> stim.name, stim.index, stim.mechanism
/// ('stim', 0, NetStim(interval=10.0, number=5.0))
#[pyclass(frozen, module = "loligo")]
pub(crate) struct ArtificialCell {
    pub(crate) network: Py<Network>,
    /// Index among the artificial cells of the network.
    #[pyo3(get)]
    pub(crate) index: usize,
}

/// A gap junction: a conductance between two places. ``.a.i`` (nA), ``.a.vgap`` (mV), ``.a.g`` (uS), and those of ``.b``,
/// are its variables.
///
/// Examples
/// --------
/// >>> other = network.add(cell)
/// >>> gap = network.gap_junction(soma(0.5), other.soma(0.5), conductance=1e-3)  # uS
/// >>> gap.index, gap.a.i, gap.b.vgap
/// (0, gap[0].a.i, gap[0].b.vgap)
#[pyclass(frozen, module = "loligo")]
pub(crate) struct GapJunction {
    pub(crate) network: Py<Network>,
    /// Index among the gap junctions of the network.
    #[pyo3(get)]
    pub(crate) index: usize,
}

/// A connection: NEURON's NetCon. Changes concern the description, not simulations made before.
///
/// Examples
/// --------
/// >>> synapse = cell.place("synapse", soma(0.5), loligo.ExpSyn(tau=2))  # ms
/// >>> connection = network.connect(soma(0.5), synapse, weight=0.01, delay=2, threshold=0)  # uS, ms, mV
/// >>> connection.weight, connection.weights, connection.delay, connection.threshold
/// (0.01, array([0.01]), 2.0, 0.0)
/// >>> connection.index
/// 1
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Connection {
    pub(crate) network: Py<Network>,
    /// Index among the connections of the network.
    #[pyo3(get)]
    pub(crate) index: usize,
}

/// Many connections in order. An index gives one, a slice a list.
///
/// Examples
/// --------
/// >>> stims = network.add_artificial_many("stim", loligo.NetStim(), 3)
/// >>> synapse = cell.place("synapse", soma(0.5), loligo.ExpSyn(tau=2))  # ms
/// >>> made = network.connect_many(stims, synapse, weight=[0.1, 0.2, 0.3], delay=1)  # uS, ms
/// >>> made.weight = 2 * made.weight
/// >>> made.weight, made.delay
/// (array([0.2, 0.4, 0.6]), array([1., 1., 1.]))
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Connections {
    pub(crate) network: Py<Network>,
    pub(crate) connections: Range<usize>,
}

/// A recording: ``simulation[recording]`` gives its samples.
///
/// Examples
/// --------
/// >>> v.name, v.index, v.every
/// ('squid.soma(0.5).v', 0, 1)
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Recording {
    pub(crate) network: Py<Network>,
    /// Index among the recordings of the network.
    #[pyo3(get)]
    pub(crate) index: usize,
}

/// Many point processes of a cell, made by `Cell.place_many`. An index gives one, a slice or an array of indices several.
///
/// Examples
/// --------
/// >>> cell.place_many("exc", "soma", np.linspace(0, 1, 100), loligo.ExpSyn(tau=2))  # ms
/// <100 point processes>
/// >>> cell.exc[7], cell.exc[:10], cell.exc[[1, 2]]
/// (<exc[7]: ExpSyn at squid.soma(0.07070707070707072)>, <10 point processes>, <2 point processes>)
#[pyclass(frozen, module = "loligo")]
pub(crate) struct PointProcesses {
    pub(crate) cell: Py<Cell>,
    pub(crate) points: Vec<usize>,
}

/// Many artificial cells of a network. An index gives one, a slice or an array of indices several.
///
/// Examples
/// --------
/// >>> stims = network.add_artificial_many("stim", loligo.NetStim(), 100)
/// >>> stims[7], stims[:10]
/// (<stim[7]: NetStim>, <10 artificial cells>)
#[pyclass(frozen, module = "loligo")]
pub(crate) struct ArtificialCells {
    pub(crate) network: Py<Network>,
    pub(crate) cells: Vec<usize>,
}

/// Many cells of a network: an ensemble, or copies of one cell. An index gives one, a slice or an array of indices several.
///
/// Examples
/// --------
/// >>> cells = network.add_many(cell, 10)
/// >>> cells[3].name, cells[:5], cells.at("soma")
/// ('squid[3]', <5 cells>, <10 variables>)
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Cells {
    pub(crate) network: Py<Network>,
    pub(crate) cells: Vec<usize>,
}

/// Many variables of a network. An index gives one, a slice or an array of indices several.
///
/// Examples
/// --------
/// >>> cells = network.add_many(cell, 10)
/// >>> voltages = cells.at("soma")
/// >>> voltages[3], voltages[[0, 2]]
/// (squid[3].soma(0.5).v, <2 variables>)
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Variables {
    pub(crate) network: Py<Network>,
    pub(crate) variables: Vec<VariableRef>,
}

/// Many recordings of a network. An index gives one, a slice or an array of indices several.
///
/// Examples
/// --------
/// >>> recordings = network.record(network.add_many(cell, 10).at("soma"))
/// >>> recordings[3], recordings[:5]
/// (<Recording squid[3].soma(0.5).v>, <5 recordings>)
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Recordings {
    pub(crate) network: Py<Network>,
    pub(crate) recordings: Vec<usize>,
}

/// A model that was read from a TOML file: a network, the options of its run, and its end.
///
/// Examples
/// --------
/// >>> model = loligo.Model.parse('''
/// ...     [run]
/// ...     tstop = 10.0 # ms
/// ...     [[cell]]
/// ...     name = "cell"
/// ...     section = [{ name = "soma", L = 20.0, diam = 20.0 }] # um
/// ... ''')
/// >>> model.tstop, model.options.dt, model.warnings
/// (10.0, 0.025, [])
/// >>> model.network
/// <Network: 1 cells, 0 artificial cells, 0 connections, 0 detectors, 0 recordings>
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
///     (mV), `celsius` (degC), `second_order`, `numerics`, `largest_fast_response`, `threads`, `profile`.
///
/// Raises
/// ------
/// ModelError
///     All errors of the model, in `problems`.
///
/// Examples
/// --------
/// >>> simulation = loligo.Simulation(network, dt=0.0125)  # ms
/// >>> simulation.run_until(40)  # ms
/// True
/// >>> round(simulation.t, 6), simulation.steps, simulation.compartments  # ms
/// (40.0, 3200, 1)
/// >>> simulation.names, simulation.sources
/// (['squid.soma(0.5).v'], [squid.soma(0.5).v])
/// >>> simulation.spike_count, simulation.spikes.dtype.names
/// (3, ('t', 'source'))
/// >>> simulation.options.dt, simulation.network is network
/// (0.0125, True)
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Simulation {
    pub(crate) inner: Mutex<loligo::Simulation>,
    pub(crate) network: Py<Network>,
    pub(crate) stop: StopRequest,
}
