use super::*;
use crate::options::Options;
use crate::test_models::{MIDDLE, Responder, builtin, passive, placed, placed_with, started, variable};

/// A cell with a synapse, and two responders with this answer.
fn cells(answer: f64, observe: impl FnOnce(&mut Cells)) -> Cells {
    let responders = placed_with(&Responder::point(), 2, &[MIDDLE; 2], &[(Responder::ANSWER, answer)]);
    let synapse = placed(&builtin("ExpSyn"), 1, &[MIDDLE]);
    started(&[passive(vec![synapse, responders])], Options::default(), |cells, _| observe(cells))
}

/// The same with an incoming connection to the second responder.
fn connected(answer: f64) -> Cells {
    cells(answer, |cells| {
        cells.add_input(2, 1, &[9.0, 0.0], 0);
        cells.add_source_point(2, 1, 6);
    })
}

fn of_second(cells: &mut Cells, column: usize) -> f64 {
    let quantity = variable(cells, (0, 2, 1), column);
    cells.value_at(quantity).expect("it is found")
}

fn give(cells: &mut Cells, tick: u64, t: f64, arrival: Arrival) {
    cells.give(&mut vec![Delivery { tick, t, arrival }]);
}

fn spikes(cells: &mut Cells) -> Vec<(u32, f64)> {
    let mut spikes = Vec::new();
    cells.take_spikes(&mut spikes);
    spikes.into_iter().map(|spike| (spike.source, spike.t)).collect()
}

#[test]
fn only_instances_that_send_events_are_senders() {
    let mut cells = connected(Responder::SILENT);
    assert_eq!(cells.senders(), 2);
    assert_eq!([(0, 0), (1, 0), (2, 0), (2, 1)].map(|(k, own)| cells.sender(k, own)), [None, None, Some(0), Some(1)]);
    assert_eq!([0, 1].map(|sender| cells.instance_of_sender(sender)), [(2, 0), (2, 1)]);
    assert_eq!([cells.source_of(2, 0), cells.source_of(2, 1), cells.source_of(1, 0)], [None, Some(6), None]);
    cells.add_source_point(1, 0, 3);
    assert_eq!(cells.source_of(1, 0), None);
}

#[test]
fn an_instance_that_spikes_is_its_source() {
    let mut cells = connected(Responder::SPIKES);
    give(&mut cells, 0, 0.01, Arrival::Event(0));
    cells.deliver(0, 0.0125);
    assert_eq!(spikes(&mut cells), [(6, 0.01)]); // at its own time, ms
    assert_eq!(of_second(&mut cells, Responder::EVENTS), 1.0);
}

#[test]
fn an_event_to_itself_comes_when_it_is_due_and_is_moved_while_it_waits() {
    let mut cells = connected(Responder::SENDS);
    give(&mut cells, 0, 0.0, Arrival::Event(0));
    cells.deliver(0, 0.0125);
    cells.deliver(78, 0.999);
    assert_eq!(cells.waiting().map(|(t, _, movable)| (t, movable)).collect::<Vec<_>>(), [(1.0, true)]);
    let answer = variable(&mut cells, (0, 2, 1), Responder::ANSWER);
    cells.set_value(answer, Responder::MOVES);
    give(&mut cells, 78, 0.5, Arrival::Event(0));
    cells.deliver(78, 0.999);
    assert_eq!(cells.waiting().map(|(t, _, movable)| (t, movable)).collect::<Vec<_>>(), [(1.5, true)]);
    cells.deliver(120, 1.5);
    assert_eq!(of_second(&mut cells, Responder::LOG), 991.0);
    assert_eq!(of_second(&mut cells, Responder::WEIGHT), 9.0, "it comes with the weights of what it answered");
    assert_eq!(spikes(&mut cells), [(6, 1.5)]);
    give(&mut cells, 120, 1.5, Arrival::Event(0));
    cells.deliver(120, 1.5);
    let fault = SendingFault::NothingToMove;
    let sender = Sender::Point { cell: 0, node: MIDDLE };
    assert_eq!(cells.fault, Some(EngineError::Sending { sender, mechanism: "Responder".to_owned(), fault, t: 1.5 }));
}

#[test]
fn of_one_instant_events_of_connections_come_before_an_instances_own() {
    let mut cells = connected(Responder::SILENT);
    let own = PointEvent { installed: 2, instance: 1, flag: 2.0, input: NO_INPUT };
    cells.restore_event(own, 1.0, false);
    cells.restore_event(PointEvent { flag: 3.0, ..own }, 1.0, false);
    cells.restore_event(PointEvent { flag: 4.0, ..own }, 0.5, false);
    give(&mut cells, 0, 1.0, Arrival::Event(0));
    cells.deliver(0, 1.0);
    assert_eq!(of_second(&mut cells, Responder::LOG), 4923.0);
}

#[test]
fn a_condition_sends_its_event_whenever_it_rises_above_0() {
    let mut cells = connected(Responder::WATCHES);
    give(&mut cells, 0, 0.0, Arrival::Event(0));
    cells.deliver(0, 0.0);
    assert_eq!(cells.watches().len(), 1);
    for (step, v) in [-60.0, -50.0, -40.0, -30.0, -55.0, -45.0].into_iter().enumerate() {
        cells.set_value(super::super::LocalQuantity::Voltage(0), v); // mV
        let t = step as f64;
        cells.queue_conditions(t);
        cells.deliver(2 * step as u64, t);
    }
    assert_eq!(of_second(&mut cells, Responder::LOG), 933.0);
    assert_eq!(of_second(&mut cells, Responder::WEIGHT), -1.0, "a condition comes with no weights");
    assert_eq!(spikes(&mut cells), [(6, 2.0), (6, 5.0)]);
}

#[test]
fn a_condition_that_holds_or_nearly_so_when_it_is_first_looked_at_has_risen_already() {
    for (v, risen) in [(-40.0, 0), (-50.0, 0), (-50.0 - 5e-12, 0), (-50.001, 1)] {
        let mut cells = connected(Responder::SILENT);
        cells.set_value(super::super::LocalQuantity::Voltage(0), v); // mV
        cells.watch((2, 1), 0, 3.0, true, 0);
        cells.set_value(super::super::LocalQuantity::Voltage(0), -30.0); // mV
        assert_eq!(cells.look_at_conditions().len(), risen, "from {v} mV");
    }
}

#[test]
fn the_first_condition_of_an_answer_ends_the_earlier_ones_of_its_instance() {
    let mut cells = connected(Responder::SILENT);
    cells.watch((2, 0), 0, 1.0, true, 0);
    cells.watch((2, 1), 0, 1.0, true, 1);
    cells.watch((2, 1), 1, 2.0, false, 2);
    assert_eq!(cells.watches().iter().map(|watch| watch.order).collect::<Vec<_>>(), [0, 1, 2]);
    cells.watch((2, 1), 0, 3.0, true, 3);
    assert_eq!(cells.watches().iter().map(|watch| watch.order).collect::<Vec<_>>(), [0, 3]);
}

#[test]
fn an_answer_at_the_start_comes_by_no_connection() {
    let responder =
        placed_with(&Responder::point(), 2, &[MIDDLE], &[(Responder::START, 0.5), (Responder::ANSWER, 0.0)]);
    let mut cells = started(&[passive(vec![responder])], Options::default(), |_, _| {});
    let waiting: Vec<_> = cells.waiting().collect();
    let event = PointEvent { installed: 1, instance: 0, flag: 2.0, input: NO_INPUT };
    assert_eq!(waiting, [(0.5, event, false)]);
    cells.rewind();
    assert_eq!(cells.waiting().count(), 0);
}

#[test]
fn weights_behind_the_first_become_0_at_the_start_of_a_run() {
    let mut cells = connected(Responder::SILENT);
    cells.weights_mut(0).copy_from_slice(&[7.0, 8.0]);
    cells.initialize_connection(0);
    assert_eq!(cells.weights(0), [7.0, 0.0]);
}

#[test]
fn events_without_end_are_a_fault() {
    let mut cells = connected(Responder::SILENT);
    let event = PointEvent { installed: 2, instance: 1, flag: 2.0, input: NO_INPUT };
    let limit = most_self_events(2);
    (0..=limit).for_each(|_| cells.restore_event(event, 1.0, false));
    cells.deliver(0, 1.0);
    assert!(
        matches!(cells.fault, Some(EngineError::Sending { fault: SendingFault::TooMany { limit: 100_000 }, .. })),
        "{:?}",
        cells.fault
    );
    assert_eq!(most_self_events(1000), 1_000_000);
}
