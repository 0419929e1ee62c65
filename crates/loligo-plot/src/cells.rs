//! The cells of a run as described in `cells.json`.

use std::path::Path;

use indexmap::IndexMap;
use loligo_morphology::{Morphology, SectionKind};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::PlotError;
use crate::json::read_json;

/// The shape of one cell.
///
/// ```
/// use loligo_plot::{CellShape, ShapeKind};
///
/// let json = r#"{"name": "cell", "gid": 4, "sections": [
///     {"name": "soma[0]", "kind": "soma", "parent": null, "length": 20.0, "diam": 20.0,
///      "segments": 1, "v_max": [31.5]},
///     {"name": "dend[0]", "kind": "dendrite", "parent": 0,
///      "points": [[10, 0, 0, 2], [110, 0, 0, 1]], "segments": 3}
/// ]}"#;
/// let cell: CellShape = serde_json::from_str(json)?;
/// assert_eq!(cell.sections[1].kind, ShapeKind::Dendrite);
/// assert_eq!(cell.sections[1].points[1][3], 1.0); // um, diameter
/// assert_eq!(serde_json::from_str::<CellShape>(&serde_json::to_string(&cell)?)?, cell);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CellShape {
    /// Name of the cell.
    pub name: String,
    /// Its gid (global identifier of a cell), if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gid: Option<u64>,
    /// Parameters whose values are specific to this cell, by name, in their units.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub parameters: IndexMap<String, f64>,
    /// Its sections; empty if the shape of the cell was not stored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<SectionShape>,
}

/// The shape of a section: 3-D points, or a cylinder of `length` and `diam`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SectionShape {
    /// Name within the cell, such as `apic[12]`.
    pub name: String,
    /// The part of a neuron to which it belongs.
    pub kind: ShapeKind,
    /// Index of the parent in [`CellShape::sections`]; `None` for a root.
    #[serde(default)]
    pub parent: Option<usize>,
    /// Position on the parent, 0 to 1, if it is not the far end. Only for sections without points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_x: Option<f64>,
    /// x, y, z and diameter of each point, um.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<[f64; 4]>,
    /// Length, um.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<f64>,
    /// Diameter, um.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diam: Option<f64>,
    /// Number of segments in the simulation.
    #[serde(default)]
    pub segments: usize,
    /// Highest potential of each segment, mV. NaN (`null` in JSON) if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "nulls_as_nan")]
    pub v_max: Option<Vec<f64>>,
}

fn nulls_as_nan<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<f64>>, D::Error> {
    let values = Option::<Vec<Option<f64>>>::deserialize(from)?;
    Ok(values.map(|v| v.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect()))
}

/// The part of a neuron to which a section belongs. In JSON `"soma"`, `"axon"`, `"dendrite"`,
/// `"apical"`, or the number of another SWC type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ShapeKind {
    /// The cell body.
    Soma,
    /// Axon.
    Axon,
    /// A basal dendrite, or a dendrite of a cell that has only one sort.
    #[default]
    Dendrite,
    /// Apical dendrite.
    Apical,
    /// Any other SWC type.
    Other(i32),
}

impl ShapeKind {
    /// The name used in a legend.
    pub fn label(self) -> String {
        match self {
            Self::Soma => "soma".into(),
            Self::Axon => "axon".into(),
            Self::Dendrite => "dendrite".into(),
            Self::Apical => "apical dendrite".into(),
            Self::Other(code) => format!("type {code}"),
        }
    }
}

impl From<SectionKind> for ShapeKind {
    fn from(kind: SectionKind) -> Self {
        match kind {
            SectionKind::Soma => Self::Soma,
            SectionKind::Axon => Self::Axon,
            SectionKind::Dendrite => Self::Dendrite,
            SectionKind::Apical => Self::Apical,
            SectionKind::Custom(code) => Self::Other(code),
        }
    }
}

impl Serialize for ShapeKind {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Soma => to.serialize_str("soma"),
            Self::Axon => to.serialize_str("axon"),
            Self::Dendrite => to.serialize_str("dendrite"),
            Self::Apical => to.serialize_str("apical"),
            Self::Other(code) => to.serialize_i32(*code),
        }
    }
}

impl<'de> Deserialize<'de> for ShapeKind {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(i32),
            Word(String),
        }
        let of_code = |code| ShapeKind::from(SectionKind::from_code(code));
        match Written::deserialize(from)? {
            Written::Number(code) => Ok(of_code(code)),
            Written::Word(word) => match word.as_str() {
                "soma" => Ok(Self::Soma),
                "axon" => Ok(Self::Axon),
                "dendrite" | "dend" => Ok(Self::Dendrite),
                "apical" | "apic" => Ok(Self::Apical),
                other => other.parse().map(of_code).map_err(|_| {
                    serde::de::Error::custom(format!(
                        "`{other}` is no kind of section: write soma, axon, dendrite, apical or a number"
                    ))
                }),
            },
        }
    }
}

impl CellShape {
    /// Reads `cells.json`: an array of cells.
    ///
    /// # Errors
    /// If the file cannot be read or does not have this form.
    pub fn read_all(path: &Path) -> Result<Vec<Self>, PlotError> {
        read_json(path)
    }

    /// The shape of a morphology; each section is one segment.
    ///
    /// ```
    /// use loligo_morphology::Morphology;
    /// use loligo_plot::CellShape;
    ///
    /// let swc = "1 1 0 0 0 6 -1\n2 3 6 0 0 1 1\n3 3 56 0 0 1 2\n";
    /// let cell = Morphology::from_swc_str(swc).unwrap().morphology;
    /// let shape = CellShape::from_morphology("cell", None, &cell);
    /// assert_eq!(shape.sections.len(), 2);
    /// assert_eq!(shape.sections[1].parent, Some(0));
    /// ```
    pub fn from_morphology(name: &str, gid: Option<u64>, morphology: &Morphology) -> Self {
        let sections = morphology
            .sections
            .iter()
            .map(|section| SectionShape {
                name: section.name.clone(),
                kind: section.kind.into(),
                parent: section.parent.map(|attachment| attachment.parent),
                parent_x: section.parent.map(|attachment| attachment.parent_x),
                points: section.points.iter().map(|p| [p.x, p.y, p.z, p.diameter].map(f64::from)).collect(),
                segments: 1,
                ..SectionShape::default()
            })
            .collect();
        Self { name: name.into(), gid, sections, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_words_or_numbers() {
        for (json, kind) in [
            ("\"soma\"", ShapeKind::Soma),
            ("\"apical\"", ShapeKind::Apical),
            ("7", ShapeKind::Other(7)),
            ("\"-3\"", ShapeKind::Other(-3)),
            ("2", ShapeKind::Axon),
        ] {
            let read: ShapeKind = serde_json::from_str(json).unwrap();
            assert_eq!(read, kind);
            let again = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
            assert_eq!(kind, again);
        }
        let error = serde_json::from_str::<ShapeKind>("\"leg\"").unwrap_err();
        assert!(error.to_string().contains("`leg`"));
    }

    #[test]
    fn missing_potentials_survive() {
        let section = SectionShape { v_max: Some(vec![1.0, f64::NAN]), ..SectionShape::default() };
        let json = serde_json::to_string(&section).unwrap();
        let read: SectionShape = serde_json::from_str(&json).unwrap();
        assert!(read.v_max.unwrap()[1].is_nan());
    }
}
