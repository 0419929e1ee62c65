//! How an engine tells its state, and goes on from one.

use loligo_mechanisms::Identity;

use super::Engine;
use crate::cells::{Clock, PointEvent, Watch};
use crate::error::EngineError;
use crate::event_names::EventNames;
use crate::router::ArtificialCells;
use crate::state::{Misfit, Part, State, Variables, Waiting, WaitingEvent, WatchState};

impl Engine {
    /// All that the rest of the run depends on, in every rank that of all ranks.
    ///
    /// # Errors
    /// A run that has failed; ranks that can't speak to each other.
    pub fn state(&mut self) -> Result<State, EngineError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let part = self.own_state();
        let parts = match self.ranks.size() {
            1 => vec![part],
            _ => self.ranks.communicator().tell_all(&part)?,
        };
        let Clock { step, t } = self.clock;
        Ok(State::join(self.fingerprint, (step, t), self.options.celsius, self.in_order_of_queue, parts))
    }

    /// Goes to where another engine of the same blueprint was; every rank is given the same state. What was recorded until
    /// now is forgotten.
    ///
    /// # Errors
    /// A state of another model, or one that is broken, in whichever rank; in the latter case only
    /// [`initialize`](Self::initialize) makes the engine good again. Ranks that can't speak to each other.
    pub fn restore(&mut self, state: &State) -> Result<(), EngineError> {
        self.check_model(state)?;
        self.drain();
        let restored = self.restore_own(state);
        self.fault = restored.err().map(|Misfit(what)| EngineError::BrokenState { what: what.to_owned() });
        self.clock = Clock { step: state.step, t: state.t };
        self.exchange()
    }

    /// Whether a state is of this engine's model and options.
    ///
    /// # Errors
    /// [`EngineError::OtherModel`] with the first part that differs.
    pub fn check_model(&self, state: &State) -> Result<(), EngineError> {
        let difference = self.fingerprint.difference(&state.fingerprint);
        difference.map_or(Ok(()), |part| Err(EngineError::OtherModel { part }))
    }

    fn own_state(&self) -> Part {
        let variables = |population: &ArtificialCells| {
            let signature = population.mechanism.signature();
            let own = population.instances.iter().copied().zip(0..);
            own.map(|(instance, own)| (instance, Variables::of(signature, &population.block, &[own]))).collect()
        };
        let weights = |route| Some((self.router.connection(route), self.weights(route)?.into()));
        let players = self.router.timetables.iter().filter_map(|timetable| {
            let (group, player) = timetable.player?;
            Some((timetable.waveform, self.groups[group as usize].cells.player(player)))
        });
        let names = EventNames::of(&self.groups, &self.router);
        let mut waiting = self.router.waiting(self.in_order_of_queue, (self.one_by_one.as_ref(), &self.groups), &names);
        let groups = || self.groups.iter().enumerate();
        let on_own_queues = groups().flat_map(|(index, group)| names.waiting_in(index, &group.cells));
        waiting.extend(on_own_queues.map(|(t, event)| Waiting { t, event }));
        let routes = 0..self.router.routes.len() as u32;
        Part {
            cells: self.groups.iter().flat_map(|group| group.cells.cell_states()).collect(),
            populations: self.router.populations.iter().map(variables).collect(),
            weights: routes.filter_map(weights).collect(),
            globals: self.globals(),
            watched: self.groups.iter().flat_map(|group| group.cells.watched()).collect(),
            players: players.collect(),
            waiting,
            watches: groups().flat_map(|(index, group)| names.watches_in(index, &group.cells)).collect(),
        }
    }

    /// The globals of all mechanisms here that have some.
    fn globals(&self) -> Vec<(Identity, Vec<f64>)> {
        let mut globals: Vec<_> =
            self.groups.iter().flat_map(|group| group.cells.globals()).chain(self.router.globals()).collect();
        globals.sort_by_key(|&(mechanism, _)| mechanism);
        globals.dedup_by_key(|&mut (mechanism, _)| mechanism);
        globals.into_iter().map(|(mechanism, globals)| (mechanism, globals.to_vec())).collect()
    }

    fn restore_own(&mut self, state: &State) -> Result<(), Misfit> {
        const LAST_STEP: u64 = 1 << 62;
        if !state.t.is_finite() || state.step > LAST_STEP {
            return Err(Misfit("the times"));
        }
        for (mechanism, values) in &state.globals {
            for (global, &value) in values.iter().enumerate() {
                self.groups.iter_mut().for_each(|group| group.cells.set_global(*mechanism, global, value));
                self.router.set_global(*mechanism, global, value);
            }
        }
        if self.options.celsius.to_bits() != state.celsius.to_bits() {
            self.set_celsius(state.celsius);
        }
        for group in &mut self.groups {
            group.cells.restore_cells(&state.cells)?;
            group.cells.restore_watched(&state.watched)?;
        }
        for (index, population) in self.router.populations.iter_mut().enumerate() {
            for (own, &instance) in population.instances.iter().enumerate() {
                let variables = state.populations.get(index).and_then(|all| all.get(instance as usize));
                variables.ok_or(Misfit("the artificial cells"))?.restore(&mut population.block, &[own])?;
            }
        }
        for route in 0..self.router.routes.len() as u32 {
            let connection = self.router.connection(route);
            let Some(own) = self.weights_mut(route) else { continue };
            let found = state.weights.binary_search_by_key(&connection, |&(connection, _)| connection);
            let weights = found.ok().map(|found| &state.weights[found].1).filter(|weights| weights.len() == own.len());
            own.copy_from_slice(weights.ok_or(Misfit("the weights of a connection"))?);
        }
        for timetable in &self.router.timetables {
            if let Some((group, player)) = timetable.player {
                let found = state.players.binary_search_by_key(&timetable.waveform, |&(waveform, _)| waveform);
                let place = state.players[found.map_err(|_| Misfit("a played waveform"))?].1;
                self.groups[group as usize].cells.restore_player(player, place)?;
            }
        }
        let names = EventNames::of(&self.groups, &self.router);
        for (watch, order) in state.watches.iter().zip(0..) {
            let &WatchState { cell, mechanism, instance, condition, flag, above, .. } = watch;
            if let Some((group, installed, instance)) = names.instance((cell, mechanism, instance))? {
                let flag = f64::from_bits(flag);
                self.groups[group].cells.restore_watch(Watch { order, installed, instance, condition, flag, above });
            }
        }
        let Self { router, groups, one_by_one, .. } = self;
        if let Some(points) = one_by_one {
            points.rewind();
            points.restore_activations(state.watches.len() as u64);
        }
        router.restore_waiting(&state.waiting, |router, t, event| {
            let WaitingEvent::ToPoint { cell, mechanism, instance, flag, connection, movable, .. } = event else {
                return Ok(());
            };
            let Some((group, installed, instance)) = names.instance((cell, mechanism, instance))? else {
                return Ok(());
            };
            let input = router.input_of(connection, Some(group))?;
            let event = PointEvent { installed, instance, flag: f64::from_bits(flag), input };
            let cells = &mut groups[group].cells;
            let sender = cells.sender(installed, instance).ok_or(Misfit("the events in flight"))?;
            match one_by_one {
                Some(points) => points.restore_event((group, sender), event, t, movable, router),
                None => cells.restore_event(event, t, movable),
            }
            Ok(())
        })
    }
}
