//! Who hears of a spike, and when: the event queue, connections, and the cells that live by events alone.
//!
//! The router gives out what is due for groups of cells; it does not look into them.

mod artificial_cells;
mod limits;
mod routes;
mod waiting;

use std::sync::Arc;

use loligo_events::{EventHandle, EventQueue};
use loligo_mechanisms::{KernelScratch, Outbox};

use crate::cells::Clock;
use crate::error::EngineError;
use crate::inputs::Inputs;
use crate::spike::Spike;
use crate::stop::StopRequest;
use artificial_cells::Addressed;
pub(crate) use artificial_cells::{Activity, ArtificialCells, ArtificialRecorder, set_global};
pub(crate) use limits::Limits;
pub(crate) use routes::{Destination, Fan, Route};

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

/// What is due for a group of cells.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Due {
    /// An event, by the group's input.
    Event { group: u32, input: u32 },
    /// The next time of a waveform, by the group's player.
    Waveform { group: u32, player: u32 },
    /// What a point process sent itself: its number among those that send events, and the input by which the event came that
    /// it answered.
    ToPoint { point: u32, input: u32, flag: f64 },
}

/// A spike whose connections are served one after the other.
#[derive(Clone, Copy, Debug)]
struct FanningOut {
    source: u32,
    /// The next of its connections.
    next: usize,
    /// ms.
    t: f64,
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

/// Who hears of a spike, and when.
#[derive(Clone, Debug, Default)]
pub(crate) struct Router {
    queue: EventQueue<Item>,
    pub(crate) routes: Vec<Route>,
    /// The blueprint's number of each route's connection, where not all connections are here.
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
    /// What was handed out for groups since the start of the present epoch or step.
    handed_out: usize,
    /// The spike whose connections are being served.
    fanning_out: Option<FanningOut>,
    /// Spikes that were there when the engine was last told to advance.
    old_spikes: usize,
    /// An artificial cell (population and instance) that sends too much.
    runaway: Option<(u32, u32)>,
}

impl Router {
    /// Empties the queue and puts the waveforms' first times on it.
    pub(crate) fn rewind(&mut self) {
        self.queue.clear();
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

    /// The groups have taken what was handed out; `clock` is the start of what comes next.
    pub(crate) fn begin(&mut self, clock: Clock) {
        self.clock = clock;
        self.handed_out = 0;
    }

    /// The engine is told to advance.
    pub(crate) fn begin_advance(&mut self) {
        self.old_spikes = self.spikes.len();
    }

    /// Spikes since the engine was told to advance.
    pub(crate) fn new_spikes(&self) -> usize {
        self.spikes.len().saturating_sub(self.old_spikes)
    }

    /// Decides how spikes fan out.
    pub(crate) fn decide_fans(&mut self) {
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

    /// Half a step begins, whose events are delivered at `tick`.
    pub(crate) fn begin_half_step(&mut self, tick: u64) {
        (self.step, self.delivered_in_step) = (tick / 2, 0);
    }

    /// The next thing due for a group of cells until `until` (ms), with its time; until then what is due for artificial cells
    /// is delivered.
    ///
    /// # Errors
    /// An artificial cell that sends too much or what is impossible, too many events, a request to stop that has waited too
    /// long.
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
            self.check(t)?;
            if let Some(due) = due {
                self.handed_out += 1;
                return Ok(Some((t, due)));
            }
        }
    }

    /// Serves the connections of the spike that is fanning out, up to one that leads to a group.
    fn fan_out(&mut self) -> Result<Option<(f64, Due)>, EngineError> {
        while let Some(FanningOut { source, next, t }) = self.fanning_out {
            let Some(&connection) = self.fans[source as usize].connections.get(next) else {
                self.fanning_out = None;
                self.check(t)?;
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

    /// What is due for a group by an event on a connection; an artificial cell receives it at once.
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

    /// Puts an event that a point process sent itself on the queue.
    pub(crate) fn queue_self_event(&mut self, at: f64, point: u32, input: u32, flag: f64) -> EventHandle {
        self.queue.insert(at, Item::ToPoint { point, input, flag })
    }

    /// Moves an event to another time (ms); false if it no longer waits.
    pub(crate) fn reschedule(&mut self, handle: EventHandle, at: f64) -> bool {
        self.queue.reschedule(handle, at)
    }

    /// Forgets what was recorded and sent after `step` steps, at `t` (ms).
    pub(crate) fn cut(&mut self, step: u64, t: f64) {
        self.spikes.retain(|spike| spike.t <= t);
        for recorder in &mut self.recorders {
            cut_samples(&mut recorder.samples, recorder.every, step, self.recorded);
        }
        self.recorded = self.recorded.min(step);
    }
}

/// Takes from the samples of every `every` steps those of the steps after `step`, if they go as far as `last`.
pub(crate) fn cut_samples(samples: &mut Vec<f64>, every: usize, step: u64, last: u64) {
    let every = every as u64;
    let surplus = (last / every).saturating_sub(step / every);
    samples.truncate(samples.len().saturating_sub(surplus as usize));
}
