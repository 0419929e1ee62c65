//! A group of cells: advanced alone, because nothing reaches it within an epoch but what is in its inbox.

mod cell_state;
mod events;
mod installed;
mod ions;
mod layout;
mod membrane_current;
mod paths;
mod pointers;
mod ports;
mod values;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use loligo_cable::HinesMatrix;
use loligo_mechanisms::math::{Simd, VectorLoop};
use loligo_mechanisms::{Block, CompileError, Emission, Kernel, Mechanism, Numerics, Outbox, Role, Stage};
use loligo_random::Random123;
use serde::{Deserialize, Serialize};

use crate::blueprint::{CellBlueprint, Quantity};
use crate::error::EngineError;
use crate::inputs::Inputs;
use crate::kernel_cache::KernelCache;
use crate::options::{Options, SecondOrder};
use crate::post_office::cut_samples;
use crate::profile::{Phase, Profile};
use crate::stop::StopRequest;
use crate::waveform::{Player, Waveform};
use events::PointEvents;
pub(crate) use events::{PointEvent, Watch, most_self_events};
use installed::{Evaluation, Installed, Scratch};
use ions::Ions;
use layout::Layout;
use membrane_current::{Equations, MembraneCurrents, Passive};
use pointers::Pointers;
use ports::Ports;

/// A variable within a group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LocalQuantity {
    /// The voltage of a row.
    Voltage(usize),
    /// The voltage of a node between two rows, of which the first has this share.
    VoltageBetween { first: usize, second: usize, share: f64 },
    /// The capacitive current of a row.
    CapacitiveCurrent(usize),
    /// The current through the membrane of a row, nA.
    MembraneCurrent(usize),
    /// The same by area, mA/cm2.
    MembraneCurrentDensity(usize),
    /// What there is none of at a node without row.
    Nothing,
    /// A variable of a mechanism.
    Variable { installed: usize, column: usize, instance: usize },
}

/// Watches a variable for a source.
#[derive(Clone, Debug)]
struct Detector {
    source: u32,
    quantity: LocalQuantity,
    threshold: f64,
}

#[derive(Clone, Debug)]
struct Recorder {
    quantity: LocalQuantity,
    every: usize,
    samples: Vec<f64>,
}

/// What reaches a group; of one instant in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Arrival {
    /// A waveform's next time.
    Waveform(u32),
    /// An event by way of an [input](Inputs).
    Event(u32),
}

/// An arrival with its moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivery {
    /// Twice the step's number; plus one if due by the end of the step rather than by its middle.
    pub(crate) tick: u64,
    pub(crate) t: f64,
    pub(crate) arrival: Arrival,
}

/// Added to the time at which a variable is seen above its threshold, ms: NEURON's spike time.
pub(crate) const SPIKE_TIME_OFFSET: f64 = 1e-10;

/// A spike of one of a group's sources.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Detected {
    pub(crate) source: u32,
    /// ms.
    pub(crate) t: f64,
}

/// The clock that all groups share at the start of an epoch.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    pub(crate) step: u64,
    pub(crate) t: f64,
}

/// All that changes in a run and that the next step depends on.
#[derive(Clone, Debug)]
struct State {
    /// Voltage of each row, mV.
    v: Vec<f64>,
    /// Variables of each installed mechanism.
    blocks: Vec<Block>,
    /// The connections that end here, with their weights.
    inputs: Inputs,
    /// Waveforms and their places in them.
    players: Vec<(LocalQuantity, Player)>,
    /// Whether each detector's variable was above its threshold at the last look.
    above: Vec<bool>,
}

/// What every step computes anew.
#[derive(Clone, Debug)]
struct Workspace {
    matrix: HinesMatrix,
    scratch: Scratch,
    outbox: Outbox,
    /// If somebody looks at them.
    membrane: Option<Box<MembraneCurrents>>,
}

/// Consecutive cells with the same arithmetic.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Index of the first cell among those of its rank.
    first_cell: usize,
    /// The blueprint's index of each cell.
    cells: Vec<usize>,
    options: Options,
    layout: Layout,
    /// Diagonal without mechanisms, S/cm2: capacitance and axial conductances (not used by `Exact`, which sums in NEURON's
    /// order).
    passive_diagonal: Vec<f64>,
    installed: Vec<Installed>,
    /// The kernel of each installed mechanism, once they have been [compiled](Self::compile).
    kernels: Vec<Arc<dyn Kernel>>,
    detectors: Vec<Detector>,
    ports: Ports,
    ions: Ions,
    pointers: Pointers,
    events: PointEvents,
    /// Answers of instances when they were initialised, by installed mechanism.
    first_answers: Vec<(u32, Vec<(u32, Emission)>)>,
    /// Installed mechanism and column of every variable that somebody looks at.
    looked_at: HashSet<(usize, usize)>,
    /// What each played variable was before anything was played.
    unplayed: Vec<f64>,
    state: State,
    workspace: Workspace,
    recorders: Vec<Recorder>,
    /// The recorders of each interval in steps: most intervals are asked about in vain.
    recorders_every: BTreeMap<u64, Vec<u32>>,
    /// The steps after which samples were last due.
    recorded: u64,
    delivered: usize,
    pub(crate) inbox: Vec<Delivery>,
    pub(crate) detected: Vec<Detected>,
    pub(crate) fault: Option<EngineError>,
    /// Whether kernels are to be compiled, or values have changed for which they were.
    is_stale: bool,
    pub(crate) profile: Profile,
}

/// Where a cell's `placed` entries went: index of the installed mechanism, and each instance's in it.
pub(crate) type Places = Vec<(usize, Vec<u32>)>;

impl Group {
    /// Joins consecutive cells, of which the first has index `first_cell`; also says where their mechanisms went. `indices`
    /// are the cells' in the blueprint.
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
        let mut ions = Ions::new(&installed, &layout.area, options.celsius);
        if options.second_order == SecondOrder::CrankNicolsonCurrents {
            ions.observe_all();
        }
        let mut group = Self {
            first_cell,
            cells: indices,
            passive_diagonal,
            detectors: Vec::new(),
            ports: Ports::default(),
            ions,
            pointers: Pointers::default(),
            events: PointEvents::default(),
            first_answers: Vec::new(),
            looked_at: HashSet::new(),
            unplayed: Vec::new(),
            state: State {
                v: vec![0.0; matrix.len()],
                inputs: Inputs::default(),
                players: Vec::new(),
                above: Vec::new(),
                blocks,
            },
            workspace: Workspace { scratch: Scratch::default(), outbox: Outbox::default(), membrane: None, matrix },
            recorders: Vec::new(),
            recorders_every: BTreeMap::new(),
            recorded: 0,
            delivered: 0,
            inbox: Vec::new(),
            detected: Vec::new(),
            fault: None,
            is_stale: true,
            profile: Profile::new(options.profile),
            layout,
            installed,
            kernels: Vec::new(),
            options,
        };
        group.number_senders();
        (group, places)
    }

    /// Finds a quantity of one of the group's cells.
    pub(crate) fn locate(&mut self, quantity: Quantity, places: &[Places]) -> Option<LocalQuantity> {
        match quantity {
            Quantity::Voltage { cell, node } => Some(self.layout.voltage(cell - self.first_cell, node)),
            Quantity::CapacitiveCurrent { cell, node } => {
                let row = self.layout.row(cell - self.first_cell, node);
                Some(LocalQuantity::CapacitiveCurrent(row as usize))
            }
            Quantity::MembraneCurrent { cell, node } => {
                Some(self.watch_membrane(cell, node, LocalQuantity::MembraneCurrent))
            }
            Quantity::MembraneCurrentDensity { cell, node } => {
                Some(self.watch_membrane(cell, node, LocalQuantity::MembraneCurrentDensity))
            }
            Quantity::Membrane { cell, placed, column, instance } => {
                let (installed, ref instances) = places[cell - self.first_cell][placed];
                self.ions.observe(installed, column);
                self.looked_at.insert((installed, column));
                Some(LocalQuantity::Variable { installed, column, instance: instances[instance] as usize })
            }
            Quantity::Artificial { .. } => None,
        }
    }

    /// Has membrane currents computed; nothing at a node that has no row, since it has neither area nor point processes.
    fn watch_membrane(&mut self, cell: usize, node: u32, quantity: fn(usize) -> LocalQuantity) -> LocalQuantity {
        let Some(row) = self.layout.own_row(cell - self.first_cell, node) else { return LocalQuantity::Nothing };
        let rows = self.rows();
        self.workspace.membrane.get_or_insert_with(|| Box::new(MembraneCurrents::new(rows)));
        quantity(row)
    }

    pub(crate) fn add_detector(&mut self, source: u32, quantity: LocalQuantity, threshold: f64) {
        self.detectors.push(Detector { source, quantity, threshold });
        self.state.above.push(false);
    }

    pub(crate) fn add_recorder(&mut self, quantity: LocalQuantity, every: usize) -> usize {
        let recorder = self.recorders.len();
        self.recorders.push(Recorder { quantity, every, samples: Vec::new() });
        self.recorders_every.entry(every as u64).or_default().push(recorder as u32);
        recorder
    }

    pub(crate) fn add_player(&mut self, quantity: LocalQuantity, waveform: Waveform) -> u32 {
        self.note_change(quantity);
        self.unplayed.push(self.value(quantity));
        self.state.players.push((quantity, Player::new(waveform)));
        (self.state.players.len() - 1) as u32
    }

    /// A variable is going to be set during the run.
    fn note_change(&mut self, quantity: LocalQuantity) {
        if let LocalQuantity::Variable { installed, .. } = quantity {
            self.ions.note_change(installed);
        }
    }

    /// Adds a variable that transfers read; returns its number among the group's.
    pub(crate) fn add_source(&mut self, quantity: LocalQuantity) -> u32 {
        let value = self.value(quantity);
        self.ports.sources.push(quantity);
        self.ports.unread.push(value);
        self.ports.read.push(value);
        (self.ports.sources.len() - 1) as u32
    }

    /// Adds a variable that a transfer sets; `source` is the number of its source among the values that
    /// [`set_targets`](Self::set_targets) is given.
    pub(crate) fn add_target(&mut self, quantity: LocalQuantity, source: u32) {
        self.note_change(quantity);
        self.ports.targets.push((quantity, source));
    }

    /// What the sources were when they were read.
    pub(crate) fn sources_read(&self) -> &[f64] {
        &self.ports.read
    }

    fn read_sources(&mut self) {
        for k in 0..self.ports.sources.len() {
            self.ports.read[k] = self.value(self.ports.sources[k]);
        }
    }

    /// Sets the targets of transfers to the values of their sources.
    pub(crate) fn set_targets(&mut self, values: &[f64]) {
        for k in 0..self.ports.targets.len() {
            let (quantity, source) = self.ports.targets[k];
            self.assign(quantity, Some(values[source as usize]));
        }
    }

    /// Sets the targets of transfers whose sources are all in this group.
    pub(crate) fn transfer_within(&mut self) {
        if self.ports.targets.is_empty() {
            return;
        }
        let start = self.profile.start();
        let values = std::mem::take(&mut self.ports.read);
        self.set_targets(&values);
        self.ports.read = values;
        self.profile.stop(Phase::Exchange, start);
    }

    /// Opens an input for a connection to an instance; `created` is when its source was.
    pub(crate) fn add_input(&mut self, installed: usize, instance: u32, weight: &[f64], created: u64) -> u32 {
        let visits = self.installed[installed].signature.visits_connections;
        self.state.inputs.add((installed as u32, instance), weight, visits.then_some(created))
    }

    /// Makes room for so many inputs, most of which have one weight.
    pub(crate) fn reserve_inputs(&mut self, inputs: usize) {
        self.state.inputs.reserve(inputs);
    }

    /// A variable of an instance refers to another of the group.
    pub(crate) fn add_pointer(&mut self, pointer: LocalQuantity, target: LocalQuantity) {
        if let LocalQuantity::Variable { installed, column, instance } = pointer {
            let own = &self.installed[installed];
            let written = own.signature.variable(column).role == Role::Pointer { written: true };
            self.pointers.add(installed, (column, written), instance, own.rows.len(), target);
            if written {
                self.note_change(target);
            }
        }
    }

    /// Once everybody has said what they want to look at: gives up what is computed for nobody, and keeps values that all
    /// instances share once.
    pub(crate) fn settle(&mut self) {
        self.layout.forget_places();
        for (index, (installed, block)) in self.installed.iter().zip(&mut self.state.blocks).enumerate() {
            let signature = &installed.signature;
            for (column, variable) in signature.columns().enumerate() {
                // Slopes are computed from the other outputs.
                let wanted = self.looked_at.contains(&(index, column))
                    || self.ions.needs(index, column)
                    || self.ions.slopes_wanted();
                if variable.role == Role::Output && !wanted {
                    block.discard(column);
                }
            }
            block.compact();
        }
        for (installed, column) in self.pointers.written() {
            self.state.blocks[installed].column_mut(column);
        }
        for index in 0..self.installed.len() {
            let ordered = self.pointers.need_order(index) || self.ions.need_order(index);
            let instances = 0..self.installed[index].rows.len() as u32;
            let mut order: Vec<u32> = if ordered { instances.collect() } else { Vec::new() };
            order.sort_by_key(|&instance| self.place_in_order(index as u32, instance));
            self.installed[index].one_by_one = order;
        }
    }

    /// Compiles the mechanisms, once the form of every column is known.
    fn compile(&mut self, cache: &mut KernelCache) -> Result<(), CompileError> {
        let slopes = self.ions.slopes_wanted();
        let kernels = self.installed.iter().zip(&self.state.blocks).map(|(installed, block)| {
            let environment = self.options.environment(slopes, &installed.globals);
            cache.kernel(&*installed.mechanism, &environment, block)
        });
        self.kernels = kernels.collect::<Result<_, _>>()?;
        Ok(())
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
                self.state.blocks[installed].value(column, instance)
            }
        }
    }

    pub(crate) fn recorded_value(&self, recorder: usize) -> f64 {
        self.value(self.recorders[recorder].quantity)
    }

    pub(crate) fn samples(&self, recorder: usize) -> &[f64] {
        &self.recorders[recorder].samples
    }

    /// Number of rows in the matrix.
    pub(crate) fn rows(&self) -> usize {
        self.workspace.matrix.len()
    }

    /// Rewinds waveforms, and gives what they played onto and what transfers read its own value back; events at t = 0 are
    /// to be delivered next.
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
        // A capacitive or membrane current that a transfer reads begins with 0.
        self.workspace.matrix.rhs.fill(0.0);
        self.forget_membrane_currents();
        self.inbox.clear();
        self.delivered = 0;
        self.detected.clear();
        self.forget_events();
        self.fault = None;
        self.profile = Profile::new(self.options.profile);
    }

    fn forget_membrane_currents(&mut self) {
        if let Some(membrane) = &mut self.workspace.membrane {
            membrane.forget();
        }
    }

    /// Sets the voltages for t = 0; transfers come next.
    pub(crate) fn set_initial_voltage(&mut self) {
        self.state.v.fill(self.options.v_init);
        self.read_sources();
    }

    /// Calls the mechanisms that have something to do at a stage, at `t` (ms).
    pub(crate) fn reach(&mut self, stage: Stage, t: f64) {
        let scratch = &mut self.workspace.scratch;
        for (k, (installed, kernel)) in self.installed.iter().zip(&self.kernels).enumerate() {
            let due = installed.signature.stages.iter().enumerate().filter(|(_, own)| **own == stage);
            for (number, _) in due {
                for instances in installed.pieces() {
                    self.pointers.read(k, instances.clone(), &self.state.v, &mut self.state.blocks);
                    let (before, rest) = self.state.blocks.split_at_mut(k);
                    let block = &mut rest[0];
                    self.ions.read(k, instances.clone(), before, block, true);
                    installed.at((number, instances.clone()), &**kernel, t, &self.state.v, block, scratch);
                    self.pointers.write(k, instances, &mut self.state.v, &mut self.state.blocks);
                }
            }
        }
    }

    /// Sets the states for t = 0; what instances answer waits.
    pub(crate) fn initialize(&mut self) {
        self.reach(Stage::BeforeInitial, 0.0);
        for k in 0..self.installed.len() {
            let (installed, kernel) = (&self.installed[k], &self.kernels[k]);
            let Workspace { scratch, outbox, .. } = &mut self.workspace;
            self.ions.initialize(k, &mut self.state.blocks);
            for instances in installed.pieces() {
                self.pointers.read(k, instances.clone(), &self.state.v, &mut self.state.blocks);
                let (before, rest) = self.state.blocks.split_at_mut(k);
                let block = &mut rest[0];
                self.ions.read(k, instances.clone(), before, block, true);
                installed.initialize(&**kernel, instances.clone(), &self.state.v, block, scratch, outbox);
                self.ions.store(k, instances.clone(), before, block, true);
                self.pointers.write(k, instances, &mut self.state.v, &mut self.state.blocks);
            }
            if !outbox.emissions.is_empty() {
                self.check_declared(k as u32, 0.0);
                self.first_answers.push((k as u32, std::mem::take(&mut self.workspace.outbox.emissions)));
            }
        }
        self.state.above.fill(false);
    }

    /// Evaluates the currents at t = 0 without a step, and takes the first samples.
    pub(crate) fn evaluate_initial_currents(&mut self) {
        self.evaluate_currents(0.0);
        let Workspace { matrix, membrane, .. } = &mut self.workspace;
        if let Some(membrane) = membrane {
            membrane.take_equations(matrix, None, self.options.lanes);
            matrix.add_axial_current(&self.state.v);
            membrane.finish_initial(&matrix.rhs, &self.layout.area);
        }
        // No step has been solved: the capacitive current is 0.
        self.workspace.matrix.rhs.fill(0.0);
        self.reach(Stage::BeforeRecording, 0.0);
        self.record(0);
    }

    /// Advances by `steps` steps from `clock`, taking deliveries from the inbox as they fall due; a request to stop that
    /// has waited for too long is a fault.
    pub(crate) fn advance(&mut self, clock: Clock, steps: u64, stop: &StopRequest) {
        let Clock { mut step, mut t } = clock;
        for _ in 0..steps {
            if stop.is_overdue() {
                self.fault = Some(EngineError::Stopped { step: clock.step, t: clock.t });
            }
            if self.fault.is_some() {
                return;
            }
            self.detect(t);
            self.queue_conditions(t);
            self.deliver(2 * step, t + 0.5 * self.options.dt);
            t = self.step(step, t);
            self.deliver(2 * step + 1, t);
            step += 1;
        }
        self.tidy_inbox();
    }

    /// Looks at the watched variables and notes which rose above their thresholds.
    pub(crate) fn detect(&mut self, t: f64) {
        let start = self.profile.start();
        for (k, detector) in self.detectors.iter().enumerate() {
            let above = self.value(detector.quantity) - detector.threshold > 0.0;
            if above && !self.state.above[k] {
                self.detected.push(Detected { source: detector.source, t: t + SPIKE_TIME_OFFSET });
            }
            self.state.above[k] = above;
        }
        self.profile.stop(Phase::Threshold, start);
    }

    /// Sorts what waits in the inbox, so that it does not matter in which order it was put there: entries are numbered in
    /// the order in which connections were created, however cells are grouped and dealt out to ranks.
    pub(crate) fn order_inbox(&mut self) {
        let waiting = &mut self.inbox[self.delivered..];
        if waiting.len() < 2 {
            return;
        }
        let start = self.profile.start();
        waiting.sort_by(|a, b| a.tick.cmp(&b.tick).then(a.t.total_cmp(&b.t)).then_with(|| a.arrival.cmp(&b.arrival)));
        self.profile.stop(Phase::Deliver, start);
    }

    /// Forgets deliveries already taken.
    pub(crate) fn tidy_inbox(&mut self) {
        self.inbox.drain(..self.delivered);
        self.delivered = 0;
    }

    /// One step from `t`; returns the time at its end.
    pub(crate) fn step(&mut self, step: u64, t: f64) -> f64 {
        let end = self.begin_step(t);
        self.transfer_within();
        self.finish_step(step, end);
        end
    }

    /// The first half of a step from `t`, up to where transfers come; returns the time at the end of the step.
    pub(crate) fn begin_step(&mut self, t: f64) -> f64 {
        let dt = self.options.dt;
        let middle = t + 0.5 * dt; // ms
        let end = middle + 0.5 * dt; // ms
        let start = self.profile.start();
        self.play(middle);
        self.evaluate_currents(middle);
        self.profile.stop(Phase::Current, start);
        let start = self.profile.start();
        self.solve();
        let broken = !self.advance_voltage();
        self.profile.stop(Phase::Solve, start);
        if broken {
            self.fault = self.describe_fault(middle, end);
        }
        self.read_sources();
        end
    }

    /// The second half of a step, which ends at `end`.
    pub(crate) fn finish_step(&mut self, step: u64, end: f64) {
        if self.fault.is_some() {
            return;
        }
        let start = self.profile.start();
        self.play(end);
        self.advance_states(end);
        self.reach(Stage::AfterStates, end);
        self.reach(Stage::BeforeRecording, end);
        self.profile.stop(Phase::State, start);
        let start = self.profile.start();
        self.record(step + 1);
        self.profile.stop(Phase::Record, start);
    }

    fn play(&mut self, t: f64) {
        for k in 0..self.state.players.len() {
            let (quantity, player) = &mut self.state.players[k];
            if player.waveform.is_continuous() {
                let (quantity, value) = (*quantity, player.value_at(t));
                self.assign(quantity, value);
            }
        }
    }

    /// Sets a variable of a mechanism, the only kind of quantity that can be played, or a membrane current, until the next is
    /// computed.
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

    fn evaluate_currents(&mut self, t: f64) {
        self.reach(Stage::BeforeCurrent, t);
        let Workspace { matrix, scratch, membrane, .. } = &mut self.workspace;
        matrix.rhs.fill(0.0);
        match self.options.numerics {
            Numerics::Exact => matrix.diagonal.fill(0.0),
            Numerics::Fast => matrix.diagonal.copy_from_slice(&self.passive_diagonal),
        }
        let mut equations = Equations { matrix, membrane: membrane.as_deref_mut() };
        if let Some(membrane) = &mut equations.membrane {
            membrane.begin();
        }
        let Options { numerics, lanes, .. } = self.options;
        for (k, (installed, kernel)) in self.installed.iter().zip(&self.kernels).enumerate() {
            self.ions.begin_currents(k, &mut self.state.blocks);
            if !installed.signature.has_current {
                continue;
            }
            for instances in installed.pieces() {
                self.pointers.read(k, instances.clone(), &self.state.v, &mut self.state.blocks);
                let (before, rest) = self.state.blocks.split_at_mut(k);
                let block = &mut rest[0];
                let evaluation = Evaluation { kernel: &**kernel, numerics, lanes, t, v: &self.state.v };
                self.ions.read(k, instances.clone(), before, block, false);
                installed.add_currents(instances.clone(), evaluation, block, scratch, &mut equations);
                self.ions.add_currents(k, instances.clone(), before, block);
                self.ions.store(k, instances.clone(), before, block, false);
                self.pointers.write(k, instances, &mut self.state.v, &mut self.state.blocks);
            }
        }
    }

    fn solve(&mut self) {
        let Workspace { matrix, membrane, .. } = &mut self.workspace;
        let (factor, lanes) = (self.options.capacitance_factor(), self.options.lanes);
        match self.options.numerics {
            Numerics::Exact => {
                for (d, cm) in matrix.diagonal.iter_mut().zip(&self.layout.capacitance) {
                    *d += factor * cm; // S/cm2
                }
                if let Some(membrane) = membrane {
                    membrane.take_equations(matrix, None, lanes);
                }
                matrix.add_axial_current(&self.state.v);
                matrix.add_axial_conductance();
                matrix.solve();
            }
            Numerics::Fast => {
                if let Some(membrane) = membrane {
                    let (diagonal, capacitance) = (&self.passive_diagonal, &self.layout.capacitance);
                    membrane.take_equations(matrix, Some(Passive { diagonal, capacitance, factor }), lanes);
                }
                lanes.run(Solve { matrix, v: &self.state.v });
            }
        }
        if let Some(membrane) = membrane {
            membrane.finish(&matrix.rhs, &self.layout.area, lanes);
        }
        if self.options.second_order == SecondOrder::CrankNicolsonCurrents {
            self.ions.move_currents(&self.installed, &matrix.rhs, &mut self.state.blocks);
        }
    }

    /// Adds the solution to the voltage, unless a voltage would no longer be finite: then says false.
    fn advance_voltage(&mut self) -> bool {
        let (v, dv) = (&mut self.state.v[..], &self.workspace.matrix.rhs[..]);
        let factor = self.options.voltage_factor();
        self.options.lanes.run(AdvanceVoltage { v, dv, factor })
    }

    fn advance_states(&mut self, t: f64) {
        let scratch = &mut self.workspace.scratch;
        for (k, (installed, kernel)) in self.installed.iter().zip(&self.kernels).enumerate() {
            if !installed.signature.has_state {
                continue;
            }
            for instances in installed.pieces() {
                self.pointers.read(k, instances.clone(), &self.state.v, &mut self.state.blocks);
                let (before, rest) = self.state.blocks.split_at_mut(k);
                let block = &mut rest[0];
                self.ions.read(k, instances.clone(), before, block, false);
                installed.advance(instances.clone(), &**kernel, t, &self.state.v, block, scratch);
                self.ions.store(k, instances.clone(), before, block, false);
                self.pointers.write(k, instances, &mut self.state.v, &mut self.state.blocks);
            }
        }
    }

    /// One solution carries what is not finite to every row of a cell: the one where a mechanism is broken is the one to
    /// name, and only without one the first. The voltages are still those at the start of the step.
    fn describe_fault(&mut self, middle: f64, end: f64) -> Option<EngineError> {
        let factor = self.options.voltage_factor();
        let next: Vec<f64> =
            self.state.v.iter().zip(&self.workspace.matrix.rhs).map(|(v, dv)| v + factor * dv).collect(); // mV
        let rows = (0..self.rows()).filter(|&row| !next[row].is_finite());
        let mut suspects: Vec<((usize, u32), usize)> = rows.map(|row| (self.layout.origin(row), row)).collect();
        suspects.sort_unstable_by_key(|&((cell, node), row)| (self.cells[cell], node, row));
        let &((cell, first_node), first_row) = suspects.first()?;
        let mut of_cell = suspects.iter().filter(|((other, _), _)| *other == cell);
        let culprit = of_cell.find_map(|&((_, node), row)| Some((node, row, self.broken_mechanism(row, middle)?)));
        let (node, row) = culprit.as_ref().map_or((first_node, first_row), |&(node, row, _)| (node, row));
        Some(EngineError::NonFinite {
            cell: self.cells[cell],
            node,
            voltage: next[row],
            t: end,
            mechanism: culprit.map(|(_, _, name)| name),
        })
    }

    /// The name of a mechanism with an instance at a row whose current or variables are not finite.
    fn broken_mechanism(&mut self, row: usize, t: f64) -> Option<String> {
        let Options { numerics, lanes, .. } = self.options;
        let (v, scratch) = (&self.state.v, &mut self.workspace.scratch);
        for ((installed, kernel), block) in self.installed.iter().zip(&self.kernels).zip(&mut self.state.blocks) {
            let evaluation = Evaluation { kernel: &**kernel, numerics, lanes, t, v };
            if installed.is_broken_at(row as u32, evaluation, block, scratch) {
                return Some(installed.signature.name.clone());
            }
        }
        None
    }

    /// Samples what is due after `step` steps.
    fn record(&mut self, step: u64) {
        self.recorded = step;
        let recorders_every = std::mem::take(&mut self.recorders_every);
        let due = recorders_every.iter().filter(|(every, _)| step.is_multiple_of(**every));
        for &recorder in due.flat_map(|(_, recorders)| recorders) {
            let value = self.value(self.recorders[recorder as usize].quantity);
            self.recorders[recorder as usize].samples.push(value);
        }
        self.recorders_every = recorders_every;
    }

    /// Forgets the samples after `step` steps.
    pub(crate) fn cut(&mut self, step: u64) {
        for recorder in &mut self.recorders {
            cut_samples(&mut recorder.samples, recorder.every, step, self.recorded);
        }
        self.recorded = self.recorded.min(step);
    }

    /// Makes room for the samples of `steps` more steps, so that recording does not allocate.
    pub(crate) fn reserve(&mut self, steps: usize) {
        for recorder in &mut self.recorders {
            recorder.samples.reserve(steps / recorder.every + 1);
        }
    }

    /// Forgets the samples so far.
    pub(crate) fn drain(&mut self) {
        for recorder in &mut self.recorders {
            recorder.samples.clear();
        }
    }
}

/// Adds the axial currents to the equations and solves them.
struct Solve<'a> {
    matrix: &'a mut HinesMatrix,
    /// mV.
    v: &'a [f64],
}

impl VectorLoop for Solve<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.matrix.solve_with_axial_current(self.v);
    }
}

/// Adds a multiple of the solution to the voltage, if all voltages stay finite.
struct AdvanceVoltage<'a> {
    /// mV.
    v: &'a mut [f64],
    /// mV.
    dv: &'a [f64],
    factor: f64,
}

impl VectorLoop for AdvanceVoltage<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> bool {
        let stays_finite = stays_finite(self.v, self.dv, self.factor);
        if stays_finite {
            add_multiple(self.v, self.dv, self.factor);
        }
        stays_finite
    }
}

#[inline(always)]
fn stays_finite(v: &[f64], dv: &[f64], factor: f64) -> bool {
    const EXPONENT: u64 = 0x7ff << 52;
    let dv = &dv[..v.len()];
    let mut largest_exponent = 0;
    for k in 0..v.len() {
        let exponent = (v[k] + factor * dv[k]).to_bits() & EXPONENT;
        largest_exponent = if exponent > largest_exponent { exponent } else { largest_exponent };
    }
    largest_exponent != EXPONENT
}

#[inline(always)]
fn add_multiple(v: &mut [f64], dv: &[f64], factor: f64) {
    let dv = &dv[..v.len()];
    for k in 0..v.len() {
        v[k] += factor * dv[k]; // mV
    }
}

/// The instances of a mechanism while they are being joined: for each its row and cell.
struct Joined {
    mechanism: Arc<dyn Mechanism>,
    globals: Arc<[f64]>,
    order: u32,
    block: Block,
    instances: Vec<(u32, u32)>,
}

/// Joins the instances of each mechanism over all cells, in the order in which mechanisms are evaluated; within a
/// mechanism they are in the order of their rows.
fn install(cells: &[CellBlueprint], layout: &Layout) -> (Vec<Installed>, Vec<Block>, Vec<Places>) {
    let mut joined: Vec<Joined> = Vec::new();
    let mut places: Vec<Places> = Vec::with_capacity(cells.len());
    for (cell, blueprint) in cells.iter().enumerate() {
        let mut cell_places = Places::with_capacity(blueprint.placed.len());
        let mut first_instances = Vec::with_capacity(blueprint.placed.len());
        for placed in blueprint.placed.iter() {
            let index = joined.iter().position(|joined| joined.order == placed.order);
            let index = index.unwrap_or_else(|| {
                let block = Block::new(placed.mechanism.signature().defaults(), 0);
                let (mechanism, globals) = (Arc::clone(&placed.mechanism), Arc::clone(&placed.globals));
                joined.push(Joined { mechanism, globals, order: placed.order, block, instances: Vec::new() });
                joined.len() - 1
            });
            let rows = placed.nodes.iter().map(|&node| layout.row(cell, node));
            joined[index].instances.extend(rows.map(|row| (row, cell as u32)));
            cell_places.push((index, vec![0; placed.nodes.len()]));
            first_instances.push(joined[index].block.len());
            let first_stream = joined[index].block.streams.len();
            joined[index].block.append(&placed.block);
            for &numbered in &placed.numbered_streams {
                let stream = &mut joined[index].block.streams[first_stream + numbered];
                let [id1, id2, id3] = stream.ids();
                *stream = Random123::new(id1, id2, id3.wrapping_add(blueprint.first_stream))
                    .with_global_index(stream.global_index());
            }
        }
        for (own_places, value) in &blueprint.own {
            for place in own_places.iter() {
                let (index, _) = cell_places[place.placed];
                let instance = first_instances[place.placed] + place.instance;
                joined[index].block.set(place.column, instance, *value);
            }
        }
        places.push(cell_places);
    }
    let mut evaluation: Vec<usize> = (0..joined.len()).collect();
    evaluation.sort_by_key(|&index| joined[index].order);
    let mut rank = vec![0; joined.len()];
    evaluation.iter().enumerate().for_each(|(place, &index)| rank[index] = place);
    let mut installed: Vec<Installed> = Vec::with_capacity(joined.len());
    let mut blocks = Vec::with_capacity(joined.len());
    let mut new_instance: Vec<Vec<u32>> = vec![Vec::new(); joined.len()];
    for &index in &evaluation {
        let Joined { block, instances, .. } = &mut joined[index];
        // Stable: several point processes at one row keep their order.
        let mut order: Vec<usize> = (0..instances.len()).collect();
        order.sort_by_key(|&instance| instances[instance].0);
        new_instance[index] = vec![0; instances.len()];
        order.iter().zip(0..).for_each(|(&old, new)| new_instance[index][old] = new);
        let rows = order.iter().map(|&instance| instances[instance].0).collect();
        let reordered = std::mem::take(block).reordered(&order);
        let order = joined[index].order;
        let Joined { mechanism, globals, .. } = &joined[index];
        installed.push(Installed::new(Arc::clone(mechanism), Arc::clone(globals), order, rows, &layout.area));
        blocks.push(reordered);
    }
    for (cell, cell_places) in places.iter_mut().enumerate() {
        for (index, instances) in cell_places {
            let first = joined[*index].instances.partition_point(|&(_, other)| (other as usize) < cell);
            for (own, instance) in instances.iter_mut().enumerate() {
                *instance = new_instance[*index][first + own];
            }
            *index = rank[*index];
        }
    }
    (installed, blocks, places)
}
