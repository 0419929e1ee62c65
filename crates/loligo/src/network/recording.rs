//! Recordings of a network.

use std::ops::Range;

use loligo_cable::segment_middles;

use crate::cell::region::Region;
use crate::error::ModelError;
use crate::network::Network;
use crate::network::parts::Recording;
use crate::network::references::VariableRef;

impl Network {
    /// Records a variable every step under a name made from its place; returns the index of the recording.
    pub fn record(&mut self, variable: VariableRef) -> usize {
        let name = self.name_of(&variable);
        self.record_as(name, variable, 1)
    }

    /// Records a variable every `every` steps under a given name; returns the index of the recording.
    pub fn record_as(&mut self, name: impl Into<String>, variable: VariableRef, every: usize) -> usize {
        self.recordings.push(Recording { name: name.into(), variable, every });
        self.recordings.len() - 1
    }

    /// Records a variable every step in every segment of a region of a cell, section by section in the cell's order,
    /// each from its 0 end; returns the indices of the recordings. These can be changed: `network.recordings[range]`.
    ///
    /// The extracellular potential is computed from a whole cell's `i_membrane_` (nA), the currents that leave it
    /// through the membrane of each segment. Their sum equals the current injected by electrodes (without currents at
    /// ends of sections):
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::builder().add_soma(20.0).add(Section::dendrite("dend", 300.0, 2.0).with_segments(9)).create()?; // um
    /// cell.paint(Region::All, Hh::default());
    /// cell.place("electrode", 0, 0.5, IClamp { delay: 1.0, dur: 1e9, amp: 0.5 }); // ms, ms, nA
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// let currents = network.record_segments(cell, Region::All, "i_membrane_")?;
    /// assert_eq!(currents.len(), 10);
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// simulation.run_until(3.0)?; // ms
    /// let sum: f64 = currents.map(|current| simulation.value(current).unwrap_or(f64::NAN)).sum(); // nA
    /// assert!((sum - 0.5).abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A cell or a region that does not exist. A variable that a segment lacks is reported when the network is
    /// [checked](Self::check).
    pub fn record_segments(
        &mut self,
        cell: usize,
        region: impl Into<Region>,
        variable: &str,
    ) -> Result<Range<usize>, ModelError> {
        let described = self.cells.get(cell).ok_or_else(|| {
            let place = format!("recordings of \"{variable}\"");
            ModelError::Missing { place, what: "cell", index: cell }
        })?;
        let region = region.into();
        let sections = described.sections_of(&region).ok_or_else(|| described.unknown_region(&region))?;
        let places: Vec<VariableRef> = sections
            .into_iter()
            .flat_map(|section| {
                let middles = segment_middles(described.sections[section].segments());
                middles.map(move |x| VariableRef::section(cell, section, x, variable))
            })
            .collect();
        let first = self.recordings.len();
        for place in places {
            self.record(place);
        }
        Ok(first..self.recordings.len())
    }
}
