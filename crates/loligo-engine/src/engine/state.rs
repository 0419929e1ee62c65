//! Saving the state of an engine, and continuing from it.

use loligo_mechanisms::Identity;

use super::Engine;
use crate::cells::{Clock, PointEvent, Watch};
use crate::error::EngineError;
use crate::event_names::EventNames;
use crate::router::ArtificialCells;
use crate::state::{Part, State, StateMismatch, Variables, Waiting, WaitingEvent, WatchState};

impl Engine {
    /// The complete state on which the rest of the run depends; in every rank that of all ranks.
    ///
    /// # Errors
    /// A run that has failed; values that were set for which a mechanism cannot be compiled; ranks that cannot communicate.
    pub fn state(&mut self) -> Result<State, EngineError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        // Values that were set may change the sums of synapses.
        let compiled = self.compile_stale();
        let part = self.own_state();
        let parts = match self.ranks.size() {
            1 => vec![part],
            _ => self.ranks.communicator().tell_all(&part)?,
        };
        // Returned only here, because the other ranks waited for the part.
        compiled?;
        let Clock { step, t } = self.clock;
        Ok(State::join(self.fingerprint, (step, t), self.options.celsius, self.router.in_order_of_queue, parts))
    }

    /// Continues from the state of another engine of the same blueprint; every rank must be given the same state.
    /// Results recorded so far are dropped.
    ///
    /// # Errors
    /// A state of another model, or an inconsistent one, in any rank; after an inconsistent state
    /// the engine must be reset with [`initialize`](Self::initialize). Ranks that cannot
    /// communicate.
    pub fn restore(&mut self, state: &State) -> Result<(), EngineError> {
        self.check_model(state)?;
        self.drain();
        self.fault = self.restore_and_compile(state).err();
        self.clock = Clock { step: state.step, t: state.t };
        self.exchange()
    }

    /// Checks that a state is of this engine's model and options.
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
        let mut waiting = self
            .router
            .waiting(|event, handle| Some(self.one_by_one.as_ref()?.name_of(event, handle, &self.groups, &names)));
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

    /// The globals of all mechanisms of this rank that have some.
    fn globals(&self) -> Vec<(Identity, Vec<f64>)> {
        let mut globals: Vec<_> =
            self.groups.iter().flat_map(|group| group.cells.globals()).chain(self.router.globals()).collect();
        globals.sort_by_key(|&(mechanism, _)| mechanism);
        globals.dedup_by_key(|&mut (mechanism, _)| mechanism);
        globals.into_iter().map(|(mechanism, globals)| (mechanism, globals.to_vec())).collect()
    }

    fn restore_and_compile(&mut self, state: &State) -> Result<(), EngineError> {
        let broken = |StateMismatch(what): StateMismatch| EngineError::BrokenState { what: what.to_owned() };
        self.restore_own(state).map_err(broken)?;
        self.compile_stale()?;
        self.groups.iter_mut().try_for_each(|group| group.cells.finish_restoring()).map_err(broken)
    }

    fn restore_own(&mut self, state: &State) -> Result<(), StateMismatch> {
        const LAST_STEP: u64 = 1 << 62;
        if !state.t.is_finite() || state.step > LAST_STEP {
            return Err(StateMismatch("the times"));
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
        self.gathered_excess = None;
        for group in &mut self.groups {
            group.cells.excess = None;
            group.cells.restore_cells(&state.cells, state.step)?;
            group.cells.restore_watched(&state.watched)?;
        }
        for (index, population) in self.router.populations.iter_mut().enumerate() {
            for (own, &instance) in population.instances.iter().enumerate() {
                let variables = state.populations.get(index).and_then(|all| all.get(instance as usize));
                variables.ok_or(StateMismatch("the artificial cells"))?.restore(&mut population.block, &[own])?;
            }
        }
        for route in 0..self.router.routes.len() as u32 {
            let connection = self.router.connection(route);
            let Some(own) = self.weights_mut(route) else { continue };
            let found = state.weights.binary_search_by_key(&connection, |&(connection, _)| connection);
            let weights = found.ok().map(|found| &state.weights[found].1).filter(|weights| weights.len() == own.len());
            own.copy_from_slice(weights.ok_or(StateMismatch("the weights of a connection"))?);
        }
        for timetable in &self.router.timetables {
            if let Some((group, player)) = timetable.player {
                let found = state.players.binary_search_by_key(&timetable.waveform, |&(waveform, _)| waveform);
                let place = state.players[found.map_err(|_| StateMismatch("a played waveform"))?].1;
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
            let sender = cells.sender(installed, instance).ok_or(StateMismatch("the events in flight"))?;
            match one_by_one {
                Some(points) => points.restore_event((group, sender), event, t, movable, router),
                None => cells.restore_event(event, t, movable),
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use loligo_mechanisms::Numerics;

    use super::*;
    use crate::options::Options;
    use crate::test_models::{
        MIDDLE, Responder, builtin, connection, connections, population, ring, running, voltage_of,
    };
    use crate::{Blueprint, Recording, Source, Target, Waveform};

    /// A ring in which all kinds of state change: the responders send themselves events or watch conditions, depending
    /// on `answer`, upon spikes of the ring; a spike train excites the second cell; a waveform is played onto the first
    /// cell's reversal potential.
    fn blueprint(answer: f64) -> Blueprint {
        let mut blueprint = ring(3, answer);
        blueprint.populations = vec![population(&builtin("NetStim"), 1)];
        let train = &mut blueprint.populations[0].block;
        [0.7, 1000.0, 0.2, 0.5].into_iter().enumerate().for_each(|(column, value)| train.set(column, 0, value));
        let train = blueprint.sources.len() as u32;
        blueprint.sources.push(Source::Artificial { population: 0, instance: 0 });
        let to = |cell, placed| Some(Target::Point { cell, placed, instance: 0 });
        let more = (0..3).map(|cell| crate::Connection {
            weight: vec![9.0, 0.0].into(),
            ..connection(Some(cell), to(cell, 2), 0.5, 9.0)
        });
        let more = more.chain([connection(Some(train), to(1, 1), 0.6, 0.002)]);
        blueprint.connections = connections(blueprint.connections.iter().chain(more).collect::<Vec<_>>());
        let e = crate::Quantity::Membrane { cell: 0, placed: 0, column: 1, instance: 0 };
        blueprint.waveforms = vec![(e, Waveform::continuous(vec![0.0, 5.0, 6.0], vec![-70.0, -60.0, -60.0]))];
        blueprint.recordings = (0..3).map(|cell| Recording { quantity: voltage_of(cell), every: 1 }).collect();
        blueprint
    }

    fn results(engine: &Engine) -> (Vec<Vec<f64>>, Vec<crate::Spike>) {
        let samples = (0..3).filter_map(|recording| engine.samples(recording)).map(<[f64]>::to_vec).collect();
        (samples, engine.spikes().to_vec())
    }

    #[test]
    fn a_run_that_is_taken_up_is_the_run_that_went_on() {
        for answer in [Responder::SENDS, Responder::WATCHES] {
            for numerics in [Numerics::Fast, Numerics::Exact] {
                let options = |group_nodes| Options { numerics, group_nodes, ..Options::default() };
                let mut first = running(blueprint(answer), options(1));
                let mut taken_up = 0;
                for steps in [0, 37, 61, 200] {
                    first.advance(steps).expect("it goes on");
                    let state = first.state().expect("it has not failed");
                    let mut second = running(blueprint(answer), options(8192));
                    second.advance(11).expect("it goes on");
                    second.restore(&state).expect("it is of the same model");
                    assert_eq!((second.time(), second.steps()), (first.time(), first.steps()));
                    assert!(second.state().as_ref() == Ok(&state), "told as before, from other groups");
                    let mut third = running(blueprint(answer), options(1));
                    third.restore(&state).expect("it is of the same model");
                    second.advance(100).expect("it goes on");
                    third.advance(100).expect("it goes on");
                    assert!(results(&second) == results(&third) && !second.spikes().is_empty());
                    taken_up += usize::from(!state.waiting.is_empty());
                }
                assert_eq!(taken_up, 4);
                // The original run is not affected by the restored one.
                let state = first.state().expect("it has not failed");
                first.drain();
                first.advance(100).expect("it goes on");
                let mut other = running(blueprint(answer), options(8192));
                other.restore(&state).expect("it is of the same model");
                other.advance(100).expect("it goes on");
                assert!(results(&first) == results(&other));
                let answered = if answer == Responder::WATCHES { state.watches.len() } else { state.waiting.len() };
                assert!(answered > 1, "there is something to take up");
            }
        }
    }

    #[test]
    fn the_state_of_another_model_is_refused_with_the_reason() {
        let state = running(ring(3, 0.0), Options::default()).state().expect("it has not failed");
        let mut other = running(ring(3, 1.0), Options::default());
        let error = other.restore(&state);
        assert!(matches!(&error, Err(EngineError::OtherModel { part }) if part.contains("mechanisms")), "{error:?}");
        assert_eq!(other.advance(1), Ok(()), "it goes on as before");
    }

    #[test]
    fn a_state_that_contradicts_itself_is_refused_until_the_run_starts_anew() {
        let whole = {
            let mut engine = running(blueprint(Responder::SENDS), Options::default());
            engine.advance(100).expect("it goes on");
            engine.state().expect("it has not failed")
        };
        let broken = |change: &dyn Fn(&mut State)| {
            let mut state = whole.clone();
            change(&mut state);
            let mut engine = running(blueprint(Responder::SENDS), Options::default());
            let restored = engine.restore(&state);
            if restored.is_err() {
                assert_eq!(engine.advance(1), restored.clone());
            }
            engine.initialize().expect("it starts anew");
            engine.advance(1).expect("it goes on");
            match restored {
                Err(EngineError::BrokenState { what }) => Some(what),
                other => other.err().map(|error| error.to_string()),
            }
        };
        let found = [
            broken(&|_| {}),
            broken(&|state| state.t = f64::NAN),
            broken(&|state| state.step = u64::MAX),
            broken(&|state| _ = state.cells.pop()),
            broken(&|state| state.populations[0].clear()),
            broken(&|state| _ = state.weights.pop()),
            broken(&|state| state.weights[0].1.push(0.0)),
            broken(&|state| state.watched.clear()),
            broken(&|state| state.players.clear()),
            broken(&|state| state.players[0].1.reached = 99),
        ];
        let found: Vec<_> = found.iter().map(Option::as_deref).collect();
        let weights = Some("the weights of a connection");
        assert_eq!(
            found,
            [
                None,
                Some("the times"),
                Some("the times"),
                Some("the number of cells"),
                Some("the artificial cells"),
                weights,
                weights,
                Some("the watched variables"),
                Some("a played waveform"),
                Some("a played waveform"),
            ]
        );
    }

    #[test]
    fn values_that_were_set_while_it_ran_are_part_of_the_state() {
        let (mut engine, mut other) =
            (running(blueprint(0.0), Options::default()), running(blueprint(0.0), Options::default()));
        let addresses = [
            crate::Address::Celsius,
            crate::Address::Global { mechanism: Responder::point().identity(), global: 0 },
            crate::Address::Weight { connection: 0, weight: 0 },
            crate::Address::Membrane { cell: 2, order: 0, column: 0, instance: 0 },
            crate::Address::Voltage { cell: 1, node: MIDDLE },
        ];
        for (address, value) in addresses.iter().zip([37.0, 5.0, 0.5, 0.002, -20.0]) {
            let handle = engine.find(address).expect("the model has it");
            assert!(engine.set(handle, value));
        }
        let state = engine.state().expect("it has not failed");
        other.restore(&state).expect("it is of the same model");
        for (address, value) in addresses.iter().zip([37.0, 5.0, 0.5, 0.002, -20.0]) {
            let handle = other.find(address).expect("the model has it");
            assert_eq!(other.read(handle), Some(value), "{address:?}");
        }
    }
}
