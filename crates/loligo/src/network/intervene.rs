//! Interventions of a network.

use crate::network::Network;
use crate::network::intervention::{Intervention, ValueRef};

impl Network {
    /// Sets a value during a run: before the first step that starts at `t` (ms) or later, with half a step of
    /// tolerance. Of several changes of one value at one time the last applies.
    /// [`Simulation::initialize`](crate::Simulation::initialize) restores the original value of everything that is
    /// changed, also if [`Simulation::set`](crate::Simulation::set) has changed it. At the same time, changes by
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
