//! A request to stop that has waited too long abandons an epoch: in every rank, results recorded before the epoch
//! remain, those of the epoch are dropped, and the engine can start anew.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use loligo_cable::{Cable, CableSection, Shape};
use loligo_engine::{
    Blueprint, CellBlueprint, Communicator, Engine, EngineError, Options, Placed, Population, Quantity, Recording,
    Source, StopRequest, Threads,
};
use loligo_mechanisms::{Block, Catalogue, Numerics};

/// Two passive cells, and a spike train whose spikes are recorded.
fn blueprint() -> Blueprint {
    let catalogue = Catalogue::builtin();
    let [pas, train] = ["pas", "NetStim"].map(|name| catalogue.find(name).expect("it is built in"));
    let section = CableSection {
        shape: Shape::Cylinder { length: 20.0, diameters: vec![20.0] },
        segments: 1,
        axial_resistance: 100.0,
        capacitance: 1.0,
        parent: None,
    };
    let cable = Arc::new(Cable::build(&[section]).expect("a cylinder has a cable"));
    let node = cable.node_at(0, 0.5);
    let placed = Placed {
        mechanism: Arc::clone(pas),
        order: 0,
        globals: Arc::default(),
        tables: Arc::default(),
        nodes: vec![node],
        block: Block::new(pas.signature().defaults(), 1),
        numbered_streams: Vec::new(),
    };
    let cell = CellBlueprint {
        cable,
        placed: Arc::new(vec![placed]),
        own: Vec::new(),
        voltage_is_set: false,
        first_stream: 0,
    };
    let mut block = Block::new(train.signature().defaults(), 1);
    block.streams.push(loligo_random::Random123::new(1, 0, 0));
    for (name, value) in [("interval", 0.3), ("number", 1e9), ("start", 0.1)] {
        let column = train.signature().column(name).expect("a train has it");
        block.set(column, 0, value); // ms
    }
    let voltage = |cell| Quantity::Voltage { cell, node };
    Blueprint {
        cells: vec![cell.clone(), cell],
        populations: vec![Population {
            mechanism: Arc::clone(train),
            globals: Arc::default(),
            tables: Arc::default(),
            block,
        }],
        sources: vec![Source::Artificial { population: 0, instance: 0 }],
        recordings: vec![
            Recording { quantity: voltage(0), every: 1 },
            Recording { quantity: voltage(1), every: 7 },
            Recording { quantity: Quantity::Artificial { population: 0, column: 0, instance: 0 }, every: 3 },
        ],
        ..Blueprint::default()
    }
}

/// Bits of the samples, and the spike times.
type Results = (Vec<Option<Vec<u64>>>, Vec<u64>);

fn results(engine: &mut Engine) -> Results {
    engine.gather().expect("the ranks are there");
    let samples = |recording| Some(engine.samples(recording)?.iter().map(|sample| sample.to_bits()).collect());
    let samples = (0..4).map(samples).collect();
    (samples, engine.spikes().iter().map(|spike| spike.t.to_bits()).collect())
}

fn stop(line: Box<dyn Communicator>, numerics: Numerics) -> Results {
    let options = Options { numerics, group_nodes: 1, ..Options::default() };
    let mut engine = Engine::with_communicator(blueprint(), options, line).expect("the blueprint is sound");
    let stop = StopRequest::default();
    engine.stop_when(stop.clone());
    engine.initialize().expect("nothing happens at t = 0");
    let early = (0..2).map(|_| engine.advance(100)).collect::<Result<Vec<()>, _>>();
    early.expect("there is no request to stop");
    assert_eq!(engine.steps(), 200);

    stop.stop();
    thread::sleep(Duration::from_millis(250));
    // Groups stop within the step; if each step is an epoch, it is complete before the request is
    // checked.
    let advanced = engine.advance(100);
    if numerics == Numerics::Fast {
        let time = engine.time();
        assert_eq!(advanced, Err(EngineError::Stopped { step: 200, t: time }));
        assert_eq!(engine.advance(1), advanced, "it can't go on");
        assert_eq!(engine.steps(), 200);
    } else {
        assert_eq!((advanced, engine.steps()), (Ok(()), 201));
    }
    let stopped = results(&mut engine);

    stop.withdraw();
    engine.initialize().expect("it starts anew");
    engine.advance(engine_steps(numerics)).expect("there is no request to stop");
    assert_eq!(results(&mut engine), stopped);
    stopped
}

fn engine_steps(numerics: Numerics) -> u64 {
    if numerics == Numerics::Fast { 200 } else { 201 }
}

#[test]
fn an_epoch_that_takes_long_is_abandoned() {
    for numerics in [Numerics::Fast, Numerics::Exact] {
        let mut found = Vec::new();
        for ranks in [1, 2] {
            let lines = Threads::ranks(ranks).into_iter();
            let threads: Vec<_> = lines.map(|line| thread::spawn(move || stop(Box::new(line), numerics))).collect();
            let results: Vec<Results> =
                threads.into_iter().map(|thread| thread.join().expect("no rank panics")).collect();
            let (samples, spikes) = &results[0];
            let lengths: Vec<_> = samples.iter().map(|samples| samples.as_ref().map(Vec::len)).collect();
            let steps = engine_steps(numerics) as usize;
            assert_eq!(lengths, [Some(steps + 1), Some(29), Some(steps / 3 + 1), None]);
            assert_eq!(spikes.len(), 17, "0.1, 0.4, ... 4.9 ms");
            found.push(results.into_iter().next());
        }
        assert_eq!(found[0], found[1]);
    }
}
