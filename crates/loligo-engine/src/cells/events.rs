//! Events in a group: events that point processes receive and send, and conditions that they watch.
//!
//! A group itself delivers the events that its point processes send to themselves, so that it can advance through an
//! epoch without other groups. The order at one instant is: waveforms, then events of connections in the order in which
//! the connections were created, then self events in the order in which the cell sent them. This order is the same for
//! any grouping. Where NEURON's order of one queue is required, the router hands out events one by one
//! (`engine/one_by_one.rs`): the cells [receive](Cells::receive) each event, and the resulting events go onto the
//! router's queue.

use loligo_events::{FifoHandle, FifoQueue};
use loligo_mechanisms::{Block, Emission, Event};

use super::{Arrival, Cells, Delivery, Detected};
use crate::emissions::{Carrier, carry_out};
use crate::error::{EngineError, Sender, SendingFault};
use crate::inputs::{Input, NO_INPUT};
use crate::profile::Phase;

/// If a condition is not below this value when it is first evaluated, it counts as already risen (NEURON's
/// `hoc_epsilon`).
const RISEN_ALREADY: f64 = -1e-11;

/// The largest number of self events that this many instances may send in half a step.
pub(crate) fn most_self_events(senders: usize) -> usize {
    const MOST: usize = 100_000;
    const MOST_OF_SENDER: usize = 1000;
    MOST.max(senders.saturating_mul(MOST_OF_SENDER))
}

/// An event for an instance of the group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PointEvent {
    /// Index among the installed mechanisms.
    pub(crate) installed: u32,
    pub(crate) instance: u32,
    /// 0 for an event from a connection.
    pub(crate) flag: f64,
    /// The connection through which the event arrived, or, for a self event, that of the event in response
    /// to which it was sent; else [`NO_INPUT`].
    pub(crate) input: u32,
}

/// A condition that an instance watches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Watch {
    /// Position in the order in which conditions are evaluated.
    pub(crate) order: u64,
    pub(crate) installed: u32,
    pub(crate) instance: u32,
    pub(crate) condition: u32,
    pub(crate) flag: f64,
    /// True if it was above 0 when it was last evaluated.
    pub(crate) above: bool,
}

/// The self events of the instances of a group, and the conditions that they watch.
#[derive(Clone, Debug, Default)]
pub(super) struct PointEvents {
    /// For each installed mechanism that sends events: the number of its first instance among all
    /// senders.
    first_sender: Vec<Option<u32>>,
    /// The number of each sender as a source, if a connection or a record starts at it.
    sources: Vec<Option<u32>>,
    /// Self-events, unless the router queues them.
    pub(super) queue: FifoQueue<PointEvent>,
    /// The pending self event of flag 1 of each sender.
    movable: Vec<Option<FifoHandle>>,
    pub(super) watches: Vec<Watch>,
    /// Number of conditions activated so far.
    activations: u64,
}

impl Cells {
    /// Numbers the instances that send events.
    pub(super) fn number_senders(&mut self) {
        let mut senders = 0;
        let first_sender = self.installed.iter().map(|installed| {
            let first = senders;
            let sends = installed.signature.sends_events;
            senders += if sends { installed.rows.len() as u32 } else { 0 };
            sends.then_some(first)
        });
        self.events.first_sender = first_sender.collect();
        self.events.sources = vec![None; senders as usize];
        self.events.movable = vec![None; senders as usize];
    }

    /// Number of instances that send events.
    pub(crate) fn senders(&self) -> u32 {
        self.events.sources.len() as u32
    }

    /// The number of an instance among those that send events.
    pub(crate) fn sender(&self, installed: u32, instance: u32) -> Option<u32> {
        Some(self.events.first_sender[installed as usize]? + instance)
    }

    /// The installed mechanism and instance of a sender.
    pub(crate) fn instance_of_sender(&self, sender: u32) -> (u32, u32) {
        let firsts =
            self.events.first_sender.iter().zip(0..).filter_map(|(first, installed)| Some(((*first)?, installed)));
        let last = firsts.take_while(|&(first, _)| first <= sender).last();
        last.map_or((0, 0), |(first, installed)| (installed, sender - first))
    }

    /// Registers an instance as a source of spikes.
    pub(crate) fn add_source_point(&mut self, installed: usize, instance: u32, source: u32) {
        if let Some(sender) = self.sender(installed as u32, instance) {
            self.events.sources[sender as usize] = Some(source);
        }
    }

    /// The source number of an instance.
    pub(crate) fn source_of(&self, installed: u32, instance: u32) -> Option<u32> {
        self.events.sources[self.sender(installed, instance)? as usize]
    }

    /// Drops pending events and watched conditions.
    pub(super) fn forget_events(&mut self) {
        self.events.queue.clear();
        self.events.movable.fill(None);
        self.events.watches.clear();
        self.events.activations = 0;
        self.workspace.outbox.emissions.clear();
    }

    /// The event that a connection delivers.
    pub(crate) fn event_of_input(&self, input: u32) -> PointEvent {
        let Input { mechanism, instance, .. } = self.state.inputs.get(input);
        PointEvent { installed: mechanism, instance, flag: 0.0, input }
    }

    /// Delivers an event to its instance, at `t` (ms); the actions that it requests are kept for
    /// [`take_answers`](Self::take_answers).
    pub(crate) fn receive(&mut self, event: PointEvent, t: f64) {
        self.call_receiver(event, t, false);
    }

    /// Prepares a connection for the start of a run; the requested actions are kept likewise.
    pub(crate) fn initialize_connection(&mut self, input: u32) {
        let event = self.event_of_input(input);
        match self.installed[event.installed as usize].signature.initializes_connections {
            true => self.call_receiver(event, 0.0, true),
            false => self.state.inputs.weights_mut(input).iter_mut().skip(1).for_each(|weight| *weight = 0.0),
        }
    }

    /// Adds the weights of a connection to the states of its instance, if this is all that an event does; otherwise
    /// returns false.
    #[inline]
    fn add_weights(&mut self, input: u32) -> bool {
        let Input { mechanism, instance, .. } = self.state.inputs.get(input);
        let index = mechanism as usize;
        let Some(lumps) = &mut self.lumps[index] else { return false };
        let weights = self.state.inputs.weights(input);
        lumps.add_weights(&mut self.state.blocks[index], instance as usize, self.state.advances, weights)
    }

    fn call_receiver(&mut self, event: PointEvent, t: f64, connection_is_new: bool) {
        let PointEvent { installed: k, instance, flag, input } = event;
        let (index, alone) = (k as usize, instance as usize..instance as usize + 1);
        let signature = &self.installed[index].signature;
        self.pointers.read(index, alone.clone(), &self.state.v, &mut self.state.blocks);
        let (before, rest) = self.state.blocks.split_at_mut(index);
        let block = &mut rest[0];
        self.ions.read_concentrations(index, alone.clone(), before, block);
        let v = &mut self.state.v[self.installed[index].rows[instance as usize] as usize]; // mV
        let weights = self.state.inputs.seen_by((k, instance), input, signature.visits_connections);
        let event = Event { t, v, flag, weights };
        let super::Workspace { scratch, outbox, .. } = &mut self.workspace;
        outbox.first = instance;
        let kernel = &self.kernels[index];
        let handle = |block: &mut Block| {
            let own = block.instances(alone.clone(), &mut scratch.kernel);
            match connection_is_new {
                true => kernel.initialize_connection(event, own, outbox),
                false => kernel.receive(event, own, outbox),
            }
        };
        match &mut self.lumps[index] {
            Some(lumps) if lumps.has(instance as usize) => {
                lumps.add(block, instance as usize, self.state.advances, handle);
            }
            _ => handle(block),
        }
        self.ions.store_states(index, alone.clone(), before, block);
        self.pointers.write(index, alone, &mut self.state.v, &mut self.state.blocks);
        if !self.workspace.outbox.emissions.is_empty() {
            self.check_declared(k, t);
        }
    }

    /// It is a fault if a mechanism sends events and its signature does not declare this.
    pub(super) fn check_declared(&mut self, installed: u32, t: f64) {
        if self.events.first_sender[installed as usize].is_none() {
            let undeclared = std::mem::take(&mut self.workspace.outbox.emissions);
            let instance = undeclared.first().map_or(0, |&(instance, _)| instance);
            self.fault_of_sender(installed, instance, SendingFault::NotDeclared, t);
        }
    }

    /// The actions requested since they were last taken, by instances of the installed mechanism that was called.
    pub(crate) fn take_answers(&mut self) -> Option<Vec<(u32, Emission)>> {
        let answers = &mut self.workspace.outbox.emissions;
        (!answers.is_empty()).then(|| std::mem::take(answers))
    }

    /// Returns the memory of actions that were carried out.
    pub(crate) fn return_answers(&mut self, mut answers: Vec<(u32, Emission)>) {
        answers.clear();
        self.workspace.outbox.emissions = answers;
    }

    /// Carries out the actions that instances requested, with the group's own queue.
    pub(super) fn carry_out_answers(&mut self, installed: u32, input: u32, t: f64) {
        let Some(answers) = self.take_answers() else { return };
        let own_queue = &mut OwnQueue { installed, input, group: self };
        if let Err((instance, fault)) = carry_out(answers.iter().copied(), t, own_queue) {
            self.fault_of_sender(installed, instance, fault, t);
        }
        self.return_answers(answers);
    }

    /// Records the fault of an instance that sent an impossible event.
    pub(crate) fn fault_of_sender(&mut self, installed: u32, instance: u32, fault: SendingFault, t: f64) {
        let installed = &self.installed[installed as usize];
        let (cell, node) = self.layout.origin(installed.rows[instance as usize] as usize);
        let sender = Sender::Point { cell: self.cells[cell], node };
        let mechanism = installed.signature.name.clone();
        self.fault.get_or_insert(EngineError::Sending { sender, mechanism, fault, t });
    }

    /// Starts watching a condition of an instance, at position `order` of all conditions that are watched. If it is the
    /// `first` of this reply, the instance stops watching all others.
    pub(crate) fn watch(
        &mut self,
        (installed, instance): (u32, u32),
        condition: u32,
        flag: f64,
        first: bool,
        order: u64,
    ) {
        if first {
            self.events.watches.retain(|watch| (watch.installed, watch.instance) != (installed, instance));
        }
        let watch = Watch { order, installed, instance, condition, flag, above: false };
        let above = self.value_of_condition(&watch) >= RISEN_ALREADY;
        self.events.watches.push(Watch { above, ..watch });
    }

    fn value_of_condition(&mut self, watch: &Watch) -> f64 {
        let Watch { installed, instance, condition, .. } = *watch;
        let (index, alone) = (installed as usize, instance as usize..instance as usize + 1);
        self.pointers.read(index, alone.clone(), &self.state.v, &mut self.state.blocks);
        let v = self.state.v[self.installed[index].rows[instance as usize] as usize]; // mV
        let own = self.state.blocks[index].instances(alone, &mut self.workspace.scratch.kernel);
        self.kernels[index].condition(condition, v, own)
    }

    /// Evaluates the watched conditions and returns the events of those that rose above 0, with the order in which they
    /// were activated.
    pub(crate) fn look_at_conditions(&mut self) -> Vec<(u64, PointEvent)> {
        let mut risen = Vec::new();
        if self.events.watches.is_empty() {
            return risen;
        }
        let mut watches = std::mem::take(&mut self.events.watches);
        for watch in &mut watches {
            let above = self.value_of_condition(watch) > 0.0;
            if above && !watch.above {
                let Watch { installed, instance, flag, .. } = *watch;
                risen.push((watch.order, PointEvent { installed, instance, flag, input: NO_INPUT }));
            }
            watch.above = above;
        }
        self.events.watches = watches;
        risen
    }

    /// Evaluates the watched conditions at `t` (ms) and puts their events on the group's own queue.
    pub(crate) fn queue_conditions(&mut self, t: f64) {
        for (_, event) in self.look_at_conditions() {
            self.events.queue.insert(t, event);
        }
    }

    /// Delivers the events due by `tick`, which is at `until` (ms), from the inbox and from the group's own
    /// queue.
    pub(crate) fn deliver(&mut self, tick: u64, until: f64) {
        let own_is_due = self.events.queue.next_time().is_some_and(|t| t <= until);
        if self.inbox.next(tick).is_none() && !own_is_due {
            return;
        }
        let start = self.profile.start();
        let mut self_events = 0;
        while self.fault.is_none() {
            let delivery = self.inbox.next(tick);
            let before_delivery = |t: f64| t <= until && delivery.is_none_or(|delivery| t < delivery.t);
            if self.events.queue.next_time().is_some_and(before_delivery) {
                if let Some((t, event)) = self.events.queue.pop_until(until) {
                    self_events += 1;
                    self.deliver_own(event, t, self_events);
                }
            } else if let Some(Delivery { t, arrival, .. }) = delivery {
                self.inbox.take();
                self.take(arrival, t);
            } else {
                break;
            }
        }
        self.profile.stop(Phase::Deliver, start);
    }

    /// Delivers a self event, the `count`-th in this half of a step.
    fn deliver_own(&mut self, event: PointEvent, t: f64, count: usize) {
        let PointEvent { installed, instance, flag, input } = event;
        let limit = most_self_events(self.events.sources.len());
        if count > limit {
            return self.fault_of_sender(installed, instance, SendingFault::TooMany { limit }, t);
        }
        if let Some(sender) = self.sender(installed, instance)
            && flag == 1.0
        {
            self.events.movable[sender as usize] = None;
        }
        self.receive(event, t);
        self.carry_out_answers(installed, input, t);
    }

    /// Delivers an arrival from outside the group.
    fn take(&mut self, arrival: Arrival, t: f64) {
        match arrival {
            Arrival::Event(input) if self.add_weights(input) => {}
            Arrival::Event(input) => {
                let event = self.event_of_input(input);
                self.receive(event, t);
                self.carry_out_answers(event.installed, input, t);
            }
            Arrival::Waveform(player) => self.play_step(player, t),
        }
    }

    /// The events on the group's own queue in the order of delivery; the flag is true for an event that can be
    /// moved.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (f64, PointEvent, bool)> {
        self.events.queue.waiting().map(|(t, handle, &event)| {
            let sender = self.sender(event.installed, event.instance);
            let movable = sender.and_then(|sender| self.events.movable[sender as usize]) == Some(handle);
            (t, event, movable)
        })
    }

    /// Puts an event back on the group's own queue.
    pub(crate) fn restore_event(&mut self, event: PointEvent, t: f64, movable: bool) {
        let handle = self.events.queue.insert(t, event);
        if let (Some(sender), true) = (self.sender(event.installed, event.instance), movable) {
            self.events.movable[sender as usize] = Some(handle);
        }
    }

    /// The conditions that are watched.
    pub(crate) fn watches(&self) -> &[Watch] {
        &self.events.watches
    }

    /// Restores a watched condition.
    pub(crate) fn restore_watch(&mut self, watch: Watch) {
        self.events.activations = self.events.activations.max(watch.order + 1);
        self.events.watches.push(watch);
    }

    /// A key that sorts instances of installed mechanisms in the order in which NEURON initialises them: by mechanism,
    /// then by node; the roots of all cells come first.
    pub(crate) fn place_in_order(&self, installed: u32, instance: u32) -> (u32, bool, usize, u32, u32) {
        let own = &self.installed[installed as usize];
        let (cell, node) = self.layout.origin(own.rows[instance as usize] as usize);
        (own.order, node != 0, self.cells[cell], node, instance)
    }

    /// The actions that instances requested when they were initialised, by installed mechanism.
    pub(crate) fn take_first_answers(&mut self) -> Vec<(u32, Vec<(u32, Emission)>)> {
        std::mem::take(&mut self.first_answers)
    }

    /// Carries out these first actions with the group's own queue.
    pub(crate) fn carry_out_first_answers(&mut self) {
        for (installed, answers) in self.take_first_answers() {
            self.workspace.outbox.emissions = answers;
            self.carry_out_answers(installed, NO_INPUT, 0.0);
        }
    }

    /// Carries out the actions that an instance requested when one of its connections was
    /// initialised.
    pub(crate) fn carry_out_answers_to(&mut self, input: u32) {
        let installed = self.state.inputs.get(input).mechanism;
        self.carry_out_answers(installed, input, 0.0);
    }

    /// Number of incoming connections.
    pub(crate) fn inputs(&self) -> usize {
        self.state.inputs.len()
    }
}

/// The group's own queue, used unless the router queues the self events of point processes.
struct OwnQueue<'a> {
    installed: u32,
    input: u32,
    group: &'a mut Cells,
}

impl Carrier for OwnQueue<'_> {
    fn spike(&mut self, instance: u32, at: f64) {
        if let Some(source) = self.group.source_of(self.installed, instance) {
            self.group.detected.push(Detected { source, t: at });
        }
    }

    fn send(&mut self, instance: u32, at: f64, flag: f64) {
        let event = PointEvent { installed: self.installed, instance, flag, input: self.input };
        let handle = self.group.events.queue.insert(at, event);
        if let Some(sender) = self.group.sender(self.installed, instance)
            && flag == 1.0
        {
            self.group.events.movable[sender as usize] = Some(handle);
        }
    }

    fn reschedule(&mut self, instance: u32, at: f64) -> bool {
        let Some(sender) = self.group.sender(self.installed, instance) else { return false };
        let events = &mut self.group.events;
        let moved = events.movable[sender as usize].and_then(|handle| events.queue.reschedule(handle, at));
        events.movable[sender as usize] = moved;
        moved.is_some()
    }

    fn watch(&mut self, instance: u32, condition: u32, flag: f64, is_first: bool) -> bool {
        let order = self.group.events.activations;
        self.group.events.activations += 1;
        self.group.watch((self.installed, instance), condition, flag, is_first, order);
        true
    }
}

#[cfg(test)]
mod tests;
