//! Mechanisms placed on cells, and changes of their shape.

use std::collections::BTreeMap;

use loligo::{ModelError, SegmentPlace, SpatialProfile};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::arrays::{indices, numbers_or_one, rows};
use crate::errors::{OrRaise, invalid, wrong_type};
use crate::objects::{Cell, Mechanism, PointProcess, PointProcesses, Section, Segment};
use crate::references::told;
use crate::region::RegionNames;

/// A segment and its position, for functions that compute mechanisms.
#[pyclass(frozen, get_all, module = "loligo")]
struct PlacedSegment {
    /// Name of the section.
    section: String,
    /// Middle of the segment, 0 to 1.
    x: f64,
    /// Length of the path from the middle of the soma, um.
    distance: f64,
    /// Diameter, um.
    diam: f64,
}

#[pymethods]
impl Cell {
    /// Paints a density mechanism on a region.
    ///
    /// Parameters
    /// ----------
    /// region : str, Section or list
    ///     "all", a kind (soma, axon, dendrite, apical), a section, a list of sections, or a list of these.
    /// mechanism : Mechanism or function
    ///     A mechanism, or a function that returns one for a segment: ``lambda segment: loligo.pas(g=1e-5 *
    ///     segment.distance)``. The segment has `section`, `x`, `distance` (um from the middle of the soma) and `diam`
    ///     (um). It is called at once for the present segments.
    /// profiles : dict, optional
    ///     Parameters with a value for each segment of the region, in order: a list or array for each name.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A region that the cell lacks, with a suggestion.
    ///
    /// Examples
    /// --------
    /// >>> dend = cell.add_section("dend", L=200, diam=2, nseg=5, parent=soma)  # um, um
    /// >>> cell.paint("dend", loligo.pas(g=1e-4, e=-70))  # S/cm2, mV
    /// >>> cell.paint("dend", lambda segment: loligo.pas(g=1e-6 * segment.distance))  # S/cm2, um
    /// >>> cell.paint("dend", loligo.pas(), profiles={"e": [-70, -69, -68, -67, -66]})  # mV
    #[pyo3(signature = (region, mechanism, profiles = None))]
    fn paint(
        &self,
        py: Python<'_>,
        region: RegionNames,
        mechanism: &Bound<'_, PyAny>,
        profiles: Option<BTreeMap<String, Bound<'_, PyAny>>>,
    ) -> PyResult<()> {
        let region = self.read(py, |cell| region.of(py, cell))?;
        if let Ok(mechanism) = mechanism.cast::<Mechanism>() {
            let profiles = match profiles {
                None => BTreeMap::new(),
                Some(profiles) => {
                    let places = self.read(py, |cell| places_of(cell, &region)).or_raise(py)?;
                    let profile = |(name, values): (String, Bound<'_, PyAny>)| {
                        let values = numbers_or_one(&values, &name, places.len())?;
                        let mut segments: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
                        for (place, value) in places.iter().zip(values) {
                            segments.entry(place.section).or_default().push(value);
                        }
                        Ok((name, SpatialProfile::Segments(segments)))
                    };
                    profiles.into_iter().map(profile).collect::<PyResult<_>>()?
                }
            };
            let mechanism = mechanism.get().inner.clone();
            self.change(py, |cell| cell.paint_varying(region, mechanism, profiles));
            return Ok(());
        }
        let not_called = mechanism.hasattr("_makes_mechanism")?;
        if !mechanism.is_callable() || not_called || profiles.is_some() {
            return Err(wrong_type(format!(
                "paint: give a mechanism such as loligo.hh(), not {}",
                not_made(mechanism)
            )));
        }
        let (places, names) = self.read(py, |cell| {
            (places_of(cell, &region), cell.sections.iter().map(|section| section.name.clone()).collect::<Vec<_>>())
        });
        let places = places.or_raise(py)?;
        let mechanism_at = |place: &SegmentPlace| {
            let SegmentPlace { section, x, distance, diameter: diam, .. } = *place;
            let returned = mechanism.call1((PlacedSegment { section: names[section].clone(), x, distance, diam },))?;
            match returned.cast::<Mechanism>() {
                Ok(mechanism) => Ok(mechanism.get().inner.clone()),
                Err(_) => {
                    let returned = not_made(&returned);
                    Err(wrong_type(format!("paint: the function must return a mechanism, not {returned}")))
                }
            }
        };
        let made = places.iter().map(mechanism_at).collect::<PyResult<Vec<_>>>()?;
        self.change(py, |cell| {
            if places_of(cell, &region).as_ref() != Ok(&places) {
                return Err(invalid(py, "paint: the cell was changed meanwhile; let the function change nothing"));
            }
            let mut made = made.into_iter();
            // The segments are those for which the mechanisms were made.
            cell.paint_with(region, |_| made.next().expect("one mechanism for each segment")).or_raise(py)
        })
    }

    /// Places a point process, such as an electrode or a synapse.
    ///
    /// Parameters
    /// ----------
    /// name : str
    ///     Its name, unique in the cell.
    /// place : Segment
    ///     The place, such as ``soma(0.5)``.
    /// mechanism : Mechanism
    ///     The mechanism, such as ``loligo.IClamp(delay=5, dur=30, amp=0.2)``.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     A place or mechanism of another type.
    /// ForeignObjectError
    ///     A place on another cell.
    ///
    /// Examples
    /// --------
    /// >>> cell.place("synapse", soma(0.5), loligo.ExpSyn(tau=2, e=0))  # ms, mV
    /// <synapse: ExpSyn at squid.soma(0.5)>
    fn place(
        slf: &Bound<'_, Self>,
        name: String,
        place: &Bound<'_, PyAny>,
        mechanism: &Bound<'_, PyAny>,
    ) -> PyResult<PointProcess> {
        let py = slf.py();
        let mechanism = given_mechanism(mechanism)?;
        let place = place
            .cast::<Segment>()
            .map_err(|_| wrong_type(format!("place: give a place such as cell.soma(0.5), not {}", told(place))))?;
        let (section, x) = (place.get().section.get(), place.get().x);
        own_section(slf, section)?;
        let index = slf.get().change(py, |cell| {
            let section = section.find_in(py, cell)?;
            Ok::<_, PyErr>(cell.place(name, section, x, mechanism))
        })?;
        Ok(PointProcess { cell: slf.clone().unbind(), index })
    }

    /// Places a point process at each of many places, named ``name[0]``, ``name[1]``..., in one call.
    ///
    /// Parameters
    /// ----------
    /// name : str
    ///     The name before the number.
    /// sections : str, Section, or array of int
    ///     One section for all, or the index of each place's section.
    /// x : float or array
    ///     Position of each, 0 to 1.
    /// mechanism : Mechanism
    ///     The mechanism, which they share.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A position that is not from 0 to 1.
    /// IndexError
    ///     A section that the cell lacks.
    ///
    /// Examples
    /// --------
    /// >>> synapses = cell.place_many("exc", "soma", np.linspace(0, 1, 100), loligo.ExpSyn(tau=2))  # ms
    /// >>> len(synapses), synapses[0].name
    /// (100, 'exc[0]')
    #[pyo3(signature = (name, sections, x, mechanism))]
    fn place_many(
        slf: &Bound<'_, Self>,
        name: &str,
        sections: &Bound<'_, PyAny>,
        x: &Bound<'_, PyAny>,
        mechanism: &Bound<'_, PyAny>,
    ) -> PyResult<PointProcesses> {
        let (py, cell) = (slf.py(), slf.get());
        let mechanism = given_mechanism(mechanism)?;
        let one = if let Ok(section) = sections.cast::<Section>() {
            Some(own_section(slf, section.get())?)
        } else if sections.is_instance_of::<PyString>() {
            let section = Self::section(slf, sections.extract()?)?;
            Some(section.index)
        } else {
            None
        };
        let places: Vec<(usize, f64)> = match one {
            Some(section) => {
                let x = crate::arrays::numbers(x, "x")?;
                x.into_iter().map(|x| (section, x)).collect()
            }
            None => {
                let count = cell.read(py, |cell| cell.sections.len());
                let sections = indices(sections, "sections", count)?;
                let x = numbers_or_one(x, "x", sections.len())?;
                sections.into_iter().zip(x).collect()
            }
        };
        if let Some((_, x)) = places.iter().find(|(_, x)| !(0.0..=1.0).contains(x)) {
            return Err(invalid(py, format!("x: {x} is no position on a section; give numbers from 0 to 1")));
        }
        let points = cell.change(py, |cell| cell.place_many(name, places, mechanism));
        Ok(PointProcesses { cell: slf.clone().unbind(), points: points.collect() })
    }

    /// Defines a named list of sections, which is then a region.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A region that the cell lacks, with a suggestion.
    ///
    /// Examples
    /// --------
    /// >>> dend = cell.add_section("dend", L=200, diam=2, parent=soma)  # um, um
    /// >>> cell.define_list("somatodendritic", [soma, dend])
    /// >>> cell.paint("somatodendritic", loligo.pas())
    fn define_list(&self, py: Python<'_>, name: String, sections: RegionNames) -> PyResult<()> {
        self.change(py, |cell| {
            let region = sections.of(py, cell)?;
            let indices = cell.sections_of(&region).unwrap_or_default();
            let names: Vec<String> = indices.into_iter().map(|index| cell.sections[index].name.clone()).collect();
            cell.define_list(name, names);
            Ok(())
        })
    }

    /// Sets a parameter of this cell, other than its description does: ``cell.set("soma.hh.gnabar", 0.1)``,
    /// ``cell.set("electrode.amp", 0.3)``, ``cell.set("all.Ra", 100)``.
    ///
    /// Examples
    /// --------
    /// >>> cell.set("soma.hh.gnabar", 0.1)  # S/cm2
    /// >>> loligo.Simulation(network).get(soma(0.5).hh.gnabar)
    /// 0.1
    fn set(&self, py: Python<'_>, parameter: &str, value: f64) {
        self.change(py, |cell| cell.set(parameter, value));
    }

    /// Sets the number of segments, or the rule for it, of every section of a region: `nseg`, `max_segment_length` (um)
    /// or `d_lambda` (fraction of the length constant at 100 Hz, usually 0.1).
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A region that the cell lacks, or no rule.
    ///
    /// Examples
    /// --------
    /// >>> dend = cell.add_section("dend", L=200, diam=2, parent=soma)  # um, um
    /// >>> cell.discretize("all", d_lambda=0.1)
    /// >>> dend.nseg
    /// 3
    #[pyo3(signature = (region, *, nseg = None, max_segment_length = None, d_lambda = None))]
    fn discretize(
        &self,
        py: Python<'_>,
        region: RegionNames,
        nseg: Option<i64>,
        max_segment_length: Option<f64>,
        d_lambda: Option<f64>,
    ) -> PyResult<()> {
        let rule = crate::cell::discretization(nseg, max_segment_length, d_lambda)?;
        let rule = rule.ok_or_else(|| invalid(py, "give one of nseg, max_segment_length and d_lambda"))?;
        self.change(py, |cell| {
            let region = region.of(py, cell)?;
            cell.for_each_section(&region, |section| section.discretization = rule);
            Ok(())
        })
    }

    /// Removes the sections of a region with everything behind them; returns their number.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A region that the cell lacks; point processes or recordings on it.
    ///
    /// Examples
    /// --------
    /// >>> dend = cell.add_section("dend", L=200, diam=2, parent=soma)  # um, um
    /// >>> cell.remove_sections("dend")
    /// 1
    /// >>> cell.sections
    /// [<Section soma: L 20 um, diam 20 um, nseg 1, Ra 35.4 ohm cm>]
    fn remove_sections(&self, py: Python<'_>, region: RegionNames) -> PyResult<usize> {
        self.change(py, |cell| {
            let region = region.of(py, cell)?;
            cell.remove_sections(region).or_raise(py)
        })
    }

    /// Cuts off everything farther than `distance` (um) from the middle of the soma; returns the number of sections that
    /// it removes.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A distance that is not above 0; point processes on what is cut off.
    ///
    /// Examples
    /// --------
    /// >>> dend = cell.add_section("dend", L=200, diam=2, parent=soma)  # um, um
    /// >>> cell.cut_beyond(100), dend.L  # um
    /// (0, 90.0)
    fn cut_beyond(&self, py: Python<'_>, distance: f64) -> PyResult<usize> {
        self.change(py, |cell| cell.cut_beyond(distance)).or_raise(py)
    }

    /// Replaces the axon by a stub of cylinders, given as (length, diameter) in um.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A cell without soma; lengths or diameters that are not above 0.
    ///
    /// Examples
    /// --------
    /// >>> axon = cell.add_section("axon", L=1000, diam=1, parent=soma)  # um, um
    /// >>> cell.replace_axon([[30, 1], [30, 0.5]])  # um
    /// >>> [(section.name, section.L) for section in cell.sections]
    /// [('soma', 20.0), ('axon[0]', 30.0), ('axon[1]', 30.0)]
    fn replace_axon(&self, py: Python<'_>, stub: &Bound<'_, PyAny>) -> PyResult<()> {
        let stub: Vec<(f64, f64)> = rows(stub, "stub", 2)?.into_iter().map(|row| (row[0], row[1])).collect();
        self.change(py, |cell| cell.replace_axon(&stub)).or_raise(py).map(|_| ())
    }

    /// Multiplies the diameters of a region by a factor.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A region that the cell lacks; a factor that is not above 0.
    ///
    /// Examples
    /// --------
    /// >>> cell.scale_diameters("all", 1.5)
    /// >>> soma.diam  # um
    /// 30.0
    fn scale_diameters(&self, py: Python<'_>, region: RegionNames, factor: f64) -> PyResult<()> {
        self.change(py, |cell| {
            let region = region.of(py, cell)?;
            cell.scale_diameters(region, factor).or_raise(py)
        })
    }

    /// The tree of sections as text, as NEURON's ``topology()`` prints it.
    ///
    /// Examples
    /// --------
    /// >>> dend = cell.add_section("dend", L=200, diam=2, nseg=5, parent=soma)  # um, um
    /// >>> print(cell.topology().strip())
    /// |-|       soma(0-1)
    ///    `----|       dend(0-1)
    fn topology(&self, py: Python<'_>) -> String {
        self.read(py, |cell| cell.topology().to_string())
    }
}

/// The segments of a region, in order.
fn places_of(cell: &loligo::Cell, region: &loligo::Region) -> Result<Vec<SegmentPlace>, ModelError> {
    let places = cell.segments()?;
    let of_section = |section: usize| places.iter().filter(move |place| place.section == section).copied();
    Ok(cell.sections_of(region).unwrap_or_default().into_iter().flat_map(of_section).collect())
}

/// The index of a section of this cell.
fn own_section(cell: &Bound<'_, Cell>, section: &Section) -> PyResult<usize> {
    if Cell::is_same(&cell.clone().unbind(), &section.cell) {
        return section.find(cell.py());
    }
    let text = format!("the section \"{}\" belongs to another cell; take it from this one", section.name);
    Err(crate::errors::foreign(cell.py(), text))
}

/// The mechanism of an argument.
pub(crate) fn given_mechanism(object: &Bound<'_, PyAny>) -> PyResult<loligo::Mechanism> {
    match object.cast::<Mechanism>() {
        Ok(mechanism) => Ok(mechanism.get().inner.clone()),
        Err(_) => Err(wrong_type(format!("give a mechanism such as loligo.ExpSyn(tau=2.0), not {}", not_made(object)))),
    }
}

/// The type of an object that is no mechanism; a function that makes one lacks its call.
fn not_made(object: &Bound<'_, PyAny>) -> String {
    match object.getattr("__name__").and_then(|name| name.extract::<String>()) {
        Ok(name) if object.is_callable() => format!("{name}; call it: {name}(...)"),
        _ => told(object),
    }
}
