//! Simultaneous events are delivered in NEURON's order, which is not always first in, first out, and each event has its
//! effect in the same step as in NEURON.
//!
//! * The earliest event is in a slot of its own. An even earlier one moves it back into the queue, behind the others of
//!   its own time: a, b, c sent for 5 ms and then d for 3 ms are delivered as d, b, c, a.
//! * A source with more than two connections of one delay has a single queue item for all of them.
//! * An event due by the middle of a step, inclusive, has its effect in this step; a later one is delivered after the
//!   step's sample.
//! * A crossing is detected at the start of a step, at t + 1e-10 ms; a connection without delay has its effect
//!   within that step.
//! * A cell that starts above its threshold spikes in the first step. A value equal to the threshold is not above it.
//!
//! Integrate-and-fire cells make the order visible: of a simultaneous excitation and inhibition, the first determines
//! the result. `reference/event_order.json` has NEURON 9.0.2's results:
//! `python tests/neuron/event_order.py CASES.json`, then
//! `python validation/neuron/run_cases.py CASES.json tests/reference/event_order.json`.

use loligo::prelude::*;
use loligo_tests::project_file;
use loligo_validation::case_file::CaseFile;
use loligo_validation::compare::{Bounds, compare};
use loligo_validation::loligo_simulator::LoligoSimulator;
use loligo_validation::simulator::Simulator;

#[test]
fn neurons_cases() {
    let file = CaseFile::read(&project_file("tests/reference/event_order.json")).expect("the file is a case file");
    assert_eq!(file.cases.len(), 60);
    let mut spikes = 0;
    for (numerics, bounds) in [(Numerics::Exact, Bounds::Exact), (Numerics::Fast, Bounds::Fast)] {
        for case in &file.cases {
            let name = &case.definition.name;
            let expected = case.results.as_ref().expect("NEURON ran every case");
            let found = LoligoSimulator::new(numerics).run(&case.definition);
            let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
            let comparison = compare(&case.definition, expected, &found);
            assert!(comparison.within(bounds), "{name}, {numerics:?}: {:#?}", comparison.summary(bounds));
            // Cells without membrane have no rounding differences: their spikes have NEURON's bits in
            // both kinds of arithmetic.
            if case.definition.sections.is_empty() {
                assert_eq!(found.spikes, expected.spikes, "{name}, {numerics:?}");
            }
            spikes += expected.spikes.values().map(Vec::len).sum::<usize>();
        }
    }
    assert!(spikes > 500, "{spikes} spikes are no test");
}

/// The number of spikes of a cell that receives events of these weights, sent in this order, at 5 ms, after an event of
/// weight `earlier` was sent to another cell for 3 ms.
fn spikes_after(weights: [f64; 3], earlier: Option<f64>) -> usize {
    let mut network = Network::new();
    let [cell, other] =
        ["cell", "other"].map(|name| network.add_artificial_cell(name, IntFire1 { tau: 10.0, refrac: 0.1 }));
    for weight in weights {
        network.send_events(TargetRef::Artificial(cell), weight, [5.0]);
    }
    if let Some(weight) = earlier {
        network.send_events(TargetRef::Artificial(other), weight, [3.0]);
    }
    let watch = network.watch(SourceRef::Artificial(cell), 0.0);
    let mut simulation = Simulation::new(&network, &Options::default()).expect("the model is sound");
    simulation.run_until(6.0).expect("nothing can become infinite");
    simulation.spikes_of_connection(watch).len()
}

/// The cell fires if .5 and .6, in either order, come before -.7.
#[test]
fn an_earlier_event_sends_the_first_one_to_the_back() {
    // First in, first out: a, b, c.
    assert_eq!(spikes_after([0.6, 0.5, -0.7], None), 1);
    assert_eq!(spikes_after([-0.7, 0.5, 0.6], None), 0);
    // b, c, a.
    assert_eq!(spikes_after([0.6, 0.5, -0.7], Some(0.2)), 0);
    assert_eq!(spikes_after([-0.7, 0.5, 0.6], Some(0.2)), 1);
    // The other cell fires and sends itself an event for 3.1 ms: c, a, b.
    assert_eq!(spikes_after([-0.7, 0.5, 0.6], Some(2.0)), 0);
    assert_eq!(spikes_after([0.5, -0.7, 0.6], Some(2.0)), 1);
}

/// The time of the first sample at which a synapse with an event at `t` (ms) has a conductance.
fn first_sample_with_conductance(t: f64) -> Option<usize> {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    let synapse = cell.place("synapse", soma, 0.5, ExpSyn { tau: 2.0, e: 0.0 });
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    network.send_events(TargetRef::Point { cell, point: synapse }, 1e-4, [t]);
    let g = network.record(VariableRef::point(cell, synapse, "g"));
    let mut simulation = Simulation::new(&network, &Options::default()).expect("the model is sound");
    simulation.run_until(0.2).expect("the run stays finite");
    simulation.samples(g).unwrap().iter().position(|&g| g > 0.0)
}

#[test]
fn the_middle_of_a_step_belongs_to_it() {
    for (t, sample) in
        [(0.0, 0), (1e-12, 1), (0.0125, 1), (0.01250000001, 2), (0.025, 2), (0.0375, 2), (0.03750000001, 3)]
    {
        assert_eq!(first_sample_with_conductance(t), Some(sample), "event at {t} ms");
    }
}
