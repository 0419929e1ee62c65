//! Connections, played waveforms, globals and interventions of a network.

use loligo::ValueRef;
use loligo::kernels::FunctionTable;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::{numbers, numbers_or_one};
use crate::bulk::{sources_of, targets_of};
use crate::errors::{invalid, wrong_type};
use crate::locks::lock;
use crate::objects::{Connection, Connections, Network};
use crate::references::{same_network, source_of, target_of, variable_of};
use crate::waveform;

#[pymethods]
impl Network {
    /// Connects a source to a target.
    ///
    /// Parameters
    /// ----------
    /// source : Segment, Variable, ArtificialCell, PointProcess or None
    ///     A place whose voltage crosses the threshold upwards, such as ``cell.soma(1)``, another variable, an artificial
    ///     cell, or a point process that sends events; None for a connection that only sends `events`.
    /// target : PointProcess, ArtificialCell or None
    ///     A synapse or another receiver of events; None for a connection that only detects spikes.
    /// weight : float or list of float
    ///     Weight, uS for the built-in synapses; a list for a target with several.
    /// delay : float, default 1
    ///     Delay, ms.
    /// threshold : float, optional
    ///     Threshold of the source, mV; 10 mV if no connection from there gives another.
    /// events : array, optional
    ///     Times (ms) at which events are sent to the target, whatever the source does.
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    ///
    /// Examples
    /// --------
    /// >>> synapse = cell.place("synapse", soma(0.5), loligo.ExpSyn(tau=2))  # ms
    /// >>> network.connect(soma(0.5), synapse, weight=0.01, delay=2, threshold=0)  # uS, ms, mV
    /// <Connection 1: weight [0.01], delay 2 ms>
    #[pyo3(signature = (source, target, weight = None, delay = 1.0, threshold = None, events = None))]
    fn connect(
        slf: &Bound<'_, Self>,
        source: Option<&Bound<'_, PyAny>>,
        target: Option<&Bound<'_, PyAny>>,
        weight: Option<&Bound<'_, PyAny>>,
        delay: f64,
        threshold: Option<f64>,
        events: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Connection> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let weight = match (weight, target) {
            (None, Some(_)) => return Err(wrong_type("connect: give the weight, uS for the built-in synapses")),
            (None, None) => vec![0.0],
            (Some(weight), _) => match weight.extract::<f64>() {
                Ok(weight) => vec![weight],
                Err(_) => numbers(weight, "weight")?,
            },
        };
        let connection = loligo::Connection {
            source: source.map(|source| source_of(py, source, &network)).transpose()?,
            target: target.map(|target| target_of(py, target, &network)).transpose()?,
            weight,
            delay,
            threshold,
            events: events.map_or(Ok(Vec::new()), |events| numbers(events, "events"))?,
        };
        let index = slf.get().change(py, |network| network.connect(connection));
        Ok(Connection { network, index })
    }

    /// Makes many connections in one call; arguments with one entry apply to all.
    ///
    /// Parameters
    /// ----------
    /// sources : Variables, ArtificialCells, or a list
    ///     Such as ``cells.at("soma", 1)[indices]``.
    /// targets : PointProcesses, ArtificialCells, or a list
    ///     Such as ``synapses[indices]``.
    /// weight, delay : float or array
    ///     uS for the built-in synapses; ms.
    /// threshold : float, optional
    ///     mV.
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    /// ValueError
    ///     Numbers of entries that differ.
    ///
    /// Examples
    /// --------
    /// >>> stims = network.add_artificial_many("stim", loligo.NetStim(), 100)
    /// >>> synapse = cell.place("synapse", soma(0.5), loligo.ExpSyn(tau=2))  # ms
    /// >>> network.connect_many(stims, synapse, weight=np.linspace(0, 0.01, 100), delay=2)  # uS, ms
    /// <100 connections>
    #[pyo3(signature = (sources, targets, weight, delay = None, threshold = None))]
    fn connect_many(
        slf: &Bound<'_, Self>,
        sources: &Bound<'_, PyAny>,
        targets: &Bound<'_, PyAny>,
        weight: &Bound<'_, PyAny>,
        delay: Option<&Bound<'_, PyAny>>,
        threshold: Option<f64>,
    ) -> PyResult<Connections> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let (sources, targets) = (sources_of(py, sources, &network)?, targets_of(py, targets, &network)?);
        let count = if sources.len() == 1 { targets.len() } else { sources.len() };
        if targets.len() != count && targets.len() != 1 {
            return Err(PyValueError::new_err(format!(
                "{} sources for {} targets; give one for each, or one for all",
                sources.len(),
                targets.len()
            )));
        }
        let weights = numbers_or_one(weight, "weight", count)?;
        let delays = match delay {
            None => vec![loligo::NetCon::DEFAULT_DELAY; count],
            Some(delay) => numbers_or_one(delay, "delay", count)?,
        };
        let of = |length: usize, k: usize| if length == 1 { 0 } else { k };
        let connection = |k: usize| loligo::Connection {
            source: Some(sources[of(sources.len(), k)].clone()),
            target: Some(targets[of(targets.len(), k)]),
            weight: vec![weights[k]],
            delay: delays[k],
            threshold,
            events: Vec::new(),
        };
        let made = slf.get().change(py, |network| network.connect_many((0..count).map(connection)));
        Ok(Connections { network, connections: made })
    }

    /// Records the spikes of a source without a target.
    ///
    /// Parameters
    /// ----------
    /// source : Segment, Variable, ArtificialCell, PointProcess, or Variables
    ///     The source, or many.
    /// threshold : float, default 10
    ///     mV; without effect for artificial cells.
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    ///
    /// Examples
    /// --------
    /// >>> network.watch(soma(0.5), threshold=0)  # mV
    /// <1 connections>
    #[pyo3(signature = (source, threshold = 10.0))]
    fn watch(slf: &Bound<'_, Self>, source: &Bound<'_, PyAny>, threshold: f64) -> PyResult<Connections> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let sources = sources_of(py, source, &network)?;
        let made = slf.get().change(py, |network| {
            let first = network.connections.len();
            for source in sources {
                network.watch(source, threshold);
            }
            first..network.connections.len()
        });
        Ok(Connections { network, connections: made })
    }

    /// Sends events to a target at given times (ms).
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    ///
    /// Examples
    /// --------
    /// >>> synapse = cell.place("synapse", soma(0.5), loligo.ExpSyn(tau=2))  # ms
    /// >>> network.send_events(synapse, 0.01, [10, 20, 30])  # uS, ms
    /// <Connection 1: weight [0.01], delay 1 ms>
    fn send_events(
        slf: &Bound<'_, Self>,
        target: &Bound<'_, PyAny>,
        weight: f64,
        times: &Bound<'_, PyAny>,
    ) -> PyResult<Connection> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let (target, times) = (target_of(py, target, &network)?, numbers(times, "times")?);
        let index = slf.get().change(py, |network| network.send_events(target, weight, times));
        Ok(Connection { network, index })
    }

    /// Sets a pointer of a mechanism (POINTER in NMODL) to a variable.
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    ///
    /// Examples
    /// --------
    /// >>> with open("follower.mod", "w") as file:
    /// ...     _ = file.write('''NEURON { POINT_PROCESS Follower POINTER seen RANGE copy }
    /// ...     ASSIGNED { seen copy }
    /// ...     BREAKPOINT { copy = seen }''')
    /// >>> mods = loligo.Catalogue("follower.mod")
    /// >>> network = loligo.Network(mods)
    /// >>> cell = network.add(cell)
    /// >>> follower = cell.place("follower", cell.soma(0.5), mods.Follower())
    /// >>> network.point_to(follower.seen, cell.soma(0.5).v)
    fn point_to(slf: &Bound<'_, Self>, pointer: &Bound<'_, PyAny>, variable: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let pointer = variable_of(py, pointer, &network, "pointer")?;
        let variable = variable_of(py, variable, &network, "variable")?;
        slf.get().change(py, |network| network.point_to(pointer, variable));
        Ok(())
    }

    /// Plays a waveform into a parameter: values at times (ms).
    ///
    /// Parameters
    /// ----------
    /// variable : Variable
    ///     The parameter, such as ``cell.electrode.amp``.
    /// times, values : array
    ///     Times in ms, ascending, and a value for each.
    /// interpolation : {"linear", "steps"}
    ///     Linear between the times (after the last the last slope continues, as in NEURON), or jumps at the times.
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    /// ModelError
    ///     Numbers that are not finite.
    /// ValueError
    ///     Numbers of times and values that differ.
    ///
    /// Examples
    /// --------
    /// >>> network.play(electrode.amp, [0, 10, 20, 30], [0, 0.1, 0.2, 0.2])  # ms, nA
    #[pyo3(signature = (variable, times, values, interpolation = "linear"))]
    fn play(
        slf: &Bound<'_, Self>,
        variable: &Bound<'_, PyAny>,
        times: &Bound<'_, PyAny>,
        values: &Bound<'_, PyAny>,
        interpolation: &str,
    ) -> PyResult<()> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let variable = variable_of(py, variable, &network, "variable")?;
        let waveform = waveform::of(py, times, values, interpolation)?;
        slf.get().change(py, |network| network.play(variable, waveform));
        Ok(())
    }

    /// Sets a value during the run: before the first step that starts at `t` (ms) or later.
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    ///
    /// Examples
    /// --------
    /// >>> network.intervene(20, soma(0.5).hh.gnabar, 0.06)  # ms, S/cm2
    /// >>> network.intervene(25, "celsius", 20)  # ms, degC
    fn intervene(slf: &Bound<'_, Self>, t: f64, variable: &Bound<'_, PyAny>, value: f64) -> PyResult<()> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let target = value_of(py, variable, &network)?;
        slf.get().change(py, |network| network.intervene(t, target, value));
        Ok(())
    }

    /// Sets a variable that is the same for all instances of a mechanism.
    ///
    /// Examples
    /// --------
    /// >>> network.set_global("ca_ion", "cai0", 1e-4)  # mM
    fn set_global(&self, py: Python<'_>, mechanism: String, name: String, value: f64) {
        self.change(py, |network| network.set_global(mechanism, name, value));
    }

    /// Sets a function table of a mechanism (FUNCTION_TABLE in NMODL): values at `count` arguments from `low` to `high`.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     No values, values that are not finite, or limits that are not ascending.
    ///
    /// Examples
    /// --------
    /// >>> with open("leak.mod", "w") as file:
    /// ...     _ = file.write('''NEURON { SUFFIX leak NONSPECIFIC_CURRENT i }
    /// ...     ASSIGNED { v i }
    /// ...     FUNCTION_TABLE g(v)
    /// ...     BREAKPOINT { i = g(v) * (v + 70) }''')
    /// >>> mods = loligo.Catalogue("leak.mod")
    /// >>> network = loligo.Network(mods)
    /// >>> network.set_function_table("leak", "g", [0, 1e-4, 1e-3], low=-80, high=0)  # S/cm2, mV
    fn set_function_table(
        &self,
        py: Python<'_>,
        mechanism: String,
        table: String,
        values: &Bound<'_, PyAny>,
        low: f64,
        high: f64,
    ) -> PyResult<()> {
        let values = numbers(values, "values")?;
        let made = FunctionTable::uniform(values, low, high).map_err(|error| invalid(py, error.to_string()))?;
        self.change(py, |network| network.set_function_table(mechanism, table, made));
        Ok(())
    }

    /// All connections, those of `watch` included.
    #[getter]
    fn connections(slf: &Bound<'_, Self>) -> Connections {
        let count = lock(slf.py(), &slf.get().inner).connections.len();
        Connections { network: slf.clone().unbind(), connections: 0..count }
    }
}

/// The value that an argument refers to: a variable, the weight of a connection, or "celsius".
pub(crate) fn value_of(py: Python<'_>, object: &Bound<'_, PyAny>, network: &Py<Network>) -> PyResult<ValueRef> {
    if let Ok(connection) = object.cast::<Connection>() {
        let connection = connection.get();
        same_network(py, &connection.network, network)?;
        return Ok(ValueRef::Weight { connection: connection.index, weight: 0 });
    }
    if let Ok(text) = object.extract::<String>() {
        if text == "celsius" {
            return Ok(ValueRef::Celsius);
        }
        if let Some((mechanism, global)) = text.split_once('.') {
            return Ok(ValueRef::Global { mechanism: mechanism.to_owned(), global: global.to_owned() });
        }
        let text =
            format!("\"{text}\": give a variable such as cell.soma(0.5).v, \"celsius\", or \"mechanism.global\"");
        return Err(wrong_type(text));
    }
    Ok(variable_of(py, object, network, "variable")?.into())
}
