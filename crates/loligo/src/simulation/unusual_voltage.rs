//! The first voltage of a run that no membrane has.

use std::fmt;

use loligo_engine::{Excess, USUAL_VOLTAGE};
use loligo_io::plain;

use crate::simulation::Simulation;
use crate::simulation::explain::place_of_node;

/// The first voltage of a run beyond ±200 mV, found by [`Simulation::unusual_voltage`].
#[derive(Clone, Debug, PartialEq)]
pub struct UnusualVoltage {
    /// Name of the cell.
    pub cell: String,
    /// Name of the section.
    pub section: String,
    /// Centre of the segment, 0 to 1 (or 0 or 1 for an end).
    pub x: f64,
    /// The voltage, mV.
    pub voltage: f64,
    /// The end of the step in which it was reached, ms.
    pub t: f64,
}

impl fmt::Display for UnusualVoltage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cell, section, x, voltage, t } = self;
        write!(
            f,
            "the voltage of cell \"{cell}\" at {section}({}) left -{USUAL_VOLTAGE} to {USUAL_VOLTAGE} mV at t = {t:.6} ms \
             ({voltage:.1} mV): no membrane does that; look at the currents, conductances and units there",
            plain(*x)
        )
    }
}

impl Simulation {
    /// The first voltage of a segment beyond ±200 mV since t = 0 (or since a checkpoint was restored), of all cells and
    /// ranks; `None` if there was none. In ranks other than rank 0 that of their own cells.
    ///
    /// A membrane does not reach such voltages, so that the run has most likely a mistake of units.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("granule");
    /// let soma = cell.add_section(Section::soma(10.0)); // um
    /// cell.paint(Region::All, Pas { g: 1e-4, e: -70.0 }); // S/cm2, mV
    /// cell.place("electrode", soma, 0.5, IClamp { delay: 1.0, dur: 10.0, amp: 200.0 }); // ms, ms, nA: pA were meant
    /// let mut network = Network::new();
    /// network.add_cell(cell);
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// simulation.run_until(0.5)?; // ms
    /// assert_eq!(simulation.unusual_voltage(), None);
    /// simulation.run_until(5.0)?; // ms
    /// let found = simulation.unusual_voltage().unwrap();
    /// assert_eq!((&*found.cell, &*found.section, found.x), ("granule", "soma", 0.5));
    /// assert!((found.t - 1.025).abs() < 1e-9 && found.voltage > 200.0, "{found}"); // ms, mV
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unusual_voltage(&self) -> Option<UnusualVoltage> {
        let Excess { cell, node, voltage, t } = self.engine.excess()?;
        let cell = &self.cells[cell];
        let (section, x) = place_of_node(cell, node);
        let (cell, section) = (cell.name.clone(), cell.sections[section].name.clone());
        Some(UnusualVoltage { cell, section, x, voltage, t })
    }
}
