//! Contract: a run into a sink hands over the same samples and spikes, bit by bit, as a run into memory keeps, for any
//! buffer size, any number of ranks and any division of the run; the buffers never exceed their size and do not grow.
//! Files that are written during the run read back to the same bits, and contain the data recorded before an
//! interruption.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use loligo::prelude::*;
use loligo::{Progress, Recorded, SimulationError, Sink, SinkError, Spike, Threads, TraceFiles};
use loligo_tests::varied_network;

const TSTOP: f64 = 60.0; // ms

/// A sink that keeps everything, and the properties of the pieces.
#[derive(Default)]
struct Collector {
    samples: Vec<Vec<f64>>,
    times: Vec<Vec<f64>>,
    spikes: Vec<Spike>,
    pieces: usize,
    most_samples: usize,
    /// Addresses of the samples of the first recording, after the first piece.
    buffers: HashSet<usize>,
}

impl Sink for Collector {
    fn take(&mut self, recorded: &Recorded) -> Result<(), SinkError> {
        self.samples.resize(recorded.recordings(), Vec::new());
        self.times.resize(recorded.recordings(), Vec::new());
        for recording in 0..recorded.recordings() {
            self.samples[recording].extend(recorded.samples(recording).unwrap());
            self.times[recording].extend(recorded.times(recording).unwrap());
        }
        self.spikes.extend(recorded.spikes());
        let samples = (0..recorded.recordings()).map(|recording| recorded.samples(recording).unwrap().len()).sum();
        self.most_samples = self.most_samples.max(samples);
        self.pieces += 1;
        if self.pieces > 2 && recorded.recordings() > 0 {
            self.buffers.insert(recorded.samples(0).unwrap().as_ptr().addr());
        }
        Ok(())
    }
}

/// A network with recordings of several intervals.
fn network() -> Network {
    let mut network = varied_network(12, 5, true);
    network.record_as("sparse", VariableRef::voltage(1, 0, 0.5), 7);
    network.record_as("sparser", VariableRef::voltage(2, 0, 0.5), 64);
    network
}

fn go_on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn assert_same(collected: &Collector, kept: &Simulation, what: &str) {
    for recording in 0..kept.recordings() {
        assert_eq!(
            bits(&collected.samples[recording]),
            bits(kept.samples(recording).unwrap()),
            "{what}, samples {recording}"
        );
        assert_eq!(
            bits(&collected.times[recording]),
            bits(&kept.sample_times(recording).unwrap()),
            "{what}, times {recording}"
        );
    }
    assert_eq!(collected.spikes, kept.spikes(), "{what}");
}

fn kept(network: &Network) -> Simulation {
    let mut simulation = Simulation::new(network, &Options::default()).expect("the model is right");
    simulation.run_until(TSTOP).expect("the run stays finite");
    assert!(simulation.spikes().len() > 100);
    simulation
}

#[test]
fn a_sink_takes_what_memory_keeps_in_pieces_that_fit_their_room() {
    let network = network();
    let kept = kept(&network);
    for recording_room in [1, 50, 400, 1 << 22] {
        let options = Options { recording_room, ..Options::default() };
        let mut simulation = Simulation::new(&network, &options).expect("the model is right");
        let mut collector = Collector::default();
        for tstop in [0.0, 20.0, 20.0, TSTOP] {
            simulation.run_into(&mut collector, tstop, go_on).expect("the run stays finite");
        }
        let what = format!("room for {recording_room}");
        assert_same(&collector, &kept, &what);
        assert!(collector.most_samples <= recording_room.max(kept.recordings()), "{what}");
        assert!(collector.pieces > 5, "{what}");
        assert_eq!(collector.buffers.len(), 1, "{what}: the buffers are allocated once");
        assert_eq!((simulation.spikes(), simulation.spike_count()), (Vec::new(), kept.spikes().len()), "{what}");
        assert!(
            (0..simulation.recordings()).all(|recording| simulation.samples(recording).unwrap().is_empty()),
            "{what}"
        );
    }
}

#[test]
fn what_memory_kept_before_goes_to_the_sink_first() {
    let network = network();
    let kept = kept(&network);
    let mut simulation = Simulation::new(&network, &Options::default()).expect("the model is right");
    // A first run leaves no state.
    simulation.run_into(&mut Collector::default(), 5.0, go_on).expect("the run stays finite");
    simulation.initialize().expect("there is no loop without delay");
    let mut collector = Collector::default();
    simulation.run_until(7.3).expect("the run stays finite");
    simulation.step().expect("the run stays finite");
    simulation.run_into(&mut collector, 31.1, go_on).expect("the run stays finite");
    simulation.run_until(40.0).expect("the run stays finite");
    assert_eq!(simulation.sample_times(0).unwrap().len(), simulation.samples(0).unwrap().len());
    simulation.run_into(&mut collector, TSTOP, go_on).expect("the run stays finite");
    assert_same(&collector, &kept, "a run in turns");
}

#[test]
fn rank_0_hands_over_what_all_ranks_recorded() {
    let network = network();
    let kept = kept(&network);
    let options = Options { recording_room: 300, ..Options::default() };
    let collected: Vec<Collector> = std::thread::scope(|scope| {
        let ranks = Threads::ranks(3).into_iter().map(|communicator| {
            let (network, options) = (&network, &options);
            scope.spawn(move || {
                let simulation = Simulation::with_communicator(network, options, Box::new(communicator));
                let (mut simulation, mut collector) = (simulation.expect("the model is right"), Collector::default());
                simulation.run_into(&mut collector, TSTOP, go_on).expect("the run stays finite");
                assert!(
                    (0..simulation.recordings()).all(|recording| simulation.samples(recording).unwrap().is_empty())
                );
                (simulation.rank(), collector)
            })
        });
        let ranks: Vec<_> = ranks.collect();
        let mut ended: Vec<_> = ranks.into_iter().map(|rank| rank.join().expect("no rank panics")).collect();
        ended.sort_by_key(|(rank, _)| *rank);
        ended.into_iter().map(|(_, collector)| collector).collect()
    });
    assert_same(&collected[0], &kept, "three ranks");
    assert!(collected[0].most_samples <= 300);
    assert!(collected[1..].iter().all(|collector| collector.pieces == 0));
}

/// A sink that fails after some pieces.
struct Full(usize);

impl Sink for Full {
    fn take(&mut self, _: &Recorded) -> Result<(), SinkError> {
        match self.0.checked_sub(1) {
            Some(left) => self.0 = left,
            None => return Err(SinkError { place: "the disk".to_owned(), reason: "it is full".to_owned() }),
        }
        Ok(())
    }
}

#[test]
fn a_sink_that_fails_ends_the_run_in_all_ranks() {
    let network = network();
    for pieces in [0, 3] {
        std::thread::scope(|scope| {
            for communicator in Threads::ranks(2) {
                let network = &network;
                scope.spawn(move || {
                    let communicator = Box::new(communicator);
                    let simulation = Simulation::with_communicator(network, &Options::default(), communicator);
                    let mut simulation = simulation.expect("the model is right");
                    let failed = simulation.run_into(&mut Full(pieces), TSTOP, go_on);
                    assert!(matches!(failed, Err(SimulationError::Sink(_))), "{failed:?}");
                    assert!(simulation.time() < TSTOP / 2.0);
                });
            }
        });
    }
}

/// An empty directory for this test.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path); // it may not be there
    std::fs::create_dir_all(&path).expect("the temporary directory can be written");
    path
}

/// The columns of a table, without its header; missing values are NaN.
fn columns(path: &Path) -> Vec<Vec<f64>> {
    let text = std::fs::read_to_string(path).expect("the file was written");
    assert!(text.ends_with('\n'), "{}: whole lines", path.display());
    let rows = text.lines().skip(1).map(|line| line.split(',').map(|field| field.parse().unwrap_or(f64::NAN)));
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for row in rows {
        for (k, value) in row.enumerate() {
            if columns.len() == k {
                columns.push(Vec::new());
            }
            columns[k].push(value);
        }
    }
    columns
}

/// Compares the files with a simulation; of its recordings, those sampled every step come first, and those of 7 and 64
/// steps last.
fn assert_files_hold(directory: &Path, kept: &Simulation) {
    let last = kept.recordings() - 2;
    for (file, recordings) in
        [("traces.csv", 0..last), ("traces_every_7.csv", last..last + 1), ("traces_every_64.csv", last + 1..last + 2)]
    {
        let columns = columns(&directory.join(file));
        assert_eq!(bits(&columns[0]), bits(&kept.sample_times(recordings.start).unwrap()), "{file}");
        for (column, recording) in columns[1..].iter().zip(recordings) {
            assert_eq!(bits(column), bits(kept.samples(recording).unwrap()), "{file}, recording {recording}");
        }
    }
    let times: Vec<f64> = kept.spikes().iter().map(|spike| spike.t).collect();
    assert_eq!(bits(&columns(&directory.join("spikes.csv"))[0]), bits(&times));
}

#[test]
fn files_read_back_to_the_same_bits() {
    let network = network();
    let kept = kept(&network);
    let directory = directory("streamed");
    let options = Options { recording_room: 1000, ..Options::default() };
    let mut simulation = Simulation::new(&network, &options).expect("the model is right");
    let recordings = 0..simulation.recordings();
    let files = TraceFiles::create(&directory, &network, &simulation, recordings.clone());
    let mut files = files.expect("the directory can be written");
    // During a run the files are complete up to the last progress report.
    let halfway = |progress: Progress| if progress.t > 30.0 { ControlFlow::Break(()) } else { go_on(progress) };
    simulation.run_into(&mut files, TSTOP, halfway).expect("the run stays finite");
    let mut so_far = Simulation::new(&network, &Options::default()).expect("the model is right");
    so_far.run_until(simulation.time()).expect("the run stays finite");
    assert_files_hold(&directory, &so_far);
    simulation.run_into(&mut files, TSTOP, go_on).expect("the run stays finite");
    assert_files_hold(&directory, &kept);

    let nowhere = TraceFiles::create(&directory.join("missing"), &network, &simulation, recordings);
    assert!(nowhere.is_err_and(|error| error.to_string().contains("missing")));
}

#[test]
fn files_hold_what_came_before_a_failure() {
    let mut cell = Cell::new("c");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    cell.paint(Region::All, Hh::default());
    cell.place("clamp", soma, 0.5, IClamp { delay: 30.0, dur: 1.0, amp: 1e308 }); // ms, ms, nA
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    network.record(VariableRef::voltage(cell, soma, 0.5));
    let mut simulation = Simulation::new(&network, &Options::default()).expect("the model is right");
    let directory = directory("failed");
    let mut files = TraceFiles::create(&directory, &network, &simulation, 0..1).expect("the directory can be written");
    let failed = simulation.run_into(&mut files, TSTOP, go_on);
    assert!(matches!(failed, Err(SimulationError::NonFinite { .. })), "{failed:?}");
    let mut kept = Simulation::new(&network, &Options::default()).expect("the model is right");
    kept.run_until(TSTOP).expect_err("the clamp is too strong");
    let columns = columns(&directory.join("traces.csv"));
    assert!(columns[1].len() > 1100);
    assert_eq!(bits(&columns[1]), bits(kept.samples(0).unwrap()));
}
