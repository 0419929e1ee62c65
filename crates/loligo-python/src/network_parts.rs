//! Connections, gap junctions, recordings, played waveforms and interventions of a network.

use loligo::kernels::FunctionTable;
use loligo::{GapSide, ValueRef};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::{numbers, numbers_or_one};
use crate::bulk::{sources_of, targets_of};
use crate::errors::{OrRaise, invalid, wrong_type};
use crate::locks::lock;
use crate::objects::{
    Cell, Connection, Connections, GapJunction, Network, Owner, Recording, Recordings, Variable, Variables,
};
use crate::references::{place_of, same_network, source_of, target_of, variable_of};
use crate::region::RegionNames;
use crate::waveform;

/// One side of a gap junction.
#[pyclass(frozen, module = "loligo")]
struct GapJunctionSide {
    network: Py<Network>,
    index: usize,
    side: GapSide,
}

#[pymethods]
impl GapJunctionSide {
    fn __getattr__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        if matches!(name, "i" | "vgap" | "g") {
            let owner = Owner::Gap(self.network.clone_ref(py), self.index, self.side);
            return Ok(Variable { owner, name: name.to_owned() });
        }
        let text = format!("a side of a gap junction has i (nA), vgap (mV) and g (uS), not \"{name}\"");
        Err(pyo3::exceptions::PyAttributeError::new_err(text))
    }
}

#[pymethods]
impl GapJunction {
    /// The first side.
    #[getter]
    fn a(&self, py: Python<'_>) -> GapJunctionSide {
        GapJunctionSide { network: self.network.clone_ref(py), index: self.index, side: GapSide::A }
    }

    /// The second side.
    #[getter]
    fn b(&self, py: Python<'_>) -> GapJunctionSide {
        GapJunctionSide { network: self.network.clone_ref(py), index: self.index, side: GapSide::B }
    }

    fn __repr__(&self) -> String {
        format!("<gap junction {}>", self.index)
    }
}

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

    /// Joins two places by a gap junction of a conductance (uS).
    #[pyo3(signature = (a, b, conductance, name = None))]
    fn gap_junction(
        slf: &Bound<'_, Self>,
        a: &Bound<'_, PyAny>,
        b: &Bound<'_, PyAny>,
        conductance: f64,
        name: Option<String>,
    ) -> PyResult<GapJunction> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let (a, b) = (place_of(py, a, &network, "a")?, place_of(py, b, &network, "b")?);
        let index = slf.get().change(py, |network| {
            let index = network.gap_junction(a, b, conductance);
            if let Some(name) = name {
                network.gap_junctions[index].name = name;
            }
            index
        });
        Ok(GapJunction { network, index })
    }

    /// Copies the value of a variable to a parameter in every step.
    fn transfer(slf: &Bound<'_, Self>, source: &Bound<'_, PyAny>, target: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let source = variable_of(py, source, &network, "source")?;
        let target = variable_of(py, target, &network, "target")?;
        slf.get().change(py, |network| network.transfer(source, target));
        Ok(())
    }

    /// Sets a pointer of a mechanism (POINTER in NMODL) to a variable.
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
    fn intervene(slf: &Bound<'_, Self>, t: f64, variable: &Bound<'_, PyAny>, value: f64) -> PyResult<()> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let target = value_of(py, variable, &network)?;
        slf.get().change(py, |network| network.intervene(t, target, value));
        Ok(())
    }

    /// Sets a variable that is the same for all instances of a mechanism.
    fn set_global(&self, py: Python<'_>, mechanism: String, name: String, value: f64) {
        self.change(py, |network| network.set_global(mechanism, name, value));
    }

    /// Sets a function table of a mechanism (FUNCTION_TABLE in NMODL): values at `count` arguments from `low` to `high`.
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

    /// Records a variable, or many.
    ///
    /// Parameters
    /// ----------
    /// variable : Variable, Segment or Variables
    ///     ``cell.soma(0.5).v``, ``cell.soma(0.5)`` (its voltage), ``cell.synapse.g``, ``cells.at("soma")``.
    /// every : int, default 1
    ///     Number of steps between two samples, the first at t = 0.
    /// name : str, optional
    ///     The name in the output, by default the place and variable.
    #[pyo3(signature = (variable, every = 1, name = None))]
    fn record<'py>(
        slf: &Bound<'py, Self>,
        variable: &Bound<'py, PyAny>,
        every: i64,
        name: Option<String>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let every = interval(every)?;
        if let Ok(variables) = variable.cast::<Variables>() {
            same_network(py, &variables.get().network, &network)?;
            if name.is_some() {
                return Err(wrong_type("name: each of many recordings has a name of its own; leave it out"));
            }
            let recordings = slf.get().change(py, |network| {
                let first = network.recordings.len();
                for variable in &variables.get().variables {
                    let index = network.record(variable.clone());
                    network.recordings[index].every = every;
                }
                (first..network.recordings.len()).collect()
            });
            return Ok(Recordings { network, recordings }.into_pyobject(py)?.into_any());
        }
        let variable = variable_of(py, variable, &network, "variable")?;
        let index = slf.get().change(py, |network| {
            let index = network.record(variable);
            network.recordings[index].every = every;
            if let Some(name) = name {
                network.recordings[index].name = name;
            }
            index
        });
        Ok(Recording { network, index }.into_pyobject(py)?.into_any())
    }

    /// Records a variable in every segment of a region of a cell, by default all of it, section by section from the 0
    /// end of each: ``network.record_segments(cell, variable="i_membrane_")`` (nA) for extracellular potentials.
    #[pyo3(signature = (cell, region = None, variable = "v", every = 1))]
    fn record_segments(
        slf: &Bound<'_, Self>,
        cell: &Cell,
        region: Option<RegionNames>,
        variable: &str,
        every: i64,
    ) -> PyResult<Recordings> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let (cell, every) = (cell.index_in(py, &network)?, interval(every)?);
        let recordings = slf.get().change(py, |network| {
            let region = match &region {
                Some(region) => region.of(py, &network.cells[cell])?,
                None => loligo::Region::All,
            };
            let chosen = network.cells[cell].sections_of(&region).unwrap_or_default();
            for section in chosen.into_iter().map(|section| &network.cells[cell].sections[section]) {
                let checked = section.check_geometry();
                checked.map_err(|error| section.geometry_error(&network.cells[cell].name, error)).or_raise(py)?;
            }
            let recordings = network.record_segments(cell, region, variable).or_raise(py)?;
            network.recordings[recordings.clone()].iter_mut().for_each(|recording| recording.every = every);
            Ok::<_, PyErr>(recordings.collect())
        })?;
        Ok(Recordings { network, recordings })
    }

    /// All recordings.
    #[getter]
    fn recordings(slf: &Bound<'_, Self>) -> Recordings {
        let count = lock(slf.py(), &slf.get().inner).recordings.len();
        Recordings { network: slf.clone().unbind(), recordings: (0..count).collect() }
    }

    /// All connections, those of `watch` included.
    #[getter]
    fn connections(slf: &Bound<'_, Self>) -> Connections {
        let count = lock(slf.py(), &slf.get().inner).connections.len();
        Connections { network: slf.clone().unbind(), connections: 0..count }
    }
}

/// The number of steps between two samples.
fn interval(every: i64) -> PyResult<usize> {
    usize::try_from(every).ok().filter(|&every| every > 0).ok_or_else(|| {
        PyValueError::new_err(format!("every={every}: give the number of steps between two samples, at least 1"))
    })
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
