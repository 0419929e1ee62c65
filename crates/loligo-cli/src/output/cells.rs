//! `cells.json`: the shapes of the cells, with the highest voltages of a run.

use indexmap::IndexMap;
use loligo::{End, Recorded, Section, SectionKind, Shape, VariableRef};
use loligo_format::model_file::Model;
use serde::{Serialize, Serializer};

#[derive(Serialize)]
struct CellEntry {
    name: String,
    gid: u64,
    /// Parameters with values specific to this cell, in their units.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    parameters: IndexMap<String, f64>,
    /// Sections, only for the first cells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sections: Vec<SectionEntry>,
}

#[derive(Serialize)]
struct SectionEntry {
    name: String,
    kind: KindEntry,
    /// Index among the cell's sections.
    parent: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_x: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    child_end: Option<u8>,
    /// x, y, z, diameter, um.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<Vec<[f32; 4]>>,
    /// um.
    length: f64,
    /// Mean diameter of a section without points, um.
    #[serde(skip_serializing_if = "Option::is_none")]
    diam: Option<f64>,
    segments: usize,
    /// Highest voltage of each segment, mV.
    #[serde(skip_serializing_if = "Option::is_none")]
    v_max: Option<Vec<f64>>,
}

/// The name of a kind of section, or the number of another SWC type.
#[derive(Serialize)]
#[serde(untagged)]
enum KindEntry {
    Name(&'static str),
    Code(i32),
}

impl From<SectionKind> for KindEntry {
    fn from(kind: SectionKind) -> Self {
        match kind {
            SectionKind::Soma => Self::Name("soma"),
            SectionKind::Axon => Self::Name("axon"),
            SectionKind::Dendrite => Self::Name("dendrite"),
            SectionKind::Apical => Self::Name("apical"),
            SectionKind::Custom(code) => Self::Code(code),
        }
    }
}

/// The first cells, and all cells with values of their own. Each is built only when it is written, because together
/// they may be larger than the model.
pub(super) struct DescribedCells<'a> {
    pub model: &'a Model,
    /// The highest voltage (mV) of each segment of the first cells.
    pub highest: Option<&'a [f64]>,
}

impl Serialize for DescribedCells<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let network = &self.model.network;
        let mut highest = self.highest;
        to.collect_seq(network.cells.iter().enumerate().filter_map(|(index, cell)| {
            let has_shape = index < Model::CELLS_WITH_SHAPE;
            let sections = if has_shape { &cell.sections[..] } else { &[] };
            (has_shape || !cell.own.is_empty()).then(|| CellEntry {
                name: cell.name.clone(),
                gid: network.gid(index),
                parameters: cell.own_values().into_iter().collect(),
                sections: sections.iter().map(|section| section_entry(section, &mut highest)).collect(),
            })
        }))
    }
}

fn section_entry(section: &Section, highest: &mut Option<&[f64]>) -> SectionEntry {
    let segments = section.segments();
    let v_max = highest.as_mut().map(|values| {
        let (own, rest) = values.split_at(segments);
        *values = rest;
        own.to_vec()
    });
    let (points, length, diam) = match &section.shape {
        Shape::Cylinder { length, diameters } => {
            let mean = diameters.iter().sum::<f64>() / diameters.len().max(1) as f64;
            (None, *length, Some(mean))
        }
        Shape::Points(points) => {
            let length = loligo::arc_lengths(points).last().copied().unwrap_or(0.0);
            (Some(points.iter().map(|p| [p.x, p.y, p.z, p.diameter]).collect()), length, None)
        }
    };
    SectionEntry {
        name: section.name.clone(),
        kind: section.kind.into(),
        parent: section.parent.map(|attachment| attachment.parent),
        parent_x: section.parent.map(|attachment| attachment.parent_x),
        child_end: section.parent.map(|attachment| u8::from(attachment.child_end == End::One)),
        points,
        length,
        diam,
        segments,
        v_max,
    }
}

/// Recordings that are not requested by the user: the voltage of all segments of the first cells, of which only the
/// highest is stored.
pub struct ShapeVoltages {
    /// Index of the first of these recordings.
    first: usize,
    /// mV.
    highest: Vec<f64>,
}

impl ShapeVoltages {
    /// Adds these recordings to a model, if its output option `shape_voltage` is set.
    pub fn add(model: &mut Model) -> Option<Self> {
        let first = model.network.recordings.len();
        if !model.output.shape_voltage {
            return None;
        }
        let every = model.output.shape_every;
        let mut wanted = Vec::new();
        for (index, cell) in model.network.cells.iter().take(Model::CELLS_WITH_SHAPE).enumerate() {
            for (section, shape) in cell.sections.iter().enumerate() {
                let segments = shape.segments();
                wanted.extend(
                    (0..segments).map(|k| VariableRef::voltage(index, section, (k as f64 + 0.5) / segments as f64)),
                );
            }
        }
        let highest = vec![f64::NEG_INFINITY; wanted.len()];
        for variable in wanted {
            model.network.record_as("shape", variable, every);
        }
        Some(Self { first, highest })
    }

    /// Removes these recordings from the model.
    pub fn remove(&self, model: &mut Model) {
        model.network.recordings.truncate(self.first);
    }

    /// Index of the first of these recordings.
    pub(super) fn first(&self) -> usize {
        self.first
    }

    /// The highest voltages, mV, once all are available.
    pub(super) fn highest(&self) -> Option<&[f64]> {
        Some(&self.highest[..]).filter(|values| values.iter().all(|&v| v > f64::NEG_INFINITY))
    }

    pub(super) fn take(&mut self, recorded: &Recorded) {
        for (recording, highest) in (self.first..).zip(&mut self.highest) {
            *highest = recorded.samples(recording).unwrap_or_default().iter().copied().fold(*highest, f64::max);
        }
    }
}
