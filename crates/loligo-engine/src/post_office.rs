//! Who hears of a spike, and when: the event queue, connections, and the cells that live by events alone.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use loligo_events::{EventHandle, EventQueue};
use loligo_mechanisms::{Block, CompileError, Emission, Event, Identity, Kernel, KernelScratch, Mechanism, Outbox};

use crate::emissions::{Carrier, carry_out};
use crate::error::{EngineError, Sender, SendingFault};
use crate::event_names::EventNames;
use crate::group::{Arrival, Clock, Delivery, Group, PointEvent, most_self_events};
use crate::inputs::{Input, Inputs, NO_INPUT};
use crate::kernel_cache::KernelCache;
use crate::options::Options;
use crate::spike::Spike;
use crate::state::{Misfit, Waiting, WaitingEvent};
use crate::stop::StopRequest;

/// Bytes for each connection that are not counted against [`Options::event_room`](crate::Options::event_room).
const ROOM_OF_CONNECTION: usize = 128;

/// What is allowed before a run ends with an error.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    /// Bytes of events and spikes that wait.
    room: usize,
    /// Events delivered in half a step.
    deliveries: usize,
    /// Spikes and events to itself that an artificial cell may send in a step.
    emissions: u32,
    /// The step, ms.
    dt: f64,
}

impl Limits {
    pub(crate) fn of(options: &Options, connections: usize) -> Self {
        const DELIVERIES: usize = 10_000_000;
        const DELIVERIES_OF_CONNECTION: usize = 4;
        /// A hundred times as many spikes as ten thousand neurons send that are all as fast as neurons can be.
        const EMISSIONS_PER_MS: f64 = 4e5;
        const EMISSIONS: u32 = 20_000;
        Self {
            room: options.event_room.saturating_add(connections.saturating_mul(ROOM_OF_CONNECTION)),
            deliveries: DELIVERIES.max(connections.saturating_mul(DELIVERIES_OF_CONNECTION)),
            emissions: EMISSIONS.max((EMISSIONS_PER_MS * options.dt) as u32),
            dt: options.dt,
        }
    }
}

/// What an artificial cell sent in the last step in which it sent anything.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Activity {
    step: u64,
    emissions: u32,
}

/// What waits on the queue.
#[derive(Clone, Copy, Debug)]
enum Item {
    /// An event on a connection.
    Connection(u32),
    /// An event for all connections of a source, which have the same delay.
    FanOut(u32),
    /// An event of an artificial cell to itself, and the input by which the event came that it answered.
    ToItself { population: u32, instance: u32, input: u32, flag: f64 },
    /// The same of a point process, by its number among those that send events.
    ToPoint { point: u32, input: u32, flag: f64 },
    /// A waveform's next time.
    Waveform { index: u32, next: u32 },
}

/// Where a connection leads.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Destination {
    Nowhere,
    /// A cell of another rank.
    Elsewhere,
    /// One of the [`Inputs`] of a group.
    Group {
        group: u32,
        input: u32,
    },
    /// One of the [`Inputs`] of the artificial cells.
    Artificial(u32),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) destination: Destination,
    pub(crate) delay: f64,
}

/// A source's connections in order of creation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fan {
    pub(crate) connections: Vec<u32>,
    /// The delay that all share, where one queue item serves them.
    common_delay: Option<f64>,
}

impl Fan {
    /// A fan that so many connections will be added to.
    pub(crate) fn with_capacity(connections: usize) -> Self {
        Self { connections: Vec::with_capacity(connections), common_delay: None }
    }

    /// One queue item serves more than two connections of equal delay (NEURON's rule).
    fn decide(&mut self, routes: &[Route]) {
        let mut delays = self.connections.iter().map(|&c| routes[c as usize].delay);
        let first = delays.next();
        let common = self.connections.len() > 2 && delays.all(|delay| Some(delay) == first);
        self.common_delay = first.filter(|_| common);
    }
}

/// The instances of an artificial mechanism.
#[derive(Clone, Debug)]
pub(crate) struct ArtificialCells {
    pub(crate) mechanism: Arc<dyn Mechanism>,
    pub(crate) globals: Arc<[f64]>,
    /// `None` until they are [compiled](PostOffice::compile).
    pub(crate) kernel: Option<Arc<dyn Kernel>>,
    /// Whether values have changed since for which it was compiled.
    pub(crate) kernel_is_stale: bool,
    pub(crate) block: Block,
    /// The blueprint's number of each instance, ascending.
    pub(crate) instances: Vec<u32>,
    /// The source that each instance is, if anything listens or watches.
    pub(crate) sources: Vec<Option<u32>>,
    /// The waiting self event of flag 1 of each instance.
    pub(crate) movable: Vec<Option<EventHandle>>,
    pub(crate) activity: Vec<Activity>,
}

/// A waveform's times, and where it is played.
#[derive(Clone, Debug)]
pub(crate) struct Timetable {
    /// The blueprint's number of the waveform.
    pub(crate) waveform: u32,
    pub(crate) times: Arc<[f64]>,
    /// The group and its player; `None` in another rank.
    pub(crate) player: Option<(u32, u32)>,
}

/// A sampled variable of an artificial cell.
#[derive(Clone, Debug)]
pub(crate) struct ArtificialRecorder {
    pub(crate) population: usize,
    pub(crate) column: usize,
    pub(crate) instance: usize,
    pub(crate) every: usize,
    pub(crate) samples: Vec<f64>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct PostOffice {
    queue: EventQueue<Item>,
    pub(crate) routes: Vec<Route>,
    /// The blueprint's number of each route's connection, where not all connections are here.
    pub(crate) connections: Option<Vec<u32>>,
    pub(crate) fans: Vec<Fan>,
    pub(crate) inputs: Inputs,
    pub(crate) populations: Vec<ArtificialCells>,
    pub(crate) timetables: Vec<Timetable>,
    pub(crate) recorders: Vec<ArtificialRecorder>,
    /// The point processes that send events, if events are delivered one by one.
    points: Option<SendingPoints>,
    /// The spikes that this rank reports.
    pub(crate) spikes: Vec<Spike>,
    /// The sources whose spikes it reports.
    pub(crate) reported: Vec<bool>,
    /// The steps after which samples were last due.
    recorded: u64,
    outbox: Outbox,
    scratch: KernelScratch,
    pub(crate) limits: Limits,
    pub(crate) stop: StopRequest,
    /// Start of the present epoch or step.
    pub(crate) clock: Clock,
    /// The step whose events are delivered.
    step: u64,
    delivered_in_step: usize,
    /// Deliveries that wait in the groups' inboxes.
    in_inboxes: usize,
    /// Spikes that were there when the engine was last told to advance.
    old_spikes: usize,
    /// An artificial cell (population and instance) that sends too much.
    runaway: Option<(u32, u32)>,
}

/// The point processes of all groups that send events, where these are delivered one by one in NEURON's order.
#[derive(Clone, Debug, Default)]
struct SendingPoints {
    /// The number of each group's first point among all.
    first_of_group: Vec<u32>,
    /// The waiting self event of flag 1 of each.
    movable: Vec<Option<EventHandle>>,
    /// Conditions activated so far.
    activations: u64,
    /// Events that were delivered of those that points sent themselves, in this half of a step.
    delivered: usize,
}

impl SendingPoints {
    /// The group of a point, and its number among the group's.
    fn group_of(&self, point: u32) -> (usize, u32) {
        let group = self.first_of_group.partition_point(|&first| first <= point) - 1; // the first one's is 0
        (group, point - self.first_of_group[group])
    }
}

impl PostOffice {
    /// From now on events are delivered one by one in NEURON's order, also to point processes and what these send.
    pub(crate) fn deliver_one_by_one(&mut self, groups: &[Group]) {
        let mut points = 0;
        let first_of_group = groups.iter().map(|group| {
            let first = points;
            points += group.senders();
            first
        });
        let first_of_group = first_of_group.collect();
        self.points =
            Some(SendingPoints { first_of_group, movable: vec![None; points as usize], activations: 0, delivered: 0 });
    }

    /// Whether events are delivered one by one.
    pub(crate) fn delivers_one_by_one(&self) -> bool {
        self.points.is_some()
    }

    /// Empties the queue and puts the waveforms' first times on it.
    pub(crate) fn rewind(&mut self) {
        self.queue.clear();
        self.forget_activity();
        self.forget_points();
        for (index, timetable) in self.timetables.iter().enumerate() {
            if let Some(&first) = timetable.times.first() {
                self.queue.insert(first, Item::Waveform { index: index as u32, next: 0 });
            }
        }
    }

    /// Compiles the mechanisms of the artificial cells, where that was not done or values have changed since.
    pub(crate) fn compile(&mut self, options: &Options, cache: &mut KernelCache) -> Result<(), CompileError> {
        for cells in self.populations.iter_mut().filter(|cells| cells.kernel_is_stale) {
            let environment = options.environment(false, &cells.globals);
            cells.kernel = Some(cache.kernel(&*cells.mechanism, &environment, &cells.block)?);
            cells.kernel_is_stale = false;
        }
        Ok(())
    }

    /// The globals of a mechanism of artificial cells.
    pub(crate) fn globals_of(&self, mechanism: Identity) -> Option<&[f64]> {
        self.globals().find(|(own, _)| *own == mechanism).map(|(_, globals)| globals)
    }

    /// The globals of all mechanisms of artificial cells that have some.
    pub(crate) fn globals(&self) -> impl Iterator<Item = (Identity, &[f64])> {
        let with_globals = self.populations.iter().filter(|cells| !cells.globals.is_empty());
        with_globals.map(|cells| (cells.mechanism.identity(), &*cells.globals))
    }

    /// Sets a global of a mechanism of artificial cells.
    pub(crate) fn set_global(&mut self, mechanism: Identity, global: usize, value: f64) {
        for cells in self.populations.iter_mut().filter(|cells| cells.mechanism.identity() == mechanism) {
            cells.kernel_is_stale |= set_global(&mut cells.globals, global, value);
        }
    }

    fn forget_points(&mut self) {
        if let Some(points) = &mut self.points {
            points.movable.fill(None);
            points.activations = 0;
        }
    }

    fn forget_activity(&mut self) {
        (self.step, self.delivered_in_step, self.in_inboxes, self.old_spikes) = (0, 0, 0, self.spikes.len());
        self.runaway = None;
        self.populations.iter_mut().for_each(|population| population.activity.fill(Activity::default()));
    }

    /// The groups take what is in their inboxes; `clock` is the start of what comes next.
    pub(crate) fn begin(&mut self, clock: Clock) {
        self.clock = clock;
        self.in_inboxes = 0;
    }

    /// The engine is told to advance.
    pub(crate) fn begin_advance(&mut self) {
        self.old_spikes = self.spikes.len();
    }

    /// Spikes since the engine was told to advance.
    pub(crate) fn new_spikes(&self) -> usize {
        self.spikes.len().saturating_sub(self.old_spikes)
    }

    /// Initialises the cells' events at t = 0, and decides how spikes fan out: what point processes answered when they were
    /// initialised, the artificial cells population by population, then all connections in the order of their creation.
    pub(crate) fn initialize(&mut self, groups: &mut [Group]) -> Result<(), EngineError> {
        self.decide_fans();
        self.carry_out_first_answers(groups);
        for population in 0..self.populations.len() {
            let ArtificialCells { kernel, block, movable, .. } = &mut self.populations[population];
            movable.fill(None);
            if let Some(kernel) = kernel {
                self.outbox.first = 0;
                kernel.initialize(0.0, &[], block.instances(0..block.len(), &mut self.scratch), &mut self.outbox);
            }
            self.carry_out_answers(population, NO_INPUT, 0.0)?;
        }
        for route in 0..self.routes.len() {
            match self.routes[route].destination {
                Destination::Nowhere | Destination::Elsewhere => {}
                Destination::Group { group, input } => {
                    groups[group as usize].initialize_connection(input);
                    self.carry_out_answers_of_point(group as usize, input, groups);
                }
                Destination::Artificial(input) => self.initialize_connection(input)?,
            }
        }
        Ok(())
    }

    fn initialize_connection(&mut self, input: u32) -> Result<(), EngineError> {
        let population = self.inputs.get(input).mechanism as usize;
        if self.populations[population].mechanism.signature().initializes_connections {
            return self.call_receiver(Addressed::of_input(&self.inputs, input), 0.0, true);
        }
        self.inputs.weights_mut(input).iter_mut().skip(1).for_each(|weight| *weight = 0.0);
        Ok(())
    }

    /// Carries out what point processes answered when they were initialised: in NEURON's order, or each group by itself.
    fn carry_out_first_answers(&mut self, groups: &mut [Group]) {
        if self.points.is_none() {
            return groups.iter_mut().for_each(Group::carry_out_first_answers);
        }
        let mut answers = Vec::new();
        for (index, group) in groups.iter_mut().enumerate() {
            for (installed, of_mechanism) in group.take_first_answers() {
                answers.extend(of_mechanism.into_iter().map(|(instance, emission)| {
                    (group.place_in_order(installed, instance), index, installed, (instance, emission))
                }));
            }
        }
        // Stable: the answers of one instance keep their order.
        answers.sort_by_key(|&(place, ..)| place);
        for of_instance in answers.chunk_by(|a, b| (a.1, a.2, a.3.0) == (b.1, b.2, b.3.0)) {
            let (_, index, installed, _) = of_instance[0]; // a chunk has at least one member
            let emissions: Vec<_> = of_instance.iter().map(|&(.., emission)| emission).collect();
            self.carry_out_of_point(&emissions, (index, installed), NO_INPUT, 0.0, groups);
        }
    }

    /// Decides how spikes fan out.
    fn decide_fans(&mut self) {
        for fan in &mut self.fans {
            fan.decide(&self.routes);
        }
    }

    /// Queues an event on a connection, at a time (ms) given by the user.
    pub(crate) fn queue_event(&mut self, t: f64, connection: u32) {
        self.queue.insert(t, Item::Connection(connection));
    }

    /// A source spikes at `t` (ms).
    pub(crate) fn send(&mut self, source: u32, t: f64) {
        if self.reported[source as usize] {
            self.spikes.push(Spike { t, source: source as usize });
        }
        let fan = &self.fans[source as usize];
        if let Some(delay) = fan.common_delay {
            self.queue.insert(t + delay, Item::FanOut(source));
            return;
        }
        for &connection in &fan.connections {
            let route = &self.routes[connection as usize];
            if !matches!(route.destination, Destination::Nowhere) {
                self.queue.insert(t + route.delay, Item::Connection(connection));
            }
        }
    }

    /// Delivers what is due until `until` (ms): to artificial cells at once, to groups likewise if events are delivered one
    /// by one, else by way of their inboxes, where it falls due at `tick`.
    pub(crate) fn deliver(&mut self, until: f64, tick: u64, groups: &mut [Group]) -> Result<(), EngineError> {
        /// Events between two looks at the clock.
        const PACE: usize = 1024;
        (self.step, self.delivered_in_step) = (tick / 2, 0);
        if let Some(points) = &mut self.points {
            points.delivered = 0;
        }
        while let Some((t, item)) = self.queue.pop_until(until) {
            self.delivered_in_step += 1;
            if self.delivered_in_step > self.limits.deliveries {
                let (sender, events) = self.busiest_source();
                return Err(EngineError::TooManyDeliveries { limit: self.limits.deliveries, t, sender, events });
            }
            if self.delivered_in_step.is_multiple_of(PACE) && self.stop.is_overdue() {
                return Err(self.stopped());
            }
            match item {
                Item::Connection(connection) => self.deliver_to(connection, t, tick, groups)?,
                Item::FanOut(source) => {
                    for k in 0..self.fans[source as usize].connections.len() {
                        let connection = self.fans[source as usize].connections[k];
                        self.deliver_to(connection, t, tick, groups)?;
                    }
                }
                Item::ToItself { population, instance, input, flag } => {
                    if flag == 1.0 {
                        self.populations[population as usize].movable[instance as usize] = None;
                    }
                    self.call_receiver(Addressed { population, instance, input, flag }, t, false)?;
                }
                Item::ToPoint { point, input, flag } => self.deliver_to_point(point, input, flag, t, groups)?,
                Item::Waveform { index, next } => {
                    let timetable = &self.timetables[index as usize];
                    if let Some((group, player)) = timetable.player {
                        let group = &mut groups[group as usize];
                        match self.points {
                            Some(_) => group.play_step(player, t),
                            None => self.put_into(group, Delivery { tick, t, arrival: Arrival::Waveform(player) }),
                        }
                    }
                    let timetable = &self.timetables[index as usize];
                    if let Some(&time) = timetable.times.get(next as usize + 1) {
                        self.queue.insert(time, Item::Waveform { index, next: next + 1 });
                    }
                }
            }
            self.check(t)?;
        }
        Ok(())
    }

    fn put_into(&mut self, group: &mut Group, delivery: Delivery) {
        group.inbox.push(delivery);
        self.in_inboxes += 1;
    }

    /// That the run was asked to stop where it is.
    pub(crate) fn stopped(&self) -> EngineError {
        EngineError::Stopped { step: self.clock.step, t: self.clock.t }
    }

    /// Whether an artificial cell sends too much, or there is no room for what waits, at `t` (ms).
    pub(crate) fn check(&mut self, t: f64) -> Result<(), EngineError> {
        if let Some((population, instance)) = self.runaway.take() {
            let cells = &self.populations[population as usize];
            return Err(EngineError::Runaway {
                population,
                instance: cells.instances[instance as usize],
                mechanism: cells.mechanism.signature().name.clone(),
                limit: self.limits.emissions,
                t,
                in_loop: self.is_in_loop((population, instance)),
            });
        }
        let bytes =
            self.queue.bytes() + self.in_inboxes * size_of::<Delivery>() + self.new_spikes() * size_of::<Spike>();
        if bytes > self.limits.room {
            let (sender, events) = self.busiest_source();
            return Err(EngineError::TooManyEvents { room: self.limits.room, t, sender, events });
        }
        Ok(())
    }

    /// Whether an artificial cell's spikes come back to it within steps, by way of others.
    fn is_in_loop(&self, cell: (u32, u32)) -> bool {
        let mut seen = HashSet::new();
        let mut next = vec![cell];
        while let Some((population, instance)) = next.pop() {
            let Some(source) = self.populations[population as usize].sources[instance as usize] else { continue };
            for &connection in &self.fans[source as usize].connections {
                let Route { destination, delay } = self.routes[connection as usize];
                if let Destination::Artificial(input) = destination
                    && delay < self.limits.dt
                {
                    let Input { mechanism: population, instance, .. } = self.inputs.get(input);
                    if (population, instance) == cell {
                        return true;
                    }
                    if seen.insert((population, instance)) {
                        next.push((population, instance));
                    }
                }
            }
        }
        false
    }

    /// The source of most of the events that wait and of the spikes that were not handed on, and how many are its.
    fn busiest_source(&self) -> (Option<u32>, usize) {
        let mut source_of_route: Vec<Option<u32>> = vec![None; self.routes.len()];
        for (fan, source) in self.fans.iter().zip(0..) {
            fan.connections.iter().for_each(|&route| source_of_route[route as usize] = Some(source));
        }
        let mut events = vec![0; self.fans.len()];
        let mut count = |source: Option<u32>| {
            if let Some(source) = source {
                events[source as usize] += 1;
            }
        };
        for (_, _, &item) in self.queue.waiting() {
            count(match item {
                Item::ToPoint { .. } => None,
                Item::Connection(route) => source_of_route[route as usize],
                Item::FanOut(source) => Some(source),
                Item::ToItself { population, instance, .. } => {
                    self.populations[population as usize].sources[instance as usize]
                }
                Item::Waveform { .. } => None,
            });
        }
        self.spikes[self.old_spikes.min(self.spikes.len())..].iter().for_each(|spike| count(Some(spike.source as u32)));
        let busiest = events.iter().zip(0..).max_by_key(|&(&events, source)| (events, Reverse(source)));
        match busiest {
            Some((&events, source)) if events > 0 => (Some(source), events),
            _ => (None, 0),
        }
    }

    fn deliver_to(&mut self, connection: u32, t: f64, tick: u64, groups: &mut [Group]) -> Result<(), EngineError> {
        match self.routes[connection as usize].destination {
            Destination::Nowhere | Destination::Elsewhere => {}
            Destination::Group { group, input } if self.points.is_some() => {
                let event = groups[group as usize].event_of_input(input);
                self.give_to_point(group as usize, event, t, groups)?;
            }
            Destination::Group { group, input } => {
                self.put_into(&mut groups[group as usize], Delivery { tick, t, arrival: Arrival::Event(input) });
            }
            Destination::Artificial(input) => {
                self.call_receiver(Addressed::of_input(&self.inputs, input), t, false)?;
            }
        }
        Ok(())
    }

    /// Gives an event to an artificial cell and carries out its answers.
    fn call_receiver(&mut self, event: Addressed, t: f64, connection_is_new: bool) -> Result<(), EngineError> {
        let Addressed { population, instance, input, flag } = event;
        let cells = &mut self.populations[population as usize];
        if let Some(kernel) = &cells.kernel {
            self.outbox.first = instance;
            let own = cells.block.instances(instance as usize..instance as usize + 1, &mut self.scratch);
            let mut no_voltage = f64::NAN;
            let visits = cells.mechanism.signature().visits_connections;
            let weights = self.inputs.seen_by((population, instance), input, visits);
            let event = Event { t, v: &mut no_voltage, flag, weights };
            match connection_is_new {
                true => kernel.initialize_connection(event, own, &mut self.outbox),
                false => kernel.receive(event, own, &mut self.outbox),
            }
        }
        self.carry_out_answers(population as usize, input, t)
    }

    /// Carries out the answers of artificial cells of a population to an event that came by an input.
    fn carry_out_answers(&mut self, population: usize, input: u32, t: f64) -> Result<(), EngineError> {
        if self.outbox.emissions.is_empty() {
            return Ok(());
        }
        let mut emissions = std::mem::take(&mut self.outbox.emissions);
        let carrier = &mut OfArtificialCells { office: self, population, input };
        let carried_out = carry_out(emissions.drain(..), t, carrier);
        self.outbox.emissions = emissions;
        carried_out.map_err(|(instance, fault)| {
            let cells = &self.populations[population];
            let instance = cells.instances[instance as usize];
            let sender = Sender::Artificial { population: population as u32, instance };
            EngineError::Sending { sender, mechanism: cells.mechanism.signature().name.clone(), fault, t }
        })
    }

    fn deliver_to_point(
        &mut self,
        point: u32,
        input: u32,
        flag: f64,
        t: f64,
        groups: &mut [Group],
    ) -> Result<(), EngineError> {
        let Some(points) = &mut self.points else { return Ok(()) };
        let (group, sender) = points.group_of(point);
        if flag == 1.0 {
            points.movable[point as usize] = None;
        }
        let (installed, instance) = groups[group].instance_of_sender(sender);
        points.delivered += 1;
        let limit = most_self_events(points.movable.len());
        if points.delivered > limit {
            groups[group].fault_of_sender(installed, instance, SendingFault::TooMany { limit }, t);
        }
        self.give_to_point(group, PointEvent { installed, instance, flag, input }, t, groups)
    }

    /// Gives an event to a point process at once, and carries out its answers.
    fn give_to_point(
        &mut self,
        group: usize,
        event: PointEvent,
        t: f64,
        groups: &mut [Group],
    ) -> Result<(), EngineError> {
        groups[group].receive(event, t);
        if let Some(answers) = groups[group].take_answers() {
            self.carry_out_of_point(&answers, (group, event.installed), event.input, t, groups);
            groups[group].return_answers(answers);
        }
        groups[group].fault.clone().map_or(Ok(()), Err)
    }

    /// Carries out what a point process answered when one of its connections was initialised.
    fn carry_out_answers_of_point(&mut self, group: usize, input: u32, groups: &mut [Group]) {
        if self.points.is_none() {
            groups[group].carry_out_answers_to(input);
        } else if let Some(answers) = groups[group].take_answers() {
            let installed = groups[group].event_of_input(input).installed;
            self.carry_out_of_point(&answers, (group, installed), input, 0.0, groups);
        }
    }

    fn carry_out_of_point(
        &mut self,
        answers: &[(u32, Emission)],
        (group, installed): (usize, u32),
        input: u32,
        t: f64,
        groups: &mut [Group],
    ) {
        let carrier = &mut OfPoints { office: self, index: group, group: &mut groups[group], installed, input };
        if let Err((instance, fault)) = carry_out(answers.iter().copied(), t, carrier) {
            groups[group].fault_of_sender(installed, instance, fault, t);
        }
    }

    /// Looks at the conditions that point processes of all groups watch at the start of a step at `t` (ms), and queues the
    /// events of those that rose above 0, in the order in which they were activated.
    pub(crate) fn queue_conditions(&mut self, t: f64, groups: &mut [Group]) {
        let Some(points) = &self.points else { return };
        let mut risen: Vec<(u64, u32, f64)> = Vec::new();
        for (group, first) in groups.iter_mut().zip(&points.first_of_group) {
            let mut events = Vec::new();
            group.look_at_conditions(|order, event| events.push((order, event)));
            for (order, PointEvent { installed, instance, flag, .. }) in events {
                risen.extend(group.sender(installed, instance).map(|sender| (order, first + sender, flag)));
            }
        }
        risen.sort_by_key(|&(order, ..)| order);
        for (_, point, flag) in risen {
            self.queue.insert(t, Item::ToPoint { point, input: NO_INPUT, flag });
        }
    }

    fn count_emission(&mut self, population: usize, instance: u32) {
        let activity = &mut self.populations[population].activity[instance as usize];
        if activity.step != self.step {
            *activity = Activity { step: self.step, emissions: 0 };
        }
        activity.emissions += 1;
        if activity.emissions > self.limits.emissions {
            self.runaway.get_or_insert((population as u32, instance));
        }
    }

    /// The blueprint's number of a route's connection.
    pub(crate) fn connection(&self, route: u32) -> u32 {
        self.connections.as_ref().map_or(route, |connections| connections[route as usize])
    }

    /// The route of a connection, if it is here.
    pub(crate) fn route(&self, connection: u32) -> Option<u32> {
        match &self.connections {
            None => ((connection as usize) < self.routes.len()).then_some(connection),
            Some(connections) => connections.binary_search(&connection).ok().map(|route| route as u32),
        }
    }

    /// What waits, in the order of delivery; where that order does not matter, connection by connection.
    pub(crate) fn waiting(&self, in_order_of_queue: bool, groups: &[Group], names: &EventNames) -> Vec<Waiting> {
        let mut waiting = Vec::with_capacity(self.queue.len());
        for (t, handle, &item) in self.queue.waiting() {
            let event = match item {
                Item::FanOut(source) if !in_order_of_queue => {
                    let leads_somewhere = |&route: &u32| {
                        !matches!(
                            self.routes[route as usize].destination,
                            Destination::Nowhere | Destination::Elsewhere
                        )
                    };
                    let routes = self.fans[source as usize].connections.iter().copied().filter(leads_somewhere);
                    waiting.extend(routes.map(|route| {
                        let event = WaitingEvent::Connection(self.connection(route));
                        Waiting { t, event }
                    }));
                    continue;
                }
                Item::FanOut(source) => WaitingEvent::FanOut(source),
                Item::Connection(route) => WaitingEvent::Connection(self.connection(route)),
                Item::ToItself { population, instance, input, flag } => {
                    let cells = &self.populations[population as usize];
                    let movable = cells.movable[instance as usize] == Some(handle);
                    let instance = cells.instances[instance as usize];
                    let connection = names.connection_of_artificial(input);
                    WaitingEvent::ToItself { population, instance, flag: flag.to_bits(), connection, movable }
                }
                Item::ToPoint { point, input, flag } => {
                    let Some(points) = &self.points else { continue };
                    let movable = points.movable[point as usize] == Some(handle);
                    let (group, sender) = points.group_of(point);
                    let (installed, instance) = groups[group].instance_of_sender(sender);
                    let event = PointEvent { installed, instance, flag, input };
                    names.waiting(group, event, 0, movable)
                }
                Item::Waveform { index, next } => {
                    WaitingEvent::Waveform { waveform: self.timetables[index as usize].waveform, next }
                }
            };
            waiting.push(Waiting { t, event });
        }
        waiting
    }

    /// Puts back what waits; what is another rank's is left to it.
    pub(crate) fn restore_waiting(
        &mut self,
        waiting: &[Waiting],
        groups: &mut [Group],
        names: &EventNames,
    ) -> Result<(), Misfit> {
        self.decide_fans();
        self.queue.clear();
        self.forget_activity();
        self.populations.iter_mut().for_each(|population| population.movable.fill(None));
        self.forget_points();
        for &Waiting { t, event } in waiting {
            match event {
                WaitingEvent::Connection(connection) => {
                    if let Some(route) = self.route(connection) {
                        self.queue.insert(t, Item::Connection(route));
                    }
                }
                WaitingEvent::FanOut(source) if (source as usize) < self.fans.len() => {
                    self.queue.insert(t, Item::FanOut(source));
                }
                WaitingEvent::FanOut(_) => return Err(Misfit("the events in flight")),
                WaitingEvent::ToPoint { cell, mechanism, instance, flag, connection, movable, .. } => {
                    let Some((group, installed, instance)) = names.instance((cell, mechanism, instance))? else {
                        continue;
                    };
                    let input = self.input_of(connection, Some(group))?;
                    let event = PointEvent { installed, instance, flag: f64::from_bits(flag), input };
                    self.restore_event_of_point(group, event, t, movable, groups)?;
                }
                WaitingEvent::ToItself { population, instance, flag, connection, movable } => {
                    let cells = self.populations.get(population as usize).ok_or(Misfit("the events in flight"))?;
                    if let Ok(instance) = cells.instances.binary_search(&instance) {
                        let flag = f64::from_bits(flag);
                        let input = self.input_of(connection, None)?;
                        let item = Item::ToItself { population, instance: instance as u32, input, flag };
                        let handle = self.queue.insert(t, item);
                        if movable {
                            self.populations[population as usize].movable[instance] = Some(handle);
                        }
                    }
                }
                WaitingEvent::Waveform { waveform, next } => {
                    let index = self.timetables.binary_search_by_key(&waveform, |timetable| timetable.waveform);
                    if let Ok(index) = index {
                        self.queue.insert(t, Item::Waveform { index: index as u32, next });
                    }
                }
            }
        }
        Ok(())
    }

    /// The input of a connection that leads to a group, or to an artificial cell; none without a connection.
    fn input_of(&self, connection: Option<u32>, group: Option<usize>) -> Result<u32, Misfit> {
        let Some(connection) = connection else { return Ok(NO_INPUT) };
        let destination = self.route(connection).map(|route| self.routes[route as usize].destination);
        match (destination, group) {
            (Some(Destination::Group { group, input }), Some(own)) if group as usize == own => Ok(input),
            (Some(Destination::Artificial(input)), None) => Ok(input),
            _ => Err(Misfit("the events in flight")),
        }
    }

    fn restore_event_of_point(
        &mut self,
        group: usize,
        event: PointEvent,
        t: f64,
        movable: bool,
        groups: &mut [Group],
    ) -> Result<(), Misfit> {
        let sender = groups[group].sender(event.installed, event.instance).ok_or(Misfit("the events in flight"))?;
        match &mut self.points {
            None => groups[group].restore_event(event, t, movable),
            Some(points) => {
                let point = points.first_of_group[group] + sender;
                let handle = self.queue.insert(t, Item::ToPoint { point, input: event.input, flag: event.flag });
                if movable {
                    points.movable[point as usize] = Some(handle);
                }
            }
        }
        Ok(())
    }

    /// Conditions are watched again; those activated later come behind them.
    pub(crate) fn restore_activations(&mut self, activations: u64) {
        if let Some(points) = &mut self.points {
            points.activations = activations;
        }
    }

    pub(crate) fn recorded_value(&self, recorder: usize) -> f64 {
        let ArtificialRecorder { population, column, instance, .. } = self.recorders[recorder];
        self.populations[population].block.value(column, instance)
    }

    /// Samples what is due after `step` steps.
    pub(crate) fn record(&mut self, step: u64) {
        self.recorded = step;
        for recorder in 0..self.recorders.len() {
            if step.is_multiple_of(self.recorders[recorder].every as u64) {
                let value = self.recorded_value(recorder);
                self.recorders[recorder].samples.push(value);
            }
        }
    }

    /// Makes room for the samples of `steps` more steps.
    pub(crate) fn reserve(&mut self, steps: usize) {
        for recorder in &mut self.recorders {
            recorder.samples.reserve(steps / recorder.every + 1);
        }
    }

    /// Forgets what was recorded and sent after `step` steps, at `t` (ms).
    pub(crate) fn cut(&mut self, step: u64, t: f64) {
        self.spikes.retain(|spike| spike.t <= t);
        for recorder in &mut self.recorders {
            cut_samples(&mut recorder.samples, recorder.every, step, self.recorded);
        }
        self.recorded = self.recorded.min(step);
    }

    /// Forgets the samples and spikes so far.
    pub(crate) fn drain(&mut self) {
        self.spikes.clear();
        self.old_spikes = 0;
        for recorder in &mut self.recorders {
            recorder.samples.clear();
        }
    }
}

/// An event for an artificial cell.
#[derive(Clone, Copy, Debug)]
struct Addressed {
    population: u32,
    instance: u32,
    input: u32,
    flag: f64,
}

impl Addressed {
    /// The event that a connection brings.
    fn of_input(inputs: &Inputs, input: u32) -> Self {
        let Input { mechanism: population, instance, .. } = inputs.get(input);
        Self { population, instance, input, flag: 0.0 }
    }
}

/// Carries out the answers of artificial cells.
struct OfArtificialCells<'a> {
    office: &'a mut PostOffice,
    population: usize,
    input: u32,
}

impl Carrier for OfArtificialCells<'_> {
    fn spike(&mut self, instance: u32, at: f64) {
        self.office.count_emission(self.population, instance);
        if let Some(source) = self.office.populations[self.population].sources[instance as usize] {
            self.office.send(source, at);
        }
    }

    fn send(&mut self, instance: u32, at: f64, flag: f64) {
        self.office.count_emission(self.population, instance);
        let item = Item::ToItself { population: self.population as u32, instance, input: self.input, flag };
        let handle = self.office.queue.insert(at, item);
        if flag == 1.0 {
            self.office.populations[self.population].movable[instance as usize] = Some(handle);
        }
    }

    fn reschedule(&mut self, instance: u32, at: f64) -> bool {
        let handle = self.office.populations[self.population].movable[instance as usize];
        handle.is_some_and(|handle| self.office.queue.reschedule(handle, at))
    }

    fn watch(&mut self, _: u32, _: u32, _: f64, _: bool) -> bool {
        false
    }
}

/// Carries out the answers of point processes of a group where events are delivered one by one.
struct OfPoints<'a> {
    office: &'a mut PostOffice,
    /// The group's index.
    index: usize,
    group: &'a mut Group,
    installed: u32,
    input: u32,
}

impl OfPoints<'_> {
    /// The number of an instance among all point processes that send events.
    fn point(&self, instance: u32) -> Option<u32> {
        let first = self.office.points.as_ref()?.first_of_group[self.index];
        Some(first + self.group.sender(self.installed, instance)?)
    }
}

impl Carrier for OfPoints<'_> {
    fn spike(&mut self, instance: u32, at: f64) {
        if let Some(source) = self.group.source_of(self.installed, instance) {
            self.office.send(source, at);
        }
    }

    fn send(&mut self, instance: u32, at: f64, flag: f64) {
        let Some(point) = self.point(instance) else { return };
        let handle = self.office.queue.insert(at, Item::ToPoint { point, input: self.input, flag });
        if let (Some(points), true) = (&mut self.office.points, flag == 1.0) {
            points.movable[point as usize] = Some(handle);
        }
    }

    fn reschedule(&mut self, instance: u32, at: f64) -> bool {
        let point = self.point(instance);
        let handle = point.zip(self.office.points.as_ref()).and_then(|(point, points)| points.movable[point as usize]);
        handle.is_some_and(|handle| self.office.queue.reschedule(handle, at))
    }

    fn watch(&mut self, instance: u32, condition: u32, flag: f64, is_first: bool) -> bool {
        let Some(points) = &mut self.office.points else { return false };
        points.activations += 1;
        self.group.watch((self.installed, instance), condition, flag, is_first, points.activations);
        true
    }
}

/// Sets one of some globals; says whether it changed.
pub(crate) fn set_global(globals: &mut Arc<[f64]>, global: usize, value: f64) -> bool {
    let changes = globals.get(global).is_some_and(|own| own.to_bits() != value.to_bits());
    if changes {
        let changed = globals.iter().enumerate().map(|(k, &own)| if k == global { value } else { own });
        *globals = changed.collect();
    }
    changes
}

/// Takes from the samples of every `every` steps those of the steps after `step`, if they go as far as `last`.
pub(crate) fn cut_samples(samples: &mut Vec<f64>, every: usize, step: u64, last: u64) {
    let every = every as u64;
    let surplus = (last / every).saturating_sub(step / every);
    samples.truncate(samples.len().saturating_sub(surplus as usize));
}
