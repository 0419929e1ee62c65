//! The case vocabulary: small models as data, with the results of a simulator.
//!
//! Values that a definition omits are NEURON's defaults; unknown keys are errors, because a model
//! that is run without one of its parts proves nothing.
//!
//! The known mechanisms are NEURON's, those in `neuron/*.mod`, and those of the example `own_mechanisms`, whose texts
//! in NMODL are in `tests/neuron/own_mechanisms`. A model can bring further ones as texts in NMODL.
//!
//! Units: um, ms, mV, MOhm, ohm cm (`Ra`), uF/cm2 (`cm`), uS, nA, S/cm2, mA/cm2, degrees Celsius.
//! Doubles are written in the shortest form that reads back as the same bits.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::doubles;
use crate::lenient::{as_one_or_many, flag, list, one_or_many, optional_whole, whole, zero_or_one};
use crate::mechanism_text::MechanismText;
use crate::parameter_value::ParameterValue;

/// A model: everything a simulator needs to build and run it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Definition {
    /// Name of the case.
    pub name: String,
    /// Time step (ms).
    pub dt: f64,
    /// The run continues while t < tstop - dt/2 (ms).
    pub tstop: f64,
    /// Voltage of every node at the start (mV).
    pub v_init: f64,
    /// Temperature (degrees Celsius).
    pub celsius: f64,
    /// 0: backward Euler; 1: Crank-Nicolson; 2: the same with ion currents at the new voltage.
    #[serde(deserialize_with = "whole")]
    pub secondorder: u32,
    /// True if hh uses NEURON's table of rates.
    #[serde(deserialize_with = "flag", serialize_with = "zero_or_one")]
    pub usetable_hh: bool,
    /// Fixed or variable step.
    pub method: Method,
    /// Absolute tolerance of the variable step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub atol: Option<f64>,
    /// Mechanisms in NMODL that only this model has, in the order of their registration.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub mechanisms: Vec<MechanismText>,
    /// Sections in the order of their creation.
    #[serde(deserialize_with = "list")]
    pub sections: Vec<Section>,
    /// Density mechanisms in the order of their insertion.
    #[serde(deserialize_with = "list")]
    pub density: Vec<Density>,
    /// Point processes in the order of their creation.
    #[serde(deserialize_with = "list")]
    pub points: Vec<PointProcess>,
    /// Artificial cells in the order of their creation.
    #[serde(deserialize_with = "list")]
    pub art: Vec<ArtificialCell>,
    /// Connections in the order of their creation.
    #[serde(deserialize_with = "list")]
    pub netcons: Vec<NetCon>,
    /// Values copied from one variable to another in every step.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
    /// Variables to which pointers of mechanisms refer.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub pointers: Vec<Pointer>,
    /// Values of mechanisms' globals, by the names of mechanism and global: `ca_ion`, `cao0`.
    #[serde(deserialize_with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub globals: BTreeMap<String, BTreeMap<String, f64>>,
    /// Waveforms played onto parameters.
    #[serde(deserialize_with = "list")]
    pub plays: Vec<Play>,
    /// Values set between steps.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub interventions: Vec<Intervention>,
    /// Variables recorded at t = 0 and after every step.
    #[serde(deserialize_with = "list")]
    pub probes: Vec<Probe>,
    /// Variables read once, at the end.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub final_probes: Vec<Probe>,
}

impl Default for Definition {
    fn default() -> Self {
        Definition {
            name: String::new(),
            dt: 0.025,
            tstop: 5.0,
            v_init: -65.0,
            celsius: 6.3,
            secondorder: 0,
            usetable_hh: true,
            method: Method::Fixed,
            atol: None,
            mechanisms: Vec::new(),
            sections: Vec::new(),
            density: Vec::new(),
            points: Vec::new(),
            art: Vec::new(),
            netcons: Vec::new(),
            transfers: Vec::new(),
            pointers: Vec::new(),
            globals: BTreeMap::new(),
            plays: Vec::new(),
            interventions: Vec::new(),
            probes: Vec::new(),
            final_probes: Vec::new(),
        }
    }
}

/// The method of time stepping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Steps of `dt`.
    #[default]
    Fixed,
    /// NEURON's variable step and order.
    Cvode,
}

/// An unbranched cable.
///
/// Order of assignment: points, or else length and diameter; `nseg`, `Ra`, `cm`; the diameters of
/// single segments; the connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SectionEntry", into = "SectionEntry")]
pub struct Section {
    /// Unique name.
    pub name: String,
    /// Length (um), unless there are points.
    pub length: f64,
    /// Diameter (um), unless there are points.
    pub diam: f64,
    /// Number of segments.
    pub nseg: usize,
    /// Axial resistivity (ohm cm).
    pub axial_resistivity: f64,
    /// Specific membrane capacitance (uF/cm2).
    pub membrane_capacitance: f64,
    /// Diameters assigned to single segments (um), from the 0 end.
    pub segment_diameters: Vec<f64>,
    /// 3-D points: x, y, z, diameter (um).
    pub points: Vec<[f64; 4]>,
    /// The connection to the parent; a section without one is a root.
    pub attachment: Option<Attachment>,
}

impl Section {
    /// A section with NEURON's default properties.
    pub fn new(name: impl Into<String>) -> Self {
        Section {
            name: name.into(),
            length: 100.0,
            diam: 500.0,
            nseg: 1,
            axial_resistivity: 35.4,
            membrane_capacitance: 1.0,
            segment_diameters: Vec::new(),
            points: Vec::new(),
            attachment: None,
        }
    }
}

/// The connection of a section to its parent.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// Name of the parent section.
    pub parent: String,
    /// Position on the parent, 0 to 1.
    pub parent_x: f64,
    /// End of the child that is attached: 0 or 1.
    pub child_end: u32,
}

/// [`Section`] in its serialised form: an attachment is three keys of the section itself.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionEntry {
    name: String,
    #[serde(rename = "L", default = "default_length")]
    length: f64,
    #[serde(default = "default_diam")]
    diam: f64,
    #[serde(default = "one", deserialize_with = "whole")]
    nseg: usize,
    #[serde(rename = "Ra", default = "default_axial_resistivity")]
    axial_resistivity: f64,
    #[serde(rename = "cm", default = "unity")]
    membrane_capacitance: f64,
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    seg_diam: Vec<f64>,
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pts: Vec<[f64; 4]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent_x: Option<f64>,
    #[serde(default, deserialize_with = "optional_whole", skip_serializing_if = "Option::is_none")]
    child_end: Option<u32>,
}

impl TryFrom<SectionEntry> for Section {
    type Error = String;

    fn try_from(entry: SectionEntry) -> Result<Self, String> {
        let attachment = match (entry.parent, entry.parent_x, entry.child_end) {
            (Some(parent), parent_x, child_end) => {
                Some(Attachment { parent, parent_x: parent_x.unwrap_or(1.0), child_end: child_end.unwrap_or(0) })
            }
            (None, None, None) => None,
            (None, ..) => {
                return Err(format!(
                    "section {} has parent_x or child_end but no parent: name the parent or remove them",
                    entry.name
                ));
            }
        };
        Ok(Section {
            name: entry.name,
            length: entry.length,
            diam: entry.diam,
            nseg: entry.nseg,
            axial_resistivity: entry.axial_resistivity,
            membrane_capacitance: entry.membrane_capacitance,
            segment_diameters: entry.seg_diam,
            points: entry.pts,
            attachment,
        })
    }
}

impl From<Section> for SectionEntry {
    fn from(section: Section) -> Self {
        let (parent, parent_x, child_end) = match section.attachment {
            Some(at) => (Some(at.parent), Some(at.parent_x), Some(at.child_end)),
            None => (None, None, None),
        };
        SectionEntry {
            name: section.name,
            length: section.length,
            diam: section.diam,
            nseg: section.nseg,
            axial_resistivity: section.axial_resistivity,
            membrane_capacitance: section.membrane_capacitance,
            seg_diam: section.segment_diameters,
            pts: section.points,
            parent,
            parent_x,
            child_end,
        }
    }
}

/// Parameters by NEURON's names. An array parameter is a list, or one entry for each element
/// (`dur[1]`).
pub type Parameters = BTreeMap<String, ParameterValue>;

/// The value of a parameter that is one number; `None` for arrays and for parameters that are not
/// given.
pub fn number(params: &Parameters, name: &str) -> Option<f64> {
    match params.get(name) {
        Some(ParameterValue::Number(value)) => Some(*value),
        _ => None,
    }
}

/// A density mechanism in every segment of a section. A later entry for the same section and
/// mechanism overrides only the parameters that it contains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Density {
    /// Section.
    pub sec: String,
    /// Mechanism, as NEURON spells it: `pas`, `hh`, `na_ion`.
    pub mech: String,
    /// Parameters without the mechanism's suffix: `gnabar`. An ion's `ca_style` is the sum of the options of NEURON's
    /// `ion_style`: 32 e at the start, 64 e in every step, 4 concentrations at the start.
    #[serde(default, deserialize_with = "list")]
    pub params: Parameters,
}

/// A point process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointProcess {
    /// Unique among point processes and artificial cells.
    pub id: String,
    /// NEURON's name of its type: `ExpSyn`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Section.
    pub sec: String,
    /// Position on the section, 0 to 1.
    #[serde(default = "middle")]
    pub x: f64,
    /// Parameters.
    #[serde(default, deserialize_with = "list")]
    pub params: Parameters,
    /// Random123 stream of a point process with random numbers, as for an [`ArtificialCell`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r123: Option<Vec<u32>>,
}

/// An artificial cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArtificialCell {
    /// Unique among point processes and artificial cells.
    pub id: String,
    /// NEURON's name of its type: `NetStim`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Parameters.
    #[serde(default, deserialize_with = "list")]
    pub params: Parameters,
    /// Random123 stream; without one a NetStim has the stream (1, 0, k), k = 1 for the first made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r123: Option<Vec<u32>>,
}

/// A connection from a source of spikes to a target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetCon {
    /// The source of spikes; without one only `events` reach the target.
    #[serde(default)]
    pub src: Option<Source>,
    /// Id of a point process or artificial cell.
    #[serde(default)]
    pub tgt: Option<String>,
    /// Weights, of which a built-in target uses the first (uS for a synapse); none: 0.
    #[serde(
        default,
        deserialize_with = "one_or_many",
        serialize_with = "as_one_or_many",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub weight: Vec<f64>,
    /// Delay (ms).
    #[serde(default = "unity", deserialize_with = "delay")]
    pub delay: f64,
    /// Threshold of the source's voltage (mV), shared by all connections of that source. If it is
    /// not given, the threshold of the source does not change; it is 10 for a new source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// Times of events sent to the target after initialisation, without delay (ms).
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<f64>,
    /// True if the source's spike times are recorded.
    #[serde(default, deserialize_with = "flag", skip_serializing_if = "is_false")]
    pub rec: bool,
}

/// The source of a connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Reference", into = "Reference")]
pub enum Source {
    /// A variable of the membrane that crosses the threshold.
    Membrane {
        /// Section.
        sec: String,
        /// Position, 0 to 1.
        x: f64,
        /// Variable, `v` as a rule.
        var: String,
    },
    /// An artificial cell, or a point process that sends events.
    Cell {
        /// Its id.
        id: String,
    },
}

/// A value to be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Reference", into = "Reference")]
pub enum Probe {
    /// A range variable.
    Membrane {
        /// Section.
        sec: String,
        /// Position, 0 to 1.
        x: f64,
        /// Variable as NEURON spells it: `v`, `m_hh`, `ina`.
        var: String,
    },
    /// A variable of a point process or artificial cell.
    Object {
        /// Its id.
        id: String,
        /// Variable: `i`, `g`.
        var: String,
    },
    /// A weight of a connection; it cannot be recorded, but read at the end.
    Weight {
        /// Index of the connection.
        netcon: usize,
        /// Index of the weight.
        weight: usize,
    },
}

impl Probe {
    /// The variable's name.
    pub fn var(&self) -> &str {
        match self {
            Probe::Membrane { var, .. } | Probe::Object { var, .. } => var,
            Probe::Weight { .. } => "weight",
        }
    }
}

impl std::fmt::Display for Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Probe::Membrane { sec, x, var } => write!(f, "{sec}({x}).{var}"),
            Probe::Object { id, var } => write!(f, "{id}.{var}"),
            Probe::Weight { netcon, weight } => write!(f, "weight {weight} of netcon {netcon}"),
        }
    }
}

/// [`Source`], [`Probe`] and [`Value`] in their serialised form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sec: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    x: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    var: Option<String>,
    #[serde(default, deserialize_with = "optional_whole", skip_serializing_if = "Option::is_none")]
    netcon: Option<usize>,
    #[serde(default, deserialize_with = "optional_whole", skip_serializing_if = "Option::is_none")]
    weight: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mech: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    global: Option<String>,
}

const NEITHER: &str = "give either sec and x, or id";

impl Reference {
    fn at(sec: String, x: f64, var: String) -> Self {
        Reference { sec: Some(sec), x: Some(x), var: Some(var), ..Self::default() }
    }

    fn is_of_weight_or_global(&self) -> bool {
        self.netcon.is_some() || self.weight.is_some() || self.mech.is_some() || self.global.is_some()
    }
}

impl TryFrom<Reference> for Source {
    type Error = String;

    fn try_from(written: Reference) -> Result<Self, String> {
        let other = written.is_of_weight_or_global();
        match written {
            Reference { sec: Some(sec), x, id: None, var, .. } if !other => {
                Ok(Source::Membrane { sec, x: x.unwrap_or(0.5), var: var.unwrap_or_else(|| "v".into()) })
            }
            Reference { sec: None, x: None, id: Some(id), .. } if !other => Ok(Source::Cell { id }),
            _ => Err(format!("a source is unclear: {NEITHER}")),
        }
    }
}

impl From<Source> for Reference {
    fn from(source: Source) -> Self {
        match source {
            Source::Membrane { sec, x, var } => Reference::at(sec, x, var),
            Source::Cell { id } => Reference { id: Some(id), ..Self::default() },
        }
    }
}

impl TryFrom<Reference> for Probe {
    type Error = String;

    fn try_from(written: Reference) -> Result<Self, String> {
        let other = written.is_of_weight_or_global();
        match written {
            Reference { sec: Some(sec), x, id: None, var, .. } if !other => {
                Ok(Probe::Membrane { sec, x: x.unwrap_or(0.5), var: var.unwrap_or_else(|| "v".into()) })
            }
            Reference { sec: None, x: None, id: Some(id), var: Some(var), .. } if !other => {
                Ok(Probe::Object { id, var })
            }
            Reference {
                sec: None,
                x: None,
                id: None,
                var: None,
                netcon: Some(netcon),
                weight,
                mech: None,
                global: None,
            } => Ok(Probe::Weight { netcon, weight: weight.unwrap_or(0) }),
            _ => Err(format!("a probe is unclear: {NEITHER} and var, or netcon and weight")),
        }
    }
}

impl From<Probe> for Reference {
    fn from(probe: Probe) -> Self {
        match probe {
            Probe::Membrane { sec, x, var } => Reference::at(sec, x, var),
            Probe::Object { id, var } => Reference { id: Some(id), var: Some(var), ..Self::default() },
            Probe::Weight { netcon, weight } => {
                Reference { netcon: Some(netcon), weight: Some(weight), ..Self::default() }
            }
        }
    }
}

/// A value that can be set between steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Reference", into = "Reference")]
pub enum Value {
    /// A value that can be read.
    Of(Probe),
    /// A global of a mechanism.
    Global {
        /// The mechanism.
        mech: String,
        /// The global.
        global: String,
    },
    /// The temperature (degrees Celsius); written as the global `celsius` of no mechanism.
    Celsius,
}

impl TryFrom<Reference> for Value {
    type Error = String;

    fn try_from(written: Reference) -> Result<Self, String> {
        match written {
            Reference {
                global: Some(global),
                mech,
                sec: None,
                x: None,
                id: None,
                var: None,
                netcon: None,
                weight: None,
            } => match mech {
                Some(mech) => Ok(Value::Global { mech, global }),
                None if global == "celsius" => Ok(Value::Celsius),
                None => Err(format!("the global {global} is of no mechanism: give mech")),
            },
            written => Ok(Value::Of(written.try_into()?)),
        }
    }
}

impl From<Value> for Reference {
    fn from(value: Value) -> Self {
        match value {
            Value::Of(probe) => probe.into(),
            Value::Global { mech, global } => Reference { mech: Some(mech), global: Some(global), ..Self::default() },
            Value::Celsius => Reference { global: Some("celsius".into()), ..Self::default() },
        }
    }
}

/// A value set between steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intervention {
    /// Time (ms): set before the first step that starts at t >= this - dt/2. Simultaneous values are set
    /// in the given order.
    pub t: f64,
    /// The variable that is set.
    pub value: Value,
    /// The new value.
    pub to: f64,
}

/// A pointer of a point process, and the variable to which it refers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pointer {
    /// Id of the point process.
    pub of: String,
    /// The pointer.
    pub var: String,
    /// The variable.
    pub to: Probe,
}

/// A value copied from one variable to another in every step: `source_var` and `target_var`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The variable that is read.
    pub from: Probe,
    /// The variable that is set: one of a point process.
    pub to: Probe,
}

/// A waveform played onto a parameter of a point process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Play {
    /// Id of the point process.
    pub target: String,
    /// Parameter.
    pub var: String,
    /// Times (ms), ascending.
    pub t: Vec<f64>,
    /// Values at these times.
    pub y: Vec<f64>,
    /// True if interpolated between the times, false if each value is kept until the next time.
    #[serde(default, deserialize_with = "flag")]
    pub continuous: bool,
}

/// The results of a simulator.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// Number of steps taken.
    pub n_fadvance: u64,
    /// Time reached (ms).
    #[serde(with = "doubles::one")]
    pub t_end: f64,
    /// The samples of every probe.
    #[serde(with = "doubles::lists")]
    pub probes: Vec<Vec<f64>>,
    /// Spike times (ms) for the connections that record them, by index.
    #[serde(deserialize_with = "spike_lists")]
    pub spikes: BTreeMap<usize, Vec<f64>>,
    /// The values of the final probes.
    #[serde(rename = "final", with = "doubles::list", default)]
    pub final_values: Vec<f64>,
    /// The accumulated time of every sample (ms), if there are probes and sections.
    #[serde(default, with = "doubles::optional_list", skip_serializing_if = "Option::is_none")]
    pub t: Option<Vec<f64>>,
    /// Geometry by section.
    #[serde(default)]
    pub geometry: BTreeMap<String, Geometry>,
    /// The remaining samples, if the results have been thinned out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thinned: Option<Thinning>,
}

/// Geometry of a section, as used by the simulator.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geometry {
    /// Length (um).
    #[serde(rename = "L")]
    pub length: f64,
    /// Diameter of every segment (um).
    pub diam: Vec<f64>,
    /// Membrane area of every segment (um2).
    pub area: Vec<f64>,
    /// Axial resistance from every segment's centre to the node before it (MOhm); 1e30 means none.
    pub ri: Vec<f64>,
    /// Axial resistance of the last half segment (MOhm).
    pub ri_at_1: f64,
}

/// Results from which samples were removed, with a digest of all samples.
///
/// The samples 0, `every`, 2 `every`, ... and the last of every trace are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thinning {
    /// Distance between the samples kept.
    pub every: usize,
    /// Number of samples before thinning.
    pub samples: usize,
    /// SHA-256 of all samples of `t`, each as 8 little-endian bytes (-0 as 0), in hexadecimal.
    pub t_sha256: String,
    /// The same for every probe.
    pub probes_sha256: Vec<String>,
}

fn default_length() -> f64 {
    100.0
}

fn default_diam() -> f64 {
    500.0
}

fn default_axial_resistivity() -> f64 {
    35.4
}

fn unity() -> f64 {
    1.0
}

fn one() -> usize {
    1
}

fn middle() -> f64 {
    0.5
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

fn delay<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or_else(unity))
}

/// Spike times by index; keys in JSON are text, and not every deserializer converts them to
/// numbers.
fn spike_lists<'de, D>(deserializer: D) -> Result<BTreeMap<usize, Vec<f64>>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    BTreeMap::<String, Vec<f64>>::deserialize(deserializer)?
        .into_iter()
        .map(|(index, times)| match index.parse() {
            Ok(index) => Ok((index, times)),
            Err(_) => Err(serde::de::Error::custom(format!("{index:?} is not an index"))),
        })
        .collect()
}
