//! Events in flight, as they are saved and restored.

use loligo_events::EventHandle;

use super::{Destination, Item, Router};
use crate::inputs::NO_INPUT;
use crate::state::{StateMismatch, Waiting, WaitingEvent};

impl Router {
    /// The blueprint's number of a route's connection.
    pub(crate) fn connection(&self, route: u32) -> u32 {
        self.connections.as_ref().map_or(route, |connections| connections[route as usize])
    }

    /// The route of a connection, if this rank has it.
    pub(crate) fn route(&self, connection: u32) -> Option<u32> {
        match &self.connections {
            None => ((connection as usize) < self.routes.len()).then_some(connection),
            Some(connections) => connections.binary_search(&connection).ok().map(|route| route as u32),
        }
    }

    /// The connection of each input of an artificial cell.
    fn connections_of_inputs(&self) -> Vec<u32> {
        let mut connections = vec![0; self.inputs.len()];
        for (route, number) in self.routes.iter().zip(0..) {
            if let Destination::Artificial(input) = route.destination {
                connections[input as usize] = self.connection(number);
            }
        }
        connections
    }

    /// The pending events in the order of delivery; if that order has no effect, connection by connection and in any
    /// order.
    /// `name_of_point` identifies the self events of point processes: point, input and flag, and the handle of the
    /// event.
    pub(crate) fn waiting(
        &self,
        name_of_point: impl Fn((u32, u32, f64), EventHandle) -> Option<WaitingEvent>,
    ) -> Vec<Waiting> {
        let connections = self.connections_of_inputs();
        let mut waiting = Vec::with_capacity(self.queue.len());
        for (t, handle, &item) in self.queue.waiting() {
            let event = match item {
                Item::FanOut(source) if !self.in_order_of_queue => {
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
                    let connection = (input != NO_INPUT).then(|| connections[input as usize]);
                    WaitingEvent::ToItself { population, instance, flag: flag.to_bits(), connection, movable }
                }
                Item::ToPoint { point, input, flag } => {
                    let Some(event) = name_of_point((point, input, flag), handle) else { continue };
                    event
                }
                Item::Waveform { index, next } => {
                    WaitingEvent::Waveform { waveform: self.timetables[index as usize].waveform, next }
                }
            };
            waiting.push(Waiting { t, event });
        }
        let to_groups = self.to_groups.waiting();
        waiting
            .extend(to_groups.map(|(t, route)| Waiting { t, event: WaitingEvent::Connection(self.connection(route)) }));
        waiting
    }

    /// Restores pending events: those of other ranks are skipped, those for point processes are passed to
    /// `restore_to_point`.
    pub(crate) fn restore_waiting(
        &mut self,
        waiting: &[Waiting],
        mut restore_to_point: impl FnMut(&mut Self, f64, WaitingEvent) -> Result<(), StateMismatch>,
    ) -> Result<(), StateMismatch> {
        self.decide_fans();
        self.queue.clear();
        self.to_groups.clear();
        self.forget_activity();
        self.populations.iter_mut().for_each(|population| population.movable.fill(None));
        for &Waiting { t, event } in waiting {
            match event {
                WaitingEvent::Connection(connection) => {
                    if let Some(route) = self.route(connection) {
                        self.queue_event(t, route);
                    }
                }
                WaitingEvent::FanOut(source) if (source as usize) < self.fans.len() => {
                    self.queue.insert(t, Item::FanOut(source));
                }
                WaitingEvent::FanOut(_) => return Err(StateMismatch("the events in flight")),
                WaitingEvent::ToPoint { .. } => restore_to_point(self, t, event)?,
                WaitingEvent::ToItself { population, instance, flag, connection, movable } => {
                    let cells =
                        self.populations.get(population as usize).ok_or(StateMismatch("the events in flight"))?;
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

    /// The input of a connection to a group, or to an artificial cell; [`NO_INPUT`] without a connection.
    pub(crate) fn input_of(&self, connection: Option<u32>, group: Option<usize>) -> Result<u32, StateMismatch> {
        let Some(connection) = connection else { return Ok(NO_INPUT) };
        let destination = self.route(connection).map(|route| self.routes[route as usize].destination);
        match (destination, group) {
            (Some(Destination::Group { group, input }), Some(own)) if group as usize == own => Ok(input),
            (Some(Destination::Artificial(input)), None) => Ok(input),
            _ => Err(StateMismatch("the events in flight")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel_cache::KernelCache;
    use crate::options::Options;
    use crate::router::{Due, Limits, Timetable};
    use crate::test_models::{Responder, artificial_cells, router};

    fn to_group(input: u32) -> Destination {
        Destination::Group { group: 0, input }
    }

    /// Source 0 has three connections of one delay, one of them without a target; source 1 has one to a responder; a
    /// waveform is played.
    fn model() -> Router {
        let mut router = router(&[
            &[(1.0, to_group(0)), (1.0, Destination::Nowhere), (1.0, to_group(1))],
            &[(0.5, Destination::Artificial(0))],
        ]);
        router.populations = vec![artificial_cells(&Responder::artificial(), 2)];
        router.populations[0].block.fill(Responder::ANSWER, Responder::SENDS);
        router.inputs.add((0, 1), &[1.0, 0.0], None);
        router.timetables = vec![Timetable { waveform: 7, times: [0.2, 1.2, 2.2].into(), player: Some((0, 3)) }];
        router.compile(&Options::default(), &mut KernelCache::default()).expect("they compile");
        router.limits = Limits::of(&Options::default(), 4);
        router
    }

    /// The model at 0.6 ms, with pending events of every kind.
    fn in_flight(in_order_of_queue: bool) -> Router {
        let mut router = Router { in_order_of_queue, ..model() };
        router.rewind();
        router.send(1, 0.0);
        router.send(0, 0.0);
        router.queue_event(1.0, 2);
        while router.next(0.6).expect("there are few events").is_some() {}
        router
    }

    fn waiting(router: &Router) -> Vec<Waiting> {
        let mut waiting = router.waiting(|_, _| None);
        if !router.in_order_of_queue {
            waiting.sort_by(|a, b| a.t.total_cmp(&b.t).then(a.event.cmp(&b.event)));
        }
        waiting
    }

    fn rest(mut router: Router) -> Vec<String> {
        // Events for groups and others come separately, unless all are in the order of the queue.
        let mut rest = Vec::new();
        while let Some((t, due)) = router.next(9.0).expect("there are few events") {
            rest.push(format!("{t} {due:?}"));
        }
        while let Some((t, group, input)) = router.next_to_group(9.0).expect("there are few events") {
            rest.push(format!("{t} {:?}", Due::Event { group, input }));
        }
        if !router.in_order_of_queue {
            rest.sort();
        }
        rest
    }

    #[test]
    fn what_waits_is_saved_in_the_blueprints_numbers() {
        let router = in_flight(true);
        let flag = 1.0_f64.to_bits();
        let to_itself = WaitingEvent::ToItself { population: 0, instance: 1, flag, connection: Some(3), movable: true };
        let told: Vec<_> = waiting(&router).into_iter().map(|waiting| (waiting.t, waiting.event)).collect();
        assert_eq!(
            told,
            [
                (1.0, WaitingEvent::FanOut(0)),
                (1.0, WaitingEvent::Connection(2)),
                (1.2, WaitingEvent::Waveform { waveform: 7, next: 1 }),
                (1.5, to_itself),
            ]
        );
    }

    #[test]
    fn where_the_order_of_the_queue_does_not_matter_spikes_are_saved_connection_by_connection() {
        let events: Vec<_> = waiting(&in_flight(false)).into_iter().map(|waiting| waiting.event).collect();
        let connection = WaitingEvent::Connection;
        assert_eq!(events[..3], [connection(0), connection(2), connection(2)], "and not what leads nowhere");
    }

    #[test]
    fn what_is_put_back_goes_on_as_before() {
        for in_order_of_queue in [true, false] {
            let told = waiting(&in_flight(in_order_of_queue));
            let mut other = Router { in_order_of_queue, ..model() };
            other.queue_event(0.0, 0);
            other.restore_waiting(&told, |_, _, _| Ok(())).expect("it is of the same model");
            assert!(other.populations[0].movable[1].is_some());
            assert_eq!(waiting(&other), told);
            assert_eq!(rest(other), rest(in_flight(in_order_of_queue)));
        }
    }

    #[test]
    fn what_another_rank_has_is_left_to_it() {
        let told = waiting(&in_flight(true));
        let mut other = model();
        other.routes = other.routes[3..].to_vec();
        other.connections = Some(vec![3]);
        other.fans.iter_mut().for_each(|fan| fan.connections.clear());
        other.timetables.clear();
        other.restore_waiting(&told, |_, _, _| Ok(())).expect("it is a part of the model");
        let events: Vec<_> = waiting(&other).into_iter().map(|waiting| waiting.event).collect();
        assert!(matches!(events[..], [WaitingEvent::FanOut(0), WaitingEvent::ToItself { connection: Some(3), .. }]));
        assert_eq!([other.route(3), other.route(0)], [Some(0), None]);
        assert_eq!(other.connection(0), 3);
    }

    #[test]
    fn what_does_not_exist_is_a_misfit() {
        let misfit = |event| {
            model().restore_waiting(&[Waiting { t: 1.0, event }], |_, _, _| Err(StateMismatch("a point"))).err()
        };
        let to_itself = |population, connection| WaitingEvent::ToItself {
            population,
            instance: 0,
            flag: 0,
            connection,
            movable: false,
        };
        assert!(misfit(WaitingEvent::FanOut(2)).is_some());
        assert!(misfit(to_itself(1, None)).is_some());
        assert!(misfit(to_itself(0, Some(0))).is_some(), "that connection leads to a group");
        assert!(misfit(to_itself(0, Some(99))).is_some());
        assert!(misfit(to_itself(0, None)).is_none());
    }

    #[test]
    fn inputs_are_found_by_connection_where_they_lead() {
        let router = model();
        let found =
            [(None, None), (Some(2), Some(0)), (Some(3), None)].map(|(c, group)| router.input_of(c, group).ok());
        assert_eq!(found, [Some(NO_INPUT), Some(1), Some(0)]);
        assert!(router.input_of(Some(2), Some(1)).is_err(), "of another group");
        assert!(router.input_of(Some(1), Some(0)).is_err(), "it leads nowhere");
    }
}
