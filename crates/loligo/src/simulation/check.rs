//! Checks a network and the options of a run, and estimates the resources of a run, without running it.

use std::collections::HashSet;

use loligo_cable::Shape;
use loligo_engine::{Distribution, Estimate, Options};

use crate::error::{ModelError, ModelErrors};
use crate::lowering::model_part::ModelPart;
use crate::lowering::{ERRORS_KEPT, Lowered, inspect, lower};
use crate::network::Network;
use crate::network::parts::WeightChange;
use crate::simulation::error::SimulationError;

impl Network {
    /// All errors of the network; empty if it can be run.
    pub fn check(&self) -> Vec<ModelError> {
        self.check_with_parts().into_iter().map(|(_, error)| error).collect()
    }

    /// The same, each error with the part of the network that it concerns.
    pub fn check_with_parts(&self) -> Vec<(ModelPart, ModelError)> {
        let mut errors = Vec::new();
        self.visit_errors(&mut |origin, error| {
            if errors.len() < ERRORS_KEPT {
                errors.push((origin, error));
            }
        });
        errors
    }

    /// The same, one by one, without keeping them.
    pub fn visit_errors(&self, report: &mut dyn FnMut(ModelPart, ModelError)) {
        inspect(self, report);
    }

    /// Estimates the resources of a run of the network, without building its arrays.
    ///
    /// # Errors
    /// All errors of the model and the options.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// cell.add_section(Section::cylinder("axon", 1e4, 1.0).with_segments(1000));
    /// cell.paint(Region::All, Hh::default());
    /// let mut network = Network::new();
    /// network.add_cell(cell);
    /// let estimate = network.estimate(&Options::default())?;
    /// assert_eq!(estimate.compartments, 1000);
    /// assert!(estimate.memory < 2e7); // bytes
    /// assert!(estimate.step < 1e-5); // s
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    pub fn estimate(&self, options: &Options) -> Result<Estimate, SimulationError> {
        let mut errors = check_settings(self, options);
        let (blueprint, connections) = inspect(self, &mut |_, error| {
            if errors.len() < ERRORS_KEPT {
                errors.push(error);
            }
        });
        if !errors.is_empty() {
            return Err(ModelErrors(errors).into());
        }
        let mut estimate = Estimate::with_connections(&blueprint, &connections, options);
        let mut known = HashSet::new();
        let described = self.cells.iter().filter(|cell| known.insert(cell.sections.address()));
        for section in described.flat_map(|cell| &cell.sections) {
            estimate.counts.described_sections += 1.0;
            if let Shape::Points(points) = &section.shape {
                estimate.counts.described_shape_points += points.len() as f64;
            }
        }
        let artificial = &self.artificial_cells;
        let own = |index: usize| {
            let mechanism = &artificial[index].mechanism;
            let shares = index > 0 && mechanism.is_shared_with(&artificial[index - 1].mechanism);
            let found = self.catalogue().find(&mechanism.name);
            let draws = found.is_some_and(|found| !found.signature().streams.is_empty());
            match (!shares || draws, mechanism.parameters.is_empty()) {
                (false, _) => 0.0,
                // The parameters are the largest part of a description.
                (true, true) => 0.35,
                (true, false) => 1.0,
            }
        };
        estimate.counts.artificial_descriptions = (0..artificial.len()).map(own).sum();
        estimate.memory = estimate.counts.memory();
        Ok(estimate)
    }
}

pub(super) fn check_weight_change(place: &str, change: &WeightChange, connections: usize) -> Option<ModelError> {
    let wrong = |what, value, remedy| Some(ModelError::Value { place: place.to_owned(), what, value, remedy });
    if change.connection >= connections {
        return Some(ModelError::Missing { place: place.to_owned(), what: "connection", index: change.connection });
    } else if !change.t.is_finite() {
        return wrong("time (ms)", change.t, "give a finite time");
    } else if !change.weight.is_finite() {
        return wrong("weight", change.weight, "give a finite weight");
    }
    None
}

/// Checks options and network, and lowers the network.
pub(super) fn checked(network: &Network, options: &Options) -> Result<Lowered, SimulationError> {
    let mut errors = check_settings(network, options);
    match lower(network) {
        Ok(lowered) if errors.is_empty() => return Ok(lowered),
        Ok(_) => {}
        Err(others) => errors.extend(others.into_iter().map(|(_, error)| error)),
    }
    Err(ModelErrors(errors).into())
}

/// Checks options and changes of weights.
fn check_settings(network: &Network, options: &Options) -> Vec<ModelError> {
    let mut errors = check_options(network, options);
    errors.extend(network.weight_changes.iter().enumerate().filter_map(|(index, change)| {
        check_weight_change(&format!("weight change {index}"), change, network.connections.len())
    }));
    errors
}

pub(super) fn option_error(what: &'static str, value: f64, remedy: &'static str) -> ModelError {
    ModelError::Value { place: "options".to_owned(), what, value, remedy }
}

fn check_options(network: &Network, options: &Options) -> Vec<ModelError> {
    let mut errors = Vec::new();
    // With a much smaller step a run would not end, and t + dt would finally equal t.
    if !(options.dt >= Options::SHORTEST_STEP && options.dt.is_finite()) {
        errors.push(option_error("dt (ms)", options.dt, "give a step of at least 1e-6 ms; 0.025 ms is usual"));
    }
    if options.threads > Options::MOST_THREADS {
        errors.push(option_error("threads", options.threads as f64, "give at most 1024; one for each core is usual"));
    }
    if !options.v_init.is_finite() {
        errors.push(option_error("v_init (mV)", options.v_init, "give a finite voltage; -65 mV is usual"));
    }
    if !(options.celsius > -273.15 && options.celsius.is_finite()) {
        errors.push(option_error("celsius (degC)", options.celsius, "give a temperature above absolute zero"));
    }
    if let Distribution::LongestProcessingTimeFirst { costs: Some(costs) } = &options.distribution {
        if costs.len() != network.cells.len() {
            let remedy = "give one for each cell with membrane";
            errors.push(option_error("number of costs", costs.len() as f64, remedy));
        }
        if let Some(&cost) = costs.iter().find(|cost| !(cost.is_finite() && **cost >= 0.0)) {
            errors.push(option_error("cost of a cell", cost, "give a finite cost of at least 0"));
        }
    }
    errors
}
