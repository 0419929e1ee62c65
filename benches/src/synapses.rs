//! Cells with synaptic bombardment: ten thousand synapses each, at rates typical of cortex.

use loligo::Catalogue;
use loligo::nmodl::{LoadErrors, load};
use loligo::prelude::*;
use serde::Serialize;

/// Number of cells.
const CELLS: usize = 8;

/// Number of synapses of a cell, a tenth of them on each dendrite.
pub const SYNAPSES: usize = 10_000;

/// Number of inputs, each connected to every cell.
const INPUTS: usize = 1_000;

const DENDRITES: usize = 10;

/// The kinetics of the synapses on a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kinetics {
    /// `ExpSyn` of one decay time and reversal potential.
    One,
    /// `ExpSyn` of eight decay times and three reversal potentials.
    Mixed,
    /// `ExpSyn` of a decay time of its own for each synapse.
    Drawn,
    /// `ProbAmpaNmda` of the library of mechanisms, in NMODL.
    Probabilistic,
}

/// A synapse of every cell, with its connection.
#[derive(Clone, Debug, Serialize)]
pub struct BombardedSynapse {
    /// Number of the dendrite, and place on it.
    pub dendrite: usize,
    /// Relative to the dendrite's length.
    pub x: f64,
    /// Decay time, ms, of `ExpSyn`.
    pub tau: f64,
    /// Reversal potential, mV, of `ExpSyn`.
    pub e: f64,
    /// Number of the input.
    pub input: usize,
    /// uS.
    pub weight: f64,
    /// ms.
    pub delay: f64,
}

/// Cells of 101 compartments with hh: a soma and ten dendrites of ten segments, each with the same synapses. Each input is
/// a regular train of 5 spikes a second.
#[derive(Clone, Debug, Serialize)]
pub struct Bombardment {
    /// The kinetics; if they are probabilistic, synapse number k of cell number c has the random stream (k, c, 0).
    pub kinetics: Kinetics,
    /// Number of cells.
    pub cells: usize,
    /// Interval between the spikes of an input, ms.
    pub interval: f64,
    /// The time of the first spike of each input, ms.
    pub starts: Vec<f64>,
    /// The synapses of every cell.
    pub synapses: Vec<BombardedSynapse>,
}

impl Bombardment {
    /// The bombardment with synapses of these kinetics.
    pub fn of(kinetics: Kinetics) -> Self {
        let interval = 200.0; // ms
        // Inputs one after the other in an order without pattern: 7,919 is a prime number.
        let starts = (0..INPUTS).map(|input| (input * 7919 % INPUTS) as f64 * interval / INPUTS as f64 + 0.01);
        let synapses = (0..SYNAPSES).map(|k| {
            let (dendrite, on_dendrite) = (k % DENDRITES, k / DENDRITES);
            let is_inhibitory = dendrite.is_multiple_of(5);
            let (tau, e) = match kinetics {
                Kinetics::Mixed => {
                    let taus = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 8.0]; // ms
                    let number = on_dendrite / 100 * 10 + on_dendrite % 10;
                    (taus[number % 8], [0.0, -75.0, -80.0][number % 3])
                }
                // Multiples of the golden ratio, modulo 1, are spread evenly.
                Kinetics::Drawn => (1.0 + 4.0 * (k as f64 * 0.618_033_988_749_895).fract(), 0.0),
                _ if is_inhibitory => (8.0, -80.0),
                _ => (2.0, 0.0),
            };
            BombardedSynapse {
                dendrite,
                x: (on_dendrite % 100) as f64 / 100.0 + 0.005,
                tau,
                e,
                input: k * 7 % INPUTS,
                weight: if kinetics == Kinetics::Probabilistic { 1e-4 } else { 2e-4 },
                delay: 1.0 + (k % 40) as f64 * 0.025,
            }
        });
        Self { kinetics, cells: CELLS, interval, starts: starts.collect(), synapses: synapses.collect() }
    }

    /// The network; `table` as in [`Hh`].
    ///
    /// # Errors
    /// Mechanisms of the library that cannot be read.
    pub fn network(&self, table: bool) -> Result<Network, LoadErrors> {
        let mut network = match self.kinetics {
            Kinetics::Probabilistic => {
                Network::with_catalogue(load(Catalogue::builtin(), ["loligo:synapses"])?.catalogue)
            }
            _ => Network::new(),
        };
        for (input, &start) in self.starts.iter().enumerate() {
            let train = NetStim { interval: self.interval, number: 1e9, start, noise: 0.0 };
            network.add_artificial_cell(format!("input{input}"), train);
        }
        for index in 0..self.cells {
            let mut cell = Cell::new(format!("cell{index}"));
            let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0).with_axial_resistance(100.0)); // um
            let dendrites: Vec<usize> = (0..DENDRITES)
                .map(|dendrite| {
                    let section = Section::cylinder(format!("dend{dendrite}"), 200.0, 2.0); // um
                    let section = section.with_axial_resistance(100.0).with_segments(10);
                    cell.add_section(section.attached_to(soma, 1.0))
                })
                .collect();
            cell.paint(Region::All, Hh { table, ..Hh::default() });
            let places = self.synapses.iter().enumerate().map(|(k, synapse)| {
                let BombardedSynapse { dendrite, x, tau, e, .. } = *synapse;
                let mechanism: Mechanism = match self.kinetics {
                    Kinetics::Probabilistic => Mechanism::new("ProbAmpaNmda").with_stream([k as u32, index as u32, 0]),
                    _ => ExpSyn { tau, e }.into(),
                };
                cell.place(format!("s{k}"), dendrites[dendrite], x, mechanism)
            });
            let points: Vec<usize> = places.collect();
            let cell = network.add_cell(cell);
            network.watch(SourceRef::voltage(cell, soma, 0.5), 0.0);
            for (point, synapse) in points.into_iter().zip(&self.synapses) {
                let BombardedSynapse { input, weight, delay, .. } = *synapse;
                let (source, target) = (SourceRef::Artificial(input), TargetRef::Point { cell, point });
                network.connect(Connection::new(source, target, weight, delay));
            }
        }
        Ok(network)
    }
}
