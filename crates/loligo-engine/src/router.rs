//! Routing of spikes: the event queue, connections, and the artificial cells.
//!
//! The router hands out due events to groups of cells and has no access to their contents.

mod artificial_cells;
mod limits;
mod routes;
mod waiting;

use std::sync::Arc;

use loligo_events::{EventHandle, EventQueue, NumberedQueue};
use loligo_mechanisms::{KernelScratch, Outbox};

use crate::cells::Clock;
use crate::error::EngineError;
use crate::inputs::Inputs;
use crate::samples::cut_samples;
use crate::spike::Spike;
use crate::stop::StopRequest;
use artificial_cells::Addressed;
pub(crate) use artificial_cells::{Activity, ArtificialCells, ArtificialRecorder};
pub(crate) use limits::Limits;
pub(crate) use routes::{Destination, Fan, Route};

/// An item of the queue.
#[derive(Clone, Copy, Debug)]
enum Item {
    /// An event on a connection.
    Connection(u32),
    /// An event for all connections of a source, which have the same delay.
    FanOut(u32),
    /// A self event of an artificial cell, and the input of the event in response to which it was sent.
    ToItself { population: u32, instance: u32, input: u32, flag: f64 },
    /// A self event of a point process, by its number among those that send events.
    ToPoint { point: u32, input: u32, flag: f64 },
    /// The next time of a waveform.
    Waveform { index: u32, next: u32 },
}

/// An event or waveform that is due for a group of cells.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Due {
    /// An event, by the group's input.
    Event { group: u32, input: u32 },
    /// The next time of a waveform, by the group's player.
    Waveform { group: u32, player: u32 },
    /// A self event of a point process: its number among those that send events, and the input of the event in response
    /// to which it was sent.
    ToPoint { point: u32, input: u32, flag: f64 },
}

/// A spike whose connections are processed one after the other.
#[derive(Clone, Copy, Debug)]
struct FanningOut {
    source: u32,
    /// Index of its next connection.
    next: usize,
    /// ms.
    t: f64,
}

/// The times of a waveform, and the player that plays it.
#[derive(Clone, Debug)]
pub(crate) struct Timetable {
    /// The blueprint's number of the waveform.
    pub(crate) waveform: u32,
    pub(crate) times: Arc<[f64]>,
    /// The group and its player; `None` if it is in another rank.
    pub(crate) player: Option<(u32, u32)>,
}

/// Queues spikes and hands them out when they are due, to groups of cells and to artificial cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Router {
    queue: EventQueue<Item>,
    /// Events on connections to groups, by the connection, if they need not be [in the order of the queue](Self::in_order_of_queue).
    to_groups: NumberedQueue,
    /// True if simultaneous events must be delivered in the order in which they were queued; otherwise groups order
    /// theirs by connection.
    pub(crate) in_order_of_queue: bool,
    pub(crate) routes: Vec<Route>,
    /// The blueprint's number of each route's connection, if this rank does not have all
    /// connections.
    pub(crate) connections: Option<Vec<u32>>,
    pub(crate) fans: Vec<Fan>,
    pub(crate) inputs: Inputs,
    pub(crate) populations: Vec<ArtificialCells>,
    pub(crate) timetables: Vec<Timetable>,
    pub(crate) recorders: Vec<ArtificialRecorder>,
    /// The spikes that this rank reports.
    pub(crate) spikes: Vec<Spike>,
    /// The sources whose spikes it reports.
    pub(crate) reported: Vec<bool>,
    /// Number of the last step for which due samples were taken.
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
    /// Number of items handed out to groups since the start of the present epoch or step.
    handed_out: usize,
    /// The spike whose connections are being processed.
    fanning_out: Option<FanningOut>,
    /// Number of spikes at the start of the present call to advance the engine.
    old_spikes: usize,
    /// An artificial cell (population and instance) that sends too many events.
    runaway: Option<(u32, u32)>,
}

impl Router {
    /// Clears the queue and queues the first times of the waveforms.
    pub(crate) fn rewind(&mut self) {
        self.queue.clear();
        self.to_groups.clear();
        self.forget_activity();
        for (index, timetable) in self.timetables.iter().enumerate() {
            if let Some(&first) = timetable.times.first() {
                self.queue.insert(first, Item::Waveform { index: index as u32, next: 0 });
            }
        }
    }

    fn forget_activity(&mut self) {
        (self.step, self.delivered_in_step, self.handed_out, self.old_spikes) = (0, 0, 0, self.spikes.len());
        self.runaway = None;
        self.fanning_out = None;
        self.populations.iter_mut().for_each(|population| population.activity.fill(Activity::default()));
    }

    /// Starts an epoch or step at `clock`, after the groups have taken the items handed out before.
    pub(crate) fn begin(&mut self, clock: Clock) {
        self.clock = clock;
        self.handed_out = 0;
    }

    /// Starts a call that advances the engine.
    pub(crate) fn begin_advance(&mut self) {
        self.old_spikes = self.spikes.len();
    }

    /// Number of spikes since the start of this call.
    pub(crate) fn new_spikes(&self) -> usize {
        self.spikes.len().saturating_sub(self.old_spikes)
    }

    /// Decides for each source if one queue item serves all its connections.
    pub(crate) fn decide_fans(&mut self) {
        for fan in &mut self.fans {
            fan.decide(&self.routes);
        }
    }

    /// Queues an event on a connection, due at a time (ms).
    pub(crate) fn queue_event(&mut self, t: f64, connection: u32) {
        match self.routes[connection as usize].destination {
            Destination::Group { .. } if !self.in_order_of_queue => self.to_groups.insert(t, connection),
            _ => _ = self.queue.insert(t, Item::Connection(connection)),
        }
    }

    /// Sends a spike of a source at `t` (ms).
    pub(crate) fn send(&mut self, source: u32, t: f64) {
        if self.reported[source as usize] {
            self.spikes.push(Spike { t, source: source as usize });
        }
        let fan = &self.fans[source as usize];
        if let Some(delay) = fan.common_delay {
            self.queue.insert(t + delay, Item::FanOut(source));
            return;
        }
        for k in 0..fan.connections.len() {
            let connection = self.fans[source as usize].connections[k];
            let Route { destination, delay } = self.routes[connection as usize];
            if !matches!(destination, Destination::Nowhere) {
                self.queue_event(t + delay, connection);
            }
        }
    }

    /// Starts half a step, whose events are delivered at `tick`.
    pub(crate) fn begin_half_step(&mut self, tick: u64) {
        (self.step, self.delivered_in_step) = (tick / 2, 0);
    }

    /// The next item due for a group of cells until `until` (ms), with its time; events for artificial cells that are
    /// due before it are delivered.
    ///
    /// # Errors
    /// An artificial cell that sends too many or impossible events, too many events in all, a request to stop that has
    /// waited too long.
    pub(crate) fn next(&mut self, until: f64) -> Result<Option<(f64, Due)>, EngineError> {
        loop {
            if let Some(due) = self.fan_out()? {
                return Ok(Some(due));
            }
            let Some((t, item)) = self.queue.pop_until(until) else { return Ok(None) };
            self.count_delivery(t)?;
            let due = match item {
                Item::FanOut(source) => {
                    self.fanning_out = Some(FanningOut { source, next: 0, t });
                    continue;
                }
                Item::Connection(connection) => self.due_on(connection, t)?,
                Item::ToItself { population, instance, input, flag } => {
                    if flag == 1.0 {
                        self.populations[population as usize].movable[instance as usize] = None;
                    }
                    self.call_receiver(Addressed { population, instance, input, flag }, t, false)?;
                    None
                }
                Item::ToPoint { point, input, flag } => Some(Due::ToPoint { point, input, flag }),
                Item::Waveform { index, next } => {
                    let Timetable { times, player, .. } = &self.timetables[index as usize];
                    let due = player.map(|(group, player)| Due::Waveform { group, player });
                    if let Some(&time) = times.get(next as usize + 1) {
                        self.queue.insert(time, Item::Waveform { index, next: next + 1 });
                    }
                    due
                }
            };
            self.check_sending(t)?;
            if let Some(due) = due {
                self.handed_out += 1;
                return Ok(Some((t, due)));
            }
        }
    }

    /// The next event on a connection to a group that is due until `until` (ms) and is not in the order of the queue:
    /// its time, the group and its input.
    ///
    /// # Errors
    /// Too many events, a request to stop that has waited too long.
    #[inline]
    pub(crate) fn next_to_group(&mut self, until: f64) -> Result<Option<(f64, u32, u32)>, EngineError> {
        while let Some((t, connection)) = self.to_groups.pop_until(until) {
            self.count_delivery(t)?;
            if let Destination::Group { group, input } = self.routes[connection as usize].destination {
                self.handed_out += 1;
                return Ok(Some((t, group, input)));
            }
        }
        Ok(None)
    }

    /// Processes the connections of the spike that is fanning out, up to one that leads to a group.
    fn fan_out(&mut self) -> Result<Option<(f64, Due)>, EngineError> {
        while let Some(FanningOut { source, next, t }) = self.fanning_out {
            let Some(&connection) = self.fans[source as usize].connections.get(next) else {
                self.fanning_out = None;
                self.check_sending(t)?;
                break;
            };
            self.fanning_out = Some(FanningOut { source, next: next + 1, t });
            if let Some(due) = self.due_on(connection, t)? {
                self.handed_out += 1;
                return Ok(Some((t, due)));
            }
        }
        Ok(None)
    }

    /// The item of an event on a connection for a group; an artificial cell receives the event at once.
    fn due_on(&mut self, connection: u32, t: f64) -> Result<Option<Due>, EngineError> {
        match self.routes[connection as usize].destination {
            Destination::Nowhere | Destination::Elsewhere => Ok(None),
            Destination::Group { group, input } => Ok(Some(Due::Event { group, input })),
            Destination::Artificial(input) => {
                self.call_receiver(Addressed::of_input(&self.inputs, input), t, false)?;
                Ok(None)
            }
        }
    }

    /// Queues a self event of a point process.
    pub(crate) fn queue_self_event(&mut self, at: f64, point: u32, input: u32, flag: f64) -> EventHandle {
        self.queue.insert(at, Item::ToPoint { point, input, flag })
    }

    /// Moves an event to another time (ms); false if it is no longer pending.
    pub(crate) fn reschedule(&mut self, handle: EventHandle, at: f64) -> bool {
        self.queue.reschedule(handle, at)
    }

    /// Drops samples taken and spikes sent after `step` steps, at `t` (ms).
    pub(crate) fn cut(&mut self, step: u64, t: f64) {
        self.spikes.retain(|spike| spike.t <= t);
        for recorder in &mut self.recorders {
            cut_samples(&mut recorder.samples, recorder.every, step, self.recorded);
        }
        self.recorded = self.recorded.min(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel_cache::KernelCache;
    use crate::options::Options;
    use crate::test_models::{artificial_cells, builtin, router};

    const fn to_group(input: u32) -> Destination {
        Destination::Group { group: 0, input }
    }

    /// All items due until `until`: their times, and their inputs, or negative numbers for
    /// waveforms' players.
    fn due(router: &mut Router, until: f64) -> Vec<(f64, i32)> {
        let next = || router.next(until).expect("there are few events");
        let number = |due| match due {
            Due::Event { input, .. } => input as i32,
            Due::Waveform { player, .. } => -1 - player as i32,
            Due::ToPoint { point, .. } => 1000 + point as i32,
        };
        std::iter::from_fn(next).map(|(t, due)| (t, number(due))).collect()
    }

    /// Simultaneous events are in the order of NEURON's queue: as they were sent, except that the earliest of all moves
    /// behind the others of its time when an even earlier event is queued.
    #[test]
    fn what_is_due_comes_by_time_and_of_one_instant_in_neurons_order() {
        let mut router = router(&[&[(1.0, to_group(0))], &[(0.5, to_group(1)), (2.0, to_group(2))]]);
        router.send(0, 1.0);
        router.send(1, 1.5);
        router.send(1, 0.0);
        assert_eq!(due(&mut router, 0.4), []);
        assert_eq!(due(&mut router, 2.0), [(0.5, 1), (2.0, 1), (2.0, 0), (2.0, 2)]);
        assert_eq!(due(&mut router, 9.0), [(3.5, 2)]);
        assert_eq!(router.handed_out, 5);
        router.begin(Clock { step: 3, t: 1.0 });
        assert_eq!((router.handed_out, router.clock.step), (0, 3));
    }

    #[test]
    fn more_than_two_connections_of_one_delay_are_one_item_and_served_together() {
        let four = [(1.0, to_group(0)), (1.0, to_group(1)), (1.0, Destination::Nowhere), (1.0, to_group(2))];
        let mut router = router(&[&four, &[(1.0, to_group(9))]]);
        router.send(0, 0.0);
        router.send(1, 0.0);
        assert_eq!(router.queue.len(), 2);
        assert_eq!(due(&mut router, 1.0), [(1.0, 0), (1.0, 1), (1.0, 2), (1.0, 9)], "in the order of creation");
    }

    #[test]
    fn without_the_order_of_the_queue_events_for_groups_come_by_time_and_connection() {
        let mut router =
            router(&[&[(1.0, to_group(5)), (0.5, to_group(4))], &[(1.0, to_group(7)), (1.0, Destination::Elsewhere)]]);
        router.in_order_of_queue = false;
        router.send(1, 0.0);
        router.send(0, 0.0);
        router.queue_event(1.0, 1);
        assert_eq!(due(&mut router, 9.0), [], "none is handed out in the order of the queue");
        let next = || router.next_to_group(1.0).expect("there are few events");
        let events: Vec<_> = std::iter::from_fn(next).collect();
        assert_eq!(events, [(0.5, 0, 4), (1.0, 0, 5), (1.0, 0, 4), (1.0, 0, 7)]);
        router.queue_event(3.0, 0);
        assert_eq!(router.next_to_group(2.9), Ok(None));
        assert_eq!((router.to_groups.len(), router.handed_out), (1, 4));
        router.rewind();
        assert!(router.to_groups.is_empty());
    }

    #[test]
    fn connections_that_lead_nowhere_are_not_queued_by_themselves() {
        let mut router = router(&[&[(1.0, Destination::Nowhere), (1.0, Destination::Elsewhere)]]);
        router.send(0, 0.0);
        assert_eq!(router.queue.len(), 1, "another rank's keeps its place in the order");
        assert_eq!(due(&mut router, 9.0), []);
        assert_eq!(router.spikes, [Spike { t: 0.0, source: 0 }]);
        router.reported[0] = false;
        router.send(0, 1.0);
        assert_eq!(router.spikes.len(), 1, "another rank reports it");
    }

    #[test]
    fn waveforms_come_at_each_of_their_times() {
        let mut router = router(&[&[(1.0, to_group(0))]]);
        let timetable = |times: &[f64], player| Timetable { waveform: 0, times: times.into(), player };
        router.timetables =
            vec![timetable(&[1.0, 2.0, 2.0], Some((0, 4))), timetable(&[0.5, 3.0], None), timetable(&[], Some((0, 5)))];
        router.rewind();
        assert_eq!(router.queue.len(), 2);
        assert_eq!(due(&mut router, 2.5), [(1.0, -5), (2.0, -5), (2.0, -5)]);
        assert_eq!(router.queue.next_time(), Some(3.0), "another rank's keeps its place in the order");
        router.queue_event(0.0, 0);
        router.rewind();
        assert_eq!((router.queue.len(), router.queue.next_time()), (2, Some(0.5)));
    }

    #[test]
    fn an_artificial_cell_receives_at_once_and_what_it_sends_is_due_in_its_turn() {
        let mut router = router(&[&[(1.0, Destination::Artificial(0))], &[(0.0, to_group(7)), (0.5, to_group(8))]]);
        router.inputs.add((0, 0), &[2.0], None);
        router.populations = vec![artificial_cells(&builtin("IntFire1"), 1)];
        router.populations[0].sources[0] = Some(1);
        router.compile(&Options::default(), &mut KernelCache::default()).expect("it is built in");
        router.limits = Limits::of(&Options::default(), 3);
        router.rewind();
        router.initialize_artificial_cells().expect("it sends nothing");
        router.send(0, 0.0);
        router.queue_event(1.5, 2);
        assert_eq!(due(&mut router, 9.0), [(1.0, 7), (1.5, 8), (1.5, 8)]);
        assert_eq!(router.spikes, [Spike { t: 0.0, source: 0 }, Spike { t: 1.0, source: 1 }]);
    }

    #[test]
    fn an_event_of_a_point_process_can_be_moved_until_it_is_handed_out() {
        let mut router = router(&[]);
        let handle = router.queue_self_event(1.0, 3, 5, 2.0);
        assert!(router.reschedule(handle, 2.0));
        assert_eq!(due(&mut router, 1.5), []);
        let next = router.next(2.0).expect("there are few events");
        assert!(matches!(next, Some((2.0, Due::ToPoint { point: 3, input: 5, flag: 2.0 }))), "{next:?}");
        assert!(!router.reschedule(handle, 3.0));
    }

    #[test]
    fn spikes_and_samples_after_a_moment_are_forgotten() {
        let mut router = router(&[&[]]);
        [1.0, 2.0, 3.0].into_iter().for_each(|t| router.send(0, t));
        router.begin_advance();
        router.send(0, 4.0);
        assert_eq!(router.new_spikes(), 1);
        router.cut(80, 2.0);
        assert_eq!(router.spikes.iter().map(|spike| spike.t).collect::<Vec<_>>(), [1.0, 2.0]);
        assert_eq!(router.new_spikes(), 0);
        // Samples of every third step until step 10: those of 0, 3, 6, 9.
        for (step, left) in [(10, 4), (9, 4), (8, 3), (3, 2), (2, 1), (0, 1)] {
            let mut samples = vec![0.0; 4];
            cut_samples(&mut samples, 3, step, 10);
            assert_eq!(samples.len(), left, "after step {step}");
        }
        let mut drained = vec![0.0];
        cut_samples(&mut drained, 3, 0, 10);
        assert!(drained.is_empty(), "those that were drained cannot be forgotten");
    }
}
