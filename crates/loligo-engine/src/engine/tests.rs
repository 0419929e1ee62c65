use loligo_mechanisms::Numerics;

use super::*;
use crate::spike::Spike;
use crate::test_models::{Responder, ring, running, voltage_of};
use crate::{Blueprint, Recording};

/// A ring whose cells are recorded, as an engine at t = 0.
fn engine(options: Options) -> Engine {
    let recordings = (0..4).map(|cell| Recording { quantity: voltage_of(cell), every: 1 }).collect();
    running(Blueprint { recordings, ..ring(4, Responder::SILENT) }, options)
}

fn samples(engine: &Engine) -> Vec<Vec<u64>> {
    let bits = |recording| engine.samples(recording).map(|own| own.iter().map(|v| v.to_bits()).collect());
    (0..4).filter_map(bits).collect()
}

#[test]
fn times_of_samples_are_sums_of_half_steps() {
    assert_eq!(sample_times(0.5, 2, 4), [0.0, 1.0, 2.0, 3.0]);
    assert_eq!((sample_times(0.025, 1, 0), sample_times(0.025, 3, 1)), (vec![], vec![0.0]));
    let mut engine = engine(Options::default());
    engine.advance(1000).expect("it goes on");
    assert_eq!(engine.time(), sample_times(0.025, 1, 1001)[1000]);
}

#[test]
fn the_first_sample_is_that_of_t_0_and_each_step_adds_one() {
    let mut engine = engine(Options::default());
    assert_eq!((engine.samples(0), engine.time(), engine.steps()), (Some(&[-65.0][..]), 0.0, 0));
    engine.advance(7).expect("it goes on");
    assert_eq!((engine.samples(3).map(<[f64]>::len), engine.steps()), (Some(8), 7));
    assert_eq!(engine.value(3), engine.samples(3).and_then(|samples| samples.last().copied()));
    assert_eq!((engine.samples(4), engine.value(4)), (None, None));
    engine.drain();
    assert_eq!(engine.samples(0), Some(&[][..]));
}

/// The user's event at 0.5 ms excites cell 1, whose spike excites cell 2 a millisecond later, and so on.
#[test]
fn a_spike_goes_round_whatever_the_groups_threads_and_calls() {
    let mut reference = engine(Options::default());
    assert_eq!((reference.groups(), reference.epoch()), (1, 39));
    reference.advance(400).expect("it goes on");
    let order: Vec<usize> = reference.spikes().iter().map(|spike| spike.source).collect();
    assert_eq!(order[..5], [1, 2, 3, 0, 1]);
    let times: Vec<f64> = reference.spikes().iter().map(|spike| spike.t).collect();
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] > 1.0), "{times:?}");
    for (threads, group_nodes, calls) in [(1, 1, 1), (2, 1, 1), (1, 8192, 400), (2, 1, 25)] {
        let mut engine = engine(Options { threads, group_nodes, ..Options::default() });
        assert_eq!(engine.groups(), if group_nodes == 1 { 4 } else { 1 });
        (0..calls).for_each(|_| engine.advance(400 / calls).expect("it goes on"));
        assert_eq!(engine.spikes(), reference.spikes());
        assert!(samples(&engine) == samples(&reference));
    }
}

#[test]
fn another_run_is_the_same_run() {
    for numerics in [Numerics::Fast, Numerics::Exact] {
        let mut engine = engine(Options { numerics, ..Options::default() });
        engine.advance(200).expect("it goes on");
        let first = (samples(&engine), engine.spikes().to_vec());
        engine.initialize().expect("it starts anew");
        assert_eq!((engine.time(), engine.spikes().len()), (0.0, 0));
        engine.advance(200).expect("it goes on");
        assert!((samples(&engine), engine.spikes().to_vec()) == first);
    }
}

#[test]
fn the_weight_of_a_connection_counts_from_now_on() {
    let mut engine = engine(Options::default());
    engine.set_weight(0, 0.0);
    engine.set_weight(99, 1.0);
    engine.advance(200).expect("it goes on");
    assert_eq!(engine.spikes(), [], "the user's event goes by this connection");
}

#[test]
fn a_failed_run_stays_so_until_it_starts_anew() {
    let mut engine = engine(Options { event_room: 0, ..Options::default() });
    let fault = EngineError::Stopped { step: 0, t: 0.0 };
    engine.fault = Some(fault.clone());
    assert_eq!(engine.advance(39), Err(fault.clone()));
    assert_eq!(engine.advance(1), Err(fault.clone()));
    assert_eq!(engine.state().err(), Some(fault));
    engine.initialize().expect("it starts anew");
    engine.advance(1).expect("it goes on");
}

#[test]
fn a_request_to_stop_ends_a_call_at_the_next_epoch() {
    let mut engine = engine(Options::default());
    let request = StopRequest::default();
    engine.stop_when(request.clone());
    request.stop();
    engine.advance(400).expect("it is no fault");
    assert_eq!(engine.steps(), 39);
    request.withdraw();
    engine.advance(400).expect("it goes on");
    assert_eq!(engine.steps(), 439);
}

#[test]
fn an_abandoned_epoch_leaves_what_was_before() {
    let mut engine = engine(Options::default());
    engine.advance(100).expect("it goes on");
    let (step, t) = (60, sample_times(0.025, 1, 61)[60]);
    // The spike at t + 1e-10 is of a voltage that is above its threshold at `t`: it remains,
    // and the one after it is dropped.
    engine.router.spikes = [t, t + 1e-10, t + 2e-10].map(|t| Spike { t, source: 0 }).into();
    engine.abandon(Clock { step, t });
    assert_eq!((engine.steps(), engine.samples(0).map(<[f64]>::len)), (60, Some(61)));
    assert_eq!(engine.spikes().iter().map(|spike| spike.t).collect::<Vec<_>>(), [t, t + 1e-10]);
}

#[test]
fn costs_are_measured_where_they_are_asked_for() {
    let mut engine = engine(Options { profile: true, ..Options::default() });
    engine.advance(39).expect("it goes on");
    let costs = engine.measured_costs().expect("there is one rank");
    assert!(costs.len() == 4 && costs.iter().all(|&cost| cost > 0.0 && cost == costs[0]), "{costs:?}");
    assert!(engine.profile().total().as_secs_f64() > 0.0 && engine.profiles().len() == 1);
}
