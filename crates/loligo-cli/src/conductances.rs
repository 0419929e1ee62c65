//! The conductance of a synapse after spikes, as curves over time.

use loligo::Catalogue;
use loligo::prelude::*;
use loligo_nmodl::model::{Model, Role, Variable};
use loligo_nmodl::nanosiemens;
use loligo_plot::Trace;

use crate::failure::Failure;

/// The voltage at which the synapse is clamped, mV.
const VOLTAGE: f64 = -65.0;
/// Time of the first spike, ms.
const FIRST_SPIKE: f64 = 10.0;
/// Number of spikes of a synapse whose connections have variables of their own, such as resources.
const TRAIN: usize = 8;
/// Time between them, ms.
const INTERVAL: f64 = 50.0;
/// Number of synapses that draw random numbers.
const SYNAPSES: usize = 50;
/// Time that is computed after the last spike, ms.
const LONGEST: f64 = 1000.0;
/// Part of its largest value to which a conductance decays within the picture.
const REST: f64 = 0.02;
/// Number of points of a curve, about.
const POINTS: usize = 400;

/// The experiment of which the picture is made.
#[derive(Clone, Copy, Debug)]
pub struct Experiment {
    /// Number of spikes: several, if connections have variables of their own.
    pub spikes: usize,
    /// Number of synapses whose mean is drawn: several, if they draw random numbers.
    pub synapses: usize,
    /// Weight of the connection in its unit: 1 nS, or 1 if it is no conductance.
    weight: f64,
    is_conductance: bool,
}

impl Experiment {
    /// The experiment for a mechanism.
    pub fn of(model: &Model) -> Self {
        let (weights, unit) =
            model.net_receive.as_ref().map_or((0, ""), |receive| (receive.weights, &*receive.weight_unit));
        let size = nanosiemens(unit);
        Self {
            spikes: if weights > 1 { TRAIN } else { 1 },
            synapses: if model.variables.iter().any(|own| own.role == Role::Random) { SYNAPSES } else { 1 },
            weight: size.map_or(1.0, |size| 1.0 / size),
            is_conductance: size.is_some(),
        }
    }

    /// The experiment in words: `8 spikes 50 ms apart, weight 1 nS, -65 mV`.
    pub fn summary(&self) -> String {
        let spikes = match self.spikes {
            1 => "a spike".to_owned(),
            count => format!("{count} spikes {INTERVAL} ms apart"),
        };
        let mean = match self.synapses {
            1 => String::new(),
            count => format!(", mean of {count} synapses"),
        };
        let unit = if self.is_conductance { " nS" } else { "" };
        format!("{spikes}, weight 1{unit}, {VOLTAGE} mV{mean}")
    }
}

/// Runs synapses at a constant voltage and a temperature (degC); returns the time courses of `shown` in nS, up to the time
/// when all have decayed.
pub fn conductances(
    (model, catalogue): (&Model, &Catalogue),
    celsius: f64,
    shown: &[&Variable],
) -> Result<Vec<Trace>, Failure> {
    let experiment = Experiment::of(model);
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    cell.place("clamp", soma, 0.5, SEClamp { rs: 1e-3, dur1: 1e9, amp1: VOLTAGE, ..SEClamp::default() });
    let place = |k| cell.place(format!("synapse[{k}]"), soma, 0.5, Mechanism::new(&*model.name));
    let synapses: Vec<usize> = (0..experiment.synapses).map(place).collect();
    let mut network = Network::with_catalogue(catalogue.clone());
    let cell = network.add_cell(cell);
    let times: Vec<f64> = (0..experiment.spikes).map(|k| FIRST_SPIKE + INTERVAL * k as f64).collect();
    let last = times.last().copied().unwrap_or(FIRST_SPIKE);
    let train = network.add_artificial_cell("train", VecStim { times });
    for &point in &synapses {
        let target = TargetRef::Point { cell, point };
        network.connect(Connection::new(SourceRef::Artificial(train), target, experiment.weight, 0.0));
    }
    for variable in shown {
        for &point in &synapses {
            network.record(VariableRef::point(cell, point, variable.name.to_string()));
        }
    }
    let options = Options { celsius, v_init: VOLTAGE, ..Options::default() };
    let mut simulation = Simulation::new(&network, &options).map_err(Failure::Run)?;
    simulation.run_until(last + LONGEST).map_err(Failure::Run)?;
    let mut means = Vec::with_capacity(shown.len());
    for (number, variable) in shown.iter().enumerate() {
        let size = variable.unit.as_deref().and_then(nanosiemens).unwrap_or(1.0) / synapses.len() as f64;
        let mut mean: Vec<f64> = Vec::new();
        for synapse in 0..synapses.len() {
            let samples = simulation.samples(number * synapses.len() + synapse).map_err(Failure::Run)?;
            mean.resize(samples.len(), 0.0);
            mean.iter_mut().zip(samples).for_each(|(mean, sample)| *mean += size * sample);
        }
        means.push(mean);
    }
    let decayed = means.iter().map(|values| decay(values)).max().unwrap_or(0);
    let end = decayed.max(((last + FIRST_SPIKE) / options.dt) as usize);
    let traces = shown.iter().zip(means).map(|(variable, values)| {
        let kept = bends(&values, end, end.div_ceil(POINTS).max(1));
        Trace {
            name: format!("{}.Conductance", variable.name),
            cell: Some(variable.name.to_string()),
            unit: "nS".to_owned(),
            time: kept.iter().map(|&step| step as f64 * options.dt).collect(),
            values: kept.iter().map(|&step| values[step]).collect(),
        }
    });
    Ok(traces.collect())
}

/// The samples of a curve that are drawn, up to `end`: one in `every`, and all at which it turns or jumps.
fn bends(values: &[f64], end: usize, every: usize) -> Vec<usize> {
    let turns = |step: usize| match values.get(step.wrapping_sub(1)..=step + 1) {
        Some(&[before, own, after]) => (own - before) * (after - own) <= 0.0 && before != after,
        _ => true,
    };
    (0..end.min(values.len())).filter(|&step| step % every == 0 || turns(step)).collect()
}

/// The number of samples until a conductance has decayed to a small part of its largest value.
fn decay(values: &[f64]) -> usize {
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    values.iter().rposition(|value| value.abs() > REST * largest).map_or(0, |last| last + 1)
}
