//! The cells of a group: their constant data and their state, without the steps that change it.

mod building;
mod cell_state;
mod chunks;
mod detectors;
mod diffusion;
mod events;
mod fault;
mod inbox;
mod install;
mod installed;
mod ions;
mod joints;
mod layout;
mod lumps;
mod membrane_current;
mod paths;
mod players;
mod pointers;
mod ports;
mod recorders;
mod regions;
mod schedule;
mod system;
mod values;

use std::sync::Arc;

use loligo_cable::HinesMatrix;
use loligo_mechanisms::{Block, Emission, Kernel, Outbox};
use serde::{Deserialize, Serialize};

use crate::blueprint::CellBlueprint;
use crate::error::EngineError;
use crate::excess::Excess;
use crate::inputs::Inputs;
use crate::mechanism_times::MechanismTimes;
use crate::options::{Options, SecondOrder};
use crate::player::Player;
use crate::profile::Profile;
use detectors::Detectors;
use diffusion::Diffusion;
use events::PointEvents;
pub(crate) use events::{PointEvent, Watch, most_self_events};
use inbox::Inbox;
pub(crate) use inbox::{Arrival, Delivery};
use install::install;
use installed::{Installed, Scratch};
use ions::Ions;
use joints::JointScratch;
use layout::Layout;
use lumps::Lumps;
use membrane_current::MembraneCurrents;
use pointers::Pointers;
use ports::Ports;
use recorders::Recorders;
use schedule::Schedule;

/// A variable within a group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LocalQuantity {
    /// The voltage of a row.
    Voltage(usize),
    /// The voltage of a node between two rows: interpolated, with weight `share` for the first row.
    VoltageBetween { first: usize, second: usize, share: f64 },
    /// The capacitive current of a row.
    CapacitiveCurrent(usize),
    /// The current through the membrane of a row, nA.
    MembraneCurrent(usize),
    /// The current through the membrane of a row per area, mA/cm2.
    MembraneCurrentDensity(usize),
    /// A current at a node without row: always 0.
    Nothing,
    /// A variable of a mechanism.
    Variable { installed: usize, column: usize, instance: usize },
}

/// Added to the time of the step at which a variable is first found above its threshold, ms:
/// NEURON's spike time.
pub(crate) const SPIKE_TIME_OFFSET: f64 = 1e-10;

/// A spike of one of a group's sources.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Detected {
    pub(crate) source: u32,
    /// ms.
    pub(crate) t: f64,
}

/// The time that all groups share at the start of an epoch.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    pub(crate) step: u64,
    pub(crate) t: f64,
}

/// All values that change during a run and on which the next step depends.
#[derive(Clone, Debug)]
struct State {
    /// Voltage of each row, mV.
    v: Vec<f64>,
    /// Variables of each installed mechanism.
    blocks: Vec<Block>,
    /// The incoming connections, with their weights.
    inputs: Inputs,
    /// Waveforms and the present position in each.
    players: Vec<(LocalQuantity, Player)>,
    /// For each detector, true if its variable was above the threshold when it was last compared.
    above: Vec<bool>,
    /// Number of times that states have been advanced since t = 0.
    advances: u64,
}

/// Values that are computed anew in every step.
#[derive(Clone, Debug)]
struct Workspace {
    matrix: HinesMatrix,
    scratch: Scratch,
    joint_scratch: JointScratch,
    outbox: Outbox,
    /// `None` if no membrane current is read.
    membrane: Option<Box<MembraneCurrents>>,
}

/// The cells of a group: consecutive cells that use the same arithmetic.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    /// Index of the first cell among those of its rank.
    first_cell: usize,
    /// The blueprint's index of each cell.
    cells: Vec<usize>,
    pub(crate) options: Options,
    layout: Layout,
    /// Diagonal without mechanisms, S/cm2: capacitance and axial conductances (not used by `Exact`, which sums in
    /// NEURON's order).
    passive_diagonal: Vec<f64>,
    installed: Vec<Installed>,
    /// For each installed mechanism its lumps, if it has some.
    lumps: Vec<Option<Lumps>>,
    /// The kernel of each installed mechanism, once they have been [compiled](Self::compile).
    kernels: Vec<Arc<dyn Kernel>>,
    schedule: Schedule,
    detectors: Detectors,
    ports: Ports,
    ions: Ions,
    pointers: Pointers,
    diffusion: Diffusion,
    events: PointEvents,
    /// Installed mechanism and instance of those that are the first ones of their mechanism in the model.
    first_instances: Vec<(usize, usize)>,
    /// Actions that instances requested when they were initialised, by installed mechanism.
    first_answers: Vec<(u32, Vec<(u32, Emission)>)>,
    /// Installed mechanism, column and instance of every variable that is read from outside the group, while it is built.
    observed: Vec<(usize, usize, usize)>,
    /// Installed mechanism and column of variables that are stored from now on, and have no value yet.
    unfilled: Vec<(usize, usize)>,
    /// The value of each played variable before any waveform was played.
    unplayed: Vec<f64>,
    state: State,
    workspace: Workspace,
    recorders: Recorders,
    inbox: Inbox,
    detected: Vec<Detected>,
    pub(crate) fault: Option<EngineError>,
    /// False within an epoch: after the present step another one follows before values may be read.
    pub(crate) is_last_step: bool,
    /// The first unusual voltage since t = 0 or a restored state.
    pub(crate) excess: Option<Excess>,
    /// True if kernels must be compiled, either for the first time or because values changed for
    /// which they were compiled.
    is_stale: bool,
    pub(crate) profile: Profile,
    pub(crate) mechanism_times: MechanismTimes,
}

/// The position of a cell's `placed` entries in a group: index of the installed mechanism, and the
/// index in it of each instance.
pub(crate) type Places = Vec<(usize, Vec<u32>)>;

impl Cells {
    /// Joins consecutive cells, of which the first has index `first_cell`; also returns the places of their mechanisms.
    /// `indices` are the indices of the cells in the blueprint.
    pub(crate) fn new(
        first_cell: usize,
        indices: Vec<usize>,
        cells: &[CellBlueprint],
        options: Options,
    ) -> (Self, Vec<Places>) {
        let (layout, mut matrix) = Layout::new(cells, options.numerics);
        let (installed, blocks, places) = install(cells, &layout);
        let factor = options.capacitance_factor();
        matrix.add_axial_conductance();
        let passive_diagonal = matrix.diagonal.iter().zip(&layout.capacitance).map(|(d, cm)| d + factor * cm).collect();
        let diffusion = Diffusion::new(cells, &installed, &places);
        let mut ions = Ions::new(&installed, &layout.area, &options);
        if options.second_order == SecondOrder::CrankNicolsonCurrents {
            ions.observe_all();
        }
        let mut group = Self {
            first_cell,
            cells: indices,
            passive_diagonal,
            detectors: Detectors::default(),
            ports: Ports::default(),
            ions,
            pointers: Pointers::default(),
            diffusion,
            events: PointEvents::default(),
            first_answers: Vec::new(),
            observed: Vec::new(),
            unfilled: Vec::new(),
            first_instances: Vec::new(),
            unplayed: Vec::new(),
            state: State {
                v: vec![0.0; matrix.len()],
                inputs: Inputs::default(),
                players: Vec::new(),
                above: Vec::new(),
                advances: 0,
                blocks,
            },
            workspace: Workspace {
                scratch: Scratch::default(),
                joint_scratch: JointScratch::default(),
                outbox: Outbox::default(),
                membrane: None,
                matrix,
            },
            recorders: Recorders::default(),
            inbox: Inbox::default(),
            detected: Vec::new(),
            fault: None,
            is_last_step: true,
            excess: None,
            is_stale: true,
            profile: Profile::new(options.profile),
            mechanism_times: MechanismTimes::new(options.profile, installed.iter().map(Installed::name_and_number)),
            layout,
            lumps: vec![None; installed.len()],
            installed,
            kernels: Vec::new(),
            schedule: Schedule::default(),
            options,
        };
        group.number_senders();
        (group, places)
    }

    fn value(&self, quantity: LocalQuantity) -> f64 {
        match quantity {
            LocalQuantity::Voltage(row) => self.state.v[row],
            LocalQuantity::VoltageBetween { first, second, share } => {
                share * self.state.v[first] + (1.0 - share) * self.state.v[second]
            }
            LocalQuantity::CapacitiveCurrent(row) => {
                let factor = self.options.capacitance_factor();
                factor * self.layout.capacitance[row] * self.workspace.matrix.rhs[row] // mA/cm2
            }
            LocalQuantity::MembraneCurrent(row) => self.workspace.membrane.as_ref().map_or(0.0, |own| own.total[row]),
            LocalQuantity::MembraneCurrentDensity(row) => {
                self.workspace.membrane.as_ref().map_or(0.0, |own| own.density[row])
            }
            LocalQuantity::Nothing => 0.0,
            LocalQuantity::Variable { installed, column, instance } => {
                let block = &self.state.blocks[installed];
                match &self.lumps[installed] {
                    None => block.value(column, instance),
                    Some(lumps) => lumps.value(block, column, instance, self.state.advances),
                }
            }
        }
    }

    /// Sets a variable of a mechanism (the only kind of quantity that can be played), or a membrane current, which
    /// keeps the value until the next one is computed.
    fn assign(&mut self, quantity: LocalQuantity, value: Option<f64>) {
        let Some(value) = value else { return };
        match (quantity, &mut self.workspace.membrane) {
            (LocalQuantity::Variable { installed, column, instance }, _) => {
                self.state.blocks[installed].set(column, instance, value);
            }
            (LocalQuantity::MembraneCurrent(row), Some(membrane)) => membrane.total[row] = value,
            (LocalQuantity::MembraneCurrentDensity(row), Some(membrane)) => membrane.density[row] = value,
            _ => {}
        }
    }

    /// Number of rows in the matrix.
    pub(crate) fn rows(&self) -> usize {
        self.workspace.matrix.len()
    }

    /// Rewinds waveforms, and resets the variables that they play onto and the values that transfers read. The next
    /// events to be delivered are those at t = 0.
    pub(crate) fn rewind(&mut self) {
        for k in 0..self.state.players.len() {
            let (quantity, player) = &mut self.state.players[k];
            player.rewind();
            let quantity = *quantity;
            self.assign(quantity, Some(self.unplayed[k]));
        }
        for k in 0..self.ports.sources.len() {
            self.assign(self.ports.sources[k], Some(self.ports.unread[k]));
        }
        // A capacitive or membrane current that a transfer reads starts at 0.
        self.workspace.matrix.rhs.fill(0.0);
        self.forget_membrane_currents();
        self.inbox.clear();
        self.detected.clear();
        self.forget_events();
        self.fault = None;
        self.excess = None;
        self.profile = Profile::new(self.options.profile);
        self.mechanism_times.clear();
    }

    fn forget_membrane_currents(&mut self) {
        if let Some(membrane) = &mut self.workspace.membrane {
            membrane.forget();
        }
    }

    /// Moves the spikes detected since the last call to `spikes`.
    pub(crate) fn take_spikes(&mut self, spikes: &mut Vec<Detected>) {
        spikes.append(&mut self.detected);
    }
}

#[cfg(test)]
mod tests {
    use loligo_mechanisms::Numerics;

    use super::*;
    use crate::Quantity;
    use crate::step::{FixedStep, Stepper};
    use crate::test_models::{AREA, MIDDLE, cable, cell, passive, started};

    /// The current that charges the membrane of one compartment flows through its channels: C dV/dt = g (e - V), at the
    /// voltage of the step's end.
    #[test]
    fn the_capacitive_current_is_opposite_to_that_of_the_channels() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |_, _| {});
        assert_eq!(cells.value(LocalQuantity::CapacitiveCurrent(0)), 0.0, "no step has been made");
        FixedStep.step(&mut cells, 0, 0.0);
        let v = cells.value(LocalQuantity::Voltage(0)); // mV
        let channels = 0.001 * (v + 70.0); // mA/cm2
        assert!((cells.value(LocalQuantity::CapacitiveCurrent(0)) + channels).abs() < 1e-15);
    }

    #[test]
    fn the_membrane_current_of_a_closed_compartment_is_0_and_its_density_goes_by_area() {
        let mut found = Vec::new();
        for cells in [vec![passive(Vec::new())], vec![cell(&cable(2), (*passive(Vec::new()).placed).clone())]] {
            let mut cells = started(&cells, Options::default(), |cells, places| {
                cells.locate(Quantity::MembraneCurrent { cell: 0, node: MIDDLE }, places);
            });
            FixedStep.step(&mut cells, 0, 0.0);
            let total = cells.value(LocalQuantity::MembraneCurrent(0)); // nA
            let density = cells.value(LocalQuantity::MembraneCurrentDensity(0)); // mA/cm2
            assert!((total - density * AREA * 0.01).abs() < 1e-15);
            found.push(total);
            cells.rewind();
            assert_eq!(cells.value(LocalQuantity::MembraneCurrent(0)), 0.0);
        }
        assert!(found[0].abs() < 1e-12 && found[1] > 1e-3, "{found:?}: one has a neighbour without channels");
    }

    #[test]
    fn between_two_rows_the_voltage_is_shared() {
        let mut cells = started(&[cell(&cable(2), Vec::new())], Options::default(), |_, _| {});
        cells.set_value(LocalQuantity::Voltage(0), -60.0); // mV
        cells.set_value(LocalQuantity::Voltage(1), -80.0); // mV
        assert_eq!(cells.value(LocalQuantity::VoltageBetween { first: 0, second: 1, share: 0.75 }), -65.0);
    }

    #[test]
    fn only_variables_of_mechanisms_can_be_assigned() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |_, _| {});
        cells.assign(LocalQuantity::Voltage(0), Some(1.0));
        let e = LocalQuantity::Variable { installed: 0, column: 1, instance: 0 };
        cells.assign(e, None);
        assert_eq!((cells.value(LocalQuantity::Voltage(0)), cells.value(e)), (-65.0, -70.0));
        cells.assign(e, Some(1.0));
        assert_eq!(cells.value(e), 1.0);
    }

    #[test]
    fn a_run_that_is_rewound_has_no_fault_and_no_spikes() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |_, _| {});
        cells.fault = Some(EngineError::Stopped { step: 0, t: 0.0 });
        cells.detected.push(Detected { source: 0, t: 0.0 });
        cells.give(&mut vec![Delivery { tick: 0, t: 0.0, arrival: Arrival::Event(0) }]);
        cells.rewind();
        assert!(cells.fault.is_none() && cells.detected.is_empty() && cells.inbox.next(u64::MAX).is_none());
    }

    #[test]
    fn exact_has_neurons_rows() {
        let exact = Options { numerics: Numerics::Exact, ..Options::default() };
        assert_eq!(started(&[passive(Vec::new())], exact, |_, _| {}).rows(), 3);
        assert_eq!(started(&[passive(Vec::new())], Options::default(), |_, _| {}).rows(), 1);
    }
}
