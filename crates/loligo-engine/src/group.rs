//! A group of cells: advanced alone, because nothing reaches it within an epoch but what is in its inbox.

use std::ops::Range;

use loligo_cable::HinesMatrix;
use loligo_mechanisms::{Context, Event, Ion, Kind, Mechanism, Outbox};

use crate::blueprint::{CellBlueprint, Quantity};
use crate::engine::{Options, SecondOrder};
use crate::error::EngineError;
use crate::installed::{Installed, IonLink};
use crate::profile::{Phase, Profile};
use crate::waveform::{Player, Waveform};

/// A variable within a group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LocalQuantity {
    Voltage(usize),
    CapacitiveCurrent(usize),
    Variable { installed: usize, column: usize, instance: usize },
}

/// Watches a variable for the group.
#[derive(Clone, Debug)]
struct Detector {
    source: u32,
    quantity: LocalQuantity,
    threshold: f64,
    /// Whether it was above at the last look.
    above: bool,
}

#[derive(Clone, Debug)]
struct Recorder {
    quantity: LocalQuantity,
    every: usize,
    samples: Vec<f64>,
}

/// Where a connection ends in a group.
#[derive(Clone, Debug)]
struct Entry {
    installed: u32,
    instance: u32,
    weights: Range<usize>,
}

/// What reaches a group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Arrival {
    /// An event by way of an [`Entry`].
    Event(u32),
    /// A waveform's next time.
    Waveform(u32),
}

/// An arrival with its moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivery {
    /// Twice the step's number; plus one if due by the end of the step rather than by its middle.
    pub(crate) tick: u64,
    pub(crate) t: f64,
    pub(crate) arrival: Arrival,
}

/// A spike detected in a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Detected {
    pub(crate) step: u64,
    pub(crate) source: u32,
    pub(crate) t: f64,
}

/// The clock that all groups share at the start of an epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) step: u64,
    pub(crate) t: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Index of the first cell and where each cell's nodes start.
    first_cell: usize,
    offsets: Vec<usize>,
    capacitance: Vec<f64>,
    entries: Vec<Entry>,
    ions_vary: bool,
    accumulate_ions: bool,
    current_slopes: bool,
    options: Options,
    // State.
    v: Vec<f64>,
    installed: Vec<Installed>,
    weights: Vec<f64>,
    players: Vec<(LocalQuantity, Player)>,
    /// What each played variable was before anything was played.
    unplayed: Vec<f64>,
    detectors: Vec<Detector>,
    recorders: Vec<Recorder>,
    // Workspace.
    matrix: HinesMatrix,
    outbox: Outbox,
    delivered: usize,
    // Exchange.
    pub(crate) inbox: Vec<Delivery>,
    pub(crate) detected: Vec<Detected>,
    pub(crate) fault: Option<EngineError>,
    pub(crate) profile: Profile,
}

/// Where a cell's `placed` entries went: index of the installed mechanism and of the first instance.
pub(crate) type Places = Vec<(usize, usize)>;

impl Group {
    /// Joins consecutive cells, of which the first has index `first_cell`; also says where their mechanisms went.
    pub(crate) fn new(first_cell: usize, cells: Vec<CellBlueprint>, options: &Options) -> (Self, Vec<Places>) {
        let mut offsets = Vec::with_capacity(cells.len());
        let (mut parent, mut to_parent, mut from_parent) = (Vec::new(), Vec::new(), Vec::new());
        let (mut area, mut capacitance) = (Vec::new(), Vec::new());
        for cell in &cells {
            let offset = parent.len();
            offsets.push(offset);
            let shift = |&p: &u32| if p == loligo_cable::NO_PARENT { p } else { p + offset as u32 };
            parent.extend(cell.cable.parent.iter().map(shift));
            to_parent.extend_from_slice(&cell.cable.to_parent);
            from_parent.extend_from_slice(&cell.cable.from_parent);
            area.extend_from_slice(&cell.cable.area);
            capacitance.extend_from_slice(&cell.cable.capacitance);
        }
        let (installed, places) = install(cells, &offsets, &area);
        let group = Self {
            first_cell,
            offsets,
            capacitance,
            entries: Vec::new(),
            ions_vary: false,
            accumulate_ions: options.second_order == SecondOrder::CrankNicolsonCurrents,
            current_slopes: options.second_order == SecondOrder::CrankNicolsonCurrents,
            options: options.clone(),
            v: vec![0.0; parent.len()],
            installed,
            weights: Vec::new(),
            players: Vec::new(),
            unplayed: Vec::new(),
            detectors: Vec::new(),
            recorders: Vec::new(),
            matrix: HinesMatrix::new(parent, to_parent, from_parent),
            outbox: Outbox::default(),
            delivered: 0,
            inbox: Vec::new(),
            detected: Vec::new(),
            fault: None,
            profile: Profile::new(options.profile),
        };
        (group, places)
    }

    /// Finds a quantity of one of the group's cells.
    pub(crate) fn locate(&mut self, quantity: Quantity, places: &[Places]) -> Option<LocalQuantity> {
        match quantity {
            Quantity::Voltage { cell, node } => {
                Some(LocalQuantity::Voltage(self.offsets[cell - self.first_cell] + node as usize))
            }
            Quantity::CapacitiveCurrent { cell, node } => {
                Some(LocalQuantity::CapacitiveCurrent(self.offsets[cell - self.first_cell] + node as usize))
            }
            Quantity::Membrane { cell, placed, column, instance } => {
                let (installed, first) = places[cell - self.first_cell][placed];
                if self.installed[installed].mechanism.description().kind == Kind::Ion {
                    self.accumulate_ions = true;
                    self.current_slopes |= column == Ion::CURRENT_SLOPE;
                }
                Some(LocalQuantity::Variable { installed, column, instance: first + instance })
            }
            Quantity::Artificial { .. } => None,
        }
    }

    pub(crate) fn add_detector(&mut self, source: u32, quantity: LocalQuantity, threshold: f64) {
        self.detectors.push(Detector { source, quantity, threshold, above: false });
    }

    pub(crate) fn add_recorder(&mut self, quantity: LocalQuantity, every: usize) -> usize {
        self.recorders.push(Recorder { quantity, every, samples: Vec::new() });
        self.recorders.len() - 1
    }

    pub(crate) fn add_player(&mut self, quantity: LocalQuantity, waveform: Waveform) -> u32 {
        if let LocalQuantity::Variable { installed, .. } = quantity
            && self.installed[installed].mechanism.description().kind == Kind::Ion
        {
            self.ions_vary = true;
        }
        self.unplayed.push(self.value(quantity));
        self.players.push((quantity, Player::new(waveform)));
        (self.players.len() - 1) as u32
    }

    /// Opens an entry for a connection to an instance.
    pub(crate) fn add_entry(&mut self, place: (usize, usize), instance: usize, weight: &[f64]) -> u32 {
        let start = self.weights.len();
        self.weights.extend_from_slice(weight);
        self.entries.push(Entry {
            installed: place.0 as u32,
            instance: (place.1 + instance) as u32,
            weights: start..self.weights.len(),
        });
        (self.entries.len() - 1) as u32
    }

    pub(crate) fn value(&self, quantity: LocalQuantity) -> f64 {
        match quantity {
            LocalQuantity::Voltage(node) => self.v[node],
            LocalQuantity::CapacitiveCurrent(node) => {
                0.001 * self.options.capacitance_rate() * self.capacitance[node] * self.matrix.rhs[node] // mA/cm2
            }
            LocalQuantity::Variable { installed, column, instance } => {
                self.installed[installed].block.column(column)[instance]
            }
        }
    }

    pub(crate) fn recorded_value(&self, recorder: usize) -> f64 {
        self.value(self.recorders[recorder].quantity)
    }

    pub(crate) fn samples(&self, recorder: usize) -> &[f64] {
        &self.recorders[recorder].samples
    }

    pub(crate) fn compartments(&self) -> usize {
        self.matrix.len()
    }

    /// Rewinds waveforms and gives what they played onto its own value back; their events at t = 0 are to be delivered next.
    pub(crate) fn rewind(&mut self) {
        for k in 0..self.players.len() {
            let (quantity, player) = &mut self.players[k];
            player.rewind();
            let quantity = *quantity;
            self.assign(quantity, Some(self.unplayed[k]));
        }
        self.inbox.clear();
        self.delivered = 0;
        self.detected.clear();
        self.fault = None;
        self.profile = Profile::new(self.options.profile);
    }

    /// Sets voltages and states for t = 0.
    pub(crate) fn initialize(&mut self) {
        self.v.fill(self.options.v_init);
        let context = self.context(0.0);
        for k in 0..self.installed.len() {
            let (before, rest) = self.installed.split_at_mut(k);
            rest[0].read_ions(before);
            rest[0].initialize(&context, &self.v);
        }
        self.detectors.iter_mut().for_each(|detector| detector.above = false);
    }

    /// Evaluates the currents at t = 0 without a step, and takes the first samples.
    pub(crate) fn evaluate_initial_currents(&mut self) {
        self.evaluate_currents(0.0);
        // No step has been solved: the capacitive current is 0.
        self.matrix.rhs.fill(0.0);
        for recorder in &mut self.recorders {
            recorder.samples.clear();
        }
        self.record(0);
    }

    /// Advances by `steps` steps from `clock`, taking deliveries from the inbox as they fall due.
    pub(crate) fn advance(&mut self, clock: Clock, steps: u64) {
        let Clock { mut step, mut t } = clock;
        for _ in 0..steps {
            if self.fault.is_some() {
                return;
            }
            self.detect(step, t);
            self.deliver(2 * step);
            t = self.step(step, t);
            self.deliver(2 * step + 1);
            step += 1;
        }
        self.inbox.drain(..self.delivered);
        self.delivered = 0;
    }

    /// Looks at the watched variables and notes which rose above their thresholds.
    pub(crate) fn detect(&mut self, step: u64, t: f64) {
        let start = self.profile.start();
        for k in 0..self.detectors.len() {
            let value = self.value(self.detectors[k].quantity);
            let detector = &mut self.detectors[k];
            let above = value - detector.threshold > 0.0;
            if above && !detector.above {
                self.detected.push(Detected { step, source: detector.source, t });
            }
            detector.above = above;
        }
        self.profile.stop(Phase::Threshold, start);
    }

    /// Takes from the inbox what is due by `tick`.
    pub(crate) fn deliver(&mut self, tick: u64) {
        if self.delivered == self.inbox.len() {
            return;
        }
        let start = self.profile.start();
        while let Some(delivery) = self.inbox.get(self.delivered).copied().filter(|delivery| delivery.tick <= tick) {
            self.delivered += 1;
            match delivery.arrival {
                Arrival::Event(entry) => {
                    let Entry { installed, instance, ref weights } = self.entries[entry as usize];
                    let installed = &mut self.installed[installed as usize];
                    let event = Event { instance: instance as usize, t: delivery.t, flag: 0 };
                    let weight = &mut self.weights[weights.clone()];
                    installed.mechanism.receive(event, weight, &mut installed.block, &mut self.outbox);
                }
                Arrival::Waveform(player) => {
                    let (quantity, player) = &mut self.players[player as usize];
                    let value = player.reach(delivery.t);
                    let quantity = *quantity;
                    self.assign(quantity, value);
                }
            }
        }
        self.profile.stop(Phase::Deliver, start);
    }

    /// Forgets deliveries already taken; between epochs of one step.
    pub(crate) fn tidy_inbox(&mut self) {
        self.inbox.drain(..self.delivered);
        self.delivered = 0;
    }

    /// One step from `t`; returns the time at its end.
    pub(crate) fn step(&mut self, step: u64, t: f64) -> f64 {
        let dt = self.options.dt;
        let middle = t + 0.5 * dt; // ms
        let end = middle + 0.5 * dt; // ms
        self.play(middle);
        self.evaluate_currents(middle);
        let start = self.profile.start();
        self.solve();
        self.profile.stop(Phase::Solve, start);
        if let Some(node) = self.advance_voltage() {
            self.fault = Some(self.describe_fault(node, end));
            return end;
        }
        self.play(end);
        let start = self.profile.start();
        let context = self.context(end);
        for installed in &mut self.installed {
            if installed.mechanism.description().has_state {
                installed.advance(&context, &self.v);
            }
        }
        self.profile.stop(Phase::State, start);
        let start = self.profile.start();
        self.record(step + 1);
        self.profile.stop(Phase::Record, start);
        end
    }

    fn context(&self, t: f64) -> Context {
        Context {
            t,
            dt: self.options.dt,
            celsius: self.options.celsius,
            numerics: self.options.numerics,
            lanes: self.options.lanes,
            current_slopes: self.current_slopes,
        }
    }

    fn play(&mut self, t: f64) {
        for k in 0..self.players.len() {
            let (quantity, player) = &mut self.players[k];
            if player.waveform.is_continuous() {
                let (quantity, value) = (*quantity, player.value_at(t));
                self.assign(quantity, value);
            }
        }
    }

    fn assign(&mut self, quantity: LocalQuantity, value: Option<f64>) {
        let Some(value) = value else { return };
        match quantity {
            LocalQuantity::Voltage(node) => self.v[node] = value,
            LocalQuantity::CapacitiveCurrent(_) => {}
            LocalQuantity::Variable { installed, column, instance } => {
                self.installed[installed].block.column_mut(column)[instance] = value;
            }
        }
    }

    fn evaluate_currents(&mut self, t: f64) {
        let start = self.profile.start();
        self.matrix.clear();
        let context = self.context(t);
        for k in 0..self.installed.len() {
            if !self.installed[k].mechanism.description().has_current {
                continue;
            }
            if self.ions_vary {
                let (before, rest) = self.installed.split_at_mut(k);
                rest[0].read_ions(before);
            }
            self.installed[k].add_currents(&context, &self.v, &mut self.matrix);
        }
        if self.accumulate_ions {
            self.sum_ion_currents();
        }
        self.profile.stop(Phase::Current, start);
    }

    fn sum_ion_currents(&mut self) {
        for installed in &mut self.installed {
            if installed.mechanism.description().kind == Kind::Ion {
                installed.block.column_mut(Ion::CURRENT).fill(0.0);
                installed.block.column_mut(Ion::CURRENT_SLOPE).fill(0.0);
            }
        }
        for k in 0..self.installed.len() {
            let (before, rest) = self.installed.split_at_mut(k);
            for link in &rest[0].ions {
                let pairs = [(link.columns.current, Ion::CURRENT), (link.columns.current_slope, Ion::CURRENT_SLOPE)];
                for (own, column) in pairs {
                    let share = rest[0].block.column(own);
                    let sum = before[link.ion].block.column_mut(column);
                    for (share, &instance) in share.iter().zip(&link.instances) {
                        sum[instance as usize] += share;
                    }
                }
            }
        }
    }

    fn solve(&mut self) {
        let rate = 0.001 * self.options.capacitance_rate(); // 1/ms times 1e-3: uF/cm2 become S/cm2
        for (d, cm) in self.matrix.diagonal.iter_mut().zip(&self.capacitance) {
            *d += rate * cm; // S/cm2
        }
        self.matrix.add_axial_current(&self.v);
        self.matrix.add_axial_conductance();
        self.matrix.solve();
        if self.options.second_order == SecondOrder::CrankNicolsonCurrents {
            for installed in &mut self.installed {
                if installed.mechanism.description().kind == Kind::Ion {
                    let [current, slope] = installed.block.columns_mut([Ion::CURRENT, Ion::CURRENT_SLOPE]);
                    for ((i, slope), &node) in current.iter_mut().zip(slope).zip(&installed.nodes) {
                        *i += *slope * self.matrix.rhs[node as usize]; // mA/cm2
                    }
                }
            }
        }
    }

    /// Adds the solution to the voltage; returns the first node whose voltage is no longer finite.
    fn advance_voltage(&mut self) -> Option<usize> {
        let factor = if self.options.second_order == SecondOrder::BackwardEuler { 1.0 } else { 2.0 };
        const EXPONENT: u64 = 0x7ff << 52;
        let mut largest_exponent = 0;
        for (v, dv) in self.v.iter_mut().zip(&self.matrix.rhs) {
            *v += factor * dv; // mV
            largest_exponent = largest_exponent.max(v.to_bits() & EXPONENT);
        }
        (largest_exponent == EXPONENT).then(|| self.v.iter().position(|v| !v.is_finite()))?
    }

    /// One solution carries what is not finite to every node of a cell: the node where a mechanism is broken is the one to name,
    /// and only without one the first.
    fn describe_fault(&self, first: usize, t: f64) -> EngineError {
        let cell = self.offsets.partition_point(|&offset| offset <= first) - 1;
        let end = self.offsets.get(cell + 1).copied().unwrap_or(self.v.len());
        let mut suspects = (first..end).filter(|&node| !self.v[node].is_finite());
        let broken = |node: usize| self.installed.iter().find(|installed| installed.is_broken_at(node as u32));
        let culprit = suspects.find_map(|node| broken(node).map(|installed| (node, installed)));
        let node = culprit.map_or(first, |(node, _)| node);
        EngineError::NonFinite {
            cell: self.first_cell + cell,
            node: (node - self.offsets[cell]) as u32,
            voltage: self.v[node],
            t,
            mechanism: culprit.map(|(_, installed)| installed.mechanism.description().name),
        }
    }

    /// Samples what is due after `step` steps.
    fn record(&mut self, step: u64) {
        for k in 0..self.recorders.len() {
            if step.is_multiple_of(self.recorders[k].every as u64) {
                let value = self.value(self.recorders[k].quantity);
                self.recorders[k].samples.push(value);
            }
        }
    }

    /// Makes room for the samples of `steps` more steps, so that recording does not allocate.
    pub(crate) fn reserve(&mut self, steps: usize) {
        for recorder in &mut self.recorders {
            recorder.samples.reserve(steps / recorder.every + 1);
        }
    }
}

/// Joins the instances of each mechanism over all cells, in the order in which mechanisms are evaluated.
fn install(cells: Vec<CellBlueprint>, offsets: &[usize], area: &[f64]) -> (Vec<Installed>, Vec<Places>) {
    let mut found: Vec<&'static dyn Mechanism> = Vec::new();
    for placed in cells.iter().flat_map(|cell| &cell.placed) {
        if !found.iter().any(|mechanism| is_same(*mechanism, placed.mechanism)) {
            found.push(placed.mechanism);
        }
    }
    found.sort_by_key(|mechanism| mechanism.description().order);
    let mut parts: Vec<(Vec<u32>, Option<loligo_mechanisms::Block>)> = found.iter().map(|_| (Vec::new(), None)).collect();
    let mut places = Vec::with_capacity(cells.len());
    for (cell, &offset) in cells.into_iter().zip(offsets) {
        let mut cell_places = Places::with_capacity(cell.placed.len());
        for placed in cell.placed {
            let index = found.iter().position(|mechanism| is_same(*mechanism, placed.mechanism));
            let index = index.unwrap_or_default(); // every placed mechanism was found above
            let (nodes, block) = &mut parts[index];
            cell_places.push((index, nodes.len()));
            nodes.extend(placed.nodes.iter().map(|node| node + offset as u32));
            match block {
                Some(block) => block.append(placed.block),
                None => *block = Some(placed.block),
            }
        }
        places.push(cell_places);
    }
    let mut installed: Vec<Installed> = found
        .into_iter()
        .zip(parts)
        .map(|(mechanism, (nodes, block))| Installed::new(mechanism, nodes, block.unwrap_or_default(), area))
        .collect();
    for k in 0..installed.len() {
        installed[k].ions = link_ions(&installed, k);
    }
    (installed, places)
}

fn is_same(a: &dyn Mechanism, b: &dyn Mechanism) -> bool {
    a.description().name == b.description().name && a.variant() == b.variant()
}

/// Finds, for each ion that a mechanism uses, the ion's instance at each of the mechanism's nodes.
fn link_ions(installed: &[Installed], k: usize) -> Vec<IonLink> {
    let own = &installed[k];
    let link = |columns: &loligo_mechanisms::IonUse| {
        let ion = installed.iter().position(|other| other.mechanism.description().name == columns.ion)?;
        let instances: Option<Vec<u32>> = own
            .nodes
            .iter()
            .map(|node| installed[ion].nodes.binary_search(node).ok().map(|instance| instance as u32))
            .collect();
        Some(IonLink { ion, instances: instances?, columns: *columns })
    };
    own.mechanism.description().ions.iter().filter_map(link).collect()
}
