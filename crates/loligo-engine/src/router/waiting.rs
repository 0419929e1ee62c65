//! Events in flight, told and put back.

use super::{Destination, Item, Router};
use crate::engine::OneByOne;
use crate::event_names::EventNames;
use crate::inputs::NO_INPUT;
use crate::state::{Misfit, Waiting, WaitingEvent};
use crate::step::Group;

impl Router {
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
    pub(crate) fn waiting(
        &self,
        in_order_of_queue: bool,
        (points, groups): (Option<&OneByOne>, &[Group]),
        names: &EventNames,
    ) -> Vec<Waiting> {
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
                    let Some(points) = points else { continue };
                    points.name_of((point, input, flag), handle, groups, names)
                }
                Item::Waveform { index, next } => {
                    WaitingEvent::Waveform { waveform: self.timetables[index as usize].waveform, next }
                }
            };
            waiting.push(Waiting { t, event });
        }
        waiting
    }

    /// Puts back what waits; what is another rank's is left to it, what waits for point processes to `restore_to_point`.
    pub(crate) fn restore_waiting(
        &mut self,
        waiting: &[Waiting],
        mut restore_to_point: impl FnMut(&mut Self, f64, WaitingEvent) -> Result<(), Misfit>,
    ) -> Result<(), Misfit> {
        self.decide_fans();
        self.queue.clear();
        self.forget_activity();
        self.populations.iter_mut().for_each(|population| population.movable.fill(None));
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
                WaitingEvent::ToPoint { .. } => restore_to_point(self, t, event)?,
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
    pub(crate) fn input_of(&self, connection: Option<u32>, group: Option<usize>) -> Result<u32, Misfit> {
        let Some(connection) = connection else { return Ok(NO_INPUT) };
        let destination = self.route(connection).map(|route| self.routes[route as usize].destination);
        match (destination, group) {
            (Some(Destination::Group { group, input }), Some(own)) if group as usize == own => Ok(input),
            (Some(Destination::Artificial(input)), None) => Ok(input),
            _ => Err(Misfit("the events in flight")),
        }
    }
}
