//! Random models: the same seed gives the same bytes.
//!
//! Models are drawn to cover every rule that a simulator may implement wrongly: attachments at, next to and between
//! segment centres, 3-D points with jumps of diameter, several point processes on one node, events on half steps and at
//! equal times, connections that share a source, zero delays, waveforms with jumps on the time grid. Two thirds have
//! mechanisms that are built into neither NEURON nor Loligo, with features that only these have: concentrations, events
//! from point processes, pointers, globals. In a third, values are set between steps. Values stay physiological, so
//! that differences are those of the simulators and not of a model that diverges; weights and currents are proportional
//! to the membrane area of a tree, so that most trees that can spike do.

mod gap_junctions;
mod interventions;
mod mechanisms;
mod morphology;
mod network;
mod own_mechanisms;
mod point_processes;
mod pointers;
mod probes;
mod waveforms;

use crate::dice::Dice;
use crate::vocabulary::{Definition, Parameters};

/// The size of models: 1 is a cell of few sections, 3 a usual test, 5 a small network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(u32);

impl Size {
    /// The usual size.
    pub const USUAL: Size = Size(3);

    /// A size from 1 to 5; other values are replaced by the nearest of these.
    pub fn new(level: u32) -> Size {
        Size(level.clamp(1, 5))
    }

    fn trees(self) -> usize {
        [1, 2, 3, 4, 4][self.index()]
    }

    fn sections(self) -> usize {
        [2, 4, 6, 8, 8][self.index()]
    }

    fn segments(self) -> usize {
        [3, 5, 9, 11, 11][self.index()]
    }

    /// Number of point processes in a tree, and of connections beyond the first of a tree.
    fn points(self) -> usize {
        [2, 3, 4, 5, 8][self.index()]
    }

    fn netcons(self) -> usize {
        [2, 4, 7, 10, 20][self.index()]
    }

    /// Largest number of point processes in a tree of the kinds that are not built into Loligo.
    fn own_points(self) -> usize {
        [1, 2, 4, 5, 8][self.index()]
    }

    /// Largest number of mechanisms that a model brings with it.
    pub(crate) fn mechanisms(self) -> usize {
        [1, 1, 2, 3, 4][self.index()]
    }

    fn artificial(self) -> usize {
        [1, 2, 3, 4, 6][self.index()]
    }

    fn steps(self) -> f64 {
        [300.0, 700.0, 1200.0, 2000.0, 4000.0][self.index()]
    }

    fn index(self) -> usize {
        self.0 as usize - 1
    }
}

/// Draws the `index`-th model of a seed.
pub fn draw(seed: u64, index: u64, size: Size) -> Definition {
    let mut draft = Draft {
        dice: Dice::new(seed, index),
        size,
        trees: Vec::new(),
        case: Definition { name: format!("draw-{seed}-{index}"), ..Definition::default() },
    };
    draft.conditions();
    // one model in fifteen consists of artificial cells alone
    if !draft.dice.chance(1.0 / 15.0) {
        draft.morphology();
        draft.mechanisms();
        draft.point_processes();
    }
    draft.artificial_cells();
    draft.connections();
    draft.plays();
    draft.probes();
    draft.gap_junctions();
    draft.own_mechanisms();
    draft.interventions();
    draft.case
}

/// A tree of sections during drawing.
struct Tree {
    /// Its sections, as indices into the definition; the root first.
    sections: Vec<usize>,
    /// Membrane area (um2).
    area: f64,
    /// True if the root has hh.
    excitable: bool,
}

struct Draft {
    dice: Dice,
    size: Size,
    trees: Vec<Tree>,
    case: Definition,
}

/// A synaptic conductance that is about sufficient for spikes [uS/um2].
const STRONG_SYNAPSE: f64 = 1e-5;

fn parameters<const N: usize>(values: [(&str, f64); N]) -> Parameters {
    values.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

impl Draft {
    fn conditions(&mut self) {
        let dice = &mut self.dice;
        let case = &mut self.case;
        case.dt = dice.weighted([
            (6.0, 0.025),
            (1.0, 0.0125),
            (1.0, 0.05),
            (1.0, 0.1),
            (1.0, 0.01),
            (1.0, 1.0 / 32.0),
            (0.5, 0.02),
            (0.3, 0.07),
            (0.3, 0.0371),
        ]);
        let longest = (self.size.steps() * case.dt).min(60.0);
        case.tstop = dice.uniform(0.3 * longest, longest);
        if dice.chance(0.5) {
            case.tstop = case.tstop.round().max(1.0);
        } else if dice.chance(0.02) {
            case.tstop = dice.pick([0.0, 0.4, 0.5, 0.6, 1.0]) * case.dt;
        }
        case.v_init = match dice.count(0, 9) {
            0..=5 => -65.0,
            6 | 7 => dice.value(-75.0, -55.0),
            8 => dice.value(-85.0, -45.0),
            _ => dice.value(-20.0, 30.0),
        };
        case.celsius = match dice.count(0, 9) {
            0..=4 => 6.3,
            5 | 6 => dice.pick([0.0, 10.0, 18.5, 20.0, 25.0]),
            7 | 8 => dice.value(0.0, 25.0),
            _ => dice.value(25.0, 37.0),
        };
        case.secondorder = dice.weighted([(7.0, 0), (1.5, 1), (1.5, 2)]);
        case.usetable_hh = dice.chance(0.65);
    }
}
