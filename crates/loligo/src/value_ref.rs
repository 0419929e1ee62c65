//! Values of a network that are read and set while it runs, by name.

use loligo_engine::Address;
use loligo_mechanisms::Catalogue;
use serde::{Deserialize, Serialize};

use crate::{ModelError, Network, VariableRef};
use loligo_io::closest;

/// A value of a network that a running [`Simulation`](crate::Simulation) can read and set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueRef {
    /// A voltage, or a variable or parameter of a mechanism.
    Variable(VariableRef),
    /// A weight of a connection.
    Weight {
        /// Index of the connection.
        connection: usize,
        /// Which of its weights, from 0.
        weight: usize,
    },
    /// A variable that is the same for all instances of a mechanism.
    Global {
        /// Name of the mechanism.
        mechanism: String,
        /// Name of the global.
        global: String,
    },
    /// The temperature, degC.
    Celsius,
}

impl From<VariableRef> for ValueRef {
    fn from(variable: VariableRef) -> Self {
        Self::Variable(variable)
    }
}

/// A value set at a given time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intervention {
    /// When, ms: before the first step that starts at t >= `t` - dt/2.
    pub t: f64,
    /// Which value.
    pub value: ValueRef,
    /// To what, in the value's unit.
    pub to: f64,
}

impl Network {
    /// Sets a value while the network runs: before the first step that starts at `t` (ms) or later, half a step of tolerance
    /// included. Of several changes of one value at one time the last counts. [`Simulation::initialize`](crate::Simulation::initialize) gives
    /// everything that is changed so its original value, also if [`Simulation::set`](crate::Simulation::set) has changed it. Of one time, changes by
    /// [`change_weight`](Self::change_weight) come first.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// let soma = cell.add_section(Section::soma(20.0)); // um
    /// cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 }); // S/cm2, mV
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// network.intervene(5.0, VariableRef::section(cell, soma, 0.5, "e_pas"), -70.0); // ms, mV
    /// let v = network.record(VariableRef::voltage(cell, soma, 0.5));
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// simulation.run_until(200.0)?; // ms
    /// assert_eq!(simulation.samples(v)?[200], -65.0); // mV, at 5 ms
    /// assert!((simulation.value(v)? + 70.0).abs() < 1e-6); // mV
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    pub fn intervene(&mut self, t: f64, value: impl Into<ValueRef>, to: f64) {
        self.interventions.push(Intervention { t, value: value.into(), to });
    }
}

/// Where a global is, by the engine's numbers.
pub(crate) fn address_of_global(catalogue: &Catalogue, name: &str, global: &str) -> Result<Address, ModelError> {
    let place = || "globals".to_owned();
    let Some(mechanism) = catalogue.find(name) else {
        let suggestion = closest(name, catalogue.iter().map(|mechanism| mechanism.signature().name.as_str()));
        return Err(ModelError::UnknownMechanism { place: place(), name: name.to_owned(), suggestion });
    };
    let signature = mechanism.signature();
    let found = signature.global(global).ok_or_else(|| ModelError::UnknownParameter {
        place: place(),
        mechanism: name.to_owned(),
        parameter: global.to_owned(),
        suggestion: closest(global, signature.globals.iter().map(|global| &global.name)),
    })?;
    Ok(Address::Global { mechanism: mechanism.identity(), global: found })
}
