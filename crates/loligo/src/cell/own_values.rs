//! Parameter values that differ from cell to cell.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::shared::Shared;

/// Refers to a parameter of a cell.
///
/// A text is sufficient for a parameter with a unique name:
///
/// | text | means |
/// |---|---|
/// | `"soma.hh.gnabar"` | a parameter of a painted mechanism (or of an ion: `"all.na_ion.ena"`), everywhere in the region |
/// | `"electrode.amp"` | a parameter of a point process |
/// | `"dend.Ra"`, `"all.cm"`, `"soma.L"`, `"soma.diam"` | ohm cm, uF/cm2, um, um, of every section of the region |
///
/// A region is `all`, or the name of a list of sections, of a section, or of a kind (soma, axon, dendrite, apical): the
/// first of these that exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterRef {
    /// By its name.
    Named(String),
    /// A parameter of one painting. If later paintings set the same parameter, they take precedence.
    Painted {
        /// Index among the cell's painted mechanisms.
        painted: usize,
        /// Name of the parameter.
        parameter: String,
    },
    /// A parameter of a point process.
    Point {
        /// Index among the cell's point processes.
        point: usize,
        /// Name of the parameter.
        parameter: String,
    },
}

impl From<&str> for ParameterRef {
    fn from(name: &str) -> Self {
        Self::Named(name.to_owned())
    }
}

impl From<String> for ParameterRef {
    fn from(name: String) -> Self {
        Self::Named(name)
    }
}

impl fmt::Display for ParameterRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Painted { parameter, .. } | Self::Point { parameter, .. } => f.write_str(parameter),
        }
    }
}

/// Parameter values that replace those of a cell's description, for cells that share one description.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OwnValues {
    parameters: Shared<Vec<ParameterRef>>,
    values: Vec<f64>,
    /// Properties of sections; the sections have these values already.
    #[serde(default)]
    properties: Shared<Vec<ParameterRef>>,
    #[serde(default)]
    property_values: Vec<f64>,
}

impl OwnValues {
    /// Values for parameters of which other cells have values, too; the shorter of the two lists determines their
    /// number.
    pub(crate) fn new(parameters: Shared<Vec<ParameterRef>>, values: Vec<f64>) -> Self {
        Self { parameters, values, ..Self::default() }
    }

    /// The same, with the properties of sections that are the cell's own and their values.
    #[must_use]
    pub(crate) fn with_properties(mut self, properties: Shared<Vec<ParameterRef>>, values: Vec<f64>) -> Self {
        (self.properties, self.property_values) = (properties, values);
        self
    }

    /// The parameters in the order in which they are set: the last one applies.
    pub fn parameters(&self) -> &Shared<Vec<ParameterRef>> {
        &self.parameters
    }

    /// The value of each, in its unit.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The parameters with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&ParameterRef, f64)> {
        self.parameters.iter().zip(self.values.iter().copied())
    }

    /// The lengths, diameters, resistivities and capacitances (um, um, ohm cm, uF/cm2) that were set like parameters.
    /// The sections have them already; they are kept here as a record of the cell's differences.
    pub fn properties(&self) -> impl Iterator<Item = (&ParameterRef, f64)> {
        self.properties.iter().zip(self.property_values.iter().copied())
    }

    /// `true` if there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.property_values.is_empty()
    }

    /// Adds a value.
    pub fn push(&mut self, parameter: ParameterRef, value: f64) {
        self.parameters.push(parameter);
        self.values.push(value);
    }

    /// Adds a property of sections.
    pub fn push_property(&mut self, property: ParameterRef, value: f64) {
        self.properties.push(property);
        self.property_values.push(value);
    }
}
