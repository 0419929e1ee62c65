//! Places mechanisms on a cell: density mechanisms on regions, point processes at positions.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::cell::mechanism::Mechanism;
use crate::cell::region::Region;
use crate::cell::segments::segment_places;
use crate::cell::spatial_profile::{SegmentPlace, SpatialProfile};
use crate::cell::{Cell, PaintedMechanism, PointProcess};
use crate::error::ModelError;
use crate::shared::Shared;

impl Cell {
    /// Paints a density mechanism on a region.
    pub fn paint(&mut self, region: impl Into<Region>, mechanism: impl Into<Mechanism>) {
        self.paint_varying(region, mechanism, std::iter::empty::<(String, _)>());
    }

    /// Paints a density mechanism on a region, with parameters that differ from segment to segment, as functions of the
    /// distance from the soma, the diameter or x. Parameters without a profile are uniform.
    ///
    /// A parameter that the mechanism lacks, or a value out of its range, is reported when the network is checked. See
    /// [`SpatialProfile`] for an example.
    pub fn paint_varying(
        &mut self,
        region: impl Into<Region>,
        mechanism: impl Into<Mechanism>,
        profiles: impl IntoIterator<Item = (impl Into<String>, SpatialProfile)>,
    ) {
        let profiles = profiles.into_iter().map(|(parameter, profile)| (parameter.into(), profile)).collect();
        self.painted.push(PaintedMechanism { region: region.into(), mechanism: mechanism.into(), profiles });
    }

    /// Paints a density mechanism on a region, computed by a function for each segment: NEURON's `for seg in sec`.
    ///
    /// The function is called immediately, for the present segments of the sections; call this once their number is
    /// final.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::builder().add_soma(20.0).add(Section::apical("apic", 500.0, 2.0).with_segments(5)).create()?;
    /// cell.paint_with(SectionKind::Apical, |segment| Pas {
    ///     g: 1e-4 * (segment.distance / 100.0).exp(), // S/cm2
    ///     e: -65.0,                                   // mV
    /// })?;
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// let g = network.record(VariableRef::section(cell, 1, 0.1, "g_pas"));
    /// let simulation = Simulation::new(&network, &Options::default())?;
    /// assert_eq!(simulation.samples(g)?[0], 1e-4 * 0.6f64.exp()); // 10 um of soma, 50 um of dendrite
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A region that names something that the cell lacks, invalid geometry, or a function that returns different
    /// mechanisms. In these cases nothing is painted.
    pub fn paint_with<M: Into<Mechanism>>(
        &mut self,
        region: impl Into<Region>,
        mut mechanism: impl FnMut(&SegmentPlace) -> M,
    ) -> Result<(), ModelError> {
        let region = region.into();
        let sections = self.sections_of(&region).ok_or_else(|| self.unknown_region(&region))?;
        let places = segment_places(self, &self.sound_cable()?, sections);
        let here: Vec<Mechanism> = places.iter().map(|place| mechanism(place).into()).collect();
        let Some(first) = here.first() else { return Ok(()) };
        if let Some(other) = here.iter().find(|other| other.name != first.name) {
            return Err(ModelError::DifferentMechanisms {
                cell: self.name.clone(),
                first: first.name.clone(),
                second: other.name.clone(),
            });
        }
        let mut common = first.clone();
        let mut profiles = BTreeMap::new();
        let parameters: BTreeSet<&String> = here.iter().flat_map(|mechanism| mechanism.parameters.keys()).collect();
        for parameter in parameters {
            let value = |mechanism: &Mechanism| mechanism.parameters.get(parameter).copied();
            if here.iter().all(|mechanism| value(mechanism).map(f64::to_bits) == value(first).map(f64::to_bits)) {
                continue;
            }
            common.parameters.remove(parameter);
            let mut segments: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
            for (place, mechanism) in places.iter().zip(&here) {
                // Mechanisms of one struct all have the parameter; a mechanism made by name that lacks it is reported.
                segments.entry(place.section).or_default().push(value(mechanism).unwrap_or(f64::NAN));
            }
            profiles.insert(parameter.clone(), SpatialProfile::Segments(segments));
        }
        self.painted.push(PaintedMechanism { region, mechanism: common, profiles });
        Ok(())
    }

    /// Places a point process at position `x` of a section; returns its index among the cell's point processes.
    pub fn place(&mut self, name: impl Into<String>, section: usize, x: f64, mechanism: impl Into<Mechanism>) -> usize {
        self.points.push(PointProcess { name: name.into(), section, x, mechanism: mechanism.into().into() });
        self.points.len() - 1
    }

    /// Places a point process at each of many positions (a [`Place`](crate::Place), or the index of a section and x from
    /// 0 to 1), named `name[0]`, `name[1]`...; returns their indices among the cell's point processes.
    ///
    /// [`region`](Self::region) finds places by region and distance from the soma.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// let dendrite = cell.add_section(Section::cylinder("dend", 400.0, 2.0).with_segments(11));
    /// let places = (0..1000).map(|k| (dendrite, f64::from(k) / 1000.0));
    /// let synapses = cell.place_many("synapse", places, ExpSyn { tau: 2.0, e: 0.0 });
    /// assert_eq!(cell.points[synapses.start + 17].name, "synapse[17]");
    /// ```
    pub fn place_many(
        &mut self,
        name: &str,
        places: impl IntoIterator<Item: Into<(usize, f64)>>,
        mechanism: impl Into<Mechanism>,
    ) -> Range<usize> {
        let mechanism = Shared::from(mechanism.into());
        let first = self.points.len();
        let point = |(index, (section, x))| PointProcess {
            name: format!("{name}[{index}]"),
            section,
            x,
            mechanism: mechanism.clone(),
        };
        self.points.extend(places.into_iter().map(Into::into).enumerate().map(point));
        first..self.points.len()
    }

    /// Places a synapse, named after its mechanism: `ExpSyn[0]`, `ExpSyn[1]`...; returns its index among the cell's
    /// point processes. neurodamus's `add_synaptic_receptor`; [`place`](Self::place) takes a name.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::builder().add_soma(20.0).create()?;
    /// let receptor = cell.add_synaptic_receptor(0, 0.5, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
    /// assert_eq!(cell.points[receptor].name, "ExpSyn[0]");
    /// # Ok::<(), loligo::BuildError>(())
    /// ```
    pub fn add_synaptic_receptor(&mut self, section: usize, x: f64, receptor: impl Into<Mechanism>) -> usize {
        let receptor = receptor.into();
        let alike = self.points.count_of(&receptor.name);
        let taken = |name: &String| self.point(name).is_some();
        // With one more candidate than there are points, at least one is free.
        let name = (alike..).map(|number| format!("{}[{number}]", receptor.name)).find(|name| !taken(name));
        self.place(name.unwrap_or_default(), section, x, receptor)
    }
}
