//! Tables of a cell's segments and 3-D points, as columns.

use loligo::Shape;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arrays::array;
use crate::errors::OrRaise;
use crate::objects::Cell;

#[pymethods]
impl Cell {
    /// Columns of the table of segments, in order of the sections and of x.
    fn _segment_columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (places, cable, sections, first_points) = self.read(py, |cell| {
            let shapes: Vec<_> = cell.sections.iter().map(|section| section.shape.clone()).collect();
            let parents: Vec<Option<usize>> =
                cell.sections.iter().map(|section| section.parent.map(|attachment| attachment.parent)).collect();
            (cell.segments(), cell.cable(), shapes, parents)
        });
        let (places, parents) = (places.or_raise(py)?, first_points);
        // The places exist, so that the geometry is valid.
        let Ok(cable) = cable else { return Ok(PyDict::new(py)) };
        let columns = PyDict::new(py);
        let number = |value: &dyn Fn(&loligo::SegmentPlace) -> f64| array(py, places.iter().map(value).collect());
        columns.set_item("section", number(&|place| place.section as f64))?;
        columns.set_item("segment", number(&|place| place.segment as f64))?;
        columns.set_item("x", number(&|place| place.x))?;
        columns.set_item("distance", number(&|place| place.distance))?;
        columns.set_item("diam", number(&|place| place.diameter))?;
        let count = |section: usize| places.iter().filter(|place| place.section == section).count().max(1) as f64;
        let counts: Vec<f64> = (0..sections.len()).map(count).collect();
        columns.set_item("L", number(&|place| cable.geometry[place.section].length / counts[place.section]))?;
        columns.set_item("area", number(&|place| cable.area[cable.node_at(place.section, place.x) as usize]))?;
        let parent = |place: &loligo::SegmentPlace| parents[place.section].map_or(-1.0, |parent| parent as f64);
        columns.set_item("parent_section", number(&parent))?;
        for (end, shift) in [("start", -0.5), ("mid", 0.0), ("end", 0.5)] {
            let at = |place: &loligo::SegmentPlace| {
                let x = place.x + shift / counts[place.section];
                position(&sections[place.section], x)
            };
            for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
                columns.set_item(format!("{name}_{end}"), number(&|place| at(place)[axis]))?;
            }
        }
        Ok(columns)
    }

    /// Columns of the table of 3-D points, section by section.
    fn _point_columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let points = self.read(py, |cell| {
            let of_section = |(index, section): (usize, &loligo::Section)| match &section.shape {
                Shape::Points(points) => points.iter().map(|point| (index, *point)).collect(),
                Shape::Cylinder { .. } => Vec::new(),
            };
            cell.sections.iter().enumerate().flat_map(of_section).collect::<Vec<_>>()
        });
        let columns = PyDict::new(py);
        let column = |value: &dyn Fn(&(usize, loligo::Point3d)) -> f64| array(py, points.iter().map(value).collect());
        columns.set_item("section", column(&|(section, _)| *section as f64))?;
        columns.set_item("x", column(&|(_, point)| f64::from(point.x)))?;
        columns.set_item("y", column(&|(_, point)| f64::from(point.y)))?;
        columns.set_item("z", column(&|(_, point)| f64::from(point.z)))?;
        columns.set_item("diam", column(&|(_, point)| f64::from(point.diameter)))?;
        Ok(columns)
    }
}

/// The point at a fraction of a section's length, um; NaN for sections without 3-D points.
fn position(shape: &Shape, x: f64) -> [f64; 3] {
    let Shape::Points(points) = shape else { return [f64::NAN; 3] };
    let arcs = loligo::arc_lengths(points);
    let Some(&length) = arcs.last() else { return [f64::NAN; 3] };
    let at = x * length;
    let coordinates = |index: usize| [points[index].x, points[index].y, points[index].z].map(f64::from);
    let after = arcs.partition_point(|&arc| arc < at).clamp(1, points.len().max(2) - 1);
    if points.len() < 2 {
        return coordinates(0);
    }
    let span = arcs[after] - arcs[after - 1];
    let part = if span > 0.0 { (at - arcs[after - 1]) / span } else { 0.0 };
    let (from, to) = (coordinates(after - 1), coordinates(after));
    std::array::from_fn(|axis| from[axis] + part * (to[axis] - from[axis]))
}
