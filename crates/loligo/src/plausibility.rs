//! Values that are allowed but far from the usual, most likely typed in another unit.

mod cells;
mod connections;
mod options;
mod set_values;
mod sources;
mod usual;

use std::fmt;
use std::sync::Arc;

use loligo_engine::Options;
use loligo_io::plain;

use crate::lowering::model_part::ModelPart;
use crate::network::Network;

pub use usual::UsualRange;

/// The rule by which a value is implausible; its [key](Self::key) silences it in a model file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PlausibilityRule {
    /// A parameter of a mechanism, or a value set during the run, outside the usual range of its unit.
    Parameter,
    /// A weight of a connection to a synapse, or the conductance of a gap junction.
    Weight,
    /// Length, diameter, axial resistivity or membrane capacitance of a section.
    Section,
    /// A clamp that is never on.
    Duration,
    /// A source of events that never sends one, or whose noise is not between 0 and 1.
    Source,
    /// The time step.
    Step,
    /// The voltage at the start.
    InitialVoltage,
    /// The temperature.
    Temperature,
    /// A velocity of spikes between cells.
    Velocity,
    /// A voltage during the run, found by [`Simulation::unusual_voltage`](crate::Simulation::unusual_voltage).
    Voltage,
}

impl PlausibilityRule {
    /// All rules.
    pub const ALL: [Self; 10] = [
        Self::Parameter,
        Self::Weight,
        Self::Section,
        Self::Duration,
        Self::Source,
        Self::Step,
        Self::InitialVoltage,
        Self::Temperature,
        Self::Velocity,
        Self::Voltage,
    ];

    /// The name by which a model file silences it, for example `"weight"`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Weight => "weight",
            Self::Section => "section",
            Self::Duration => "duration",
            Self::Source => "source",
            Self::Step => "dt",
            Self::InitialVoltage => "v_init",
            Self::Temperature => "celsius",
            Self::Velocity => "velocity",
            Self::Voltage => "voltage",
        }
    }
}

/// A value that is allowed but far from the usual, found by [`Network::implausible_values`].
#[derive(Clone, Debug, PartialEq)]
pub struct ImplausibleValue {
    /// The rule by which it was found.
    pub rule: PlausibilityRule,
    /// The part of the network that has the value; `None` for an option of the run.
    pub part: Option<ModelPart>,
    /// The name of that part, for messages: `cell "granule", point process "electrode"`.
    pub location: String,
    /// The name of the value: `amp`.
    pub name: String,
    /// The value, in `unit`.
    pub value: f64,
    /// The unit in which the value is read.
    pub unit: Arc<str>,
    /// The reason, and the likely mend.
    pub reason: String,
}

impl ImplausibleValue {
    /// A velocity of spikes (um/ms) that is far from the usual; `None` if it is usual.
    ///
    /// ```
    /// let found = loligo::ImplausibleValue::of_velocity(0.3).unwrap(); // um/ms
    /// assert_eq!(
    ///     found.text(),
    ///     "velocity = 0.3 um/ms: usual values are 10 to 150000 um/ms; 0.3 m/s is 300 um/ms"
    /// );
    /// ```
    pub fn of_velocity(velocity: f64) -> Option<Self> {
        let (range, unit) = (UsualRange::VELOCITY, "um/ms");
        (!range.contains(velocity)).then(|| Self {
            rule: PlausibilityRule::Velocity,
            part: None,
            location: "connections".to_owned(),
            name: "velocity".to_owned(),
            value: velocity,
            unit: unit.into(),
            reason: range.reason(velocity, unit),
        })
    }

    /// The message without the location, for a reader who sees the value's place in a file.
    pub fn text(&self) -> String {
        let unit = if matches!(&*self.unit, "" | "1") { "" } else { &*self.unit };
        let space = if unit.is_empty() { "" } else { " " };
        format!("{} = {}{space}{unit}: {}", self.name, plain(self.value), self.reason)
    }
}

impl fmt::Display for ImplausibleValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, self.text())
    }
}

impl Network {
    /// Values of the network and the options that no neuron has: currents of 200 nA, conductances of 120 S/cm2,
    /// lengths of 2e-5 um, weights of 1 uS, clamps that are never on, and the like. The network can be run with them.
    ///
    /// Usual ranges are those of the mechanism's own [signature](loligo_mechanisms::Variable::plausible), else those of
    /// the unit. Defaults are not looked at, nor values that a [transfer](Network::transfer) or a pointer sets. Of cells
    /// that share a description, the first is named. `tstop` (ms) is the end of the run, if it is known.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("granule");
    /// let soma = cell.add_section(Section::soma(10.0)); // um
    /// cell.place("electrode", soma, 0.5, IClamp { delay: 10.0, dur: 50.0, amp: 200.0 }); // ms, ms, nA
    /// let mut network = Network::new();
    /// network.add_cell(cell);
    /// let found = network.implausible_values(&Options::default(), Some(100.0));
    /// assert_eq!(found[0].value, 200.0); // nA
    /// assert!(found[0].reason.contains("200 pA is 0.2 nA"));
    /// ```
    pub fn implausible_values(&self, options: &Options, tstop: Option<f64>) -> Vec<ImplausibleValue> {
        let mut found = Vec::new();
        options::look(self, options, &mut found);
        cells::look(self, &mut found);
        set_values::look(self, &mut found);
        sources::look(self, tstop, &mut found);
        connections::look(self, &mut found);
        found
    }
}
