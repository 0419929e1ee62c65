//! Pictures that notebooks show: shapes of cells, traces, rasters.

use loligo::{Shape, SourceRef, VariableRef};
use loligo_plot::{CellShape, Legend, SectionShape, Source, SpikeTable, Trace};
use pyo3::prelude::*;

use crate::locks::lock;
use crate::objects::{Cell, Network, Simulation};

/// Most cells in one picture, and most traces.
const MOST_CELLS: usize = 20;
const MOST_TRACES: usize = 64;
/// Most values of a trace; a picture is not wider in pixels.
const MOST_VALUES: usize = 1 << 16;

/// The shape of a cell for a picture.
fn shape_of(cell: &loligo::Cell, gid: Option<u64>) -> CellShape {
    let sections = cell.sections.iter().map(|section| {
        let info = section.info();
        let points = match &section.shape {
            Shape::Points(points) => points.iter().map(|p| [p.x, p.y, p.z, p.diameter].map(f64::from)).collect(),
            Shape::Cylinder { .. } => Vec::new(),
        };
        SectionShape {
            name: section.name.clone(),
            kind: section.kind.into(),
            parent: section.parent.map(|attachment| attachment.parent),
            parent_x: section.parent.map(|attachment| attachment.parent_x),
            points,
            length: Some(info.length),
            diam: Some(info.diameter),
            segments: info.segments,
            v_max: None,
        }
    });
    CellShape { name: cell.name.clone(), gid, sections: sections.collect(), ..CellShape::default() }
}

/// HTML of a text and of pictures, each by itself so that its style does not change the notebook's.
fn page(py: Python<'_>, text: String, pictures: Vec<String>) -> PyResult<String> {
    py.import("loligo._html")?.getattr("page")?.call1((text, pictures))?.extract()
}

#[pymethods]
impl Cell {
    /// The shape as SVG text, coloured by kind of section; None for a cell without a shape.
    ///
    /// Examples
    /// --------
    /// >>> cell.to_svg()[:4]
    /// '<svg'
    fn to_svg(&self, py: Python<'_>) -> Option<String> {
        let shape = self.read(py, |cell| shape_of(cell, None));
        loligo_plot::shape_picture(&[shape], &Legend::default()).ok().flatten()
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        let picture = slf.get().to_svg(slf.py());
        page(slf.py(), slf.repr()?.to_string(), picture.into_iter().collect())
    }
}

#[pymethods]
impl Network {
    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        let shapes: Vec<CellShape> = {
            let network = lock(slf.py(), &slf.get().inner);
            network.cells.iter().take(MOST_CELLS).map(|cell| shape_of(cell, None)).collect()
        };
        let picture = loligo_plot::shape_picture(&shapes, &Legend::default()).ok().flatten();
        page(slf.py(), slf.repr()?.to_string(), picture.into_iter().collect())
    }
}

#[pymethods]
impl Simulation {
    /// The traces as SVG text; None if there are none.
    ///
    /// Examples
    /// --------
    /// >>> simulation.traces_svg()[:4]
    /// '<svg'
    fn traces_svg(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let traces: Vec<Trace> = {
            let simulation = self.idle(py)?;
            let trace = |index| {
                let (values, times) = (simulation.samples(index).ok()?, simulation.sample_times(index).ok()?);
                let every = values.len().div_ceil(MOST_VALUES).max(1);
                Some(Trace {
                    name: simulation.recording_name(index).ok()?.to_owned(),
                    unit: simulation.recording_unit(index).ok()?.to_owned(),
                    time: times.into_iter().step_by(every).collect(),
                    values: values.iter().copied().step_by(every).collect(),
                    ..Trace::default()
                })
            };
            (0..simulation.recordings().min(MOST_TRACES)).filter_map(trace).collect()
        };
        Ok(loligo_plot::traces_picture(&traces, None, &Legend::default()))
    }

    /// The spikes as SVG text, a row for each source; None if no source is watched or connected.
    ///
    /// Examples
    /// --------
    /// >>> simulation.raster_svg()[:4]
    /// '<svg'
    fn raster_svg(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let (sources, spikes, end) = {
            let simulation = self.idle(py)?;
            let spikes: Vec<(f64, usize)> = simulation.spikes().iter().map(|spike| (spike.t, spike.source)).collect();
            (simulation.sources().to_vec(), spikes, simulation.time())
        };
        let network = lock(py, &self.network.get().inner);
        let source = |source: &SourceRef| match *source {
            SourceRef::Artificial(index) | SourceRef::Variable(VariableRef::Artificial { cell: index, .. }) => Source {
                artificial: Some(index as u64),
                name: network.artificial_cells[index].name.clone(),
                ..Source::default()
            },
            SourceRef::Point { cell, .. }
            | SourceRef::Variable(VariableRef::Section { cell, .. } | VariableRef::Point { cell, .. }) => {
                let gid = network.gids.get(cell).copied().unwrap_or(cell as u64);
                Source { gid: Some(gid), name: network.cells[cell].name.clone(), ..Source::default() }
            }
            SourceRef::Variable(VariableRef::GapJunction { junction, .. }) => {
                Source { name: format!("gap[{junction}]"), ..Source::default() }
            }
        };
        let table = SpikeTable { sources: sources.iter().map(source).collect(), spikes, has_silent: true };
        drop(network);
        Ok(loligo_plot::raster_picture(&table, Some((0.0, end)), &Legend::default()))
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (py, simulation) = (slf.py(), slf.get());
        let text = slf.repr()?.to_string();
        // While it runs there is only the text.
        let pictures = [simulation.traces_svg(py), simulation.raster_svg(py)];
        page(py, text, pictures.into_iter().filter_map(|picture| picture.ok().flatten()).collect())
    }
}
